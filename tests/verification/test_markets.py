"""Providers of unequal size, offers as a clock, fit as a fact about a package, and hours that are never overdrawn."""

from __future__ import annotations

import numpy as np
import pytest

MARKET = """
title: A market and those who look for care
demand: {{people: {{times: [{times}]}}, too_late: {{times: [9000 days]}}}}
doors: {{people: {door}, too_late: {{looking: 0.4, rest_a_while: 0.3, home_care: rest}}}}
market: {{care: {{{market}}}}}
profiles: {{cut: {{steps: {{2026-04-11: 0.4}}}}}}
events: {{looking: {{{events}}}}}
stations:
  looking: {{kind: sourcing, market: care, offers: {offers}, waiting: looking, next: home_care}}
  rest_a_while: {{kind: stay, length: 1 day, next: looking}}
  home_care: {{kind: package, market: care, amount: {amount}, length: {length}, next: {after}}}
  gone: {{kind: exit}}
{stock}run: {{start: 2026-04-01, length: {run}, replications: 1}}
"""
THREE = "hours: 110 h/week, providers: 3"
"""In proportion 1, 1/2 and 1/3: 60, 30 and 20 hours a week."""
AGAIN = "{gone: 0.000001, looking: rest}"
PAUSE = "tires: {after: 3 days, to: rest_a_while}"


def market(
    people: int = 1,
    every: float = 0.0,
    market: str = THREE,
    door: str = "looking",
    offers: str = "1/day",
    amount: str = "1 h/week",
    length: str = "400 days",
    after: str = "gone",
    events: str = "",
    stock: str = "",
    run: str = "30 days",
) -> str:
    """So many people, one after another."""
    times = ", ".join(f"{i * every} days" for i in range(people))
    return MARKET.format(
        times=times, door=door, market=market, events=events, offers=offers, amount=amount, length=length, after=after,
        stock=stock, run=run,
    )  # fmt: skip


def by_provider(run) -> dict[str, float]:
    """Weekly hours in use at the end, by provider."""
    spells = run.spells("home_care", "open_service")
    return {run.log.name(code): spells["amount"][spells["pool"] == code].sum() for code in set(spells["pool"].tolist())}


def searches(run, *types: str) -> dict[str, np.ndarray]:
    """Searches that found a provider, or of the types said."""
    return run.spells("looking", *types)


def test_providers_share_the_hours_as_one_to_a_half_to_a_third(simulate) -> None:
    (run,) = simulate(market(people=130, door="home_care"), 1)
    assert by_provider(run) == {"care 1": 60, "care 2": 30, "care 3": 20}
    assert run.count("home_care", "open_wait") == 20


def test_beds_that_do_not_divide_are_all_somewhere(simulate) -> None:
    """Ten beds among three: 5.45, 2.73 and 1.82, so 5, 3 and 2."""
    text = market(people=15, door="home_care", market="beds: 10, providers: 3", amount="1")
    (run,) = simulate(text, 1)
    assert by_provider(run) == {"care 1": 5, "care 2": 3, "care 3": 2}


def test_those_here_at_the_start_are_where_offers_would_have_led_them(simulate) -> None:
    """90 of 110 hours and one to come: offers come alike from all with room, so only the largest has any left."""
    stock = "stock: {home_care: {here: 90, left: {dist: uniform, min: 100 days, max: 200 days}}}\n"
    (run,) = simulate(market(stock=stock), 1)
    assert by_provider(run) == {"care 1": 41, "care 2": 30, "care 3": 20}


@pytest.mark.parametrize(("hours", "suitable"), [(50, 1), (25, 2), (15, 3)])
def test_the_hazard_of_an_offer_is_offers_times_suitable_providers(simulate, hours: int, suitable: int) -> None:
    """One person every 20 days, gone an hour after the start: only the size of the package decides who is suitable."""
    text = market(people=300, every=20, offers="0.5/day", amount=f"{hours} h/week", length="1 h", run="6000 days")
    (run,) = simulate(text, 1)
    found = searches(run)
    mean = 2.0 / suitable
    waits = found["ended"] - found["joined"]
    assert waits.mean() == pytest.approx(mean, abs=4 * mean / np.sqrt(len(waits)))
    assert (waits > mean).mean() == pytest.approx(np.exp(-1), abs=4 * np.sqrt(0.2325 / len(waits)))


def test_each_suitable_provider_is_as_likely_as_another(simulate) -> None:
    (run,) = simulate(market(people=900, market="hours: 100000 h/week, providers: 3"), 1)
    counts = np.array(list(by_provider(run).values()))
    assert counts.sum() == 900
    assert counts == pytest.approx([300] * 3, abs=4 * np.sqrt(200))


def test_who_fits_nobody_never_starts(simulate) -> None:
    (run,) = simulate(market(people=50, market=f"{THREE}, fit: 0", offers="100/day"), 1)
    assert searches(run)["person"].tolist() == []
    assert run.count("looking", "open_service") == 50


ONE = "hours: 100000 h/week, providers: 1, fit: 0.5"


def test_fit_decides_how_many_ever_start(simulate) -> None:
    """Half fit the one provider and have its offer within days; the others wait on."""
    (run,) = simulate(market(people=400, market=ONE, offers="5/day"), 1)
    assert len(searches(run)["person"]) == pytest.approx(200, abs=4 * 10)
    assert searches(run)["ended"].max() < 4


