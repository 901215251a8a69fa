"""The log: the only output of a replication, three tables of columns.

``people``: a row when a person arrives and at each change of an attribute. ``spells``: what happened where, and when.
``levels``: capacities, people in post, speeds; a row when the value changes. Names are interned: a column of codes
indexes ``Log.names`` (code 0 is the empty name). Times are in the scenario's unit from ``run.start``; NaN: not yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct

import numpy as np

__all__ = [
    "SPELL_COLUMNS",
    "SPELL_RECORD",
    "SPELL_TYPES",
    "Log",
    "Names",
    "split",
    "table",
]

SPELL_TYPES = (
    "service", "renege", "held", "transfer", "lost", "open_wait", "open_service", "open_held", "swap", "sought",
    "away",
)  # fmt: skip
"""``service``: joined, started, ended here. ``renege``: joined, left the wait at ``ended`` by ``cause``.
``held``: a place or package kept from ``started`` to ``ended`` while the person is elsewhere. ``transfer``: on the way.
``lost``: refused for want of room at ``joined``. ``open_*``: still going at the horizon (``ended`` is NaN).
``sought``: the amount that the search of ``joined`` was for from ``started`` to ``ended``, when it became another.
``away``: from an exit until the person came back by ``cause``."""

SPELL_COLUMNS = (
    ("person", np.int64),
    ("station", np.int32),
    ("type", np.int8),
    ("joined", np.float64),
    ("started", np.float64),
    ("ended", np.float64),
    ("amount", np.float64),
    ("pool", np.int32),
    ("origin", np.int32),
    ("to", np.int32),
    ("cause", np.int32),
    ("reason", np.int32),
    ("route", np.int32),
    ("class", np.int32),
)
"""``amount`` in hours a week or places, of a search as sought last, 0 where it is for none; ``pool`` the pool, team,
market or provider; ``origin`` the station before; ``to`` the station after; ``cause`` the event that ended it ('' = its
own end); ``reason`` of a renege or cut service: 'excess' (caused by waiting) or 'background'; of a held spell the
station waited for, of a package 'kept' or 'hold'."""


class Names:
    """Interns names as small integers, in order of first use; 0 is the empty name."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {"": 0}

    def code(self, name: str) -> int:
        """The code of a name, new or known."""
        return self.codes.setdefault(name, len(self.codes))


@dataclass(frozen=True)
class Log:
    """One replication of one world."""

    names: tuple[str, ...]
    begin: float
    """Start of the warm-up (0 or below)."""
    horizon: float
    """End of the reported time; spells open here are written as open."""
    day: float
    """Time units in a day."""
    people: dict[str, np.ndarray]
    """person int64 (stable between worlds), time, stream, arrived, strip, date (day number), index, then a code column
    for each of ``attributes``."""
    spells: dict[str, np.ndarray]
    """``SPELL_COLUMNS``, in order of writing."""
    levels: dict[str, np.ndarray]
    """time float64, thing int32, value float64; things are 'team:x.slots', 'team:x.speed', 'role:x.in_post',
    'pool:x.capacity', 'market:x.capacity'."""
    attributes: tuple[str, ...] = ()

    def name(self, code: int) -> str:
        """The name behind a code."""
        return self.names[code]

    def code(self, name: str) -> int:
        """The code of a name; -1 where the log never used it."""
        try:
            return self.names.index(name)
        except ValueError:
            return -1


_RECORD = np.dtype([(name, np.dtype(t)) for name, t in SPELL_COLUMNS], align=True)
"""Aligned as the bytes below are: columns are copied out of it twice as fast."""
_FORMAT = "".join({"i8": "q", "i4": "i", "i1": "b", "f8": "d"}[np.dtype(t).str[1:]] for _, t in SPELL_COLUMNS) + "0q"
SPELL_RECORD = Struct(_FORMAT)
"""One spell as bytes: packed where it ends, read as columns at the horizon. Route and class are written as levels, and
become names in ``Journal``."""


def table(records: bytes) -> np.ndarray:
    """Packed spells as a table of records."""
    return np.frombuffer(records, _RECORD)


def split(records: np.ndarray) -> dict[str, np.ndarray]:
    """A table of records as columns."""
    return {name: np.ascontiguousarray(records[name]) for name, _ in SPELL_COLUMNS}
