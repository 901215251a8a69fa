"""What a measure is: its name, unit and direction, and its formula over the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sim.measures.view import MeasureInput

__all__ = ["NAN", "Direction", "Formula", "Measure", "Side"]

NAN = float("nan")
Direction = Literal["lower is better", "higher is better", "neutral"]
Side = Literal["council", "nhs", "both"]
Formula = Callable[[MeasureInput], float]


@dataclass(frozen=True)
class Measure:
    """One entry of the catalogue."""

    id: str
    title: str
    """Plain name."""
    field: str
    """What the field calls it."""
    unit: str
    direction: Direction
    side: Side
    definition: str
    """The formula over the log, in words."""
    function: Formula
    """nan in a world that has nothing to measure."""
    headline: bool = False
    decimals: int = 0
    phrase: str = ""
    """The measure in a sentence, ``{}`` its value: '{} people wait for an assessment on an average day'."""
    source: str = ""
    """The collection or framework whose definition it follows; '' where it is the model's own."""
    group: str = ""
    """Where it stands on the tracks."""
