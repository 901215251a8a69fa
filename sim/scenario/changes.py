"""The lines of ``changes``, ``lifted`` and ``--set``, read as changes: which of the five, how much, from when."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sim.scenario.dates import ALWAYS, When, read_when, weight
from sim.scenario.files import Applied, Layer, Line, lines
from sim.scenario.loader import Node
from sim.scenario.number import known_keys, share
from sim.scenario.problems import either, suggest
from sim.scenario.schema import Run, Weight
from sim.scenario.tree import Context, join

__all__ = ["Change", "Diversion", "changes_of", "diversion", "overlay_changes"]

Op = Literal["new", "set", "divert", "multiply", "add"]
OVERLAY, OWN, TYPED = 0, 1, 2
_KEYS: Mapping[Op, tuple[str, ...]] = {
    "new": ("new", "evidence", "note"),
    "multiply": ("multiply", "range", "evidence", "note", "when"),
    "add": ("add", "range", "evidence", "note", "when"),
    "divert": ("divert", "from", "to", "range", "evidence", "note", "when"),
}


@dataclass(frozen=True)
class Change:
    """One change, before it is laid on what its path names."""

    op: Op
    line: Line
    node: Node
    """What is written, without ``when``."""
    source: str
    """The overlay, or '' for the scenario's own."""
    rank: int
    """Among changes of one scenario: overlays, then its own, then those typed."""
    level: float
    said_level: float
    """The level asked for; in a boulder ``level`` is what is lifted of it."""
    weight: Weight | None
    """None: from the beginning, for good."""
    active: bool
    """Whether it is ever in force; something new is there whenever the level is above 0."""

    @property
    def from_start(self) -> bool:
        """Whether it holds from the beginning, for good."""
        return self.weight is None

    @property
    def dated(self) -> Weight:
        """Its weight at each time."""
        return self.weight or Weight(level=self.level, windows=ALWAYS)

    @property
    def order(self) -> tuple[int, str, str, int, int, str]:
        """The same for any order in which overlays are written."""
        place = self.line.place
        return (self.rank, self.source, place.file, place.line, place.column, self.line.path)

    @property
    def called(self) -> str:
        """For messages: ``pressures/winter at level 2``."""
        if not self.source:
            return "this change"
        return f"`{self.source}` at level {self.said_level:g}"

    @property
    def evidence(self) -> Node | None:
        """The evidence written beside it."""
        return self.node.mapping.get("evidence")


class Clock:
    """What dates are reckoned by."""

    def __init__(self, run: Run | None, steady: bool, ctx: Context) -> None:
        self.ctx = ctx
        self.steady = steady
        self.decision = run.decision if run else 0.0
        self.bounded = run is not None
        """Whether the run is known, so that a date may lie outside it."""
        self.horizon = (-run.warm_up, run.length) if run else (0.0, 365.0 * ctx.day)

    def weigh(self, when: When, level: float, describes: bool, path: str = "when") -> tuple[Weight | None, bool]:
        """The weight (None: from the beginning), and whether it is ever more than nothing."""
        free = describes or self.steady
        if not when.dated and free:
            return None, level != 0
        found = weight(when, level, -math.inf if free else self.decision, self.horizon, self.ctx)
        if found is None and level != 0 and self.bounded:
            when.outside(self.horizon, -math.inf if free else self.decision, path, self.ctx)
        return found or Weight(level=0.0), found is not None


def changes_of(layer: Layer, run: Run | None, steady: bool, ctx: Context) -> list[Change]:
    """Every change of one scenario, in the one order in which they count."""
    clock = Clock(run, steady, ctx)
    found: list[Change] = []
    for name, applied in sorted(layer.applied.items()):
        found += _overlay(name, applied, clock)
    for rank, own in ((OWN, layer.own), (TYPED, layer.sets)):
        for line in own:
            found += _read(line, "", rank, 1.0, 1.0, When(), layer.describes, clock)
    return sorted(found, key=lambda change: change.order)


def overlay_changes(applied: Applied, ctx: Context) -> list[Change]:
    """The changes of one overlay as though it were applied in full."""
    return _overlay(applied.file.found.name, applied, Clock(None, True, ctx))


