"""First conversations, early help, and what comes of them."""

from __future__ import annotations

import math

import pytest

from tests.unit.measures.hand import Hand, value


def door(horizon: float = 200.0) -> Hand:
    return Hand(horizon=horizon, talk=("task", "first_conversation"), help=("task", "early_help"),
                assess=("task", "assessment"), rapid=("task", "crisis_response"),
                advice=("exit", "advice"), died=("exit",))  # fmt: skip


def test_conversations_are_counted_where_they_end() -> None:
    hand = door().spell(1, "talk", "service", -2, -1, 0, to="advice").spell(2, "talk", "service", 5, 5, 6, to="help")
    hand.spell(3, "talk", "open_service", 199, 199).spell(4, "talk", "service", -9, -9, -8)
    assert value(hand, "first_conversations") == pytest.approx(2 * 365 / 200)


def test_early_help_is_counted_where_it_ends() -> None:
    hand = door().spell(1, "help", "service", 5, 5, 6).spell(2, "help", "open_service", 7, 7)
    assert value(hand, "early_help_ended") == pytest.approx(365 / 200)


def test_resolved_is_led_to_an_exit_alive() -> None:
    hand = door()
    for person, to in enumerate(("advice", "help", "advice", "died", "assess")):
        hand.spell(person, "talk", "service", 5, 5, 6, to=to)
    assert value(hand, "resolved_at_first_contact") == pytest.approx(2 / 5)


def test_the_share_to_assessment_is_of_those_who_can_be_followed_for_12_weeks() -> None:
    """Of four who talked by day 116, two joined an assessment within 84 days, one of them at once by another way."""
    hand = door()
    for person, talked in enumerate((10, 20, 100, 30, 120)):
        hand.spell(person, "talk", "service", talked, talked, talked + 1)
    hand.spell(0, "help", "service", 11, 11, 50).spell(0, "assess", "service", 50, 60, 90)
    hand.spell(1, "assess", "open_wait", 120).spell(3, "assess", "renege", 31, ended=70).spell(
        4, "assess", "open_wait", 121
    )
    assert value(hand, "share_to_assessment") == pytest.approx(2 / 4)


def test_who_comes_back_within_12_weeks_of_no_further_action() -> None:
    """Of five who went home on advice, one calls again after 50 days, one after 100, one is in crisis after 70, one
    is assessed; the fifth cannot be followed. Those who went on to help are left out."""
    hand = door().followed("advice")
    for person, ended in enumerate((10, 10, 20, 20, 150)):
        hand.spell(person, "talk", "service", ended - 1, ended - 1, ended, to="advice")
    hand.spell(5, "help", "service", 4, 4, 5, to="assess").spell(5, "talk", "service", 10, 10, 11, to="help")
    hand.spell(0, "talk", "service", 60, 60, 61).spell(1, "talk", "service", 110, 110, 111)
    hand.spell(2, "rapid", "open_wait", 90).spell(3, "assess", "open_wait", 30).spell(4, "talk", "open_wait", 160)
    assert value(hand, "repeat_contact_12_weeks") == pytest.approx(2 / 4)


def test_who_came_back_is_counted_when_they_do() -> None:
    hand = door().followed("advice").spell(1, "advice", "away", -5, -5, -1).spell(2, "advice", "away", -5, -5, 3)
    hand.spell(2, "advice", "away", 10, 10, 199).spell(3, "advice", "away", 10, 10, 20, to="died")
    assert value(hand, "came_back") == pytest.approx(2 * 365 / 200)


def test_a_model_in_which_nobody_comes_back_has_no_repeat_contact() -> None:
    hand = door().spell(1, "talk", "service", 0, 0, 1, to="advice").spell(1, "advice", "service", 1, 1, 1)
    assert math.isnan(value(hand, "repeat_contact_12_weeks"))
    assert math.isnan(value(hand, "came_back"))
