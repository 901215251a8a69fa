"""Who arrives and when: Poisson points in strips, so that a higher rate only adds people and a lower one removes some.

Strip k of a stream holds unit-rate candidates with a height in [k, k + 1) times the place's base rate; a candidate is a
person when the height is below the rate at that moment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.draws import name_key, person_key, person_keys, uniform, uniforms
from sim.engine.grid import TICK, TICKS
from sim.engine.profiles import hourly_factors
from sim.scenario.schema import By, Shares, Stream
from sim.world.values import Compiler

__all__ = ["Arrivals", "arrivals", "attribute_codes", "in_time_order"]

_TIME, _HEIGHT = name_key("arrival time"), name_key("arrival height")


@dataclass(frozen=True)
class Arrivals:
    """The people of one stream, in order of time."""

    times: NDArray[np.float64]
    keys: NDArray[np.int64]
    strip: NDArray[np.int64]
    date: NDArray[np.int64]
    index: NDArray[np.int64]


def arrivals(name: str, stream: Stream, base: float, replication: int, compiler: Compiler) -> Arrivals:
    """The people of a stream in one replication. ``base`` is the place's own rate: the height of a strip."""
    days = compiler.days
    key = name_key(f"demand:{name}")
    if stream.rate is None:
        return _scheduled(stream.times, key, replication)
    dates = np.arange(days.first, days.last, dtype=np.int64)
    rate = np.array(compiler.every_day(stream.rate)[: len(dates)])
    rate = rate * _luck(stream, key, replication, dates)
    hours = _hours(stream, compiler)
    if base <= 0.0:
        base = float(rate.max(initial=0.0))
    if base <= 0.0:
        return _scheduled((), key, replication)
    top = float(rate.max()) * (max(hours) if hours else 1.0) / base
    cumulative = _poisson(base * days.length)
    found: list[tuple[NDArray[np.float64], NDArray[np.int64], int, NDArray[np.int64], NDArray[np.int64]]] = []
    for strip in range(math.ceil(top)):
        layer = np.array([strip], np.int64)
        heads = person_keys(replication, key, layer, dates, np.array([-1]))
        counts = np.searchsorted(cumulative, uniforms(heads, _TIME))
        date = np.repeat(dates, counts)
        index = np.arange(len(date)) - np.repeat(np.cumsum(counts) - counts, counts)
        keys = person_keys(replication, key, layer, date, index)
        at = uniforms(keys, _TIME)
        limit = rate[date - days.first] / base
        if hours:
            limit = limit * np.array(hours)[(at * 24.0).astype(np.int64)]
        kept = strip + uniforms(keys, _HEIGHT) < limit
        time = np.floor((date + at) * (days.length * TICKS)) * TICK
        kept &= (time >= days.begin) & (time < days.horizon)
        found.append((time[kept], keys[kept], strip, date[kept], index[kept]))
    times = np.concatenate([f[0] for f in found])
    keys = np.concatenate([f[1] for f in found])
    strips = np.concatenate([np.full(len(f[0]), f[2]) for f in found])
    date = np.concatenate([f[3] for f in found])
    index = np.concatenate([f[4] for f in found])
    order = in_time_order(times, keys)
    return Arrivals(times[order], keys[order], strips[order], date[order], index[order])


def in_time_order(times: NDArray[np.float64], *ties: NDArray[Any]) -> NDArray[np.int64]:
    """``np.lexsort((*ties, times))``, quicker where few times tie and most stand in order."""
    order = np.argsort(times, kind="stable")
    ordered = times[order]
    same = ordered[1:] == ordered[:-1]
    if same.any():
        tied = np.flatnonzero(np.append(same, False) | np.insert(same, 0, False))
        who = order[tied]
        order[tied] = who[np.lexsort((*(column[who] for column in ties), times[who]))]
    return order


def _scheduled(times: tuple[float, ...], key: int, replication: int) -> Arrivals:
    ordered = sorted(times)
    keys = [person_key(replication, key, 0, 0, i) for i in range(len(ordered))]
    zeros = np.zeros(len(ordered), np.int64)
    grid = [math.floor(t * TICKS + 0.5) * TICK for t in ordered]
    return Arrivals(np.array(grid), np.array(keys, np.int64), zeros, zeros, np.arange(len(ordered)))


