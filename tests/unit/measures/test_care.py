"""Finding care: people assessed and waiting, and hours not delivered meanwhile."""

from __future__ import annotations

import math

import pytest

from tests.unit.measures.hand import Hand, value


def market() -> Hand:
    """Hours waited for: 10 days of 10, 30 days of 20, and 10 days of 15 (not found yet); one keeps what she has."""
    hand = Hand(plan=("task", "support_planning"), search=("sourcing", "care_sourcing"), home=("package", "home_care"))
    hand.seeks("search", "home_care")
    hand.spell(1, "search", "service", 0, 1, 10, 10).spell(1, "home", "open_service", 10, 10, amount=10)
    hand.spell(2, "search", "service", 50, 51, 70, 20).spell(2, "home", "open_service", 70, 80, amount=20)
    hand.spell(3, "search", "open_service", 90, 91, amount=15)
    hand.spell(4, "home", "service", -5, -5, 0, 5, to="search").spell(4, "home", "held", 0, 0, 40, 5, reason="kept")
    return hand.spell(4, "search", "service", 0, 1, 40, 12).spell(4, "home", "service", 40, 40, 50, 12)


def test_hours_not_delivered_are_those_waited_for() -> None:
    assert value(market(), "undelivered_home_care_hours") == pytest.approx((10 * 10 + 30 * 20 + 10 * 15) / 100)


def test_the_share_not_delivered_is_of_all_that_was_to_be() -> None:
    """In use: 90 days of 10, 20 of 20, 40 of 5 kept and 10 of 12."""
    in_use = (900 + 400 + 200 + 120) / 100
    assert value(market(), "undelivered_home_care_share") == pytest.approx(8.5 / (8.5 + in_use))


def test_a_model_that_does_not_look_for_home_care_has_no_hours_undelivered() -> None:
    hand = market().seeks("search", "care_home")
    assert math.isnan(value(hand, "undelivered_home_care_hours"))
    assert math.isnan(value(hand, "undelivered_home_care_share"))


def test_assessed_and_waiting_begins_with_support_planning() -> None:
    """Searches of 10, 30, 10 and 40 days; a plan of 15 days before one of them, and one not yet begun for 20."""
    hand = market().spell(2, "plan", "service", 35, 40, 50).spell(9, "plan", "open_wait", 80)
    assert value(hand, "waiting_care") == pytest.approx(0.9)
    assert value(hand, "assessed_waiting_care") == pytest.approx(0.9 + 0.15 + 0.20)
