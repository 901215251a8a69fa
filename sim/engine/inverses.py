"""Inverses without a closed form: tables of cubics, built once for a shape, and a shape from a spread."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import exp, inf, lgamma, log, log1p, pi
from typing import Final

import numpy as np

__all__ = ["REACH", "STEPS", "beta_table", "gamma_table", "weibull_shape"]

REACH: Final = 8.5
"""The tables run from z = -8.5 to 8.5; a draw, a multiple of 2**-53, stays within 8.3."""
STEPS: Final = 16
"""Cubics in a unit of z."""


@lru_cache(maxsize=1024)
def gamma_table(shape: float) -> tuple[tuple[float, float, float, float], ...]:
    """Cubics of the log-quantile of a standard gamma over each 1/16 of normal z, from -8.5 up."""
    from scipy.special import gammainccinv, gammaincinv, ndtr

    half = np.arange(1, int(REACH * STEPS) + 1) / STEPS
    tail = ndtr(-half)
    values = [*gammaincinv(shape, tail[::-1]).tolist(), float(gammaincinv(shape, 0.5)), *gammainccinv(shape, tail)]
    shares = [*tail[::-1].tolist(), *[0.5] * (len(tail) + 1)]
    norm = lgamma(shape)
    points, slopes = [], []
    for i, (x, share) in enumerate(zip(values, shares, strict=True)):
        z = i / STEPS - REACH
        near_zero = x < 1e-280
        y = (log(share) + log(shape) + norm) / shape if near_zero else log(x)
        points.append(y)
        slopes.append(exp(-z * z / 2.0 - log(2.0 * pi) / 2.0 - shape * y + x + norm) / STEPS)
    return _cubics(points, slopes)


@lru_cache(maxsize=1024)
def beta_table(a: float, b: float) -> tuple[tuple[float, float, float, float], ...]:
    """Cubics of the log of the quantile's odds t / (1 - t) of a standard beta over each 1/16 of normal z."""
    from scipy.special import betaincinv, betaln, ndtr

    norm = float(betaln(a, b))

    def logs(p: float, q: float, tail: float) -> tuple[float, float]:
        """Logs of the quantile at a tail of a beta of shapes p, q, and of what it leaves of 1."""
        t = float(betaincinv(p, q, tail))
        if t < 1e-280:
            return (log(tail) + log(p) + norm) / p, 0.0
        return log(t), log1p(-t) if t < 1.0 else -inf

    points, slopes = [], []
    for i in range(-int(REACH * STEPS), int(REACH * STEPS) + 1):
        z = i / STEPS
        near, far = logs(a, b, float(ndtr(z))) if z <= 0.0 else logs(b, a, float(ndtr(-z)))[::-1]
        points.append(near - far)
        slopes.append(exp(-z * z / 2.0 - log(2.0 * pi) / 2.0 + norm - a * near - b * far) / STEPS)
    return _cubics(points, slopes)


def _cubics(points: Sequence[float], slopes: Sequence[float]) -> tuple[tuple[float, float, float, float], ...]:
    """Cubics that meet values and slopes at both ends of each step."""
    cubics = []
    for a, e, b, g in zip(points, points[1:], slopes, slopes[1:], strict=False):
        rise = e - a
        cubics.append((a, b, 3.0 * rise - 2.0 * b - g, b + g - 2.0 * rise))
    return tuple(cubics)


@lru_cache(maxsize=1024)
def weibull_shape(cv: float) -> float:
    """The shape whose coefficient of variation is cv: it falls as the shape rises; by bisection of its log."""
    target = log1p(cv * cv)
    low, high = log(0.05), log(1e5)
    for _ in range(60):
        middle = (low + high) / 2.0
        power = exp(-middle)
        if lgamma(1.0 + 2.0 * power) - 2.0 * lgamma(1.0 + power) > target:
            low = middle
        else:
            high = middle
    return exp((low + high) / 2.0)
