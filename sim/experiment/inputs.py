"""What a run rests on: every number of a world with its source, and what was changed between two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sim.experiment.runs import Results
from sim.scenario import Number, Place, Scenario, diff, library, number_text, numbers
from sim.scenario.library import register
from sim.scenario.units import short

__all__ = ["Change", "change_rows", "changes", "grouped", "input_rows", "number_words", "place_of", "typed"]

Table = tuple[tuple[str, ...], list[tuple[object, ...]]]


class Change(NamedTuple):
    """One value that is not the same in two worlds, in words."""

    path: str
    before: str
    after: str
    evidence: str
    """Evidence id, ``assumption``, the writer's own words, or where it is written."""
    values: int = 1
    """How many values the path stands for, where it holds a ``*``."""
    range: str = ""
    """The 90% interval of what it is changed to or by; empty where the writer gives none."""


def changes(base: Scenario, other: Scenario) -> list[Change]:
    """Every value in which a world differs from its base, title and summary left out."""
    there = dict(numbers(other))
    return [
        Change(path, before, after, evidence, range=_range_of(there.get(path), path, after, other.time_unit))
        for path, before, after, evidence in diff(base, other)
        if path not in ("title", "summary")
    ]


def _range_of(number: Number | None, path: str, words: str, unit: str) -> str:
    """The range of the change that these words tell, or of the new value."""
    if number is None:
        return ""
    for change in number.changes:
        factor = change.op == "multiply"
        told = f"x {short(change.amount)}" if factor else _said(number, path, change.amount, unit)
        if words.removeprefix("+ ").startswith(f"{told} ") and change.range is not None:
            return " to ".join(f"x {short(end)}" if factor else _said(number, path, end, unit) for end in change.range)
    return _range_text(number, path, unit) if words.startswith(_said(number, path, number.value, unit)) else ""


def grouped(found: Iterable[Change]) -> list[Change]:
    """The same changes with paths that differ in one part only, and change alike, made one with a ``*`` there."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in found:
        parts = change.path.split(".")
        best = next(
            (key for at in range(1, len(parts)) if (key := _starred(change, parts, at)) in groups),
            _starred(change, parts, _varying(parts)),
        )
        groups.setdefault(best, []).append(change)
    return [_merged(key, group) for key, group in groups.items()]


def _varying(parts: Sequence[str]) -> int:
    """The part most likely to vary: the id in the second place; the last but one of a deep path."""
    return 1 if len(parts) <= 3 else len(parts) - 2


def _starred(change: Change, parts: Sequence[str], at: int) -> tuple[str, ...]:
    return (".".join((*parts[:at], "*", *parts[at + 1 :])), change.after, change.evidence, change.range)


def _merged(key: tuple[str, ...], group: Sequence[Change]) -> Change:
    if len(group) == 1:
        return group[0]
    before = list(dict.fromkeys(change.before for change in group))
    return Change(key[0], ", ".join(before) if len(before) <= 6 else "various", key[1], key[2], len(group), key[3])


def place_of(scenario: Scenario) -> str | None:
    """Title of the place a scenario stands on; none where no shipped place is among its files."""
    read = {name.removesuffix(".yaml") for name in scenario.files}
    return next((entry.title for entry in library.shipped() if entry.kind == "place" and entry.name in read), None)


def typed(scenario: Scenario) -> bytes:
    """The scenario's own file, as its writer left it."""
    return library.find(scenario.name, Place(scenario.name)).path.read_bytes()


def input_rows(results: Results) -> Table:
    """Every number of every world, in words and as a number, with what the register says of its evidence."""
    header = (
        "scenario", "path", "text", "value", "unit", "range", "range_low", "range_high", "evidence", "source", "year",
        "grade", "note", "origin",
    )  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for world in results.worlds:
        unit = world.scenario.time_unit
        for path, number in numbers(world.scenario):
            low, high = number.range or (None, None)
            entry = register().get(number.evidence or "", {})
            about = (number.evidence, *(entry.get(key) for key in ("source", "year", "grade")), number.note)
            said = _said(number, path, number.value, unit), number.value, number.unit, _range_text(number, path, unit)
            rows.append((world.name, path, *said, low, high, *about, number.origin))
    return header, rows


def number_words(path: str, number: Number, unit: str) -> tuple[str, str]:
    """A number and its range in words; '' where it has none. Efforts are working time, which has no days."""
    return _said(number, path, number.value, unit), _range_text(number, path, unit)


def _said(number: Number, path: str, value: float, unit: str) -> str:
    return number_text(number.model_copy(update={"value": value}), unit, work="effort" in path.split("."))


def _range_text(number: Number, path: str, unit: str) -> str:
    if number.range is None:
        return ""
    return " to ".join(_said(number, path, end, unit) for end in number.range)


def change_rows(results: Results) -> Table:
    """Every value in which a world differs from the base: from what to what, and on what grounds."""
    base = results.worlds[0]
    header = ("base", "scenario", "path", "from", "to", "range", "evidence", "source", "year", "grade")
    rows: list[tuple[object, ...]] = []
    for world in results.worlds[1:]:
        for change in changes(base.scenario, world.scenario):
            entry = register().get(change.evidence, {})
            about = (entry.get(key) for key in ("source", "year", "grade"))
            told = (change.path, change.before, change.after, change.range, change.evidence)
            rows.append((base.name, world.name, *told, *about))
    return header, rows
