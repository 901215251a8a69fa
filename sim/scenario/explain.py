"""What a path or an id is: meaning, unit, bounds, today's value and what it rests on, and who uses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sim.mistakes import Mistake
from sim.scenario.differences import evidence_text, is_table, told
from sim.scenario.library import register
from sim.scenario.nouns import NOUNS
from sim.scenario.problems import suggest
from sim.scenario.reference import Field, described, field_at, fields_named, sections
from sim.scenario.schema import Event, Number, Scenario
from sim.scenario.show import Line, Shown, Tree, flat, number_text

__all__ = ["Explanation", "Unknown", "explain"]

_ONE = {
    "demand": "a stream of people who arrive",
    "doors": "where a stream comes in",
    "people": "an attribute of people",
    "stations": "a station",
    "teams": "a team",
    "staffing": "where a role works",
    "workforce": "a role of the workforce",
    "pools": "a pool that stays draw on",
    "market": "a market of providers",
    "costs": "what something costs, and who pays",
    "events": "a set of what may happen",
    "profiles": "a profile: how numbers vary with time",
    "calendars": "a calendar: when teams work",
    "stock": "who is there at the start",
    "population": "a group of people who live there",
}
_MOST = 24
"""Values or users listed before the rest are counted."""


class Unknown(Mistake):
    """Nothing of this name; carries one plain message."""


class Explanation(NamedTuple):
    """What one thing is, as lines of (label, text) below a title."""

    title: str
    lines: tuple[tuple[str, str], ...]


def explain(thing: str, scenario: Scenario, others: Mapping[str, Explanation] | None = None) -> list[Explanation]:
    """Everything that goes by this path or id in a scenario, in the register, or among ``others`` (measures).

    Raises ``Unknown`` with what was probably meant.
    """
    known = _Known(scenario)
    others = others or {}
    found = [others[thing]] if thing in others else []
    found += [_evidence(thing, known)] if thing in register() else []
    found += known.at(thing) if "." in thing else known.called(thing)
    if found:
        return found
    raise Unknown(_unknown(thing, known, others))


def _unknown(thing: str, known: _Known, others: Mapping[str, Explanation]) -> str:
    if "." in thing:
        above = thing
        while "." in above and above not in known.below:
            above = above.rpartition(".")[0]
        steps = known.below.get(above, {})
        last = thing.removeprefix(f"{above}.").split(".")[0]
        near = suggest(last, steps)
        said = f"there is no `{last}` in `{above}`" if steps else f"there is no `{thing.split('.')[0]}`"
        meant = f"{above}.{near}" if near else suggest(thing, known.lines)
    else:
        said = f"nothing is called `{thing}`"
        meant = suggest(thing, (*known.ids, *NOUNS, *others, *(f.name for s in sections() for f in s.fields)))
        meant = meant or suggest(thing, register())
    hint = f"; did you mean `{meant}`?" if meant else "; traintracks show SCENARIO lists the paths"
    return f"{said} in {known.scenario.name}{hint}"


class _Known:
    """A scenario by path and by id."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.shown = Shown(scenario)
        self.tree = self.shown.tree()
        self.lines: dict[str, Line] = dict(flat(self.tree))
        self.below: dict[str, dict[str, None]] = {}
        """path -> the keys below it"""
        for path in self.lines:
            steps = path.split(".")
            for i in range(1, len(steps)):
                self.below.setdefault(".".join(steps[:i]), {})[steps[i]] = None
        self.kinds = {key: station.kind for key, station in scenario.stations.items()}
        self.ids: dict[str, list[str]] = {}
        """id -> the paths of what goes by it"""
        for noun in _ONE:
            for key in getattr(scenario, noun):
                self.ids.setdefault(key, []).append(f"{noun}.{key}")
        for key in scenario.calendars:
            self.below.setdefault("calendars", {})[key] = None
        for set_, events in scenario.events.items():
            for key in events:
                self.ids.setdefault(key, []).append(f"events.{set_}.{key}")

    def at(self, path: str) -> list[Explanation]:
        """What is at a path; with ``*`` for whole steps, at every path like it."""
        if "*" in path.split("."):
            return self._alike(path)
        line = self.lines.get(path)
        field, _ = field_at(path, self.kinds)
        if line is not None and line.words:
            return [Explanation(path, (*self._meaning(field), *self._value(line, path)))]
        held = self._tree_at(path)
        if path.startswith("calendars.") and path in self.ids.get(path.partition(".")[2], ()):
            return [self._thing(path)]
        if held is not None or path in self.below:
            if path.count(".") == 1 and path.split(".")[0] in _ONE:
                return [self._thing(path)]
            return [Explanation(path, (*self._meaning(field), *self._holds(path), *self._users(path)))]
        if field is not None and path.rpartition(".")[0] in self.below and not _is_id(path):
            lines = (*self._meaning(field), ("today", f"{field.default or 'nothing'} (not written, the default)"))
            return [Explanation(path, lines)]
        return []

    def called(self, name: str) -> list[Explanation]:
        """Whatever goes by an id, the nouns and the fields of that name."""
        if name in NOUNS or name == "run":
            fields = [field for section in sections() if section.path.split(".")[0] == name for field in section.fields]
            lines = [("meaning", described(name))]
            lines += [("fields", ", ".join(dict.fromkeys(field.name for field in fields)))] if fields else []
            return [Explanation(f"{name}: a noun of the language", (*lines, *self._holds(name)))]
        paths = [path for path in self.ids.get(name, ()) if path in self.below or path in self.lines]
        paths += [path for path in self.ids.get(name, ()) if path.startswith("calendars.") and path not in paths]
        found = [self._thing(path) for path in paths]
        if found:
            return found
        return [self._field(name, section.path, field) for section, field in fields_named(name)]

    def _field(self, name: str, path: str, field: Field) -> Explanation:
        held = [(p, line) for p, line in self.lines.items() if line.words and _like(p, f"{path}.{name}")]
        values = [("today", f"{p}: {line.words}") for p, line in held]
        return Explanation(f"{path}.{name}", (*self._meaning(field), *_cut(values)))

    def _alike(self, path: str) -> list[Explanation]:
        found = [(p, line) for p, line in self.lines.items() if line.words and _like(p, path, whole=True)]
        if not found:
            return []
        field, _ = field_at(found[0][0], self.kinds)
        values = [("today", f"{p}: {line.words}{self._said(line)}") for p, line in found]
        return [Explanation(path, (*self._meaning(field), *_cut(values)))]

    def _thing(self, path: str) -> Explanation:
        noun, _, rest = path.partition(".")
        one = "an event" if noun == "events" and "." in rest else _ONE[noun]
        name = rest
        title = getattr(self.scenario.stations.get(rest), "title", None) if noun == "stations" else None
        lines: list[tuple[str, str]] = [("title", title)] if title else []
        if noun == "stations":
            model = type(self.scenario.stations[rest])
            lines.append(("meaning", f"a {self.kinds[rest]}: {(model.__doc__ or '').strip()}"))
        elif noun == "calendars" and path not in self.below:
            lines.append(("meaning", "comes with Traintracks"))
        else:
            lines.append(("meaning", (Event.__doc__ or "") if one == "an event" else described(noun)))
        origin = self.scenario.origins.get(path, "")
        lines += [("written in", origin)] if origin else []
        return Explanation(f"{name}: {one}", (*lines, *self._holds(path), *self._users(path)))

    def _meaning(self, field: Field | None) -> Iterator[tuple[str, str]]:
        if field is not None:
            yield "meaning", field.meaning
            yield "written as", field.written
            if field.bounds:
                yield "allowed", field.bounds
            if field.default:
                yield "left out", field.default

    def _value(self, line: Line, path: str) -> Iterator[tuple[str, str]]:
        number = line.number
        yield "today", line.words + (" (takes the rest)" if line.yaml == "rest" else "")
        if number is not None:
            if number.range is not None:
                yield "range", " to ".join(self._text(number, end, line.work) for end in number.range) + " (90%)"
            yield from _evidence_lines(number)
        origin = line.origin or self.scenario.origins.get(path, "")
        if origin:
            yield "written in", origin
        for change in line.changes:
            yield "changes", f"{self.shown.change_words(change, line)} ({change.origin})"
        for name in number.profile if number is not None else ():
            yield "varies by", f"profiles.{name}"

    def _text(self, number: Number, value: float, work: bool) -> str:
        return number_text(number.model_copy(update={"value": value}), self.scenario.time_unit, work)

    def _said(self, line: Line) -> str:
        said = evidence_text(line.number.evidence) if line.number is not None else ""
        return f" [{said}]" if said else ""

    def _tree_at(self, path: str) -> Tree | Line | None:
        held: Tree | Line | None = self.tree
        for step in path.split("."):
            held = held.get(step) if isinstance(held, dict) else None
        return held

    def _holds(self, path: str) -> list[tuple[str, str]]:
        """What is below a path: values, or ids where there are many."""
        held = self._tree_at(path)
        if not isinstance(held, dict):
            return []
        lines = list(self._lines(held, ""))
        if path in NOUNS and len(lines) > _MOST:
            return [("today", ", ".join(key for key in held if key))]
        return _cut([("today", f"{p}: {words}" if p else words) for p, words in lines])

    def _lines(self, held: Tree, path: str) -> Iterator[tuple[str, str]]:
        """Values with the paths below; a table or a distribution on one line."""
        if "dist" in held or is_table(held):
            evidence = {line.number.evidence for _, line in flat(held) if line.number is not None and line.given}
            said = evidence_text(next(iter(evidence))) if len(evidence) == 1 else ""
            yield path, told(held, path) + (f" [{said}]" if said else "")
            return
        for key, child in held.items():
            here = f"{path}.{key}".strip(".")
            if not isinstance(child, Line):
                yield from self._lines(child, here)
            elif child.words:
                yield here, child.words + self._said(child)

    def _users(self, path: str) -> list[tuple[str, str]]:
        steps = path.split(".")
        if len(steps) != 2:
            return []
        return _cut([("used by", where) for where in dict.fromkeys(self._referring(*steps))])

    def _referring(self, noun: str, key: str) -> Iterator[str]:
        """Where something is named by others."""
        for path, line in self.lines.items():
            steps = path.split(".")
            if noun in _references(steps, line) and key in (line.words, steps[-1]):
                named = line.words == key if _references(steps, line)[noun] == "value" else steps[-1] == key
                if named:
                    yield path
            if noun == "profiles" and line.number is not None and key in line.number.profile:
                yield path
        if noun in ("pools", "market") and (self.scenario.stock.get(key) is not None or key in self.scenario.stock):
            yield f"stock.{key}"


