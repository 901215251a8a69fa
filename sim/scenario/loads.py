"""Offered load before anything is run: what each team, pool and market is asked for against what it has.

``demand`` is what the traffic equations (``flows``) ask for; ``capacity`` what the posts filled, beds or hours give.
Where people wait at the start, the work of those who leave a list of that length is not counted in the load: above 1
the list grows, below it shrinks. For stocks, Little's law: people here = starts x stay.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sim.scenario.flows import Flows, solve
from sim.scenario.network import Network, names
from sim.scenario.rings import rings
from sim.scenario.schema import CalendarSpec, Event, Exit, Market, Package, Role, Scenario, Sourcing, Stay, Task

__all__ = ["APART", "TIGHT", "Load", "Stock", "offered", "stocks"]

ENDLESS = 0.98
"""A load above this is a queue without end, unless people leave it."""
IDLE = 0.30
TIGHT = (0.60, 0.98)
"""Between which the load of a tight team, pool or market lies: below it nobody waits, above it the wait grows."""
OFF = 0.15
"""How far stock, starts and stay may disagree before it is said."""
APART = 0.50
"""How far they may disagree in a place that is not refused, as a share of what starts and stay would keep."""

_WEEKS = 365.0 / 7.0


@dataclass(frozen=True)
class Load:
    """What one thing is asked for in a year, and what it has."""

    thing: str
    """Id of the team, pool or market."""
    kind: Literal["team", "pool", "market"]
    arrivals_a_year: float
    """Visits; for a market, people who have a package or use it."""
    demand_a_year: float
    capacity_a_year: float
    unit: str
    """Of demand and capacity: 'hours of work', 'cases in hand', 'bed days', 'hours of care'."""
    load: float
    """demand / capacity, less the work of those who leave the list at the start; infinite where there is none."""
    tight: bool = False
    """Whether people may come to harm while they wait for it: need that rises, a crisis, a stay in hospital."""
    note: str = ""
    """How the load is met."""
    warning: str = ""
    """What is wrong, in one sentence; empty when nothing is."""

    @property
    def outside(self) -> bool:
        """Whether it is tight and its load, as shown with two decimals, is outside ``TIGHT``."""
        return self.tight and not TIGHT[0] <= round(self.load, 2) <= TIGHT[1]


@dataclass(frozen=True)
class Stock:
    """The people at the start of a stay or package, beside what starts and stay would keep there."""

    station: str
    here: int
    starts_a_year: float
    stay: float
    """Mean, in days; side trips with the package kept are part of it."""
    expected: float
    """starts x stay."""
    off: float
    """here / expected - 1."""
    warning: str = ""


_last: list[tuple[Scenario, Flows]] = []
"""The scenario solved last: loads and stocks of one are asked for together, and solving takes seconds."""


def _flows(scenario: Scenario) -> Flows:
    if not _last or _last[0][0] is not scenario:
        _last[:] = [(scenario, solve(scenario, _capacities(scenario)))]
    return _last[0][1]


def offered(scenario: Scenario) -> list[Load]:
    """Load of every team, pool and market that something asks for, in the order of the scenario."""
    capacity = _capacities(scenario)
    flows = _flows(scenario)
    blocked = _blocked(scenario)
    tight = _tight(scenario)
    found = []
    for team in scenario.teams:
        hours, cases = f"team:{team}", f"cases:{team}"
        by_hours = _ratio(flows, capacity, hours)
        by_cases = _ratio(flows, capacity, cases)
        if hours not in flows.demand:
            continue
        if by_cases > by_hours:
            found.append(_load(flows, capacity, hours, cases, "team", team, "cases in hand"))
        else:
            found.append(_load(flows, capacity, hours, hours, "team", team, "hours of work"))
    for pool, spec in scenario.pools.items():
        if f"pool:{pool}" in flows.demand:
            unit = "hours of care" if spec.capacity.unit == "hours a week" else "bed days"
            load = _load(flows, capacity, f"pool:{pool}", f"pool:{pool}", "pool", pool, unit)
            found.append(replace(load, warning="; ".join(filter(None, (load.warning, *blocked.get(pool, ()))))))
    for market, offer in scenario.market.items():
        if f"market:{market}" in flows.demand:
            unit = "hours of care" if offer.hours is not None else "bed days"
            bands = _bands(flows, capacity, market, offer)
            band, most = next(iter(bands.items()), ("", 0.0))
            thing = f"band:{market}:{band}" if most > max(1.0, _ratio(flows, capacity, f"market:{market}")) else None
            load = _load(flows, capacity, f"market:{market}", thing or f"market:{market}", "market", market, unit)
            note = ", ".join(f"{name} {of:.2f}" for name, of in bands.items() if math.isfinite(of))
            warning = load.warning
            if thing is not None:
                warning = f"more is asked for at {band} than there is" if math.isfinite(most) else f"no hours at {band}"
            found.append(replace(load, note="; ".join(filter(None, (load.note, note))), warning=warning))
    return [replace(load, tight=f"{load.kind}:{load.thing}" in tight) for load in found]


def _bands(flows: Flows, capacity: Mapping[str, float], market: str, offer: Market) -> dict[str, float]:
    """The load of each visit band, the tightest first; empty where there are none."""
    loads = (
        {band: _ratio(flows, capacity, f"band:{market}:{band}") for band in offer.bands.options} if offer.bands else {}
    )
    return dict(sorted(loads.items(), key=lambda item: -item[1]))


def _tight(scenario: Scenario) -> set[str]:
    """'team:x', 'pool:x', 'market:x' of stations where people may come to harm while they wait."""
    harm = {name for name, events in scenario.events.items() if any(_harms(scenario, e) for e in events.values())}
    found = set()
    for station in scenario.stations.values():
        if isinstance(station, Exit) or harm.isdisjoint(names(station.waiting)):
            continue
        if isinstance(station, Task | Sourcing) and station.team:
            found.add(f"team:{station.team}")
        if isinstance(station, Stay) and station.pool:
            found.add(f"pool:{station.pool}")
        if isinstance(station, Sourcing | Package) and station.market:
            found.add(f"market:{station.market}")
    return found


def _harms(scenario: Scenario, event: Event) -> bool:
    """Whether an event is a rise of need, a crisis or a stay in hospital, or counts as caused by waiting."""
    worse = event.need is not None and event.need.change > 0
    away = event.to is not None and scenario.stations[event.to].track in ("hospital", "crisis")
    return worse or away or event.excess is not None or event.restart is not None


def _blocked(scenario: Scenario) -> dict[str, list[str]]:
    """pool -> what is wrong with each ring of stays that begins with a place of it."""
    found: dict[str, list[str]] = {}
    for ring in rings(scenario):
        first = scenario.stations[ring[0]]
        assert isinstance(first, Stay)
        said = f"people may block each other, and then change places: {' -> '.join((*ring, ring[0]))}"
        found.setdefault(first.pool or "", []).append(said)
    return found


def stocks(scenario: Scenario) -> list[Stock]:
    """Every stay and package that has people at the start."""
    flows = _flows(scenario)
    found = []
    for station, opening in scenario.stock.items():
        spec = scenario.stations[station]
        if not isinstance(spec, Stay | Package) or not opening.here:
            continue
        starts, expected = flows.starts.get(station, 0.0), flows.people.get(station, 0.0)
        stay = 365.0 * expected / starts if starts else 0.0
        off = opening.here / expected - 1.0 if expected else float("inf")
        warning = ""
        if abs(off) > OFF:
            warning = (
                f"{opening.here} people are here at the start, but {starts:,.0f} starts a year of {stay:,.0f} days "
                f"would keep {expected:,.0f}"
            )
        found.append(Stock(station, opening.here, starts, stay, expected, off, warning))
    return found


def _capacities(scenario: Scenario) -> dict[str, float]:
    """By thing, in the units of its demand: hours a year, cases, places or hours a week."""
    network = Network(scenario)
    value = network.value
    found: dict[str, float] = {}
    for team, spec in scenario.teams.items():
        people = 0.0
        if spec.workers is not None:
            people = value(spec.workers)
            calendar = scenario.calendars.get(spec.calendar)
            week = 168.0 if calendar is None else len(calendar.days) * (calendar.close - calendar.open) / 60.0
            found[f"team:{team}"] = people * week * _WEEKS * _open(calendar)
        else:
            hours = 0.0
            for role, table in scenario.staffing.items():
                share = network.shares(table).get(team, 0.0)
                if share and role in scenario.workforce:
                    post = scenario.workforce[role]
                    filled = _working(post, network)
                    people += filled * share
                    hours += share * (filled * _case_hours(post, network) - _supervising(role, scenario, network))
            found[f"team:{team}"] = hours * _open(scenario.calendars.get(spec.calendar))
        loads = [
            s.caseload
            for s in scenario.stations.values()
            if isinstance(s, Task) and s.team == team and s.caseload is not None
        ]
        if loads:
            found[f"cases:{team}"] = max(1.0, float(int(people))) * min(value(load) for load in loads)
    for pool, places in scenario.pools.items():
        others = value(places.others) if places.others is not None else 0.0
        found[f"pool:{pool}"] = value(places.capacity) + value(places.spot) - others
    for market, offer in scenario.market.items():
        size = offer.hours if offer.hours is not None else offer.beds
        if size is not None:
            growth = (1.0 + value(offer.growth) * network.year) ** (scenario.run.length / network.year / 2.0)
            found[f"market:{market}"] = value(size) * growth
            for band, share in network.shares(offer.bands).items() if offer.bands is not None else ():
                found[f"band:{market}:{band}"] = value(size) * growth * share
    return found


def _open(calendar: CalendarSpec | None) -> float:
    """Share of a calendar's days in a year that are not closed: 8 bank holidays, 9 days at Christmas with 3 of them."""
    if calendar is None or not calendar.closed:
        return 1.0
    bank = 8.0 if "bank_holidays" in calendar.closed else 0.0
    christmas = 9.0 * len(calendar.days) / 7.0 if "christmas" in calendar.closed else 0.0
    both = 3.0 if bank and christmas else 0.0
    return 1.0 - (bank + christmas - both) / (len(calendar.days) * _WEEKS)


