"""Every pressure that ships has lines of what it should do, can be dialled, and is judged as written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.measures import CATALOGUE
from sim.measures.setting import Setting
from sim.measures.stations import series_names
from sim.scenario import diff, load
from sim.scenario.library import shipped
from tests.validation import loops, pressures
from tests.validation.pressures import Judge

WANTED = pressures.expected()
SHIPPED = [entry.name.removeprefix("pressures/") for entry in shipped() if entry.kind == "pressure"]


def test_every_pressure_that_ships_was_thought_about_first() -> None:
    assert set(SHIPPED) == set(WANTED["pressures"])


def test_lines_name_measures_and_series_that_there_are() -> None:
    known = {measure.id for measure in CATALOGUE}
    series = set(series_names(Setting.of(load("baseline"))))
    for lines in WANTED["pressures"].values():
        for line in lines:
            assert line["measure"] in known, line
            assert line["sign"] in ("up", "down"), line
            assert line["why"]
    for line in WANTED["sanity"].values():
        assert {line[key] for key in ("measure", "over") if key in line} <= known, line
        assert (
            set(line.get("lag", ())) | set(line.get("half_way", ())) | {line.get("series", "packages_open")} <= series
        )


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("level", [0, 0.5, 1, 1.25])
def test_every_pressure_has_a_dial(name: str, level: float, tmp_path: Path) -> None:
    path = tmp_path / "it.yaml"
    path.write_text(f"title: it\nbase: [baseline]\napply: {{pressures/{name}: {{level: {level}}}}}\n")
    assert load(str(path)).applied[f"pressures/{name}"] == level


class Two(Judge):
    """Two worlds by hand, four replications."""

    def __init__(self, difference: list[float]) -> None:
        self.given = {"baseline": np.full(4, 10.0), "it": 10.0 + np.array(difference)}

    def values(self, name: str, measure: str) -> np.ndarray:
        return self.given[name]


@pytest.mark.parametrize(("difference", "line", "hit"), [
    ([4.0, 5.0, 6.0, 5.0, 5.0], {"sign": "up", "least": 4}, True),
    ([4.0, 5.0, 6.0, 5.0, 5.0], {"sign": "up", "least": 6}, False),
    ([4.0, 5.0, 6.0, 5.0, 5.0], {"sign": "down", "least": 4}, False),
    ([-9.0, 25.0, -9.0, 25.0, 0.0], {"sign": "up", "least": 4}, False),
    ([-4.0, -5.0, -6.0, -5.0, -5.0], {"sign": "down", "least": 4}, True),
    ([1.0, -1.0, 2.0, 0.0, 0.0], {"sign": "up", "least": 0, "within": 2}, True),
    ([4.0, 5.0, 6.0, 5.0, 5.0], {"sign": "up", "least": 0, "within": 2}, False),
])  # fmt: skip
def test_a_line_is_hit_by_sign_size_and_interval(difference: list[float], line: dict[str, object], hit: bool) -> None:
    judge = Two(difference)
    judge.given["baseline"] = np.full(5, 10.0)
    assert judge.pressure("it", {"measure": "x", **line}).hit is hit


def test_what_follows_later_is_found_by_its_lag() -> None:
    rng = np.random.default_rng(1)
    first = pressures._smooth(rng.normal(size=200))
    assert pressures._lag(first[9:], first[:-9]) == 9


def test_half_way_is_when_half_of_the_last_change_is_passed_for_good() -> None:
    """Over four weeks a line from 0 to 99 goes from 13.5 to 85.5, and passes 42.75 after day 29."""
    assert pressures._half_way(np.arange(100.0)) == 30


def test_every_loop_has_a_switch_that_changes_the_baseline(tmp_path: Path) -> None:
    found = loops.worlds(tmp_path)
    base = found.pop("baseline")
    assert len(found) >= 4
    for name, world in found.items():
        assert diff(base, world), name
