"""What measures need to know of a scenario: what each station is, what it draws on, how many posts there are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from sim.scenario.schema import Amount, Cost, Exit, Number, Package, Scenario, Sourcing, Stay, Task

__all__ = ["CARE_HOMES", "DEAD", "STATUTORY", "Price", "Setting", "Step", "Stop"]

CARE_HOMES = frozenset({"care_home", "nursing_home", "care_home_18_64"})
"""What packages count as where the person lives in the home."""
STATUTORY = frozenset(
    {"statutory", "safeguarding_concern", "safeguarding_enquiry", "deprivation_of_liberty", "mental_health_act", "duty"}
)
"""What work counts as that the law does not let wait, and that is no request for support."""
DEAD = "died"
"""What the exit of those who die counts as."""

Step = Literal["hospital", "hub", "home", "bed", "care home", "council", "out"]
"""What a place is left or kept for: the hospital itself, the care transfer hub, help at home (pathway 1), a bed for a
while (2), a care home or the bed where that is decided (3), any other step, or an exit."""


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
    caseload: bool = False
    """Whether its start is the allocation to a worker with room."""
    seeks: frozenset[str] = frozenset()
    """Of sourcing: what the packages of its market count as."""
    followed: bool = False
    """Of an exit: whether people may come back from it."""


@dataclass(frozen=True)
class Price:
    """What one thing costs, day by day of the reported time; constant money of the year of its prices."""

    name: str
    noun: Literal["care", "pool", "role"]
    of: str
    """What stations count as, or the pool, or the role."""
    per: str
    payer: str
    worth: str
    cost: tuple[float, ...]
    """Pounds; one value where it never changes, else one a day."""
    contributions: tuple[float, ...]
    """Share that people pay to the council."""
    nhs_income: tuple[float, ...]
    """Share that the NHS pays to the council."""
    premium: tuple[float, ...] = (0.0,)
    """How much more agency staff cost, or what a pool buys as spot."""
    retainer: tuple[float, ...] = (0.0,)
    """Share that is paid while a package is on hold."""
    block: tuple[float, ...] | None = None
    """Of a pool some of which is paid for only as it is used: the rest, in whole units of the pool."""


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
    roles: tuple[str, ...] = ()
    """Of the workforce."""
    population: Mapping[str, float] = field(default_factory=dict)
    """``adults`` and ``over_65``, where the place says so."""
    start: date | None = None
    """First reported day, where the scenario has dates."""
    prices: tuple[Price, ...] = ()
    """What things cost; none in a scenario without costs."""

    @classmethod
    def of(cls, scenario: Scenario) -> Setting:
        """What measures need to know of a resolved scenario."""
        return cls(
            stops={name: _stop(name, station, scenario) for name, station in scenario.stations.items()},
            days=scenario.run.length / scenario.day,
            time_unit=scenario.time_unit,
            posts=_posts(scenario),
            joint=scenario.run.joint,
            roles=tuple(scenario.workforce),
            population=dict(scenario.population),
            start=date.fromisoformat(scenario.run.start) if scenario.run.start else None,
            prices=tuple(_price(name, cost, scenario) for name, cost in scenario.costs.items()),
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
    def assessment_beds(self) -> frozenset[str]:
        """Stays in a bed with assessment of long-term need: they count as one, or draw on the pool of that name."""
        return frozenset(
            stop.name
            for stop in self.stops.values()
            if stop.kind == "stay" and (stop.counts_as == "assessment_bed" or stop.thing == "pool:assessment_beds")
        )

    def step(self, name: str) -> Step:
        """What it is to wait for, or go on to, a station."""
        stop = self.stops[name]
        if stop.kind == "exit":
            return "out"
        if stop.counts_as == "transfer_hub":
            return "hub"
        if stop.track == "hospital":
            return "hospital"
        if stop.counts_as in CARE_HOMES or stop.name in self.assessment_beds:
            return "care home"
        if stop.kind == "sourcing" or stop.counts_as == "care_sourcing":
            return "care home" if stop.seeks and stop.seeks <= CARE_HOMES else "home"
        if stop.counts_as == "intermediate_care":
            return "bed"
        return "home" if stop.kind in ("stay", "package") else "council"

    def stepped(self, step: Step) -> frozenset[str]:
        """Stations that are such a step."""
        return frozenset(name for name in self.stops if self.step(name) == step)

    @property
    def groups(self) -> tuple[str, ...]:
        """What stations count as, exits left out, in the order of the stations."""
        return tuple(dict.fromkeys(stop.counts_as for stop in self.stops.values() if stop.kind != "exit"))


def _stop(name: str, station: Task | Stay | Sourcing | Package | Exit, scenario: Scenario) -> Stop:
    thing = ""
    seeks: frozenset[str] = frozenset()
    if isinstance(station, Task | Sourcing) and station.team:
        thing = f"team:{station.team}"
    elif isinstance(station, Stay) and station.pool:
        thing = f"pool:{station.pool}"
    elif isinstance(station, Package) and station.market:
        thing = f"market:{station.market}"
    if isinstance(station, Sourcing):
        seeks = frozenset(
            other.counts_as or id
            for id, other in scenario.stations.items()
            if isinstance(other, Package) and other.market == station.market
        )
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
        caseload=isinstance(station, Task) and station.caseload is not None,
        seeks=seeks,
        followed=isinstance(station, Exit) and station.while_here is not None,
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


def _price(name: str, cost: Cost, scenario: Scenario) -> Price:
    days = max(1, math.ceil(scenario.run.length / scenario.day))

    def daily(number: Number) -> tuple[float, ...]:
        return tuple(number.at(day * scenario.day) for day in range(days)) if number.changes else (number.value,)

    noun: Literal["care", "pool", "role"] = "care" if cost.care else "pool" if cost.pool else "role"
    pool = scenario.pools[cost.pool] if cost.pool is not None else None
    return Price(
        name=name,
        noun=noun,
        of=cost.care or cost.pool or cost.role or "",
        per=cost.per,
        payer=cost.payer,
        worth=cost.worth,
        cost=daily(cost.cost),
        contributions=daily(cost.contributions),
        nhs_income=daily(cost.nhs_income),
        premium=daily(cost.premium),
        retainer=daily(cost.retainer),
        block=None
        if pool is None or not any(daily(pool.spot))
        else tuple(math.floor(value / pool.step + 1e-9) * pool.step for value in daily(pool.capacity)),
    )
