"""The same people in two worlds, on outcomes written by hand."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from sim.experiment import Results, run, save
from sim.experiment.journeys import nearest_median
from sim.experiment.pairing import Tally, Window, affected_rows, mean_cells, outcome_rows, tally
from sim.measures.outcomes import OUTCOMES, Outcomes
from sim.scenario import load

IDS = list(OUTCOMES)
WINDOW = Window(since=10.0, until=60.0, day=1.0)
MIXED = ("run.length=140 days", "run.warm_up=0 days")


def world(**people: tuple[float, str, float]) -> Outcomes:
    """p7=(came, outcome, days waited); a person who came before day 0 was there at the opening."""
    keys = sorted(people, key=lambda key: int(key[1:]))
    came = np.array([people[key][0] for key in keys])
    return Outcomes(
        person=np.array([int(key[1:]) for key in keys], np.int64),
        came=came,
        opening=came < 0,
        outcome=np.array([IDS.index(people[key][1]) for key in keys]),
        left=np.where([people[key][1] == "no_ongoing_support" for key in keys], came + 5.0, np.inf),
        waited=np.array([people[key][2] for key in keys]),
        delayed=np.zeros(len(keys)),
        harmed=np.array([people[key][2] > 50 for key in keys]),
        stations=np.array([IDS.index(people[key][1]) for key in keys], np.uint64),
        whole=np.array([IDS.index(people[key][1]) + 100 * people[key][2] for key in keys], np.uint64),
        bands={"age": (("18_to_64", "85_plus"), np.array([int(int(key[1:]) > 3) for key in keys]))},
    )


BASE = world(p1=(20.0, "waiting", 60.0), p2=(30.0, "care_at_home", 9.0), p3=(70.0, "waiting", 1.0),
             p4=(-5.0, "care_at_home", 0.0), p5=(40.0, "hospital", 4.0), p6=(3.0, "no_ongoing_support", 0.0),
             p8=(2.0, "waiting", 8.0), p9=(4.0, "waiting", 8.0))  # fmt: skip
OTHER = world(p1=(20.0, "care_at_home", 40.0), p2=(30.0, "care_at_home", 8.0), p3=(70.0, "died", 1.0),
              p4=(-5.0, "care_home", 0.0), p6=(3.0, "no_ongoing_support", 0.0), p7=(50.0, "died", 0.0),
              p8=(2.0, "waiting", 8.0), p9=(4.0, "no_ongoing_support", 1.0))  # fmt: skip


def test_people_are_paired_by_their_number() -> None:
    """Of 9: two joined in the window in both, one in each world alone, one too late; three were there at the decision,
    one of them in the base alone; one was gone."""
    found = tally(BASE, OTHER, WINDOW).cells
    assert {cell: count for cell, count in found.items() if cell[1] == "all"} == {
        ("both", "all", "", "waiting", "care_at_home"): 1,
        ("both", "all", "", "care_at_home", "care_at_home"): 1,
        ("base_only", "all", "", "hospital", ""): 1,
        ("scenario_only", "all", "", "", "died"): 1,
        ("stock", "all", "", "care_at_home", "care_home"): 1,
        ("stock", "all", "", "waiting", "waiting"): 1,
        ("stock", "all", "", "waiting", "no_ongoing_support"): 1,
    }
    assert found["scenario_only", "age", "85_plus", "", "died"] == 1


def test_who_gains_and_who_loses() -> None:
    sums = tally(BASE, OTHER, WINDOW).sums
    both = {quantity: sums["both", "all", "", quantity] for _, _, _, quantity in sums}
    assert both == {
        "people": 2, "better": 1, "worse": 0, "net": 1, "touched": 2, "felt": 1, "another_way": 1,
        "shorter_wait": 1, "longer_wait": 0, "harmed_base_only": 1,
        "harmed_scenario_only": 0, "waited": -21.0, "delayed": 0.0,
    }  # fmt: skip
    assert sums["stock", "age", "85_plus", "worse"] == 1


def test_a_world_compared_with_itself_moves_nobody() -> None:
    cells = tally(BASE, BASE, WINDOW).cells
    assert all(was == now and who in ("both", "stock") for who, _, _, was, now in cells)


def test_the_bands_add_up_to_all() -> None:
    cells = tally(BASE, OTHER, WINDOW).cells
    for who in ("both", "stock", "base_only"):
        parts = [count for cell, count in cells.items() if cell[:2] == (who, "age")]
        assert sum(parts) == sum(count for cell, count in cells.items() if cell[:2] == (who, "all"))


def test_a_cell_is_told_a_year_with_its_interval() -> None:
    """1, 2, 3, 4, 5 people in 50 days: mean 3 x 365/50 = 21.9; t(4) 2.7764 x sd 1.5811 / sqrt 5 = 1.9632 x 7.3."""
    scenario = load("baseline", ("run.length=140 days",))
    cell = ("both", "all", "", "waiting", "care_at_home")
    tallies = [Tally({cell: count}, {}) for count in (1, 2, 3, 4, 5)]
    (row,) = outcome_rows("a", "b", scenario, tallies)
    assert row[:9] == ("a", "b", *cell, "better", "people a year")
    assert row[9:] == pytest.approx((21.9, 21.9 - 1.96324 * 7.3, 21.9 + 1.96324 * 7.3, 3.0), abs=1e-3)
    assert mean_cells(tallies)[cell] == 3.0


def test_stock_is_people_and_days_are_a_person() -> None:
    scenario = load("baseline", ("run.length=140 days",))
    group = ("stock", "all", "")
    tallies = [Tally({}, {(*group, "people"): 10.0, (*group, "waited"): 20.0}) for _ in range(5)]
    rows = {row[5]: row[6:] for row in affected_rows("a", "b", scenario, tallies)}
    assert rows["people"] == ("people", 10.0, 10.0, 10.0)
    assert rows["waited"] == ("days a person", 2.0, 2.0, 2.0)


def test_too_few_replications_give_no_interval() -> None:
    scenario = load("baseline", ("run.length=140 days",))
    row = outcome_rows("a", "b", scenario, [Tally({("both", "all", "", "died", "died"): 1}, {})] * 2)[0]
    assert math.isnan(row[10])  # type: ignore[arg-type]
    assert math.isnan(row[11])  # type: ignore[arg-type]


def test_the_one_followed_is_nearest_the_median() -> None:
    """Waits of 1, 10, 12, 13, 400 days in both worlds: the median is 12."""
    waits = dict(zip(("p1", "p2", "p3", "p4", "p5"), (400.0, 1.0, 13.0, 12.0, 10.0), strict=True))
    here = world(**{person: (20.0, "waiting", wait) for person, wait in waits.items()})
    rows = np.arange(5)
    assert nearest_median(here, here, rows, rows) == 4
    assert nearest_median(here, here, rows[:2], rows[:2]) == 1


@pytest.fixture(scope="module")
def winter() -> Results:
    """Two replications of a place that is short of assessors from the first day."""
    worlds = [load("baseline", MIXED), load("baseline", (*MIXED, "stations.assessment.effort.mean=20 h"))]
    return run(worlds, replications=2, seed=1)


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_tables_of_a_comparison_say_the_same(winter: Results, tmp_path: Path) -> None:
    folder = save(winter, tmp_path / "run", command="")
    cells = [row for row in rows(folder, "outcomes") if row["band"] == "all" and row["who"] == "both"]
    affected = {row["quantity"]: row for row in rows(folder, "affected") if row["band"] == "all"
                and row["who"] == "both"}  # fmt: skip
    for turn, quantity in (("better", "better"), ("worse", "worse")):
        told = sum(float(row["mean"]) for row in cells if row["turn"] == turn)
        assert told == pytest.approx(float(affected[quantity]["mean"]))
    assert sum(float(row["mean"]) for row in cells) == pytest.approx(float(affected["people"]["mean"]))
    assert float(affected["worse"]["mean"]) > float(affected["better"]["mean"])
    assert {row["turn"] for row in cells if row["from"] == row["to"]} == {"same"}
    changed = [row for row in cells if row["turn"] != "same"]
    assert 0 < sum(float(row["count"]) for row in changed) < 0.05 * sum(float(row["count"]) for row in cells)


def test_a_journey_is_of_one_person_in_both_worlds(winter: Results, tmp_path: Path) -> None:
    steps = rows(save(winter, tmp_path / "run", command=""), "journeys")
    for number in {row["journey"] for row in steps}:
        mine = [row for row in steps if row["journey"] == number]
        assert len({row["person"] for row in mine}) == 1
        assert len({(row["from"], row["to"]) for row in mine}) == 1
        worlds = [[(row["when"], row["words"]) for row in mine if row["world"] == name] for name in
                  (world.name for world in winter.worlds)]  # fmt: skip
        assert worlds[0]
        assert worlds[0][0] == worlds[1][0]
        assert worlds[0] != worlds[1]
    assert 1 <= len({row["journey"] for row in steps}) <= 3


def test_months_add_up_to_the_whole(winter: Results, tmp_path: Path) -> None:
    told = rows(save(winter, tmp_path / "run", command=""), "over_time")
    for series in ("waiting.assessment", "ready_for_discharge"):
        mine = [row for row in told if row["series"] == series]
        assert [row["period"] for row in mine] == ["2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "whole"]
        total = sum(float(row["total"]) for row in mine[:-1])
        assert total == pytest.approx(float(mine[-1]["total"]), rel=1e-9)
