"""Money by payer, gross and net, in the period and committed; what is cash, what is avoided, what releases room."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.experiment.intervals import summarise
from sim.measures.words import change, change_range, range_of
from sim.report.answer import compared
from sim.report.headlines import measure_row
from sim.report.parts import Extra, Row, bracketed, capital, inside, worded
from sim.report.saved import Saved, World

__all__ = ["Money", "Sum", "by_cost", "by_year", "money", "sums"]

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
    told += [_unmet(world) for world in others if _less_care(saved, world)]
    caveat = (
        "Bed days are capacity, not cash: a hospital bed freed is used by the next person. Only what is marked "
        "cashable can leave a budget, and only once contracts and posts are given up."
    )
    return Money([*told, caveat], [measure_row(saved, fact) for fact in facts], _years(saved), _costs(saved))


def _less_care(saved: Saved, world: World) -> bool:
    """Whether net cost falls while more care is not delivered, both beyond chance."""
    cost, missing = (
        saved.differences.get((world.name, id)) or {} for id in ("net_cost", "undelivered_home_care_hours")
    )
    return (cost.get("high") or 0.0) < 0.0 < (missing.get("low") or 0.0)


def _unmet(world: World) -> str:
    where = inside(world.label)
    return f"Less is spent in {where} while more hours of care go undelivered: unmet need, not only a saving."


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
