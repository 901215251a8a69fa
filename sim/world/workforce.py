"""People in post, by role and day: numbered posts that empty and fill.

A post's luck is keyed by its number, the decision and the calendar month, so a change elsewhere never moves it.
"""

from __future__ import annotations

import math
from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sim.engine.draws import name_key, person_key, uniform
from sim.world.values import Compiler

if TYPE_CHECKING:
    from sim.scenario.schema import Role

__all__ = ["roster"]

_MONTH = 365.0 / 12.0
"""Days in a month."""

_LEAVES, _LEAVE_DAY, _VACANT, _HIRED, _HIRES = (
    name_key(f"post:{what}") for what in ("leaves", "leave day", "vacant at the start", "hired at the start", "hires")
)


def roster(name: str, role: Role, replication: int, compiler: Compiler) -> list[int]:
    """People in post on each day of the run.

    At the start a share ``vacancy`` of the posts is empty, recruitment under way. Each month every filled post empties
    with probability 1 - exp(-leavers); a vacancy is filled ``time_to_hire`` after it arose, or as soon after as
    ``hires`` a month allows. Added posts start vacant.
    """
    days = compiler.days
    posts = [round(v) for v in compiler.every_day(role.posts)]
    leavers = compiler.every_day(role.leavers)
    to_hire = [math.ceil(v / days.length) for v in compiler.every_day(role.time_to_hire)]
    hires = compiler.every_day(role.hires) if role.hires is not None else None
    key = name_key(f"post:{name}")
    keys = [person_key(replication, key, 0, 0, n) for n in range(max(posts))]
    role_key = person_key(replication, key, 1, 0, 0)

    empty = _empty_at_start(keys[: posts[0]], role.vacancy.value, role_key)
    ready: dict[int, int] = {
        n: int(uniform(keys[n], _HIRED, 0) * (to_hire[0] + 1)) for n in empty
    }  # day (from the first) on which a recruit to the vacant post could start
    filled = [n for n in range(posts[0]) if n not in empty]
    leaving: dict[int, int] = {}
    in_post: list[int] = []
    started = 0
    known = posts[0]
    for i in range(len(days)):
        today = days.start + timedelta(days=days.first + i)
        month = today.year * 12 + today.month
        if i == 0 or today.day == 1:
            started = 0
            allowed = _allowed(hires[i] * days.length * _MONTH, role_key, month) if hires is not None else len(keys)
            left = _days_left(today)
            hazard = leavers[i] * days.length * left
            for n in filled:
                if uniform(keys[n], _LEAVES, month) < 1.0 - math.exp(-hazard):
                    leaving[n] = i + int(uniform(keys[n], _LEAVE_DAY, month) * left)
        if posts[i] != known:
            for n in range(known, posts[i]):
                ready[n] = i + to_hire[i]
            filled = [n for n in filled if n < posts[i]]
            ready = {n: d for n, d in ready.items() if n < posts[i]}
            known = posts[i]
        if leaving and i in leaving.values():
            for n in sorted(n for n, day in leaving.items() if day == i):
                del leaving[n]
                if n in filled:
                    filled.remove(n)
                    ready[n] = i + to_hire[i]
        if ready and started < allowed and min(ready.values()) <= i:
            for n in sorted((n for n, day in ready.items() if day <= i), key=lambda n: (ready[n], n))[
                : allowed - started
            ]:
                started += 1
                del ready[n]
                filled.append(n)
        in_post.append(len(filled))
    return in_post


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
