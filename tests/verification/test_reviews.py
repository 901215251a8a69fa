"""Reviews that change hours: by hand in a place of one person, and by share in one of many."""

from __future__ import annotations

import math

import numpy as np
import pytest

CARE = """
title: A package and its reviews
people: {{need: {{order: [low, high], {mix}}}}}
demand: {{client: {{times: [0 days]}}, rival: {{times: [{rival}]}}}}
doors: {{client: find, rival: find}}
teams: {{reviewers: {{workers: 1}}}}
market: {{care: {{hours: {hours} h/week, providers: {providers}}}}}
events:
  on_care:
    {drift}
    review_due: {{after: 20 days, repeats: true, to: review, package: keep}}
    over: {{after: 59 days, to: out}}
stations:
  find: {{kind: sourcing, market: care, offers: 10000000/day, next: care}}
  care: {{kind: package, market: care, amount: {{by: need, low: 10 h/week, high: 16 h/week}}, while_here: on_care}}
  review: {{kind: task, team: reviewers, effort: {effort}, {adjusts}next: return}}
  out: {{kind: exit}}
run: {{length: 60 days, replications: 1}}
"""
ALL = "adjusts: {up: 1, down: 1}, "
SOON = 2e-5


def hours(run, class_: str = "client") -> list[tuple[float, float]]:
    """(from, hours a week) of a person's care, kept times among it, at each change."""
    spells = run.log.spells
    types = np.isin(spells["type"], [0, 2, 6, 7]) & (spells["station"] == run.log.code("care"))
    types &= spells["class"] == run.log.code(class_)
    order = np.argsort(spells["started"][types], kind="stable")
    rows = zip(spells["started"][types][order].tolist(), spells["amount"][types][order].tolist(), strict=True)
    found: list[tuple[float, float]] = []
    for time, amount in rows:
        if not found or found[-1][1] != amount:
            found.append((time, amount))
    return found


def place(**given: str) -> str:
    usual = {"mix": "low: 1, high: 0", "rival": "50 days", "hours": "100", "providers": "1", "effort": "2 days",
             "drift": "rises: {after: 5 days, need: {change: 1}}", "adjusts": ALL}  # fmt: skip
    return CARE.format(**{**usual, **given})


def test_hours_change_at_the_end_of_the_review_and_not_before(simulate) -> None:
    """Need rises on day 5, the review is from day 20 to day 22."""
    (run,) = simulate(place(), 1)
    assert hours(run) == [(pytest.approx(0, abs=SOON), 10), (pytest.approx(22, abs=SOON), 16)]


def test_need_that_eases_leaves_drift_until_the_review(simulate) -> None:
    (run,) = simulate(place(mix="low: 0, high: 1", drift="eases: {after: 5 days, need: {change: -1}}"), 1)
    assert hours(run) == [(pytest.approx(0, abs=SOON), 16), (pytest.approx(22, abs=SOON), 10)]


def test_a_review_that_is_overdue_leaves_it_for_longer(simulate) -> None:
    """The one reviewer is slow: 15 days."""
    (run,) = simulate(place(effort="15 days"), 1)
    assert hours(run)[1:] == [(pytest.approx(35, abs=SOON), 16)]


def test_without_it_hours_stay_as_they_are(simulate) -> None:
    (run,) = simulate(place(adjusts=""), 1)
    assert hours(run) == [(pytest.approx(0, abs=SOON), 10)]


def test_no_share_no_change(simulate) -> None:
    (run,) = simulate(place(adjusts="adjusts: {up: 0, down: 1}, "), 1)
    assert hours(run) == [(pytest.approx(0, abs=SOON), 10)]


@pytest.mark.parametrize(("outcome_based", "hours_after"), [(0, [16]), (1, [16, 10])])
def test_care_by_outcome_comes_down_at_every_review(simulate, outcome_based: int, hours_after: list[int]) -> None:
    """Nobody's hours are lowered, but of those who buy the outcome."""
    text = place(mix="low: 0, high: 1", drift="eases: {after: 5 days, need: {change: -1}}",
                 adjusts="adjusts: {up: 1, down: 0}, ")  # fmt: skip
    (run,) = simulate(text.replace("providers: 1", f"providers: 1, outcome_based: {outcome_based}"), 1)
    assert [amount for _, amount in hours(run)] == hours_after


