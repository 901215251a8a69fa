"""What could not act, or could never end, is refused: nothing written is passed over in silence."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from sim.scenario import Scenario, ScenarioError, load
from sim.scenario.loads import offered
from sim.scenario.rings import rings

GOOD = """\
title: A place
people:
  need: {low: 0.4, high: rest}
demand:
  requests: {rate: {value: 10/day, profile: [day]}}
doors: {requests: desk}
profiles:
  day: {hour: {0: 1, 8: 2}}
  week: {weekday: {mon: 2, tue: 1, wed: 1, thu: 1, fri: 1, sat: 1, sun: 1}}
calendars:
  days: {days: [mon, tue], from: '09:00', until: '17:00'}
teams:
  desk: {calendar: days}
  cases: {calendar: office_hours}
  fixed: {workers: 2}
staffing: {clerk: {desk: 0.5, cases: rest}}
discharge_pull: {to: desk, full_at: 5, teams: {cases: 0.2}}
workforce:
  clerk: {posts: 4}
pools:
  hours: {capacity: 100 h/week}
market:
  care: {hours: 500 h/week, hand_backs: 0.1/year}
events:
  wait:
    rises: {rate: {value: 0.1/week, factors: {need: {low: 0.5}}}, need: {change: 1}}
  on_care:
    review: {after: 1 year, repeats: true, to: review, package: keep}
    died: {rate: {value: 0.3/year, profile: [week]}, to: home}
stations:
  desk: {kind: task, team: desk, effort: 1 h, waiting: wait, next: {help: 0.3, assess: 0.3, check: rest}}
  check: {kind: task, team: fixed, effort: 1 h, room: 3, when_full: lost, next: home}
  assess: {kind: task, team: cases, effort: 1 h, caseload: 18, next: source}
  review: {kind: task, team: cases, effort: 1 h, caseload: 18, next: return}
  help: {kind: stay, pool: hours, amount: {start: 12 h/week, end: 4 h/week}, length: 30 days, next: home}
  source: {kind: sourcing, team: desk, effort: 3 h, market: care, offers: 0.2/day, next: care}
  care: {kind: package, market: care, takes_stock: true, amount: 10 h/week, while_here: on_care}
  home: {kind: exit}
stock:
  care: {here: 12}
  desk: {waiting: 5}
