"""Visit bands of a market: a provider's hours by the time of day its rounds have them, and what a package takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.world.providers import shared_out

if TYPE_CHECKING:
    from sim.scenario.schema import Market as MarketSpec
    from sim.world.people import Person
    from sim.world.providers import Provider
    from sim.world.world import World

__all__ = ["Bands", "Parts", "BandRoom", "change", "less"]

Parts = tuple[int, ...]
"""Units of the market in each band, by name of the band; empty where the market has no bands."""


class Bands:
    """How a market's hours are shared out over the visit bands, and in which of them a package has its visits.

    The hours are spread evenly over the visits; units that do not go up in it are with the first of them, one each.
    """

    def __init__(self, world: World, spec: MarketSpec) -> None:
        assert spec.bands is not None
        compiler, days = world.plan.compiler, world.days
        self.names = tuple(sorted(spec.bands.options))
        steady = not spec.bands.diverts and not any(n.changes for n in spec.bands.options.values())
        tables = [
            spec.bands.at(d * days.length) for d in range(days.first, days.first + 1 if steady else days.last + 1)
        ]
        self._shares = [[table[name] for name in self.names] for table in tables] * (len(days) if steady else 1)
        self._visits = compiler.pick(spec.visits, lambda visits: tuple(map(self.names.index, visits)))
        """Where the bands of a person's visits stand among the names, in the order written."""

    def midnight(self, i: int, providers: list[Provider]) -> list[Provider]:
        """Share out what each provider has on the i-th day; those of whom a band has more or less than before."""
        found = []
        for provider in providers:
            by_band = provider.by_band
            assert by_band is not None
            if by_band.resize(provider.capacity, self._shares[i]):
                found.append(provider)
        return found

    def parts(self, person: Person, amount: int) -> Parts:
        """What a package of so many units takes of each band."""
        visits = self._visits(person)
        each, over = divmod(amount, len(visits))
        parts = [0] * len(self.names)
        for n, band in enumerate(visits):
            parts[band] = each + (n < over)
        return tuple(parts)


class BandRoom:
    """What one provider has and uses in each band: the bands add up to its hours."""

    __slots__ = ("_shares", "_whole", "capacity", "free", "used")

    def __init__(self, bands: Bands) -> None:
        self.capacity = [0] * len(bands.names)
        self.used = [0] * len(bands.names)
        self.free = [0] * len(bands.names)
        self._whole = 0
        self._shares: list[float] = []

    def resize(self, capacity: int, shares: list[float]) -> bool:
        """So many units in all, by share, the remainder to the largest fractions; whether that is another capacity."""
        if capacity == self._whole and shares is self._shares:
            return False
        self._whole, self._shares = capacity, shares
        before, self.capacity = self.capacity, shared_out(capacity, shares)
        self.free = [have - used for have, used in zip(self.capacity, self.used, strict=True)]
        return before != self.capacity

    def use(self, parts: Parts) -> None:
        """Take (or, negative, give back) units of each band."""
        used, free = self.used, self.free
        for k, part in enumerate(parts):
            used[k] += part
            free[k] -= part

    def room(self, parts: Parts) -> bool:
        """Whether every band of which more is taken has as much free."""
        free = self.free
        for k, part in enumerate(parts):  # noqa: SIM110 - a generator costs more
            if part > free[k] and part > 0:
                return False
        return True


def less(parts: Parts) -> Parts:
    """The same, given back."""
    return tuple(-part for part in parts)


def change(before: Parts, after: Parts) -> Parts:
    """What is taken more of each band, or less."""
    return tuple(new - old for old, new in zip(before, after, strict=True))
