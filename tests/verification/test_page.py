"""docs/verification.md says what the last committed run gave, and names tests that exist."""

from __future__ import annotations

import json
import re

import pytest

from sim.verify import judge
from sim.verify.family import CASES

from . import figures
from .mutants import MUTANTS

PAGE = figures.PAGE.read_text(encoding="utf-8")
KEPT = json.loads(figures.KEPT.read_text(encoding="utf-8"))
QUICK = ("stock", "filling", "tandem")


def test_the_page_shows_the_figures_kept() -> None:
    assert figures.filled(PAGE, KEPT) == PAGE


def test_the_figures_kept_are_of_the_family_and_the_faults_as_they_are() -> None:
    cases = {case["case"]: case for case in KEPT["family"]["cases"]}
    assert list(cases) == list(CASES)
    for name, case in CASES.items():
        assert cases[name]["quantity"] == case.quantity
        assert cases[name]["expected"] == pytest.approx(case.expected)
    assert list(KEPT["mutants"]) == [f"{m.part}: {m.name}" for m in MUTANTS]


def test_the_figures_kept_are_those_of_the_engine_as_it_is() -> None:
    """The quick ones of the family, run again: python tests/verification/figures.py makes all of them afresh."""
    kept = {case["case"]: case["simulated"] for case in KEPT["family"]["cases"]}
    found = judge.run(figures.SEED, names=QUICK)
    assert {name: found[name].mean() for name in QUICK} == pytest.approx({name: kept[name] for name in QUICK}, rel=1e-9)


def test_every_test_named_on_the_page_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)
    assert len(named) > 12
    for path, name in named:
        text = (figures.ROOT / path).read_text(encoding="utf-8")
        assert not name or f"def {name}(" in text, name
