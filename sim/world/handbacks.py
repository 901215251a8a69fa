"""Packages given back: providers that fail or close, and care that goes on for a notice while another is sought."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sim.engine.draws import name_key, uniform
from sim.engine.grid import ceil_to_grid
from sim.scenario.schema import Event, Number, Package, Sourcing
from sim.world.events import NO_DUE, Cause, causes_of
from sim.world.providers import from_the_second
from sim.world.race import Race

if TYPE_CHECKING:
    from sim.scenario.schema import Market as MarketSpec
    from sim.scenario.schema import Scenario
    from sim.world.market import Market
    from sim.world.people import Holding, Person
    from sim.world.providers import Provider
    from sim.world.values import Compiler

__all__ = ["Failure", "HandBacks", "failures", "on_notice", "searched_again"]

_NEVER: Final = Number(value=0.0, unit="/day")


def searched_again(scenario: Scenario) -> dict[str, str]:
    """Package station -> where its care is looked for again: the first sourcing station of the same market."""
    first: dict[str, str] = {}
    for name, station in scenario.stations.items():
        if isinstance(station, Sourcing):
            first.setdefault(station.market, name)
    return {
        name: first[station.market]
        for name, station in scenario.stations.items()
        if isinstance(station, Package) and station.market in first
    }


def on_notice(market: MarketSpec) -> bool:
    """Whether care goes on for a while after a package is handed back."""
    return market.notice.value > 0.0 or bool(market.notice.changes)


class Failure(NamedTuple):
    """What leads to a search at one package station, apart from hazards."""

    handed_back: Cause
    """The provider has failed: care goes on for the notice, where there is one, or is over."""
    looks_again: Cause
    """Home again, on notice."""
    over: Cause
    """The notice is over, and care with it."""


def failures(scenario: Scenario, again: Mapping[str, str], compiler: Compiler) -> dict[str, Failure]:
    """Package station -> what may follow where its provider fails or gives notice."""
    found: dict[str, Failure] = {}
    for name, to in again.items():
        station = scenario.stations[name]
        assert isinstance(station, Package)
        assert station.market is not None
        market = scenario.market[station.market]
        gone = (market.failed, market.closures)
        if not (any(number.value or number.changes for number in gone) or on_notice(market)):
            continue
        events = {
            "hand_back": Event(rate=_NEVER, to=to, package="keep" if on_notice(market) else "end"),
            "looks_again": Event(rate=_NEVER, to=to, package="keep"),
            "notice_over": Event(rate=_NEVER, to=to, package="end"),
        }
        found[name] = Failure(*causes_of(f"{station.market}:{name}.failure", events, compiler, -1 - len(found)).rated)
    return found


class _Told:
    """Someone whose package its provider has given back."""

    __slots__ = ("holding", "looked", "over", "person")

    def __init__(self, person: Person, holding: Holding, looked: bool = False, over: bool = False) -> None:
        self.person = person
        self.holding = holding
        self.looked = looked
        """Has been sent to look for another."""
        self.over = over
        """The notice is over, or there was none."""


class HandBacks:
    """What one market's providers give back when they fail, and until when they go on after a hand-back.

    Whoever is at home, or only waits for work such as a review, looks for another provider at once, or once home. A
    notice once given stands. When it is over the package is, wherever the person is then.
    """

    def __init__(self, market: Market, spec: MarketSpec) -> None:
        self.market = market
        self.world = market.world
        self.failed = self.world.plan.compiler.every_day(spec.failed)
        self.notice = self.world.plan.compiler.every_day(spec.notice)
        self.key = name_key(f"failure:{market.name}")
        self._closed = _closures(market, spec)
        self.gone = [0.0] * spec.providers
        """How much of each provider has failed or closed."""
        self._told: dict[int, _Told] = {}
        """By person."""

    def midnight(self, i: int, sizes: list[float]) -> bool:
        """The failures and closures of the i-th day; whether the capacity of any provider is another."""
        self._told = {key: told for key, told in self._told.items() if told.person.package is told.holding}
        if self._told:
            self._soon([])
        if i and self.failed[i] == self.failed[i - 1] and (not self._closed or self._closed[i] == self._closed[i - 1]):
            return False
        shares = from_the_second(sizes, self.failed[i])
        for rank in self._closed[i] if self._closed else ():
            shares[rank] = 1.0
        if shares == self.gone:
            return False
        before, self.gone = self.gone, shares
        lost = []
        for person in self.world.entered:  # some of them twice, and some have gone
            station, holding = person.station, person.package
            if holding is None or holding.provider is None or holding.provider.market is not self.market:
                continue
            if station is not None and station.final:
                continue
            if self.loses(person, holding.provider, before, person.packages):
                lost.append((person, holding))
        if lost:
            self._soon(lost)
        return True

    def loses(self, person: Person, provider: Provider, before: list[float], number: int) -> bool:
        """Whether someone's package of a number is of what a provider has lost since so much of each was gone."""
        rank = provider.rank
        if self.gone[rank] <= before[rank]:
            return False
        return before[rank] <= uniform(person.key, self.key ^ provider.key, number) < self.gone[rank]

    def _soon(self, lost: list[tuple[Person, Holding]]) -> None:
        """After the instant's capacities and ends: among its clocks."""
        self.world.rounds.call(self.world.rounds.now, self.market.prio, partial(self._give_back, lost))

    def _give_back(self, lost: list[tuple[Person, Holding]], _: Any) -> None:
        for person, holding in lost:
            known = self._told.get(person.key)
            if person.package is holding and (known is None or known.holding is not holding):
                if on_notice(self.market.spec):
                    self.given_notice(person, holding)
                else:
                    self._told[person.key] = _Told(person, holding, over=True)
        for key in sorted(self._told):
            self._look(self._told[key])
        self.world.rounds.settle()

    def given_notice(self, person: Person, holding: Holding, looked: bool = False) -> None:
        """The package is handed back; care goes on until the notice is over."""
        known = self._told.get(person.key)
        if known is not None and known.holding is holding:
            return
        told = self._told[person.key] = _Told(person, holding, looked)
        notice = self.notice[self.world.today - self.world.days.first]
        time = ceil_to_grid(self.world.rounds.now + notice)
        if time < self.world.horizon:
            self.world.rounds.call(time, self.market.prio + person.key, partial(self._notice_over, told))

    def _notice_over(self, told: _Told, _: Any) -> None:
        told.over = True
        self._look(told)
        self.world.rounds.settle()

    def _look(self, told: _Told) -> None:
        """Go and look, where the person can; else the package is over with its notice, but for work in hand at home."""
        person, holding = told.person, told.holding
        if person.package is not holding:
            return
        station = person.station
        at_home = holding.mode == "here"
        busy = False
        if station is not None and holding.mode == "kept" and person.place is None:
            busy = station.kind == "task" and station.track not in ("hospital", "crisis")
        if at_home or (busy and person.ticket is not None):
            self._hand_back(told)
        elif told.over and not busy:
            self.world.end_package(person)
            race = person.race
            if isinstance(race, Race):
                race.afresh()

    def _hand_back(self, told: _Told) -> None:
        """The person goes looking, with the package for as long as its notice runs."""
        person = told.person
        station = person.station
        assert station is not None
        causes = self.world.plan.failures[told.holding.station.id]
        cause = causes.looks_again if told.looked else causes.handed_back
        if told.over and on_notice(self.market.spec):
            cause = causes.over
        told.looked = True
        race = person.race
        if race is not None:
            race.stop(person)
            person.race = None
        station.led_away(person, cause, race or Race(person, (), NO_DUE))


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
    months = []
    for day in range(begin, days.last + 1):
        today = days.start + timedelta(days=day)
        if today.day == 1:
            length = monthrange(today.year, today.month)[1]
            chance = -math.expm1(-rates[max(0, day - days.first)] * length * days.length)
            months.append((day, length, today.year * 12 + today.month, chance))
    for provider in market.providers:
        if 1.0 / (provider.rank + 1) >= mean:
            continue
        back = begin
        for day, length, month, chance in months:
            if day < back or uniform(world.replication_key, when ^ provider.key, month) >= chance:
                continue
            luck = uniform(world.replication_key, which ^ provider.key, month)
            closes = day + int(luck * length)
            back = closes + math.ceil(gaps[max(0, min(day, days.last) - days.first)] / days.length)
            for gone in range(max(closes, days.first), min(back, days.last + 1)):
                closed[gone - days.first].add(provider.rank)
    return closed
