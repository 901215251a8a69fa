"""What may happen while waiting or while here: causes, each with its own clock in every person.

A person's clock for a cause is a unit exponential that runs down at the current hazard while exposed, keeps what is
left from one wait to the next, and is drawn afresh only when it has fired.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.engine.draws import clocks, clocks_of, exponential, name_key
from sim.engine.grid import NEVER
from sim.world.values import Compiler, Daily

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.scenario.schema import Event, Number
    from sim.world.people import Person

__all__ = ["NO_DUE", "Cause", "Causes", "Clock", "Due", "any_within", "causes_of", "due_from"]

Due = dict[int, float]
"""cause index -> the time at which a fixed ``after`` falls due."""

NO_DUE: Due = {}


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
        self.hold = [] if policy is None or isinstance(policy, str) else compiler.every_day(policy)
        """How long a package is held, by the day on which that begins."""
        self.scale = compiler.factors(rate) if rate is not None else []
        hazard = compiler.number(rate) if rate is not None else 0.0
        self.constant = hazard if isinstance(hazard, float) else 0.0
        """The hazard, where it never changes."""
        self.daily = hazard if isinstance(hazard, Daily) else None

    def factor(self, attributes: list[int]) -> float:
        """What a person's attributes make of the hazard."""
        factor = 1.0
        for i, table in self.scale:
            factor *= table[attributes[i]]
        return factor


class Clock:
    """A person's clocks of a set of causes: what is left of each, and which runs out first."""

    __slots__ = ("left", "next", "rates", "spent", "version", "which")

    left: list[float] | None
    """Of each clock, before what is ``spent``; None until someone asks."""
    rates: list[float]
    """At which each runs down for the person, of a dated one its factor."""
    next: float
    """How much exposure in all lets the first run out."""
    which: int
    version: int
    """``Person.version`` for which this is true."""

    def __init__(self) -> None:
        self.spent = 0.0
        """Exposure so far."""


