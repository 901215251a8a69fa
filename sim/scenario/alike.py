"""Who is alike from a station on: the levels of attributes that nothing ahead of a person asks for are taken as one.

The traffic equations (``flows``) grow with every attribute that routing depends on anywhere. But who has had advice is
no longer asked how old they are, and of two dozen classes only one may be named ahead of someone. People who differ in
what is asked no more have the same future, so they are one state. This leaves nothing out: it is the same sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sim.scenario.network import Network, State, names
from sim.scenario.schema import By, Event, Exit, Frozen, Number, Package, Shares, Sourcing, Stay, Task

__all__ = ["Alike"]

Levels = dict[str, frozenset[str]]
"""attribute -> the levels of it that something names; all others are one."""


class Alike:
    """What is asked of people at each station, and from each station on."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.stations = network.scenario.stations
        self.needs = network.scenario.people["need"].order if "need" in network.names else ()
        self.asked = {name: self._asked(station) for name, station in self.stations.items()}
        self.ahead = self._ahead()
        self._named: dict[tuple[bool, str, str], tuple[frozenset[str], ...]] = {}
        self._onward: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], tuple[str, ...]] = {}

    def thin(self, state: State) -> State:
        """The state of everyone who is alike from here on."""
        return state._replace(attributes=self._only(self._names(True, state), state.attributes))

    def here(self, state: State) -> State:
        """The state of everyone of whom the same is asked here: they make the same visit."""
        return state._replace(attributes=self._only(self._names(False, state), state.attributes))

    def onward(self, state: State, target: State) -> State:
        """The next state of someone, given the next state of those of whom the same is asked here.

        What the visit neither asks for nor sets is as it was.
        """
        key = (target.station, target.package, target.attributes, state.attributes)
        found = self._onward.get(key)
        if found is None:
            kept = tuple(new or old for new, old in zip(target.attributes, state.attributes, strict=True))
            found = self._onward[key] = self._only(self._names(True, target), kept)
        return State(target.station, target.package, target.hold, target.place, found)

    def _names(self, ahead: bool, state: State) -> tuple[frozenset[str], ...]:
        """The levels that count in a state, by attribute: those of its station, and of the package held meanwhile."""
        key = (ahead, state.station, state.package)
        found = self._named.get(key)
        if found is None:
            table = self.ahead if ahead else self.asked
            levels = _merged((table[state.station], table.get(state.package, {})))
            found = self._named[key] = tuple(levels.get(name, frozenset()) for name in self.network.names)
        return found

    def _only(self, named: tuple[frozenset[str], ...], attributes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(level if level in levels else "" for level, levels in zip(attributes, named, strict=True))

    def _asked(self, station: Any) -> Levels:
        """What a visit asks for: by the station, its events, its market, and whoever goes first there."""
        scenario = self.network.scenario
        changes = getattr(station, "need", None) is not None
        found = list(_looks(station))
        for event in self._events(station):
            found += _looks(event)
            if event.to is not None:
                found += _looks(getattr(self.stations[event.to], "length", None))
            changes = changes or event.need is not None
        if changes:
            found.append(("need", self.needs))
        team = scenario.teams.get(getattr(station, "team", None) or "")
        if team is not None and team.priority:
            found.append((team.priority_by, team.priority))
        elif isinstance(station, Task | Sourcing | Stay):
            found.append(("route", scenario.routes.first))
        if isinstance(station, Package) and station.market is not None:
            found += _looks(scenario.market[station.market].visits)
        if isinstance(station, Sourcing):
            market = scenario.market[station.market]
            found += (*_looks(market), *market.serves.items())
            for other in self.stations.values():
                if isinstance(other, Package) and other.market == station.market:
                    found += _looks(other.double_handed)
        return _merged({name: frozenset(levels)} for name, levels in found if name in self.network.names)

    def _ahead(self) -> dict[str, Levels]:
        """What is asked at each station or at any that may follow, but for what is set on the way there."""
        ahead: dict[str, Levels] = {name: {} for name in self.stations}
        changed = True
        while changed:
            changed = False
            for name, station in self.stations.items():
                parts = [self.asked[name]]
                for event in self._events(station):
                    target = event.to or event.restart
                    if target is not None:
                        parts.append(_without(ahead[target], event.sets))
                if not isinstance(station, Exit):
                    after = [ahead[to] for to in _options(station.next) if to != "return"]
                    if isinstance(station, Package):
                        after.append(ahead[self.network.searches.get(station.market or "", name)])
                    parts.append(_without(_merged(after), station.sets))
                found = _merged(parts)
                if found != ahead[name]:
                    ahead[name], changed = found, True
        return ahead

    def _events(self, station: Any) -> Iterator[Event]:
        for key in ("waiting", "while_here"):
            for name in names(getattr(station, key, None)):
                yield from self.network.scenario.events[name].values()


def _looks(value: Any) -> Iterator[tuple[str, Iterable[str]]]:
    """Every attribute that something goes by, and the levels it names."""
    if isinstance(value, By):
        yield value.by, value.rows
    elif isinstance(value, Number):
        yield from value.factors.items()
    if isinstance(value, Frozen):
        value = value.__dict__
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _looks(part)


def _options(value: Any) -> Iterator[str]:
    """Every station that a table may lead to at any time."""
    if isinstance(value, By):
        for row in (*value.rows.values(), value.otherwise):
            yield from _options(row)
    elif isinstance(value, Shares):
        yield from value.options
        for divert in value.diverts:
            yield divert.to


def _merged(tables: Iterable[Levels]) -> Levels:
    found: Levels = {}
    for table in tables:
        for name, levels in table.items():
            found[name] = found.get(name, frozenset()) | levels
    return found


def _without(table: Levels, sets: Mapping[str, str]) -> Levels:
    return {name: levels for name, levels in table.items() if name not in sets}
