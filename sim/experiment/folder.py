"""A run folder: everything about a run, written beside its place and renamed into it, so that none is half there."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import __version__
from sim.experiment.believed import DRAW_RESULTS_HEADER, UNCERTAINTY_HEADER, draw_result_rows, uncertainty_rows
from sim.experiment.draws import DRAWS_HEADER, RANGES_HEADER, draw_rows, range_rows
from sim.experiment.inputs import change_rows, input_rows, place_of, typed
from sim.experiment.journeys import JOURNEYS_HEADER, journey_rows
from sim.experiment.judged import PAIRING_HEADER
from sim.experiment.money import MONEY_HEADER, money_rows
from sim.experiment.network import boulders, laid, stations
from sim.experiment.overtime import OVER_TIME_HEADER, over_time_rows
from sim.experiment.pairing import AFFECTED_HEADER, OUTCOMES_HEADER, affected_rows, outcome_rows
from sim.experiment.runs import Results, World
from sim.experiment.tables import (
    DIFFERENCES_HEADER,
    FLOWS_HEADER,
    STATIONS_HEADER,
    comma_separated,
    difference_rows,
    flow_rows,
    measure_rows,
    pairing_rows,
    station_table,
    summary,
)
from sim.experiment.uncertainty import Uncertainty
from sim.mistakes import Mistake
from sim.scenario import resolved_yaml

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FolderError", "check_out", "default_out", "save", "save_files"]

_OURS = re.compile(
    r"(summary|manifest)\.json|(measures|differences|stations|flows|inputs|changes|"
    r"outcomes|affected|journeys|pairing|over_time|ranges|draws|draw_results|uncertainty)\.csv|"
    r"(report|summary)\.html|tables\.xlsx|"
    r"(boulders|doses|fit|money|practices|tried|worlds)\.csv|(check|size|practices)\.json|practices\.md|"
    r"(daily|people|spells|levels)\.parquet|scenario(-\d+)?(\.resolved)?\.yaml"
)
Table = tuple[Sequence[str], Sequence[Sequence[object]]]
_LIBRARIES = ("simpy", "numpy", "scipy", "pandas", "pyarrow", "pydantic", "pyyaml", "jinja2")


class FolderError(Mistake):
    """A folder that cannot be written to; carries one plain message."""


def default_out(kind: str, names: Sequence[str], now: datetime | None = None) -> Path:
    """``outputs/<date-time>-<name>`` below the working folder; a name that is taken gets a number."""
    moment = (now or datetime.now()).strftime("%Y-%m-%d-%H%M%S")
    name = re.sub(r"[^a-z0-9]+", "-", "-vs-".join(Path(name).stem for name in names).lower()).strip("-")[:80]
    return _free(Path("outputs") / f"{moment}-{name or kind}")


def _free(folder: Path) -> Path:
    """The folder, or the next of its name with a number that nobody has."""
    found, count = folder, 1
    while found.exists():
        count += 1
        found = folder.with_name(f"{folder.name}-{count}")
    return found


def check_out(folder: Path) -> None:
    """Refuse a place that holds anything but an earlier run: an empty folder is used, a run folder is replaced."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise FolderError(f"{folder} is not a folder; give --out a new name, an empty folder or an earlier run")
    if folder.is_dir():
        inside = sorted(path.name for path in folder.iterdir())
        other = [name for name in inside if not _OURS.fullmatch(name)]
        if inside and (other or "manifest.json" not in inside):
            raise FolderError(
                f"{folder} holds something that is not a run ({', '.join((other or inside)[:3])}); "
                "give --out a new name, an empty folder or an earlier run"
            )
    nearest = next(path for path in folder.absolute().parents if path.exists())
    try:
        Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=nearest)).rmdir()
        if folder.is_dir() and not os.access(folder, os.W_OK):
            nearest = folder
            raise PermissionError
    except OSError:
        what = f"{folder} cannot be made: {nearest} cannot be written to; give --out another name"
        raise FolderError(what) from None


