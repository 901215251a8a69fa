"""What must hold between the parts of a scenario, each spoilt once."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import ScenarioError, load
from sim.scenario.schema import By, Shares, Stay

GOOD = """\
title: A place
people:
  age: {young: 0.4, old: rest}
  need: {order: [low, high], by: age, old: {low: 0.3, high: rest}, otherwise: low}
demand:
  requests: {rate: {value: 10/day, factors: {}}}
doors: {requests: desk}
teams:
  desk: {calendar: office_hours}
  nurses: {calendar: always, reserved: {community: 0.1}}
staffing: {clerk: {desk: 0.5, nurses: rest}}
workforce:
  clerk: {posts: 4}
pools:
  beds: {capacity: 20}
  hours: {capacity: 100 h/week}
market:
  care: {hours: 500 h/week}
events:
  wait:
    rises: {rate: {value: 0.1/week, factors: {need: {low: 0.5}}}, need: {change: 1}}
    admitted: {rate: 0.1/week, to: ward, sets: {route: crisis}}
  on_ward:
    relapse: {rate: 0.1/week, restart: ward}
  on_care:
    died: {rate: 0.3/year, to: home}
stations:
  desk: {kind: task, team: desk, effort: 1 h, waiting: wait, next: {by: need, low: home, high: {ward: 0.5, help: rest}}}
  ward:
    kind: stay
    length: {by: age, young: 5 days, otherwise: {dist: gamma, mean: 9 days, sd: 9 days}}
    while_here: on_ward
    pool: beds
    next: source
  help: {kind: stay, pool: hours, amount: {start: 12 h/week, end: 4 h/week}, length: 30 days, next: home}
  source: {kind: sourcing, team: nurses, effort: 3 h, market: care, offers: 0.2/day, next: care}
  care: {kind: package, market: care, takes_stock: true, amount: 10 h/week, while_here: on_care}
  home: {kind: exit}
stock:
  care: {here: 12, need: {low: 0.5, high: rest}}
  desk: {waiting: 5, waited: 3 days}
