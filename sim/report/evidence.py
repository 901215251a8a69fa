"""Assumptions and evidence: every number with its range, source, grade and year, and how many rest on what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sim.report.parts import Group
from sim.report.phrased import dated
from sim.report.saved import Saved
from sim.scenario.differences import HEADINGS

__all__ = ["Evidence", "evidence"]

_GRADES = {
    "A": "official statistic or peer-reviewed study, read at its publisher",
    "B": "the same in a report of it, or of medium confidence; matched-control study",
    "C": "lower confidence; a place's own figure without a control",
    "D": "asserted without a figure, or recalled with medium confidence",
    "E": "recalled with low confidence, planned or hoped for",
}


@dataclass(frozen=True)
class Evidence:
    """What the numbers of a run rest on."""

    sentence: str
    grades: Sequence[tuple[str, str, int]]
    groups: Sequence[Group]
    assumed: int
    numbers: int
    ranged: int


def evidence(saved: Saved) -> Evidence:
    """Every number of every world, told once."""
    seen: dict[str, dict[str, str]] = {}
    for row in saved.rows("inputs"):
        seen.setdefault(row["path"], row)
    kinds = Counter(_kind(row) for row in seen.values())
    assumed = kinds["assumption"] + kinds["none"]
    ranged = sum(bool(row["range"]) for row in seen.values())
    sentence = (
        f"The model reads {len(seen):,} numbers here. {assumed:,} of them rest on assumption alone"
        + (f" and {len(seen) - assumed - kinds['own']:,} on evidence in the register" if len(seen) > assumed else "")
        + (f"; {kinds['own']:,} are the writer's own, quoted as given" if kinds["own"] else "")
        + f". {ranged:,} have a range, a 90% interval of belief; the rest have none yet and stand as single values."
    )
    grades = [(grade, meaning, kinds[grade]) for grade, meaning in _GRADES.items() if kinds[grade]]
    grades += [("own", "the scenario writer's own source", kinds["own"])] if kinds["own"] else []
    grades += (
        [("assumption", "no evidence: a working value with, where given, a wide range", assumed)] if assumed else []
    )
    groups: dict[str, list[dict[str, str]]] = {}
    for row in seen.values():
        noun = row["path"].split(".")[0]
        groups.setdefault(HEADINGS.get(noun, noun.replace("_", " ").capitalize()), []).append(_input(row))
    found = [Group(title, rows) for title, rows in groups.items()]
    return Evidence(sentence, grades, found, assumed, len(seen), ranged)


def _kind(row: dict[str, str]) -> str:
    if row["grade"] in _GRADES:
        return row["grade"]
    if not row["evidence"]:
        return "none"
    return "assumption" if row["evidence"] == "assumption" else "own"


def _input(row: dict[str, str]) -> dict[str, str]:
    source = row["evidence"] or "assumption"
    if row["source"]:
        source = f"{row['evidence']}: {row['source']}"
    return {
        "path": row["path"],
        "value": dated(row["text"]),
        "range": dated(row["range"]) or "none",
        "source": source,
        "grade": row["grade"] or ("own" if _kind(row) == "own" else "assumed"),
        "year": row["year"] if row["year"] != "-" else "",
        "note": row["note"],
    }  # fmt: skip
