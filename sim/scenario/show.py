"""A resolved scenario as text: canonical YAML with the origin of every value, and its numbers."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sim.scenario.calendars import shipped
from sim.scenario.loader import read_text
from sim.scenario.nouns import DAYS, NOUNS
from sim.scenario.problems import ScenarioError
from sim.scenario.schema import (
    Attribute,
    By,
    CalendarSpec,
    Distribution,
    Divert,
    Frozen,
    Number,
    Part,
    PoolSpec,
    Profile,
    Scenario,
    Shares,
    TeamSpec,
    Timed,
    Transfer,
    Weight,
)  # fmt: skip
from sim.scenario.units import TIME_UNITS, rate_text, short, time_text, work_text

__all__ = ["Line", "Shown", "Tree", "flat", "number_text", "numbers", "resolved_yaml", "value_text"]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ ./+'()£%-]*")
_HIDDEN = ("origin", "kind", "step", "priority_by", "unit", "scale", "changes", "diverts")


@dataclass(frozen=True)
class Line:
    """One value: as YAML, with the words for people, where it is from and the number behind it."""

    yaml: str
    words: str
    origin: str = ""
    number: Number | None = None
    given: bool = True
    """Whether a file gives it; not what takes the rest, nor a default."""
    changes: tuple[Timed | Divert, ...] = ()
    work: bool = False
    """Whether it is a working time."""


Tree = dict[str, Any]
"""Keys to trees or lines."""


def resolved_yaml(scenario: Scenario) -> str:
    """The whole scenario in one file, the same for any order in which overlays are written.

    It reads back as the same scenario, unless something in it is dated: that is listed at the end, under ``dated``.
    """
    shown = Shown(scenario)
    tree = shown.tree()
    out = [f"# {scenario.name}: every value, with the file and line that has the last word on it"]
    out += [f"# read: {', '.join(scenario.files)}"] if scenario.files else []
    out += [f"# applied: {name} at level {short(level)}" for name, level in scenario.applied.items()]
    _write(tree, "", scenario.origins, out)
    dated = [(path, line) for path, line in flat(tree) if line.changes]
    if dated:
        out += ["", "dated:"]
        for path, line in dated:
            out.append(f"  {path}:")
            for change in line.changes:
                out.append(f"    - {shown.change_yaml(change, line)}{_comment(change.origin)}")
    return "\n".join(out) + "\n"


def numbers(scenario: Scenario) -> Iterator[tuple[str, Number]]:
    """Every number that a file gives, with its path, in the order of the language."""
    for path, line in flat(Shown(scenario).tree()):
        if line.number is not None and line.given:
            yield path, line.number


def number_text(number: Number, time_unit: str = "days", work: bool = False) -> str:
    """A number with its unit, as people write it: ``28 days``, ``9200/year``, ``12 h/week``, ``0.18``.

    ``work``: it is working time (an ``effort``), which has no days.
    """
    return value_text(number.value, number.unit, TIME_UNITS[time_unit], work)


def value_text(value: float, unit: str, kept: str, work: bool = False) -> str:
    """A value in the unit that reads best; ``kept`` is the model's time unit, as in ``units.MINUTES``."""
    if unit.endswith("^2"):
        return f"{short(value)} {kept}^2"
    if unit in ("days", "hours", "minutes"):
        return work_text(value, kept) if work else time_text(value, kept)
    if unit.startswith("/"):
        return rate_text(value, kept)
    return f"{short(value)} h/week" if unit == "hours a week" else short(value)


def flat(tree: Tree, path: str = "") -> Iterator[tuple[str, Line]]:
    """Every line of a tree with its path."""
    for key, value in tree.items():
        here = f"{path}.{key}" if path and key else path or key
        if isinstance(value, Line):
            yield here, value
        else:
            yield from flat(value, here)


def _comment(origin: str, before: str = "") -> str:
    said = ", ".join(part for part in (before, origin) if part)
    return f"  # {said}" if said else ""


