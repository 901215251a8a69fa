"""The families of laws: quantile, tail, mean and length-biased form of each.

Every law knows its length-biased form, density x f(x) / mean, which gives three things by one formula each: the mean
of a truncated law, the spell that is found in progress, and so the equilibrium remaining time (a uniform part of a
length-biased spell; Cox, Renewal Theory, 1962, chapter 5).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, repeat
from math import erfc, exp, expm1, fsum, inf, lgamma, log, log1p, sqrt
from statistics import _normal_dist_inv_cdf  # type: ignore[attr-defined]
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.engine.inverses import REACH, STEPS, beta_table, gamma_table

__all__ = [
    "RARE", "Beta", "Constant", "Discrete", "Exponential", "Gamma", "Lognormal", "Mixture", "Normal", "Sampler",
    "Triangular", "Truncated", "Uniform", "Weibull", "cut", "mixed",
]  # fmt: skip

_z: Final[Callable[[float, float, float], float]] = _normal_dist_inv_cdf
LARGEST: Final = 1.0 - 2.0**-53
SMALLEST: Final = 2.0**-54
RARE: Final = 1e-9
"""A law is not cut down to what has a smaller chance than this."""


class Sampler(ABC):
    """A law of non-negative values, in the unit of its parameters. ``sampler(u)`` is its quantile at 0 < u < 1."""

    _mean: float
    most: float = inf
    """No value is larger."""
    _found: Sampler | None = None

    @property
    def mean(self) -> float:
        """Of the law as drawn, truncation included."""
        return self._mean

    @abstractmethod
    def __call__(self, u: float) -> float:
        """The quantile at u, strictly between 0 and 1."""

    def many(self, us: NDArray[np.float64]) -> NDArray[np.float64]:
        """The quantiles at many, the same to the bit."""
        return np.array([self(u) for u in us.tolist()], np.float64)

    @abstractmethod
    def above(self, x: float) -> float:
        """P(X > x), to full relative accuracy in the upper tail."""

    @abstractmethod
    def from_above(self, q: float) -> float:
        """The value that a share q of the law lies above: the inverse of ``above``."""

    def below(self, x: float) -> float:
        """P(X <= x)."""
        return 1.0 - self.above(x)

    @property
    def biased(self) -> Sampler:
        """The law of a spell found in progress: density x f(x) / mean."""
        if self._found is None:
            self._found = self._biased()
        return self._found

    @abstractmethod
    def _biased(self) -> Sampler: ...

    def remaining(self, u1: float, u2: float) -> float:
        """What is left of a spell found in progress in equilibrium: a part u2 of the length-biased spell at u1."""
        law = self.biased
        return u2 * law(u1)

    def remaining_after(self, elapsed: float, u: float) -> float:
        """What is left of a spell that has lasted ``elapsed``; 0 when no spell lasts as long."""
        share = self.above(elapsed) * (1.0 - u)
        if share <= 0.0:
            return 0.0
        return max(0.0, self.from_above(share) - elapsed)


def _mapped(quantile: Callable[[float], float], us: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([quantile(u) for u in us.tolist()], np.float64)


class Constant(Sampler):
    """Always the same value."""

    def __init__(self, value: float) -> None:
        self._mean = self.most = value

    def __call__(self, u: float) -> float:
        return self._mean

    def above(self, x: float) -> float:
        return 1.0 if x < self.mean else 0.0

    def from_above(self, q: float) -> float:
        return self.mean

    def _biased(self) -> Sampler:
        return self


class Exponential(Sampler):
    """Density exp(-x / mean) / mean."""

    def __init__(self, mean: float) -> None:
        self._mean = mean

    def __call__(self, u: float) -> float:
        return -self._mean * log1p(-u)

    def many(self, us: NDArray[np.float64]) -> NDArray[np.float64]:
        return _mapped(log1p, -us) * -self.mean

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
        self._mean = exp(mu + sigma * sigma / 2.0)

    def __call__(self, u: float) -> float:
        return exp(_z(u, self.mu, self.sigma))

    def many(self, us: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.fromiter(map(exp, map(_z, us.tolist(), repeat(self.mu), repeat(self.sigma))), np.float64, len(us))

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
        self._mean = scale * (shape if power == 1.0 else exp(lgamma(shape + power) - lgamma(shape)))
        self._table: tuple[tuple[float, float, float, float], ...] = ()

    def __call__(self, u: float) -> float:
        table = self._table or self._build()
        t = (_z(u, 0.0, 1.0) + REACH) * STEPS
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
        self._table = gamma_table(round(self.shape, 12))
        return self._table


class Weibull(Sampler):
    """P(X > x) = exp(-(x / scale) ** shape)."""

    def __init__(self, shape: float, scale: float) -> None:
        self.shape = shape
        self.scale = scale
        self.power = 1.0 / shape
        self._mean = scale * exp(lgamma(1.0 + self.power))

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
        self._mean = (least + mode + most) / 3.0
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
        self._mean = (least + most) / 2.0
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
        self._mean = mean

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
        self._mean = -1.0
        """Not yet known."""
        self._from, self._width, self._high = _between(law, least, most)
        if self._width < 1e-9:
            raise ValueError(f"almost no value lies between min {least:g} and max {most:g}: mean {law.mean:g}")

    @property
    def mean(self) -> float:
        """E(X; least < X <= most) / P(least < X <= most), the first by the length-biased law."""
        if self._mean < 0.0:
            mean = self.law.mean * _between(self.law.biased, self.least, self.most)[1] / self._width
            self._mean = min(max(mean, self.least), self.most)
        return self._mean

    def __call__(self, u: float) -> float:
        if self._high:
            x = self.law.from_above(self._from + (1.0 - u) * self._width)
        else:
            p = self._from + u * self._width
            x = self.law(p if p < 1.0 else LARGEST)
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


class Beta(Sampler):
    """``least`` + ``width`` x a beta of shapes ``a`` and ``b``; its inverse is a table of the log odds, as for a gamma.

    Relative error below 1e-6 for shapes from 0.2.
    """

    def __init__(self, a: float, b: float, least: float, width: float) -> None:
        self.a = a
        self.b = b
        self.least = least
        self.most = least + width
        self._mean = least + width * a / (a + b)
        self._width = width
        self._table: tuple[tuple[float, float, float, float], ...] = ()

    def __call__(self, u: float) -> float:
        table = self._table or self._build()
        t = (_z(u, 0.0, 1.0) + REACH) * STEPS
        i = int(t)
        t -= i
        a, b, c, d = table[i]
        logit = a + t * (b + t * (c + t * d))
        if logit < 0.0:
            odds = exp(logit)
            return self.least + self._width * (odds / (1.0 + odds))
        return self.least + self._width / (1.0 + exp(-logit))

    def above(self, x: float) -> float:
        if x <= self.least:
            return 1.0
        if x >= self.most:
            return 0.0
        from scipy.special import betainc

        return float(betainc(self.b, self.a, (self.most - x) / self._width))

    def below(self, x: float) -> float:
        if x <= self.least:
            return 0.0
        if x >= self.most:
            return 1.0
        from scipy.special import betainc

        return float(betainc(self.a, self.b, (x - self.least) / self._width))

    def from_above(self, q: float) -> float:
        from scipy.special import betaincinv

        return float(self.most - self._width * betaincinv(self.b, self.a, q))

    def _biased(self) -> Sampler:
        rise = self._width * self.a / (self.a + self.b)
        return mixed(((self.least, self), (rise, Beta(self.a + 1.0, self.b, self.least, self._width))))

    def _build(self) -> tuple[tuple[float, float, float, float], ...]:
        self._table = beta_table(round(self.a, 12), round(self.b, 12))
        return self._table


class Normal(Sampler):
    """A normal of mean ``mu`` and standard deviation ``sigma``, given that it lies between ``least`` and ``most``."""

    def __init__(self, mu: float, sigma: float, least: float = 0.0, most: float = inf) -> None:
        self.mu = mu
        self.sigma = sigma
        self.least = least
        self.most = most
        a, b = (least - mu) / sigma, (most - mu) / sigma
        self._high = a > 0.0
        self._upper = _upper(b)
        self._from = self._upper if self._high else _upper(-a)
        self.share = _upper(a) - self._upper if self._high else _upper(-b) - self._from
        """The part of the whole normal that lies between."""
        if self.share < RARE:
            raise ValueError(f"almost no value lies between min {least:g} and max {most:g}: mean {mu:g}")
        fall = (_density(a) - _density(b)) / self.share
        self._mean = mu + sigma * fall
        turn = (a * _density(a) - (b * _density(b) if b < inf else 0.0)) / self.share
        self._second = sigma * sigma * (1.0 + turn - fall * fall) + self.mean**2

    def __call__(self, u: float) -> float:
        if self._high:
            x = self.mu - self.sigma * _z(self._from + (1.0 - u) * self.share, 0.0, 1.0)
        else:
            p = self._from + u * self.share
            x = _z(p if p < 1.0 else LARGEST, self.mu, self.sigma)
        return self.least if x < self.least else self.most if x > self.most else x

    def above(self, x: float) -> float:
        if x <= self.least:
            return 1.0
        if x >= self.most:
            return 0.0
        return (_upper((x - self.mu) / self.sigma) - self._upper) / self.share

    def from_above(self, q: float) -> float:
        p = self._upper + q * self.share
        x: float = self.mu - self.sigma * _z(p if p < 1.0 else LARGEST, 0.0, 1.0)
        return min(max(x, self.least), self.most)

    def _biased(self) -> Sampler:
        end = _density((self.most - self.mu) / self.sigma)
        area = self.share * self.mean

        def above(x: float) -> float:
            z = (x - self.mu) / self.sigma
            return (self.mu * (_upper(z) - self._upper) + self.sigma * (_density(z) - end)) / area

        return Solved(above, self.least, min(self.most, self.mu + 40.0 * self.sigma), self._second / self.mean)


class Discrete(Sampler):
    """Some values, each with its weight."""

    def __init__(self, pairs: Iterable[tuple[float, float]]) -> None:
        weights: dict[float, float] = {}
        for value, weight in pairs:
            if weight > 0.0:
                weights[value] = weights.get(value, 0.0) + weight
        self.values = sorted(weights)
        whole = fsum(weights.values())
        self.weights = [weights[value] / whole for value in self.values]
        self._mean = fsum(value * weight for value, weight in zip(self.values, self.weights, strict=True))
        self.most = self.values[-1]
        self._up_to = [*accumulate(self.weights[:-1]), 1.0]
        self._beyond = [*list(accumulate(reversed(self.weights[1:])))[::-1], 0.0]
        self._rising = [-share for share in self._beyond]

    def __call__(self, u: float) -> float:
        return self.values[bisect_left(self._up_to, u)]

    def above(self, x: float) -> float:
        place = bisect_right(self.values, x)
        return self._beyond[place - 1] if place else 1.0

    def from_above(self, q: float) -> float:
        return self.values[bisect_left(self._rising, -q)]

    def _biased(self) -> Sampler:
        if self.most == 0.0:
            return Constant(0.0)
        return Discrete((value, value * weight) for value, weight in zip(self.values, self.weights, strict=True))


class Mixture(Sampler):
    """One of several laws, each with its weight: the part by where the uniform lies, the value by where in it."""

    def __init__(self, parts: Sequence[tuple[float, Sampler]]) -> None:
        whole = fsum(weight for weight, _ in parts)
        self.parts = [(weight / whole, law) for weight, law in parts]
        self._mean = fsum(weight * law.mean for weight, law in self.parts)
        self.most = max(law.most for _, law in self.parts)
        tops = [*accumulate(weight for weight, _ in self.parts[:-1]), 1.0]
        self._steps = [
            (top, low, 1.0 / (top - low), law)
            for top, low, (_, law) in zip(tops, (0.0, *tops), self.parts, strict=False)
        ]

    def __call__(self, u: float) -> float:
        for top, low, scale, law in self._steps:
            if u < top:
                v = (u - low) * scale
                return law(v if SMALLEST < v < 1.0 else SMALLEST if v < 0.5 else LARGEST)
        return law(LARGEST)

    def above(self, x: float) -> float:
        return fsum(weight * law.above(x) for weight, law in self.parts)

    def below(self, x: float) -> float:
        return fsum(weight * law.below(x) for weight, law in self.parts)

    def from_above(self, q: float) -> float:
        each = [law.from_above(q) for _, law in self.parts]
        return Solved(self.above, min(each), max(each), self.mean).from_above(q)

    def _biased(self) -> Sampler:
        return mixed((weight * law.mean, law.biased) for weight, law in self.parts)

    def remaining_after(self, elapsed: float, u: float) -> float:
        """By the part: each with the weight of those of it that have lasted as long."""
        lasted = [(weight * law.above(elapsed), law) for weight, law in self.parts]
        whole = fsum(weight for weight, _ in lasted)
        low = 0.0
        for share, law in lasted:
            weight = share / whole if whole else 0.0
            if weight and u < low + weight:
                return law.remaining_after(elapsed, (u - low) / weight)
            low += weight
        return 0.0


def mixed(parts: Iterable[tuple[float, Sampler]]) -> Sampler:
    """A mixture without the parts that have no weight; the law itself where one is left."""
    kept = [(weight, law) for weight, law in parts if weight > 0.0]
    if not kept:
        return Constant(0.0)
    return kept[0][1] if len(kept) == 1 else Mixture(kept)


def cut(law: Sampler, least: float, most: float) -> tuple[float, Sampler]:
    """(The chance of a value from least to most, the law given that); any law where the chance is next to nothing."""
    if isinstance(law, Constant):
        return float(least <= law.mean <= most), law
    if isinstance(law, Discrete):
        kept = [(v, w) for v, w in zip(law.values, law.weights, strict=True) if least <= v <= most]
        return fsum(w for _, w in kept), Discrete(kept) if kept else law
    if isinstance(law, Mixture):
        parts = [(weight, *cut(part, least, most)) for weight, part in law.parts]
        whole = fsum(weight * share for weight, share, _ in parts)
        return whole, mixed((weight * share, part) for weight, share, part in parts if share >= RARE)
    if least <= 0.0 and most == inf:
        return 1.0, law
    if isinstance(law, Normal):
        share = law.above(least) - law.above(most)
        if share < RARE:
            return 0.0, law
        return share, Normal(law.mu, law.sigma, max(least, law.least), min(most, law.most))
    share = _between(law, least, most)[1]
    return (share, Truncated(law, least, most)) if share >= RARE else (0.0, law)


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


def _density(z: float) -> float:
    """Of a standard normal."""
    return exp(-z * z / 2.0) * 0.3989422804014327
