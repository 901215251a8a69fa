"""The engine agrees with an independent twin on every moment of every person, not on averages."""

from __future__ import annotations

import ast
import math
from pathlib import Path

import numpy as np
import pytest

from sim import scenario, world
from sim.engine import draws
from sim.engine.grid import TICK, TICKS
from sim.engine.quantiles import sampler
from sim.log.tables import SPELL_TYPES, Log

from . import twin

REFERENCE = Path(__file__).parents[2] / "benchmarks" / "reference.yaml"
DAYS = 120
HOURS = 25_000
"""Of D a week: full from the start, so that amounts queue."""
CALENDARS = {
    "a": ("{days: [mon, tue, wed, thu, fri, sat], from: '07:00', until: '21:00'}", 26, (6, 7, 21)),
    "b": ("{days: [mon, tue, wed, thu, fri], from: '08:30', until: '18:00'}", 175, (5, 8.5, 18)),
}


def text(calendars: bool) -> str:
    """The reference network, shorter; with opening hours and staff to match where asked."""
    found = REFERENCE.read_text().replace("length: 365 days", f"length: {DAYS} days")
    found = found.replace("capacity: 28800 h/week", f"capacity: {HOURS} h/week")
    if calendars:
        for team, (_, workers, _) in CALENDARS.items():
            before = {"a": "workers: 12", "b": "workers: 54"}[team]
            assert f"{before}, calendar: always" in found
            found = found.replace(f"{before}, calendar: always", f"workers: {workers}, calendar: hours_of_{team}")
        rows = "".join(f"  hours_of_{team}: {hours}\n" for team, (hours, _, _) in CALENDARS.items())
        found += f"calendars:\n{rows}"
    return found


def keyed_luck() -> twin.Luck:
    """The engine's draws by key, each made alone."""
    laws = {
        "a": ("effort", sampler("exponential", {"mean": 0.12})),
        "b": ("effort", sampler("exponential", {"mean": 1.2})),
        "c": ("length", sampler("exponential", {"mean": 14.6})),
        "d": ("length", sampler("exponential", {"mean": 180.0})),
    }
    ways = {"a": {"out": 0.45, "b": 0.55}, "b": {"out": 0.40, "c": 0.60}, "c": {"out": 0.60, "d": 0.40}}
    amount = sampler("uniform", {"min": 5.0, "max": 25.0})

    def duration(person: int, station: str) -> float:
        use, law = laws[station]
        return math.floor(law(draws.uniform(person, draws.name_key(f"{station}:{use}"), 0)) * TICKS + 0.5) * TICK

    def follows(person: int, station: str) -> str:
        if station == "d":
            return ""
        options = [(draws.name_key(name), share) for name, share in ways[station].items()]
        chosen = list(ways[station])[draws.choose(person, draws.name_key(f"{station}:next"), 0, options)]
        return "" if chosen == "out" else chosen

    def quarter_hours(person: int) -> int:
        return max(1, math.floor(amount(draws.uniform(person, draws.name_key("d:amount"), 0)) / 0.25 + 0.5))

    def patience(person: int) -> float:
        (left,) = draws.clocks(person, draws.name_key("at_b"), [draws.name_key("at_b.lost_patience")])
        return left / (12.1666667 / 365.0)

    return twin.Luck(duration, follows, quarter_hours, patience)


def comers(log: Log) -> list[twin.Arrival]:
    """Who comes when; those in D at the start with the time left to them."""
    people = log.people
    length = sampler("exponential", {"mean": 180.0})
    found = []
    arrived = ~np.isnan(people["arrived"])
    for person, time, stream in zip(
        *(people[c][arrived].tolist() for c in ("person", "arrived", "stream")), strict=True
    ):
        name = log.name(stream)
        if name.startswith("stock:"):
            u, v = (draws.uniform(person, draws.name_key(use), 0) for use in ("remaining stay", "elapsed share"))
            left = math.floor(length.remaining(u, v) * TICKS + 0.5) * TICK
            found.append(twin.Arrival(0.0, person, "community", left))
        else:
            found.append(twin.Arrival(time, person, name))
    return found


def spells(log: Log) -> list[twin.Row]:
    kept = log.spells["station"] != log.code("out")
    columns = [log.spells[name][kept].tolist() for name in ("person", "station", "type", "joined", "started", "ended")]
    return [(p, log.name(s), SPELL_TYPES[t], j, b, e) for p, s, t, j, b, e in zip(*columns, strict=True)]


def comparable(rows: list[twin.Row]) -> list[tuple[object, ...]]:
    return sorted((p, s, t, *(-1.0 if math.isnan(x) else x for x in times)) for p, s, t, *times in rows)


@pytest.mark.parametrize("calendars", [False, True], ids=["always open", "opening hours"])
def test_every_moment_of_every_person_is_the_same(tmp_path: Path, calendars: bool) -> None:
    """Priorities, amounts at the head of the line, patience, opening hours: no row differs, by nothing."""
    path = tmp_path / "reference.yaml"
    path.write_text(text(calendars))
    log = world.simulate(world.compile(scenario.load(str(path))), 5, 0)
    sizes = {"a": 12, "b": 54, "c": 400, "d": 4 * HOURS}
    hours = {}
    if calendars:
        for team, (_, workers, (weekdays, opens, closes)) in CALENDARS.items():
            sizes[team] = workers
            hours[team] = twin.opening_hours(DAYS * 3, weekdays, opens, closes)
    mine = comparable(twin.Twin(keyed_luck(), comers(log), float(DAYS), sizes, hours).run())
    theirs = comparable(spells(log))
    differing = [(a, b) for a, b in zip(theirs, mine, strict=False) if a != b]
    assert not differing, f"first of {len(differing)}: engine {differing[0][0]}, twin {differing[0][1]}"
    assert len(mine) == len(theirs) > 15_000
    kinds = {(s, t) for _, s, t, *_ in mine}
    assert {("b", "renege"), ("d", "open_wait"), ("a", "open_service")} <= kinds
    for station, waited in (("a", 100), ("b", 100), ("d", 10)):
        assert sum(j < b for _, s, t, j, b, _ in mine if (s, t) == (station, "service")) > waited, station


def test_the_twin_imports_nothing_of_the_engine() -> None:
    tree = ast.parse((Path(__file__).parent / "twin.py").read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported == {"__future__", "bisect", "collections.abc", "heapq", "math", "typing"}
