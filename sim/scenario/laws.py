"""Means and tails of the distributions of a scenario, without drawing from them.

Reading a scenario asks for means that are known exactly; numpy is loaded only for the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from sim.scenario.schema import Distribution, Number

if TYPE_CHECKING:
    import numpy as np

__all__ = ["mean", "tail"]

_POINTS = 4000


def mean(law: Distribution, value: Callable[[Number], float]) -> float:
    """Mean of a law, cut off at its ``min`` and ``max``; ``value`` says what each of its numbers is worth."""
    if law.dist not in _POINTED:
        params = _plain(law, value)
        cut = law.dist == "normal" or (law.dist not in _ENDED and ("min" in params or "max" in params))
        exact = None if cut else _exact(law.dist, params)
        if exact is not None:
            return exact * law.scale
    at, weight = _points(law, value)
    return float(at @ weight)


def tail(law: Distribution, beyond: float, value: Callable[[Number], float]) -> float:
    """Chance of more than ``beyond``."""
    at, weight = _points(law, value)
    return float(weight[at > beyond].sum())


_POINTED = ("discrete", "empirical", "poisson", "mixture")
"""Families whose mean comes from points and weights."""
_ENDED = ("constant", "triangular", "uniform", "beta")
"""Families whose ``min`` and ``max`` are their own."""


def _plain(law: Distribution, value: Callable[[Number], float]) -> dict[str, float]:
    """The numbers of a law by mean and sd, mu and sigma, or shapes, in units of its scale."""
    p = {name: value(number) for name, number in law.params.items()}
    for name in ("min", "max"):
        if name in p:
            p[name] /= law.scale
    if "variance" in p:
        p["sd"] = math.sqrt(p.pop("variance"))
    if law.dist == "lognormal" and "median" in p:
        median, sd = p.pop("median"), p.pop("sd")
        p["mu"] = math.log(median)
        p["sigma"] = math.sqrt(math.log((1.0 + math.sqrt(1.0 + 4.0 * (sd / median) ** 2)) / 2.0))
    if law.dist == "beta":
        low, high = p.setdefault("min", 0.0), p.setdefault("max", 1.0)
        if "mean" in p:
            centre, spread = (p.pop("mean") - low) / (high - low), p.pop("sd") / (high - low)
            k = centre * (1.0 - centre) / max(spread * spread, 1e-12) - 1.0
            p["alpha"], p["beta"] = centre * k, (1.0 - centre) * k
    return p


def _points(law: Distribution, value: Callable[[Number], float]) -> tuple[np.ndarray, np.ndarray]:
    """Points of the law and their weights, which sum to 1."""
    import numpy as np

    if law.dist == "constant":
        return np.array([value(law.params["value"]) * law.scale]), np.ones(1)
    if law.dist in ("discrete", "empirical"):
        at = np.array(law.values)
        weight = np.array(law.weights) if law.weights else np.ones(len(at))
        return at, weight / weight.sum()
    if law.dist == "mixture":
        parts = [(value(part.weight), *_points(part.law, value)) for part in law.parts.values()]
        at = np.concatenate([points for _, points, _ in parts])
        weight = np.concatenate([share * weights for share, _, weights in parts])
        low = value(law.params["min"]) if "min" in law.params else 0.0
        high = value(law.params["max"]) if "max" in law.params else math.inf
        weight = np.where((at >= low) & (at <= high), weight, 0.0)
        return at, weight / (weight.sum() or 1.0)
    at, weight = _grid(law.dist, tuple(sorted(_plain(law, value).items())))
    return at * law.scale, weight


def _exact(family: str, p: dict[str, float]) -> float | None:
    if family == "constant":
        return p["value"]
    if family == "triangular":
        return (p["min"] + p["mode"] + p["max"]) / 3.0
    if family == "uniform":
        return (p["min"] + p["max"]) / 2.0
    if family == "beta":
        return p["min"] + (p["max"] - p["min"]) * p["alpha"] / (p["alpha"] + p["beta"])
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
    import numpy as np

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
    if family == "beta":
        t = (np.arange(_POINTS) + 0.5) / _POINTS
        log = (p["alpha"] - 1.0) * np.log(t) + (p["beta"] - 1.0) * np.log1p(-t)
        weight = np.exp(log - log.max())
        return p["min"] + (p["max"] - p["min"]) * t, weight / weight.sum()
    if family == "poisson":
        reach = 12.0 * math.sqrt(p["mean"])
        at = np.arange(max(0, int(p["mean"] - reach)), int(p["mean"] + reach + 30.0), dtype=float)
        log = at * math.log(max(p["mean"], 1e-300)) - np.array([math.lgamma(n + 1.0) for n in at.tolist()])
        weight = np.exp(log - log.max())
        weight[(at < p.get("min", 0.0)) | (at > p.get("max", math.inf))] = 0.0
        return at, weight / (weight.sum() or 1.0)
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
    import numpy as np

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
    elif family == "normal":
        log = -((x - p["mean"]) ** 2) / (2.0 * max(p["sd"], 1e-6 * p["mean"], 1e-12) ** 2)
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
