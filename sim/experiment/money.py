"""Money as rows: mean pounds by financial year and unit cost."""

from __future__ import annotations

import math

from sim.experiment.runs import Results
from sim.measures.ledger import year_of_days
from sim.measures.setting import Setting

__all__ = ["MONEY_HEADER", "money_rows"]

MONEY_HEADER = (
    "scenario", "financial_year", "cost", "of", "payer", "worth", "prices",
    "gross", "contributions", "nhs_income", "net", "used",
)  # fmt: skip


def money_rows(results: Results) -> list[tuple[object, ...]]:
    """Mean pounds over replications: ``MONEY_HEADER``; none of a scenario without costs."""
    found: list[tuple[object, ...]] = []
    for world in results.worlds:
        setting = Setting.of(world.scenario)
        years = dict.fromkeys(year_of_days(setting.start, math.ceil(setting.days - 1e-9)))
        means = world.money.mean(axis=0)
        for column, year in enumerate(years):
            for row, price in enumerate(setting.prices):
                about = (price.name, price.of, price.payer, price.worth, world.scenario.costs[price.name].prices)
                found.append((world.name, year, *about, *means[row, column].tolist()))
    return found
