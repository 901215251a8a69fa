"""What a run rests on: every number of a world with its source, and what was changed between two."""

from __future__ import annotations

from fnmatch import fnmatchcase

from sim.experiment.runs import Results
from sim.scenario import Number, Place, Scenario, library, number_text, numbers
from sim.scenario.differences import differences
from sim.scenario.library import register
from sim.scenario.units import short

__all__ = ["change_rows", "input_rows", "number_words", "place_of", "typed"]

Table = tuple[tuple[str, ...], list[tuple[object, ...]]]


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
    """What a world has otherwise than the base, as ``diff`` tells it: from what to what, and on what grounds."""
    base = results.worlds[0].scenario
    header = (
        "base", "scenario", "noun", "path", "values", "from", "to", "range", "evidence", "source", "year", "grade",
        "origin",
    )  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for world in results.worlds[1:]:
        there = dict(numbers(world.scenario))
        for one in differences(base, world.scenario):
            entry = register().get(one.evidence, {})
            about = (entry.get(key) for key in ("source", "year", "grade"))
            number = next((there[path] for path in there if fnmatchcase(path, one.path)), None)
            told = one.noun, one.path, one.values, one.before, one.after
            said = _range_of(number, one.path, one.after, world.scenario.time_unit)
            rows.append((results.worlds[0].name, world.name, *told, said, one.evidence, *about, one.origin))
    return header, rows
