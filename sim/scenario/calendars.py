"""The calendars that every scenario knows without writing them."""

from __future__ import annotations

from collections.abc import Mapping

from sim.scenario.schema import CalendarSpec

__all__ = ["shipped"]

_WEEKDAYS = (0, 1, 2, 3, 4)

shipped: Mapping[str, CalendarSpec] = {
    "always": CalendarSpec(),
    "office_hours": CalendarSpec(days=_WEEKDAYS, open=9 * 60, close=17 * 60, closed=("bank_holidays", "christmas")),
    "extended_week": CalendarSpec(days=(*_WEEKDAYS, 5), open=8 * 60, close=20 * 60),
    "seven_days": CalendarSpec(open=8 * 60, close=18 * 60),
}
"""Round the clock; Monday to Friday 9 to 17; Monday to Saturday 8 to 20; every day 8 to 18."""
