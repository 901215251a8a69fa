"""The time grid: times and durations are multiples of 2**-20 of the time unit, so sums are exact and ties are ties."""

from __future__ import annotations

import math
from typing import Final

__all__ = ["NEVER", "TICK", "TICKS", "ceil_to_grid", "snap"]

TICKS: Final = 1048576.0
"""Ticks in a time unit (2**20): 0.08 s when the unit is a day."""
TICK: Final = 9.5367431640625e-07
"""1 / TICKS, written out so that a compiler knows it."""
NEVER: Final = math.inf
"""When what never happens does."""


def snap(time: float) -> float:
    """The nearest grid time."""
    return math.floor(time * TICKS + 0.5) * TICK


def ceil_to_grid(time: float) -> float:
    """The first grid time at or after ``time``."""
    return math.ceil(time * TICKS) * TICK
