"""People in post, by role and day: numbered posts that empty and fill, agency staff, those who go on to another role.

A post's luck is keyed by its number, the decision and the calendar month, so a change elsewhere never moves it.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sim.engine.draws import name_key, person_key, uniform
from sim.world.values import Compiler

if TYPE_CHECKING:
    from sim.scenario.schema import Role

__all__ = ["Roster", "rosters"]

_MONTH: Final = 365.0 / 12.0
"""Days in a month."""

_LEAVES, _LEAVE_DAY, _VACANT, _HIRED, _HIRES, _TENURE = (
    name_key(f"post:{what}")
    for what in ("leaves", "leave day", "vacant at the start", "hired at the start", "hires", "tenure at the start")
)


@dataclass
class Roster:
    """One role on each day of the run."""

    in_post: list[int] = field(default_factory=list)
    agency: list[int] = field(default_factory=list)
    """Agency staff in vacant posts; empty where the role has none."""
    left: list[int] = field(default_factory=list)
    """Who have left since the first day; those who went on to another role are not among them."""
    hours: list[float] = field(default_factory=list)
    """Productive hours a week of each who works."""

    @property
    def working(self) -> list[int]:
        """People in post and agency staff."""
        if not self.agency:
            return self.in_post
        return [own + agency for own, agency in zip(self.in_post, self.agency, strict=True)]


def rosters(
    workforce: Mapping[str, Role], paid: Mapping[str, list[float]], replication: int, compiler: Compiler
) -> dict[str, Roster]:
    """Every role. ``paid``: productive hours a week of one person in post, by role and day.

    At the start a share ``vacancy`` of the posts is empty, recruitment under way. Each month every filled post empties
    with probability 1 - exp(-leavers); a vacancy is filled ``time_to_hire`` after it arose, or as soon after as
    ``hires`` a month allows; once hiring is quicker, posts already vacant are filled by then too. Added posts start
    vacant. Who has been in a role ``after`` long goes on to the role it ``becomes``, as soon as that has a vacant post,
    and leaves a vacancy; so does, before the time, who is in a post that is taken away.
    """
    roles = {name: _Posts(name, role, replication, compiler) for name, role in workforce.items()}
    ways = [(own, roles[own.role.becomes]) for own in roles.values() if own.role.becomes is not None]
    days = compiler.days
    for i in range(len(days)):
        today = days.start + timedelta(days=days.first + i)
        for posts in roles.values():
            posts.step(i, today)
        for own, to in ways:
            own.go_on(i, to)
        for posts in roles.values():
            posts.close(i, today)
    found = {name: Roster(posts.in_post, posts.agency, posts.left, paid[name]) for name, posts in roles.items()}
    for name, role in workforce.items():
        if role.supervised_by is not None and role.supervision is not None:
            _supervise(found[name], found[role.supervised_by], compiler.every_day(role.supervision))
    return found


def _supervise(learners: Roster, teachers: Roster, each: list[float]) -> None:
    """What each of those learning takes of the hours of those who supervise, spread over all of these."""
    rows = zip(teachers.hours, learners.in_post, each, teachers.working, strict=True)
    teachers.hours = [max(0.0, own - n * taken / of) if of else own for own, n, taken, of in rows]


class _Posts:
    """The posts of one role, day by day."""

    def __init__(self, name: str, role: Role, replication: int, compiler: Compiler) -> None:
        days = compiler.days
        self.role = role
        self.day = days.length
        self.posts = [round(v) for v in compiler.every_day(role.posts)]
        self.leavers = compiler.every_day(role.leavers)
        self.to_hire = [math.ceil(v / days.length) for v in compiler.every_day(role.time_to_hire)]
        self.hires = compiler.every_day(role.hires) if role.hires is not None else None
        self.cap = compiler.every_day(role.agency) if role.agency is not None else None
        self.strain = compiler.every_day(role.load_leavers)
        self.tenure = math.ceil(role.after.value / days.length) if role.after is not None else 0
        key = name_key(f"post:{name}")
        self.keys = [person_key(replication, key, 0, 0, n) for n in range(max(self.posts))]
        self.role_key = person_key(replication, key, 1, 0, 0)
        empty = _empty_at_start(self.keys[: self.posts[0]], role.vacancy.value, self.role_key)
        self.ready: dict[int, int] = {
            n: int(uniform(self.keys[n], _HIRED, 0) * (self.to_hire[0] + 1)) for n in empty
        }  # day (from the first) on which a recruit to the vacant post could start
        self.filled = [n for n in range(self.posts[0]) if n not in empty]
        self.since = {n: -int(uniform(self.keys[n], _TENURE, 0) * self.tenure) for n in self.filled}
        """Day from which each in post is; of those there at the start within the time to their next role."""
        self.leaving: dict[int, int] = {}
        self.closed = 0
        """People whose posts are taken away today."""
        self.started = 0
        self.allowed = 0
        self.known = self.posts[0]
        self.in_post: list[int] = []
        self.agency: list[int] = []
        self.left: list[int] = []
        self.gone = 0
        self.usual = self._load(0)

    def _load(self, i: int) -> float:
        """Posts whose work is shared, over those who do it."""
        agency = self.agency[-1] if self.agency else self._covered(i)
        return self.posts[i] / max(1, len(self.filled) + agency)

    def _covered(self, i: int) -> int:
        """Vacant posts that agency staff cover at most."""
        if self.cap is None:
            return 0
        return min(math.floor(self.cap[i] + 1e-9), max(0, self.posts[i] - len(self.filled)))

    def step(self, i: int, today: date) -> None:
        """Who leaves, and who starts."""
        month = today.year * 12 + today.month
        if i == 0 or today.day == 1:
            self._month(i, today, month)
        posts, ready = self.posts, self.ready
        if i and self.to_hire[i] < self.to_hire[i - 1]:
            self.ready = ready = {n: min(d, i + self.to_hire[i]) for n, d in ready.items()}
        self.closed = 0
        if posts[i] != self.known:
            for n in range(self.known, posts[i]):
                ready[n] = i + self.to_hire[i]
            self.closed = sum(n >= posts[i] for n in self.filled)
            self.filled = [n for n in self.filled if n < posts[i]]
            self.ready = ready = {n: d for n, d in ready.items() if n < posts[i]}
            self.known = posts[i]
        if self.leaving and i in self.leaving.values():
            for n in sorted(n for n, day in self.leaving.items() if day == i):
                del self.leaving[n]
                if n in self.filled:
                    self.gone += 1
                    self._empties(n, i)
        if ready and self.started < self.allowed and min(ready.values()) <= i:
            for n in sorted((n for n, day in ready.items() if day <= i), key=lambda n: (ready[n], n))[
                : self.allowed - self.started
            ]:
                self.started += 1
                self._fills(n, i)

    def _month(self, i: int, today: date, month: int) -> None:
        """How many may start this month, and who will leave when."""
        self.started = 0
        a_month = _MONTH * self.day
        self.allowed = _allowed(self.hires[i] * a_month, self.role_key, month) if self.hires else len(self.keys)
        left = _days_left(today)
        hazard = self.leavers[i] * self.day * left
        if self.strain[i]:
            hazard *= max(0.0, 1.0 + self.strain[i] * (self._load(i) / self.usual - 1.0))
        for n in self.filled:
            if uniform(self.keys[n], _LEAVES, month) < 1.0 - math.exp(-hazard):
                self.leaving[n] = i + int(uniform(self.keys[n], _LEAVE_DAY, month) * left)

    def _empties(self, n: int, i: int) -> None:
        self.filled.remove(n)
        self.ready[n] = i + self.to_hire[i]

    def _fills(self, n: int, i: int) -> None:
        del self.ready[n]
        self.filled.append(n)
        self.since[n] = i

    def go_on(self, i: int, to: _Posts) -> None:
        """Who has been here long enough takes a vacant post of the next role, longest here first."""
        for _ in range(min(self.closed, len(to.ready))):
            to._fills(min(to.ready, key=lambda m: (to.ready[m], m)), i)
        if not to.ready:
            return
        for n in sorted((n for n in self.filled if i - self.since[n] >= self.tenure), key=lambda n: (self.since[n], n)):
            if not to.ready:
                return
            self.leaving.pop(n, None)
            self._empties(n, i)
            to._fills(min(to.ready, key=lambda m: (to.ready[m], m)), i)

    def close(self, i: int, today: date) -> None:
        """The day's numbers. Agency staff come on the first of a month, and go when their post is filled."""
        self.in_post.append(len(self.filled))
        self.left.append(self.gone)
        if self.cap is not None:
            most = self._covered(i)
            self.agency.append(min(self.agency[-1], most) if self.agency and today.day != 1 else most)


def _empty_at_start(keys: list[int], vacancy: float, role_key: int) -> set[int]:
    expected = vacancy * len(keys)
    count = math.floor(expected)
    if uniform(role_key, _VACANT, 0) < expected - count:
        count += 1
    order = sorted(range(len(keys)), key=lambda n: uniform(keys[n], _VACANT, 0))
    return set(order[:count])


def _allowed(a_month: float, role_key: int, month: int) -> int:
    """Hires this month as a whole number, the fraction by the month's luck."""
    whole = math.floor(a_month)
    return whole + (uniform(role_key, _HIRES, month) < a_month - whole)


def _days_left(today: date) -> int:
    return monthrange(today.year, today.month)[1] - today.day + 1
