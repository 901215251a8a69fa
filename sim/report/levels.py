"""Plots of measures side by side: who waits where, and delayed days by reason and by who can act on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.experiment.intervals import summarise
from sim.measures.words import number, one_such, range_of, spans_zero
from sim.report.dots import Dot, DotRow, Dots, dots_key
from sim.report.parts import WORDS, Figure, bracketed, brief, inside, joined
from sim.report.phrases import more, nothing, size
from sim.report.saved import Fact, Saved, World

__all__ = ["HOSPITALS_OWN", "WHO_CAN_ACT", "Delayed", "delayed_people", "delays", "plot", "waiting", "who_acts"]

_MOST = 4
WHO_CAN_ACT: Mapping[str, str] = {
    "delayed_days_hospital": "the hospital",
    "delayed_days_hub": "hospital and council together",
    "delayed_days_council": "the council",
    "delayed_days_home": "the council, with the NHS",
    "delayed_days_bed": "the NHS and the council together",
    "delayed_days_care_home": "the council and its market",
}
"""Measure of delay -> who can act on it: how commissioning is shared out in England, not a finding of the model."""
_LEAD = "Hospital bed days lost: "
_YEAR = 365.0
"""Days."""
HOSPITALS_OWN = (
    "Delays that are the hospital's alone (medicines, transport, a decision on the ward) are not told apart here: they "
    "lie within the time of the care transfer hub, or are left out."
)
"""Where no step of the hospital's own is in the model."""
_ENDS = ("_six_months", "_end", "_all")


def waiting(saved: Saved) -> Figure | None:
    """People waiting on average, by what they wait for."""
    facts = [
        fact for fact in saved.facts
        if fact.unit == "people" and not fact.id.endswith(_ENDS)
        and (fact.id.startswith("waiting_") or fact.id.endswith(".waiting") or fact.id == "reviews_overdue")
    ]  # fmt: skip
    titles = {
        fact.id: f"Waiting: {inside(fact.title.removesuffix(': mean number waiting'))}"
        if "." in fact.id
        else fact.title
        for fact in facts
    }
    return plot(saved, "who-waits", "Who waits where", facts, "people", titles)


def delays(saved: Saved) -> Figure | None:
    """Days lost in hospital beds, by reason and by who can act on it."""
    facts = [fact for fact in saved.facts if fact.id in WHO_CAN_ACT]
    titles = {fact.id: fact.title.removeprefix(_LEAD) for fact in facts}
    titles = {id: f"{title[:1].upper()}{title[1:]}" for id, title in titles.items()}
    found = plot(
        saved,
        "delays",
        "Hospital bed days lost, by reason",
        facts,
        "bed days a year",
        titles,
        WHO_CAN_ACT,
        "Bed days lost: ",
    )
    own = any(one.who == "the hospital" for world in saved.worlds for one in who_acts(saved, world))
    return found if found is None or own else replace(found, notes=(*found.notes, HOSPITALS_OWN))


@dataclass(frozen=True)
class Delayed:
    """People delayed on an average day by one thing."""

    id: str
    what: str
    who: str
    """Who can act on it."""
    people: float


def who_acts(saved: Saved, world: World) -> list[Delayed]:
    """What people wait for in hospital, ready to leave: the most first."""
    titles = {fact.id: fact.title.removeprefix(_LEAD) for fact in saved.facts}
    found = [
        Delayed(id, titles[id], who, value / _YEAR)
        for id, who in WHO_CAN_ACT.items()
        if (world.name, id) in saved.measures and (value := saved.measures[world.name, id]["mean"])
    ]
    return sorted(found, key=lambda one: -one.people)


def delayed_people(saved: Saved, world: World, ids: Collection[str]) -> str:
    """People delayed by any of some things on an average day, with the 95% interval of their sum: '6.3 (6.1 to 6.5)'.

    Without an interval where the table of replications has none of them, or too few.
    """
    by_replication: dict[str, float] = {}
    for row in saved.rows("measures"):
        if row["scenario"] == world.name and row["id"] in ids and row["value"]:
            number_ = row["replication"]
            by_replication[number_] = by_replication.get(number_, 0.0) + float(row["value"]) / _YEAR
    found = summarise(np.array(list(by_replication.values())))
    mean = sum(saved.measures[world.name, id]["mean"] or 0.0 for id in ids) / _YEAR
    return bracketed(f"{mean:,.1f}", range_of(found.low, found.high, "people", 1))


