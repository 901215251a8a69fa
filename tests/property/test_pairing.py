"""Worlds that share their people share most of their luck: what pairing by person is for."""

from __future__ import annotations

import statistics

from sim.experiment import run
from sim.scenario import load

WINTER = ("run.start=2026-12-01", "run.length=75 days", "run.warm_up=14 days")


def test_winter_and_the_baseline_rise_and_fall_together() -> None:
    """Over replications, the headlines of the two worlds correlate at 0.8 or more in the middle."""
    found = run([load(name, WINTER) for name in ("baseline", "winter-pressures")], replications=6, seed=3, workers=2)
    world = found.worlds[1].name
    correlations = [found.pairings[world, measure.id].correlation for measure in found.measures if measure.headline]
    assert len(correlations) >= 6
    assert statistics.median(correlations) >= 0.8
    ratios = [found.pairings[world, measure.id].variance_ratio for measure in found.measures if measure.headline]
    assert statistics.median(ratios) > 2.0
