"""``tables.xlsx``: the tables of a run as one workbook, a sheet a table, with what each is and in which units."""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import xlsxwriter

from sim.report.answer import answer
from sim.report.method import facts, question
from sim.report.money import Sum, by_cost, by_year, sums
from sim.report.saved import Saved

__all__ = ["SHEETS", "workbook"]

SHEETS: Mapping[str, tuple[str, str]] = {
    "headlines": (
        "Headlines",
        "The measures fixed as headlines: mean over replications, its 95% interval (low, high: simulation error), and "
        "one such year (p5, p95). Shares are of 1; units stand beside each measure.",
    ),
    "measures": ("Measures", "Every measure of every world in every replication, in its own unit; shares are of 1."),
    "differences": (
        "Differences",
        "Each world less the base, the same people paired by replication, with the 95% interval of the mean.",
    ),
    "changes": ("Changes", "What each world has otherwise than the base, with range (90%), source and grade."),
    "stations": (
        "Stations",
        "What a queueing book asks of a station, for everyone there: means over replications with 95% intervals, and "
        "the paired change against the base with its own; the unit stands beside. By class, and shares of time by "
        "number: stations.csv.",
    ),
    "flows": (
        "Flows",
        "People between stations in the period, and the change against the base, with 95% intervals. No name: outside.",
    ),
    "outcomes": (
        "Outcomes",
        "Where the same people end in the two worlds, people a year. Small counts may name people: take care.",
    ),
    "affected": (
        "Affected",
        "Better and worse outcomes, longer and shorter waits, by age and need: people a year, or days a person.",
    ),
    "journeys": ("Journeys", "Up to three simulated people, step by step, in both worlds. Nobody real."),
    "over_time": ("Over time", "Daily series by month: mean of each world, paired difference, its 95% interval."),
    "money_by_year": (
        "Money by year",
        "Net pounds by financial year and payer, and the paired change against the base, with 95% intervals; what the "
        "NHS pays the council is the NHS's. Constant prices.",
    ),
    "money_by_cost": (
        "Money by cost",
        "Gross pounds in the period by what they are spent on, and the paired change against the base, with 95% "
        "intervals. Constant prices.",
    ),
    "money": ("Money", "Pounds by financial year and unit cost, in every replication, in constant prices."),
    "boulders": ("Boulders", "What each boulder adds to each measure, alone and together, with 95% intervals."),
    "doses": ("Doses", "Each measure as a boulder is lifted step by step, with 95% intervals."),
    "fit": ("Fit", "Each world as run beside the targets of its place: tolerance as a share, 95% interval, verdict."),
    "pairing": ("Pairing", "How well worlds pair: correlation over replications, and what pairing saves."),
    "inputs": ("Inputs", "Every number a world reads: value, unit, range (90%), evidence, grade, where written."),
}
"""Table -> (sheet, what it is)."""
_NUMBERS = {
    "value", "low", "high", "p5", "p95", "mean", "people", "difference", "base_mean", "scenario_mean", "replication",
    "count", "from_day", "until_day", "total", "gross", "contributions", "nhs_income", "net", "used", "percent",
    "level", "change", "change_low", "change_high", "correlation", "sd_base", "sd_scenario", "k", "variance_ratio",
    "ceiling", "range_low", "range_high", "values", "share", "step", "day", "target", "tolerance",
    "simulated", "required",
}  # fmt: skip
"""Columns that hold numbers; everything else is text, whatever it looks like."""
_WIDEST = 60
_MADE = datetime.datetime(2000, 1, 1)
"""No clock: the same tables give the same bytes."""


