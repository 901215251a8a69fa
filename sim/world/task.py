"""Staff do work: by effort, by caseload, or a delay that holds nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.pool import LOST, START
from sim.scenario import schema
from sim.world.events import due_from
from sim.world.people import ENDS
from sim.world.race import Race, Watch
from sim.world.station import NOT_YET, Station, Working, law_of

if TYPE_CHECKING:
    from sim.engine.workclock import WorkClock
    from sim.world.events import Cause
    from sim.world.people import Person
    from sim.world.world import World

__all__ = ["TaskStation"]


class TaskStation(Working):
    """Staff do work, by effort or by caseload; without a team, a delay that holds nobody."""

    def __init__(self, world: World, name: str, spec: schema.Task) -> None:
        super().__init__(world, name, spec)
        compiler = world.plan.compiler
        self.work_for(world.teams[spec.team] if spec.team is not None else None)
        self.effort = law_of(spec.effort, f"{self.stream}:effort", compiler)
        self.elapsed = law_of(spec.elapsed, f"{self.stream}:elapsed", compiler)
        self.caseload = spec.caseload is not None
        self.clock: WorkClock | None = None
        """The team's, where the end of an effort depends on it."""
        if self.team is not None:
            self.clock = None if self.team.steady else self.team.clock
        self.ready = self.effort.ready if self.effort is not None else {}
        self.ends = self._work_ends
        self.simple = not (self.elapsed or self.need or self.decides or self.ways or self.floors)
        """Nothing but the work, and on to the next: ``_work_ends`` is ``worked``, ``finish`` and ``end`` in one go."""
        self._elapses = self._time_ends
        self.prompt = self.clock is None and not (self.sets or self.decides or self.elapsed or self.here)
        """An effort known ahead is an end known at the start."""

    def arrive(self, person: Person) -> None:
        person.station = self
        person.joined = now = self.rounds.now
        if person.place is not None or person.listed is not None:
            self.join(person)
        pool = self.pool
        if pool is None:
            self.begin(person)
            return
        if self.floors:
            person.kind = self.route_names[person.attributes[0]]
            if pool.take(1, person.kind):
                self.begin(person)
                return
        elif not (pool.waiting or pool.used >= pool.capacity or self.rounds.dirty or self.rounds.more()):
            pool.moment -= now
            pool.used += 1
            self.begin(person)
            return
        person.started = NOT_YET
        person.amount = 1
        self.wait(person, pool)

    def told(self, person: Person, message: object) -> None:
        if message is START:
            person.race = person.ticket = None
            self.queueing -= 1
            self.begin(person)
        elif message is LOST:
            person.race = person.ticket = None
            self.queueing -= 1
            self.refuse(person, self.pool_code)
        else:
            self.worked(person)

    def begin(self, person: Person) -> None:
        """Start the work."""
        person.started = start = self.rounds.now
        if self.prompt and not person.seen & self.bit:
            ready = self.ready.get(person.stream)
            if ready is not None:
                person.first = True
                person.seen |= self.bit
                person.at_end = self.ends
                self.rounds.push(start + ready[person.row], ENDS + person.key, person)
                return
        if self.sets or self.decides or person.seen & self.bit:
            self.start(person)
            effort = self.effort.draw(person, person.first) if self.effort is not None else 0.0
        else:
            person.first = True
            person.seen |= self.bit
            effort = self.effort.draw(person, True) if self.effort is not None else 0.0
        if self.elapsed is not None:
            person.until = start + self.elapsed.draw(person, person.first)
        clock = self.clock
        end = start + effort if clock is None else clock.ends(effort)
        if self.here is not None:
            causes = self.here(person)
            if causes:
                race = person.race = Race(person, causes, due_from(causes, start))
                if end is None:
                    assert clock is not None
                    person.case = clock.add(person, effort)
                race.run(end, self.worked)
                return
        if end is None:
            assert clock is not None
            clock.carry(person, effort)
        else:
            person.at_end = self.ends
            self.rounds.push(end, ENDS + person.key, person)

    def _work_ends(self, person: Person) -> None:
        if not self.simple:
            self.worked(person)
        else:
            ahead = self.routed.get(person.stream) if person.first else None
            if ahead is not None and not person.altered & self.routed_by:
                station: Station | None = ahead[person.row]
            else:
                station = self.onward(person, person.first)
            now = self.rounds.now
            self.journal.service(
                person, self.code, now, 1.0, self.pool_code, station.code if station is not None else 0
            )
            pool = self.pool
            if pool is not None:
                pool.moment += now
                pool.used -= 1
                if pool.waiting:
                    pool.freed()
            if station is None:
                self.world.gone(person)
            else:
                person.from_code = self.code
                station.arrive(person)
        if self.rounds.dirty:
            self.rounds.settle()

    def worked(self, person: Person) -> None:
        """The effort is done; the rest of the elapsed time holds a worker only by caseload."""
        if self.elapsed is None or person.until <= self.rounds.now:
            self.finish(person, True)
            return
        if self.pool is not None and not self.caseload:
            self.pool.release(1, person.kind)
        race = person.race
        if isinstance(race, Race):
            race.run(person.until, self.over)
        else:
            person.at_end = self._elapses
            self.rounds.push(person.until, ENDS + person.key, person)

    def _time_ends(self, person: Person) -> None:
        self.over(person)
        if self.rounds.dirty:
            self.rounds.settle()

    def over(self, person: Person) -> None:
        """The elapsed time is over."""
        self.finish(person, self.caseload)

    def finish(self, person: Person, working: bool) -> None:
        """Done here; ``working``: the worker, where there is one, is still held."""
        person.race = person.case = None
        station = self.end(person, 1.0, self.pool_code)
        pool = self.pool
        if working and pool is not None:
            if self.floors:
                pool.release(1, person.kind)
            else:
                pool.moment += self.rounds.now
                pool.used -= 1
                if pool.waiting:
                    pool.freed()
        if self.ways:
            self.go(person, station)
        else:
            self.proceed(person, station)

    def led_away(self, person: Person, cause: Cause, race: Watch) -> None:
        world = self.world
        if person.started != person.started:
            assert person.ticket is not None
            assert self.pool is not None
            self.queueing -= 1
            self.pool.leave(person.ticket)
            person.ticket = None
            self.renege(person, self.pool_code, 1.0, cause)
            return
        if self.team is not None:
            if person.case is not None:
                self.team.clock.drop(person.case)
                person.case = None
            if self.caseload or not race.runs_to(self.over):
                self.team.pool.release(1, person.kind)
        target = world.target(person, cause)
        self.spell(person, 0, person.started, 1.0, self.pool_code, target.code if target is not None else 0, cause)
        self.proceed(person, world.led(person, cause, target))
