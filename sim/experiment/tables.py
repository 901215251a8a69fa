"""Results as plain rows, ready to be written: the summary and the comma-separated tables."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

from sim.experiment.intervals import Summary
from sim.experiment.runs import Results

__all__ = ["comma_separated", "difference_rows", "measure_rows", "station_table", "summary"]


def comma_separated(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as text; nan is empty, infinity ``inf``, other numbers as they are."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return value


def measure_rows(results: Results) -> list[tuple[object, ...]]:
    """scenario, replication, id, title, unit, value."""
    return [
        (world.name, replication, measure.id, measure.title, measure.unit, float(world.measures[replication, index]))
        for world in results.worlds
        for replication in range(results.replications)
        for index, measure in enumerate(results.measures)
    ]


def difference_rows(results: Results) -> list[tuple[object, ...]]:
    """base, scenario, id, title, unit, base mean, scenario mean, difference, low, high."""
    base = results.worlds[0]
    return [
        (
            base.name,
            world.name,
            measure.id,
            measure.title,
            measure.unit,
            results.summaries[base.name, measure.id].mean,
            results.summaries[world.name, measure.id].mean,
            results.differences[world.name, measure.id].mean,
            results.differences[world.name, measure.id].low,
            results.differences[world.name, measure.id].high,
        )
        for world in results.worlds[1:]
        for measure in results.measures
    ]


def station_table(results: Results) -> list[tuple[object, ...]]:
    """scenario, replication, station, quantity, unit, value."""
    return [
        (world.name, replication, row.station, row.quantity, row.unit, float(world.stations[replication, index]))
        for world in results.worlds
        for replication in range(results.replications)
        for index, row in enumerate(world.station_rows)
    ]


def summary(results: Results) -> dict[str, Any]:
    """summary.json, schema 1. A number that is nan or infinite is null; ``over`` is then what the wait exceeds."""
    measures = []
    for world in results.worlds:
        for measure in results.measures:
            found = results.summaries[world.name, measure.id]
            entry: dict[str, Any] = {"id": measure.id, "title": measure.title, "unit": measure.unit}
            entry |= {"scenario": world.name, **_numbers(found)}
            if math.isinf(found.mean):
                entry["over"] = world.scenario.run.length / world.scenario.day
            measures.append(entry)
    differences = []
    for world in results.worlds[1:]:
        for measure in results.measures:
            numbers = _numbers(results.differences[world.name, measure.id])
            differences.append(
                {"id": measure.id, "base": results.worlds[0].name, "scenario": world.name}
                | {key: numbers[key] for key in ("mean", "low", "high")}
            )
    return {
        "schema": 1,
        "kind": results.kind,
        "seed": results.seed,
        "replications": results.replications,
        "scenarios": [world.name for world in results.worlds],
        "measures": measures,
        "differences": differences,
    }


def _numbers(found: Summary) -> dict[str, float | None]:
    return {
        key: value if math.isfinite(value) else None
        for key, value in (
            ("mean", found.mean),
            ("low", found.low),
            ("high", found.high),
            ("p5", found.p5),
            ("p95", found.p95),
        )
    }
