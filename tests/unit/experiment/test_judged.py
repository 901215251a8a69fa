"""What may be said of differences, against published and hand-worked figures."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.experiment import Mismatch, Results, run
from sim.experiment.intervals import summarise
from sim.experiment.judged import holm, judge, paired_p, pairing, primary_of
from sim.experiment.overtime import periods
from sim.measures.catalogue import CATALOGUE
from sim.scenario import Scenario

MEASURES = {measure.id: measure for measure in CATALOGUE}
LOWER = MEASURES["waiting_assessment"]
NEUTRAL = next(measure for measure in CATALOGUE if measure.direction == "neutral")


def test_holm_as_in_r() -> None:
    """p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm") in R is 0.05 0.08 0.09 0.09 0.09."""
    assert holm([0.03, 0.01, 0.05, 0.02, 0.04]) == pytest.approx([0.09, 0.05, 0.09, 0.08, 0.09])
    assert holm([0.02]) == [0.02]
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_an_alternative_without_a_p_value_does_not_count() -> None:
    found = holm([0.01, math.nan, 0.04])
    assert found[0] == pytest.approx(0.02)
    assert math.isnan(found[1])
    assert found[2] == 0.04


def test_the_paired_t_test_of_students_sleep_data() -> None:
    """Student (1908): ten patients under two drugs; t 4.0621 on 9 degrees of freedom, p 0.002833 (R, t.test)."""
    one = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    two = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    assert paired_p(two - one) == pytest.approx(0.002833, abs=1e-6)


def test_no_difference_at_all_is_a_tie_and_a_fixed_one_is_not() -> None:
    assert paired_p(np.zeros(6)) == 1.0
    assert paired_p(np.full(6, 2.0)) == 0.0
    assert math.isnan(paired_p(np.ones(4)))


def test_pairing_by_hand() -> None:
    """1..5 against 2, 4, 6, 8, 10: correlation 1, k 2, variances 2.5 and 10, of the difference 2.5: the ratio is 5,
    and so is the ceiling (1 + 4) / 1."""
    base = np.arange(1.0, 6.0)
    found = pairing(base, 2.0 * base)
    assert found.correlation == pytest.approx(1.0)
    assert found.k == pytest.approx(2.0)
    assert found.variance_ratio == pytest.approx(5.0)
    assert found.ceiling == pytest.approx(5.0)


def test_independent_worlds_gain_nothing_and_never_more_than_the_ceiling() -> None:
    luck = np.random.default_rng(1).normal(size=(3, 4000))
    apart = pairing(luck[0], luck[1])
    assert apart.correlation == pytest.approx(0.0, abs=0.05)
    assert apart.variance_ratio == pytest.approx(1.0, abs=0.05)
    together = pairing(luck[0], 1.5 * luck[0] + 0.1 * luck[2])
    assert 0.9 < together.correlation < 1.0
    assert 5.0 < together.variance_ratio < together.ceiling


def test_worlds_that_differ_by_nothing_or_by_a_fixed_amount() -> None:
    base = np.arange(5.0)
    assert pairing(base, base + 3.0).variance_ratio == math.inf
    assert pairing(base, base).ceiling == math.inf
    assert math.isnan(pairing(base, np.full(5, math.inf)).correlation)
    assert math.isnan(pairing(np.zeros(5), base).correlation)


def test_a_verdict_follows_the_direction_of_the_measure() -> None:
    rise = summarise(np.array([1.0, 2.0, 3.0, 2.0, 2.0]))
    assert judge(rise, LOWER) == "worse"
    assert judge(summarise(-np.array([1.0, 2.0, 3.0, 2.0, 2.0])), LOWER) == "better"
    assert judge(rise, NEUTRAL) == "higher"
    assert judge(summarise(np.array([-1.0, 1.0, 2.0, -2.0, 0.5])), LOWER) == "tie"
    assert judge(summarise(np.array([1.0, 2.0])), LOWER) == ""


def test_the_primary_measure_goes_by_its_adjusted_p() -> None:
    rise = summarise(np.array([1.0, 2.0, 3.0, 2.0, 2.0]))
    assert judge(rise, LOWER, 0.06) == "tie"
    assert judge(rise, LOWER, 0.04) == "worse"


def test_the_primary_measure_is_named_before_the_run() -> None:
    assert primary_of(CATALOGUE, None) == next(measure.id for measure in CATALOGUE if measure.headline)
    assert primary_of(CATALOGUE, "waiting_care") == "waiting_care"
    with pytest.raises(Mismatch, match="did you mean `waiting_care`"):
        primary_of(CATALOGUE, "waiting_cares")


def test_months_of_a_run_are_cut_at_its_ends() -> None:
    assert periods("2026-12-15", 60.0) == [
        ("2026-12", 0.0, 17.0), ("2027-01", 17.0, 48.0), ("2027-02", 48.0, 60.0), ("whole", 0.0, 60.0)
    ]  # fmt: skip
    assert periods(None, 45.0) == [("day 0", 0.0, 30.0), ("day 30", 30.0, 45.0), ("whole", 0.0, 45.0)]


@pytest.fixture(scope="module")
def three(queue: Scenario, busier: Scenario) -> Results:
    """A queue, a busier one, and itself again."""
    return run([queue, busier, queue], replications=5, seed=1)


def test_alternatives_are_adjusted_together(three: Results) -> None:
    _, busy, same = (world.name for world in three.worlds)
    raw = three.p_values[busy, three.primary]
    assert three.adjusted[busy] == pytest.approx(2 * raw)
    assert three.adjusted[same] == 1.0
    primary = next(measure for measure in three.measures if measure.id == three.primary)
    assert (three.verdict(busy, primary), three.verdict(same, primary)) == ("worse", "tie")


def test_two_chances_at_one_in_thirty_are_a_tie(three: Results) -> None:
    """Differences with p 0.035 in two alternatives: 0.07 after Holm; unadjusted they would be told from none."""
    shift = np.array([1.0, 2.0, 3.0, 0.3, 1.0])
    worlds = [replace(world, measures=np.zeros((5, len(three.measures)))) for world in three.worlds]
    for world in worlds[1:]:
        world.measures[:] = shift[:, None]
    found = replace(three, worlds=tuple(worlds))
    primary, other = found.measures[0], found.measures[1]
    assert primary.id == found.primary
    assert other.id != found.primary
    name = worlds[1].name
    assert found.p_values[name, primary.id] < 0.05 < found.adjusted[name]
    assert found.verdict(name, primary) == "tie"
    assert found.verdict(name, other) in ("better", "worse", "higher", "lower")


def test_worlds_are_ranked_with_ties(three: Results) -> None:
    base, busy, same = (world.name for world in three.worlds)
    assert three.ranking == [(base, False), (same, True), (busy, False)]
