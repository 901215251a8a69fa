"""What a run rests on: every number of a world with its source, and what was changed between two."""

from __future__ import annotations

from sim.experiment.runs import Results
from sim.scenario import diff, numbers

__all__ = ["change_rows", "input_rows"]

Table = tuple[tuple[str, ...], list[tuple[object, ...]]]


def input_rows(results: Results) -> Table:
    """Every number of every world: path, value, unit, range, evidence and what the register says of it."""
    header = (
        "scenario", "path", "value", "unit", "range_low", "range_high", "evidence", "source", "year", "grade", "note",
        "origin",
    )  # fmt: skip
    rows: list[tuple[object, ...]] = []
    register: dict[str, dict[str, object]] = {}
    for world in results.worlds:
        for path, number in numbers(world.scenario):
            low, high = number.range or (None, None)
            entry = register.get(number.evidence or "", {})
            rows.append(
                (
                    world.name,
                    path,
                    number.value,
                    number.unit,
                    low,
                    high,
                    number.evidence,
                    entry.get("source"),
                    entry.get("year"),
                    entry.get("grade"),
                    number.note,
                    number.origin,
                )
            )
    return header, rows


def change_rows(results: Results) -> Table:
    """Every path at which a world differs from the base: from what to what, and on what grounds."""
    base = results.worlds[0]
    return ("base", "scenario", "path", "from", "to", "source"), [
        (base.name, world.name, *change)
        for world in results.worlds[1:]
        for change in diff(base.scenario, world.scenario)
    ]