def plot(
    saved: Saved, id: str, title: str, facts: Sequence[Fact], unit: str, titles: Mapping[str, str],
    subs: Mapping[str, str] | None = None, lead: str = "",
) -> Figure | None:  # fmt: skip
    """Measures of one unit in every world, the largest first; None where no world has any of them."""
    worlds = saved.worlds[:_MOST]
    shown = [fact for fact in facts if any(_value(saved, world, fact) is not None for world in worlds)]
    shown = [fact for fact in shown if any((_value(saved, world, fact) or 0.0) > 0 for world in worlds)]
    if not shown:
        return None
    shown.sort(key=lambda fact: -max(_value(saved, world, fact) or 0.0 for world in worlds))
    subs = subs or {}
    rows = tuple(
        DotRow(titles[fact.id], tuple(_dot(saved, world, fact) for world in worlds), subs.get(fact.id, ""))
        for fact in shown
    )
    such = one_such(worlds[0].days)
    ranged = any(dot and dot.low is not None for row in rows for dot in row.dots)
    caption = f"{title}, {unit}. Dot: mean." + (f" Line: {such}, 5th to 95th percentile." if ranged else "")
    active = _active(saved, title, shown, titles, lead)
    said = _words(saved, worlds, shown, titles, subs)
    header, table = _table(saved, worlds, shown, titles, subs, such)
    drawn = Dots(id, active, said, unit, rows, tuple(world.label for world in worlds))
    key = dots_key(drawn.series, ranged)
    return Figure(id, active, caption, said, drawn.svg(), key, header, table)


def _value(saved: Saved, world: World, fact: Fact) -> float | None:
    value: float | None = saved.measures[world.name, fact.id]["mean"]
    return value


def _dot(saved: Saved, world: World, fact: Fact) -> Dot | None:
    found = saved.measures[world.name, fact.id]
    return None if found["mean"] is None else Dot(found["mean"], found["p5"], found["p95"])


def _active(saved: Saved, title: str, facts: Sequence[Fact], titles: Mapping[str, str], lead: str) -> str:
    """The largest of a run; of a comparison of two, where the difference is largest."""
    if lead and len(saved.worlds) == 2 and (told := _whole(saved)):
        return told
    if len(saved.worlds) == 2:
        found = [(fact, saved.differences[saved.worlds[1].name, fact.id]) for fact in facts]
        clear = [
            (fact, one["mean"]) for fact, one in found
            if one["low"] is not None and not spans_zero(one["low"], one["high"]) and not nothing(one["mean"], fact)
        ]  # fmt: skip
        if not clear:
            return f"{title}: {'too few runs to tell' if saved.few else 'no clear difference'}"
        fact, mean = max(clear, key=lambda entry: abs(entry[1]))
        said = more(mean, fact)
        name = brief(titles[fact.id], WORDS - len(f"{lead} {said}".split()))
        return f"{lead}{inside(name)}, {said}" if lead else f"{name}: {said}"
    return f"{title}: most, {inside(brief(titles[facts[0].id], WORDS - 1 - len(title.split())))}"


def _whole(saved: Saved) -> str:
    """What all the delay comes to, where that is clear: a part must not say more while the whole says less."""
    fact = next((one for one in saved.facts if one.id == "delayed_bed_days"), None)
    if fact is None:
        return ""
    found = saved.differences[saved.worlds[1].name, fact.id]
    if found["low"] is None or spans_zero(found["low"], found["high"]) or nothing(found["mean"], fact):
        return ""
    return f"Hospital bed days lost to delay: {more(found['mean'], fact)}"


def _words(
    saved: Saved, worlds: Sequence[World], facts: Sequence[Fact], titles: Mapping[str, str], subs: Mapping[str, str]
) -> str:
    said = []
    for fact in facts[:6]:
        values = [
            f"{number(found['mean'], fact.unit, fact.decimals)} in {inside(world.label)}"
            for world in worlds
            if (found := saved.measures[world.name, fact.id])["mean"] is not None
        ]
        who = f" ({subs[fact.id]} can act)" if fact.id in subs else ""
        said.append(f"{titles[fact.id]}{who}: {joined(values)}.")
    rest = f" And {len(facts) - 6} more in the table." if len(facts) > 6 else ""
    return " ".join(said) + rest


def _table(
    saved: Saved, worlds: Sequence[World], facts: Sequence[Fact], titles: Mapping[str, str],
    subs: Mapping[str, str], such: str,
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:  # fmt: skip
    header = ["What", *(["Who can act"] if subs else [])]
    for world in worlds:
        header += [f"{world.label}: mean (95% interval)", f"{world.label}: {such}"]
    for world in worlds[1:]:
        header.append(f"Difference, {inside(world.label)} (95% interval)")
    rows = []
    for fact in facts:
        cells = [titles[fact.id], *([subs[fact.id]] if subs else [])]
        for world in worlds:
            found = saved.measures[world.name, fact.id]
            mean = number(found["mean"], fact.unit, fact.decimals, found.get("over"))
            cells.append(bracketed(mean, range_of(found["low"], found["high"], fact.unit, fact.decimals)))
            cells.append(range_of(found["p5"], found["p95"], fact.unit, fact.decimals, found.get("over")) or "none")
        for world in worlds[1:]:
            difference = saved.differences[world.name, fact.id]
            if difference["mean"] is None:
                cells.append("not known")
                continue
            ends = ""
            if difference["low"] is not None:
                ends = f" ({_signed(difference['low'], fact)} to {_signed(difference['high'], fact)})"
            cells.append(f"{_signed(difference['mean'], fact)}{ends}")
        rows.append(tuple(cells))
    return tuple(header), rows


def _signed(value: float, fact: Fact) -> str:
    sign = "" if nothing(value, fact) else "+" if value > 0 else "\u2212"
    return f"{sign}{size(abs(value), fact)}"
