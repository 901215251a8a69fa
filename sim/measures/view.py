"""A replication as measures read it: its log, sorted once, with the reported window [0, horizon)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.log.tables import SPELL_TYPES, Log
from sim.measures.areas import Floats, presence
from sim.measures.setting import Setting
from sim.measures.waits import Cohort

__all__ = ["MeasureInput", "Rows"]

Rows = npt.NDArray[np.intp]
_TYPE = {name: code for code, name in enumerate(SPELL_TYPES)}


class MeasureInput:
    """One replication of one world. Times are in the scenario's unit; ``rows`` are positions in the spell table.

    The window is [0, horizon): what happened in the warm-up counts only through the people still there at 0.
    """

    def __init__(self, log: Log, setting: Setting) -> None:
        self.log = log
        self.setting = setting
        self.horizon = log.horizon
        self.day = log.day
        self.spells = log.spells
        self._codes = {name: code for code, name in enumerate(log.names)}
        order = np.argsort(log.spells["station"], kind="stable")
        found, starts = np.unique(log.spells["station"][order], return_index=True)
        ends = np.append(starts, len(order))[1:]
        self._of = {int(code): order[a:b] for code, a, b in zip(found, starts, ends, strict=True)}
        self._stock = self.codes(name for name in log.names if name.startswith("stock:"))
        self._nothing: Rows = np.empty(0, np.intp)
        self._found: dict[tuple[str, str], Rows] = {}

    def rows(self, stations: Iterable[str], *types: str) -> Rows:
        """Spells of these types at these stations."""
        parts = [self._one(station, kind) for station in sorted(stations) for kind in types]
        return np.concatenate(parts) if parts else self._nothing

    def _one(self, station: str, kind: str) -> Rows:
        found = self._found.get((station, kind))
        if found is None:
            here = self._of.get(self._codes.get(station, -1), self._nothing)
            found = here[self.spells["type"][here] == _TYPE[kind]]
            self._found[station, kind] = found
        return found

    def codes(self, names: Iterable[str]) -> npt.NDArray[np.intp]:
        """Codes of those of the names that the log uses."""
        return np.array(sorted(self._codes[name] for name in names if name in self._codes), np.intp)

    def waits(self, stations: Iterable[str]) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
        """(joined, until, began) of every wait, those of no length too; until is infinite for those still waiting."""
        stations = frozenset(stations)
        joined = self.spells["joined"]
        begun = self.rows(stations, "service", "open_service")
        left = self.rows(stations, "renege")
        still = self.rows(stations, "open_wait")
        until = (self.spells["started"][begun], self.spells["ended"][left], np.full(len(still), np.inf))
        began = np.zeros(len(begun) + len(left) + len(still), np.bool_)
        began[: len(begun)] = True
        return np.concatenate((joined[begun], joined[left], joined[still])), np.concatenate(until), began

    def cohort(self, stations: Iterable[str]) -> Cohort:
        """Those who joined one of these stations in the window."""
        return Cohort.of(*self.waits(stations), self.horizon)

    def serving(self, stations: Iterable[str]) -> tuple[Floats, Floats, Floats]:
        """(from, until, amount) of every service; until is infinite for those still there."""
        return self._spans(self.rows(stations, "service", "open_service"))

    def held(self, stations: Iterable[str], reasons: Iterable[str] | None = None) -> tuple[Floats, Floats, Floats]:
        """(from, until, amount) of places and packages kept while the person is elsewhere, for these reasons only."""
        rows = self.rows(stations, "held", "open_held")
        if reasons is not None:
            rows = rows[np.isin(self.spells["reason"][rows], self.codes(reasons))]
        return self._spans(rows)

    def _spans(self, rows: Rows) -> tuple[Floats, Floats, Floats]:
        ended = self.spells["ended"][rows]
        return self.spells["started"][rows], np.where(np.isnan(ended), np.inf, ended), self.spells["amount"][rows]

    def mean(self, starts: Floats, ends: Floats, amounts: Floats | None = None) -> float:
        """Time-weighted mean over the window of how many (or how much) lie in [start, end)."""
        lengths = np.clip(ends, 0.0, self.horizon) - np.clip(starts, 0.0, self.horizon)
        return float((lengths if amounts is None else lengths * amounts).sum()) / self.horizon

    def within(self, times: Floats) -> npt.NDArray[np.bool_]:
        """Which of these times lie in the window."""
        return (times >= 0.0) & (times < self.horizon)

    def a_year(self, count: float) -> float:
        """A count in the window as a rate a year of 365 days."""
        return count * 365.0 * self.day / self.horizon

    def starts(self, stations: Iterable[str]) -> Rows:
        """Services begun in the window; people there at the opening and returns to a package already held left out."""
        stations = frozenset(stations)
        rows = self.rows(stations, "service", "open_service")
        started = self.spells["started"][rows]
        rows = rows[self.within(started) & ~self.opening(rows)]
        kept = self.rows(stations, "held")
        kept = kept[np.isin(self.spells["reason"][kept], self.codes(("kept", "hold")))]
        if len(kept) and len(rows):
            back = set(self._moments(kept, "ended"))
            new = [moment not in back for moment in self._moments(rows, "started")]
            rows = rows[np.array(new, np.bool_)]
        chosen: Rows = rows
        return chosen

    def opening(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Which of these spells began with the run, for people who were there at the opening."""
        spells = self.spells
        at_once = spells["started"][rows] == self.log.begin
        if not len(self._stock) or not at_once.any():
            return np.zeros(len(rows), np.bool_)
        there: npt.NDArray[np.bool_] = np.isin(spells["class"][rows], self._stock)
        if len(self._opened):
            there |= np.isin(spells["person"][rows], self._opened)
        there &= at_once
        return there

    @cached_property
    def _opened(self) -> npt.NDArray[np.int64]:
        """People who were there at the opening."""
        people = self.log.people
        if "stream" not in people:
            return np.empty(0, np.int64)
        found: npt.NDArray[np.int64] = people["person"][np.isin(people["stream"], self._stock)]
        return found

    @cached_property
    def several_classes(self) -> bool:
        """Whether people of more than one class are in the log."""
        return len(np.unique(self.spells["class"])) > 1

    def _moments(self, rows: Rows, time: str) -> list[tuple[int, int, float]]:
        spells = self.spells
        columns = (spells["person"][rows], spells["station"][rows], spells[time][rows])
        return list(zip(*(column.tolist() for column in columns), strict=True))

    @cached_property
    def edges(self) -> Floats:
        """Edges of the periods of a daily series: days, or fiftieths of a window shorter than 20 days."""
        step = self.day if self.horizon >= 20.0 * self.day else self.horizon / 50.0
        count = max(1, int(np.ceil(self.horizon / step - 1e-9)))
        edges: Floats = np.minimum(np.arange(count + 1) * step, self.horizon)
        return edges

    def series(self, starts: Floats, ends: Floats, amounts: Floats | None = None) -> Floats:
        """Mean present in each period between ``edges``."""
        return presence(self.edges, starts, ends, amounts)

    def counts(self, times: Floats) -> Floats:
        """How many of these times fall in each period, a day."""
        found: Floats = np.histogram(times[self.within(times)], self.edges)[0] * (self.day / np.diff(self.edges))
        return found

    def level(self, thing: str) -> tuple[Floats, Floats]:
        """(times, values) of a level, each holding until the next; empty where the log has none."""
        levels = self.log.levels
        rows = levels["thing"] == self._codes.get(thing, -1)
        return levels["time"][rows], levels["value"][rows]

    def level_mean(self, thing: str) -> float:
        """Time-weighted mean of a level over the window; nan where the log has none."""
        times, values = self.level(thing)
        if not len(times):
            return float("nan")
        return self.mean(times, np.append(times[1:], np.inf), values)

    @cached_property
    def things(self) -> tuple[str, ...]:
        """Names of the levels in the log, sorted."""
        return tuple(sorted(self.log.names[code] for code in np.unique(self.log.levels["thing"])))

    @cached_property
    def care_waits(self) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
        """(joined, until, began) from joining sourcing to the start of the package found.

        A search that was left, or led to no package, ends without a start. The package is the person's next spell.
        """
        sourcing = self.setting.named(counts_as="care_sourcing")
        spells = self.spells
        served = self.rows(sourcing, "service")
        rows = np.concatenate((served, self.rows(sourcing, "open_service", "renege", "open_wait")))
        until = np.where(np.isnan(spells["ended"][rows]), np.inf, spells["ended"][rows])
        began = np.zeros(len(rows), np.bool_)
        following = self.rows(self.setting.named(kind="package"), "service", "open_service", "renege", "open_wait")
        after = dict(zip(self._pairs(following, "joined"), following.tolist(), strict=True))
        for place, pair in enumerate(self._pairs(served, "ended")):
            row = after.get(pair)
            if row is None:
                continue
            began[place] = not np.isnan(spells["started"][row])
            end = spells["started" if began[place] else "ended"][row]
            until[place] = np.inf if np.isnan(end) else end
        return spells["joined"][rows], until, began

    def _pairs(self, rows: Rows, time: str) -> list[tuple[int, float]]:
        return list(zip(self.spells["person"][rows].tolist(), self.spells[time][rows].tolist(), strict=True))
