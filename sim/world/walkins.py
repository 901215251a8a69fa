"""People who come to a market without sourcing: served in the order in which they came."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from sim.engine.draws import choose
from sim.world.providers import OFFER

if TYPE_CHECKING:
    from sim.world.bands import Parts
    from sim.world.care import PackageStation
    from sim.world.market import Market
    from sim.world.people import Person
    from sim.world.providers import Provider

__all__ = ["WalkIns"]


class _WalkIn:
    """Someone in the queue, with what they came for as they were at a version of them."""

    __slots__ = ("amount", "parts", "person", "station", "version")

    def __init__(self, person: Person, amount: int, parts: Parts, station: PackageStation, version: int) -> None:
        self.person = person
        self.amount = amount
        self.parts = parts
        self.station = station
        self.version = version


class WalkIns:
    """The queue at the door. Nobody is passed at a provider that may start them, once it has the room."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self._queue: deque[_WalkIn] = deque()

    def come(self, person: Person, amount: int, parts: Parts, station: PackageStation) -> Provider | None:
        """A provider with room for someone; None: they queue and are told ``OFFER``."""
        market = self.market
        if market.opening.open():
            spoken_for: set[int] = set()
            for first in self._queue:
                spoken_for.update(self._willing(first.person, first.station))
                if len(spoken_for) == len(market.providers):
                    break
            provider = self._room(person, amount, parts, station, spoken_for)
            if provider is not None:
                provider.use(amount, parts)
                return provider
        self._queue.append(_WalkIn(person, amount, parts, station, person.version))
        return None

    def leave(self, person: Person) -> None:
        """Stop queueing."""
        self._queue = deque(w for w in self._queue if w.person is not person)
        if self._queue:
            self.market.world.rounds.touch(self.market)

    def midnight(self) -> None:
        """Someone whose need has changed since they were last served may start now."""
        if any(w.version != w.person.version for w in self._queue):
            self.market.world.rounds.touch(self.market)

    def serve(self) -> None:
        """Start whoever can start, with what they need now."""
        market = self.market
        if not self._queue or not market.opening.open():
            return
        passed: list[_WalkIn] = []
        spoken_for: set[int] = set()
        while self._queue and len(spoken_for) < len(market.providers):
            first = self._queue.popleft()
            person, station = first.person, first.station
            if first.version != person.version:
                first.version = person.version
                first.amount = station.units(person)
                first.parts = market.parts(person, first.amount)
            amount, parts = first.amount, first.parts
            found = self._room(person, amount, parts, station, spoken_for)
            if found is None:
                passed.append(first)
                spoken_for.update(self._willing(person, station))
                continue
            found.use(amount, parts)
            person.offer = (found, amount, parts, False)
            person.resume(OFFER)
        self._queue.extendleft(reversed(passed))

    def _room(
        self, person: Person, amount: int, parts: Parts, station: PackageStation, spoken_for: set[int]
    ) -> Provider | None:
        market = self.market
        who = [p for p in market.serving(person, station) if p.rank not in spoken_for]
        options = [(p.key, float(p.capacity - p.used)) for p in who if market.takes(p, person, amount, parts)]
        if not options:
            return None
        chosen = choose(person.key, market.choice_key, person.use(market.choice_key), options)
        found = options[chosen][0]
        return next(p for p in who if p.key == found)

    def _willing(self, person: Person, station: PackageStation) -> list[int]:
        """The ranks of the providers who serve someone and may start them."""
        market = self.market
        return [p.rank for p in market.serving(person, station) if not market.barred(p, person)]
