"""A team's work clock: working time runs at one speed, and a task ends when its effort has run.

By effort every case in hand runs at the team's speed. By caseload the cases whose effort is outstanding share the
workers equally, none faster than one worker.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any, Final

from sim.engine.grid import NEVER, ceil_to_grid
from sim.engine.pool import Waiter
from sim.engine.rounds import END, Rounds, Wake, priority

__all__ = ["DONE", "Case", "WorkClock"]

DONE: Final = "done"
"""What a person is told when the effort is done."""

_SLACK: Final = 1e-9


class Case:
    """Effort under way."""

    __slots__ = ("live", "target", "waiter")

    def __init__(self, waiter: Waiter, target: float) -> None:
        self.waiter = waiter
        self.target = target
        """The work-clock reading at which it is done."""
        self.live = True


class WorkClock:
    """Work done by each case in hand since the start; runs at ``speed`` while open, shared out in a caseload team."""

    __slots__ = (
        "_at", "_carried", "_due", "_heap", "_prio", "_rounds", "_target", "_wake", "active", "rate", "seq",
        "since", "speed", "until", "work", "workers",
    )  # fmt: skip

    def __init__(self, rounds: Rounds, order: int, *, workers: int | None = None) -> None:
        self._rounds = rounds
        self._heap: list[tuple[float, int, int, Case]] = []
        self._prio = priority(END, order)
        self._wake = Wake(self._fire)
        self.speed = 0.0
        """Working time in a unit of elapsed time, for one worker; 0 when closed."""
        self.workers = workers
        """Workers who share the cases; None: every case runs at ``speed``."""
        self.active = 0
        """Cases with effort outstanding."""
        self.work = 0.0
        self.since = rounds.now
        self.rate = 0.0
        self.seq = 0
        self.until = rounds.now
        """The speed does not change before this time."""
        self._due = NEVER
        """When the next case is done at the rate of now. The wake may be armed for earlier, and is then armed again."""
        self._at = NEVER
        """When the wake goes off."""
        self._target = NEVER
        """The reading at which the next case is done."""
        self._carried: list[Case] = []

    def add(self, waiter: Waiter, effort: float) -> Case:
        """Start a case that needs ``effort`` working time."""
        self._advance()
        case = Case(waiter, self.work + effort)
        self.seq += 1
        heappush(self._heap, (case.target, waiter.key, self.seq, case))
        self.active += 1
        self._set_rate()
        return case

    def ends(self, effort: float) -> float | None:
        """When a case started now will be done, where that is before the speed can change; else None: ``add`` it.

        Only for a team by effort, whose cases do not slow each other.
        """
        if self.workers is None and self.speed:
            end = ceil_to_grid(self._rounds.now + effort / self.speed)
            if end <= self.until:
                return end
        return None

    def carry(self, waiter: Waiter, effort: float) -> None:
        """Start a case that will not be done before the speed changes, for one who waits for nothing else."""
        if self.workers is not None:
            self.add(waiter, effort)
            return
        self._advance()
        self._carried.append(Case(waiter, self.work + effort))

    def drop(self, case: Case) -> None:
        """End a case before its effort is done."""
        if case.live:
            case.live = False
            self._advance()
            self.active -= 1
            self._set_rate()

    def set_speed(self, speed: float, until: float, workers: int | None = None) -> None:
        """A new speed (0: closed), which holds ``until`` then, and in a caseload team a new number of workers."""
        self._advance()
        self.speed = speed
        self.until = until
        if speed and self._carried:
            self._take_up()
        if self.workers is not None and workers is not None:
            self.workers = workers
        self._set_rate()

    def _advance(self) -> None:
        now = self._rounds.now
        if self.rate:
            self.work += self.rate * (now - self.since)
        self.since = now

    def _take_up(self) -> None:
        """Tell those carried over who will be done before the speed changes again when that is."""
        last = self.work + self.speed * (self.until - self.since)
        carried = self._carried
        self._carried = [case for case in carried if case.target > last]
        for case in carried:
            if case.target <= last:
                end = ceil_to_grid(self.since + max(0.0, case.target - self.work) / self.speed)
                case.waiter.sleep_until(min(end, self.until))

    def _set_rate(self) -> None:
        rate = self.speed
        if self.workers is not None and self.active > self.workers:
            rate *= self.workers / self.active
        heap = self._heap
        while heap and not heap[0][3].live:
            heappop(heap)
        target = heap[0][0] if heap else NEVER
        if target == self._target and rate == self.rate and self._due < NEVER:
            return
        self.rate = rate
        self._target = target
        self._due = NEVER
        if heap:
            left = heap[0][0] - self.work
            if left <= _SLACK:
                self._due = self._rounds.now
            elif rate:
                self._due = ceil_to_grid(self.since + left / rate)
        self._arm()

    def _arm(self) -> None:
        if self._due < self._at:
            if self._wake.armed:
                self._wake.cancel()
                self._wake = Wake(self._fire)
            self._at = self._due
            self._rounds.arm(self._wake, self._due, self._prio)

    def _fire(self, _: Any) -> None:
        self._at = NEVER
        if self._due > self._rounds.now:
            self._arm()
            return
        self._advance()
        heap = self._heap
        done = []
        while heap and (not heap[0][3].live or heap[0][0] <= self.work + _SLACK):
            case = heappop(heap)[3]
            if case.live:
                case.live = False
                self.active -= 1
                done.append(case)
        self._due = NEVER
        self._set_rate()
        for case in done:
            case.waiter.resume(DONE)
        self._rounds.settle()
