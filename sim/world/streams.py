"""The people of a stream come in, one event at a time."""

from __future__ import annotations

from heapq import heappush
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.engine.rounds import ARRIVAL, priority
from sim.world.people import Person

if TYPE_CHECKING:
    from sim.world.arrivals import Arrivals
    from sim.world.world import World

__all__ = ["Incoming"]

_ARRIVAL = priority(ARRIVAL)


class Incoming:
    """Brings in the people of one stream, one event at a time: each is made when the one before has come."""

    def __init__(self, world: World, name: str, people: Arrivals, codes: NDArray[np.int64]) -> None:
        self.world = world
        self.name = name
        self.code = code = world.names.code(name)
        self.rounds = world.rounds
        self.heap = world.rounds.queue
        self.serial = world.rounds.serial.__next__
        self.living = world.living
        self.doors = world.doors_ahead(name, code)
        self.comes = (self._comes,)
        self.next = zip(people.times, people.keys, codes.tolist(), range(len(people.times)), strict=True).__next__
        world.journal.arrivals(code, people, codes)
        self._expect()

    def _expect(self) -> None:
        """Await the next, where there is one."""
        try:
            time, key, attributes, row = self.next()
        except StopIteration:
            return
        person = Person(self.world, key, self.code, attributes, row)
        person.callbacks = self.comes
        heappush(self.heap, (time, _ARRIVAL + key, self.serial(), person))

    def _comes(self, person: Person) -> None:
        self._expect()
        station = self.doors[person.row] if self.doors is not None else self.world.door(self.name, person)
        if station is not None:
            self.living[person.key] = person
            station.arrive(person)
        if self.rounds.dirty:
            self.rounds.settle()
