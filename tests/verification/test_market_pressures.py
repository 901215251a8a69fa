"""Embargoes, and providers that assess for themselves before they take someone."""

from __future__ import annotations

import numpy as np
import pytest

from sim.world.market import from_the_second
from tests.verification.test_markets import by_provider, market, searches

SIX = [6 / 11, 3 / 11, 2 / 11]


@pytest.mark.parametrize(("total", "each"), [
    (0.0, [0, 0, 0]), (3 / 22, [0, 0.5, 0]), (3 / 11, [0, 1, 0]), (4 / 11, [0, 1, 0.5]), (5 / 11, [0, 1, 1]),
    (8 / 11, [0.5, 1, 1]), (1.0, [1, 1, 1]),
])  # fmt: skip
def test_a_share_of_the_market_is_counted_from_the_second_largest_down(total: float, each: list[float]) -> None:
    assert from_the_second(SIX, total) == pytest.approx(each)


def test_under_an_embargo_a_provider_starts_nobody(simulate) -> None:
    """3 of 11 is the second provider: all go to the two others."""
    big = "hours: 100000 h/week, providers: 3"
    (run,) = simulate(market(people=300, market=f"{big}, embargo: 0.2727272727272727"), 1)
    assert set(by_provider(run)) == {"care 1", "care 3"}
    assert sum(by_provider(run).values()) == 300


def test_a_part_of_an_embargo_bars_a_part_of_people(simulate) -> None:
    """Half the one provider: half the people find nobody, however long they look."""
    one = "hours: 100000 h/week, providers: 1"
    (run,) = simulate(market(people=400, market=f"{one}, embargo: 0.5", offers="5/day"), 1)
    assert len(searches(run)["person"]) == pytest.approx(200, abs=4 * 10)


def test_an_embargo_ends_as_it_is_dated_and_who_waited_starts(simulate) -> None:
    """One provider, closed to all until day 10 and then to two in five, by the luck of each; none leave."""
    one = "hours: 100000 h/week, providers: 1, embargo: {value: 1, profile: cut}"
    (run,) = simulate(market(people=200, every=0.02, market=one, offers="50/day"), 1)
    started = run.spells("home_care", "open_service")["started"]
    assert started.min() >= 10.0
    assert len(started) == pytest.approx(120, abs=4 * 7)


def test_packages_run_on_under_an_embargo(simulate) -> None:
    """Fifty are there on day 0, for 400 days each, with a provider that may start nobody: one in 27 ends by day 30."""
    one = "hours: 100000 h/week, providers: 1, embargo: 1"
    (run,) = simulate(market(people=10, market=one, stock="stock: {home_care: 50}\n"), 1)
    assert 46 < run.present("home_care") <= 50
    assert run.count("home_care", "service", "open_service") == 50


ASSESSES = "hours: 100000 h/week, providers: 2, assessment: 2 days"


def test_an_offer_is_followed_by_the_providers_own_assessment(simulate) -> None:
    """An offer comes at twice 5 a day, then it takes two days, and both fit."""
    (run,) = simulate(market(people=300, market=ASSESSES, offers="5/day"), 1)
    waits = searches(run)["ended"] - searches(run)["joined"]
    assert waits.min() >= 2.0
    assert waits.mean() == pytest.approx(2.1, abs=4 * 0.1 / np.sqrt(300))


def test_refused_once_they_wait_for_the_other_and_refused_twice_for_ever(simulate) -> None:
    """Fit one half: half are taken after the first assessment, a quarter after the second, a quarter never."""
    (run,) = simulate(market(people=400, market=f"{ASSESSES}, fit: 0.5", offers="50/day"), 1)
    waits = searches(run)["ended"] - searches(run)["joined"]
    assert ((waits > 2.0) & (waits < 3.0)).sum() == pytest.approx(200, abs=40)
    assert ((waits > 4.0) & (waits < 5.0)).sum() == pytest.approx(100, abs=36)
    assert len(waits) == pytest.approx(300, abs=36)


def test_the_same_providers_fit_whether_they_assess_or_not(simulate) -> None:
    one = "hours: 100000 h/week, providers: 1, fit: 0.5"
    found = []
    for more in ("", ", assessment: 1 day"):
        (run,) = simulate(market(people=200, market=one + more, offers="5/day"), 1)
        found.append(set(searches(run)["person"].tolist()))
    assert found[0] == found[1]


def test_a_place_is_kept_while_the_provider_assesses(simulate) -> None:
    """One bed and two who want it: the second has no offer until the first has moved out."""
    home = "beds: 1, providers: 1, assessment: 3 days"
    text = market(people=2, every=0.25, market=home, offers="1000/day", amount="1", length="5 days")
    (run,) = simulate(text, 1)
    ended = np.sort(searches(run)["ended"])
    assert ended == pytest.approx([3.0, 11.0], abs=0.02)


def test_who_leaves_during_the_assessment_gives_the_place_back(simulate) -> None:
    """Both tire after a day of looking and come back a day later; nobody is ever taken, and no bed is lost."""
    text = market(people=1, market="beds: 1, providers: 1, assessment: 3 days", offers="1000/day", amount="1",
                  events="tires: {after: 1 day, to: rest_a_while}", run="20 days")  # fmt: skip
    (run,) = simulate(text, 1)
    assert run.count("home_care", "open_service") == 0
    assert run.count("looking", "renege") >= 9
