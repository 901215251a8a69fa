"""The people of all streams come in, in order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.world.arrivals import in_time_order
from sim.world.people import Person

if TYPE_CHECKING:
    from sim.world.arrivals import Arrivals
    from sim.world.world import World

__all__ = ["Incoming"]


class Incoming:
    """Brings in the people of the streams, whose times and attributes are known from the start."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rounds = world.rounds
        self.enter = world.entered.append
        self._parts: list[tuple[NDArray[Any], ...]] = []
        self._names: dict[int, str] = {}

    def add(self, name: str, people: Arrivals, codes: NDArray[np.int64]) -> None:
        """One stream's people; ``codes`` are their attributes."""
        code = self.world.names.code(name)
        n = len(people.times)
        self._names[code] = name
        doors = np.empty(n, object)
        doors[:] = self.world.doors_ahead(name, code)
        self._parts.append((people.times, people.keys, codes, np.arange(n), np.full(n, code), doors))
        self.world.journal.arrivals(code, people, codes)

    def start(self) -> None:
        """From now on each comes at their time."""
        if self._parts:
            columns = [np.concatenate(column) for column in zip(*self._parts, strict=True)]
            self._parts.clear()  # the collector cannot see into an array of objects: kept, it would keep the world
            order = in_time_order(columns[0], columns[1])
            line = zip(*(column[order].tolist() for column in columns), strict=True)
            self.rounds.expect(line, self._comes)

    def _comes(self, arrival: tuple[Any, ...]) -> None:
        _, key, attributes, row, stream, door = arrival
        person = Person(self.world, key, stream, attributes, row)
        station = door if door is not None else self.world.door(self._names[stream], person)
        if station is not None:
            self.enter(person)
            station.arrive(person)
        if self.rounds.dirty:
            self.rounds.settle()
