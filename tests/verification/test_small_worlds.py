"""Short runs that any fault in clocks, openings or profiles shows in: one per mechanism, kept quick for mutants."""

from __future__ import annotations

import numpy as np
import pytest

RACE = """
title: What ends a stay, and a crisis that comes again and again
demand: {people: {rate: 40/day}}
doors: {people: home}
events:
  at_home: {crisis: {rate: 0.05/day, sets: {route: crisis}}, died: {rate: 0.02/day, to: dead}}
stations:
  home: {kind: stay, length: 20 days, while_here: at_home, next: well}
  well: {kind: exit}
  dead: {kind: exit}
run: {length: 150 days}
"""


def test_a_hazard_wins_as_often_as_its_rate_says(simulate) -> None:
    """A stay of 20 days with a hazard of 0.02 a day: 1 - exp(-0.4) die."""
    (run,) = simulate(RACE, 1)
    early = run.spells("home")["joined"] < 120
    died = (run.spells("home")["to"] == run.log.code("dead"))[early]
    assert died.mean() == pytest.approx(1 - np.exp(-0.4), abs=4 * np.sqrt(0.22 / early.sum()))


AGAIN = """
title: Falls at home
demand: {people: {times: [0 days]}}
doors: {people: home}
people: {need: {order: [low, high], low: 1.0, high: 0.0}}
events:
  at_home: {fall: {rate: 1/day, to: home}}
stations:
  home: {kind: stay, length: 4000 days, while_here: at_home, next: out}
  out: {kind: exit}
run: {length: 2000 days}
"""


def test_a_clock_that_has_fired_is_drawn_afresh(simulate) -> None:
    """One person, 2000 days, a hazard of 1 a day that leads back home: about 2000 spells of exponential length."""
    (run,) = simulate(AGAIN, 1)
    stays = run.spells("home")
    lengths = stays["ended"] - stays["started"]
    assert len(lengths) == pytest.approx(2000, abs=200)
    assert np.median(lengths) == pytest.approx(np.log(2), abs=0.08)


WEEK = """
title: Arrivals by weekday, a stay that never ends, and people there from the start
demand: {people: {rate: {value: 100/day, profile: week}}}
doors: {people: home}
profiles: {week: {weekday: {mon: 2, tue: 2, wed: 2, thu: 1, fri: 0, sat: 0, sun: 0}}}
stock: {home: {here: 2000}}
stations:
  home: {kind: stay, length: {dist: lognormal, mean: 30 days, sd: 30 days}, next: out}
  out: {kind: exit}
run: {length: 28 days}
"""


def test_arrivals_keep_to_their_weekdays_and_stock_to_its_remaining_stay(simulate) -> None:
    """Weekdays in proportion 2, 2, 2, 1; the mean remaining stay in equilibrium is E(S^2) / 2 E(S) = 30 days."""
    (run,) = simulate(WEEK, 1)
    everyone = run.spells("home", "service", "open_service")
    came = np.bincount(np.floor(everyone["joined"][everyone["joined"] > 0]).astype(int) % 7, minlength=7)
    assert came.tolist() == pytest.approx([800, 800, 800, 400, 0, 0, 0], abs=120)
    stock = everyone["class"] == run.log.code("stock:home")
    assert (everyone["ended"][stock] < 14).mean() == pytest.approx(0.414, abs=0.04)


CASES = """
title: Two allocated cases side by side, one of which closes early
demand: {first: {times: [0 days]}, second: {times: [0 days]}}
doors: {first: desk, second: desk}
teams: {staff: {workers: 1, calendar: always}}
events:
  found: {helped_elsewhere: {after: 2 h, to: gone}}
  none: {}
stations:
  desk:
    kind: task
    team: staff
    caseload: 2
    effort: 6 h
    while_here: {by: class, first: found, second: none}
    next: done
  done: {kind: exit}
  gone: {kind: exit}
run: {length: 3 days}
"""


def test_who_closes_a_case_early_leaves_the_worker_to_the_others(simulate) -> None:
    """Two hours shared give the second one of its six; the other five are its own: done at seven hours."""
    (run,) = simulate(CASES, 1)
    assert sorted((24 * run.spells("desk")["ended"]).tolist()) == pytest.approx([2, 7], abs=1e-4)


LIMIT = """
title: The bed frees at the very moment the limit runs out
demand: {first: {times: [0 days]}, second: {times: [0 days]}}
doors: {first: ward, second: wait_for_it}
pools: {beds: {capacity: 1}}
events: {limit: {enough: {after: 1 day, to: gone}}}
stations:
  wait_for_it: {kind: stay, length: 0 days, next: ward}
  ward: {kind: stay, pool: beds, length: 1 day, waiting: limit, next: out}
  out: {kind: exit}
  gone: {kind: exit}
run: {length: 5 days}
"""


def test_a_limit_that_runs_out_as_a_bed_frees_comes_first(simulate) -> None:
    """Ends, then limits, then starts: the one who waits is gone."""
    (run,) = simulate(LIMIT, 1)
    assert run.count("ward") == 1
    assert run.spells("ward", "renege")["ended"].tolist() == [1.0]


LISTED = """
title: Two lists for one bed at the start
demand: {people: {times: [4 days]}}
doors: {people: short}
pools: {beds: {capacity: 1}}
stock:
  short: {waiting: 5, waited: {dist: uniform, min: 1 day, max: 9 days}}
  long: {waiting: 5, waited: {dist: uniform, min: 1 day, max: 9 days}}
stations:
  short: {kind: stay, pool: beds, length: 1 day, next: long}
  long: {kind: stay, pool: beds, length: 1 day, next: out}
  out: {kind: exit}
run: {length: 60 days}
"""


def test_those_who_have_waited_longest_start_first(simulate) -> None:
    (run,) = simulate(LISTED, 1)
    spells = run.log.spells
    listed = np.isin(spells["station"], [run.log.code("short"), run.log.code("long")]) & (spells["joined"] < 0)
    order = np.argsort(spells["started"][listed])
    assert (np.diff(spells["joined"][listed][order]) > 0).all()
