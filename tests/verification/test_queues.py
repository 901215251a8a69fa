"""Queues with a closed form, written in the scenario language and run on the engine.

Formulas: Gross, Shortle, Thompson and Harris, Fundamentals of Queueing Theory (4th ed., 2008), unless named.
"""

from __future__ import annotations

from math import exp, factorial

import numpy as np
import pytest

QUEUE = """
title: One queue
time_unit: minutes
demand: {{callers: {{rate: {rate}}}}}
doors: {{callers: desk}}
teams: {{staff: {{workers: {servers}, calendar: always}}}}
stations:
  desk: {{kind: task, team: staff, effort: {effort}, next: served{more}}}
  served: {{kind: exit}}
run: {{length: {length}, warm_up: {warm_up}, replications: 1}}
"""

EXPONENTIAL = "{dist: exponential, mean: 10}"


def queue(
    rate: float, servers: int, effort: str = EXPONENTIAL, more: str = "", length: int = 60_000, warm_up: int = 4000
) -> str:
    return QUEUE.format(rate=rate, servers=servers, effort=effort, more=more, length=length, warm_up=warm_up)


def erlang_b(servers: int, load: float) -> float:
    terms = [load**n / factorial(n) for n in range(servers + 1)]
    return terms[-1] / sum(terms)


def erlang_c(servers: int, load: float) -> float:
    blocked = erlang_b(servers, load)
    return blocked / (1 - load / servers * (1 - blocked))


@pytest.mark.parametrize(("rate", "servers"), [(0.06, 1), (0.2, 3), (0.75, 10)], ids=["M/M/1", "M/M/3", "M/M/10"])
def test_many_servers_one_queue(simulate, agrees, rate: float, servers: int) -> None:
    """M/M/c: P(wait) is Erlang C, the mean wait C / (c mu - lambda), and waits are exponential given a wait."""
    length = int(7000 / rate)
    runs = simulate(queue(rate, servers, length=length))
    load, spare = rate * 10, servers / 10 - rate
    waits_at_all = erlang_c(servers, load)
    waits = [run.waits("desk") for run in runs]
    agrees([(w > 0).mean() for w in waits], waits_at_all, 0.1)
    agrees([w.mean() for w in waits], waits_at_all / spare, 0.25)
    agrees([(w > 1 / spare).mean() for w in waits], waits_at_all * exp(-1), 0.25)
    agrees([run.present("desk") for run in runs], load, 0.03)


def test_no_queue_allowed(simulate, agrees) -> None:
    """M/M/c/c: the share lost is Erlang B."""
    runs = simulate(queue(0.5, 5, more=", room: 0, when_full: lost", length=15_000))
    agrees([run.lost("desk") for run in runs], erlang_b(5, 5.0))
    assert all(run.waits("desk").max() == 0 for run in runs)


@pytest.mark.parametrize("effort", ["10", "{dist: lognormal, mean: 10, sd: 15}"], ids=["constant", "lognormal"])
def test_the_share_lost_depends_on_the_mean_service_alone(simulate, agrees, effort: str) -> None:
    """M/G/c/c is insensitive: Erlang B holds for every law of service."""
    runs = simulate(queue(0.5, 5, effort, ", room: 0, when_full: lost", length=15_000))
    agrees([run.lost("desk") for run in runs], erlang_b(5, 5.0))


def test_a_limited_room(simulate, agrees) -> None:
    """M/M/1/K with room for 3 to wait: the share lost is (1 - r) r^K / (1 - r^(K + 1)) with K = 4."""
    runs = simulate(queue(0.08, 1, more=", room: 3, when_full: lost", length=75_000))
    agrees([run.lost("desk") for run in runs], 0.2 * 0.8**4 / (1 - 0.8**5), 0.06)


@pytest.mark.parametrize(
    ("effort", "second_moment"),
    [("10", 100.0), ("{dist: gamma, mean: 10, sd: 5}", 125.0), ("{dist: uniform, min: 4, max: 16}", 112.0)],
    ids=["M/D/1", "gamma", "uniform"],
)
def test_one_server_with_any_service(simulate, agrees, effort: str, second_moment: float) -> None:
    """M/G/1: the mean wait is lambda E(S^2) / 2 (1 - rho) (Pollaczek and Khinchine)."""
    runs = simulate(queue(0.07, 1, effort, length=75_000))
    agrees([run.waits("desk").mean() for run in runs], 0.07 * second_moment / 2 / 0.3, 0.1)


