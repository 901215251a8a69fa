"""Who is there at the start: people in place with an elapsed and a remaining time, waiting lists with their past."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.draws import name_key, person_keys, uniform
from sim.engine.grid import TICK, TICKS
from sim.world.arrivals import Arrivals, attribute_codes
from sim.world.care import PackageStation
from sim.world.foresight import clock
from sim.world.people import Person
from sim.world.stay import StayStation

if TYPE_CHECKING:
    from sim.scenario.schema import Opening
    from sim.world.world import World

__all__ = ["open_stock"]

_LEFT, _SHARE = name_key("remaining stay"), name_key("elapsed share")
_LIST_AGE: Final = 28.0
"""Mean age in days of a waiting list at the start when the scenario gives none."""


def open_stock(world: World) -> None:
    """Put everyone in place at the start of the run, those here first, then those waiting by their joining time."""
    scenario = world.plan.scenario
    for name, opening in scenario.stock.items():
        for person in _people(world, name, opening, 0, opening.here):
            person.opened = _left(world, name, opening, person)
            person.begin(world.stations[name])
    listed: list[tuple[float, int, Person, str]] = []
    for name, opening in scenario.stock.items():
        for person in _people(world, name, opening, 1, opening.waiting):
            u = uniform(person.key, _LEFT, 0)
            if opening.waited is not None:
                waited = world.plan.compiler.sampler(opening.waited)(person)(u)
            else:
                waited = -_LIST_AGE * scenario.day * math.log(u)
            person.listed = math.floor((world.days.begin - waited) * TICKS) * TICK
            listed.append((person.listed, person.key, person, name))
    for _, _, person, name in sorted(listed, key=lambda entry: entry[:2]):
        person.begin(world.stations[name])
    world.rounds.settle()


def _people(world: World, name: str, opening: Opening, strip: int, count: int) -> list[Person]:
    if not count:
        return []
    plan = world.plan
    key = name_key(f"stock:{name}")
    index = np.arange(count, dtype=np.int64)
    keys = person_keys(world.replication_key, key, np.array([strip]), np.array([0]), index)
    spec = plan.scenario.stations[name]
    route = getattr(spec, "sets", {}).get("route", "community")
    levels = plan.compiler.levels
    fixed = {"route": levels["route"][route], "class": levels["class"][opening.class_ or f"stock:{name}"]}
    dates = np.full(count, plan.compiler.days.first, np.int64)
    codes = attribute_codes(keys, dates, fixed, dict(opening.people), plan.compiler)
    stream = world.names.code(f"stock:{name}")
    if not (opening.here and opening.waiting):
        clock(world, getattr(spec, "waiting" if strip else "while_here", None), stream, keys, codes)
    whole = Arrivals(np.full(count, world.days.begin), keys, np.full(count, strip), np.zeros(count, np.int64), index)
    world.journal.arrivals(stream, whole, codes)
    return [
        Person(world, key, stream, row, i)
        for i, (key, row) in enumerate(zip(keys.tolist(), codes.tolist(), strict=True))
    ]


def _left(world: World, name: str, opening: Opening, person: Person) -> float:
    """Remaining time of one who is here: as given, else length-biased from the station's own law."""
    compiler = world.plan.compiler
    u, v = uniform(person.key, _LEFT, 0), uniform(person.key, _SHARE, 0)
    if opening.left is not None:
        left = compiler.sampler(opening.left)(person)(u)
    else:
        station = world.stations[name]
        law = station.length if isinstance(station, StayStation | PackageStation) else None
        if law is None:
            return math.inf
        if isinstance(station, StayStation) and station.decides:
            station.decide(person, True)
        left = law(person).remaining(u, v)
        person.whole = left / v
    return math.floor(left * TICKS + 0.5) * TICK
