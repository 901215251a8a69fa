"""The five changes, the level dial, dates, and what may not be changed: each on one small place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sim.scenario import Scenario, ScenarioError
from sim.scenario import load as shipped
from sim.scenario.schema import By, Shares, Task
from tests.unit.scenario.conftest import Library

Load = Callable[..., Scenario]


def desk(scenario: Scenario, time: float = 0.0) -> dict[str, float]:
    station = scenario.stations["desk"]
    assert isinstance(station, Task)
    assert isinstance(station.next, Shares)
    return {option: round(share, 12) for option, share in station.next.at(time).items()}


def sickness(scenario: Scenario, time: float = 0.0) -> float:
    return round(scenario.workforce["clerk"].sickness.at(time), 12)


def said(load: Load, *args: object, **options: object) -> str:
    with pytest.raises(ScenarioError) as raised:
        load(*args, **options)
    return str(raised.value)


# what each change does, from the beginning


def test_set(base: Load) -> None:
    number = base("changes: {workforce.clerk.sickness: {value: 0.2, range: [0.1, 0.3], evidence: HR says}}\n")
    clerk = number.workforce["clerk"].sickness
    assert (clerk.value, clerk.range, clerk.evidence, clerk.changes) == (0.2, (0.1, 0.3), "HR says", ())
    assert clerk.origin == "it.yaml:4"


def test_multiply_and_add(base: Load) -> None:
    assert sickness(base("changes: {workforce.clerk.sickness: {multiply: 3}}\n")) == 0.15
    assert sickness(base("changes: {workforce.clerk.sickness: {add: 0.1}}\n")) == 0.15


def test_a_range_moves_with_its_value_and_widens_with_that_of_the_change(base: Load) -> None:
    """10/day, 5 to 20, by 2, 1.5 to 2.5: 20 less hypot(10, 5) to 20 plus hypot(20, 5). A change alone gives its own."""
    rate = base("changes: {demand.requests.rate: {multiply: 2, range: [1.5, 2.5]}}\n").demand["requests"].rate
    assert rate is not None
    assert rate.range == pytest.approx((20 - 125**0.5, 20 + 425**0.5))
    clerk = base("changes: {workforce.clerk.sickness: {add: 0.05, range: [0, 0.1]}}\n").workforce["clerk"].sickness
    assert clerk.range == pytest.approx((0.05, 0.15))
    rate = base("changes: {demand.requests.rate: {multiply: 2}}\n").demand["requests"].rate
    assert rate is not None
    assert rate.range == (10.0, 40.0)


def test_whole_numbers_are_multiplied_and_added_to_and_rounded_once(base: Load) -> None:
    """10 people by 0.25 and by 2 are 5, not 3 and then 6."""
    opening = "stock: {ward: {here: 10, waiting: 3}}\nchanges:\n  stock.*.here: {multiply: 0.25}\n"
    assert base(opening).stock["ward"].here == 3
    ward = base(opening + "  stock.ward.here: {multiply: 2}\n  stock.ward.waiting: {add: -2}\n").stock["ward"]
    assert (ward.here, ward.waiting) == (5, 1)


def test_whole_numbers_stay_within_bounds_and_do_not_change_part_way(base: Load, library: Library) -> None:
    text = said(base, "stock: {ward: 10}\nchanges: {stock.ward.here: {add: -12}}\n")
    assert "makes this -2, which is too small; allowed: 0 to 1,000,000,000" in text
    with (library.folder / "base.yaml").open("a") as file:
        file.write("stock: {ward: 10}\n")
    text = said(library.what_if, "changes: {stock.ward.here: {multiply: 2}}\n")
    assert "who is there at the start cannot change part-way through a run" in text


def test_a_range_moves_with_its_value(base: Load) -> None:
    rate = base("changes: {demand.requests.rate: {multiply: 2}}\n").demand["requests"].rate
    assert rate is not None
    assert (rate.value, rate.range) == (20, (10, 40))


def test_divert_keeps_the_sum(base: Load) -> None:
    scenario = base("changes: {stations.desk.next: {divert: 0.5, from: advice, to: ward}}\n")
    assert desk(scenario) == {"advice": 0.25, "ward": 0.45, "visit": 0.3}


def test_divert_from_several_sources(base: Load) -> None:
    scenario = base("changes: {stations.desk.next: {divert: {advice: 0.5, visit: 0.1}, to: ward}}\n")
    assert desk(scenario) == {"advice": 0.25, "ward": 0.48, "visit": 0.27}


def test_the_range_of_a_diversion_holds_the_share_of_each_source(base: Load) -> None:
    line = "changes: {stations.desk.next: {divert: {advice: 0.5, visit: 0.1}, to: ward, range: [0.2, 0.6]}}\n"
    assert "stations.desk.next.range: the value lies outside its range" in said(base, line)
    assert base(line.replace("0.2,", "0.1,"))


def test_divert_reaches_every_row_that_has_the_source(base: Load) -> None:
    table = base("changes: {stations.visit.next: {divert: 0.5, from: ward, to: home}}\n").stations["visit"].next  # type: ignore[union-attr]
    assert isinstance(table, By)
    assert table.rows["low"].at(0) == pytest.approx({"advice": 0.8, "ward": 0.1, "home": 0.1})
    assert table.otherwise is not None
    assert table.otherwise.at(0) == pytest.approx({"ward": 0.3, "advice": 0.4, "home": 0.3})


def test_new_and_a_divert_that_leads_to_it(base: Load) -> None:
    scenario = base(
        "changes:\n"
        "  stations.desk.next: {divert: 1.0, from: ward, to: rapid}\n"
        "  stations.rapid: {new: {kind: task, elapsed: 2 days, next: home}}\n"
        "  stations.ward.length: 9 days\n"
        "  stations.visit.next.otherwise: home\n"
        "  stations.visit.next.low.advice: 0.5\n"
    )
    assert scenario.stations["rapid"].counts_as == "rapid"
    assert desk(scenario)["rapid"] == 0.2


SPARE = """\
kind: practice
title: x
when: {from: day 10, ramp: 10 days}
changes:
  pools.spare: {new: {capacity: {value: 8, range: [6, 12], evidence: P063}}}
  workforce.helper: {new: {posts: 4, sickness: 0.1}}
  demand.found: {new: {rate: 3/day}}
  doors.found: {new: desk}
