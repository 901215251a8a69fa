"""What a visit to a station leads to and asks for: the terms of the traffic equations (``flows``).

People are followed by station, package and place held, and the attributes that routing depends on (thinned by
``alike``). Numbers are taken at their mean over the reported time. A search takes as long as if a quarter of the
providers had room. Left out: queues (a place kept during work or a search is counted, during a queue it is not), fixed
times (``after``) on stays, changes of need that lead nowhere, staff moved by ``discharge_pull``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sim.scenario import laws
from sim.scenario.schema import (
    Amount,
    By,
    Distribution,
    Event,
    Exit,
    Market,
    NeedChange,
    Number,
    Package,
    Scenario,
    Shares,
    Sourcing,
    Stay,
    Task,
)  # fmt: skip

__all__ = ["Network", "State", "Visit", "names"]

_SAMPLES = 24
_WITH_ROOM = 0.25
"""Share of providers taken to have room for one more."""
_EMERGENCIES = ("hospital", "crisis")
_NONE = "none"


class State(NamedTuple):
    """Where a person is, with what."""

    station: str
    package: str
    """Station of the package held, or ''."""
    hold: float
    """How long the package is held for a side trip; 0 where it is kept in use."""
    place: str
    """Pool held, or ''."""
    attributes: tuple[str, ...]


@dataclass
class Visit:
    """What one visit leads to and uses."""

    served: list[tuple[State, float]]
    """Next states of those who start here; shares sum to at most 1 (the rest is gone)."""
    left: list[tuple[State, float]]
    """Next states of those who leave the wait."""
    leaving: float
    """Hazard of leaving the wait."""
    queue: str
    """'team:x' or 'pool:x' waited for, or ''."""
    first: bool = False
    """Whether they are put before others there."""
    time: float = 0.0
    """Mean time here."""
    uses: dict[str, float] = field(default_factory=dict)
    """thing -> hours of work, amount x time, or cases x time (key 'cases:team')."""


def names(value: Any) -> Iterator[str]:
    """Every name in a name or a ``by`` table of them."""
    if isinstance(value, By):
        for row in (*value.rows.values(), value.otherwise):
            yield from names(row)
    elif isinstance(value, str):
        yield value


class Network:
    """What one visit in any state leads to and uses, at the mean of every number over the reported time."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        run = scenario.run
        self.year = 365.0 * scenario.day
        self.times = [run.length * (k + 0.5) / _SAMPLES for k in range(_SAMPLES)]
        self.names = tuple(sorted(self._relevant()))
        self.kept = self._kept()
        self.searches = {s.market: name for name, s in scenario.stations.items() if isinstance(s, Sourcing)}
        """market -> the station that finds a package there."""

    def _relevant(self) -> set[str]:
        found: set[str] = set()

        def look(value: Any) -> None:
            if isinstance(value, By):
                found.add(value.by)
                for row in (*value.rows.values(), value.otherwise):
                    look(row)
            elif isinstance(value, Amount):
                look(value.start)
                look(value.end)

        for station in self.scenario.stations.values():
            for key in ("next", "waiting", "while_here", "effort", "elapsed", "length", "amount"):
                look(getattr(station, key, None))
            for name in names(getattr(station, "while_here", None)):
                for event in self.scenario.events[name].values():
                    if event.rate is not None:
                        found.update(event.rate.factors)
        for market in self.scenario.market.values():
            look(market.visits)
        if self.scenario.routes.first:
            found.add("route")
        found.update(team.priority_by for team in self.scenario.teams.values() if team.priority)
        return found - {"place", "package", "next"}

    def _kept(self) -> dict[str, float]:
        """pool -> the amount kept by one whose stay has ended."""
        found: dict[str, float] = {}
        for station in self.scenario.stations.values():
            if isinstance(station, Stay) and station.pool is not None and station.amount is not None:
                law: Any = station.amount.end if isinstance(station.amount, Amount) else station.amount
                while isinstance(law, By):
                    law = next(iter(law.rows.values()))
                found[station.pool] = laws.mean(law, self.value)
        return found

    # Values

    def value(self, number: Number) -> float:
        """Mean over the reported time; weekday, month and hour weights average out."""
        if not number.changes and not number.profile:
            return number.value
        total = 0.0
        for time in self.times:
            factor = 1.0
            for name in number.profile:
                profile = self.scenario.profiles[name]
                factor *= (1.0 + profile.growth) ** (time / self.year)
                factor *= next((f for start, f in reversed(profile.steps) if start <= time), 1.0)
            total += number.at(time) * factor
        return total / len(self.times)

    def shares(self, shares: Shares) -> dict[str, float]:
        """Mean table over the reported time."""
        if not shares.diverts and not any(n.changes for n in shares.options.values()):
            return shares.at(0.0)
        total: dict[str, float] = {}
        for time in self.times:
            for option, share in shares.at(time).items():
                total[option] = total.get(option, 0.0) + share / len(self.times)
        return total

    def row(self, value: Any, state: State) -> Any:
        """What a ``by`` table gives a person in a state; a table by what is next is left as it is."""
        while isinstance(value, By) and value.by != "next":
            if value.by == "place":
                level = state.place or _NONE
            elif value.by == "package":
                level = "held" if state.package else _NONE
            else:
                level = self.level(state, value.by)
            value = value.row(level)
        return value

    def level(self, state: State, attribute: str) -> str:
        return state.attributes[self.names.index(attribute)] if attribute in self.names else ""

    def mean(self, law: Any, state: State) -> float:
        found = self.row(law, state)
        if isinstance(found, By):
            ahead = self.shares(self.row(self.scenario.stations[state.station].next, state))  # type: ignore[union-attr]
            return sum(share * self.mean(found.row(name), state) for name, share in ahead.items())
        return laws.mean(found, self.value) if isinstance(found, Distribution) else 0.0

    def hazard(self, event: Event, state: State) -> float:
        """Sum of the rates of an event."""
        total = 0.0
        for rate in (event.rate, event.background, event.excess):
            if rate is not None:
                factor = 1.0
                for attribute, table in rate.factors.items():
                    if attribute in self.names:
                        factor *= table.get(self.level(state, attribute), 1.0)
                    else:
                        factor *= self._mixed(attribute, table)
                total += self.value(rate) * factor
        return total

    def _mixed(self, attribute: str, table: Mapping[str, float]) -> float:
        """Mean factor over those who arrive: for attributes that routing does not depend on."""
        shares = self.mix.get(attribute, {})
        return sum(share * table.get(level, 1.0) for level, share in shares.items()) if shares else 1.0

    # Changes of state

    def move(self, state: State, attribute: str, level: str) -> State:
        if attribute not in self.names:
            return state
        i = self.names.index(attribute)
        changed = (*state.attributes[:i], level, *state.attributes[i + 1 :])
        return State(state.station, state.package, state.hold, state.place, changed)

    def put(self, state: State, sets: Mapping[str, str]) -> State:
        for attribute, level in sets.items():
            state = self.move(state, attribute, level)
        return state

    def needs(self, states: list[tuple[State, float]], change: NeedChange | None) -> list[tuple[State, float]]:
        """Those whose need changes and those whose does not."""
        if change is None or "need" not in self.names:
            return states
        order = self.scenario.people["need"].order
        share = self.value(change.share)
        out = []
        for state, p in states:
            level = self.level(state, "need")
            if level not in order:
                out.append((state, p))
                continue
            i = min(len(order) - 1, max(0, order.index(level) + change.change))
            out += [(self.move(state, "need", order[i]), p * share), (state, p * (1.0 - share))]
        return [(state, p) for state, p in out if p > 0.0]

    def at(self, state: State, station: str, **held: Any) -> State:
        given = {"package": state.package, "hold": state.hold, "place": state.place, **held}
        target = self.scenario.stations[station]
        if isinstance(target, Exit):
            given = {"package": "", "hold": 0.0, "place": ""}
        return State(station, attributes=state.attributes, **given)

    def events(self, names: Any, state: State) -> list[tuple[Event, float]]:
        """Events of a set that lead away, with their hazards."""
        name = self.row(names, state)
        if name is None:
            return []
        found = [(event, self.hazard(event, state)) for event in self.scenario.events[name].values()]
        return [(event, h) for event, h in found if h > 0.0 and (event.to is not None or event.restart is not None)]

    def led(self, state: State, event: Event, p: float, on_package: bool = False) -> list[tuple[State, float]]:
        """Where an event leads."""
        target = event.to or event.restart
        assert target is not None
        held: dict[str, Any] = {}
        if event.to is not None and self.scenario.stations[target].track in _EMERGENCIES:
            held["place"] = ""
        if on_package:
            if isinstance(event.package, Number):
                held["hold"] = self.value(event.package)
            elif event.package != "keep":
                held["package"] = ""
        return self.needs([(self.at(self.put(state, event.sets), target, **held), p)], event.need)

    # One visit

    def visit(self, state: State) -> Visit:
        station = self.scenario.stations[state.station]
        if isinstance(station, Exit):
            return self._afterwards(station, state)
        queue = ""
        if isinstance(station, Task | Sourcing) and station.team is not None:
            queue = f"team:{station.team}"
        elif isinstance(station, Stay) and station.pool is not None:
            queue = f"pool:{station.pool}"
        waiting = self.events(station.waiting, state) if queue else []
        ends = self._package_ends(state) if queue else 0.0
        leaving = sum(h for _, h in waiting) + ends
        left = [pair for event, h in waiting for pair in self.led(state, event, h / leaving)]
        if ends:
            left.append((self.at(state, state.package), ends / leaving))
        visit = Visit([], left, leaving, queue, self.first(station, state))
        started = self.put(state, station.sets)
        if isinstance(station, Stay):
            started = State(state.station, state.package, state.hold, station.pool or "", started.attributes)
            self._stay(visit, station, started)
        elif isinstance(station, Package):
            started = State(state.station, state.station, 0.0, "", started.attributes)
            self._package(visit, station, started)
        else:
            self._work(visit, station, started)
        return visit

    def _afterwards(self, station: Exit, state: State) -> Visit:
        """Those who come back for a time after the end; they are nowhere meanwhile."""
        events = self.events(station.while_here, state) if station.while_here is not None else []
        total = sum(h for _, h in events)
        back = -math.expm1(-total * self.mean(station.length, state))
        return Visit([pair for event, h in events for pair in self.led(state, event, back * h / total)], [], 0.0, "")

    def _package_ends(self, state: State) -> float:
        """Hazard of what leads one away from a wait whose package is in use meanwhile: it happens at the package."""
        if not state.package or state.hold:
            return 0.0
        package = self.scenario.stations[state.package]
        assert isinstance(package, Package)
        return sum(h for _, h in self.events(package.while_here, state))

    def first(self, station: Any, state: State) -> bool:
        """Whether the person goes before others at a station."""
        team = self.scenario.teams.get(getattr(station, "team", None) or "")
        if team is not None and team.priority:
            return self.level(state, team.priority_by) in team.priority
        return self.level(state, "route") in self.scenario.routes.first

    def _work(self, visit: Visit, station: Task | Sourcing, state: State) -> None:
        effort = self.mean(station.effort, state)
        elapsed = self.mean(station.elapsed, state) if isinstance(station, Task) else 0.0
        if station.team is not None:
            visit.uses[f"team:{station.team}"] = effort * 24.0 / self.scenario.day
            if isinstance(station, Task) and station.caseload is not None:
                visit.uses[f"cases:{station.team}"] = elapsed / self.year
        visit.time = max(elapsed, effort if station.team is None else 0.0)
        found = 1.0
        if isinstance(station, Sourcing):
            found = self._search(visit, station, state)
        self._away(visit, state)
        if state.place:
            thing = f"pool:{state.place}"
            visit.uses[thing] = visit.uses.get(thing, 0.0) + self.kept.get(state.place, 1.0) * visit.time / self.year
        visit.served += self._onward(station, [(state, found)])

    def _search(self, visit: Visit, station: Sourcing, state: State) -> float:
        """The time a search takes, and the share of them that find something before an event leads away."""
        market = self.scenario.market[station.market]
        fit = self.value(market.fit)
        fit += (1.0 - fit) * self.value(market.outcome_based)
        fit *= self._serving(station, market, state)
        rate = self.value(station.offers) * market.providers * fit * _WITH_ROOM
        if rate <= 0.0:
            return 0.0
        events = self.events(station.waiting, state)
        total = rate + sum(h for _, h in events)
        limits = [
            (self.value(event.after), event)
            for event in self.scenario.events.get(self.row(station.waiting, state) or "", {}).values()
            if event.after is not None and event.to is not None
        ]
        in_time = 1.0
        if limits:
            after, event = min(limits, key=lambda limit: limit[0])
            in_time = -math.expm1(-total * after)
            visit.served += self.led(state, event, 1.0 - in_time)
        visit.time += in_time / total
        if market.assessment is not None and fit > 0.0:
            visit.time += in_time * rate / total * self.mean(market.assessment, state) / fit
        for event, h in events:
            visit.served += self.led(state, event, in_time * h / total)
        return in_time * rate / total

    def _serving(self, station: Sourcing, market: Market, state: State) -> float:
        """Share of the providers who serve someone, on average over those with one worker and with two."""
        found = 1.0
        for attribute, levels in market.serves.items():
            level = self.level(state, attribute)
            found *= self.value(levels[level]) if level in levels else 1.0
        ahead = next((s for s in self.scenario.stations.values() if isinstance(s, Package) and
                      s.market == station.market and s.double_handed is not None), None)  # fmt: skip
        double = self._double(ahead, state) if ahead is not None else 0.0
        return found * (1.0 - double + double * self.value(market.double_handed))

    def _double(self, station: Package, state: State) -> float:
        share = self.row(station.double_handed, state)
        return self.value(share) if isinstance(share, Number) else 0.0

    def _stay(self, visit: Visit, station: Stay, state: State) -> None:
        law = self.row(station.length, state)
        length = self.mean(law, state)
        events = self.events(station.while_here, state)
        total = sum(h for _, h in events)
        cut = -math.expm1(-total * length)
        visit.time = cut / total if total > 0.0 else length
        if station.pool is not None:
            if isinstance(station.amount, Amount):
                amount = (self.mean(station.amount.start, state) + self.mean(station.amount.end, state)) / 2.0
            else:
                amount = self.mean(station.amount, state) if station.amount is not None else 1.0
            visit.uses[f"pool:{station.pool}"] = amount * visit.time / self.year
        self._away(visit, state)
        ends = [(state, 1.0)]
        if state.package and state.hold and isinstance(law, Distribution):
            lost = laws.tail(law, state.hold, self.value)
            kept = State(state.station, state.package, 0.0, state.place, state.attributes)
            gone = State(state.station, "", 0.0, state.place, state.attributes)
            ends = [(kept, 1.0 - lost), (gone, lost)]
        for end, p in ends:
            for event, h in events:
                visit.served += self.led(end, event, p * cut * h / total)
        for end, p in self._onward(station, [(end, p * (1.0 - cut)) for end, p in ends]):
            keeps = station.keep_place is True or (
                isinstance(station.keep_place, tuple) and end.station in station.keep_place
            )
            place = end.place if keeps else ""
            visit.served.append((State(end.station, end.package, end.hold, place, end.attributes), p))

    def _package(self, visit: Visit, station: Package, state: State) -> None:
        events = self.events(station.while_here, state)
        ends = 1.0 / max(self.mean(station.length, state), 1e-9) if station.length is not None else 0.0
        market = self.scenario.market.get(station.market or "")
        handed = self.value(market.hand_backs) if market is not None else 0.0
        if market is not None:
            weights = [1.0 / k for k in range(1, market.providers + 1)]
            small = sum(w for w in weights if w < sum(weights) / len(weights)) / sum(weights)
            handed += self.value(market.closures) * small
        events += self._fixed(station, state, ends + handed + sum(h * self._lost(event, state) for event, h in events))
        total = sum(h for _, h in events) + ends + handed
        visit.time = 1.0 / total if total > 0.0 else math.inf
        if total <= 0.0:
            return
        if station.market is not None:
            self._takes(visit, station, state, visit.time)
        visit.uses[f"people:{state.station}"] = visit.time / self.year
        for event, h in events:
            visit.served += self.led(state, event, h / total, on_package=True)
        if handed:
            again = self.searches.get(station.market or "", state.station)
            visit.served.append((State(again, "", 0.0, "", state.attributes), handed / total))
        if ends:
            gone = State(state.station, "", 0.0, "", state.attributes)
            visit.served += self._onward(station, [(gone, ends / total)])

    def _lost(self, event: Event, state: State) -> float:
        """Chance that an event ends the package: a hold ends it when the stay it leads to lasts longer."""
        if event.package == "keep":
            return 0.0
        if isinstance(event.package, Number) and event.to is not None:
            law = self.row(getattr(self.scenario.stations[event.to], "length", None), state)
            return laws.tail(law, self.value(event.package), self.value) if isinstance(law, Distribution) else 0.0
        return 1.0

    def _fixed(self, station: Package, state: State, ending: float) -> list[tuple[Event, float]]:
        """Events at fixed times after the start of a package, as rates among those who have one.

        With packages ending at a rate h, a time T falls due h exp(-hT) times a year and person, a repeated one
        h / (exp(hT) - 1) times.
        """
        name = self.row(station.while_here, state)
        found = []
        for event in self.scenario.events[name].values() if name is not None else ():
            if event.after is not None and event.to is not None:
                after = self.value(event.after)
                once = ending * math.exp(-ending * after)
                if event.repeats:
                    once = ending / math.expm1(ending * after) if ending * after > 1e-9 else 1.0 / after
                if once > 0.0:
                    found.append((event, once))
        return found

    def _amount(self, station: Package, state: State) -> float:
        one = self.mean(station.amount, state) if station.amount is not None else 1.0
        return one * (1.0 + self._double(station, state))

    def _takes(self, visit: Visit, package: Package, state: State, time: float) -> None:
        """What a package takes of its market in so much time, and of each visit band of it."""
        taken = self._amount(package, state) * time / self.year
        market = self.scenario.market[package.market or ""]
        parts = {f"market:{package.market}": taken}
        if market.bands is not None:
            visits = self.row(market.visits, state)
            parts |= {f"band:{package.market}:{band}": taken / len(visits) for band in visits}
        for thing, part in parts.items():
            visit.uses[thing] = visit.uses.get(thing, 0.0) + part

    def _away(self, visit: Visit, state: State) -> None:
        """A package goes on in use during a side trip, or for as long as it is held."""
        if state.package:
            package = self.scenario.stations[state.package]
            assert isinstance(package, Package)
            time = min(visit.time, state.hold) if state.hold else visit.time
            visit.uses[f"people:{state.package}"] = time / self.year
            if package.market is not None:
                self._takes(visit, package, state, time)

    def _onward(self, station: Any, states: list[tuple[State, float]]) -> list[tuple[State, float]]:
        out = []
        for state, p in self.needs(states, station.need):
            table = self.row(station.next, state)
            if not isinstance(table, Shares):
                continue
            for option, share in self.shares(table).items():
                target = state.package if option == "return" else option
                if share > 0.0 and p > 0.0 and target:
                    out.append((self.at(state, target), p * share))
        return out

    # Arrivals

    def entries(self) -> dict[State, float]:
        """Visits a year from outside, by state."""
        scenario = self.scenario
        found: dict[State, float] = {}
        self.mix: dict[str, dict[str, float]] = {}
        total = 0.0
        for name, stream in scenario.demand.items():
            if stream.rate is not None:
                rate = self.value(stream.rate) * self.year
            else:
                rate = len(stream.times) * self.year / scenario.run.length
            fixed = {"route": stream.route, "class": stream.class_ or name}
            for attributes, p in self._people(fixed):
                total += rate * p
                for attribute, level in attributes.items():
                    levels = self.mix.setdefault(attribute, {})
                    levels[level] = levels.get(level, 0.0) + rate * p
                known = tuple(attributes.get(a, "") for a in self.names)
                for station, share in self.shares(scenario.doors[name]).items():
                    if share > 0.0:
                        state = State(station, "", 0.0, "", known)
                        found[state] = found.get(state, 0.0) + rate * p * share
        for levels in self.mix.values():
            for level in levels:
                levels[level] /= total or 1.0
        return found

    def _people(self, fixed: dict[str, str]) -> list[tuple[dict[str, str], float]]:
        """Every combination of attributes a stream brings, and its share."""
        found = [(fixed, 1.0)]
        waiting = dict(self.scenario.people)
        while waiting:
            ready = [a for a, spec in waiting.items() if not self._asks(spec.shares) & set(waiting)]
            for attribute in ready or list(waiting):
                spec = waiting.pop(attribute)
                found = [
                    ({**person, attribute: level}, p * share)
                    for person, p in found
                    for level, share in self._levels(spec.shares, person).items()
                    if share > 0.0
                ]
        return found

    def _asks(self, value: Any) -> set[str]:
        if not isinstance(value, By):
            return set()
        return {value.by}.union(*(self._asks(row) for row in (*value.rows.values(), value.otherwise)))

    def _levels(self, value: Any, person: Mapping[str, str]) -> dict[str, float]:
        while isinstance(value, By):
            value = value.row(person.get(value.by, ""))
        return self.shares(value) if isinstance(value, Shares) else {}
