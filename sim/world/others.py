"""Those who are not in the scenario and have places of a pool: residents it does not follow, planned care."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.pool import Pool
    from sim.scenario.schema import PoolSpec
    from sim.world.world import World

__all__ = ["Others"]


class Others:
    """How many places others have, fixed at midnight.

    They have what ``others`` says. Of these the planned share is put off as far as places are short for the people
    of the scenario who are there or wait; the rest come as soon as places are free, and nobody else starts before.
    """

    def __init__(self, world: World, name: str, spec: PoolSpec) -> None:
        assert spec.others is not None
        every_day = world.plan.compiler.every_day
        self.wanted = [math.floor(value + 1e-9) for value in every_day(spec.others)]
        self.planned = every_day(spec.planned)
        self.kept = 0
        """Places that are not for the people of the scenario today."""
        self._world = world
        self._codes = tuple(world.names.code(f"pool:{name}.{what}") for what in ("others", "put_off"))
        self._logged = (-1, -1)

    def midnight(self, i: int, places: int, pool: Pool) -> int:
        """Places that are not for the people of the scenario on day ``i`` from the first, of so many."""
        wanted = self.wanted[i]
        unplanned = wanted - math.floor(self.planned[i] * wanted)
        self.kept = min(places, max(unplanned, min(wanted, places - pool.used - pool.waiting)))
        here = min(self.kept, max(0, places - pool.used))
        now = (here, wanted - self.kept)
        for code, value, before in zip(self._codes, now, self._logged, strict=True):
            if value != before:
                self._world.level(code, value)
        self._logged = now
        return self.kept
