"""Embargoes, and providers that assess for themselves before they take someone."""

from __future__ import annotations

import numpy as np
import pytest

from sim.world.providers import from_the_second
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


GIVEN_BACK = """
title: Providers that fail
demand: {{people: {{times: [{times}]}}}}
doors: {{people: looking}}
market: {{care: {{hours: 100000 h/week, providers: {providers}{more}}}}}
events: {{in_care: {{ill: {{rate: {ill}/day, to: ward, package: {{hold: 50 days}}}}}}}}
stations:
  looking: {{kind: sourcing, market: care, offers: {offers}, next: home_care}}
  home_care: {{kind: package, market: care, amount: 1 h/week, length: 9000 days, while_here: in_care, next: gone}}
  ward: {{kind: stay, length: 3 days, next: {{by: package, held: return, otherwise: looking}}}}
  gone: {{kind: exit}}
run: {{start: 2026-04-01, length: 40 days, replications: 1}}
"""


def failing(people: int = 200, providers: int = 3, more: str = "", offers: str = "20/day", ill: float = 0.0) -> str:
    times = ", ".join(f"{i * 0.01:.2f} days" for i in range(people))
    return GIVEN_BACK.format(times=times, providers=providers, more=more, offers=offers, ill=ill)


def from_day_ten(simulate, tmp_path, share: float, **given) -> object:
    """The case with a share of the market failing on day 10."""
    (tmp_path / "place.yaml").write_text(failing(**given))
    text = (
        "title: it\nbase: [./place.yaml]\n"
        + f"changes: {{market.care.failed: {{value: {share}, when: {{from: day 10}}}}}}\n"
    )
    (run,) = simulate(text, 1)
    return run


def test_when_a_provider_fails_everyone_it_cared_for_looks_again(simulate, tmp_path) -> None:
    """The second of three fails on day 10: nobody of the others is touched, and its people go to them within a day."""
    run = from_day_ten(simulate, tmp_path, 3 / 11)
    before = run.spells("home_care", "service")
    assert {run.log.name(code) for code in before["pool"]} == {"care 2"}
    assert len(before["person"]) == pytest.approx(67, abs=4 * 7)
    assert before["ended"] == pytest.approx(10.0)
    assert {run.log.name(code) for code in before["cause"]} == {"care:home_care.failure.hand_back"}
    assert set(by_provider(run)) == {"care 1", "care 3"}
    assert sum(by_provider(run).values()) == 200


def test_a_part_of_a_provider_fails_with_a_part_of_its_people(simulate, tmp_path) -> None:
    run = from_day_ten(simulate, tmp_path, 0.5, providers=1, people=400, offers="0.001/day")
    whole = 400 - run.count("looking", "open_service")
    assert whole == 0 or run.count("home_care", "service") == pytest.approx(whole / 2, abs=4 * 10)
    full = from_day_ten(simulate, tmp_path, 0.5, providers=1, people=400)
    assert full.count("home_care", "service") == pytest.approx(200, abs=4 * 10)


def test_what_a_failed_provider_had_is_gone(simulate, tmp_path) -> None:
    run = from_day_ten(simulate, tmp_path, 3 / 11)
    levels = run.log.levels
    capacity = levels["value"][levels["thing"] == run.log.code("market:care.capacity")]
    assert capacity == pytest.approx([100000, 100000 * 8 / 11], abs=1)


def test_care_goes_on_until_the_notice_is_over(simulate, tmp_path) -> None:
    """Nobody else takes them: all are in care, kept, for 14 days more, and then without."""
    run = from_day_ten(simulate, tmp_path, 1.0, providers=1, more=", notice: 14 days")
    spells = run.log.spells
    rows = (spells["station"] == run.log.code("home_care")) & (spells["type"] == 2)
    assert rows.sum() == 200
    assert spells["started"][rows] == pytest.approx(10.0)
    assert spells["ended"][rows] == pytest.approx(24.0)
    assert {run.log.name(code) for code in spells["reason"][rows]} == {"kept"}
    assert run.count("looking", "open_service") == 200


