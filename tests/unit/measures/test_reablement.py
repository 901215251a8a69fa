"""Reablement and intermediate care: places kept, and what comes after."""

from __future__ import annotations

import pytest

from tests.unit.measures.hand import Hand, value


def place(horizon: float = 100.0) -> Hand:
    return Hand(horizon=horizon, recovery=("stay", "reablement"), after=("task", "assessment_after_support"),
                home=("package", "home_care"), nursing=("package", "nursing_home"),
                acute=("stay", "hospital", "hospital"), bed=("stay", "intermediate_care"), out=("exit", "advice"),
                died=("exit",))  # fmt: skip


def test_places_kept_and_people_there() -> None:
    hand = place().spell(1, "recovery", "service", 0, 0, 30).spell(1, "recovery", "held", 30, 30, 45, reason="after")
    hand.spell(2, "bed", "service", -9, -9, 20).spell(2, "bed", "open_held", 90, 90, reason="home")
    assert value(hand, "reablement_kept") == pytest.approx(0.15)
    assert value(hand, "intermediate_care_kept") == pytest.approx(0.10)
    assert value(hand, "in_intermediate_care") == pytest.approx(0.20)


def test_length_is_from_start_to_end_without_people_there_at_the_opening() -> None:
    hand = place().spell(1, "recovery", "service", 0, 10, 40).spell(2, "recovery", "service", 0, 0, 20)
    hand.spell(3, "recovery", "service", -10, -10, 80, **{"class": "stock:recovery"})
    assert value(hand, "reablement_length") == 25.0


def ended() -> Hand:
    """Seven leave: to nothing, to nothing after an assessment, to care, by death, to death; not known; known."""
    hand = place().spell(1, "recovery", "service", 0, 0, 30, to="out").spell(1, "out", "service", 30, 30, 30)
    hand.spell(2, "recovery", "service", 0, 0, 40, to="after").spell(2, "after", "service", 40, 41, 45, to="out")
    hand.spell(2, "out", "service", 45, 45, 45)
    hand.spell(3, "recovery", "service", 0, 0, 40, to="after").spell(3, "after", "service", 40, 41, 45)
    hand.spell(3, "home", "service", 45, 50, 60, to="out").spell(3, "out", "service", 60, 60, 60)
    hand.spell(4, "recovery", "service", 0, 0, 20, to="died", cause="died").spell(4, "died", "service", 20, 20, 20)
    hand.spell(5, "recovery", "service", 0, 0, 20, to="after").spell(5, "after", "renege", 20, ended=60, to="died")
    hand.spell(5, "died", "service", 60, 60, 60)
    hand.spell(6, "recovery", "service", 0, 0, 20, to="after").spell(6, "after", "open_wait", 20)
    hand.spell(7, "home", "service", -9, -9, 0, to="acute").spell(7, "recovery", "service", 30, 30, 50, to="out")
    return hand.spell(7, "out", "service", 50, 50, 50)


def test_ascof_2a_leaves_out_deaths_hospital_and_people_in_long_term_care_before() -> None:
    assert value(ended(), "reablement_no_support_after") == pytest.approx(2 / 3)


def test_of_all_who_left_counts_everyone_whose_way_is_known() -> None:
    assert value(ended(), "reablement_no_support_of_all") == pytest.approx(3 / 6)


def test_going_back_to_hospital_is_an_end_of_its_own() -> None:
    hand = (
        ended()
        .spell(8, "recovery", "service", 0, 0, 20, to="acute", cause="ill")
        .spell(8, "acute", "service", 20, 20, 30)
    )
    hand.spell(8, "out", "service", 30, 30, 30)
    assert value(hand, "reablement_no_support_after") == pytest.approx(2 / 3)
    assert value(hand, "reablement_no_support_of_all") == pytest.approx(3 / 7)


def test_at_home_91_days_after_hospital_and_reablement() -> None:
    """Home: one who has left, one home from hospital again. Away: in hospital, dead, in a home, in a bed kept."""
    hand = place(200.0).aged(p1="85_plus", p2="75_to_84", p3="85_plus", p4="65_to_74", p5="18_to_64", p6="85_plus",
                             p7="85_plus", p8="65_to_74", p9="75_to_84")  # fmt: skip
    for person, since in ((1, 10), (2, 10), (3, 20), (4, 20), (5, 10), (6, 10), (7, 150), (8, 30), (9, 5)):
        route = "community" if person == 6 else "discharge"
        hand.spell(person, "recovery", "service", since, since, since + 20, route=route)
    hand.spell(1, "out", "service", 30, 30, 30).spell(2, "acute", "service", 90, 90, 120)
    hand.spell(3, "died", "service", 60, 60, 60).spell(4, "nursing", "open_service", 90, 100)
    hand.spell(8, "acute", "service", 60, 60, 100).spell(8, "acute", "held", 100, 100, 125, reason="home")
    hand.spell(9, "acute", "service", 50, 50, 90)
    assert value(hand, "at_home_91_days_after") == pytest.approx(2 / 6)
