"""A resolved scenario in one file: it reads back as the same one, and tells two apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import Scenario, diff, load, numbers, resolved_yaml

SKETCHES = Path(__file__).parents[1] / "sketches"
Load = Callable[..., Scenario]
MORE = """\
profiles:
  week: {weekday: {mon: 2, tue: 1, wed: 1, thu: 1, fri: 1, sat: 0.5, sun: 0.5}}
  day: {hour: {0: 0.5, 8: 2}}
  wave: {steps: {2026-05-01: 1.25, day 60: 1}, ramp: 10 days, growth: 0.01/year}
calendars:
  short: {days: [mon, wed], from: 09:30, until: '12:00', closed: [bank_holidays]}
changes:
  demand.requests.rate: {value: 9125/year, range: [5/day, 30/day], evidence: "HR, spring: 2026", profile: [week, day]}
  teams.desk.calendar: short
  people.need.low: 0.4
"""


def plain(scenario: Scenario) -> object:
    """All that a scenario says, without where it is from."""

    def strip(value: object) -> object:
        if isinstance(value, dict):
            return {
                key: strip(child)
                for key, child in value.items()
                if key not in ("origin", "origins", "files", "name", "base_rates")
            }
        return [strip(child) for child in value] if isinstance(value, (list, tuple)) else value

    return strip(scenario.model_dump())


def again(scenario: Scenario, tmp_path: Path) -> Scenario:
    path = tmp_path / "resolved.yaml"
    path.write_text(resolved_yaml(scenario))
    return load(str(path))


def test_what_is_shown_reads_back_as_the_same_scenario(base: Load, tmp_path: Path) -> None:
    scenario = base(MORE)
    assert plain(again(scenario, tmp_path)) == plain(scenario)


@pytest.mark.parametrize("name", ["examples/one-queue", "profiles-in-use"])
def test_a_sketch_shown_reads_back_as_the_same_scenario(name: str, tmp_path: Path) -> None:
    scenario = load(name, library=SKETCHES)
    assert plain(again(scenario, tmp_path)) == plain(scenario)


def test_the_hull_sketch_shown_reads_back_as_the_same_scenario(tmp_path: Path) -> None:
    scenario = load("winter-with-rapid-response", library=SKETCHES)
    bare = scenario.model_copy(update={"applied": {}})
    text = resolved_yaml(bare)
    assert "dated:" in text
    (tmp_path / "bare.yaml").write_text(text.split("\ndated:")[0])
    back = load(str(tmp_path / "bare.yaml"))
    assert [path for path, _ in numbers(back)] == [path for path, _ in numbers(scenario)]
    assert [n.value for _, n in numbers(back)] == [n.value for _, n in numbers(scenario)]


def test_every_value_says_where_it_is_from(base: Load) -> None:
    text = resolved_yaml(base(MORE))
    values = [line for line in text.splitlines() if ": " in line and not line.startswith("#")]
    assert [line for line in values if "  # " not in line] == []
    assert "    sickness: {value: 0.05, evidence: assumption}  # places/small.yaml:9" in text
    assert "    calendar: short  # it.yaml:12" in text


def test_numbers_come_with_the_path_that_changes_them(base: Load) -> None:
    scenario = base()
    found = dict(numbers(scenario))
    assert found["stations.ward.length"].value == 10
    assert found["stations.desk.effort.mean"].evidence == "assumption"
    assert found["stations.visit.next.low.advice"].value == 0.8
    assert "stations.desk.next.visit" not in found
    for path, number in found.items():
        if not path.startswith(("people", "population", "stations.desk.next", "stations.visit.next")):
            assert number.value == pytest.approx(
                dict(numbers(base(f"changes: {{{path}: {{multiply: 1}}}}\n")))[path].value
            )


def test_two_scenarios_differ_in_what_was_changed(base: Load, what_if: Load) -> None:
    first = base()
    rows = diff(first, what_if(
        "changes:\n"
        "  workforce.clerk.sickness: {multiply: 1.4, evidence: P097, when: {from: 2026-12-01, ramp: 14 days}}\n"
        "  stations.desk.next: {divert: 0.5, from: advice, to: home}\n"
    ))  # fmt: skip
    assert rows == [
        (
            "stations.desk.next",
            "advice 0.5, ward 0.2, visit 0.3",
            "0.5 of `advice` goes to `home` from 2026-04-01",
            "it.yaml:5",
        ),
        ("workforce.clerk.sickness", "0.05", "x 1.4 from 2026-12-01, over 14 days", "P097"),
    ]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{from: 2026-12-01, until: 2027-02-28}", "x 2 from 2026-12-01 until 2027-02-28"),
        ("{from: 12-01, until: 02-28}", "x 2 from 2026-12-01 until 2027-02-28"),
        ("{from: 2026-12-01, until: 2026-12-01}", "x 2 from 2026-12-01 until 2026-12-01"),
        ("{until: day 60}", "x 2 from 2026-04-01 until 2026-05-30"),
        ("{until: day 60.5}", "x 2 from 2026-04-01 until day 60.5"),
    ],
)
def test_an_end_is_told_as_the_last_day_in_force(base: Load, what_if: Load, when: str, said: str) -> None:
    """Day 60 begins on 31 May: what ends then has 30 May as its last day."""
    rows = diff(base(), what_if(f"changes: {{workforce.clerk.sickness: {{multiply: 2, when: {when}}}}}\n"))
    assert [row[2] for row in rows] == [said]


def test_a_scenario_does_not_differ_from_itself(base: Load) -> None:
    assert diff(base(MORE), base(MORE)) == []
    assert diff(base(), base("changes: {workforce.clerk.posts: {value: 5, evidence: P097}}\n")) == [
        ("workforce.clerk.posts", "4", "5", "P097")
    ]