run: {length: 365 days}
"""


def said(text: str, tmp_path: Path) -> str:
    path = tmp_path / "it.yaml"
    path.write_text(text)
    with pytest.raises(ScenarioError) as raised:
        load(str(path))
    return str(raised.value).replace(str(path), "it.yaml")


def test_the_place_these_tests_spoil_is_sound(tmp_path: Path) -> None:
    (tmp_path / "it.yaml").write_text(GOOD)
    scenario = load(str(tmp_path / "it.yaml"))
    ward = scenario.stations["ward"]
    assert isinstance(ward, Stay)
    assert isinstance(ward.length, By)
    table = scenario.stations["desk"].next  # type: ignore[union-attr]
    assert isinstance(table, By)
    assert isinstance(table.rows["low"], Shares)
    assert {key: (opening.here, opening.waiting) for key, opening in scenario.stock.items()} == {
        "care": (12, 0), "desk": (0, 5)
    }  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), [
    # references
    ("while_here: on_ward", "while_here: on_wrad", "there is no `on_wrad` in `events`; known: `on_care`, `on_ward` or "
     "`wait`; did you mean `on_ward`?"),
    ("calendar: office_hours", "calendar: office_hour", "did you mean `office_hours`?"),
    ("{clerk: {desk: 0.5,", "{clrek: {desk: 0.5,", "staffing.clrek: there is no `clrek` in `workforce`"),
    ("doors: {requests: desk}", "doors: {request: desk}", "doors.request: there is no `request` in `demand`"),
    ("doors: {requests: desk}", "doors: {}", "demand.requests: `requests` has no door"),
    ("factors: {}", "profile: [office_week]", "there is no `office_week` in `profiles`; there are no `profiles` here"),
    ("restart: ward", "restart: desk", "`desk` is not a stay; `restart` names a station of kind `stay`"),
    # attributes and their levels
    ("factors: {}", "factors: {carer: {none: 2}}", "people have no attribute `carer`; known: `age`, `need`, `class`, "
     "`package`, `place` or `route`"),
    ("factors: {need: {low: 0.5}}", "factors: {need: {lwo: 0.5}}", "`lwo` is not a level of `need`; known: `low` or "
     "`high`; did you mean `low`?"),
    ("{by: age, young: 5 days,", "{by: age, yuong: 5 days,", "`yuong` is not a level of `age`"),
    ("low: home, high: {ward: 0.5, help: rest}", "low: home", "there is no row for `high`; write one for each, or "
     "`otherwise:`"),
    ("order: [low, high], by: age", "order: [low, high], by: need", "`need` depends on itself"),
    ("old: {low: 0.3, high: rest}", "old: {low: 0.3, hihg: rest}", "`hihg` is not in `order`; known: `low` or `high`"),
    ("need: {low: 0.5, high: rest}}", "ned: {low: 0.5, high: rest}}", "stock.care.ned: `ned` is not known here"),
    ("sets: {route: crisis}", "sets: {rout: crisis}", "people have no attribute `rout`"),
    ("reserved: {community: 0.1}", "reserved: {comunity: 0.1}", "nobody has the route `comunity`"),
    # ways
    ("next: {by: need, low: home, high: {ward: 0.5, help: rest}}", "next: home", "nobody can get to `help`"),
    ("on_care}", "on_ward}", "nobody can leave from `care`; let `next` or an event lead to a station of kind `exit`"),
    # staff
    ("desk: 0.5, nurses: rest", "nurses: 1", "nobody works in `desk`; give it a share under `staffing`, or `workers`"),
    ("team: nurses, effort: 3 h", "team: desk, effort: 3 h, caseload: 3", "`caseload` is not known here"),
    ("effort: 1 h,", "effort: 1 day,", "a working time in days has no meaning for a team on `office_hours`; "
     "write the hours of work, such as `6 h`"),
    ("team: desk, effort: 1 h,", "team: desk,", "the team has no `effort` here"),
    ("team: desk, effort: 1 h,", "", "this task takes no time"),
    # pools
    ("{start: 12 h/week, end: 4 h/week}", "{start: 120 h/week, end: 4 h/week}", "one person needs 120, more than "
     "`hours` has (100)"),
    ("amount: {start: 12 h/week, end: 4 h/week}, ", "", "`hours` is in hours a week; write `amount: 12 h/week`"),
    ("pool: beds\n", "pool: beds\n    amount: 3 h/week\n",
     "`beds` is counted otherwise; write a number of places"),
    ("{hours: 500 h/week}", "{hours: 500 h/week, beds: 3}", "a market has either `hours` or `beds`"),
    ("  care: {here: 12,", "  caer: {here: 12,", "no station takes the stock of `caer`"),
    # events
    ("restart: ward", "note: nothing", "nothing happens; write `to`, `restart`, `need`, `package` or `sets`"),
    ("rate: 0.1/week, to: ward", "to: ward", "nothing says when it happens"),
    ("rate: 0.1/week, to: ward", "rate: 0.1/week, after: 3 days, to: ward", "it says more than once when it happens"),
    ("rate: 0.1/week, to: ward", "rate: 0.1/week, restart: ward, to: ward", "it has both `to` and `restart`"),
    # shares and ids
    ("ward: 0.5, help: rest", "ward: rest, help: rest", "`rest` is written twice; one option takes the rest"),
    ("ward: 0.5, help: rest", "ward: 1.0, help: 0.5, home: rest",
     "the shares sum to 1.5; with `rest` they sum to at most 1"),
    ("  help: {kind", "  Help-Us: {kind", "`Help-Us` cannot be an id; an id is snake_case: small letters, figures "
     "and `_`; did you mean `help_us`?"),
    ("  help: {kind", "  rest: {kind", "`rest` is a word of the language; choose another id"),
    # distributions
    ("{dist: gamma, mean: 9 days, sd: 9 days}", "{dist: gamma, mean: 9 days}", "`gamma` cannot be made of `mean`; "
     "it needs {mean: .., sd: ..} or {mean: .., variance: ..} or {shape: .., scale: ..}"),
    ("{dist: gamma, mean: 9 days, sd: 9 days}", "{mean: 9 days}", "there is no `dist` here"),
    ("{dist: gamma, mean: 9 days, sd: 9 days}", "{dist: uniform, min: 9 days, max: 3 days}",
     "`max` is not more than `min`"),
])  # fmt: skip
def test_each_part_fits_the_others(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in GOOD
    assert message in said(GOOD.replace(old, new, 1), tmp_path)


def test_evidence_is_in_the_register_or_in_words(tmp_path: Path) -> None:
    text = GOOD.replace("factors: {}", "evidence: {}", 1)
    for good in ("P097", "assumption", '"HR, spring 2026"'):
        (tmp_path / "it.yaml").write_text(text.replace("{}", good, 1))
        load(str(tmp_path / "it.yaml"))
    assert said(text.replace("{}", "hearsay", 1), tmp_path) == (
        "it.yaml:6:46: demand.requests.rate.evidence: `hearsay` is not in the evidence register; "
        "write an id of the register, `assumption`, or your own source in a few words"
    )
