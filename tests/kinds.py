"""A run folder of each kind with its page, made from kept or hand-written tables: plain, or with hostile words."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.experiment.folder import save_files
from sim.experiment.practices import table
from sim.experiment.tables import comma_separated
from sim.report import rebuild

__all__ = ["DOCS", "HURT", "KINDS", "SAMPLES", "kind", "sample"]

DOCS = Path(__file__).parents[1] / "docs"
_MANY = 400
"""Rows kept of a table whose words are made hostile."""
SAMPLES = ("winter", "operating-models", "boulders")
KINDS = ("boulders", "size", "practices", "check")
HURT = (
    "=1+1 </title><script>window.hurt=1</script><img src=x onerror=window.hurt=1> \\\"q\\\" 'q' & "
    "\u202e\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \U0001f682\u200d\U0001f525 " + "W" * 300
)
"""A formula, markup, quotes, right to left, emoji, and a word of 300 letters."""


def sample(name: str, place: Path) -> Path:
    """The folder of a sample report, its page made again."""
    shutil.copytree(DOCS / "examples" / name, place)
    rebuild(place)
    return place


def kind(name: str, place: Path, words: str = "") -> Path:
    """The folder of a run of a kind, with its page; ``words`` stand wherever somebody may have written."""
    if name == "boulders":
        shutil.copytree(DOCS / "examples" / "boulders", place)
        if words:
            _reworded(place, words)
        rebuild(place)
        return place
    files = {"size": _size, "practices": _practices, "check": _check}[name](words)
    return save_files(files, place, kind=name, command=f"traintracks {name} {words}", finish=rebuild)


def _reworded(place: Path, words: str) -> None:
    """Every title, summary and source of a folder of tables is these words."""
    path = place / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["command"] = words
    for world in manifest["worlds"]:
        world |= {"title": words, "summary": words, "place": words}
        world["stations"] = [station | {"title": words} for station in world["stations"]]
        for key in ("laid", "boulders"):
            world[key] = [entry | {"title": words, "summary": words} for entry in world[key]]
    path.write_text(json.dumps(manifest), "utf-8")
    for name in ("changes", "inputs", "boulders", "journeys", "fit"):
        with (place / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))[:_MANY]
        said = {"title", "source", "note", "evidence", "words"}
        told = [[words if key in said else cell for key, cell in row.items()] for row in rows]
        (place / f"{name}.csv").write_text(comma_separated(list(rows[0]), told), "utf-8")


def _size(words: str) -> Mapping[str, str]:
    """A search that found an answer, with its neighbours tried."""
    means = ((7, 55.5), (8, 41.0), (9, 38.25), (10, 37.0))
    rows = [(n, f"{words} {n}".strip(), "waiting_care", m, m - 3.0, m + 3.0, int(m <= 40.0)) for n, m in means]
    about: dict[str, Any] = {
        "schema": 1, "kind": "size", "scenario": words or "baseline", "vary": words or "workforce.broker.posts",
        "until": words or "waiting_care <= 40", "today": words or "7", "least": True, "seed": 1, "replications": 10,
        "answer": {"value": 9.0, "written": rows[2][1], "low": 8.0, "high": None},
    }  # fmt: skip
    header = ("value", "written", "id", "mean", "low", "high", "reached")
    return {"size.json": json.dumps(about), "tried.csv": comma_separated(header, rows)}


def _practices(words: str) -> Mapping[str, str]:
    """The claims that are kept."""
    found = json.loads((DOCS / "practices.json").read_text("utf-8"))
    if words:
        found["scenario"] = words
        for one in found["practices"]:
            one |= dict.fromkeys(("title", "place", "mechanism", "needs", "unknown"), words)
            one["claims"] = [claim | dict.fromkeys(("said", "note", "evidence"), words) for claim in one["claims"]]
    return {"practices.json": json.dumps(found), "practices.csv": table(found)}


def _check(words: str) -> Mapping[str, str]:
    """Sixty lines, most of them inside, one of them called by these words."""
    title = words or "A place as it stands"
    about = {
        "schema": 1, "kind": "check", "scenario": "mine", "title": title, "place": title, "illustrative": True,
        "start": "2026-04-01", "days": 365.0, "targets": words or "National returns", "summary": "", "tolerance": 0.2,
        "by_interval": True, "most_missed": 0, "landed": False, "seed": 1, "replications": 20,
    }  # fmt: skip
    header = (
        "scenario", "targets", "id", "title", "unit", "target", "tolerance", "simulated", "low", "high", "required",
        "verdict", "grade", "source",
    )  # fmt: skip
    rows = []
    for n in range(60):
        line = title if n == 3 else f"A line of a return, number {n}"
        value, verdict = ((52.0, "inside"), (61.0, "unsure"), (250.0, "outside"))[0 if n % 7 else 1 + n % 2]
        numbers = (50.0, 0.2, value, value - 2, value + 2, int(n < 35))
        rows.append(("mine", "National returns", n, line, "a year", *numbers, verdict, "C", f"P001: {line}"))
    return {"check.json": json.dumps(about), "fit.csv": comma_separated(header, rows)}
