"""The share started by a time, against cases with a known answer."""

import numpy as np
import pytest

from sim.measures.waits import BEGAN, LEFT, WAITING, Cohort, Waits, cumulative_incidence


def test_without_censoring_it_is_the_share_of_all() -> None:
    waits = np.array([1.0, 2.0, 3.0, 4.0])
    ends = np.array([BEGAN, LEFT, BEGAN, BEGAN], np.int8)
    times, share = cumulative_incidence(waits, ends)
    assert times.tolist() == [1, 2, 3, 4]
    assert share.tolist() == pytest.approx([0.25, 0.25, 0.5, 0.75])


def test_without_competing_ends_it_is_one_minus_kaplan_meier() -> None:
    """Freireich's 21 patients on 6-MP (1963): remission times, + still in remission."""
    waits = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], float)
    ended = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])
    times, share = cumulative_incidence(waits, np.where(ended, BEGAN, WAITING).astype(np.int8))
    survival = dict(zip(times.tolist(), (1 - share).tolist(), strict=True))
    assert survival[6] == pytest.approx(0.857, abs=5e-4)
    assert survival[10] == pytest.approx(0.753, abs=5e-4)
    assert survival[23] == pytest.approx(0.448, abs=5e-4)


def test_ends_and_shares_add_up_with_competing_ends() -> None:
    """Starting, leaving and staying are all there is: the two incidences and the share staying sum to one."""
    generator = np.random.default_rng(2)
    waits = generator.exponential(10, 500)
    ends = generator.choice([BEGAN, LEFT, WAITING], 500).astype(np.int8)
    _, began = cumulative_incidence(waits, ends)
    swapped = np.where(ends == WAITING, WAITING, 1 - ends).astype(np.int8)
    _, left = cumulative_incidence(waits, swapped)
    order = np.argsort(waits)
    at_risk = np.arange(500, 0, -1)
    staying = np.cumprod(1 - (ends[order] != WAITING) / at_risk)
    assert began[-1] + left[-1] + staying[-1] == pytest.approx(1.0)


def test_nobody_gives_nothing() -> None:
    cohort = Cohort.of(Waits(np.empty(0), np.empty(0), np.empty(0, np.bool_)), 100.0)
    assert np.isnan(cohort.quantile(0.5))
    assert np.isnan(cohort.share(28.0))
