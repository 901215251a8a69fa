"""Lengths, efforts and amounts: one uniform to one value by the inverse distribution function.

Truncation (``min``, ``max``) is inside the inverse: nothing is ever rejected and drawn again, so a value rises with
its uniform and keeps its order when the law changes. (A mixture first picks a part by its uniform and then rises
within the part: the same people stay in the same part when a part changes.) Only scalar functions of ``math`` and
``statistics`` lie on the path of a draw; a gamma and a beta go through a table of their inverse (``inverses``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import exp, inf, isfinite, lgamma, log, log1p, sqrt

from sim.engine.families import (
    RARE,
    Beta,
    Constant,
    Discrete,
    Exponential,
    Gamma,
    Lognormal,
    Normal,
    Sampler,
    Triangular,
    Uniform,
    Weibull,
    cut,
    mixed,
)  # fmt: skip
from sim.engine.inverses import weibull_shape

__all__ = ["FAMILIES", "Sampler", "sampler"]

FAMILIES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "constant": (("value",),),
    "exponential": (("mean",),),
    "lognormal": (("mean", "sd"), ("mean", "variance"), ("mu", "sigma"), ("median", "sd")),
    "gamma": (("mean", "sd"), ("mean", "variance"), ("shape", "scale")),
    "erlang": (("k", "mean"),),
    "weibull": (("mean", "sd"), ("mean", "variance"), ("shape", "scale")),
    "normal": (("mean", "sd"), ("mean", "variance")),
    "poisson": (("mean",),),
    "beta": (("mean", "sd"), ("mean", "variance"), ("alpha", "beta")),
    "triangular": (("min", "mode", "max"),),
    "uniform": (("min", "max"),),
}
"""The parameters each family may be given by; min and max also cut off all but constant, triangular and uniform, and
are the ends of a beta (0 and 1 when not given). A discrete law, an empirical one and a mixture have none."""

_BOUNDED = ("constant", "triangular", "uniform")
_LISTED = ("discrete", "empirical", "mixture")


def sampler(
    dist: str,
    params: Mapping[str, float],
    scale: float = 1.0,
    *,
    values: Sequence[float] = (),
    weights: Sequence[float] = (),
    parts: Sequence[tuple[float, Sampler]] = (),
) -> Sampler:
    """The law of a family with these parameters.

    ``scale`` multiplies the law (the unit of mu and sigma, in model time); the ``min`` and ``max`` that truncate are
    not multiplied: they are values of the result. ``values`` are those of a discrete law (with ``weights``) or what an
    empirical one has seen; ``parts`` are a mixture's weights and laws. Raises ValueError in plain words for a family or
    parameters it cannot use.
    """
    if dist in _LISTED:
        return _listed(dist, params, values, weights, parts)
    if dist not in FAMILIES:
        raise ValueError(f"no distribution is called {dist!r}; choose from {', '.join((*FAMILIES, *_LISTED))}")
    for name, value in params.items():
        if not isfinite(value) and not (name == "max" and value == inf):
            raise ValueError(f"{dist}: {name} must be a finite number, not {value}")
    own = frozenset(params) if dist in _BOUNDED else frozenset(params) - {"min", "max"}
    if own not in map(frozenset, FAMILIES[dist]):
        allowed = " or ".join(" and ".join(names) for names in FAMILIES[dist])
        raise ValueError(f"{dist} takes {allowed}, not {' and '.join(sorted(own)) or 'nothing'}")
    if not (isfinite(scale) and scale > 0.0):
        raise ValueError(f"{dist}: scale must be above 0, not {scale:g}")
    law = _MAKE[dist](params, scale)
    if dist in _BOUNDED or dist == "beta":
        return law
    return _truncated(dist, law, params)


def _listed(
    dist: str,
    params: Mapping[str, float],
    values: Sequence[float],
    weights: Sequence[float],
    parts: Sequence[tuple[float, Sampler]],
) -> Sampler:
    if dist == "mixture":
        if not any(weight > 0.0 for weight, _ in parts) or min(weight for weight, _ in parts) < 0.0:
            raise ValueError("mixture: it needs parts, none of a weight below 0 and one above")
        return _truncated(dist, mixed(parts), params)
    if not values or min(values) < 0.0 or max(values) == inf:
        raise ValueError(f"{dist}: it needs values, all of them finite and 0 or more")
    if dist == "empirical":
        return Discrete((value, 1.0) for value in values)
    if len(weights) != len(values) or min(weights) < 0.0 or not any(weights):
        raise ValueError("discrete: it needs one weight for each value, none below 0 and one above")
    return Discrete(zip(values, weights, strict=True))


def _truncated(dist: str, law: Sampler, params: Mapping[str, float]) -> Sampler:
    least, most = max(params.get("min", 0.0), 0.0), params.get("max", inf)
    if least >= most:
        raise ValueError(f"{dist}: min {least:g} must be below max {most:g}")
    share, shorter = cut(law, least, most)
    if share < RARE:
        raise ValueError(f"almost no value lies between min {least:g} and max {most:g}: mean {law.mean:g}")
    return shorter


def _constant(params: Mapping[str, float], scale: float) -> Sampler:
    return Constant(_least("constant", params, "value") * scale)


def _exponential(params: Mapping[str, float], scale: float) -> Sampler:
    mean = _least("exponential", params, "mean") * scale
    return Exponential(mean) if mean > 0.0 else Constant(0.0)


def _lognormal(params: Mapping[str, float], scale: float) -> Sampler:
    if "mu" in params:
        mu, sigma = params["mu"] + log(scale), _least("lognormal", params, "sigma")
        if abs(mu) + sigma * sigma > 700.0:
            raise ValueError(f"lognormal: mu {params['mu']:g} and sigma {sigma:g} are of the log, and too large")
    elif "mean" in params:
        mean, sd = _mean_sd("lognormal", params)
        sigma = sqrt(log1p((sd / mean) ** 2)) if mean else 0.0
        mu = log(mean * scale) - sigma * sigma / 2.0 if mean else -inf
    else:
        median, sd = _mean_sd("lognormal", params, "median")
        sigma = sqrt(log((1.0 + sqrt(1.0 + 4.0 * (sd / median) ** 2)) / 2.0)) if median else 0.0
        mu = log(median * scale) if median else -inf
    return Lognormal(mu, sigma) if sigma > 0.0 else Constant(exp(mu))


def _gamma(params: Mapping[str, float], scale: float) -> Sampler:
    if "shape" in params:
        return Gamma(_more("gamma", params, "shape"), _more("gamma", params, "scale") * scale)
    mean, sd = _mean_sd("gamma", params)
    if sd == 0.0:
        return Constant(mean * scale)
    return Gamma((mean / sd) ** 2, sd / mean * sd * scale)


def _erlang(params: Mapping[str, float], scale: float) -> Sampler:
    k, mean = params["k"], _least("erlang", params, "mean") * scale
    if k < 1 or k != int(k):
        raise ValueError(f"erlang: k must be a whole number from 1, not {k:g}")
    if mean == 0.0:
        return Constant(0.0)
    return Gamma(k, mean / k) if k > 1 else Exponential(mean)


def _weibull(params: Mapping[str, float], scale: float) -> Sampler:
    if "shape" in params:
        return Weibull(_more("weibull", params, "shape"), _more("weibull", params, "scale") * scale)
    mean, sd = _mean_sd("weibull", params)
    if sd == 0.0:
        return Constant(mean * scale)
    if not 1e-4 < sd / mean < 1e4:
        raise ValueError(f"weibull: sd {sd:g} is out of proportion to mean {mean:g}")
    shape = weibull_shape(sd / mean)
    return Weibull(shape, mean * scale / exp(lgamma(1.0 + 1.0 / shape)))


def _normal(params: Mapping[str, float], scale: float) -> Sampler:
    mean = _least("normal", params, "mean")
    sd = _least("normal", params, "sd") if "sd" in params else sqrt(_least("normal", params, "variance"))
    return Normal(mean * scale, sd * scale) if sd > 0.0 else Constant(mean * scale)


def _poisson(params: Mapping[str, float], scale: float) -> Sampler:
    mean = _least("poisson", params, "mean")
    if mean > 1e6:
        raise ValueError(f"poisson: mean must be at most 1,000,000, not {mean:g}")
    if mean == 0.0:
        return Constant(0.0)
    reach = 12.0 * sqrt(mean)
    counts = range(max(0, int(mean - reach - 30.0)), int(mean + reach + 60.0))
    return Discrete((n * scale, exp(n * log(mean) - mean - lgamma(n + 1.0))) for n in counts)


def _beta(params: Mapping[str, float], scale: float) -> Sampler:
    least, most = params.get("min", 0.0), params.get("max", 1.0)
    if not 0.0 <= least < most < inf:
        raise ValueError(f"beta: min {least:g} must be 0 or more and below max {most:g}")
    width = most - least
    if "alpha" in params:
        a, b = _more("beta", params, "alpha"), _more("beta", params, "beta")
        return Beta(a, b, least * scale, width * scale)
    mean, sd = _mean_sd("beta", params)
    if sd == 0.0 and least <= mean <= most:
        return Constant(mean * scale)
    centre, spread = (mean - least) / width, sd / width
    if not (0.0 < centre < 1.0 and spread * spread < centre * (1.0 - centre)):
        raise ValueError(f"beta: no law from {least:g} to {most:g} has mean {mean:g} and sd {sd:g}")
    k = centre * (1.0 - centre) / (spread * spread) - 1.0
    return Beta(centre * k, (1.0 - centre) * k, least * scale, width * scale)


def _triangular(params: Mapping[str, float], scale: float) -> Sampler:
    least = _least("triangular", params, "min")
    mode, most = params["mode"], params["max"]
    if not least <= mode <= most < inf:
        raise ValueError(f"triangular: min {least:g}, mode {mode:g} and max {most:g} must rise in this order")
    return Triangular(least * scale, mode * scale, most * scale) if least < most else Constant(most * scale)


def _uniform(params: Mapping[str, float], scale: float) -> Sampler:
    least, most = _least("uniform", params, "min"), params["max"]
    if not least <= most < inf:
        raise ValueError(f"uniform: min {least:g} must not be above max {most:g}")
    return Uniform(least * scale, most * scale) if least < most else Constant(most * scale)


def _least(dist: str, params: Mapping[str, float], name: str) -> float:
    if params[name] < 0.0:
        raise ValueError(f"{dist}: {name} must be 0 or more, not {params[name]:g}")
    return params[name]


def _more(dist: str, params: Mapping[str, float], name: str) -> float:
    if params[name] <= 0.0:
        raise ValueError(f"{dist}: {name} must be above 0, not {params[name]:g}")
    return params[name]


def _mean_sd(dist: str, params: Mapping[str, float], centre: str = "mean") -> tuple[float, float]:
    middle = _least(dist, params, centre)
    sd = _least(dist, params, "sd") if "sd" in params else sqrt(_least(dist, params, "variance"))
    if middle == 0.0 and sd > 0.0:
        raise ValueError(f"{dist}: {centre} must be above 0 when sd is")
    return middle, sd


_MAKE: Mapping[str, Callable[[Mapping[str, float], float], Sampler]] = {
    "constant": _constant,
    "exponential": _exponential,
    "lognormal": _lognormal,
    "gamma": _gamma,
    "erlang": _erlang,
    "weibull": _weibull,
    "normal": _normal,
    "poisson": _poisson,
    "beta": _beta,
    "triangular": _triangular,
    "uniform": _uniform,
}
