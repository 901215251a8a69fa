"""Allocated cases that stay open after the work, until what follows has started: their slots are not free meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.draws import name_key
from sim.world.people import Place
from sim.world.task import TaskStation

if TYPE_CHECKING:
    from sim.scenario import schema
    from sim.world.people import Person
    from sim.world.station import Station
    from sim.world.world import World

__all__ = ["CaseStation"]


class CaseStation(TaskStation):
    """A task by caseload whose case may stay open: the slot is a place kept through the tasks and searches that follow,
    until the next stay or package starts or an exit is reached."""

    def __init__(self, world: World, name: str, spec: schema.Task) -> None:
        super().__init__(world, name, spec)
        assert spec.keep_case is not None
        self.keep_case = world.plan.compiler.every_day(spec.keep_case)
        self.keep_key = name_key(f"{self.stream}:keep_case")
        self.simple = False

    def finish(self, person: Person, working: bool) -> None:
        person.race = person.case = None
        station = self.end(person, 1.0, self.pool_code)
        assert self.pool is not None
        if station is not None and self._stays_open(person, station):
            person.place = Place(self.pool, 1, person.kind, self)
            self.world.keep_place(person, station)
        else:
            self.pool.release(1, person.kind)
        self.go(person, station)

    def _stays_open(self, person: Person, station: Station) -> bool:
        """Only for someone who holds no other place, and not for an emergency."""
        if station.final or station.emergency or person.place is not None:
            return False
        share = self.keep_case[self.world.today - self.world.days.first]
        return share > 0.0 and person.luck(self.keep_key) < share

    def keeps(self, person: Person, station: Station) -> bool:
        return not station.final and not station.emergency
