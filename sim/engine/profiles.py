"""How a number varies with time: the factor of each day, and of each hour of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from math import inf

from sim.scenario.schema import Profile

__all__ = ["daily_factors", "hourly_factors"]

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_YEAR = {
    "jan": 31, "feb": 28, "mar": 31, "apr": 30, "may": 31, "jun": 30,
    "jul": 31, "aug": 31, "sep": 30, "oct": 31, "nov": 30, "dec": 31,
}  # fmt: skip
_MONTHS = tuple(_YEAR)


def daily_factors(profile: Profile, first: int, last: int, start: date, day: float) -> list[float]:
    """The factor of each day from ``first`` up to, not including, ``last``; day 0 is ``start``.

    Weekday and month weights are divided by their mean over a week and over a year of 365 days; a weight not written
    is 1. Steps and growth, as they stand, are taken at midnight. ``day`` is the time units in a day. Hours of the day
    are left to ``hourly_factors``.
    """
    weekday = _over_mean(profile.weekday, dict.fromkeys(_WEEK, 1), "weekday") if profile.weekday else None
    month = _over_mean(profile.month, _YEAR, "month") if profile.month else None
    factors = []
    for index in range(first, last):
        on = start + timedelta(days=index)
        factor = 1.0
        if weekday:
            factor *= weekday[_WEEK[on.weekday()]]
        if month:
            factor *= month[_MONTHS[on.month - 1]]
        if profile.steps:
            factor *= _stepped(profile, index * day)
        if profile.growth:
            factor *= (1.0 + profile.growth) ** (index / 365.0)
        factors.append(factor)
    return factors


def hourly_factors(profile: Profile) -> list[float] | None:
    """The factor of each hour of the day, with mean 1; None when the profile has no hours.

    A weight holds until the next hour written; before the first, the last of the day before still holds.
    """
    if not profile.hour:
        return None
    hours = sorted(profile.hour)
    weights = [profile.hour[max((h for h in hours if h <= hour), default=hours[-1])] for hour in range(24)]
    mean = sum(weights) / 24.0
    if mean <= 0.0:
        raise ValueError("the hour weights of a profile are all 0")
    return [weight / mean for weight in weights]


def _over_mean(weights: Mapping[str, float], cycle: Mapping[str, int], name: str) -> dict[str, float]:
    mean = sum(weights.get(part, 1.0) * days for part, days in cycle.items()) / sum(cycle.values())
    if mean <= 0.0:
        raise ValueError(f"the {name} weights of a profile are all 0")
    return {part: weights.get(part, 1.0) / mean for part in cycle}


def _stepped(profile: Profile, time: float) -> float:
    """The factor of the steps at a time; each is approached in a line over ``ramp`` from where the last had got to."""
    value, since, target = 1.0, -inf, 1.0
    for at, factor in profile.steps:
        if at > time:
            break
        value, since, target = _towards(value, target, at - since, profile.ramp), at, factor
    return _towards(value, target, time - since, profile.ramp)


def _towards(value: float, target: float, elapsed: float, ramp: float) -> float:
    return target if elapsed >= ramp else value + (target - value) * elapsed / ramp
