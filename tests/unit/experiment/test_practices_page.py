"""docs/practices.md says what the last committed run gave, of the practices and claims as they are."""

import json
import shlex
from pathlib import Path

import pytest

from sim.experiment.practices import SET, median_ratio, probe, reworded
from sim.experiment.practices_page import follow_rows, markdown, rough
from sim.scenario.practices import practices

DOCS = Path(__file__).parents[3] / "docs"
KEPT = json.loads((DOCS / "practices.json").read_text("utf-8"))
PAGE = (DOCS / "practices.md").read_text("utf-8")
AGAIN = "make practices makes them again"
OLDER = pytest.mark.skipif("kept" in KEPT, reason="the page says that its figures are older")
REWORDED = "python -m sim.experiment.practices_page makes it again"


def test_the_page_shows_the_figures_kept_in_the_words_of_the_files() -> None:
    assert reworded(KEPT) == KEPT, REWORDED
    assert markdown(KEPT) == PAGE, REWORDED


@OLDER
def test_the_figures_kept_are_of_the_practices_as_they_are() -> None:
    kept = {one["name"]: one["fingerprint"] for one in KEPT["practices"]}
    assert kept == {one.name: one.fingerprint for one in practices()}, AGAIN


@OLDER
def test_the_figures_kept_are_of_the_place_and_the_engine_as_they_are() -> None:
    """Its first replication gives what it gave when they were made."""
    assert probe(KEPT) == pytest.approx(KEPT["probe"]), AGAIN


def test_every_claim_of_every_practice_is_judged() -> None:
    kept = {(one["name"], claim["id"]) for one in KEPT["practices"] for claim in one["claims"]}
    assert kept == {(one.name, claim.id) for one in practices() for claim in one.claims}


def test_disagreements_come_first() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and line.count(" | ") == 7][1:]
    verdicts = [line.split(" | ")[6] for line in rows]
    order = [
        "does not agree", "cannot be told", "too few runs", "agrees", SET, "not in the model"
    ]  # fmt: skip
    assert [order.index(verdict) for verdict in verdicts] == sorted(order.index(verdict) for verdict in verdicts)
    assert verdicts[0] == "does not agree"


@pytest.mark.parametrize("one", KEPT["practices"], ids=lambda one: one["name"])
def test_who_has_no_measured_effect_has_a_break_even(one: dict[str, object]) -> None:
    measured = {found.name: found.measured for found in practices()}
    assert (one["break_even"] is None) == measured[str(one["name"])]


@OLDER
def test_make_runs_the_command_that_made_the_page() -> None:
    recipe = next(line for line in (DOCS.parent / "Makefile").read_text("utf-8").splitlines() if "practices --" in line)
    words = shlex.split(recipe.split("/", 1)[1])
    assert words[: words.index("--out")] == shlex.split(KEPT["command"])
    assert f"`{KEPT['command']}`" in PAGE
    assert KEPT["days"] >= 365
    assert KEPT["replications"] >= 6


def test_what_is_set_never_agrees() -> None:
    for one in practices():
        kept = next(found for found in KEPT["practices"] if found["name"] == one.name)
        for claim, told in zip(one.claims, kept["claims"], strict=True):
            assert (claim.kind, claim.grade) == (told["kind"], told["grade"])
            assert (told["verdict"] == SET) == (claim.kind == "input")


def test_pairing_saves_ten_times_the_replications_where_few_people_are_touched() -> None:
    for share, found in KEPT["medians"].items():
        few = [one for one in KEPT["practices"] if (one[share] or 0.0) < KEPT["few_people"]]
        assert found["practices"] in (len(few), 0)
        assert found["ratio"] is None or found["ratio"] == pytest.approx(median_ratio(few))
        assert found["ratio"] is None or found["ratio"] >= 10.0, share
    assert median_ratio(KEPT["practices"]) >= 10.0, "over all"
    assert any(one["touched"] >= KEPT["few_people"] for one in KEPT["practices"]), "the choice leaves some out"
    assert KEPT["medians"]["felt"]["practices"] or "kept" in KEPT, "few people feel some practice"


def test_a_ratio_is_told_to_two_figures() -> None:
    assert [rough(value) for value in (11204.9, 107.46, 13.36, 9.97, 6.15)] == ["11,000", "110", "13", "10", "6.2"]


def test_what_the_place_had_before_has_its_interval() -> None:
    """Of figures kept with one; older ones are told as means."""
    one = {**KEPT["practices"][0], "follows": [{
        "id": "waiting_care", "title": "", "unit": "people", "before": 40.0, "before_low": 38.0, "before_high": 42.0,
        "mean": -5.0, "low": -6.0, "high": -4.0,
    }]}  # fmt: skip
    (told,) = follow_rows({"practices": [one]})
    assert told[1] == (
        "People waiting for care to start: \u22125.0 (\u22126.0 to \u22124.0), from 40.0 (38.0 to 42.0)"
    )  # fmt: skip
    del one["follows"][0]["before_low"]
    assert follow_rows({"practices": [one]})[0][1].endswith(", from 40.0")
