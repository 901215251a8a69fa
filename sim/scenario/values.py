"""The forms that values take in a checked scenario: numbers, shares, distributions, ``by``, and dated changes of them.

Frozen, every one with its origin. Times, lengths and rates are in the scenario's own time unit (``schema.Scenario``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

__all__ = [
    "By", "Distribution", "DistributionBy", "Divert", "Frozen", "NameBy", "NamesBy", "Number", "NumberBy", "Part",
    "Shares", "SharesBy", "Timed", "Weight",
]  # fmt: skip


class Frozen(BaseModel):
    """A value that is checked once and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Weight(Frozen):
    """How much of a dated change is in force: ``level`` times a trapezium over each window."""

    level: float = 1.0
    """How much of the overlay is there (0 none, 1 as written)."""
    windows: tuple[tuple[float, float], ...] = ()
    """(from, until) in model time from ``run.start``; until may be infinite."""
    ramp: float = 0.0
    """Rises in a line over this long from ``from``; falls over this long after ``until``."""

    def at(self, time: float) -> float:
        """The weight at a time: level x ramp(time), where overlapping windows take the larger."""
        best = 0.0
        for start, until in self.windows:
            if time < start:
                continue
            rise = 1.0 if self.ramp <= 0 else min(1.0, (time - start) / self.ramp)
            if time >= until:
                fall = 0.0 if self.ramp <= 0 else 1.0 - (time - until) / self.ramp
                rise = min(rise, fall)
            best = max(best, rise)
        return self.level * best


class Timed(Frozen):
    """One dated change of a number. At weight w: set, old + w (new - old); multiply, x (1 + w (m - 1)); add, + w a."""

    op: Literal["set", "multiply", "add"]
    amount: float
    weight: Weight
    range: tuple[float, float] | None = None
    evidence: str | None = None
    origin: str = ""


class Number(Frozen):
    """One number with where it came from; effective value = value x factors x profiles at time t."""

    value: float
    """In the unit given by ``unit``."""
    unit: str = ""
    """Canonical: 'days' or the time unit, '/day', 'hours', 'hours a week', 'share', 'factor', 'count', 'GBP', ''."""
    range: tuple[float, float] | None = None
    evidence: str | None = None
    note: str | None = None
    factors: Mapping[str, Mapping[str, float]] = {}
    """attribute -> level -> factor; a level not named has factor 1. Only of a hazard of an event."""
    profile: tuple[str, ...] = ()
    """Hours of the day only of the rate of a stream."""
    changes: tuple[Timed, ...] = ()
    """Dated changes, in canonical order (set, multiply, add)."""
    origin: str = ""
    """file:line of the file that has the last word on the value."""

    def at(self, time: float) -> float:
        """Value with its dated changes at a time (no profile, no factor)."""
        return _changed(self.value, self.changes, time)


class Divert(Frozen):
    """A dated diversion between options of one table: w x amount of what went to each source goes to ``to``."""

    sources: Mapping[str, float]
    to: str
    weight: Weight
    range: tuple[float, float] | None = None
    evidence: str | None = None
    origin: str = ""


class Shares(Frozen):
    """A table of options and the share each takes; sums to 1 at every time."""

    options: Mapping[str, Number]
    """In the order written, ``rest`` among them with the value it comes to in the file."""
    rest: str | None = None
    """The option that takes what the others leave."""
    diverts: tuple[Divert, ...] = ()
    """Each reads the table as it stands after every ``set``."""
    origin: str = ""

    def at(self, time: float) -> dict[str, float]:
        """Share by option at a time: set, then divert, then multiply and add, what remains going to ``rest``."""
        if not self.diverts and not any(n.changes for n in self.options.values()):
            return {option: n.value for option, n in self.options.items()}
        after_set = {option: _part(n, time, ("set",), n.value) for option, n in self.options.items()}
        self._fill(after_set)
        table = dict(after_set)
        for divert in self.diverts:
            w = divert.weight.at(time)
            for source, amount in divert.sources.items():
                moved = w * amount * after_set[source]
                table[source] -= moved
                table[divert.to] = table.get(divert.to, 0.0) + moved
        if any(c.op != "set" for n in self.options.values() for c in n.changes):
            for option, n in self.options.items():
                table[option] = _part(n, time, ("multiply", "add"), table[option])
            self._fill(table)
        return table

    def _fill(self, table: dict[str, float]) -> None:
        if self.rest is not None:
            table[self.rest] = 1.0 - sum(v for o, v in table.items() if o != self.rest)


def _part(number: Number, time: float, ops: tuple[str, ...], value: float) -> float:
    return _changed(value, [change for change in number.changes if change.op in ops], time)


def _changed(value: float, changes: Iterable[Timed], time: float) -> float:
    for change in changes:
        w = change.weight.at(time)
        if w:
            if change.op == "set":
                value += w * (change.amount - value)
            elif change.op == "multiply":
                value *= 1.0 + w * (change.amount - 1.0)
            else:
                value += w * change.amount
    return value


class Distribution(Frozen):
    """A length, an effort or an amount: one flat mapping, so that ``length.mean`` is a path whatever the family."""

    dist: str
    """constant, exponential, lognormal, gamma, erlang, weibull, normal (from 0), beta, poisson, triangular, uniform,
    discrete, empirical, mixture."""
    params: Mapping[str, Number]
    """value | mean, sd or variance | median, sd | mu, sigma (of the log, in units of ``scale``) | min, max | shape,
    scale | alpha, beta | mode | k."""
    scale: float = 1.0
    """Multiplies the result: the unit of mu and sigma, or of a Poisson count, in model time (1 otherwise)."""
    unit: str = ""
    """Of ``values``, as in ``Number``; or what mu and sigma, or a Poisson count, are said to be in."""
    values: tuple[float, ...] = ()
    """Of a discrete law; or all that an empirical one has seen."""
    weights: tuple[float, ...] = ()
    """One for each of ``values`` of a discrete law; only their proportions matter."""
    parts: Mapping[str, Part] = {}
    """Of a mixture."""
    origin: str = ""


class Part(Frozen):
    """One part of a mixture."""

    weight: Number
    """In proportion to those of the other parts."""
    law: Distribution


T = TypeVar("T")


class By(Frozen, Generic[T]):
    """Picks one of several by an attribute of the person."""

    by: str
    """An attribute of people, ``route``, ``class``, ``place`` (pool now held, or none), ``package`` (held or none)."""
    rows: Mapping[str, T]
    otherwise: T | None = None

    def row(self, level: str) -> T | None:
        """The row for a level of the attribute."""
        return self.rows.get(level, self.otherwise)


DistributionBy = Distribution | By[Distribution] | By[By[Distribution]]
SharesBy = Shares | By[Shares] | By[By[Shares]]
NameBy = str | By[str]
NamesBy = Sequence[str] | By[Sequence[str]]
NumberBy = Number | By[Number]
