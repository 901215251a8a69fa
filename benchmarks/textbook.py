"""The reference network in textbook SimPy: what the engine's speed is measured against.

A process for each person, ``PriorityResource`` for servers and places, a ``Container`` with a sorted queue for hours,
``request | timeout`` for patience, ``random.Random`` for luck; nothing is made slow on purpose. Times are in days.
``reference.yaml`` is the same network in the scenario language.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import simpy
from simpy.core import BoundClass
from simpy.resources.container import ContainerGet
from simpy.resources.resource import SortedQueue

ARRIVALS = 80
CRISIS, HOSPITAL, COMMUNITY = 0, 1, 2
"""Priorities; the smaller goes first."""

Process = Generator[simpy.Event, Any, None]


class PriorityGet(ContainerGet):
    """A request for an amount that queues by priority, then by time."""

    def __init__(self, container: Hours, amount: int, priority: int) -> None:
        self.key = (priority, container._env.now)
        super().__init__(container, amount)


class Hours(simpy.Container):
    """A container whose queue is sorted by priority; the head of the queue holds up those behind it."""

    GetQueue = SortedQueue
    get = BoundClass(PriorityGet)


@dataclass
class Network:
    """Stations A to D, and the waits seen there."""

    env: simpy.Environment
    luck: Random
    scale: int = 1
    servers_b: int = 54
    patience: bool = True
    hours: bool = True
    waits: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in "ABCD"})
    lost_patience: int = 0

    def __post_init__(self) -> None:
        self.a = simpy.Resource(self.env, 12 * self.scale)
        self.b = simpy.PriorityResource(self.env, self.servers_b * self.scale)
        self.c = simpy.Resource(self.env, 400 * self.scale)
        self.d = Hours(self.env, capacity=28_800 * self.scale, init=28_800 * self.scale)


def person(net: Network, priority: int) -> Process:
    """One person's journey from A on."""
    env, luck = net.env, net.luck
    arrived = env.now
    with net.a.request() as turn:
        yield turn
        net.waits["A"].append(env.now - arrived)
        yield env.timeout(luck.expovariate(1 / 0.12))
    if luck.random() < 0.45:
        return

    arrived = env.now
    served = False
    if priority == COMMUNITY and net.patience:
        with net.b.request(priority) as turn:
            yield turn | env.timeout(luck.expovariate(1 / 30))
            if turn.triggered:
                net.waits["B"].append(env.now - arrived)
                yield env.timeout(luck.expovariate(1 / 1.2))
                served = True
        if not served:
            net.lost_patience += 1
            priority = CRISIS
    if not served:
        with net.b.request(priority) as turn:
            yield turn
            net.waits["B"].append(env.now - arrived)
            yield env.timeout(luck.expovariate(1 / 1.2))
    if luck.random() < 0.40:
        return

    arrived = env.now
    with net.c.request() as turn:
        yield turn
        net.waits["C"].append(env.now - arrived)
        yield env.timeout(luck.expovariate(1 / 14.6))
    if luck.random() < 0.60 or not net.hours:
        return

    arrived = env.now
    amount = luck.randint(5, 25)
    yield net.d.get(amount, priority)
    net.waits["D"].append(env.now - arrived)
    yield from stay_in_d(net, amount)


def stay_in_d(net: Network, amount: int) -> Process:
    """Use hours, then give them back."""
    yield net.env.timeout(net.luck.expovariate(1 / 180))
    yield net.d.put(amount)


def resident(net: Network) -> Process:
    """Someone in D at the start."""
    amount = net.luck.randint(5, 25)
    yield net.d.get(amount, CRISIS)
    yield from stay_in_d(net, amount)


def arrivals(net: Network) -> Process:
    """People come at random: 10% in crisis, 30% from hospital, 60% from the community."""
    while True:
        yield net.env.timeout(net.luck.expovariate(ARRIVALS * net.scale))
        u = net.luck.random()
        net.env.process(person(net, CRISIS if u < 0.1 else HOSPITAL if u < 0.4 else COMMUNITY))


def run(
    seed: int, days: float = 365, scale: int = 1, servers_b: int = 54, patience: bool = True, hours: bool = True
) -> Network:
    """One replication-year; ``scale`` makes everything that many times as large, ``hours`` is whether there is a D."""
    net = Network(simpy.Environment(), Random(seed), scale, servers_b, patience, hours)
    for _ in range(1850 * scale if hours else 0):
        net.env.process(resident(net))
    net.env.process(arrivals(net))
    net.env.run(until=days)
    return net
