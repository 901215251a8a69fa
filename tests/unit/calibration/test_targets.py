"""A set of targets: what may be written, and what is said of what may not."""

import re
from pathlib import Path

import pytest

from calibration.targets import TargetsError, read, shipped
from sim.measures import CATALOGUE
from sim.scenario import load
from sim.scenario.library import evidence_ids

GOOD = """
title: Two
tolerance: 0.3
targets:
  list: {title: A list, value: 10, unit: people, source: arithmetic, grade: E, measure: waiting_assessment}
  both: {title: Both, value: 5, unit: a year, source: arithmetic, grade: E, sum: [desk.joined, ward/old.started]}
"""


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    return str(path)


def test_a_list_of_terms_is_each_of_them_once(tmp_path: Path) -> None:
    targets = read(written(tmp_path, GOOD)).targets
    assert targets["both"].sum == {"desk.joined": 1.0, "ward/old.started": 1.0}
    assert targets["list"].scale == 1.0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("measure: waiting_assessment", "", "either `measure` or `sum`"),
        ("measure: waiting_assessment", "measure: x, sum: [desk.joined]", "either `measure` or `sum`"),
        ("grade: E, measure", "grade: F, measure", "targets.list.grade"),
        ("value: 10", "value: 0", "targets.list.value"),
        ("value: 10", "worth: 10", "targets.list.worth"),
        ("title: Two", "title: [", "not YAML"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(TargetsError, match=r"mine\.yaml") as error:
        read(written(tmp_path, GOOD.replace(old, new)))
    assert words in str(error.value)


def test_a_name_that_is_not_shipped_is_told_what_is() -> None:
    with pytest.raises(TargetsError, match="flow-balance"):
        read("flow")


def test_the_flow_balance_names_stations_of_the_baseline_and_sources_that_exist() -> None:
    assert shipped() == ["flow-balance", "hull"]
    balance = read("flow-balance")
    stations = load("baseline").stations
    assert len(balance.targets) >= 40
    for name, target in balance.targets.items():
        for term in target.sum:
            assert term.rpartition(".")[0].partition("/")[0] in stations, name
        for word in target.source.replace(":", " ").replace(",", " ").split():
            if (word[0] in "PSA" and word[1:2].isdigit()) or word.startswith("A-"):
                assert word.strip("()") in evidence_ids(), (name, word)


def test_the_hull_targets_are_many_narrow_and_have_sources() -> None:
    """At least 30, of them 20 required; above 20% only where the figure is of grade D."""
    hull = read("hull")
    assert hull.strict
    assert len(hull.targets) >= 30
    assert sum(hull.requires(name) for name in hull.targets) >= 20
    stations = load("baseline").stations
    known = {measure.id for measure in CATALOGUE}
    for name, target in hull.targets.items():
        assert (target.tolerance or hull.tolerance) <= 0.20 or target.grade == "D", name
        assert not target.measure or target.measure in known, name
        assert {term.rpartition(".")[0].partition("/")[0] for term in target.sum} <= set(stations), name
        ids = re.findall(r"\b(?:P\d{3}|S\d{3}|A-[A-Z-]+)\b", target.source)
        assert set(ids) <= set(evidence_ids()), name
        assert ids or target.source.startswith("recalled"), name


def test_what_is_required_follows_from_the_rule_of_the_file() -> None:
    """Read in its source and the same count, or a stock of the opening; what is shown only says why."""
    hull = read("hull")
    for name, target in hull.targets.items():
        stock = target.source.startswith("A-STOCK") and target.measure in (
            "home_care_open",
            "care_homes_open",
            "packages_open",
        )
        otherwise = any(why in target.source for why in ("another count", "other people", "one council"))
        assert hull.requires(name) == ((target.grade in "ABC" and not otherwise) or stock), name


def test_targets_are_required_as_the_file_says_unless_they_say_otherwise(tmp_path: Path) -> None:
    plain = read(written(tmp_path, GOOD))
    assert not plain.strict
    some = read(written(tmp_path, GOOD.replace("tolerance: 0.3", "tolerance: 0.3\nrequired: true").replace(
        "value: 5", "value: 5, required: false")))  # fmt: skip
    assert (some.requires("list"), some.requires("both"), some.strict) == (True, False, True)