PRIORITY = """
title: Two classes, one server
time_unit: minutes
demand: {urgent: {rate: 0.02}, planned: {rate: 0.06}}
doors: {urgent: desk, planned: desk}
teams: {staff: {workers: 1, calendar: always, priority: [urgent, planned]}}
stations:
  desk: {kind: task, team: staff, effort: {dist: exponential, mean: 10}, next: served}
  served: {kind: exit}
run: {length: 120000, warm_up: 5000, replications: 1}
"""


def test_strict_priority_without_interruption(simulate, agrees) -> None:
    """Cobham: W_k = (lambda E(S^2) / 2) / ((1 - s_(k-1)) (1 - s_k)), s_k the load of classes up to k."""
    runs = simulate(PRIORITY)
    residual = 0.08 * 200 / 2
    agrees([run.waits("desk", "urgent").mean() for run in runs], residual / 0.8, 0.08)
    agrees([run.waits("desk", "planned").mean() for run in runs], residual / 0.8 / 0.2, 0.2)


IMPATIENT = """
title: People who give up
time_unit: minutes
demand: {callers: {rate: 1.0}}
doors: {callers: desk}
teams: {staff: {workers: 8, calendar: always}}
events:
  on_hold: {gave_up: {rate: 0.05, to: gone}}
stations:
  desk: {kind: task, team: staff, effort: {dist: exponential, mean: 10}, waiting: on_hold, next: served}
  served: {kind: exit}
  gone: {kind: exit}
run: {length: 10000, warm_up: 500, replications: 1}
"""


def test_people_who_give_up(simulate, agrees) -> None:
    """Erlang A (M/M/c+M): a birth and death chain with death rate min(n, c) mu + max(0, n - c) theta."""
    arrive, serve, give_up, servers = 1.0, 0.1, 0.05, 8
    weights = [1.0]
    for n in range(1, 400):
        weights.append(weights[-1] * arrive / (min(n, servers) * serve + max(0, n - servers) * give_up))
    chance = np.array(weights) / sum(weights)
    queueing = (np.maximum(np.arange(400) - servers, 0) * chance).sum()
    runs = simulate(IMPATIENT)
    ends = [(run.count("desk", "renege"), run.count("desk", "renege", "service", "open_service")) for run in runs]
    agrees([gone / every for gone, every in ends], give_up * queueing / arrive, 0.06)
    agrees([run.present("desk", waiting=True) - run.present("desk") for run in runs], queueing, 0.08)


TANDEM = """
title: Two beds in line
time_unit: hours
demand: {patients: {rate: 2.0}}
doors: {patients: ward}
pools: {ward_bed: {capacity: 1}, rehab_bed: {capacity: 1}}
stations:
  ward: {kind: stay, pool: ward_bed, length: {dist: exponential, mean: 1}, keep_place: true, next: rehab}
  rehab: {kind: stay, pool: rehab_bed, length: {dist: exponential, mean: 1}, next: home}
  home: {kind: exit}
run: {length: 4000, warm_up: 50, replications: 1, most_waiting: 1000000}
"""


def test_a_blocked_bed_slows_the_whole_line(simulate, agrees) -> None:
    """Two exponential servers without a buffer, never short of work: 2/3 leave in a mean service (Hunt, 1956)."""
    runs = simulate(TANDEM)
    agrees([run.count("home") / 4000 for run in runs], 2 / 3, 0.02)
    held = [run.spells("ward", "held") for run in runs]
    agrees([(h["ended"] - h["started"]).sum() / 4000 for h in held], 1 / 3, 0.05)


NETWORK = """
title: Three stations with a way back
time_unit: hours
demand: {people: {rate: 1.0}}
doors: {people: first}
teams:
  one: {workers: 2, calendar: always}
  two: {workers: 1, calendar: always}
stations:
  first: {kind: task, team: one, effort: {dist: exponential, mean: 0.9}, next: {second: 0.6, out: rest}}
  second: {kind: task, team: two, effort: {dist: exponential, mean: 0.6}, next: {first: 0.4, third: rest}}
  third: {kind: stay, length: {dist: exponential, mean: 5}, next: {second: 0.25, out: rest}}
  out: {kind: exit}
run: {length: 7000, warm_up: 200, replications: 1}
"""


