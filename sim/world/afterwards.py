"""After a journey ends: who comes back, drawn on leaving, so that someone who does not costs no event."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from sim.engine.draws import clocks
from sim.engine.families import Constant
from sim.engine.grid import TICK, TICKS
from sim.engine.rounds import CLOCK, priority
from sim.log.tables import SPELL_TYPES
from sim.world.events import any_within
from sim.world.station import Exit, Law

if TYPE_CHECKING:
    from sim.scenario import schema
    from sim.world.events import Causes, Clock
    from sim.world.people import Person
    from sim.world.world import World

__all__ = ["FollowedExit"]

_AWAY: Final = SPELL_TYPES.index("away")
_CLOCKS: Final = priority(CLOCK, 0xFFFF)


class FollowedExit(Exit):
    """An exit from which people may come back for a time, as the same person, by the first of its causes to fire."""

    def __init__(self, world: World, name: str, spec: schema.Exit) -> None:
        super().__init__(world, name, spec)
        assert spec.while_here is not None
        causes, compiler = world.plan.causes, world.plan.compiler
        self.here = compiler.pick(spec.while_here, lambda set_name: causes[set_name])
        self.length = Law(spec.length, f"{name}:length", compiler)
        fixed = self.length.fixed
        self.always = fixed.mean if isinstance(fixed, Constant) else -1.0
        """How long, where it is the same for everyone."""
        self.ends = self._comes_back

    def arrive(self, person: Person) -> None:
        super().arrive(person)
        causes = self.here(person)
        if not causes.rated:
            return
        person.joined = now = self.rounds.now
        length = self.always
        if length < 0.0:
            law = self.length(person)
            length = law.mean if isinstance(law, Constant) else self.length.draw(person, False)
        until = min(self.world.horizon, now + length)
        at = self._first(person, causes, now, until)
        if at < until:
            person.at_end = self.ends
            self.rounds.push(ceil(at * TICKS) * TICK, _CLOCKS + person.key, person)

    def _first(self, person: Person, causes: Causes, now: float, until: float) -> float:
        """When the first cause fires; its clocks are only kept for someone in whose time one may."""
        if causes.index not in person.clocks and not causes.dated:
            soon = until - now
            ahead = self.world.clocks_ahead.get((causes.index, person.stream))
            if ahead is not None and not person.altered & causes.depends and ahead[person.row][0] >= soon:
                return until
            left = clocks(person.key, causes.key, causes.keys)
            if not any_within(left, causes.rates_of(person.attributes), soon):
                return until
        clock = causes.clock(person)
        return causes.dated_next(clock, now) if causes.dated else now + (clock.next - clock.spent)

    def _comes_back(self, person: Person) -> None:
        """A cause has fired: the person is here again and goes where it leads."""
        world, now, since = self.world, self.rounds.now, person.joined
        causes = self.here(person)
        clock: Clock = person.clocks[causes.index]
        if causes.dated:
            causes.dated_spend(clock, since, now)
        else:
            clock.spent += now - since
        cause = causes.rated[clock.which]
        causes.fired(person)
        world.happens(person, cause)
        assert cause.to is not None
        station = world.stations[cause.to]
        self.journal.spell(person, self.code, _AWAY, since, since, now, 0.0, 0, self.code, station.code, cause.code)
        world.entered.append(person)
        world.came_back = True
        person.from_code = self.code
        station.arrive(person)
        if world.rounds.dirty:
            world.rounds.settle()
