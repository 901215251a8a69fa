"""Areas under counts and levels: how many were there, day by day and on average."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["Floats", "level_series", "presence"]

Floats = npt.NDArray[np.float64]


def presence(edges: Floats, starts: Floats, ends: Floats, amounts: Floats | None = None) -> Floats:
    """Mean of how many (or how much) lie in [start, end), in each period between edges; edges begin at 0."""
    area = _area(edges, starts, amounts) - _area(edges, ends, amounts)
    result: Floats = np.diff(area) / np.diff(edges)
    return result


def level_series(edges: Floats, times: Floats, values: Floats) -> Floats:
    """Mean in each period of a level that holds each value until the next time."""
    return presence(edges, times, np.append(times, np.inf)[1:], values)


def _area(edges: Floats, times: Floats, weights: Floats | None) -> Floats:
    """Sum over times of weight x max(0, edge - max(0, time)), for each edge."""
    finite = np.isfinite(times)
    clipped = np.maximum(times[finite], 0.0)
    order = np.argsort(clipped, kind="stable")
    ordered = clipped[order]
    weight = np.ones(len(ordered)) if weights is None else weights[finite][order]
    reached = np.searchsorted(ordered, edges, side="right")
    total = np.concatenate(([0.0], np.cumsum(weight)))[reached]
    moment = np.concatenate(([0.0], np.cumsum(weight * ordered)))[reached]
    result: Floats = edges * total - moment
    return result