def test_the_person_waits_with_the_package_where_nobody_has_room(simulate) -> None:
    """One provider of 20 hours: 10 each. From day 22 on the client seeks 16 and keeps 10."""
    (run,) = simulate(place(hours="20", rival="1 day"), 1)
    spells = run.spells("find", "open_service", "open_wait")
    mine = spells["class"] == run.log.code("client")
    assert spells["joined"][mine].tolist() == [pytest.approx(22, abs=SOON)]
    assert spells["amount"][mine].tolist() == [16]
    assert hours(run) == [(pytest.approx(0, abs=SOON), 10)]


def test_hours_come_down_at_a_provider_that_has_too_few(simulate, tmp_path) -> None:
    """Cut to 2 hours a week on day 10, with 16 in use: the review on day 22 lowers them to 10."""
    eases = "eases: {after: 5 days, need: {change: -1}}"
    (tmp_path / "place.yaml").write_text(place(mix="low: 0, high: 1", drift=eases, hours="16"))
    change = "market.care.hours: {value: 2 h/week, when: {from: day 10}}"
    (run,) = simulate(f"title: it\nbase: [./place.yaml]\nchanges: {{{change}}}\n", 1)
    assert hours(run)[1:] == [(pytest.approx(22, abs=SOON), 10)]


def test_a_provider_has_back_what_is_lowered(simulate) -> None:
    """Of 20 hours the client gives up 6 on day 22: the rival, who waits for 10, starts then."""
    text = place(mix="low: 1, high: 0", hours="20", rival="10 days").replace(
        "people: {need: {order: [low, high], low: 1, high: 0}}",
        "people: {need: {order: [low, high], by: class, client: {high: 1}, rival: {low: 1}}}",
    )
    text = text.replace("rises: {after: 5 days, need: {change: 1}}", "eases: {after: 5 days, need: {change: -1}}")
    (run,) = simulate(text, 1)
    assert hours(run)[1:] == [(pytest.approx(22, abs=SOON), 10)]
    assert hours(run, "rival") == [(pytest.approx(22, abs=2 * SOON), 10)]


MANY = """
title: Drift
people: {{need: {{order: [low, high], low: 1, high: 0}}}}
demand: {{clients: {{rate: 40/day}}}}
doors: {{clients: find}}
teams: {{reviewers: {{workers: 100000}}}}
market: {{care: {{hours: 1000000 h/week, providers: 1}}}}
events:
  on_care:
    rises: {{rate: 0.02/day, need: {{change: 1}}}}
    review_due: {{after: 30 days, to: review, package: keep}}
stations:
  find: {{kind: sourcing, market: care, offers: 1000000/day, next: care}}
  care: {{kind: package, market: care, amount: {{by: need, low: 10 h/week, high: 16 h/week}}, while_here: on_care, length: 90 days, next: out}}
  review: {{kind: task, team: reviewers, effort: 1 h, adjusts: {{up: {up}}}, next: return}}
  out: {{kind: exit}}
run: {{length: 100 days, replications: 1}}
"""  # noqa: E501


@pytest.mark.parametrize("up", [1.0, 0.4])
def test_the_share_raised_is_that_of_need_that_rose_times_what_is_written(simulate, up: float) -> None:
    """1 - exp(-0.6) have risen by day 30."""
    (run,) = simulate(MANY.format(up=up), 1)
    reviewed = np.unique(run.spells("review", "service")["person"])
    packages = run.spells("care", "service", "open_service")
    raised = np.unique(packages["person"][packages["amount"] == 16.0])
    share, expected = len(raised) / len(reviewed), up * (1 - math.exp(-0.6))
    assert abs(share - expected) < 4 * math.sqrt(expected * (1 - expected) / len(reviewed))


SPREAD = """
title: Hours of many sizes, and one provider with little to spare
people: {{need: {{order: [low, high], low: 1, high: 0}}}}
demand: {{clients: {{rate: 40/day}}}}
doors: {{clients: find}}
teams: {{reviewers: {{workers: 100000}}}}
market: {{care: {{hours: {hours} h/week, providers: {providers}{market}}}}}
events:
  on_care:
    rises: {{after: 5 days, need: {{change: 1}}}}
    {review}
stations:
  find: {{kind: sourcing, market: care, offers: 1000000/day, next: care}}
  care:
    kind: package
    market: care
    amount: {{by: need, low: {{dist: uniform, min: 5 h/week, max: 15 h/week}}, high: {{dist: uniform, min: 7 h/week, max: 21 h/week}}}}
    double_handed: {{by: need, low: 0, high: {double}}}
    while_here: on_care
    length: 90 days
    next: out
  review: {{kind: task, team: reviewers, effort: 1 h, adjusts: {{up: 1, down: 1}}, next: return}}
  out: {{kind: exit}}
run: {{length: 60 days, replications: 1}}
"""  # noqa: E501
DUE = "review_due: {after: 30 days, to: review, package: keep}"
OUTGROWN = "outgrown: {after: 30 days, to: find, package: keep}"


