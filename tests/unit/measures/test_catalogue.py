"""Each measure on a log small enough to add up on paper."""

import math
import re
from pathlib import Path

import pytest

from sim.measures import page
from sim.measures.catalogue import CATALOGUE, Measure
from tests.unit.measures.hand import MEASURES, Hand, value
from tests.unit.measures.test_hospital import REASONS


def assessments() -> Hand:
    """Ten people join at 0 and start after 10, 20, ... 50 days; two leave at 25, three still wait at 100."""
    hand = Hand(assess=("task", "assessment"))
    for person, wait in enumerate((10, 20, 30, 40, 50)):
        hand.spell(person, "assess", "service", 0, wait, wait + 5)
    for person in (5, 6):
        hand.spell(person, "assess", "renege", 0, ended=25)
    for person in (7, 8, 9):
        hand.spell(person, "assess", "open_wait", 0)
    return hand


def test_people_waiting_is_the_time_weighted_mean() -> None:
    assert value(assessments(), "waiting_assessment") == pytest.approx(
        (10 + 20 + 30 + 40 + 50 + 2 * 25 + 3 * 100) / 100
    )


def test_half_have_started_when_the_fifth_of_ten_starts() -> None:
    assert value(assessments(), "wait_assessment_p50") == 50.0


def test_a_share_that_never_starts_is_never_reached() -> None:
    assert value(assessments(), "wait_assessment_p90") == math.inf


def test_two_of_ten_start_within_28_days() -> None:
    assert value(assessments(), "assessed_in_28_days") == pytest.approx(0.2)


def test_people_still_waiting_are_censored_not_dropped() -> None:
    """Two start at 10 of four who joined; one joined at 95 and is censored after 5: of three at risk, two start."""
    hand = Hand(assess=("task", "assessment"))
    hand.spell(1, "assess", "service", 0, 10, 12).spell(2, "assess", "service", 0, 10, 12)
    hand.spell(3, "assess", "service", 0, 40, 41).spell(4, "assess", "open_wait", 95)
    assert value(hand, "assessed_in_28_days") == pytest.approx(2 / 3)
    assert value(hand, "wait_assessment_p90") == 40.0


def test_who_joined_before_the_period_is_not_in_its_cohort() -> None:
    hand = assessments().spell(20, "assess", "service", -200, 1, 2)
    assert value(hand, "wait_assessment_p50") == 50.0


def test_waits_are_in_days_whatever_the_unit_of_the_scenario() -> None:
    hand = Hand(horizon=1440.0 * 30, day=1440.0, assess=("task", "assessment"))
    hand.spell(1, "assess", "service", 0, 2880, 3000)
    assert value(hand, "wait_assessment_p50") == 2.0


def test_assessments_completed_are_those_ended_in_the_period_a_year() -> None:
    hand = assessments().spell(20, "assess", "service", -9, -8, -1).spell(21, "assess", "open_service", 1, 2)
    assert value(hand, "assessments_completed") == pytest.approx(5 * 3.65)


def test_the_wait_for_care_runs_from_sourcing_to_the_package() -> None:
    """One waits 10 days; one is found care at 20 and waits for it to start until 30; one leaves the search at 40."""
    hand = Hand(search=("sourcing", "care_sourcing"), home=("package", "home_care"))
    hand.spell(1, "search", "service", 0, 2, 10).spell(1, "home", "open_service", 10, 10)
    hand.spell(2, "search", "service", 0, 3, 20).spell(2, "home", "open_service", 20, 30)
    hand.spell(3, "search", "renege", 0, ended=40)
    assert value(hand, "wait_care_p50") == 30.0
    assert value(hand, "waiting_care") == pytest.approx((10 + 30 + 40) / 100)


def test_a_search_under_way_is_waiting_to_the_end() -> None:
    hand = Hand(search=("sourcing", "care_sourcing"), home=("package", "home_care"))
    hand.spell(1, "search", "open_service", 60, 61).spell(2, "search", "service", 50, 51, 70)
    hand.spell(2, "home", "open_wait", 70)
    assert value(hand, "waiting_care") == pytest.approx((40 + 50) / 100)


def test_reablement_starts_and_people_in_it() -> None:
    hand = Hand(recovery=("stay", "reablement"))
    hand.spell(1, "recovery", "service", -20, -10, 10).spell(2, "recovery", "service", 0, 20, 50)
    hand.spell(2, "recovery", "held", started=50, ended=60, reason="search")
    hand.spell(3, "recovery", "open_service", 90, 90)
    assert value(hand, "reablement_starts") == pytest.approx(2 * 3.65)
    assert value(hand, "in_reablement") == pytest.approx((10 + 30 + 10) / 100)


def test_a_return_to_a_kept_package_is_no_new_start() -> None:
    """In care from 10, in hospital 40 to 50 with the package on hold, at a review 60 to 61 with it kept in use."""
    hand = Hand(home=("package", "home_care"), review=("task", "review"))
    hand.spell(1, "home", "service", 0, 10, 40, amount=14).spell(1, "home", "held", started=40, ended=50, amount=14,
                                                                 reason="hold")  # fmt: skip
    hand.spell(1, "home", "service", 50, 50, 60, amount=14).spell(1, "home", "held", started=60, ended=61, amount=14,
                                                                  reason="kept")  # fmt: skip
    hand.spell(1, "home", "open_service", 61, 61, amount=14)
    assert value(hand, "long_term_starts") == pytest.approx(3.65)
    assert value(hand, "packages_open") == pytest.approx(0.9)
    assert value(hand, "home_care_hours") == pytest.approx(14 * 0.8)


