"""What a replication writes down as it goes, and the log it becomes at the horizon."""

from __future__ import annotations

import math
from dataclasses import dataclass
from struct import Struct
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.log.tables import SPELL_RECORD, SPELL_TYPES, Log, Names, split, table
from sim.native import core
from sim.world.arrivals import in_time_order

if TYPE_CHECKING:
    from sim.world.arrivals import Arrivals
    from sim.world.people import Person
    from sim.world.values import Compiler

__all__ = ["Journal"]

_AWAY: Final = SPELL_TYPES.index("away")
_COMPILED: Final = core() == "compiled"
"""Run as machine code, where mypyc's own byte writer takes a tenth of the time that ``struct`` takes."""

if _COMPILED:
    from librt.strings import BytesWriter, write_f64_le, write_i32_le, write_i64_le


@dataclass(frozen=True)
class _Arrived:
    stream: int
    people: Arrivals
    codes: NDArray[np.int64]


class Journal:
    """Spells, people and levels, in the order in which they are written."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler
        self.names = Names()
        self._writer: BytesWriter | None = BytesWriter() if _COMPILED else None
        self._packed: list[bytes] = []
        """Spells as ``SPELL_RECORD`` packs them, where there is no writer."""
        self.exits: list[int] = []
        """Codes of the stations that end a journey."""
        self.own_rows: dict[int, set[int]] = {}
        """station -> those with a way to it that takes time, and 0: who comes from there is written on arrival."""
        self._arrived: list[_Arrived] = []
        self._changes: list[bytes] = []
        self._change = Struct(f"qdi{len(compiler.levels)}i").pack
        self._levels: list[tuple[float, int, float]] = []
        self._level_codes = [[self.names.code(level) for level in levels] for levels in compiler.levels.values()]

    def service(self, person: Person, station: int, now: float, amount: float, pool: int, to: int) -> None:
        """Write a service that ends now by itself, of someone who is at the station, and goes on to another."""
        started = person.started
        self.spell(person, station, 0, person.joined, started, now, amount, pool, person.from_code, to)

    def spell(
        self,
        person: Person,
        station: int,
        kind: int,
        joined: float,
        started: float,
        ended: float,
        amount: float,
        pool: int,
        origin: int,
        to: int,
        cause: int = 0,
        reason: int = 0,
    ) -> None:
        """Write any spell, by the columns of the log; ``kind`` is the place in ``SPELL_TYPES``."""
        attributes = person.attributes
        writer = self._writer
        if writer is None:
            self._packed.append(
                SPELL_RECORD.pack(person.key, station, kind, joined, started, ended, amount, pool, origin, to, cause,
                                  reason, attributes[0], attributes[1])
            )  # fmt: skip
            return
        write_i64_le(writer, person.key)
        write_i32_le(writer, station)
        write_i32_le(writer, kind)
        write_f64_le(writer, joined)
        write_f64_le(writer, started)
        write_f64_le(writer, ended)
        write_f64_le(writer, amount)
        write_i32_le(writer, pool)
        write_i32_le(writer, origin)
        write_i32_le(writer, to)
        write_i32_le(writer, cause)
        write_i32_le(writer, reason)
        write_i32_le(writer, attributes[0])
        write_i32_le(writer, attributes[1])
        write_i32_le(writer, 0)

    def written(self) -> np.ndarray:
        """The spells written until now, as a table of records."""
        return table(self._writer.getvalue() if self._writer is not None else b"".join(self._packed))

    def arrivals(self, stream: int, people: Arrivals, codes: NDArray[np.int64]) -> None:
        """Write the rows of a stream's people on arrival; ``codes`` are their attributes."""
        self._arrived.append(_Arrived(stream, people, codes))

    def changed(self, time: float, person: Person) -> None:
        """Write a person's row at a change of an attribute."""
        self._changes.append(self._change(person.key, time, person.stream, *person.attributes))

    def level(self, time: float, code: int, value: float) -> None:
        """Write a level that has changed."""
        self._levels.append((time, code, float(value)))

    def log(self) -> Log:
        """Everything written, as tables."""
        days = self.compiler.days
        attributes = tuple(self.compiler.levels)
        heads = ("person", "time", "stream", "arrived", "strip", "date", "index", *attributes)
        types = (np.int64, np.float64, np.int32, np.float64, *[np.int32] * (3 + len(attributes)))
        return Log(
            names=tuple(self.names.codes),
            begin=days.begin,
            horizon=days.horizon,
            day=days.length,
            people=self._people(heads, types),
            spells=self._spells(),
            levels=_table(self._levels, ("time", "thing", "value"), (np.float64, np.int32, np.float64)),
            attributes=attributes,
        )

    def _spells(self) -> dict[str, np.ndarray]:
        """What was written, and a row at the exit after each that leads to one at once."""
        written = self.written()
        names = len(self.names.codes)
        at_once = np.zeros((names, names), bool)  # to -> from
        at_once[self.exits] = True
        for to, origins in self.own_rows.items():
            at_once[to, list(origins)] = False
        leads = at_once[written["to"], written["station"]] & ((written["type"] <= 1) | (written["type"] == _AWAY))
        whole = f"V{written.itemsize}"  # moved as one block, ten times as fast as field by field
        rows = np.repeat(np.arange(len(written)), leads + 1)
        spells = split(written.view(whole)[rows].view(written.dtype))
        own = np.flatnonzero(leads) + np.arange(1, np.count_nonzero(leads) + 1)
        spells["origin"][own], spells["station"][own] = spells["station"][own], spells["to"][own]
        spells["joined"][own] = spells["started"][own] = spells["ended"][own]
        for name in ("type", "amount", "pool", "to", "cause", "reason"):
            spells[name][own] = 0
        for name, codes in zip(("route", "class"), self._level_codes, strict=False):
            spells[name] = np.array(codes, np.int32)[spells[name]]
        return spells

    def _people(self, heads: tuple[str, ...], types: tuple[Any, ...]) -> dict[str, np.ndarray[Any, Any]]:
        """A row a person on arrival, and one at each change, in order of time."""
        parts: list[list[Any]] = []
        for rows in self._arrived:
            people = rows.people
            stream = np.full(len(people.times), rows.stream)
            whole = [people.keys, people.times, stream, people.times, people.strip, people.date, people.index]
            parts.append([*whole, *rows.codes.T])
        if self._changes:
            record = [("key", np.int64), ("time", np.float64), ("stream", np.int32)]
            record += [(name, np.int32) for name in heads[7:]]
            changes = np.frombuffer(b"".join(self._changes), record)
            zeros = np.zeros(len(changes), np.int32)
            whole = [changes["key"], changes["time"], changes["stream"], np.full(len(changes), math.nan), zeros - 1]
            parts.append([*whole, zeros, zeros, *(changes[name] for name in heads[7:])])
        columns = [
            np.concatenate([np.asarray(p[i], t) for p in parts]) if parts else np.empty(0, t)
            for i, t in enumerate(types)
        ]
        for i, levels in enumerate(self._level_codes, start=len(heads) - len(self._level_codes)):
            columns[i] = np.array(levels, np.int32)[columns[i]]
        order = in_time_order(columns[1], columns[0], np.isnan(columns[3]))
        return {head: column[order] for head, column in zip(heads, columns, strict=True)}


def _table(
    rows: list[tuple[Any, ...]], heads: tuple[str, ...], types: tuple[Any, ...]
) -> dict[str, np.ndarray[Any, Any]]:
    if not rows:
        return {head: np.empty(0, dtype) for head, dtype in zip(heads, types, strict=True)}
    values = zip(*rows, strict=True)
    return {head: np.array(column, dtype) for head, dtype, column in zip(heads, types, values, strict=True)}
