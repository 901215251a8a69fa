"""Whose lives change: outcome by outcome, by age and need, and journeys of one simulated person in both worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sim.measures.outcomes import OUTCOMES
from sim.measures.words import change, change_range
from sim.report.charts import COLOURS, DASHES, drawing, keyed, nice_ticks
from sim.report.parts import WORDS, Extra, Figure, bracketed, brief, capital, count, inside, worded
from sim.report.saved import Saved, World
from sim.report.series import long_date

__all__ = ["Lives", "lives"]

FEW = 5.0
"""People a replication below which a number is told as few: small numbers name people."""
_MOST = 12


@dataclass(frozen=True)
class Lives:
    """What one alternative does to the people of the base."""

    title: str
    sentences: Sequence[str]
    tables: Sequence[Extra]
    journeys: Sequence[Figure]


def lives(saved: Saved) -> list[Lives]:
    """One entry for each alternative whose people were followed."""
    outcomes, affected = saved.rows("outcomes"), saved.rows("affected")
    found = []
    for number, world in enumerate(saved.worlds[1:], start=1):
        cells = [row for row in outcomes if row["scenario"] == world.name]
        told = [row for row in affected if row["scenario"] == world.name]
        if cells:
            found.append(_of(saved, number, world, cells, told))
    return found


def _of(saved: Saved, number: int, world: World, cells: list[dict[str, str]], affected: list[dict[str, str]]) -> Lives:
    base = saved.worlds[0]
    amounts = {(r["who"], r["band"], r["level"], r["quantity"]): r for r in affected}
    names = inside(world.label), inside(base.label)
    sentences = []
    everyone = {
        quantity: amounts.get(("both", "all", "", quantity)) for quantity in ("people", "better", "worse", "net")
    }
    if all(everyone.values()):
        people, better, worse, net = (row for row in everyone.values() if row is not None)
        sentences.append(
            f"Of {_n(people)} people a year followed in both worlds, {_n(better)} end with a better outcome in "
            f"{names[0]} than in {names[1]}{_ends(better)}, and {_n(worse)} with a worse one{_ends(worse)}."
        )
        tied = net["low"] != "" and float(net["low"]) <= 0.0 <= float(net["high"])
        sentences.append(
            "On balance, whether more end better or worse cannot be told."
            if tied
            else f"On balance, {_n(net, absolute=True)} more people a year end "
            + ("better off than worse off" if float(net["mean"]) > 0 else "worse off than better off")
            + f"{_balance(net)}."
        )
    sentences.append(
        "Better and worse go by one order: "
        + ", ".join(title.lower() for title in OUTCOMES.values())
        + ". It is a convention, not a finding. An outcome is where someone is when the period ends, so that one who "
        "is held up at an early stop may count as better than one who has gone on. Numbers of fewer than five people a "
        "replication are told as few."
    )
    turned = [r for r in cells if (r["who"], r["band"]) == ("both", "all") and r["from"] != r["to"]]
    turned.sort(key=lambda row: -float(row["mean"]))
    told_of = [row for row in turned if float(row["count"]) >= FEW][:_MOST]
    rows = [(_outcome(r["from"]), _outcome(r["to"]), r["turn"], _n(r), _interval(r)) for r in told_of]
    rarer = len(turned) - len(told_of)
    more = f"; {count(rarer, 'rarer one')} {'is' if rarer == 1 else 'are'} in outcomes.csv" if rarer else ""
    tables = [
        Extra(
            f"Outcomes that change, the commonest first{more}",
            (f"In {names[1]}", f"In {names[0]}", "Turn", "People a year", "95% interval"),
            rows,
        ),
        _bands(amounts, saved.brackets),
        _alone(cells, names),
    ]
    journeys = [row for row in saved.rows("journeys") if row["scenario"] == world.name]
    drawn = [
        _journey(saved, number, key, [row for row in journeys if row["journey"] == key], (base, world))
        for key in dict.fromkeys(row["journey"] for row in journeys)
    ]
    title = f"{world.label} against {names[1]}"
    return Lives(title, sentences, [table for table in tables if table.rows], drawn)


def _n(row: dict[str, str], absolute: bool = False) -> str:
    value = float(row["mean"])
    value = abs(value) if absolute else value
    return f"{value:,.0f}" if value >= 9.5 else f"{value:,.1f}"


def _ends(row: dict[str, str]) -> str:
    if row["low"] == "":
        return ""
    low, high = max(0.0, float(row["low"])), float(row["high"])
    return f" (95% interval {low:,.0f} to {high:,.0f})"


def _balance(row: dict[str, str]) -> str:
    """The interval of the balance without its sign; the balance is not the difference of the rounded numbers."""
    if row["low"] == "":
        return " (taken before rounding)"
    low, high = sorted(abs(float(row[end])) for end in ("low", "high"))
    return f" (95% interval {low:,.0f} to {high:,.0f}; taken before rounding)"


def _interval(row: dict[str, str]) -> str:
    return f"{max(0.0, float(row['low'])):,.0f} to {float(row['high']):,.0f}" if row["low"] != "" else "too few runs"


def _outcome(id: str) -> str:
    return OUTCOMES.get(id, capital(worded(id)))


def _bands(amounts: dict[tuple[str, str, str, str], dict[str, str]], brackets: str) -> Extra:
    bands = list(dict.fromkeys((band, level) for who, band, level, _ in amounts if who == "both" and band != "all"))
    rows = []
    for band, level in bands:
        cells = [amounts.get(("both", band, level, q)) for q in ("people", "better", "worse", "longer_wait", "waited")]
        people, better, worse, longer, waited = cells
        if people is None:
            continue
        counts = [_small(row) for row in (better, worse, longer)]
        followed = bracketed(_n(people), _interval(people) if people["low"] else "")
        rows.append((f"{band.capitalize()}: {worded(level)}", followed, *counts, _days(waited)))
    header = (
        "People in both worlds", "Followed, a year", "Better outcome", "Worse outcome", "Wait at least a week longer",
        "Days waited, change a person",
    )  # fmt: skip
    return Extra(f"By age and need on arrival, people a year. {brackets}", header, rows)


def _days(row: dict[str, str] | None) -> str:
    """A change of days a person, with its interval."""
    if row is None:
        return "none"
    mean, low, high = (float(row[key] or "nan") for key in ("mean", "low", "high"))
    return bracketed(change(mean, "days", 1), change_range(low, high, "days", 1))


def _small(row: dict[str, str] | None) -> str:
    if row is None:
        return "none"
    value = float(row["mean"])
    if value < FEW:
        return "few" if value else "none"
    return bracketed(f"{value:,.0f}", _interval(row) if row["low"] else "")


def _alone(cells: list[dict[str, str]], names: tuple[str, str]) -> Extra:
    """Those who come in one world alone: more demand, or less."""
    rows: list[tuple[str, ...]] = []
    for who, name, end in (("scenario_only", names[0], "to"), ("base_only", names[1], "from")):
        told = [row for row in cells if (row["who"], row["band"]) == (who, "all") and float(row["count"]) >= FEW]
        rows += [(f"In {name} alone", _outcome(row[end]), _n(row), _interval(row)) for row in told]
    header = ("People", "Where they are at the end", "A year", "95% interval")
    return Extra("People who come in one world alone", header, rows)


def _journey(saved: Saved, number: int, key: str, rows: list[dict[str, str]], worlds: Sequence[World]) -> Figure:
    """One person's two ways on one axis of time."""
    about = rows[0]
    by_world = [[row for row in rows if row["world"] == world.name] for world in worlds]
    before, after = _outcome(about["from"]).lower(), _outcome(about["to"]).lower()
    last, later = _later(by_world)
    title = f"{capital(about['turn'])}: {before} becomes {after}"
    notes: tuple[str, ...] = ()
    if abs(later) >= 1.0:
        said = f"{count(round(abs(later)), 'day')} {'later' if later > 0 else 'earlier'}"
        notes = (f"{last}, the last stop that both ways come to, is reached {said} in {inside(worlds[1].label)}.",)
        if (later > 0) == (about["turn"] == "better"):
            title = brief(f"{capital(said)}, yet counted as {about['turn']}: {after}", WORDS)
    who = worded(about["attributes"])
    words = []
    for world, steps in zip(worlds, by_world, strict=True):
        told = "; ".join(f"{_when(row, worlds[0])} {row['title']} {worded(row['words'])}" for row in steps)
        told = told.replace("  ", " ")
        words.append(f"In {inside(world.label)}: {told}.")
    share = float(about["share"])
    caption = (
        f"One simulated person ({who}) in both worlds; nobody real. {share:.0%} of all whose outcome changes go from "
        f"{before} to {after}."
    )
    table = [
        (world.label, row["step"], _when(row, worlds[0]), row["title"] or "\u2013", worded(row["words"]))
        for world, steps in zip(worlds, by_world, strict=True)
        for row in steps
    ]
    id = f"journey-{number}-{key}"
    drawn = _draw(id, title, " ".join(words), worlds, by_world)
    line = Markup('<line class="line" x1="0" x2="44" y1="8" y2="8" stroke="{}"{}/>')
    key_list = keyed((line.format(COLOURS[place], _dash(place)), one.label) for place, one in enumerate(worlds))
    header = ("World", "Step", "When", "Where", "What")
    return Figure(id, title, caption, " ".join(words), drawn, key_list, header, table, notes, worded=True)


