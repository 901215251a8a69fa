"""Posts, and how full caseloads are."""

from __future__ import annotations

import math

import pytest

from tests.unit.measures.hand import Hand, value


def test_staff_in_post_and_vacant_posts_are_means_over_time() -> None:
    hand = (
        Hand(posts=20.0).level("role:worker.in_post", (-10, 10.0), (50, 6.0)).level("role:broker.in_post", (-10, 8.0))
    )
    assert value(hand, "staff_in_post") == pytest.approx(16)
    assert value(hand, "posts_vacant") == pytest.approx(4)


def test_turnover_counts_who_left_in_the_window_over_people_in_post() -> None:
    """Three of ten left within 100 days, one on the first (and one before): 0.3 times 3.65 a year."""
    hand = Hand(posts=20.0).level("role:worker.in_post", (-10, 10.0))
    assert value(hand, "turnover") == 0.0
    hand.level("role:worker.left", (-10, 0.0), (-5, 1.0), (0, 2.0), (70, 4.0))
    assert value(hand, "turnover") == pytest.approx(0.3 * 3.65)


def test_turnover_without_a_warm_up_counts_who_left_on_the_first_day() -> None:
    hand = Hand(posts=20.0).level("role:worker.in_post", (0, 10.0)).level("role:worker.left", (0, 1.0), (70, 2.0))
    assert value(hand, "turnover") == pytest.approx(0.2 * 3.65)


def test_caseloads_in_use_by_team() -> None:
    """Two teams: one assesses (15 + 20 case days of 200), one does therapy (60 of 100)."""
    hand = Hand(assess=("task", "assessment", "", "team:a"), more=("task", "complex", "", "team:a"),
                therapy=("task", "therapy", "", "team:b"), desk=("task", "desk", "", "team:c"))  # fmt: skip
    hand.caseload("assess", "more", "therapy")
    hand.level("team:a.slots", (-10, 2.0)).level("team:b.slots", (-10, 1.0)).level("team:c.slots", (-10, 1.0))
    hand.level("role:worker.in_post", (-10, 3.0))
    hand.spell(1, "assess", "service", 0, 0, 15).spell(2, "more", "open_service", 80, 80)
    hand.spell(3, "therapy", "service", 0, 0, 60).spell(4, "desk", "service", 0, 0, 90)
    assert value(hand, "assessment_caseload_use") == pytest.approx(0.175)
    assert value(hand, "fullest_caseload_use") == pytest.approx(0.6)


def test_a_model_without_a_workforce_has_no_staff() -> None:
    hand = Hand(assess=("task", "assessment", "", "team:a")).spell(1, "assess", "service", 0, 0, 15)
    assert math.isnan(value(hand, "staff_in_post"))
    assert math.isnan(value(hand, "posts_vacant"))


def test_agency_staff_are_counted_apart_from_those_in_post() -> None:
    hand = Hand(posts=20.0).level("role:worker.in_post", (-10, 10.0))
    assert math.isnan(value(hand, "agency_staff"))
    hand.level("role:worker.agency", (-10, 4.0), (75, 0.0))
    assert value(hand, "agency_staff") == pytest.approx(3)
    assert value(hand, "posts_vacant") == pytest.approx(10)
