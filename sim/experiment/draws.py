"""What is believed of the numbers with a range, drawn up front as a table that can be audited.

A range is a 90% interval: each number is drawn from the PERT law (a beta on [least, most], Malcolm et al. 1959) whose
mode is its value and whose 5th and 95th percentiles are its range; what falls below 0, or a share above 1, is put
there. Numbers that rest on one entry of the register move together, by one uniform. A draw that makes a table of
shares impossible in any of the worlds, or a world that cannot be built, is drawn again as a whole, and counted.

``ranges.csv``: number, change, scenarios, central, low, high, least, most, unit, moves_with, evidence, grade, source,
origin, drawn (``no``: held at its value, for its table has no rest).
``draws.csv``: draw, attempt, number, value. Draw 0 is the central values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sim.engine.draws import name_key, replication_key, uniform
from sim.experiment.worlds import Mismatch
from sim.scenario.library import register
from sim.scenario.ranged import Ranged, possible, ranged, with_values
from sim.scenario.schema import Scenario
from sim.world import compile

__all__ = ["DRAWS_HEADER", "RANGES_HEADER", "Draw", "Parameter", "Pert", "draw_rows", "draws", "end",
           "parameters", "range_rows"]  # fmt: skip

RANGES_HEADER = (
    "number", "change", "scenarios", "central", "low", "high", "least", "most", "unit", "moves_with", "evidence",
    "grade", "source", "origin", "drawn",
)  # fmt: skip
DRAWS_HEADER = ("draw", "attempt", "number", "value")
_ATTEMPTS = 200


@dataclass(frozen=True)
class Pert:
    """The PERT law with this mode and these 5th and 95th percentiles."""

    low: float
    mode: float
    high: float

    @cached_property
    def shape(self) -> tuple[float, float, float]:
        """(least, width, how far along it the mode lies)."""
        from scipy.optimize import brentq

        def off(along: float) -> float:
            low, high = _quantile(along, 0.05), _quantile(along, 0.95)
            return (along - low) / (high - low) - (self.mode - self.low) / (self.high - self.low)

        along = float(brentq(off, 0.0, 1.0, xtol=1e-13))
        low, high = _quantile(along, 0.05), _quantile(along, 0.95)
        width = (self.high - self.low) / (high - low)
        return self.low - width * low, width, along

    @property
    def least(self) -> float:
        """The smallest value."""
        return self.shape[0]

    @property
    def most(self) -> float:
        """The largest value."""
        return self.shape[0] + self.shape[1]

    def at(self, u: float) -> float:
        """The value below which a share ``u`` of belief lies."""
        least, width, along = self.shape
        return least + width * _quantile(along, u)


def _quantile(along: float, u: float) -> float:
    from scipy.special import betaincinv

    return float(betaincinv(1.0 + 4.0 * along, 5.0 - 4.0 * along, u))


@dataclass(frozen=True)
class Parameter:
    """A number with a range, and the worlds that have it so."""

    number: Ranged
    worlds: tuple[int, ...]
    law: Pert

    def at(self, u: float) -> float:
        """Its value at a uniform, where the number can go; twelve figures of it."""
        value = self.law.at(u)
        if self.number.central >= 0.0 and self.number.low >= 0.0:
            value = max(0.0, value)
        if self.number.unit == "share" and self.number.high <= 1.0:
            value = min(1.0, value)
        return float(f"{value:.12g}")


def parameters(scenarios: Sequence[Scenario]) -> list[Parameter]:
    """Every number with a range in any of the worlds; the same in two worlds is one."""
    found: dict[Ranged, list[int]] = {}
    for world, scenario in enumerate(scenarios):
        for number in ranged(scenario):
            found.setdefault(number, []).append(world)
    return [
        Parameter(number, tuple(worlds), Pert(number.low, number.central, number.high))
        for number, worlds in found.items()
    ]


@dataclass(frozen=True)
class Draw:
    """One set of values; by world, for a number may not have the same range in both."""

    values: tuple[dict[str, float], ...]
    attempt: int
    """How often it was drawn again."""

    def worlds(self, scenarios: Sequence[Scenario]) -> list[Scenario]:
        """The scenarios with these values."""
        return [with_values(scenario, values) for scenario, values in zip(scenarios, self.values, strict=True)]


def draws(scenarios: Sequence[Scenario], found: Sequence[Parameter], count: int, seed: int) -> list[Draw]:
    """That many draws. Raises ``Mismatch`` where nothing possible comes of many attempts."""
    return [_one(scenarios, found, seed, number) for number in range(1, count + 1)]


def _one(scenarios: Sequence[Scenario], found: Sequence[Parameter], seed: int, number: int) -> Draw:
    key = replication_key(seed, number)
    for attempt in range(_ATTEMPTS):
        values: tuple[dict[str, float], ...] = tuple({} for _ in scenarios)
        for parameter in found:
            if not parameter.number.held:
                value = parameter.at(uniform(key, name_key(f"range:{parameter.number.luck}"), attempt))
                for world in parameter.worlds:
                    values[world][parameter.number.key] = value
        draw = Draw(values, attempt)
        worlds = draw.worlds(scenarios)
        if all(possible(world) and _builds(world) for world in worlds):
            return draw
    raise Mismatch(f"--uncertainty: no possible values in {_ATTEMPTS} draws of the numbers with a range; narrow some")


def _builds(scenario: Scenario) -> bool:
    try:
        compile(scenario)
    except (ValueError, ArithmeticError):
        return False
    return True


def end(scenarios: Sequence[Scenario], found: Sequence[Parameter], high: bool) -> Draw | None:
    """The central values, with all harm done by waiting at one end of its range; None where none has a range."""
    values: tuple[dict[str, float], ...] = tuple({} for _ in scenarios)
    for parameter in found:
        if parameter.number.harm and not parameter.number.held:
            for world in parameter.worlds:
                values[world][parameter.number.key] = parameter.number.high if high else parameter.number.low
    return Draw(values, 0) if any(values) else None


def range_rows(names: Sequence[str], found: Sequence[Parameter]) -> list[tuple[object, ...]]:
    """Rows of ``RANGES_HEADER``."""
    rows: list[tuple[object, ...]] = []
    for parameter in found:
        number = parameter.number
        entry = register().get(number.evidence, {})
        least, most = max(parameter.law.least, 0.0 if number.low >= 0.0 else -math.inf), parameter.law.most
        rows.append((
            number.key, number.change, " ".join(names[world] for world in parameter.worlds), number.central,
            number.low, number.high, least, min(most, 1.0) if number.unit == "share" and number.high <= 1.0 else most,
            number.unit, number.luck, number.evidence, entry.get("grade", ""), entry.get("source", ""), number.origin,
            "no" if number.held else "yes",
        ))  # fmt: skip
    return rows


def draw_rows(found: Sequence[Parameter], drawn: Sequence[Draw]) -> list[tuple[object, ...]]:
    """Rows of ``DRAWS_HEADER``."""
    rows: list[tuple[object, ...]] = [(0, 0, one.number.key, one.number.central) for one in found]
    for number, draw in enumerate(drawn, start=1):
        for one in found:
            value = draw.values[one.worlds[0]].get(one.number.key, one.number.central)
            rows.append((number, draw.attempt, one.number.key, value))
    return rows
