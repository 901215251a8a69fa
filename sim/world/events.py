"""What may happen while waiting or while here: causes, each with its own clock in every person.

A person's clock for a cause is a unit exponential that runs down at the current hazard while exposed, keeps what is
left from one wait to the next, and is drawn afresh only when it has fired.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine.draws import exponential, name_key
from sim.world.values import Compiler, Daily

if TYPE_CHECKING:
    from sim.scenario.schema import Event, Number
    from sim.world.people import Person

__all__ = ["Cause", "causes_of"]


class Cause:
    """One competing cause: a hazard, or a fixed time after the start."""

    __slots__ = (
        "_by", "_constant", "after", "code", "event", "excess", "hold", "index", "key", "name", "need", "package",
        "repeats", "restart", "scale", "to",
    )  # fmt: skip

    def __init__(self, name: str, event: Event, rate: Number | None, excess: bool, compiler: Compiler) -> None:
        self.name = name
        self.event = event
        self.index = -1
        """Where the cause stands in the world's list: set by the world."""
        self.code = -1
        self.key = name_key(name)
        self.excess = excess
        """Counts as caused by waiting."""
        self.after = event.after.value if event.after is not None else None
        self.repeats = event.repeats
        self.to = event.to
        self.restart = event.restart
        self.need = event.need
        policy = event.package
        self.package = policy if isinstance(policy, str) else ("hold" if policy is not None else None)
        self.hold = 0.0 if policy is None or isinstance(policy, str) else policy.value
        self.scale = compiler.factors(rate) if rate is not None else []
        hazard = compiler.number(rate) if rate is not None else 0.0
        self._constant = hazard if isinstance(hazard, float) else 0.0
        self._by = hazard if isinstance(hazard, Daily) else None

    def fires(self, person: Person, now: float) -> float:
        """When the person's clock runs out if nothing changes; infinite if it does not."""
        factor = 1.0
        attributes = person.attributes
        for i, table in self.scale:
            factor *= table[attributes[i]]
        left = person.clocks.get(self.index)
        if left is None:
            left = person.clocks[self.index] = exponential(person.key, self.key, person.use(self.key))
        if factor <= 0.0:
            return math.inf
        if self._by is not None:
            return self._by.reaches(self._by.integral(now) + left / factor)
        rate = self._constant * factor
        return now + left / rate if rate > 0.0 else math.inf

    def run_down(self, person: Person, since: float, now: float) -> None:
        """Take from the clock what ran while exposed."""
        if now <= since:
            return
        factor = 1.0
        attributes = person.attributes
        for i, table in self.scale:
            factor *= table[attributes[i]]
        if self._by is not None:
            ran = factor * (self._by.integral(now) - self._by.integral(since))
        else:
            ran = factor * self._constant * (now - since)
        clocks = person.clocks
        clocks[self.index] = max(0.0, clocks[self.index] - ran)


def causes_of(name: str, event: Event, compiler: Compiler) -> list[Cause]:
    """The causes of one event: background and excess are two clocks."""
    out = []
    for rate, excess in ((event.rate, False), (event.background, False), (event.excess, True)):
        if rate is not None:
            out.append(Cause(f"{name}.excess" if excess else name, event, rate, excess, compiler))
    if event.after is not None:
        out.append(Cause(name, event, None, False, compiler))
    return out
