"""Three numbers about replications: a mean with its simulation error, and what one such year may look like."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["LEAST", "Summary", "one_year", "summarise", "t_interval", "t_intervals"]

Floats = npt.NDArray[np.float64]
NAN = float("nan")
LEAST = 5
"""Fewer replications than this give no interval."""


@dataclass(frozen=True)
class Summary:
    """A measure over replications. Infinite: never reached; nan: nothing to measure, or too few replications."""

    mean: float
    low: float
    """95% t interval of the mean: simulation error, no more. Cut off where values cannot go."""
    high: float
    p5: float
    """One such year: 5th and 95th percentile over replications."""
    p95: float


def summarise(values: Floats, least: float = -math.inf) -> Summary:
    """Mean, simulation error and spread of one value a replication; nan values (nothing to measure) are left out.

    ``least``: what no value can be below, so neither can its mean.
    """
    values = values[~np.isnan(values)]
    if not len(values):
        return Summary(NAN, NAN, NAN, NAN, NAN)
    low, high = t_interval(values)
    p5, p95 = one_year(values)
    return Summary(float(values.mean()), low if math.isnan(low) else max(low, least), high, p5, p95)


def t_interval(values: Floats) -> tuple[float, float]:
    """95% t interval of the mean of independent values; nan below five of them or where one is infinite."""
    count = len(values)
    if count < LEAST or not np.isfinite(values).all():
        return NAN, NAN
    from scipy.special import stdtrit

    mean = float(values.mean())
    half = float(stdtrit(count - 1, 0.975)) * float(values.std(ddof=1)) / float(np.sqrt(count))
    return mean - half, mean + half


def t_intervals(values: Floats) -> tuple[Floats, Floats, Floats]:
    """(mean, low, high) of each column, one value a replication, as ``summarise`` would have it."""
    from scipy.special import stdtrit

    there = ~np.isnan(values)
    count = there.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(there, values, 0.0).sum(axis=0) / count
        sd = np.sqrt((np.where(there, values - mean, 0.0) ** 2).sum(axis=0) / (count - 1))
        half = stdtrit(count - 1.0, 0.975) * sd / np.sqrt(count)
    half[(count < LEAST) | ~np.isfinite(half)] = NAN
    return mean, mean - half, mean + half


def one_year(values: Floats) -> tuple[float, float]:
    """5th and 95th percentile, linear between values; the next value up where some are infinite; nan below five."""
    if len(values) < LEAST:
        return NAN, NAN
    if np.isfinite(values).all():
        low, high = np.quantile(values, (0.05, 0.95))
    else:
        low, high = np.quantile(values, (0.05, 0.95), method="higher")
    return float(low), float(high)
