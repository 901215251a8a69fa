"""summary.json is what its published schema says, for a run, a comparison and a whole place."""

from __future__ import annotations

import copy
import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sim.experiment import Results, run, save, summary
from sim.measures.words import with_unit
from sim.scenario import Scenario, load
from tests.unit.experiment.conftest import SHORT

SCHEMA = json.loads(resources.files("sim.experiment").joinpath("summary.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def problems(content: dict[str, Any]) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(content)]


@pytest.fixture(scope="module")
def comparison(queue: Scenario, busier: Scenario) -> dict[str, Any]:
    return summary(run([queue, busier], replications=5, seed=1))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_a_run_and_a_comparison_are_what_it_says(queue: Scenario, comparison: dict[str, Any]) -> None:
    assert problems(summary(run([queue], replications=2, seed=1))) == []
    assert problems(comparison) == []
    assert comparison["differences"]


def test_what_was_asked_for_beside_it_is_what_it_says(queue: Scenario) -> None:
    changed = [load("examples/one-queue", (*SHORT, "demand.callers.rate={value: 0.2, range: [0.1, 0.22]}", more))
               for more in ("teams.desk_staff.workers=3", "teams.desk_staff.workers=4")]  # fmt: skip
    content = summary(run(changed, replications=5, seed=1, precision=0.5, draws=(2, 2)))
    assert problems(content) == []
    assert content["precision"]["pilot"] == 5
    assert content["uncertainty"]["numbers"] == 1
    assert {"belief_low", "chance", "ignorance"} <= set(content["differences"][0])


def test_the_shipped_place_is_what_it_says(hull: Results, tmp_path: Path) -> None:
    folder = save(hull, tmp_path / "run", command="traintracks run baseline")
    content = json.loads((folder / "summary.json").read_text("utf-8"))
    assert problems(content) == []
    assert len(content["measures"]) >= 30


def test_a_wait_not_reached_says_what_it_exceeds(hull: Results) -> None:
    unreached = [entry for entry in summary(hull)["measures"] if "over" in entry]
    assert unreached
    for entry in unreached:
        assert entry["mean"] is None
        assert entry["unit"] == "days"
        assert with_unit(entry["mean"], "days", 1, entry["over"]) == "over 35 days"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content.pop("seed"),
        lambda content: content.update(schema=2),
        lambda content: content.update(colour="blue"),
        lambda content: content["measures"][0].pop("unit"),
        lambda content: content["measures"][0].update(mean="12"),
        lambda content: content["measures"][0].update(mean=None),
        lambda content: content["measures"][0].update(over=365),
        lambda content: content["differences"][0].pop("base"),
    ],
)
def test_anything_else_is_refused(comparison: dict[str, Any], spoil: Any) -> None:
    content = copy.deepcopy(comparison)
    spoil(content)
    assert problems(content)


def test_a_measure_of_which_a_world_has_nothing_is_left_out_of_it(queue: Scenario) -> None:
    """The other world's desk counts as assessment: the base has no such list, and there is no difference to tell."""
    other = load("examples/one-queue", ("run.length=3000", "run.warm_up=300", "stations.desk.counts_as=assessment"))
    content = summary(run([queue, other], replications=5, seed=1))
    assert problems(content) == []
    names = {entry["scenario"] for entry in content["measures"] if entry["id"] == "waiting_assessment"}
    assert names == {content["scenarios"][1]}
    assert "waiting_assessment" not in {entry["id"] for entry in content["differences"]}
    assert not [entry for entry in content["measures"] if entry["id"] == "waiting_care"]
