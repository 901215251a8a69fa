"""The tree between YAML and the models: walked by path, changed in place, knowing where each part is from."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

from sim.scenario.library import evidence_ids
from sim.scenario.loader import Node
from sim.scenario.problems import Place, Problems, suggest
from sim.scenario.units import MINUTES

__all__ = ["Branch", "Context", "Form", "Item", "Leaf", "join"]

_EVIDENCE = "write an id of the register, `assumption`, or your own source in a few words"


@dataclass
class Context:
    """What the reading of one scenario has in common."""

    problems: Problems = field(default_factory=Problems)
    unit: str = "days"
    """The model's time unit, as in ``units.MINUTES``."""
    bare_times: bool = False
    """Whether a time may be written without a unit, because a file says ``time_unit``."""
    start: datetime.date = datetime.date(2024, 1, 1)
    file_evidence: dict[str, str] = field(default_factory=dict)
    """The ``evidence:`` at the head of each file."""
    today: str = ""
    """What stands where a change is being read; '' where nothing did."""
    long_efforts: list[tuple[str, Place]] = field(default_factory=list)
    """Efforts written in days or longer, which only a team that never closes may have."""

    @property
    def day(self) -> float:
        """Model time units in a day."""
        return float(MINUTES["days"] / MINUTES[self.unit])

    @property
    def unit_name(self) -> str:
        """As in ``Number.unit``."""
        return {"min": "minutes", "h": "hours"}.get(self.unit, "days")

    @property
    def rate_name(self) -> str:
        """As in ``Number.unit``."""
        return {"min": "/minute", "h": "/hour"}.get(self.unit, "/day")

    def minutes(self, unit: str) -> Fraction:
        """Model time units in one ``unit``."""
        return MINUTES[unit or self.unit] / MINUTES[self.unit]

    def evidence(self, node: Node, inherited: str | None, path: str = "") -> str | None:
        """The evidence that covers a mapping: its own, else what covers the mapping around it.

        It is ``assumption``, an id of the register, or a person's own source (any text with a space in it).
        """
        own = node.mapping.get("evidence")
        if own is None:
            return inherited
        here = join(path, "evidence")
        if isinstance(own.value, (dict, tuple)) or own.value is None:
            self.problems.add(own.place, here, own.as_is, _EVIDENCE)
        elif own.text != "assumption" and " " not in own.text.strip() and own.text not in evidence_ids():
            meant = suggest(own.text, ("assumption", *evidence_ids()))
            what = f"`{own.text}` is not in the evidence register"
            self.problems.add(own.place, here, what, _EVIDENCE, meant)
        return own.text


class Form(Protocol):
    """How one part of the language is written."""

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Item | None:
        """The part as a tree; None when it is wrong, and then ``ctx.problems`` says why."""

    def build(self, item: Any) -> Any:
        """The finished value."""

    def step(self, item: Any, key: str) -> Form | None:
        """The form of what is, or may be, written under a key."""


@dataclass
class Leaf:
    """One value: a ``Number``, or a plain word, flag, count or list."""

    form: Form
    value: Any
    place: Place


@dataclass
class Branch:
    """Values by key, with what else their form needs to know."""

    form: Form
    items: dict[str, Leaf | Branch]
    place: Place
    extra: dict[str, Any] = field(default_factory=dict)
    """``keys``: where each is written; ``broken``: those that could not be read; and what the form alone uses."""


Item = Leaf | Branch


def join(path: str, key: str) -> str:
    """A path one step longer."""
    return f"{path}.{key}" if path else key
