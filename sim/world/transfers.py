"""The way to the next station, where it takes time: which places are held on it, and its row in the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from sim.log.tables import SPELL_TYPES
from sim.world.people import ENDS, nothing

if TYPE_CHECKING:
    from sim.world.people import Person, Place
    from sim.world.station import Law, Station, Working
    from sim.world.world import World

__all__ = ["Bound", "Moving", "Way", "travel"]

_TRANSFER: Final = SPELL_TYPES.index("transfer")


class Way:
    """From one station to a next one."""

    __slots__ = ("after_place", "holds", "law")

    def __init__(self, law: Law, holds: str) -> None:
        self.law = law
        self.holds = holds
        """from, to, both or neither."""
        self.after_place = holds in ("to", "both")
        """Whether one sets out only with a place at the other end."""


class Bound:
    """Someone who sets out once there is a place."""

    __slots__ = ("first", "origin", "way")

    def __init__(self, way: Way, origin: Working, first: bool) -> None:
        self.way = way
        self.origin = origin
        self.first = first
        """Whether it was their first time at the origin."""


class Moving:
    """Someone on the way."""

    __slots__ = ("origin", "place", "since", "to")

    def __init__(self, origin: Station, to: Station, since: float, place: Place | None) -> None:
        self.origin = origin
        self.to = to
        self.since = since
        self.place = place
        """Held on the way beside the person's own."""

    def write(self, world: World, person: Person, until: float) -> None:
        """Write the spell of the way."""
        origin, since = self.origin.code, self.since
        world.journal.spell(person, origin, _TRANSFER, since, since, until, 1.0, 0, origin, self.to.code)


def travel(
    person: Person,
    way: Way,
    origin: Working,
    to: Station,
    first: bool,
    then: Callable[[], None],
    beside: Place | None = None,
) -> None:
    """Be on the way, where nothing else happens, and ``then`` be there."""
    length = way.law.draw(person, first)
    if length <= 0.0:
        then()
        return
    world = origin.world
    rounds = world.rounds
    now = world.rounds.now
    moving = world.moving[person.key] = Moving(origin, to, now, beside)

    def arrives(_: Any) -> None:
        person.at_end = nothing
        del world.moving[person.key]
        moving.write(world, person, world.rounds.now)
        then()
        rounds.settle()

    person.at_end = arrives
    rounds.push(now + length, ENDS + person.key, person)