class Causes:
    """A named set of events, compiled: the hazards that compete, and the fixed times."""

    def __init__(self, name: str, rated: Sequence[Cause], timed: Sequence[Cause], index: int) -> None:
        self.name = name
        self.index = index
        """Where its clocks stand in ``Person.clocks``."""
        self.key = name_key(name)
        self.rated = tuple(rated)
        self.timed = tuple(timed)
        self.any = bool(rated or timed)
        """Anything at all may happen."""
        self.keys = [cause.key for cause in rated]
        self.dated = any(cause.daily is not None for cause in rated)
        """Some hazard changes from day to day."""
        self.plain = len(rated) > 0 and not timed and not self.dated
        """Hazards that never change, and nothing else."""
        self._strides = []
        self.depends = 0
        """Bits of the attributes that scale a hazard."""
        stride = 1
        for i in sorted({i for cause in rated for i, _ in cause.scale}):
            self._strides.append((i, stride))
            self.depends |= 1 << i
            stride *= max(len(table) for cause in rated for j, table in cause.scale if j == i)
        self._rates: dict[int, list[float]] = {}

    def without_timed(self) -> Causes:
        """The same hazards and clocks without the fixed times."""
        other = Causes(self.name, self.rated, (), self.index)
        other._rates = self._rates  # a clock knows by the table itself whether it is up to date
        return other

    def clock(self, person: Person) -> Clock:
        """A person's clocks of these causes, at the hazards of the person as they are now."""
        clock: Clock | None = person.clocks.get(self.index)
        if clock is None:
            clock = person.clocks[self.index] = Clock()
            ahead = person.world.clocks_ahead.get((self.index, person.stream))
            if ahead is not None and not person.altered & self.depends:
                clock.version = person.version
                clock.left = None
                clock.next, clock.which, clock.rates = ahead[person.row]
                return clock
            clock.left = clocks(person.key, self.key, self.keys)
        elif self.rates_of(person.attributes) is clock.rates:
            clock.version = person.version
            return clock
        else:
            self._settle(clock, person)
        self._look(clock, person)
        return clock

    def ahead(self, keys: NDArray[np.int64], codes: NDArray[np.int64]) -> list[tuple[float, int, list[float]]]:
        """``next``, ``which`` and ``rates`` of the first clock of many people, by key and codes of attributes."""
        left = np.array([np.array(own, np.float64) for own in clocks_of(keys, self.key, self.keys)])
        combination = np.zeros(len(keys), np.int64)
        for i, stride in self._strides:
            combination += codes[:, i] * stride
        found, which = np.unique(combination, return_inverse=True)
        first = [int(np.argmax(which == i)) for i in range(len(found))]
        rates = [self.rates_of(codes[row].tolist()) for row in first]
        table = np.array(rates).reshape(len(found), -1)[which].T
        times = np.divide(left, table, out=np.full(left.shape, NEVER), where=table > 0.0)
        own = [rates[i] for i in which.tolist()]
        return list(zip(times.min(axis=0).tolist(), times.argmin(axis=0).tolist(), own, strict=True))

    def _look(self, clock: Clock, person: Person) -> None:
        """Which clock runs out first if nothing changes, and after how much more exposure; never when infinite."""
        clock.version = person.version
        clock.rates = rates = self.rates_of(person.attributes)
        assert clock.left is not None
        soonest, which = NEVER, 0
        for i, left in enumerate(clock.left):
            rate = rates[i]
            if rate > 0.0:
                time = left / rate
                if time < soonest:
                    soonest, which = time, i
        clock.next, clock.which = soonest, which

    def _settle(self, clock: Clock, person: Person) -> None:
        """Take from each clock what has run."""
        left = clock.left
        if left is None:
            left = clock.left = clocks(person.key, self.key, self.keys)
        spent, clock.spent = clock.spent, 0.0
        if spent:
            rates = clock.rates
            for i in range(len(left)):
                x = left[i] - rates[i] * spent
                left[i] = x if x > 0.0 else 0.0

    def dated_next(self, clock: Clock, now: float) -> float:
        """When the next clock runs out, where hazards change from day to day; sets which."""
        times = [
            NEVER if r <= 0.0
            else now + x / r if cause.daily is None
            else cause.daily.reaches(cause.daily.integral(now) + x / r)
            for cause, x, r in zip(self.rated, clock.left or (), clock.rates, strict=True)
        ]  # fmt: skip
        soonest = min(times)
        clock.which = times.index(soonest)
        return soonest

    def dated_spend(self, clock: Clock, since: float, now: float) -> None:
        """Take from each clock what ran while exposed, where hazards change from day to day."""
        left = clock.left
        assert left is not None
        for i, (cause, rate) in enumerate(zip(self.rated, clock.rates, strict=True)):
            daily = cause.daily
            ran = now - since if daily is None else daily.integral(now) - daily.integral(since)
            x = left[i] - rate * ran
            left[i] = x if x > 0.0 else 0.0

    def fired(self, person: Person) -> None:
        """The next clock has run out: a fresh one in its place."""
        clock: Clock = person.clocks[self.index]
        self._settle(clock, person)
        assert clock.left is not None
        key = self.rated[clock.which].key
        clock.left[clock.which] = exponential(person.key, key, person.use(key))
        self._look(clock, person)

    def rates_of(self, attributes: list[int]) -> list[float]:
        """The hazard of each cause for a person of these attributes; of a dated one, its factor."""
        combination = 0
        for i, stride in self._strides:
            combination += attributes[i] * stride
        rates = self._rates.get(combination)
        if rates is None:
            rates = [
                (cause.constant if cause.daily is None else 1.0) * cause.factor(attributes) for cause in self.rated
            ]
            self._rates[combination] = rates
        return rates


def causes_of(name: str, events: Mapping[str, Event], compiler: Compiler, index: int) -> Causes:
    """A set of events, made ready."""
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
    return Causes(name, rated, timed, index)


def any_within(left: list[float], rates: list[float], time: float) -> bool:
    """Whether any clock runs out before so much exposure has passed."""
    for i in range(len(left)):  # noqa: SIM110 - a generator costs more
        if left[i] < rates[i] * time:
            return True
    return False


def due_from(sets: Sequence[Causes], start: float) -> Due:
    """When the fixed times of some sets fall due, counted from a start."""
    for causes in sets:
        if causes.timed:
            return {c.index: start + c.after for causes in sets for c in causes.timed if c.after is not None}
    return NO_DUE
