"""SimPy's own event loop with ordered ties: what happens at one instant happens in one stated order.

At an instant: capacity and profiles, ends and releases, clocks and wait limits, arrivals, then dispatch, inside a phase
by pool or team, then person. The order sits in the priority field of SimPy's heap entry; ``Environment.run`` is stock.
Arrivals, known from the start, stand in a line of their own beside the heap, and enter it only for a tie.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from heapq import heappop, heappush
from math import inf
from typing import Any, Protocol

import simpy
from simpy.core import EmptySchedule

__all__ = ["ARRIVAL", "CAPACITY", "CLOCK", "DISPATCH", "END", "Arrival", "Dispatched", "Rounds", "Wake", "priority"]

CAPACITY, END, CLOCK, ARRIVAL, DISPATCH = 1, 2, 3, 4, 5
"""The phases of one instant, in order."""


def priority(phase: int, order: int = 0, person: int = 0) -> int:
    """The heap priority of (phase, pool or team, person)."""
    return (phase << 80) | (order << 64) | person


class Wake:
    """One event that can be armed again once it has fired; ``callbacks`` is what SimPy's loop calls."""

    __slots__ = ("call", "callbacks")

    _ok = True
    _value = None

    def __init__(self, call: Callable[[Any], None]) -> None:
        self.call = (call,)
        """What happens when it fires."""
        self.callbacks: tuple[Callable[[Any], None], ...] | None = None
        """None: not in the heap; empty: in the heap but cancelled."""

    def cancel(self) -> None:
        """Nothing happens when its time comes. It cannot be armed again before then: use a fresh one."""
        if self.callbacks is not None:
            self.callbacks = ()


Arrival = tuple[Any, ...]
"""The time, the key of the person, and whatever else is known of who arrives."""

_ARRIVES = priority(ARRIVAL)
_NOBODY: Arrival = (inf, 0)


class Timeline(simpy.Environment):
    """SimPy's environment, whose next event may be an arrival from the line beside its heap. Events do not fail."""

    def __init__(self, begin: float) -> None:
        super().__init__(begin)
        self._line: Iterator[Arrival] = iter(())
        self._first = _NOBODY
        self._due = inf
        """When the first in line arrives."""
        self._comes: Callable[[Arrival], None]

    def expect(self, line: Iterator[Arrival], comes: Callable[[Arrival], None]) -> None:
        """Call ``comes`` with each of ``line``, which is in order of time, when its time has come."""
        self._line = line
        self._comes = comes
        self._first = next(line, _NOBODY)
        self._due = self._first[0]

    def step(self) -> None:
        """Process the next event. Raises ``EmptySchedule`` when there is none."""
        queue: list[Any] = self._queue
        due = self._due
        soonest: float = queue[0][0] if queue else inf
        if due <= soonest:
            if due == inf:
                raise EmptySchedule
            arrival = self._first
            self._first = first = next(self._line, _NOBODY)
            self._due = first[0]
            if due < soonest and due < first[0]:
                self._now = due
                self._comes(arrival)
                return
            self._tie(arrival)
        entry = heappop(queue)
        self._now = entry[0]
        event = entry[3]
        callbacks = event.callbacks
        event.callbacks = None
        for callback in callbacks:
            callback(event)

    def _tie(self, arrival: Arrival) -> None:
        """Something else happens at the instant of an arrival: the heap settles the order, of this and any other."""
        time = arrival[0]
        while arrival[0] == time:
            wake = Wake(partial(self._arrives, arrival))
            wake.callbacks = wake.call
            heappush(self._queue, (time, _ARRIVES + arrival[1], next(self._eid), wake))  # type: ignore[misc]
            arrival = self._first
            if arrival[0] == time:
                self._first = next(self._line, _NOBODY)
                self._due = self._first[0]

    def _arrives(self, arrival: Arrival, _: Any) -> None:
        self._comes(arrival)


class Dispatched(Protocol):
    """What is dispatched in a round: a pool, a market."""

    order: int
    touched: bool

    def dispatch(self) -> None:
        """Start whoever can start."""


class Rounds:
    """An environment, and the pools touched at this instant."""

    def __init__(self, begin: float) -> None:
        self.env = Timeline(begin)
        self.queue: list[tuple[float, int, int, Any]] = self.env._queue  # type: ignore[assignment]
        self.serial = self.env._eid
        self.dirty: list[Dispatched] = []
        """Touched since the last dispatch."""
        self._dispatch = Wake(self._on_dispatch)

    def arm(self, wake: Wake, time: float, prio: int) -> None:
        """Let ``wake`` fire at a grid time."""
        wake.callbacks = wake.call
        heappush(self.queue, (time, prio, next(self.serial), wake))

    def call(self, time: float, prio: int, call: Callable[[Any], None]) -> Wake:
        """A new event at a grid time."""
        wake = Wake(call)
        self.arm(wake, time, prio)
        return wake

    def touch(self, pool: Dispatched) -> None:
        """Someone may be able to start in ``pool``: it is dispatched when this instant settles."""
        if not pool.touched:
            pool.touched = True
            self.dirty.append(pool)

    def settle(self) -> None:
        """Dispatch what was touched: now when nothing else happens at this instant, else once after the arrivals."""
        queue = self.queue
        dirty = self.dirty
        while dirty:
            if queue and queue[0][0] <= self.env._now:
                if self._dispatch.callbacks is None:
                    self.arm(self._dispatch, self.env._now, priority(DISPATCH))
                return
            if len(dirty) == 1:
                pool = dirty.pop()
                pool.touched = False
                pool.dispatch()
            else:
                self._round()

    def _round(self) -> None:
        dirty = sorted(self.dirty, key=lambda pool: pool.order)
        self.dirty.clear()
        for pool in dirty:
            pool.touched = False
        for pool in dirty:
            pool.dispatch()

    def _on_dispatch(self, _: Any) -> None:
        self._round()
        self.settle()
