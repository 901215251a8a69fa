"""The pages of runs that compare no worlds: how much reaches a goal, what practices claim, where a place lands."""

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
from sim.report.fit import amount, fit_figures, measured_in, tally
from sim.report.parts import Extra, Figure, count, joined
from sim.report.saved import bare
from sim.report.series import long_date

__all__ = ["KINDS", "Other", "other"]

KINDS = {
    "size": ("size.json", "tried.csv"), "practices": ("practices.json", "practices.csv"),
    "check": ("check.json", "fit.csv"),
}  # fmt: skip
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
    first: Sequence[Extra] = ()
    """Tables that stand before the figures."""
    illustrative: bool = False
    facts: Sequence[tuple[str, str]] = ()


def other(folder: Path, kind: str, version: str, css: Markup) -> Other:
    """The page of a run of this kind, from its saved files."""
    found = json.loads((folder / KINDS[kind][0]).read_text("utf-8"))
    with (folder / KINDS[kind][1]).open(encoding="utf-8", newline="") as file:
        rows = [{key: bare(cell) for key, cell in row.items()} for row in csv.DictReader(file)]
    return {"size": _size, "practices": _practices, "check": _check}[kind](found, rows, version, css)


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


def _check(found: dict[str, Any], rows: list[dict[str, str]], version: str, css: Markup) -> Other:
    beyond = any(row["required"] == "1" and row["verdict"] == "outside" for row in rows)
    lands = "It lands" if found["landed"] else "It does not land" if beyond else "Not settled whether it lands"
    said = [f"{lands} on its targets: {tally(rows, found['replications'])}"]
    rule = (
        "Inside: the 95% interval of the mean lies within the tolerance; outside: beyond it; unsure: across its edge, "
        "or too few replications for an interval. It lands when every required line is inside."
        if found["by_interval"]
        else f"Inside: the mean lies within {found['tolerance']:.0%} of its target. It lands when at most "
        f"{count(found['most_missed'], 'line')} {'is' if found['most_missed'] == 1 else 'are'} missed."
    )
    notes = [
        rule,
        "A place is set up to land on such figures. That it does says that the starting point is plausible; it does "
        "not say that the model is right about what a change does, nor that it repeats a given winter.",
    ]
    missed = [
        (row["title"], f"{amount(row, 'simulated')} for {amount(row, 'target')}{measured_in(row)}", row["verdict"],
         "yes" if row["required"] == "1" else "no", f"grade {row['grade']}: {row['source']}")
        for row in rows if row["verdict"] != "inside"
    ]  # fmt: skip
    header = ("Line", "Simulated, for a target of", "Verdict", "Has a say", "Where the target comes from")
    tables = [Extra("Lines that are not inside", header, missed)] if missed else []
    period = f"{found['days']:,.4g} days"
    if found["start"]:
        period = f"{long_date(found['start'], 0)} to {long_date(found['start'], found['days'] - 1)}"
    facts = [("Targets", found["targets"]), ("Period", period)]
    facts = [("Place", found["place"]), *facts] if found["place"] else facts
    facts += [("Replications", f"{found['replications']}, seed {found['seed']}")]
    facts += [("Model version", f"Traintracks {version}")]
    return Other(
        css,
        version,
        f"{found['title']}: does it land on its targets?",
        said,
        notes,
        fit_figures(rows, "fit-chart"),
        [],
        tables,
        found["illustrative"],
        facts,
    )
