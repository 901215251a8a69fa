"""Intervals against published values."""

import math

import numpy as np
import pytest

from sim.experiment.intervals import one_year, summarise, t_interval


def test_the_t_interval_of_nist_heat_flow_meters() -> None:
    """NIST/SEMATECH e-Handbook 1.3.5.2, ZARR13: n 195, mean 9.261460, sd 0.022789, 95% limits 9.258242 and 9.264679."""
    values = np.random.default_rng(1).normal(size=195)
    values = (values - values.mean()) / values.std(ddof=1) * 0.022789 + 9.261460
    assert t_interval(values) == pytest.approx((9.258242, 9.264679), abs=2e-6)


def test_five_values_by_hand() -> None:
    """1..5: mean 3, sd 1.5811, t(4) 2.7764: 3 +/- 1.9632."""
    assert t_interval(np.arange(1.0, 6.0)) == pytest.approx((1.03676, 4.96324), abs=1e-5)


def test_fewer_than_five_replications_give_no_interval() -> None:
    found = summarise(np.array([1.0, 2.0, 3.0, 4.0]))
    assert found.mean == 2.5
    assert all(math.isnan(value) for value in (found.low, found.high, found.p5, found.p95))


def test_one_such_year_is_the_5th_to_95th_percentile() -> None:
    assert one_year(np.arange(101.0)) == (5.0, 95.0)


def test_a_wait_never_reached_in_one_replication_has_no_finite_mean() -> None:
    found = summarise(np.array([1.0, 2.0, 3.0, 4.0, math.inf]))
    assert found.mean == math.inf
    assert math.isnan(found.low)
    assert found.p95 == math.inf


def test_replications_with_nothing_to_measure_are_left_out() -> None:
    assert summarise(np.array([1.0, 2.0, 3.0, 4.0, 5.0, math.nan])).mean == 3.0


def test_the_interval_of_a_wait_does_not_reach_below_none() -> None:
    waits = np.array([0.0, 0.0, 0.0, 0.0, 9.0])
    assert summarise(waits).low < 0.0
    assert summarise(waits, least=0.0).low == 0.0
    assert math.isnan(summarise(waits[:3], least=0.0).low)
