"""Money: what is spent and by whom, what comes in, what needing less of it would be worth, what is committed."""

from __future__ import annotations

from collections.abc import Callable

from sim.measures.catalogue.common import of_group
from sim.measures.ledger import YEAR, Ledger
from sim.measures.measure import NAN, Formula, Measure
from sim.measures.view import MeasureInput

__all__ = ["MONEY"]

MILLION = 1e6
_UNIT = "£ million a year"


def _a_year(total: Callable[[Ledger], float]) -> Formula:
    """Millions of pounds in the period as a rate a year; nan in a world without costs."""

    def measure(view: MeasureInput) -> float:
        if not view.setting.prices:
            return NAN
        return total(view.ledger) / MILLION * YEAR / (view.horizon / view.day)

    return measure


def _committed(total: Callable[[Ledger], float]) -> Formula:
    def measure(view: MeasureInput) -> float:
        packages = view.setting.named(kind="package")
        return total(view.ledger) / MILLION if view.setting.prices and packages else NAN

    return measure


def _council_net(ledger: Ledger) -> float:
    return float(ledger.by_day["council"].sum())


def _nhs(ledger: Ledger) -> float:
    return float(ledger.by_day["nhs"].sum())


def _unused(ledger: Ledger) -> float:
    return float((ledger.public - ledger.used_net)[ledger.rows(worth="capacity")].sum())


MONEY = of_group(
    "Money",
    (
        Measure(
            id="gross_cost",
            title="Gross cost to the council",
            field="Gross current expenditure, in the model",
            unit=_UNIT,
            direction="lower is better",
            side="council",
            definition=(
                "What the council pays in the period, a year of 365 days: each unit cost times what was used of it (of "
                "a pool, what there was; of a role, people in post), in constant prices of the scenario's one price "
                "year. What is not in the model is not in it."
            ),
            function=_a_year(lambda ledger: float(ledger.spent[ledger.rows(payer="council")].sum())),
            decimals=2,
            source="ASC-FR, gross current expenditure",
        ),
        Measure(
            id="client_contributions",
            title="What people pay towards their care",
            field="Client contributions",
            unit=_UNIT,
            direction="neutral",
            side="council",
            definition="The share of each cost that people pay to the council, in the period, a year of 365 days.",
            function=_a_year(lambda ledger: float(ledger.contributions.sum())),
            decimals=2,
            source="ASC-FR, client contributions",
        ),
        Measure(
            id="nhs_income",
            title="What the NHS pays the council",
            field="NHS income",
            unit=_UNIT,
            direction="neutral",
            side="both",
            definition="The share of each cost that the NHS pays to the council, in the period, a year of 365 days.",
            function=_a_year(lambda ledger: float(ledger.nhs_income.sum())),
            decimals=2,
            source="ASC-FR, income from the NHS",
        ),
        Measure(
            id="net_cost",
            title="Net cost to the council",
            field="Net current expenditure, in the model",
            unit=_UNIT,
            direction="lower is better",
            side="council",
            definition="Gross cost to the council less client contributions and NHS income.",
            function=_a_year(_council_net),
            decimals=2,
            phrase="the council spends {} net",
            source="ASC-FR, net current expenditure",
        ),
        Measure(
            id="nhs_cost",
            title="Cost to the NHS",
            field="NHS cost of beds and services in the model",
            unit=_UNIT,
            direction="lower is better",
            side="nhs",
            definition=(
                "What the NHS pays itself, hospital beds in use among it, and what it pays the council, in the period, "
                "a year of 365 days. A bed day that is not needed is capacity, not money."
            ),
            function=_a_year(_nhs),
            decimals=2,
        ),
        Measure(
            id="public_cost",
            title="Cost to the council and the NHS together",
            field="Public cost",
            unit=_UNIT,
            direction="lower is better",
            side="both",
            definition=(
                "Net cost to the council and cost to the NHS, added up: all that was spent, less what people pay. It "
                "is the sum of what is cashable, what is avoided, capacity in use and capacity not in use."
            ),
            function=_a_year(lambda ledger: _council_net(ledger) + _nhs(ledger)),
            decimals=2,
        ),
        Measure(
            id="cashable_cost",
            title="Cost that falls when less is needed: cashable",
            field="Spend on what is paid for by use",
            unit=_UNIT,
            direction="lower is better",
            side="both",
            definition=(
                "What the council and the NHS together spend, less what people pay, on everything whose `worth` is "
                "`cashable`, a year of 365 days. A difference between two worlds is money back, to whichever of them "
                "pays."
            ),
            function=_a_year(lambda ledger: float(ledger.public[ledger.rows(worth="cashable")].sum())),
            decimals=2,
        ),
        Measure(
            id="avoided_cost",
            title="Cost that need not be met: avoided",
            field="Cost avoidance, base of",
            unit=_UNIT,
            direction="lower is better",
            side="both",
            definition=(
                "The same of everything whose `worth` is `avoided`. A difference between two worlds is a cost not "
                "incurred; no budget falls by it."
            ),
            function=_a_year(lambda ledger: float(ledger.public[ledger.rows(worth="avoided")].sum())),
            decimals=2,
        ),
        Measure(
            id="capacity_in_use",
            title="Value of capacity in use: released, never cash",
            field="Capacity in use at unit cost",
            unit=_UNIT,
            direction="neutral",
            side="both",
            definition=(
                "What was in use of everything whose `worth` is `capacity` (beds, hours of a service), at its unit "
                "cost less what people pay, a year of 365 days. A difference between two worlds is capacity released "
                "for others, not money."
            ),
            function=_a_year(lambda ledger: float(ledger.used_net[ledger.rows(worth="capacity")].sum())),
            decimals=2,
        ),
        Measure(
            id="capacity_unused",
            title="Cost of capacity that is not in use",
            field="Capacity paid for and not in use",
            unit=_UNIT,
            direction="neutral",
            side="both",
            definition=(
                "What was spent, less what people pay, on everything whose `worth` is `capacity`, beyond capacity in "
                "use: places and hours that stand empty in a pool paid for whole, and what spot beds cost more, a year "
                "of 365 days. It falls as capacity is filled, and no budget falls by it."
            ),
            function=_a_year(_unused),
            decimals=2,
        ),
        Measure(
            id="committed_gross_cost",
            title="Committed at the end: a year of the packages then open, gross",
            field="Full-year effect of open packages, gross",
            unit=_UNIT,
            direction="lower is better",
            side="council",
            definition=(
                "Packages open when the reported time ends, those kept or on hold among them, for 365 days at the "
                "prices of the last day. Savings arrive late: this is where they show first."
            ),
            function=_committed(lambda ledger: float(ledger.committed[ledger.rows(payer="council")].sum())),
            decimals=2,
        ),
        Measure(
            id="committed_net_cost",
            title="Committed at the end: a year of the packages then open, net",
            field="Full-year effect of open packages, net",
            unit=_UNIT,
            direction="lower is better",
            side="council",
            definition="The same less client contributions and NHS income.",
            function=_committed(lambda ledger: float(ledger.committed_net[ledger.rows(payer="council")].sum())),
            decimals=2,
        ),
    ),
)
