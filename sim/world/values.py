"""A scenario's values made ready for the path: numbers by day, samplers, tables, picked by the person.

Dated changes and profiles are evaluated at midnight and hold for the day; a value that never changes is a plain float.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sim.engine.calendars import Calendar
from sim.engine.draws import name_key
from sim.engine.profiles import daily_factors
from sim.engine.quantiles import Sampler, sampler
from sim.scenario.schema import By, Distribution, Number, PoolSpec, Scenario, Shares, Task, TeamSpec

if TYPE_CHECKING:
    from sim.world.people import Person

__all__ = ["Compiler", "Daily", "Days", "Picker", "Table"]

Leaf = TypeVar("Leaf")


class Picker(Generic[Leaf]):
    """What applies to a person: the same for everyone, or by an attribute or by what the person holds."""

    __slots__ = ()

    def __call__(self, person: Person) -> Leaf:
        """What applies to this person."""
        raise NotImplementedError


class _Same(Picker[Leaf]):
    """The same for everyone."""

    __slots__ = ("_value",)

    def __init__(self, value: Leaf) -> None:
        self._value = value

    def __call__(self, person: Person) -> Leaf:
        return self._value


class _ByLevel(Picker[Leaf]):
    """By the level of one attribute."""

    __slots__ = ("_index", "_values")

    def __init__(self, index: int, values: list[Leaf]) -> None:
        self._index = index
        self._values = values

    def __call__(self, person: Person) -> Leaf:
        return self._values[person.attributes[self._index]]


class _ByRow(Picker[Leaf]):
    """By the level of one attribute, and then by another."""

    __slots__ = ("_index", "_rows")

    def __init__(self, index: int, rows: list[Picker[Leaf] | None]) -> None:
        self._index = index
        self._rows = rows

    def __call__(self, person: Person) -> Leaf:
        row = self._rows[person.attributes[self._index]]
        assert row is not None
        return row(person)


class _ByHeld(Picker[Leaf]):
    """By the place held, whether a package is held, or where the person goes next."""

    __slots__ = ("_by", "_otherwise", "_rows")

    def __init__(self, by: str, rows: dict[str, Picker[Leaf]], otherwise: Picker[Leaf] | None) -> None:
        self._by = by
        self._rows = rows
        self._otherwise = otherwise

    def __call__(self, person: Person) -> Leaf:
        if self._by == "place":
            held = person.place.pool.name if person.place is not None else "none"
        elif self._by == "package":
            held = "held" if person.package is not None else "none"
        else:
            held = person.going
        row = self._rows.get(held, self._otherwise)
        assert row is not None
        return row(person)


class _Today(Picker[Sampler]):
    """The law in force today."""

    __slots__ = ("_chosen",)

    def __init__(self, chosen: Picker[Sampler | DailySampler]) -> None:
        self._chosen = chosen

    def __call__(self, person: Person) -> Sampler:
        law = self._chosen(person)
        return law.on(person.world.today) if isinstance(law, DailySampler) else law


UNDATED = date(2024, 1, 1)
"""The Monday on which a scenario without a start begins."""


class Days:
    """The days of a run: index 0 begins at ``run.start``."""

    def __init__(self, scenario: Scenario) -> None:
        run = scenario.run
        self.length = scenario.day
        """Time units in a day."""
        self.first = math.floor(-run.warm_up / self.length)
        self.last = math.ceil(run.length / self.length)
        self.begin = -run.warm_up
        self.horizon = run.length
        self.start = date.fromisoformat(run.start) if run.start else UNDATED

    def __len__(self) -> int:
        return self.last - self.first + 1


class Daily:
    """A number that changes from day to day."""

    __slots__ = ("_cumulative", "_day", "_first", "values")

    def __init__(self, values: list[float], days: Days) -> None:
        self.values = values
        self._first = days.first
        self._day = days.length
        total = 0.0
        self._cumulative = [0.0]
        for value in values:
            total += value * days.length
            self._cumulative.append(total)

    def on(self, day: int) -> float:
        """Value on a day; the last day's beyond it."""
        return self.values[min(day - self._first, len(self.values) - 1)]

    def integral(self, time: float) -> float:
        """The number summed over time from the first midnight."""
        x = time / self._day - self._first
        i = min(int(x), len(self.values) - 1)
        return self._cumulative[i] + (x - i) * self._day * self.values[i]

    def reaches(self, total: float) -> float:
        """The time at which ``integral`` reaches ``total``; infinite if it never does within the run."""
        from bisect import bisect_left

        cumulative = self._cumulative
        if total > cumulative[-1]:
            return math.inf
        i = max(0, bisect_left(cumulative, total) - 1)
        value = self.values[i]
        if value <= 0:
            return math.inf
        return (self._first + i) * self._day + (total - cumulative[i]) / value