run: {length: 365 days}
"""
ACT = "`factors` act on the hazards of events alone; write them on a `rate`, `background` or `excess`; "
HOURS = "`day` goes by the hour, and this number holds for whole days; "


def written(text: str, tmp_path: Path) -> Scenario:
    path = tmp_path / "it.yaml"
    path.write_text(text)
    return load(str(path))


def said(text: str, tmp_path: Path) -> str:
    with pytest.raises(ScenarioError) as raised:
        written(text, tmp_path)
    return str(raised.value).replace(str(tmp_path / "it.yaml"), "it.yaml")


def test_the_place_these_tests_spoil_is_sound(tmp_path: Path) -> None:
    assert written(GOOD, tmp_path).title == "A place"


@pytest.mark.parametrize(("old", "new", "message"), [
    # teams
    ("caseload: 18, next: return", "caseload: 12, next: return",
     "it.yaml:34:60: stations.review.caseload: `cases` has a caseload of 12 here and of 18 in `assess`; "
     "all cases of a team are one caseload: write and change it alike in all its tasks"),
    ("caseload: 18, next: return", "next: return",
     "teams.cases: `review` goes by effort and `assess` by caseload; all tasks of a team go by one of the two"),
    ("team: desk, effort: 3 h", "team: cases, effort: 3 h", "`source` goes by effort and `assess` by caseload"),
    ("teams: {cases: 0.2}", "teams: {cases: 0.2, fixed: 0.1}",
     "it.yaml:17:60: discharge_pull.teams.fixed: `fixed` has a fixed number of `workers`, so that nobody can move; "
     "staff it from the `workforce` by `staffing`, or leave it out"),
    ("pull: {to: desk", "pull: {to: fixed", "discharge_pull.to: `fixed` has a fixed number of `workers`"),
    ("until: '17:00'", "until: '06:00'",
     "it.yaml:11:50: calendars.days.until: it would close at 06:00, not after it opens at 09:00; hours lie within one "
     "day, up to `until: '24:00'`; for a night, give the evening and the morning to a team each"),
    ("from: '09:00', until: '17:00'", "from: '24:00'", "calendars.days.from: it would close at 24:00, not after it"),
    ("from: '09:00', until: '17:00'", "until: '00:00'", "it would close at 00:00, not after it opens at 00:00"),
    ("days: [mon, tue]", "days: []", "calendars.days.days: no day is listed, so that it never opens; "
     "write the days, such as `[mon, tue]`, or leave out `days` for every day"),
    # the start
    ("desk: {waiting: 5}", "desk: 5", "it.yaml:41:9: stock.desk.here: nobody can be in the midst of a task at the "
     "start; only a stay or a package has people `here`; write `waiting: 5` for a queue"),
    ("desk: {waiting: 5}", "source: {here: 5, waiting: 1}",
     "stock.source.here: nobody can be in the midst of a sourcing at the start"),
    ("desk: {waiting: 5}", "home: {waiting: 5}", "stock.home.waiting: `home` is an exit, where nobody stays; "
     "only a stay or a package has people at the start"),
    # amounts
    ("{start: 12 h/week, end: 4 h/week}", "{start: 4 h/week, end: 12 h/week}",
     "it.yaml:35:66: stations.help.amount.end: it rises from 4 at the `start` to 12 at the `end`; "
     "an amount falls along a stay, or stays the same: let `end` be at most `start`"),
    ("start: 12 h/week, end: 4 h/week",
     "start: {by: need, low: 6 h/week, otherwise: {dist: gamma, mean: 12 h/week, sd: 2 h/week}}, end: 9 h/week",
     "it rises from 6 at the `start` to 9 at the `end` (need low)"),
    ("amount: 10 h/week", "amount: {dist: gamma, mean: 140 h/week, sd: 9 h/week}",
     "it.yaml:37:66: stations.care.amount: one person needs 140, and the largest of 25 providers of `care` has 131; "
     "nobody could ever start: lower the amount, raise the `hours` or write fewer `providers`"),
    ("{hours: 500 h/week, ", "{hours: 30 h/week, ", "and the largest of 25 providers of `care` has 7.75"),
    # numbers that would not vary
    ("offers: 0.2/day", "offers: {value: 0.2/day, factors: {need: {low: 2}}}",
     f"it.yaml:36:75: stations.source.offers: {ACT}for anything else write one value for each `{{by: need, ..}}` "
     "where that may be, or leave them out"),
    ("length: 30 days", "length: {value: 30 days, factors: {need: {low: 2}}}", f"stations.help.length: {ACT}"),
    ("profile: [day]", "factors: {need: {low: 2}}", f"demand.requests.rate: {ACT}"),
    ("after: 1 year", "after: {value: 1 year, factors: {need: {low: 2}}}", f"events.on_care.review.after: {ACT}"),
    ("profile: [week]", "profile: [day]", f"it.yaml:29:18: events.on_care.died.rate: {HOURS}"
     "an `hour` profile acts on the `rate` of a stream; go by `weekday` or `month` here"),
    ("capacity: 100 h/week", "capacity: {value: 100 h/week, profile: [day]}", f"pools.hours.capacity: {HOURS}"),
    ("after: 1 year", "after: {value: 1 year, profile: [week]}", "events.on_care.review.after: no profile acts on this "
     "number; leave out `profile`; a dated change may act on shares"),
    ("help: 0.3,", "help: {value: 0.3, profile: [week]},", "stations.desk.next.help: no profile acts on this number"),
    # a need that nobody has
    ("  need: {low: 0.4, high: rest}", "  age: {low: 0.4, high: rest}",
     "it.yaml:26:73: events.wait.rises.need: people have no attribute `need` that could change; "
     "write `people: {need: {order: [low, high], low: 0.6, high: rest}}`, or leave this out"),
    ("length: 30 days, next", "length: {by: age, old: 3 days, otherwise: 30 days}, next",
     "stations.help.length.by: people have no attribute `age`"),
    # afterwards
    ("home: {kind: exit}", "home: {kind: exit, while_here: wait}", "it.yaml:38:34: stations.home: nothing says how "
     "long people may come back; write `length:` beside it, such as `length: 12 weeks`"),
    ("home: {kind: exit}", "home: {kind: exit, length: 12 weeks}", "stations.home.length: nobody comes back from here; "
     "write `while_here:` and a set of events that lead back, or leave out `length`"),
    ("home: {kind: exit}", "home: {kind: exit, while_here: wait, length: 12 weeks}", "it.yaml:26:12: "
     "events.wait.rises: this leads nowhere; write `to:` and a station: people come back from `home` by it"),
    ("home: {kind: exit}", "home: {kind: exit, while_here: on_care, length: 12 weeks}", "events.on_care.review.after: "
     "`after` has no meaning after the exit `home`; people come back by a `rate` and a `to`; they wait for nothing and "
     "hold nothing"),
    ("home: {kind: exit}", "home: {kind: exit, while_here: {by: need, low: nobody, high: wait}, length: 2 weeks}",
     "stations.home.while_here.low: there is no `nobody` in `events`"),
    ("home: {kind: exit}", "home: {kind: exit, while_here: wait, length: 0 weeks}", "it.yaml:38:48: "
     "stations.home.length: nobody can come back in no time; write a time above 0, such as `12 weeks`"),
    # reviews
    ("effort: 1 h, waiting: wait,", "effort: 1 h, adjusts: {up: 1}, waiting: wait,", "stations.desk.adjusts: nobody "
     "goes back to a package from here; let `next` lead to `return`, or leave this out"),
    ("18, next: return", "18, adjusts: {up: 2}, next: return", "stations.review.adjusts.up"),
    ("18, next: return", "18, adjusts: {more: 1}, next: return", "stations.review.adjusts.more"),
    ("18, next: return", "18, adjusts: {up: 1}, keep_case: 1, next: return", "stations.review.keep_case: a review that "
     "`adjusts` hours keeps no case open; leave out one of the two"),
    ("room: 3, when_full: lost,", "keep_case: 0.5,", "stations.check.keep_case: there is no case that could stay open; "
     "write `caseload:` beside it"),
    # ways back
    ("doors: {requests: desk}", "doors: {requests: {desk: 0.5, return: rest}}", "it.yaml:6:31: doors.requests.return: "
     "nobody who comes in has a package yet; `return` leads back to a station of kind `package`: name another station"),
    # room
    ("room: 3, when_full: lost", "room: 3", "it.yaml:32:55: stations.check.room: nothing says what becomes of those "
     "beyond the room; write `when_full: lost` beside it, or leave out `room`: without it all may wait"),
    ("room: 3, when_full: lost", "room: 3, when_full: waits", "nothing says what becomes of those beyond the room"),
    ("room: 3, when_full: lost", "when_full: lost", "it.yaml:32:60: stations.check.when_full: nothing says when it is "
     "full; write `room:` and how many may wait, such as `room: 0`"),
    ("amount: 10 h/week", "amount: 10 h/week, room: 0, when_full: lost", "stations.care.room: nobody waits here for "
     "either; `room` limits those who wait for a team or for a place of a pool"),
])  # fmt: skip
def test_nothing_is_passed_over(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in GOOD
    assert message in said(GOOD.replace(old, new, 1), tmp_path)


def test_a_package_handed_back_is_searched_for(tmp_path: Path) -> None:
    homes = GOOD.replace("market:\n", "market:\n  homes: {beds: 90, hand_backs: 0.1/year}\n", 1)
    assert written(homes, tmp_path).market["homes"].beds
    spoilt = homes.replace("package, market: care, takes_stock: true, amount: 10 h/week", "package, market: homes")
    assert said(spoilt.replace("  care: {here: 12}\n", ""), tmp_path) == (
        "it.yaml:23:33: market.homes.hand_backs: nobody searches this market again for a package that is handed back; "
        "write a station of kind `sourcing` with `market: homes`, or leave out `hand_backs`"
    )


def test_a_package_of_one_bed_needs_a_provider_with_a_bed(tmp_path: Path) -> None:
    homes = GOOD.replace("hours: 500 h/week", "beds: 3").replace("amount: 10 h/week, ", "")
    assert "one person needs 1, and the largest of 25 providers of `care` has 0; nobody could " in said(homes, tmp_path)
    written(homes.replace("beds: 3", "beds: 3, providers: 2"), tmp_path)


def test_return_needs_a_package_in_the_model(tmp_path: Path) -> None:
    text = "\n".join(line for line in GOOD.splitlines() if "kind: package" not in line)
    text = text.replace("source: {kind: sourcing, team: desk, effort: 3 h, market: care, offers: 0.2/day, next: care}",
                        "source: {kind: task, team: desk, effort: 3 h, next: {review: 0.5, home: rest}}")  # fmt: skip
    assert said(text.replace("  care: {here: 12}\n", ""), tmp_path) == (
        "it.yaml:34:70: stations.review.next: there is no package to return to; "
        "`return` leads back to a station of kind `package`: name another station"
    )


def test_caseloads_of_a_team_change_together(tmp_path: Path) -> None:
    base = GOOD.replace("run:", "changes:\n  stations.assess.caseload: {multiply: 1.5, when: {from: day 60}}\nrun:", 1)
    assert "the caseload of `cases` changes otherwise here than in `assess`" in said(base, tmp_path)
    both = base.replace("run:", "  stations.review.caseload: {multiply: 1.5, when: {from: day 60}}\nrun:", 1)
    written(both, tmp_path)


@pytest.mark.parametrize("law", [
    "{dist: lognormal, mu: 99999, sigma: 1, unit: h/week}", "{dist: weibull, shape: 0.0001, scale: 9 h/week}",
    "{dist: gamma, mean: 9 h/week, sd: 1 h/week, max: 8 h/week}", "{dist: lognormal, median: 9e99 h/week, sd: 1 min}",
    "{dist: mixture, parts: {a: {weight: 1, dist: exponential, mean: 9 h/week}, b: {weight: 1, value: 4 h/week}}}",
])  # fmt: skip
def test_no_law_of_an_amount_breaks_the_reading(law: str, tmp_path: Path) -> None:
    for old in ("amount: 10 h/week", "end: 4 h/week"):
        with contextlib.suppress(ScenarioError):
            written(GOOD.replace(old, f"{old.split(':')[0]}: {law}"), tmp_path)


RING = """\
title: Two wards
demand: {falls: {rate: 1/day}}
doors: {falls: ward}
pools: {ward: {capacity: 9}, rehab: {capacity: 9}}
teams: {porters: {workers: 1}}
events:
  nothing: {}
  gone: {died: {rate: 0.1/day, to: home}}
  again: {ill: {rate: 0.1/day, restart: ward}}
