"""A measure in a sentence: its value, and how much more or less it is, with the grammar of one and of many."""

from __future__ import annotations

import re
from typing import Any

from sim.measures.words import change, number, with_unit
from sim.report.parts import inside
from sim.report.saved import Fact

__all__ = ["more", "nothing", "phrase", "places", "plural", "size", "told", "way"]

_TIMES = ("days", "hours", "minutes", "seconds", "weeks", "months", "years")
_ONE = (
    (r"\b1 people\b", "1 person"), (r"\b1 hospital bed days\b", "1 hospital bed day"), (r"\bbed days\b", "bed day"),
    (r"\b1 crises and admissions\b", "1 crisis or admission"), (r"\bwait\b", "waits"), (r"\bare\b", "is"),
    (r"\bhave\b", "has"),
)  # fmt: skip
_SMALL = re.compile(
    r"\b(for|of|in|on|at|to|from|by|who|that|the|whose|with|within|after|before|not|over|aged|straight|new)\b|[,:(]"
)


def phrase(fact: Fact, found: dict[str, Any]) -> str:
    """What a world has of a measure: '840.4 people wait for an assessment on an average day'."""
    value = found["mean"]
    text = with_unit(value, fact.unit, places(value, fact), found.get("over"))
    if value is not None and value != 0 and not _counts(text):
        text = f"under {_single(with_unit(least(fact), fact.unit, fact.decimals))}"
    if not fact.phrase:
        return f"{_subject(fact)} {_single(text)}"
    bare = told(value, fact, found.get("over"))
    if fact.unit.startswith("£"):
        return fact.phrase.format(text)
    if text.startswith("under"):
        bare = f"under {number(least(fact), fact.unit, fact.decimals)}"
    said = fact.phrase.format(bare)
    if bare in ("1", "under 1"):
        for many, one in _ONE:
            said = re.sub(many, one, said)
    return said


def _subject(fact: Fact) -> str:
    """A title and its verb: 'the wait for care within which half have started is', 'people back in a year come to'."""
    if wait := re.fullmatch(r"(Wait\b.*), (half|nine in ten) have started", fact.title):
        return f"the {inside(wait[1])} within which {wait[2]} have started is"
    head = fact.title.split(":")[0]
    title = re.sub(r"^([^:]+): (.+)$", r"\1 (\2)", fact.title) if plural(head) else fact.title
    many = plural(title.split(" (")[0])
    title += "," if "," in title.split(" (")[0] else ""
    if fact.unit == "share":
        return f"{inside(title)} {'come' if many else 'comes'} to"
    return f"{inside(title)} {'are' if many else 'is'}"


def places(value: float | None, fact: Fact) -> int:
    """Decimals of a number in a sentence: people are told whole from a hundred on."""
    whole = fact.unit == "people" and value is not None and abs(value) >= 100.0
    return 0 if whole else fact.decimals


def told(value: float | None, fact: Fact, over: float | None = None) -> str:
    """A number in a sentence, without its unit."""
    return number(value, fact.unit, places(value, fact), over)


def least(fact: Fact) -> float:
    """The smallest amount that a measure's rounding can show."""
    places = max(0, fact.decimals - 2) + 2 if fact.unit == "share" else fact.decimals
    return float(10.0**-places)


def _counts(text: str) -> bool:
    return any(digit in "123456789" for digit in text.split(" ")[0]) or text.startswith(("over", "none", "not"))


def plural(title: str) -> bool:
    """Whether a title is of many: 'People in care homes' are, 'Wait for care' is."""
    parts = re.split(r":\s+", title)
    head = _SMALL.split(parts[-1] if len(parts) > 1 else title, maxsplit=1)[0].lower().split()
    return any(
        word in ("people", "staff") or (word.endswith("s") and not word.endswith(("ss", "'s", "is"))) for word in head
    )


def _single(text: str) -> str:
    return re.sub(r"^((?:under )?)1 ((?:bed )?\w+)s\b", r"\g<1>1 \2", text)


def size(value: float, fact: Fact) -> str:
    """A difference without its sign, with the unit where the sentence needs it: '5.8', '2.1 points', '3 days'."""
    text = change(value, fact.unit, places(value, fact)).lstrip("+\u2212")
    if fact.unit.startswith("£"):
        return f"£{text}{fact.unit[1:].removesuffix(' a year')}"
    return _single(f"{text} {fact.unit}") if fact.unit in _TIMES else text


def way(value: float, fact: Fact) -> str:
    """The word for the direction of a difference."""
    if fact.unit in _TIMES:
        return "longer" if value > 0 else "shorter"
    if fact.unit in ("share", "to one"):
        return "higher" if value > 0 else "lower"
    if "£" in fact.unit:
        return "more" if value > 0 else "less"
    return "more" if value > 0 else "fewer"


def more(value: float, fact: Fact) -> str:
    """'5.8 more', '3 days shorter', '0' for nothing."""
    said = size(abs(value), fact)
    return f"{said} {way(value, fact)}" if not nothing(value, fact) else said


def nothing(value: float, fact: Fact) -> bool:
    """Whether a difference rounds to none."""
    return not any(digit in "123456789" for digit in size(abs(value), fact))
