"""Differences over time and in total: ``over_time.csv``.

base, scenario, series, period, from_day, until_day, base_mean, scenario_mean, difference, low, high, total. A row for
each daily series that both worlds have, in each calendar month (30 days in a run without a start), and one with period
``whole``. Means are over the days of the period and over replications, with the 95% t interval of the paired
difference. ``total`` is the difference times the days: person-days for people, hours a week times days for hours.
"""

from __future__ import annotations

import datetime

import numpy as np

from sim.experiment.intervals import t_intervals
from sim.measures.areas import Floats
from sim.scenario.schema import Scenario

__all__ = ["OVER_TIME_HEADER", "over_time_rows", "periods"]

OVER_TIME_HEADER = (
    "base", "scenario", "series", "period", "from_day", "until_day", "base_mean", "scenario_mean", "difference",
    "low", "high", "total",
)  # fmt: skip


def periods(start: str | None, days: float) -> list[tuple[str, float, float]]:
    """(name, from day, until day): the calendar months of a run, the first and last cut off by it; then the whole."""
    found: list[tuple[str, float, float]] = []
    at = 0.0
    first = datetime.date.fromisoformat(start) if start else None
    while at < days:
        if first is None:
            until, name = at + 30.0, f"day {at:.0f}"
        else:
            here = first + datetime.timedelta(days=int(at))
            following = (here.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
            until, name = at + (following - here).days, f"{here:%Y-%m}"
        found.append((name, at, min(until, days)))
        at = until
    return [*found, ("whole", 0.0, days)]


def over_time_rows(
    names: tuple[str, str],
    scenario: Scenario,
    edges: Floats,
    base: tuple[tuple[str, ...], Floats],
    other: tuple[tuple[str, ...], Floats],
) -> list[tuple[object, ...]]:
    """Rows for one scenario; each world's series by name and (replication, series, day)."""
    shared = [name for name in base[0] if name in other[0]]
    before = base[1][:, [base[0].index(name) for name in shared], :].astype(np.float64)
    after = other[1][:, [other[0].index(name) for name in shared], :].astype(np.float64)
    lengths = np.diff(edges)
    told = []
    for name, since, until in periods(scenario.run.start, float(edges[-1])):
        inside = (edges[:-1] >= since - 1e-9) & (edges[:-1] < until - 1e-9)
        if not inside.any():
            continue
        weights = lengths[inside] / lengths[inside].sum()
        one, two = before[:, :, inside] @ weights, after[:, :, inside] @ weights
        mean, low, high = t_intervals(two - one)
        told.append((name, since, until, one.mean(axis=0), two.mean(axis=0), mean, low, high))
    return [
        (
            *names, series, name, since, until, float(one[at]), float(two[at]), float(mean[at]), float(low[at]),
            float(high[at]), float(mean[at] * (until - since)),
        )
        for at, series in enumerate(shared)
        for name, since, until, one, two, mean, low, high in told
    ]  # fmt: skip