def test_a_second_search_for_the_same_package_has_the_same_fit(simulate) -> None:
    """They pause every three days, by when all who fit have an offer: nobody finds care later."""
    (run,) = simulate(market(people=400, market=ONE, offers="5/day", events=PAUSE), 1)
    assert searches(run)["ended"].max() < 3
    again = searches(run, "renege")["joined"]
    assert len(again[again > 3]) >= 6 * 150


def test_another_package_has_a_fit_of_its_own(simulate) -> None:
    """Of those who found care for a day, half find it the second time, and half of these a third time."""
    (run,) = simulate(market(people=800, market=ONE, offers="5/day", length="1 day", after=AGAIN), 1)
    _, times = np.unique(searches(run)["person"], return_counts=True)
    second, third = (times >= 2).sum(), (times >= 3).sum()
    assert second == pytest.approx(len(times) / 2, abs=4 * np.sqrt(len(times) / 4))
    assert third == pytest.approx(second / 2, abs=4 * np.sqrt(second / 4))


def test_a_search_goes_on_where_it_stopped(simulate) -> None:
    """With or without pauses, each person looks for the same time in all."""

    def looked(events: str) -> dict[int, float]:
        plenty = "hours: 100000 h/week, providers: 2"
        (run,) = simulate(market(people=100, market=plenty, offers="0.1/day", events=events, run="300 days"), 1)
        spells = searches(run, "service", "renege")
        found = set(searches(run)["person"].tolist())
        total: dict[int, float] = dict.fromkeys(found, 0.0)
        for person, joined, ended in zip(spells["person"], spells["joined"], spells["ended"], strict=True):
            if person in found:
                total[int(person)] += ended - joined
        return total

    paused = looked(PAUSE)
    assert len(paused) == 100
    assert looked("") == pytest.approx(paused, abs=1e-4)


def test_nobody_has_an_offer_while_nobody_has_room(simulate) -> None:
    """Five hours, one package of five for ten days: the next starts when it ends, and not before."""
    five = "hours: 5 h/week, providers: 1"
    text = market(people=2, every=1, market=five, offers="10000000/day", amount="5 h/week", length="10 days")
    (run,) = simulate(text, 1)
    assert searches(run)["ended"].tolist() == pytest.approx([0, 10], abs=2e-5)


CUT = "hours: {value: 100 h/week, profile: cut}, providers: 1"
"""Forty hours from day 10 on."""


@pytest.mark.parametrize("door", ["home_care", "looking"])
def test_nobody_starts_after_a_cut_until_it_has_drained(simulate, door: str) -> None:
    """Eight packages of ten hours end from day 20 on; for the ninth, who comes on day 12, use has to fall to 30."""
    text = market(people=9, every=1, door=door, market=CUT, offers="10000000/day", amount="10 h/week", length="20 days")
    (run,) = simulate(text.replace("8 days]", "12 days]", 1), 1)
    spells = run.spells("home_care", "service", "open_service")
    assert sorted(spells["started"].tolist()) == pytest.approx([0, 1, 2, 3, 4, 5, 6, 7, 24], abs=2e-5)


def test_nobody_is_sent_away_by_a_cut(simulate) -> None:
    text = market(people=8, every=1, door="home_care", market=CUT, amount="10 h/week", length="20 days")
    (run,) = simulate(text, 1)
    spells = run.spells("home_care")
    assert (spells["ended"] - spells["started"]).tolist() == [20] * 8


BUSY = """
title: More care wanted than there is
demand: {people: {rate: 4/day}}
doors: {people: {looking: 0.5, home_care: rest}}
market: {care: {hours: 110 h/week, providers: 3, fit: 0.6}}
stations:
  looking: {kind: sourcing, market: care, offers: 3/day, next: home_care}
  home_care:
    kind: package
    market: care
    amount: {dist: gamma, mean: 8 h/week, sd: 5 h/week}
    length: {dist: exponential, mean: 5 days}
    next: gone
  gone: {kind: exit}
run: {length: 200 days, replications: 1}
"""


def test_amounts_never_exceed_a_providers_hours(simulate) -> None:
    (run,) = simulate(BUSY, 1)
    spells = run.spells("home_care", "service", "open_service")
    ended = np.nan_to_num(spells["ended"], nan=np.inf)
    assert len(ended) > 400
    for provider, hours in {"care 1": 60, "care 2": 30, "care 3": 20}.items():
        own = spells["pool"] == run.log.code(provider)
        for time in spells["started"][own]:
            here = own & (spells["started"] <= time) & (ended > time)
            assert spells["amount"][here].sum() <= hours


def test_amounts_are_whole_quarter_hours(simulate) -> None:
    (run,) = simulate(BUSY, 1)
    amounts = run.spells("home_care", "service", "open_service")["amount"]
    assert (amounts * 4 == np.round(amounts * 4)).all()
    assert amounts.min() >= 0.25


def test_stock_at_the_start_may_exceed_the_hours_and_drains_first(simulate) -> None:
    """Twelve people in ten beds, who leave on days 1 to 12 or so; the newcomer is the first below ten."""
    twelve = "stock: {home_care: {here: 12, left: {dist: uniform, min: 1 day, max: 12 days}}}\n"
    text = market(market="beds: 10, providers: 1", amount="1", door="home_care", stock=twelve)
    (run,) = simulate(text, 1)
    spells = run.spells("home_care", "service", "open_service")
    newcomer = spells["class"] == run.log.code("people")
    leave = np.sort(spells["ended"][~newcomer])
    assert len(leave) == 12
    assert spells["started"][newcomer].tolist() == [leave[2]]