def _later(by_world: Sequence[list[dict[str, str]]]) -> tuple[str, float]:
    """The last stop that both ways come to, and how many days later it is first reached in the second."""
    first: list[dict[str, float]] = []
    for steps in by_world:
        reached: dict[str, float] = {}
        for row in steps:
            if row["title"] and "ends" not in row["words"].split(" ")[:3]:
                reached.setdefault(row["title"], float(row["day"]))
        first.append(reached)
    both = [title for title in first[1] if title in first[0]]
    if not both:
        return "", 0.0
    last = max(both, key=lambda title: first[1][title])
    return last, first[1][last] - first[0][last]


def _when(row: dict[str, str], base: World) -> str:
    return long_date(base.start, float(row["day"])) if base.start else row["when"]


def _dash(place: int) -> Markup:
    return Markup(' stroke-dasharray="{}"').format(DASHES[place]) if DASHES[place] else Markup("")


def _draw(id: str, title: str, words: str, worlds: Sequence[World], by_world: Sequence[list[dict[str, str]]]) -> Markup:
    days = [float(row["day"]) for steps in by_world for row in steps]
    first, last = min(days), max(*days, min(days) + 1.0)
    drawings = []
    for size, width in (("wide", 860.0), ("narrow", 400.0)):
        left, right = 14.0, width - 22.0

        def x(day: float, left: float = left, right: float = right) -> float:
            return left + (right - left) * (day - first) / (last - first)

        parts = []
        for place, (world, steps) in enumerate(zip(worlds, by_world, strict=True)):
            y = 48.0 + 74.0 * place
            parts.append(
                Markup('<text class="axis" x="{:.1f}" y="{:.1f}">{}</text>').format(left, y - 22.0, world.label)
            )
            ends = [float(row["day"]) for row in steps] or [first]
            rail = Markup('<line class="rail" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}" stroke="{}"{}/>')
            parts.append(rail.format(x(min(ends)), x(max(ends)), y, y, COLOURS[place], _dash(place)))
            shown = -99.0
            for row in steps:
                at = x(float(row["day"]))
                harmed = row["caused_by_waiting"] == "True" or row["caused_by_waiting"] == "1"
                parts.append(Markup('<circle class="stop" cx="{:.1f}" cy="{:.1f}" r="6.5" fill="{}"/>').format(
                    at, y, "#801650" if harmed else "#fff"))  # fmt: skip
                if at - shown >= 15.0:
                    number_of = Markup('<text class="tick" text-anchor="middle" x="{:.1f}" y="{:.1f}">{}</text>')
                    parts.append(number_of.format(at, y + 24.0, row["step"]))
                    shown = at
        y = 48.0 + 74.0 * len(worlds)
        parts.append(Markup('<line class="base" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>').format(
            left, right, y - 12.0, y - 12.0))  # fmt: skip
        for tick in nice_ticks(last - first, 3 if size == "narrow" else 6):
            if tick <= last - first:
                start = worlds[0].start
                label = f"{tick:,.0f} days" if start is None or tick else _short_date(start, first)
                anchor = "start" if tick == 0 else "end" if x(first + tick) > right - 30 else "middle"
                parts.append(Markup('<text class="tick" text-anchor="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(
                    anchor, x(first + tick), y + 6.0, label if tick == 0 else f"+{label}"))  # fmt: skip
        drawings.append(drawing(size, width, y + 16.0, id, title, words, parts))
    return Markup("").join(drawings)


def _short_date(start: str, day: float) -> str:
    day_of, month, year = long_date(start, day).split(" ")
    return f"{day_of} {month[:3]} {year}"
