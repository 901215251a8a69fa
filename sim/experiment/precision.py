"""How many replications a given width needs: a pilot, then once the number that the worst headline needs.

Two stages after Stein (Annals of Mathematical Statistics 16, 1945): the pilot's spread says how many replications
there must be, once; the interval is then the t interval of them all. What is made small is half the width of the 95%
interval, relative to the mean of the base: of the difference where worlds are compared, of the mean where one is run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.measures.areas import Floats

__all__ = ["MOST", "PILOT", "Precision", "achieved", "needed"]

PILOT = 20
"""Replications of the pilot."""
MOST = 400
"""Replications beyond which none are added."""


@dataclass(frozen=True)
class Precision:
    """What a pilot said of the replications needed."""

    asked: float
    """Half the width of the interval, relative to the mean of the base."""
    pilot: int
    needed: int
    """By the worst headline, before the cap."""
    worst: str
    """Its id."""
    most: int
    """The cap."""
    reached: float
    """The widest of the headlines with all replications, as ``asked``."""

    @property
    def capped(self) -> bool:
        """Whether more were needed than are run."""
        return self.needed > self.most


def _half(count: int, sd: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(count - 1, 0.975)) * sd / math.sqrt(count)


def needed(values: Floats, scale: float, asked: float, most: int = 10**6) -> int:
    """The least number of replications for which the half-width is at most ``asked`` times ``scale``.

    ``values`` are the pilot's; never fewer than there were. 0 where nothing can be said: a value that is not finite,
    or a base of nothing.
    """
    values = values[~np.isnan(values)]
    if len(values) < 2 or not np.isfinite(values).all() or not math.isfinite(scale) or scale == 0.0:
        return 0
    sd, aim = float(values.std(ddof=1)), asked * abs(scale)
    low, high = len(values), len(values)
    if _half(low, sd) <= aim:
        return low
    while _half(high, sd) > aim:
        if high >= most:
            return most
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _half(middle, sd) <= aim else (middle, high)
    return high


def achieved(values: Floats, scale: float) -> float:
    """Half the width of the 95% interval, relative to ``scale``; nan where nothing can be said."""
    values = values[~np.isnan(values)]
    if len(values) < 2 or not np.isfinite(values).all() or not math.isfinite(scale) or scale == 0.0:
        return math.nan
    return _half(len(values), float(values.std(ddof=1))) / abs(scale)
