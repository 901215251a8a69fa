"""One replication of one world: what is there, what happens at midnight, and the log it leaves."""

from __future__ import annotations

import gc
import math
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.engine.draws import replication_key
from sim.engine.grid import TICK
from sim.engine.pool import Pool
from sim.engine.rounds import CAPACITY, Rounds, priority
from sim.log.tables import Log, split
from sim.scenario import schema
from sim.world.arrivals import arrivals, attribute_codes
from sim.world.bands import change, less
from sim.world.care import PackageStation, SourcingStation
from sim.world.compiled import Plan
from sim.world.events import Cause
from sim.world.foresight import fill, foresee
from sim.world.gates import Gate
from sim.world.journal import Journal
from sim.world.market import Market
from sim.world.opening import open_stock
from sim.world.others import Others
from sim.world.people import Holding, Person, nothing
from sim.world.rings import Rings
from sim.world.routing import RETURN, Router
from sim.world.station import Exit, Nowhere, Station
from sim.world.stations import build
from sim.world.stay import StayStation
from sim.world.streams import Incoming
from sim.world.teams import Team
from sim.world.transfers import Bound, Moving
from sim.world.workforce import rosters

if TYPE_CHECKING:
    from sim.world.bands import Parts
    from sim.world.race import Watch

__all__ = ["Exploded", "World", "simulate"]


class Exploded(Exception):
    """A queue without end; the one argument says where and why."""


