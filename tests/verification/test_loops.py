"""The feedback loops, each in a small place with all else off: which way it pushes, and how far; all off, the place is
independent queues with known answers."""

from __future__ import annotations

import math

import numpy as np
import pytest

SHARED = """
title: One team does community and discharge work
demand:
  community: {{rate: 2/day}}
  admissions: {{rate: 0.6/day}}
doors: {{community: visit, admissions: ward}}
routes: {{discharge_first: {first}, head_start: 60 days}}
teams: {{staff: {{workers: 3, calendar: always}}}}
pools: {{beds: {{capacity: 900}}}}
events: {{waits: {{escalates: {{excess: {harm}/day, to: ward}}}}}}
stations:
  visit: {{kind: task, team: staff, effort: {{dist: exponential, mean: 24 h}}, waiting: waits, next: gone}}
  ward: {{kind: stay, pool: beds, length: {{dist: exponential, mean: 4 days}}, keep_place: true,
    sets: {{route: discharge}}, next: discharge_work}}
  discharge_work: {{kind: task, team: staff, effort: {{dist: exponential, mean: 24 h}}, next: gone}}
  gone: {{kind: exit}}
run: {{start: 2026-04-01, length: {length} days, warm_up: 200 days, replications: 1}}
"""
"""2.6 pieces of work a day for three who each do one: 87% busy."""


def erlang_c(arrivals: float, servers: int) -> float:
    """Mean number waiting in M/M/c with service at rate 1 (Erlang's C formula)."""
    load = arrivals / servers
    last = arrivals**servers / math.factorial(servers) / (1 - load)
    wait = last / (sum(arrivals**k / math.factorial(k) for k in range(servers)) + last)
    return wait * load / (1 - load)


def queue(run, station: str) -> float:
    """Mean number waiting from time 0."""
    return float(run.present(station, waiting=True) - run.present(station))


def test_with_every_loop_off_the_place_is_one_queue_of_known_length(simulate, agrees) -> None:
    """First come, first served and nobody harmed: M/M/3 at 2.6 a day, whatever the work is."""
    runs = simulate(SHARED.format(first=0, harm=0, length=4000), 24)
    agrees([queue(run, "visit") + queue(run, "discharge_work") for run in runs], erlang_c(2.6, 3), within=0.2)


def test_discharge_work_first_makes_the_community_wait_longer_and_no_work_is_lost(simulate, agrees) -> None:
    """Who goes first does not change how many wait in all (work is conserved), only who."""
    plain, first = (simulate(SHARED.format(first=on, harm=0, length=4000), 24) for on in (0, 1))
    longer = [queue(b, "visit") - queue(a, "visit") for a, b in zip(plain, first, strict=True)]
    shorter = [queue(b, "discharge_work") - queue(a, "discharge_work") for a, b in zip(plain, first, strict=True)]
    assert np.mean(longer) > 0.3
    agrees([queue(run, "visit") + queue(run, "discharge_work") for run in first], erlang_c(2.6, 3), within=0.2)
    assert np.mean(longer) == pytest.approx(-np.mean(shorter), abs=0.1)


def test_people_harmed_by_the_wait_come_back_as_discharge_work(simulate) -> None:
    """Each who waits is harmed at 2% a day: as many as 0.02 x mean waiting x days, and each is one piece more of it."""
    runs = simulate(SHARED.format(first=1, harm=0.02, length=4000), 8)
    harmed = sum(run.count("visit", "renege") for run in runs)
    expected = sum(0.02 * queue(run, "visit") * 4000 for run in runs)
    assert expected > 1000
    assert harmed == pytest.approx(expected, abs=4 * math.sqrt(expected))
    through_the_ward = sum(run.count("ward", "service", "open_service") for run in runs)
    assert through_the_ward == pytest.approx(8 * 4000 * 0.6 + harmed, abs=4 * math.sqrt(8 * 4000 * 0.6))


