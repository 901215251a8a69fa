"""Stays that keep a place for the next step, and may wait for each other in a ring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario.schema import By, Event, NameBy, Scenario, Shares, Sourcing, Stay, Task

__all__ = ["rings"]


def rings(scenario: Scenario) -> list[tuple[str, ...]]:
    """Each shortest ring of stays that keep a place of a pool until the next has one: (a, b), for a -> b -> a.

    People in it may block each other: all places of ``a`` kept for ``b``, and all of ``b`` kept for ``a``. A
    wait that an event may lead away from, with the place held, breaks the ring. Events that lead here are left out.
    """
    ahead = {name: _ahead(scenario, name) for name in scenario.stations}
    ahead = {name: found for name, found in ahead.items() if found}
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for name in ahead:
        ring = _shortest(ahead, name)
        if ring:
            found.setdefault(frozenset(ring), ring)
    return list(found.values())


def _shortest(ahead: Mapping[str, list[str]], start: str) -> tuple[str, ...]:
    paths: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for path in paths:
        for name in ahead.get(path[-1], ()):
            if name == start:
                return path
            if name not in seen:
                seen.add(name)
                paths.append((*path, name))
    return ()


def _ahead(scenario: Scenario, name: str) -> list[str]:
    """Keeping stays that people may wait for without end while they keep a place here."""
    stay = scenario.stations[name]
    if not isinstance(stay, Stay) or stay.pool is None or not stay.keep_place:
        return []
    todo = list(dict.fromkeys(_options(stay.next)))
    if isinstance(stay.keep_place, tuple):
        todo = [option for option in todo if option in stay.keep_place]
    found = []
    for option in todo:
        target = scenario.stations.get(option)
        if isinstance(target, Task | Sourcing):
            todo += [further for further in dict.fromkeys(_options(target.next)) if further not in todo]
        elif isinstance(target, Stay) and target.pool is not None and target.keep_place:
            found += [option] if not _ends(scenario.events, target.waiting, stay.pool) else []
    return found


def _options(table: Any) -> Iterator[str]:
    if isinstance(table, By):
        for row in (*table.rows.values(), table.otherwise):
            yield from _options(row)
    elif isinstance(table, Shares):
        for option, share in table.options.items():
            if share.value > 0.0 or share.changes:
                yield option
        for divert in table.diverts:
            yield divert.to


def _ends(events: Mapping[str, Mapping[str, Event]], waiting: NameBy | None, place: str) -> bool:
    """Whether everyone who waits with a place of this pool may be led away from the wait."""
    rows: list[str | None] = [waiting] if not isinstance(waiting, By) else [*waiting.rows.values(), waiting.otherwise]
    if isinstance(waiting, By) and waiting.by == "place":
        rows = [waiting.row(place)]
    elif isinstance(waiting, By) and waiting.otherwise is None:
        rows = list(waiting.rows.values())
    return all(row is not None and any(_leads(event) for event in events[row].values()) for row in rows)


def _leads(event: Event) -> bool:
    """Whether an event may lead away; a stay that begins again keeps its place."""
    clocks = (event.rate, event.background, event.excess)
    happens = event.after is not None or any(n is not None and (n.value > 0 or n.changes) for n in clocks)
    return event.to is not None and happens
