"""Traffic equations: how many visits a year each station gets, and what they ask for, before anything is simulated.

What happens in queues is left out, with two exceptions. Where the scenario opens with people waiting, those not put
first leave the wait as they would leave a list of that length. Where it does not, and a team or pool is asked for more
than it has, they leave until the rest fits. What one visit leads to is in ``network``, with what is left out there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.scenario.alike import Alike
from sim.scenario.network import Network, State, Visit
from sim.scenario.schema import Scenario, Sourcing, Stay, Task

__all__ = ["Flows", "solve"]


@dataclass(frozen=True)
class Flows:
    """The solution: visits a year by state, and totals."""

    arrivals: Mapping[str, float]
    """By station, a year."""
    people: Mapping[str, float]
    """At a station, side trips with a package kept counted at the package: mean number."""
    starts: Mapping[str, float]
    """By station, a year: those who did not leave the wait; a return to a package is no start."""
    demand: Mapping[str, float]
    """thing -> what is asked for in a year, before anyone leaves a wait."""
    stays: Mapping[str, float]
    """thing -> what of it is asked for by those who do not leave the wait."""
    joins: Mapping[str, float]
    """thing -> visits a year."""
    listed: Mapping[str, int]
    """thing -> people on its lists at the start, where there are any."""
    queue: Mapping[str, float]
    """thing -> people waiting at which those who leave the wait balance what is asked for beyond capacity."""
    leaves: Mapping[str, float]
    """thing -> share of those who join who leave the wait."""
    patient: Mapping[str, bool]
    """thing -> whether nothing leads away from the wait there."""


def solve(scenario: Scenario, capacity: Mapping[str, float]) -> Flows:
    """Solve the traffic equations; ``capacity`` by thing ('team:x', 'pool:x') in the units of its demand."""
    network = Network(scenario)
    entries = network.entries()
    chain = _chain(Alike(network), entries)
    visits = list(chain.visits.values())
    waits: dict[str, list[tuple[int, Visit]]] = {}
    for i, visit in enumerate(visits):
        if visit.queue and visit.leaving > 0.0 and not visit.first:
            waits.setdefault(visit.queue, []).append((i, visit))
    queues = sorted({visit.queue for visit in visits if visit.queue})
    listed = _lists(scenario)
    leaves = dict.fromkeys(queues, 0.0)
    share = np.zeros(len(visits))
    rates: np.ndarray = share
    flow = chain.outside.copy()
    demand: dict[str, float] = {}
    within = 1e-4
    for _ in range(60):
        flow = _balance(flow, chain, share[chain.visit], within)
        rates = np.bincount(chain.visit, flow, len(visits))
        demand = _sum(visits, rates)
        worst = 0.0
        for queue in queues:
            if queue in listed:
                wanted = min(1.0, listed[queue] * network.year / max(_patience(waits.get(queue, ()), rates), 1e-9))
            else:
                wanted = _leaving(waits.get(queue, ()), rates, demand, queue, capacity)
            worst = max(worst, abs(wanted - leaves[queue]))
            leaves[queue] += 0.6 * (wanted - leaves[queue])
        share = np.array([leaves[v.queue] if v.queue and v.leaving > 0.0 and not v.first else 0.0 for v in visits])
        if worst < 1e-6 and within <= 1e-9:
            break
        within = max(1e-9, min(within, 1e-3 * worst))
    settled = {
        name: _leaving(who, rates, demand, name, capacity) * _patience(who, rates) / network.year
        for name in queues
        for who in (waits.get(name, ()),)
    }
    return _total(chain.visits, rates, share, demand, settled, listed, network.year)


Links = tuple[np.ndarray, np.ndarray, np.ndarray]
"""From, to, share."""


@dataclass(frozen=True)
class _Chain:
    """Who goes where, by state; and which visit each state makes, of those that differ."""

    outside: np.ndarray
    """By state: visits a year by those who come from outside."""
    visit: np.ndarray
    """By state: which of ``visits`` it makes."""
    visits: Mapping[State, Visit]
    served: Links
    left: Links


def _chain(alike: Alike, entries: Mapping[State, float]) -> _Chain:
    """Every state that may be reached, those who are alike as one."""
    outside: dict[State, float] = {}
    for state, rate in entries.items():
        thin = alike.thin(state)
        outside[thin] = outside.get(thin, 0.0) + rate
    index = {state: i for i, state in enumerate(outside)}
    states = list(index)
    made: list[int] = []
    visits: dict[State, Visit] = {}
    order: dict[State, int] = {}
    links: tuple[tuple[list[int], list[int], list[float]], ...] = (([], [], []), ([], [], []))
    for i, state in enumerate(states):
        here = alike.here(state)
        visit = visits.get(here)
        if visit is None:
            visit = visits[here] = alike.network.visit(here)
            order[here] = len(order)
        made.append(order[here])
        for options, (source, target, p) in zip((visit.served, visit.left), links, strict=True):
            for to, share in options:
                after = alike.onward(state, to)
                if after not in index:
                    index[after] = len(states)
                    states.append(after)
                source.append(i)
                target.append(index[after])
                p.append(share)
    served, left = ((np.array(a, np.int64), np.array(b, np.int64), np.array(p)) for a, b, p in links)
    came_in = np.zeros(len(states))
    came_in[: len(outside)] = list(outside.values())
    return _Chain(came_in, np.array(made, np.int64), visits, served, left)


def _lists(scenario: Scenario) -> dict[str, int]:
    """'team:x' or 'pool:x' -> people who wait for it at the start, of stations that open with a list."""
    found: dict[str, int] = {}
    for name, opening in scenario.stock.items():
        station = scenario.stations[name]
        thing = ""
        if isinstance(station, Task | Sourcing) and station.team:
            thing = f"team:{station.team}"
        elif isinstance(station, Stay) and station.pool:
            thing = f"pool:{station.pool}"
        if thing and opening.waiting:
            found[thing] = found.get(thing, 0) + opening.waiting
    return found


Waits = Sequence[tuple[int, Visit]]
"""The visits of one queue that may leave it, with where each stands in the flow."""


def _patience(waits: Waits, flow: np.ndarray) -> float:
    """Visits a year times the mean time until each would leave the wait: the list, over a year, if all left it."""
    return sum(float(flow[i]) / visit.leaving for i, visit in waits)


def _leaving(
    waits: Waits, flow: np.ndarray, demand: Mapping[str, float], queue: str, capacity: Mapping[str, float]
) -> float:
    """Share of those not put first who must leave the wait for the rest to fit."""
    most = 0.0
    for thing in (queue, queue.replace("team:", "cases:")):
        beyond = demand.get(thing, 0.0) - capacity.get(thing, math.inf)
        if beyond > 0.0:
            last = sum(float(flow[i]) * visit.uses.get(thing, 0.0) for i, visit in waits)
            most = max(most, min(1.0, beyond / last) if last > 0.0 else 0.0)
    return most


def _balance(flow: np.ndarray, chain: _Chain, share: np.ndarray, within: float) -> np.ndarray:
    """Visits by state: what comes from outside and from one another, until none changes by more than ``within``.

    ``share`` of those in a state leave the wait; ``within`` is a share of the most visits of any state.
    """
    n = len(flow)
    served, left = chain.served, chain.left
    on, off = served[2] * (1.0 - share)[served[0]], left[2] * share[left[0]]
    for _ in range(5000):
        new = chain.outside + np.bincount(served[1], flow[served[0]] * on, n)
        new += np.bincount(left[1], flow[left[0]] * off, n)
        change = float(np.abs(new - flow).max(initial=0.0))
        flow = new
        if change < within * max(1.0, float(flow.max(initial=0.0))):
            break
    return flow


def _sum(visits: list[Visit], flow: np.ndarray) -> dict[str, float]:
    total: dict[str, float] = {}
    for visit, rate in zip(visits, flow, strict=True):
        for thing, use in visit.uses.items():
            total[thing] = total.get(thing, 0.0) + float(rate) * use
    return total


def _total(
    visits: Mapping[State, Visit],
    flow: np.ndarray,
    share: np.ndarray,
    demand: dict[str, float],
    queue: dict[str, float],
    listed: dict[str, int],
    year: float,
) -> Flows:
    arrivals: dict[str, float] = {}
    people: dict[str, float] = {}
    starts: dict[str, float] = {}
    joins: dict[str, float] = {}
    gone: dict[str, float] = {}
    stays: dict[str, float] = {}
    patient: dict[str, bool] = {}
    for (state, visit), rate, leaving in zip(visits.items(), flow.tolist(), share.tolist(), strict=True):
        on = rate * (1.0 - leaving)
        arrivals[state.station] = arrivals.get(state.station, 0.0) + rate
        if state.package != state.station:
            starts[state.station] = starts.get(state.station, 0.0) + on
        if f"people:{state.station}" not in visit.uses:
            people[state.station] = people.get(state.station, 0.0) + on * visit.time / year
        for thing, use in visit.uses.items():
            stays[thing] = stays.get(thing, 0.0) + on * use
            if thing.startswith("people:"):
                people[thing[7:]] = people.get(thing[7:], 0.0) + on * use
        if visit.queue:
            joins[visit.queue] = joins.get(visit.queue, 0.0) + rate
            patient[visit.queue] = patient.get(visit.queue, True) and visit.leaving == 0.0
            gone[visit.queue] = gone.get(visit.queue, 0.0) + rate * leaving
    for visit, rate in zip(visits.values(), flow.tolist(), strict=True):
        for thing in visit.uses:
            if thing.startswith("market:"):
                joins[thing] = joins.get(thing, 0.0) + rate
    leaves = {thing: gone[thing] / joins[thing] for thing in gone if joins[thing]}
    return Flows(arrivals, people, starts, demand, stays, joins, listed, queue, leaves, patient)
