"""Staff do work: by effort, by caseload, or a delay that holds nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.pool import LOST
from sim.scenario import schema
from sim.world.people import due_from
from sim.world.station import NO_CAUSES, NO_DUE, Working, law_of

if TYPE_CHECKING:
    from sim.world.people import Person, Visit
    from sim.world.teams import Team
    from sim.world.world import World

__all__ = ["TaskStation"]


class TaskStation(Working):
    """Staff do work, by effort or by caseload; without a team, a delay that holds nobody."""

    def __init__(self, world: World, name: str, spec: schema.Task) -> None:
        super().__init__(world, name, spec)
        compiler = world.plan.compiler
        self.team: Team | None = world.teams[spec.team] if spec.team is not None else None
        self.team_code = self.team.code if self.team is not None else 0
        self.effort = law_of(spec.effort, f"{self.stream}:effort", compiler)
        self.elapsed = law_of(spec.elapsed, f"{self.stream}:elapsed", compiler)
        self.caseload = spec.caseload is not None
        if self.team is not None:
            self.pool = self.team.pool
            self.pool_code = self.team_code
            self.rank = self.team.rank  # type: ignore[method-assign]
            self.clock = None if self.team.steady else self.team.clock
        if self.effort is not None:
            self.law = self.effort
        self.plain = (
            self.waits is None
            and self.here is None
            and self.room is None
            and self.elapsed is None
            and self.effort is not None
            and not self.caseload
            and not self.decides
            and not self.ways
            and (self.pool is None or not self.pool.floors)
        )

    def visit(self, person: Person) -> Visit:
        self.begin_visit(person)
        team = self.team
        kind = ""
        if team is not None:
            pool = team.pool
            if pool.floors:
                kind = self.world.route_names[person.attributes[0]]
            if not pool.take(1, kind):
                ticket = self.queue(person, pool, 1, kind, team.rank(person))
                causes = self.waiting_causes(person)
                if causes:
                    cause = yield from person.exposed(
                        causes, None, due_from(causes, person.joined), self.waiting_causes
                    )
                    if cause is not None:
                        self.queueing -= 1
                        pool.leave(ticket)
                        return self.reneged(person, self.team_code, 1.0, cause)
                else:
                    person.message = yield
                self.queueing -= 1
                if person.message is LOST:
                    return self.refused(person, self.team_code)
        first = self.start(person)
        start = self.env._now
        decided = self.decide(person, first) if self.decides else None
        effort = self.effort.draw(person, first) if self.effort is not None else 0.0
        elapsed = self.elapsed.draw(person, first) if self.elapsed is not None else 0.0
        causes = self.here(person) if self.here is not None else NO_CAUSES
        due = due_from(causes, start) if causes else NO_DUE
        cause = None
        working = team is not None
        end = start + effort if team is None or team.steady else team.clock.ends(effort)
        if end is not None:
            if causes:
                cause = yield from person.exposed(causes, end, due)
            else:
                person.sleep_until(end)
                yield
        else:
            assert team is not None
            if causes:
                case = team.clock.add(person, effort)
                cause = yield from person.exposed(causes, None, due)
                if cause is not None:
                    team.clock.drop(case)
            else:
                team.clock.carry(person, effort)
                yield
        if cause is None and start + elapsed > self.env._now:
            if working and not self.caseload:
                assert team is not None
                team.pool.release(1, kind)
                working = False
            if causes:
                cause = yield from person.exposed(causes, start + elapsed, due)
            else:
                person.sleep_until(start + elapsed)
                yield
        if working:
            assert team is not None
            team.pool.release(1, kind)
        if cause is not None:
            target = self.world.target(person, cause)
            self.spell(person, 0, start, 1.0, self.team_code, target.code if target is not None else 0, cause)
            return self.world.led(person, cause, target)
        station = self.ended(person, start, 1.0, self.team_code, first, decided)
        if self.ways:
            yield from self.go(person, station, first)
        return station
