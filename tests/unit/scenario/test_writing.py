"""Differences told once, explanations that find their users, starters that hold together."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from sim.scenario import Scenario, load
from sim.scenario.differences import Difference, differences
from sim.scenario.explain import Unknown, explain
from sim.scenario.starter import starter

Load = Callable[..., Scenario]
VISIT = "  stations.triage: {new: {kind: task, elapsed: 2 days, next: {advice: 0.4, ward: rest}}}\n"


def rows(found: list[Difference]) -> list[tuple[str, str, str, str]]:
    return [(one.path, one.before, one.after, one.origin) for one in found]


def test_a_station_that_only_one_has_is_told_once(base: Load, what_if: Load) -> None:
    other = what_if(f"changes:\n{VISIT}  stations.desk.next: {{divert: 0.5, from: visit, to: triage}}\n")
    assert rows(differences(base(), other)) == [
        ("stations.desk.next", "advice 0.5, ward 0.2, visit 0.3", "0.5 of `visit` goes to `triage` from 2026-04-01",
         "it.yaml:5"),
        ("stations.triage", "not there", "task", "it.yaml:4"),
    ]  # fmt: skip
    taken = differences(other, base())
    assert [(one.path, one.before, one.change) for one in taken if one.path == "stations.triage"] == [
        ("stations.triage", "task", "removed")
    ]


def test_a_table_with_other_options_is_told_whole(base: Load) -> None:
    before = base()
    other = base("changes:\n  stations.desk.next: {advice: 0.6, ward: 0.1, home: 0.1, visit: rest}\n")
    assert rows(differences(before, other)) == [
        (
            "stations.desk.next",
            "advice 0.5, ward 0.2, visit 0.3",
            "advice 0.6, ward 0.1, home 0.1, visit 0.2",
            "it.yaml:5",
        )
    ]


def test_a_law_of_another_family_is_told_whole(base: Load) -> None:
    before = base()
    other = base("changes:\n  stations.desk.effort: {dist: exponential, mean: 2 h}\n")
    assert rows(differences(before, other))[0][:3] == (
        "stations.desk.effort", "gamma, mean 1 h, sd 0.5 h", "exponential, mean 2 h",
    )  # fmt: skip


def test_one_number_is_told_by_itself(base: Load) -> None:
    before = base()
    other = base("changes:\n  stations.desk.effort.mean: {value: 2 h, evidence: P097}\n")
    assert differences(before, other) == [
        Difference("stations", "stations.desk.effort.mean", "1 h", "2 h", "changed", "it.yaml:5", "P097")
    ]


def test_what_one_line_does_alike_is_told_together(library: Any, base: Load, what_if: Load) -> None:
    library.write("places/small", (library.folder / "places/small.yaml").read_text().replace(
        "workforce:\n", "workforce:\n  porter: {posts: 2, sickness: 0.05}\n"))  # fmt: skip
    found = differences(base(), what_if("changes:\n  workforce.*.sickness: {multiply: 1.5}\n"))
    assert [(one.path, one.before, one.values) for one in found] == [("workforce.*.sickness", "0.05, 0.1", 3)]
    assert found[0].after == "x 1.5 from 2026-04-01"


def test_what_is_left_out_is_its_default(base: Load, what_if: Load) -> None:
    other = what_if("changes:\n  workforce.clerk.hours: 30 h/week\nrun: {replications: 3}\n", steady=True)
    assert [(one.path, one.before, one.after) for one in differences(base(), other)] == [
        ("workforce.clerk.hours", "37 h/week (default)", "30 h/week"), ("run.replications", "20 (default)", "3"),
    ]  # fmt: skip


def test_an_overlay_at_a_level(library: Any, base: Load, what_if: Load) -> None:
    library.write("calm", "kind: pressure\nchanges: {pools.beds.capacity: {add: 4}}\n")
    found = differences(base(), what_if("apply: {calm: {level: 0.5}}\n"))
    assert [(one.noun, one.path, one.after) for one in found] == [
        ("apply", "calm", "level 0.5"), ("pools", "pools.beds.capacity", "+ 4 from 2026-04-01, at level 0.5"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["baseline", "examples/one-queue", "examples/profiles"])
def test_nothing_differs_from_itself(name: str) -> None:
    assert differences(load(name), load(name)) == []


# explain


def lines(thing: str, scenario: Scenario, label: str) -> list[str]:
    return [text for one in explain(thing, scenario) for key, text in one.lines if key == label]


def test_a_number(base: Load) -> None:
    (found,) = explain("demand.requests.rate", base())
    assert found.title == "demand.requests.rate"
    assert dict(found.lines)["today"] == "3650/year"
    assert dict(found.lines)["range"] == "5/day to 7300/year (90%)"
    assert dict(found.lines)["evidence"] == "assumption"
    assert dict(found.lines)["written in"] == "places/small.yaml:7"
    assert dict(found.lines)["allowed"] == "at least 0"


def test_everything_of_one_name_and_who_uses_it(base: Load) -> None:
    found = explain("desk", base())
    assert [one.title for one in found] == ["desk: a station", "desk: a team"]
    assert [text for key, text in found[0].lines if key == "used by"] == ["doors.requests.desk"]
    assert [text for key, text in found[1].lines if key == "used by"] == ["stations.desk.team", "staffing.clerk.desk"]


def test_a_pool_a_calendar_and_a_register_entry_are_used(what_if: Load) -> None:
    scenario = what_if("changes: {workforce.clerk.vacancy: {value: 0, evidence: P097}}\n", steady=True)
    assert lines("beds", scenario, "used by") == ["stations.ward.pool"]
    assert lines("office_hours", scenario, "used by") == ["teams.desk.calendar"]
    assert lines("P097", scenario, "used by") == ["workforce.clerk.vacancy"]
    assert lines("P117", scenario, "used by") == ["nothing in it"]


def test_a_number_that_comes_out_long_is_told_short(base: Load) -> None:
    before = base()
    lines = "changes:\n  workforce.clerk.posts: {multiply: 0.67}\n  demand.requests.rate: {multiply: 0.12345678}\n"
    found = {one.path: (one.before, one.after) for one in differences(before, base(lines))}
    assert found == {"demand.requests.rate": ("3650/year", "450.62/year"), "workforce.clerk.posts": ("4", "2.68")}


def test_a_dated_change_of_what_was_left_out_is_told_once_beside_the_default(base: Load, what_if: Load) -> None:
    before = base()
    assert rows(differences(before, what_if("changes: {workforce.clerk.leave: {add: 0.1}}\n"))) == [
        ("workforce.clerk.leave", "0 (default)", "+ 0.1 from 2026-04-01", "it.yaml:3")
    ]


def test_a_dated_change_is_told(what_if: Load) -> None:
    scenario = what_if("changes: {pools.beds.capacity: {add: 4}}\n")
    assert lines("pools.beds.capacity", scenario, "changes") == ["+ 4 from 2026-04-01 (it.yaml:3)"]
    scenario = what_if("changes: {pools.beds.capacity: {add: -4}}\n")
    assert lines("pools.beds.capacity", scenario, "changes") == ["− 4 from 2026-04-01 (it.yaml:3)"]


def test_a_share_that_is_no_table_is_told_as_written() -> None:
    assert lines("market.home_care.serves", load("baseline"), "today") == ["area.rural: 0.5 [assumption]"]


def test_what_is_not_written_has_a_default(base: Load) -> None:
    assert lines("workforce.clerk.hours", base(), "today") == ["37 h/week (not written, the default)"]


def test_a_star_a_noun_and_a_field(base: Load) -> None:
    assert lines("workforce.*.posts", base(), "today") == [
        "workforce.clerk.posts: 4 [assumption]", "workforce.nurse.posts: 3 [assumption]",
    ]  # fmt: skip
    assert lines("sickness", base(), "meaning") == ["Share of working days lost to sickness."]
    assert lines("workforce", base(), "meaning") == ["Posts by role, and what empties and fills them."]


@pytest.mark.parametrize(("thing", "message"), [
    ("workforce.clrek.posts", "there is no `clrek` in `workforce` in it; did you mean `workforce.clerk`?"),
    ("workforce.clrek", "there is no `clrek` in `workforce` in it; did you mean `workforce.clerk`?"),
    ("stations.deks", "there is no `deks` in `stations` in it; did you mean `stations.desk`?"),
    ("calendars.office_hour", "there is no `office_hour` in `calendars` in it; did you mean `calendars.office_hours`?"),
    ("wrokforce.clerk.posts", "there is no `wrokforce` in it; did you mean `workforce.clerk.posts`?"),
    ("xyzzy", "nothing is called `xyzzy` in it; traintracks show SCENARIO lists the paths"),
    ("nurze", "nothing is called `nurze` in it; did you mean `nurse`?"),
    ("P0977", "nothing is called `P0977` in it; did you mean `P097`?"),
])  # fmt: skip
def test_what_there_is_not(base: Load, thing: str, message: str) -> None:
    with pytest.raises(Unknown) as raised:
        explain(thing, base())
    assert str(raised.value) == message


def test_a_calendar_that_ships_is_told_by_its_path(base: Load) -> None:
    (found,) = explain("calendars.office_hours", base())
    assert found.lines[0] == ("meaning", "comes with Traintracks")


def test_numbers_of_the_baseline_are_explained() -> None:
    from sim.scenario import numbers

    scenario = load("baseline")
    for path, _ in list(numbers(scenario))[::9]:
        (found,) = explain(path, scenario)
        labels = [label for label, _ in found.lines]
        assert {"meaning", "today", "evidence", "written in"} <= set(labels), path


# starters


def freed(text: str) -> str:
    """Every suggestion made part of the file."""
    return re.sub(r"(?m)^#(?=  |apply:)", "", text)


@pytest.mark.parametrize("source", [
    "baseline", "winter-pressures", "recruitment-shortfall", "examples/one-queue", "examples/profiles",
    "pressures/winter", "boulders/hospital-discharge",
])  # fmt: skip
def test_a_starter_holds_together_with_and_without_its_suggestions(source: str, tmp_path: Any) -> None:
    path = tmp_path / "mine.yaml"
    made = starter(source, str(path))
    path.write_text(made.text)
    assert differences(load(made.base), load(str(path))) != []
    text = freed(made.text)
    assert text != made.text
    path.write_text(text)
    assert load(str(path)).title == f"What if ({source})"


def test_a_starter_from_a_file_of_ones_own(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "a.yaml").write_text("title: A\nbase: [examples/one-queue]\n")
    (tmp_path / "b.yaml").write_text(starter("./plans/a.yaml", "./b.yaml").text)
    assert "base: [./plans/a.yaml]" in (tmp_path / "b.yaml").read_text()
    assert load("./b.yaml").title == "What if (./plans/a.yaml)"