"""


@pytest.mark.parametrize("level", [1.0, 0.5])
def test_how_much_there_is_of_something_new_rises_from_nothing(library: Library, what_if: Load, level: float) -> None:
    library.write("p", SPARE)
    scenario = what_if(f"apply: {{p: {{level: {level}}}}}\n")
    spare, helper, found = scenario.pools["spare"].capacity, scenario.workforce["helper"], scenario.demand["found"].rate
    assert found is not None
    for day, weight in ((-1, 0.0), (9, 0.0), (15, 0.5), (20, 1.0), (29, 1.0)):
        at = [number.at(day) for number in (spare, helper.posts, found)]
        assert at == pytest.approx([8 * level * weight, 4 * level * weight, 3 * level * weight]), day
    assert helper.sickness.at(0) == 0.1
    (change,) = spare.changes
    assert (change.range, change.evidence) == ((6, 12), "P063")


def test_something_new_from_the_beginning_is_there_in_full_or_at_its_level(library: Library) -> None:
    assert library.base("changes: {pools.spare: {new: {capacity: 8}}}\n").pools["spare"].capacity.value == 8
    library.write("p", SPARE.replace("when: {from: day 10, ramp: 10 days}\n", ""))
    spare = library.what_if("apply: {p: {level: 0.5}}\n", steady=True).pools["spare"].capacity
    assert (spare.value, spare.range, spare.changes) == (4, (3, 6), ())


def test_a_new_stream_without_a_rate_cannot_begin_part_way(library: Library, what_if: Load) -> None:
    library.write("p", SPARE.replace("rate: 3/day", "every: 8 h"))
    text = said(what_if, "apply: {p: {}}\n")
    assert "p.yaml:7:3: demand.found.every: `demand.found.every` cannot change part-way through a run" in text


def test_setting_a_share_gives_or_takes_from_rest(base: Load) -> None:
    assert desk(base("changes: {stations.desk.next.advice: 0.1}\n")) == {"advice": 0.1, "ward": 0.2, "visit": 0.7}


def test_a_star_stands_for_every_one(base: Load) -> None:
    scenario = base("changes: {workforce.*.sickness: {multiply: 2}}\n")
    assert [role.sickness.value for role in scenario.workforce.values()] == [0.1, 0.2]


def test_a_default_can_be_changed(base: Load) -> None:
    scenario = base("changes: {workforce.clerk.hours: {multiply: 0.5}, workforce.nurse.hours: 30 h/week}\n")
    assert [role.hours.value for role in scenario.workforce.values()] == [18.5, 30]


def test_a_constant_is_a_number_of_its_own(base: Load) -> None:
    scenario = base("changes: {stations.ward.length: {multiply: 2}, stations.desk.effort.mean: 2 h}\n")
    assert scenario.stations["ward"].length.params["value"].value == 20  # type: ignore[union-attr]
    assert scenario.stations["desk"].effort.params["mean"].value == pytest.approx(2 / 24)  # type: ignore[union-attr]


# one fixed order


@pytest.mark.parametrize("day", ["", "when: {from: day 0}\n"])
def test_the_order_is_set_divert_multiply_add(library: object, base: Load, day: str) -> None:
    write, title = library.write, "kind: pressure\ntitle: x\n"  # type: ignore[attr-defined]
    write("a", title + "changes: {workforce.clerk.sickness: {add: 0.01}, stations.desk.next.ward: {add: 0.05}}\n")
    write("b", title + "changes: {workforce.clerk.sickness: {multiply: 2}, stations.desk.next.ward: {multiply: 2}}\n")
    write("c", title + day + "changes: {workforce.clerk.sickness: 0.1, stations.desk.next.ward: 0.4}\n")
    write("d", title + "changes: {stations.desk.next: {divert: 0.5, from: ward, to: visit}}\n")
    scenario = base("apply: {a: {}, b: {}, c: {}, d: {}}\n")
    assert sickness(scenario, 1) == pytest.approx(0.1 * 2 + 0.01)
    assert desk(scenario, 1) == pytest.approx({"advice": 0.5, "ward": 0.2 * 2 + 0.05, "visit": 0.05})


def test_every_divert_reads_the_table_as_it_stands_after_set(library: object, base: Load) -> None:
    write, title = library.write, "kind: practice\ntitle: x\n"  # type: ignore[attr-defined]
    write("a", title + "changes: {stations.desk.next: {divert: 0.5, from: advice, to: ward}}\n")
    write("b", title + "changes: {stations.desk.next: {divert: 0.5, from: ward, to: visit}}\n")
    assert desk(base("apply: {a: {}, b: {}}\n"), 1) == {"advice": 0.25, "ward": 0.35, "visit": 0.4}


# conflicts


@pytest.mark.parametrize(("one", "other", "verb"), [
    ("workforce.clerk.sickness: 0.1", "workforce.clerk.sickness: 0.2", "set `workforce.clerk.sickness`"),
    ("workforce.*.sickness: 0.1", "workforce.clerk.sickness: 0.2", "set `workforce.clerk.sickness`"),
    ("teams.x: {new: {workers: 1}}", "teams.x: {new: {workers: 2}}", "make `teams.x`"),
    ("stations.desk.next: {divert: 0.5, from: advice, to: ward}",
     "stations.desk.next: {divert: {advice: 0.1, visit: 0.1}, to: ward}", "divert from `stations.desk.next.advice`"),
])  # fmt: skip
def test_two_that_cannot_both_be_are_a_conflict(library: object, base: Load, one: str, other: str, verb: str) -> None:
    library.write("a", f"kind: pressure\ntitle: x\nchanges:\n  {one}\n")  # type: ignore[attr-defined]
    library.write("b", f"kind: pressure\ntitle: x\nchanges:\n  {other}\n")  # type: ignore[attr-defined]
    text = said(base, "apply: {a: {}, b: {}}\n")
    assert "b.yaml:4:3: " in text
    assert f"this and a.yaml:4 both {verb}; settle it under `changes:` of the scenario" in text


def test_the_scenarios_own_changes_settle_a_conflict(library: object, base: Load) -> None:
    for name, value in (("a", 0.1), ("b", 0.2)):
        text = f"kind: pressure\ntitle: x\nchanges: {{workforce.clerk.sickness: {value}}}\n"
        library.write(name, text)  # type: ignore[attr-defined]
    scenario = base("apply: {a: {}, b: {}}\nchanges: {workforce.clerk.sickness: 0.3}\n")
    assert sickness(scenario, 10) == 0.3


# when


def test_changes_of_a_place_hold_from_the_beginning_those_of_a_what_if_from_the_decision(
    base: Load, what_if: Load
) -> None:
    line = "changes: {workforce.clerk.sickness: 0.2}\n"
    assert sickness(base(line), -90) == 0.2
    assert [sickness(what_if(line), time) for time in (-90, -1, 0, 364)] == [0.05, 0.05, 0.2, 0.2]
    later = what_if(line + "run: {decision: 2026-06-01}\n")
    assert [sickness(later, time) for time in (60, 61)] == [0.05, 0.2]
    assert sickness(what_if(line, steady=True), -90) == 0.2


def test_set_on_the_command_line_is_one_more_line_of_changes(what_if: Load, library: object) -> None:
    scenario = what_if("changes: {workforce.clerk.sickness: 0.2}\n", ["workforce.clerk.sickness=0.3", "run.seed=7"])
    assert (sickness(scenario), scenario.run.seed) == (0.3, 7)
    multiplied = what_if("", ["workforce.clerk.sickness={multiply: 2}"])
    assert [sickness(multiplied, time) for time in (-1, 0)] == [0.05, 0.1]


@pytest.mark.parametrize(("when", "weights"), [
    ("{from: 2026-05-01, ramp: 10 days}", {29: 0, 30: 0, 35: 0.5, 40: 1, 364: 1}),
    ("{from: day 30, until: day 60, ramp: 10 days}", {35: 0.5, 59: 1, 65: 0.5, 70: 0}),
    ("{from: 05-01, until: 05-10}", {29: 0, 30: 1, 39: 1, 40: 0}),
    ("{from: 12-20, until: 01-04, ramp: 2 days}", {263: 0, 264: 0.5, 270: 1, 278: 1, 279: 1, 280: 0.5, 281: 0}),
    ("{until: 2026-04-30, ramp: 5 days}", {0: 0, 5: 1, 29: 1, 30: 1, 35: 0}),
])  # fmt: skip
def test_dates(what_if: Load, when: str, weights: dict[float, float]) -> None:
    scenario = what_if(f"changes: {{workforce.clerk.sickness: {{value: 0.15, when: {when}}}}}\n")
    assert {t: round((sickness(scenario, t) - 0.05) / 0.1, 9) for t in weights} == weights


def test_a_change_may_have_dates_of_its_own(library: object, base: Load) -> None:
    library.write("w", "kind: pressure\ntitle: x\nwhen: {from: 12-01, until: 02-28}\nchanges:\n"  # type: ignore[attr-defined]
                  "  workforce.clerk.sickness: {multiply: 2}\n"
                  "  workforce.nurse.sickness: {multiply: 2, when: {from: 06-01, until: 06-30}}\n")  # fmt: skip
    scenario = base("apply: {w: {}}\n")
    nurse = scenario.workforce["nurse"].sickness
    assert [nurse.at(time) for time in (60, 61, 90, 91)] == [0.1, 0.2, 0.2, 0.1]
    assert [sickness(scenario, time) for time in (90, 250)] == [0.05, 0.1]


def test_dates_of_apply_go_over_those_of_the_file(library: object, base: Load) -> None:
    library.write("w", "kind: pressure\ntitle: x\nwhen: {from: 12-01, until: 02-28}\n"  # type: ignore[attr-defined]
                  "changes: {workforce.clerk.sickness: 0.1}\n")  # fmt: skip
    scenario = base("apply: {w: {from: 05-01, until: 05-31}}\n")
    assert [sickness(scenario, time) for time in (30, 60, 61, 250)] == [0.1, 0.1, 0.05, 0.05]


def test_nothing_applied_acts_before_the_decision(library: object, base: Load) -> None:
    library.write("w", "kind: pressure\ntitle: x\nwhen: {from: 12-01, until: 04-30}\n"  # type: ignore[attr-defined]
                  "changes: {workforce.clerk.sickness: 0.1}\n")  # fmt: skip
    scenario = base("apply: {w: {}}\n")
    assert [sickness(scenario, time) for time in (-60, -1, 0, 29, 30)] == [0.05, 0.05, 0.1, 0.1, 0.05]


# level


@pytest.mark.parametrize(("level", "value"), [(0, 0.05), (0.5, 0.10), (1, 0.15), (2, 0.25)])
def test_the_level_is_how_much_of_a_pressure_is_there(library: object, base: Load, level: float, value: float) -> None:
    library.write("w", "kind: pressure\ntitle: x\nchanges: {workforce.clerk.sickness: 0.15}\n")  # type: ignore[attr-defined]
    scenario = base(f"apply: {{w: {{level: {level}}}}}\n")
    assert sickness(scenario, 1) == value
    assert scenario.applied == {"w": level}
    assert bool(scenario.workforce["clerk"].sickness.changes) == (level > 0)


@pytest.mark.parametrize(("level", "value"), [(0, 0.01), (0.5, 0.03), (1, 0.05), (2, 0.09)])
def test_the_level_of_a_boulder_goes_from_lifted_to_today_and_beyond(
    library: object, base: Load, level: float, value: float
) -> None:
    library.write("b", "kind: boulder\ntitle: x\nlifted: {workforce.clerk.sickness: 0.01}\n")  # type: ignore[attr-defined]
    scenario = base(f"apply: {{b: {{level: {level}}}}}\n")
    assert sickness(scenario, 1) == value
    assert sickness(scenario, -1) == 0.05
    assert bool(scenario.workforce["clerk"].sickness.changes) == (level != 1)


def test_a_level_of_nothing_leaves_no_new_thing(library: object, base: Load) -> None:
    library.write("p", "kind: practice\ntitle: x\nchanges:\n"  # type: ignore[attr-defined]
                  "  stations.rapid: {new: {kind: task, elapsed: 2 days, next: home}}\n"
                  "  stations.desk.next: {divert: 0.5, from: advice, to: rapid}\n")  # fmt: skip
    assert "rapid" not in base("apply: {p: {level: 0}}\n").stations
    assert desk(base("apply: {p: {level: 0.5}}\n"), 1) == {"advice": 0.375, "ward": 0.2, "visit": 0.3, "rapid": 0.125}


def test_an_overlay_applied_again_on_a_base_that_has_it_is_dialled_anew(library: object, what_if: Load) -> None:
    library.write("b", "kind: boulder\ntitle: x\nlifted: {workforce.clerk.sickness: 0.01}\n")  # type: ignore[attr-defined]
    library.write("base", "title: Base\nbase: [places/small, operating-models/three-steps]\n"  # type: ignore[attr-defined]
                  "apply: {b: {level: 0.5}}\nrun: {length: 30 days}\n")  # fmt: skip
    scenario = what_if("apply: {b: {level: 0}}\n")
    assert sickness(scenario) == 0.01
    assert scenario.applied == {"b": 0}


def test_a_value_out_of_bounds_names_the_level(library: object, base: Load) -> None:
    library.write("w", "kind: pressure\ntitle: x\nchanges:\n  workforce.clerk.sickness: {multiply: 8}\n")  # type: ignore[attr-defined]
    assert sickness(base("apply: {w: {level: 1}}\n"), 1) == 0.4
    assert said(base, "apply: {w: {level: 3}}\n") == (
        "w.yaml:4:3: workforce.clerk.sickness: `w` at level 3 makes this 1.1, which is too large; "
        "allowed: at least 0 and at most 1"
    )


def test_shares_out_of_bounds_name_the_level(library: object, base: Load) -> None:
    library.write("w", "kind: pressure\ntitle: x\nchanges:\n  stations.desk.next.ward: {multiply: 2}\n")  # type: ignore[attr-defined]
    assert "`w` at level 2 makes this -0.1, which is too small" in said(base, "apply: {w: {level: 2}}\n")


# what cannot be


@pytest.mark.parametrize("line", [
    "stations.desk.team: ward_team", "stations.ward.keep_place: true", "teams.desk.calendar: always",
    "demand.requests.route: crisis", "workforce.clerk.vacancy: 0.1", "workforce.clerk.vacancy: {add: 0.1}",
    "stations.ward.length: {dist: exponential, mean: 5 days}",
])  # fmt: skip
def test_structure_cannot_change_part_way(base: Load, what_if: Load, line: str) -> None:
    changes = f"changes: {{{line}}}\n"
    base(changes)
    what_if(changes, steady=True)
    assert (
        "cannot change part-way through a run; put it in a scenario whose base is places and operating models"
        in said(what_if, changes)
    )


def test_a_table_moves_to_another_as_a_whole(what_if: Load) -> None:
    scenario = what_if("changes: {stations.desk.next: {advice: 0.1, home: 0.6, ward: rest}}\n")
    assert desk(scenario, -1) == {"advice": 0.5, "ward": 0.2, "visit": 0.3, "home": 0}
    assert desk(scenario, 0) == {"advice": 0.1, "ward": 0.3, "visit": 0, "home": 0.6}


@pytest.mark.parametrize(("line", "what"), [
    ("workforce.clerk.sicknes: 0.1", "there is no `sicknes` in `workforce.clerk`; known: `posts`, `vacancy`, "
     "`leavers`, `time_to_hire`, `hires`, `hours`, `sickness`, `leave`, `productive`, "
     "`agency`, `load_leavers`, `becomes` and 3 more; did you mean `workforce.clerk.sickness`?"),
    ("work.clerk.sickness: 0.1", "did you mean `workforce.clerk.sickness`?"),
    ("demand.requests.rate.value: 3/day", "a path names the number, not its `.value`; did you mean "
     "`demand.requests.rate`?"),
    ("stations.desk.next.visit: 0.3", "`visit` takes the rest; set, or divert from, the options beside it"),
    ("stations.desk.effort: {multiply: 2}", "this is not one number; name one, such as `stations.desk.effort.mean`"),
    ("stations.desk.next: {divert: 0.5, from: advise, to: ward}", "nothing goes to `advise` here; "
     "known: `advice`, `ward` or `visit`; did you mean `advice`?"),
    ("stations.desk: {new: {kind: exit}}",
     "`stations.desk` is there already; to change what is there, name one of its numbers"),
    ("workforce.clerk.sickness: {multply: 2}", "`multply` is not a change; a change is a value, or `new`, `multiply`, "
     "`add` or `divert`; did you mean `multiply`?"),
    ("workforce.clerk.sickness: {multiply: 2, add: 1}", "it says `multiply` and `add`; write one of them"),
    ("pools.*.beds: 3", "there is no `beds` in `pools.*`"),
    ("discharge_pull.full_at: 3", "there is no `discharge_pull`"),
])  # fmt: skip
def test_a_change_that_cannot_be_says_why(base: Load, line: str, what: str) -> None:
    text = said(base, f"changes:\n  {line}\n")
    assert text.startswith("it.yaml:5:")
    assert what in text


@pytest.mark.parametrize(("line", "message"), [
    ("market.home_care.closures: 6%", "`6%` is a percentage; write `0.06/year`"),
    ("market.home_care.self_funded: 20%", "`20%` is a percentage; this is an amount, not a share; today 3700 h/week"),
    ("market.home_care.self_funded: 0.2", "`self_funded: 0.2` has no unit; this is an amount, not a share; today 3700"),
    ("pools.intermediate_beds.spot: 15%", "`15%` is a percentage; this is an amount, not a share; today "),
    ("workforce.social_worker.sickness: 15%", "`15%` is a percentage; write `0.15`"),
])  # fmt: skip
def test_a_percentage_is_answered_in_the_unit_of_the_field(line: str, message: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        shipped("hull-tracks", [line.replace(": ", "=")])
    assert message in str(raised.value)


@pytest.mark.parametrize(("line", "message"), [
    ("workforce.newly_qualified_social_worker.supervision=200 h/week", "200 h/week is more than the 37 h/week of its"),
    ("workforce.social_worker.agency=500", "500 is more than the 68 of its `posts`"),
    ("stations.assessment.done_by=[social_workers]", "there is no `social_workers` in `workforce`"),
])  # fmt: skip
def test_no_role_has_more_than_there_can_be(line: str, message: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        shipped("hull-tracks", [line])
    assert message in str(raised.value)
    assert "may not do this" not in str(raised.value)
