"""The sketches of the language: every one loads and checks, in the company it needs."""

from __future__ import annotations

import math
import time
from pathlib import Path

import pytest

from sim.scenario import Scenario, check, load, resolved_yaml
from sim.scenario.schema import By, Distribution, Shares, Task

SKETCHES = Path(__file__).parents[1] / "sketches"


def sketch(name: str, **options: object) -> Scenario:
    return load(name, library=SKETCHES, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", sorted(
    path.relative_to(SKETCHES).with_suffix("").as_posix() for path in SKETCHES.rglob("*.yaml")
))  # fmt: skip
def test_every_sketch_checks(name: str) -> None:
    problems, _ = check(name, library=SKETCHES)
    assert problems == []


def test_one_queue() -> None:
    scenario = sketch("examples/one-queue")
    assert (scenario.time_unit, scenario.day, scenario.run.length) == ("minutes", 1440, 50000)
    rate = scenario.demand["callers"].rate
    assert rate is not None
    assert (rate.value, rate.unit) == (0.2, "/minute")
    station = scenario.stations["desk"]
    assert isinstance(station, Task)
    assert isinstance(station.effort, Distribution)
    assert (station.effort.dist, station.effort.params["mean"].value) == ("exponential", 10)
    assert scenario.teams["desk_staff"].workers is not None
    assert scenario.base_rates == {"callers": 0.2}


def test_the_place() -> None:
    scenario = sketch("winter-with-rapid-response")
    assert scenario.illustrative
    assert scenario.people["age"].order == ("under_65", "65_to_74", "75_to_84", "85_plus")
    assert scenario.people["need"].order == ("independent", "low", "moderate", "high", "complex")
    assert isinstance(scenario.people["need"].shares, By)
    assert scenario.workforce["social_worker"].vacancy.evidence == "P097"
    assert scenario.workforce["broker"].vacancy.evidence == "assumption"
    assert scenario.market["home_care"].growth.value == pytest.approx(-0.02 / 365)
    assert scenario.profiles["ageing"].growth == pytest.approx(0.012)
    assert scenario.pools["reablement_hours"].step == 0.25
    assert scenario.pools["acute_beds"].step == 1
    assert scenario.pools["acute_beds"].capacity.note == "beds used by residents 65+"
    assert scenario.demand["crises"].route == "crisis"
    assert scenario.demand["requests"].class_ == "requests"
    assert scenario.base_rates["admissions"] == pytest.approx(8700 / 365)


def test_stock_is_resolved_to_the_stations_that_take_it() -> None:
    stock = sketch("winter-with-rapid-response").stock
    assert {station: opening.here for station, opening in stock.items()} == {
        "home_care": 1000, "active_recovery": 90, "intermediate_bed": 55, "acute_stay": 235,
    }  # fmt: skip
    assert stock["home_care"].people["need"].options["complex"].value == 0.1


def test_the_scenario_a_person_writes() -> None:
    scenario = sketch("winter-with-rapid-response")
    assert scenario.applied == {
        "boulders/hospital-discharge": 0.7, "practices/leeds-rapid-response": 1, "pressures/winter": 1,
    }  # fmt: skip
    assert [round(scenario.routes.discharge_first.at(time), 12) for time in (-1, 0)] == [1, 0.7]
    sickness = scenario.workforce["social_worker"].sickness
    assert [round(sickness.at(time), 12) for time in (0, 244, 251, 258, 334, 348)] == [
        0.045, 0.045, 0.054, 0.063, 0.063, 0.045,
    ]  # fmt: skip
    posts = scenario.workforce["social_worker"].posts
    assert [posts.at(time) for time in (152, 183, 213, 300)] == [24, 26, 28, 28]
    hires = scenario.workforce["social_worker"].hires
    assert hires is not None
    assert (hires.evidence, hires.changes) == ("HR forecast, spring 2026", ())
    table = scenario.staffing["social_worker"]
    assert isinstance(table, Shares)
    assert table.at(300) == pytest.approx(
        {"see_and_solve": 0.2, "care_transfer_hub": 0.02, "crisis_team": 0.18, "assessment_team": 0.51,
         "rapid_response": 0.09}
    )  # fmt: skip


def test_the_claim_of_a_practice_is_never_an_input() -> None:
    text = resolved_yaml(sketch("winter-with-rapid-response"))
    assert "claim" not in text
    assert "S061" not in text


def test_steady_holds_undated_changes_from_the_beginning() -> None:
    scenario = sketch("winter-with-rapid-response", steady=True)
    assert scenario.routes.discharge_first.value == pytest.approx(0.7)
    assert scenario.routes.discharge_first.changes == ()
    windows = scenario.workforce["social_worker"].sickness.changes[0].weight.windows
    assert windows[0][0] < -90 + 365
    assert all(math.isfinite(end) for window in windows for end in window)


def test_the_hull_sketch_loads_in_well_under_half_a_second() -> None:
    sketch("winter-with-rapid-response")
    begun = time.process_time()
    sketch("winter-with-rapid-response")
    assert time.process_time() - begun < 0.25
