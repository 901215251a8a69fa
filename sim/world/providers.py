"""The providers of a market, of unequal size; whom they serve; and the searches that hear from them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.engine.draws import name_key, uniform
from sim.engine.grid import NEVER
from sim.engine.rounds import Happening

if TYPE_CHECKING:
    from sim.scenario.schema import Number
    from sim.world.bands import BandRoom, Parts
    from sim.world.care import PackageStation, SourcingStation
    from sim.world.market import Market
    from sim.world.people import Person

__all__ = ["OFFER", "Provider", "Reach", "Search", "from_the_second", "grown", "shared_out"]

OFFER: Final = "offer"
"""What a person is told when a provider has been found."""


class Provider:
    """Hours or beds of one provider."""

    __slots__ = ("barred", "by_band", "capacity", "code", "key", "market", "rank", "searches", "used")

    def __init__(self, market: Market, name: str, rank: int) -> None:
        self.market = market
        self.rank = rank
        self.code = market.world.names.code(name)
        self.key = name_key(name)
        self.capacity = 0
        self.used = 0
        self.barred = 0.0
        """Share of people for whom it may start nothing: 0 or 1, between for the last one under an embargo."""
        self.by_band: BandRoom | None = None
        """What it has in each visit band, where the market has bands."""
        self.searches: dict[int, Search] = {}
        """By person: those it would fit, as far as is known."""

    def room(self, amount: int, parts: Parts) -> bool:
        """Whether so much more is free, in each band too."""
        return amount <= self.capacity - self.used and (self.by_band is None or self.by_band.room(parts))

    def spare(self, parts: Parts) -> int:
        """What is free, in the tightest of the bands that such a package takes."""
        if self.by_band is None:
            return self.capacity - self.used
        return min(free for free, part in zip(self.by_band.free, parts, strict=True) if part)

    def banded(self, parts: Parts) -> bool:
        """Whether so much more is free in each band, however the hours stand."""
        return self.by_band is None or self.by_band.room(parts)

    def use(self, amount: int, parts: Parts) -> None:
        """Take (or, negative, give back) an amount; who waits hears of it when the instant settles."""
        self.used += amount
        if self.by_band is not None:
            self.by_band.use(parts)
        self.market.change(self)


class Search(Happening):
    """One person's search: a unit-exponential clock that runs at ``offers`` times the providers with room and a fit.

    It is the heap's own event of the next offer, or of the answer of the provider that assesses the person.
    """

    __slots__ = (
        "amount", "asked", "at", "due", "left", "market", "offers", "open", "outcome_based", "parts", "person", "rate",
        "since", "sourcing", "station", "tried",
    )  # fmt: skip

    def __init__(
        self,
        market: Market,
        person: Person,
        station: PackageStation,
        amount: int,
        parts: Parts,
        outcome_based: bool,
        offers: list[float],
        left: float,
        since: float,
        sourcing: SourcingStation,
    ) -> None:
        self.market = market
        self.person = person
        self.sourcing = sourcing
        """Where the search is."""
        self.station = station
        """Where the package will be."""
        self.amount = amount
        self.parts = parts
        """What it comes to in each visit band."""
        self.outcome_based = outcome_based
        self.offers = offers
        self.left = left
        self.since = since
        self.rate = 0.0
        self.open: set[int] = set()
        """Indexes of the providers that fit, may start someone and have room."""
        self.asked: list[Provider] = []
        """Those it may hear from."""
        self.tried: Provider | None = None
        """The provider that assesses the person now, with a place kept."""
        self.due = NEVER
        """When it comes."""
        self.at = NEVER
        """When it stands in the heap: then or sooner, to be put off. What stands there for another time is void."""
        self.live = True

    def comes(self, time: float) -> None:
        """The next offer or answer comes at a grid time; infinite: none comes."""
        self.due = time
        if time < self.at:
            market = self.market
            if time < market.world.horizon:
                self.at = time
                market.world.rounds.push(time, market.prio + self.person.key, self)

    def happen(self) -> None:
        now = self.market.world.rounds.now
        if now != self.at:
            return
        self.at = NEVER
        due, self.due = self.due, NEVER
        if due > now:
            self.comes(due)
        elif self.tried is None:
            self.market.offer(self)
        else:
            self.market.answer(self)


class Reach:
    """Which providers serve whom: people of some levels, and those whose care takes two workers."""

    def __init__(self, market: Market) -> None:
        compiler = market.world.plan.compiler
        spec = market.spec
        self._market = market
        count = spec.providers
        self._double = (
            [frozenset(range(math.floor(share * count + 0.5))) for share in compiler.every_day(spec.double_handed)]
            if _less(spec.double_handed)
            else None
        )
        self._levels = [
            (compiler.index[attribute], {
                compiler.levels[attribute][level]: self._of(f"{attribute}:{level}", share)
                for level, share in levels.items() if _less(share)
            })
            for attribute, levels in spec.serves.items()
        ]  # fmt: skip
        sets = [days for _, by_level in self._levels for days in by_level.values()]
        sets += [self._double] if self._double is not None else []
        self.everyone = not sets
        """All of them serve all, always."""
        self.turns = {i for days in sets for i in range(1, len(days)) if days[i] != days[i - 1]}
        """The days on which others serve than on the day before."""

    def _of(self, what: str, share: Number) -> list[frozenset[int]]:
        """The ranks of those who do, by day: drawn once for each, so that they remain when the share rises."""
        market = self._market
        key = name_key(f"serves:{market.name}:{what}")
        luck = [uniform(market.world.replication_key, key ^ p.key, 0) for p in market.providers]
        least = luck.index(min(luck))
        known: dict[float, frozenset[int]] = {}
        for value in market.world.plan.compiler.every_day(share):
            if value not in known:
                who = {k for k, u in enumerate(luck) if u < value}
                known[value] = frozenset(who | {least} if value > 0.0 else who)
        return [known[value] for value in market.world.plan.compiler.every_day(share)]

    def ranks(self, person: Person, station: PackageStation) -> frozenset[int] | None:
        """The ranks of the providers who serve someone today; None: all."""
        if self.everyone:
            return None
        i = self._market.world.today - self._market.world.days.first
        found: frozenset[int] | None = None
        for index, by_level in self._levels:
            days = by_level.get(person.attributes[index])
            if days is not None:
                found = days[i] if found is None else found & days[i]
        if self._double is not None and station.double_handed(person):
            found = self._double[i] if found is None else found & self._double[i]
        return found


def _less(share: Number) -> bool:
    """Whether not all of them do, at some time."""
    return share.value < 1.0 or bool(share.changes or share.profile)


def from_the_second(shares: list[float], total: float) -> list[float]:
    """How much of each provider makes up a share of the market: from the second largest down, the largest last."""
    found = [0.0] * len(shares)
    left = total
    for k in (*range(1, len(shares)), 0):
        if left <= 1e-12:
            break
        found[k] = min(1.0, left / shares[k])
        left -= shares[k]
    return found


def shared_out(units: int, shares: list[float]) -> list[int]:
    """Whole units by share, the remainder to the largest fractions: they add up."""
    exact = [units * share for share in shares]
    whole = [math.floor(x) for x in exact]
    by_fraction = sorted(range(len(shares)), key=lambda k: (whole[k] - exact[k], k))
    for k in by_fraction[: units - sum(whole)]:
        whole[k] += 1
    return whole


def grown(rates: list[float], start: int, day: float) -> list[float]:
    """The factor that growth has come to on each day; 1 on the day at index ``start``."""
    logs = [0.0] * len(rates)
    for i in range(start + 1, len(rates)):
        logs[i] = logs[i - 1] + rates[i - 1] * day
    for i in range(start - 1, -1, -1):
        logs[i] = logs[i + 1] - rates[i] * day
    return [math.exp(x) for x in logs]
