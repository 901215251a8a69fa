"""A first file for a person's own what-if: a few lines that run as they are, and what most people change next."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sim.mistakes import Mistake
from sim.scenario.editor import SCHEMA_NAME, schema_text
from sim.scenario.library import find, is_path, kind_of, shipped
from sim.scenario.loader import read_file
from sim.scenario.problems import Place, Problem, ScenarioError
from sim.scenario.reference import field_at
from sim.scenario.resolve import load
from sim.scenario.schema import Number, Scenario
from sim.scenario.show import number_text

__all__ = ["NotWritten", "Starter", "starter", "write_starter"]

_BASE = "baseline"
_HEADINGS = {
    "workforce": "Staff",
    "teams": "Staff",
    "demand": "Demand",
    "pools": "Beds and hours",
    "market": "The care market",
    "discharge_pull": "What hospital discharge takes from the rest",
}
_MOST = 4
"""Suggestions under one heading."""


class NotWritten(Mistake):
    """A file that is not written; carries one plain message."""


class Starter(NamedTuple):
    """A starter and what it stands on."""

    text: str
    base: str
    """What to compare it with."""
    name: str
    """The file, as it is typed."""
    schema: str = SCHEMA_NAME
    """The schema beside it."""


def starter(source: str = _BASE, name: str = "./mine.yaml") -> Starter:
    """The text of a starter for a scenario or an overlay; ``name`` is the file as it will be typed.

    Raises ``ScenarioError`` where ``source`` is neither.
    """
    found = find(source, Place(source))
    kind = kind_of(read_file(found.path, found.shown))
    overlay = source if kind in ("boulder", "pressure", "practice") else ""
    if kind in ("place", "operating model"):
        allowed = f"start from a scenario that stands on it, such as `{_BASE}`, or from an overlay"
        raise ScenarioError([Problem(Place(source), "", f"this is only a part of a scenario ({kind})", allowed)])
    base = _BASE if overlay else source
    scenario = load(base)
    reach = _from_there(base, name)
    first, *others = _suggestions(scenario)
    overlays = list(_overlays(scenario, overlay))
    out = [
        f"# yaml-language-server: $schema=./{SCHEMA_NAME}",
        f"# What would happen? Check it:  traintracks check {name}",
        f"# Ask:                          traintracks compare {base} {name}",
        f"title: What if ({overlay or base})",
        f"base: [{reach}]",
    ]
    if overlay:
        out += ["apply:", f"  {_from_there(overlay, name)}: {{level: 1}}  # how much of it: 0 none, 1 as written"]
        out += [*overlays, "changes:", f"  {first.path}: {first.same}  # {first.meaning} (as it is today)"]
    else:
        out += ["changes:", f"  {first.path}: {first.change}  # {first.meaning} (today {first.same})"]
    out += [
        "",
        "# More to change, with what it is today. Take a # away, and the line is one more of `changes`: a path, and",
        "# the new value, or {multiply: 1.1}, or {add: 3}, or {value: 20, evidence: assumption}.",
        "# `traintracks explain PATH` says what a path means, and what today's value rests on.",
    ]
    heading = ""
    for one in others:
        if one.heading != heading:
            heading = one.heading
            out.append(f"# {heading}")
        out.append(f"#  {one.path}: {one.same}  # {one.meaning}")
    if overlays and not overlay:
        out += [
            "# Boulders (what it would be with less of one) and pressures. Practices are taken one at a time, for some",
            "# act on the same people: `traintracks list` has them.",
            "#apply:",
            *overlays,
        ]
    return Starter("\n".join(out) + "\n", base, name)


def write_starter(path: Path, source: str = _BASE) -> Starter:
    """Write a starter, and beside it the schema that editors check it by. Nothing that is there is overwritten.

    Raises ``NotWritten`` where ``path`` is taken, or cannot be written to, and ``ScenarioError`` as ``starter`` does.
    """
    if path.suffix not in (".yaml", ".yml"):
        raise NotWritten(f"{path} does not end in .yaml, so that nothing would know it for a scenario")
    shown = path.as_posix()
    made = starter(source, shown if path.is_absolute() or shown.startswith(".") else f"./{shown}")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(made.text)
        beside = path.parent / SCHEMA_NAME
        if not beside.exists():
            beside.write_text(schema_text(), encoding="utf-8")
    except FileExistsError:
        raise NotWritten(f"{path} is there already, and is left as it is; give another name") from None
    except OSError as error:
        raise NotWritten(f"{path} cannot be written ({(error.strerror or 'no reason given').lower()})") from None
    return made


def _from_there(name: str, file: str) -> str:
    """A name as it is written in a file: a path counts from that file's folder."""
    if not is_path(name):
        return name
    try:
        reach = Path(os.path.relpath(Path(name).expanduser(), Path(file).parent)).as_posix()
    except ValueError:
        return Path(name).absolute().as_posix()
    return reach if reach.startswith(".") else f"./{reach}"


