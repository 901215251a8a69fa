"""The market of packages: providers of unequal size, and searches whose offers come as a clock."""

from __future__ import annotations

import math
from operator import gt
from typing import TYPE_CHECKING, Any, Final

from sim.engine.draws import choose, exponential, name_key, uniform
from sim.engine.grid import NEVER, ceil_to_grid
from sim.engine.rounds import CAPACITY, CLOCK, Dispatched, priority
from sim.scenario import schema
from sim.world.bands import BandRoom, Bands, change, less
from sim.world.gates import OpeningHours
from sim.world.handbacks import HandBacks
from sim.world.providers import OFFER, Provider, Reach, Search, from_the_second, grown, shared_out
from sim.world.walkins import WalkIns

if TYPE_CHECKING:
    from sim.world.bands import Parts
    from sim.world.care import PackageStation, SourcingStation
    from sim.world.people import Person
    from sim.world.world import World

__all__ = ["Market"]

_AGAIN: Final = 1 << 20
"""Where the clocks after a refusal are counted from, apart from those of packages."""


class Market(Dispatched):
    """Providers, searches and walk-ins. Dispatched like a pool, after the pools."""

    def __init__(self, world: World, name: str, spec: schema.Market, order: int) -> None:
        super().__init__(order)
        self.world = world
        self.name = name
        self.spec = spec
        self.code = world.names.code(name)
        self.providers = [Provider(self, f"{name} {k}", k - 1) for k in range(1, spec.providers + 1)]
        weights = [1.0 / k for k in range(1, spec.providers + 1)]
        self._shares = [w / sum(weights) for w in weights]
        self._reach = Reach(self)
        self.bands = Bands(world, spec) if spec.bands is not None else None
        if self.bands is not None:
            for provider in self.providers:
                provider.by_band = BandRoom(self.bands)
        compiler = world.plan.compiler
        capacity = spec.hours if spec.hours is not None else spec.beds
        assert capacity is not None
        self._capacity = compiler.every_day(capacity)
        self._self_funded = compiler.every_day(spec.self_funded)
        self._growth = grown(compiler.every_day(spec.growth), -world.days.first, world.days.length)
        self._fit = compiler.every_day(spec.fit)
        self._outcome = compiler.every_day(spec.outcome_based)
        self._level = world.names.code(f"market:{name}.capacity")
        self._total = (-1, -1)
        self._changed: dict[int, Provider] = {}
        self._searches: dict[int, Search] = {}
        self._refused: dict[tuple[int, int], set[int]] = {}
        """(person, package) -> providers that have refused it for themselves, or gave back the one before."""
        self.walk_ins = WalkIns(self)
        stations = world.plan.scenario.stations.values()
        self._sought = any(isinstance(station, schema.Sourcing) and station.market == name for station in stations)
        """Whether care is looked for here; else people walk in."""
        self._clock_key = name_key(f"offer:{name}")
        self.choice_key = name_key(f"provider:{name}")
        self._fit_key = name_key(f"fit:{name}")
        self._contract_key = name_key(f"contract:{name}")
        self._embargo_key = name_key(f"embargo:{name}")
        self._assessment_key = name_key(f"assessment:{name}")
        self._embargo = compiler.every_day(spec.embargo)
        self._assessment = compiler.sampler(spec.assessment) if spec.assessment is not None else None
        self.opening = OpeningHours(world, spec.starts)
        self._until_open: dict[int, Search] = {}
        """By person: those found a provider that start when the calendar opens."""
        self.prio = priority(CLOCK, order)
        self.hand_backs = HandBacks(self, spec)

    def midnight(self, day: int) -> None:
        """Capacity with its growth, by provider; the offer hazard of the day."""
        i = day - self.world.days.first
        opens = self.opening.midnight(i)
        if opens is not None and self.world.rounds.now <= opens < self.world.horizon:
            self.world.rounds.call(opens, priority(CAPACITY, self.order), self._opens)
        own = math.floor(self._self_funded[i] / self.spec.step + 1e-9)
        units = math.floor((self._capacity[i] + self._self_funded[i]) * self._growth[i] / self.spec.step + 1e-9)
        before = self.hand_backs.gone
        failed = self.hand_backs.midnight(i, self._shares)
        if (units, own) != self._total or failed:
            self._total = units, own
            gone = self.hand_backs.gone
            each = [
                math.floor(whole * (1.0 - share) + 1e-9) if share else whole
                for whole, share in zip(shared_out(units, self._shares), gone, strict=True)
            ]
            if own:
                left = sum(each)
                theirs = shared_out(min(own, left), [whole / max(1, left) for whole in each])
                each = [whole - some for whole, some in zip(each, theirs, strict=True)]
            self.world.level(self._level, sum(each) * self.spec.step)
            for provider, capacity in zip(self.providers, each, strict=True):
                if capacity != provider.capacity:
                    provider.capacity = capacity
                    self.change(provider)
        if self.bands is not None:
            for provider in self.bands.midnight(i, self.providers):
                self.change(provider)
        self.walk_ins.midnight()
        fewer = failed and any(map(gt, self.hand_backs.gone, before))
        if self._embargo[i] != self._embargo[i - 1 if i else 0] or not i:
            for provider, share in zip(self.providers, from_the_second(self._shares, self._embargo[i]), strict=True):
                if share != provider.barred:
                    fewer = fewer or share > provider.barred
                    provider.barred = share
                    self.change(provider)
        if fewer:
            self._release(before)
        if i in self._reach.turns:
            for search in self._searches.values():
                self.resize(search)
        if i > 0:
            for search in self._searches.values():
                if search.offers[i] != search.offers[i - 1]:
                    self._rearm(search)

    def _release(self, before: list[float]) -> None:
        """Places kept for care to come are given up where the provider has failed since, or may start nobody now."""
        for search in self._searches.values():
            provider = search.tried
            if provider is None:
                continue
            lost = self.hand_backs.loses(search.person, provider, before, search.person.packages + 1)
            if lost or self.barred(provider, search.person):
                self._let_go(search, search.amount, search.parts)
                self._rearm(search)

    def can_give(self, provider: Provider, person: Person, station: PackageStation, more: int, of_each: Parts) -> bool:
        """Whether a provider has so much more for someone there, and serves such a person as they are now."""
        ranks = self._reach.ranks(person, station)
        return (ranks is None or provider.rank in ranks) and provider.room(more, of_each)

    def outcome_based(self, person: Person) -> bool:
        """Whether this person's next package is on an outcome-based contract: drawn once for each package."""
        return (
            uniform(person.key, self._contract_key, person.packages)
            < self._outcome[self.world.today - self.world.days.first]
        )

    def parts(self, person: Person, amount: int) -> Parts:
        """What a package of so many units takes of each visit band."""
        return self.bands.parts(person, amount) if self.bands is not None else ()

    def change(self, provider: Provider) -> None:
        """A provider's free amount has changed."""
        self._changed[provider.code] = provider
        self.world.rounds.touch(self)

    def search(self, person: Person, station: PackageStation, sourcing: SourcingStation) -> Search:
        """Start looking, or go on: fit is drawn once for a package and provider, the clock keeps what is left.

        The hazard of an offer from each provider with room and a fit is that of ``sourcing``, by day.
        """
        now = self.world.rounds.now
        package = person.packages
        kept = person.clocks.pop(-self.order, None)
        left = kept[0] if kept is not None else exponential(person.key, self._clock_key, package)
        amount = station.units(person)
        outcome_based = self.outcome_based(person)
        parts = self.parts(person, amount)
        offers = sourcing.offers
        search = person.search = Search(
            self, person, station, amount, parts, outcome_based, offers, left, now, sourcing
        )
        self._ask(search)
        self._searches[person.key] = search
        self._rearm(search)
        return search

    def _ask(self, search: Search) -> None:
        """Whom a search may hear from: those who serve such a person, and fit or would first see for themselves."""
        person = search.person
        package = person.packages
        fit = self._fit[self.world.today - self.world.days.first]
        refused = self._refused.get((person.key, package), ())
        ranks = self._reach.ranks(person, search.station)
        for k, provider in enumerate(self.providers):
            if k in refused or (ranks is not None and k not in ranks):
                continue
            if self._assessment is not None or self._fits(person, provider, search.outcome_based, package, fit):
                provider.searches[person.key] = search
                search.asked.append(provider)
                if self.takes(provider, person, search.amount, search.parts):
                    search.open.add(k)

    def not_again(self, person: Person, provider: Provider) -> None:
        """Who has given a package back is not asked for the next, unless there is nobody else."""
        if len(self.providers) > 1:
            self._refused.setdefault((person.key, person.packages), set()).add(provider.rank)

    def _fits(self, person: Person, provider: Provider, outcome_based: bool, package: int, fit: float) -> bool:
        return outcome_based or uniform(person.key, self._fit_key ^ provider.key, package) < fit

    def takes(self, provider: Provider, person: Person, amount: int, parts: Parts) -> bool:
        """Whether a provider has the room and may start someone."""
        return provider.room(amount, parts) and not (provider.barred and self.barred(provider, person))

    def barred(self, provider: Provider, person: Person) -> bool:
        """Whether an embargo keeps a provider from starting someone."""
        barred = provider.barred
        return barred >= 1.0 or (
            barred > 0.0 and uniform(person.key, self._embargo_key ^ provider.key, person.packages) < barred
        )

    def stop(self, search: Search) -> None:
        """End a search; another for the same package goes on with the clock as it stands."""
        person = search.person
        key = person.key
        if self._searches.pop(key, None) is None:
            return
        self._run_down(search)
        if search.tried is not None:
            self._let_go(search, search.amount, search.parts)
        person.search = None
        person.clocks[-self.order] = [search.left]
        for provider in search.asked:
            provider.searches.pop(key, None)
        search.live = False
        search.comes(NEVER)

    def _let_go(self, search: Search, amount: int, parts: Parts) -> None:
        """The place kept is given back, and the search begins anew."""
        assert search.tried is not None
        search.tried.use(-amount, less(parts))
        search.tried = None
        search.left = self._afresh(search.person)
        search.since = self.world.rounds.now
        self._until_open.pop(search.person.key, None)
        search.comes(NEVER)

    def resize(self, search: Search) -> None:
        """The person's need has changed: so does the amount that is looked for."""
        person = search.person
        before, search.amount = search.amount, search.station.units(person)
        parts, search.parts = search.parts, self.parts(person, search.amount)
        search.sourcing.seeks(person, search.amount)
        if search.tried is not None:
            more, of_each = search.amount - before, change(parts, search.parts)
            tried, station = search.tried, search.station
            if tried.banded(of_each) if more <= 0 else self.can_give(tried, person, station, more, of_each):
                tried.use(more, of_each)
            else:
                self._let_go(search, before, parts)
        search.open.clear()
        for provider in search.asked:
            provider.searches.pop(person.key, None)
        search.asked.clear()
        self._ask(search)
        self._rearm(search)

    def place_stock(self, person: Person, amount: int, parts: Parts, station: PackageStation) -> Provider:
        """The provider of someone here at the start: found as care is found now; without room, who has most to spare.

        Offers come alike from every provider with room and a fit, so in time the small ones are full and what is free
        is with the large; a place opened otherwise drifts there.
        """
        free = [p for p in self.providers if p.room(amount, parts)]
        serving = self.serving(person, station)
        room = free if serving is self.providers else [p for p in serving if p in free] or free
        if self._sought and not self.outcome_based(person):
            fit = self._fit[self.world.today - self.world.days.first]
            fits = [p for p in room if uniform(person.key, self._fit_key ^ p.key, person.packages) < fit]
            room = fits or room
        if room:
            weights = [(p.key, 1.0 if self._sought else float(p.capacity - p.used)) for p in room]
            found = room[choose(person.key, self.choice_key, 0, weights)]
        else:
            found = max(self.providers, key=lambda provider: provider.spare(parts))
        found.used += amount
        if found.by_band is not None:
            found.by_band.use(parts)
        return found

    def dispatch(self) -> None:
        """Tell the searches which providers have room now, and serve the walk-ins."""
        changed, self._changed = self._changed, {}
        again: dict[int, Search] = {}
        for provider in changed.values():
            free = provider.capacity - provider.used
            k = provider.rank
            barred, by_band = provider.barred, provider.by_band
            for key, search in provider.searches.items():
                takes = search.amount <= free and (by_band is None or by_band.room(search.parts))
                if takes and barred:
                    takes = not self.barred(provider, search.person)
                if takes != (k in search.open):
                    search.open ^= {k}
                    again[key] = search
        for search in again.values():
            self._rearm(search)
        self.walk_ins.serve()

    def serving(self, person: Person, station: PackageStation) -> list[Provider]:
        ranks = self._reach.ranks(person, station)
        return self.providers if ranks is None else [self.providers[k] for k in sorted(ranks)]

    def _rearm(self, search: Search) -> None:
        if search.tried is not None:
            return
        self._run_down(search)
        search.rate = search.offers[self.world.today - self.world.days.first] * len(search.open)
        rate = search.rate
        search.comes(ceil_to_grid(search.since + search.left / rate) if rate > 0.0 else NEVER)

    def _run_down(self, search: Search) -> None:
        now = self.world.rounds.now
        left = search.left - search.rate * (now - search.since)
        search.left = left if left > 0.0 else 0.0
        search.since = now

    def offer(self, search: Search) -> None:
        """The clock of a search has run out."""
        person = search.person
        who = self.providers
        room = [k for k in sorted(search.open) if self.takes(who[k], person, search.amount, search.parts)]
        if not room:
            search.open.clear()
            self._run_down(search)
            search.left = 0.0
            search.rate = 0.0
            return
        options = [(self.providers[k].key, 1.0) for k in room]
        chosen = room[choose(person.key, self.choice_key, person.use(self.choice_key), options)]
        provider = self.providers[chosen]
        if self._assessment is not None:
            self._assess(search, provider)
            return
        self._start(search, provider)

    def _assess(self, search: Search, provider: Provider) -> None:
        """The provider keeps a place and looks for itself; meanwhile no other offer comes."""
        assert self._assessment is not None
        person = search.person
        self._run_down(search)
        search.left = search.rate = 0.0
        search.tried = provider
        provider.use(search.amount, search.parts)
        u = uniform(person.key, self._assessment_key ^ provider.key, person.packages)
        search.comes(ceil_to_grid(self.world.rounds.now + self._assessment(person)(u)))
        self.world.rounds.settle()

    def answer(self, search: Search) -> None:
        """The provider takes the person, or does not and is not asked again."""
        person, provider = search.person, search.tried
        assert provider is not None
        search.tried = None
        provider.use(-search.amount, less(search.parts))
        fit = self._fit[self.world.today - self.world.days.first]
        if self._fits(person, provider, search.outcome_based, person.packages, fit):
            self._start(search, provider)
            return
        provider.searches.pop(person.key, None)
        search.open.discard(provider.rank)
        self._refused.setdefault((person.key, person.packages), set()).add(provider.rank)
        search.left = self._afresh(person)
        search.since = self.world.rounds.now
        self._rearm(search)
        self.world.rounds.settle()

    def _afresh(self, person: Person) -> float:
        """A new clock for the same package: the one before has fired."""
        return exponential(person.key, self._clock_key, _AGAIN + person.use(self._clock_key))

    def _start(self, search: Search, provider: Provider) -> None:
        """Care starts, or the provider keeps the place until it may."""
        if self.opening.open():
            self._take_up(search, provider)
            return
        self._run_down(search)
        search.left = search.rate = 0.0
        search.tried = provider
        provider.use(search.amount, search.parts)
        self._until_open[search.person.key] = search
        self.world.rounds.settle()

    def _opens(self, _: Any) -> None:
        """What was found meanwhile starts, and walk-ins are served."""
        self.world.rounds.touch(self)
        for search in list(self._until_open.values()):
            provider, search.tried = search.tried, None
            if provider is not None:
                del self._until_open[search.person.key]
                provider.use(-search.amount, less(search.parts))
                self._take_up(search, provider)
        self.world.rounds.settle()

    def _take_up(self, search: Search, provider: Provider) -> None:
        person = search.person
        self.stop(search)
        del person.clocks[-self.order]
        provider.use(search.amount, search.parts)
        person.offer = (provider, search.amount, search.parts, search.outcome_based)
        person.resume(OFFER)
        self.world.rounds.settle()
