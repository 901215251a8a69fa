"""What may happen while waiting or while here: causes, each with its own clock in every person.

A person's clock for a cause is a unit exponential that runs down at the current hazard while exposed, keeps what is
left from one wait to the next, and is drawn afresh only when it has fired.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine.draws import clocks, exponential, name_key
from sim.world.values import Compiler, Daily

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario.schema import Event, Number
    from sim.world.people import Person

__all__ = ["Cause", "Causes"]


class Cause:
    """One competing cause: a hazard, or a fixed time after the start."""

    __slots__ = (
        "after", "code", "constant", "daily", "excess", "hold", "index", "key", "name", "need", "package",
        "repeats", "restart", "scale", "sets", "to",
    )  # fmt: skip

    def __init__(self, name: str, event: Event, rate: Number | None, excess: bool, compiler: Compiler) -> None:
        self.name = name
        self.index = -1
        """Where a fixed time stands among all causes: set by ``Causes``."""
        self.code = -1
        """Its name's code in the log: set by each world."""
        self.key = name_key(name)
        self.excess = excess
        """Counts as caused by waiting."""
        self.after = event.after.value if event.after is not None else None
        self.repeats = event.repeats
        self.to = event.to
        self.restart = event.restart
        self.need = event.need
        self.sets = compiler.codes(event.sets)
        policy = event.package
        self.package = policy if isinstance(policy, str) else ("hold" if policy is not None else None)
        self.hold = 0.0 if policy is None or isinstance(policy, str) else policy.value
        self.scale = compiler.factors(rate) if rate is not None else []
        hazard = compiler.number(rate) if rate is not None else 0.0
        self.constant = hazard if isinstance(hazard, float) else 0.0
        """The hazard, where it never changes."""
        self.daily = hazard if isinstance(hazard, Daily) else None

    def factor(self, person: Person) -> float:
        """What the person's attributes make of the hazard."""
        factor = 1.0
        for i, table in self.scale:
            factor *= table[person.attributes[i]]
        return factor


class Causes:
    """A named set of events, compiled: the hazards that compete, and the fixed times."""

    def __init__(self, name: str, events: Mapping[str, Event], compiler: Compiler, index: int) -> None:
        self.name = name
        self.index = index
        """Where its clocks stand in ``Person.clocks``."""
        self.key = name_key(name)
        rated: list[Cause] = []
        timed: list[Cause] = []
        for event_name, event in events.items():
            full = f"{name}.{event_name}"
            for rate, excess in ((event.rate, False), (event.background, False), (event.excess, True)):
                if rate is not None:
                    rated.append(Cause(f"{full}.excess" if excess else full, event, rate, excess, compiler))
            if event.after is not None:
                timed.append(Cause(full, event, None, False, compiler))
                timed[-1].index = index * 64 + len(timed)
        self.rated = tuple(rated)
        self.timed = tuple(timed)
        self._keys = [cause.key for cause in rated]
        self._dated = any(cause.daily is not None for cause in rated)
        self._strides = []
        stride = 1
        for i in sorted({i for cause in rated for i, _ in cause.scale}):
            self._strides.append((i, stride))
            stride *= max(len(table) for cause in rated for j, table in cause.scale if j == i)
        self._rates: dict[int, list[float]] = {}

    def without_timed(self) -> Causes:
        """The same hazards and clocks without the fixed times."""
        other = Causes.__new__(Causes)
        other.__dict__.update(self.__dict__, timed=())
        return other

    def left(self, person: Person) -> list[float]:
        """What is left on the person's clocks."""
        left = person.clocks.get(self.index)
        if left is None:
            left = person.clocks[self.index] = clocks(person.key, self.key, self._keys)
        return left

    def fires(self, person: Person, left: list[float], now: float) -> list[float]:
        """When each clock runs out if nothing changes; infinite if it does not."""
        rates = self._hazards(person)
        if self._dated:
            return [
                now + x / r if cause.daily is None and r > 0.0
                else cause.daily.reaches(cause.daily.integral(now) + x / r) if cause.daily is not None and r > 0.0
                else math.inf
                for cause, x, r in zip(self.rated, left, rates, strict=True)
            ]  # fmt: skip
        return [now + x / r if r > 0.0 else math.inf for x, r in zip(left, rates, strict=False)]

    def run_down(self, person: Person, since: float, now: float) -> None:
        """Take from the clocks what ran while exposed."""
        if now <= since or not self.rated:
            return
        rates = self._hazards(person)
        left = person.clocks[self.index]
        if self._dated:
            rates = [
                r
                if cause.daily is None
                else r * (cause.daily.integral(now) - cause.daily.integral(since)) / (now - since)
                for cause, r in zip(self.rated, rates, strict=True)
            ]
        elapsed = now - since
        for i, rate in enumerate(rates):
            x = left[i] - rate * elapsed
            left[i] = x if x > 0.0 else 0.0

    def redraw(self, person: Person, i: int) -> None:
        """The clock has fired: a fresh one."""
        key = self.rated[i].key
        person.clocks[self.index][i] = exponential(person.key, key, person.use(key))

    def _hazards(self, person: Person) -> list[float]:
        """The hazard of each cause for the person; of a dated one, its factor."""
        attributes = person.attributes
        combination = 0
        for i, stride in self._strides:
            combination += attributes[i] * stride
        rates = self._rates.get(combination)
        if rates is None:
            rates = [(cause.constant if cause.daily is None else 1.0) * cause.factor(person) for cause in self.rated]
            self._rates[combination] = rates
        return rates
