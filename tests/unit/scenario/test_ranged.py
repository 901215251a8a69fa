"""Numbers with a range, and the same scenario with others in their place."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from sim.scenario import load, numbers
from sim.scenario.ranged import possible, ranged, with_values

BASE, WINTER = load("baseline"), load("winter-pressures")
BY_KEY = {number.key: number for number in ranged(WINTER)}


def test_every_number_with_a_range_is_found_under_its_own_path() -> None:
    written = {path: number for path, number in numbers(BASE) if number.range}
    found = {number.key: number for number in ranged(BASE)}
    assert set(written) <= set(found)
    for path, number in written.items():
        assert (found[path].central, found[path].low, found[path].high) == (number.value, *number.range)  # type: ignore[misc]


def test_a_dated_change_has_a_range_of_its_own() -> None:
    change = BY_KEY["demand.crises.rate: multiply 1"]
    assert (change.change, change.central, change.low, change.high) == ("multiply", 1.12, 1.0, 1.25)
    assert not any(number.change == "multiply" for number in ranged(BASE))


def test_what_rests_on_one_claim_or_one_line_moves_together() -> None:
    sickness = [number for number in BY_KEY.values() if number.key.endswith(".sickness: multiply 1")]
    assert len(sickness) > 5
    assert len({number.luck for number in sickness}) == 1
    escalation = {number.luck for number in BY_KEY.values() if number.evidence == "A-ESCALATION"}
    assert escalation == {"A-ESCALATION"}
    alone = ("stations.equipment.effort.mean", "stations.review.effort.mean")
    assert len({BY_KEY[key].luck for key in alone}) == 2


def test_harm_is_every_excess_of_an_event() -> None:
    harm = {number.key for number in BY_KEY.values() if number.harm}
    assert "events.community_wait.crisis.excess" in harm
    assert "events.community_wait.crisis.background" not in harm


def test_nothing_changed_is_the_very_same_scenario() -> None:
    assert with_values(WINTER, {}) is WINTER
    assert with_values(WINTER, {number.key: number.central for number in ranged(WINTER)}) is WINTER


def test_a_number_a_change_and_a_share_take_their_values() -> None:
    values = {
        "demand.crises.rate": 2.0,
        "demand.crises.rate: multiply 1": 1.2,
        "stations.supporting_independence.next.no_ongoing_support": 0.8,
    }
    other = with_values(WINTER, values)
    rate = other.demand["crises"].rate
    assert rate is not None
    assert rate.value == 2.0
    assert rate.changes[0].amount == 1.2
    shares = other.stations["supporting_independence"].next.at(0.0)  # type: ignore[union-attr]
    assert shares == {"no_ongoing_support": 0.8, "assessment_after_support": pytest.approx(0.2)}
    assert math.fsum(shares.values()) == pytest.approx(1.0)
    assert other.market is WINTER.market
    assert possible(other)


def test_a_diversion_from_several_sources_moves_each_of_them_and_all_together() -> None:
    world = load("baseline", apply={"practices/gloucestershire-hospital-navigators": 1.0})
    table = "stations.care_transfer_hub.next.otherwise.high: divert 1 from "
    found = {number.key.removeprefix(table): number for number in ranged(world) if number.key.startswith(table)}
    assert set(found) == {"supporting_independence", "home_care_sourcing"}
    assert {(one.central, one.low, one.high) for one in found.values()} == {(0.05, 0.0, 0.15)}
    assert len({one.luck for one in found.values()}) == 1
    drawn = with_values(world, {one.key: 0.1 for one in found.values()}).stations["care_transfer_hub"]
    (divert,) = drawn.next.otherwise.rows["high"].diverts  # type: ignore[union-attr]
    assert divert.sources == {"supporting_independence": 0.1, "home_care_sourcing": 0.1}


def test_a_share_beyond_one_is_not_possible() -> None:
    assert not possible(with_values(WINTER, {"stations.supporting_independence.next.no_ongoing_support": 1.1}))
    assert not possible(with_values(WINTER, {"workforce.broker.productive": 1.2}))


def test_a_share_in_a_table_without_a_rest_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "two.yaml").write_text(
        "title: Two desks\ntime_unit: minutes\ndemand: {callers: {rate: 0.1}}\n"
        "doors: {callers: {one: {value: 0.4, range: [0.2, 0.6]}, two: 0.6}}\n"
        "teams: {staff: {workers: 1}}\n"
        "stations:\n  one: {kind: task, team: staff, effort: 1, next: out}\n"
        "  two: {kind: task, team: staff, effort: 1, next: out}\n  out: {kind: exit}\n"
        "run: {length: 100}\n"
    )
    scenario = load("./two.yaml")
    (number,) = ranged(scenario)
    assert number.held
    assert with_values(scenario, {number.key: 0.5}) is scenario
