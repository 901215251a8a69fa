"""The answer in words, over generated cases: number, direction, tie and doubt are right for every measure."""

import re
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.measures.catalogue import CATALOGUE
from sim.measures.words import number
from sim.report.answer import answer, compared, verdict
from sim.report.parts import brief, inside
from sim.report.phrases import phrase, plural
from sim.report.saved import Fact, Saved, World

FACTS = [
    Fact(m.id, m.title, m.field, m.unit, m.direction, m.side, m.definition, m.headline, m.decimals, m.phrase)
    for m in CATALOGUE
]
VALUES = st.one_of(
    st.just(0.0), st.floats(1e-9, 1e-3), st.floats(0.01, 2.0), st.floats(2.0, 5e3), st.floats(1e4, 1e9), st.just(1.0)
)
BASE, OTHER = (
    World(name, name.capitalize(), "", False, None, None, 365.0, 0.0, "days", {}, {}, "", label=name.capitalize())
    for name in ("baseline", "busy")
)


def saved(fact: Fact, before: float, after: float, low: float | None, high: float | None, **belief: float) -> Saved:
    difference: dict[str, Any] = {"mean": after - before, "low": low, "high": high, **belief}
    entry = {"low": None, "high": None, "p5": None, "p95": None}
    found = SimpleNamespace(
        facts=[fact], worlds=[BASE, OTHER], believed=bool(belief),
        summary={"replications": 2 if low is None else 20},
        measures={("baseline", fact.id): {"mean": before, **entry}, ("busy", fact.id): {"mean": after, **entry}},
        differences={("busy", fact.id): difference},
    )  # fmt: skip
    return cast(Saved, found)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FACTS), VALUES, VALUES, st.floats(0.0, 3.0))
def test_a_comparison_says_what_its_numbers_say(fact: Fact, before: float, after: float, doubt: float) -> None:
    """Half width of the interval: ``doubt`` times the difference, so that it holds zero from 1 on."""
    mean = after - before
    half = doubt * abs(mean)
    low, high = mean - half, mean + half
    said = compared(saved(fact, before, after, low, high), fact, BASE, OTHER)
    up, down = ("more", "longer", "higher"), ("fewer", "less", "shorter", "lower")
    assert not re.search(r"nan|inf\b|None|\{|--|\+|\u2212", said)
    if low == high == 0.0:
        assert said.endswith(", the same as in baseline")
    elif low <= 0.0 <= high:
        assert ": the difference from baseline cannot be told from none (95% interval " in said
        assert not re.search(r"interval £?([\d.,]+)\D* to £?\1\b", said)
        assert not re.search(rf", [\d.,]+ \w* ?({'|'.join(up + down)}) than", said)
    elif "much the same" in said:
        assert number(abs(mean), fact.unit, fact.decimals).strip("%0.,") == "" or fact.unit == "share"
    else:
        assert re.search(rf"({'|'.join(up if mean > 0 else down)}) than in baseline \(95% interval ", said)
        assert not re.search(rf"\b({'|'.join(down if mean > 0 else up)})\)", said)
        ends = "too narrow to show" in said or re.search(r"95% interval £?([\d.,]+) (?:\w+ )?to £?([\d.,]+)", said)
        assert ends
        if ends is True:
            return
        first, last = (float(end.replace(",", "")) for end in ends.groups())
        assert first <= last


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(FACTS), VALUES)
def test_a_value_is_said_with_the_number_of_the_table(fact: Fact, value: float) -> None:
    said = phrase(fact, {"mean": value})
    whole = fact.unit == "people" and value >= 100
    text = number(value, fact.unit, 0 if whole else fact.decimals)
    assert text in said or "under " in said
    assert value == 0.0 or not re.search(r"(?<![\d.,])0(\.0+)?%? (people|days|hours|a year)", said)
    assert not re.search(r"(?<![\d.,])1 (people|days|hours|minutes|crises|bed days|posts)\b", said)


@pytest.mark.parametrize(
    ("id", "value", "words"),
    [
        (
            "wait_therapy_p90",
            84.2,
            "the wait for occupational therapy within which nine in ten have started is 84.2 days",
        ),
        ("delayed_days_home", 120.0, "hospital bed days lost (no capacity for help at home) are 120 bed days a year"),
        ("posts_filled", 0.91, "posts filled come to 91.0%"),
    ],
)
def test_a_title_becomes_a_sentence(id: str, value: float, words: str) -> None:
    assert phrase(next(fact for fact in FACTS if fact.id == id), {"mean": value}) == words


