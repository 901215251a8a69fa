"""What measures need to know of a scenario: what each station is, what it draws on, how many posts there are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sim.scenario.schema import Amount, Exit, Package, Scenario, Sourcing, Stay, Task

__all__ = ["Setting", "Stop"]


@dataclass(frozen=True)
class Stop:
    """A station as measures see it."""

    name: str
    kind: str
    """task, stay, sourcing, package or exit."""
    track: str
    counts_as: str
    title: str
    thing: str
    """What it draws on, as levels name it: 'team:x', 'pool:x', 'market:x'; '' for none."""
    exact: bool = True
    """Whether a spell says how long and how much of it is in use: not where work ends before the spell does
    (``elapsed``, sourcing), nor where the amount falls along a stay."""
    keeps: bool = False
    """Whether the place may be kept after the end."""
    moves: bool = False
    """Whether the way to a next station takes time."""


@dataclass(frozen=True)
class Setting:
    """Stations by name and the few other facts of a scenario that formulas use."""

    stops: Mapping[str, Stop]
    days: float
    """Length of the reported time in days."""
    time_unit: str
    posts: float
    """Posts of all roles, mean over the reported time; 0 where a scenario has no workforce."""
    joint: tuple[str, ...] = ()
    """Stations whose numbers are told together."""

    @classmethod
    def of(cls, scenario: Scenario) -> Setting:
        """What measures need to know of a resolved scenario."""
        return cls(
            stops={name: _stop(name, station) for name, station in scenario.stations.items()},
            days=scenario.run.length / scenario.day,
            time_unit=scenario.time_unit,
            posts=_posts(scenario),
            joint=scenario.run.joint,
        )

    def named(
        self, *, counts_as: Iterable[str] | str = (), kind: str | None = None, track: str | None = None
    ) -> frozenset[str]:
        """Stations that count as any of the names given, of a kind, on a track (each only if given)."""
        groups = {counts_as} if isinstance(counts_as, str) else set(counts_as)
        return frozenset(
            stop.name
            for stop in self.stops.values()
            if (not groups or stop.counts_as in groups)
            and (kind is None or stop.kind == kind)
            and (track is None or stop.track == track)
        )

    @property
    def hospital_stays(self) -> frozenset[str]:
        """Stays on the track ``hospital``: the place kept there is a hospital bed."""
        return self.named(kind="stay", track="hospital")

    @property
    def groups(self) -> tuple[str, ...]:
        """What stations count as, exits left out, in the order of the stations."""
        return tuple(dict.fromkeys(stop.counts_as for stop in self.stops.values() if stop.kind != "exit"))


def _stop(name: str, station: Task | Stay | Sourcing | Package | Exit) -> Stop:
    thing = ""
    if isinstance(station, Task | Sourcing) and station.team:
        thing = f"team:{station.team}"
    elif isinstance(station, Stay) and station.pool:
        thing = f"pool:{station.pool}"
    elif isinstance(station, Package) and station.market:
        thing = f"market:{station.market}"
    return Stop(
        name=name,
        kind=station.kind,
        track=station.track or "",
        counts_as=station.counts_as or name,
        title=station.title or name.replace("_", " ").capitalize(),
        thing=thing,
        exact=not (
            isinstance(station, Sourcing)
            or (isinstance(station, Task) and station.elapsed is not None and station.caseload is None)
            or (isinstance(station, Stay) and isinstance(station.amount, Amount))
        ),
        keeps=isinstance(station, Stay) and bool(station.keep_place),
        moves=not isinstance(station, Exit) and bool(station.transfer),
    )


def _posts(scenario: Scenario) -> float:
    days = max(1, math.ceil(scenario.run.length / scenario.day))
    total = 0.0
    for role in scenario.workforce.values():
        if role.posts.changes:
            total += sum(role.posts.at(day * scenario.day) for day in range(days)) / days
        else:
            total += role.posts.value
    return total
