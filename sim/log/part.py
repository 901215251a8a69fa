"""A part of a replication as though it had been the whole: the first year of two, or the second."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.log.tables import SPELL_TYPES, Log

__all__ = ["part"]

_TYPE = {name: code for code, name in enumerate(SPELL_TYPES)}
_OPEN = {"service": "open_service", "held": "open_held"}


def part(log: Log, begin: float, end: float) -> Log:
    """The log as it would have been written had the reported time run from ``begin`` to ``end``.

    What happened later is not in it, what was under way at ``end`` is open, and times count from ``begin``. What came
    before stays, as a warm-up. A stay of falling hours that is open keeps their mean to its later end.
    """
    if begin == 0.0 and end >= log.horizon:
        return log
    spells = log.spells
    kept = {name: column[_began(spells, end)] for name, column in spells.items()}
    still = ~(kept["ended"] < end)
    kinds = kept["type"].copy()
    for closed, opened in _OPEN.items():
        kinds[still & (kinds == _TYPE[closed])] = _TYPE[opened]
    unserved = still & np.isin(kinds, (_TYPE["open_service"], _TYPE["renege"])) & ~(kept["started"] < end)
    kinds[unserved] = _TYPE["open_wait"]
    kinds[still & (kinds == _TYPE["renege"])] = _TYPE["open_service"]
    started = np.where(unserved, np.nan, kept["started"])
    ended = np.where(still, np.nan, kept["ended"])
    kept |= {"type": kinds, "joined": kept["joined"] - begin, "started": started - begin, "ended": ended - begin}
    kept["amount"] = _then_sought(kept, kinds, still)
    unknown = still & (kinds != _TYPE["transfer"]) & (kinds != _TYPE["open_held"])
    for name in ("to", "cause", "reason"):
        kept[name] = np.where(unknown, 0, kept[name]).astype(kept[name].dtype)
    told = kinds != _TYPE["sought"]
    kept = {name: column[told | ~still] for name, column in kept.items()}
    known = log.people["time"] < end
    people = {name: column[known] for name, column in log.people.items()}
    people |= {name: people[name] - begin for name in ("time", "arrived")}
    said = log.levels["time"] < end
    levels = {name: column[said] for name, column in log.levels.items()}
    levels["time"] = levels["time"] - begin
    return replace(log, begin=log.begin - begin, horizon=end - begin, people=people, spells=kept, levels=levels)


def _then_sought(spells: dict[str, np.ndarray], kinds: np.ndarray, still: np.ndarray) -> np.ndarray:
    """The amounts, of a search that is open as it was sought then."""
    found = spells["amount"].copy()
    open_ = np.flatnonzero(still & ((kinds == _TYPE["open_wait"]) | (kinds == _TYPE["open_service"])))
    at = {(spells["person"][row], spells["station"][row]): row for row in open_}
    for row in np.flatnonzero(still & (kinds == _TYPE["sought"])):
        found[at[spells["person"][row], spells["station"][row]]] = spells["amount"][row]
    return found


def _began(spells: dict[str, np.ndarray], end: float) -> np.ndarray:
    """Which spells had begun by then: joined, or for a place kept or a way taken, started."""
    first = np.where(spells["type"] == _TYPE["sought"], spells["started"], np.fmin(spells["joined"], spells["started"]))
    found: np.ndarray = first < end
    return found