def overlay_lines(applied: Applied, ctx: Context) -> list[Line]:
    """The lines of an overlay file."""
    key = "lifted" if applied.file.kind == "boulder" else "changes"
    node = applied.file.node
    if key not in node.mapping:
        ctx.problems.add(node.place, key, f"there is no `{key}:` here", f"a {applied.file.kind} lists what it changes")
    return lines(node.mapping.get(key), key, ctx)


def _overlay(name: str, applied: Applied, clock: Clock) -> list[Change]:
    boulder = applied.file.kind == "boulder"
    level = 1.0 - applied.level if boulder else applied.level
    found: list[Change] = []
    for line in overlay_lines(applied, clock.ctx):
        read = _read(line, name, OVERLAY, level, applied.level, applied.when, False, clock)
        if boulder and read and read[0].op != "set":
            allowed = "write the value there would be without it"
            clock.ctx.problems.add(line.place, line.path, f"a boulder has no `{read[0].op}`", allowed)
        else:
            found += read
    return found


def _read(
    line: Line, source: str, rank: int, level: float, said: float, when: When, describes: bool, clock: Clock
) -> list[Change]:
    ctx, node = clock.ctx, line.node
    if node.value is None:
        ctx.problems.add(node.place, line.path, "nothing is written here", "write a value, or `{multiply: 1.1}`")
        return []
    ops: list[Op] = [op for op in _KEYS if op in node.mapping]
    if len(ops) > 1:
        what = f"it says {' and '.join(f'`{op}`' for op in ops)}"
        ctx.problems.add(node.place, line.path, what, "write one of them: a path is changed once in a file")
        return []
    op: Op = ops[0] if ops else "set"
    if ops and not known_keys(node, _KEYS[op], line.path, ctx):
        return []
    if not ops and (misspelt := _misspelt(node)):
        what = f"`{misspelt}` is not a change"
        allowed = f"a change is a value, or {either(_KEYS)}"
        ctx.problems.add(node.keys[misspelt], line.path, what, allowed, suggest(misspelt, _KEYS))
        return []
    if "when" in node.mapping:
        own = read_when(node.mapping["when"], join(line.path, "when"), ctx)
        if own is None:
            return []
        when = own
        kept = {key: child for key, child in node.mapping.items() if key != "when"}
        node = replace(node, value=kept)
        if set(kept) == {"value"} and not isinstance(kept["value"].value, (dict, tuple)):
            node = kept["value"]
    path = join(line.path, "when") if "when" in line.node.mapping else "when"
    found, active = clock.weigh(when, level, describes, path)
    active = level > 0 if op == "new" else active
    return [Change(op, line, node, source, rank, level, said, found, active)]


def _misspelt(node: Node) -> str:
    if "value" in node.mapping:
        return ""
    only = next(iter(node.mapping)) if len(node.mapping) == 1 else ""
    if only and suggest(only, ("add",)):
        return only
    return next((key for key in node.mapping if suggest(key, ("multiply", "divert")) and len(key) > 4), "")


@dataclass(frozen=True)
class Diversion:
    """What a ``divert`` says."""

    sources: Mapping[str, float]
    to: str
    range: tuple[float, float] | None


def diversion(change: Change, ctx: Context) -> Diversion | None:
    """Read ``{divert: 0.5, from: a, to: b}`` or ``{divert: {a: 0.5, c: 0.1}, to: b}``."""
    entries, path = change.node.mapping, change.line.path
    several = isinstance(entries["divert"].value, dict)
    needed = ("to",) if several else ("from", "to")
    missing = [key for key in needed if key not in entries or not isinstance(entries[key].value, str)]
    if missing or (several and "from" in entries):
        what = f"there is no {either(missing)} here" if missing else "`from` is written beside several sources"
        allowed = "write `{divert: 0.5, from: a, to: b}` or `{divert: {a: 0.5, c: 0.1}, to: b}`"
        ctx.problems.add(change.node.place, path, what, allowed)
        return None
    written = entries["divert"].mapping if several else {entries["from"].text: entries["divert"]}
    got = {source: share.read(node, path, ctx) for source, node in written.items()}
    if None in got.values():
        return None
    to = entries["to"].text
    if to in got:
        ctx.problems.add(entries["to"].place, path, f"`{to}` would get what it gives", "name another option after `to`")
        return None
    interval = None
    if "range" in entries:
        for value in got.values():
            interval = share.range(entries["range"], join(path, "range"), ctx, value)
    return Diversion({source: amount[0] for source, amount in got.items() if amount}, to, interval)
