"""People who leave hospital: when, for what, and whether with a package that was waiting for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.measures.areas import Floats
from sim.measures.moments import Bools, Rows
from sim.measures.setting import DEAD, Step

if TYPE_CHECKING:
    from sim.measures.view import MeasureInput

__all__ = ["Discharges"]


@dataclass(frozen=True)
class Discharges:
    """Everyone who left a hospital bed alive in the reported time, the bed kept after the stay among it."""

    rows: Rows
    """The last spell of each in the bed."""
    times: Floats
    steps: np.ndarray
    """What each left for, a ``Step``; 'hospital' and 'hub' never."""
    returned: Bools
    """Whether to a package they had before."""
    followed: Bools
    """Whether the model still knows of them afterwards: not those at an exit from which nobody comes back."""

    @classmethod
    def of(cls, view: MeasureInput) -> Discharges:
        """The bed is left where a spell in it ends and no other there begins."""
        spells, setting = view.spells, view.setting
        stays = setting.hospital_stays
        rows = view.rows(stays, "service", "held")
        times = spells["ended"][rows]
        kept = view.rows(stays, "held", "open_held")
        names = [setting.stops.get(name) for name in view.log.names]
        gone = np.array([n is not None and n.name not in stays and n.counts_as != DEAD for n in names], np.bool_)
        left = view.within(times) & gone[spells["to"][rows]]
        left &= ~view.moments.among(rows, times, kept, spells["started"][kept])
        rows, times = rows[left], times[left]
        steps = np.array([setting.step(n.name) if n is not None else "" for n in names], object)[spells["to"][rows]]
        packages = setting.named(kind="package")
        held = view.rows(packages, "held")
        held = held[np.isin(spells["reason"][held], view.codes(("kept", "hold")))]
        returned = np.isin(spells["to"][rows], view.codes(packages))
        returned &= view.moments.among(rows, times, held, spells["ended"][held])
        found_new = np.isin(spells["reason"][rows], view.codes(setting.named(kind="sourcing")))
        back = np.isin(spells["to"][rows], view.codes(n.name for n in setting.stops.values() if n.followed))
        return cls(rows, times, steps, returned & ~found_new, (steps != "out") | back)

    def to(self, step: Step) -> Bools:
        """Which left for a step with something new there."""
        found: Bools = (self.steps == step) & ~self.returned
        return found
