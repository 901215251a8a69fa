"""Offered load and stocks, against numbers worked by hand."""

from pathlib import Path

import pytest

from sim.scenario import load, loads
from sim.scenario.laws import mean, tail
from sim.scenario.schema import Distribution, Number

SERVICE = """
title: By hand
people:
  need: {order: [low, high], low: 0.6, high: rest}
demand:
  requests: {rate: 1000/year}
doors:
  requests: talk
workforce:
  worker: {posts: 10, vacancy: 0.2, sickness: 0.05, leave: 0.1, productive: 0.5}
staffing:
  worker: {desk: 0.25, cases: rest}
teams:
  desk: {calendar: office_hours}
  cases: {calendar: office_hours}
pools:
  beds: {capacity: 20}
market:
  care: {hours: 2000 h/week, providers: 4}
stations:
  talk:
    kind: task
    team: desk
    effort: {by: need, low: 1 h, otherwise: 4 h}
    next: {by: need, low: {done: 0.9, assessment: rest}, high: {bed: 0.25, assessment: 0.5, done: rest}}
  assessment:
    kind: task
    team: cases
    caseload: 10
    effort: 12 h
    elapsed: 73 days
    next: {care: 0.25, done: rest}
  bed:
    kind: stay
    pool: beds
    takes_stock: true
    length: {dist: uniform, min: 20 days, max: 53 days}
    next: done
  care:
    kind: package
    market: care
    takes_stock: true
    amount: {dist: gamma, mean: 10 h/week, sd: 4 h/week}
    while_here: on_care
  done: {kind: exit}
events:
  on_care:
    died: {rate: 0.4/year, to: done}
    moved: {rate: 0.1/year, to: done}
stock:
  beds: 10
  care: {here: 100}
run: {start: 2026-04-01, length: 365 days}
"""

OPEN = 1 - (8 + 9 * 5 / 7 - 3) / (5 * 365 / 7)
"""Of the weekdays of a year, those an office is open: 8 bank holidays, 9 days at Christmas with 3 of them."""


def written(tmp_path: Path, text: str = SERVICE) -> str:
    path = tmp_path / "service.yaml"
    path.write_text(text)
    return str(path)


@pytest.fixture
def by_thing(tmp_path: Path) -> dict[str, loads.Load]:
    return {found.thing: found for found in loads.offered(load(written(tmp_path)))}


def test_effort_by_need_against_paid_hours(by_thing: dict[str, loads.Load]) -> None:
    desk = by_thing["desk"]
    assert desk.arrivals_a_year == pytest.approx(1000)
    assert desk.demand_a_year == pytest.approx(600 * 1 + 400 * 4)
    # 8 of 10 posts filled, a quarter of them here, 37 hours for 365 / 7 weeks, half of the time at work on cases, but
    # for the days on which the office is closed
    assert desk.capacity_a_year == pytest.approx(8 * 0.25 * 37 * 365 / 7 * 0.9 * 0.95 * 0.5 * OPEN)
    assert desk.load == pytest.approx(2200 / desk.capacity_a_year)


def test_the_load_of_a_caseload_is_the_larger_of_hours_and_cases(by_thing: dict[str, loads.Load]) -> None:
    # 60 low and 200 high are assessed: 260 x 12 h against 6 workers' hours; 260 x 73 / 365 cases against 60 slots
    hours = 260 * 12 / (6 * 37 * 365 / 7 * 0.9 * 0.95 * 0.5)
    assert hours < 260 * 0.2 / 60
    cases = by_thing["cases"]
    assert (cases.unit, cases.capacity_a_year) == ("cases in hand", pytest.approx(60))
    assert cases.load == pytest.approx(260 * 0.2 / 60)


def test_beds_and_hours_of_care(by_thing: dict[str, loads.Load]) -> None:
    assert by_thing["beds"].demand_a_year == pytest.approx(100 * 36.5)
    assert by_thing["beds"].load == pytest.approx(0.5)
    # 65 packages a year of 2 years each are 130 open, of 10 hours a week
    assert by_thing["care"].load == pytest.approx(1300 / 2000, rel=1e-4)


def test_stock_starts_and_stay_by_littles_law(tmp_path: Path) -> None:
    bed, care = loads.stocks(load(written(tmp_path)))
    assert (bed.starts_a_year, bed.stay, bed.expected) == pytest.approx((100, 36.5, 10))
    assert bed.warning == ""
    assert (care.starts_a_year, care.stay, care.expected) == pytest.approx((65, 730, 130))
    assert care.off == pytest.approx(100 / 130 - 1)
    assert "100 people are here at the start" in care.warning


def test_too_much_work_is_a_queue_without_end_unless_people_leave_it(tmp_path: Path) -> None:
    path = written(tmp_path)
    busy = {found.thing: found for found in loads.offered(load(path, ["demand.requests.rate=2000/year"]))}
    assert "queue without end" in busy["desk"].warning
    waiting = SERVICE.replace("    team: desk\n", "    team: desk\n    waiting: gone\n").replace(
        "events:\n", "events:\n  gone:\n    withdrew: {rate: 0.01/week, to: done}\n"
    )
    path = written(tmp_path, waiting)
    desk = {found.thing: found for found in loads.offered(load(path, ["demand.requests.rate=2000/year"]))}["desk"]
    assert desk.warning == ""
    # What is beyond capacity leaves at a hundredth a week: that many wait
    beyond = 2000 * (1 - 1 / desk.load)
    assert f"about {beyond / (0.01 * 365 / 7):,.0f} people wait" in desk.note