def workbook(saved: Saved) -> bytes:
    """The workbook of a run, from its saved tables."""
    target = io.BytesIO()
    options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = xlsxwriter.Workbook(target, {"in_memory": True, **options})
    book.set_properties({"title": question(saved)[:200], "author": "Traintracks", "created": _MADE})
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14, "font_color": "#12436D"}),
        "head": book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"}),
        "note": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    tables = {name: rows for name in SHEETS if (rows := _rows(saved, name))}
    _about(book.add_worksheet("About"), saved, list(tables), styles)
    for name, rows in tables.items():
        title, note = SHEETS[name]
        _sheet(book.add_worksheet(title), title, note, rows, styles)
    book.close()
    return target.getvalue()


def _rows(saved: Saved, name: str) -> Sequence[Mapping[str, Any]]:
    if name == "headlines":
        headline = {fact.id: fact for fact in saved.facts if fact.headline}
        return [
            {"scenario": entry["scenario"], "id": entry["id"], "title": entry["title"], "unit": entry["unit"],
             "side": headline[entry["id"]].side, "direction": headline[entry["id"]].direction,
             **{key: entry[key] for key in ("mean", "low", "high", "p5", "p95")}}
            for entry in saved.summary["measures"]
            if entry["id"] in headline
        ]  # fmt: skip
    if name == "money_by_year":
        return _sums(saved, sums(saved, by_year), ("financial_year", "payer"))
    if name == "money_by_cost":
        return _sums(saved, sums(saved, by_cost), ("cost", "payer", "worth", "prices"))
    return saved.station_rows if name == "stations" else saved.rows(name)


def _sums(saved: Saved, found: Mapping[tuple[str, ...], Sequence[Sum]], names: Sequence[str]) -> list[dict[str, Any]]:
    """A row for each world and sum: what it is of, its mean and its change, with intervals; no number is None."""
    return [
        {"scenario": world.name, **dict(zip(names, key, strict=True)),
         **{name: None if math.isnan(value) else value for name, value in asdict(one).items()}}
        for place, world in enumerate(saved.worlds)
        for key, told in found.items()
        for one in [told[place]]
    ]  # fmt: skip


def _about(sheet: Any, saved: Saved, tables: Sequence[str], styles: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, question(saved)[:32000], styles["title"])
    said = answer(saved)
    rows = [("What this is", "Model estimate, not a forecast.")]
    if any(world.illustrative for world in saved.worlds):
        rows.append(("Illustrative place", "National rates scaled to a place of this size, not a council's own data."))
    rows += [("Answer", sentence) for sentence in said.sentences]
    rows += [("", note) for note in said.notes]
    rows += facts(saved)
    rows.append(("Command", saved.manifest["command"]))
    rows += [(f"Sheet: {SHEETS[name][0]}", SHEETS[name][1]) for name in tables]
    for place, (term, text) in enumerate(rows, start=2):
        sheet.write_string(place, 0, term, styles["note"])
        sheet.write_string(place, 1, text[:32000], styles["note"])


def _sheet(sheet: Any, title: str, note: str, rows: Sequence[Mapping[str, Any]], styles: Mapping[str, Any]) -> None:
    """Title and note, then a header that stays in sight, then a row a row."""
    columns = list(rows[0])
    sheet.write_string(0, 0, title, styles["title"])
    sheet.write_string(1, 0, note)
    for column, name in enumerate(columns):
        sheet.write_string(3, column, name, styles["head"])
        longest = max((len(str(row[name])) for row in rows[:200] if row[name] is not None), default=0)
        sheet.set_column(column, column, min(_WIDEST, max(10, len(name) + 2, longest + 1)))
    for place, row in enumerate(rows, start=4):
        for column, name in enumerate(columns):
            value = row[name]
            if value is None or value == "":
                continue
            number = _number(value) if name in _NUMBERS else None
            if number is None:
                sheet.write_string(place, column, str(value)[:32000])
            else:
                sheet.write_number(place, column, number)
    sheet.freeze_panes(4, 0)
    sheet.autofilter(3, 0, 3 + len(rows), len(columns) - 1)


def _number(value: Any) -> float | None:
    try:
        found = float(value)
    except ValueError:
        return None
    return found if abs(found) < 1e300 else None
