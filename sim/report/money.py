"""Money by payer, gross and net, in the period and committed; what is cash, what is avoided, what releases room."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.experiment.intervals import summarise
from sim.measures.ledger import YEAR
from sim.measures.words import change, change_range, range_of, spans_zero
from sim.report.answer import compared, interval
from sim.report.headlines import measure_row
from sim.report.parts import Extra, Row, bracketed, capital, inside, joined, worded
from sim.report.phrases import more, nothing
from sim.report.saved import Fact, Saved, World

__all__ = ["Money", "Sum", "by_cost", "by_year", "money", "outturn", "sums"]

Floats = npt.NDArray[np.float64]
_Key = tuple[str, ...]


@dataclass(frozen=True)
class Sum:
    """A sum of money in one world, pounds: its mean and its paired difference to the base, with 95% intervals.

    nan: too few replications, no such cost, or the base itself.
    """

    mean: float
    low: float
    high: float
    change: float
    change_low: float
    change_high: float


@dataclass(frozen=True)
class Money:
    """What is spent, by whom, and what a difference is worth."""

    sentences: Sequence[str]
    rows: Sequence[Row]
    years: Extra | None
    costs: Extra | None


def money(saved: Saved) -> Money | None:
    """None where the scenario names no cost."""
    facts = [fact for fact in saved.facts if fact.group == "Money"]
    if not facts:
        return None
    base, *others = saved.worlds
    net = next((fact for fact in facts if fact.id == "net_cost"), None)
    told = [] if net is None else [f"{capital(compared(saved, net, base, world))}." for world in others]
    told += [said for world in others if net is not None and (said := _behind(saved, net, world))]
    told += [_unmet(saved, world) for world in others if _less_care(saved, world)]
    caveat = (
        "Bed days are capacity, not cash: a hospital bed freed is used by the next person. Only what is marked "
        "cashable can leave a budget, and only once contracts and posts are given up."
    )
    if any(fact.id == "capacity_unused" for fact in facts):
        caveat += " Cashable, avoided, and capacity in use and not in use add up to what both spend together."
    return Money([*told, caveat], [measure_row(saved, fact) for fact in facts], _years(saved), _costs(saved))


def _less_care(saved: Saved, world: World) -> bool:
    """Whether net cost falls while more care is not delivered, both beyond chance."""
    cost, missing = (
        saved.differences.get((world.name, id)) or {} for id in ("net_cost", "undelivered_home_care_hours")
    )
    return (cost.get("high") or 0.0) < 0.0 < (missing.get("low") or 0.0)


def _unmet(saved: Saved, world: World) -> str:
    fact = next(one for one in saved.facts if one.id == "undelivered_home_care_hours")
    found = saved.differences[world.name, fact.id]
    return (
        f"Less is spent in {inside(world.label)} while {more(found['mean'], fact)} hours of care a week go undelivered "
        f"({interval(found['low'], found['high'], fact)}): unmet need, not only a saving."
    )


def _behind(saved: Saved, net: Fact, world: World) -> str:
    """The two costs to the council that move its net most, beyond chance; nothing where the net does not."""
    whole = saved.differences[world.name, net.id]
    if whole["low"] is None or spans_zero(whole["low"], whole["high"]) or nothing(whole["mean"], net):
        return ""
    at, scale = saved.worlds.index(world), 1e6 * world.days / YEAR
    moved = [
        (abs(one.change), cost, [value / scale for value in (one.change, one.change_low, one.change_high)])
        for (cost,), found in sums(saved, _by_council).items()
        if not math.isnan((one := found[at]).change_low) and not spans_zero(one.change_low, one.change_high)
    ]
    told = [
        f"{inside(worded(cost))} {more(mean, net)} ({interval(*((low, high) if mean > 0 else (high, low)), net)})"
        for _, cost, (mean, low, high) in sorted(moved, reverse=True)[:2]
        if not nothing(mean, net)
    ]
    where = f" in {inside(world.label)}" if len(saved.worlds) > 2 else ""
    return f"What moves it most{where}, net: {joined(told)}." if told else ""


def outturn(saved: Saved, net: str) -> str:
    """What the last world costs the council (``net``), the NHS and both, and whether it is cash."""
    return " ".join(part for part in (net, _nhs(saved), _together(saved), _cash(saved)) if part)


def _told(saved: Saved, id: str, unclear: str, clear: str) -> str:
    """What a difference in money comes to; nothing where there is none."""
    fact = next((one for one in saved.facts if one.id == id), None)
    found = saved.differences.get((saved.worlds[-1].name, id)) if fact is not None else None
    if fact is None or found is None or found["mean"] is None or found["low"] is None:
        return ""
    if spans_zero(found["low"], found["high"]) or nothing(found["mean"], fact):
        return unclear
    ends = (found["low"], found["high"]) if found["mean"] > 0 else (found["high"], found["low"])
    return clear.format(f"{more(found['mean'], fact)} a year ({interval(*ends, fact)})")


def _cash(saved: Saved) -> str:
    """Whether spend that a budget can keep differs."""
    clear = "Spend that is cashable, whoever pays: {}. Next year lies outside this run."
    return _told(saved, "cashable_cost", "Whether any of it is cash cannot be told.", clear)


def _nhs(saved: Saved) -> str:
    """What it costs the NHS beside."""
    clear = "For the NHS: {}, bed days among it, which are capacity and never cash."
    return _told(saved, "nhs_cost", "What it costs the NHS cannot be told from nothing.", clear)


def _together(saved: Saved) -> str:
    """What it costs council and NHS as one."""
    return _told(saved, "public_cost", "For both together it cannot be told from nothing.", "Both together: {}.")


def sums(saved: Saved, key: Callable[[Mapping[str, str]], Iterable[tuple[_Key, float]]]) -> dict[_Key, list[Sum]]:
    """Sums of ``money.csv`` by a key: of each world, in order, its mean and its difference to the base.

    ``key`` says of a row what it adds to which sums. A table without replications holds means: it gives no interval.
    """
    replications: dict[str, int] = {}
    found: dict[_Key, dict[str, dict[int, float]]] = {}
    for row in saved.rows("money"):
        at = replications.setdefault(row.get("replication", ""), len(replications))
        for one, pounds in key(row):
            each = found.setdefault(one, {}).setdefault(row["scenario"], {})
            each[at] = each.get(at, 0.0) + pounds
    nothing = np.full(len(replications), np.nan)
    told = {}
    for one, by_world in found.items():
        values = [
            np.array([by_world[world.name].get(at, 0.0) for at in range(len(nothing))])
            if world.name in by_world
            else nothing
            for world in saved.worlds
        ]
        changes = [nothing, *(after - values[0] for after in values[1:])]
        told[one] = [Sum(*_summed(value), *_summed(other)) for value, other in zip(values, changes, strict=True)]
    return told


def _summed(values: Floats) -> tuple[float, float, float]:
    found = summarise(values)
    return found.mean, found.low, found.high


def by_year(row: Mapping[str, str]) -> Iterator[tuple[_Key, float]]:
    """Net by financial year and payer; what the NHS pays the council is the NHS's."""
    paid, income = (float(row[key] or 0.0) for key in ("gross", "nhs_income"))
    yield (row["financial_year"], row["payer"]), paid if row["payer"] == "nhs" else float(row["net"] or 0.0)
    if income:
        yield (row["financial_year"], "nhs"), income


