"""docs/practices.md says what the last committed run gave, of the practices and claims as they are."""

import json
from pathlib import Path

import pytest

from sim.experiment.practices_page import markdown
from sim.scenario.practices import practices

DOCS = Path(__file__).parents[3] / "docs"
KEPT = json.loads((DOCS / "practices.json").read_text("utf-8"))
PAGE = (DOCS / "practices.md").read_text("utf-8")
AGAIN = "make practices makes them again"


def test_the_page_shows_the_figures_kept() -> None:
    assert markdown(KEPT) == PAGE, AGAIN


def test_the_figures_kept_are_of_the_practices_as_they_are() -> None:
    kept = {one["name"]: one["sha256"] for one in KEPT["practices"]}
    assert kept == {one.name: one.sha256 for one in practices()}, AGAIN


def test_every_claim_of_every_practice_is_judged() -> None:
    kept = {(one["name"], claim["id"]) for one in KEPT["practices"] for claim in one["claims"]}
    assert kept == {(one.name, claim.id) for one in practices() for claim in one.claims}


def test_disagreements_come_first() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and line.count(" | ") == 7][1:]
    verdicts = [line.split(" | ")[6] for line in rows]
    order = [
        "does not agree", "cannot be told", "agrees", "put in, so agreement proves nothing", "not in the model"
    ]  # fmt: skip
    assert [order.index(verdict) for verdict in verdicts] == sorted(order.index(verdict) for verdict in verdicts)
    assert verdicts[0] == "does not agree"


@pytest.mark.parametrize("one", KEPT["practices"], ids=lambda one: one["name"])
def test_who_has_no_measured_effect_has_a_break_even(one: dict[str, object]) -> None:
    measured = {found.name: found.measured for found in practices()}
    assert (one["break_even"] is None) == measured[str(one["name"])]
