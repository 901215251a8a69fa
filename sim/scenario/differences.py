"""How two resolved scenarios differ: every value, or told for people with each piece of structure said once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from sim.scenario.library import is_path, register
from sim.scenario.reference import field_at
from sim.scenario.schema import Divert, Scenario, Timed
from sim.scenario.show import Line, Shown, Tree, flat
from sim.scenario.units import short

__all__ = ["HEADINGS", "Difference", "diff", "differences", "evidence_text", "is_table", "told"]

HEADINGS = {
    "apply": "Boulders, pressures and practices",
    "population": "Who lives there",
    "people": "People",
    "demand": "Demand",
    "doors": "Doors",
    "routes": "Who goes first",
    "stations": "Stations",
    "teams": "Teams",
    "staffing": "Who works in which team",
    "discharge_pull": "Staff moved to discharge work",
    "workforce": "Workforce",
    "pools": "Beds and hours",
    "market": "Care market",
    "costs": "Costs",
    "events": "What may happen while waiting or in care",
    "profiles": "How numbers vary with time",
    "calendars": "When teams work",
    "stock": "Who is there at the start",
    "run": "The run",
}
"""The nouns in plain words, in the order in which differences are told."""
_THINGS = {"team": "by", "pool": "in", "market": "on"}
_SHOWN = 4
"""Values told of a thing that only one scenario has."""


class Difference(NamedTuple):
    """One thing that is not the same in two scenarios."""

    noun: str
    path: str
    """A ``*`` stands for several ids that change alike."""
    before: str
    after: str
    change: Literal["changed", "added", "removed"]
    origin: str
    """file:line of what the second has, or of what it lacks."""
    evidence: str
    """Evidence id, ``assumption``, the writer's own words, or ''."""
    values: int = 1
    """How many values the path stands for."""


def evidence_text(evidence: str | None) -> str:
    """An evidence id with its grade in the register: ``P097 (grade B)``."""
    grade = register().get(evidence or "", {}).get("grade", "")
    return f"{evidence} (grade {grade})" if grade else evidence or ""


def differences(a: Scenario, b: Scenario) -> list[Difference]:
    """What ``b`` has otherwise than ``a``, by noun: a station, table or set that only one has is told once.

    A table of shares with other options, or a distribution of another family, is told whole. Paths that differ in one
    id and change alike, by the same line of a file, are told together.
    """
    found = list(_applied(a, b))
    telling = _Telling(a, b)
    for noun in HEADINGS:
        if noun != "apply":
            old, new = telling.left.get(noun, {}), telling.right.get(noun, {})
            found += telling.trees(noun, old, new)
    return _together(found)


def _applied(a: Scenario, b: Scenario) -> Iterator[Difference]:
    for name in dict.fromkeys((*a.applied, *b.applied)):
        old, new = (f"level {short(s.applied[name])}" if name in s.applied else "" for s in (a, b))
        if old != new:
            change = _changed(old, new)
            origin = name if is_path(name) else f"{name}.yaml"
            yield Difference("apply", name, old or _NOTHING, new or _NOTHING, change, origin, "")


_NOTHING = "not there"
_LONG = re.compile(r"(\d+\.\d{6,})(/day)?")


def _rounded(words: str, beside: str) -> str:
    """Five digits of a number that has come out longer, in years where what stands beside it is."""

    def told(found: re.Match[str]) -> str:
        yearly = found[2] and "/year" in beside
        value = float(found[1]) * (365 if yearly else 1)
        return f"{value:.5g}{'/year' if yearly else found[2] or ''}"

    return _LONG.sub(told, words)


def _changed(old: object, new: object) -> Literal["changed", "added", "removed"]:
    return "changed" if old and new else "added" if new else "removed"


