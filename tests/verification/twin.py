"""The reference network of the speed comparison once more, in plain Python and on its own: no SimPy, no generators.

It is told the luck (arrivals, durations, ways, amounts, patience) and works out by itself who is where when. Queues are
sorted lists, an instant is handled whole: openings and closings, ends, lost patience, arrivals, then starts.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from math import ceil, floor, inf, nan
from typing import NamedTuple

GRID = 2.0**20
CHANGE, END, PATIENCE, ARRIVAL = 1, 2, 3, 4

Row = tuple[int, str, str, float, float, float]
"""(person, station, how it ended, joined, started, ended); nan: not yet."""


class Arrival(NamedTuple):
    """Someone who comes, or who is in D from the start with an amount and a time left."""

    time: float
    person: int
    kind: str
    left: float = nan


class Luck(NamedTuple):
    """What the twin is told."""

    duration: Callable[[int, str], float]
    """Working time or length at a station, on the grid."""
    follows: Callable[[int, str], str]
    """The station after; '' for out."""
    amount: Callable[[int], int]
    """Units of D."""
    patience: Callable[[int], float]
    """How long a person of the community would wait at B."""


class Station:
    """Servers or units, those who wait in order, and when it is open."""

    def __init__(self, capacity: int, rank: Callable[[str], int], hours: list[tuple[float, float]] | None) -> None:
        self.size = capacity
        self.free = capacity
        self.rank = rank
        self.queue: list[tuple[int, float, int]] = []
        self.hours = hours
        self.open = hours is None

    def end(self, start: float, effort: float) -> float:
        """When a start that needs so much open time is done."""
        if self.hours is None:
            return start + effort
        for opens, closes in self.hours:
            if closes > start:
                begin = max(start, opens)
                if effort <= closes - begin:
                    return begin + effort
                effort -= closes - begin
        return inf


class Twin:
    """One run."""

    def __init__(self, luck: Luck, arrivals: Iterable[Arrival], horizon: float, sizes: dict[str, int],
                 hours: dict[str, list[tuple[float, float]]]) -> None:  # fmt: skip
        order = {"crisis": 0, "hospital": 1}
        urgency = {"crisis": 0, "hospital": 1, "community": 2}
        routes: dict[str, Callable[[str], int]] = {
            "a": lambda kind: order.get(kind, 2),
            "b": lambda kind: urgency[kind],
            "c": lambda kind: order.get(kind, 2),
            "d": lambda kind: order.get(kind, 2),
        }
        self.luck = luck
        self.horizon = horizon
        self.now = 0.0
        self.events: list[tuple[float, int, int, str]] = []
        self.stations = {name: Station(sizes[name], routes[name], hours.get(name)) for name in "cdab"}
        self.kind: dict[int, str] = {}
        """By person: the class, which is also the route."""
        self.place: dict[int, tuple[str, float, float]] = {}
        """By person: (station, joined, started)."""
        self.units: dict[int, int] = {}
        self.rows: list[Row] = []
        for name, spans in hours.items():
            for opens, closes in spans:
                heappush(self.events, (opens, CHANGE, 0, f"open {name}"))
                heappush(self.events, (closes, CHANGE, 0, f"close {name}"))
        for arrival in arrivals:
            self.kind[arrival.person] = arrival.kind
            if arrival.left == arrival.left:
                self.units[arrival.person] = luck.amount(arrival.person)
                self.stations["d"].free -= self.units[arrival.person]
                self.place[arrival.person] = ("d", 0.0, 0.0)
                heappush(self.events, (arrival.left, END, arrival.person, "d"))
            else:
                heappush(self.events, (arrival.time, ARRIVAL, arrival.person, ""))

    def run(self) -> list[Row]:
        """Every spell, those still going at the horizon too."""
        while self.events and self.events[0][0] < self.horizon:
            self.now = self.events[0][0]
            while self.events and self.events[0][0] == self.now:
                _, phase, person, what = heappop(self.events)
                if phase == CHANGE:
                    verb, name = what.split()
                    self.stations[name].open = verb == "open"
                elif phase == END:
                    self.leave(person)
                elif phase == PATIENCE:
                    self.lose_patience(person, float(what))
                else:
                    self.join(person, "a")
            self.start()
        for person, (name, joined, started) in self.place.items():
            self.rows.append(
                (person, name, "open_service" if started == started else "open_wait", joined, started, nan)
            )
        return self.rows

    def join(self, person: int, name: str) -> None:
        """Stand in the queue."""
        station = self.stations[name]
        kind = self.kind[person]
        self.place[person] = (name, self.now, nan)
        insort(station.queue, (station.rank(kind), self.now, person))
        if name == "d":
            self.units[person] = self.luck.amount(person)
        if name == "b" and kind == "community":
            gone = ceil((self.now + self.luck.patience(person)) * GRID) / GRID
            heappush(self.events, (gone, PATIENCE, person, repr(self.now)))

    def start(self) -> None:
        """Whoever can start does, in order, and the first who cannot holds up those behind."""
        for name, station in self.stations.items():
            while station.open and station.queue:
                person = station.queue[0][2]
                need = self.units[person] if name == "d" else 1
                if need > station.free:
                    break
                station.queue.pop(0)
                station.free -= need
                self.place[person] = (name, self.place[person][1], self.now)
                heappush(self.events, (station.end(self.now, self.luck.duration(person, name)), END, person, name))

    def leave(self, person: int) -> None:
        """The end of a service; on to the next station, or out."""
        name, joined, started = self.place.pop(person)
        self.stations[name].free += self.units[person] if name == "d" else 1
        self.rows.append((person, name, "service", joined, started, self.now))
        following = self.luck.follows(person, name)
        if following:
            self.join(person, following)

    def lose_patience(self, person: int, since: float) -> None:
        """Back to the end of the queue, but as a crisis; nothing happens if this wait is over."""
        if self.place.get(person) != ("b", since, self.place.get(person, ("", 0.0, 0.0))[2]):
            return
        if self.place[person][2] == self.place[person][2]:
            return
        self.rows.append((person, "b", "renege", since, nan, self.now))
        self.stations["b"].queue.remove((self.stations["b"].rank("community"), since, person))
        self.kind[person] = "crisis"
        self.join(person, "b")


def opening_hours(days: int, weekdays: int, opens: float, closes: float) -> list[tuple[float, float]]:
    """Spans of the first ``weekdays`` days of each week, from the hour ``opens`` to ``closes``, on the grid."""
    spans = [(day + opens / 24, day + closes / 24) for day in range(days) if day % 7 < weekdays]
    return [(floor(a * GRID + 0.5) / GRID, floor(b * GRID + 0.5) / GRID) for a, b in spans]
