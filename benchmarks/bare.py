"""The reference network on the bare engine: its loop, pools and keyed draws, and the log, without stations or YAML.

One hand-written journey, for what the engine itself takes; ``textbook.py`` is the same network in textbook SimPy,
``reference.yaml`` in the scenario language. Times are in days. Luck is keyed by person and decision, filled by arrays
where everyone comes; times are on the grid; every stop writes its spell.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass
from functools import partial
from math import ceil, log

import numpy as np

from sim.engine.draws import MASK, name_key, person_keys, replication_key, uniform, uniforms
from sim.engine.grid import TICK, TICKS
from sim.engine.pool import Pool, Ticket, Waiter
from sim.engine.rounds import CAPACITY, CLOCK, END, Rounds, Wake, priority
from sim.log.tables import SPELL_RECORD, split, table

ARRIVALS = 80
CRISIS, HOSPITAL, COMMUNITY = 0, 1, 2
A, B, C, D, OUT = range(5)
MEANS = (0.12, 1.2, 14.6, 180.0)
LEAVE = (0.45, 0.40, 0.60, 1.0)
PATIENCE = 30.0
_TIME, _WAY, _AMOUNT, _PATIENCE = (name_key(name) for name in ("time", "way", "amount", "patience"))
_ENDS, _CLOCKS = priority(END), priority(CLOCK)

pack = SPELL_RECORD.pack


class Person(Waiter):
    """Someone in the network: the heap's own event of the end that comes next."""

    __slots__ = ("amount", "at", "joined", "net", "origin", "rank", "row", "started", "ticket", "timer")

    def __init__(self, net: Net, key: int, row: int, rank: int, at: int) -> None:
        self.net = net
        self.live = True
        self.key = key
        self.row = row
        self.rank = rank
        self.at = at
        self.origin = OUT
        self.amount = 1
        self.ticket: Ticket | None = None
        self.timer: Wake | None = None

    def resume(self, _: object) -> None:
        """The wait is over."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        self.net.start(self)

    def happen(self) -> None:
        """Service, stay or hours end."""
        self.net.end(self)

    def sleep_until(self, time: float) -> None:
        """Nothing here has a work clock."""
        raise NotImplementedError


@dataclass
class Luck:
    """First draws of everyone, by row."""

    keys: list[int]
    ranks: list[int]
    times: list[float]
    lengths: tuple[list[float], ...]
    leaves: tuple[list[bool], ...]
    patience: list[float]


class Net:
    """A replication-year under way."""

    def __init__(self, seed: int, days: float, scale: int, servers_b: int, patience: bool, hours: bool) -> None:
        self.rounds = Rounds(0.0, 1.0, days)
        self.env = self.rounds.env
        self.days = days
        self.patience = patience
        self.hours = hours
        sizes = (12 * scale, servers_b * scale, 400 * scale, 28_800 * scale)
        self.pools = [
            Pool(self.rounds, name, i, size) for i, (name, size) in enumerate(zip("abcd", sizes, strict=True))
        ]
        self.spells: list[bytes] = []
        self.write = self.spells.append
        self.luck = self.everyone(replication_key(seed, 0), scale)

    def everyone(self, key: int, scale: int) -> Luck:
        """Who comes and when: a Poisson number a day, at times of the day."""
        counts = np.random.default_rng(key & MASK).poisson(ARRIVALS * scale, ceil(self.days))
        date = np.repeat(np.arange(len(counts)), counts)
        index = np.arange(len(date)) - np.repeat(np.cumsum(counts) - counts, counts)
        keys = person_keys(key, 1, np.zeros(1, np.int64), date, index)
        times = np.floor((date + uniforms(keys, _TIME)) * TICKS) * TICK
        order = np.lexsort((keys, times))
        keys, times = keys[order], times[order]
        who = uniforms(keys, _WAY)
        ranks = np.where(who < 0.1, CRISIS, np.where(who < 0.4, HOSPITAL, COMMUNITY))
        lengths = tuple(
            (np.floor(-np.log(uniforms(keys, _TIME ^ at + 1)) * mean * TICKS + 0.5) * TICK).tolist()
            for at, mean in enumerate(MEANS[:2])
        )
        leaves = tuple((uniforms(keys, _WAY ^ at + 1) < LEAVE[at]).tolist() for at in (A, B))
        patience = (-np.log(uniforms(keys, _PATIENCE)) * PATIENCE).tolist()
        return Luck(keys.tolist(), ranks.tolist(), times.tolist(), lengths, leaves, patience)

    def arrive(self, arrival: tuple[float, int, int, int]) -> None:
        """One comes."""
        _, key, row, rank = arrival
        self.join(Person(self, key, row, rank, A))
        if self.rounds.dirty:
            self.rounds.settle()

    def join(self, person: Person) -> None:
        """Start at once, or queue."""
        person.joined = now = self.rounds.now
        at = person.at
        if at == D:
            person.amount = 5 + int(uniform(person.key, _AMOUNT, 0) * 21)
        pool = self.pools[at]
        if pool.take(person.amount, ""):
            self.start(person)
            return
        person.ticket = pool.join(person, person.amount, "", 0 if at in (A, C) else person.rank, now)
        if at == B and person.rank == COMMUNITY and self.patience:
            time = ceil((now + self.luck.patience[person.row]) * TICKS) * TICK
            person.timer = self.rounds.call(time, _CLOCKS + person.key, lambda _: self.lose_patience(person))

    def midnight(self, day: int, _: object = None) -> None:
        """What is due on this day comes into the heap."""
        self.rounds.turn(day)
        self.rounds.call(day + 1.0, priority(CAPACITY), partial(self.midnight, day + 1))

    def lose_patience(self, person: Person) -> None:
        """Rejoin at the back of the crisis queue."""
        assert person.ticket is not None
        person.timer = None
        self.pools[B].leave(person.ticket)
        self.spell(person, 1, float("nan"), B)
        person.rank = CRISIS
        person.origin = B
        self.join(person)
        self.rounds.settle()

    def start(self, person: Person) -> None:
        """Service, stay or hours begin."""
        at = person.at
        person.started = now = self.rounds.now
        if at < C and person.row >= 0:
            length = self.luck.lengths[at][person.row]
        else:
            length = ceil(-log(uniform(person.key, _TIME ^ at + 1, 0)) * MEANS[at] * TICKS) * TICK
        self.rounds.push(now + length, _ENDS + person.key, person)

    def end(self, person: Person) -> None:
        """Leave, or go on to the next."""
        at = person.at
        if at < C:
            leaves = self.luck.leaves[at][person.row]
        else:
            leaves = at == D or not self.hours or uniform(person.key, _WAY ^ at + 1, 0) < LEAVE[at]
        self.spell(person, 0, person.started, OUT if leaves else at + 1)
        self.pools[at].release(person.amount, "")
        if not leaves:
            person.origin = at
            person.at = at + 1
            self.join(person)
        if self.rounds.dirty:
            self.rounds.settle()

    def spell(self, person: Person, kind: int, started: float, to: int) -> None:
        """Write what is over."""
        now = self.rounds.now
        at = person.at
        self.write(
            pack(person.key, at, kind, person.joined, started, now, person.amount, at, person.origin, to, 0, 0,
                 person.rank, person.rank)
        )  # fmt: skip

    def log(self) -> dict[str, np.ndarray]:
        """The spells, each that leads out followed by a row at the exit."""
        written = table(b"".join(self.spells))
        last = np.flatnonzero(written["to"] == OUT)
        whole = f"V{written.itemsize}"
        out = written.view(whole)[last].view(written.dtype)
        out["origin"], out["station"] = out["station"], OUT
        out["joined"] = out["started"] = out["ended"]
        for name in ("type", "amount", "pool", "to"):
            out[name] = 0
        rows = np.argsort(np.concatenate([np.arange(len(written)), last]), kind="stable")
        return split(np.concatenate([written.view(whole), out.view(whole)])[rows].view(written.dtype))

    def run(self, residents: int) -> dict[str, np.ndarray]:
        """The spells of the year."""
        collecting = gc.isenabled()
        gc.disable()
        try:
            for row in range(residents):
                self.join(Person(self, row + 1, -1, CRISIS, D))
            luck = self.luck
            line = zip(luck.times, luck.keys, range(len(luck.keys)), luck.ranks, strict=True)
            self.rounds.expect(line, self.arrive)
            self.midnight(0)
            self.env.run(until=self.days)
            return self.log()
        finally:
            if collecting:
                gc.enable()


def run(
    seed: int, days: float = 365, scale: int = 1, servers_b: int = 54, patience: bool = True, hours: bool = True
) -> dict[str, np.ndarray]:
    """One replication-year, as ``textbook.run``."""
    return Net(seed, days, scale, servers_b, patience, hours).run(1850 * scale if hours else 0)
