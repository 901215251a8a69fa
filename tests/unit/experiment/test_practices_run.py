"""Claims judged: the arithmetic by hand, and end to end on three practices for a few weeks."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.experiment.intervals import Summary, summarise
from sim.experiment.practices import SET, _ratio, _verdict, evaluate, median_ratio, table
from sim.experiment.practices_page import markdown
from sim.measures import CATALOGUE
from sim.scenario import ScenarioError, load
from sim.scenario.practices import Claim, costs_only, practice, practices, taken

SHORT = ("run.length=30 days", "run.warm_up=0 days")


def claim(kind: str = "emergent", low: float = 0.4, high: float = 0.6, form: str = "ratio") -> Claim:
    return Claim("c", "said", kind, ("crises",), form, low, high, "S024", "C", "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.45, 0.5, "agrees"), (0.55, 0.9, "agrees"), (0.61, 0.9, "does not agree"), (0.1, 0.39, "does not agree")],
)
def test_a_claim_agrees_where_the_interval_meets_its_range(low: float, high: float, verdict: str) -> None:
    assert _verdict(claim(), Summary((low + high) / 2, low, high, low, high)) == verdict


def test_claims_are_of_measures_that_there_are() -> None:
    known = {measure.id for measure in CATALOGUE}
    assert {id for one in practices() for claim in one.claims for id in claim.measures} <= known


def test_what_is_put_in_or_not_there_is_never_a_finding() -> None:
    none = Summary(*[math.nan] * 5)
    assert _verdict(claim("input", form=""), none) == SET
    assert _verdict(claim("input"), Summary(0.5, 0.45, 0.55, 0.45, 0.55)) == SET
    assert _verdict(claim("not in the model", form=""), none) == "not in the model"
    assert _verdict(claim(), none) == "cannot be told"


def test_what_has_no_interval_is_not_judged() -> None:
    assert _verdict(claim(), summarise(np.array([0.5, 0.5, 0.5, 0.5]))) == "too few runs"
    assert _verdict(claim(), summarise(np.array([0.5, 0.5, 0.5, 0.5, 0.5]))) == "agrees"


def test_the_ratio_of_two_means_is_exact_where_they_go_in_proportion() -> None:
    below = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    found = _ratio(3.0 * below, below)
    assert (found.mean, found.low, found.high) == pytest.approx((3.0, 3.0, 3.0))


def test_a_ratio_without_end_counts_as_the_largest() -> None:
    assert median_ratio([{"ratio": 4.0}, {"ratio": "inf"}, {"ratio": 8.0}]) == 8.0
    assert median_ratio([{"ratio": None}]) is None


def test_costs_alone_keep_what_is_taken_and_drop_what_is_done(tmp_path: Path) -> None:
    path = costs_only("practices/gloucestershire-hospital-navigators", tmp_path)
    assert path is not None
    text = Path(path).read_text()
    assert "workforce.care_navigator" in text
    assert "stations.care_transfer_hub.next" not in text
    assert costs_only("practices/birtley-virtual-care-home", tmp_path) is None


def test_costs_alone_can_be_laid_on_the_place(tmp_path: Path) -> None:
    for one in practices():
        path = None if one.measured else costs_only(one.name, tmp_path)
        assert path is None or load("baseline", apply={path: 1.0}).applied


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    names = ("high-impact-discharge", "gloucestershire-hospital-navigators", "birtley-virtual-care-home")
    return evaluate("baseline", names, sets=SHORT, replications=2)


def test_each_practice_is_told_with_its_claims_and_what_follows(document: dict[str, Any]) -> None:
    told = {one["name"].removeprefix("practices/"): one for one in document["practices"]}
    assert set(told) == {
        "high-impact-discharge", "gloucestershire-hospital-navigators", "birtley-virtual-care-home"
    }  # fmt: skip
    home = next(one for one in told["high-impact-discharge"]["claims"] if one["id"] == "home")
    assert 0.5 < home["model"]["mean"] <= 1.0
    assert told["high-impact-discharge"]["break_even"] is None
    even = told["gloucestershire-hospital-navigators"]["break_even"]
    assert even["takes"]["mean"] == pytest.approx(4 * 37000 / 1e6, rel=0.02)
    assert told["birtley-virtual-care-home"]["break_even"]["takes"] is None


def test_more_are_touched_than_end_otherwise() -> None:
    """Over ten days of people, each followed for ninety."""
    sets = ("run.length=100 days", "run.warm_up=0 days")
    found = evaluate("baseline", ["high-impact-discharge"], sets=sets, replications=1)["practices"][0]
    assert 0.0 <= found["ended"] < found["touched"] <= 1.0
    assert 0.0 < found["felt"] < found["touched"]


@pytest.mark.parametrize(
    ("path", "change", "takes"),
    [
        ("market.home_care.hours", {"add": "300 h/week"}, True),
        ("market.extra_care.beds", {"add": 240}, False),
        ("market.home_care.outcome_based", {"value": 0.5}, False),
        ("stations.crisis_response.effort.mean", {"add": "3 h"}, True),
        ("stations.see_and_solve.effort.mean", {"multiply": 0.85}, False),
        ("stations.see_and_solve.next", {"divert": 0.1}, False),
    ],
)
def test_what_is_bought_and_longer_work_are_taken(path: str, change: dict[str, Any], takes: bool) -> None:
    assert taken(path, change) == takes


def test_what_the_file_says_is_paid_is_costed(tmp_path: Path) -> None:
    for name in ("derbyshire-rural-circles", "leeds-hold-in-crisis"):
        assert costs_only(f"practices/{name}", tmp_path) is not None


def test_the_page_tells_all_of_it(document: dict[str, Any]) -> None:
    page = markdown(document)
    assert page.index("## Every quantified claim") < page.index("## What follows") < page.index("## Break-even")
    for one in document["practices"]:
        assert page.count(f"`{one['name']}`") == 1
        assert all(claim["said"] in page for claim in one["claims"])
    assert len(table(document).splitlines()) == 1 + sum(len(one["claims"]) for one in document["practices"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{said: x, kind: emergant, measure: crises, ratio: [1, 2]}", "did you mean `emergent`"),
        ("{said: x, kind: emergent, measure: crises}", "one figure"),
        ("{said: x, kind: emergent, measure: crises, ratio: [2, 1]}", "two numbers in order"),
        ("{said: x, kind: input, sayd: y}", "`sayd` is not known"),
    ],
)
def test_a_claim_that_cannot_be_read_is_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(f"kind: practice\ntitle: t\nclaims:\n  c: {text}\nchanges: {{}}\n")
    with pytest.raises(ScenarioError, match=rf"p.yaml:4:\d+: claims.c: .*{said}"):
        practice(str(path))