@pytest.mark.parametrize("fact", [fact for fact in FACTS if fact.phrase], ids=lambda fact: fact.id)
def test_one_is_said_as_one(fact: Fact) -> None:
    said = phrase(Fact(**{**vars(fact), "decimals": 0}), {"mean": 1.0})
    if fact.unit.startswith("£"):
        assert "£1 million" in said
    elif fact.unit != "share":
        assert re.match(r"1 (person|hospital bed day|crisis or admission)\b", said)
        assert not re.search(r"\bare\b|\bpeople wait\b|\bperson wait\b", said)


@pytest.mark.parametrize(
    ("title", "many"),
    [
        ("People waiting for an assessment", True), ("Wait for care to start, half have started", False),
        ("Hospital bed days lost to delay", True), ("Home care not delivered, of all that was to be", False),
        ("Share of delay for want of care capacity", False), ("Work the law does not let wait, not yet started", False),
        ("Desk: mean wait", False), ("Caseloads in use in the fullest team", True), ("Staff in post", True),
        ("Crises and admissions caused by waiting, in the model", True), ("Size of a home-care package", False),
    ],
)  # fmt: skip
def test_one_or_many(title: str, many: bool) -> None:
    assert plural(title) is many


def test_not_settled_comes_first_where_the_inputs_allow_the_other_way() -> None:
    fact = next(fact for fact in FACTS if fact.id == "waiting_assessment")
    doubted = saved(fact, 800.0, 840.0, 30.0, 50.0, belief_low=-20.0, belief_high=90.0)
    (sentence,) = answer(doubted).sentences
    assert sentence == (
        "Not settled: with busy, 840 people wait for an assessment on an average day, 40.0 more than in baseline "
        "(95% interval 30.0 to 50.0 more, but 20.0 fewer to 90.0 more within the ranges of the inputs)."
    )
    assert verdict(doubted.differences["busy", fact.id], fact)[0] == "not settled"
    sure = saved(fact, 800.0, 840.0, 30.0, 50.0, belief_low=5.0, belief_high=90.0)
    assert answer(sure).sentences[0].startswith("With busy, 840 people")
    assert "has not been run" not in " ".join(answer(sure).notes)
    assert "has not been run" in " ".join(answer(saved(fact, 800.0, 840.0, 30.0, 50.0)).notes)


@pytest.mark.parametrize("alternatives", [1, 2, 5])
def test_every_alternative_has_its_sentence(alternatives: int) -> None:
    fact = next(fact for fact in FACTS if fact.id == "waiting_assessment")
    worlds = [
        World(f"w{i}", f"World {i}", "", False, None, None, 365.0, 0.0, "days", {}, {}, "", label=f"World {i}")
        for i in range(alternatives + 1)
    ]
    entry = {"mean": 10.0, "low": 9.0, "high": 11.0, "p5": 5.0, "p95": 15.0}
    several = cast(Saved, SimpleNamespace(
        facts=[fact], worlds=worlds, believed=False, summary={"replications": 20},
        measures={(w.name, fact.id): entry for w in worlds},
        differences={(w.name, fact.id): {"mean": 1.0, "low": 0.5, "high": 1.5} for w in worlds[1:]},
    ))  # fmt: skip
    said = answer(several).sentences
    assert [s.split(",")[0] for s in said] == [f"With {inside(w.label)}" for w in worlds[1:]]


@pytest.mark.parametrize("room", [3, 5, 7])
@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_a_title_is_cut_at_a_phrase_and_never_longer_than_its_room(fact: Fact, room: int) -> None:
    said = brief(fact.title, room)
    assert len(said.split()) <= room
    assert fact.title.startswith(said.removesuffix("\u2026"))
    assert said == fact.title or len(fact.title.split()) > room


def test_what_is_cut_of_a_title() -> None:
    assert brief("Assessments started within 28 days of joining the list", 6) == "Assessments started within 28 days"
    assert brief("People ready to leave hospital in the worst week", 5) == "People ready to leave hospital"
    assert (
        brief("Crises and admissions caused by waiting, in the model", 6) == "Crises and admissions caused by waiting"
    )