def test_ready_for_discharge_are_the_hospital_beds_kept() -> None:
    hand = Hand(acute=("stay", "hospital", "hospital", "pool:beds"), recovery=("stay", "reablement"))
    hand.spell(1, "acute", "service", 0, 0, 10).spell(1, "acute", "held", started=10, ended=30, reason="recovery")
    hand.spell(2, "acute", "service", 0, 0, 70).spell(2, "acute", "open_held", started=70, reason="recovery")
    hand.spell(3, "recovery", "held", started=0, ended=90, reason="search")
    hand.level("pool:beds.capacity", (-10, 4.0), (50, 2.0))
    assert value(hand, "ready_for_discharge") == pytest.approx(0.5)
    assert value(hand, "delayed_bed_days") == pytest.approx(0.5 * 365)
    assert value(hand, "hospital_bed_use") == pytest.approx((30 + 100) / 100 / 3)
    assert math.isnan(value(hand, "planned_care_put_off"))
    hand.level("pool:beds.others", (-10, 2.0), (50, 0.0))
    hand.level("pool:beds.put_off", (-10, 0.0), (50, 2.0))
    assert value(hand, "hospital_bed_use") == pytest.approx((30 + 100 + 100) / 100 / 3)
    assert value(hand, "planned_care_put_off") == pytest.approx(365.0)


def test_the_worst_week_is_the_fullest_seven_days() -> None:
    """One bed kept on days 10 to 19, another on days 16 to 22: in days 13 to 19 the mean is (7 + 4) / 7."""
    hand = Hand(acute=("stay", "hospital", "hospital", "pool:beds"), recovery=("stay", "reablement"))
    hand.spell(1, "acute", "held", started=10, ended=20, reason="recovery")
    hand.spell(2, "acute", "held", started=16, ended=23, reason="recovery")
    assert value(hand, "ready_worst_week") == pytest.approx(11 / 7)


def test_only_the_excess_counts_as_caused_by_waiting() -> None:
    hand = Hand(
        assess=("task", "assessment"), rapid=("task", "crisis_response"), acute=("stay", "hospital", "hospital")
    )
    hand.spell(1, "assess", "renege", 0, ended=10, to="rapid", reason="excess")
    hand.spell(2, "assess", "renege", 0, ended=10, to="acute", reason="excess")
    hand.spell(3, "assess", "renege", 0, ended=10, to="acute", reason="background")
    hand.spell(4, "assess", "renege", 0, ended=10, to="died", reason="excess")
    hand.spell(5, "assess", "renege", -9, ended=-1, to="acute", reason="excess")
    assert value(hand, "caused_by_waiting") == pytest.approx(2 * 3.65)


def test_posts_filled_is_people_in_post_over_posts() -> None:
    hand = Hand(posts=20.0)
    hand.level("role:social_worker.in_post", (-10, 10.0), (50, 6.0)).level("role:broker.in_post", (-10, 8.0))
    assert value(hand, "posts_filled") == pytest.approx((8 + 8) / 20)


def test_a_world_without_social_care_has_nothing_to_measure() -> None:
    hand = Hand(desk=("task",)).spell(1, "desk", "service", 0, 1, 2)
    assert all(math.isnan(measure.function(hand.view())) for measure in CATALOGUE)


def test_the_catalogue_is_complete() -> None:
    assert len(MEASURES) == len(CATALOGUE) >= 30
    headlines = [measure for measure in CATALOGUE if measure.headline]
    assert 3 <= len(headlines) <= 6
    assert {measure.side for measure in headlines} >= {"council", "nhs"}
    assert all(measure.phrase.count("{}") == 1 for measure in headlines)


@pytest.mark.parametrize("measure", CATALOGUE, ids=lambda measure: measure.id)
def test_an_entry_says_all_that_it_should(measure: Measure) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", measure.id)
    assert measure.title[0].isupper()
    assert not measure.title.endswith(".")
    assert measure.field
    assert measure.unit
    assert measure.group
    assert measure.definition.endswith(".")
    assert not measure.source.endswith(".")


def test_every_wait_by_cohort_has_its_official_form_beside_it() -> None:
    families = {id.removesuffix(end) for id in MEASURES for end in ("_p50", "_p90") if id.startswith("wait_")}
    families = {family for family in families if not family.endswith(("_completed", "_p50", "_p90"))}
    assert len(families) >= 14
    for family in families:
        assert {f"{family}_p50", f"{family}_p90", f"{family}_completed_p50"} <= set(MEASURES)


def test_every_measure_is_worked_by_hand_in_some_test() -> None:
    """By its id, or by its family's, which stands for the id up to ``_p50``, ``_p90`` or ``_completed_p50``."""
    words = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        words |= set(re.findall(r'"(\w+)"', path.read_text("utf-8")))
    reasons = {"delayed_days_" + reason for reason in REASONS} | {f"pathway_{number}" for number in range(4)}
    untested = [
        id for id in MEASURES if not {id, re.sub(r"(_completed_p50|_p50|_p90)$", "", id)} & words and id not in reasons
    ]
    assert untested == []


def test_the_page_of_measures_is_fresh() -> None:
    """Made by: python -m sim.measures.page"""
    assert page.PAGE.read_text("utf-8") == page.text()
