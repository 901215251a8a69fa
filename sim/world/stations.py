"""The five station kinds. ``visit`` reads in the order in which things happen: join, wait, start, be here, end, go."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from functools import partial
from heapq import heappush
from math import floor
from typing import TYPE_CHECKING, Any

from sim.engine.draws import name_key, uniform
from sim.engine.grid import TICK, TICKS
from sim.engine.pool import LOST, Pool, Room, Ticket
from sim.engine.rounds import END, Wake, priority
from sim.engine.workclock import DONE
from sim.log.tables import SPELL_RECORD
from sim.scenario import schema
from sim.world.people import ENDS, Holding, Place, due_from
from sim.world.routing import Router

if TYPE_CHECKING:
    from sim.engine.quantiles import Sampler
    from sim.engine.workclock import WorkClock
    from sim.world.events import Cause, Causes
    from sim.world.market import Market
    from sim.world.people import Due, Person, Visit
    from sim.world.teams import Team
    from sim.world.values import Compiler
    from sim.world.world import World

__all__ = ["Exit", "PackageStation", "SourcingStation", "Station", "StayStation", "TaskStation", "build"]

pack = SPELL_RECORD.pack
NOT_YET = math.nan

_NONE: tuple[Causes, ...] = ()
_NO_DUE: Due = {}


class Station:
    """A stop: what its kinds share."""

    def __init__(self, world: World, name: str, spec: Any) -> None:
        self.world = world
        self.env = world.env
        self.id = name
        self.spec = spec
        self.code = world.names.code(name)
        self.emergency = (spec.track == "hospital" and spec.kind == "stay") or (
            spec.track == "crisis" and spec.kind == "task"
        )
        """Who is led here gives up a place held outside hospital: nobody queues for an emergency from another bed."""

    def visit(self, person: Person) -> Visit:
        """The person's time here; returns the next station, or None."""
        raise NotImplementedError

    final = False
    """Journeys end here."""
    plain = False
    """Nothing can happen here but a wait, a start and an end: ``enter``, ``begin`` and ``finish`` are a visit."""
    queueing = 0
    """People waiting."""

    def enter(self, person: Person) -> bool:
        """Join a plain station; False: the person queues."""
        raise NotImplementedError

    def begin(self, person: Person) -> None:
        """Start at a plain station."""
        raise NotImplementedError

    def finish(self, person: Person) -> Station | None:
        """End at a plain station."""
        raise NotImplementedError

    def reach(self, person: Person) -> None:
        """The journey ends here."""
        raise NotImplementedError

    def spell(
        self, person: Person, kind: int, started: float, amount: float, pool: int, to: int, cause: Cause | None
    ) -> None:
        """Write a spell that ends now."""
        world = self.world
        attributes = person.attributes
        world.write(
            pack(person.key, self.code, kind, person.joined, started, self.env._now, amount, pool, person.from_code, to,
                 cause.code if cause is not None else 0, 0 if cause is None else world.reasons[cause.excess],
                 world.route_codes[attributes[0]], world.class_codes[attributes[1]])
        )  # fmt: skip


class Law:
    """How long: one law for everyone always, or picked by the person and the day; and where its luck comes from."""

    __slots__ = ("depends", "first", "fixed", "key", "pick", "ready")

    def __init__(self, value: Any, decision: str, compiler: Compiler) -> None:
        self.key = name_key(decision)
        self.fixed: Sampler | None = compiler.one_law(value)
        self.pick: Callable[[Person], Sampler] = compiler.sampler(value)
        self.depends = compiler.depends(value)
        """Bits of the attributes it is picked by; -1 where the day or what the person holds matters."""
        self.first: dict[int, list[float]] = {}
        """stream -> the luck of the first use of each of its people."""
        self.ready: dict[int, list[float]] = {}
        """stream -> the first durations themselves, while what they depend on is unchanged."""

    def __call__(self, person: Person) -> Sampler:
        return self.fixed or self.pick(person)

    def draw(self, person: Person, first: bool) -> float:
        """A duration on the grid; ``first`` on the person's first start at the station."""
        if first:
            ready = self.ready.get(person.stream)
            if ready is not None and not person.altered & self.depends:
                return ready[person.row]
            ahead = self.first.get(person.stream)
            u = ahead[person.row] if ahead is not None else uniform(person.key, self.key, 0)
        else:
            u = uniform(person.key, self.key, person.use(self.key) + 1)
        value = (self.fixed or self.pick(person))(u)
        return floor(value * TICKS + 0.5) * TICK if value > 0.0 else 0.0


