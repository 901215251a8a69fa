"""Ten questions a board will ask: where the page answers each, or that it cannot and what would."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sim.measures.words import number, range_of
from sim.report.levels import HOSPITALS_OWN, Delayed, delayed_people, who_acts
from sim.report.money import outturn
from sim.report.parts import bracketed, inside, slug
from sim.report.saved import Fact, Saved

__all__ = ["QUESTIONS", "Question", "questions"]

QUESTIONS = (
    "Does it reproduce last winter here?",
    "How many of those delayed are ours to fix?",
    "What is the net effect on this year's outturn and next, and how much is cash?",
    "Which one thing by October, and how many posts or hours exactly?",
    "Who is worse off?",
    "Which assumptions reverse the advice?",
    "What does protecting the community cost the hospital?",
    "Can market and workforce deliver it?",
    "Are we lawful?",
    "Others claimed this: why is it different here?",
)


@dataclass(frozen=True)
class Question:
    """A question, what the page says to it, and where it says so; no place where it cannot."""

    text: str
    answer: str
    place: str = ""
    link: str = ""


_ALONE = ("the council", "the council and its market")
_CANNOT = "This page cannot say: "
_Said = tuple[str, str, str]
"""Answer, id of the place, words of the link."""


def questions(saved: Saved, sections: Collection[str], *, net: str = "", lives: str = "") -> list[Question]:
    """The ten in order; ``sections`` are the ids that the page has, ``net`` and ``lives`` what it says first there."""
    comparing = len(saved.worlds) > 1
    said: list[_Said] = [
        _reproduces(saved),
        _delayed(saved),
        (f"{outturn(saved, net)} By payer and financial year:".strip(), "money", "Money")
        if "money" in sections and comparing
        else _not("it names no difference of costs. Compare two worlds whose place has costs."),
        ("What each boulder costs is set out; for posts or hours ask traintracks size.", "boulders", "Boulders")
        if "boulders" in sections
        else _not("it compares whole worlds. traintracks boulders tells which boulder costs most, and traintracks "
                  "size how many posts or hours reach a goal."),
        (f"{lives} Outcome by outcome, by age and need:".strip(), "lives", "Whose lives change")
        if "lives" in sections
        else _not("it follows nobody through two worlds. traintracks compare does."),
        ("Headlines are set out at both ends of the harm done by waiting; an answer that turns begins with "
         "\u201cnot settled\u201d.", "drives", "What drives the answer")
        if saved.rows("uncertainty")
        else _not("the ranges of the inputs were not run through the model here. Every range, and what it rests on, "
                  "is in the evidence tables."),
        ("What each boulder does to the council and to the hospital stands side by side.", "boulders", "Boulders")
        if "boulders" in sections
        else _hospital(saved),
        _deliver(saved),
        _lawful(saved),
        _not("it sets no published claim beside the model. traintracks practices does."),
    ]  # fmt: skip
    return [Question(text, *answer) for text, answer in zip(QUESTIONS, said, strict=True)]


def _not(why: str) -> _Said:
    return f"{_CANNOT}{why}", "", ""


def _reproduces(saved: Saved) -> _Said:
    why = "nothing in it was compared with what happened in this place."
    if saved.rows("fit"):
        said, *_ = _not(f"{why} How it lies beside published figures is told line by line:")
        return said, "fit", "How the place lies beside published figures"
    return _not(f"{why} traintracks calibrate check sets a place beside its published figures, line by line.")


def _delayed(saved: Saved) -> _Said:
    world = saved.worlds[-1]
    found = who_acts(saved, world)
    if not found:
        return _not("nobody is delayed in a hospital of this model.")

    def people(whose: Iterable[Delayed]) -> str:
        return delayed_people(saved, world, [one.id for one in whose])

    every = people(found).replace("(", "(95% interval ")
    ours = [one for one in found if "council" in one.who]
    part = "all" if len(ours) == len(found) else people(ours)
    own = "" if any(one.who == "the hospital" for one in found) else f" {HOSPITALS_OWN}"
    told = "; ".join(f"{inside(one.what)}, {people([one])}, {one.who}" for one in found)
    return (
        f"Of {every} people delayed on average, the council has a part in {part}; "
        f"{people(one for one in found if one.who in _ALONE)} of them are for it and its market alone. By reason, and "
        f"who can act: {told}.{own} An average of the period; tonight's list is not in the model.",
        "delays",
        "Bed days lost, by reason",
    )


def _hospital(saved: Saved) -> _Said:
    nhs = next((fact for fact in saved.facts if fact.headline and fact.side == "nhs"), None)
    if nhs is None or len(saved.worlds) == 1:
        return _not("it compares nothing. traintracks boulders sets council and hospital side by side.")
    said, *_ = _not(
        "whether anything in this comparison protects the community is not marked. traintracks boulders lifts the rule "
        "that discharge goes first. What these worlds mean for the hospital:"
    )
    return said, f"headline-{nhs.id}".replace(".", "-"), "NHS side"


def _deliver(saved: Saved) -> _Said:
    world, parts, first = saved.worlds[-1], [], ""
    for fact in saved.facts:
        found = saved.measures[world.name, fact.id]
        if fact.id in ("home_care_market_use", "posts_filled") and found["mean"] is not None:
            parts.append(f"{inside(fact.title)}: {_ranged(fact, found)}")
            first = first or f"measure-{slug(fact.id)}"
    if not parts:
        return _not("there is neither market nor workforce in this model.")
    world_ = f" in {inside(world.label)}" if len(saved.worlds) > 1 else ""
    said, *_ = _not(f"no plan is set against them. How full they are{world_}: {'; '.join(parts)}.")
    return said, first, "All measures"


def _ranged(fact: Fact, found: dict[str, Any]) -> str:
    """A mean with its 95% interval."""
    mean = number(found["mean"], fact.unit, fact.decimals, found.get("over"))
    between = range_of(found["low"], found["high"], fact.unit, fact.decimals)
    return bracketed(mean, f"95% interval {between}" if between else "")


def _lawful(saved: Saved) -> _Said:
    fact = next((fact for fact in saved.facts if fact.id == "waiting_statutory"), None)
    if fact is None:
        return _not("no statutory work is in this model.")
    value = _ranged(fact, saved.measures[saved.worlds[-1].name, fact.id])
    return (
        f"The page shows queues, not law: on average {value} pieces of work that the law does not let wait have not "
        "begun.",
        f"measure-{slug(fact.id)}",
        "All measures",
    )
