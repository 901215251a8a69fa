"""Whether a place lands on its targets, and whether it stays where it is: from saved results, by pure functions."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from calibration.targets import Target, Targets, TargetsError
from sim.experiment import Results
from sim.experiment.intervals import summarise, t_interval
from sim.measures.table import QUANTITIES

__all__ = ["Drift", "Landed", "Verdict", "drift", "failed", "judged", "land"]

Floats = npt.NDArray[np.float64]
Verdict = Literal["inside", "outside", "unsure"]
_COUNTS = ("joined", "started", "finished", "left", "lost")
WITHIN = 0.10
"""How far the second year's mean queue may be from the first's."""
FEW = 1.0
"""Queues of fewer people than this are as good as none."""


@dataclass(frozen=True)
class Landed:
    """One target beside what was simulated."""

    id: str
    target: Target
    tolerance: float
    simulated: float
    """Mean over replications; nan where the scenario has nothing to measure."""
    low: float
    """95% interval of the mean; nan below five replications."""
    high: float

    required: bool = False

    @property
    def inside(self) -> bool:
        """Whether the mean is within the tolerance of the target."""
        return abs(self.simulated - self.target.value) <= self.tolerance * self.target.value

    @property
    def verdict(self) -> Verdict:
        """Where the interval of the mean lies: within the tolerance, beyond it, or neither; unsure without one."""
        least, most = (self.target.value * (1.0 + sign * self.tolerance) for sign in (-1.0, 1.0))
        if self.low >= least and self.high <= most:
            return "inside"
        return "outside" if self.high < least or self.low > most else "unsure"


@dataclass(frozen=True)
class Drift:
    """One queue in the first and in the second year."""

    queue: str
    first: float
    second: float
    low: float
    """95% interval of second less first; nan below five replications."""
    high: float

    @property
    def ratio(self) -> float:
        """Second year over first."""
        return self.second / self.first if self.first else (math.inf if self.second else 1.0)

    @property
    def steady(self) -> bool:
        """Whether it is within a tenth, or the difference may be none, or there is hardly a queue."""
        near = abs(self.ratio - 1.0) <= WITHIN or max(self.first, self.second) < FEW
        return near or self.low <= 0.0 <= self.high


def failed(landed: Sequence[Landed], targets: Targets) -> bool:
    """Whether the place has not landed: a required target is outside or unsure, or of none required too many missed."""
    if targets.strict:
        return any(one.required and one.verdict != "inside" for one in landed)
    return sum(not one.inside for one in landed) > targets.most_missed


def judged(one: Landed, targets: Targets) -> Verdict:
    """How a set judges a target: by its interval where any target of the set is required, else by its mean."""
    if targets.strict:
        return one.verdict
    return "inside" if one.inside else "outside"


def land(results: Results, targets: Targets, *, world: int = 0) -> list[Landed]:
    """Every target beside the mean over replications of a world, the first unless another is named by its place.

    Raises ``TargetsError`` for a measure, station, class or quantity that the run does not have.
    """
    chosen = results.worlds[world]
    year = 365.0 * chosen.scenario.day / chosen.scenario.run.length
    tables = [table.values for table in chosen.stations]
    found = []
    for name, target in targets.targets.items():
        if target.measure:
            ids = [measure.id for measure in results.measures]
            if target.measure not in ids:
                raise TargetsError(_unknown(name, "measure", target.measure, ids))
            values = chosen.measures[:, ids.index(target.measure)] * target.scale
        else:
            values = np.array([_total(name, target.sum, table, year) for table in tables])
        summary = summarise(values)
        tolerance = target.tolerance or targets.tolerance
        required = targets.requires(name)
        found.append(Landed(name, target, tolerance, summary.mean, summary.low, summary.high, required))
    return found


def _total(name: str, terms: Mapping[str, float], table: Mapping[tuple[str, str, str], float], year: float) -> float:
    total = 0.0
    for term, weight in terms.items():
        where, _, quantity = term.rpartition(".")
        station, _, class_ = where.partition("/")
        stations = sorted({key[0] for key in table})
        if station not in stations:
            raise TargetsError(_unknown(name, "station", station, stations))
        if quantity not in QUANTITIES:
            raise TargetsError(_unknown(name, "quantity", quantity, list(QUANTITIES)))
        value = table.get((station, class_, quantity), 0.0)
        total += weight * value * (year if quantity in _COUNTS else 1.0)
    return total


def _unknown(name: str, kind: str, word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, 1)
    meant = f"; did you mean `{close[0]}`?" if close else ""
    return f"target {name}: this run has no {kind} `{word}`{meant}"


def drift(results: Results) -> list[Drift]:
    """Every queue of a run of two years or more: the mean of its first year and of its second."""
    world = results.worlds[0]
    days = world.edges[:-1]
    first, second = days < 365.0, (days >= 365.0) & (days < 730.0)
    found = []
    for index, series in enumerate(world.series):
        if not series.startswith("waiting"):
            continue
        one: Floats = world.daily[:, index, first].mean(axis=1).astype(np.float64)
        two: Floats = world.daily[:, index, second].mean(axis=1).astype(np.float64)
        low, high = t_interval(two - one)
        found.append(Drift(series.removeprefix("waiting").strip("._"), float(one.mean()), float(two.mean()), low, high))
    return [queue for queue in found if queue.first or queue.second]
