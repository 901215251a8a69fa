"""Where a person goes next: an exponential race on the names of the options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.draws import choose, name_key
from sim.world.values import Compiler, Picker, Table

if TYPE_CHECKING:
    from sim.scenario.schema import SharesBy
    from sim.world.people import Person

__all__ = ["RETURN", "Router"]

RETURN = "return"
"""The option that leads back to the package held."""


class Router:
    """Draws the next station's id from a table that may depend on the person and the day."""

    __slots__ = ("_pick", "key")

    def __init__(self, shares: SharesBy, decision: str, compiler: Compiler) -> None:
        self._pick: Picker[Table] = compiler.table(shares)
        self.key = name_key(decision)

    def next(self, person: Person) -> str:
        """The id of the next station, or ``return``."""
        table = self._pick(person)
        count = person.use(self.key)
        if table.single:
            return table.names[0]
        return table.names[choose(person.key, self.key, count, table.on(person.world.today))]