class _Suggestion(NamedTuple):
    heading: str
    path: str
    change: str
    """A change worth asking about."""
    same: str
    """Today's value, as written."""
    meaning: str


def _suggestions(scenario: Scenario) -> list[_Suggestion]:
    """What most people want to change, the first of them a change worth asking about."""
    found = [_suggestion(scenario, path, number) for path, number in _candidates(scenario)]
    return found or [_Suggestion("The run", "run.replications", "10", "10", "how often it is run")]


def _suggestion(scenario: Scenario, path: str, number: Number) -> _Suggestion:
    field, _ = field_at(path, {})
    meaning = (field.meaning if field else "").split(";")[0].split(".")[0]
    today = number_text(number, scenario.time_unit)
    noun = path.split(".")[0]
    change = "{multiply: 1.1, evidence: assumption}"
    if noun in ("workforce", "teams") and path.endswith((".posts", ".workers")):
        change = f"{{add: {max(1, round(number.value / 18))}, evidence: assumption}}"
    return _Suggestion(_HEADINGS[noun], path, change, today, meaning[:1].lower() + meaning[1:])


def _candidates(scenario: Scenario) -> Iterator[tuple[str, Number]]:
    roles = sorted(scenario.workforce, key=lambda role: -scenario.workforce[role].posts.value)
    if roles:
        largest = roles[0]
        yield f"workforce.{largest}.posts", scenario.workforce[largest].posts
        for key in ("hires", "leavers", "sickness", "productive"):
            number = getattr(scenario.workforce[largest], key)
            if number is not None:
                yield f"workforce.{largest}.{key}", number
        for role in roles[1:_MOST]:
            yield f"workforce.{role}.posts", scenario.workforce[role].posts
    for team, spec in scenario.teams.items():
        if spec.workers is not None:
            yield f"teams.{team}.workers", spec.workers
    rates = [(key, stream.rate) for key, stream in scenario.demand.items() if stream.rate and not stream.every]
    for key, rate in rates[:_MOST]:
        yield f"demand.{key}.rate", rate
    for key, pool in list(scenario.pools.items())[:_MOST]:
        yield f"pools.{key}.capacity", pool.capacity
    for key, market in list(scenario.market.items())[:_MOST]:
        size = market.hours if market.hours is not None else market.beds
        if size is not None:
            yield f"market.{key}.{'hours' if market.hours is not None else 'beds'}", size
    if scenario.discharge_pull is not None:
        for team, share in scenario.discharge_pull.teams.items():
            yield f"discharge_pull.teams.{team}", share


def _overlays(scenario: Scenario, chosen: str) -> Iterator[str]:
    """What may be applied, all at once, to a scenario on a shipped place."""
    if not scenario.workforce:
        return
    entries = [entry for entry in shipped() if entry.kind in ("boulder", "pressure")]
    for entry in entries:
        if entry.name != chosen:
            yield f"#  {entry.name}: {{level: {'0.5' if entry.kind == 'boulder' else '1'}}}  # {entry.title}"
