"""Hospital: delay by reason, where people go, and who comes back."""

from __future__ import annotations

import math

import pytest

from tests.unit.measures.hand import Hand, value

REASONS = ("hospital", "hub", "council", "home", "bed", "care_home")


def ward() -> Hand:
    hand = Hand(
        acute=("stay", "hospital", "hospital", "pool:beds"), medicines=("task", "medicines", "hospital"),
        hub=("task", "transfer_hub", "hospital"), assess=("task", "assessment", "assessment"),
        recovery=("stay", "reablement"), search=("sourcing", "care_sourcing"), placement=("sourcing", "care_sourcing"),
        bed=("stay", "intermediate_care"), own=("stay", "intermediate_care", "", "pool:assessment_beds"),
        home=("package", "home_care"), nursing=("package", "nursing_home"), out=("exit",), died=("exit",),
    )  # fmt: skip
    return hand.seeks("search", "home_care").seeks("placement", "nursing_home")


def test_every_delayed_day_has_one_reason() -> None:
    """Days kept: 1 medicines, 2 hub, 3 assessment, 4 + 5 + 6 home, 7 bed, 8 + 9 + 10 care home; one of them open."""
    hand = ward()
    waits = {"medicines": 1, "hub": 2, "assess": 3, "recovery": 4, "search": 5, "home": 6, "bed": 7, "own": 8,
             "placement": 9, "nursing": 10}  # fmt: skip
    for person, (reason, days) in enumerate(waits.items()):
        if reason == "nursing":
            hand.spell(person, "acute", "open_held", 90, 90, reason=reason)
        else:
            hand.spell(person, "acute", "held", 20, 20, 20 + days, reason=reason)
    expected = dict(zip(REASONS, (1, 2, 3, 15, 7, 27), strict=True))
    for reason, days in expected.items():
        assert value(hand, f"delayed_days_{reason}") == pytest.approx(3.65 * days), reason
    assert sum(value(hand, f"delayed_days_{reason}") for reason in REASONS) == pytest.approx(
        value(hand, "delayed_bed_days")
    )
    assert value(hand, "delay_from_capacity") == pytest.approx((15 + 7 + 27) / 55)


def test_a_model_without_a_step_has_no_delay_for_it() -> None:
    hand = Hand(acute=("stay", "hospital", "hospital"), hub=("task", "transfer_hub", "hospital"))
    hand.spell(1, "acute", "held", 0, 0, 5, reason="hub")
    assert value(hand, "delayed_days_hub") == pytest.approx(5 * 3.65)
    assert math.isnan(value(hand, "delayed_days_bed"))


def discharges() -> Hand:
    """Ten leave: three home without (one to the care home that kept a place), three with help, two to a bed, two P3."""
    hand = ward()

    def leaves(person: int, to: str, *kept: str) -> None:
        hand.spell(person, "acute", "service", 0, 0, 10, to=kept[0] if kept else to)
        for step, reason in enumerate(kept):
            there = to if reason == kept[-1] else kept[step + 1]
            since = 10 + 5 * step
            hand.spell(person, "acute", "held", since, since, since + 5, reason=reason, to=there)

    leaves(0, "out")
    leaves(1, "out", "hub")
    hand.spell(2, "nursing", "service", -9, -9, 0, to="acute")
    hand.spell(2, "nursing", "held", 0, 0, 10, reason="kept", to="nursing")
    leaves(2, "nursing")
    leaves(3, "recovery", "hub", "recovery")
    leaves(4, "home", "hub", "search", "home")
    hand.spell(5, "home", "service", -9, -9, 0, to="acute")
    hand.spell(5, "home", "held", 0, 0, 20, reason="kept", to="home")
    leaves(5, "home", "hub", "search")
    leaves(6, "bed", "hub")
    leaves(7, "bed", "hub", "recovery", "bed")
    leaves(8, "own", "hub")
    leaves(9, "nursing", "hub", "placement")
    leaves(10, "died", "hub")
    leaves(11, "acute", "hub")
    hand.spell(11, "acute", "open_service", 15, 15)
    return hand.spell(12, "acute", "service", 0, 0, 90, to="hub").spell(12, "acute", "open_held", 90, 90, reason="hub")


def test_the_pathway_is_by_where_the_bed_is_left_for() -> None:
    """Found again care counts as new help even where it is at the old station; who dies or stays has no pathway."""
    hand = discharges()
    assert [value(hand, f"pathway_{n}") for n in range(4)] == pytest.approx([0.3, 0.3, 0.2, 0.2])
    assert value(hand, "discharges") == pytest.approx(10 * 3.65)


def test_days_from_ready_to_leaving_are_over_all_who_leave() -> None:
    days = 5 * (1 + 2 + 3 + 2 + 1 + 3 + 1 + 2 + 1 + 1) + 10
    assert value(discharges(), "delay_each_discharge") == pytest.approx(days / 10)


def test_a_stay_begun_again_in_the_same_bed_is_no_admission() -> None:
    hand = ward().spell(1, "acute", "service", 0, 0, 10, to="hub").spell(1, "acute", "held", 10, 10, 12, reason="hub",
                                                                        to="acute")  # fmt: skip
    hand.spell(1, "acute", "service", 12, 12, 20, to="out").spell(1, "acute", "open_service", 60, 60)
    hand.spell(2, "acute", "service", -9, -9, 10, to="out")
    assert value(hand, "hospital_admissions") == pytest.approx(2 * 3.65)


def test_back_within_30_days_of_those_still_followed() -> None:
    """Of four who left by day 70 for help or an exit that is followed: back after 25 days, after 35, never, after 4.
    The other exit is not followed."""
    hand = ward().followed("out")
    ways = (1, 10, "recovery"), (2, 10, "bed"), (3, 20, "home"), (4, 10, "out"), (5, 80, "bed"), (6, 10, "died")
    for person, left, to in ways:
        hand.spell(person, "acute", "service", 0, 0, left, to=to)
    hand.spell(1, "acute", "open_wait", 35).spell(2, "acute", "service", 45, 45, 95, to="died")
    hand.spell(5, "acute", "open_service", 85, 85).spell(4, "out", "away", 10, 10, 14, to="acute")
    hand.spell(4, "acute", "service", 14, 14, 16, to="died")
    assert value(hand, "readmission_30_days") == pytest.approx(2 / 4)
    assert value(hand, "readmission_30_days_pathway_0") == 1.0
    assert value(hand, "readmission_30_days_pathway_1") == 1 / 2
    assert value(hand, "readmission_30_days_pathway_2") == 0.0
    assert math.isnan(value(hand, "readmission_30_days_pathway_3"))
    hand.followed("out").stops["out"] = ward().stops["out"]
    assert value(hand, "readmission_30_days") == pytest.approx(1 / 3)
