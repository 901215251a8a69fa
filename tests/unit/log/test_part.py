"""A part of a log is what a run of that length would have written."""

import numpy as np
import pytest

from sim.log.part import part
from sim.log.tables import Log
from sim.measures.catalogue import CATALOGUE
from sim.measures.setting import Setting
from sim.measures.view import MeasureInput
from sim.scenario import Scenario, load
from sim.world import compile, simulate

DAYS = 24
KNOWN_LATER = {"capacity_in_use", "capacity_unused"}
"""A stay of falling hours that is open has their mean to its later end."""


def scenario(days: int) -> Scenario:
    return load("baseline", (f"run.length={days} days", "run.warm_up=0 days"))


@pytest.fixture(scope="module")
def long() -> Log:
    return simulate(compile(scenario(2 * DAYS)), seed=1, replication=0)


def values(log: Log, of: Scenario) -> dict[str, float]:
    view = MeasureInput(log, Setting.of(of))
    return {measure.id: measure.function(view) for measure in CATALOGUE}


def test_the_first_half_is_what_a_run_of_half_the_length_gives(long: Log) -> None:
    half = scenario(DAYS)
    found, wanted = values(part(long, 0.0, DAYS), half), values(simulate(compile(half), seed=1, replication=0), half)
    assert {name for name, value in found.items() if not _same(value, wanted[name])} <= KNOWN_LATER


def test_counts_of_the_halves_add_up_to_those_of_the_whole(long: Log) -> None:
    whole, half = scenario(2 * DAYS), scenario(DAYS)
    halves = [values(part(long, begin, begin + DAYS), half) for begin in (0.0, DAYS)]
    all_ = values(long, whole)
    for name in ("hospital_admissions", "long_term_starts", "first_conversations", "waiting_assessment", "crises"):
        assert halves[0][name] + halves[1][name] == pytest.approx(2.0 * all_[name]), name
    assert halves[0]["waiting_assessment_end"] != halves[1]["waiting_assessment_end"]


def test_the_whole_is_left_as_it_is(long: Log) -> None:
    assert part(long, 0.0, long.horizon) is long


def _same(one: float, other: float) -> bool:
    return bool(np.isclose(one, other, rtol=1e-9, equal_nan=True))
