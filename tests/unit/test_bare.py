"""The hand-written network of the benchmark goes with the engine as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_the_bare_engine_runs_the_reference_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    import bare

    spells = bare.run(1, days=20)
    assert set(np.unique(spells["station"])) == {bare.A, bare.B, bare.C, bare.D, bare.OUT}
    assert np.bincount(spells["station"])[bare.A] == pytest.approx(20 * bare.ARRIVALS, rel=0.1)
    assert 19.5 < np.nanmax(spells["ended"]) <= 20
    assert np.ptp(spells["joined"]) > 19.5