def _references(steps: Sequence[str], line: Line) -> dict[str, str]:
    """noun -> whether a line names one of it as its value or as its key."""
    head, last = steps[0], steps[-1]
    if head == "stations" and len(steps) > 2:
        if steps[2] in ("team", "pool", "market", "starts"):
            return {{"team": "teams", "pool": "pools", "market": "market", "starts": "calendars"}[steps[2]]: "value"}
        if steps[2] == "next" and last != "by":
            return {"stations": "key"}
        if steps[2] in ("waiting", "while_here") and last != "by":
            return {"events": "value"}
    if head == "events" and last in ("to", "restart"):
        return {"stations": "value"}
    if head == "doors":
        return {"stations": "key"}
    if head == "staffing" or steps[:2] == ["discharge_pull", "teams"]:
        return {"teams": "key"}
    if steps == ["discharge_pull", "to"]:
        return {"teams": "value"}
    return {"calendars": "value"} if head == "teams" and last == "calendar" else {}


def _like(path: str, pattern: str, whole: bool = False) -> bool:
    """Whether a path, or (unless ``whole``) what holds it, is of a pattern with ``*`` for whole steps."""
    steps, wanted = path.split("."), pattern.split(".")
    same = len(steps) == len(wanted) if whole else len(steps) >= len(wanted)
    return same and all(w in ("*", s) for s, w in zip(steps, wanted, strict=False))


