"""What may be said of differences: how well worlds pair, what is a tie, and the one measure named before the run.

``pairing.csv``: base, scenario, id, title, unit, headline, correlation, sd_base, sd_scenario, k, variance_ratio,
ceiling. ``correlation`` is Pearson's over replications; ``k`` the ratio of the two standard deviations;
``variance_ratio`` how many times more replications independent worlds would need for the same interval of the
difference, (s1^2 + s2^2) / var(difference); ``ceiling`` what it could be at most with that k, (1 + k^2) / (k - 1)^2,
reached at a correlation of one. Empty where a world has no finite value, ``inf`` where nothing differs by chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import numpy as np
import numpy.typing as npt

from sim.experiment.intervals import LEAST, Summary
from sim.experiment.worlds import Mismatch
from sim.measures.measure import Measure
from sim.measures.words import spans_zero

__all__ = [
    "LEVEL", "PAIRING_HEADER", "Pairing", "Verdict", "holm", "judge", "not_settled", "paired_p", "pairing",
    "primary_of",
]  # fmt: skip

Floats = npt.NDArray[np.float64]
NAN = float("nan")
LEVEL = 0.05
"""Chance of telling any difference of the primary measure where there is none."""
PAIRING_HEADER = (
    "base", "scenario", "id", "title", "unit", "headline", "correlation", "sd_base", "sd_scenario", "k",
    "variance_ratio", "ceiling",
)  # fmt: skip

Ends = tuple[float | None, float | None]
"""Low and high of an interval; None or nan where there is none."""
Verdict = Literal["better", "worse", "higher", "lower", "tie", ""]
"""Of a difference: higher and lower where neither is better; '' where there is no interval."""


@dataclass(frozen=True)
class Pairing:
    """How well two worlds pair in one measure; nan where too little is finite to tell."""

    correlation: float
    sd_base: float
    sd_scenario: float
    variance_ratio: float
    """Replications needed by independent worlds, over those needed by paired ones."""

    @property
    def k(self) -> float:
        """Ratio of the standard deviations, the scenario's over the base's."""
        return self.sd_scenario / self.sd_base if self.sd_base else NAN

    @property
    def ceiling(self) -> float:
        """What the variance ratio could be at most, at a correlation of one."""
        k = self.k
        return math.inf if k == 1.0 else (1.0 + k * k) / (k - 1.0) ** 2


def pairing(base: Floats, other: Floats) -> Pairing:
    """Correlation and variance ratio over replications; none below three, or where a value is not finite."""
    here = ~(np.isnan(base) & np.isnan(other))
    base, other = base[here], other[here]
    if len(base) < 3 or not (np.isfinite(base).all() and np.isfinite(other).all()):
        return Pairing(NAN, NAN, NAN, NAN)
    one, two = float(base.std(ddof=1)), float(other.std(ddof=1))
    of_difference = float((other - base).var(ddof=1))
    correlation = NAN
    if one and two:
        covariance = float(((base - base.mean()) * (other - other.mean())).sum()) / (len(base) - 1)
        correlation = max(-1.0, min(1.0, covariance / (one * two)))
    total = one * one + two * two
    tiny = of_difference <= 1e-24 * max(1.0, float(np.abs(base).max()) ** 2)
    ratio = (math.inf if total else NAN) if tiny else total / of_difference
    return Pairing(correlation, one, two, ratio)


def paired_p(differences: Floats) -> float:
    """Two-sided p value of a paired t test against no difference; nan below five or where a value is not finite."""
    values = differences[~np.isnan(differences)]
    if len(values) < LEAST or not np.isfinite(values).all():
        return NAN
    sd, mean = float(values.std(ddof=1)), float(values.mean())
    if sd == 0.0:
        return 1.0 if mean == 0.0 else 0.0
    from scipy.special import stdtr

    return float(2.0 * stdtr(len(values) - 1, -abs(mean) / (sd / math.sqrt(len(values)))))


def holm(p: Sequence[float]) -> list[float]:
    """Holm's adjusted p values (Scandinavian Journal of Statistics 6, 1979); nan stays nan and does not count."""
    told = sorted((value, at) for at, value in enumerate(p) if not math.isnan(value))
    found = [NAN] * len(p)
    least = 0.0
    for rank, (value, at) in enumerate(told):
        least = max(least, min(1.0, (len(told) - rank) * value))
        found[at] = least
    return found


def judge(difference: Summary, measure: Measure, p: float | None = None) -> Verdict:
    """What a difference comes to. ``p`` (adjusted) decides where given, else whether the interval holds zero."""
    if math.isnan(difference.low):
        return ""
    tie = difference.low <= 0.0 <= difference.high if p is None or math.isnan(p) else p >= LEVEL
    if tie:
        return "tie"
    rises = difference.mean > 0.0
    if measure.direction == "neutral":
        return "higher" if rises else "lower"
    return "better" if rises == (measure.direction == "higher is better") else "worse"


def not_settled(settled: bool | None, chance: Ends, belief: Ends) -> bool:
    """The rule for what may be judged otherwise within the ranges of the inputs; the page and the terminal go by it.

    The verdict is another at an end of the harm done by waiting (``settled`` is False), or the interval of chance
    leaves no doubt of a difference and the one of belief does.
    """
    if settled is False:
        return True
    clear = chance[0] is not None and not math.isnan(chance[0]) and not spans_zero(*chance)
    return clear and spans_zero(*belief)


def primary_of(measures: Sequence[Measure], asked: str | None) -> str:
    """The id of the measure that a comparison is judged by: as asked, else the first headline of the catalogue.

    Raises ``Mismatch`` where there is none of that id.
    """
    ids = [measure.id for measure in measures]
    if asked is None:
        return next((measure.id for measure in measures if measure.headline), ids[0])
    if asked in ids:
        return asked
    near = get_close_matches(asked, ids, 1)
    headlines = ", ".join(measure.id for measure in measures if measure.headline)
    meant = f"; did you mean `{near[0]}`?" if near else ""
    raise Mismatch(
        f"--primary: there is no measure `{asked}` here; the headlines are {headlines}, docs/measures.md has all{meant}"
    )
