"""The catalogue for those who ask what a measure is: title, unit, what is better, definition."""

from __future__ import annotations

from sim.measures.catalogue import CATALOGUE, Measure
from sim.scenario.explain import Explanation

__all__ = ["about"]

_SIDES = {"council": "council", "nhs": "NHS", "both": "council and NHS"}


def about() -> dict[str, Explanation]:
    """id -> what every measure of the catalogue is."""
    return {measure.id: _one(measure) for measure in CATALOGUE}


def _one(measure: Measure) -> Explanation:
    lines = [
        ("title", measure.title),
        ("meaning", measure.definition),
        ("unit", measure.unit),
        ("better", measure.direction),
        ("side", _SIDES.get(measure.side, measure.side)),
    ]
    return Explanation(f"{measure.id}: a measure", tuple((label, text) for label, text in lines if text))
