"""What is wrong with a file, where, and what was probably meant: written for the person who has to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

__all__ = ["Place", "Problem", "Problems", "ScenarioError", "either", "suggest"]


class Place(NamedTuple):
    """Where something is written. Lines and columns count from 1; line 0 means the whole of it."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    @property
    def origin(self) -> str:
        """``file:line``, as values carry it."""
        return f"{self.file}:{self.line}" if self.line else self.file


class Problem(NamedTuple):
    """One thing to mend: ``file:line:col: path: what; what is allowed; did you mean X?``"""

    place: Place
    path: str
    what: str
    allowed: str = ""
    meant: str = ""

    def __str__(self) -> str:
        said = [self.what]
        if self.allowed:
            said.append(self.allowed)
        if self.meant:
            said.append(f"did you mean `{self.meant}`?")
        return ": ".join(part for part in (str(self.place), self.path, "; ".join(said)) if part)


def _clipped(text: str) -> str:
    """One line of at most 200 characters, whatever was in the file."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return line if len(line) <= 200 else f"{line[:140]}..{line[-40:]}"


class ScenarioError(Exception):
    """A scenario that cannot be used. Carries every problem found, in the order of the files."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(tuple(problems))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong, one entry a line of the message."""
        return self.args[0]  # type: ignore[no-any-return]

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class Problems:
    """Collects problems, so that all can be told at once."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, place: Place, path: str, what: str, allowed: str = "", meant: str = "") -> None:
        """Note one problem; the same one is told once, also when it is met on several paths."""
        problem = Problem(place, _clipped(path), _clipped(what), allowed, meant)
        if not any(known.place == place and known[2:] == problem[2:] for known in self.found):
            self.found.append(problem)

    def ordered(self) -> tuple[Problem, ...]:
        """By file in the order met, then by line and column."""
        files = {problem.place.file: i for i, problem in reversed(list(enumerate(self.found)))}
        return tuple(sorted(self.found, key=lambda p: (files[p.place.file], p.place.line, p.place.column)))

    def stop_if_any(self) -> None:
        """Raise everything found so far."""
        if self.found:
            raise ScenarioError(self.ordered())


_SAME = {
    "block": ("capacity", "hours", "beds"),
    "churn": ("closures", "leavers"),
    "turnover": ("leavers", "closures"),
    "staff": ("posts", "workers"),
    "servers": ("workers",),
    "places": ("capacity",),
    "duration": ("length", "elapsed"),
}
"""What else people call what the language has a word for."""


def suggest(word: str, known: Iterable[str]) -> str:
    """The known word that means the same as what was written, or is spelt nearest; empty when none is near."""
    words = list(known)
    near = [one for one in _SAME.get(word, ()) if one in words]
    near = near or difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return near[0] if near else ""


def either(words: Iterable[str], most: int = 12) -> str:
    """``a, b or c``, cut short when there are many."""
    listed = [f"`{word}`" for word in words]
    if len(listed) > most:
        return ", ".join(listed[:most]) + f" and {len(listed) - most} more"
    if len(listed) < 2:
        return "".join(listed)
    return ", ".join(listed[:-1]) + " or " + listed[-1]
