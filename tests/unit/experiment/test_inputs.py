"""What two worlds have otherwise: told once, with the range its writer gave, harmless in a spreadsheet."""

import re
from types import SimpleNamespace
from typing import cast

import pytest

from sim.experiment.inputs import change_rows, place_of
from sim.experiment.runs import Results
from sim.experiment.tables import comma_separated
from sim.scenario import Scenario, load


def rows(*worlds: Scenario) -> list[dict[str, object]]:
    named = [SimpleNamespace(name=f"world {place}", scenario=world) for place, world in enumerate(worlds)]
    header, found = change_rows(cast(Results, SimpleNamespace(worlds=named)))
    return [dict(zip(header, row, strict=True)) for row in found]


def test_the_same_change_of_many_roles_is_one_line_with_the_range_its_writer_gave() -> None:
    found = {row["path"]: row for row in rows(load("baseline"), load("winter-pressures"))}
    sickness = found["workforce.*.sickness"]
    assert sickness["values"] == len(load("baseline").workforce)
    assert re.fullmatch(r"x [\d.]+ to x [\d.]+", str(sickness["range"]))
    assert re.fullmatch(r"x [\d.]+ to x [\d.]+", str(found["demand.crises.rate"]["range"]))
    assert found["demand.crises.rate"]["noun"] == "demand"
    assert found.keys().isdisjoint({"title", "summary"})


def test_the_range_of_a_new_value() -> None:
    other = load("baseline", ["stations.assessment.effort.mean={value: 14 h, range: [12 h, 20 h]}"])
    assert [row["range"] for row in rows(load("baseline"), other)] == ["12 h to 20 h"]


def test_winter_is_the_same_place() -> None:
    assert place_of(load("baseline")) == place_of(load("winter-pressures")) == "Hull-sized place"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("+ x 1.08", "'+ x 1.08"), ("-cmd", "'-cmd"),
        ("-0.5", "-0.5"), (-0.5, "-0.5"), ("+3", "+3"), ("plain = text", "plain = text"), ("'=1", "''=1"),
    ],
)  # fmt: skip
def test_a_cell_that_a_spreadsheet_would_run_is_made_text(cell: object, written: str) -> None:
    assert comma_separated(["a"], [[cell]]) == f"a\n{written}\n"
