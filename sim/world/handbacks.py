"""Packages given back: providers that fail or close, and care that goes on for a notice while another is sought."""

from __future__ import annotations

import math
from calendar import monthrange
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.engine.draws import name_key, uniform
from sim.engine.grid import ceil_to_grid
from sim.scenario.schema import Event, Number, Package, Sourcing
from sim.world.events import Cause, Causes
from sim.world.providers import from_the_second

if TYPE_CHECKING:
    from sim.scenario.schema import Market as MarketSpec
    from sim.scenario.schema import Scenario
    from sim.world.compiled import Plan
    from sim.world.market import Market
    from sim.world.people import Holding, Person
    from sim.world.providers import Provider

__all__ = ["HandBacks", "failures", "on_notice"]

_NEVER = Number(value=0.0, unit="/day")


def _searched_again(scenario: Scenario) -> dict[str, str]:
    """Package station -> the sourcing station at which a package handed back is searched for."""
    found = {}
    for name, station in scenario.stations.items():
        if isinstance(station, Package) and station.market is not None:
            again = [n for n, s in scenario.stations.items() if isinstance(s, Sourcing) and s.market == station.market]
            if again:
                found[name] = again[0]
    return found


def on_notice(market: MarketSpec) -> bool:
    """Whether care goes on for a while after a package is handed back."""
    return market.notice.value > 0.0 or bool(market.notice.changes)


def failures(plan: Plan) -> dict[str, tuple[Cause, Cause]]:
    """Package station -> (its provider has failed, the notice is over), where either may be."""
    found: dict[str, tuple[Cause, Cause]] = {}
    for name, again in _searched_again(plan.scenario).items():
        station = plan.scenario.stations[name]
        assert isinstance(station, Package)
        assert station.market is not None
        market = plan.scenario.market[station.market]
        gone = (market.failed, market.closures)
        if not (any(number.value or number.changes for number in gone) or on_notice(market)):
            continue
        policy = "keep" if on_notice(market) else "end"
        events = {
            "hand_back": Event(rate=_NEVER, to=again, package=policy),
            "notice_over": Event(rate=_NEVER, to=again, package="end"),
        }
        failed, over = Causes(f"{station.market}:{name}.failure", events, plan.compiler, -1 - len(found)).rated
        found[name] = failed, over
    return found


class HandBacks:
    """What one market's providers give back when they fail, and until when they go on after a hand-back."""

    def __init__(self, market: Market, spec: MarketSpec) -> None:
        self.market = market
        self.world = market.world
        self.failed = self.world.plan.compiler.every_day(spec.failed)
        self.notice = self.world.plan.compiler.every_day(spec.notice)
        self.key = name_key(f"failure:{market.name}")
        self._closed = _closures(market, spec)
        self.gone = [0.0] * spec.providers
        """How much of each provider has failed or closed."""
        self._told: dict[int, Holding] = {}
        """person -> the package that ends when its notice does."""
        self._pending: dict[int, tuple[Person, Holding, bool]] = {}
        """People whose package is to be handed back once they are there, and whether the notice is over."""

    def midnight(self, i: int, sizes: list[float]) -> bool:
        """The failures and closures of the i-th day; whether the capacity of any provider is another."""
        if self._pending:
            self._soon()
        shares = from_the_second(sizes, self.failed[i])
        for rank in self._closed[i] if self._closed else ():
            shares[rank] = 1.0
        if shares == self.gone:
            return False
        before, self.gone = self.gone, shares
        for person in self.world.living():
            holding = person.package
            if holding is None or holding.provider is None or holding.provider.market is not self.market:
                continue
            if self.loses(person, holding.provider, before, person.packages):
                self._pending[person.key] = (person, holding, False)
        if self._pending:
            self._soon()
        return True

    def loses(self, person: Person, provider: Provider, before: list[float], number: int) -> bool:
        """Whether someone's package of a number is of what a provider has lost since so much of each was gone."""
        rank = provider.rank
        if self.gone[rank] <= before[rank]:
            return False
        return before[rank] <= uniform(person.key, self.key ^ provider.key, number) < self.gone[rank]

    def _soon(self) -> None:
        """After the instant's capacities and ends: among its clocks."""
        self.world.rounds.call(self.world.env.now, self.market.prio, self._give_back)

    def _give_back(self, _: Any) -> None:
        for key in sorted(self._pending):
            person, holding, over = self._pending[key]
            if person.package is not holding:
                del self._pending[key]
            elif holding.mode == "here":
                del self._pending[key]
                self._hand_back(person, holding, over)
        self.world.rounds.settle()

    def _hand_back(self, person: Person, holding: Holding, over: bool) -> None:
        """The person goes looking, with the package for as long as its notice runs."""
        station = holding.station
        cause = self.world.plan.failures[station.id][over]
        race = person.race
        assert race is not None
        race.stop(person)
        person.race = None
        station.led_away(person, cause, race)

    def given_notice(self, person: Person, holding: Holding) -> None:
        """The package has been handed back; care goes on until the notice is over."""
        if self._told.get(person.key) is holding:
            return
        self._told[person.key] = holding
        notice = self.notice[self.world.today - self.world.days.first]
        time = ceil_to_grid(self.world.env.now + notice)
        if time < self.world.horizon:
            self.world.rounds.call(time, self.market.prio + person.key, partial(self._notice_over, person, holding))

    def _notice_over(self, person: Person, holding: Holding, _: Any) -> None:
        if person.package is not holding:
            return
        if person.station is not None and person.station.id == self.world.plan.failures[holding.station.id][0].to:
            self.world.end_package(person)
            self.world.rounds.settle()
        else:
            self._pending[person.key] = (person, holding, True)
            self._give_back(None)


def _closures(market: Market, spec: MarketSpec) -> list[set[int]]:
    """The ranks of the providers closed on each day; empty where none ever closes.

    Each month a provider closes with probability 1 - exp(-closures) on a day of it, by luck of its own and the month's;
    the months before the run are gone through too, so that some are closed when it begins.
    """
    if not (spec.closures.value or spec.closures.changes):
        return []
    world = market.world
    days, compiler = world.days, world.plan.compiler
    rates, gaps = compiler.every_day(spec.closures), compiler.every_day(spec.replaced_after)
    closed: list[set[int]] = [set() for _ in range(len(days))]
    mean = sum(1.0 / k for k in range(1, spec.providers + 1)) / spec.providers
    when, which = name_key(f"closes:{market.name}"), name_key(f"closing day:{market.name}")
    begin = days.first - math.ceil(gaps[0] / days.length) - 31
    for provider in market.providers:
        if 1.0 / (provider.rank + 1) >= mean:
            continue
        back = begin
        for day in range(begin, days.last + 1):
            today = days.start + timedelta(days=day)
            if today.day != 1 or day < back:
                continue
            length, month = monthrange(today.year, today.month)[1], today.year * 12 + today.month
            rate = rates[max(0, day - days.first)] * length * days.length
            if uniform(world.replication_key, when ^ provider.key, month) >= -math.expm1(-rate):
                continue
            luck = uniform(world.replication_key, which ^ provider.key, month)
            closes = day + int(luck * length)
            back = closes + math.ceil(gaps[max(0, min(day, days.last) - days.first)] / days.length)
            for gone in range(max(closes, days.first), min(back, days.last + 1)):
                closed[gone - days.first].add(provider.rank)
    return closed
