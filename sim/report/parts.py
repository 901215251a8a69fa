"""What sections of a report are made of: cells, tables, figures; every figure with words, a table and a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from sim.experiment.tables import comma_separated

__all__ = [
    "WORDS", "Cell", "Extra", "Figure", "Group", "Row", "Table", "bracketed", "brief", "capital", "count", "inside",
    "joined", "slug", "worded",
]  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One cell of a table of measures."""

    text: str
    sub: str = ""
    big: bool = False
    verdict: str = ""
    tone: str = ""
    id: str = ""


@dataclass(frozen=True)
class Row:
    """One measure in a table."""

    title: str
    cells: Sequence[Cell]
    unit: str = ""
    anchor: str = ""
    side: str = ""
    direction: str = ""
    field: str = ""
    definition: str = ""


@dataclass(frozen=True)
class Group:
    """Rows under a heading of their own."""

    title: str
    rows: Sequence[Any]


@dataclass(frozen=True)
class Table:
    """A table with its caption."""

    title: str
    note: str
    columns: Sequence[str]
    groups: Sequence[Group]


@dataclass(frozen=True)
class Extra:
    """A further table of a figure."""

    caption: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class Figure:
    """A picture with its title, caption, words in its place, and the table it was drawn from."""

    id: str
    title: str
    """What it says, in ten words or fewer."""
    caption: str
    """What is drawn."""
    description: str
    """In words, for someone who cannot see it."""
    drawing: Markup
    key: Markup
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    notes: tuple[str, ...] = ()
    """Said below the picture."""
    extras: tuple[Extra, ...] = ()
    worded: bool = False
    """Whether the cells of its table are words rather than numbers."""

    @property
    def file(self) -> str:
        """The table as a file inside the page."""
        return "data:text/csv;charset=utf-8," + quote(comma_separated(self.header, self.rows))


WORDS = 10
"""Most words of the title of a figure."""


def brief(title: str, room: int) -> str:
    """A title in at most so many words: its last phrases go one by one, then words; the caption has it all."""
    while len(title.split()) > room and (tail := _last(title)) and len(title[:tail].split()) >= 2:
        title = title[:tail]
    words = title.split()
    return title if len(words) <= room else f"{' '.join(words[:room])}\u2026"


def _last(title: str) -> int:
    """Where the last phrase of a title begins; 0 where there is none."""
    found = [m.start() for m in re.finditer(r",? (?:of|in|on|from|within|for|at|by|that|until) |, ", title)]
    return found[-1] if found else 0


def inside(title: str) -> str:
    """A title inside a sentence; one that begins with a name in capitals stays."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def capital(text: str) -> str:
    """The first letter a capital."""
    return text[:1].upper() + text[1:]


def count(number: int, what: str) -> str:
    """'1 input', '2 inputs'."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def bracketed(text: str, between: str) -> str:
    """'12 (10 to 14)'; the text alone where there is no interval."""
    return f"{text} ({between})" if between else text


def joined(parts: Sequence[str], word: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}" if parts else ""


def slug(text: str) -> str:
    """A name fit for an id."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def worded(text: str) -> str:
    """An id, or text that holds ids, as people say it: 'OT assistant', '85 and over', 'care home, 18 to 64'."""
    text = re.sub(r"(?<=[a-z])_(\d+)_(\d+)\b", r", \1 to \2", text)
    text = re.sub(r"\b(\d+)_(\d+)\b", r"\1 to \2", text).replace("_", " ")
    text = re.sub(r"\b([Ll]ive) in care\b", r"\1-in care", text)
    text = re.sub(r"\b(\d+) plus\b", r"\1 and over", text)
    return re.sub(r"\b(ot|nhs|dst)\b", lambda found: found[0].upper(), text)
