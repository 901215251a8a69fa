"""Where a person goes next: an exponential race on the names of the options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.engine.draws import choices, choose, name_key
from sim.scenario.schema import By, Shares
from sim.world.values import Compiler, Picker, Table

if TYPE_CHECKING:
    from sim.scenario.schema import SharesBy
    from sim.world.people import Person
    from sim.world.station import Station

__all__ = ["RETURN", "Router"]

RETURN: Final = "return"
"""The option that leads back to the package held."""


class Router:
    """Draws the next station's id from a table that may depend on the person and the day."""

    __slots__ = ("_only", "_pick", "_shares", "compiler", "depends", "first", "key")

    def __init__(self, shares: SharesBy, decision: str, compiler: Compiler) -> None:
        self._shares = shares
        self._pick: Picker[Table] = compiler.table(shares)
        self._only = compiler.one_table(shares) if isinstance(shares, Shares) else None
        self.key = name_key(decision)
        self.compiler = compiler
        self.depends = compiler.depends(shares)
        """Bits of the attributes that the table is picked by."""
        self.first: dict[int, list[Station]] = {}
        """stream -> the outcome of the first use of each of its people, as long as what it depends on is unchanged."""

    def draw(self, person: Person, count: int) -> str:
        """The outcome of a person's ``count``-th use."""
        table = self._only or self._pick(person)
        if table.single:
            return table.names[0]
        options = table.fixed
        return table.names[
            choose(person.key, self.key, count, options if options is not None else table.on(person.world.today))
        ]

    def choices(self, keys: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[list[str], NDArray[np.int64]] | None:
        """The outcomes of the first use of many people: names, and which of them each person's is.

        None where a table is dated or depends on what they hold.
        """
        if self.depends < 0:
            return None
        names: dict[str, int] = {}
        out = np.zeros(len(keys), np.int64)
        if not self._fill(self._shares, keys, rows, np.ones(len(keys), bool), names, out):
            return None
        return list(names), out

    def _fill(
        self,
        shares: object,
        keys: NDArray[np.int64],
        rows: NDArray[np.int64],
        who: NDArray[np.bool_],
        names: dict[str, int],
        out: NDArray[np.int64],
    ) -> bool:
        if isinstance(shares, By):
            compiler = self.compiler
            by = rows[:, compiler.index[shares.by]]
            for level, code in compiler.levels[shares.by].items():
                mask = who & (by == code)
                row = shares.row(level)
                if row is not None and mask.any() and not self._fill(row, keys, rows, mask, names, out):
                    return False
            return True
        assert isinstance(shares, Shares)
        table = self.compiler.one_table(shares)
        if table.fixed is None:
            return False
        codes = [names.setdefault(name, len(names)) for name in table.names]
        if table.single:
            out[who] = codes[0]
        else:
            out[who] = np.array(codes)[choices(keys[who], self.key, 0, table.fixed)]
        return True