def save(
    results: Results,
    folder: Path,
    *,
    command: str,
    sets: Sequence[str] = (),
    finish: Callable[[Path], object] | None = None,
    replace: bool = True,
) -> Path:
    """Write a run folder and return its path. ``finish`` adds to the folder (the report) before it takes its name.

    An earlier run in its place is replaced, or kept beside it when ``replace`` is false.
    Every file but manifest.json depends on the results alone: the same bytes for any number of workers.
    """

    def fill(building: Path) -> None:
        _tables(results, building)
        hashes = _scenarios(results, building)
        _write(building / "manifest.json", _json(_manifest(results, command, sets, hashes)))
        if finish is not None:
            finish(building)

    return _built(folder, fill, replace)


def save_files(
    files: Mapping[str, str],
    folder: Path,
    *,
    kind: str,
    command: str,
    finish: Callable[[Path], object] | None = None,
    replace: bool = True,
) -> Path:
    """Write texts as a run folder that has no worlds to tell of, and return its path. ``command`` makes it again;
    ``finish`` as for ``save``."""

    def fill(building: Path) -> None:
        for name, text in files.items():
            _write(building / name, text)
        versions = {"traintracks": __version__, "python": platform.python_version()}
        _write(building / "manifest.json", _json({"schema": 1, "kind": kind, "command": command, "versions": versions}))
        if finish is not None:
            finish(building)

    return _built(folder, fill, replace)


