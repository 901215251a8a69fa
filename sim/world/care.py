"""Finding care and receiving it: brokers search the market, and a package goes on until its events end it."""

from __future__ import annotations

import math
from math import floor
from typing import TYPE_CHECKING, Final

from sim.engine.draws import name_key, uniform
from sim.engine.grid import TICK, TICKS
from sim.engine.pool import LOST, START
from sim.engine.workclock import DONE
from sim.log.tables import SPELL_TYPES
from sim.scenario import schema
from sim.world.events import due_from
from sim.world.people import ENDS, Holding
from sim.world.race import Race, Watch
from sim.world.station import NO_CAUSES, Working, law_of

if TYPE_CHECKING:
    from sim.world.events import Cause, Causes
    from sim.world.market import Market
    from sim.world.people import Person
    from sim.world.world import World

__all__ = ["PackageStation", "SourcingStation"]


SOUGHT: Final = SPELL_TYPES.index("sought")


class SourcingStation(Working):
    """Brokers search the market for a match; the person waits where they are."""

    def __init__(self, world: World, name: str, spec: schema.Sourcing) -> None:
        super().__init__(world, name, spec)
        compiler = world.plan.compiler
        self.work_for(world.teams[spec.team] if spec.team is not None else None)
        self.effort = law_of(spec.effort, f"{self.stream}:effort", compiler)
        self.market: Market = world.markets[spec.market]
        self.offers = compiler.every_day(spec.offers)
        self.ends = self._effort_ends

    def arrive(self, person: Person) -> None:
        joined = self.join(person)
        person.offer = None
        person.first = not person.seen & self.bit
        person.ahead = self.onward(person, person.first)
        station = self.care(person)
        if station is not None:
            held = person.package
            person.drawn = held.drawn if held is not None and held.station is station else person.packages
        person.sought = station.units(person) if station is not None else 0
        person.sought_since = joined
        causes = self.waiting_causes(person)
        if causes:
            person.race = Race(person, causes, due_from(causes, joined), self.waiting_causes)
        pool = self.pool
        if pool is None:
            self.begin(person)
            return
        if self.floors:
            person.kind = self.route_names[person.attributes[0]]
        if pool.take(1, person.kind):
            self.begin(person)
            return
        person.amount = 1
        self.count()
        self.queue(person, pool)
        race = person.race
        if isinstance(race, Race):
            race.run(None, None)

    def told(self, person: Person, message: object) -> None:
        if message is DONE:
            self.sourced(person)
            return
        self.queueing -= 1
        person.ticket = None
        if message is START:
            self.begin(person)
        elif message is LOST:
            person.race = None
            self.refuse(person, self.market.code)
        else:
            self.found(person)

    def begin(self, person: Person) -> None:
        """Brokers take it up."""
        self.start(person)
        effort = self.effort.draw(person, person.first) if self.team is not None and self.effort is not None else 0.0
        if effort <= 0.0:
            self.sourced(person)
            return
        assert self.team is not None
        end = person.started + effort if self.team.steady else self.team.clock.ends(effort)
        if end is None:
            person.case = self.team.clock.add(person, effort)
        race = self.racing(person)
        if race is not None:
            race.run(end, self.sourced)
        elif end is not None:
            person.at_end = self.ends
            self.rounds.push(end, ENDS + person.key, person)

    def racing(self, person: Person) -> Race | None:
        """The race of the wait here, which goes on with what may happen now."""
        causes = self.waiting_causes(person)
        if not causes:
            person.race = None
            return None
        race = person.race
        if isinstance(race, Race):
            race.sets = causes
            return race
        person.race = race = Race(person, causes, due_from(causes, person.joined), self.waiting_causes)
        return race

    def _effort_ends(self, person: Person) -> None:
        self.sourced(person)
        if self.rounds.dirty:
            self.rounds.settle()

    def sourced(self, person: Person) -> None:
        """The brokers' part is done: wait for an offer, where care is what is sought."""
        person.case = None
        if self.team is not None:
            self.team.pool.release(1, person.kind)
        station = self.care(person)
        if station is None:
            self.leave(person, 0.0)
            return
        self.seeks(person, self.market.search(person, station, self).amount)
        self.count()
        race = self.racing(person)
        if race is not None:
            race.run(None, None)

    def care(self, person: Person) -> PackageStation | None:
        """What is sought: care of the market here; None where something else follows."""
        station = person.ahead
        return station if isinstance(station, PackageStation) and station.market is self.market else None

    def seeks(self, person: Person, amount: int) -> None:
        """What is looked for from now on; what was until now is written, where it was another."""
        since, now = person.sought_since, self.rounds.now
        if amount != person.sought:
            if now > since:
                step, code, joined = self.market.spec.step, self.market.code, person.joined
                hours = person.sought * step
                self.journal.spell(person, self.code, SOUGHT, joined, since, now, hours, code, person.from_code, 0)
                person.sought_since = now
            person.sought = amount

    def found(self, person: Person) -> None:
        """An offer."""
        assert person.offer is not None
        self.leave(person, person.offer[1] * self.market.spec.step)

    def leave(self, person: Person, hours: float) -> None:
        """Done here."""
        person.race = None
        station = person.ahead
        self.spell(person, 0, person.started, hours, self.market.code, station.code if station is not None else 0, None)
        self.proceed(person, station)

    def led_away(self, person: Person, cause: Cause, race: Watch) -> None:
        if person.ticket is not None:
            assert self.pool is not None
            self.queueing -= 1
            self.pool.leave(person.ticket)
            person.ticket = None
        elif person.search is not None:
            self.queueing -= 1
            self.market.stop(person.search)
        else:
            assert self.team is not None
            if person.case is not None:
                self.team.clock.drop(person.case)
                person.case = None
            self.team.pool.release(1, person.kind)
        self.renege(person, self.market.code, person.sought * self.market.spec.step, cause)


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
        double = spec.double_handed
        self.double = compiler.pick(double, compiler.every_day) if double is not None else None
        """Share of people like this one whose care takes two workers, by day."""
        self.double_key = name_key(f"{self.stream}:double_handed")
        self.hand_back: tuple[Causes, ...] = world.plan.hand_backs.get(name, NO_CAUSES)
        everyone = (
            (world.plan.causes[spec.while_here].without_timed(),) if isinstance(spec.while_here, str) else NO_CAUSES
        )
        self.hazards = (*everyone, *self.hand_back)
        """What may happen to one whose package is in use while they are on a side trip."""

    def units(self, person: Person) -> int:
        """The amount of a package to come in whole units of the market, at least one.

        While one of this station is held it has the same luck, so that what is looked for is what fits the need of now.
        """
        return self._amount_of(person, person.drawn)

    def fits(self, person: Person, holding: Holding) -> int:
        """The amount of the package held here, by the luck it was drawn with, at the person's need of now."""
        return self._amount_of(person, holding.drawn)

    def _amount_of(self, person: Person, number: int) -> int:
        law = self.amount
        if law is None:
            return 1
        amount = law(person)(uniform(person.key, law.key, number))
        if self.double is not None and self.double_handed(person):
            amount *= 2.0
        return max(1, floor(amount / self.step + 0.5))

    def double_handed(self, person: Person) -> bool:
        """Whether this person's care takes two workers at once: those who do at one share do at any higher."""
        if self.double is None:
            return False
        share = self.double(person)[self.world.today - self.world.days.first]
        return share > 0.0 and uniform(person.key, self.double_key, 0) < share

    def arrive(self, person: Person) -> None:
        self.join(person)
        holding = person.package
        opened, person.opened = person.opened, None
        if holding is not None and holding.station is self and person.offer is None:
            self.world.back_to_package(person, holding)
            if person.place is not None:
                self.world.leave_place(person)
            self.receive(person, holding, opened)
        elif opened is None and person.offer is None and self.market is not None:
            self.find(person, self.market)
        else:
            self.receive(person, self.take_up(person, opened), opened)

    def find(self, person: Person, market: Market) -> None:
        """Look for a provider with room, without sourcing; queue when there is none."""
        person.drawn = person.packages
        amount = self.units(person)
        parts = market.parts(person, amount)
        provider = market.walk_ins.come(person, amount, parts, self)
        if provider is not None:
            person.offer = (provider, amount, parts, False)
            self.receive(person, self.take_up(person, None), None)
            return
        self.count()
        causes = self.waiting_causes(person)
        if causes:
            person.race = race = Race(person, causes, due_from(causes, person.joined), self.waiting_causes)
            race.run(None, None)

    def told(self, person: Person, message: object) -> None:
        self.queueing -= 1
        self.receive(person, self.take_up(person, None), None)

    def receive(self, person: Person, holding: Holding, opened: float | None) -> None:
        """Care goes on, until its events or its length end it."""
        first = self.start(person)
        start = person.started
        if holding.until is None and opened is not None and math.isfinite(opened):
            holding.until = start + opened
        elif holding.until is None and self.length is not None:
            holding.until = start + self.length.draw(person, first)
        until = None if holding.until is None else max(start, holding.until)
        causes = self.here(person) if self.here is not None else NO_CAUSES
        person.race = race = Race(person, (*causes, *self.hand_back), holding.due)
        race.run(until, self.finish)

    def finish(self, person: Person) -> None:
        """The package has run its length."""
        person.race = None
        holding = person.package
        assert holding is not None
        provider = holding.provider.code if holding.provider is not None else 0
        self.world.end_package(person)
        self.proceed(person, self.end(person, holding.amount * self.step, provider))

    def led_away(self, person: Person, cause: Cause, race: Watch) -> None:
        world = self.world
        if person.started != person.started:
            assert self.market is not None
            self.queueing -= 1
            self.market.walk_ins.leave(person)
            self.renege(person, self.market.code, 0.0, cause)
            return
        holding = person.package
        assert holding is not None
        target = world.target(person, cause)
        provider = holding.provider.code if holding.provider is not None else 0
        to = target.code if target is not None else 0
        self.spell(person, 0, person.started, holding.amount * self.step, provider, to, cause)
        world.package_after(person, cause)
        self.proceed(person, world.led(person, cause, target))

    def _elapsed(self, person: Person, luck: float) -> float:
        """How long someone here at the start has had the package: exponential, by the hazards that end it."""
        hazard = sum(
            rate
            for causes in (*(self.here(person) if self.here is not None else NO_CAUSES), *self.hand_back)
            for cause, rate in zip(causes.rated, causes.rates_of(person.attributes), strict=True)
            if cause.to is not None and cause.package in (None, "end") and cause.daily is None
        )
        return -math.log(luck) / hazard if hazard > 0.0 else math.inf

    def take_up(self, person: Person, opened: float | None) -> Holding:
        """The package starts: the one held before ends, and so does the place kept for it."""
        world = self.world
        if person.package is not None:
            world.end_package(person)
        if person.place is not None:
            world.leave_place(person)
        if person.offer is not None:
            provider, amount, parts, outcome_based = person.offer
            person.offer = None
        else:
            person.drawn = person.packages
            amount = self.units(person)
            outcome_based = False
            parts, provider = (), None
            if self.market is not None:
                parts = self.market.parts(person, amount)
                provider = self.market.place_stock(person, amount, parts, self)
                outcome_based = self.market.outcome_based(person)
        holding = Holding(self, provider, amount, parts, person.drawn, outcome_based)
        causes = self.here(person) if self.here is not None else NO_CAUSES
        now = self.rounds.now
        for cause in (c for events in causes for c in events.timed):
            assert cause.after is not None
            passed = 0.0
            if opened is not None:
                luck = person.luck(cause.key)
                passed = luck * cause.after if cause.repeats else self._elapsed(person, luck)
            due = now + cause.after - passed
            holding.due[cause.index] = floor(due * TICKS + 0.5) * TICK if passed <= cause.after else math.inf
        person.package = holding
        person.packages += 1
        return holding
