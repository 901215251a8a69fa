"""Opening times by hand-checked dates."""

from __future__ import annotations

from datetime import date

import pytest

from sim.engine.calendars import Calendar, bank_holidays, christmas, easter
from sim.engine.grid import TICKS
from sim.scenario.calendars import shipped
from sim.scenario.schema import CalendarSpec

START = date(2026, 4, 1)  # a Wednesday


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"),
        (2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"),
        (2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26"),
        (2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
        (2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"),
        (2028, "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26"),
    ],
)
def test_weekday_bank_holidays_are_those_published(year: int, days: str) -> None:
    expected = {date.fromisoformat(f"{year}-{day}") for day in days.split()}
    assert {day for day in bank_holidays(year) if day.weekday() < 5} == expected


def test_christmas_on_a_sunday_has_its_substitute_on_tuesday() -> None:
    assert {day for day in bank_holidays(2022) if day.month == 12} == {date(2022, 12, d) for d in (25, 26, 27)}


def test_every_year_has_eight_weekday_bank_holidays() -> None:
    assert {sum(day.weekday() < 5 for day in bank_holidays(year)) for year in range(1990, 2090)} == {8}


@pytest.mark.parametrize(("year", "day"), [(2000, "04-23"), (2008, "03-23"), (2011, "04-24"), (2038, "04-25")])
def test_easter(year: int, day: str) -> None:
    assert easter(year) == date.fromisoformat(f"{year}-{day}")


def test_the_christmas_closure_is_24_december_to_1_january() -> None:
    assert not christmas(date(2026, 12, 23))
    assert all(christmas(date(2026, 12, d)) for d in range(24, 32))
    assert christmas(date(2027, 1, 1))
    assert not christmas(date(2027, 1, 2))


def test_office_hours_in_days() -> None:
    office = Calendar(shipped["office_hours"], START, 1.0)
    assert not office.always
    assert office.weekly == pytest.approx(5 / 3)
    opens, closes = office.open_on(0) or (0, 0)
    assert opens == round(0.375 * TICKS) / TICKS == 0.375
    assert closes == pytest.approx(17 / 24, abs=0.5 / TICKS)
    assert closes * TICKS == int(closes * TICKS)


def test_the_office_is_closed_over_easter_and_at_weekends() -> None:
    office = Calendar(shipped["office_hours"], START, 1.0)
    closed = [day for day in range(14) if office.open_on(day) is None]
    assert closed == [2, 3, 4, 5, 10, 11]


def test_days_before_the_start_belong_to_the_warm_up() -> None:
    office = Calendar(shipped["office_hours"], START, 1.0)
    assert office.open_on(-1) == pytest.approx((-1 + 9 / 24, -1 + 17 / 24), abs=1e-6)
    assert office.open_on(-3) is None


def test_a_model_in_minutes_has_the_same_hours() -> None:
    office = Calendar(shipped["office_hours"], START, 1440.0)
    assert office.open_on(1) == (1440 + 540, 1440 + 1020)
    assert office.weekly == 5 * 8 * 60


def test_always_is_open_at_every_moment_and_its_days_meet_to_the_bit() -> None:
    always = Calendar(shipped["always"], START, 24.0)
    assert always.always
    assert always.weekly == 168
    for day in range(-3, 3):
        opens, closes = always.open_on(day) or (0, 0)
        assert (opens, closes) == (24 * day, 24 * day + 24)


def test_shipped_weeks() -> None:
    hours = {name: Calendar(spec, START, 24.0).weekly for name, spec in shipped.items()}
    assert hours == pytest.approx({"always": 168, "office_hours": 40, "extended_week": 72, "seven_days": 70})
    extended, seven = (Calendar(shipped[name], START, 24.0) for name in ("extended_week", "seven_days"))
    assert extended.open_on(3) == (3 * 24 + 8, 3 * 24 + 20)
    assert extended.open_on(4) is None
    assert seven.open_on(4) == (4 * 24 + 8, 4 * 24 + 18)


def test_a_christmas_fortnight_without_starts() -> None:
    spec = CalendarSpec(days=(0, 1, 2, 3, 4), open=540, close=1020, closed=("bank_holidays", "christmas"))
    office = Calendar(spec, date(2026, 12, 21), 1.0)
    assert [day for day in range(15) if office.open_on(day)] == [0, 1, 2, 14]


def test_a_calendar_that_is_closed_on_holidays_is_not_always_open() -> None:
    assert not Calendar(CalendarSpec(closed=("bank_holidays",)), START, 1.0).always


def test_a_calendar_must_open_before_it_closes() -> None:
    with pytest.raises(ValueError, match="opens before it closes"):
        Calendar(CalendarSpec(open=1020, close=540), START, 1.0)
