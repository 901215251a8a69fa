"""Money as rows: pounds by financial year and unit cost, of every replication."""

from __future__ import annotations

import math

from sim.experiment.runs import Results
from sim.measures.ledger import year_of_days
from sim.measures.setting import Setting

__all__ = ["MONEY_HEADER", "money_rows"]

MONEY_HEADER = (
    "scenario", "replication", "financial_year", "cost", "of", "payer", "worth", "prices",
    "gross", "contributions", "nhs_income", "net", "used",
)  # fmt: skip


def money_rows(results: Results) -> list[tuple[object, ...]]:
    """Pounds of each replication, so that any sum of them has its interval: ``MONEY_HEADER``."""
    found: list[tuple[object, ...]] = []
    for world in results.worlds:
        setting = Setting.of(world.scenario)
        years = dict.fromkeys(year_of_days(setting.start, math.ceil(setting.days - 1e-9)))
        abouts = [
            (price.name, price.of, price.payer, price.worth, world.scenario.costs[price.name].prices)
            for price in setting.prices
        ]
        for replication, values in enumerate(world.money):
            for column, year in enumerate(years):
                for about, pounds in zip(abouts, values[:, column], strict=True):
                    found.append((world.name, replication, year, *about, *pounds.tolist()))
    return found
