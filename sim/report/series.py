"""From the daily table to charts: weeks, medians and bands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from sim.measures.words import number, one_such, spans_zero
from sim.report.charts import Line, LineChart, key
from sim.report.parts import WORDS, Figure, brief, inside, joined
from sim.report.phrases import more, nothing, places
from sim.report.saved import Saved, World

__all__ = ["CHARTED", "active", "charts_note", "figures", "long_date"]

MOST_LINES = 4
_MOMENT = 1e-6
"""Days: what rounding may take off a whole day."""
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_CHOSEN = (
    ("waiting.assessment", "People waiting for an assessment", "waiting_assessment", "people"),
    ("ready_for_discharge", "People ready to leave hospital", "ready_for_discharge", "people"),
    ("waiting_for_care", "People waiting for care to start", "waiting_care", "people"),
    ("waiting_over_six_months", "People waiting over six months", "waiting_all_six_months", "people"),
    ("in.reablement", "People in reablement", "in_reablement", "people"),
    ("packages_open", "People with long-term care", "packages_open", "people"),
    ("home_care_hours", "Hours of home care", "home_care_hours", "hours a week"),
    ("undelivered_home_care_hours", "Home care not delivered", "undelivered_home_care_hours", "hours a week"),
    ("staff_in_post", "Staff in post", "staff_in_post", "people"),
    ("spend.council", "Net spend of the council", "net_cost", "£ thousand a week"),
    ("spend.nhs", "Spend of the NHS", "nhs_cost", "£ thousand a week"),
)
"""(series, title, measure of its mean, unit)."""
_SCALES = {"£ thousand a week": 7.0 / 1000.0}
"""Unit of a chart -> what a saved series is times: pounds a day are saved."""
CHARTED = tuple(chosen[0] for chosen in _CHOSEN)


def figures(saved: Saved) -> list[Figure]:
    """The charts of a report: those of the catalogue, else the queues of the first stations that have one."""
    found = [_figure(saved, *chosen) for chosen in _CHOSEN if chosen[0] in saved.daily.columns]
    if not found:
        queues = [c for c in saved.daily.columns if c.startswith("waiting.") and saved.daily[c].max() > 0]
        found = [
            _figure(saved, column, f"People waiting: {column.removeprefix('waiting.').replace('_', ' ')}", "", "people")
            for column in queues[:3]
        ]
    return found


def _figure(saved: Saved, series: str, title: str, measure: str, unit: str) -> Figure:
    worlds = [world for world in saved.worlds[:MOST_LINES] if _has(saved, world, series)]
    replications = int(saved.summary["replications"])
    span = worlds[0].days
    start = date.fromisoformat(worlds[0].start) if worlds[0].start else None
    lines, times, width = [], np.empty(0), 1
    for world in worlds:
        frame = saved.daily[saved.daily["scenario"] == world.name]
        days = frame.loc[frame["replication"] == 0, "day"].to_numpy(float)
        values = frame[series].to_numpy(float).reshape(replications, len(days)) * _SCALES.get(unit, 1.0)
        width = 7 if len(days) >= 70 else 1
        times, values = _bin(days, values, width, span)
        low: tuple[float, ...] = ()
        high: tuple[float, ...] = ()
        if replications >= 5:
            low, high = (tuple(band) for band in np.quantile(values, (0.05, 0.95), axis=0).tolist())
        lines.append(Line(world.label, tuple(np.median(values, axis=0).tolist()), low, high))
    step = float(times[1] - times[0]) if len(times) > 1 else span
    period = "week" if width == 7 else "day" if abs(step - 1) < 1e-9 else "period"
    decimals = 0 if max(max(line.median) for line in lines) >= 20 else 1
    chart = LineChart(
        id="chart-" + series.replace(".", "-").replace("_", "-"),
        title=active(saved, title, measure),
        unit=unit,
        description=_describe(lines, times - step / 2, start, decimals, period),
        times=tuple(times.tolist()),
        span=span,
        start=start,
        lines=tuple(lines),
    )
    of = f" of {inside(lines[0].name)}" if len(lines) > 2 else ""
    shown = f"line: median; shading: 5th to 95th percentile{of}." if lines[0].low else "median."
    header = [("Week from" if width == 7 else "Day"), *(c for line in lines for c in _columns(line))]
    rows = []
    for index, time in enumerate(times.tolist()):
        cells = [_when(time - step / 2, start)]
        for line in lines:
            cells.append(number(line.median[index], "people", decimals))
            if line.low:
                cells.append(
                    f"{number(line.low[index], 'people', decimals)} to {number(line.high[index], 'people', decimals)}"
                )
        rows.append(tuple(cells))
    caption = f"Mean of each {period}, {unit}; {shown}"
    notes = _worst_weeks(saved, worlds, lines) if series == "ready_for_discharge" and width == 7 else ()
    return Figure(
        chart.id, chart.title, caption, chart.description, chart.svg(), key(chart), tuple(header), rows, notes
    )  # fmt: skip


def _worst_weeks(saved: Saved, worlds: Sequence[World], lines: Sequence[Line]) -> tuple[str, ...]:
    """Why the headline of worst weeks is above the highest point of a line."""
    fact = next((one for one in saved.facts if one.id == "ready_worst_week"), None)
    if fact is None:
        return ()
    told = []
    for world, line in zip(worlds, lines, strict=True):
        mean = saved.measures[world.name, fact.id]["mean"]
        if mean is not None and mean > max(line.median):
            told.append(f"{number(mean, fact.unit, fact.decimals)} in {inside(world.label)}")
    if not told:
        return ()
    years = one_such(worlds[0].days).removeprefix("one such ")
    return (
        f"Worst weeks fall at different times: the mean of each {years}'s own, {joined(told)}, is above the line's "
        "highest week.",
    )


def charts_note(saved: Saved) -> str:
    """How to read the charts, and which worlds they leave out."""
    left = len(saved.worlds) - MOST_LINES
    rest = f" Charts show the first {MOST_LINES} worlds; \u201cAll measures\u201d tells of every one."
    return _read(saved) + (rest if left > 0 else "")


def _read(saved: Saved) -> str:
    if saved.summary["replications"] >= 5:
        period = "week" if saved.worlds[0].days >= 70 else "day"
        return (
            "Each line is the median over replications; the shading is where nine of ten simulated "
            f"{one_such(saved.worlds[0].days).removeprefix('one such ')}s fall in that {period}. "
            "Where the worlds are alike, their lines and shadings lie on each other. Every chart starts at zero."
        )
    return "Each line is the median over replications; too few were run to show a range. Every chart starts at zero."


def _has(saved: Saved, world: World, series: str) -> bool:
    """Whether a world has the series: not where it has no such station."""
    return bool(saved.daily.loc[saved.daily["scenario"] == world.name, series].notna().any())


def _columns(line: Line) -> tuple[str, ...]:
    return (f"{line.name}: median", f"{line.name}: 5th to 95th percentile") if line.low else (f"{line.name}: median",)


def _bin(days: np.ndarray, values: np.ndarray, width: int, span: float) -> tuple[np.ndarray, np.ndarray]:
    """Means of ``width`` periods; an odd end shorter than half goes into the last."""
    count = max(1, round(values.shape[1] / width))
    edges = np.minimum(np.arange(count + 1) * width, values.shape[1])
    edges[-1] = values.shape[1]
    means = np.stack([values[:, a:b].mean(axis=1) for a, b in pairwise(edges)], axis=1)
    starts = days[edges[:-1]]
    ends = np.append(starts[1:], span)
    return (starts + ends) / 2, means


def active(saved: Saved, title: str, measure: str) -> str:
    """An active title: what a run has on average, or what a comparison says of it, of several worlds the clearest."""
    fact = next((one for one in saved.facts if one.id == measure), None)
    if fact is None:
        return title
    often = "a year" if fact.unit.startswith("£") else "on average"
    base, *others = saved.worlds
    if not others:
        mean = saved.measures[base.name, measure]["mean"]
        pounds = "£" if fact.unit.startswith("£") else ""
        million = f" million {often}" if pounds else f" {often}"
        return title if mean is None else f"{title}: {pounds}{number(mean, fact.unit, places(mean, fact))}{million}"
    if saved.few:
        return f"{title}: too few runs to tell"
    found = [(world, saved.differences.get((world.name, measure)) or {}) for world in others]
    known = [(world, one) for world, one in found if one.get("mean") is not None and one.get("low") is not None]
    if not known:
        return title
    clear = [(world, one) for world, one in known if not spans_zero(one["low"], one["high"])]
    if not clear:
        return f"{title}: no clear difference"
    world, most = max(clear, key=lambda entry: abs(entry[1]["mean"]))
    if nothing(most["mean"], fact):
        return f"{title}: much the same"
    said = more(most["mean"], fact)
    if len(others) == 1:
        return f"{title}: {said} {often}"
    room = WORDS - len(f"{said} with".split())
    label = brief(inside(world.label), 3)
    return f"{brief(title, room - len(label.split()))}: {said} with {label}"


def _describe(lines: Sequence[Line], starts: np.ndarray, start: date | None, decimals: int, period: str) -> str:
    said = []
    for line in lines:
        median = np.array(line.median)
        top, end = int(median.argmax()), len(median) - 1
        said.append(
            f"{line.name}: starts at {number(median[0], 'people', decimals)}, is highest at "
            f"{number(median[top], 'people', decimals)} in the {period} from {_when(starts[top], start)}, "
            f"ends at {number(median[end], 'people', decimals)}"
            + (
                f"; one such year ends between {number(line.low[end], 'people', decimals)} and "
                f"{number(line.high[end], 'people', decimals)}"
                if line.low
                else ""
            )
            + "."
        )
    return f"Median over replications, mean of each {period}. " + " ".join(said)


def _when(day: float, start: date | None) -> str:
    if start is None:
        return f"day {day:,.4g}"
    return long_date(start.isoformat(), day)


def long_date(start: str, days: float) -> str:
    """'1 April 2026', the day that so many days after the start of a date fall in."""
    moment = date.fromisoformat(start) + timedelta(days=math.floor(days + _MOMENT))
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
