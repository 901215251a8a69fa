"""Mappings with fixed keys, and mappings keyed by id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.loader import Node
from sim.scenario.number import known_keys
from sim.scenario.problems import either, suggest
from sim.scenario.schema import Number
from sim.scenario.tree import Branch, Context, Form, Leaf, join

__all__ = ["RESERVED", "Each", "Kinds", "Record", "sound_id"]

RESERVED = ("rest", "otherwise", "return", "by", "new", "weights", "evidence", "note")
_ID = re.compile(r"[a-z0-9][a-z0-9_]*")


def sound_id(node: Node, key: str, path: str, ctx: Context) -> bool:
    """Whether a key may be an id: ``snake_case`` and not a word of the language."""
    if key in RESERVED:
        ctx.problems.add(node.keys[key], join(path, key), f"`{key}` is a word of the language", "choose another id")
        return False
    if not _ID.fullmatch(key):
        better = re.sub(r"[^a-z0-9]+", "_", key.lower()).strip("_")
        allowed = "an id is snake_case: small letters, figures and `_`"
        ctx.problems.add(node.keys[key], join(path, key), f"`{key}` cannot be an id", allowed, better)
        return False
    return True


@dataclass(frozen=True)
class Record:
    """A mapping with a fixed set of keys, which builds one model. What is wrong in it is told, and left out."""

    model: type[Any]
    fields: Mapping[str, Form]
    required: tuple[str, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """What the model is given beside the fields."""
    ignored: tuple[str, ...] = ()

    def step(self, item: Any, key: str) -> Form | None:
        return self.fields.get(key)

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Branch | None:
        if not isinstance(node.value, dict):
            ctx.problems.add(node.place, path, node.unlike("a mapping"), f"it has keys: {either(self.fields)}")
            return None
        evidence = ctx.evidence(node, evidence, path)
        good = known_keys(node, (*self.fields, "evidence", "note", *self.ignored), path, ctx)
        items: dict[str, Any] = {}
        for key, form in self.fields.items():
            if key in node.mapping:
                items[key] = form.parse(node.mapping[key], join(path, key), ctx, evidence)
        broken = {key for key, item in items.items() if item is None}
        for key in self.required:
            if key not in node.mapping:
                good = False
                if not suggest(key, set(node.mapping) - set(self.fields)):
                    ctx.problems.add(node.place, path, f"there is no `{key}:` here", f"write `{key}:`")
        items = {key: item for key, item in items.items() if item is not None}
        if "note" in node.mapping:
            _note(node.mapping["note"].text, items)
        extra: dict[str, Any] = {**self.fixed, "keys": node.keys}
        if broken or not good:
            extra["broken"] = broken or {""}
        return Branch(self, items, node.place, extra)

    def build(self, item: Branch) -> Any:
        given = {key: self.fields[key].build(child) for key, child in item.items.items()}
        if "origin" in self.model.model_fields:
            given["origin"] = item.place.origin
        return self.model(**given, **self.fixed)


def _note(text: str, items: dict[str, Any]) -> None:
    """A note on a mapping with one number in it is about that number."""
    numbers = [item for item in items.values() if isinstance(item, Leaf) and isinstance(item.value, Number)]
    if len(numbers) == 1 and numbers[0].value.note is None:
        numbers[0].value = numbers[0].value.model_copy(update={"note": text})


@dataclass(frozen=True)
class Kinds:
    """A mapping whose ``kind:`` says which record it is."""

    kinds: Mapping[str, Record]

    def step(self, item: Any, key: str) -> Form | None:
        return item.form.step(item, key) if isinstance(item, Branch) else None

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Branch | None:
        kind = node.mapping.get("kind")
        if kind is None:
            what = "there is no `kind:` here" if isinstance(node.value, dict) else node.as_is
            if not suggest("kind", node.mapping):
                ctx.problems.add(node.place, path, what, f"write `kind:` and {either(self.kinds)}")
            else:
                known_keys(node, ("kind", *dict.fromkeys(k for r in self.kinds.values() for k in r.fields)), path, ctx)
            return None
        if kind.text not in self.kinds:
            allowed = f"known: {either(self.kinds)}"
            here = join(path, "kind")
            ctx.problems.add(kind.place, here, f"`{kind.text}` is not a kind", allowed, suggest(kind.text, self.kinds))
            return None
        return self.kinds[kind.text].parse(node, path, ctx, evidence)

    def build(self, item: Branch) -> Any:
        return item.form.build(item)


@dataclass(frozen=True)
class Each:
    """A mapping keyed by id, every value of one form. What is wrong in it is told, and left out."""

    form: Any
    any_key: bool = False

    def step(self, item: Any, key: str) -> Form | None:
        return self.form  # type: ignore[no-any-return]

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Branch | None:
        if not isinstance(node.value, dict):
            ctx.problems.add(node.place, path, node.unlike("a mapping"), "write one entry for each id")
            return None
        evidence = ctx.evidence(node, evidence, path)
        items: dict[str, Any] = {}
        broken: set[str] = set()
        for key, child in node.mapping.items():
            if key in ("evidence", "note"):
                continue
            sound = self.any_key or sound_id(node, key, path, ctx)
            item = self.form.parse(child, join(path, key), ctx, evidence)
            if item is None or not sound:
                broken.add(key)
            else:
                items[key] = item
        return Branch(self, items, node.place, {"keys": node.keys, "broken": broken})

    def build(self, item: Branch) -> dict[str, Any]:
        return {key: self.form.build(child) for key, child in item.items.items()}
