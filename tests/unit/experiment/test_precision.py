"""How many replications an interval needs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.experiment import Mismatch, run
from sim.experiment.intervals import t_interval
from sim.experiment.precision import MOST, PILOT, achieved, needed
from sim.scenario import Scenario


def test_the_number_needed_by_hand() -> None:
    """sd 10, mean 100, 5%: half-width 5. t(17) x 10 / sqrt 18 = 4.973 is enough, t(16) x 10 / sqrt 17 = 5.142 not."""
    values = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    values = 100.0 + 10.0 * (values - values.mean()) / values.std(ddof=1)
    assert needed(values, 100.0, 0.05) == 18
    assert needed(values, -100.0, 0.05) == 18
    assert needed(values, 100.0, 0.5) == 10
    assert needed(values, 100.0, 1e-9, most=1000) == 1000
    assert achieved(values, 100.0) == pytest.approx(2.2622 * 10 / math.sqrt(10) / 100, abs=1e-4)


def test_nothing_is_needed_where_nothing_can_be_said() -> None:
    assert needed(np.array([1.0, math.inf, 2.0]), 1.0, 0.05) == 0
    assert needed(np.array([1.0, 2.0]), 0.0, 0.05) == 0
    assert math.isnan(achieved(np.array([1.0, 2.0]), 0.0))


@pytest.mark.parametrize("asked", [0.02, 0.05, 0.5])
def test_two_stages_cover_as_they_say(asked: float) -> None:
    """Of 1,000 synthetic experiments (mean 50, sd 6) 93 to 97% of the intervals hold the true mean, whether the pilot
    is enough or many times as many are needed."""
    luck = np.random.default_rng(20261122)
    held, counts = 0, []
    for _ in range(1000):
        pilot = luck.normal(50.0, 6.0, PILOT)
        count = min(needed(pilot, float(pilot.mean()), asked), MOST)
        values = np.concatenate((pilot, luck.normal(50.0, 6.0, count - PILOT)))
        low, high = t_interval(values)
        held += low <= 50.0 <= high
        counts.append(count)
    assert 930 <= held <= 970
    assert (max(counts) == PILOT) == (asked == 0.5)


def test_a_pilot_goes_on_to_what_a_longer_run_would_have_been(queue: Scenario) -> None:
    found = run([queue], replications=5, seed=1, precision=0.12)
    assert found.precision is not None
    assert 5 < found.precision.needed <= found.replications
    widths = [achieved(found.worlds[0].measures[:, at], found.summaries[found.worlds[0].name, measure.id].mean)
              for at, measure in enumerate(found.measures) if measure.headline]  # fmt: skip
    assert found.precision.reached == pytest.approx(max(widths))
    whole = run([queue], replications=found.replications, seed=1)
    assert np.array_equal(found.worlds[0].measures, whole.worlds[0].measures, equal_nan=True)


def test_a_pilot_without_an_interval_is_refused(queue: Scenario) -> None:
    with pytest.raises(Mismatch, match="at least 5"):
        run([queue], replications=4, seed=1, precision=0.1)
    with pytest.raises(Mismatch, match="above 0"):
        run([queue], replications=5, seed=1, precision=0.0)
