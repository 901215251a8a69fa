"""Times, rates and amounts: what people write, and the one unit that each is kept in.

Times are kept in the model's time unit (days, unless a file says ``time_unit``), rates per that unit,
amounts of care in hours a week. A month is 365/12 days and a year 365.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

__all__ = ["MINUTES", "TIME_UNITS", "Quantity", "quantity", "rate_text", "short", "time_text", "work_text"]

MINUTES: dict[str, Fraction] = {
    "min": Fraction(1),
    "h": Fraction(60),
    "days": Fraction(1440),
    "weeks": Fraction(7 * 1440),
    "months": Fraction(365 * 1440, 12),
    "years": Fraction(365 * 1440),
}
"""Minutes in each unit."""
_NAMES = {
    "min": "min", "mins": "min", "minute": "min", "minutes": "min", "h": "h", "hour": "h", "hours": "h",
    "day": "days", "days": "days", "week": "weeks", "weeks": "weeks", "month": "months", "months": "months",
    "year": "years", "years": "years",
}  # fmt: skip
TIME_UNITS = {"minutes": "min", "hours": "h", "days": "days"}
"""What ``time_unit`` may say, and the unit it means."""
_LONGEST = 80
_SHAPE = re.compile(r"([-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?)\s*([^0-9].*)?")


class Quantity:
    """A number as written, with its unit: one of '' , 'time', 'rate', 'amount', or None where the unit is unknown."""

    __slots__ = ("number", "sort", "unit", "word")

    def __init__(self, number: Fraction, sort: str | None, unit: str, word: str) -> None:
        self.number = number
        self.sort = sort
        self.unit = unit
        self.word = word


def quantity(text: str) -> Quantity | None:
    """Read ``0.18``, ``20 min``, ``9200/year`` or ``12 h/week``; None when it does not start with a number."""
    found = _SHAPE.fullmatch(text.strip()) if len(text) < _LONGEST else None
    if not found:
        return None
    number = Fraction(found[1])
    word = " ".join((found[2] or "").split())
    if not word:
        return Quantity(number, "", "", "")
    if word.startswith("/"):
        name = _NAMES.get(word[1:].strip())
        return Quantity(number, "rate" if name else None, name or "", word)
    if "/" in word:
        top, _, bottom = word.partition("/")
        sides = (_NAMES.get(top.strip()), _NAMES.get(bottom.strip()))
        return Quantity(number, "amount" if sides == ("h", "weeks") else None, "", word)
    name = _NAMES.get(word)
    return Quantity(number, "time" if name else None, name or "", word)


def short(value: float) -> str:
    """The shortest decimal that reads back as the same float; whole numbers without a point."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def time_text(value: float, unit: str) -> str:
    """A time kept in model units, in the unit that reads best: ``28 days``, ``35 min``."""
    return _best(value, MINUTES[unit], ("days", "h", "min", "weeks", "months", "years"), "{} {}")


def work_text(value: float, unit: str) -> str:
    """A working time kept in model units: ``90 min``, ``2.5 h``."""
    return "0 min" if value == 0 else _best(value, MINUTES[unit], ("h", "min"), "{} {}")


def rate_text(value: float, unit: str) -> str:
    """A rate kept per model unit, in the unit that reads best: ``9200/year``."""
    return _best(value, 1 / MINUTES[unit], ("years", "days", "weeks", "months", "h", "min"), "{}/{}", invert=True)


@lru_cache(maxsize=4096)
def _best(value: float, kept: Fraction, units: tuple[str, ...], form: str, invert: bool = False) -> str:
    """The first unit in which the value is short; text that reads back as the same float in any case."""
    if value == 0:
        return form.format("0", "day" if invert else "days")
    found: list[tuple[int, str, str]] = []
    for name in units:
        factor = 1 / MINUTES[name] if invert else MINUTES[name]
        exact = float(Fraction(value) * kept / factor)
        for digits in range(1, 8):
            written = f"{exact:.{digits}g}"
            if float(Fraction(written) * factor / kept) == value:
                awkward = 10 * (not 0.0099 < abs(exact) < 99_999)
                found.append((max(digits, 3) + awkward, short(float(written)), name))
                break
    if found:
        _, plain, name = min(found, key=lambda one: one[0])
    else:
        name = next(name for name, minutes in MINUTES.items() if (1 / minutes if invert else minutes) == kept)
        plain = repr(value)
        if name not in units:
            name, plain = units[0], repr(float(Fraction(value) * kept / MINUTES[units[0]]))
    return form.format(plain, name.removesuffix("s") if invert or plain == "1" else name)