def test_little_work_is_idle(tmp_path: Path) -> None:
    desk = loads.offered(load(written(tmp_path), ["demand.requests.rate=100/year"]))[0]
    assert "idle" in desk.warning


def test_a_kept_package_is_in_use_on_a_side_trip_and_reviews_come_once_a_year(tmp_path: Path) -> None:
    text = SERVICE.replace(
        "    moved: {rate: 0.1/year, to: done}\n",
        "    moved: {rate: 0.1/year, to: done}\n"
        "    review_due: {after: 365 days, repeats: true, to: review, package: keep}\n",
    ).replace(
        "  done: {kind: exit}\n", "  review: {kind: task, elapsed: 36.5 days, next: return}\n  done: {kind: exit}\n"
    )
    care = loads.stocks(load(written(tmp_path, text)))[1]
    # With half of the packages ending in a year, 0.5 / (exp(0.5) - 1) = 0.77 reviews a package and year, 0.1 year each
    assert care.expected == pytest.approx(130 * (1 + 0.1 * 0.5 / (2.718281828**0.5 - 1)), rel=1e-3)
    assert care.starts_a_year == pytest.approx(65, rel=1e-6)


@pytest.mark.parametrize(
    ("law", "params", "expected"),
    [
        ("constant", {"value": 3}, 3),
        ("triangular", {"min": 10, "mode": 38, "max": 42}, 30),
        ("lognormal", {"mu": 3.5, "sigma": 0.6}, 39.646),
        ("gamma", {"mean": 31, "sd": 12, "max": 42}, 26.93),  # by quadrature
        ("exponential", {"mean": 10, "max": 10}, 4.180),  # 10 (1 - 2/e) / (1 - 1/e)
    ],
)
def test_means_of_laws_cut_off_or_not(law: str, params: dict[str, float], expected: float) -> None:
    given = Distribution(dist=law, params={name: Number(value=value) for name, value in params.items()})
    assert mean(given, lambda number: number.value) == pytest.approx(expected, rel=2e-3)


def test_the_tail_of_a_law() -> None:
    given = Distribution(dist="exponential", params={"mean": Number(value=10)})
    assert tail(given, 10, lambda number: number.value) == pytest.approx(0.3679, abs=2e-3)


def test_a_list_at_the_start_takes_the_work_of_those_who_leave_it(tmp_path: Path) -> None:
    """80 wait, and leave at half a year each: 40 of 1,000 a year, with their 2.2 hours, ask for nothing."""
    listed = SERVICE.replace("    team: desk\n", "    team: desk\n    waiting: gone\n")
    listed = listed.replace("events:\n", "events:\n  gone:\n    withdrew: {rate: 0.5/year, to: done}\n")
    listed = listed.replace("stock:\n", "stock:\n  talk: {waiting: 80}\n")
    desk = {found.thing: found for found in loads.offered(load(written(tmp_path, listed)))}["desk"]
    assert desk.demand_a_year == pytest.approx(2200)
    assert desk.load == pytest.approx(2200 * 0.96 / desk.capacity_a_year, rel=1e-3)
    assert "80 wait at the start; 4% of those who join leave a list that long" in desk.note


def test_tight_is_where_people_may_come_to_harm_while_they_wait(tmp_path: Path) -> None:
    plain = {found.thing: found for found in loads.offered(load(written(tmp_path)))}
    assert not any(found.tight or found.outside for found in plain.values())
    harmed = SERVICE.replace("    pool: beds\n", "    pool: beds\n    waiting: gone\n")
    left = harmed.replace("events:\n", "events:\n  gone:\n    withdrew: {rate: 0.5/year, to: done}\n")
    assert not any(found.tight for found in loads.offered(load(written(tmp_path, left))))
    harmed = harmed.replace("events:\n", "events:\n  gone:\n    worse: {rate: 0.5/year, need: {change: 1}}\n")
    beds = {found.thing: found for found in loads.offered(load(written(tmp_path, harmed)))}
    assert [thing for thing, found in beds.items() if found.tight] == ["beds"]
    assert beds["beds"].load == pytest.approx(0.5)
    assert beds["beds"].outside


def test_a_package_in_use_may_end_while_its_review_waits(tmp_path: Path) -> None:
    """Of 20 on the list 30 a year leave it by what may happen to a package: that they die, move, or are due again."""
    reviewed = SERVICE.replace(
        "    moved: {rate: 0.1/year, to: done}\n",
        "    moved: {rate: 0.1/year, to: done}\n    looked_at: {rate: 1/year, to: review, package: keep}\n",
    )
    reviewed = reviewed.replace(
        "  done: {kind: exit}\n",
        "  review: {kind: task, team: reviewers, effort: 2 h, next: return}\n  done: {kind: exit}\n",
    )
    reviewed = reviewed.replace("teams:\n", "teams:\n  reviewers: {workers: 1, calendar: always}\n")
    reviewed = reviewed.replace("stock:\n", "stock:\n  review: {waiting: 20}\n")
    scenario = load(written(tmp_path, reviewed))
    reviewers = {found.thing: found for found in loads.offered(scenario)}["reviewers"]
    # 0.4 + 0.1 + 1 a year: back to the package, where it happens
    joined = reviewers.demand_a_year / 2
    assert reviewers.load * reviewers.capacity_a_year / 2 == pytest.approx(joined - 30, rel=1e-3)
    care = next(found for found in loads.stocks(scenario) if found.station == "care")
    assert care.stay == pytest.approx(730, rel=1e-3)
