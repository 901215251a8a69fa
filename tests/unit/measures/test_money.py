"""Money on a log small enough to add up on paper."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.measures.catalogue.money import MONEY
from sim.measures.ledger import by_year, spend, year_of_days
from sim.measures.setting import Price
from sim.measures.view import MeasureInput
from sim.scenario import ScenarioError, load
from tests.unit.measures.hand import Hand

FORMULAS = {measure.id: measure.function for measure in MONEY}


def price(noun: str, of: str, per: str, cost: float | tuple[float, ...], people: float = 0.0, nhs: float = 0.0,
          payer: str = "council", worth: str = "cashable") -> Price:  # fmt: skip
    """One price of a hand-made setting."""
    return Price(of, noun, of, per, payer, worth, cost if isinstance(cost, tuple) else (cost,), (people,), (nhs,))  # type: ignore[arg-type]


def place() -> Hand:
    """100 days. One has 14 h of home care from day 10, in hospital from 40 to 50 with the package on hold, reviewed
    from 60 to 61 with it kept. One is in a care home from 30 to the end. A ward bed is used from 40 to 50 and kept to
    70; 5 reablement hours of 20 are used for 20 days; 2 then 3 people are in post."""
    hand = Hand(
        home=("package", "home_care"), residential=("package", "care_home"), ward=("stay", "hospital", "hospital"),
        recovery=("stay", "reablement", "", "pool:hours"), review=("task", "review"),
    )  # fmt: skip
    hand.spell(1, "home", "service", 10, 10, 40, amount=14)
    hand.spell(1, "home", "held", started=40, ended=50, amount=14, reason="hold")
    hand.spell(1, "home", "service", 50, 50, 60, amount=14)
    hand.spell(1, "home", "held", started=60, ended=61, amount=14, reason="kept")
    hand.spell(1, "home", "open_service", 61, 61, amount=14)
    hand.spell(2, "residential", "open_service", 30, 30)
    hand.spell(1, "ward", "service", 40, 40, 50).spell(1, "ward", "held", started=50, ended=70, reason="home")
    hand.spell(3, "recovery", "service", 0, 0, 20, amount=5)
    hand.level("pool:hours.capacity", (-10, 20.0)).level("role:worker.in_post", (-10, 2.0), (50, 3.0))
    return hand


def view(*prices: Price, start: date | None = date(2027, 1, 1)) -> MeasureInput:
    """The place with these prices."""
    seen = place().view()
    seen.setting = replace(seen.setting, prices=prices, start=start)
    return seen


def pounds(measure: str, *prices: Price) -> float:
    """A measure in pounds of the 100 days."""
    return FORMULAS[measure](view(*prices)) * 1e6 * 100 / 365


HOME = price("care", "home_care", "hour", 21.0, people=0.2, nhs=0.05)
RESIDENTIAL = price("care", "care_home", "week", 700.0, people=0.25)
BED = price("care", "hospital", "day", 500.0, payer="nhs", worth="capacity")
ATTENDANCE = price("care", "hospital", "start", 400.0, payer="nhs", worth="avoided")
HOURS = price("pool", "hours", "hour", 35.0, nhs=0.4, worth="capacity")
POST = price("role", "worker", "year", 36500.0)


def test_home_care_is_paid_by_the_hour_in_use_and_not_while_on_hold() -> None:
    assert pounds("gross_cost", HOME) == pytest.approx(80 * 14 / 7 * 21)


def test_a_care_home_is_paid_by_the_week() -> None:
    assert pounds("gross_cost", RESIDENTIAL) == pytest.approx(70 / 7 * 700)


def test_net_is_gross_less_what_people_and_the_nhs_pay() -> None:
    gross = 80 * 14 / 7 * 21
    assert pounds("client_contributions", HOME) == pytest.approx(0.2 * gross)
    assert pounds("nhs_income", HOME) == pytest.approx(0.05 * gross)
    assert pounds("net_cost", HOME) == pytest.approx(0.75 * gross)
    assert pounds("net_cost", HOME, RESIDENTIAL) == pytest.approx(0.75 * gross + 0.75 * 7000)


def test_a_bed_kept_is_a_bed_used_and_the_nhs_pays_for_it() -> None:
    assert pounds("nhs_cost", BED) == pytest.approx(30 * 500)
    assert pounds("gross_cost", BED) == 0.0
    assert pounds("nhs_cost", BED, HOME) == pytest.approx(30 * 500 + 0.05 * 80 * 14 / 7 * 21)


@pytest.mark.parametrize("days", [100, 10])
def test_spend_day_by_day_adds_up_to_what_is_spent(days: int) -> None:
    """Of ten days the daily series has fiftieths, each with the rate of its day."""
    seen = view(HOME, RESIDENTIAL, BED, HOURS)
    seen.horizon = float(days)
    for payer, measure in (("council", "net_cost"), ("nhs", "nhs_cost")):
        rates = spend(seen, payer)
        assert len(rates) == (100 if days == 100 else 50)
        assert rates @ np.diff(seen.edges) == pytest.approx(FORMULAS[measure](seen) * 1e6 * days / 365)
    if days == 100:
        assert spend(seen, "council")[35] == pytest.approx(14 / 7 * 21 * 0.75 + 100 * 0.75 + 20 * 35 / 7 * 0.6)


def test_a_cost_by_start_counts_starts() -> None:
    assert pounds("nhs_cost", ATTENDANCE) == pytest.approx(400)


def test_care_on_hold_is_paid_for_by_its_retainer() -> None:
    """14 h a week for ten days in hospital, at half the price: 20 h at 10.50; people and the NHS pay their shares."""
    kept = replace(HOME, retainer=(0.5,))
    assert pounds("gross_cost", kept) - pounds("gross_cost", HOME) == pytest.approx(20 * 10.5)
    assert pounds("net_cost", kept) - pounds("net_cost", HOME) == pytest.approx(0.75 * 20 * 10.5)


def test_a_retainer_is_paid_from_a_date() -> None:
    """From day 46, of a hold from 40 to 50."""
    kept = replace(HOME, retainer=(0.0,) * 46 + (1.0,) * 54)
    assert pounds("gross_cost", kept) - pounds("gross_cost", HOME) == pytest.approx(8 * 21)


def test_a_pool_is_paid_for_whole_and_its_use_is_worth_capacity() -> None:
    assert pounds("gross_cost", HOURS) == pytest.approx(100 * 20 / 7 * 35)
    assert pounds("capacity_in_use", HOURS) == pytest.approx(20 * 5 / 7 * 35)


def test_what_is_bought_one_at_a_time_is_paid_for_as_it_is_used() -> None:
    """Of 20 hours 17 are spot: 3 are paid for throughout, and 2 more for 20 days at half as much again."""
    spot = replace(HOURS, block=(3.0,), premium=(0.5,))
    assert pounds("gross_cost", spot) == pytest.approx((100 * 3 + 20 * 2 * 1.5) / 7 * 35)
    assert pounds("capacity_in_use", spot) == pytest.approx(20 * 5 / 7 * 35)


def test_spot_capacity_is_bought_from_a_date_until_another() -> None:
    """All 20 hours are a block until day 10; then 17 of them are spot, and 2 are used of these for ten days."""
    spot = replace(HOURS, block=(20.0,) * 10 + (3.0,) * 90, premium=(0.5,))
    assert pounds("gross_cost", spot) == pytest.approx((10 * 20 + 90 * 3 + 10 * 2 * 1.5) / 7 * 35)


def test_staff_are_paid_while_in_post() -> None:
    assert pounds("gross_cost", POST) == pytest.approx((50 * 2 + 50 * 3) * 100)


def test_agency_staff_cost_their_premium_on_top() -> None:
    seen = place().level("role:worker.agency", (-10, 0.0), (80, 1.0)).view()
    dear = replace(POST, premium=(0.5,))
    seen.setting = replace(seen.setting, prices=(dear,), start=date(2027, 1, 1))
    assert FORMULAS["gross_cost"](seen) * 1e6 * 100 / 365 == pytest.approx((50 * 2 + 50 * 3 + 20 * 1.5) * 100)


EVERYTHING = (HOME, RESIDENTIAL, BED, ATTENDANCE, HOURS, POST)


def test_cashable_avoided_and_capacity_are_net_of_what_people_pay_whoever_pays() -> None:
    """What the NHS pays the council is a cost of one of them and moves nothing out of the public purse."""
    assert pounds("cashable_cost", *EVERYTHING) == pytest.approx(0.8 * 80 * 14 / 7 * 21 + 0.75 * 7000 + 25000)
    assert pounds("avoided_cost", *EVERYTHING) == pytest.approx(400)
    assert pounds("capacity_in_use", *EVERYTHING) == pytest.approx(30 * 500 + 20 * 5 / 7 * 35)
    assert pounds("capacity_unused", *EVERYTHING) == pytest.approx((100 * 20 - 20 * 5) / 7 * 35)


def test_what_people_pay_is_no_part_of_capacity_in_use_or_not() -> None:
    shared = replace(HOURS, contributions=(0.1,))
    assert pounds("capacity_in_use", shared) == pytest.approx(0.9 * 20 * 5 / 7 * 35)
    assert pounds("capacity_unused", shared) == pytest.approx(0.9 * (100 * 20 - 20 * 5) / 7 * 35)


@pytest.mark.parametrize("prices", [
    EVERYTHING,
    (replace(HOURS, block=(3.0,), premium=(0.5,), contributions=(0.1,)), replace(HOME, retainer=(0.5,)), BED),
    (replace(BED, worth="cashable"), replace(HOME, worth="avoided"), replace(POST, worth="capacity")),
])  # fmt: skip
def test_the_parts_add_up_to_the_whole(prices: tuple[Price, ...]) -> None:
    """Cashable, avoided, capacity in use and not: together what the council and the NHS spend."""
    parts = ("cashable_cost", "avoided_cost", "capacity_in_use", "capacity_unused")
    assert sum(pounds(part, *prices) for part in parts) == pytest.approx(pounds("public_cost", *prices))


def test_council_and_nhs_together_count_what_passes_between_them_once() -> None:
    net, nhs = pounds("net_cost", HOME, BED), pounds("nhs_cost", HOME, BED)
    assert pounds("public_cost", HOME, BED) == pytest.approx(net + nhs)
    assert net + nhs == pytest.approx(0.8 * 80 * 14 / 7 * 21 + 15000)


def test_committed_is_a_year_of_what_is_open_at_the_end() -> None:
    seen = view(HOME, RESIDENTIAL, BED, POST)
    assert FORMULAS["committed_gross_cost"](seen) * 1e6 == pytest.approx(365 * (14 / 7 * 21 + 100))
    assert FORMULAS["committed_net_cost"](seen) * 1e6 == pytest.approx(365 * 0.75 * (14 / 7 * 21 + 100))


def test_a_price_that_changes_is_paid_as_it_stands_on_the_day() -> None:
    dated = price("care", "care_home", "day", tuple([100.0] * 50 + [110.0] * 50))
    assert pounds("gross_cost", dated) == pytest.approx(20 * 100 + 50 * 110)
    assert FORMULAS["committed_gross_cost"](view(dated)) * 1e6 == pytest.approx(365 * 110)


def test_each_financial_year_has_its_own_days() -> None:
    """From 1 January to 10 April: 90 days in one year, 10 in the next."""
    table = by_year(view(RESIDENTIAL, HOURS))
    assert table.shape == (2, 2, 5)
    assert table[0, :, 0] == pytest.approx([60 * 100, 10 * 100])
    assert table[0, :, 3] == pytest.approx([60 * 75, 10 * 75])
    assert table[1, :, 4] == pytest.approx([20 * 5 / 7 * 35, 0.0])
    assert year_of_days(date(2027, 3, 31), 2) == ["2026-27", "2027-28"]
    assert year_of_days(None, 2) == ["run", "run"]


def test_a_world_without_costs_has_no_money() -> None:
    assert np.isnan([formula(view()) for formula in FORMULAS.values()]).all()


COSTED = """\
title: Home care
demand:
  callers: {rate: 1/day}
