"""The fit of a run to targets as saved tables, from which the report is made."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from calibration.landing import Landed, failed, judged, land
from calibration.targets import Targets, TargetsError, read, shipped
from sim.experiment import Results
from sim.experiment.inputs import place_of
from sim.experiment.tables import comma_separated

__all__ = ["FIT_HEADER", "check_files", "save_fit"]

FIT_HEADER = (
    "scenario", "targets", "id", "title", "unit", "target", "tolerance", "simulated", "low", "high", "required",
    "verdict", "grade", "source",
)  # fmt: skip


def check_files(results: Results, landed: Sequence[Landed], targets: Targets) -> dict[str, str]:
    """What ``calibrate check`` keeps: ``check.json`` and ``fit.csv``."""
    world = results.worlds[0]
    about = {
        "schema": 1,
        "kind": "check",
        "scenario": world.name,
        "title": world.scenario.title,
        "place": place_of(world.scenario),
        "illustrative": world.scenario.illustrative,
        "start": world.scenario.run.start,
        "days": world.scenario.run.length / world.scenario.day,
        "targets": targets.title,
        "summary": targets.summary,
        "tolerance": targets.tolerance,
        "by_interval": targets.strict,
        "most_missed": targets.most_missed,
        "landed": not failed(landed, targets),
        "seed": results.seed,
        "replications": results.replications,
    }
    table = comma_separated(FIT_HEADER, _rows(world.name, landed, targets))
    return {"check.json": json.dumps(about, indent=2, ensure_ascii=False) + "\n", "fit.csv": table}


def save_fit(results: Results, folder: Path) -> None:
    """Write ``fit.csv``: each world as it was run beside the shipped targets of its place.

    Nothing where no set names the place, or the world lacks a station that a target is about.
    """
    rows: list[tuple[object, ...]] = []
    sets = [targets for targets in map(read, shipped()) if targets.place]
    for number, world in enumerate(results.worlds):
        for targets in sets:
            if targets.place in {name.removesuffix(".yaml") for name in world.scenario.files}:
                try:
                    rows += _rows(world.name, land(results, targets, world=number), targets)
                except TargetsError:
                    continue
    if rows:
        (folder / "fit.csv").write_text(comma_separated(FIT_HEADER, rows), encoding="utf-8", newline="\n")


def _rows(scenario: str, landed: Sequence[Landed], targets: Targets) -> list[tuple[object, ...]]:
    return [
        (scenario, targets.title, one.id, one.target.title, one.target.unit, one.target.value, one.tolerance,
         one.simulated, one.low, one.high, int(one.required or not targets.strict),
         judged(one, targets), one.target.grade, one.target.source)
        for one in landed
    ]  # fmt: skip