def _law(value: Any, decision: str, compiler: Compiler) -> Law | None:
    return Law(value, decision, compiler) if value is not None else None


class Working(Station):
    """What the kinds with a queue and a next share."""

    def __init__(self, world: World, name: str, spec: Any) -> None:
        super().__init__(world, name, spec)
        compiler = world.plan.compiler
        stream = spec.stream or name
        self.stream = stream
        self.bit = world.bit(stream)
        """Set in ``Person.seen`` at the person's first start here."""
        self.need_key = name_key(f"{stream}:need")
        self.router = Router(spec.next, f"{stream}:next", compiler) if spec.next is not None else None
        self.waits = self._events(spec.waiting)
        self.here = self._events(spec.while_here)
        self.stations = world.stations
        self.write = world.write
        self.route_codes = world.route_codes
        self.class_codes = world.class_codes
        self.need = spec.need
        self.sets = compiler.codes(spec.sets)
        self.room = Room(spec.room) if spec.room is not None and spec.when_full == "lost" else None
        self.queueing = 0
        self.rounds = world.rounds
        self.heap = world.rounds.queue
        self.serial = world.rounds.serial.__next__
        self.pool: Pool | None = None
        self.pool_code = 0
        self.law: Law
        """Of the effort or the length, in a plain station."""
        self.clock: WorkClock | None = None
        """The team's, where an end depends on it."""
        self.holds = False
        """A place is held here."""

    def _events(self, names: Any) -> Callable[[Person], Sequence[Causes]] | None:
        if names is None:
            return None
        causes = self.world.plan.causes
        return self.world.plan.compiler.pick(names, lambda name: (causes[name],) if name is not None else _NONE)

    def laws(self) -> list[Law]:
        """The laws of durations drawn here."""
        return [law for use in ("effort", "elapsed", "length") if (law := getattr(self, use, None)) is not None]

    def begin_visit(self, person: Person) -> float:
        """Note who is where since when; the joining time is in the past for a waiting list at the start."""
        person.station = self
        person.started = NOT_YET
        person.joined = joined = self.env._now
        if person.listed is not None:
            person.joined, person.listed = person.listed, None
            return person.joined
        place = person.place
        if place is not None and place.reason != self.code and place.kept_since == place.kept_since:
            self.world.turn_place(person, self)
        return joined

    def enter(self, person: Person) -> bool:
        person.station = self
        person.joined = now = self.env._now
        pool = self.pool
        if pool is not None:
            heap = self.heap
            if pool.waiting or pool.used >= pool.capacity or self.rounds.dirty or (heap and heap[0][0] <= now):
                person.started = NOT_YET
                self.queue(person, pool, 1, "", self.rank(person))
                return False
            pool.moment -= now
            pool.used += 1
        self.begin(person)
        return True

    def begin(self, person: Person) -> None:
        person.started = start = self.env._now
        if self.sets:
            self.world.set_attributes(person, self.sets)
        law = self.law
        first = not person.seen & self.bit
        person.first = first
        if first:
            person.seen |= self.bit
            ready = law.ready.get(person.stream)
            duration = law.draw(person, True) if ready is None else ready[person.row]
        else:
            duration = law.draw(person, False)
        if self.holds:
            assert self.pool is not None
            person.place = Place(self.pool, 1, "", self)
        clock = self.clock
        if clock is None:
            end = start + duration
        else:
            known = clock.ends(duration)
            if known is None:
                clock.carry(person, duration)
                return
            end = known
        wake = person.wake
        if wake is None:
            wake = person.wake = Wake(person.woken)
        elif wake.callbacks is not None:
            wake.callbacks = ()
            wake = person.wake = Wake(person.woken)
        wake.callbacks = wake.call
        heappush(self.heap, (end, ENDS + person.key, self.serial(), wake))

    def finish(self, person: Person) -> Station | None:
        if self.need is not None:
            self.world.change_need(person, self.need, self.need_key)
        router = self.router
        station = None
        if person.first and router is not None:
            ahead = router.first.get(person.stream)
            if ahead is not None and not person.altered & router.depends:
                station = ahead[person.row]
        if station is None:
            station = self.onward(person, person.first)
        now = self.env._now
        attributes = person.attributes
        self.write(
            pack(person.key, self.code, 0, person.joined, person.started, now, 1.0, self.pool_code, person.from_code,
                 station.code if station is not None else 0, 0, 0, self.route_codes[attributes[0]],
                 self.class_codes[attributes[1]])
        )  # fmt: skip
        if self.holds:
            self.end_place(person, station)
        else:
            pool = self.pool
            if pool is not None:
                pool.moment += now
                pool.used -= 1
                if pool.waiting:
                    pool.freed()
        return station

    def end_place(self, person: Person, station: Station | None) -> None:
        """Keep the place for the wait that follows, or give it up: stays only."""

    def rank(self, person: Person) -> int:
        """The rank in the queue here: lower is served first."""
        return self.world.route_ranks[person.attributes[0]]

    def queue(self, person: Person, pool: Pool, amount: int, kind: str, rank: int) -> Ticket:
        """Join the queue."""
        world = self.world
        since = person.joined
        if person.attributes[0] == world.discharge_code:
            since -= world.head_start
        self.queueing += 1
        if self.queueing > world.most_waiting:
            world.explode(self)
        return pool.join(person, amount, kind, rank, since, self.room if person.place is None else None)

    def waiting_causes(self, person: Person) -> Sequence[Causes]:
        """What may happen while waiting here, the hazards of a package kept in use among it."""
        causes = self.waits(person) if self.waits is not None else _NONE
        package = person.package
        if package is not None and package.mode == "kept" and package.station.hazards:
            return (*causes, *package.station.hazards)
        return causes

    def start(self, person: Person) -> bool:
        """The start: note it, and set what the station sets. True on the person's first start here."""
        person.started = self.env._now
        if self.sets:
            self.world.set_attributes(person, self.sets)
        first = not person.seen & self.bit
        if first:
            person.seen |= self.bit
        return first

    def reneged(self, person: Person, pool: int, amount: float, cause: Cause) -> Station | None:
        """Led away from the wait."""
        world = self.world
        target = world.target(person, cause)
        self.spell(person, 1, person.started, amount, pool, target.code if target is not None else 0, cause)
        return world.led(person, cause, target)

    def refused(self, person: Person, pool: int) -> None:
        """Lost for want of room."""
        self.spell(person, 4, math.nan, 0.0, pool, 0, None)
        self.world.leave(person)

    def ended(self, person: Person, start: float, amount: float, pool: int, first: bool) -> Station | None:
        """At the end: need changes, the next station is drawn, the spell is written."""
        if self.need is not None:
            self.world.change_need(person, self.need, self.need_key)
        station = self.onward(person, first)
        attributes = person.attributes
        self.write(
            pack(person.key, self.code, 0, person.joined, start, self.env._now, amount, pool, person.from_code,
                 station.code if station is not None else 0, 0, 0, self.route_codes[attributes[0]],
                 self.class_codes[attributes[1]])
        )  # fmt: skip
        return station

    def onward(self, person: Person, first: bool) -> Station | None:
        """The next station by the routing table."""
        router = self.router
        if router is None:
            return None
        if first:
            ahead = router.first.get(person.stream)
            if ahead is not None and not person.altered & router.depends:
                return ahead[person.row]
            name = router.draw(person, 0)
        else:
            name = router.draw(person, person.use(router.key) + 1)
        return self.stations.get(name) or self.world.station_after(person, name)


