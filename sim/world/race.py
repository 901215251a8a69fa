"""The race of what can happen to a person next: an end that is known, a message from others, or a cause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import TYPE_CHECKING, Final

from sim.engine.grid import NEVER, TICK, TICKS
from sim.engine.rounds import CLOCK, Happening, priority
from sim.world.events import NO_DUE, due_from
from sim.world.people import ENDS

if TYPE_CHECKING:
    from sim.world.events import Cause, Causes, Clock, Due
    from sim.world.people import Person
    from sim.world.world import World

__all__ = ["Race", "Vigil", "Watch"]

_CLOCKS: Final = priority(CLOCK, 0xFFFF)
_OFF: Final = -NEVER


class Watch(Happening):
    """What watches over someone who waits, or is here: a race, or the vigil kept until it has to be one."""

    __slots__ = ()

    def stop(self, person: Person) -> None:
        """The wait is over: the clocks keep what is left."""
        raise NotImplementedError

    def wake(self, person: Person, time: float) -> None:
        """The day has come on which one goes off."""
        raise NotImplementedError

    def runs_to(self, then: Callable[[Person], None]) -> bool:
        """Whether its known end is followed by this."""
        return False


class Race(Watch):
    """What may happen to one person while waiting or while here; an event of the heap, armed for what comes first.

    A cause that leads nowhere takes effect and the race goes on, with the sets that ``pick`` finds then. One that falls
    on a later day is only noted for that midnight: most never come.
    """

    __slots__ = ("armed", "cause", "due", "listed", "person", "pick", "sets", "since", "then", "until", "which")

    def __init__(
        self,
        person: Person,
        sets: Sequence[Causes],
        due: Due,
        pick: Callable[[Person], Sequence[Causes]] | None = None,
    ) -> None:
        self.person = person
        self.sets = sets
        self.due = due
        """When each fixed time falls due."""
        self.pick = pick
        self.listed = False
        """In the heap."""
        self.live = False
        self.armed = _OFF
        """When it goes off, noted for a later day."""
        self.cause: Cause | None
        """What comes first; None: the end."""
        self.which: Causes | None
        """The set of hazards that holds it; None: a fixed time, or the end."""
        self.since: float
        self.until: float | None
        self.then: Callable[[Person], None] | None

    def run(self, until: float | None, then: Callable[[Person], None] | None) -> None:
        """Race from now: until a known end, and ``then`` what follows; None: until stopped."""
        if self.listed:
            other = self.person.race = Race(self.person, self.sets, self.due, self.pick)
            other.run(until, then)
            return
        self.until = until
        self.then = then
        self._look(self.person.world.rounds.now)

    def stop(self, person: Person) -> None:
        """The wait is over: the clocks keep what is left."""
        self._spend(person.world.rounds.now)
        self.armed = _OFF
        self.live = False

    def runs_to(self, then: Callable[[Person], None]) -> bool:
        return self.then == then

    def afresh(self) -> None:
        """The package held is over: of a wait, go on with what may happen now."""
        if self.pick is not None:
            person = self.person
            self.stop(person)
            sets = self.pick(person)
            race = person.race = Race(person, sets, {**due_from(sets, person.joined), **self.due}, self.pick)
            race.run(self.until, self.then)

    def wake(self, person: Person, time: float) -> None:
        """The day has come on which it goes off."""
        if self.armed == time:
            self._arm(time, _CLOCKS)

    def resume(self, since: float, time: float) -> None:
        """Take up a race without end that has run since then, whose clock goes off today."""
        causes = self.sets[0]
        self.since = since
        self.until = self.then = None
        self.which = causes
        clock: Clock = self.person.clocks[causes.index]
        self.cause = causes.rated[clock.which]
        self._arm(time, _CLOCKS)

    def _look(self, now: float) -> None:
        """Find what comes first, and arm for it."""
        person = self.person
        world = person.world
        self.since = now
        clocks = person.clocks
        until = self.until
        when = NEVER if until is None else until
        first: Cause | None = None
        which: Causes | None = None
        sets = self.sets
        if len(sets) == 1 and sets[0].plain:
            which = sets[0]
            clock: Clock | None = clocks.get(which.index)
            if clock is None or clock.version != person.version:
                clock = which.clock(person)
            at = now + (clock.next - clock.spent)
            if at < world.horizon and (at := ceil(at * TICKS) * TICK) < when:
                when = at
                first = which.rated[clock.which]
            sets = ()
        for causes in sets:
            if causes.rated:
                clock = clocks.get(causes.index)
                if clock is None or clock.version != person.version:
                    clock = causes.clock(person)
                at = causes.dated_next(clock, now) if causes.dated else now + (clock.next - clock.spent)
                if at < world.horizon:
                    at = ceil(at * TICKS) * TICK
                    if at < when:
                        when = at
                        first = causes.rated[clock.which]
                        which = causes
            for cause in causes.timed:
                if self.due[cause.index] < when:
                    when = self.due[cause.index]
                    first = cause
                    which = None
        self.cause = first
        self.which = which
        if first is None:
            if until is not None:
                self._arm(until, ENDS)
        elif when < world.tomorrow:
            self._arm(when if when > now else now, _CLOCKS)
        elif when < world.horizon:
            self.armed = when
            world.remember(when, self, person)

    def _arm(self, time: float, prio: int) -> None:
        self.armed = _OFF
        self.listed = self.live = True
        person = self.person
        person.world.rounds.push(time, prio + person.key, self)

    def _spend(self, now: float) -> None:
        """Take from the clocks what ran while exposed."""
        since = self.since
        if now > since:
            for causes in self.sets:
                if causes.rated:
                    clock: Clock = self.person.clocks[causes.index]
                    if causes.dated:
                        causes.dated_spend(clock, since, now)
                    else:
                        clock.spent += now - since

    def happen(self) -> None:
        """What comes first has come."""
        self.listed = False
        if not self.live:
            return
        self.live = False
        person = self.person
        world = person.world
        now = world.rounds.now
        self._spend(now)
        cause = self.cause
        if cause is None:
            self.then(person)  # type: ignore[misc]
        else:
            if self.which is not None:
                self.which.fired(person)
            else:
                assert cause.after is not None
                self.due[cause.index] = now + cause.after if cause.repeats else NEVER
            world.happens(person, cause)
            if cause.restart is not None or (cause.to is not None and not self._there_already(cause)):
                person.race = None
                person.station.led_away(person, cause, self)  # type: ignore[union-attr]
            else:
                if self.pick is not None:
                    self.sets = self.pick(person)
                    self.due = {**due_from(self.sets, person.joined), **self.due}
                self._look(now)
        if world.rounds.dirty:
            world.rounds.settle()

    def _there_already(self, cause: Cause) -> bool:
        """A hazard of the package in use leads to where the person waits anyway: the place in the queue is kept."""
        person = self.person
        here = person.station
        return here is not None and cause.to == here.id and person.of_package(cause)


class Vigil(Watch):
    """Waits at one station by one set of hazards that never change: nothing but a note until the day one goes off.

    Everyone who waits there shares it: the exposure runs from ``Person.joined``.
    """

    __slots__ = ("causes", "pick", "sets", "world")

    def __init__(self, world: World, causes: Causes, pick: Callable[[Person], Sequence[Causes]]) -> None:
        self.world = world
        self.causes = causes
        self.sets = (causes,)
        self.pick = pick

    def begin(self, person: Person) -> None:
        """The person joins now."""
        causes = self.causes
        world = self.world
        clock: Clock | None = person.clocks.get(causes.index)
        if clock is None or clock.version != person.version:
            clock = causes.clock(person)
        person.race = self
        time = person.joined + (clock.next - clock.spent)
        if time < world.horizon:
            time = ceil(time * TICKS) * TICK
            if time < world.tomorrow:
                self.wake(person, time)
            elif time < world.horizon:
                world.remember(time, self, person)

    def stop(self, person: Person) -> None:
        """The wait is over: the clocks keep what is left."""
        clock: Clock = person.clocks[self.causes.index]
        clock.spent += self.world.rounds.now - person.joined

    def wake(self, person: Person, time: float) -> None:
        """One goes off today, if the person is still here."""
        if person.race is self:
            clock: Clock = person.clocks[self.causes.index]
            if ceil((person.joined + (clock.next - clock.spent)) * TICKS) * TICK == time:
                person.race = race = Race(person, self.sets, NO_DUE, self.pick)
                race.resume(person.joined, time)