stations:
  ward: {kind: stay, pool: ward, length: 4 days, keep_place: true, next: {move: 0.5, home: rest}}
  move: {kind: task, team: porters, effort: 1 h, next: rehab}
  rehab: {kind: stay, pool: rehab, length: 4 days, keep_place: [ward], next: {ward: 0.1, home: rest}}
  home: {kind: exit}
run: {length: 365 days}
"""


def test_stays_that_may_block_each_other_for_ever_are_named(tmp_path: Path) -> None:
    scenario = written(RING, tmp_path)
    assert rings(scenario) == [("ward", "rehab")]
    assert [load.warning for load in offered(scenario) if load.kind == "pool"] == [
        "people may block each other, and then change places: ward -> rehab -> ward",
        "idle: under a third of it is used",
    ]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "ring"), [
    ("keep_place: [ward]", "keep_place: [home]", []),
    ("keep_place: [ward], ", "", []),
    ("keep_place: true", "keep_place: [rehab]", []),  # given up on the way to the porters
    ("next: {ward: 0.1, home: rest}", "next: home", []),
    ("next: {ward: 0.1, home: rest}", "next: {ward: 0, home: rest}", []),
    ("pool: rehab, ", "", []),
    ("length: 4 days, keep_place: [ward]", "length: 4 days, waiting: gone, keep_place: [ward]", []),
    ("length: 4 days, keep_place: [ward]", "length: 4 days, waiting: again, keep_place: [ward]", [("ward", "rehab")]),
    ("length: 4 days, keep_place: [ward]",
     "length: 4 days, waiting: {by: place, ward: gone, otherwise: nothing}, keep_place: [ward]", []),
    ("length: 4 days, keep_place: [ward]",
     "length: 4 days, waiting: {by: place, none: gone, otherwise: nothing}, keep_place: [ward]", [("ward", "rehab")]),
    ("next: {move: 0.5, home: rest}", "next: {move: 0.5, ward: 0.1, home: rest}", [("ward",), ("rehab", "ward")]),
])  # fmt: skip
def test_what_breaks_a_ring(old: str, new: str, ring: list[tuple[str, ...]], tmp_path: Path) -> None:
    assert old in RING
    assert rings(written(RING.replace(old, new, 1), tmp_path)) == ring


def test_no_shipped_scenario_blocks_itself_for_ever() -> None:
    assert rings(load("baseline")) == []