def units(person: Person, law: Law, step: float) -> int:
    """An amount in whole units of its pool or market, at least one."""
    return max(1, floor(law(person)(person.luck(law.key)) / step + 0.5))


class TaskStation(Working):
    """Staff do work, by effort or by caseload; without a team, a delay that holds nobody."""

    def __init__(self, world: World, name: str, spec: schema.Task) -> None:
        super().__init__(world, name, spec)
        compiler = world.plan.compiler
        self.team: Team | None = world.teams[spec.team] if spec.team is not None else None
        self.team_code = self.team.code if self.team is not None else 0
        self.effort = _law(spec.effort, f"{self.stream}:effort", compiler)
        self.elapsed = _law(spec.elapsed, f"{self.stream}:elapsed", compiler)
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
        effort = self.effort.draw(person, first) if self.effort is not None else 0.0
        elapsed = self.elapsed.draw(person, first) if self.elapsed is not None else 0.0
        causes = self.here(person) if self.here is not None else _NONE
        due = due_from(causes, start) if causes else _NO_DUE
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
        return self.ended(person, start, 1.0, self.team_code, first)


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
        self.amount = _law(first, f"{self.stream}:amount", compiler)
        self.last = _law(last, f"{self.stream}:end", compiler)
        self.week = 7.0 * world.days.length
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
            and (self.pool is None or not self.pool.floors)
        )

    def visit(self, person: Person) -> Visit:
        self.begin_visit(person)
        world = self.world
        pool = self.pool
        amount = 1
        if person.restarting:
            person.restarting = False
            place = person.place
            assert place is not None
            amount = place.amount
            world.resume_place(person)
        elif pool is not None:
            if self.amount is not None:
                amount = units(person, self.amount, self.step)
            kind = world.route_names[person.attributes[0]] if pool.floors else ""
            if person.opened is not None:
                pool.use(amount, kind)
            elif not pool.take(amount, kind):
                ticket = self.queue(person, pool, amount, kind, self.rank(person))
                causes = self.waiting_causes(person)
                if causes:
                    cause = yield from person.exposed(
                        causes, None, due_from(causes, person.joined), self.waiting_causes
                    )
                    if cause is not None:
                        self.queueing -= 1
                        pool.leave(ticket)
                        return self.reneged(person, self.pool_code, amount * self.step, cause)
                else:
                    person.message = yield
                self.queueing -= 1
                if person.message is LOST:
                    return self.refused(person, self.pool_code)
            if person.place is not None:
                world.leave_place(person)
            person.place = Place(pool, amount, kind, self)
        elif person.place is not None:
            world.leave_place(person)
        first = self.start(person)
        start = self.env._now
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
                self.spell(person, 0, start, self.mean_amount(person, start), self.pool_code, to, cause)
                self.end_place(person, target)
                return world.led(person, cause, target)
        else:
            person.sleep_until(start + length)
            yield
        station = self.ended(person, start, self.mean_amount(person, start), self.pool_code, first)
        if person.place is not None:
            self.end_place(person, station)
        return station

    def end_place(self, person: Person, station: Station | None) -> None:
        """Keep the place for the wait that follows, or give it up."""
        if person.place is None:
            return
        keeps = self.keep or (self.keep_for is not None and station is not None and station.id in self.keep_for)
        if keeps and station is not None and not station.final and not self.world.gives_up(person, station):
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
        first, last = place.amount, units(person, self.last, self.step)
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


