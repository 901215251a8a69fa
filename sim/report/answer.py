"""The answer in one plain sentence, with number, range and comparison; ties are called ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.experiment.intervals import LEAST
from sim.experiment.judged import not_settled
from sim.measures.words import NOT_WORTH, one_such, spans_zero
from sim.report.parts import capital, inside, joined
from sim.report.phrases import more, nothing, phrase, size, told
from sim.report.saved import Fact, Saved, World

__all__ = ["Answer", "answer", "compared", "interval", "leading", "rough", "there", "unsettled", "verdict"]

_ROUGH = 20
"""Replications below which a 5th and a 95th percentile lie close to the least and the most."""


@dataclass(frozen=True)
class Answer:
    """One sentence for each world asked about, and what must stand beside it."""

    sentences: Sequence[str]
    notes: Sequence[str]


def verdict(found: dict[str, Any], fact: Fact) -> tuple[str, str]:
    """(word, tone) for a difference: better, worse, a tie, or nothing where the direction is neutral or unknown.

    One that rounds to none is neither better nor worse, however sure it is.
    """
    if found["mean"] is None or found["low"] is None:
        return "", ""
    if found["low"] == found["high"] == 0.0:
        return "no difference", "same"
    if unsettled(found):
        return "not settled", "none"
    if spans_zero(found["low"], found["high"]):
        return "cannot be told from none", "none"
    if nothing(found["mean"], fact):
        return NOT_WORTH, "same"
    if fact.direction == "neutral":
        return "", ""
    worse = (found["mean"] > 0) == (fact.direction == "lower is better")
    return ("worse", "worse") if worse else ("better", "better")


def unsettled(found: dict[str, Any]) -> bool:
    """Whether a difference may be judged otherwise within the ranges of the inputs."""
    belief = found.get("belief_low"), found.get("belief_high")
    return not_settled(found.get("settled"), (found["low"], found["high"]), belief)


def answer(saved: Saved) -> Answer:
    """What the run says, by the first headline of the council's side and the first of the NHS's."""
    facts = leading(saved)
    if not facts:
        return Answer(["This run has nothing that the catalogue measures."], [])
    worlds = saved.worlds
    if len(worlds) == 1:
        parts = [_alone(saved, fact, worlds[0]) for fact in facts]
        return Answer([f"{capital(joined(parts))}."], _notes(saved, facts))
    sentences = []
    few = "" if saved.summary["replications"] >= LEAST else " (too few replications to give an interval)"
    for world in worlds[1:]:
        if world.title == worlds[0].title and world.name not in {row["scenario"] for row in saved.rows("changes")}:
            sentences.append("Nothing was changed: both worlds are the same scenario, so no figure differs.")
            continue
        parts = [compared(saved, fact, worlds[0], world) for fact in facts]
        opening = f"With {inside(world.label)}"
        if any(unsettled(saved.differences[world.name, fact.id]) for fact in facts):
            opening = f"Not settled: with {inside(world.label)}"
        sentences.append(f"{opening}, {'; and '.join(parts)}{few}.")
    return Answer(sentences, _notes(saved, facts))


def leading(saved: Saved) -> list[Fact]:
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


def _alone(saved: Saved, fact: Fact, world: World) -> str:
    found = saved.measures[world.name, fact.id]
    said = phrase(fact, found)
    if found["p5"] is not None and found["mean"] is not None:
        low, high = (told(found[k], fact, found.get("over")) for k in ("p5", "p95"))
        said += f" (in {one_such(world.days)} {low} to {high})"
    return said


def compared(saved: Saved, fact: Fact, base: World, world: World) -> str:
    """What a world has of a measure, and how that stands beside the base: more, fewer, the same, or not to be told."""
    found, before = saved.measures[world.name, fact.id], saved.measures[base.name, fact.id]
    difference = saved.differences[world.name, fact.id]
    said, other = phrase(fact, found), inside(base.label)
    if difference["mean"] is None:
        was = told(before["mean"], fact, before.get("over"))
        return f"{said}, against {was} in {other}"
    mean, low, high = difference["mean"], difference["low"], difference["high"]
    flips = _flips(saved, world, fact) if difference.get("settled") is False else ""
    if low == high == 0.0 or (low is None and mean == 0.0):
        return f"{said}, the same as in {other}"
    if low is not None and spans_zero(low, high):
        doubt = f"{interval(low, high, fact)}{flips}"
        return f"{said}: the difference from {other} cannot be told from none ({doubt})"
    if nothing(mean, fact):
        return f"{said}, much the same as in {other}"
    if low is None:
        return f"{said}, {more(mean, fact)} than in {other}"
    ends = (low, high) if mean > 0 else (high, low)
    between = interval(*ends, fact)
    if spans_zero(difference.get("belief_low"), difference.get("belief_high")):
        belief = _between(difference["belief_low"], difference["belief_high"], fact)
        between += f", but {belief} within the ranges of the inputs"
    return f"{said}, {more(mean, fact)} than in {other} ({between}{flips})"


def _flips(saved: Saved, world: World, fact: Fact) -> str:
    """What the verdict is at both ends of the harm that waiting does."""
    here = (row for row in saved.rows("uncertainty") if row["base"] and row["scenario"] == world.name)
    row = next((row for row in here if row["id"] == fact.id), None)
    if row is None:
        return ""
    ends = (row["harm_low_verdict"], row["harm_high_verdict"])
    low, high = ("a tie" if end == "tie" else end for end in ends)
    return f", but {low} if waiting does the least harm that is believed, {high} if the most"


def interval(low: float, high: float, fact: Fact) -> str:
    """The 95% interval of a difference in words, from its end nearer to none."""
    if size(abs(low), fact) == size(abs(high), fact) and (low * high >= 0 or nothing(low, fact)):
        return "95% interval too narrow to show"
    return f"95% interval {_between(low, high, fact)}"


def _between(low: float, high: float, fact: Fact) -> str:
    """'2 to 8 more' where both ends lie on one side, '2 fewer to 12 more' where they do not."""
    first, last = more(low, fact), more(high, fact)
    if low * high > 0 and " " in first:
        first = first.rsplit(" ", 1)[0].removesuffix(f" {fact.unit}").removesuffix(" points").removesuffix(" million")
    return f"{first} to {last}"


def _notes(saved: Saved, facts: Sequence[Fact]) -> list[str]:
    notes: list[str] = []
    enough = saved.summary["replications"] >= LEAST
    if len(saved.worlds) > 1 and enough:
        for world in saved.worlds[1:]:
            parts = [said for fact in facts if (said := _range(saved, fact, world))]
            if parts:
                years = one_such(world.days).removeprefix("one such ")
                opening = "Nine" if notes else f"One {years} is not like another: nine"
                said = f"{opening} of ten simulated {years}s with {inside(world.label)} have {joined(parts)}"
                notes.append(f"{said}{rough(saved)}.")
    if not enough:
        notes.append("Fewer than five replications were run: too few to give any range.")
    elif not saved.believed:
        notes.append(
            "The intervals say how exactly the model was run, not how sure anyone can be of its inputs: whether the "
            "answer holds across their ranges has not been run."
        )
    return notes


def rough(saved: Saved) -> str:
    """What is said of a range from few replications; nothing from twenty on."""
    few = saved.summary["replications"]
    return f"; from {few} replications that range is rough" if few < _ROUGH else ""


def _range(saved: Saved, fact: Fact, world: World) -> str:
    found = saved.measures[world.name, fact.id]
    if found["p5"] is None:
        return ""
    low, high = (told(found[k], fact, found.get("over")) for k in ("p5", "p95"))
    if fact.unit == "people":
        return f"{low} to {high} {inside(fact.title)}"
    pounds = fact.unit.startswith("£")
    return f"{inside(fact.title)}, {'£' if pounds else ''}{low} to {high}{' million' if pounds else ''}"
