"""Profiles: the yearly total stays, the shape is the one written."""

from __future__ import annotations

from datetime import date

import pytest

from sim.engine.profiles import daily_factors, hourly_factors
from sim.scenario.schema import Profile

MONDAY = date(2026, 3, 30)
WEEK = {"mon": 1.35, "tue": 1.20, "wed": 1.15, "thu": 1.10, "fri": 1.05, "sat": 0.65, "sun": 0.50}
YEAR = {"jan": 1.06, "feb": 1.04, "mar": 1.02, "apr": 0.99, "may": 0.98, "jun": 0.97}


def test_a_profile_without_parts_is_1() -> None:
    assert daily_factors(Profile(), -2, 3, MONDAY, 1.0) == [1.0] * 5
    assert hourly_factors(Profile()) is None


def test_weekdays_average_1_over_a_week() -> None:
    week = daily_factors(Profile(weekday=WEEK), 0, 7, MONDAY, 1.0)
    assert week == pytest.approx([1.35, 1.2, 1.15, 1.1, 1.05, 0.65, 0.5])
    doubled = {name: 2 * weight for name, weight in WEEK.items()}
    assert daily_factors(Profile(weekday=doubled), 0, 7, MONDAY, 1.0) == pytest.approx(week)


def test_days_of_the_warm_up_have_their_own_weekday() -> None:
    assert daily_factors(Profile(weekday=WEEK), -1, 1, MONDAY, 1.0) == pytest.approx([0.5, 1.35])


def test_a_weight_not_written_is_1() -> None:
    week = daily_factors(Profile(weekday={"sat": 0.5, "sun": 0.0}), 0, 7, MONDAY, 1.0)
    assert week == pytest.approx([7 / 5.5] * 5 + [3.5 / 5.5, 0.0])


def test_months_average_1_over_the_days_of_a_year() -> None:
    year = daily_factors(Profile(month=YEAR), 0, 365, date(2026, 1, 1), 1.0)
    assert sum(year) == pytest.approx(365)
    assert year[0] / year[364] == pytest.approx(1.06)
    assert year[30] == year[0] != year[31]


def test_steps_hold_from_their_midnight() -> None:
    flu = Profile(steps=((2.0, 1.25), (4.0, 1.0)))
    assert daily_factors(flu, -1, 6, MONDAY, 1.0) == [1, 1, 1, 1.25, 1.25, 1, 1]


def test_a_step_in_the_middle_of_a_day_holds_from_the_next_midnight() -> None:
    assert daily_factors(Profile(steps=((1.5, 2.0),)), 0, 4, MONDAY, 1.0) == [1, 1, 2, 2]


def test_a_step_before_the_run_already_holds() -> None:
    assert daily_factors(Profile(steps=((-10.0, 2.0),)), 0, 2, MONDAY, 1.0) == [2, 2]


def test_a_ramp_is_a_line_from_where_the_last_step_had_got_to() -> None:
    flu = Profile(steps=((1.0, 2.0), (3.0, 1.0)), ramp=4.0)
    assert daily_factors(flu, 0, 8, MONDAY, 1.0) == pytest.approx([1, 1, 1.25, 1.5, 1.375, 1.25, 1.125, 1])


def test_steps_are_in_model_time() -> None:
    assert daily_factors(Profile(steps=((48.0, 2.0),), ramp=24.0), 0, 5, MONDAY, 24.0) == [1, 1, 1, 2, 2]


def test_growth_compounds_by_the_year_from_the_start() -> None:
    ageing = daily_factors(Profile(growth=0.012), -365, 731, MONDAY, 1.0)
    assert ageing[365] == 1.0
    assert ageing[0] == pytest.approx(1 / 1.012)
    assert ageing[730] == pytest.approx(1.012)
    assert ageing[1095] == pytest.approx(1.012**2)


def test_parts_multiply() -> None:
    both = Profile(weekday=WEEK, steps=((0.0, 2.0),))
    assert daily_factors(both, 5, 7, MONDAY, 1.0) == pytest.approx([1.3, 1.0])


def test_an_hour_holds_until_the_next_and_through_midnight() -> None:
    day = hourly_factors(Profile(hour={0: 0.5, 8: 1.4, 20: 0.9}))
    mean = (8 * 0.5 + 12 * 1.4 + 4 * 0.9) / 24
    assert day == pytest.approx([0.5 / mean] * 8 + [1.4 / mean] * 12 + [0.9 / mean] * 4)
    late = hourly_factors(Profile(hour={6: 3.0, 18: 1.0}))
    assert late == pytest.approx([0.5] * 6 + [1.5] * 12 + [0.5] * 6)


@pytest.mark.parametrize("profile", [Profile(weekday=dict.fromkeys(WEEK, 0.0)), Profile(month={"jan": -12.0})])
def test_weights_that_are_all_0_are_refused(profile: Profile) -> None:
    with pytest.raises(ValueError, match="weights of a profile are all 0"):
        daily_factors(profile, 0, 1, MONDAY, 1.0)


def test_hours_that_are_all_0_are_refused() -> None:
    with pytest.raises(ValueError, match="hour weights"):
        hourly_factors(Profile(hour={0: 0.0}))
