"""The same people in every world: what a change must not touch, on the shipped baseline and winter."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.log.tables import Log
from sim.scenario import load
from sim.world import compile, simulate

SHORT = ("run.start=2026-10-01", "run.length=90 days", "run.warm_up=14 days")
"""From October past Christmas."""
DECEMBER = 61.0
"""When winter starts: the first of the month, by its day."""
END = 90.0


@cache
def log_of(name: str, *sets: str) -> Log:
    return simulate(compile(load(name, sets=[*SHORT, *sets])), 7, 0)


def rows(log: Log, table: str, until: float) -> list[tuple[object, ...]]:
    """A table's rows up to a time, with names for codes: nothing after ``until`` shows."""
    columns = getattr(log, table)
    names = np.array(log.names)
    if table == "spells":
        seen = columns["joined"] < until
        over = columns["ended"][seen] < until
        known = {"person": columns["person"][seen], "station": names[columns["station"][seen]]}
        for key in ("joined", "started", "ended"):
            value = columns[key][seen]
            known[key] = np.where(value < until, value, -1.0)
        for key in ("pool", "origin", "to", "cause", "reason", "route", "class"):
            known[key] = np.where(over, names[columns[key][seen]], "")
    else:
        seen = columns["time"] < until
        coded = ("thing",) if table == "levels" else ("stream", *log.attributes)
        known = {k: names[v[seen]] if k in coded else np.nan_to_num(v[seen], nan=-1.0) for k, v in columns.items()}
    return sorted(zip(*(values.tolist() for values in known.values()), strict=True))


@pytest.mark.parametrize("table", ["people", "spells", "levels"])
def test_before_decision_the_logs_are_the_same(table: str) -> None:
    """Until winter starts the two worlds cannot be told apart."""
    before = rows(log_of("baseline"), table, DECEMBER)
    assert before == rows(log_of("winter-pressures"), table, DECEMBER)
    assert len(before) > 100


def test_before_decision_the_test_above_can_fail() -> None:
    """A change from day 10 shows before December."""
    changed = log_of("winter-pressures", "stations.assessment.effort.mean=20 h")
    assert rows(log_of("baseline"), "spells", DECEMBER) != rows(changed, "spells", DECEMBER)


def test_after_decision_winter_differs() -> None:
    assert rows(log_of("baseline"), "spells", END) != rows(log_of("winter-pressures"), "spells", END)


def arrivals(log: Log, stream: str) -> dict[int, tuple[object, ...]]:
    people = log.people
    mask = (people["stream"] == log.code(stream)) & ~np.isnan(people["arrived"])
    names = np.array(log.names)
    columns = [people["arrived"][mask].tolist()] + [names[people[a][mask]].tolist() for a in log.attributes]
    return dict(zip(people["person"][mask].tolist(), zip(*columns, strict=True), strict=True))


def test_more_admissions_keep_every_earlier_person() -> None:
    """Admissions x 1.12 only add people: arrival, attributes and luck of the rest stay as they were."""
    few, many = log_of("baseline"), log_of("baseline", "demand.admissions.rate={multiply: 1.12}")
    for stream in load("baseline").demand:
        before, after = arrivals(few, stream), arrivals(many, stream)
        assert before.items() <= after.items()
        added = len(after) / len(before) - 1.0
        assert (0.09 < added < 0.15) if stream == "admissions" else added == 0.0


def test_more_admissions_keep_every_length_of_stay() -> None:
    """The first stay of each person takes as long in both worlds: draws are keyed by person, not by order."""
    few, many = log_of("baseline"), log_of("baseline", "demand.admissions.rate={multiply: 1.12}")

    def first_stays(log: Log) -> dict[int, float]:
        spells = log.spells
        mask = (spells["station"] == log.code("acute_stay")) & (spells["type"] == 0) & (spells["cause"] == 0)
        mask &= spells["started"] > 0
        mask &= spells["origin"] == 0
        return dict(
            zip(spells["person"][mask].tolist(), (spells["ended"] - spells["started"])[mask].tolist(), strict=True)
        )

    before, after = first_stays(few), first_stays(many)
    shared = before.keys() & after.keys()
    assert len(shared) > 0.98 * len(before) > 1000
    assert all(before[person] == after[person] for person in shared)