def test_who_finds_another_in_time_never_goes_without(simulate, tmp_path) -> None:
    run = from_day_ten(simulate, tmp_path, 3 / 11, more=", notice: 14 days", offers="0.5/day")
    spells = run.log.spells
    kept = (spells["station"] == run.log.code("home_care")) & (spells["type"] == 2)
    again = run.spells("looking")
    later = {p: t for p, j, t in zip(again["person"], again["joined"], again["ended"], strict=True) if j >= 10.0}
    for person, ended in zip(spells["person"][kept], spells["ended"][kept], strict=True):
        assert ended == pytest.approx(min(later.get(person, np.inf), 24.0))
    assert (spells["ended"][kept] < 24.0).sum() > 40


def test_a_package_handed_back_on_notice_is_kept_until_then(simulate) -> None:
    """Handed back at 10% a day and taken by nobody else: each goes on for exactly 14 days."""
    text = failing(providers=1, more=", hand_backs: 0.1/day, notice: 14 days", people=100).replace(
        "offers: 20/day", "offers: 20/day, waiting: looks"
    ).replace("events: {", "events: {looks: {}, ")  # fmt: skip
    (run,) = simulate(text, 1)
    spells = run.log.spells
    kept = (spells["station"] == run.log.code("home_care")) & (spells["type"] == 2)
    lengths = spells["ended"][kept] - spells["started"][kept]
    assert len(lengths) > 50
    assert lengths.max() <= 14.0 + 1e-6


@pytest.mark.parametrize("notice", ["", ", notice: 14 days"])
def test_who_gives_a_package_back_is_not_asked_for_the_next(simulate, notice: str) -> None:
    """Handed back at 10% a day by two providers of unequal size: each time the other one takes it."""
    text = failing(providers=2, more=f", hand_backs: 0.1/day{notice}", people=60)
    (run,) = simulate(text, 1)
    care = run.spells("home_care")
    order = np.lexsort((care["started"], care["person"]))
    person, provider = care["person"][order], care["pool"][order]
    next_of_same = person[1:] == person[:-1]
    assert next_of_same.sum() > 60
    assert (provider[1:] != provider[:-1])[next_of_same].all()


OFFICE = "calendars: {office: {days: [mon, tue, wed, thu, fri], from: '09:00', until: '17:00'}}\n"


def next_opening(time: float) -> float:
    """The run begins on a Wednesday."""
    while not (int(time) % 7 not in (3, 4) and 9 / 24 <= time % 1 < 17 / 24):
        time = int(time) + 9 / 24 if time % 1 < 9 / 24 else int(time) + 1.0
    return time


@pytest.mark.parametrize("door", ["looking", "home_care"])
def test_care_starts_inside_the_hours_of_the_market(simulate, door: str) -> None:
    """Found at once, or free at once: each starts when it may, those of the weekend on Monday at nine."""
    big = "hours: 100000 h/week, providers: 3, starts: office"
    text = market(people=80, every=0.23, door=door, market=big, offers="100000/day", stock=OFFICE)
    (run,) = simulate(text, 1)
    seen = run.spells("home_care", "service", "open_service")
    joined = np.arange(80) * 0.23
    assert np.sort(seen["started"]) == pytest.approx(np.sort([next_opening(time) for time in joined]), abs=0.001)


def test_a_place_found_before_the_opening_is_kept(simulate) -> None:
    """One bed, found on Wednesday night; the second person has it from five days after Thursday at nine."""
    text = market(people=2, every=0.1, market="beds: 1, providers: 1, starts: office", offers="100000/day", amount="1",
                  length="5 days", stock=OFFICE).replace("[0.0 days, 0.1 days]", "[0.8 days, 0.9 days]")  # fmt: skip
    (run,) = simulate(text, 1)
    started = np.sort(run.spells("home_care", "service", "open_service")["started"])
    assert started == pytest.approx([1 + 9 / 24, 6 + 9 / 24], abs=0.001)


def test_who_is_led_away_before_the_opening_gives_the_place_back(simulate) -> None:
    """Found on Friday night and tired after a day: it is free for the next."""
    text = market(people=1, market="beds: 1, providers: 1, starts: office", offers="100000/day", amount="1",
                  events="tires: {after: 1 day, to: gone}", stock=OFFICE)  # fmt: skip
    text = text.replace("[0.0 days]", "[2.8 days, 5.2 days]")
    (run,) = simulate(text, 1)
    assert run.count("looking", "renege") == 1
    assert run.spells("home_care", "open_service")["started"] == pytest.approx([5 + 9 / 24], abs=0.001)


