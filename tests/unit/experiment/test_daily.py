"""The daily series of a whole place say the same as its measures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.experiment import Results, save

SAME = {
    "waiting.assessment": "waiting_assessment",
    "waiting.review": "reviews_overdue",
    "waiting_for_care": "waiting_care",
    "waiting_over_six_months": "waiting_all_six_months",
    "ready_for_discharge": "ready_for_discharge",
    "in.reablement": "in_reablement",
    "packages_open": "packages_open",
    "packages.home_care": "home_care_open",
    "home_care_hours": "home_care_hours",
    "undelivered_home_care_hours": "undelivered_home_care_hours",
    "staff_in_post": "staff_in_post",
}


def mean(results: Results, series: str) -> float:
    world = results.worlds[0]
    return float(world.daily[0, world.series.index(series)].astype(float).mean())


@pytest.mark.parametrize(("series", "measure"), SAME.items())
def test_the_mean_of_the_days_is_the_measure(hull: Results, series: str, measure: str) -> None:
    found = hull.summaries[hull.worlds[0].name, measure].mean
    assert found > 0
    assert mean(hull, series) == pytest.approx(found, rel=1e-5)


def test_the_reasons_add_up_to_everyone_ready_to_leave(hull: Results) -> None:
    reasons = [name for name in hull.worlds[0].series if name.startswith("ready.")]
    assert len(reasons) >= 4
    assert sum(mean(hull, name) for name in reasons) == pytest.approx(mean(hull, "ready_for_discharge"), rel=1e-5)


def test_the_roles_and_the_packages_add_up(hull: Results) -> None:
    for total, prefix in (("staff_in_post", "staff."), ("packages_open", "packages.")):
        parts = [name for name in hull.worlds[0].series if name.startswith(prefix)]
        assert len(parts) >= 5
        assert sum(mean(hull, name) for name in parts) == pytest.approx(mean(hull, total), rel=1e-5)


def test_the_table_has_a_row_a_day_and_a_column_a_series(hull: Results, tmp_path: Path) -> None:
    table = pd.read_parquet(save(hull, tmp_path / "run", command="") / "daily.parquet")
    assert list(table.columns) == ["scenario", "replication", "day", *hull.worlds[0].series]
    assert table["day"].tolist() == list(range(35))
    assert np.isfinite(table[list(hull.worlds[0].series)].to_numpy()).all()
