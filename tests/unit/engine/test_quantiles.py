"""Laws by the inverse distribution function, against scipy and against each other."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from scipy import integrate, special, stats

from sim.engine.quantiles import Sampler, sampler

U = np.concatenate([special.ndtr(np.linspace(-6, 6, 241)), np.linspace(0.001, 0.999, 333)]).tolist()

LN = math.sqrt(math.log(1 + (9 / 8) ** 2))
MEDIAN = math.sqrt(math.log((1 + math.sqrt(1 + 4 * 0.5**2)) / 2))
UNTRUNCATED = [
    ("exponential", {"mean": 3.0}, stats.expon(scale=3)),
    ("lognormal", {"mean": 8.0, "sd": 9.0}, stats.lognorm(LN, scale=8 * math.exp(-(LN**2) / 2))),
    ("lognormal", {"mu": 3.5, "sigma": 0.6}, stats.lognorm(0.6, scale=math.exp(3.5))),
    ("lognormal", {"median": 10.0, "sd": 5.0}, stats.lognorm(MEDIAN, scale=10)),
    ("gamma", {"mean": 31.0, "sd": 12.0}, stats.gamma((31 / 12) ** 2, scale=144 / 31)),
    ("gamma", {"shape": 0.4, "scale": 2.0}, stats.gamma(0.4, scale=2)),
    ("erlang", {"k": 3, "mean": 6.0}, stats.gamma(3, scale=2)),
    ("erlang", {"k": 1, "mean": 6.0}, stats.expon(scale=6)),
    ("weibull", {"shape": 1.7, "scale": 4.0}, stats.weibull_min(1.7, scale=4)),
    ("triangular", {"min": 1.0, "mode": 2.0, "max": 6.0}, stats.triang(0.2, loc=1, scale=5)),
    ("triangular", {"min": 0.0, "mode": 4.0, "max": 4.0}, stats.triang(1, scale=4)),
    ("uniform", {"min": 1.0, "max": 60.0}, stats.uniform(1, 59)),
    ("lognormal", {"mean": 8.0, "variance": 81.0}, stats.lognorm(LN, scale=8 * math.exp(-(LN**2) / 2))),
    ("gamma", {"mean": 31.0, "variance": 144.0}, stats.gamma((31 / 12) ** 2, scale=144 / 31)),
    ("beta", {"mean": 0.4, "sd": 0.2}, stats.beta(2, 3)),
    ("beta", {"alpha": 0.5, "beta": 0.7, "min": 0.0, "max": 2.0}, stats.beta(0.5, 0.7, scale=2)),
    ("beta", {"mean": 10.0, "variance": 4.0, "min": 5.0, "max": 25.0}, stats.beta(4.4375, 13.3125, 5, 20)),
    ("normal", {"mean": 8.0, "sd": 4.0}, stats.truncnorm(-2, math.inf, 8, 4)),
    ("normal", {"mean": 1.0, "variance": 9.0}, stats.truncnorm(-1 / 3, math.inf, 1, 3)),
    ("normal", {"mean": 3.0, "sd": 2.0, "min": 7.0, "max": 9.0}, stats.truncnorm(2, 3, 3, 2)),
]
TRUNCATED: list[tuple[str, dict[str, float]]] = [
    ("exponential", {"mean": 3.0, "max": 2.0}),
    ("exponential", {"mean": 3.0, "min": 20.0, "max": 21.0}),
    ("lognormal", {"mean": 8.0, "sd": 9.0, "max": 42.0}),
    ("lognormal", {"mean": 8.0, "sd": 9.0, "min": 30.0}),
    ("gamma", {"mean": 31.0, "sd": 12.0, "max": 42.0}),
    ("gamma", {"shape": 0.4, "scale": 2.0, "min": 0.1, "max": 9.0}),
    ("weibull", {"mean": 3.0, "sd": 2.0, "min": 1.0, "max": 4.0}),
    ("erlang", {"k": 4, "mean": 6.0, "min": 5.0}),
]
EVERY = [(dist, params) for dist, params, _ in UNTRUNCATED] + TRUNCATED


@pytest.mark.parametrize(("dist", "params", "law"), UNTRUNCATED)
def test_a_quantile_is_that_of_scipy(dist: str, params: Mapping[str, float], law: stats.rv_continuous) -> None:
    made = sampler(dist, params)
    assert made.mean == pytest.approx(law.mean(), rel=1e-12)
    assert [made(u) for u in U] == pytest.approx(law.ppf(U).tolist(), rel=1e-6)
    if math.isfinite(law.support()[1]):
        assert made.most == pytest.approx(law.support()[1])
    for x in law.ppf([0.01, 0.3, 0.5, 0.97]).tolist():
        assert made.above(x) == pytest.approx(law.sf(x), rel=1e-9)
        assert made.below(x) == pytest.approx(law.cdf(x), rel=1e-9)
        assert made.from_above(made.above(x)) == pytest.approx(x, rel=1e-9)


@pytest.mark.parametrize("shape", [0.05, 0.2, 0.7, 1.0, 2.5, 6.67, 40.0, 900.0, 1e6])
def test_the_table_of_gamma_quantiles_is_within_1e_6(shape: float) -> None:
    made = sampler("gamma", {"shape": shape, "scale": 1.0})
    z = np.linspace(-5.9978, 5.9978, 1777)
    lower, upper = special.ndtr(z), special.ndtr(-z)
    exact = np.where(z < 0, special.gammaincinv(shape, lower), special.gammainccinv(shape, upper))
    kept = exact > 1e-290
    values = np.array([made(u) for u in lower.tolist()])
    assert np.abs(values / np.where(kept, exact, 1) - 1)[kept].max() < 1e-6
    assert (np.diff(values) >= 0).all()


def test_a_gamma_drawn_at_the_ends_of_the_uniforms_is_finite() -> None:
    for shape in (0.05, 1.0, 1e6):
        made = sampler("gamma", {"shape": shape, "scale": 1.0})
        assert 0.0 <= made(2.0**-53) < made(1 - 2.0**-53) < math.inf


@pytest.mark.parametrize(("mean", "sd"), [(3.0, 2.0), (10.0, 1.0), (5.0, 12.0)])
@pytest.mark.parametrize("dist", ["lognormal", "gamma", "weibull"])
def test_mean_and_sd_are_those_asked_for(dist: str, mean: float, sd: float) -> None:
    made = sampler(dist, {"mean": mean, "sd": sd})
    assert made.mean == pytest.approx(mean, rel=1e-9)
    assert made.mean * (made.biased.mean - made.mean) == pytest.approx(sd**2, rel=1e-8)


def integral(made: Sampler, weight: float = 0.0) -> float:
    """E(X ** (1 + weight)), integrated over the survival function."""
    top = made.most if math.isfinite(made.most) else made.from_above(1e-14)
    f = lambda x: (1 + weight) * x**weight * made.above(x)  # noqa: E731
    cuts = sorted({0.0, *(made.from_above(q) for q in (0.9999, 0.9, 0.5, 0.1, 1e-3, 1e-6)), top})
    return sum(integrate.quad(f, a, b)[0] for a, b in itertools.pairwise(cuts))


@pytest.mark.parametrize(("dist", "params"), EVERY)
def test_the_mean_is_that_of_the_law_as_drawn(dist: str, params: Mapping[str, float]) -> None:
    made = sampler(dist, params)
    assert made.mean == pytest.approx(integral(made), rel=1e-6)
    n = 20_000
    assert made.mean == pytest.approx(sum(made((i + 0.5) / n) for i in range(n)) / n, rel=3e-3)


@pytest.mark.parametrize(("dist", "params"), TRUNCATED)
def test_a_truncated_law_is_the_law_given_its_bounds(dist: str, params: Mapping[str, float]) -> None:
    made = sampler(dist, params)
    whole = sampler(dist, {name: value for name, value in params.items() if name not in ("min", "max")})
    least, most = params.get("min", 0.0), params.get("max", math.inf)
    values = [made(u) for u in U]
    assert min(values) >= least
    assert max(values) <= most
    inside = whole.above(least) - whole.above(most)
    for u in (0.001, 0.2, 0.5, 0.9, 0.999):
        x = made(u)
        assert (whole.above(least) - whole.above(x)) / inside == pytest.approx(u, rel=1e-5)
        assert made.above(x) == pytest.approx(1 - u, rel=1e-4)
        assert made.from_above(1 - u) == pytest.approx(x, rel=1e-6)


@pytest.mark.parametrize(("dist", "params"), EVERY)
def test_values_rise_with_their_uniform(dist: str, params: Mapping[str, float]) -> None:
    made = sampler(dist, params)
    values = [made(u) for u in sorted(U)]
    assert values == sorted(values)


@pytest.mark.parametrize(("dist", "params"), EVERY)
def test_the_remaining_time_in_equilibrium_has_the_textbook_law(dist: str, params: Mapping[str, float]) -> None:
    """Mean E(X^2) / 2 E(X); P(remaining > t) is the integral of P(X > x) above t over E(X)."""
    made = sampler(dist, params)
    assert made.biased.mean == pytest.approx(integral(made, 1.0) / made.mean, rel=1e-5)
    grid = (np.arange(120) + 0.5) / 120
    left = np.array([made.remaining(a, b) for a in grid.tolist() for b in grid.tolist()])
    assert left.mean() == pytest.approx(made.biased.mean / 2, rel=0.02)
    top = made.most if math.isfinite(made.most) else made.from_above(1e-12)
    for t in np.quantile(left, [0.2, 0.5, 0.8]).tolist():
        beyond = integrate.quad(made.above, t, top, limit=200)[0] / made.mean
        assert (left > t).mean() == pytest.approx(beyond, abs=0.01)


@pytest.mark.parametrize(("dist", "params"), EVERY)
def test_what_is_left_after_some_time_is_the_law_given_that_it_lasted(dist: str, params: Mapping[str, float]) -> None:
    made = sampler(dist, params)
    for elapsed in (made(0.3), made(0.95)):
        for u in (0.01, 0.5, 0.99):
            left = made.remaining_after(elapsed, u)
            assert left >= 0
            assert made.above(elapsed + left) / made.above(elapsed) == pytest.approx(1 - u, rel=1e-4)


@pytest.mark.parametrize("shapes", [(0.2, 0.2), (0.3, 8.0), (1.0, 1.0), (2.5, 0.7), (40.0, 60.0), (1e4, 3.0)])
def test_the_table_of_beta_quantiles_is_within_1e_6(shapes: tuple[float, float]) -> None:
    made = sampler("beta", {"alpha": shapes[0], "beta": shapes[1]})
    z = np.linspace(-5.9978, 5.9978, 777)
    exact = np.where(
        z < 0, special.betaincinv(*shapes, special.ndtr(z)), 1 - special.betaincinv(*shapes[::-1], special.ndtr(-z))
    )
    kept = exact > 1e-290
    values = np.array([made(u) for u in special.ndtr(z).tolist()])
    assert np.abs(values / np.where(kept, exact, 1) - 1)[kept].max() < 1e-6
    assert (np.diff(values) >= 0).all()
    assert 0 <= made(2.0**-53) <= made(1 - 2.0**-53) <= 1


def test_a_discrete_law_takes_its_values_by_their_weights() -> None:
    made = sampler("discrete", {}, values=[5.0, 1.0, 3.0], weights=[1.0, 2.0, 1.0])
    assert [made(u) for u in (0.01, 0.5, 0.51, 0.75, 0.76, 0.999)] == [1, 1, 3, 3, 5, 5]
    assert (made.mean, made.most) == (2.5, 5.0)
    assert [made.above(x) for x in (0, 1, 2, 3, 4.9, 5)] == [1, 0.5, 0.5, 0.25, 0.25, 0]
    assert [made.from_above(q) for q in (0.9, 0.5, 0.4, 0.25, 0.2)] == [1, 1, 3, 3, 5]
    assert made.biased.mean == pytest.approx((2 + 9 + 25) / 10)
    assert made.remaining_after(2.0, 0.3) == 1.0
    assert made.remaining_after(2.0, 0.7) == 3.0
    assert made.remaining_after(5.0, 0.7) == 0.0


def test_an_empirical_law_gives_back_what_was_seen() -> None:
    seen = [4.0, 9.0, 4.0, 0.0, 7.0]
    made = sampler("empirical", {}, values=seen)
    assert [made((i + 0.5) / 5) for i in range(5)] == sorted(seen)
    assert made.mean == pytest.approx(np.mean(seen))
    assert made.biased.mean == pytest.approx(np.mean(np.square(seen)) / np.mean(seen))


@pytest.mark.parametrize("mean", [0.3, 4.0, 250.0, 1e5])
def test_a_poisson_is_that_of_scipy(mean: float) -> None:
    made, law = sampler("poisson", {"mean": mean}), stats.poisson(mean)
    assert made.mean == pytest.approx(mean, rel=1e-9)
    assert [made(u) for u in (0.0001, 0.1, 0.5, 0.9, 0.9999)] == law.ppf([0.0001, 0.1, 0.5, 0.9, 0.9999]).tolist()
    for x in law.ppf([0.1, 0.5, 0.99]).tolist():
        assert made.above(x) == pytest.approx(law.sf(x), rel=1e-7)
    some = sampler("poisson", {"mean": mean, "min": 1.0})
    assert some.mean == pytest.approx(mean / -math.expm1(-mean), rel=1e-9)
    assert sampler("poisson", {"mean": mean}, 24.0).mean == pytest.approx(24 * mean)


def mixture(**params: float) -> Sampler:
    laws = [sampler("exponential", {"mean": 2.0}), sampler("gamma", {"mean": 20.0, "sd": 5.0}),
            sampler("constant", {"value": 4.0})]  # fmt: skip
    return sampler("mixture", params, parts=list(zip([5.0, 3.0, 2.0], laws, strict=True)))


@pytest.mark.parametrize("params", [{}, {"max": 22.0}, {"min": 3.0, "max": 30.0}, {"min": 10.0}])
def test_a_mixture_has_the_law_of_its_parts(params: dict[str, float]) -> None:
    made = mixture(**params)
    least, most = params.get("min", 0.0), params.get("max", math.inf)

    def above(x: float) -> float:
        return 0.5 * math.exp(-x / 2) + 0.3 * stats.gamma.sf(x, 16, scale=1.25) + 0.2 * (x < 4)

    atom = above(least - 1e-9) - above(most) if most < math.inf else above(least - 1e-9)
    n = 40_000
    drawn = np.array([made((i + 0.5) / n) for i in range(n)])
    assert drawn.min() >= least
    assert drawn.max() <= most
    assert made.mean == pytest.approx(drawn.mean(), rel=1e-3)
    assert made.mean == pytest.approx(integral(made), rel=1e-5)
    for x in (3.5, 4.5, 12.0, 21.0):
        expected = min(1.0, (above(x) - above(most)) / atom if most < math.inf else above(x) / atom)
        assert made.above(x) == pytest.approx(expected, abs=1e-9)
        assert (drawn > x).mean() == pytest.approx(expected, abs=1e-4)
        if 0 < expected < 1:
            assert made.above(made.from_above(expected)) == pytest.approx(expected, abs=1e-9)
    assert made.biased.mean == pytest.approx(integral(made, 1.0) / made.mean, rel=1e-5)


def test_what_is_left_of_a_mixture_weighs_the_parts_by_how_many_last() -> None:
    made = mixture()
    n = 20_000
    left = np.array([made.remaining_after(6.0, (i + 0.5) / n) for i in range(n)])
    for t in (1.0, 5.0, 15.0):
        assert (left > t).mean() == pytest.approx(made.above(6 + t) / made.above(6.0), abs=1e-3)


@pytest.mark.parametrize("say", [
    lambda: sampler("beta", {"mean": 0.5, "sd": 0.5}),
    lambda: sampler("beta", {"mean": 3.0, "sd": 0.1}),
    lambda: sampler("normal", {"mean": 3.0, "sd": 1.0, "min": 40.0}),
    lambda: sampler("discrete", {}, values=[1.0, 2.0], weights=[1.0]),
    lambda: sampler("discrete", {}, values=[1.0, 2.0], weights=[0.0, 0.0]),
    lambda: sampler("empirical", {}, values=[]),
    lambda: sampler("empirical", {}, values=[-1.0]),
    lambda: sampler("mixture", {}),
    lambda: mixture(min=1e6),
    lambda: sampler("poisson", {"mean": 1e9}),
])  # fmt: skip
def test_what_cannot_be_a_law_is_told(say: Callable[[], Sampler]) -> None:
    with pytest.raises(ValueError, match=r"beta|discrete|empirical|mixture|almost|poisson"):
        say()


def test_a_long_elapsed_time_keeps_its_accuracy() -> None:
    made = sampler("gamma", {"mean": 31.0, "sd": 12.0})
    assert 0 < made.remaining_after(300.0, 0.5) < 12
    assert sampler("lognormal", {"mean": 8.0, "sd": 9.0}).remaining_after(3000.0, 0.5) > 100


def test_a_spell_past_its_longest_ends_at_once() -> None:
    assert sampler("uniform", {"min": 1.0, "max": 60.0}).remaining_after(60.0, 0.5) == 0.0
    assert sampler("lognormal", {"mean": 8.0, "sd": 9.0, "max": 42.0}).remaining_after(50.0, 0.5) == 0.0
    assert sampler("constant", {"value": 5.0}).remaining_after(6.0, 0.5) == 0.0


def test_a_constant_in_progress_has_a_uniform_part_left() -> None:
    made = sampler("constant", {"value": 8.0})
    assert made(0.2) == made.mean == 8.0
    assert made.remaining(0.9, 0.25) == 2.0
    assert made.remaining_after(3.0, 0.9) == 5.0


def test_no_spread_is_a_constant() -> None:
    for dist in ("lognormal", "gamma", "weibull"):
        assert sampler(dist, {"mean": 4.0, "sd": 0.0})(0.9) == pytest.approx(4.0)
    assert sampler("exponential", {"mean": 0.0})(0.9) == 0.0
    assert sampler("triangular", {"min": 2.0, "mode": 2.0, "max": 2.0})(0.9) == 2.0


def test_scale_multiplies_the_law_and_leaves_its_bounds() -> None:
    weeks = {"mu": 1.0, "sigma": 0.5}
    assert sampler("lognormal", weeks, 7.0)(0.3) == pytest.approx(7 * sampler("lognormal", weeks)(0.3))
    assert sampler("lognormal", {**weeks, "max": 20.0}, 7.0)(0.999999) == pytest.approx(20.0, rel=1e-3)
    for dist, params, _ in UNTRUNCATED:
        if dist == "normal" and "min" in params:
            continue
        assert sampler(dist, params, 24.0)(0.3) == pytest.approx(24 * sampler(dist, params)(0.3))


@pytest.mark.parametrize(
    ("dist", "params", "words"),
    [
        ("pareto", {"mean": 1.0}, "no distribution is called 'pareto'; choose from constant, exponential"),
        ("gamma", {"mean": 1.0}, "gamma takes mean and sd or mean and variance or shape and scale, not mean"),
        ("exponential", {}, "exponential takes mean, not nothing"),
        ("constant", {"value": 1.0, "max": 2.0}, "constant takes value, not max and value"),
        ("exponential", {"mean": -1.0}, "mean must be 0 or more, not -1"),
        ("exponential", {"mean": math.nan}, "mean must be a finite number, not nan"),
        ("lognormal", {"mean": 0.0, "sd": 1.0}, "mean must be above 0 when sd is"),
        ("lognormal", {"mu": 800.0, "sigma": 1.0}, "of the log, and too large"),
        ("lognormal", {"mean": 8.0, "sd": 9.0, "min": 5.0, "max": 4.0}, "min 5 must be below max 4"),
        ("gamma", {"mean": 8.0, "sd": 0.1, "max": 4.0}, "almost no value lies between min 0 and max 4"),
        ("gamma", {"shape": 0.0, "scale": 1.0}, "shape must be above 0, not 0"),
        ("erlang", {"k": 2.5, "mean": 1.0}, "k must be a whole number from 1, not 2.5"),
        ("weibull", {"mean": 1.0, "sd": 1e6}, "out of proportion"),
        ("triangular", {"min": 1.0, "mode": 5.0, "max": 4.0}, "must rise in this order"),
        ("uniform", {"min": 5.0, "max": 4.0}, "min 5 must not be above max 4"),
        ("uniform", {"min": -5.0, "max": 4.0}, "min must be 0 or more, not -5"),
    ],
)
def test_parameters_that_make_no_law_are_refused_in_words(dist: str, params: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        sampler(dist, params)


def test_a_scale_must_be_above_0() -> None:
    with pytest.raises(ValueError, match="scale must be above 0"):
        sampler("exponential", {"mean": 1.0}, 0.0)