doors:
  callers: home
market:
  homes: {hours: 700 h/week}
pools:
  beds: {capacity: 5}
workforce:
  worker: {posts: 2}
events:
  ends: {ended: {rate: 0.1/day, to: out}}
stations:
  home: {kind: package, counts_as: home_care, market: homes, amount: 10 h/week, while_here: ends}
  bed: {kind: stay, pool: beds, length: 3 days, next: out}
  out: {kind: exit}
costs:
  home: {care: home_care, cost: 20, per: hour, prices: 2024-25}
  bed: {pool: beds, cost: 150, per: day, prices: 2024-25}
stock: {bed: 2}
run: {length: 30 days}
"""


def said(text: str) -> str:
    Path("it.yaml").write_text(text)
    with pytest.raises(ScenarioError) as raised:
        load("./it.yaml")
    return str(raised.value)


@pytest.mark.parametrize(("old", "new", "message"), [
    ("{care: home_care, cost", "{cost",
     "costs.home: nothing says what it is the cost of; write one of `care`, `pool` and `role`"),
    ("care: home_care, cost", "care: home_car, cost", "no station counts as `home_car`"),
    ("pool: beds, cost: 150, per: day", "pool: beds, cost: 150, per: hour",
     "`beds` is counted otherwise; write `per: day`"),
    ("per: day, prices: 2024-25", "per: day, prices: 2023-24", "prices of 2023-24 here, of 2024-25 in `costs.home`"),
    ("per: day, prices: 2024-25", "per: day, prices: 2024",
     "`2024` is not a financial year; write one such as `2024-25`"),
    ("pool: beds, cost: 150", "pool: beds, cost: 150, payer: nhs, nhs_income: 0.3", "nothing comes in to the council"),
    ("pool: beds, cost: 150", "pool: beds, contributions: 0.6, nhs_income: 0.6, cost: 150", "pay 1.2 of the cost"),
    ("pool: beds, cost: 150, per: day", "care: out, cost: 150, per: start", "no station counts as `out`"),
    ("{pool: beds, cost: 150, per: day, prices: 2024-25}", "{role: worker, cost: 150, per: week, prices: 2024-25}",
     "no role costs by the week; known: `year`"),
    ("cost: 20, per: hour", "cost: 20, per: start", ""),
    ("cost: 150, per: day", "cost: 150, premium: 0.5, per: day", "costs.bed.premium: nothing here costs more"),
    ("cost: 20, per: hour", "cost: 20, premium: 0.5, per: hour", "costs.home.premium: nothing here costs more"),
    ("cost: 150, per: day", "cost: 150, retainer: 0.5, per: day", "costs.bed.retainer: nothing here is on hold"),
    ("cost: 20, per: hour", "cost: 20, retainer: 0.5, per: start", "costs.home.retainer: nothing here is on hold"),
    ("cost: 20, per: hour", "cost: 20, retainer: 0.5, per: hour",
     "costs.home.retainer: nothing here is on hold; write an event with `package: {hold: 14 days}`"),
    ("cost: 20, per: hour", "cost: 20, retainer: 2, per: hour", "costs.home.retainer: "),
    ("{capacity: 5}", "{capacity: 5, spot: 2 h/week}", "pools.beds.spot: it is counted otherwise than the `capacity`"),
    ("stock: {bed", "  more: {care: bed, cost: 1, per: day, prices: 2024-25}\nstock: {bed",
     "`bed` is in the pool `beds`, which `costs.bed` pays for whole"),
])  # fmt: skip
def test_costs_hold_together(old: str, new: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert old in COSTED
    text = COSTED.replace(old, new)
    if not message:
        Path("it.yaml").write_text(text)
        assert load("./it.yaml").costs["home"].per == "start"
        return
    assert message in said(text)


def test_a_retainer_is_of_care_that_an_event_puts_on_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kept = COSTED.replace("cost: 20, per", "cost: 20, retainer: 0.5, per").replace("next: out", "next: return")
    away = ", fell: {rate: 0.1/day, to: bed, package: %s}}\nstations"
    Path("it.yaml").write_text(kept.replace("}\nstations", away % "{hold: 5 days}"))
    assert load("./it.yaml").costs["home"].retainer.value == 0.5
    assert "nothing here is on hold" in said(kept.replace("}\nstations", away % "keep"))
