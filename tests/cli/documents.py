"""The documentation's console blocks: read, run, compared with what is printed, and retaken.

A block opens with three backticks and ``console``. A line that begins with ``$ `` is typed; what follows, up to the
next such line, is what is printed, stdout before stderr. The blocks of a page run in turn in one empty folder.

- ``traintracks`` runs in this process. ``cat FILE`` and ``head -N FILE`` work as in a shell; a ``#`` begins a comment.
- A YAML block after a line that ends in the name of a file and a colon ("Save this as `mine.yaml`:") is saved first.
- A line ``...`` stands for any lines, and ``...`` inside a line for anything in it: for folders, times, long tables.
- ``<!-- digits vary -->`` on the line before a block: any number will do where one is printed.
- ``<!-- run by tests/x.py -->`` there: that test runs the block.
- ``<!-- each section by itself -->`` on a page: every ``##`` section is run in a folder of its own, after the files
  that the page saves above its first section.
- Runs of spaces count as one, for columns move with what is in them.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from sim.cli import main

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_FENCE = re.compile(r"^```(\w*)$")
_SAVED = re.compile(r"`([\w./-]+\.ya?ml)`[^`]*:$")
_NUMBER = re.compile(r"[−+-]?\d[\d,.]*")


@dataclass
class Block:
    """One fenced block."""

    language: str
    first: int
    """Index of its first line inside the fence."""
    lines: list[str]
    before: list[str]
    """The two lines above it, blank ones left out."""

    @property
    def loose(self) -> bool:
        return "<!-- digits vary -->" in self.before[-1:]

    @property
    def elsewhere(self) -> str:
        """The test that runs it, where it is another."""
        found = re.fullmatch(r"<!-- run by (\S+) -->", (self.before or [""])[-1])
        return found[1] if found else ""

    @property
    def file(self) -> str:
        found = _SAVED.search((self.before or [""])[-1]) if self.language == "yaml" else None
        return found[1] if found else ""

    def typed(self) -> Iterator[tuple[int, str, list[str]]]:
        """(line in the block, command, what is printed after it)."""
        starts = [i for i, line in enumerate(self.lines) if line.startswith("$ ")]
        for start, end in zip(starts, [*starts[1:], len(self.lines)], strict=False):
            yield start, self.lines[start][2:], self.lines[start + 1 : end]


def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page."""
    found: list[Block] = []
    open_: Block | None = None
    lines = page.read_text("utf-8").splitlines()
    for i, line in enumerate(lines):
        if open_ is None and (fence := _FENCE.match(line)):
            above = [text.strip() for text in lines[:i] if text.strip()]
            open_ = Block(fence[1], i + 1, [], above[-2:])
        elif open_ is not None and line == "```":
            found.append(open_)
            open_ = None
        elif open_ is not None:
            open_.lines.append(line)
    return found


def sections(page: Path) -> list[tuple[str, list[Block]]]:
    """(heading, blocks) of what runs in one folder: the page, or each of its sections with the files saved above."""
    found = blocks(page)
    lines = page.read_text("utf-8").splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("## ")]
    if "<!-- each section by itself -->" not in lines or not starts:
        return [("", found)]
    ends = [*starts[1:], len(lines)]
    above = [block for block in found if block.first < starts[0]]
    parts = [(lines[i][3:], [b for b in found if i < b.first < end]) for i, end in zip(starts, ends, strict=True)]
    return [("", above), *((heading, [b for b in above if b.file] + part) for heading, part in parts)]


def printed(command: str) -> list[str]:
    """What a command prints, in the working folder; in one process, for results do not depend on it."""
    words = shlex.split(command, comments=True)
    if words[0] in ("cat", "head"):
        lines = Path(words[-1]).read_text("utf-8").splitlines()
        return lines[: int(words[1].removeprefix("-"))] if words[0] == "head" else lines
    assert words[0] == "traintracks", f"a page may type traintracks, cat and head, not `{words[0]}`"
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        contextlib.suppress(SystemExit),
        patch("sim.experiment.processors", lambda: 1),
    ):
        main(words[1:])
    return [line.rstrip() for line in (out.getvalue() + err.getvalue()).strip("\n").splitlines()]


def matches(wanted: list[str], got: list[str], loose: bool = False) -> bool:
    """Whether what is printed is what a page says, with its elisions."""
    parts = []
    for line in (_plain(line, loose) for line in wanted):
        if line == "...":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append(r"[^\n]*".join(re.escape(part) for part in line.split("...")) + r"\n")
    text = "".join(f"{_plain(line, loose)}\n" for line in got)
    return re.fullmatch("".join(parts), text) is not None


def _plain(line: str, loose: bool) -> str:
    line = " ".join(line.split())
    return _NUMBER.sub("#", line) if loose and line != "..." else line


def retaken(wanted: list[str], got: list[str], loose: bool = False) -> list[str]:
    """What is printed now, with a page's elisions kept where the lines around them are still there."""
    if matches(wanted, got, loose=False) and not loose:
        return wanted
    found: list[str] = []
    at = 0
    plain = [_plain(line, True) for line in got]
    for i, line in enumerate(wanted):
        if line.strip() == "...":
            following = next((_plain(one, True) for one in wanted[i + 1 :] if one.strip() != "..."), None)
            found.append(line)
            if following is None:
                return found
            at = next((j for j in range(at, len(got)) if _one(following, plain[j])), at)
        elif at < len(got):
            same = "..." in line and matches([line], [got[at]], loose=True)
            found.append(line if same else got[at])
            at += 1
    return found + got[at:]


def _one(wanted: str, line: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in wanted.split("...")), line) is not None