HELP = """
title: A delay makes people need more, and there is only so much care
demand: {{people: {{rate: 1/day}}}}
doors: {{people: ward}}
people: {{need: {{order: [low, high], low: 1, high: rest}}}}
pools: {{beds: {{capacity: 900}}}}
market: {{care: {{hours: 110 h/week, providers: 1}}}}
events: {{delayed: {{deconditions: {{excess: {harm}/day, need: {{change: 1}}}}}}}}
stations:
  ward: {{kind: stay, pool: beds, length: 1 day, keep_place: true, next: looking}}
  looking: {{kind: sourcing, market: care, offers: 5000/day, waiting: delayed, next: home_care}}
  home_care: {{kind: package, market: care, amount: {{by: need, low: 5 h/week, high: 7.5 h/week}},
    length: {{dist: exponential, mean: 17 days}}, next: gone}}
  gone: {{kind: exit}}
run: {{start: 2026-04-01, length: 3000 days, warm_up: 200 days, replications: 1}}
"""
"""22 packages of 5 hours for 17 on average: 77% of the hours. Who looks longest is not served first; all have the offer
within seconds of there being room."""


def looking(run) -> float:
    spells = run.spells("looking", "service", "open_service")
    return float((np.nan_to_num(spells["ended"], nan=run.log.horizon) - spells["joined"]).sum() / run.log.horizon)


def test_without_deconditioning_care_is_a_queue_of_known_length(simulate, agrees) -> None:
    """M/M/22 with 17 in service on average."""
    runs = simulate(HELP.format(harm=0), 24)
    agrees([looking(run) for run in runs], erlang_c(17.0, 22), within=0.5)


def test_delay_makes_bigger_packages_and_bigger_packages_more_delay(simulate) -> None:
    """A twentieth of those who wait at the lower need rise each day; they need half as many hours again, and so all
    wait longer."""
    plain, loop = (simulate(HELP.format(harm=harm), 8) for harm in (0, 0.05))
    risen, exposed = 0, 0.0
    for run in loop:
        people, waits = run.log.people, run.spells("looking", "service", "open_service")
        rows = people["need"] == run.log.code("high")
        rose = dict(zip(people["person"][rows].tolist(), people["time"][rows].tolist(), strict=True))
        until = np.nan_to_num(waits["ended"], nan=run.log.horizon)
        for person, joined, ended in zip(waits["person"].tolist(), waits["joined"], until, strict=True):
            exposed += min(ended, rose.get(person, math.inf)) - joined
            risen += person in rose
        bigger = run.spells("looking")
        high = np.isin(bigger["person"], list(rose))
        assert set(bigger["amount"][high]) <= {7.5}
        assert set(bigger["amount"][~high]) == {5.0}
    assert exposed * 0.05 > 100
    assert risen == pytest.approx(0.05 * exposed, abs=4 * math.sqrt(0.05 * exposed))
    more = [looking(b) - looking(a) for a, b in zip(plain, loop, strict=True)]
    assert min(more) > 0.0
    assert np.mean(more) > 0.3


HELD = """
title: A package is held for a while in hospital
demand: {{people: {{rate: 2/day}}}}
doors: {{people: looking}}
market: {{care: {{hours: 100000 h/week, providers: 5}}}}
pools: {{beds: {{capacity: 900}}}}
events:
  in_care:
    admitted: {{rate: 2/year, to: ward, package: {{hold: {hold}}}}}
    ended: {{rate: 2/year, to: gone}}
stations:
  looking: {{kind: sourcing, market: care, offers: 0.02/day, next: home_care}}
  home_care: {{kind: package, market: care, amount: 10 h/week, while_here: in_care}}
  ward: {{kind: stay, pool: beds, length: {{dist: exponential, mean: 10 days}}, keep_place: true,
    next: {{by: package, held: return, otherwise: looking}}}}
  gone: {{kind: exit}}
run: {{start: 2026-04-01, length: 1500 days, warm_up: 500 days, replications: 1}}
"""