def test_a_network_behaves_as_its_stations_alone(simulate, agrees) -> None:
    """Jackson: with the flows of the traffic equations, each station is an M/M/c of its own."""
    routing = np.array([[0, 0.6, 0], [0.4, 0, 0.6], [0, 0.25, 0]])
    flows = np.linalg.solve(np.eye(3) - routing.T, [1.0, 0, 0])
    runs = simulate(NETWORK)
    for station, flow in zip(("first", "second", "third"), flows, strict=True):
        agrees([run.count(station, "service", "open_service", "open_wait") / 7000 for run in runs], flow, 0.04)
    agrees([run.waits("first").mean() for run in runs], erlang_c(2, 0.9 * flows[0]) / (2 / 0.9 - flows[0]), 0.15)
    agrees([run.waits("second").mean() for run in runs], erlang_c(1, 0.6 * flows[1]) / (1 / 0.6 - flows[1]), 0.25)
    agrees([run.present("third") for run in runs], 5 * flows[2], 0.05)


INFINITE = """
title: Places without limit
demand: {{people: {{rate: 4/day}}}}
doors: {{people: home}}
stock: {{home: {{here: {here}}}}}
stations:
  home: {{kind: stay, length: {length}, next: out}}
  out: {{kind: exit}}
run: {{length: 180 days, warm_up: {warm_up} days, replications: 1}}
"""
LENGTHS = ["{dist: exponential, mean: 25 days}", "{dist: lognormal, mean: 25 days, sd: 30 days}", "25 days"]


@pytest.mark.parametrize("length", LENGTHS, ids=["exponential", "lognormal", "constant"])
def test_places_without_limit_hold_a_poisson_number(simulate, agrees, length: str) -> None:
    """M/G/inf: the number present is Poisson with mean lambda E(S), whatever the law."""
    runs = simulate(INFINITE.format(length=length, here=0, warm_up=500), 60)
    present = np.array([run.present("home", each=90) for run in runs])
    agrees(present.mean(axis=1).tolist(), 100.0, 0.05)
    assert present.var(ddof=1) == pytest.approx(100.0, rel=0.35)


@pytest.mark.parametrize("length", LENGTHS, ids=["exponential", "lognormal", "constant"])
def test_a_stock_opened_in_equilibrium_stays_flat(simulate, agrees, length: str) -> None:
    """M/G/inf opened with lambda E(S) people whose remaining time is that of equilibrium: the mean never moves."""
    runs = simulate(INFINITE.format(length=length, here=100, warm_up=0), 60)
    present = np.array([run.present("home", each=10) for run in runs])
    for at in (1, 3, 6, 12, 17):
        agrees(present[:, at].tolist(), 100.0, 0.07)


RACE = """
title: What ends a stay
demand: {people: {rate: 20/day}}
doors: {people: home}
events:
  at_home: {admitted: {rate: 0.03/day, to: hospital}, died: {rate: 0.01/day, to: dead}}
stations:
  home: {kind: stay, length: {dist: exponential, mean: 20 days}, while_here: at_home, next: well}
  well: {kind: exit}
  hospital: {kind: exit}
  dead: {kind: exit}
run: {length: 350 days, warm_up: 0 days, replications: 1}
"""


def test_competing_causes_win_in_proportion_to_their_rates(simulate, agrees) -> None:
    """Exponential clocks at 0.05, 0.03 and 0.01 a day: shares 5/9, 3/9 and 1/9, and a mean stay of 1 / 0.09 days."""
    runs = simulate(RACE)
    early = [run.spells("home") for run in runs]
    early = [{name: column[spells["joined"] < 200] for name, column in spells.items()} for spells in early]
    for end, share in (("well", 5 / 9), ("hospital", 3 / 9), ("dead", 1 / 9)):
        agrees([(s["to"] == run.log.code(end)).mean() for run, s in zip(runs, early, strict=True)], share, 0.08)
    agrees([(s["ended"] - s["started"]).mean() for s in early], 1 / 0.09, 0.03)
