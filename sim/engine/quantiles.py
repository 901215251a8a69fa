"""Lengths, efforts and amounts: one uniform to one value by the inverse distribution function.

Truncation (``min``, ``max``) is inside the inverse: nothing is ever rejected and drawn again, so a value rises with
its uniform and keeps its order when the law changes. Only scalar functions of ``math`` and ``statistics`` lie on the
path of a draw; a gamma goes through a table of its inverse (``Gamma``).

Every law knows its length-biased form, density x f(x) / mean, which gives three things by one formula each: the mean
of a truncated law, the spell that is found in progress, and so the equilibrium remaining time (a uniform part of a
length-biased spell; Cox, Renewal Theory, 1962, chapter 5).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from math import erfc, exp, expm1, inf, isfinite, lgamma, log, log1p, pi, sqrt
from statistics import _normal_dist_inv_cdf as _z  # type: ignore[attr-defined]

import numpy as np

__all__ = ["FAMILIES", "Sampler", "sampler"]

_LARGEST = 1.0 - 2.0**-53


class Sampler(ABC):
    """A law of non-negative values, in the unit of its parameters. ``sampler(u)`` is its quantile at 0 < u < 1."""

    mean: float
    """Of the law as drawn, truncation included."""
    most: float = inf
    """No value is larger."""

    @abstractmethod
    def __call__(self, u: float) -> float:
        """The quantile at u, strictly between 0 and 1."""

    @abstractmethod
    def above(self, x: float) -> float:
        """P(X > x), to full relative accuracy in the upper tail."""

    @abstractmethod
    def from_above(self, q: float) -> float:
        """The value that a share q of the law lies above: the inverse of ``above``."""

    def below(self, x: float) -> float:
        """P(X <= x)."""
        return 1.0 - self.above(x)

    @cached_property
    def biased(self) -> Sampler:
        """The law of a spell found in progress: density x f(x) / mean."""
        return self._biased()

    @abstractmethod
    def _biased(self) -> Sampler: ...

    def remaining(self, u1: float, u2: float) -> float:
        """What is left of a spell found in progress in equilibrium: a part u2 of the length-biased spell at u1."""
        return u2 * self.biased(u1)

    def remaining_after(self, elapsed: float, u: float) -> float:
        """What is left of a spell that has lasted ``elapsed``; 0 when no spell lasts as long."""
        share = self.above(elapsed) * (1.0 - u)
        if share <= 0.0:
            return 0.0
        return max(0.0, self.from_above(share) - elapsed)


class Constant(Sampler):
    """Always the same value."""

    def __init__(self, value: float) -> None:
        self.mean = self.most = value

    def __call__(self, u: float) -> float:
        return self.mean

    def above(self, x: float) -> float:
        return 1.0 if x < self.mean else 0.0

    def from_above(self, q: float) -> float:
        return self.mean

    def _biased(self) -> Sampler:
        return self


class Exponential(Sampler):
    """Density exp(-x / mean) / mean."""

    def __init__(self, mean: float) -> None:
        self.mean = mean

    def __call__(self, u: float) -> float:
        return -self.mean * log1p(-u)

    def above(self, x: float) -> float:
        return exp(-x / self.mean) if x > 0.0 else 1.0

    def below(self, x: float) -> float:
        return -expm1(-x / self.mean) if x > 0.0 else 0.0

    def from_above(self, q: float) -> float:
        return -self.mean * log(q)

    def _biased(self) -> Sampler:
        return Gamma(2.0, self.mean)

    def remaining_after(self, elapsed: float, u: float) -> float:
        """Memoryless: the same whatever has elapsed."""
        return self(u)


class Lognormal(Sampler):
    """The log is normal with mean ``mu`` and standard deviation ``sigma``."""

    def __init__(self, mu: float, sigma: float) -> None:
        self.mu = mu
        self.sigma = sigma
        self.mean = exp(mu + sigma * sigma / 2.0)

    def __call__(self, u: float) -> float:
        return exp(_z(u, self.mu, self.sigma))

    def above(self, x: float) -> float:
        return _upper((log(x) - self.mu) / self.sigma) if x > 0.0 else 1.0

    def below(self, x: float) -> float:
        return _upper((self.mu - log(x)) / self.sigma) if x > 0.0 else 0.0

    def from_above(self, q: float) -> float:
        return exp(self.mu - _z(q, 0.0, self.sigma)) if q < 1.0 else 0.0

    def _biased(self) -> Sampler:
        return Lognormal(self.mu + self.sigma * self.sigma, self.sigma)


class Gamma(Sampler):
    """``scale`` x (a standard gamma of ``shape``) ** ``power``; power 1 is the gamma law itself.

    The inverse is a table of log-quantile against normal z, by cubics that meet the values and slopes, relative error
    below 1e-6 for shapes from 0.05 (tests/unit/engine/test_quantiles.py); built when the first value is drawn.
    """

    def __init__(self, shape: float, scale: float, power: float = 1.0) -> None:
        self.shape = shape
        self.scale = scale
        self.power = power
        self.mean = scale * (shape if power == 1.0 else exp(lgamma(shape + power) - lgamma(shape)))
        self._table: tuple[tuple[float, float, float, float], ...] = ()

    def __call__(self, u: float) -> float:
        table = self._table or self._build()
        t = (_z(u, 0.0, 1.0) + _REACH) * _STEPS
        i = int(t)
        t -= i
        a, b, c, d = table[i]
        return self.scale * exp(self.power * (a + t * (b + t * (c + t * d))))

    def above(self, x: float) -> float:
        if x <= 0.0:
            return 1.0
        from scipy.special import gammaincc

        return float(gammaincc(self.shape, (x / self.scale) ** (1.0 / self.power)))

    def below(self, x: float) -> float:
        if x <= 0.0:
            return 0.0
        from scipy.special import gammainc

        return float(gammainc(self.shape, (x / self.scale) ** (1.0 / self.power)))

    def from_above(self, q: float) -> float:
        from scipy.special import gammainccinv

        return float(self.scale * gammainccinv(self.shape, q) ** self.power)

    def _biased(self) -> Sampler:
        return Gamma(self.shape + self.power, self.scale, self.power)

    def _build(self) -> tuple[tuple[float, float, float, float], ...]:
        self._table = _gamma_table(round(self.shape, 12))
        return self._table


class Weibull(Sampler):
    """P(X > x) = exp(-(x / scale) ** shape)."""

    def __init__(self, shape: float, scale: float) -> None:
        self.shape = shape
        self.scale = scale
        self.power = 1.0 / shape
        self.mean = scale * exp(lgamma(1.0 + self.power))

    def __call__(self, u: float) -> float:
        return float(self.scale * (-log1p(-u)) ** self.power)

    def above(self, x: float) -> float:
        return exp(-((x / self.scale) ** self.shape)) if x > 0.0 else 1.0

    def below(self, x: float) -> float:
        return -expm1(-((x / self.scale) ** self.shape)) if x > 0.0 else 0.0

    def from_above(self, q: float) -> float:
        return float(self.scale * (-log(q)) ** self.power) if q < 1.0 else 0.0

    def _biased(self) -> Sampler:
        return Gamma(1.0 + self.power, self.scale, self.power)


class Triangular(Sampler):
    """A density that rises in a line from ``least`` to ``mode`` and falls in a line to ``most``."""

    def __init__(self, least: float, mode: float, most: float) -> None:
        self.least = least
        self.mode = mode
        self.most = most
        self.mean = (least + mode + most) / 3.0
        self._rise = (most - least) * (mode - least)
        self._fall = (most - least) * (most - mode)
        self._turn = (mode - least) / (most - least)

    def __call__(self, u: float) -> float:
        if u < self._turn:
            return self.least + sqrt(u * self._rise)
        return self.most - sqrt((1.0 - u) * self._fall)

    def above(self, x: float) -> float:
        if x <= self.least:
            return 1.0
        if x < self.mode:
            return 1.0 - (x - self.least) ** 2 / self._rise
        return (self.most - x) ** 2 / self._fall if x < self.most else 0.0

    def from_above(self, q: float) -> float:
        if q > 1.0 - self._turn:
            return self.least + sqrt((1.0 - q) * self._rise)
        return self.most - sqrt(q * self._fall)

    def _biased(self) -> Sampler:
        def above(x: float) -> float:
            if x >= self.mode:
                r = self.most - x
                return r * r * (self.most / 2.0 - r / 3.0) * 2.0 / self._fall / self.mean
            s = x - self.least
            return 1.0 - s * s * (self.least / 2.0 + s / 3.0) * 2.0 / self._rise / self.mean

        second = (self.least**2 + self.mode**2 + self.most**2) / 6.0
        second += (self.least * self.mode + self.least * self.most + self.mode * self.most) / 6.0
        return Solved(above, self.least, self.most, second / self.mean)


class Uniform(Sampler):
    """The same density from ``least`` to ``most``."""

    def __init__(self, least: float, most: float) -> None:
        self.least = least
        self.most = most
        self.mean = (least + most) / 2.0
        self._width = most - least

    def __call__(self, u: float) -> float:
        return self.least + u * self._width

    def above(self, x: float) -> float:
        return min(1.0, max(0.0, (self.most - x) / self._width))

    def from_above(self, q: float) -> float:
        return self.most - q * self._width

    def _biased(self) -> Sampler:
        low, high = self.least**2, self.most**2
        mean = 2.0 * (high + self.least * self.most + low) / 3.0 / (self.least + self.most)
        return Solved(lambda x: (high - x * x) / (high - low), self.least, self.most, mean)


class Solved(Sampler):
    """A law between two bounds known by P(X > x) alone; its quantiles by bisection (some microseconds)."""

    def __init__(self, above: Callable[[float], float], least: float, most: float, mean: float) -> None:
        self._above = above
        self.least = least
        self.most = most
        self.mean = mean

    def __call__(self, u: float) -> float:
        return self.from_above(1.0 - u)

    def above(self, x: float) -> float:
        return 1.0 if x <= self.least else 0.0 if x >= self.most else self._above(x)

    def from_above(self, q: float) -> float:
        low, high = self.least, self.most
        while low < (middle := (low + high) / 2.0) < high:
            if self._above(middle) > q:
                low = middle
            else:
                high = middle
        return high

    def _biased(self) -> Sampler:
        raise NotImplementedError("a law that is itself a length-biased form")


class Truncated(Sampler):
    """A law given that its value lies between ``least`` and ``most``."""

    def __init__(self, law: Sampler, least: float, most: float) -> None:
        self.law = law
        self.least = least
        self.most = most
        self._from, self._width, self._high = _between(law, least, most)
        if self._width < 1e-9:
            raise ValueError(f"almost no value lies between min {least:g} and max {most:g}: mean {law.mean:g}")

    @cached_property
    def mean(self) -> float:  # type: ignore[override]
        """E(X; least < X <= most) / P(least < X <= most), the first by the length-biased law."""
        mean = self.law.mean * _between(self.law.biased, self.least, self.most)[1] / self._width
        return min(max(mean, self.least), self.most)

    def __call__(self, u: float) -> float:
        if self._high:
            x = self.law.from_above(self._from + (1.0 - u) * self._width)
        else:
            p = self._from + u * self._width
            x = self.law(p if p < 1.0 else _LARGEST)
        return self.least if x < self.least else self.most if x > self.most else x

    def above(self, x: float) -> float:
        if x <= self.least:
            return 1.0
        if x >= self.most:
            return 0.0
        return _between(self.law, x, self.most)[1] / self._width

    def from_above(self, q: float) -> float:
        q = self.law.above(self.most) + q * self._width
        return min(max(self.law.from_above(q), self.least), self.most)

    def _biased(self) -> Sampler:
        return Truncated(self.law.biased, self.least, self.most)


def _between(law: Sampler, least: float, most: float) -> tuple[float, float, bool]:
    """(P at the near end, P between, whether that end is the upper one), by the tail in which nothing cancels."""
    if law.below(least) > 0.5:
        upper = law.above(most)
        return upper, law.above(least) - upper, True
    lower = law.below(least)
    return lower, law.below(most) - lower, False


def _upper(z: float) -> float:
    """P(Z > z) of a standard normal."""
    return 0.5 * erfc(z * 0.7071067811865476)


_REACH = 8.5
"""The gamma tables run from z = -8.5 to 8.5; a draw, a multiple of 2**-53, stays within 8.3."""
_STEPS = 16
"""Cubics in a unit of z."""


@lru_cache(maxsize=1024)
def _gamma_table(shape: float) -> tuple[tuple[float, float, float, float], ...]:
    """Cubics of the log-quantile of a standard gamma over each 1/16 of normal z, from -8.5 up."""
    from scipy.special import gammainccinv, gammaincinv, ndtr

    half = np.arange(1, int(_REACH * _STEPS) + 1) / _STEPS
    tail = ndtr(-half)
    values = [*gammaincinv(shape, tail[::-1]).tolist(), float(gammaincinv(shape, 0.5)), *gammainccinv(shape, tail)]
    shares = [*tail[::-1].tolist(), *[0.5] * (len(tail) + 1)]
    norm = lgamma(shape)
    points, slopes = [], []
    for i, (x, share) in enumerate(zip(values, shares, strict=True)):
        z = i / _STEPS - _REACH
        near_zero = x < 1e-280
        y = (log(share) + log(shape) + norm) / shape if near_zero else log(x)
        points.append(y)
        slopes.append(exp(-z * z / 2.0 - log(2.0 * pi) / 2.0 - shape * y + x + norm) / _STEPS)
    cubics = []
    for a, e, b, g in zip(points, points[1:], slopes, slopes[1:], strict=False):
        rise = e - a
        cubics.append((a, b, 3.0 * rise - 2.0 * b - g, b + g - 2.0 * rise))
    return tuple(cubics)


@lru_cache(maxsize=1024)
def _weibull_shape(cv: float) -> float:
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


FAMILIES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "constant": (("value",),),
    "exponential": (("mean",),),
    "lognormal": (("mean", "sd"), ("mu", "sigma"), ("median", "sd")),
    "gamma": (("mean", "sd"), ("shape", "scale")),
    "erlang": (("k", "mean"),),
    "weibull": (("mean", "sd"), ("shape", "scale")),
    "triangular": (("min", "mode", "max"),),
    "uniform": (("min", "max"),),
}
"""The parameters each family may be given by; all but constant, triangular and uniform also take min and max."""

_BOUNDED = ("constant", "triangular", "uniform")


def sampler(dist: str, params: Mapping[str, float], scale: float = 1.0) -> Sampler:
    """The law of a family with these parameters.

    ``scale`` multiplies the law (the unit of mu and sigma, in model time); the ``min`` and ``max`` that truncate are
    not multiplied: they are values of the result. Raises ValueError in plain words for a family or parameters it
    cannot use.
    """
    if dist not in FAMILIES:
        raise ValueError(f"no distribution is called {dist!r}; choose from {', '.join(FAMILIES)}")
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
    if dist in _BOUNDED:
        return law
    least, most = params.get("min", 0.0), params.get("max", inf)
    if least >= most:
        raise ValueError(f"{dist}: min {least:g} must be below max {most:g}")
    if (least <= 0.0 and most == inf) or (isinstance(law, Constant) and least <= law.mean <= most):
        return law
    return Truncated(law, max(least, 0.0), most)


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
        mean, sd = _mean_sd("lognormal", params, "mean")
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
    mean, sd = _mean_sd("gamma", params, "mean")
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
    mean, sd = _mean_sd("weibull", params, "mean")
    if sd == 0.0:
        return Constant(mean * scale)
    if not 1e-4 < sd / mean < 1e4:
        raise ValueError(f"weibull: sd {sd:g} is out of proportion to mean {mean:g}")
    shape = _weibull_shape(sd / mean)
    return Weibull(shape, mean * scale / exp(lgamma(1.0 + 1.0 / shape)))


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


def _mean_sd(dist: str, params: Mapping[str, float], centre: str) -> tuple[float, float]:
    middle, sd = _least(dist, params, centre), _least(dist, params, "sd")
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
    "triangular": _triangular,
    "uniform": _uniform,
}
