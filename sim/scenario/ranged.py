"""The numbers of a scenario that have a range, and the same scenario with other values in their place.

A number in a table of shares gives to, or takes from, the option that takes the ``rest``; in a table without one it
cannot move, and is held at its value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from sim.scenario.library import register
from sim.scenario.schema import Divert, Number, Scenario, Shares, Timed

__all__ = ["Ranged", "possible", "ranged", "with_values"]

_INSIDE = ("params", "rows", "options", "shares")
"""Steps of the checked form that are not written in a path."""
_HARM = re.compile(r"events\..+\.excess")


@dataclass(frozen=True)
class Ranged:
    """One number, or one dated change of a number, that has a range."""

    key: str
    """Path; with ``: multiply 1`` and the like for the first, second, ... change of the number there."""
    change: str
    """``value``, or what the change does: set, multiply, add, divert."""
    central: float
    low: float
    """5th percentile of what is believed."""
    high: float
    """95th."""
    unit: str
    evidence: str
    origin: str
    held: bool
    """Whether it cannot move."""

    @property
    def luck(self) -> str:
        """What it moves with: numbers on one entry of the register rest on one claim; so do those of one line alike."""
        return self.evidence if self.evidence in register() else f"{self.origin} {self.low:.12g} {self.high:.12g}"

    @property
    def harm(self) -> bool:
        """Whether it is harm done by waiting, over what would have happened anyway: an ``excess`` of an event."""
        return _HARM.fullmatch(self.key) is not None


def ranged(scenario: Scenario) -> list[Ranged]:
    """Every number with a range, in the order of the language."""
    found: list[Ranged] = []

    def note(key: str, change: str, central: float, about: Number | Timed | Divert, unit: str, held: bool) -> float:
        if about.range is not None and about.range[0] < about.range[1]:
            told = (central, *about.range, unit, about.evidence or "", about.origin, held)
            found.append(Ranged(key, change, *told))
        return central

    _walk(scenario, "", note)
    return found


def with_values(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """The scenario with these values, by ``Ranged.key``; all others as they are."""

    def take(key: str, change: str, central: float, about: Number | Timed | Divert, unit: str, held: bool) -> float:
        return central if held else values.get(key, central)

    changed = _walk(scenario, "", take)
    assert isinstance(changed, Scenario)
    return changed


def possible(scenario: Scenario) -> bool:
    """Whether every share lies between 0 and 1 at every time, and every table sums to 1."""
    return all(_possible(item) for item in _parts(scenario))


_Take = Callable[[str, str, float, Number | Timed | Divert, str, bool], float]


def _walk(item: Any, path: str, take: _Take, held: bool = False) -> Any:
    """The same item with every number as ``take`` gives it; the very same object where none differs."""
    if isinstance(item, Number):
        return _number(item, path, take, held)
    if isinstance(item, Shares):
        return _shares(item, path, take)
    if isinstance(item, BaseModel):
        fields = ((name, getattr(item, name)) for name in type(item).model_fields)
        update = _changed((name, value, _walk(value, _join(path, name), take)) for name, value in fields)
        return item.model_copy(update=update) if update else item
    if isinstance(item, Mapping):
        update = _changed((key, value, _walk(value, _join(path, str(key)), take)) for key, value in item.items())
        return {**item, **update} if update else item
    if isinstance(item, tuple) and any(isinstance(one, BaseModel) for one in item):
        return tuple(_walk(one, _join(path, str(at)), take) for at, one in enumerate(item))
    return item


def _join(path: str, step: str) -> str:
    if step in _INSIDE:
        return path
    step = step.removesuffix("_")
    return f"{path}.{step}" if path else step


def _changed(items: Iterable[tuple[Any, Any, Any]]) -> dict[Any, Any]:
    return {key: new for key, old, new in items if new is not old}


def _number(number: Number, path: str, take: _Take, held: bool) -> Number:
    value = take(path, "value", number.value, number, number.unit, held)
    changes = []
    for at, change in enumerate(number.changes, start=1):
        unit = "factor" if change.op == "multiply" else number.unit
        amount = take(f"{path}: {change.op} {at}", change.op, change.amount, change, unit, held)
        changes.append(change if amount == change.amount else change.model_copy(update={"amount": amount}))
    if value == number.value and all(new is old for new, old in zip(changes, number.changes, strict=True)):
        return number
    return number.model_copy(update={"value": value, "changes": tuple(changes)})


def _shares(table: Shares, path: str, take: _Take) -> Shares:
    held = table.rest is None
    options = {
        option: number if option == table.rest else _number(number, _join(path, option), take, held)
        for option, number in table.options.items()
    }
    diverts = []
    for at, divert in enumerate(table.diverts, start=1):
        key = f"{path}: divert {at}"
        one = len(divert.sources) == 1
        sources = {
            source: take(key if one else f"{key} from {source}", "divert", amount, divert, "share", False)
            for source, amount in divert.sources.items()
        }
        diverts.append(divert if sources == divert.sources else divert.model_copy(update={"sources": sources}))
    same = all(options[option] is number for option, number in table.options.items())
    if same and all(new is old for new, old in zip(diverts, table.diverts, strict=True)):
        return table
    if table.rest is not None and not same:
        left = 1.0 - math.fsum(number.value for option, number in options.items() if option != table.rest)
        options[table.rest] = options[table.rest].model_copy(update={"value": left})
    return table.model_copy(update={"options": options, "diverts": tuple(diverts)})


def _parts(item: Any) -> Iterator[Number | Shares]:
    """Every table, and every number outside one."""
    if isinstance(item, Number | Shares):
        yield item
    elif isinstance(item, BaseModel):
        for name in type(item).model_fields:
            yield from _parts(getattr(item, name))
    elif isinstance(item, Mapping):
        for value in item.values():
            yield from _parts(value)
    elif isinstance(item, tuple):
        for value in item:
            yield from _parts(value)


def _possible(item: Number | Shares) -> bool:
    if isinstance(item, Number):
        return item.unit != "share" or all(-1e-9 <= item.at(time) <= 1 + 1e-9 for time in _moments(item.changes))
    changes = [change for number in item.options.values() for change in number.changes]
    for time in _moments((*changes, *item.diverts)):
        found = item.at(time).values()
        if any(not -1e-9 <= value <= 1 + 1e-9 for value in found) or abs(math.fsum(found) - 1.0) > 1e-9:
            return False
    return True


def _moments(changes: Iterable[Timed | Divert]) -> list[float]:
    """The times between which nothing bends, and one before them all."""
    found = {-1e15}
    for change in changes:
        for start, until in change.weight.windows:
            ramp = change.weight.ramp
            found |= {start, start + ramp, until, until + ramp}
    return sorted(time for time in found if math.isfinite(time))