def test_only_those_smaller_than_the_average_close(simulate) -> None:
    """Shares 6, 3 and 2 of 11: the second and third close each month for a while, the first never."""
    seen = set()
    for run in simulate(failing(more=", closures: 1000/year, replaced_after: 20 days"), 8):
        levels = run.log.levels
        capacity = levels["value"][levels["thing"] == run.log.code("market:care.capacity")]
        seen |= {round(value * 11 / 100000, 2) for value in capacity}
    assert seen == {6.0, 8.0, 9.0, 11.0}


def test_who_was_with_a_provider_that_closes_looks_again(simulate) -> None:
    """Closed in April on a day of its own, for a day: each of its people is handed back then, once."""
    (run,) = simulate(failing(more=", closures: 1000/year, replaced_after: 1 day"), 1)
    backs = run.spells("home_care", "service")
    assert {run.log.name(code) for code in backs["pool"]} <= {"care 2", "care 3"}
    assert {run.log.name(code) for code in backs["cause"]} == {"care:home_care.failure.hand_back"}
    assert sum(by_provider(run).values()) == 200
    for pool in set(backs["pool"].tolist()):
        assert len(set(backs["ended"][backs["pool"] == pool].tolist())) <= 2


def test_closures_and_their_replacement_keep_a_level(simulate) -> None:
    """Open for a month over 1 - exp(-2/12), closed for 100 days: a third of the time, with 0.358 of the hours."""
    text = failing(people=1, providers=25, more=", closures: 2/year, replaced_after: 100 days")
    means = []
    for run in simulate(text.replace("length: 40 days", "length: 1460 days"), 12):
        levels = run.log.levels
        own = levels["thing"] == run.log.code("market:care.capacity")
        times, values = levels["time"][own], levels["value"][own]
        means.append(np.diff([*times, 1460.0]) @ values / 1460.0 / 100000)
    month = 365.25 / 12 / -np.expm1(-2 / 12)
    small = sum(1 / k for k in range(7, 26)) / sum(1 / k for k in range(1, 26))
    assert np.mean(means) == pytest.approx(1.0 - small * 100 / (100 + month), abs=0.015)


def test_more_closures_close_those_that_closed_before(simulate) -> None:
    """A provider closed under the lower hazard is closed under the higher one by then."""
    runs = [
        simulate(failing(people=1, providers=25, more=f", closures: {rate}/year, replaced_after: 9000 days"), 1)[0]
        for rate in (0.02, 0.1)
    ]
    least = []
    for run in runs:
        levels = run.log.levels
        least.append(levels["value"][levels["thing"] == run.log.code("market:care.capacity")][0])
    assert least[1] < least[0] < 100000


SELF = ", self_funded: 100000 h/week"


@pytest.mark.parametrize(("more", "left"), [
    (SELF, [100000.0, 200000 * 8 / 11 - 100000]), ("", [100000.0, 100000 * 8 / 11]),
])  # fmt: skip
def test_people_who_pay_for_themselves_keep_their_care_when_a_provider_fails(simulate, tmp_path, more, left) -> None:
    """3 of 11 of all hours are gone, and those who pay for themselves have found theirs with the others."""
    run = from_day_ten(simulate, tmp_path, 3 / 11, more=more)
    levels = run.log.levels
    capacity = levels["value"][levels["thing"] == run.log.code("market:care.capacity")]
    assert capacity == pytest.approx(left, abs=1)
    assert sum(by_provider(run).values()) == 200


def test_they_are_with_the_others_for_as_long_as_the_failure_lasts(simulate, tmp_path) -> None:
    (tmp_path / "place.yaml").write_text(failing(more=SELF))
    change = "{value: 0.2727272727272727, when: {from: day 10, until: day 20}}"
    (run,) = simulate(f"title: it\nbase: [./place.yaml]\nchanges: {{market.care.failed: {change}}}\n", 1)
    levels = run.log.levels
    capacity = levels["value"][levels["thing"] == run.log.code("market:care.capacity")]
    assert capacity == pytest.approx([100000, 200000 * 8 / 11 - 100000, 100000], abs=1)


def test_a_market_too_small_for_those_who_pay_has_nothing_for_the_others(simulate, tmp_path) -> None:
    run = from_day_ten(simulate, tmp_path, 0.9, more=SELF)
    levels = run.log.levels
    assert levels["value"][levels["thing"] == run.log.code("market:care.capacity")][-1] == 0
