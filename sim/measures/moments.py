"""People across their spells: what followed, what went before, where someone was at a moment.

A moment of a person is one number, person x span + time, so that sorting and searching do for all people at once.
``span`` is a power of two: in days these numbers are exact, and moments that are equal stay so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.measures.areas import Floats

__all__ = ["Bools", "Moments", "Rows"]

Rows = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]


class Moments:
    """The spell table by person. ``rows`` are positions in it, ``times`` moments of those people."""

    def __init__(self, spells: Mapping[str, np.ndarray], begin: float, horizon: float) -> None:
        self._spells = spells
        joined = spells["joined"]
        self._first = min(begin, float(np.nanmin(joined)) if len(joined) else begin)
        self._span = 2.0 ** math.ceil(math.log2(2.0 * (horizon - self._first) + 1.0))

    @cached_property
    def who(self) -> npt.NDArray[np.intp]:
        """Each row's person, numbered from 0."""
        _, who = np.unique(self._spells["person"], return_inverse=True)
        found: npt.NDArray[np.intp] = who
        return found

    @cached_property
    def people(self) -> int:
        """How many there are."""
        return int(self.who.max()) + 1 if len(self.who) else 0

    def moment(self, rows: Rows, times: Floats) -> Floats:
        """The moments; one at or after the end of the log (or infinite) is the person's last."""
        within = np.minimum(times - self._first, self._span / 2.0)
        found: Floats = np.add(self.who[rows] * self._span, within, dtype=np.float64)
        return found

    def among(self, rows: Rows, times: Floats, other: Rows, at: Floats) -> Bools:
        """Whether each moment is one of the others."""
        found: Bools = np.isin(self.moment(rows, times), self.moment(other, at))
        return found

    def place(self, rows: Rows, times: Floats, other: Rows, at: Floats) -> Rows:
        """Position of each moment among the others; -1 where it is none of them."""
        if not len(other):
            return np.full(len(rows), -1, np.intp)
        moments = self.moment(other, at)
        order = np.argsort(moments, kind="stable")
        wanted = self.moment(rows, times)
        found = np.minimum(np.searchsorted(moments[order], wanted), len(order) - 1)
        place: Rows = np.where(moments[order][found] == wanted, order[found], -1)
        return place

    def until(self, rows: Rows, times: Floats, other: Rows, at: Floats) -> Floats:
        """How long from each moment to the person's next of the others, 0 for one at it; infinite where none comes."""
        if not len(other):
            return np.full(len(rows), np.inf)
        moments = np.sort(self.moment(other, at))
        from_here = self.moment(rows, times)
        ahead = np.searchsorted(moments, from_here, side="left")
        following = moments[np.minimum(ahead, len(moments) - 1)]
        own = (ahead < len(moments)) & (following < (self.who[rows] + 1) * self._span)
        found: Floats = np.where(own, following - from_here, np.inf)
        return found

    def followed(self, rows: Rows, times: Floats, other: Rows, at: Floats, within: float) -> Bools:
        """Whether the person has one of the others after each moment (or at it), at most ``within`` later."""
        found: Bools = self.until(rows, times, other, at) <= within
        return found

    def preceded(self, rows: Rows, times: Floats, other: Rows, at: Floats) -> Bools:
        """Whether the person has one of the others before each moment."""
        moments = np.sort(self.moment(other, at))
        first = np.searchsorted(moments, self.who[rows] * self._span, side="left")
        last = np.searchsorted(moments, self.moment(rows, times), side="left")
        found: Bools = last > first
        return found

    def inside(self, rows: Rows, times: Floats, other: Rows, starts: Floats, ends: Floats) -> Bools:
        """Whether each moment lies in one of the person's [start, end); an end that is nan has not come."""
        moments = self.moment(rows, times)
        begun = np.searchsorted(np.sort(self.moment(other, starts)), moments, side="right")
        gone = np.where(np.isnan(ends), np.inf, ends)
        ended = np.searchsorted(np.sort(self.moment(other, gone)), moments, side="right")
        found: Bools = begun > ended
        return found

    def earliest(self, rows: Rows, times: Floats) -> Floats:
        """Each person's earliest of these times; infinite where there is none. One entry a person."""
        found = np.full(self.people, np.inf)
        np.minimum.at(found, self.who[rows], times)
        return found
