"""Finding care and receiving it: brokers search the market, and a package goes on until its events end it."""

from __future__ import annotations

import math
from collections.abc import Generator
from math import floor
from typing import TYPE_CHECKING

from sim.engine.draws import uniform
from sim.engine.grid import TICK, TICKS
from sim.engine.pool import LOST
from sim.engine.workclock import DONE
from sim.scenario import schema
from sim.world.people import Holding, due_from
from sim.world.station import NO_CAUSES, Working, law_of

if TYPE_CHECKING:
    from sim.world.events import Cause, Causes
    from sim.world.market import Market
    from sim.world.people import Person, Visit
    from sim.world.teams import Team
    from sim.world.world import World

__all__ = ["PackageStation", "SourcingStation"]


class SourcingStation(Working):
    """Brokers search the market for a match; the person waits where they are."""

    def __init__(self, world: World, name: str, spec: schema.Sourcing) -> None:
        super().__init__(world, name, spec)
        compiler = world.plan.compiler
        self.team: Team | None = world.teams[spec.team] if spec.team is not None else None
        self.effort = law_of(spec.effort, f"{self.stream}:effort", compiler)
        self.market: Market = world.markets[spec.market]
        self.offers = compiler.every_day(spec.offers)

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
            search = self.market.search(person, station, self.offers)
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
        self.amount = law_of(spec.amount, f"{self.stream}:amount", compiler)
        self.length = law_of(spec.length, f"{self.stream}:length", compiler)
        self.hand_back: tuple[Causes, ...] = world.plan.hand_backs.get(name, NO_CAUSES)
        everyone = (
            (world.plan.causes[spec.while_here].without_timed(),) if isinstance(spec.while_here, str) else NO_CAUSES
        )
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
        causes = self.here(person) if self.here is not None else NO_CAUSES
        causes = (*causes, *self.hand_back)
        if holding.until is None and opened is not None and math.isfinite(opened):
            holding.until = start + opened
        elif holding.until is None and self.length is not None:
            holding.until = start + self.length.draw(person, first)
        until = None if holding.until is None else max(start, holding.until)
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
        causes = self.here(person) if self.here is not None else NO_CAUSES
        now = self.env._now
        for cause in (c for events in causes for c in events.timed):
            assert cause.after is not None
            passed = person.luck(cause.key) * cause.after if opened is not None else 0.0
            holding.due[cause.index] = floor((now + cause.after - passed) * TICKS + 0.5) * TICK
        person.package = holding
        person.packages += 1
        return holding