class Table:
    """Options of a routing table with the key of each name; by day where its shares are dated."""

    __slots__ = ("_by_day", "_first", "fixed", "names", "single")

    def __init__(self, shares: Shares, days: Days) -> None:
        first = shares.at(days.begin)
        self.names = tuple(first)
        dated = bool(shares.diverts) or any(n.changes for n in shares.options.values())
        if dated:
            every = [shares.at(d * days.length) for d in range(days.first, days.last + 1)]
            self.names = tuple(dict.fromkeys(name for table in every for name in table))
            keys = [name_key(name) for name in self.names]
            rows: dict[tuple[float, ...], list[tuple[int, float]]] = {}
            self._by_day: list[list[tuple[int, float]]] | None = []
            for table in every:
                row = tuple(table.get(name, 0.0) for name in self.names)
                self._by_day.append(rows.setdefault(row, list(zip(keys, row, strict=True))))
            self.fixed: list[tuple[int, float]] | None = None
            """(key, share) of each of ``names`` when they never change."""
            self.single = False
        else:
            self._by_day = None
            self.fixed = [(name_key(name), share) for name, share in first.items()]
            self.single = len(first) == 1
        self._first = days.first

    def on(self, day: int) -> list[tuple[int, float]]:
        """(key, share) of each of ``names`` on a day."""
        if self._by_day is None:
            return self.fixed or []
        return self._by_day[min(day - self._first, len(self._by_day) - 1)]


class DailySampler:
    """A distribution whose parameters change from day to day."""

    __slots__ = ("_by_day", "_first")

    def __init__(self, by_day: list[Sampler], first: int) -> None:
        self._by_day = by_day
        self._first = first

    def on(self, day: int) -> Sampler:
        """The law in force on a day."""
        return self._by_day[min(day - self._first, len(self._by_day) - 1)]


@lru_cache(maxsize=4096)
def _sampler(dist: str, params: tuple[tuple[str, float], ...], scale: float) -> Sampler:
    return sampler(dist, dict(params), scale)


