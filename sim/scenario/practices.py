"""Practices as their files tell them: how they work, what they need, what nobody knows, and what is claimed of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from sim.scenario.library import find, shipped
from sim.scenario.loader import Node, read_file
from sim.scenario.problems import Place, Problem, ScenarioError, either, suggest

__all__ = ["Claim", "Kind", "Practice", "costs_only", "effects_only", "practice", "practices", "taken"]

Kind = Literal["input", "emergent", "not in the model"]
Form = Literal["after", "ratio", "change", ""]
_KINDS: tuple[str, ...] = get_args(Kind)
_FORMS = ("after", "ratio", "change")
_KEYS = ("said", "measure", "kind", "grade", "evidence", "note", "why", *_FORMS)
_TAKES = ("workforce.", "staffing.", "pools.", "costs.", "teams.")
_BOUGHT = "market.home_care.hours"
"""Care that there is more of, at the price of home care."""


@dataclass(frozen=True)
class Claim:
    """One thing that is said of a practice. Never an input by itself."""

    id: str
    said: str
    kind: Kind
    """``input``: the practice puts it in, so agreement proves nothing. ``emergent``: the model finds its own."""
    measures: tuple[str, ...]
    """Ids of the catalogue, added up; none where the model has nothing like it."""
    form: Form
    """Of the figure claimed: the value ``after``, its ``ratio`` to before, or the ``change``."""
    low: float
    high: float
    evidence: str
    grade: str
    """Of the claim where it is not that of the practice."""
    note: str
    """What is not alike in the claim and the model, or why there is no figure."""


@dataclass(frozen=True)
class Practice:
    """One practice file."""

    name: str
    title: str
    summary: str
    place: str
    family: str
    grade: str
    represents: tuple[str, ...]
    mechanism: str
    needs: str
    unknown: str
    ramp: str
    claims: tuple[Claim, ...]
    fingerprint: str
    """Of all that decides what a run of it gives: its changes and dates, and what its claims measure; not of words."""

    @property
    def measured(self) -> bool:
        """Whether anybody has a figure for what it does."""
        return any(claim.form for claim in self.claims)


def practices(library: Path | None = None) -> tuple[Practice, ...]:
    """Every practice that ships, by name."""
    return tuple(practice(entry.name, library) for entry in shipped(library) if entry.kind == "practice")


def practice(name: str, library: Path | None = None) -> Practice:
    """One practice, shipped or a file. Raises ``ScenarioError`` for a claim that cannot be read."""
    found = find(name, Place(name), library=library)
    node = read_file(found.path, found.shown)
    problems: list[Problem] = []
    entries = node.mapping["claims"].mapping if "claims" in node.mapping else {}
    claims = tuple(_claim(id, entry, _text(node, "grade"), problems) for id, entry in entries.items())
    if problems:
        raise ScenarioError(problems)
    represents = node.mapping.get("represents")
    ids = represents.value if represents is not None and isinstance(represents.value, tuple) else ()
    when = node.mapping["when"].mapping if "when" in node.mapping else {}
    return Practice(
        name=found.name,
        represents=tuple(one.text for one in ids),
        ramp=when["ramp"].text if "ramp" in when else "",
        claims=claims,
        fingerprint=_fingerprint(found.path, claims),
        **{key: _text(node, key) for key in (
            "title", "summary", "place", "family", "grade", "mechanism", "needs", "unknown"
        )},
    )  # fmt: skip


def _fingerprint(path: Path, claims: Sequence[Claim]) -> str:
    whole = yaml.safe_load(path.read_text("utf-8"))
    decides = [_run(whole.get("changes")), whole.get("when"), [(one.id, one.measures, one.form) for one in claims]]
    return hashlib.sha256(json.dumps(decides, sort_keys=True, default=str).encode()).hexdigest()


def _run(item: Any) -> Any:
    """What is written without what only says how sure it is."""
    if isinstance(item, dict):
        return {key: _run(value) for key, value in item.items() if key not in ("range", "evidence", "note")}
    return [_run(one) for one in item] if isinstance(item, list) else item


def _text(node: Node, key: str) -> str:
    return node.mapping[key].text if key in node.mapping else ""


def _claim(id: str, node: Node, grade: str, problems: list[Problem]) -> Claim:
    path = f"claims.{id}"

    def wrong(place: Place, what: str, allowed: str, meant: str = "") -> None:
        problems.append(Problem(place, path, what, allowed, meant))

    for key in node.mapping:
        if key not in _KEYS:
            wrong(node.keys[key], f"`{key}` is not known here", f"known: {either(_KEYS)}", suggest(key, _KEYS))
    kind = _text(node, "kind")
    if kind not in _KINDS:
        wrong(node.place, f"the kind of this claim is `{kind}`", either(_KINDS), suggest(kind, _KINDS))
    said = node.mapping.get("measure")
    names = () if said is None else said.value if isinstance(said.value, tuple) else (said,)
    forms = [form for form in _FORMS if form in node.mapping]
    low = high = float("nan")
    if len(forms) != (1 if names else 0):
        wrong(node.place, "a claim with a measure has one figure, and one without has none", either(_FORMS))
    elif forms:
        value = node.mapping[forms[0]].value
        ends = [end.value for end in value] if isinstance(value, tuple) else []
        numbers = [float(end) for end in ends if isinstance(end, int | float)]
        if len(numbers) == 2 and numbers[0] <= numbers[1]:
            low, high = numbers
        else:
            wrong(node.mapping[forms[0]].place, "this is not two numbers in order", "write `[0.45, 0.55]`")
    return Claim(
        id=id,
        said=_text(node, "said"),
        kind=kind if kind in _KINDS else "emergent",  # type: ignore[arg-type]
        measures=tuple(one.text for one in names),
        form=forms[0] if forms else "",  # type: ignore[arg-type]
        low=low,
        high=high,
        evidence=_text(node, "evidence"),
        grade=_text(node, "grade") or grade,
        note=_text(node, "note") or _text(node, "why"),
    )


def costs_only(name: str, folder: Path) -> str | None:
    """A copy of a practice with what it takes and without what it does; None where it takes nothing that is modelled.

    What it takes: posts, staff time, pools, teams and costs, more hours of home care, and longer work.
    """
    return _copy(name, folder / "takes", takes=True)


def effects_only(name: str, folder: Path) -> str | None:
    """A copy with what it does and without what it takes; None where it does nothing besides."""
    return _copy(name, folder / "does", takes=False)


def taken(path: str, change: Any) -> bool:
    """Whether a change, as it is written in a practice, is of what the practice takes; else it is what it does."""
    if ".effort" in path and isinstance(change, dict):
        longer = change.get("multiply", 1)
        return ("add" in change and not str(change["add"]).startswith("-")) or float(longer) > 1.0
    return path == _BOUGHT or path.startswith(_TAKES)


def _copy(name: str, folder: Path, takes: bool) -> str | None:
    found = find(name, Place(name))
    whole: dict[str, Any] = yaml.safe_load(found.path.read_text("utf-8"))
    kept = {path: change for path, change in whole["changes"].items() if taken(path, change) == takes}
    if not kept:
        return None
    folder.mkdir(exist_ok=True)
    path = folder / f"{found.path.stem}.yaml"
    lines: dict[str, Any] = {key: whole[key] for key in ("kind", "title", "when") if key in whole}
    lines |= {"evidence": "assumption", "changes": kept}
    path.write_text(yaml.safe_dump(lines, sort_keys=False), "utf-8")
    return str(path)
