"""What is shown of a moment is what had happened by then: no series may use what only the future knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.experiment import run
from sim.experiment.overtime import over_time_rows
from sim.log.part import part
from sim.log.tables import SPELL_TYPES, Log
from sim.measures.areas import Floats
from sim.measures.catalogue import CATALOGUE
from sim.measures.setting import Setting
from sim.measures.stations import daily, series_names
from sim.measures.table import station_table
from sim.measures.view import MeasureInput
from sim.scenario import Scenario, load
from sim.world import compile, simulate

WINTER = 23
"""Days from the start below to the first of December, when the winter begins."""
SETS = ("run.start=2026-11-08", "run.length=40 days", "run.warm_up=0 days")
CUT = 20
"""Days to the cut of the small world."""
SMALL = """
title: Searches whose need grows while brokers have them, and after
people: {need: {order: [low, high], low: 1.0, high: 0.0}}
demand: {people: {rate: 6/day}}
doors: {people: looking}
profiles: {hours: {steps: {2026-04-21: CUT}}}
teams: {brokers: {workers: 3}}
market: {care: {hours: {value: 400 h/week, profile: hours}, providers: 2, fit: 0.7}}
events: {looking: {grows: {rate: 0.3/day, need: {change: 1}}, tires: {rate: 0.2/day, to: gone}}}
stations:
  looking: {kind: sourcing, counts_as: care_sourcing, market: care, team: brokers, effort: 6 h, offers: 0.4/day,
            waiting: looking, next: home}
  home: {kind: package, counts_as: home_care, market: care, amount: {by: need, low: 5 h/week, high: 9 h/week},
         length: 8 days, next: gone}
  gone: {kind: exit}
run: {start: 2026-04-01, length: LENGTH days, replications: 1}
"""


def small(folder: Path, length: int = 3 * CUT, hours: float = 1.0) -> Scenario:
    path = folder / "small.yaml"
    path.write_text(SMALL.replace("LENGTH", str(length)).replace("CUT", str(hours)))
    return load(str(path))


def seen(scenario: Scenario, log: Log | None = None) -> MeasureInput:
    return MeasureInput(log or simulate(compile(scenario), seed=1, replication=0), Setting.of(scenario))


def by_day(view: MeasureInput) -> dict[str, Floats]:
    return dict(zip(series_names(view.setting), daily(view), strict=True))


def apart(one: dict[str, Floats], other: dict[str, Floats]) -> list[str]:
    """Names of what is not the same in both."""
    assert one.keys() == other.keys()
    return [name for name, value in one.items() if not np.allclose(value, other[name], 1e-9, 1e-9, equal_nan=True)]


def first_days(view: MeasureInput, days: int) -> dict[str, Floats]:
    return {name: row[:days] for name, row in by_day(view).items()}


def cut(view: MeasureInput, days: int) -> MeasureInput:
    return MeasureInput(part(view.log, 0.0, float(days)), view.setting)


def measured(view: MeasureInput) -> dict[str, Floats]:
    return {measure.id: np.array(measure.function(view)) for measure in CATALOGUE}


def tabled(view: MeasureInput) -> dict[str, Floats]:
    return {".".join(key): np.array(value) for key, value in station_table(view).values.items()}


@pytest.fixture(scope="module")
def winter() -> tuple[MeasureInput, MeasureInput]:
    """The shipped place and its winter, from 8 November."""
    return seen(load("baseline", SETS)), seen(load("winter-pressures", SETS))


def test_a_winter_shows_in_nothing_before_it_begins(winter: tuple[MeasureInput, MeasureInput]) -> None:
    base, harder = winter
    assert not apart(first_days(base, WINTER), first_days(harder, WINTER))
    assert len(apart(by_day(base), by_day(harder))) > 20
    until = (cut(base, WINTER), cut(harder, WINTER))
    assert not apart(measured(until[0]), measured(until[1]))
    assert not apart(tabled(until[0]), tabled(until[1]))


def test_the_differences_over_time_that_are_saved_begin_with_the_winter() -> None:
    results = run([load("baseline", SETS), load("winter-pressures", SETS)], replications=1, seed=1)
    base, harder = results.worlds
    edges = np.arange(41.0)
    rows = over_time_rows(
        ("base", "winter"), load("baseline", SETS), edges, (base.series, base.daily), (harder.series, harder.daily)
    )
    november = {row[2]: row[8] for row in rows if row[3] == "2026-11"}
    assert {"waiting.care_sourcing", "in_service.sourcing", "undelivered_home_care_hours"} <= november.keys()
    assert {name for name, difference in november.items() if difference} == set()
    assert any(row[8] for row in rows if row[3] == "2026-12")


def test_fewer_hours_from_one_day_on_show_in_nothing_before(tmp_path: Path) -> None:
    base = seen(small(tmp_path))
    fewer = seen(small(tmp_path, hours=0.4))
    assert not apart(first_days(base, CUT), first_days(fewer, CUT))
    assert "undelivered_home_care_hours" in apart(by_day(base), by_day(fewer))


def test_the_days_of_a_run_are_those_of_a_longer_one(tmp_path: Path) -> None:
    """So is every measure and every row of the table, of a part of the longer one."""
    short, long = seen(small(tmp_path, CUT)), seen(small(tmp_path, 3 * CUT))
    assert not apart(by_day(short), first_days(long, CUT))
    assert not apart(measured(short), measured(cut(long, CUT)))
    assert not apart(tabled(short), tabled(cut(long, CUT)))
    kinds, started = long.spells["type"], long.spells["started"]
    assert (kinds == SPELL_TYPES.index("sought")).sum() >= 5
    assert ((kinds == SPELL_TYPES.index("renege")) & ~np.isnan(started)).sum() >= 5
