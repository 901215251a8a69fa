"""People who block each other: each keeps the place that another in the ring waits for. Found when the ring closes.

All of them move at once, in the places of one another; each move is logged as ``swap``. Only places of one unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine.pool import START, Pool, Ticket
from sim.engine.rounds import Dispatched
from sim.log.tables import SPELL_TYPES

if TYPE_CHECKING:
    from sim.world.people import Person
    from sim.world.world import World

__all__ = ["Rings"]

_SWAP: Final = SPELL_TYPES.index("swap")


class Rings(Dispatched):
    """Who keeps a place in each pool while waiting for another. Dispatched after pools and markets."""

    def __init__(self, world: World) -> None:
        super().__init__(1 << 15)
        self.world = world
        self._kept: dict[str, dict[int, tuple[Person, Pool, Ticket]]] = {}
        """pool -> those who keep a place in it, with the pool and ticket they wait for."""
        self._last: list[Person] = []

    def join(self, person: Person, pool: Pool, ticket: Ticket) -> None:
        """Someone with a place now waits for another."""
        place = person.place
        if place is None or place.amount != 1 or ticket.amount != 1:
            return
        self._kept.setdefault(place.pool.name, {})[person.key] = (person, pool, ticket)
        self._last.append(person)
        self.world.rounds.touch(self)

    def leave(self, person: Person) -> None:
        """The wait is over."""
        if person.place is not None:
            self._kept.get(person.place.pool.name, {}).pop(person.key, None)

    def dispatch(self) -> None:
        """Look for the ring that each who joined may have closed."""
        last, self._last = self._last, []
        for person in last:
            if person.place is None:
                continue
            waits = self._kept.get(person.place.pool.name, {}).get(person.key)
            if waits is not None and waits[2].live:
                ring = self._ring(waits[1], person.place.pool, set())
                if ring is not None:
                    self._swap([waits, *ring])

    def _ring(self, pool: Pool, home: Pool, seen: set[str]) -> list[tuple[Person, Pool, Ticket]] | None:
        """Who must move so that a place of ``pool`` comes free by one of ``home`` being taken."""
        if pool is home:
            return []
        seen.add(pool.name)
        for key in sorted(self._kept.get(pool.name, ())):
            waits = self._kept[pool.name][key]
            if waits[2].live and waits[1].name not in seen:
                rest = self._ring(waits[1], home, seen)
                if rest is not None:
                    return [waits, *rest]
        return None

    def _swap(self, ring: list[tuple[Person, Pool, Ticket]]) -> None:
        world = self.world
        now = world.rounds.now
        for person, pool, ticket in ring:
            pool.seat(ticket)
            station = person.station
            assert station is not None
            name = world.names.code(pool.name)
            world.journal.spell(person, station.code, _SWAP, now, now, now, 1.0, name, person.from_code, 0)
        for person, _, _ in ring:
            person.resume(START)
