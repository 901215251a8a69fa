"""The pages of runs that compare no worlds: how much of one thing reaches a goal, and what practices claim."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from sim.measures.catalogue import CATALOGUE
from sim.measures.words import number, range_of
from sim.report.dots import Dot, DotRow, Dots, dots_key
from sim.report.parts import Extra, Figure, count, joined

__all__ = ["KINDS", "Other", "other"]

KINDS = {"size": ("size.json", "tried.csv"), "practices": ("practices.json", "practices.csv")}
"""Kind of run -> the files its page is made from."""


@dataclass(frozen=True)
class Other:
    """What the template of such a page says."""

    css: Markup
    version: str
    question: str
    sentences: Sequence[str]
    notes: Sequence[str]
    figures: Sequence[Figure]
    tables: Sequence[Extra]


def other(folder: Path, kind: str, version: str, css: Markup) -> Other:
    """The page of a run of this kind, from its saved files."""
    found = json.loads((folder / KINDS[kind][0]).read_text("utf-8"))
    with (folder / KINDS[kind][1]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return (_size if kind == "size" else _practices)(found, rows, version, css)


def _size(found: dict[str, Any], rows: list[dict[str, str]], version: str, css: Markup) -> Other:
    answer = found["answer"]
    measure = next((one for one in CATALOGUE if rows and one.id == rows[0]["id"]), None)
    unit, decimals = (measure.unit, measure.decimals) if measure else ("", 2)
    written = {float(row["value"]): row["written"] for row in rows}
    if answer["value"] is None:
        said = [f"No value tried reaches the goal, {found['until']}, or every one does."]
    else:
        low, high = (written.get(end) if end is not None else None for end in (answer["low"], answer["high"]))
        between = f" ({low or 'below the range'} to {high or 'beyond the range'})"
        few = found["replications"] < 5
        least = "At least" if found["least"] else "At most"
        goal = f"so that {found['until']}; today it is {found['today']}"
        said = [f"{least} {answer['written']}{'' if few else between} of {found['vary']}, {goal}."]
    scale = 100.0 if unit == "share" else 1.0
    title = measure.title if measure else "What was tried"
    told = [row for row in rows if row["mean"] not in ("", "inf", "nan")]
    words = " ".join(
        f"{row['written']}: {number(float(row['mean']), unit, decimals)}, {_reached(row)}." for row in told
    )
    dots = tuple(DotRow(row["written"], (_dot(row, scale),), _reached(row)) for row in told)
    shown = "per cent" if unit == "share" else unit
    plot = Dots("tried", f"{title}, by value tried", words, shown, dots, ("mean",))
    table = [
        (row["written"], number(float(row["mean"] or "nan"), unit, decimals),
         range_of(float(row["low"] or "nan"), float(row["high"] or "nan"), unit, decimals) or "none",
         "yes" if row["reached"] == "1" else "no")
        for row in rows
    ]  # fmt: skip
    header = ("Value", title, "95% interval", "Goal reached")
    figures = [
        Figure("tried", plot.title, f"{title}, {shown}. Dot: mean. Line: 95% interval.", words, plot.svg(),
               dots_key(("mean",), True), header, table)
    ] if dots else []  # fmt: skip
    notes = [
        f"{count(found['replications'], 'replication')} of each of {count(len(rows), 'value')}, on the same people, "
        f"seed {found['seed']}. The interval is what simulation error leaves open, not what the inputs do. Model "
        "estimate, not a forecast."
    ]
    return Other(css, version, f"How much of {found['vary']} reaches {found['until']}?", said, notes, figures, [])


def _reached(row: dict[str, str]) -> str:
    return "reached" if row["reached"] == "1" else "not reached"


def _dot(row: dict[str, str], scale: float) -> Dot:
    low, high = (scale * float(row[key]) if row[key] not in ("", "nan") else None for key in ("low", "high"))
    return Dot(scale * float(row["mean"]), low, high)


def _practices(found: dict[str, Any], rows: list[dict[str, str]], version: str, css: Markup) -> Other:
    verdicts = Counter(row["verdict"] or "not judged" for row in rows)
    told = joined([f"{n} {verdict}" for verdict, n in verdicts.most_common()])
    table = []
    for row in rows:
        name = row["practice"].rsplit("/", 1)[-1].replace("-", " ")
        claimed, between = _range(row, "claimed_low", "claimed_high"), _range(row, "low", "high")
        claim = row["claim"].replace("_", " ")
        table.append((name, row["place"], row["grade"], claim, claimed, _brief(row["mean"]), between, row["verdict"]))
    header = ("Practice", "Place", "Grade", "Claim", "Claimed", "Model", "95% interval", "Verdict")
    said = [f"Of {count(len(rows), 'claim')}: {told}."] if rows else ["No claim was set beside the model."]
    notes = [
        "A claim is what was said of the practice where it was done; the model says what would follow here, with the "
        "practice in full force all the time reported, on the same people. Agreement is no proof of either. Model "
        "estimate, not a forecast."
    ]
    return Other(css, version, "What practices claim, and what the model gives", said, notes, [],
                 [Extra("Every claim beside the model", header, table)])  # fmt: skip


def _brief(text: str) -> str:
    return f"{float(text):,.3g}".replace("-", "\u2212") if text not in ("", "nan", "inf") else "none"


def _range(row: dict[str, str], low: str, high: str) -> str:
    ends = [_brief(row[low]), _brief(row[high])]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends) if "none" not in ends else "none"
