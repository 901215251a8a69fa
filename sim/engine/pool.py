"""One class for servers, places, beds and hours: an integer capacity, requests in order, floors per class."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any, Final

from mypy_extensions import mypyc_attr

from sim.engine.rounds import Dispatched, Happening, Rounds

__all__ = ["LOST", "START", "Pool", "Ticket", "Waiter"]

START: Final = "start"
LOST: Final = "lost"
"""What a waiter is told."""


@mypyc_attr(allow_interpreted_subclasses=True)
class Waiter(Happening):
    """Who waits: a person."""

    __slots__ = ("key",)

    key: int

    def resume(self, message: object) -> None:
        """Go on: the ticket has started (``START``) or was refused (``LOST``)."""
        raise NotImplementedError

    def sleep_until(self, time: float) -> None:
        """Go on at a time."""
        raise NotImplementedError


class Ticket:
    """A request for an amount, waiting in order."""

    __slots__ = ("amount", "joined", "kind", "live", "room", "waiter")

    def __init__(self, waiter: Waiter, amount: int, kind: str, joined: float, room: Room | None) -> None:
        self.waiter = waiter
        self.amount = amount
        self.kind = kind
        """The class whose floor counts."""
        self.joined = joined
        self.live = True
        self.room = room


class Room:
    """How many may wait without a place upstream; those who come beyond it are lost."""

    __slots__ = ("limit", "waiting")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.waiting = 0


_Entry = tuple[Any, ...]
"""(rank, since, person, serial, ticket)"""


class Pool(Dispatched):
    """Amounts are integers of the pool's unit. Capacity may rise, fall below use (no starts until it drains) or be 0.

    Strict head of line: the first in order blocks those behind it. ``fit_first`` lets smaller requests pass until the
    head has waited ``hold_after``. A floor keeps units for a class: a start by class k needs amount <= free - sum over
    other classes of max(0, floor - in use). A class behind a blocked head may still start inside its own floor.
    """

    __slots__ = (
        "_buckets", "_in_line", "_line", "_rounds", "_seq", "capacity", "fit_first", "floors", "held", "hold_after",
        "moment", "name", "overflow", "used", "waiting",
    )  # fmt: skip

    def __init__(
        self,
        rounds: Rounds,
        name: str,
        order: int,
        capacity: int,
        *,
        floors: dict[str, int] | None = None,
        fit_first: bool = False,
        hold_after: float = float("inf"),
    ) -> None:
        super().__init__(order)
        self._rounds = rounds
        self._seq = 0
        self._line: list[_Entry] = []
        """The one queue of a pool without floors and ``fit_first``."""
        self._buckets: dict[tuple[str, int], list[_Entry]] = {}
        self.name = name
        self.capacity = capacity
        self.used = 0
        self.waiting = 0
        """Live tickets."""
        self.moment = 0.0
        """Amounts given back times when, less amounts taken times when: with what is in use, the unit-time used."""
        self.floors = floors or {}
        self.held: dict[str, int] = {}
        """In use by class; kept only where there are floors."""
        self.fit_first = fit_first
        self._in_line = not (self.floors or fit_first)
        self.hold_after = hold_after
        self.overflow: list[Ticket] = []
        """Joined since the last dispatch, with a limited room."""

    def take(self, amount: int, kind: str) -> bool:
        """Start at once if nobody waits, it fits, and nothing else can happen at this instant before it."""
        used = self.used + amount
        if self.waiting or used > self.capacity or self._rounds.dirty:
            return False
        if self.floors:
            if not self._floors_allow(kind, amount):
                return False
            self.held[kind] = self.held.get(kind, 0) + amount
        if self._rounds.more():
            if self.floors:
                self.held[kind] -= amount
            return False
        self.moment -= amount * self._rounds.now
        self.used = used
        return True

    def join(self, waiter: Waiter, amount: int, kind: str, rank: int, since: float, room: Room | None = None) -> Ticket:
        """Wait in order of (rank, since, person)."""
        ticket = Ticket(waiter, amount, kind, self._rounds.now, room)
        if self._in_line:
            heap = self._line
        else:
            heap = self._buckets.setdefault((kind if self.floors else "", amount if self.fit_first else 0), [])
        self._seq = seq = self._seq + 1
        heappush(heap, (rank, since, waiter.key, seq, ticket))
        self.waiting += 1
        if room is not None:
            room.waiting += 1
            self.overflow.append(ticket)
        if not self.touched and (self.used < self.capacity or room is not None):
            self.touched = True
            self._rounds.dirty.append(self)
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Stop waiting; those behind may now start."""
        if ticket.live:
            self._drop(ticket)
            if self.waiting:
                self._rounds.touch(self)

    def seat(self, ticket: Ticket) -> None:
        """Start a waiter whatever is free, for one whose place another gives up at this instant."""
        self._drop(ticket)
        self.use(ticket.amount, ticket.kind)

    def use(self, amount: int, kind: str) -> None:
        """Take an amount, whatever is free: stock at the start, a restart in the place held."""
        self.moment -= amount * self._rounds.now
        self.used += amount
        if self.floors:
            self.held[kind] = self.held.get(kind, 0) + amount

    def release(self, amount: int, kind: str) -> None:
        """Give an amount back."""
        self.moment += amount * self._rounds.now
        self.used -= amount
        if self.floors:
            self.held[kind] -= amount
        if self.waiting:
            self.freed()

    def freed(self) -> None:
        """Something was given back while others wait: dispatch now if nothing else happens at this instant."""
        if not self.touched:
            rounds = self._rounds
            if not rounds.dirty and not rounds.more():
                self.dispatch()
            else:
                self.touched = True
                self._rounds.dirty.append(self)

    def set_capacity(self, capacity: int, floors: dict[str, int] | None = None) -> None:
        """A new capacity, and new floors by class."""
        if floors is not None and floors != self.floors:
            if bool(floors) != bool(self.floors):
                raise ValueError(f"{self.name}: floors appear or vanish while it runs")
            self.floors = floors
        self.capacity = capacity
        if self.waiting:
            self._rounds.touch(self)

    def used_time(self) -> float:
        """Unit-time used until now."""
        return self.moment + self.used * self._rounds.now

    def dispatch(self) -> None:
        """Start everyone who can start, in order."""
        if not self._in_line:
            while self._start_one():
                pass
            if self.overflow:
                self._refuse()
            return
        heap = self._line
        now = self._rounds.now
        while heap:
            ticket: Ticket = heap[0][4]
            if not ticket.live:
                heappop(heap)
                continue
            amount = ticket.amount
            used = self.used + amount
            if used > self.capacity:
                break
            heappop(heap)
            ticket.live = False
            self.waiting -= 1
            if ticket.room is not None:
                ticket.room.waiting -= 1
            self.moment -= amount * now
            self.used = used
            ticket.waiter.resume(START)
        if self.overflow:
            self._refuse()

    def _start_one(self) -> bool:
        free = self.capacity - self.used
        if free <= 0:
            return False
        heads: list[tuple[_Entry, list[_Entry]]] = []
        for heap in self._buckets.values():
            while heap:
                ticket: Ticket = heap[0][4]
                if ticket.live:
                    heads.append((heap[0], heap))
                    break
                heappop(heap)
        if len(heads) > 1:
            heads.sort()
        blocked: Ticket | None = None
        for entry, heap in heads:
            ticket = entry[4]
            fits = ticket.amount <= free
            if not fits:
                blocked = blocked or ticket
                continue
            if blocked is not None and not self._may_pass(blocked, ticket):
                continue
            if self.floors and not self._floors_allow(ticket.kind, ticket.amount):
                continue
            heappop(heap)
            self._start(ticket)
            return True
        return False

    def _may_pass(self, head: Ticket, ticket: Ticket) -> bool:
        if self.fit_first and self._rounds.now - head.joined < self.hold_after:
            return True
        return self.held.get(ticket.kind, 0) + ticket.amount <= self.floors.get(ticket.kind, 0)

    def _floors_allow(self, kind: str, amount: int) -> bool:
        kept = 0
        for other, floor in self.floors.items():
            if other != kind:
                short = floor - self.held.get(other, 0)
                if short > 0:
                    kept += short
        return amount <= self.capacity - self.used - kept

    def _start(self, ticket: Ticket) -> None:
        self._drop(ticket)
        self.use(ticket.amount, ticket.kind)
        ticket.waiter.resume(START)

    def _drop(self, ticket: Ticket) -> None:
        ticket.live = False
        self.waiting -= 1
        if ticket.room is not None:
            ticket.room.waiting -= 1

    def _refuse(self) -> None:
        newest_last, self.overflow = self.overflow, []
        for ticket in reversed(newest_last):
            if ticket.live and ticket.room is not None and ticket.room.waiting > ticket.room.limit:
                self._drop(ticket)
                ticket.waiter.resume(LOST)
