"""A stop on the tracks: what its kinds share, from joining the queue to the next stop, and the exit."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from math import floor
from typing import TYPE_CHECKING, Any, Final

from sim.engine.draws import name_key, uniform
from sim.engine.grid import TICK, TICKS
from sim.engine.pool import Pool, Room, Ticket
from sim.world.events import due_from
from sim.world.race import Race, Vigil, Watch
from sim.world.routing import Router
from sim.world.transfers import Bound, Way, travel

if TYPE_CHECKING:
    from sim.engine.quantiles import Sampler
    from sim.world.events import Cause, Causes
    from sim.world.people import Person
    from sim.world.teams import Team
    from sim.world.values import Compiler, Picker
    from sim.world.world import World

__all__ = ["NO_CAUSES", "Exit", "Law", "Station", "Working", "law_of", "units"]

NOT_YET: Final = math.nan

NO_CAUSES: Final[tuple[Causes, ...]] = ()


class Station:
    """A stop: what its kinds share."""

    def __init__(self, world: World, name: str, spec: Any) -> None:
        self.world = world
        self.rounds = world.rounds
        self.journal = world.journal
        self.id = name
        self.spec = spec
        self.kind: str = spec.kind
        self.track: str = spec.track or ""
        self.code = world.names.code(name)
        self.emergency = (spec.track == "hospital" and spec.kind == "stay") or (
            spec.track == "crisis" and spec.kind == "task"
        )
        """Who is led here gives up a place held outside hospital: nobody queues for an emergency from another bed."""

    ends: Callable[[Person], None]
    """What follows when a person's own end here comes."""
    final = False
    """Journeys end here."""
    queueing = 0
    """People waiting."""

    def arrive(self, person: Person) -> None:
        """Someone joins."""
        raise NotImplementedError

    def told(self, person: Person, message: object) -> None:
        """Someone here, whose race has been stopped, is told of a start, an offer, the end of the work, an opening."""
        raise NotImplementedError

    def led_away(self, person: Person, cause: Cause, race: Watch) -> None:
        """A cause ends the wait or the time here of someone."""
        raise NotImplementedError

    def spell(
        self, person: Person, kind: int, started: float, amount: float, pool: int, to: int, cause: Cause | None
    ) -> None:
        """Write a spell that ends now."""
        why, reason = (0, 0) if cause is None else (cause.code, self.world.reasons[cause.excess])
        now = self.rounds.now
        self.journal.spell(
            person, self.code, kind, person.joined, started, now, amount, pool, person.from_code, to, why, reason
        )


class Law:
    """How long: one law for everyone always, or picked by the person and the day; and where its luck comes from."""

    __slots__ = ("depends", "first", "fixed", "key", "pick", "ready")

    def __init__(self, value: Any, decision: str, compiler: Compiler) -> None:
        self.key = name_key(decision)
        self.fixed: Sampler | None = compiler.one_law(value)
        self.pick: Picker[Sampler] = compiler.sampler(value)
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


