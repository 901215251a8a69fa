"""A person: attributes, the place and package held, clocks, and the race of what can happen next."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from heapq import heappush
from typing import TYPE_CHECKING, Any

from sim.engine.draws import uniform
from sim.engine.grid import TICK, TICKS
from sim.engine.pool import Pool
from sim.engine.rounds import CLOCK, END, Wake, priority

if TYPE_CHECKING:
    from sim.world.care import PackageStation
    from sim.world.events import Cause, Causes
    from sim.world.market import Provider, Search
    from sim.world.station import Station
    from sim.world.world import World

__all__ = ["CLOCKS", "ENDS", "Due", "Holding", "Person", "Place", "Visit", "due_from"]

WOKEN = "woken"
"""What a person is told when the own timer fires."""

Visit = Generator[None, object, Any]
Due = dict[int, float]
_NO_DUE: Due = {}
"""cause index -> the time at which a fixed ``after`` falls due."""

ENDS = priority(END, 0xFFFF)
CLOCKS = priority(CLOCK, 0xFFFF)


class Place:
    """An amount of a pool held by a stay; kept after its end while the person waits for what is next."""

    __slots__ = ("amount", "area", "kept_since", "kind", "pool", "reason", "since", "station")

    def __init__(self, pool: Pool, amount: int, kind: str, station: Station) -> None:
        self.pool = pool
        self.amount = amount
        self.kind = kind
        self.station = station
        self.kept_since = math.nan
        self.reason = 0
        self.area = 0.0
        """Amount-time until ``since``, of an amount that changes."""
        self.since = math.nan


class Holding:
    """A package in force: its provider and amount, and since when the person is away from it."""

    __slots__ = ("amount", "away_since", "due", "expiry", "mode", "outcome_based", "provider", "station", "until")

    def __init__(self, station: PackageStation, provider: Provider | None, amount: int, outcome_based: bool) -> None:
        self.station = station
        self.provider = provider
        self.amount = amount
        self.outcome_based = outcome_based
        self.mode = "here"
        """here, kept (in use on a side trip) or hold (not in use)."""
        self.away_since = math.nan
        self.expiry: Wake | None = None
        self.due: Due = {}
        self.until: float | None = None
        """When it ends, where it has a length; side trips do not move it."""


class Person:
    """Someone on the tracks."""

    __slots__ = (
        "altered", "attributes", "clocks", "first", "from_code", "going", "joined", "key", "listed", "message",
        "offer", "opened", "package", "packages", "place", "restarting", "row", "search", "seen", "send", "started",
        "station", "stream", "uses", "wake", "whole", "world",
    )  # fmt: skip

    def __init__(self, world: World, key: int, stream: int, attributes: list[int], row: int) -> None:
        self.world = world
        self.key = key
        self.stream = stream
        self.row = row
        """Where the person stands in the stream's arrays."""
        self.first = False
        """Whether this is the first start at the station the person is at."""
        self.seen = 0
        """Bits of the stations where the person has started before."""
        self.altered = 0
        """Bits of the attributes that have changed since arrival."""
        self.attributes = attributes
        """Codes, in the order of ``Compiler.index``; route and class first."""
        self.uses: dict[int, int] = {}
        self.clocks: dict[int, list[float]] = {}
        self.place: Place | None = None
        self.package: Holding | None = None
        self.packages = 0
        """Packages taken up so far: luck about a package is keyed by it, not by the try."""
        self.search: Search | None = None
        self.going: str
        """Where one goes next, at a station that decides on entry."""
        self.offer: tuple[Provider | None, int, bool] | None = None
        """What sourcing found: provider, amount, outcome-based."""
        self.station: Station | None = None
        self.joined = 0.0
        self.started = math.nan
        self.from_code = 0
        self.restarting = False
        self.opened: float | None = None
        """Remaining time of someone here at the start (infinite: by events alone); None for all others."""
        self.whole = 0.0
        """The whole length, elapsed and remaining, of the stay of someone here at the start."""
        self.listed: float | None = None
        """When someone on a waiting list at the start joined it."""
        self.message: object = None
        self.wake: Wake | None = None
        """The own timer, made when first needed."""

    def begin(self, station: Station) -> None:
        """Start the journey at a station."""
        if station.final:
            station.reach(self)
            return
        journey = self.journey(station)
        self.send = journey.send
        self.world.living[self.key] = self
        try:
            self.send(None)
        except StopIteration:
            pass

    def journey(self, station: Station) -> Generator[None, object, None]:
        """From station to station until there is none, or an exit."""
        while True:
            if station.plain and self.unattached():
                if not station.enter(self):
                    yield
                    station.queueing -= 1
                    station.begin(self)
                yield
                following = station.finish(self)
            else:
                following = yield from station.visit(self)
            if following is None:
                break
            self.from_code = station.code
            if following.final:
                following.reach(self)
                break
            station = following
        del self.world.living[self.key]
        self.wake = None
        del self.send

    def unattached(self) -> bool:
        """Holds no place and no package, and was not here at the start."""
        return self.place is None and self.package is None and self.opened is None and self.listed is None

    def resume(self, message: object) -> None:
        """Go on with a message: a start, an end, an offer."""
        try:
            self.send(message)
        except StopIteration:
            pass

    def woken(self, _: Any) -> None:
        """The own timer fires."""
        try:
            self.send(WOKEN)
        except StopIteration:
            pass
        rounds = self.world.rounds
        if rounds.dirty:
            rounds.settle()

    def sleep_until(self, time: float, prio: int = ENDS) -> None:
        """Arm the own timer."""
        wake = self.wake
        if wake is None:
            wake = self.wake = Wake(self.woken)
        elif wake.callbacks is not None:
            wake.callbacks = ()
            wake = self.wake = Wake(self.woken)
        wake.callbacks = wake.call
        rounds = self.world.rounds
        heappush(rounds.queue, (time, prio + self.key, next(rounds.serial), wake))

    def use(self, decision: int) -> int:
        """How often this person has used a decision before; counts this use."""
        uses = self.uses
        n = uses.get(decision, 0)
        uses[decision] = n + 1
        return n

    def luck(self, decision: int) -> float:
        """The next uniform of a decision."""
        return uniform(self.key, decision, self.use(decision))

    def exposed(
        self,
        sets: Sequence[Causes],
        until: float | None,
        due: Due,
        pick: Callable[[Person], Sequence[Causes]] | None = None,
    ) -> Generator[None, object, Cause | None]:
        """The race: until the end, until told (``message`` holds it), or until a cause leads away, which is returned.

        ``until`` is a known end; None when another must tell. ``due`` holds when each fixed time falls due. A cause
        that leads nowhere takes effect and the race goes on, with the sets that ``pick`` finds then.
        """
        world = self.world
        env = world.env
        since = env._now
        while True:
            when = math.inf if until is None else until
            first: Cause | None = None
            place: tuple[Causes, int] | None = None
            for causes in sets:
                left = causes.left(self)
                if left:
                    fires = causes.fires(self, left, since)
                    soonest = min(fires)
                    at = math.ceil(soonest * TICKS) * TICK if soonest < world.horizon else math.inf
                    if at < when:
                        when = at
                        i = fires.index(soonest)
                        first = causes.rated[i]
                        place = (causes, i)
                for cause in causes.timed:
                    if due[cause.index] < when:
                        when = due[cause.index]
                        first = cause
                        place = None
            later: list[Any] | None = None
            if first is None:
                if until is not None:
                    self.sleep_until(until)
            elif when < world.tomorrow:
                self.sleep_until(when if when > since else since, CLOCKS)
            elif when < world.horizon:
                later = world.remember(when, self)
            message = yield
            self.message = message
            now = env._now
            for causes in sets:
                causes.run_down(self, since, now)
            if message is not WOKEN or first is None:
                if message is not WOKEN:
                    if later is not None:
                        later[1] = None
                    wake = self.wake
                    if wake is not None and wake.callbacks is not None:
                        wake.callbacks = ()
                return None
            if place is not None:
                place[0].redraw(self, place[1])
            else:
                assert first.after is not None
                due[first.index] = now + first.after if first.repeats else math.inf
            world.happens(self, first)
            if first.restart is not None or (first.to is not None and not self._there_already(first)):
                return first
            if pick is not None:
                sets = pick(self)
                due = {**due_from(sets, self.joined), **due}
            since = now

    def _there_already(self, cause: Cause) -> bool:
        """A hazard of the package in use leads to where the person waits anyway: the place in the queue is kept."""
        here = self.station
        return here is not None and cause.to == here.id and self.of_package(cause)

    def of_package(self, cause: Cause) -> bool:
        """Whether a cause is one of the package held."""
        package = self.package
        return package is not None and any(cause in causes.rated for causes in package.station.hazards)


def due_from(sets: Sequence[Causes], start: float) -> Due:
    """When the fixed times of some sets fall due, counted from a start."""
    for causes in sets:
        if causes.timed:
            break
    else:
        return _NO_DUE
    return {c.index: start + c.after for causes in sets for c in causes.timed if c.after is not None}
