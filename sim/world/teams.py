"""Teams: slots from the people in post, one work clock, a calendar, and staff moved to discharge work at midnight."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from sim.engine.pool import Pool
from sim.engine.rounds import CAPACITY, priority
from sim.engine.workclock import WorkClock

if TYPE_CHECKING:
    from sim.scenario.schema import TeamSpec
    from sim.world.compiled import TeamPlan
    from sim.world.world import World

__all__ = ["Team"]

SPEED_STEP: Final = 1024.0


class Team:
    """Staff who do tasks together."""

    def __init__(self, world: World, plan: TeamPlan, order: int) -> None:
        self.world = world
        self.plan = plan
        self.order = order
        self.name = plan.name
        self.code = world.names.code(plan.name)
        spec: TeamSpec = plan.spec
        self.steady = plan.steady
        """Always open with a fixed number of workers at speed 1: an end is known at the start."""
        self._always = plan.calendar.always
        self._weekly = plan.calendar.weekly / world.days.length * 24.0
        """Hours in which it is open in a week without holidays."""
        self.slots = 0
        self.speed = 0.0
        self.open = spec.calendar == "always" or plan.calendar.always
        floors = dict.fromkeys(plan.floor_routes, 0)
        self.pool = Pool(world.rounds, plan.name, order, 0, floors=floors)
        self.clock = WorkClock(world.rounds, order, workers=0 if plan.caseload is not None else None)
        self._levels = (world.names.code(f"team:{plan.name}.slots"), world.names.code(f"team:{plan.name}.speed"))
        self._logged: tuple[float, float] = (0.0, 0.0)
        self._workers = 0
        self._closing = 0.0

    def hours_and_people(self, day: int) -> tuple[float, float]:
        """Paid hours a week at work today, and people in post, both times staffing share."""
        i = day - self.world.days.first
        people = hours = 0.0
        for in_post, share, rate in self.world.staff_of(self.name):
            people += in_post[i] * share[i]
            hours += in_post[i] * share[i] * rate[i]
        return hours, people

    def midnight(self, day: int, moved: float, kept_for_discharge: float) -> None:
        """Fix slots and speed for the day, with ``moved`` paid hours a week lent (+) or taken (-) by discharge work."""
        plan = self.plan
        if plan.workers is not None:
            self._workers = math.floor(plan.workers[day - self.world.days.first])
            speed = 1.0
        else:
            hours, people = self.hours_and_people(day)
            self._workers = max(1, math.floor(people + 1e-9)) if people > 0 else 0
            speed = (hours + moved) / (self._workers * self._weekly) if self._workers else 0.0
            speed = max(0.0, math.floor(speed * SPEED_STEP + 0.5) / SPEED_STEP)
        if plan.caseload is not None:
            self.slots = self._workers * math.floor(plan.caseload[day - self.world.days.first])
        else:
            self.slots = self._workers
        floors = None
        if self.pool.floors:
            floors = {
                route: math.floor(share[day - self.world.days.first] * self.slots)
                for route, share in plan.reserved.items()
            }
            if kept_for_discharge:
                floors["discharge"] = max(floors.get("discharge", 0), math.floor(kept_for_discharge * self.slots))
            elif "discharge" not in floors:
                floors["discharge"] = 0
        self.speed = speed
        self._log()
        midnight = (day + 1) * self.world.days.length
        self._closing = midnight
        if self._always:
            self._set(True, floors)
            return
        opening = plan.hours[day - self.world.days.first]
        now = self.world.rounds.now
        if opening is None or opening[1] <= now:
            self._set(False, floors)
            return
        opens, closes = opening
        self._closing = closes
        self._set(opens <= now, floors)
        rounds = self.world.rounds
        prio = priority(CAPACITY, self.order)
        if opens > now:
            rounds.call(opens, prio, self._opens)
        if closes < midnight:
            rounds.call(closes, prio, self._closes)

    def _opens(self, _: Any) -> None:
        self._set(True)
        self.world.rounds.settle()

    def _closes(self, _: Any) -> None:
        self._set(False)
        self.world.rounds.settle()

    def _set(self, is_open: bool, floors: dict[str, int] | None = None) -> None:
        self.open = is_open
        self.pool.set_capacity(self.slots if is_open else 0, floors)
        if not self.steady:
            workers = self._workers if self.plan.caseload is not None else None
            self.clock.set_speed(self.speed if is_open else 0.0, self._closing, workers)

    def _log(self) -> None:
        slots, speed = self._logged
        if self.slots != slots:
            self.world.level(self._levels[0], self.slots)
        if self.speed != speed:
            self.world.level(self._levels[1], self.speed)
        self._logged = (float(self.slots), self.speed)
