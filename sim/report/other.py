"""The pages of runs that compare no worlds: how much reaches a goal, what practices claim, where a place lands."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from sim.experiment.intervals import LEAST
from sim.experiment.practices_page import claim_rows, follow_rows
from sim.measures.catalogue import CATALOGUE
from sim.measures.measure import Measure
from sim.measures.words import number, range_of
from sim.report.changed import plain
from sim.report.dots import Dot, DotRow, Dots, dots_key
from sim.report.fit import amount, fit_figures, measured_in, tally
from sim.report.parts import Extra, Figure, brief, capital, count, inside, joined, worded
from sim.report.phrased import dated
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
    command: str = ""
    """What to type to make it again."""
    reproduce: Sequence[tuple[str, str]] = ()
    files: Sequence[str] = ()


def other(folder: Path, kind: str, version: str, css: Markup) -> Other:
    """The page of a run of this kind, from its saved files."""
    found = json.loads((folder / KINDS[kind][0]).read_text("utf-8"))
    with (folder / KINDS[kind][1]).open(encoding="utf-8", newline="") as file:
        rows = [{key: bare(cell) for key, cell in row.items()} for row in csv.DictReader(file)]
    page = {"size": _size, "practices": _practices, "check": _check}[kind](found, rows, version, css)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    made = [("Seed", str(found["seed"])), ("Replications", str(found["replications"]))]
    made += [(capital(name), text) for name, text in manifest["versions"].items()]
    return replace(page, command=manifest.get("command", ""), reproduce=made, files=KINDS[kind])


def _size(found: dict[str, Any], rows: list[dict[str, str]], version: str, css: Markup) -> Other:
    answer = found["answer"]
    measure = next((one for one in CATALOGUE if rows and one.id == rows[0]["id"]), None)
    unit, decimals = (measure.unit, measure.decimals) if measure else ("", 2)
    written = {float(row["value"]): dated(row["written"]) for row in rows}
    thing, goal = _varied(found["vary"]), _goal(found["until"], measure)
    if answer["value"] is None:
        said = [f"No value tried reaches the goal, {goal}, or every one does."]
    else:
        low, high = (written.get(end) if end is not None else None for end in (answer["low"], answer["high"]))
        between = f" (95% interval {low or 'below the range'} to {high or 'beyond the range'})"
        few = found["replications"] < LEAST
        least = "At least" if found["least"] else "At most"
        said = [
            f"{thing}: {least.lower()} {dated(answer['written'])}{'' if few else between} for {goal}; today "
            f"it is {dated(found['today'])}."
        ]
    scale = 100.0 if unit == "share" else 1.0
    station, _, quantity = rows[0]["id"].rpartition(".") if rows else ("", "", "")
    named = f"{capital(worded(station))}: {worded(quantity)}" if station else "What was measured"
    title = measure.title if measure else named
    told = [row for row in rows if row["mean"] not in ("", "inf", "nan")]
    words = " ".join(
        f"{dated(row['written'])}: {number(float(row['mean']), unit, decimals)}, {_reached(row)}." for row in told
    )
    dots = tuple(DotRow(dated(row["written"]), (_dot(row, scale),), _reached(row)) for row in told)
    shown = "per cent" if unit == "share" else unit
    best = f"{dated(answer['written'])} reaches the goal" if answer["value"] is not None else "nothing in between"
    plot = Dots("tried", f"{brief(title, 5)}: {best}", words, shown, dots, ("mean",))
    table = [
        (dated(row["written"]), number(float(row["mean"] or "nan"), unit, decimals),
         range_of(float(row["low"] or "nan"), float(row["high"] or "nan"), unit, decimals) or "none",
         "yes" if row["reached"] == "1" else "no")
        for row in rows
    ]  # fmt: skip
    header = ("Value", title, "95% interval", "Goal reached")
    figures = [
        Figure("tried", plot.title, f"{', '.join(filter(None, (title, shown)))}. Dot: mean. Line: 95% interval.",
               words, plot.svg(), dots_key(("mean",), True), header, table)
    ] if dots else []  # fmt: skip
    notes = [
        f"{count(found['replications'], 'replication')} of each of {count(len(rows), 'value')}, on the same people, "
        f"seed {found['seed']}. The interval is what simulation error leaves open, not what the inputs do. Model "
        "estimate, not a forecast."
    ]
    facts = [
        ("Scenario", found.get("scenario", "")), ("Varied", found["vary"]), ("Goal", found["until"]),
        ("Replications", f"{found['replications']}, seed {found['seed']}"), ("Model version", f"Traintracks {version}"),
    ]  # fmt: skip
    return Other(
        css, version, f"{thing}: how much for {goal}?", said, notes, figures, [], facts=[f for f in facts if f[1]]
    )


def _varied(path: str) -> str:
    """What is varied in words: a path of a scenario, or an overlay."""
    if "/" not in path:
        return plain(path).replace(":", ",")
    kind, _, name = path.partition("/")
    return capital(worded(f"{kind.rstrip('s')} {name}".replace("-", " ").replace(".", ", ")))


def _goal(text: str, measure: Measure | None) -> str:
    """A goal in words: 'people waiting for reablement at most 5'."""
    goal = re.fullmatch(r"(\w+)\s*(<=|>=|<|>)\s*(.+)", text.strip())
    if goal is None or measure is None:
        return text
    way = {"<=": "at most", ">=": "at least", "<": "under", ">": "over"}[goal[2]]
    title = inside(measure.title)
    return f"{'a change of ' if goal[1].endswith('_difference') else ''}{title} {way} {goal[3]}"


def _reached(row: dict[str, str]) -> str:
    return "reached" if row["reached"] == "1" else "not reached"


def _dot(row: dict[str, str], scale: float) -> Dot:
    low, high = (scale * float(row[key]) if row[key] not in ("", "nan") else None for key in ("low", "high"))
    return Dot(scale * float(row["mean"]), low, high)


def _practices(found: dict[str, Any], rows: list[dict[str, str]], version: str, css: Markup) -> Other:
    verdicts = Counter(row["verdict"] for row in rows)
    judged = {word: verdicts[word] for word in ("agrees", "does not agree", "cannot be told", "too few runs")}
    said = f"Of {count(len(rows), 'claim')} none can be judged."
    if number_of := sum(judged.values()):
        words = {
            "agrees": ("agrees", "agree"), "does not agree": ("does not agree", "do not agree"),
            "cannot be told": ("cannot be told",) * 2, "too few runs": ("had too few runs",) * 2,
        }  # fmt: skip
        told = joined([f"{n} {words[word][n != 1]}" for word, n in judged.items() if n])
        said = f"Of {count(number_of, 'claim')} on which the model comes to a figure of its own, {told}."
    set_, out = verdicts["set, proves nothing"], verdicts["not in the model"]
    rest = [f"{set_} {'is' if set_ == 1 else 'are'} put in, which proves nothing"] if set_ else []
    rest += [f"{out} {'is' if out == 1 else 'are'} of what the model does not have"] if out else []
    notes = [f"{capital('; '.join(rest))}."] if rest else []
    notes.append(
        "A claim is what was said of the practice where it was done; the model says what would follow here, with the "
        "practice in full force all the time reported, on the same people. It agrees when the 95% interval of the "
        "model's figure meets the range of the claim. Agreement is no proof of either. Model estimate, not a forecast."
    )
    header = ("Practice", "What is claimed", "Claimed", "The model gives", "So it", "Why")
    claims = [
        (practice, f"{said}. Grade {grade}{_KINDS.get(kind, '')}", claimed, _titled(model), verdict_of, _titled(why))
        for practice, said, grade, kind, claimed, model, verdict_of, why in claim_rows(found)
    ]
    follows = Extra(
        "What clearly changes with each, against the place as it stands (95%, not adjusted for how many are tried)",
        ("Practice", "What changes"), follow_rows(found),
    )  # fmt: skip
    facts = [
        ("Scenario", found["scenario"]), ("Days reported", f"{found['days']:,.0f}"),
        ("Replications", f"{found['replications']}, seed {found['seed']}"), ("Model version", f"Traintracks {version}"),
    ]  # fmt: skip
    tables = [Extra("Every claim beside the model, disagreements first", header, claims), follows]
    return Other(css, version, "What practices claim, and what the model gives", [said], notes, [], tables, facts=facts)


def _titled(text: str) -> str:
    """Measures by their titles."""
    titles = {one.id: inside(one.title) for one in CATALOGUE}
    return re.sub(r"`(\w+)`", lambda id: titles.get(id[1], id[1]), text)


_KINDS = {"INPUT": "; put in", "EMERGENT": "; comes out"}


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
        (row["title"], f"{amount(row, 'simulated')} for {amount(row, 'target')}{measured_in(row)}",
         f"{amount(row, 'low')} to {amount(row, 'high')}" if row["low"] else "none", row["verdict"],
         "yes" if row["required"] == "1" else "no", f"grade {row['grade']}: {row['source']}")
        for row in rows if row["verdict"] != "inside"
    ]  # fmt: skip
    header = (
        "Line",
        "Simulated, for a target of",
        "95% interval",
        "Verdict",
        "Has a say",
        "Where the target comes from",
    )
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
