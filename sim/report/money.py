"""Money by payer, gross and net, in the period and committed; what is cash, what is avoided, what releases room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sim.report.answer import compared
from sim.report.headlines import measure_row
from sim.report.parts import Extra, Row, capital, worded
from sim.report.saved import Saved, World

__all__ = ["Money", "money"]


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
    return f"Less is spent in {world.label} while more hours of care go undelivered: unmet need, not only a saving."


def _pounds(value: float) -> str:
    sign = "\u2212" if value < 0 else ""
    return f"{sign}£{abs(value) / 1e6:,.2f}m"


def _years(saved: Saved) -> Extra | None:
    """Net by payer and financial year, every world; what the NHS pays the council is the NHS's."""
    totals: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in saved.rows("money"):
        paid, income = (float(row[key] or 0.0) for key in ("gross", "nhs_income"))
        mine = paid if row["payer"] == "nhs" else float(row["net"] or 0.0)
        totals[row["financial_year"], row["payer"]][row["scenario"]] += mine
        if income:
            totals[row["financial_year"], "nhs"][row["scenario"]] += income
    if not totals:
        return None
    rows = [
        (year, payer.upper() if payer == "nhs" else payer.capitalize(),
         *(_pounds(found[world.name]) if world.name in found else "none" for world in saved.worlds))
        for (year, payer), found in totals.items()
    ]  # fmt: skip
    header = ("Financial year", "Payer", *(f"{world.label}: net" for world in saved.worlds))
    caption = (
        "Net cost by payer and financial year, of the days that lie in the period. The NHS's is what it pays itself "
        "and what it pays the council, as in \u201ccost to the NHS\u201d. Means; intervals are in the table above."
    )
    return Extra(caption, header, rows)


def _costs(saved: Saved) -> Extra | None:
    """Each unit cost: what it came to in the base, and what a difference of it is worth."""
    found: dict[tuple[str, str, str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in saved.rows("money"):
        found[row["cost"], row["payer"], row["worth"], row["prices"]][row["scenario"]] += float(row["gross"] or 0.0)
    if not found:
        return None
    rows = [
        (capital(worded(cost)), payer.upper() if payer == "nhs" else payer.capitalize(),
         worth, prices, *(_pounds(values.get(world.name, 0.0)) for world in saved.worlds))
        for (cost, payer, worth, prices), values in found.items()
    ]  # fmt: skip
    header = ("Cost", "Payer", "Worth", "Prices of", *(f"{world.label}: gross" for world in saved.worlds))
    caption = (
        "Gross cost in the period, by what it is spent on. Cashable: a budget falls when less is needed. Avoided: a "
        "later bill that need not come. Capacity: room released, never cash. Means over replications."
    )
    return Extra(caption, header, rows)
