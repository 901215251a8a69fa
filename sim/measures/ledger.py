"""What a replication costs: each price times what was used of it, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.measures.areas import Floats, level_series, presence

if TYPE_CHECKING:
    from sim.measures.setting import Price
    from sim.measures.view import MeasureInput

__all__ = ["YEAR", "Ledger", "by_year", "spend", "year_of_days"]

YEAR = 365.0
"""Days."""
_WEEK = 7.0
_IN_USE = ("kept",)
"""Why a package is in use while its person is elsewhere."""
_ON_HOLD = ("hold",)
"""Why it is not, and paid for by its retainer."""


@dataclass(frozen=True)
class Ledger:
    """Pounds by price (row) and day of the reported time (column); nothing before it. The last day may be a part."""

    prices: tuple[Price, ...]
    spent: Floats
    """Paid to whoever provides it, by whoever pays."""
    used: Floats
    """The same of what was in use: less than was spent where a pool is paid for whole, or care while on hold."""
    used_net: Floats
    """Of what was in use: all but the share that people pay."""
    contributions: Floats
    """Of what was spent: what people pay to the council."""
    nhs_income: Floats
    """Of what was spent: what the NHS pays to the council."""
    committed: Floats
    """By price: a year of the packages open at the end, at the prices of the last day."""
    committed_net: Floats
    """The same less contributions and income."""
    days: int

    @classmethod
    def of(cls, view: MeasureInput) -> Ledger:
        """The ledger of a replication."""
        edges = _edges(view)
        prices = view.setting.prices
        shape = (len(prices), len(edges) - 1)
        spent, used, used_net = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        people, nhs = np.zeros(shape), np.zeros(shape)
        committed, net = np.zeros(len(prices)), np.zeros(len(prices))
        lengths = np.diff(edges) / view.day
        for row, price in enumerate(prices):
            cost, by_people, by_nhs = (_daily(values, shape[1]) for values in _values(price))
            spent[row] = cost * lengths * _paid(view, price, edges)
            used[row] = cost * lengths * _in_use(view, price, edges)
            used_net[row] = used[row] * (1.0 - by_people)
            people[row], nhs[row] = spent[row] * by_people, spent[row] * by_nhs
            committed[row] = cost[-1] * YEAR * _open_at_end(view, price)
            net[row] = committed[row] * (1.0 - by_people[-1] - by_nhs[-1])
        return cls(prices, spent, used, used_net, people, nhs, committed, net, shape[1])

    def rows(self, *, payer: str | None = None, worth: str | None = None) -> npt.NDArray[np.bool_]:
        """Which prices one pays, and which needing less of would be worth."""
        return np.array([(payer in (None, p.payer)) and (worth in (None, p.worth)) for p in self.prices], np.bool_)

    @property
    def net(self) -> Floats:
        """Spent less what comes in to the council."""
        found: Floats = self.spent - self.contributions - self.nhs_income
        return found

    @property
    def public(self) -> Floats:
        """Spent less what people pay: what the NHS pays the council stays in it, counted once."""
        found: Floats = self.spent - self.contributions
        return found

    @property
    def by_day(self) -> dict[str, Floats]:
        """Payer -> pounds by day: the council's net, and what the NHS pays itself and the council."""
        nhs: Floats = self.spent[self.rows(payer="nhs")].sum(axis=0) + self.nhs_income.sum(axis=0)
        council: Floats = self.net[self.rows(payer="council")].sum(axis=0)
        return {"council": council, "nhs": nhs}


def years(view: MeasureInput) -> list[str]:
    """The financial year of each day of the reported time; 'run' where the scenario has no dates."""
    return year_of_days(view.setting.start, len(_edges(view)) - 1)


def year_of_days(first: date | None, days: int) -> list[str]:
    """The financial year of so many days from the first; 'run' where there is no date."""
    if first is None:
        return ["run"] * days
    found = []
    for day in range(days):
        today = first + timedelta(days=day)
        april = today.year if (today.month, today.day) >= (4, 1) else today.year - 1
        found.append(f"{april}-{(april + 1) % 100:02d}")
    return found


