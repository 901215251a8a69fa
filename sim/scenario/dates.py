"""Dates: ``2026-12-01`` once, ``12-01`` every year, ``day 60`` of the run; and the weight of a dated change."""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass

from sim.scenario.loader import Node
from sim.scenario.number import Num, known_keys
from sim.scenario.problems import Place
from sim.scenario.schema import Weight
from sim.scenario.tree import Context, join

__all__ = ["ALWAYS", "When", "iso_date", "moment", "read_when", "weight"]

ALWAYS = ((-math.inf, math.inf),)
_ONCE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_YEARLY = re.compile(r"(\d{1,2})-(\d{1,2})")
_DAY = re.compile(r"day\s+([-+]?\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class When:
    """When a change is in force, as written; None where nothing is."""

    start: str | None = None
    until: str | None = None
    ramp: float = 0.0
    place: Place | None = None

    @property
    def dated(self) -> bool:
        """Whether anything is written."""
        return self.start is not None or self.until is not None or self.ramp > 0

    def over(self, other: When) -> When:
        """This, with what it does not say taken from another."""
        return When(
            self.start if self.start is not None else other.start,
            self.until if self.until is not None else other.until,
            self.ramp or other.ramp,
            self.place or other.place,
        )

    def outside(self, horizon: tuple[float, float], floor: float, path: str, ctx: Context) -> None:
        """Note dates that come once and never act: outside the run, or all before ``floor``, when changes start.

        What comes every year may miss a short run.
        """
        first = moment(self.start, ctx) if self.start else -math.inf
        last = _last(self.until, ctx) if self.until else math.inf
        if first is None or last is None:
            return
        place = self.place or Place("")
        if first >= horizon[1] or last + self.ramp <= horizon[0]:
            said = f"`from: {self.start}`" if first >= horizon[1] else f"`until: {self.until}`"
            ctx.problems.add(place, path, f"{said} lies outside the run", run_text(horizon, ctx))
        elif last <= floor:
            start = ctx.start + datetime.timedelta(days=math.floor(floor / ctx.day))
            allowed = f"changes start at `run.decision`, {start}: write a later date, or use `--steady`"
            ctx.problems.add(place, path, f"`until: {self.until}` comes before anything changes", allowed)

    def check(self, ctx: Context, path: str = "when") -> bool:
        """Whether both ends go together; a problem is noted when they do not."""
        start, until, place = self.start, self.until, self.place or Place("")
        first = moment(start, ctx) if start else None
        last = moment(until, ctx) if until else None
        if start and until:
            if (first is None) != (last is None):
                allowed = "write both with a year, or both without (every year)"
                ctx.problems.add(place, path, f"`{start}` and `{until}` do not go together", allowed)
                return False
            if first is not None and last is not None and last < first:
                ctx.problems.add(
                    place, path, f"`until: {until}` comes before `from: {start}`", "write the earlier first"
                )
                return False
        elif (start and first is None) or (until and last is None):
            allowed = "write both `from` and `until`, or add the year"
            ctx.problems.add(place, path, f"`{start or until}` comes every year and needs its other end", allowed)
            return False
        return True


def run_text(horizon: tuple[float, float], ctx: Context) -> str:
    """The first and last day of a run, in words."""
    days = [horizon[0] / ctx.day, math.ceil(horizon[1] / ctx.day) - 1]
    first, last = (ctx.start + datetime.timedelta(days=math.floor(day)) for day in days)
    return f"the run goes from {first} (day {days[0]:g}) to {last} (day {days[1]:g}), the warm-up among it"


def iso_date(text: str) -> datetime.date | None:
    """A date written as ``2026-12-01``; None when it is not one."""
    try:
        return datetime.date.fromisoformat(text) if _ONCE.fullmatch(text) else None
    except ValueError:
        return None


def _yearly(text: str, year: int) -> datetime.date | None:
    """A date of every year, in one year; the 29th of February falls on the 28th in a common year."""
    found = _YEARLY.fullmatch(text)
    if not found:
        return None
    month, day = int(found[1]), int(found[2])
    try:
        datetime.date(2024, month, day)
    except ValueError:
        return None
    if (month, day) == (2, 29) and (year % 4 or (year % 100 == 0 and year % 400)):
        day = 28
    return datetime.date(year, month, day)


def moment(text: str, ctx: Context) -> float | None:
    """A date that comes once, in model time from ``run.start``."""
    if found := _DAY.fullmatch(text):
        return float(found[1]) * ctx.day
    date = iso_date(text)
    return None if date is None else (date - ctx.start).days * ctx.day


def read_when(node: Node, path: str, ctx: Context, check_pair: bool = True) -> When | None:
    """``{from, until, ramp}``; None when something in it is wrong."""
    if not isinstance(node.value, dict):
        ctx.problems.add(node.place, path, node.as_is, "write `{from: 12-01, until: 02-28, ramp: 14 days}`")
        return None
    before = len(ctx.problems.found)
    known_keys(node, ("from", "until", "ramp"), path, ctx)
    texts: dict[str, str | None] = {"from": None, "until": None}
    for key in texts:
        if key in node.mapping:
            child = node.mapping[key]
            text = child.text.strip()
            if moment(text, ctx) is None and _yearly(text, 2024) is None:
                allowed = "write `2026-12-01` (once), `12-01` (every year) or `day 60` (of the run)"
                ctx.problems.add(child.place, join(path, key), f"`{child.text}` is not a date", allowed)
            texts[key] = text
    ramp = 0.0
    if "ramp" in node.mapping:
        got = Num("time").read(node.mapping["ramp"], join(path, "ramp"), ctx)
        ramp = got[0] if got else 0.0
    if len(ctx.problems.found) > before:
        return None
    when = When(texts["from"], texts["until"], ramp, node.place)
    return when if not check_pair or when.check(ctx, path) else None


def weight(when: When, level: float, floor: float, horizon: tuple[float, float], ctx: Context) -> Weight | None:
    """How much of a change is in force at each time; None when it never is.

    ``floor``: nothing starts before this time (minus infinity: it holds from the beginning).
    ``horizon``: the first and last moment of the run, for what comes every year. A calendar day given as
    ``until`` is the last day in force.
    """
    windows = []
    for start, until in _windows(when, horizon, ctx):
        if until + when.ramp > max(floor, horizon[0]) and start < horizon[1]:
            windows.append((max(start, floor), until))
    windows = [(start, until) for start, until in windows if until > start]
    if not windows or level == 0:
        return None
    return Weight(level=level, windows=tuple(windows), ramp=when.ramp)


def _windows(when: When, horizon: tuple[float, float], ctx: Context) -> list[tuple[float, float]]:
    start, until = when.start, when.until
    first = moment(start, ctx) if start else -math.inf
    last = _last(until, ctx) if until else math.inf
    if first is not None and last is not None:
        return [(first, last)]
    assert start is not None
    assert until is not None
    years = range(_year(horizon[0], ctx) - 2, _year(horizon[1], ctx) + 2)
    found = []
    for year in years:
        begin, end = _yearly(start, year), _yearly(until, year)
        assert begin is not None
        assert end is not None
        if end < begin:
            end = _yearly(until, year + 1)
            assert end is not None
        found.append((_time(begin, ctx), _time(end + datetime.timedelta(days=1), ctx)))
    return found


def _last(until: str, ctx: Context) -> float | None:
    date = iso_date(until)
    return moment(until, ctx) if date is None else _time(date + datetime.timedelta(days=1), ctx)


def _time(date: datetime.date, ctx: Context) -> float:
    return (date - ctx.start).days * ctx.day


def _year(time: float, ctx: Context) -> int:
    days = min(max(time / ctx.day, -365_000), 365_000)
    return (ctx.start + datetime.timedelta(days=days)).year
