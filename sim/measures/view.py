"""A replication as measures read it: its log, sorted once, with the reported window [0, horizon)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.log.tables import SPELL_TYPES, Log
from sim.measures.areas import Floats, presence
from sim.measures.discharges import Discharges
from sim.measures.ledger import Ledger
from sim.measures.moments import Bools, Moments, Rows
from sim.measures.searches import Searches
from sim.measures.setting import Setting
from sim.measures.waits import Cohort, Waits

__all__ = ["MeasureInput", "Rows"]

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
        self._waits: dict[tuple[frozenset[str] | None, bool | None], Waits] = {}
        self._cohorts: dict[Waits, Cohort] = {}

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

    def begun(self, stations: Iterable[str]) -> Rows:
        """Spells here that started, however they ended: a search that brokers took up and that was left has begun."""
        return self._parted(stations)[0]

    def left(self, stations: Iterable[str]) -> Rows:
        """Spells here that were left before they started."""
        return self._parted(stations)[1]

    def _parted(self, stations: Iterable[str]) -> tuple[Rows, Rows]:
        stations = frozenset(stations)
        gone = self.rows(stations, "renege")
        before = np.isnan(self.spells["started"][gone])
        return np.concatenate((self.rows(stations, "service", "open_service"), gone[~before])), gone[before]

    def codes(self, names: Iterable[str]) -> npt.NDArray[np.intp]:
        """Codes of those of the names that the log uses."""
        return np.array(sorted(self._codes[name] for name in names if name in self._codes), np.intp)

    def waits(self, stations: Iterable[str], hospital: bool | None = None) -> Waits:
        """Every wait at these stations, those of no length too; only of those who came by way of hospital, or not."""
        chosen = frozenset(stations)
        found = self._waits.get((chosen, hospital))
        if found is None:
            found = self._waits[chosen, hospital] = self._every_wait(chosen, hospital)
        return found

    def _every_wait(self, stations: frozenset[str], hospital: bool | None) -> Waits:
        begun, left = self._parted(stations)
        still = self.rows(stations, "open_wait")
        rows = np.concatenate((begun, left, still))
        until = (self.spells["started"][begun], self.spells["ended"][left], np.full(len(still), np.inf))
        began = np.zeros(len(rows), np.bool_)
        began[: len(begun)] = True
        found = Waits(self.spells["joined"][rows], np.concatenate(until), began)
        return found if hospital is None else found.those(self.by_hospital(rows) == hospital)

    def care_waits(self, hospital: bool | None = None) -> Waits:
        """Every wait from joining sourcing to the start of the package found."""
        key = (None, hospital)
        found = self._waits.get(key)
        if found is None:
            searches = self.searches
            found = Waits(searches.joined, searches.until, searches.began)
            if hospital is not None:
                found = found.those(searches.hospital == hospital)
            self._waits[key] = found
        return found

    def cohort(self, waits: Waits) -> Cohort:
        """Those of the waits that joined in the window."""
        found = self._cohorts.get(waits)
        if found is None:
            found = self._cohorts[waits] = Cohort.of(waits, self.horizon)
        return found

    def by_hospital(self, rows: Rows) -> Bools:
        """Which of these spells are of people on the route of hospital discharge."""
        found: Bools = self.spells["route"][rows] == self._codes.get("discharge", -1)
        return found

    @cached_property
    def searches(self) -> Searches:
        """Every search for care."""
        return Searches.of(self)

    @cached_property
    def discharges(self) -> Discharges:
        """Everyone who left hospital alive."""
        return Discharges.of(self)

    @cached_property
    def ledger(self) -> Ledger:
        """What it cost."""
        return Ledger.of(self)

    @cached_property
    def moments(self) -> Moments:
        """The spells by person."""
        return Moments(self.spells, self.log.begin, self.horizon)

    def older(self, rows: Rows) -> Bools | None:
        """Which of these spells are of people aged 65 and over; None where people have no age.

        The name of a level of ``age`` begins with the age at which it starts.
        """
        if self._ages is None:
            return None
        persons, old = self._ages
        found: Bools = old[np.searchsorted(persons, self.spells["person"][rows])]
        return found

    @cached_property
    def _ages(self) -> tuple[npt.NDArray[np.int64], Bools] | None:
        """(person, whether aged 65 and over), in order of person."""
        people = self.log.people
        if "age" not in people or not len(people["person"]):
            return None
        persons, first = np.unique(people["person"], return_index=True)
        starts = (name.split("_")[0] for name in self.log.names)
        old = np.array([start.isdigit() and int(start) >= 65 for start in starts], np.bool_)
        return persons, old[people["age"][first]]

    def serving(self, stations: Iterable[str]) -> tuple[Floats, Floats, Floats]:
        """(from, until, amount) of every service; until is infinite for those still there."""
        return self._spans(self.begun(stations))

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
        rows = self.begun(stations)
        started = self.spells["started"][rows]
        rows = rows[self.within(started) & ~self.opening(rows)]
        kept = self.rows(stations, "held")
        kept = kept[np.isin(self.spells["reason"][kept], self.codes(("kept", "hold")))]
        if len(kept) and len(rows):
            here = self.spells["station"]
            back = self.moments.place(rows, self.spells["started"][rows], kept, self.spells["ended"][kept])
            rows = rows[(back < 0) | (here[rows] != here[kept[back]])]
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
