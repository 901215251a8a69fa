"""The answer in one plain sentence, with number, range and comparison; ties are called ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.experiment.intervals import LEAST
from sim.measures.words import change, number, one_such, spans_zero, with_unit
from sim.report.parts import capital, inside
from sim.report.saved import Fact, Saved, World

__all__ = ["Answer", "answer", "there", "verdict"]


@dataclass(frozen=True)
class Answer:
    """One sentence for each world asked about, and what must stand beside it."""

    sentences: Sequence[str]
    notes: Sequence[str]


def verdict(found: dict[str, Any], fact: Fact) -> tuple[str, str]:
    """(word, tone) for a difference: better, worse, a tie, or nothing where the direction is neutral or unknown."""
    if found["mean"] is None or found["low"] is None:
        return "", ""
    if found["low"] == found["high"] == 0.0:
        return "no difference", "same"
    if spans_zero(found["low"], found["high"]):
        return "cannot be told from none", "none"
    if fact.direction == "neutral":
        return "", ""
    worse = (found["mean"] > 0) == (fact.direction == "lower is better")
    return ("worse", "worse") if worse else ("better", "better")


def answer(saved: Saved) -> Answer:
    """What the run says, by the first headline of the council's side and the first of the NHS's."""
    facts = _leading(saved)
    if not facts:
        return Answer(["This run has nothing that the catalogue measures."], [])
    worlds = saved.worlds
    if len(worlds) == 1:
        parts = [_alone(saved, fact, worlds[0]) for fact in facts]
        return Answer([f"{capital(' and '.join(parts))}."], _notes(saved))
    sentences = []
    for world in worlds[1:]:
        parts = [_compared(saved, fact, worlds[0], world) for fact in facts]
        few = "" if saved.summary["replications"] >= LEAST else " (too few replications to give an interval)"
        sentences.append(f"With {inside(world.label)}, {'; and '.join(parts)}{few}.")
    return Answer(sentences, _notes(saved))


def _leading(saved: Saved) -> list[Fact]:
    """The first headline of the council's side and of the NHS's, of those that every world has."""
    found: list[Fact] = []
    everywhere = [f for f in saved.facts if all(there(saved.measures[w.name, f.id]) for w in saved.worlds)]
    for side in ("council", "nhs", "both"):
        first = next((f for f in everywhere if f.headline and f.side == side), None)
        if first is not None and len(found) < 2:
            found.append(first)
    return found


def there(found: dict[str, Any]) -> bool:
    """Whether the world has what the measure measures."""
    return found["mean"] is not None or "over" in found


def _phrase(fact: Fact, text: str) -> str:
    return fact.phrase.format(text) if fact.phrase else f"{inside(fact.title)} is {text}"


def _alone(saved: Saved, fact: Fact, world: World) -> str:
    found = saved.measures[world.name, fact.id]
    said = _phrase(fact, with_unit(found["mean"], fact.unit, fact.decimals, found.get("over")))
    if found["p5"] is not None and found["mean"] is not None:
        low, high = (number(found[k], fact.unit, fact.decimals, found.get("over")) for k in ("p5", "p95"))
        said += f" (in {one_such(world.days)} {low} to {high})"
    return said


def _compared(saved: Saved, fact: Fact, base: World, world: World) -> str:
    found, before = saved.measures[world.name, fact.id], saved.measures[base.name, fact.id]
    difference = saved.differences[world.name, fact.id]
    said = _phrase(fact, with_unit(found["mean"], fact.unit, fact.decimals, found.get("over")))
    than = f"than in {inside(base.label)}"
    if difference["mean"] is None:
        was = number(before["mean"], fact.unit, fact.decimals, before.get("over"))
        return f"{said}, against {was} in {inside(base.label)}"
    low, high = difference["low"], difference["high"]
    if low == high == 0.0:
        return f"{said}, the same as in {inside(base.label)}"
    if spans_zero(low, high):
        between = f"95% interval {_more(low, fact)} to {_more(high, fact)}"
        return f"{said}, which cannot be told from {inside(base.label)} ({between})"
    size = _size(difference["mean"], fact)
    if not any(digit in "123456789" for digit in size):
        return f"{said}, much the same as in {inside(base.label)}"
    if low is None:
        return f"{said}, {_more(difference['mean'], fact)} {than}"
    if difference["mean"] < 0:
        low, high = -high, -low
    between = f"95% interval {_size(low, fact)} to {_size(high, fact)} {_way(difference['mean'], fact)}"
    return f"{said}, {_more(difference['mean'], fact)} {than} ({between})"


def _more(value: float, fact: Fact) -> str:
    return f"{_size(abs(value), fact)} {_way(value, fact)}"


def _way(value: float, fact: Fact) -> str:
    countable = fact.unit in ("people", "a year", "bed days a year", "share")
    return "more" if value >= 0 else "fewer" if countable else "less"


def _size(value: float, fact: Fact) -> str:
    return change(value, fact.unit, fact.decimals).lstrip("+")


def _notes(saved: Saved) -> list[str]:
    notes: list[str] = []
    facts = _leading(saved)
    if len(saved.worlds) > 1 and saved.summary["replications"] >= LEAST:
        for world in saved.worlds[1:]:
            parts = []
            for fact in facts:
                found = saved.measures[world.name, fact.id]
                if found["p5"] is not None:
                    low, high = (number(found[k], fact.unit, fact.decimals, found.get("over")) for k in ("p5", "p95"))
                    parts.append(f"{low} to {high} {inside(fact.title)}" if fact.unit == "people" else
                                 f"{inside(fact.title)}, {low} to {high}")  # fmt: skip
            if parts:
                years = one_such(world.days).removeprefix("one such ")
                opening = "Nine" if notes else f"One {years} is not like another: nine"
                notes.append(
                    f"{opening} of ten simulated {years}s with {inside(world.label)} have {' and '.join(parts)}."
                )
        notes.append("The intervals say how exactly the model was run, not how sure anyone can be of its inputs.")
    if saved.summary["replications"] < LEAST:
        notes.append("Fewer than five replications were run: too few to give any range.")
    return notes
