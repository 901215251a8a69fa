"""Early warning: which figure moves first, in which month, and by when posts would have to be advertised to matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sim.report.parts import Extra, capital, inside
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
    first: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["series"].startswith(_WATCHED) and row["series"] not in first and _moved(row):
            first[row["series"]] = row
    found = sorted(first.values(), key=lambda row: (float(row["from_day"]), -_share(row)))
    table = Extra(
        f"Figures that move by three in a hundred or more, beyond chance, first month first: {inside(world.label)}",
        ("Figure to watch", "First month", f"{saved.worlds[0].label}", f"{world.label}", "Change"),
        [
            (_name(saved, row["series"]), _month(row["period"]), _n(row["base_mean"]), _n(row["scenario_mean"]),
             f"{float(row['difference']):+,.1f} ({100 * float(row['difference']) / float(row['base_mean']):+.0f}%)"
             .replace("-", "\u2212"))
            for row in found[:_MOST]
        ],
    )  # fmt: skip
    if saved.few:
        return Warning_([f"With {inside(world.label)}: too few runs to tell which figure moves first."], table)
    if not found:
        return Warning_(
            [f"With {inside(world.label)}, no weekly figure moves by three in a hundred beyond chance."], table
        )
    lead = found[0]
    sentences = [
        f"With {inside(world.label)}, the first figure to move beyond chance is "
        f"{inside(_name(saved, lead['series']))}, in {_month(lead['period'])}."
    ]
    hiring = _hiring(saved)
    if hiring and saved.worlds[0].start:
        (quick, few), (slow, many) = hiring
        moment = date.fromisoformat(saved.worlds[0].start) + timedelta(days=round(float(lead["from_day"])))
        dates = [long_date((moment - timedelta(days=round(days))).isoformat(), 0) for days in (many, few)]
        sentences.append(
            f"Posts take {few:,.0f} ({quick}) to {many:,.0f} days ({slow}) to fill in the model: to have people there "
            f"by then, advertise between {dates[0]} and {dates[1]}. Lead times of providers' contracts are not in it."
        )
    return Warning_(sentences, table)


def _moved(row: dict[str, str]) -> bool:
    if row["low"] == "" or float(row["base_mean"]) <= 0.5:
        return False
    clear = float(row["low"]) > 0.0 or float(row["high"]) < 0.0
    return clear and _share(row) >= _LEAST


def _share(row: dict[str, str]) -> float:
    return abs(float(row["difference"])) / float(row["base_mean"])


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
        title = next((s["title"] for s in saved.worlds[0].stations if thing in (s["id"], s["counts_as"])), thing)
        return f"People waiting: {title.replace('_', ' ')}"
    if noun == "ready" and thing:
        return f"People ready to leave hospital, waiting for: {thing.replace('_', ' ')}"
    return _NAMES.get(series, capital(series.replace("_", " ").replace(".", ": ")))


def _hiring(saved: Saved) -> tuple[tuple[str, float], tuple[str, float]] | None:
    """The quickest and the slowest role to hire in the base, in days."""
    times: dict[str, float] = {}
    for row in saved.rows("inputs"):
        parts = row["path"].split(".")
        if row["scenario"] == saved.worlds[0].name and parts[0] == "workforce" and parts[-1] == "time_to_hire":
            number, _, unit = row["text"].partition(" ")
            if unit == "days":
                times[parts[1].replace("_", " ")] = float(number.replace(",", ""))
    if not times:
        return None
    return min(times.items(), key=lambda entry: entry[1]), max(times.items(), key=lambda entry: entry[1])