def _write(tree: Tree, path: str, origins: Mapping[str, str], out: list[str]) -> None:
    indent = "  " * (path.count(".") + 1) if path else ""
    for key, value in tree.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, Line):
            if key:
                left = value.words if value.yaml == "rest" else ""
                comment = _comment(value.origin or origins.get(here, ""), left)
                out.append(f"{indent}{_quoted(key)}: {value.yaml}{comment}")
        elif set(value) == {""}:
            line = value[""]
            out.append(f"{indent}{_quoted(key)}: {line.yaml}{_comment(line.origin or origins.get(here, ''))}")
        elif any(key for key in value):
            if not indent:
                out.append("")
            out.append(f"{indent}{_quoted(key)}:")
            _write(value, here, origins, out)
        else:
            out.append(f"{indent}{_quoted(key)}: {{}}{_comment(origins.get(here, ''))}")


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    """Text as YAML that reads back as text."""
    if _PLAIN.fullmatch(text) and text == text.strip():
        try:
            if read_text(f"a: {text}", "").mapping["a"].value == text:
                return text
        except ScenarioError:
            pass
    if re.fullmatch(r"[0-9a-z_]+", text):
        return text
    return json.dumps(text, ensure_ascii=False)


class Shown:
    """Turns models into a tree of lines, leaving out what is at its default."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.unit = TIME_UNITS[scenario.time_unit]
        self.work = False
        """Whether working times are being shown."""
        self.start = datetime.date.fromisoformat(scenario.run.start or "2024-01-01")

    def tree(self) -> Tree:
        s = self.scenario
        tree: Tree = {"title": self._words(s.title)}
        if s.summary:
            tree["summary"] = self._words(s.summary)
        if s.illustrative:
            tree["illustrative"] = Line("true", "true")
        if s.time_unit != "days":
            tree["time_unit"] = self._words(s.time_unit)
        if s.population:
            tree["population"] = {key: Line(short(value), short(value)) for key, value in s.population.items()}
        for noun in NOUNS:
            value = getattr(s, noun)
            if noun == "calendars":
                value = {key: spec for key, spec in value.items() if shipped.get(key) != spec}
            if value and value != s.__class__.model_fields[noun].default:
                tree[noun] = self.value(value, noun)
        run = self.value(s.run, "run")
        for key in ("length", "warm_up"):
            if key in run:
                run[key] = self._words(time_text(getattr(s.run, key), self.unit), plain=True)
        if "decision" in run:
            run["decision"] = self._words(f"day {short(s.run.decision / s.day)}")
        tree["run"] = run
        return tree

    def value(self, value: Any, key: str) -> Any:
        if isinstance(value, Number):
            return self._number(value)
        if isinstance(value, Shares):
            return self._shares(value)
        if isinstance(value, By):
            return self._by(value)
        if isinstance(value, Distribution):
            return self._distribution(value)
        if isinstance(value, Transfer):
            return self._transfer(value)
        if isinstance(value, Attribute):
            shares = self.value(value.shares, key)
            return {"order": self._listed(value.order), **shares}
        if isinstance(value, Frozen):
            return self._record(value, key)
        if isinstance(value, Mapping):
            return {str(name): self.value(child, str(name)) for name, child in value.items()}
        if isinstance(value, tuple):
            return self._listed(value)
        if isinstance(value, bool):
            return Line(str(value).lower(), str(value).lower())
        if isinstance(value, (int, float)):
            return Line(short(value), short(value))
        return self._words(str(value))

    def _record(self, value: Frozen, key: str) -> Tree:
        if isinstance(value, Profile):
            return self._profile(value)
        if isinstance(value, CalendarSpec):
            return self._calendar(value)
        tree: Tree = {"kind": self._words(value.kind)} if hasattr(value, "kind") else {}
        for name, field in type(value).model_fields.items():
            child = getattr(value, name)
            default = () if name == "people" else field.default
            if name in _HIDDEN or child is None or child == default or (child == {} and name != "stations"):
                continue
            written = field.alias or name
            if name in ("counts_as", "stream", "class_") and child == key:
                continue
            if name == "rate" and getattr(value, "every", None) is not None:
                continue
            if name == "people":
                tree.update({attribute: self.value(shares, attribute) for attribute, shares in child.items()})
            elif name == "package" and isinstance(child, Number):
                tree[written] = {"hold": self._number(child)}
            elif name == "times":
                tree[written] = Line(f"[{', '.join(time_text(t, self.unit) for t in child)}]", "scheduled")
            elif name == "priority" and isinstance(value, TeamSpec | PoolSpec) and value.priority_by != "class":
                order = self._listed(child)
                tree[written] = {"by": self._words(value.priority_by), "order": order}
            else:
                self.work = name == "effort"
                tree[written] = self.value(child, written)
                self.work = False
        return tree

    def _number(self, number: Number, given: bool = True) -> Line:
        text = value_text(number.value, number.unit, self.unit, self.work)
        parts = [f"value: {text}"]
        if number.range:
            low, high = (value_text(end, number.unit, self.unit, self.work) for end in number.range)
            parts.append(f"range: [{low}, {high}]")
        if number.evidence:
            parts.append(f"evidence: {_quoted(number.evidence)}")
        if number.note:
            parts.append(f"note: {_quoted(number.note)}")
        if number.factors:
            rows = [
                f"{name}: {{{', '.join(f'{level}: {short(value)}' for level, value in levels.items())}}}"
                for name, levels in number.factors.items()
            ]
            parts.append(f"factors: {{{', '.join(rows)}}}")
        if number.profile:
            parts.append(f"profile: [{', '.join(number.profile)}]")
        yaml = text if len(parts) == 1 else "{" + ", ".join(parts) + "}"
        words = text + "".join(f", {part}" for part in parts[1:] if part.startswith(("factors", "profile")))
        return Line(yaml, words, number.origin, number, given and bool(number.origin), number.changes, self.work)

    def _shares(self, shares: Shares) -> Tree:
        tree: Tree = {}
        for option, number in shares.options.items():
            only = len(shares.options) == 1
            line = self._number(
                number, given=option != shares.rest and not only and (number.value != 0 or bool(number.evidence))
            )
            if option == shares.rest:
                line = Line("rest", line.words, line.origin, number, given=False)
            tree[option] = line
        if shares.diverts:
            tree[""] = Line("", "", shares.origin, None, False, shares.diverts)
        return tree

    def _by(self, value: By[Any]) -> Tree:
        tree: Tree = {"by": self._words(value.by)}
        tree.update({row: self.value(child, row) for row, child in value.rows.items()})
        if value.otherwise is not None:
            tree["otherwise"] = self.value(value.otherwise, "otherwise")
        return tree

    def _distribution(self, value: Distribution) -> Tree:
        if value.dist == "constant":
            return {"": self._number(value.params["value"])}
        tree: Tree = {"dist": Line(value.dist, value.dist)}
        tree.update({name: self._number(number) for name, number in value.params.items()})
        if value.values:
            texts = [value_text(one, value.unit, self.unit, self.work) for one in value.values]
            tree["values"] = Line(f"[{', '.join(texts)}]", ", ".join(texts))
            if value.weights:
                tree["weights"] = self._listed(tuple(short(weight) for weight in value.weights))
        elif value.unit:
            tree["unit"] = self._words(value.unit)
        if value.parts:
            tree["parts"] = {name: self._part(part) for name, part in value.parts.items()}
        return tree

    def _part(self, part: Part) -> Tree:
        return {"weight": self._number(part.weight), **self._mapping(part.law)}

    def _transfer(self, transfer: Transfer) -> Tree:
        if transfer.holds == "neither":
            return self._distribution(transfer.time)
        return {**self._mapping(transfer.time), "holds": self._words(transfer.holds)}

    def _mapping(self, law: Distribution) -> Tree:
        """A distribution to which other keys may be added."""
        tree = self._distribution(law)
        return {"dist": Line("constant", "constant"), "value": tree[""]} if law.dist == "constant" else tree

    def _profile(self, profile: Profile) -> Tree:
        tree: Tree = {}
        for name in ("weekday", "month", "hour"):
            weights = getattr(profile, name)
            if weights:
                text = "{" + ", ".join(f"{key}: {short(value)}" for key, value in weights.items()) + "}"
                tree[name] = Line(text, text)
        if profile.steps:
            text = "{" + ", ".join(f"{self.moment(at)}: {short(factor)}" for at, factor in profile.steps) + "}"
            tree["steps"] = Line(text, text)
        if profile.ramp:
            tree["ramp"] = self._words(time_text(profile.ramp, self.unit), plain=True)
        if profile.growth:
            text = f"{profile.growth:.14g}/year"
            tree["growth"] = Line(text, text)
        return tree

    def _calendar(self, spec: CalendarSpec) -> Tree:
        tree: Tree = {"days": self._listed(tuple(DAYS[day] for day in spec.days))}
        for name, minute in (("from", spec.open), ("until", spec.close)):
            text = f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"
            tree[name] = Line(f"'{text}'", text)
        if spec.closed:
            tree["closed"] = self._listed(spec.closed)
        return tree

    def _listed(self, values: tuple[Any, ...]) -> Line:
        text = "[" + ", ".join(_quoted(str(value)) for value in values) + "]"
        return Line(text, text)

    def _words(self, text: str, plain: bool = False) -> Line:
        return Line(text if plain else _quoted(text), text)

    # dated changes

    def moment(self, time: float) -> str:
        """A time as a date, where it is a midnight."""
        days = time / self.scenario.day
        if not math.isfinite(days):
            return "never" if days > 0 else "the beginning"
        if not days.is_integer() or abs(days) > 365_000 or self.scenario.run.start is None:
            return f"day {short(days)}"
        return (self.start + datetime.timedelta(days=int(days))).isoformat()

    def last(self, time: float) -> str:
        """The last day in force, as ``until`` is written, of what ends at a time; the time where it is no midnight."""
        end, before = self.moment(time), self.moment(time - self.scenario.day)
        return end if end.startswith("day ") else before

    def _window(self, window: tuple[float, float]) -> str:
        start, until = window
        first = "from the beginning" if start == -math.inf else f"from {self.moment(start)}"
        return first if until == math.inf else f"{first} until {self.last(until)}"

    def _when(self, weight: Weight) -> str:
        words = " and ".join(self._window(window) for window in weight.windows)
        words += f", over {time_text(weight.ramp, self.unit)}" if weight.ramp else ""
        return words + (f", at level {short(weight.level)}" if weight.level != 1 else "")

    def change_words(self, change: Timed | Divert, line: Line | None) -> str:
        """A dated change in words."""
        if isinstance(change, Divert):
            said = ", ".join(f"{short(amount)} of `{source}`" for source, amount in change.sources.items())
            return f"{said} goes to `{change.to}` {self._when(change.weight)}"
        unit = line.number.unit if line and line.number else ""
        work = line is not None and line.work
        if change.op == "multiply":
            return f"x {short(change.amount)} {self._when(change.weight)}"
        added = change.op == "add"
        text = value_text(abs(change.amount) if added else change.amount, unit, self.unit, work)
        sign = ("+ " if change.amount >= 0 else "− ") if added else ""
        return f"{sign}{text} {self._when(change.weight)}"

    def change_yaml(self, change: Timed | Divert, line: Line | None) -> str:
        """A dated change as a flow mapping."""
        unit = line.number.unit if line and line.number else ""
        work = line is not None and line.work
        if isinstance(change, Divert):
            sources = ", ".join(f"{source}: {short(amount)}" for source, amount in change.sources.items())
            parts = [f"divert: {{{sources}}}", f"to: {change.to}"]
            unit = "share"
        else:
            unit = "factor" if change.op == "multiply" else unit
            parts = [f"{change.op}: {value_text(change.amount, unit, self.unit, work)}"]
        if change.range:
            low, high = (value_text(end, unit, self.unit, work) for end in change.range)
            parts.append(f"range: [{low}, {high}]")
        if change.evidence:
            parts.append(f"evidence: {_quoted(change.evidence)}")
        parts.append(f"when: {_quoted(self._when(change.weight))}")
        return "{" + ", ".join(parts) + "}"
