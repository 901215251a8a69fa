"""When a team works: opening and closing in model time, day by day, on the English calendar.

Days run from midnight to midnight and are all 24 hours long (summer time is not modelled). Day 0 is ``run.start``.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from sim.engine.grid import snap
from sim.scenario.schema import CalendarSpec

__all__ = ["Calendar", "bank_holidays", "christmas", "easter"]

_MINUTES = 1440.0
_SATURDAY = 5


class Calendar:
    """Opening times of one calendar, laid along a run that starts on ``start`` with ``day`` time units to the day."""

    def __init__(self, spec: CalendarSpec, start: date, day: float) -> None:
        if not 0.0 <= spec.open < spec.close <= _MINUTES:
            raise ValueError(f"a calendar opens before it closes within a day, not {spec.open:g} to {spec.close:g} min")
        self.always = len(set(spec.days)) == 7 and spec.open == 0.0 and spec.close == _MINUTES and not spec.closed
        """Open at every moment."""
        self.weekly = len(set(spec.days)) * (spec.close - spec.open) / _MINUTES * day
        """Open time units in a week without holidays."""
        self._start = start
        self._day = day
        self._days = frozenset(spec.days)
        self._open = spec.open / _MINUTES
        self._close = spec.close / _MINUTES
        self._bank_holidays = "bank_holidays" in spec.closed
        self._christmas = "christmas" in spec.closed

    def open_on(self, index: int) -> tuple[float, float] | None:
        """Opening and closing on a day, in model time on the grid; None when closed all day. Below 0: the warm-up."""
        if not self.always:
            on = self._start + timedelta(days=index)
            if on.weekday() not in self._days:
                return None
            if self._bank_holidays and on in bank_holidays(on.year):
                return None
            if self._christmas and christmas(on):
                return None
        return snap((index + self._open) * self._day), snap((index + self._close) * self._day)


@lru_cache(maxsize=256)
def bank_holidays(year: int) -> frozenset[date]:
    """English bank holidays of a year, by rule; one-off holidays and moves by proclamation are left out.

    Christmas, Boxing and New Year's Day at a weekend count themselves and by their substitute weekday.
    """
    sunday = easter(year)
    days = {
        sunday - timedelta(days=2),
        sunday + timedelta(days=1),
        _monday_from(date(year, 5, 1)),
        _monday_from(date(year, 5, 25)),
        _monday_from(date(year, 8, 25)),
    }
    for fixed in (date(year, 1, 1), date(year, 12, 26), date(year, 12, 25)):
        substitute = fixed
        while substitute.weekday() >= _SATURDAY or (substitute != fixed and substitute in days):
            substitute += timedelta(days=1)
        days |= {fixed, substitute}
    return frozenset(days)


def christmas(on: date) -> bool:
    """Whether a day is in the closure from 24 December to 1 January, both included."""
    return (on.month == 12 and on.day >= 24) or (on.month == 1 and on.day == 1)


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (Meeus, Jones and Butcher's algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * el) // 451
    month, day = divmod(h + el - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _monday_from(first: date) -> date:
    return first + timedelta(days=-first.weekday() % 7)