class SourcingStation(Working):
    """Brokers search the market for a match; the person waits where they are."""

    def __init__(self, world: World, name: str, spec: schema.Sourcing) -> None:
        super().__init__(world, name, spec)
        compiler = world.plan.compiler
        self.team: Team | None = world.teams[spec.team] if spec.team is not None else None
        self.effort = _law(spec.effort, f"{self.stream}:effort", compiler)
        self.market: Market = world.markets[spec.market]
        self.market.set_offers(spec.offers)

    def visit(self, person: Person) -> Visit:
        joined = self.begin_visit(person)
        world = self.world
        person.offer = None
        first = not person.seen & self.bit
        station = self.onward(person, first)
        code = self.market.code
        kind = ""
        team = self.team
        causes = self.waiting_causes(person)
        due = due_from(causes, joined)
        if team is not None:
            pool = team.pool
            if pool.floors:
                kind = world.route_names[person.attributes[0]]
            if not pool.take(1, kind):
                ticket = self.queue(person, pool, 1, kind, team.rank(person))
                if causes:
                    cause = yield from person.exposed(causes, None, due, self.waiting_causes)
                    if cause is not None:
                        self.queueing -= 1
                        pool.leave(ticket)
                        return self.reneged(person, code, 0.0, cause)
                else:
                    person.message = yield
                self.queueing -= 1
                if person.message is LOST:
                    return self.refused(person, code)
        self.start(person)
        start = self.env._now
        if team is not None:
            effort = self.effort.draw(person, first) if self.effort is not None else 0.0
            cause = None
            if effort > 0.0:
                end = start + effort if team.steady else team.clock.ends(effort)
                case = team.clock.add(person, effort) if end is None else None
                causes = self.waiting_causes(person)
                if causes:
                    cause = yield from person.exposed(causes, end, due, self.waiting_causes)
                else:
                    if end is not None:
                        person.sleep_until(end)
                    person.message = yield
                if case is not None and person.message is not DONE:
                    team.clock.drop(case)
            team.pool.release(1, kind)
            if cause is not None:
                return self.reneged(person, code, 0.0, cause)
        hours = 0.0
        if isinstance(station, PackageStation) and station.market is self.market:
            search = self.market.search(person, station)
            self.queueing += 1
            if self.queueing > world.most_waiting:
                world.explode(self)
            causes = self.waiting_causes(person)
            if causes:
                cause = yield from person.exposed(causes, None, due, self.waiting_causes)
            else:
                cause = None
                yield
            self.queueing -= 1
            hours = search.amount * self.market.spec.step
            if cause is not None:
                self.market.stop(search)
                return self.reneged(person, code, hours, cause)
        self.spell(person, 0, start, hours, code, station.code if station is not None else 0, None)
        return station