def by_year(view: MeasureInput) -> Floats:
    """Pounds by price, financial year (in order of time) and (gross, contributions, NHS income, net, used)."""
    ledger = view.ledger
    each = (ledger.spent, ledger.contributions, ledger.nhs_income, ledger.net, ledger.used)
    labels = years(view)
    order = list(dict.fromkeys(labels))
    days = np.array([order.index(label) for label in labels])
    found = np.zeros((len(ledger.prices), len(order), len(each)))
    for column, values in enumerate(each):
        for year in range(len(order)):
            found[:, year, column] = values[:, days == year].sum(axis=1)
    return found


def spend(view: MeasureInput, payer: str) -> Floats:
    """Pounds a day of a payer in each period of the daily series."""
    days = _edges(view)
    rates = view.ledger.by_day[payer] * view.day / np.diff(days)
    middles = (view.edges[:-1] + view.edges[1:]) / 2.0
    found: Floats = rates[np.searchsorted(days, middles) - 1]
    return found


def _edges(view: MeasureInput) -> Floats:
    count = max(1, int(np.ceil(view.horizon / view.day - 1e-9)))
    edges: Floats = np.minimum(np.arange(count + 1) * view.day, view.horizon)
    return edges


def _values(price: Price) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    return price.cost, price.contributions, price.nhs_income


def _daily(values: tuple[float, ...], days: int) -> Floats:
    found: Floats = np.full(days, values[0]) if len(values) == 1 else np.array(values[:days])
    return found


def _per_day(price: Price) -> float:
    """Units of the price in one day of one person, place, weekly hour or post."""
    return {"hour": 1.0 / _WEEK, "week": 1.0 / _WEEK, "day": 1.0, "year": 1.0 / YEAR}[price.per]


def _paid(view: MeasureInput, price: Price, edges: Floats) -> Floats:
    """Units paid for, a day."""
    if price.noun == "care":
        retainer = _daily(price.retainer, len(edges) - 1)
        return _in_use(view, price, edges) + (retainer * _on_hold(view, price, edges) if retainer.any() else 0.0)
    if price.noun == "pool":
        if price.block is None:
            return _level(view, f"pool:{price.of}.capacity", edges) * _per_day(price)
        days = len(edges) - 1
        block = _daily(price.block, days) * _per_day(price)
        beyond: Floats = np.maximum(0.0, _in_use(view, price, edges) - block)
        return block + beyond * (1.0 + _daily(price.premium, days))
    agency = _level(view, f"role:{price.of}.agency", edges) * (1.0 + _daily(price.premium, len(edges) - 1))
    return (_level(view, f"role:{price.of}.in_post", edges) + agency) * _per_day(price)


def _level(view: MeasureInput, thing: str, edges: Floats) -> Floats:
    times, values = view.level(thing)
    return level_series(edges, times, values) if len(times) else np.zeros(len(edges) - 1)


def _in_use(view: MeasureInput, price: Price, edges: Floats) -> Floats:
    """Units used, a day; of staff, those paid."""
    if price.noun == "role":
        return _paid(view, price, edges)
    if price.noun == "pool":
        stations = frozenset(s.name for s in view.setting.stops.values() if s.thing == f"pool:{price.of}")
    else:
        stations = view.setting.named(counts_as=price.of)
    if price.per == "start":
        times = view.spells["started"][view.starts(stations)]
        found: Floats = np.histogram(times, edges)[0] / (np.diff(edges) / view.day)
        return found
    packages = view.setting.named(kind="package")
    total = np.zeros(len(edges) - 1)
    for begun, until, amounts in (
        view.serving(stations),
        view.held(stations & packages, _IN_USE),
        view.held(stations - packages),
    ):
        total += presence(edges, begun, until, amounts if price.per == "hour" else None)
    return total * _per_day(price)


def _on_hold(view: MeasureInput, price: Price, edges: Floats) -> Floats:
    """Units of packages on hold, a day."""
    packages = view.setting.named(counts_as=price.of) & view.setting.named(kind="package")
    begun, until, amounts = view.held(packages, _ON_HOLD)
    return presence(edges, begun, until, amounts if price.per == "hour" else None) * _per_day(price)


def _open_at_end(view: MeasureInput, price: Price) -> float:
    """Units a day of the packages open at the end, those kept or on hold among them."""
    if price.noun != "care" or price.per == "start":
        return 0.0
    stations = view.setting.named(counts_as=price.of, kind="package")
    rows = view.rows(stations, "open_service", "open_held")
    amount = float(view.spells["amount"][rows].sum()) if price.per == "hour" else float(len(rows))
    return amount * _per_day(price)
