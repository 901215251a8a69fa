"""Targets beside results, on one queue whose flows are known, and drift on made-up years."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from calibration.fit import save_fit
from calibration.landing import Drift, Landed, drift, failed, land
from calibration.targets import Target, Targets, TargetsError, read
from sim.experiment import Results, run
from sim.scenario import load

ONE = """
title: One
tolerance: {tolerance}
targets:
  served: {{title: Served, value: {value}, unit: a year, source: arithmetic, grade: A, {what}}}
"""


@pytest.fixture(scope="module")
def results() -> Results:
    """A desk with room for all: 10 come a day for a hundred days, and wait for nobody."""
    text = """
title: A desk
demand: {people: {rate: 10/day}}
doors: {people: desk}
teams: {clerks: {workers: 40, calendar: always}}
stations:
  desk: {kind: task, team: clerks, effort: 6 h, next: done}
  done: {kind: exit}
run: {start: 2026-04-01, length: 100 days, replications: 5}
"""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.yaml"
        path.write_text(text)
        scenario = load(str(path))
    return run([scenario], replications=5, seed=1)


def landed(results: Results, tmp_path: Path, value: float, what: str, tolerance: float = 0.1):
    path = tmp_path / "one.yaml"
    path.write_text(ONE.format(value=value, what=what, tolerance=tolerance))
    return land(results, read(str(path)))[0]


def test_counts_are_taken_a_year_and_means_are_not(results: Results, tmp_path: Path) -> None:
    one = landed(results, tmp_path, 3650, "sum: [desk.joined]")
    assert one.simulated == pytest.approx(3650, rel=0.06)
    assert one.low < one.simulated < one.high
    assert one.inside
    assert landed(results, tmp_path, 2.5, "sum: [desk.in_service]").simulated == pytest.approx(2.5, rel=0.06)


def test_terms_have_weights_and_classes(results: Results, tmp_path: Path) -> None:
    whole = landed(results, tmp_path, 3650, "sum: [desk.joined]").simulated
    weighted = landed(results, tmp_path, 3650, "sum: {desk.joined: 0.5, desk/nobody.joined: 9}").simulated
    assert weighted == pytest.approx(whole / 2)


def test_inside_is_by_the_tolerance_of_the_value(results: Results, tmp_path: Path) -> None:
    one = landed(results, tmp_path, 3650, "sum: [desk.joined]").simulated
    assert landed(results, tmp_path, one / 0.91, "sum: [desk.joined]").inside
    assert not landed(results, tmp_path, one / 0.89, "sum: [desk.joined]").inside
    assert landed(results, tmp_path, one / 0.89, "sum: [desk.joined], tolerance: 0.2").inside


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("sum: [dask.joined]", "no station `dask`; did you mean `desk`"),
        ("sum: [desk.join]", "no quantity `join`; did you mean `joined`"),
        ("measure: desk.wat", "no measure `desk.wat`; did you mean `desk.wait`"),
    ],
)
def test_what_a_run_does_not_have_is_said(results: Results, tmp_path: Path, what: str, words: str) -> None:
    with pytest.raises(TargetsError) as error:
        landed(results, tmp_path, 1, what)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("first", "second", "low", "high", "steady"),
    [
        (100, 109, 5, 13, True),
        (100, 115, 5, 25, False),
        (100, 115, -5, 35, True),
        (100, 85, -25, -5, False),
        (0.2, 0.9, 0.5, 0.9, True),
        (100, 115, math.nan, math.nan, False),
    ],
)
def test_steady_is_near_or_perhaps_no_change_or_no_queue(
    first: float, second: float, low: float, high: float, steady: bool
) -> None:
    assert Drift("x", first, second, low, high).steady is steady


def test_drift_compares_the_first_year_with_the_second(results: Results) -> None:
    """Daily numbers made up: 10 waiting in the first year, 12, 13, ... in the second, by replication."""
    from dataclasses import replace

    world = results.worlds[0]
    daily = np.zeros((5, 1, 800))
    daily[:, 0, :365] = 10.0
    daily[:, 0, 365:730] = np.arange(12.0, 17.0)[:, None]
    daily[:, 0, 730:] = 1000.0
    years = replace(world, series=("waiting.desk",), daily=daily, edges=np.arange(801.0))
    (queue,) = drift(replace(results, worlds=(years,)))
    assert (queue.queue, queue.first, queue.second, queue.ratio) == ("desk", 10, 14, 1.4)
    assert 2 < queue.low < 4 < queue.high < 6
    assert not queue.steady


@pytest.mark.parametrize(("low", "high", "verdict"), [
    (91.0, 109.0, "inside"), (90.0, 110.0, "inside"), (89.0, 109.0, "unsure"), (109.0, 111.0, "unsure"),
    (111.0, 120.0, "outside"), (70.0, 89.0, "outside"), (math.nan, math.nan, "unsure"), (80.0, 120.0, "unsure"),
])  # fmt: skip
def test_a_target_is_inside_outside_or_unsure_by_its_interval(low: float, high: float, verdict: str) -> None:
    target = Target(title="x", value=100, unit="people", source="arithmetic", grade="A", measure="x")
    assert Landed("x", target, 0.1, (low + high) / 2, low, high).verdict == verdict


@pytest.mark.parametrize(("required", "low", "high", "fails"), [
    (True, 95.0, 105.0, False), (True, 105.0, 115.0, True), (True, 120.0, 130.0, True), (False, 120.0, 130.0, False),
])  # fmt: skip
def test_a_required_target_that_is_outside_or_unsure_fails(
    required: bool, low: float, high: float, fails: bool
) -> None:
    each = {"title": "x", "value": 100, "unit": "people", "source": "arithmetic", "grade": "A", "measure": "x"}
    targets = Targets.model_validate(
        {
            "title": "x",
            "tolerance": 0.1,
            "targets": {"x": {**each, "required": required}, "y": {**each, "required": True}},
        }
    )
    sure = Landed("y", targets.targets["y"], 0.1, 100.0, 99.0, 101.0, True)
    assert failed([Landed("x", targets.targets["x"], 0.1, 100.0, low, high, required), sure], targets) is fails


def test_the_fit_is_saved_for_each_world_of_the_place_and_for_no_other(results: Results, tmp_path: Path) -> None:
    """The desk stands on no shipped place: nothing is claimed of it."""
    save_fit(results, tmp_path)
    assert not (tmp_path / "fit.csv").exists()


def test_the_fit_of_the_shipped_place_is_that_of_this_run(tmp_path: Path) -> None:
    found = run([load("baseline", ("run.warm_up=10 days",))], replications=1, seed=1)
    save_fit(found, tmp_path)
    with (tmp_path / "fit.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    alone = {one.id: one for one in land(found, read("hull"))}
    assert {row["scenario"] for row in rows} == {"baseline"}
    assert {row["id"]: row["verdict"] for row in rows} == dict.fromkeys(alone, "unsure")
    assert all(float(row["simulated"]) == alone[row["id"]].simulated for row in rows if row["simulated"])
