"""Closed forms of queueing theory, each with its source: what the engine is held against.

Rates and times are in one unit of time of the caller's choice; a load is a rate times a mean time, in Erlangs.
GSTH: Gross, Shortle, Thompson and Harris, Fundamentals of Queueing Theory, 4th edition (Wiley, 2008).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from math import exp, factorial, prod

import numpy as np
import numpy.typing as npt

__all__ = [
    "ErlangA", "Queue", "cobham", "erlang_a", "erlang_b", "erlang_c", "exponential_survival", "floors", "integral",
    "kaufman_roberts", "lognormal_survival", "mg1_wait", "mginf", "mmc", "mmck", "poisson_below", "tandem_throughput",
    "traffic", "working_time",
]  # fmt: skip

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Queue:
    """The long run of one queue."""

    waits: float
    """Share of those let in who wait at all."""
    lost: float
    """Share of those who come that are refused."""
    queueing: float
    """Mean number waiting."""
    wait: float
    """Mean wait of those let in."""
    present: float
    """Mean number waiting and in service."""
    stay: float
    """Mean time from joining to the end, of those let in."""


def erlang_b(servers: int, load: float) -> float:
    """Share lost where nobody may wait, M/G/c/c: Erlang (1917), by the recursion in GSTH section 2.5."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Share who wait, M/M/c: Erlang (1917), GSTH section 2.3. Raises ValueError when the load fills the servers."""
    if load >= servers:
        raise ValueError(f"a load of {load:g} on {servers} servers has no long run")
    blocked = erlang_b(servers, load)
    return blocked / (1.0 - load / servers * (1.0 - blocked))


def mmc(arrivals: float, service: float, servers: int) -> Queue:
    """M/M/c, ``service`` the rate of one server: GSTH section 2.3."""
    waits = erlang_c(servers, arrivals / service)
    wait = waits / (servers * service - arrivals)
    stay = wait + 1.0 / service
    return Queue(waits, 0.0, arrivals * wait, wait, arrivals * stay, stay)


def mmck(arrivals: float, service: float, servers: int, most: int) -> Queue:
    """M/M/c/K with at most ``most`` people waiting and in service: GSTH section 2.4."""
    chance = _birth_death(arrivals, lambda n: min(n, servers) * service, most)
    numbers = np.arange(most + 1)
    queueing = float((np.maximum(numbers - servers, 0) * chance).sum())
    present = float((numbers * chance).sum())
    let_in = arrivals * (1.0 - chance[-1])
    waits = float(chance[servers:-1].sum()) / (1.0 - chance[-1])
    return Queue(waits, float(chance[-1]), queueing, queueing / let_in, present, present / let_in)


def _birth_death(arrivals: float, leave: Callable[[int], float], most: int) -> Floats:
    weights = [1.0]
    for n in range(1, most + 1):
        weights.append(weights[-1] * arrivals / leave(n))
    chance: Floats = np.array(weights) / sum(weights)
    return chance


def mg1_wait(arrivals: float, mean: float, sd: float) -> float:
    """Mean wait at one server with any law of service: Pollaczek (1930) and Khinchine (1932), GSTH section 5.1."""
    return arrivals * (mean * mean + sd * sd) / 2.0 / (1.0 - arrivals * mean)


def cobham(arrivals: Sequence[float], service: float, servers: int) -> list[float]:
    """Mean wait of each class, most urgent first, without interruption: one rate of service, c servers.

    Cobham, Priority assignment in waiting line problems, Operations Research 2 (1954) 70-76; GSTH section 3.4.
    """
    load = sum(arrivals) / service
    residual = erlang_c(servers, load) / (servers * service)
    waits, before = [], 0.0
    for rate in arrivals:
        upto = before + rate / (servers * service)
        waits.append(residual / ((1.0 - before) * (1.0 - upto)))
        before = upto
    return waits


@dataclass(frozen=True)
class ErlangA:
    """The long run of a queue that people leave unserved."""

    waits: float
    """Share who do not start at once."""
    gives_up: float
    """Share who leave unserved."""
    queueing: float
    """Mean number waiting."""
    wait: float
    """Mean time waited, of all who come."""


def erlang_a(arrivals: float, service: float, patience: float, servers: int) -> ErlangA:
    """M/M/c+M, ``patience`` the rate at which one who waits leaves: Palm (1957); Garnett, Mandelbaum and Reiman,
    Designing a call center with impatient customers, Manufacturing and Service Operations Management 4 (2002).
    """
    most = servers + int(40.0 * (1.0 + arrivals / min(service, patience)))
    chance = _birth_death(arrivals, lambda n: min(n, servers) * service + max(0, n - servers) * patience, most)
    queueing = float((np.maximum(np.arange(most + 1) - servers, 0) * chance).sum())
    return ErlangA(float(chance[servers:].sum()), patience * queueing / arrivals, queueing, queueing / arrivals)