def _working(post: Role, network: Network) -> float:
    """People in post at the start, and agency staff in vacant posts."""
    vacant = network.value(post.posts) * network.value(post.vacancy)
    agency = min(network.value(post.agency), vacant) if post.agency is not None else 0.0
    return network.value(post.posts) - vacant + agency


def _supervising(role: str, scenario: Scenario, network: Network) -> float:
    """Hours a year that a role gives to those it supervises."""
    value = network.value
    return sum(
        value(post.posts) * (1.0 - value(post.vacancy)) * value(post.supervision) * _WEEKS
        for post in scenario.workforce.values()
        if post.supervised_by == role and post.supervision is not None
    )


def _case_hours(post: Role, network: Network) -> float:
    """Hours a year that one person in post gives to cases."""
    value = network.value
    at_work = (1.0 - value(post.leave)) * (1.0 - value(post.sickness))
    return value(post.hours) * _WEEKS * at_work * value(post.productive)


def _ratio(flows: Flows, capacity: Mapping[str, float], thing: str) -> float:
    asked = flows.stays if thing.replace("cases:", "team:") in flows.listed else flows.demand
    if thing not in asked:
        return 0.0
    room = capacity.get(thing, 0.0)
    return asked[thing] / room if room > 0.0 else float("inf")


def _load(
    flows: Flows,
    capacity: Mapping[str, float],
    queue: str,
    thing: str,
    kind: Literal["team", "pool", "market"],
    name: str,
    unit: str,
) -> Load:
    load = _ratio(flows, capacity, thing)
    note = warning = ""
    leaves = flows.leaves.get(queue, 0.0)
    people = flows.queue.get(queue, 0.0)
    listed = flows.listed.get(queue)
    if listed is not None:
        note = f"{listed:,} wait at the start; {leaves:.0%} of those who join leave a list that long"
        if load > 1.0:
            note += f"; it grows towards {people:,.0f}" if leaves > 0.0 else "; it grows"
    elif load > ENDLESS:
        if leaves > 0.0:
            note = f"about {people:,.0f} people wait; {leaves:.0%} of those who join leave before they start"
        elif not flows.patient.get(queue, True):
            note = "all but full: waits swing widely, and people leave them"
        else:
            warning = "a queue without end: more is asked for than there is, and nobody leaves the wait"
    elif load < IDLE:
        warning = "idle: under a third of it is used"
    scale = {"bed days": 365.0, "hours of care": _WEEKS}.get(unit, 1.0)
    return Load(
        thing=name,
        kind=kind,
        arrivals_a_year=flows.joins.get(queue, 0.0),
        demand_a_year=flows.demand[thing] * scale,
        capacity_a_year=capacity.get(thing, 0.0) * scale,
        unit=unit,
        load=load,
        note=note,
        warning=warning,
    )