def _is_id(path: str) -> bool:
    """Whether the last step of a path is the name of one thing among others, not a field."""
    noun, _, rest = path.partition(".")
    return rest.count(".") == (1 if noun == "events" else 0) and noun in _ONE


def _cut(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if len(lines) <= _MOST:
        return lines
    return [*lines[:_MOST], (lines[0][0], f"and {len(lines) - _MOST} more")]


def _evidence_lines(number: Number) -> Iterator[tuple[str, str]]:
    if not number.evidence:
        yield "evidence", "none given"
        return
    entry = register().get(number.evidence, {})
    about = f": {_claim(entry)}" if entry else ""
    yield "evidence", evidence_text(number.evidence) + about
    if number.note:
        yield "note", number.note


def _claim(entry: Mapping[str, str]) -> str:
    what = " ".join(entry[key] for key in ("value", "unit") if entry.get(key))
    source = ", ".join(entry[key] for key in ("source", "place", "year") if entry.get(key))
    return f"{entry.get('claim', '')} {what} ({source})".strip()


def _evidence(id: str, known: _Known) -> Explanation:
    """An entry of the register, and the numbers that rest on it."""
    entry = register()[id]
    lines = [(key, entry[key]) for key in entry if entry[key]]
    cited = [path for path, line in known.lines.items() if line.number is not None and line.number.evidence == id]
    users = _cut([("used by", path) for path in cited])
    nobody = [("used by", f"nothing in {known.scenario.name}")]
    return Explanation(f"{id}: evidence", (*lines, *(users or nobody)))
