"""Means and tails of the distributions of a scenario, without drawing from them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from sim.scenario.schema import Distribution, Number

__all__ = ["mean", "tail"]

_POINTS = 4000


def mean(law: Distribution, value: Callable[[Number], float]) -> float:
    """Mean of a law, cut off at its ``min`` and ``max``; ``value`` says what each of its numbers is worth."""
    params = {name: value(number) for name, number in law.params.items()}
    cut = law.dist not in ("constant", "triangular", "uniform") and ("min" in params or "max" in params)
    exact = None if cut else _exact(law.dist, params)
    if exact is not None:
        return exact * law.scale
    at, weight = _grid(law.dist, tuple(sorted(params.items())))
    return float(np.dot(at, weight)) * law.scale


def tail(law: Distribution, beyond: float, value: Callable[[Number], float]) -> float:
    """Chance of more than ``beyond``."""
    params = {name: value(number) for name, number in law.params.items()}
    if law.dist == "constant":
        return float(params["value"] * law.scale > beyond)
    at, weight = _grid(law.dist, tuple(sorted(params.items())))
    return float(weight[at * law.scale > beyond].sum())


def _exact(family: str, p: dict[str, float]) -> float | None:
    if family == "constant":
        return p["value"]
    if family == "triangular":
        return (p["min"] + p["mode"] + p["max"]) / 3.0
    if family == "uniform":
        return (p["min"] + p["max"]) / 2.0
    if "mean" in p:
        return p["mean"]
    if family == "lognormal":
        return math.exp(p["mu"] + p["sigma"] ** 2 / 2.0)
    if family == "gamma":
        return p["shape"] * p["scale"]
    if family == "weibull":
        return p["scale"] * math.gamma(1.0 + 1.0 / p["shape"])
    return None


@lru_cache(maxsize=512)
def _grid(family: str, params: tuple[tuple[str, float], ...]) -> tuple[np.ndarray, np.ndarray]:
    """Points and their weights: enough for three digits."""
    p = dict(params)
    if family in ("triangular", "uniform"):
        at = np.linspace(p["min"], p["max"], _POINTS)
        if family == "uniform":
            weight = np.ones(_POINTS)
        else:
            low, mode, high = p["min"], p["mode"], p["max"]
            rise = np.divide(at - low, mode - low, out=np.ones(_POINTS), where=np.full(_POINTS, mode > low))
            fall = np.divide(high - at, high - mode, out=np.ones(_POINTS), where=np.full(_POINTS, high > mode))
            weight = np.minimum(rise, fall)
        return at, weight / weight.sum()
    centre = _exact(family, p) or 1.0
    if family == "lognormal" and "mu" in p:
        spread = centre * math.sqrt(math.exp(p["sigma"] ** 2) - 1.0)
    elif family == "gamma" and "shape" in p:
        spread = p["scale"] * math.sqrt(p["shape"])
    else:
        spread = p.get("sd", centre)
    x = np.geomspace(centre * 1e-5, centre + 40.0 * max(spread, centre / 4.0), _POINTS)
    density = np.exp(_log_density(family, p, x))
    density[x < p.get("min", 0.0)] = 0.0
    density[x > p.get("max", math.inf)] = 0.0
    weight = density * np.gradient(x)
    total = weight.sum()
    return (x, weight / total) if total > 0.0 else (np.array([centre]), np.ones(1))


def _log_density(family: str, p: dict[str, float], x: np.ndarray) -> np.ndarray:
    """Up to a constant; more than 700 below the peak is nothing."""
    if family == "exponential":
        log = -x / p["mean"]
    elif family == "lognormal":
        if "mu" in p:
            mu, sigma = p["mu"], p["sigma"]
        else:
            sigma = math.sqrt(math.log1p((p["sd"] / p["mean"]) ** 2))
            mu = math.log(p["mean"]) - sigma**2 / 2.0
        log = -np.log(x) - (np.log(x) - mu) ** 2 / (2.0 * max(sigma, 1e-6) ** 2)
    elif family in ("gamma", "erlang"):
        if family == "erlang":
            shape, scale = p["k"], p["mean"] / p["k"]
        elif "shape" in p:
            shape, scale = p["shape"], p["scale"]
        else:
            shape, scale = (p["mean"] / p["sd"]) ** 2, p["sd"] ** 2 / p["mean"]
        log = (shape - 1.0) * np.log(x) - x / scale
    elif family == "weibull":
        shape, scale = (p["shape"], p["scale"]) if "shape" in p else _weibull(p["mean"], p["sd"])
        log = (shape - 1.0) * np.log(x) - (x / scale) ** shape
    else:
        raise ValueError(f"no density for {family}")
    return np.asarray(np.maximum(log - log.max(), -700.0))


def _weibull(centre: float, sd: float) -> tuple[float, float]:
    """Shape and scale from mean and sd, by bisection on the shape."""
    low, high = 0.1, 50.0
    for _ in range(80):
        shape = (low + high) / 2.0
        one, two = math.gamma(1.0 + 1.0 / shape), math.gamma(1.0 + 2.0 / shape)
        if two / one**2 - 1.0 > (sd / centre) ** 2:
            low = shape
        else:
            high = shape
    return shape, centre / one
