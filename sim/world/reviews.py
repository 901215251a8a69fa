"""A review of a package that goes on: its hours are raised or lowered to what the need is now, or left as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.draws import name_key
from sim.scenario import schema
from sim.world.bands import change
from sim.world.task import TaskStation

if TYPE_CHECKING:
    from sim.world.people import Holding, Person
    from sim.world.station import Station
    from sim.world.world import World

__all__ = ["ReviewStation"]


class ReviewStation(TaskStation):
    """A task at whose end the hours of the package held may change.

    What fits is the amount of the person's package, by the same luck, at the need of now: need that rose or eased since
    the hours were set has left them behind until then.
    """

    def __init__(self, world: World, name: str, spec: schema.Task) -> None:
        super().__init__(world, name, spec)
        assert spec.adjusts is not None
        self.adjusts = spec.adjusts
        self.adjust_key = name_key(f"{self.stream}:adjusts")
        self.simple = False
        self.routed = {}
        self.again = world.plan.again

    def onward(self, person: Person, first: bool) -> Station | None:
        """Back to the package; to look for another provider where its own cannot give what fits."""
        station = super().onward(person, first)
        holding = person.package
        if holding is None or station is not holding.station or self._adjust(person, holding):
            return station
        again = self.again.get(holding.station.id)
        return self.stations[again] if again else station

    def _adjust(self, person: Person, holding: Holding) -> bool:
        """Change the hours, for the share of whom it is so; False where the provider cannot give more.

        Fewer hours, or as many, that have no room in the bands they would move to stay as they are.
        """
        station = holding.station
        fits = station.fits(person, holding)
        provider = holding.provider
        parts = provider.market.parts(person, fits) if provider is not None else ()
        if fits == holding.amount and parts == holding.parts:
            return True
        share = self.adjusts.up if fits > holding.amount else self.adjusts.down
        time = self.world.today * self.world.days.length
        stays = person.luck(self.adjust_key) >= share.at(time)
        if stays and not (holding.outcome_based and fits < holding.amount):
            return True
        if provider is not None:
            more, of_each = fits - holding.amount, change(holding.parts, parts)
            if more <= 0:
                if not provider.banded(of_each):
                    return True
            elif not provider.market.can_give(provider, person, station, more, of_each):
                return False
        self.world.resize_package(person, holding, fits, parts)
        return True
