"""The people of a stream come in, one event at a time."""

from __future__ import annotations

from heapq import heappush
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.rounds import ARRIVAL, Wake, priority
from sim.world.people import Person

if TYPE_CHECKING:
    from sim.world.arrivals import Arrivals
    from sim.world.world import World

__all__ = ["Incoming"]

_ARRIVAL = priority(ARRIVAL)
_NOBODY: list[int] = []


class Incoming:
    """Brings in the people of one stream, one event at a time."""

    def __init__(self, world: World, name: str, people: Arrivals, codes: NDArray[np.int64]) -> None:
        self.world = world
        self.name = name
        self.code = world.names.code(name)
        self.times, self.keys = people.times, people.keys
        self.count = len(people.times)
        self.rows = codes.tolist()
        self.doors = world.doors_ahead(name, self.code)
        self.next = 0
        self.wake = Wake(self._arrives)
        world.journal.arrivals(self.code, people, codes)
        world.rounds.arm(self.wake, people.times[0], _ARRIVAL + people.keys[0])

    def _arrives(self, _: Any) -> None:
        world = self.world
        rounds = world.rounds
        i = self.next
        self.next = i + 1
        if self.next < self.count:
            wake = self.wake
            wake.callbacks = wake.call
            key = self.keys[self.next]
            heappush(rounds.queue, (self.times[self.next], _ARRIVAL + key, next(rounds.serial), wake))
        rows = self.rows
        person = Person(world, self.keys[i], self.code, rows[i], i)
        rows[i] = _NOBODY
        station = self.doors[i] if self.doors is not None else world.door(self.name, person)
        if station is not None:
            world.living[person.key] = person
            station.arrive(person)
        if rounds.dirty:
            rounds.settle()
