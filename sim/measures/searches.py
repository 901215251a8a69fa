"""Waits for care: from joining sourcing to the start of the package that it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.measures.areas import Floats
from sim.measures.moments import Bools, Rows

if TYPE_CHECKING:
    from sim.measures.view import MeasureInput

__all__ = ["Searches"]


@dataclass(frozen=True)
class Searches:
    """A search that was left, or led to no package, ends without a start. The package is the person's next spell."""

    rows: Rows
    """Of the searches in the spell table."""
    joined: Floats
    until: Floats
    """Infinite for those still waiting."""
    began: Bools
    hospital: Bools
    """Whether they came by way of hospital."""

    @classmethod
    def of(cls, view: MeasureInput) -> Searches:
        """Every search of a replication."""
        sourcing = view.setting.named(counts_as="care_sourcing")
        ended, started = view.spells["ended"], view.spells["started"]
        served = view.rows(sourcing, "service")
        rows = np.concatenate((served, view.rows(sourcing, "open_service", "renege", "open_wait")))
        until = np.where(np.isnan(ended[rows]), np.inf, ended[rows])
        began = np.zeros(len(rows), np.bool_)
        packages = view.rows(view.setting.named(kind="package"), "service", "open_service", "renege", "open_wait")
        found = view.moments.place(served, ended[served], packages, view.spells["joined"][packages])
        matched = np.flatnonzero(found >= 0)
        following = packages[found[matched]]
        begun = ~np.isnan(started[following])
        began[matched] = begun
        end = np.where(begun, started[following], ended[following])
        until[matched] = np.where(np.isnan(end), np.inf, end)
        return cls(rows, view.spells["joined"][rows], until, began, view.by_hospital(rows))