def law_of(value: Any, decision: str, compiler: Compiler) -> Law | None:
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
        self.vigil = self._vigil(spec.waiting)
        """What a wait of someone without a package is watched by."""
        self.stations = world.stations
        self.most_waiting = world.most_waiting
        self.discharge_code = world.discharge_code
        self.route_names = world.route_names
        self.need = spec.need
        self.sets = compiler.codes(spec.sets)
        self.room = Room(spec.room) if spec.room is not None and spec.when_full == "lost" else None
        self.head_starts = False
        """Some who wait for the team count as having joined earlier."""
        self.as_they_come = self.room is None
        """Whoever waits joins the queue of the pool as ``queue`` does, with nothing more to it."""
        self.team: Team | None = None
        self.pool: Pool | None = None
        self.pool_code = 0
        self.floors = False
        """Some of the pool is kept for a class."""
        self.ranks = world.route_ranks
        """The rank in the queue, the lower first, by code of the attribute at ``rank_by``."""
        self.rank_by = 0
        self.routed = self.router.first if self.router is not None else {}
        self.routed_by = self.router.depends if self.router is not None else 0
        self.decides = spec.decide == "on_entry"
        self.ways = {
            to: Way(Law(way.time, f"{stream}:to:{to}", compiler), way.holds) for to, way in spec.transfer.items()
        }
        """next station -> the way there, where it takes time."""
        for to in self.ways:
            world.journal.own_rows.setdefault(world.names.code(to), {0}).add(self.code)

    def work_for(self, team: Team | None) -> None:
        """The team whose people work here, and how those who wait for them queue."""
        self.team = team
        if team is None:
            return
        self.pool, self.pool_code = team.pool, team.code
        self.floors = bool(team.pool.floors)
        self.ranks, self.rank_by = team.plan.ranks or self.ranks, team.plan.rank_by
        if team.plan.ahead:
            self.as_they_come = False
            self.head_starts = True

    def _events(self, names: Any) -> Picker[tuple[Causes, ...]] | None:
        if names is None:
            return None
        causes = self.world.plan.causes
        return self.world.plan.compiler.pick(
            names, lambda name: (causes[name],) if name is not None and causes[name].any else NO_CAUSES
        )

    def _vigil(self, names: Any) -> Picker[Vigil | None] | None:
        sets = [] if names is None else self.world.plan.compiler.leaves(names)
        causes = self.world.plan.causes
        if not all(name is None or causes[name].plain or not causes[name].any for name in sets):
            return None
        vigils = {
            name: Vigil(self.world, causes[name], self.waiting_causes)
            if name is not None and causes[name].any
            else None
            for name in sets
        }
        return self.world.plan.compiler.pick(names, vigils.__getitem__) if vigils else None

    def laws(self) -> list[Law]:
        """The laws of durations drawn here."""
        return [law for use in ("effort", "elapsed", "length") if (law := getattr(self, use, None)) is not None]

    def join(self, person: Person) -> float:
        """Note who is where since when; the joining time is in the past for a waiting list at the start."""
        person.station = self
        person.started = NOT_YET
        person.joined = now = self.rounds.now
        if person.listed is not None:
            person.joined, person.listed = person.listed, None
            return person.joined
        place = person.place
        if place is not None and place.reason != self.code and place.kept_since == place.kept_since:
            self.world.turn_place(person, self)
        return now

    def queue(self, person: Person, pool: Pool) -> Ticket:
        """Join the queue of a pool; a discharge case counts as if it had joined earlier."""
        if self.head_starts:
            return self._queue_ahead(person, pool)
        return self._queue(person, pool)

    def _queue(self, person: Person, pool: Pool) -> Ticket:
        attributes = person.attributes
        since = person.joined
        if attributes[0] == self.discharge_code:
            since -= self.world.head_start
        room = self.room
        if room is not None and person.place is not None:
            room = None
        person.ticket = ticket = pool.join(
            person, person.amount, person.kind, self.ranks[attributes[self.rank_by]], since, room
        )
        return ticket

    def _queue_ahead(self, person: Person, pool: Pool) -> Ticket:
        """Join the queue of a team where some count as having joined earlier."""
        assert self.team is not None
        joined, plan, world = person.joined, self.team.plan, self.world
        ahead = plan.ahead.get(person.attributes[plan.ahead_by])
        if ahead is not None:
            person.joined = joined - floor(ahead[world.today - world.days.first] / TICK + 0.5) * TICK
        ticket = self._queue(person, pool)
        person.joined = joined
        return ticket

    def wait(self, person: Person, pool: Pool) -> None:
        """Queue for what was asked for, while things may happen."""
        self.queueing += 1
        if self.queueing > self.most_waiting:
            self.world.explode(self)
        if self.as_they_come:
            attributes = person.attributes
            since = person.joined
            if attributes[0] == self.discharge_code:
                since -= self.world.head_start
            rank = self.ranks[attributes[self.rank_by]]
            person.ticket = pool.join(person, person.amount, person.kind, rank, since)
        else:
            self.queue(person, pool)
        if self.vigil is not None and person.package is None and person.joined == self.rounds.now:
            vigil = self.vigil(person)
            if vigil is not None:
                vigil.begin(person)
        elif self.waits is not None or person.package is not None:
            causes = self.waiting_causes(person)
            if causes:
                person.race = race = Race(person, causes, due_from(causes, person.joined), self.waiting_causes)
                race.run(None, None)

    def start(self, person: Person) -> bool:
        """The start: note it, and set what the station sets. True on the person's first start here."""
        person.started = self.rounds.now
        if self.sets:
            self.world.set_attributes(person, self.sets)
        first = not person.seen & self.bit
        person.first = first
        if first:
            person.seen |= self.bit
        if self.decides:
            self.decide(person, first)
        return first

    def proceed(self, person: Person, station: Station | None) -> None:
        """On to the next station, or out."""
        if station is None:
            self.world.gone(person)
        else:
            person.from_code = self.code
            station.arrive(person)

    def end_place(self, person: Person, station: Station | None) -> None:
        """Keep the place for the wait that follows, or give it up: stays only."""

    def keeps(self, person: Person, station: Station) -> bool:
        """Whether a place of this station is kept while its person waits for another: stays only."""
        return False

    def go(self, person: Person, station: Station | None) -> None:
        """After the end: keep or give up the place, and take the way to the next station, where that takes time."""
        way = self.ways.get(station.id) if station is not None else None
        if way is None or station is None:
            self.end_place(person, station)
            self.proceed(person, station)
            return
        world = self.world
        if way.holds == "to":
            self.end_place(person, station)
        elif way.holds == "neither":
            if person.place is not None:
                world.leave_place(person)
        elif person.place is not None:
            world.hold_place(person, station)
        if way.after_place:
            world.bound[person.key] = Bound(way, self, person.first)
            self.proceed(person, station)
            return
        person.station = None
        travel(person, way, self, station, person.first, lambda: self._there(person, station))

    def _there(self, person: Person, station: Station) -> None:
        """At the end of the way."""
        if person.place is not None and person.place.station is self and not self.keeps(person, station):
            self.world.leave_place(person)
        self.proceed(person, station)

    def count(self) -> None:
        """One more waits."""
        self.queueing += 1
        if self.queueing > self.most_waiting:
            self.world.explode(self)

    def waiting_causes(self, person: Person) -> Sequence[Causes]:
        """What may happen while waiting here, the hazards of a package kept in use among it."""
        causes = self.waits(person) if self.waits is not None else NO_CAUSES
        package = person.package
        if package is not None and package.mode == "kept" and package.station.hazards:
            return (*causes, *package.station.hazards)
        return causes

    def renege(self, person: Person, pool: int, amount: float, cause: Cause) -> None:
        """Led away from the wait."""
        world = self.world
        target = world.target(person, cause)
        self.spell(person, 1, person.started, amount, pool, target.code if target is not None else 0, cause)
        self.proceed(person, world.led(person, cause, target))

    def refuse(self, person: Person, pool: int) -> None:
        """Lost for want of room."""
        self.spell(person, 4, math.nan, 0.0, pool, 0, None)
        self.world.leave(person)
        self.world.gone(person)

    def decide(self, person: Person, first: bool) -> None:
        """The next station, drawn on entry."""
        station = self.onward(person, first)
        person.ahead = station
        person.going = station.id if station is not None else ""

    def end(self, person: Person, amount: float, pool: int) -> Station | None:
        """At the end: need changes, the next station is drawn unless it was on entry, the spell is written."""
        if self.need is not None:
            self.world.change_need(person, self.need, self.need_key)
        ahead = self.routed.get(person.stream) if person.first else None
        if ahead is not None and not person.altered & self.routed_by:
            station: Station | None = ahead[person.row]
        else:
            station = person.ahead if self.decides else self.onward(person, person.first)
        self.journal.service(
            person, self.code, self.rounds.now, amount, pool, station.code if station is not None else 0
        )
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


class Nowhere(Station):
    """Where those are whose journey ended at no exit."""

    final = True

    def __init__(self) -> None:
        """It has neither name nor rows in the log."""


class Exit(Station):
    """The end of a journey. The row of one who came from a station is made of that which led here, by the journal."""

    final = True

    def __init__(self, world: World, name: str, spec: Any) -> None:
        super().__init__(world, name, spec)
        world.journal.exits.append(self.code)
        self.own_row = world.journal.own_rows.setdefault(self.code, {0})
        """Those who come from these stations, or from none, have their row written here."""

    def arrive(self, person: Person) -> None:
        person.station = self
        if person.place is not None or person.package is not None:
            self.world.leave(person)
        if person.from_code in self.own_row:
            now = self.rounds.now
            self.journal.spell(person, self.code, 0, now, now, now, 0.0, 0, person.from_code, 0)
