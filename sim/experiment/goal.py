"""What a search is to reach: ``wait_assessment_p90 <= 28``, read from one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sim.measures import CATALOGUE, Measure
from sim.mistakes import Mistake
from sim.scenario.problems import suggest

__all__ = ["Goal", "SizeError", "goal_of"]

_GOAL = re.compile(r"\s*([A-Za-z_][\w.]*)\s*(<=|>=|<|>)\s*([-+]?[\d.,]+(?:[eE][-+]?\d+)?)\s*(%?)\s*")
_DIFFERENCE = "_difference"


class SizeError(Mistake):
    """A search that cannot begin; carries one plain message."""


@dataclass(frozen=True)
class Goal:
    """What is to be reached: a measure, or its difference from the scenario as it stands, beyond a limit."""

    measure: Measure
    difference: bool
    most: bool
    """Whether the limit is the most it may be."""
    limit: float
    text: str

    def meets(self, value: float) -> bool:
        """Whether a value reaches it; nan never does."""
        return value <= self.limit if self.most else value >= self.limit


def goal_of(text: str, known: Sequence[Measure] = CATALOGUE) -> Goal:
    """Read ``wait_assessment_p90 <= 28``. The words of a measure may come in any order; ``_difference`` after it is the
    paired difference from the scenario as it stands; a share may be written in per cent.

    Raises ``SizeError``.
    """
    found = _GOAL.fullmatch(text)
    if found is None:
        raise SizeError(f"`{text}` is not a goal; write MEASURE <= NUMBER or >=, as in 'wait_assessment_p90 <= 28'")
    name, sign, number, percent = found.groups()
    if sign in "<>":
        raise SizeError(f"`{text.strip()}`: a goal includes its limit; write {sign}= instead of {sign}")
    difference = name.endswith(_DIFFERENCE)
    measure = _measure(name.removesuffix(_DIFFERENCE), known)
    try:
        limit = float(number.replace(",", "")) / (100.0 if percent else 1.0)
    except ValueError:
        raise SizeError(f"`{number}` is not a number; write a goal as in 'wait_assessment_p90 <= 28'") from None
    if percent and measure.unit != "share":
        raise SizeError(f"{measure.id} is in {measure.unit}, not a share: leave out the %")
    return Goal(measure, difference, sign.startswith("<"), limit, text.strip())


def _measure(name: str, known: Sequence[Measure]) -> Measure:
    words = sorted(name.split("_"))
    for measure in known:
        if measure.id == name or sorted(measure.id.split("_")) == words:
            return measure
    near = suggest(name, [measure.id for measure in known])
    meant = f"; did you mean `{near}`?" if near else ""
    raise SizeError(f"there is no measure `{name}`; docs/measures.md lists them{meant}")
