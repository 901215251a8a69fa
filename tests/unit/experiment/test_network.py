"""Where boulders lie: those applied, and those that lie there as the place is written."""

from pathlib import Path

from sim.experiment.network import boulders, laid
from sim.scenario import load


def test_every_boulder_of_a_place_lies_on_its_map_whether_applied_or_not(tmp_path: Path) -> None:
    """The baseline applies one of three; the others lie as they are written, and lifting one is told by its level."""
    scenario = load("baseline")
    assert [one["name"] for one in laid(scenario)] == ["boulders/hospital-discharge"]
    found = {one["name"]: one for one in boulders(scenario)}
    assert {name: one["level"] for name, one in found.items()} == dict.fromkeys(
        ("boulders/hospital-discharge", "boulders/provider-market", "boulders/workforce"), 1.0
    )
    assert {"home_care", "care_home"} <= set(found["boulders/provider-market"]["stations"])
    mine = tmp_path / "mine.yaml"
    mine.write_text("title: Mine\nbase: [baseline]\napply: {boulders/workforce: {level: 0}}\n", "utf-8")
    lifted = load(str(mine))
    assert {one["name"]: one["level"] for one in boulders(lifted)}["boulders/workforce"] == 0.0


def test_no_boulder_lies_where_nothing_of_it_is() -> None:
    assert boulders(load("examples/one-queue")) == []
