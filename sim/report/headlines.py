"""Headlines, fixed by the catalogue, and the table of all measures: the same numbers as in the files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.experiment.intervals import LEAST
from sim.measures.words import change, change_range, number, one_such, range_of
from sim.report.answer import rough, there, verdict
from sim.report.parts import Cell, Group, Row, Table, inside, slug
from sim.report.saved import Fact, Saved, World

__all__ = ["UNADJUSTED", "columns", "headlines", "measure_row", "measures"]

_SIDES = (("council", "Council side"), ("nhs", "NHS side"), ("both", "Both sides"))
UNADJUSTED = (
    "Intervals and verdicts are each for one measure alone, not adjusted for how many are compared: of every hundred "
    "measures that nothing moves, about five look as if something did."
)
_NOTHING = "not in this model"


def headlines(saved: Saved) -> list[Table]:
    """A table for each world compared with the base; one where there is only one."""
    base = saved.worlds[0]
    such = one_such(base.days)
    years = such.removeprefix("one such ")
    few = saved.summary["replications"] < LEAST
    if len(saved.worlds) == 1:
        note = (
            "Mean over replications with its 95% interval (simulation error). "
            f"{such.capitalize()}: 5th to 95th percentile{rough(saved)}."
        )
        note = "Means over replications, too few for any range." if few else note
        return [Table(base.label, note, ("Measure", base.label, such.capitalize()), _groups(saved, base, None))]
    tables = []
    for world in saved.worlds[1:]:
        note = (
            "Means over replications, and below each its 95% interval (simulation error); differences are between the "
            f"same people in both worlds, taken before rounding. {such.capitalize()}: nine of ten simulated "
            f"{years}s with {inside(world.label)} lie there (5th to 95th percentile){rough(saved)}."
        )
        if few:
            note = "Means over replications, too few for any range; differences are between the same people."
        head = ("Measure", base.label, world.label, such.capitalize(), "Difference")
        tables.append(Table(f"{world.label} against {inside(base.label)}", note, head, _groups(saved, base, world)))
    return tables


def _groups(saved: Saved, base: World, world: World | None) -> list[Group]:
    groups = []
    sided = {fact.side for fact in saved.facts if fact.headline} != {"both"}
    for side, title in _SIDES:
        facts = [fact for fact in saved.facts if fact.headline and fact.side == side]
        if facts:
            groups.append(Group(title if sided else "", [_headline(saved, fact, base, world) for fact in facts]))
    return groups


def _headline(saved: Saved, fact: Fact, base: World, world: World | None) -> Row:
    unit = "" if fact.unit in ("share", "people") else fact.unit
    anchor = f"headline-{fact.id}"
    if world is None:
        found = saved.measures[base.name, fact.id]
        cells = [_value(found, fact, big=True, id=f"{base.name}/{fact.id}"), Cell(_year(found, fact))]
    else:
        found = saved.measures[world.name, fact.id]
        cells = [
            _value(saved.measures[base.name, fact.id], fact, big=False, id=f"{base.name}/{fact.id}"),
            _value(found, fact, big=True, id=f"{world.name}/{fact.id}"),
            Cell(_year(found, fact)),
            _difference(saved, world, fact, f"{world.name}-{base.name}/{fact.id}"),
        ]
        if world is not saved.worlds[1]:
            anchor += f"-{saved.worlds.index(world)}"
    return Row(fact.title, cells, unit=unit, anchor=anchor.replace(".", "-"))


def _value(found: dict[str, Any], fact: Fact, *, big: bool, id: str = "") -> Cell:
    text = number(found["mean"], fact.unit, fact.decimals, found.get("over")) if there(found) else _NOTHING
    sub = range_of(found["low"], found["high"], fact.unit, fact.decimals)
    return Cell(text, sub=sub, big=big, id=id)


def _year(found: dict[str, Any], fact: Fact) -> str:
    return range_of(found["p5"], found["p95"], fact.unit, fact.decimals, found.get("over")) or "too few replications"


def _difference(saved: Saved, world: World, fact: Fact, id: str = "") -> Cell:
    found = saved.differences[world.name, fact.id]
    said = verdict(found, fact)
    if not all(there(saved.measures[one.name, fact.id]) for one in (saved.worlds[0], world)):
        return Cell("none", sub="not measured in both", id=id)
    if found["mean"] is None:
        return Cell("not known", sub="not reached in every replication", id=id)
    interval = change_range(found["low"], found["high"], fact.unit, fact.decimals) or "too few for an interval"
    if found["low"] == found["high"] == 0.0:
        interval = "the same in every replication"
    text = change(found["mean"], fact.unit, fact.decimals)
    return Cell(text, sub=interval, big=bool(id), verdict=said[0], tone=said[1], id=id)


def columns(worlds: Sequence[World]) -> list[str]:
    """Of the table of all measures."""
    differences = [f"Difference: {world.label}" if len(worlds) > 2 else "Difference" for world in worlds[1:]]
    return ["Measure", "Side", *(world.label for world in worlds), *differences]


def measures(saved: Saved) -> list[Group]:
    """Every measure, by where it stands on the tracks."""
    groups: dict[str, list[Row]] = {}
    for fact in saved.facts:
        groups.setdefault(fact.group or "Stations", []).append(measure_row(saved, fact))
    return [Group(title, rows) for title, rows in groups.items()]


def measure_row(saved: Saved, fact: Fact) -> Row:
    """A measure in every world, with its differences."""
    cells = [_value(saved.measures[world.name, fact.id], fact, big=False) for world in saved.worlds]
    cells += [_difference(saved, world, fact) for world in saved.worlds[1:]]
    side = {"council": "Council", "nhs": "NHS", "both": "Both"}[fact.side]
    return Row(
        fact.title, cells, unit=fact.unit, anchor=f"measure-{slug(fact.id)}", side=side, direction=fact.direction,
        field=fact.field,
        definition=fact.definition + (f" Source: {fact.source}." if fact.source else ""),
    )  # fmt: skip
