"""Years and weeks differ by luck of their own: a factor of mean 1 on a stream's rate, the same in every world."""

from __future__ import annotations

import numpy as np
import pytest

from sim import world
from sim.scenario import load

MODEL = """
title: Arrivals whose years differ
demand: {{people: {{rate: {rate}/day{effect}}}}}
doors: {{people: home}}
stations: {{home: {{kind: exit}}}}
run: {{length: {days} days, replications: 1}}
"""


def counts(tmp_path, effect: str, days: int, replications: int, rate: int = 200) -> np.ndarray:
    file = tmp_path / f"m{rate}{days}.yaml"
    file.write_text(MODEL.format(effect=effect, days=days, rate=rate))
    plan = world.compile(load(str(file)))
    return np.array([len(world.simulate(plan, 3, r).people["person"]) for r in range(replications)])


@pytest.mark.parametrize(("effect", "days"), [(", year_effect: 0.10", 20), (", week_effect: 0.10", 7)])
def test_the_spread_is_that_of_the_factor_and_of_chance(tmp_path, effect: str, days: int) -> None:
    """Var N = m + (0.10 m)^2 for m expected: the ratio to it has a standard error of sqrt(2 / 199), 0.1."""
    found = counts(tmp_path, effect, days, 200)
    mean = 200.0 * days
    variance = mean + (0.10 * mean) ** 2
    assert found.mean() == pytest.approx(mean, abs=4 * (variance / 200) ** 0.5)
    assert 0.6 < found.var(ddof=1) / variance < 1.45


def test_without_them_arrivals_are_poisson(tmp_path) -> None:
    found = counts(tmp_path, "", 7, 200)
    assert 0.6 < found.var(ddof=1) / 1400.0 < 1.45


def test_a_busier_world_has_the_same_good_and_bad_years(tmp_path) -> None:
    """The factor is a replication's, not a rate's: two worlds move together almost exactly."""
    few, many = (counts(tmp_path, ", year_effect: 0.10", 20, 60, rate) for rate in (200, 400))
    assert np.corrcoef(few, many)[0, 1] > 0.95
