"""Changes that are alike are told once."""

import re

from sim.experiment.inputs import Change, changes, grouped, place_of
from sim.scenario import load


def test_the_same_change_of_many_roles_is_one_line() -> None:
    roles = ("broker", "social_worker", "link_worker")
    found = grouped(Change(f"workforce.{role}.sickness", "0.05", "x 1.4", "assumption") for role in roles)
    assert found == [Change("workforce.*.sickness", "0.05", "x 1.4", "assumption", 3)]


def test_what_they_were_is_kept_where_it_differs() -> None:
    found = grouped(
        Change(f"stations.acute_stay.next.otherwise.{need}.hub", was, "x 1.06", "assumption")
        for need, was in (("low", "0.1"), ("high", "0.4"))
    )
    assert found == [Change("stations.acute_stay.next.otherwise.*.hub", "0.1, 0.4", "x 1.06", "assumption", 2)]


def test_a_change_keeps_the_range_its_writer_gave() -> None:
    base, winter = (load(name) for name in ("baseline", "winter-pressures"))
    ranges = {change.path: change.range for change in changes(base, winter)}
    assert re.fullmatch(r"x [\d.]+ to x [\d.]+", ranges["demand.crises.rate"])
    assert re.fullmatch(r"x [\d.]+ to x [\d.]+", ranges["workforce.social_worker.sickness"])
    other = load("baseline", ["stations.assessment.effort.mean={value: 14 h, range: [12 h, 20 h]}"])
    assert [change.range for change in changes(base, other)] == ["12 h to 20 h"]


def test_changes_that_differ_stay_apart() -> None:
    one = Change("workforce.broker.sickness", "0.05", "x 1.4", "assumption")
    other = Change("workforce.broker.posts", "17", "20", "assumption")
    third = Change("workforce.social_worker.sickness", "0.05", "x 2", "assumption")
    assert grouped([one, other, third]) == [one, other, third]


def test_winter_changes_neither_title_nor_place() -> None:
    base, winter = load("baseline"), load("winter-pressures")
    assert {change.path for change in changes(base, winter)}.isdisjoint({"title", "summary"})
    assert place_of(base) == place_of(winter) == "Hull-sized place"
