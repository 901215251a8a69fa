"""A place, or an amount of a pool, for a bounded time."""

from __future__ import annotations

import math
from collections.abc import Generator
from functools import partial
from math import floor
from typing import TYPE_CHECKING, Any

from sim.engine.pool import LOST
from sim.engine.rounds import END, priority
from sim.scenario import schema
from sim.world.gates import CLOSES, OPENS
from sim.world.people import Place, due_from
from sim.world.station import Law, Station, Working, law_of, units
from sim.world.transfers import travel

if TYPE_CHECKING:
    from sim.world.events import Cause
    from sim.world.gates import Gate
    from sim.world.people import Person, Visit
    from sim.world.world import World

__all__ = ["StayStation"]


class StayStation(Working):
    """A place, or an amount of a pool, for a bounded time."""

    def __init__(self, world: World, name: str, spec: schema.Stay) -> None:
        super().__init__(world, name, spec)
        compiler = world.plan.compiler
        self.pool = world.pools[spec.pool] if spec.pool is not None else None
        self.pool_code = world.names.code(spec.pool) if spec.pool is not None else 0
        self.step = world.plan.scenario.pools[spec.pool].step if spec.pool is not None else 1.0
        if spec.pool is not None and world.plan.scenario.pools[spec.pool].priority:
            self.rank = compiler.ranks(world.plan.scenario.pools[spec.pool])  # type: ignore[assignment, method-assign]
        self.length = self.law = Law(spec.length, f"{self.stream}:length", compiler)
        self.holds = self.pool is not None
        first = spec.amount.start if isinstance(spec.amount, schema.Amount) else spec.amount
        last = spec.amount.end if isinstance(spec.amount, schema.Amount) else None
        self.amount = law_of(first, f"{self.stream}:amount", compiler)
        self.last = law_of(last, f"{self.stream}:end", compiler)
        self.week = 7.0 * world.days.length
        self.gate = world.gates.get(spec.starts) if spec.starts is not None else None
        self.reserved = any(
            to == name and way.holds in ("to", "both")
            for other in world.plan.scenario.stations.values()
            for to, way in getattr(other, "transfer", {}).items()
        )
        """Some set out for here only once they have a place."""
        keep = spec.keep_place
        self.keep = keep is True
        self.keep_for = frozenset(keep) if isinstance(keep, tuple) else None
        self.plain = (
            self.waits is None
            and self.here is None
            and self.room is None
            and self.amount is None
            and self.last is None
            and self.step == 1.0
            and not self.decides
            and not self.ways
            and not self.reserved
            and self.gate is None
            and (self.pool is None or not self.pool.floors)
        )

    def visit(self, person: Person) -> Visit:
        self.begin_visit(person)
        world = self.world
        pool = self.pool
        amount = 1
        bound = world.bound.pop(person.key, None) if self.reserved else None
        beside = None
        if person.restarting:
            person.restarting = False
            place = person.place
            assert place is not None
            amount = place.amount
            place.area = 0.0
            world.resume_place(person)
        elif pool is not None:
            if self.amount is not None:
                amount = units(person, self.amount, self.step)
            kind = world.route_names[person.attributes[0]] if pool.floors else ""
            if person.opened is not None:
                pool.use(amount, kind)
            elif self.gate is not None:
                cause = yield from self.admitted(person, self.gate, amount, kind)
                if cause is not None:
                    return self.reneged(person, self.pool_code, amount * self.step, cause)
            elif not pool.take(amount, kind):
                ticket = self.queue(person, pool, amount, kind, self.rank(person))
                if person.place is not None:
                    world.rings.join(person, pool, ticket)
                causes = self.waiting_causes(person)
                if causes:
                    cause = yield from person.exposed(
                        causes, None, due_from(causes, person.joined), self.waiting_causes
                    )
                    if cause is not None:
                        self.queueing -= 1
                        pool.leave(ticket)
                        world.rings.leave(person)
                        return self.reneged(person, self.pool_code, amount * self.step, cause)
                else:
                    person.message = yield
                self.queueing -= 1
                world.rings.leave(person)
                if person.message is LOST:
                    return self.refused(person, self.pool_code)
            if bound is not None and bound.way.holds == "both":
                beside = person.place
            elif person.place is not None:
                world.leave_place(person)
            person.place = Place(pool, amount, kind, self)
        else:
            if self.gate is not None and person.opened is None:
                cause = yield from self.admitted(person, self.gate, 1, "")
                if cause is not None:
                    return self.reneged(person, self.pool_code, 1.0, cause)
            if person.place is not None:
                world.leave_place(person)
        first = self.start(person)
        taken = start = self.env._now
        if bound is not None:
            yield from travel(person, bound.way, bound.origin, self, bound.first, beside)
            start = self.env._now
            if beside is not None:
                here, person.place = person.place, beside
                world.leave_place(person)
                person.place = here
        decided = self.decide(person, first) if self.decides else None
        if person.opened is not None:
            length, person.opened = person.opened, None
            whole = max(length, person.whole)
        else:
            length = whole = self.length.draw(person, first)
        if self.last is not None and pool is not None:
            self.taper(person, start, length, whole)
        if self.here is not None:
            causes = self.here(person)
            cause = yield from person.exposed(causes, start + length, due_from(causes, start))
            if cause is not None:
                target = world.target(person, cause)
                to = target.code if target is not None else 0
                self.spell(person, 0, taken, self.mean_amount(person, start), self.pool_code, to, cause)
                self.end_place(person, target)
                return world.led(person, cause, target)
        else:
            person.sleep_until(start + length)
            yield
        station = self.ended(person, taken, self.mean_amount(person, start), self.pool_code, first, decided)
        if self.ways:
            yield from self.go(person, station, first)
        elif person.place is not None:
            self.end_place(person, station)
        return station

    def admitted(self, person: Person, gate: Gate, amount: int, kind: str) -> Generator[None, object, Cause | None]:
        """Wait until there is a place while the gate is open; the cause that leads away, if one does."""
        pool = self.pool
        if gate.open and (pool is None or pool.take(amount, kind)):
            return None
        causes = self.waiting_causes(person)
        due = due_from(causes, person.joined)
        self.queueing += 1
        if self.queueing > self.world.most_waiting:
            self.world.explode(self)
        cause = None
        while not gate.open or pool is not None:
            if gate.open and pool is not None:
                ticket = pool.join(person, amount, kind, self.rank(person), self.since(person))
                gate.inside[person.key] = (person, pool, ticket)
            else:
                gate.outside[person.key] = person
            if causes:
                cause = yield from person.exposed(causes, None, due, self.waiting_causes)
            else:
                person.message = yield
            if cause is None and person.message in (OPENS, CLOSES):
                continue
            gate.outside.pop(person.key, None)
            inside = gate.inside.pop(person.key, None)
            if cause is not None and inside is not None:
                inside[1].leave(inside[2])
            break
        self.queueing -= 1
        return cause

    def keeps(self, person: Person, station: Station) -> bool:
        keeps = self.keep or (self.keep_for is not None and station.id in self.keep_for)
        return keeps and not station.final and not self.world.gives_up(person, station)

    def end_place(self, person: Person, station: Station | None) -> None:
        """Keep the place for the wait that follows, or give it up."""
        if person.place is None:
            return
        if station is not None and self.keeps(person, station):
            self.world.keep_place(person, station)
        else:
            self.world.leave_place(person)

    def mean_amount(self, person: Person, start: float) -> float:
        """The amount held since the start, averaged over the time."""
        place = person.place
        if place is None:
            return self.step
        now = self.env._now
        if not place.area or now <= start:
            return place.amount * self.step
        return (place.area + place.amount * (now - place.since)) / (now - start) * self.step

    def taper(self, person: Person, start: float, length: float, whole: float) -> None:
        """Let the amount go from first to last in weekly steps, as long as the person is here.

        ``whole`` is the length of the stay, of which someone here at the start has only ``length`` left.
        """
        place = person.place
        assert place is not None
        assert self.last is not None
        first = place.amount
        last = min(first, units(person, self.last, self.step))
        weeks = max(1, math.ceil(whole / self.week))
        begun = start - (whole - length)
        prio = priority(END, place.pool.order, person.key)
        place.since = start

        def step(week: int, _: Any) -> None:
            if person.place is not place or place.kept_since == place.kept_since:
                return
            resize(place, first + floor((last - first) * week / (weeks - 1) + 0.5), self.env._now)
            self.rounds.settle()
            if week + 1 < weeks:
                self.rounds.call(begun + (week + 1) * self.week, prio, partial(step, week + 1))

        if weeks == 1 or last == first:
            return
        past = floor((start - begun) / self.week)
        if past:
            resize(place, first + floor((last - first) * min(past, weeks - 1) / (weeks - 1) + 0.5), start)
        if past + 1 < weeks:
            self.rounds.call(begun + (past + 1) * self.week, prio, partial(step, past + 1))


def resize(place: Place, amount: int, now: float) -> None:
    """A place of another size from now on."""
    if amount != place.amount:
        place.area += place.amount * (now - place.since)
        place.since = now
        place.pool.release(place.amount - amount, place.kind)
        place.amount = amount
