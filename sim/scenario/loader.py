"""YAML into a plain tree that knows where each key and value is written.

Reads with YAML 1.2 meaning: ``no`` and ``12:30`` and ``2026-12-01`` are text, ``1e3`` and ``010`` are numbers.
Refuses what a scenario never needs: object tags, anchors and aliases, a key given twice, several documents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sim.scenario.problems import Place, Problem, ScenarioError

__all__ = ["Node", "read_file", "read_text"]

LARGEST = 2_000_000
"""Bytes in a file."""
DEEPEST = 30
"""Mappings and lists inside one another."""

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}

Value = None | bool | int | float | str | tuple["Node", ...] | dict[str, "Node"]


@dataclass(frozen=True, slots=True)
class Node:
    """A value as written: a mapping, a list, or text that may read as a number, true, false or nothing."""

    value: Value
    place: Place
    text: str = ""
    """As written, for a single value."""
    keys: dict[str, Place] = field(default_factory=dict)
    """Where each key of a mapping is written."""

    @property
    def mapping(self) -> dict[str, Node]:
        """The entries; none when this is not a mapping."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def sort(self) -> str:
        """What it is, in words."""
        if isinstance(self.value, dict):
            return "a mapping"
        if isinstance(self.value, tuple):
            return "a list"
        if self.value is None:
            return "nothing"
        if isinstance(self.value, bool):
            return f"`{self.text}`"
        return "text" if isinstance(self.value, str) else "a number"

    @property
    def as_is(self) -> str:
        """What is written, as a sentence: ``this is a list``."""
        return "nothing is written here" if self.value is None else f"this is {self.sort}"

    def unlike(self, wanted: str) -> str:
        """What is wrong with it where something else is wanted: ```three` is not a number``."""
        if self.value is None:
            return "nothing is written here"
        said = f"`{self.text}`" if self.text else self.sort
        return f"{said} is not {wanted}"


def read_file(path: Path, shown: str) -> Node:
    """The tree of a file; ``shown`` is the name that messages and origins use.

    Raises ``ScenarioError`` for anything that is not one readable YAML mapping.
    """
    whole = Place(shown)
    try:
        if path.is_dir():
            raise _error(whole, "this is a folder", "name one file that ends in .yaml")
        if path.exists() and not path.is_file():
            raise _error(whole, "this is not a file", "name one file that ends in .yaml")
        if path.is_file() and path.stat().st_size > LARGEST:
            raise _error(whole, "the file is too large", f"a scenario has at most {LARGEST:,} bytes")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise _error(whole, "there is no such file") from None
    except OSError as error:
        raise _error(whole, f"the file cannot be read ({(error.strerror or 'no reason given').lower()})") from None
    except ValueError:
        raise _error(whole, "this cannot be the name of a file") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in raw[:4096]:
            raise _error(whole, "this is not a text file", "a scenario is YAML text in UTF-8") from None
        before = raw[: error.start]
        place = Place(shown, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        raise _error(place, "this is not UTF-8 text", "save the file as UTF-8") from None
    return read_text(text, shown)


def read_text(text: str, shown: str) -> Node:
    """The tree of one YAML document, which must be a mapping."""
    node = _Reader(text, shown).read()
    if node is None or node.value is None:
        raise _error(Place(shown), "the file is empty", "a scenario starts with `title:`")
    if not isinstance(node.value, dict):
        raise _error(node.place, f"the file holds {node.sort}", "a scenario is a mapping, such as `title: My place`")
    return node


def read_value(text: str, shown: str) -> Node:
    """The tree of one value written in a line, as after ``--set path=``; a message names only ``shown``."""
    node = _Reader(text, shown).read()
    return _moved(node, Place(shown)) if node else Node(None, Place(shown))


def _moved(node: Node, place: Place) -> Node:
    value = node.value
    if isinstance(value, dict):
        value = {key: _moved(child, place) for key, child in value.items()}
    elif isinstance(value, tuple):
        value = tuple(_moved(child, place) for child in value)
    return Node(value, place, node.text, dict.fromkeys(node.keys, place))


def _error(place: Place, what: str, allowed: str = "") -> ScenarioError:
    return ScenarioError([Problem(place, "", what, allowed)])


class _Reader:
    """Builds the tree from the parser's events: nothing is resolved, copied or executed on the way."""

    def __init__(self, text: str, shown: str) -> None:
        self.text = text
        self.shown = shown
        self.problems: list[Problem] = []

    def read(self) -> Node | None:
        try:
            return self._document()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Place(self.shown, mark.line + 1, mark.column + 1) if mark else Place(self.shown)
            raise _error(place, f"this is not valid YAML ({_plainly(error)})", _hint(error)) from None
        except (yaml.YAMLError, UnicodeError, ValueError):
            raise _error(Place(self.shown), "this is not a text file", "a scenario is YAML text in UTF-8") from None

    def _document(self) -> Node | None:
        self.events = yaml.parse(self.text, Loader=_PARSER)
        root: Node | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _error(self._place(event), "a second document starts here", "a file holds one, without `---`")
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event, 1)
        if self.problems:
            raise ScenarioError(self.problems)
        return root

    def _place(self, event: Any) -> Place:
        return Place(self.shown, event.start_mark.line + 1, event.start_mark.column + 1)

    def _refuse(self, place: Place, what: str, allowed: str) -> None:
        self.problems.append(Problem(place, "", what, allowed))

    def _node(self, event: Any, depth: int) -> Node:
        place = self._place(event)
        if isinstance(event, yaml.AliasEvent):
            self._refuse(place, f"`*{event.anchor}` is an alias", "aliases are not part of the language: write it out")
            return Node(None, place)
        if event.anchor:
            self._refuse(place, f"`&{event.anchor}` is an anchor", "anchors are not part of the language: leave it out")
        if event.tag:
            self._refuse(place, f"`{_tag(event.tag)}` is a tag", "tags are not part of the language: leave it out")
        if isinstance(event, yaml.ScalarEvent):
            return Node(event.value if event.style or event.tag else _scalar(event.value), place, event.value)
        if depth > DEEPEST:
            raise _error(place, "this is nested too deeply", f"at most {DEEPEST} levels")
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
                items.append(self._node(event, depth + 1))
            return Node(tuple(items), place)
        entries: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            child = self._node(next(self.events), depth + 1)
            if isinstance(key.value, (dict, tuple)):
                self._refuse(key.place, f"{key.sort} cannot be a key", "a key is a word, such as `title`")
            elif key.text in keys:
                first = keys[key.text]
                self._refuse(key.place, f"`{key.text}` is given twice", f"the first is in line {first.line}: keep one")
            else:
                entries[key.text] = child
                keys[key.text] = key.place
        return Node(entries, place, keys=keys)


def _scalar(text: str) -> bool | int | float | str | None:
    """The YAML 1.2 core meaning of a plain value."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > 40:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    return text


def _tag(tag: str) -> str:
    return "!!" + tag.removeprefix("tag:yaml.org,2002:") if tag.startswith("tag:yaml.org,2002:") else tag


def _plainly(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.context, error.problem) if part]
    return " ".join(parts).replace("\n", " ") or "it cannot be read"


def _hint(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or ""
    if "\\t" in problem or "'\t'" in problem:
        return "indent with spaces, not tabs"
    if "mapping values are not allowed" in problem:
        return "put text that has a colon in it between quotes"
    return "look at the indentation, colons, quotes and brackets here and in the line above"