class PackageStation(Working):
    """An open-ended amount of the market: ends by its events, or after a length."""

    hazards: tuple[Causes, ...]

    def __init__(self, world: World, name: str, spec: schema.Package) -> None:
        super().__init__(world, name, spec)
        compiler = world.plan.compiler
        self.market: Market | None = world.markets[spec.market] if spec.market is not None else None
        self.step = self.market.spec.step if self.market is not None else 1.0
        self.amount = _law(spec.amount, f"{self.stream}:amount", compiler)
        self.length = _law(spec.length, f"{self.stream}:length", compiler)
        self.hand_back: tuple[Causes, ...] = world.plan.hand_backs.get(name, _NONE)
        everyone = (world.plan.causes[spec.while_here].without_timed(),) if isinstance(spec.while_here, str) else _NONE
        self.hazards = (*everyone, *self.hand_back)
        """What may happen to one whose package is in use while they are on a side trip."""

    def units(self, person: Person) -> int:
        """The amount in whole units of the market, at least one."""
        law = self.amount
        if law is None:
            return 1
        return max(1, floor(law(person)(uniform(person.key, law.key, person.packages)) / self.step + 0.5))

    def visit(self, person: Person) -> Visit:
        self.begin_visit(person)
        world = self.world
        holding = person.package
        opened, person.opened = person.opened, None
        if holding is not None and holding.station is self and person.offer is None:
            world.back_to_package(person, holding)
            if person.place is not None:
                world.leave_place(person)
        else:
            holding = None
            if opened is None and person.offer is None and self.market is not None:
                cause = yield from self.find(person, self.market)
                if cause is not None:
                    return self.reneged(person, self.market.code, 0.0, cause)
            holding = self.take_up(person, opened)
        first = self.start(person)
        start = self.env._now
        provider = holding.provider.code if holding.provider is not None else 0
        hours = holding.amount * self.step
        causes = self.here(person) if self.here is not None else _NONE
        causes = (*causes, *self.hand_back)
        until = None
        if opened is not None and math.isfinite(opened):
            until = start + opened
        elif self.length is not None:
            until = start + self.length.draw(person, first)
        cause = yield from person.exposed(causes, until, holding.due)
        if cause is not None:
            target = world.target(person, cause)
            self.spell(person, 0, start, hours, provider, target.code if target is not None else 0, cause)
            world.package_after(person, cause)
            return world.led(person, cause, target)
        world.end_package(person)
        return self.ended(person, start, hours, provider, first)

    def find(self, person: Person, market: Market) -> Generator[None, object, Cause | None]:
        """Queue for a provider with room, without sourcing."""
        amount = self.units(person)
        provider = market.walk_in(person, amount)
        if provider is not None:
            person.offer = (provider, amount, False)
            return None
        self.queueing += 1
        if self.queueing > self.world.most_waiting:
            self.world.explode(self)
        causes = self.waiting_causes(person)
        cause = None
        if causes:
            cause = yield from person.exposed(causes, None, due_from(causes, person.joined), self.waiting_causes)
        else:
            yield
        self.queueing -= 1
        if cause is not None:
            market.leave(person)
        return cause

    def take_up(self, person: Person, opened: float | None) -> Holding:
        """The package starts: the one held before ends, and so does the place kept for it."""
        world = self.world
        if person.package is not None:
            world.end_package(person)
        if person.place is not None:
            world.leave_place(person)
        if person.offer is not None:
            provider, amount, outcome_based = person.offer
            person.offer = None
        else:
            amount = self.units(person)
            outcome_based = False
            provider = None
            if self.market is not None:
                provider = self.market.place_stock(person, amount)
                outcome_based = self.market.outcome_based(person)
        holding = Holding(self, provider, amount, outcome_based)
        causes = self.here(person) if self.here is not None else _NONE
        now = self.env._now
        for cause in (c for events in causes for c in events.timed):
            assert cause.after is not None
            passed = person.luck(cause.key) * cause.after if opened is not None else 0.0
            holding.due[cause.index] = floor((now + cause.after - passed) * TICKS + 0.5) * TICK
        person.package = holding
        person.packages += 1
        return holding


class Exit(Station):
    """The end of a journey."""

    final = True

    def reach(self, person: Person) -> None:
        """Out of the system: everything held is given up."""
        person.station = self
        person.joined = now = self.env._now
        if person.place is not None or person.package is not None:
            self.world.leave(person)
        world = self.world
        attributes = person.attributes
        world.write(
            pack(person.key, self.code, 0, now, now, now, 0.0, 0, person.from_code, 0, 0, 0,
                 world.route_codes[attributes[0]], world.class_codes[attributes[1]])
        )  # fmt: skip


_KINDS: dict[str, type[Station]] = {
    "task": TaskStation,
    "stay": StayStation,
    "sourcing": SourcingStation,
    "package": PackageStation,
    "exit": Exit,
}


def build(world: World, name: str, spec: Any) -> Station:
    """The station of a kind."""
    return _KINDS[spec.kind](world, name, spec)