def _luck(stream: Stream, key: int, replication: int, dates: NDArray[np.int64]) -> NDArray[np.float64]:
    """Year and week effects: lognormal factors of mean 1, shared by all worlds."""
    factors = np.ones(len(dates))
    for cv, length, use in ((stream.year_effect, 365, "year effect"), (stream.week_effect, 7, "week effect")):
        if cv > 0.0:
            decision = name_key(use)
            who = person_key(replication, key, 0, 0, -2)
            sigma = math.sqrt(math.log(1.0 + cv * cv))
            periods = dates // length
            first = int(periods[0])
            values = [
                math.exp(sigma * _normal(uniform(who, decision, p % 2**32)) - sigma * sigma / 2.0)
                for p in range(first, int(periods[-1]) + 1)
            ]
            factors = factors * np.array(values)[periods - first]
    return factors


def _normal(u: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(u)


def _hours(stream: Stream, compiler: Compiler) -> list[float] | None:
    assert stream.rate is not None
    hours: list[float] | None = None
    for name in stream.rate.profile:
        own = hourly_factors(compiler.scenario.profiles[name])
        if own is not None:
            hours = own if hours is None else [a * b for a, b in zip(hours, own, strict=True)]
    return hours


def _poisson(mean: float) -> NDArray[np.float64]:
    """Cumulative Poisson probabilities, to where they reach 1."""
    top = int(mean + 12.0 * math.sqrt(mean) + 30.0)
    total = 0.0
    out = []
    for n in range(top):
        total += math.exp(n * math.log(mean) - mean - math.lgamma(n + 1))
        out.append(min(total, 1.0))
    out.append(1.0)
    return np.array(out)


def attribute_codes(
    keys: NDArray[np.int64], dates: NDArray[np.int64], fixed: dict[str, int], own: dict[str, Shares], compiler: Compiler
) -> NDArray[np.int64]:
    """Attribute codes of people, a row a person in the order of ``Compiler.index``.

    ``fixed`` holds route and class; ``own`` shares that replace those of the scenario's ``people``.
    """
    n = len(keys)
    columns: dict[str, NDArray[np.int64]] = {}
    for attribute in compiler.levels:
        if attribute in fixed:
            columns[attribute] = np.full(n, fixed[attribute], np.int64)
        elif attribute in compiler.scenario.people:
            shares = own.get(attribute) or compiler.scenario.people[attribute].shares
            u = uniforms(keys, name_key(f"people:{attribute}"))
            columns[attribute] = _levels(shares, attribute, u, dates, columns, np.ones(n, bool), compiler)
        else:
            columns[attribute] = np.zeros(n, np.int64)
    return np.stack(list(columns.values()), axis=1)


def _levels(
    shares: object,
    attribute: str,
    u: NDArray[np.float64],
    dates: NDArray[np.int64],
    columns: dict[str, NDArray[np.int64]],
    who: NDArray[np.bool_],
    compiler: Compiler,
) -> NDArray[np.int64]:
    out = np.zeros(len(u), np.int64)
    if isinstance(shares, By):
        by = columns[shares.by]
        for level, code in compiler.levels[shares.by].items():
            row = shares.row(level)
            mask = who & (by == code)
            if row is not None and mask.any():
                out[mask] = _levels(row, attribute, u, dates, columns, mask, compiler)[mask]
        return out
    assert isinstance(shares, Shares)
    order = list(compiler.levels[attribute])
    dated = bool(shares.diverts) or any(n.changes for n in shares.options.values())
    groups = [(d, dates == d) for d in np.unique(dates)] if dated else [(0, np.ones(len(u), bool))]
    for d, mask in groups:
        table = shares.at(float(d) * compiler.days.length)
        total = 0.0
        cumulative = []
        for level in order[:-1]:
            total += table.get(level, 0.0)
            cumulative.append(total)
        out[mask] = np.searchsorted(np.array(cumulative), u[mask], side="right")
    return out
