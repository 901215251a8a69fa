"""Results as plain rows, ready to be written: the summary and the comma-separated tables."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from sim.experiment.believed import about_belief, belief, settled
from sim.experiment.intervals import Summary, t_intervals
from sim.experiment.runs import Results, World
from sim.experiment.uncertainty import Split
from sim.measures.areas import Floats
from sim.measures.measure import Measure
from sim.measures.table import OCCUPANCY, QUANTITIES

__all__ = [
    "DIFFERENCES_HEADER", "FLOWS_HEADER", "STATIONS_HEADER", "comma_separated", "difference_rows", "flow_rows",
    "measure_rows", "pairing_rows", "station_table", "summary",
]  # fmt: skip

DIFFERENCES_HEADER = (
    "base", "scenario", "id", "title", "unit", "base_mean", "scenario_mean", "difference", "low", "high", "verdict",
    "p", "p_holm", "test",
)  # fmt: skip
"""``verdict``: better, worse, higher, lower (of a neutral measure) or tie; ``test``: primary (one measure, named before
the run, ``p_holm`` adjusted over the alternatives) or unadjusted."""
_CHANGE = ("change", "change_low", "change_high")
FLOWS_HEADER = ("scenario", "from", "to", "people", "low", "high", *_CHANGE)
STATIONS_HEADER = ("scenario", "station", "class", "quantity", "unit", "value", "low", "high", "note", *_CHANGE)
"""``low``, ``high``: 95% interval of the mean. ``change``: against the base, paired by replication, with its own; empty
of the base itself, and where the base has no such station."""
_NOT_ASKED = (math.nan,) * len(_CHANGE)
"""Of shares of time by number no change is told."""
_Told = dict[tuple[str, str, str], Floats]
_FORMULA = re.compile(r"'*[=@\t\r]|'*[-+](?![\d.]+$)")


def comma_separated(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as text; nan is empty, infinity ``inf``, other numbers as they are.

    Text that a spreadsheet would take for a formula has a ``'`` before it.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
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
    """Rows of ``DIFFERENCES_HEADER``. ``p_holm`` is of the primary measure alone; all else is unadjusted."""
    base = results.worlds[0]
    rows: list[tuple[object, ...]] = []
    for world in results.worlds[1:]:
        for measure in results.measures:
            key = (world.name, measure.id)
            found, primary = results.differences[key], measure.id == results.primary
            means = (results.summaries[name, measure.id].mean for name in (base.name, world.name))
            told = (found.mean, found.low, found.high, results.verdict(world.name, measure), results.p_values[key])
            adjusted = results.adjusted[world.name] if primary else math.nan
            test = "primary" if primary else "unadjusted"
            rows.append((base.name, world.name, measure.id, measure.title, measure.unit, *means, *told, adjusted, test))
    return rows


def pairing_rows(results: Results) -> list[tuple[object, ...]]:
    """Rows of ``judged.PAIRING_HEADER``."""
    rows: list[tuple[object, ...]] = []
    for world in results.worlds[1:]:
        for measure in results.measures:
            found = results.pairings[world.name, measure.id]
            about = (measure.id, measure.title, measure.unit, "yes" if measure.headline else "")
            told = (found.correlation, found.sd_base, found.sd_scenario, found.k, found.variance_ratio, found.ceiling)
            rows.append((results.worlds[0].name, world.name, *about, *told))
    return rows


def flow_rows(results: Results) -> list[tuple[object, ...]]:
    """Rows of ``FLOWS_HEADER``: people between stations in the period."""
    rows: list[tuple[object, ...]] = []
    base = results.worlds[0]
    for world in results.worlds:
        places = {station: place for place, station in enumerate(("", *world.scenario.stations))}
        shared = {"", *base.scenario.stations} if world is not base else set()
        keys = {key for found in world.flows for key in found}
        keys |= {key for found in base.flows for key in found if shared.issuperset(key) and places.keys() >= set(key)}
        order = sorted(keys, key=lambda key: [places[end] for end in key])
        values, before = (
            np.array([[found.get(key, 0) for key in order] for found in one.flows], float).reshape(-1, len(order))
            for one in (world, base)
        )
        changes = values - before
        changes[:, [not shared.issuperset(key) for key in order]] = math.nan
        columns = (*_intervals(values), *_intervals(changes))
        rows += [(world.name, *key, *row) for key, *row in zip(order, *columns, strict=True)]
    return rows


def station_table(results: Results) -> list[tuple[object, ...]]:
    """Rows of ``STATIONS_HEADER``: what a queueing book asks of a station, means over replications."""
    told = [_told(world) for world in results.worlds]
    found = [(results.worlds[0].name, *row) for row in _stations(results.worlds[0], told[0], {})]
    for world, values in zip(results.worlds[1:], told[1:], strict=True):
        changes = {
            key: value - before
            for key, value in values.items()
            if (before := _before(key, results, told[0])) is not None
        }
        found += [(world.name, *row) for row in _stations(world, values, changes)]
    return found


def _before(key: tuple[str, str, str], results: Results, told: _Told) -> Floats | None:
    """What the base has of it: nothing is 0 of what is counted, at a station that it has."""
    if key in told or key[0] not in results.worlds[0].scenario.stations or not QUANTITIES[key[2]].counts:
        return told.get(key)
    return np.zeros(results.replications)


def _told(world: World) -> _Told:
    """(station, class, quantity) -> its value in each replication."""
    order = {quantity: place for place, quantity in enumerate(QUANTITIES)}
    places = {station: place for place, station in enumerate(world.scenario.stations)}
    keys = sorted(
        {key for table in world.stations for key in table.values},
        key=lambda key: (places.get(key[0], len(places)), key[0], key[1], order[key[2]]),
    )
    missing = [0.0 if QUANTITIES[quantity].counts else math.nan for _, _, quantity in keys]
    return {
        key: np.array([table.values.get(key, none) for table in world.stations])
        for key, none in zip(keys, missing, strict=True)
    }


def _stations(world: World, told: _Told, changed: _Told) -> list[tuple[object, ...]]:
    unit = world.scenario.time_unit
    units = {"time": unit, "rate": f"people/{unit.removesuffix('s')}"}
    nothing = np.full(len(world.stations), math.nan)
    values = np.array(list(told.values())).T.reshape(len(world.stations), len(told))
    changes = np.array([changed.get(key, nothing) for key in told]).T.reshape(values.shape)
    rows: dict[str, list[tuple[object, ...]]] = {}
    for key, value, low, high, *change in zip(told, *_intervals(values), *_intervals(changes), strict=True):
        if not math.isnan(value):
            said = QUANTITIES[key[2]]
            entry = (*key, units.get(said.unit, said.unit), value, low, high, said.note, *change)
            rows.setdefault(key[0], []).append(entry)
    for station, kind in world.stations[0].shares:
        rows.setdefault(station, []).extend(_shares(world, station, kind))
    return [row for station in rows for row in rows[station]] + _joint(world)


def _shares(world: World, station: str, kind: str) -> list[tuple[object, ...]]:
    shares = np.array([table.shares[station, kind] for table in world.stations])
    if not shares[:, :-1].any():
        return []
    found: list[tuple[object, ...]] = []
    last = int(np.flatnonzero(shares[:, :-1].any(axis=0))[-1])
    of = OCCUPANCY[kind]
    for sign, words, table in (("=", "with {}", shares), ("<=", "with at most {}", shares.cumsum(axis=1))):
        for n, row in enumerate(zip(*_intervals(table[:, : last + 1]), strict=True)):
            note = f"Share of time {words.format(n)} {of}."
            found.append((station, "", f"P({kind}{sign}{n})", "share", *row, note, *_NOT_ASKED))
    return found


def _joint(world: World) -> list[tuple[object, ...]]:
    names = world.scenario.run.joint
    states = sorted({state for table in world.stations for state in table.joint})
    if not states:
        return []
    values = np.array([[table.joint.get(state, 0.0) for state in states] for table in world.stations])
    found: list[tuple[object, ...]] = []
    for state, row in zip(states, zip(*_intervals(values), strict=True), strict=True):
        numbers = ",".join(f"{name}={n}" for name, n in zip(names, state, strict=True))
        note = f"Share of time with these numbers of {OCCUPANCY['N']}, at once."
        found.append(("+".join(names), "", f"P({numbers})", "share", *row, note, *_NOT_ASKED))
    return found


def _intervals(values: Floats) -> tuple[list[float], list[float], list[float]]:
    mean, low, high = t_intervals(values)
    return mean.tolist(), low.tolist(), high.tolist()


def summary(results: Results) -> dict[str, Any]:
    """summary.json, schema 1 (``summary.schema.json``).

    A measure of which a world has nothing is left out of it, and so is the difference. A number that is infinite, or
    that too few replications cannot give, is null; where the mean is infinite ``over`` is what the wait exceeds.
    """
    measures = []
    for world in results.worlds:
        for measure in results.measures:
            found = results.summaries[world.name, measure.id]
            if math.isnan(found.mean):
                continue
            entry: dict[str, Any] = {"id": measure.id, "title": measure.title, "unit": measure.unit}
            entry |= {"scenario": world.name, **_numbers(found)}
            entry |= _believed(belief(results, world.name, measure.id, paired=False))
            if math.isinf(found.mean):
                entry["over"] = world.scenario.run.length / world.scenario.day
            measures.append(entry)
    differences = []
    for world in results.worlds[1:]:
        for measure in results.measures:
            pair = (results.worlds[0].name, world.name)
            if any(math.isnan(results.summaries[name, measure.id].mean) for name in pair):
                continue
            numbers = _numbers(results.differences[world.name, measure.id])
            entry = {"id": measure.id, "base": results.worlds[0].name, "scenario": world.name}
            entry |= {key: numbers[key] for key in ("mean", "low", "high")}
            entry |= _judged(results, world.name, measure)
            parts = belief(results, world.name, measure.id, paired=True)
            entry |= _believed(parts)
            if parts is not None and math.isfinite(parts.chance):
                entry |= {"chance": parts.chance, "ignorance": parts.ignorance}
            known = settled(results, world.name, measure.id)
            differences.append(entry if known is None else entry | {"settled": known})
    content = {
        "schema": 1,
        "kind": results.kind,
        "seed": results.seed,
        "replications": results.replications,
        "scenarios": [world.name for world in results.worlds],
        "measures": measures,
        "differences": differences,
    }
    if results.primary:
        content["primary"] = results.primary
    if results.precision is not None:
        content["precision"] = {
            key: None if isinstance(value, float) and math.isnan(value) else value
            for key, value in asdict(results.precision).items()
        }
    if results.uncertainty is not None:
        content["uncertainty"] = about_belief(results)
    return content


def _believed(found: Split | None) -> dict[str, float | None]:
    if found is None:
        return {}
    ends = {"belief_low": found.low, "belief_high": found.high}
    return {key: value if math.isfinite(value) else None for key, value in ends.items()}


def _judged(results: Results, world: str, measure: Measure) -> dict[str, Any]:
    """What may be said of a difference, and how well it pairs; left out where it cannot be told."""
    key = (world, measure.id)
    pair, p = results.pairings[key], results.p_values[key]
    verdict = results.verdict(world, measure)
    found: dict[str, Any] = {"verdict": verdict} if verdict else {}
    if measure.id == results.primary and not math.isnan(results.adjusted[world]):
        found["p_holm"] = results.adjusted[world]
    told = {"p": p, "correlation": pair.correlation, "variance_ratio": pair.variance_ratio, "ceiling": pair.ceiling}
    return found | {name: value for name, value in told.items() if math.isfinite(value)}


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