def _built(folder: Path, fill: Callable[[Path], None], replace: bool) -> Path:
    """Fill a hidden folder beside it, which takes its name only when all is written; the name it got."""
    check_out(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        fill(building)
        building.chmod(0o755 & ~_umask())
        if not replace:
            folder = _free(folder)
        elif folder.is_dir():
            shutil.rmtree(folder)
        building.rename(folder)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return folder


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _tables(results: Results, folder: Path) -> None:
    _write(folder / "summary.json", _json(summary(results)))
    tables: dict[str, Table] = {
        "measures": (("scenario", "replication", "id", "title", "unit", "value"), measure_rows(results)),
        "stations": (STATIONS_HEADER, station_table(results)),
        "flows": (FLOWS_HEADER, flow_rows(results)),
        "inputs": input_rows(results),
    }
    if any(world.scenario.costs for world in results.worlds):
        tables["money"] = (MONEY_HEADER, money_rows(results))
    if len(results.worlds) > 1:
        tables |= _compared(results)
        tables["changes"] = change_rows(results)
    if results.uncertainty is not None:
        tables |= _believed(results, results.uncertainty)
    for name, (columns, rows) in tables.items():
        _write(folder / f"{name}.csv", comma_separated(columns, rows))
    for name, make in (("daily", _daily), ("people", _people), ("spells", _spells), ("levels", _levels)):
        _parquet(folder / f"{name}.parquet", [make(world) for world in results.worlds], results.worlds)


def _compared(results: Results) -> dict[str, Table]:
    """What only a comparison has."""
    base = results.worlds[0]
    outcomes: list[tuple[object, ...]] = []
    affected: list[tuple[object, ...]] = []
    journeys: list[tuple[object, ...]] = []
    over_time: list[tuple[object, ...]] = []
    for world in results.worlds[1:]:
        names = (base.name, world.name)
        outcomes += outcome_rows(*names, base.scenario, world.people)
        affected += affected_rows(*names, base.scenario, world.people)
        one, two = ((name.name, name.scenario, name.log) for name in (base, world))
        journeys += journey_rows(one, two, world.people)
        series = ((each.series, each.daily) for each in (base, world))
        over_time += over_time_rows(names, base.scenario, base.edges, *series)
    return {
        "differences": (DIFFERENCES_HEADER, difference_rows(results)),
        "pairing": (PAIRING_HEADER, pairing_rows(results)),
        "outcomes": (OUTCOMES_HEADER, outcomes),
        "affected": (AFFECTED_HEADER, affected),
        "journeys": (JOURNEYS_HEADER, journeys),
        "over_time": (OVER_TIME_HEADER, over_time),
    }


def _believed(results: Results, found: Uncertainty) -> dict[str, Table]:
    """What only a run with draws has."""
    return {
        "ranges": (RANGES_HEADER, range_rows(found.worlds, found.parameters)),
        "draws": (DRAWS_HEADER, draw_rows(found.parameters, found.draws)),
        "draw_results": (DRAW_RESULTS_HEADER, draw_result_rows(results)),
        "uncertainty": (UNCERTAINTY_HEADER, uncertainty_rows(results)),
    }


def _parquet(path: Path, frames: list[pd.DataFrame], worlds: Sequence[World]) -> None:
    import pandas as pd

    for frame, world in zip(frames, worlds, strict=True):
        frame.insert(0, "scenario", world.name)
    whole = pd.concat(frames, ignore_index=True)
    for column in whole.columns:
        if whole[column].dtype.kind not in "iufb":
            whole[column] = whole[column].astype(str).astype("category")
    whole.to_parquet(path, index=False, compression="zstd")


def _daily(world: World) -> pd.DataFrame:
    import pandas as pd

    replications, _, periods = world.daily.shape
    columns: dict[str, Any] = {
        "replication": np.repeat(np.arange(replications, dtype=np.int32), periods),
        "day": np.tile(world.edges[:-1], replications),
    }
    columns |= {name: world.daily[:, index, :].ravel() for index, name in enumerate(world.series)}
    return pd.DataFrame(columns)


def _people(world: World) -> pd.DataFrame:
    return _decoded(world, world.log.people, {"stream", *world.log.attributes})


def _spells(world: World) -> pd.DataFrame:
    from sim.log.tables import SPELL_TYPES

    frame = _decoded(world, world.log.spells, {"station", "pool", "origin", "to", "cause", "reason", "route", "class"})
    frame["type"] = np.array(SPELL_TYPES, object)[world.log.spells["type"]]
    return frame


def _levels(world: World) -> pd.DataFrame:
    return _decoded(world, world.log.levels, {"thing"})


def _decoded(world: World, table: Mapping[str, np.ndarray], coded: set[str]) -> pd.DataFrame:
    import pandas as pd

    names = np.array(world.log.names, object)
    return pd.DataFrame({name: names[column] if name in coded else column for name, column in table.items()})


def _scenarios(results: Results, folder: Path) -> dict[str, str]:
    """Each world's file as typed and resolved: ``scenario.yaml`` for the first, ``scenario-2.yaml`` for the next."""
    hashes = {}
    for number, world in enumerate(results.worlds, start=1):
        stem = "scenario" if number == 1 else f"scenario-{number}"
        (folder / f"{stem}.yaml").write_bytes(typed(world.scenario))
        resolved = resolved_yaml(world.scenario)
        _write(folder / f"{stem}.resolved.yaml", resolved)
        hashes[world.name] = hashlib.sha256(resolved.encode()).hexdigest()
    return hashes


def _manifest(results: Results, command: str, sets: Sequence[str], hashes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "schema": 1,
        "kind": results.kind,
        "command": command,
        "set": list(sets),
        "seed": results.seed,
        "replications": results.replications,
        "primary": results.primary,
        "versions": {"traintracks": __version__, "python": platform.python_version()}
        | {name: metadata.version(name) for name in _LIBRARIES},
        "worlds": [
            {
                "name": world.name,
                "title": world.scenario.title,
                "summary": world.scenario.summary,
                "illustrative": world.scenario.illustrative,
                "start": world.scenario.run.start,
                "days": world.scenario.run.length / world.scenario.day,
                "decision_day": world.scenario.run.decision / world.scenario.day,
                "warm_up_days": world.scenario.run.warm_up / world.scenario.day,
                "time_unit": world.scenario.time_unit,
                "place": place_of(world.scenario),
                "applied": dict(world.scenario.applied),
                "laid": laid(world.scenario),
                "boulders": boulders(world.scenario),
                "population": dict(world.scenario.population),
                "stations": stations(world.scenario),
                "sha256": hashes[world.name],
            }
            for world in results.worlds
        ],
        "measures": [
            {field.name: getattr(measure, field.name) for field in fields(measure) if field.name != "function"}
            for measure in results.measures
        ],
        "finished": datetime.now().astimezone().isoformat(timespec="seconds"),
        "seconds": round(results.seconds, 2),
        "workers": results.workers,
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
