"""The providers of a market: of unequal size, each with its own hours or beds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine.draws import name_key

if TYPE_CHECKING:
    from sim.world.market import Market, Search

__all__ = ["Provider", "from_the_second", "grown", "shared_out"]


class Provider:
    """Hours or beds of one provider."""

    __slots__ = ("barred", "capacity", "code", "key", "market", "rank", "searches", "used")

    def __init__(self, market: Market, name: str, rank: int) -> None:
        self.market = market
        self.rank = rank
        self.code = market.world.names.code(name)
        self.key = name_key(name)
        self.capacity = 0
        self.used = 0
        self.barred = 0.0
        """Share of people for whom it may start nothing: 0 or 1, between for the last one under an embargo."""
        self.searches: dict[int, Search] = {}
        """By person: those it would fit, as far as is known."""

    def use(self, amount: int) -> None:
        """Take (or, negative, give back) an amount; who waits hears of it when the instant settles."""
        self.used += amount
        self.market.change(self)


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