def test_packages_held_for_five_days_are_lost_by_those_who_stay_longer(simulate) -> None:
    """Stays of ten days on average outlast five days with chance exp(-0.5); who lost theirs waits in the bed for ten
    days on average (five providers at 2% a day), and who kept theirs for none."""
    (short,), (long_,) = (simulate(HELD.format(hold=hold), 1) for hold in ("5 days", "900 days"))
    stays = short.spells("ward")
    lost = stays["to"] == short.log.code("looking")
    assert lost.mean() == pytest.approx(math.exp(-0.5), abs=4 * math.sqrt(0.24 / len(lost)))
    again = short.count("looking", "service") - short.log.horizon * 2.0
    assert again == pytest.approx(lost.sum(), abs=4 * math.sqrt(lost.sum() + 3000))
    blocked = short.spells("ward", "held", "open_held")
    waits = (np.nan_to_num(blocked["ended"], nan=short.log.horizon) - blocked["started"]).sum()
    assert waits / lost.sum() == pytest.approx(10.0, abs=4 * 10 / math.sqrt(lost.sum()))
    assert (long_.spells("ward")["to"] == long_.log.code("looking")).sum() == 0
    assert long_.count("ward", "held") == 0


UNSOURCED = """
title: A package that is not found keeps the case open
demand: {{people: {{times: [0 days, 0.5 days, 1 day, 6 days]}}, rival: {{times: [0 days]}}}}
doors: {{people: assess, rival: find}}
teams: {{staff: {{workers: 1}}}}
market: {{care: {{beds: 1, providers: 1}}}}
events:
  on_care: {{ended: {{after: 20 days, to: gone}}}}
  waits: {{gives_up: {{after: 9 days, to: gone}}}}
stations:
  assess:
    kind: task
    team: staff
    caseload: 2
    effort: 1 h
    elapsed: 1 day
    {keep}next: {{by: class, rival: gone, people: plan}}
  plan: {{kind: task, elapsed: 2 days, next: find}}
  find: {{kind: sourcing, market: care, offers: 10000000/day, waiting: {{by: place, none: waits}}, next: care}}
  care: {{kind: package, market: care, while_here: on_care}}
  gone: {{kind: exit}}
run: {{length: 60 days, replications: 1}}
"""


def test_a_package_that_is_not_found_keeps_the_case_open(simulate) -> None:
    """The one bed is taken until day 20. Of two slots both are kept from day 1 and 1.5 through planning and nine days
    of search, so that the third is allocated on day 12 in place of day 1, and the fourth on day 12.5."""
    (off,), (on,) = (simulate(UNSOURCED.format(keep=keep), 1) for keep in ("keep_case: 0\n    ", KEEP))
    assert sorted(off.spells("assess", "service")["started"].tolist()) == [0, 0.5, 1, 6]
    started = sorted(on.spells("assess", "service")["started"].tolist())
    assert started == pytest.approx([0, 0.5, 12, 12.5])
    held = on.spells("assess", "held")
    times = zip(held["started"].tolist(), held["ended"].tolist(), held["reason"].tolist(), strict=True)
    kept = sorted((since, until, on.log.name(reason)) for since, until, reason in times)
    assert kept[:2] == [(1, 3, "plan"), (1.5, 3.5, "plan")]
    assert [(since, until) for since, until, reason in kept if reason == "find"][:2] == [(3, 12), (3.5, 12.5)]


KEEP = "keep_case: 1\n    "


def test_a_case_is_closed_when_care_starts(simulate) -> None:
    """The bed is free from day 5 on for the first, who has it from then."""
    text = UNSOURCED.format(keep=KEEP).replace("after: 20 days", "after: 5 days")
    (run,) = simulate(text, 1)
    assert sorted(run.spells("assess", "service")["started"].tolist())[2] == pytest.approx(5, abs=1e-4)
