"""What a map of a world needs to know: its stations, and where each boulder, pressure or practice bears on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sim.measures.setting import Setting
from sim.scenario import Place, Scenario, ScenarioError, library
from sim.scenario.loader import read_file
from sim.scenario.schema import Sourcing, Task

__all__ = ["boulders", "laid", "stations"]


def stations(scenario: Scenario) -> list[dict[str, str]]:
    """Every station in the order in which it is written: id, title, kind, track, and what it draws on."""
    return [
        {"id": stop.name, "title": stop.title, "kind": stop.kind, "track": stop.track or "", "draws_on": stop.thing,
         "counts_as": stop.counts_as}
        for stop in Setting.of(scenario).stops.values()
    ]  # fmt: skip


def laid(scenario: Scenario) -> list[dict[str, Any]]:
    """Every overlay applied: its title, kind and level, and the stations that its lines bear on."""
    return [_of(scenario, name, level) for name, level in scenario.applied.items()]


def boulders(scenario: Scenario) -> list[dict[str, Any]]:
    """Every boulder that bears on a station, as ``laid`` tells it; at level 1, as it lies, where it is not applied."""
    shipped = {entry.name: 1.0 for entry in library.shipped() if entry.kind == "boulder"}
    found = [_of(scenario, name, level) for name, level in {**shipped, **scenario.applied}.items()]
    return [one for one in found if one.get("kind") == "boulder" and one["stations"]]


def _of(scenario: Scenario, name: str, level: float) -> dict[str, Any]:
    try:
        file = read_file(library.find(name, Place(name)).path, name).mapping
    except (OSError, ScenarioError):
        return {"name": name, "level": level, "stations": []}
    said: dict[str, str] = {key: file[key].text for key in ("kind", "title", "summary") if key in file}
    lines = file.get("lifted") or file.get("changes")
    bears = set(_bears_on(scenario, lines.mapping if lines is not None else {}))
    return {"name": name, **said, "level": level, "stations": [one for one in scenario.stations if one in bears]}


def _bears_on(scenario: Scenario, paths: Iterable[str]) -> Iterator[str]:
    """Stations whose own values, team, pool, market, staff or demand a path changes."""
    for path in paths:
        noun, _, rest = path.partition(".")
        if noun == "discharge_pull":
            noun, _, rest = rest.partition(".")
        name = rest.partition(".")[0]
        if noun in ("stations", "teams", "pools", "market"):
            yield from (one for one in scenario.stations if name in ("*", *_names(scenario, one, noun)))
        elif noun in ("workforce", "staffing"):
            shares = [shares for role, shares in scenario.staffing.items() if name in ("*", role)]
            teams = {team for share in shares for team in share.options}
            yield from (one for one in scenario.stations if teams & set(_names(scenario, one, "teams")))
        elif noun in ("demand", "doors"):
            doors = [shares for stream, shares in scenario.doors.items() if name in ("*", stream)]
            yield from (one for shares in doors for one in shares.options)


def _names(scenario: Scenario, station: str, noun: str) -> tuple[str, ...]:
    """What a station goes by under a noun of the language."""
    found = scenario.stations[station]
    if noun == "stations":
        return (station,)
    if noun == "teams":
        return (found.team,) if isinstance(found, (Task, Sourcing)) and found.team else ()
    key = {"pools": "pool", "market": "market"}[noun]
    value = getattr(found, key, None)
    return (value,) if isinstance(value, str) else ()
