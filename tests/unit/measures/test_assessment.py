"""Assessments and reviews completed, and the waits that client-level data shows."""

from __future__ import annotations

import pytest

from tests.unit.measures.hand import Hand, value


def test_completed_in_28_days_counts_from_joining_the_list() -> None:
    """28 days, 29 days, 60 days that began before; one cut short and one after the period do not count."""
    hand = Hand(assess=("task", "assessment"))
    hand.spell(1, "assess", "service", 0, 20, 28).spell(2, "assess", "service", 0, 1, 29)
    hand.spell(3, "assess", "service", -50, 5, 10).spell(4, "assess", "service", 0, 1, 5, cause="died")
    hand.spell(5, "assess", "open_service", 0, 1)
    assert value(hand, "assessments_completed_in_28_days") == pytest.approx(1 / 3)


def test_reviews_completed_are_those_ended_in_the_period() -> None:
    hand = (
        Hand(review=("task", "review")).spell(1, "review", "service", -5, -4, -1).spell(2, "review", "service", 0, 1, 9)
    )
    assert value(hand, "reviews_completed") == pytest.approx(3.65)


def requests() -> Hand:
    """Days from request to the first assessment or service: 30, 5, 20, 4; to the first service: 60, 5, 4."""
    hand = Hand(talk=("task", "first_conversation"), assess=("task", "assessment"), recovery=("stay", "reablement"),
                home=("package", "home_care"), concern=("task", "safeguarding_concern"),
                acute=("stay", "hospital", "hospital"), hub=("task", "transfer_hub", "hospital"))  # fmt: skip
    hand.spell(1, "talk", "service", 0, 0, 1).spell(1, "assess", "service", 1, 30, 40)
    hand.spell(1, "home", "open_service", 40, 60)
    hand.spell(2, "talk", "service", 10, 10, 11).spell(2, "recovery", "service", 11, 15, 40)
    hand.spell(3, "concern", "service", 0, 0, 20).spell(3, "assess", "service", 20, 40, 50)
    hand.spell(5, "acute", "service", 0, 0, 8).spell(5, "hub", "service", 8, 9, 10)
    hand.spell(5, "recovery", "open_service", 10, 12)
    return hand.spell(6, "talk", "service", 90, 90, 91).spell(6, "assess", "open_wait", 91)


def test_client_level_data_counts_from_the_request_to_the_first_start() -> None:
    """A safeguarding concern is no request, nor is a stay in hospital; who still waits is not seen."""
    assert value(requests(), "wait_request_to_support_completed_p50") == 12.5
    assert value(requests(), "wait_request_to_service_completed_p50") == 5.0


@pytest.mark.parametrize("begin", [-10.0, 0.0])
def test_people_with_care_at_the_opening_are_not_new(begin: float) -> None:
    hand = requests()
    hand.begin = begin
    hand.spell(4, "home", "service", begin, begin, 20, **{"class": "stock:home"})
    hand.spell(4, "assess", "service", 20, 95, 96, **{"class": "stock:home"})
    assert value(hand, "wait_request_to_support_completed_p50") == 12.5


def test_a_first_start_before_the_period_is_not_one_of_it() -> None:
    hand = requests().spell(7, "talk", "service", -8, -8, -7).spell(7, "recovery", "service", -7, -3, 9)
    hand.spell(7, "home", "open_service", 9, 12)
    assert value(hand, "wait_request_to_service_completed_p50") == 5.0