def mginf(rate: Callable[[Floats], Floats], survival: Callable[[Floats], Floats], time: float, since: float) -> float:
    """Mean number present at ``time`` in M(t)/G/inf that was empty at ``since``: the integral of rate(u) x survival
    of (time - u). Eick, Massey and Whitt, The physics of the M(t)/G/inf queue, Operations Research 41 (1993) 731-742.
    """
    return integral(lambda u: rate(u) * survival(time - u), since, time)


def integral(function: Callable[[Floats], Floats], start: float, end: float, steps: int = 200_000) -> float:
    """The integral of an array function by the midpoint rule, which a step at a grid point does not disturb."""
    width = (end - start) / steps
    middles = np.float64(start) + np.float64(width) * (np.arange(steps, dtype=np.float64) + 0.5)
    return float(function(middles).sum()) * width


def traffic(arrivals: Sequence[float], routing: Sequence[Sequence[float]]) -> list[float]:
    """Flow through each station of an open network, where each is then an M/M/c of its own.

    ``routing[i][j]``: share that goes from i to j. Jackson, Networks of waiting lines, Operations Research 5 (1957).
    """
    away = np.eye(len(arrivals)) - np.array(routing, float).T
    flows: list[float] = np.linalg.solve(away, np.array(arrivals, float)).tolist()
    return flows


def kaufman_roberts(capacity: int, classes: Sequence[tuple[float, int]]) -> list[float]:
    """Share of each class (load, amount) lost where all share one pool and nobody may wait.

    Kaufman, Blocking in a shared resource environment, IEEE Transactions on Communications 29 (1981) 1474-1481;
    Roberts, A service system with heterogeneous user requirements (1981).
    """
    weights = [1.0]
    for used in range(1, capacity + 1):
        weights.append(sum(load * n * weights[used - n] for load, n in classes if n <= used) / used)
    total = sum(weights)
    return [sum(weights[capacity - amount + 1 :]) / total for _, amount in classes]


def floors(capacity: int, classes: Sequence[tuple[float, int]]) -> list[float]:
    """Share of each class (load, floor) lost, where nobody may wait and a class always finds its floor.

    A class starts when the units free, less what the floors of the others still lack, cover it. The numbers allowed
    are coordinate convex, so a product form holds: Kaufman (1981), Aein (1978); Ross, Multiservice Loss Models (1995).
    """
    least = [floor for _, floor in classes]
    weights = {
        numbers: prod(load**n / factorial(n) for n, (load, _) in zip(numbers, classes, strict=True))
        for numbers in product(range(capacity + 1), repeat=len(classes))
        if sum(map(max, numbers, least)) <= capacity
    }
    total = sum(weights.values())
    lost = []
    for k in range(len(classes)):
        full = [w for n, w in weights.items() if (*n[:k], n[k] + 1, *n[k + 1 :]) not in weights]
        lost.append(sum(full) / total)
    return lost


def tandem_throughput(first: float, second: float) -> float:
    """Services a unit time of two exponential servers in line with no room between, the first never short of work.

    A place upstream is held until the next is free, so a cycle is the longer of two services: Hunt, Sequential arrays
    of waiting lines, Operations Research 4 (1956) 674-683; GSTH section 4.3.
    """
    return 1.0 / (1.0 / first + 1.0 / second - 1.0 / (first + second))


def working_time(times: Floats, opens: float, closes: float, days: int) -> Floats:
    """Working time from the midnight before a Monday to each time, both in days.

    Open from ``opens`` to ``closes`` (shares of a day) on the first ``days`` days of a week. A queue that people join
    in working time alone, and whose staff rest when closed, is in working time the queue that never closes.
    """
    whole = np.floor(times)
    today = np.clip(times - whole, opens, closes) - opens
    weekday = whole % 7.0
    done = np.floor(whole / 7.0) * days + np.minimum(weekday, days)
    worked: Floats = done * (closes - opens) + np.where(weekday < days, today, 0.0)
    return worked


def lognormal_survival(mean: float, sd: float) -> Callable[[Floats], Floats]:
    """Share of lognormal times longer than each time."""
    from scipy.special import ndtr

    sigma = np.sqrt(np.log1p((sd / mean) ** 2))
    mu = np.log(mean) - sigma * sigma / 2.0

    def survival(times: Floats) -> Floats:
        longer: Floats = ndtr((mu - np.log(times)) / sigma)
        return longer

    return survival


def exponential_survival(mean: float) -> Callable[[Floats], Floats]:
    """Share of exponential times longer than each time."""
    return lambda times: np.exp(-times / mean)


def poisson_below(load: float, number: int) -> float:
    """Chance that at most ``number`` are present in M/G/inf: GSTH section 5.2.2."""
    return exp(-load) * sum(load**n / factorial(n) for n in range(number + 1))