def _by_council(row: Mapping[str, str]) -> Iterator[tuple[_Key, float]]:
    """Net to the council by unit cost, over the whole period."""
    if row["payer"] == "council":
        yield (row["cost"],), float(row["net"] or 0.0)


def by_cost(row: Mapping[str, str]) -> Iterator[tuple[_Key, float]]:
    """Gross by unit cost, over the whole period."""
    yield (row["cost"], row["payer"], row["worth"], row["prices"]), float(row["gross"] or 0.0)


def _pounds(value: float) -> str:
    sign = "\u2212" if value < 0 else ""
    return f"{sign}£{abs(value) / 1e6:,.2f}m"


def _cells(found: Sequence[Sum]) -> list[str]:
    """Each world's mean and each difference, their intervals in brackets."""
    cells = []
    for one in found:
        mean = "none" if math.isnan(one.mean) else _pounds(one.mean)
        cells.append(bracketed(mean, range_of(one.low / 1e6, one.high / 1e6, "£", 2)))
    for one in found[1:]:
        said = change(one.change / 1e6, "£", 2)
        said = said if said == "not known" else f"{said}m".replace("+", "+£").replace("\u2212", "\u2212£")
        said = "£0.00m" if said == "0.00m" else said
        cells.append(bracketed(said, change_range(one.change_low / 1e6, one.change_high / 1e6, "£", 2)))
    return cells


def _heads(saved: Saved, what: str) -> tuple[str, ...]:
    differences = (f"Difference, {inside(world.label)}" for world in saved.worlds[1:])
    return (*(f"{world.label}: {what}" for world in saved.worlds), *differences)


def _payer(payer: str) -> str:
    return payer.upper() if payer == "nhs" else payer.capitalize()


def _brackets(saved: Saved, found: Mapping[_Key, Sequence[Sum]]) -> str:
    """What brackets hold; that there are none where an earlier version kept means alone."""
    kept = any(not math.isnan(one.low) for told in found.values() for one in told)
    return saved.brackets if kept or saved.few else "Kept as means, without an interval."


def _years(saved: Saved) -> Extra | None:
    """Net by payer and financial year, every world."""
    found = sums(saved, by_year)
    if not found:
        return None
    rows = [(year, _payer(payer), *_cells(told)) for (year, payer), told in found.items()]
    header = ("Financial year", "Payer", *_heads(saved, "net"))
    caption = (
        "Net cost by payer and financial year, of the days that lie in the period. The NHS's is what it pays itself "
        f"and what it pays the council, as in \u201ccost to the NHS\u201d. {_brackets(saved, found)}"
    )
    return Extra(caption, header, rows)


def _costs(saved: Saved) -> Extra | None:
    """Each unit cost: what it came to, and what a difference of it is worth."""
    found = sums(saved, by_cost)
    if not found:
        return None
    rows = [
        (capital(worded(cost)), _payer(payer), worth, prices, *_cells(told))
        for (cost, payer, worth, prices), told in found.items()
    ]
    header = ("Cost", "Payer", "Worth", "Prices of", *_heads(saved, "gross"))
    caption = (
        "Gross cost in the period, by what it is spent on. Cashable: a budget falls when less is needed. Avoided: a "
        f"later bill that need not come. Capacity: room released, never cash. {_brackets(saved, found)}"
    )
    return Extra(caption, header, rows)
