"""What boulders cost, end to end on a place of one desk."""

import csv
import io
import math
from pathlib import Path

import pytest

from sim.experiment.boulders import Factorial, boulders_of, cost, document, dosed, doses, tables
from sim.scenario import ScenarioError

PLACE = """
title: One desk
time_unit: minutes
demand: {callers: {rate: 0.25}}
doors: {callers: desk}
teams: {staff: {workers: 3}}
stations:
  desk: {kind: task, team: staff, effort: {dist: exponential, mean: 10}, next: served}
  served: {kind: exit}
run: {length: 3000, warm_up: 0, replications: 6, seed: 3}
"""
BOULDERS = {
    "demand": "demand.callers.rate: 0.20",
    "effort": "stations.desk.effort.mean: 8",
    "nothing": "teams.staff.workers: 3",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "desk.yaml").write_text(PLACE)
    for name, line in BOULDERS.items():
        (folder / f"{name}.yaml").write_text(f"kind: boulder\ntitle: {name}\nlifted:\n  {line}\n")
    return folder


@pytest.fixture(scope="module")
def found(place: Path) -> Factorial:
    named = boulders_of([str(place / f"{name}.yaml") for name in BOULDERS])
    return cost(str(place / "desk.yaml"), named)


def test_every_combination_is_run_once(found: Factorial) -> None:
    assert found.boulders == ("demand", "effort", "nothing")
    assert len(found.sets) == len(found.results.worlds) == 8
    assert found.sets[0] == frozenset()
    assert found.sets[-1] == set(found.boulders)


def test_shares_and_terms_add_up_to_the_total(found: Factorial) -> None:
    for one in found.costs:
        assert math.fsum(share.mean for share in one.shapley.values()) == pytest.approx(one.total.mean, abs=1e-9)
        assert math.fsum(term.mean for term in one.terms.values()) == pytest.approx(one.total.mean, abs=1e-9)
        assert one.total.mean == pytest.approx(one.today.mean - one.lifted.mean, abs=1e-9)


def test_what_changes_nothing_costs_nothing_and_a_queue_costs_more_than_one_by_one(found: Factorial) -> None:
    waits = next(one for one in found.costs if one.measure.id == "desk.waiting")
    assert waits.shapley["nothing"].mean == 0.0
    assert all(term.mean == 0.0 for chosen, term in waits.terms.items() if "nothing" in chosen)
    assert waits.shapley["demand"].low > 0.0
    assert waits.shapley["effort"].low > 0.0
    joint = waits.terms[frozenset({"demand", "effort"})]
    assert joint.high < 0.0, "the first lifted takes most of the queue, so both together do less than their sum"


def test_per_cent_only_where_the_total_is_clear_of_zero(found: Factorial) -> None:
    for one in found.costs:
        half = (one.total.high - one.total.low) / 2
        clear = one.total.mean != 0 and abs(one.total.mean) >= 3 * half
        shares = [one.percent(share) for share in one.shapley.values()]
        assert all(math.isnan(share) != clear for share in shares)
        if clear:
            assert math.fsum(shares) == pytest.approx(100.0)
    assert any(one.clear for one in found.costs)


def test_the_document_says_what_the_tables_say(found: Factorial) -> None:
    told = document(found)
    assert told["schema"] == 1
    assert told["boulders"] == ["demand", "effort", "nothing"]
    rows = list(csv.DictReader(io.StringIO(tables(found)["boulders.csv"])))
    for measure in told["measures"]:
        assert set(measure["terms"]) == {
            "demand", "effort", "nothing", "demand+effort", "demand+nothing", "effort+nothing", "demand+effort+nothing"
        }  # fmt: skip
        for quantity in ("shapley", "terms"):
            for of, numbers in measure[quantity].items():
                row = next(
                    row
                    for row in rows
                    if (row["id"], row["quantity"], row["of"]) == (measure["id"], quantity.removesuffix("s"), of)
                )
                assert [float(row[key]) for key in ("mean", "low", "high")] == [
                    numbers[key] for key in ("mean", "low", "high")
                ]


def test_worlds_are_saved_by_replication(found: Factorial) -> None:
    rows = list(csv.DictReader(io.StringIO(tables(found)["worlds.csv"])))
    lifted = {row["lifted"] for row in rows}
    assert len(lifted) == 8
    assert {row["replication"] for row in rows} == {str(n) for n in range(6)}
    assert [world.name.endswith("-lifted") for world in dosed(found).worlds] == [False, True]


def test_a_dose_and_its_response(place: Path) -> None:
    named = boulders_of([str(place / "demand.yaml")])
    found = doses(str(place / "desk.yaml"), named, (1.0, 0.5, 0.0))
    waits = [dose for dose in found.doses if dose.measure.id == "desk.waiting"]
    assert [dose.level for dose in waits] == [1.0, 0.5, 0.0]
    assert waits[0].change.mean == 0.0
    assert 0.0 > waits[1].change.mean > waits[2].change.mean
    assert "doses.csv" in tables(found)


def test_years_are_told_apart(place: Path) -> None:
    """One a day for two years: what is there on average is the mean of the two."""
    text = (
        PLACE.replace("time_unit: minutes\n", "").replace("rate: 0.25", "rate: 1/day").replace("mean: 10", "mean: 2 h")
    )
    text = text.replace("length: 3000, warm_up: 0, replications: 6", "length: 730 days, replications: 2")
    (place / "years.yaml").write_text(text)
    (place / "fewer.yaml").write_text("kind: boulder\ntitle: fewer\nlifted:\n  demand.callers.rate: 0.5/day\n")
    found = cost(str(place / "years.yaml"), boulders_of([str(place / "fewer.yaml")]))
    assert found.periods == ("all", "1", "2")
    busy = {one.period: one for one in found.costs if one.measure.id == "desk.serving"}
    assert busy["all"].total.mean == pytest.approx((busy["1"].total.mean + busy["2"].total.mean) / 2)
    assert busy["1"].total.mean != busy["2"].total.mean
    measure = next(one for one in document(found)["measures"] if one["id"] == "desk.serving")
    assert [one["year"] for one in measure["years"]] == [1, 2]


def test_a_level_that_cannot_be_is_told_before_anything_runs(place: Path) -> None:
    (place / "slow.yaml").write_text("kind: boulder\ntitle: slow\nlifted:\n  stations.desk.effort.mean: 12\n")
    with pytest.raises(ScenarioError, match=r"slow.yaml:4:3: stations.desk.effort.mean: .* at level 9"):
        cost(str(place / "desk.yaml"), boulders_of([str(place / "slow.yaml")]), level=9.0)
