"""Measures and charts of a whole place, and of worlds that have not the same things."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from sim.experiment import run, save
from sim.report import write
from sim.report.saved import Saved
from sim.scenario import load

SHORT = ("run.length=3000", "run.warm_up=300")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of five weeks of the shipped place."""
    results = run([load("baseline", ("run.length=35 days", "run.warm_up=0 days"))], replications=1, seed=1)
    return save(results, tmp_path_factory.mktemp("whole") / "run", command="", finish=write)


@pytest.fixture(scope="module")
def whole(place: Path) -> str:
    """Its page."""
    return (place / "report.html").read_text("utf-8")


def test_flows_into_a_station_are_those_who_joined_it(place: Path) -> None:
    """flows.csv against stations.csv, which counts in another way; and people come in by the doors."""
    saved = Saved(place)
    into: Counter[str] = Counter()
    for row in saved.rows("flows"):
        into[row["to"]] += int(float(row["people"]))
    joined = {
        row["station"]: float(row["value"])
        for row in saved.rows("stations")
        if row["class"] == "" and row["quantity"] == "joined"
    }
    assert len(joined) > 40
    assert {station: into[station] for station in joined} == joined
    doors = {row["to"] for row in saved.rows("flows") if row["from"] == ""}
    assert doors >= {option for shares in load("baseline").doors.values() for option in shares.options}


def test_a_boulder_lies_where_its_lines_bear(place: Path) -> None:
    boulder = Saved(place).worlds[0].laid[0]
    assert boulder["kind"] == "boulder"
    assert {"supporting_independence", "home_care_sourcing", "see_and_solve"} <= set(boulder["stations"])
    assert "contact_centre" not in boulder["stations"]


def test_measures_stand_along_the_tracks(whole: str) -> None:
    table = whole[whole.index('<h2 id="measures">') : whole.index('<h2 id="evidence">')]
    groups = re.findall(r"<summary>([^<(]+) \(\d+ measures?\)<", table)
    assert groups[0] == "Front door"
    assert {"Hospital", "Staff", "Long-term care"} <= set(groups)
    assert len(groups) == len(set(groups))
    assert table.count('<th scope="row">') >= 30
    assert "Source: ASCOF 2A" in table


def test_charts_say_what_they_count(whole: str) -> None:
    figures = re.findall(r'<figure id="chart.*?</figure>', whole, re.S)
    units = {re.search(r"<strong>([^<:]+)", f)[1]: re.search(r'class="axis"[^>]*>([^<]+)<', f)[1] for f in figures}  # type: ignore[index]
    assert units["Hours of home care"] == "hours a week"
    assert units["Staff in post"] == "people"
    assert units["People ready to leave hospital"] == "people"


def test_what_one_world_has_not_is_told_so(tmp_path: Path) -> None:
    """Desk against the same counted as assessment: measured in one, drawn for one, and no difference of the two."""
    worlds = [
        load("examples/one-queue", SHORT),
        load("examples/one-queue", (*SHORT, "stations.desk.counts_as=assessment")),
    ]
    folder = save(run(worlds, replications=5, seed=1), tmp_path / "run", command="", finish=write)
    page = (folder / "report.html").read_text("utf-8")
    row = re.search(
        r'<tr id="measure-waiting-assessment"><th scope="row">People waiting for an assessment<.*?</tr>', page, re.S
    )
    assert row
    cells = [re.sub(r"<[^>]+>", " ", cell).split() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row[0], re.S)]
    assert cells[1] == ["not", "in", "this", "model"]
    assert re.fullmatch(r"[\d.]+", cells[2][0])
    assert cells[3] == ["none", "not", "measured", "in", "both"]
    figure = next(
        f for f in re.findall(r'<figure id="chart.*?</figure>', page, re.S) if "People waiting for an assessment" in f
    )
    assert len(re.findall(r'class="line" stroke', figure)) == 2
