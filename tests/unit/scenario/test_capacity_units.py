"""A pool is changed in what it is counted in: places, or hours of care a week."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import ScenarioError, load

BEDS = "`acute_beds` is counted in places"
SLIPS = [
    ("pools.acute_beds.capacity: 280 h/week", "4:30: pools.acute_beds.capacity", BEDS, "write a number such as `280`"),
    ("pools.acute_beds.capacity: {value: 280 h/week}", "4:30: pools.acute_beds.capacity", BEDS, "`280`"),
    ("pools.intermediate_beds.capacity: {add: 10 h/week}", "4:43: pools.intermediate_beds.capacity", "places", "`10`"),
    ("pools.reablement_hours.capacity: 1000", "4:36: pools", "`capacity: 1000` has no unit", "write `1000 h/week`"),
    ("pools.reablement_hours.capacity: {add: -20}", "4:42: pools", "`add: -20` has no unit", "write `-20 h/week`"),
    (
        "pools.reablement_hours.capacity: {value: 900, when: {from: 2026-09-01}}",
        "4:44: pools",
        "`capacity: 900` has no unit",
        "write `900 h/week`",
    ),
    ("pools.acute_beds.capacity: {add: 9, range: [0, 20 h/week]}", "4:46: pools.acute_beds.capacity.range",
     "`20 h/week` is not in the unit of the value", "write `[0, 20]`"),
    ("pools.reablement_hours.capacity: {add: 50 h/week, range: [0, 90]}", "4:60: pools.reablement_hours.capacity.range",
     "`0` is not in the unit of the value", "write `[0 h/week, 90 h/week]`"),
    ("pools.spare: {new: {capacity: {value: 13, range: [10 h/week, 16 h/week]}}}", "4:52: pools.spare.capacity.range",
     "`10 h/week` is not in the unit of the value", "write `[10, 16]`"),
]  # fmt: skip


@pytest.mark.parametrize("steady", [False, True], ids=["from the decision", "from the beginning"])
@pytest.mark.parametrize(("line", "where", "what", "allowed"), SLIPS)
def test_a_capacity_in_the_wrong_unit_is_refused_where_it_is_written(
    tmp_path: Path, line: str, where: str, what: str, allowed: str, steady: bool
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"title: Mine\nbase: [baseline]\nchanges:\n  {line}\n")
    if steady and "when" in line:
        pytest.skip("--steady takes the dates off")
    with pytest.raises(ScenarioError) as raised:
        load(str(path), steady=steady)
    said = str(raised.value)
    assert said.count("\n") == 0
    assert f"mine.yaml:{where}" in said
    assert what in said
    assert said.endswith(allowed) or allowed in said


def test_so_is_one_of_an_overlay_and_of_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "slip.yaml").write_text(
        "kind: pressure\ntitle: Slip\nchanges:\n  pools.acute_beds.capacity: {add: -9 h/week}\n"
    )
    path = tmp_path / "mine.yaml"
    path.write_text("title: Mine\nbase: [baseline]\napply: {./slip.yaml: {}}\n")
    with pytest.raises(ScenarioError, match=r"slip.yaml:4:36: pools.acute_beds.capacity: .*counted in places"):
        load(str(path))
    with pytest.raises(ScenarioError, match=r"pools.reablement_hours.capacity: .* has no unit; write `1000 h/week`"):
        load("baseline", ["pools.reablement_hours.capacity=1000"])


def test_the_right_units_are_taken() -> None:
    chosen = load(
        "baseline", ["pools.reablement_hours.capacity=1000 h/week", "pools.acute_beds.capacity=300"], steady=True
    )
    assert chosen.pools["reablement_hours"].capacity.value == 1000
    assert chosen.pools["acute_beds"].capacity.value == 300
