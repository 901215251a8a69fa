"""SimPy's own event loop with ordered ties: what happens at one instant happens in one stated order.

At an instant: capacity and profiles, ends and releases, clocks and wait limits, arrivals, then dispatch, inside a phase
by pool or team, then person. The order sits in the priority field of SimPy's heap entry; ``Environment.run`` is stock.
What is known long before stays out of the heap: arrivals stand in a line of their own beside it and enter it only for
a tie, and what is due on a later day waits for its midnight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from heapq import heapify
from math import ceil
from typing import Any, Final

import simpy
from mypy_extensions import mypyc_attr
from simpy.core import EmptySchedule

from sim.engine import heap
from sim.engine.grid import NEVER

__all__ = [
    "ARRIVAL", "CAPACITY", "CLOCK", "DISPATCH", "END", "Arrival", "Dispatched", "Happening", "Rounds", "Wake",
    "priority",
]  # fmt: skip

CAPACITY: Final = 1
END: Final = 2
CLOCK: Final = 3
ARRIVAL: Final = 4
DISPATCH: Final = 5
"""The phases of one instant, in order."""


def priority(phase: int, order: int = 0, person: int = 0) -> int:
    """The heap priority of (phase, pool or team, person)."""
    return (phase << 80) | (order << 64) | person


@mypyc_attr(allow_interpreted_subclasses=True)
class Happening:
    """What stands in the heap until its time comes."""

    __slots__ = ("live",)

    live: bool
    """Not called off."""

    def happen(self) -> None:
        """Its time has come."""
        raise NotImplementedError


class Wake(Happening):
    """One event that can be armed again once it has fired."""

    __slots__ = ("armed", "call")

    def __init__(self, call: Callable[[Any], None]) -> None:
        self.call = call
        """What happens when it fires."""
        self.armed = False
        """In the heap."""
        self.live = False

    def cancel(self) -> None:
        """Nothing happens when its time comes. It cannot be armed again before then: use a fresh one."""
        self.live = False

    def happen(self) -> None:
        self.armed = False
        if self.live:
            self.live = False
            self.call(self)


Arrival = tuple[Any, ...]
"""The time, the key of the person, and whatever else is known of who arrives."""

_ARRIVES: Final = priority(ARRIVAL)
_DISPATCHES: Final = priority(DISPATCH)
_NOBODY: Final[Arrival] = (NEVER, 0)


@mypyc_attr(allow_interpreted_subclasses=True)
class Dispatched:
    """What is dispatched in a round: a pool, a market."""

    __slots__ = ("order", "touched")

    def __init__(self, order: int) -> None:
        self.order = order
        self.touched = False

    def dispatch(self) -> None:
        """Start whoever can start."""
        raise NotImplementedError


class Timeline(simpy.Environment):
    """SimPy's environment, told what to do next and what time it is by its rounds."""

    rounds: Rounds

    def schedule(self, event: Any, priority: int = 1, delay: float = 0.0) -> None:
        """SimPy's own events: the end of a run."""
        time = self.rounds.now + delay
        heap.push(self.rounds.queue, (time, priority, next(self._eid), event))

    @property
    def now(self) -> float:
        """The time."""
        return self.rounds.now


class Rounds:
    """What happens next: the events of SimPy's environment, arrivals, what is due on later days, and the pools touched
    at this instant. Events do not fail."""

    def __init__(self, begin: float, day: float = NEVER, horizon: float = NEVER) -> None:
        self.env = env = Timeline(begin)
        self.queue: list[Any] = env._queue
        """SimPy's own heap."""
        self.now = begin
        self.serial = 0
        self.day = day
        """Length of a day: what is due on a later one stands in no heap until ``turn``."""
        self.tomorrow = begin if day < NEVER else NEVER
        """The next midnight."""
        self.horizon = horizon
        """Nothing from then on happens any more."""
        self._later: dict[int, list[tuple[Any, ...]]] = {}
        """day -> what is due on it, after its own midnight and until the next."""
        self.dirty: list[Dispatched] = []
        """Touched since the last dispatch."""
        self._line: Iterator[Arrival] = iter(())
        self._first = _NOBODY
        self._due = NEVER
        """When the first in line arrives."""
        self._comes: Callable[[Arrival], None]
        self._dispatch = Wake(self._on_dispatch)
        env.rounds = self
        env.step = self.step  # type: ignore[method-assign]

    def expect(self, line: Iterator[Arrival], comes: Callable[[Arrival], None]) -> None:
        """Call ``comes`` with each of ``line``, which is in order of time, when its time has come."""
        self._line = line
        self._comes = comes
        self._first = next(line, _NOBODY)
        self._due = self._first[0]

    def step(self) -> None:
        """Process the next event. Raises ``EmptySchedule`` when there is none."""
        queue = self.queue
        due = self._due
        soonest = NEVER
        if queue:
            head: Arrival = queue[0]
            soonest = head[0]
        if due <= soonest:
            if due == NEVER:
                raise EmptySchedule
            arrival = self._first
            self._first = first = next(self._line, _NOBODY)
            self._due = following = first[0]
            if due < soonest and due < following:
                self.now = due
                self._comes(arrival)
                return
            self._tie(arrival)
        entry = heap.pop(queue)
        self.now = entry[0]
        event = entry[3]
        if isinstance(event, Happening):
            event.happen()
        else:
            callbacks, event.callbacks = event.callbacks, None
            for callback in callbacks:
                callback(event)

    def _tie(self, arrival: Arrival) -> None:
        """Something else happens at the instant of an arrival: the heap settles the order, of this and any other."""
        time: float = arrival[0]
        while arrival[0] == time:
            self.call(time, _ARRIVES + arrival[1], partial(self._arrives, arrival))
            arrival = self._first
            if arrival[0] == time:
                self._first = next(self._line, _NOBODY)
                self._due = self._first[0]

    def _arrives(self, arrival: Arrival, _: Any) -> None:
        self._comes(arrival)

    def push(self, time: float, prio: int, event: Happening) -> None:
        """Let an event happen at a grid time."""
        self.serial = serial = self.serial + 1
        if time <= self.tomorrow:
            heap.push(self.queue, (time, prio, serial, event))
        elif time < self.horizon:
            day = ceil(time / self.day) - 1
            known = self._later.get(day)
            if known is None:
                self._later[day] = [(time, prio, serial, event)]
            else:
                known.append((time, prio, serial, event))

    def turn(self, day: int) -> None:
        """A day begins: what is due on it goes into the heap, but for what has been called off."""
        self.tomorrow = (day + 1) * self.day
        queue = self.queue
        for entry in self._later.pop(day, ()):
            event: Happening = entry[3]
            if event.live:
                queue.append(entry)
        heapify(queue)

    def clear(self) -> None:
        """Forget all that is to come."""
        self.queue.clear()
        self._later.clear()

    def more(self) -> bool:
        """Whether something else happens at this instant; what has been called off does not."""
        queue = self.queue
        while queue:
            head: Arrival = queue[0]
            time: float = head[0]
            if time > self.now:
                return False
            event = head[3]
            if not isinstance(event, Happening) or event.live:
                return True
            heap.pop(queue)
        return False

    def arm(self, wake: Wake, time: float, prio: int) -> None:
        """Let ``wake`` fire at a grid time."""
        wake.armed = wake.live = True
        self.push(time, prio, wake)

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
        dirty = self.dirty
        while dirty:
            if self.more():
                if not self._dispatch.armed:
                    self.arm(self._dispatch, self.now, _DISPATCHES)
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
