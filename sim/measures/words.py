"""Numbers in words, rounded to what they mean; the same in the terminal and the report."""

from __future__ import annotations

import math

__all__ = [
    "NOT_WORTH", "change", "change_range", "number", "one_such", "range_of", "rounds_to_none", "spans_zero",
    "with_unit",
]  # fmt: skip

NOT_WORTH = "no difference worth telling"
"""Of a difference that is clear of chance and rounds to none."""


def number(value: float | None, unit: str, decimals: int = 0, over: float | None = None) -> str:
    """A value without its unit; shares as percentages; ``over`` is what a wait that was never reached exceeds."""
    if value is None or math.isnan(value):
        return "over " + number(over, unit, 0) if over is not None else "none"
    if math.isinf(value):
        return "over " + number(over, unit, 0) if over is not None else "not reached"
    if unit == "share":
        return f"{_round(100.0 * value, max(0, decimals - 2))}%"
    return _round(value, decimals)


def _round(value: float, decimals: int) -> str:
    if abs(value) >= 10_000:
        decimals = 0
        value = round(value, -1)
    text = f"{value:,.{decimals}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text.replace("-", "\u2212")


def with_unit(value: float | None, unit: str, decimals: int = 0, over: float | None = None) -> str:
    """A value with its unit as it is read: '12 days', '94%', '310 a year', '£1.2 million'; people go without."""
    text = number(value, unit, decimals, over)
    if unit.startswith("£") and text[-1:].isdigit():
        sign = text[: len(text) - len(text.lstrip("\u2212"))]
        return f"{sign}£{text.removeprefix(sign)}{unit[1:]}"
    return text if unit in ("share", "people") else f"{text} {unit}"


def range_of(low: float | None, high: float | None, unit: str, decimals: int = 0, over: float | None = None) -> str:
    """'low to high', or nothing where there is no range."""
    if low is None or math.isnan(low):
        return ""
    return f"{number(low, unit, decimals)} to {number(high, unit, decimals, over)}"


def change(value: float | None, unit: str, decimals: int = 0) -> str:
    """A difference with its sign; shares in percentage points."""
    if value is None or not math.isfinite(value):
        return "not known"
    if unit == "share":
        return f"{_signed(100.0 * value, max(1, decimals - 2))} points"
    return _signed(value, decimals)


def rounds_to_none(value: float, unit: str, decimals: int = 0) -> bool:
    """Whether a difference is shown as none."""
    return not any(digit in "123456789" for digit in change(value, unit, decimals))


def _signed(value: float, decimals: int) -> str:
    text = _round(abs(value), decimals)
    if float(text.replace(",", "")) == 0:
        return text
    return ("+" if value > 0 else "\u2212") + text


def change_range(low: float | None, high: float | None, unit: str, decimals: int = 0) -> str:
    """'+3 to +9', or nothing where there is no interval."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"{change(low, unit, decimals).removesuffix(' points')} to {change(high, unit, decimals)}"


def one_such(days: float) -> str:
    """What one replication is: a year, or a period of another length."""
    return "one such year" if 350 <= days <= 380 else "one such period"


def spans_zero(low: float | None, high: float | None) -> bool:
    """Whether an interval of a difference holds zero: the difference cannot be told from none."""
    return low is not None and high is not None and low <= 0.0 <= high
