"""Every wait by joining cohort, its official completed form, and the list that people stand in."""

from __future__ import annotations

import math

import pytest

from tests.unit.measures.hand import Hand, value

DISCHARGE = {"route": "discharge"}
FAMILIES = [
    ("wait_first_conversation", ("task", "first_conversation"), {}),
    ("wait_early_help", ("task", "early_help"), {}),
    ("wait_active_recovery", ("task", "active_recovery"), {}),
    ("wait_assessment", ("task", "assessment"), {}),
    ("wait_allocation", ("task", "complex_assessment", "assessment"), {}),
    ("wait_therapy", ("task", "occupational_therapy"), {}),
    ("wait_equipment", ("task", "minor_adaptation"), {}),
    ("wait_review", ("task", "review"), {}),
    ("wait_statutory", ("task", "safeguarding_enquiry"), {}),
    ("wait_reablement_community", ("stay", "reablement"), {"route": "crisis"}),
    ("wait_reablement_hospital", ("stay", "reablement"), DISCHARGE),
    ("wait_intermediate_care", ("stay", "intermediate_care"), {}),
    ("wait_support_planning", ("task", "support_planning"), {}),
    ("wait_care", ("sourcing", "care_sourcing"), {}),
    ("wait_care_community", ("sourcing", "care_sourcing"), {"route": "statutory"}),
    ("wait_care_hospital", ("sourcing", "care_sourcing"), DISCHARGE),
]
LISTS = [
    ("waiting_early_help", ("task", "early_help")),
    ("waiting_active_recovery", ("task", "active_recovery")),
    ("waiting_assessment", ("task", "assessment")),
    ("waiting_therapy", ("task", "occupational_therapy")),
    ("waiting_equipment", ("task", "equipment")),
    ("reviews_overdue", ("task", "review")),
    ("waiting_statutory", ("task", "duty")),
    ("waiting_reablement", ("stay", "reablement")),
    ("waiting_intermediate_care", ("stay", "assessment_bed")),
    ("waiting_care", ("sourcing", "care_sourcing")),
    ("waiting_hospital_bed", ("stay", "hospital", "hospital")),
    ("waiting_all", ("task", "assessment")),
]


def waits(station: tuple[str, ...], **names: str) -> Hand:
    """Ten join at 0: five start after 10 to 50 days, two leave at 25, three wait on. One from before starts at 2."""
    hand = Hand(there=station, care=("package", "home_care")).caseload("there")
    for person, wait in [*enumerate((10, 20, 30, 40, 50)), (20, 2)]:
        joined = -40 if person == 20 else 0
        if station[0] == "sourcing":
            hand.spell(person, "there", "service", joined, joined, wait, **names)
            hand.spell(person, "care", "open_service", wait, wait)
        else:
            hand.spell(person, "there", "service", joined, wait, wait + 5, **names)
    for person in (5, 6):
        hand.spell(person, "there", "renege", 0, ended=25, **names)
    for person in (7, 8, 9):
        hand.spell(person, "there", "open_wait", 0, **names)
    return hand


@pytest.mark.parametrize(("family", "station", "names"), FAMILIES)
def test_half_of_all_who_joined_not_of_those_who_started(
    family: str, station: tuple[str, ...], names: dict[str, str]
) -> None:
    hand = waits(station, **names)
    assert value(hand, f"{family}_p50") == 50.0
    assert value(hand, f"{family}_p90") == math.inf


@pytest.mark.parametrize(("family", "station", "names"), FAMILIES)
def test_the_completed_form_sees_those_who_started_alone(
    family: str, station: tuple[str, ...], names: dict[str, str]
) -> None:
    """10, 20, 30, 40, 42 (the one from before) and 50 days: the middle is 35."""
    assert value(waits(station, **names), f"{family}_completed_p50") == 35.0


@pytest.mark.parametrize(("family", "station", "names"), [f for f in FAMILIES if f[2]])
def test_hospital_and_community_are_apart(family: str, station: tuple[str, ...], names: dict[str, str]) -> None:
    other = {"route": "community"} if names == DISCHARGE else DISCHARGE
    assert math.isnan(value(waits(station, **other), f"{family}_p50"))
    assert math.isnan(value(waits(station, **other), f"{family}_completed_p50"))


@pytest.mark.parametrize(("measure", "station"), LISTS)
def test_a_list_is_who_stands_in_it_on_average(measure: str, station: tuple[str, ...]) -> None:
    assert value(waits(station), measure) == pytest.approx((10 + 20 + 30 + 40 + 50 + 2 * 25 + 3 * 100 + 2) / 100)


@pytest.mark.parametrize(
    ("measure", "station"),
    [
        ("waiting_assessment_six_months", ("task", "assessment")),
        ("waiting_therapy_six_months", ("task", "occupational_therapy")),
        ("reviews_overdue_six_months", ("task", "review")),
        ("waiting_all_six_months", ("task", "early_help")),
        ("waiting_all_six_months", ("sourcing", "care_sourcing")),
    ],
)
def test_six_months_begin_after_182_days(measure: str, station: tuple[str, ...]) -> None:
    """One waits from day 0 to the end, 400: 218 days beyond. One joined at -100 and left at 100: 18. One waits 90."""
    hand = Hand(horizon=400.0, there=station, assess=("task", "assessment"))
    hand.spell(1, "there", "open_wait", 0).spell(2, "there", "renege", -100, ended=100).spell(
        3, "there", "open_wait", 310
    )
    assert value(hand, measure) == pytest.approx((218 + 18) / 400)


def test_allocation_is_by_caseload_on_the_assessment_track_reviews_left_out() -> None:
    hand = Hand(a=("task", "assessment", "assessment"), b=("task", "therapy", "assessment"),
                review=("task", "review", "assessment"), early=("task", "early_help", "early_conversations"),
                visit=("task", "duty", "assessment"))  # fmt: skip
    hand.caseload("a", "b", "review", "early")
    for person, station in enumerate(("a", "b", "review", "early", "visit")):
        hand.spell(person, station, "service", 0, 10 * (person + 1), 80)
    assert value(hand, "wait_allocation_p90") == 20.0


def test_everyone_waiting_leaves_out_emergencies_reviews_and_what_the_law_does_not_let_wait() -> None:
    hand = Hand(assess=("task", "assessment"), rapid=("task", "crisis_response"), review=("task", "review"),
                duty=("task", "duty"), acute=("stay", "hospital", "hospital"))  # fmt: skip
    for station in ("assess", "rapid", "review", "duty", "acute"):
        hand.spell(1, station, "open_wait", 50)
    assert value(hand, "waiting_all") == pytest.approx(0.5)


def test_the_list_at_the_end_is_who_has_not_started_by_then() -> None:
    assert value(waits(("task", "assessment")), "waiting_assessment_end") == 3.0
