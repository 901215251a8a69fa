"""Early warning: which figure moves first, in which month, and by when posts would have to be advertised to matter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.experiment.intervals import LEAST
from sim.experiment.judged import LEVEL, holm
from sim.measures.words import change, change_range
from sim.report.parts import Extra, capital, inside, worded
from sim.report.saved import Saved, World
from sim.report.series import long_date

__all__ = ["Warning_", "warnings"]

_WATCHED = ("waiting", "ready", "undelivered", "staff_in_post", "packages_open")
_NAMES = {
    "ready_for_discharge": "People ready to leave hospital",
    "waiting_for_care": "People waiting for care",
    "undelivered_home_care_hours": "Home care not delivered, hours a week",
    "packages_open": "Packages open",
}
_FOR = {
    "hospital": "the hospital itself", "hub": "the care transfer hub", "council": "an assessment or another task",
    "home": "help at home", "bed": "an intermediate care bed", "care_home": "a care-home place",
}  # fmt: skip
"""What people ready to leave hospital wait for, in words."""
_LEAST = 0.03
"""Smallest share of the base's figure by which a month must differ to be told."""
_MOST = 8
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True)
class Warning_:
    """What one alternative moves first."""

    sentences: Sequence[str]
    table: Extra


def warnings(saved: Saved) -> list[Warning_]:
    """One entry for each alternative; a run alone has nothing to warn by."""
    rows = [row for row in saved.rows("over_time") if row["period"] != "whole"]
    return [_of(saved, world, [row for row in rows if row["scenario"] == world.name]) for world in saved.worlds[1:]]


def _of(saved: Saved, world: World, rows: list[dict[str, str]]) -> Warning_:
    watched = [row for row in rows if row["series"].startswith(_WATCHED) and float(row["base_mean"]) > 0.5]
    first: dict[str, dict[str, str]] = {}
    for row, p in zip(watched, _adjusted(watched, saved.summary["replications"]), strict=True):
        if row["series"] not in first and p < LEVEL and _share(row) >= _LEAST:
            first[row["series"]] = row
    found = sorted(first.values(), key=lambda row: (float(row["from_day"]), -_share(row)))
    table = Extra(
        f"Figures that move by three in a hundred or more, beyond chance, first month first: {inside(world.label)}. "
        f"Adjusted by Holm for all {len(watched):,} monthly figures looked at",
        ("Figure to watch", "First month", saved.worlds[0].label, world.label, "Change", "95% interval", "Per cent"),
        [
            (_name(saved, row["series"]), _month(row["period"]), _n(row["base_mean"]), _n(row["scenario_mean"]),
             *_change(row))
            for row in found[:_MOST]
        ],
    )  # fmt: skip
    if saved.few:
        return Warning_([f"With {inside(world.label)}: too few runs to tell which figure moves first."], table)
    if not found:
        said = f"With {inside(world.label)}, no figure watched moves by three in a hundred beyond chance in any month."
        return Warning_([said], table)
    lead = found[0]
    sentences = [
        f"With {inside(world.label)}, the first figure to move beyond chance is "
        f"{inside(_name(saved, lead['series']))}, in {_month(lead['period'])}."
    ]
    hiring = _hiring(saved)
    if hiring and saved.worlds[0].start:
        (quick, few), (slow, many) = hiring
        sentences.append(
            f"Posts take {few:,.0f} ({quick}) to {many:,.0f} days ({slow}) to fill in the model: to have people there "
            f"by then, {_advertise(saved.worlds[0].start, world, float(lead['from_day']), (few, many))}. Lead times of "
            "providers' contracts are not in it."
        )
    return Warning_(sentences, table)


def _advertise(start: str, world: World, moment: float, times: tuple[float, float]) -> str:
    """By when to advertise posts that take this long, the quickest and the slowest, to have people at a moment."""
    last, first = (moment - days for days in times)
    if first >= world.decision_day:
        return f"advertise between {long_date(start, first)} and {long_date(start, last)}"
    decided = f"before the decision ({long_date(start, world.decision_day)}): too late"
    if last < world.decision_day:
        return f"even the quickest would have to be advertised {decided}"
    return f"advertise the quickest by {long_date(start, last)}; the slowest would have to be {decided}"


def _adjusted(rows: Sequence[dict[str, str]], replications: int) -> list[float]:
    """The p value of each month of each series, by Holm over them all; nan where there is no interval."""
    if not rows or replications < LEAST:
        return [math.nan] * len(rows)
    from scipy.special import stdtr, stdtrit

    found = []
    for row in rows:
        half = (float(row["high"]) - float(row["low"])) / 2 if row["low"] else math.nan
        error, away = half / float(stdtrit(replications - 1, 0.975)), abs(float(row["difference"]))
        found.append(2.0 * float(stdtr(replications - 1, -away / error)) if error else float(away == 0.0))
    return list(holm(found))


def _share(row: dict[str, str]) -> float:
    return abs(float(row["difference"])) / float(row["base_mean"])


def _change(row: dict[str, str]) -> tuple[str, str, str]:
    """The paired difference of a month, its interval, and the difference in a hundred of the base."""
    mean, low, high = (float(row[key] or "nan") for key in ("difference", "low", "high"))
    between = change_range(low, high, "people", 1) or "none"
    return change(mean, "people", 1), between, change(100.0 * mean / float(row["base_mean"]), "people", 0)


def _n(text: str) -> str:
    value = float(text)
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"


def _month(period: str) -> str:
    year, _, month = period.partition("-")
    return f"{_MONTHS[int(month) - 1]} {year}" if month.isdigit() else period


def _name(saved: Saved, series: str) -> str:
    """A daily series in words."""
    noun, _, thing = series.partition(".")
    if noun == "waiting" and thing:
        own = [s["title"] for s in saved.worlds[0].stations if (s["counts_as"] or s["id"]) == thing]
        whole = next((fact.title for fact in saved.facts if fact.id == f"waiting_{thing}"), "")
        if len(own) != 1 and whole:
            return whole
        return f"People waiting: {own[0] if len(own) == 1 else thing.replace('_', ' ')}"
    if noun == "ready" and thing:
        return f"People ready to leave hospital, waiting for {_FOR.get(thing, worded(thing))}"
    return _NAMES.get(series, capital(worded(series.replace(".", ": "))))


def _hiring(saved: Saved) -> tuple[tuple[str, float], tuple[str, float]] | None:
    """The quickest and the slowest role to hire in the base, in days."""
    times: dict[str, float] = {}
    for row in saved.rows("inputs"):
        parts = row["path"].split(".")
        if row["scenario"] == saved.worlds[0].name and parts[0] == "workforce" and parts[-1] == "time_to_hire":
            number, _, unit = row["text"].partition(" ")
            if unit == "days":
                times[worded(parts[1])] = float(number.replace(",", ""))
    if not times:
        return None
    return min(times.items(), key=lambda entry: entry[1]), max(times.items(), key=lambda entry: entry[1])
