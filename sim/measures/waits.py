"""Waits by joining cohort: who starts by when, with competing ends and people still waiting."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.measures.areas import Floats

__all__ = ["BEGAN", "LEFT", "WAITING", "Cohort", "Waits", "cumulative_incidence"]

BEGAN, LEFT, WAITING = 0, 1, 2
"""How a wait ended: with a start; by death, withdrawal or crisis; not yet, at the horizon."""


@dataclass(frozen=True, eq=False)
class Waits:
    """Waits, whenever they were joined and however they ended."""

    joined: Floats
    until: Floats
    """Infinite for those still waiting."""
    began: npt.NDArray[np.bool_]

    @property
    def columns(self) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
        """(joined, until, began)."""
        return self.joined, self.until, self.began

    def those(self, chosen: npt.NDArray[np.bool_]) -> Waits:
        """Some of them."""
        return Waits(self.joined[chosen], self.until[chosen], self.began[chosen])

    def completed(self, horizon: float) -> Floats:
        """How long each waited that started in [0, horizon), whenever it was joined; shortest first."""
        here = self.began & (self.until >= 0.0) & (self.until < horizon)
        return np.sort(self.until[here] - self.joined[here])


@dataclass(frozen=True)
class Cohort:
    """The people who joined in the window: how long each waited, and how it ended."""

    waits: Floats
    ends: npt.NDArray[np.int8]

    @classmethod
    def of(cls, waits: Waits, horizon: float) -> Cohort:
        """Those of the waits that joined in [0, horizon), censored there."""
        here = waits.those((waits.joined >= 0.0) & (waits.joined < horizon))
        joined, until, began = here.joined, here.until, here.began
        still = ~(until < horizon)
        ends = np.where(still, WAITING, np.where(began, BEGAN, LEFT)).astype(np.int8)
        return cls(np.where(still, horizon, until) - joined, ends)

    @cached_property
    def incidence(self) -> tuple[Floats, Floats]:
        """(times, share started by then)."""
        return cumulative_incidence(self.waits, self.ends)

    def quantile(self, share: float) -> float:
        """The wait within which this share has started; infinite where never reached, nan for an empty cohort."""
        times, incidence = self.incidence
        if not len(times):
            return float("nan")
        reached = int(np.searchsorted(incidence, share - 1e-12))
        return float(times[reached]) if reached < len(times) else float("inf")

    def share(self, within: float) -> float:
        """Share that started within this time; nan for an empty cohort."""
        times, incidence = self.incidence
        if not len(times):
            return float("nan")
        reached = int(np.searchsorted(times, within, side="right"))
        return float(incidence[reached - 1]) if reached else 0.0


def cumulative_incidence(waits: Floats, ends: npt.NDArray[np.int8]) -> tuple[Floats, Floats]:
    """Aalen-Johansen estimate: (times, share started by then), at one time ends before censoring."""
    if not len(waits):
        return np.empty(0), np.empty(0)
    order = np.lexsort((ends, waits))
    waits, ends = waits[order], ends[order]
    times, first = np.unique(waits, return_index=True)
    at_risk = len(waits) - first
    began = np.add.reduceat((ends == BEGAN).astype(np.float64), first)
    left = np.add.reduceat((ends == LEFT).astype(np.float64), first)
    staying = np.cumprod(1.0 - (began + left) / at_risk)
    before = np.concatenate(([1.0], staying[:-1]))
    return times, np.cumsum(before * began / at_risk)