class _Telling:
    def __init__(self, a: Scenario, b: Scenario) -> None:
        self.a, self.b = a, b
        self.first, self.second = Shown(a), Shown(b)
        self.left, self.right = self.first.tree(), self.second.tree()
        self.kinds = {key: station.kind for s in (a, b) for key, station in s.stations.items()}

    def trees(self, path: str, old: Tree, new: Tree) -> Iterator[Difference]:
        """What differs between two mappings of the language."""
        for key in dict.fromkeys((*old, *new)):
            here = path if not key else f"{path}.{key}"
            yield from self._one(here, old.get(key), new.get(key), old, new)

    def _one(
        self, path: str, old: Line | Tree | None, new: Line | Tree | None, above: Tree, beside: Tree
    ) -> Iterator[Difference]:
        if isinstance(old, Line) or isinstance(new, Line):
            lines = (old if isinstance(old, Line) else None, new if isinstance(new, Line) else None)
            if all(isinstance(side, (Line, type(None))) for side in (old, new)):
                yield from self._lines(path, *lines, above, beside)
                return
        if isinstance(old, dict) and isinstance(new, dict) and _alike(old, new):
            yield from self.trees(path, old, new)
        elif old is None or new is None or told(old, path) != told(new, path):
            yield self._whole(path, old, new)

    def _whole(self, path: str, old: Line | Tree | None, new: Line | Tree | None) -> Difference:
        before, after = (_NOTHING if side is None else told(side, path) for side in (old, new))
        held, scenario = (new, self.b) if new is not None else (old, self.a)
        assert held is not None
        line = held if isinstance(held, Line) else next((line for _, line in flat(held) if line.origin), None)
        origin = scenario.origins.get(path) or (line.origin if line is not None else "")
        evidence = (line.number.evidence if line is not None and line.number is not None else "") or ""
        return Difference(path.split(".")[0], path, before, after, _changed(old, new), origin, evidence)

    def _left_out(self, path: str) -> str:
        """What there is where nothing is written."""
        field, _ = field_at(path, self.kinds)
        known = field is not None and field.name == path.rpartition(".")[2] and field.default not in ("", "none")
        return f"{field.default} (default)" if known and field is not None else _NOTHING

    def _as_left_out(self, path: str, old: Line | None, new: Line | None) -> bool:
        """Whether one side leaves out what the other has only because it changes on a date."""
        line = new if old is None else old if new is None else None
        return line is not None and bool(line.changes) and self._left_out(path) == f"{line.words} (default)"

    def _standing(self, line: Line | None, path: str, around: Tree) -> str:
        """What a dated change acts on."""
        left_out = self._left_out(path)
        if line is not None and line.words:
            return line.words
        return told(around, path) if left_out == _NOTHING else left_out

    def _lines(self, path: str, old: Line | None, new: Line | None, above: Tree, beside: Tree) -> Iterator[Difference]:
        noun = path.split(".")[0]
        written = (old.words if old else "") != (new.words if new else "")
        if written and not _residual(old, new) and not self._as_left_out(path, old, new):
            said, scenario = (new, self.b) if new is not None else (old, self.a)
            assert said is not None
            origin = said.origin or scenario.origins.get(path, "")
            evidence = (said.number.evidence if said.number else "") or ""
            before, after = (side.words if side else self._left_out(path) for side in (old, new))
            yield Difference(
                noun, path, _rounded(before, after), _rounded(after, before), _changed(old, new), origin, evidence
            )
        first = [self.first.change_words(c, old) for c in (old.changes if old else ())]
        second = [self.second.change_words(c, new) for c in (new.changes if new else ())]
        for words, change in zip(second, new.changes if new else (), strict=True):
            if words not in first:
                standing = self._standing(old, path, above)
                yield _dated(noun, path, standing, words, change)
        for words, change in zip(first, old.changes if old else (), strict=True):
            if words not in second:
                standing = self._standing(new, path, beside)
                yield _dated(noun, path, words, standing, change)


def _dated(noun: str, path: str, before: str, after: str, change: Timed | Divert) -> Difference:
    return Difference(noun, path, before, after, "changed", change.origin, change.evidence or "")


def is_table(tree: Tree) -> bool:
    """Whether a tree is options and the share of each."""
    lines = [line for key, line in tree.items() if key]
    numbers = [line.number for line in lines if isinstance(line, Line) and line.number is not None]
    shares = len(numbers) == len(lines) and all(number.unit == "share" for number in numbers)
    return bool(lines) and shares and abs(sum(number.value for number in numbers) - 1.0) < 1e-6


def _options(tree: Tree) -> set[str]:
    """The options of a table that anyone takes."""
    return {
        key for key, line in tree.items()
        if key and isinstance(line, Line) and (line.given or line.yaml == "rest" or (line.number and line.number.value))
    }  # fmt: skip


def _alike(old: Tree, new: Tree) -> bool:
    """Whether two trees have the same shape, so that their values can be told one by one."""
    for key in ("dist", "by", "kind"):
        sides = [tree.get(key) for tree in (old, new)]
        texts = [side.words if isinstance(side, Line) else "" for side in sides]
        if texts[0] != texts[1]:
            return False
    if ("" in old or "" in new) and not (is_table(old) and is_table(new)):
        return set(old) == set(new)
    if is_table(old) and is_table(new):
        return _options(old) == _options(new)
    return True


