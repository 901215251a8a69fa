"""Long-term care: who starts it, who has it, and what it takes of the market."""

from __future__ import annotations

import math

import pytest

from tests.unit.measures.hand import Hand, value


def care() -> Hand:
    hand = Hand(home=("package", "home_care", "", "market:hours"), extra=("package", "extra_care"),
                nursing=("package", "nursing_home", "", "market:beds"), search=("sourcing", "care_sourcing"),
                acute=("stay", "hospital", "hospital"), review=("task", "review"), died=("exit",))  # fmt: skip
    hand.population = {"adults": 50_000.0, "over_65": 10_000.0}
    return hand


def test_new_clients_never_had_a_package_before() -> None:
    hand = care().spell(1, "home", "service", 0, 5, 50).spell(1, "nursing", "open_service", 50, 60)
    hand.spell(2, "home", "service", -9, -9, 3).spell(2, "extra", "open_service", 3, 9)
    hand.spell(3, "extra", "open_service", 20, 20)
    assert value(hand, "new_long_term_clients_per_100000") == pytest.approx(2 * 3.65 * 2)


def test_permanent_admissions_by_age_leave_out_moves_between_homes() -> None:
    hand = care().aged(p1="85_plus", p2="65_to_74", p3="18_to_64", p4="85_plus")
    hand.spell(1, "nursing", "open_service", 0, 5).spell(2, "nursing", "service", -9, -9, 4)
    hand.spell(2, "nursing", "open_service", 10, 20).spell(3, "nursing", "open_service", 0, 5)
    hand.spell(4, "nursing", "open_service", -10, -10, **{"class": "stock:nursing"})
    assert value(hand, "care_home_admissions_65_per_100000") == pytest.approx(3.65 * 10)
    assert value(hand, "care_home_admissions_18_64_per_100000") == pytest.approx(3.65 * 2.5)


def test_without_ages_or_population_there_are_no_admissions_by_age() -> None:
    hand = care().spell(1, "nursing", "open_service", 0, 5)
    assert math.isnan(value(hand, "care_home_admissions_65_per_100000"))
    hand.aged(p1="85_plus").population = {}
    assert math.isnan(value(hand, "care_home_admissions_65_per_100000"))


def test_straight_from_hospital_is_when_the_bed_is_left() -> None:
    """One goes from a hospital bed kept until the home is ready; one spent ten days elsewhere first."""
    hand = care().spell(1, "acute", "service", 0, 0, 10, to="search")
    hand.spell(1, "acute", "held", 10, 10, 30, reason="search", to="nursing").spell(
        1, "nursing", "open_service", 30, 30
    )
    hand.spell(2, "acute", "service", 0, 0, 10, to="home").spell(2, "home", "service", 10, 10, 20)
    hand.spell(2, "nursing", "open_service", 20, 20)
    assert value(hand, "care_home_straight_from_hospital") == pytest.approx(1 / 2)


def test_people_with_care_and_the_ratio() -> None:
    hand = care().spell(1, "home", "service", 0, 0, 40, 10).spell(1, "home", "held", 40, 40, 60, 10, reason="hold")
    hand.spell(2, "extra", "open_service", 20, 20).spell(3, "nursing", "open_service", 60, 60)
    assert value(hand, "home_care_open") == pytest.approx(0.6)
    assert value(hand, "care_homes_open") == pytest.approx(0.4)
    assert value(hand, "at_home_to_care_home") == pytest.approx((0.6 + 0.8) / 0.4)


def test_the_size_of_a_package_is_by_time_in_use() -> None:
    """10 hours for 40 days and 20 hours for 60; the 20 days on hold are neither."""
    hand = care().spell(1, "home", "service", 0, 0, 40, 10).spell(1, "home", "held", 40, 40, 60, 10, reason="hold")
    hand.spell(2, "home", "service", 0, 0, 60, 20)
    assert value(hand, "home_care_package_size") == pytest.approx((40 * 10 + 60 * 20) / 100)


def test_the_use_of_a_market_counts_what_is_held() -> None:
    hand = care().spell(1, "home", "service", 0, 0, 40, 10).spell(1, "home", "held", 40, 40, 60, 10, reason="hold")
    hand.spell(2, "nursing", "open_service", 50, 50)
    hand.level("market:hours.capacity", (-10, 20.0), (50, 10.0)).level("market:beds.capacity", (-10, 2.0))
    assert value(hand, "home_care_market_use") == pytest.approx(6 / 15)
    assert value(hand, "care_home_beds_use") == pytest.approx(0.5 / 2)


def test_hand_backs_are_ends_by_the_provider() -> None:
    hand = care().spell(1, "home", "service", 0, 0, 40, to="search", cause="home:home_care.hand_back")
    hand.spell(2, "search", "renege", 0, ended=50, to="search", cause="home:home_care.hand_back")
    hand.spell(3, "home", "service", 0, 0, 40, to="died", cause="on_home_care.died")
    assert value(hand, "hand_backs") == pytest.approx(2 * 3.65)


def test_packages_lost_in_hospital_ended_on_admission_or_lapsed() -> None:
    """Ended at once; lapsed in hospital. Not lost: kept, returned to, or the person died on hold."""
    hand = care().spell(1, "home", "service", 0, 0, 40, to="acute")
    hand.spell(2, "home", "service", 0, 0, 40, to="acute").spell(
        2, "home", "held", 40, 40, 45, reason="hold", to="acute"
    )
    hand.spell(3, "nursing", "service", 0, 0, 40, to="acute")
    hand.spell(3, "nursing", "held", 40, 40, 50, reason="kept", to="nursing")
    hand.spell(4, "home", "service", 0, 0, 40, to="acute").spell(
        4, "home", "held", 40, 40, 44, reason="hold", to="home"
    )
    hand.spell(5, "home", "service", 0, 0, 40, to="acute").spell(
        5, "home", "held", 40, 40, 44, reason="hold", to="died"
    )
    assert value(hand, "packages_lost_in_hospital") == pytest.approx(2 * 3.65)