class Compiler:
    """Turns the values of one scenario into what the world reads on the path."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.days = Days(scenario)
        self.levels: dict[str, dict[str, int]] = {
            "route": {r: i for i, r in enumerate(self._routes())},
            "class": {c: i for i, c in enumerate(self._classes())},
        }
        """attribute -> level -> code, in order of level."""
        for attribute, spec in scenario.people.items():
            self.levels[attribute] = {level: i for i, level in enumerate(spec.order)}
        for station in scenario.stations.values():
            for attribute, level in getattr(station, "sets", {}).items():
                known = self.levels.setdefault(attribute, {})
                known.setdefault(level, len(known))
        for events in scenario.events.values():
            for event in events.values():
                for attribute, level in event.sets.items():
                    known = self.levels.setdefault(attribute, {})
                    known.setdefault(level, len(known))
        self.index = {attribute: i for i, attribute in enumerate(self.levels)}
        """Where each attribute stands in ``Person.attributes``."""
        self._case_teams = {
            s.team for s in scenario.stations.values() if isinstance(s, Task) and s.keep_case is not None and s.team
        }
        """Teams whose cases may stay open: a slot kept so is no place."""
        self._factors: dict[tuple[str, ...], list[float]] = {}
        self._calendars: dict[str, Calendar] = {}
        self._hours: dict[str, list[tuple[float, float] | None]] = {}
        self._compiled: dict[int, Any] = {}
        self._samplers: dict[int, Picker[Sampler]] = {}

    def _routes(self) -> list[str]:
        known = dict.fromkeys(["community", "discharge", "crisis"])
        known.update(dict.fromkeys(stream.route for stream in self.scenario.demand.values()))
        return list(known)

    def _classes(self) -> list[str]:
        known = dict.fromkeys(stream.class_ or name for name, stream in self.scenario.demand.items())
        known.update(dict.fromkeys(stock.class_ or f"stock:{name}" for name, stock in self.scenario.stock.items()))
        return list(known)

    def codes(self, sets: Mapping[str, str]) -> tuple[tuple[int, int], ...]:
        """(attribute index, level code) of each attribute set."""
        return tuple((self.index[attribute], self.levels[attribute][level]) for attribute, level in sets.items())

    def ranks(self, spec: TeamSpec | PoolSpec) -> tuple[list[int] | None, int]:
        """The rank in a queue by code of an attribute (lower is served first; None: no priority), and which one."""
        by = spec.priority_by
        if not spec.priority:
            return None, 0
        order = {level: i for i, level in enumerate(spec.priority)}
        return [order.get(level, len(order)) for level in self.levels[by]], self.index[by]

    def calendar(self, name: str) -> Calendar:
        """A named calendar."""
        if name not in self._calendars:
            self._calendars[name] = Calendar(self.scenario.calendars[name], self.days.start, self.days.length)
        return self._calendars[name]

    def hours(self, name: str) -> list[tuple[float, float] | None]:
        """When a named calendar opens and closes on each day; None: closed all day."""
        if name not in self._hours:
            calendar, days = self.calendar(name), self.days
            self._hours[name] = [calendar.open_on(day) for day in range(days.first, days.last + 1)]
        return self._hours[name]

    def number(self, number: Number) -> float | Daily:
        """A float, or by day where it is dated or has a profile (its factors by attribute are left out)."""
        values = self.daily(number)
        return values if isinstance(values, float) else Daily(values, self.days)

    def daily(self, number: Number) -> float | list[float]:
        """The same as a list, one value a day."""
        if not number.changes and not number.profile:
            return float(number.value)
        days = self.days
        if number.changes:
            values = [number.at(d * days.length) for d in range(days.first, days.last + 1)]
        else:
            values = [number.value] * len(days)
        for name in number.profile:
            factors = self._factors.get((name,))
            if factors is None:
                profile = self.scenario.profiles[name]
                factors = daily_factors(profile, days.first, days.last + 1, days.start, days.length)
                self._factors[name,] = factors
            values = [v * f for v, f in zip(values, factors, strict=True)]
        return values

    def every_day(self, number: Number) -> list[float]:
        """One value a day whether it changes or not."""
        return self._once(number, lambda: self._every_day(number))

    def _every_day(self, number: Number) -> list[float]:
        values = self.daily(number)
        return [values] * len(self.days) if isinstance(values, float) else values

    def factors(self, number: Number) -> list[tuple[int, list[float]]]:
        """(attribute index, factor by level code) for each attribute that scales the number."""
        out = []
        for attribute, table in number.factors.items():
            levels = self.levels[attribute]
            out.append((self.index[attribute], [table.get(level, 1.0) for level in levels]))
        return out

    def leaves(self, value: Any) -> list[Any]:
        """The values of a ``by`` table; None where a level has no row."""
        if not isinstance(value, By):
            return [value]
        return [leaf for row in (*value.rows.values(), value.otherwise) for leaf in self.leaves(row)]

    def pick(self, value: Any, leaf: Callable[[Any], Leaf]) -> Picker[Leaf]:
        """A value or a ``by`` table as a function of the person."""
        if not isinstance(value, By):
            return _Same(leaf(value))
        rows = {level: self.pick(row, leaf) for level, row in value.rows.items()}
        otherwise = self.pick(value.otherwise, leaf) if value.otherwise is not None else None
        if value.by in ("place", "package", "next"):
            if value.by == "place":
                without = rows.get("none", otherwise)
                rows |= {team: without for team in self._case_teams if without is not None}
            return _ByHeld(value.by, rows, otherwise)
        i = self.index[value.by]
        levels = self.levels[value.by]
        if not any(isinstance(row, By) for row in (*value.rows.values(), value.otherwise)):
            last: Any = leaf(value.otherwise) if value.otherwise is not None else None
            return _ByLevel(i, [leaf(value.rows[level]) if level in value.rows else last for level in levels])
        return _ByRow(i, [rows.get(level, otherwise) for level in levels])

    def sampler(self, value: Distribution | By[Any]) -> Picker[Sampler]:
        """The law of a length, effort or amount for a person, today."""
        known = self._samplers.get(id(value))
        if known is None:
            known = self._samplers[id(value)] = self._sampler(value)
        return known

    def _sampler(self, value: Distribution | By[Any]) -> Picker[Sampler]:
        chosen = self.pick(value, self._law)
        return _Today(chosen) if _dated(value) else chosen  # type: ignore[return-value]

    def one_law(self, value: object) -> Sampler | None:
        """The law that holds for everyone always, where there is one."""
        if not isinstance(value, Distribution) or _dated(value):
            return None
        return self._law(value)  # type: ignore[return-value]

    def depends(self, value: object) -> int:
        """Bits of the attributes that a value is picked by; -1 where the day or what a person holds matters."""
        if not isinstance(value, By):
            return -1 if isinstance(value, Distribution) and _dated(value) else 0
        if value.by in ("place", "package", "next"):
            return -1
        bits = 1 << self.index[value.by]
        for row in (*value.rows.values(), value.otherwise):
            below = self.depends(row)
            if below < 0:
                return -1
            bits |= below
        return bits

    def _law(self, value: Distribution) -> Sampler | DailySampler:
        return self._once(value, lambda: self._make_law(value))

    def _make_law(self, value: Distribution) -> Sampler | DailySampler:
        if not _dated(value):
            return self._law_at(value, 0)
        return DailySampler([self._law_at(value, i) for i in range(len(self.days))], self.days.first)

    def _law_at(self, value: Distribution, i: int) -> Sampler:
        """The law on the i-th day."""
        if value.parts:
            parts = [(self.every_day(part.weight)[i], self._law_at(part.law, i)) for part in value.parts.values()]
            return sampler("mixture", {name: self.every_day(n)[i] for name, n in value.params.items()}, parts=parts)
        if value.values:
            return sampler(value.dist, {}, values=value.values, weights=value.weights)
        params = tuple((name, self.every_day(n)[i]) for name, n in value.params.items())
        return _sampler(value.dist, params, value.scale)

    def table(self, value: Any) -> Picker[Table]:
        """The routing table for a person."""
        return self.pick(value, self.one_table)

    def one_table(self, shares: Shares) -> Table:
        """One table, compiled once."""
        return self._once(shares, lambda: Table(shares, self.days))

    def _once(self, value: object, make: Callable[[], Leaf]) -> Leaf:
        """What has been compiled before is not compiled again in the next replication."""
        known = self._compiled.get(id(value))
        if known is None:
            known = self._compiled[id(value)] = make()
        return known


def _dated(value: Distribution | By[Any]) -> bool:
    if isinstance(value, By):
        rows = [*value.rows.values(), value.otherwise]
        return any(_dated(row) for row in rows if row is not None)
    numbers = [*value.params.values(), *(part.weight for part in value.parts.values())]
    return any(n.changes or n.profile for n in numbers) or any(_dated(part.law) for part in value.parts.values())
