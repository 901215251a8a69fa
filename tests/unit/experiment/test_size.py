"""How much reaches a goal: the search by itself, and end to end on one desk."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.cli.size import _value
from sim.experiment.goal import SizeError, goal_of
from sim.experiment.intervals import summarise
from sim.experiment.size import NotWithin, Size, Trial, document, first_true, size, tried
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
run: {length: 4000, warm_up: 200, replications: 6, seed: 3}
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("desk") / "desk.yaml"
    path.write_text(PLACE)
    return str(path)


@pytest.fixture(scope="module")
def staffed(desk: str) -> Size:
    return size(desk, "teams.staff.workers", "desk.waiting <= 0.5", low="3", high="10", replications=6)


@given(st.integers(0, 200), st.integers(0, 200))
def test_halving_finds_the_first_of_a_row(edge: int, last: int) -> None:
    asked: list[int] = []

    def holds(index: int) -> bool:
        asked.append(index)
        return index >= edge

    assert first_true(holds, 0, last) == (edge if edge <= last else None)
    assert len(asked) <= 2 + math.ceil(math.log2(last + 1))


def test_the_least_that_reaches_the_goal_and_one_less_does_not(staffed: Size) -> None:
    by_value = {trial.value: trial for trial in staffed.trials}
    assert staffed.answer is not None
    least = staffed.answer.value
    assert staffed.least
    assert by_value[least].found.mean <= 0.5 < by_value[least - 1].found.mean
    assert staffed.low is not None
    assert staffed.high is not None
    assert staffed.low.value <= least <= staffed.high.value
    assert staffed.high.found.high <= 0.5


def test_the_document_and_the_table_say_it(staffed: Size) -> None:
    told = document(staffed)
    assert told["within"]
    assert told["today"] == "3"
    assert told["answer"]["value"] == staffed.answer.value if staffed.answer else None
    assert len(tried(staffed).splitlines()) == 1 + len(staffed.trials) == 1 + len(told["tried"])


def test_where_less_is_better_the_most_that_still_reaches_it(desk: str) -> None:
    found = size(desk, "demand.callers.rate", "desk.waiting <= 1", low="0.1", high="0.28", step="0.02", replications=6)
    assert not found.least
    assert found.answer is not None
    beyond = [trial for trial in found.trials if trial.value > found.answer.value]
    assert beyond
    assert not any(trial.reached for trial in beyond)


def test_a_difference_is_from_the_scenario_as_it_stands(desk: str) -> None:
    found = size(
        desk, "teams.staff.workers", "desk.serving_difference >= 0", low="2", high="4", replications=6, step="1"
    )
    at = {trial.value: trial.found.mean for trial in found.trials}
    assert at[3.0] == 0.0
    assert at[2.0] < 0.0


def test_the_effect_of_a_practice_is_varied_with_what_it_takes_as_it_is(desk: str) -> None:
    """It takes one of three staff; how much shorter must calls be for no more to wait than today?"""
    path = desk.replace("desk.yaml", "shorter.yaml")
    lines = "  teams.staff.workers: {add: -1}\n  stations.desk.effort.mean: {multiply: 0.8}\n"
    with open(path, "w") as file:
        file.write(f"kind: practice\ntitle: Shorter calls\nchanges:\n{lines}")
    goal = "desk.waiting_difference <= 0"
    found = size(desk, f"{path}.effect", goal, replications=6, step="0.25")
    at = {trial.value: trial.found.mean for trial in found.trials}
    assert at[0.0] > 0.0, "what it takes is there without any effect"
    assert found.answer is not None
    assert 1.0 < found.answer.value <= 3.0
    with pytest.raises(NotWithin, match="at neither end"):
        size(desk, path, "desk.waiting_difference <= -1", replications=5, step="0.5")


def test_an_effect_of_nothing_that_reaches_the_goal_already_is_said_at_once(desk: str) -> None:
    path = desk.replace("desk.yaml", "free.yaml")
    with open(path, "w") as file:
        file.write("kind: practice\ntitle: Free\nchanges:\n  stations.desk.effort.mean: {multiply: 0.9}\n")
    with pytest.raises(NotWithin, match="already reached at 0: ") as caught:
        size(desk, f"{path}.effect", "desk.waiting_difference <= 0", replications=2)
    assert caught.value.found is not None
    assert [trial.value for trial in caught.value.found.trials] == [0.0]


@pytest.mark.parametrize(("mean", "said"), [(0.0, "0.00, reached"), (0.00004, "+0.00004, not reached")])
def test_as_many_digits_are_said_as_tell_reached_from_not(mean: float, said: str) -> None:
    goal = goal_of("net_cost_difference <= 0")
    assert _value(Trial(1.0, "1", summarise(np.full(2, mean)), goal)) == said


@pytest.mark.parametrize(("goal", "high"), [("desk.waiting <= 0", "5"), ("desk.waiting <= 1e6", "5")])
def test_a_bound_that_is_hit_is_not_within_range(desk: str, goal: str, high: str) -> None:
    with pytest.raises(NotWithin, match=r"not within range: .* at 3 and .* at 5") as caught:
        size(desk, "teams.staff.workers", goal, low="3", high=high, replications=5)
    assert caught.value.found is not None
    assert not document(caught.value.found)["within"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wait_assessment_p90", "not a goal"),
        ("wait_assessment_p90 <= soon", "not a goal"),
        ("wait_assesment_p90 <= 28", "did you mean `wait_assessment_p90`"),
        ("waiting_assessment <= 5%", "leave out the %"),
        ("waiting_assessment < 5", "write <= instead of <"),
        ("waiting_assessment > 5", "write >= instead of >"),
    ],
)
def test_a_goal_that_cannot_be_read_is_told(text: str, said: str) -> None:
    with pytest.raises(SizeError, match=said):
        goal_of(text)


def test_goals_are_read() -> None:
    goal = goal_of("assessment_wait_p90 <= 28")
    assert (goal.measure.id, goal.most, goal.limit, goal.difference) == ("wait_assessment_p90", True, 28.0, False)
    goal = goal_of("assessed_in_28_days_difference>=5%")
    assert (goal.measure.id, goal.most, goal.limit, goal.difference) == ("assessed_in_28_days", False, 0.05, True)


@pytest.mark.parametrize(
    ("vary", "low", "high", "error", "said"),
    [
        ("teams.stuff.workers", "", "", ScenarioError, r"--vary: teams.stuff.workers: .*did you mean"),
        ("teams.staff", "", "", (ScenarioError, SizeError), "teams.staff"),
        ("teams.staff.workers", "5", "4", SizeError, "not below"),
        ("teams.staff.workers", "-1", "4", ScenarioError, "too small"),
        ("practices/nowhere.yaml", "", "", ScenarioError, "no file|no such file"),
    ],
)
def test_what_cannot_be_varied_is_told_before_anything_runs(
    desk: str, vary: str, low: str, high: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        size(desk, vary, "desk.waiting <= 1", low=low, high=high, workers=0)
