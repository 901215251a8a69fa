"""Luck filled by arrays: the first use of the decisions that many people of a stream will meet.

A draw is the same whether made alone or in an array; this only makes the common ones cheaper.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.engine.draws import uniforms
from sim.engine.grid import TICK, TICKS
from sim.scenario.schema import By, Exit, Shares
from sim.world.routing import RETURN, Router

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.world.station import Working
    from sim.world.world import World

__all__ = ["busy_stations", "clock", "fill", "foresee"]

_WORTH: Final = 0.08
"""Share of a stream that must come to a station for its luck to be worth an array."""
_MOST: Final = 0.5
"""Share that must come for the durations themselves to be worth working out ahead."""
_WAITS: Final = 0.25
"""Share that must come to a station for the clocks of its wait to be worth an array."""
_STEPS: Final = 12


def busy_stations(scenario: Scenario, stream: str) -> dict[str, float]:
    """Stations that a fair share of a stream will visit, and that share, counting the rows of a ``by`` alike."""
    door = scenario.doors.get(stream)
    if door is None:
        return {}
    here: dict[str, float] = _mean(door)
    seen: dict[str, float] = defaultdict(float)
    for _ in range(_STEPS):
        onward: dict[str, float] = defaultdict(float)
        for name, share in here.items():
            station = scenario.stations.get(name)
            if station is None or share < 1e-3:
                continue
            seen[name] += share
            if not isinstance(station, Exit) and station.next is not None:
                for option, part in _mean(station.next).items():
                    onward[option] += share * part
        here = onward
    return {name: share for name, share in seen.items() if share >= _WORTH and name != RETURN}


def _mean(shares: object) -> dict[str, float]:
    if isinstance(shares, Shares):
        return {option: n.value for option, n in shares.options.items()}
    assert isinstance(shares, By)
    rows = [_mean(row) for row in (*shares.rows.values(), shares.otherwise) if row is not None]
    total: dict[str, float] = defaultdict(float)
    for row in rows:
        for option, share in row.items():
            total[option] += share / len(rows)
    return total


def foresee(
    world: World, busy: dict[str, float], stream: int, keys: NDArray[np.int64], rows: NDArray[np.int64]
) -> None:
    """Fill the first luck of a stream's people at some stations; ``rows`` are their attribute codes."""
    for name, share in busy.items():
        spec = world.plan.scenario.stations[name]
        if isinstance(spec, Exit):
            clock(world, spec.while_here, stream, keys, rows)
            continue
        station: Working = world.stations[name]  # type: ignore[assignment]
        for law in station.laws():
            luck = uniforms(keys, law.key)
            if law.fixed is not None and share >= _MOST:
                law.ready[stream] = (np.floor(law.fixed.many(luck) * TICKS + 0.5) * TICK).tolist()
            else:
                law.first[stream] = luck.tolist()
        if share >= _WAITS:
            clock(world, station.spec.waiting, stream, keys, rows)
        if station.router is not None:
            fill(world, station.router, stream, keys, rows)


def clock(world: World, events: object, stream: int, keys: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
    """Fill the first clocks of a stream's people of what may happen to them, by the ids of sets of events."""
    if isinstance(events, By):
        levels = world.plan.compiler.levels.get(events.by)
        found = [*events.rows.values(), events.otherwise]
        if levels is not None:
            codes = set(rows[:, world.plan.compiler.index[events.by]].tolist())
            found = [events.rows.get(level, events.otherwise) for level, code in levels.items() if code in codes]
        for row in found:
            clock(world, row, stream, keys, rows)
    elif isinstance(events, str):
        causes = world.plan.causes[events]
        if causes.plain and (causes.index, stream) not in world.clocks_ahead:
            world.clocks_ahead[causes.index, stream] = causes.ahead(keys, rows)


def fill(world: World, router: Router, stream: int, keys: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
    """Fill the first outcomes of a router, where they depend on nothing that comes later."""
    ahead = router.choices(keys, rows)
    if ahead is None:
        return
    names, which = ahead
    if RETURN in names and (which == names.index(RETURN)).any():
        return
    stations = np.array([world.stations.get(name) for name in names], object)
    router.first[stream] = stations[which].tolist()