class World:
    """A replication under way."""

    def __init__(self, plan: Plan, seed: int, replication: int) -> None:
        scenario = plan.scenario
        compiler = plan.compiler
        self.plan = plan
        self.days = days = compiler.days
        self.horizon = days.horizon
        self.most_waiting = scenario.run.most_waiting
        self.replication_key = replication_key(seed, replication)
        self.rounds = Rounds(days.begin, days.length, days.horizon)
        self.today = days.first
        self.journal = Journal(compiler)
        self.names = self.journal.names
        self._bits: dict[str, int] = {}
        self.entered: list[Person] = []
        """Everyone on a journey, in the order of entering, and some whose journey is over."""
        self.came_back = False
        """Someone has entered more than once."""
        self._crowd = 0
        """With more than so many of them, those whose journey is over are left out."""
        self.clocks_ahead: dict[tuple[int, int], list[tuple[float, int, list[float]]]] = {}
        """(set of causes, stream) -> the first clocks of each of its people, by row."""
        self._later: dict[int, list[tuple[float, Watch, Person]]] = {}
        """day -> the races that may go off on it."""
        self.tomorrow = days.begin
        """The next midnight."""
        self.ready = 0
        """People ready for discharge whose place is kept, now."""
        code = self.names.code
        self.route_names = list(compiler.levels["route"])
        self.reasons = {False: code("background"), True: code("excess")}
        self.kept_code, self.hold_code = code("kept"), code("hold")
        first = {route: i for i, route in enumerate(scenario.routes.first)}
        self.route_ranks = [first.get(route, len(first)) for route in self.route_names]
        self.discharge_code = compiler.levels["route"]["discharge"]
        self._head_start = [
            a * b
            for a, b in zip(
                compiler.every_day(scenario.routes.discharge_first),
                compiler.every_day(scenario.routes.head_start),
                strict=True,
            )
        ]
        self.head_start = 0.0
        self.gates: dict[str, Gate] = {}
        """calendar -> the gate of the stays that start inside it."""
        for station in scenario.stations.values():
            starts = station.starts if isinstance(station, schema.Stay) else None
            if starts is not None and starts not in self.gates and not compiler.calendar(starts).always:
                self.gates[starts] = Gate(compiler.hours(starts), days, self.rounds)
        self.bound: dict[int, Bound] = {}
        """person -> the way to take once there is a place at the station they queue for."""
        self.moving: dict[int, Moving] = {}
        """person -> the way they are on."""
        self._need = compiler.index.get("need", -1)
        self._need_top = len(compiler.levels.get("need", ())) - 1
        things = sorted([("pool", n) for n in scenario.pools] + [("team", n) for n in plan.teams])
        things += [("market", n) for n in sorted(scenario.market)]
        order = {thing: i for i, thing in enumerate(things, start=1)}
        self.pools: dict[str, Pool] = {}
        self._capacities: dict[str, tuple[list[float], int, dict[str, list[float]]]] = {}
        self._others: dict[str, Others] = {}
        for name, spec in scenario.pools.items():
            shares = {route: compiler.every_day(share) for route, share in spec.reserved.items()}
            reserved = {route: by_day for route, by_day in shares.items() if any(by_day)}
            hold = spec.hold_after.value if spec.hold_after is not None else math.inf
            self.pools[name] = Pool(
                self.rounds,
                name,
                order["pool", name],
                0,
                floors=dict.fromkeys(reserved, 0),
                fit_first=spec.fit == "first",
                hold_after=hold,
            )
            if spec.others is not None:
                self._others[name] = Others(self, name, spec)
            spot = compiler.every_day(spec.spot)
            capacity = [a + b for a, b in zip(compiler.every_day(spec.capacity), spot, strict=True)]
            self._capacities[name] = (capacity, code(f"pool:{name}.capacity"), reserved)
        self._steps = {name: spec.step for name, spec in scenario.pools.items()}
        self.rings = Rings(self)
        self.nowhere = Nowhere()
        self.rosters = rosters(scenario.workforce, plan.paid, self.replication_key, compiler)
        self._heads = [
            (code(f"role:{role}.{which}"), heads)
            for role, roster in self.rosters.items()
            for which, heads in (("in_post", roster.in_post), ("agency", roster.agency), ("left", roster.left))
            if heads
        ]
        self.teams: dict[str, Team] = {}
        for name, team in plan.teams.items():
            self.teams[name] = Team(self, team, order["team", name])
        self._staff = {
            name: [
                (self.rosters[role].working, shares, self.rosters[role].hours) for role, shares in team.roles.items()
            ]
            for name, team in plan.teams.items()
        }
        self.markets: dict[str, Market] = {}
        for name, market in scenario.market.items():
            self.markets[name] = Market(self, name, market, order["market", name])
        for causes in (*plan.causes.values(), *(own for sets in plan.hand_backs.values() for own in sets)):
            for cause in (*causes.rated, *causes.timed):
                cause.code = code(cause.name)
        for cause in (one for pair in plan.failures.values() for one in pair):
            cause.code = code(cause.name)
        self.stations: dict[str, Station] = {}
        for name, station in scenario.stations.items():
            self.stations[name] = build(self, name, station)
        pull = scenario.discharge_pull
        self._pull = None
        if pull is not None:
            self._pull = (
                compiler.every_day(pull.full_at),
                {name: compiler.every_day(share) for name, share in pull.teams.items()},
                pull.to,
            )
        self._doors = {name: Router(shares, f"door:{name}", compiler) for name, shares in scenario.doors.items()}

    def run(self) -> Log:
        """Run to the horizon and hand over the log."""
        collecting = gc.isenabled()
        gc.disable()
        try:
            self._midnight(self.days.first)
            self.rounds.settle()
            open_stock(self)
            incoming = Incoming(self)
            for name, stream in self.plan.scenario.demand.items():
                self._add_stream(incoming, name, stream)
            incoming.start()
            self._call_midnight(self.days.first + 1)
            self.rounds.env.run(until=self.horizon)
            for person in self.living():
                self._open(person)
            log = self.journal.log()
            self._let_go()
            return log
        finally:
            if collecting:
                gc.enable()

    def _let_go(self) -> None:
        """Break the rings of references, so that memory is freed at once and the collector finds little."""
        for person in self.entered:
            person.race = person.ticket = None
            person.at_end = nothing
        self.entered.clear()
        self._later.clear()
        self.rounds.clear()

    def bit(self, stream: str) -> int:
        """The bit of a name under which luck is drawn, in ``Person.seen``: stations that share it share the count."""
        return 1 << self._bits.setdefault(stream, len(self._bits))

    def staff_of(self, team: str) -> list[tuple[list[int], list[float], list[float]]]:
        """(in post, staffing share, productive hours a week) by day, for each role that works in a team."""
        return self._staff[team]

    # midnight

    def _call_midnight(self, day: int) -> None:
        """One at a time: all of them would only swell the heap."""
        time = day * self.days.length
        if time < self.horizon:
            self.rounds.call(time, priority(CAPACITY), partial(self._at_midnight, day))

    def _at_midnight(self, day: int, _: Any) -> None:
        self._call_midnight(day + 1)
        self._midnight(day)
        self.rounds.settle()

    def remember(self, time: float, race: Watch, person: Person) -> None:
        """Wake a race on a later day: most never get there. A vigil is shared, so that the person is noted with it."""
        day = int(time // self.days.length)
        known = self._later.get(day)
        if known is None:
            self._later[day] = [(time, race, person)]
        else:
            known.append((time, race, person))

    def _midnight(self, day: int) -> None:
        self.today = day
        self.tomorrow = (day + 1) * self.days.length
        if len(self.entered) > self._crowd:
            self.entered[:] = self.living()
            self._crowd = 2 * len(self.entered) + 1000
        self.rounds.turn(day)
        for time, race, person in self._later.pop(day, ()):
            race.wake(person, time)
        i = day - self.days.first
        self.head_start = math.floor(self._head_start[i] / TICK + 0.5) * TICK
        for role_code, heads in self._heads:
            if i == 0 or heads[i] != heads[i - 1]:
                self.level(role_code, heads[i])
        for name, (values, code, reserved) in self._capacities.items():
            pool = self.pools[name]
            step = self.plan.scenario.pools[name].step
            units = math.floor(values[i] / step + 1e-9)
            others = self._others.get(name)
            if units != pool.capacity + (others.kept if others is not None else 0) or i == 0:
                self.level(code, units * step)
            if others is not None:
                units -= others.midnight(i, units, pool)
            floors = {route: math.floor(share[i] * units) for route, share in reserved.items()} if reserved else None
            pool.set_capacity(units, floors)
        moved: dict[str, float] = {}
        kept: dict[str, float] = {}
        if self._pull is not None:
            full_at, shares, to = self._pull
            part = min(1.0, self.ready / full_at[i]) if full_at[i] > 0 else float(self.ready > 0)
            for name, by_day in shares.items():
                share = part * by_day[i]
                if name in self.plan.pull_floor_teams:
                    kept[name] = share
                elif share:
                    hours, _ = self.teams[name].hours_and_people(day)
                    moved[name] = moved.get(name, 0.0) - share * hours
                    moved[to] = moved.get(to, 0.0) + share * hours
        for name, team in self.teams.items():
            team.midnight(day, moved.get(name, 0.0), kept.get(name, 0.0))
        for market in self.markets.values():
            market.midnight(day)

    # arrivals

    def _add_stream(self, incoming: Incoming, name: str, stream: schema.Stream) -> None:
        compiler = self.plan.compiler
        base = self.plan.scenario.base_rates.get(name, stream.rate.value if stream.rate is not None else 0.0)
        people = arrivals(name, stream, base, self.replication_key, compiler)
        if not len(people.times):
            return
        levels = compiler.levels
        fixed = {"route": levels["route"][stream.route], "class": levels["class"][stream.class_ or name]}
        codes = attribute_codes(people.keys, people.date, fixed, {}, compiler)
        code = self.names.code(name)
        foresee(self, self.plan.busy[name], code, people.keys, codes)
        door = self._doors[name]
        fill(self, door, code, people.keys, codes)
        incoming.add(name, people, codes)

    def door(self, stream: str, person: Person) -> Station | None:
        """Where a new arrival comes in."""
        return self.station_after(person, self._doors[stream].draw(person, 0))

    def doors_ahead(self, stream: str, code: int) -> list[Station] | None:
        """Where each new arrival of a stream comes in, where that is known from the start."""
        return self._doors[stream].first.get(code)

    # what happens to people

    def station_after(self, person: Person, name: str) -> Station | None:
        """The station of an id; ``return`` leads back to the package held, or out when there is none."""
        if name == RETURN:
            if person.package is not None:
                return person.package.station
            self.leave(person)
            return None
        return self.stations[name]

    def happens(self, person: Person, cause: Cause) -> None:
        """A cause takes effect."""
        if cause.need is not None:
            self.change_need(person, cause.need, cause.key)
        if cause.sets:
            self.set_attributes(person, cause.sets)

    def change_need(self, person: Person, change: schema.NeedChange, decision: int) -> None:
        """A step along the need order, by the share who take it; the ends hold."""
        share = change.share
        if (share.value < 1.0 or share.changes) and person.luck(decision ^ 1) >= share.at(
            self.today * self.days.length
        ):
            return
        before = person.attributes[self._need]
        after = min(self._need_top, max(0, before + change.change))
        if after != before:
            person.attributes[self._need] = after
            person.altered |= 1 << self._need
            person.version += 1
            self.journal.changed(self.rounds.now, person)
            if person.search is not None:
                person.search.station.market.resize(person.search)  # type: ignore[union-attr]

    def set_attributes(self, person: Person, sets: tuple[tuple[int, int], ...]) -> None:
        """Set route, class or an own attribute: (attribute index, level code) of each."""
        attributes = person.attributes
        changed = 0
        for i, code in sets:
            if attributes[i] != code:
                attributes[i] = code
                changed |= 1 << i
        if changed:
            person.altered |= changed
            person.version += 1
            self.journal.changed(self.rounds.now, person)

    def target(self, person: Person, cause: Cause) -> Station | None:
        """Where a cause leads."""
        if cause.restart is not None and person.place is not None and person.place.station.id == cause.restart:
            return self.stations[cause.restart]
        name = cause.restart or cause.to
        return self.station_after(person, name) if name is not None else None

    def led(self, person: Person, cause: Cause, target: Station | None) -> Station | None:
        """Follow a cause: a restart keeps the place, an emergency gives it up, all else keeps it while queueing."""
        person.offer = None
        if cause.restart is not None and person.place is not None and person.place.station is target:
            person.restarting = True
        elif person.place is not None and target is not None and self.gives_up(person, target):
            self.leave_place(person)
        package = person.package
        if package is not None and package.mode != "here" and (cause.package is not None or person.of_package(cause)):
            self.package_after(person, cause)
        return target

    def gives_up(self, person: Person, target: Station) -> bool:
        """Whether a place is given up before the next one starts.

        An emergency never queues in another bed, unless it is one hospital bed for another; a place kept for named
        destinations is not kept for others.
        """
        place = person.place
        if place is None:
            return False
        if target.emergency and place.station.track != "hospital":
            return True
        named = getattr(place.station, "keep_for", None)
        return named is not None and target.id not in named

    def gone(self, person: Person) -> None:
        """The journey is over."""
        person.station = self.nowhere

    def living(self) -> list[Person]:
        """Everyone on a journey, in the order of entering."""
        living = [p for p in self.entered if (station := p.station) is None or not station.final]
        return list(reversed(dict.fromkeys(reversed(living)))) if self.came_back else living

    def leave(self, person: Person) -> None:
        """Out of the system: everything held is given up."""
        if person.place is not None:
            self.leave_place(person)
        if person.package is not None:
            self.end_package(person)

    # places

    def keep_place(self, person: Person, station: Station) -> None:
        """The stay is over but the place is kept until the next one starts."""
        place = person.place
        assert place is not None
        place.kept_since = self.rounds.now
        place.reason = station.code
        if place.pool.name in self.plan.discharge_pools:
            self.ready += 1

    def hold_place(self, person: Person, station: Station) -> None:
        """Keep the place held, whether its stay is just over or it was kept already."""
        place = person.place
        assert place is not None
        if place.kept_since != place.kept_since:
            self.keep_place(person, station)
        elif place.reason != station.code:
            self.turn_place(person, station)

    def turn_place(self, person: Person, station: Station) -> None:
        """The place is now kept for another step: a spell of its own, so that every day has one reason."""
        place = person.place
        assert place is not None
        self._held(
            person, place.station, place.kept_since, self.rounds.now, place.pool.name, place.amount, place.reason, 2
        )
        place.kept_since = self.rounds.now
        place.reason = station.code

    def resume_place(self, person: Person) -> None:
        """A stay begins again in the place kept."""
        self._end_kept(person)

    def leave_place(self, person: Person) -> None:
        """Give the place back."""
        self._end_kept(person)
        place = person.place
        assert place is not None
        person.place = None
        place.pool.release(place.amount, place.kind)

    def _end_kept(self, person: Person) -> None:
        place = person.place
        assert place is not None
        if place.kept_since == place.kept_since:
            self._held(
                person, place.station, place.kept_since, self.rounds.now, place.pool.name, place.amount, place.reason, 2
            )
            if place.pool.name in self.plan.discharge_pools:
                self.ready -= 1
            place.kept_since = math.nan

    def _held(
        self,
        person: Person,
        station: Station,
        since: float,
        until: float,
        pool: str,
        amount: int,
        reason: int,
        kind: int,
    ) -> None:
        held = amount * self._steps.get(pool, 1.0) if station.kind == "stay" else amount
        self._held_row(person, station, since, until, self.names.codes[pool], held, reason, kind)

    def _held_row(
        self,
        person: Person,
        station: Station,
        since: float,
        until: float,
        pool: int,
        amount: float,
        reason: int,
        kind: int,
    ) -> None:
        if until == since:
            return
        here = person.station.code if person.station is not None else 0
        self.journal.spell(person, station.code, kind, since, since, until, amount, pool, station.code, here, 0, reason)

    # packages

    def package_after(self, person: Person, cause: Cause) -> None:
        """What a side trip does to the package: kept in use, held for a time, or ended."""
        holding = person.package
        assert holding is not None
        policy = cause.package or "end"
        given_back = holding.provider if cause in self.plan.given_back else None
        if given_back is not None:
            given_back.market.not_again(person, given_back)
        if policy == "end":
            self.end_package(person)
            return
        if holding.mode == "here":
            holding.away_since = self.rounds.now
        if policy == "hold" and not holding.outcome_based:
            if holding.mode != "hold":
                self._away(person, holding, "hold")
                hold = cause.hold[self.today - self.days.first]
                until = math.floor((self.rounds.now + hold) / TICK + 0.5) * TICK
                holding.expiry = self.rounds.call(
                    until, priority(CAPACITY + 2, 0, person.key), lambda _: self._expires(person, holding)
                )
        else:
            self._away(person, holding, "hold" if policy == "hold" else "kept")
            if given_back is not None:
                given_back.market.hand_backs.given_notice(person, holding, looked=True)

    def _away(self, person: Person, holding: Holding, mode: str) -> None:
        if mode == "kept" and holding.expiry is not None:
            holding.expiry.cancel()
            holding.expiry = None
        if holding.mode not in ("here", mode):
            self._package_row(person, holding, 2)
            holding.away_since = self.rounds.now
        holding.mode = mode

    def resize_package(self, person: Person, holding: Holding, amount: int, parts: Parts) -> None:
        """The hours of a package that goes on change, while its person is away for the review."""
        self._package_row(person, holding, 2)
        holding.away_since = self.rounds.now
        if holding.provider is not None:
            holding.provider.use(amount - holding.amount, change(holding.parts, parts))
        holding.amount, holding.parts = amount, parts

    def back_to_package(self, person: Person, holding: Holding) -> None:
        """The side trip is over."""
        self._package_row(person, holding, 2)
        holding.mode = "here"
        if holding.expiry is not None:
            holding.expiry.cancel()
            holding.expiry = None

    def end_package(self, person: Person) -> None:
        """The provider has the hours back."""
        holding = person.package
        assert holding is not None
        if holding.mode != "here":
            self._package_row(person, holding, 2)
        if holding.expiry is not None:
            holding.expiry.cancel()
        person.package = None
        if holding.provider is not None:
            holding.provider.use(-holding.amount, less(holding.parts))

    def _expires(self, person: Person, holding: Holding) -> None:
        if person.package is holding:
            holding.expiry = None
            self.end_package(person)
            self.rounds.settle()

    def _package_row(self, person: Person, holding: Holding, kind: int, until: float | None = None) -> None:
        provider = holding.provider.code if holding.provider is not None else 0
        reason = self.hold_code if holding.mode == "hold" else self.kept_code
        end = self.rounds.now if until is None else until
        self._held_row(
            person,
            holding.station,
            holding.away_since,
            end,
            provider,
            holding.amount * holding.station.step,
            reason,
            kind,
        )

    # the log

    def level(self, code: int, value: float) -> None:
        """Write a level that has changed."""
        self.journal.level(self.rounds.now, code, value)

    def explode(self, station: Station) -> None:
        """Stop a replication whose queue grows without end."""
        spells = split(self.journal.written())
        here = spells["station"] == station.code
        starts = int((here & (spells["type"] == 0)).sum())
        joins = int(here.sum()) + self.most_waiting
        now = self.rounds.now
        days = max(1.0, (now - self.days.begin) / self.days.length)
        load = joins / starts if starts else math.inf
        raise Exploded(
            f"the queue at '{station.id}' has no end: {self.most_waiting} people wait on day "
            f"{now / self.days.length:.0f}; {joins / days:.1f} a day join and {starts / days:.1f} are served "
            f"(load {load:.2f}). Give it more capacity or less demand, or raise run.most_waiting"
        )

    def _open(self, person: Person) -> None:
        station = person.station
        nan = math.nan
        if station is not None and not isinstance(station, Exit):
            kind = 6 if person.started == person.started else 5
            amount, pool = _in_use(person, station, self)
            self.journal.spell(
                person, station.code, kind, person.joined, person.started, nan, amount, pool, person.from_code, 0
            )
        moving = self.moving.get(person.key)
        if moving is not None:
            moving.write(self, person, nan)
        for place in (person.place, moving.place if moving is not None else None):
            if place is not None and place.kept_since == place.kept_since:
                self._held(person, place.station, place.kept_since, nan, place.pool.name, place.amount, place.reason, 7)
        if person.package is not None and person.package.mode != "here":
            self._package_row(person, person.package, 7, nan)


def _in_use(person: Person, station: Station, world: World) -> tuple[float, int]:
    """Amount and pool of an open spell."""
    if isinstance(station, PackageStation) and person.package is not None:
        provider = person.package.provider
        return person.package.amount * station.step, provider.code if provider is not None else 0
    place = person.place
    if isinstance(station, StayStation) and place is not None and place.station is station:
        return station.mean_amount(person), world.names.code(place.pool.name)
    if isinstance(station, SourcingStation):
        return person.sought * station.market.spec.step, station.market.code
    team = getattr(station, "team", None)
    return 1.0, team.code if team is not None else 0


def simulate(plan: Plan, seed: int, replication: int) -> Log:
    """One replication of a compiled scenario; the same seed, replication and scenario give the same log.

    Raises ``Exploded`` when more than ``run.most_waiting`` people wait at one station.
    """
    return World(plan, seed, replication).run()
