"""What may only start inside a calendar: stays, with those who wait for it or for a place, and the care of a market."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sim.engine.rounds import CAPACITY, Rounds, priority

if TYPE_CHECKING:
    from sim.engine.pool import Pool, Ticket
    from sim.world.people import Person
    from sim.world.values import Days
    from sim.world.world import World

__all__ = ["CLOSES", "OPENS", "Gate", "OpeningHours"]

OPENS: Final = "opens"
CLOSES: Final = "closes"
"""What someone who waits is told."""


class Gate:
    """One calendar's opening and closing for all stays that start inside it.

    At an instant it opens or closes before anything else happens there: a place given back at closing starts nobody.
    """

    def __init__(self, hours: list[tuple[float, float] | None], days: Days, rounds: Rounds) -> None:
        self.open = False
        self.outside: dict[int, Person] = {}
        """Waiting for the opening, by key."""
        self.inside: dict[int, tuple[Person, Pool, Ticket]] = {}
        """Waiting for a place while it is open."""
        self._rounds = rounds
        first = priority(CAPACITY)
        for today in hours:
            if today is None:
                continue
            opens, closes = today
            self.open = self.open or opens <= days.begin < closes
            for time, call in ((opens, self._opens), (closes, self._closes)):
                if days.begin < time < days.horizon:
                    rounds.call(time, first + (call == self._opens), call)

    def _opens(self, _: Any) -> None:
        self.open = True
        waiting, self.outside = self.outside, {}
        for person in waiting.values():
            person.resume(OPENS)
        self._rounds.settle()

    def _closes(self, _: Any) -> None:
        self.open = False
        waiting, self.inside = self.inside, {}
        for person, pool, ticket in waiting.values():
            pool.leave(ticket)
            person.resume(CLOSES)
        self._rounds.settle()


class OpeningHours:
    """When a market starts packages: by one calendar, or at any time."""

    def __init__(self, world: World, calendar: str | None) -> None:
        self._rounds = world.rounds
        always = calendar is None or world.plan.compiler.calendar(calendar).always
        self._hours: list[tuple[float, float] | None] | None = None
        if calendar is not None and not always:
            self._hours = world.plan.compiler.hours(calendar)
        self._today: tuple[float, float] | None = None

    def midnight(self, i: int) -> float | None:
        """Turn to the i-th day; the moment at which it opens, where it does."""
        if self._hours is None:
            return None
        self._today = self._hours[i]
        return self._today[0] if self._today is not None else None

    def open(self) -> bool:
        """Whether a package may start now."""
        if self._hours is None:
            return True
        return self._today is not None and self._today[0] <= self._rounds.now < self._today[1]
