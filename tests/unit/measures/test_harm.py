"""What waiting does: only the excess counts, and what followed is said to have followed."""

from __future__ import annotations

import pytest

from tests.unit.measures.hand import Hand, value


def harmed() -> Hand:
    """Three leave other waits, and one the assessment list, by the excess; one by the background."""
    hand = Hand(help=("task", "early_help"), assess=("task", "assessment"), rapid=("task", "crisis_response"),
                acute=("stay", "hospital", "hospital"), home=("package", "home_care"))  # fmt: skip
    for person, station, to, reason in ((1, "help", "rapid", "excess"), (2, "help", "acute", "excess"),
                                        (3, "help", "rapid", "background"), (4, "assess", "rapid", "excess"),
                                        (5, "help", "rapid", "excess")):  # fmt: skip
        hand.spell(person, station, "renege", 0, ended=20, to=to, reason=reason)
    for person in (1, 2, 3, 4):
        hand.spell(person, "assess", "service", 25, 30, 40)
    hand.spell(5, "assess", "service", 0, 10, 15)
    for person, hours in ((1, 10), (3, 12), (4, 14)):
        hand.spell(person, "home", "open_service", 40, 50, amount=hours)
    return hand


def test_crises_and_admissions_caused_by_waiting_add_up() -> None:
    assert value(harmed(), "crises_caused_by_waiting") == pytest.approx(3 * 3.65)
    assert value(harmed(), "admissions_caused_by_waiting") == pytest.approx(1 * 3.65)
    assert value(harmed(), "caused_by_waiting") == pytest.approx(4 * 3.65)


def test_assessments_that_followed_were_not_already_waited_for() -> None:
    """Persons 1 and 2; 3 left by the background, 4 waited for an assessment, 5 was assessed before."""
    assert value(harmed(), "assessments_after_harm") == pytest.approx(2 * 3.65)


def test_assessments_after_short_term_support_are_among_them() -> None:
    hand = Hand(help=("task", "early_help"), after=("task", "assessment_after_support"),
                rapid=("task", "crisis_response"))  # fmt: skip
    hand.spell(1, "help", "renege", 0, ended=20, to="rapid", reason="excess").spell(1, "after", "service", 60, 61, 70)
    assert value(hand, "assessments_after_harm") == pytest.approx(3.65)


def test_care_that_followed_and_its_hours() -> None:
    assert value(harmed(), "packages_after_harm") == pytest.approx(2 * 3.65)
    assert value(harmed(), "home_care_hours_after_harm") == pytest.approx((10 + 14) * 3.65)


def test_crises_are_those_begun() -> None:
    hand = harmed().spell(1, "rapid", "service", 20, 21, 23).spell(4, "rapid", "open_wait", 20)
    assert value(hand, "crises") == pytest.approx(3.65)