def spread(**given: str) -> str:
    usual = {"hours": "6000", "providers": "1", "market": "", "double": "0", "review": DUE}
    return SPREAD.format(**{**usual, **given})


def care(run) -> dict[int, list[tuple[float, str]]]:
    """(hours a week, provider) of each person's care in order of time."""
    found: dict[int, list[tuple[float, str]]] = {}
    spells = run.log.spells
    of = np.isin(spells["type"], [0, 2, 6, 7]) & (spells["station"] == run.log.code("care"))
    for row in np.flatnonzero(of)[np.argsort(spells["started"][of], kind="stable")]:
        seen = spells["amount"][row], run.log.name(spells["pool"][row])
        found.setdefault(int(spells["person"][row]), []).append(seen)
    return found


def test_who_finds_no_room_for_more_looks_for_what_fits(simulate) -> None:
    """At high need everyone's own hours are 1.4 times what they were: nobody looks for fewer."""
    (run,) = simulate(spread(), 1)
    find = run.spells("find", "service", "open_service", "open_wait")
    again = find["origin"] == run.log.code("review")
    sought = dict(zip(find["person"][again].tolist(), find["amount"][again].tolist(), strict=True))
    assert len(sought) > 50
    held = {person: care(run)[person][0][0] for person in sought}
    assert list(sought.values()) == pytest.approx([1.4 * hours for hours in held.values()], abs=0.5)


def test_care_outgrown_is_looked_for_again_with_the_luck_it_had_and_reviewed_with_it(simulate) -> None:
    """New care of 1.4 times the hours; the review four days later finds that it fits as it is."""
    (run,) = simulate(spread(hours="600000", review=f"{OUTGROWN}\n    {DUE.replace('30', '4')}"), 1)
    changed = [seen for seen in care(run).values() if seen[-1][0] != seen[0][0]]
    assert len(changed) > 500
    assert [seen[-1][0] for seen in changed] == pytest.approx([1.4 * seen[0][0] for seen in changed], abs=0.5)
    assert {len({hours for hours, _ in seen}) for seen in changed} == {2}


def test_a_review_gives_two_workers_only_where_the_provider_can_send_them(simulate) -> None:
    """Of two providers the larger can: who has care from the other looks, and finds it there."""
    (run,) = simulate(spread(hours="600000", providers="2", market=", double_handed: 0.5", double="1"), 1)
    last = [seen[-1] for seen in care(run).values() if seen[-1][0] > 1.5 * seen[0][0]]
    assert len(last) > 500
    assert {provider for _, provider in last} == {"care 1"}


STOCK = """
title: An early review of people there at the start
demand: {{}}
doors: {{}}
teams: {{reviewers: {{workers: 100000}}}}
events:
  on_care:
    first_review: {{after: 49 days, to: review, package: keep}}
    ended: {{rate: 0.01/day, to: out}}
stations:
  care: {{kind: package, while_here: on_care}}
  review: {{kind: task, team: reviewers, effort: 1 h, next: return}}
  out: {{kind: exit}}
stock: {{care: {{here: 20000}}}}
run: {{length: 60 days, replications: 1}}
"""


def test_an_early_review_is_due_for_those_who_came_lately(simulate) -> None:
    """At a hazard of 0.01 a day 1 - exp(-0.49) of those here have come within 49 days; exp(-0.01 x what is left of the
    49 days) of them are still here when it falls due: 49 x 0.01 x exp(-0.49) in all."""
    (run,) = simulate(STOCK.format(), 1)
    expected = 0.49 * math.exp(-0.49)
    reviewed = len(np.unique(run.spells("review", "service")["person"])) / 20000
    assert abs(reviewed - expected) < 4 * math.sqrt(expected * (1 - expected) / 20000)