def told(held: Line | Tree, path: str) -> str:
    """A value, or what a mapping comes to, in a few words."""
    if isinstance(held, Line):
        return held.words
    if set(held) == {""}:
        return str(held[""].words)
    names = {key: side.words for key, side in held.items() if isinstance(side, Line)}
    if path.startswith("stations.") and "kind" in names:
        things = [f" {_THINGS[key]} `{names[key]}`" for key in _THINGS if key in names]
        return names["kind"] + "".join(things)
    if "by" in names:
        rows = [key for key in held if key != "by"]
        return f"by {names['by']}: {', '.join(rows)}"
    if "dist" in names:
        told = [f"{key} {words}" for key, words in names.items() if key != "dist"]
        return ", ".join((names["dist"], *told))
    if path.startswith("events.") and path.count(".") == 1:
        return ", ".join(held)
    if is_table(held):
        chosen = [key for key in held if key in _options(held)]
        return f"all to {chosen[0]}" if len(chosen) == 1 else ", ".join(f"{key} {names[key]}" for key in chosen)
    lines = [(key, line) for key, line in flat(held) if line.words]
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return ", ".join(f"{key} {line.words}".strip() for key, line in lines[:_SHOWN]) + more


def _together(found: Sequence[Difference]) -> list[Difference]:
    """Those that one line of a file makes alike at three ids or more, as one with a ``*`` for what varies."""
    groups: dict[tuple[object, ...], list[Difference]] = {}
    for i, one in enumerate(found):
        steps = one.path.split(".")
        alike = one.change == "changed" and len(steps) > 2
        last = "" if " goes to `" in one.after else steps[-1]
        key = (steps[0], last, len(steps), one.after, one.origin) if alike else (i,)
        groups.setdefault(key, []).append(one)
    return [said for group in groups.values() for said in ([_merged(group)] if len(group) > 2 else group)]


def _merged(group: Sequence[Difference]) -> Difference:
    steps = zip(*(one.path.split(".") for one in group), strict=True)
    path = ".".join(step[0] if len(set(step)) == 1 else "*" for step in steps)
    before = list(dict.fromkeys(one.before for one in group))
    brief = len(before) <= _SHOWN + 1 and not any("," in words for words in before)
    said = ", ".join(before) if brief or len(before) == 1 else "various"
    return group[0]._replace(path=path, before=said, values=len(group))


def diff(a: Scenario, b: Scenario) -> list[tuple[str, str, str, str]]:
    """(path, in ``a``, in ``b``, source) for each value that is not the same in both, dated changes among them.

    What a file says of itself, and what is left for the option that takes the rest, is not told.
    """
    first, second = Shown(a), Shown(b)
    left, right = dict(flat(first.tree())), dict(flat(second.tree()))
    rows: list[tuple[str, str, str, str]] = []
    for path in dict.fromkeys((*right, *left)):
        if path in ("title", "summary"):
            continue
        old, new = left.get(path), right.get(path)
        same = (old.words if old else "") == (new.words if new else "")
        if not same and not _residual(old, new):
            said = new or old
            assert said is not None
            source = (said.number.evidence if said.number else None) or said.origin
            rows.append((path, old.words if old else "not there", new.words if new else "not there", source))
        before = [first.change_words(c, old) for c in (old.changes if old else ())]
        after = [second.change_words(c, new) for c in (new.changes if new else ())]
        for words, change in zip(after, new.changes if new else (), strict=True):
            if words not in before:
                rows.append((path, _standing(left, path), words, change.evidence or change.origin))
        for words, change in zip(before, old.changes if old else (), strict=True):
            if words not in after:
                rows.append((path, words, _standing(right, path), change.evidence or change.origin))
    return rows


def _standing(lines: Mapping[str, Line], path: str) -> str:
    """What is at a path, or the shares of the table there."""
    if path in lines and lines[path].words:
        return lines[path].words
    shares = [
        f"{key.removeprefix(path + '.')} {line.words}" for key, line in lines.items() if key.startswith(path + ".")
    ]
    return ", ".join(shares) or "not there"


def _residual(old: Line | None, new: Line | None) -> bool:
    """Whether a difference is only in what is left for the option that takes the rest, or an option of no share."""
    sides = [line for line in (old, new) if line is not None]
    return all(line.number is not None and line.number.unit == "share" and not line.given for line in sides)
