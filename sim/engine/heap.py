"""SimPy's heap of what comes next, as ``heapq`` keeps it: by time, priority and serial number.

As machine code it compares times as numbers, where ``heapq`` compares tuples of objects; in plain Python ``heapq``
itself is used. What comes first is the same either way, for no two entries are equal.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any, Final

from sim.native import core

__all__ = ["Entry", "pop", "push"]

Entry = tuple[Any, ...]
"""(time, priority, serial number, event), as SimPy has it."""

_COMPILED: Final = core() == "compiled"


def push(heap: list[Entry], entry: Entry) -> None:
    """Put an entry into the heap."""
    if not _COMPILED:
        heappush(heap, entry)
        return
    heap.append(entry)
    time: float = entry[0]
    at = len(heap) - 1
    while at > 0:
        above = (at - 1) // 2
        parent = heap[above]
        its: float = parent[0]
        if time > its or (time == its and parent < entry):
            break
        heap[at] = parent
        at = above
    heap[at] = entry


def pop(heap: list[Entry]) -> Entry:
    """Take out the first; there must be one."""
    if not _COMPILED:
        return heappop(heap)
    last = heap.pop()
    count = len(heap)
    if not count:
        return last
    first = heap[0]
    time: float = last[0]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= count:
            break
        child = heap[below]
        its: float = child[0]
        if below + 1 < count:
            other = heap[below + 1]
            time_of_other: float = other[0]
            if time_of_other < its or (time_of_other == its and other < child):
                below, child, its = below + 1, other, time_of_other
        if time < its or (time == its and last < child):
            break
        heap[at] = child
        at = below
    heap[at] = last
    return first
