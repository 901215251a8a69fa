"""A place, or an amount of a pool, for a bounded time."""

from __future__ import annotations

import math
from functools import partial
from math import floor
from typing import TYPE_CHECKING, Any

from sim.engine.pool import LOST, START
from sim.engine.rounds import END, priority
from sim.scenario import schema
from sim.world.events import due_from
from sim.world.gates import CLOSES, OPENS
from sim.world.people import ENDS, Place
from sim.world.race import Race, Watch
from sim.world.station import NOT_YET, Law, Station, Working, law_of, units
from sim.world.transfers import travel

if TYPE_CHECKING:
    from sim.world.events import Cause
    from sim.world.people import Person
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
            ranks, self.rank_by = compiler.ranks(world.plan.scenario.pools[spec.pool])
            self.ranks = ranks or self.ranks
        self.length = Law(spec.length, f"{self.stream}:length", compiler)
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
        self.never_keeps = not keep
        self.floors = self.pool is not None and bool(self.pool.floors)
        self.simple = self.gate is None and not (
            self.reserved or self.sets or self.decides or self.need or self.ways or self.last or self.here
        )
        """Nothing but the stay, and on to the next: ``_start`` is ``begin`` and ``stay``, and ``_stay_ends`` is
        ``finish`` and ``end``, in one go."""
        self.ends = self._stay_ends

    def arrive(self, person: Person) -> None:
        person.station = self
        person.started = NOT_YET
        person.joined = self.rounds.now
        if person.place is not None or person.listed is not None:
            self.join(person)
        pool = self.pool
        if person.restarting:
            person.restarting = False
            place = person.place
            assert place is not None
            place.area = 0.0
            self.world.resume_place(person)
            self.begin(person)
            return
        if self.amount is None:
            amount = person.amount = 1
        else:
            amount = person.amount = units(person, self.amount, self.step)
        if self.floors:
            person.kind = self.route_names[person.attributes[0]]
        if person.opened is not None:
            if pool is not None:
                pool.use(amount, person.kind)
            self.settle_in(person)
        elif self.gate is not None:
            if self.gate.open and (pool is None or pool.take(amount, person.kind)):
                self.settle_in(person)
            else:
                causes = self.waiting_causes(person)
                if causes:
                    person.race = Race(person, causes, due_from(causes, person.joined), self.waiting_causes)
                self.count()
                self.at_gate(person)
        elif pool is None or pool.take(amount, person.kind):
            if self.simple and person.place is None:
                if pool is not None:
                    person.place = Place(pool, amount, person.kind, self)
                self._start(person)
            else:
                self.settle_in(person)
        else:
            self.wait(person, pool)
            if person.place is not None:
                assert person.ticket is not None
                self.world.rings.join(person, pool, person.ticket)

    def at_gate(self, person: Person) -> None:
        """Wait until there is a place while the gate is open."""
        gate, pool = self.gate, self.pool
        assert gate is not None
        if not gate.open:
            gate.outside[person.key] = person
        elif pool is None:
            self.queueing -= 1
            person.race = None
            self.settle_in(person)
            return
        else:
            gate.inside[person.key] = (person, pool, self.queue(person, pool))
        race = person.race
        if isinstance(race, Race):
            race.run(None, None)

    def told(self, person: Person, message: object) -> None:
        if message is OPENS or message is CLOSES:
            self.at_gate(person)
            return
        person.race = None
        person.ticket = None
        self.queueing -= 1
        if self.gate is not None:
            self.gate.inside.pop(person.key, None)
        self.world.rings.leave(person)
        if message is LOST:
            self.world.bound.pop(person.key, None)
            self.refuse(person, self.pool_code)
        else:
            assert message is START
            self.settle_in(person)

    def settle_in(self, person: Person) -> None:
        """There is a place: take it, and leave the one kept until now, at once or at the end of the way here."""
        world = self.world
        bound = world.bound.pop(person.key, None) if self.reserved else None
        beside = None
        if bound is not None and bound.way.holds == "both":
            beside = person.place
        elif person.place is not None:
            world.leave_place(person)
        if self.pool is not None:
            person.place = Place(self.pool, person.amount, person.kind, self)
        if self.simple:
            self._start(person)
        elif bound is None:
            self.begin(person)
        else:
            self.start(person)
            travel(person, bound.way, bound.origin, self, bound.first, lambda: self._here(person, beside), beside)

    def _here(self, person: Person, beside: Place | None) -> None:
        """At the end of the way here."""
        if beside is not None:
            here, person.place = person.place, beside
            self.world.leave_place(person)
            person.place = here
        self.stay(person)

    def begin(self, person: Person) -> None:
        """Start, and stay."""
        if self.sets or self.decides or person.seen & self.bit:
            self.start(person)
        else:
            person.started = self.rounds.now
            person.first = True
            person.seen |= self.bit
        self.stay(person)

    def stay(self, person: Person) -> None:
        """Be here from now on for a length."""
        start = self.rounds.now
        if person.opened is not None:
            length, person.opened = person.opened, None
            whole = max(length, person.whole)
        else:
            length = whole = self.length.draw(person, person.first)
        if self.last is not None and self.pool is not None:
            self.taper(person, start, length, whole)
        if self.here is not None:
            causes = self.here(person)
            person.race = race = Race(person, causes, due_from(causes, start))
            race.run(start + length, self.finish)
        else:
            person.at_end = self.ends
            self.rounds.push(start + length, ENDS + person.key, person)

    def _start(self, person: Person) -> None:
        person.started = start = self.rounds.now
        person.first = first = not person.seen & self.bit
        person.seen |= self.bit
        if person.opened is None:
            length = self.length.draw(person, first)
        else:
            length, person.opened = person.opened, None
        person.at_end = self.ends
        end = start + length
        self.rounds.push(end, ENDS + person.key, person)

    def _stay_ends(self, person: Person) -> None:
        if not self.simple:
            self.finish(person)
        else:
            ahead = self.routed.get(person.stream) if person.first else None
            if ahead is not None and not person.altered & self.routed_by:
                station: Station | None = ahead[person.row]
            else:
                station = self.onward(person, person.first)
            place = person.place
            amount = self.step if place is None else place.amount * self.step
            self.journal.service(
                person, self.code, self.rounds.now, amount, self.pool_code, station.code if station is not None else 0
            )
            if place is None:
                pass
            elif self.never_keeps:
                person.place = None
                place.pool.release(place.amount, place.kind)
            else:
                self.end_place(person, station)
            if station is None:
                self.world.gone(person)
            else:
                person.from_code = self.code
                station.arrive(person)
        if self.rounds.dirty:
            self.rounds.settle()

    def finish(self, person: Person) -> None:
        """The stay is over."""
        person.race = None
        place = person.place
        amount = (
            self.step if place is None else place.amount * self.step if not place.area else self.mean_amount(person)
        )
        station = self.end(person, amount, self.pool_code)
        if self.ways:
            self.go(person, station)
            return
        if place is not None:
            if self.never_keeps:
                person.place = None
                place.pool.release(place.amount, place.kind)
            else:
                self.end_place(person, station)
        self.proceed(person, station)

    def led_away(self, person: Person, cause: Cause, race: Watch) -> None:
        world = self.world
        if person.started != person.started:
            self.queueing -= 1
            if self.gate is not None:
                self.gate.outside.pop(person.key, None)
                self.gate.inside.pop(person.key, None)
            if person.ticket is not None:
                assert self.pool is not None
                self.pool.leave(person.ticket)
                person.ticket = None
            world.rings.leave(person)
            world.bound.pop(person.key, None)
            self.renege(person, self.pool_code, person.amount * self.step, cause)
            return
        target = world.target(person, cause)
        to = target.code if target is not None else 0
        self.spell(person, 0, person.started, self.mean_amount(person), self.pool_code, to, cause)
        self.end_place(person, target)
        self.proceed(person, world.led(person, cause, target))

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

    def mean_amount(self, person: Person) -> float:
        """The amount held since the stay began, averaged over the time."""
        place = person.place
        if place is None:
            return self.step
        now = self.rounds.now
        if not place.area or now <= place.begun:
            return place.amount * self.step
        return (place.area + place.amount * (now - place.since)) / (now - place.begun) * self.step

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
        place.begun = place.since = start

        def step(week: int, _: Any) -> None:
            if person.place is not place or place.kept_since == place.kept_since:
                return
            resize(place, first + floor((last - first) * week / (weeks - 1) + 0.5), self.rounds.now)
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
