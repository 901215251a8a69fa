"""What a path such as ``workforce.*.sickness`` names in a tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sim.scenario import calendars
from sim.scenario.library import models_with
from sim.scenario.number import Num
from sim.scenario.problems import Place, either, suggest
from sim.scenario.records import Each, Record
from sim.scenario.schema import Number
from sim.scenario.tree import Branch, Context, Form, Item, Leaf, join

__all__ = ["Target", "walk"]


@dataclass(frozen=True)
class Target:
    """One spot that a path names."""

    parent: Branch
    key: str
    path: str
    form: Form
    """How a value there is written."""

    @property
    def item(self) -> Item | None:
        """What is there; None where a field is left at its default."""
        return self.parent.items.get(self.key)

    def default(self, ctx: Context) -> Leaf | None:
        """The number that a field left out stands for."""
        if not isinstance(self.parent.form, Record) or not isinstance(self.form, Num):
            return None
        field = self.parent.form.model.model_fields.get(self.key)
        if field is None or not isinstance(field.default, Number):
            return None
        unit = {"days": ctx.unit_name, "/day": ctx.rate_name}.get(field.default.unit, field.default.unit)
        return Leaf(self.form, field.default.model_copy(update={"unit": unit}), self.parent.place)


def walk(root: Branch, path: str, place: Place, ctx: Context, new: bool = False) -> list[Target]:
    """Every spot a path names; none, and a problem noted, when it names nothing.

    ``new``: the last step is to be made, so it may be missing (and what is below a noun not used so far).
    """
    steps = path.split(".")
    if steps[-1] == "value" and len(steps) > 1:
        ctx.problems.add(place, path, "a path names the number, not its `.value`", "", ".".join(steps[:-1]))
        return []
    branches = [(root, "")]
    for i, step in enumerate(steps[:-1]):
        branches = _down(branches, step, ".".join(steps[:i]), path, place, ctx)
    return _last(branches, steps[-1], ".".join(steps[:-1]), path, place, ctx, new)


def _broken(branch: Branch, key: str) -> bool:
    return key in branch.extra.get("broken", ())


def _known(branches: Iterable[tuple[Branch, str]]) -> list[str]:
    words: dict[str, None] = {}
    for branch, _ in branches:
        if isinstance(branch.form, Record):
            words.update(dict.fromkeys(branch.form.fields))
        words.update(dict.fromkeys(branch.items))
    return list(words)


def _down(
    branches: list[tuple[Branch, str]], step: str, above: str, path: str, place: Place, ctx: Context
) -> list[tuple[Branch, str]]:
    found: list[tuple[Branch, str]] = []
    quiet = not branches
    for branch, here in branches:
        keys = list(branch.items) if step == "*" else [step]
        for key in keys:
            item = branch.items.get(key)
            quiet = quiet or _broken(branch, key)
            if item is None and isinstance(branch.form, Record) and not _broken(branch, key):
                item = _empty(branch, key)
            if isinstance(item, Branch):
                found.append((item, join(here, key)))
    if not found and not quiet:
        _unknown(branches, step, above, path, place, ctx)
    return found


def _empty(branch: Branch, key: str) -> Branch | None:
    """A noun, or a mapping keyed by id, that no file has used so far; it becomes part of the tree when written to."""
    form = branch.form.step(branch, key)
    if isinstance(form, Each) or (isinstance(form, Record) and not form.required):
        return Branch(form, {}, branch.place, {"attach": (branch, key)})
    return None


def _last(
    branches: list[tuple[Branch, str]], step: str, above: str, path: str, place: Place, ctx: Context, new: bool
) -> list[Target]:
    found: list[Target] = []
    quiet = not branches
    for branch, here in branches:
        keys = list(branch.items) if step == "*" else [step]
        for key in keys:
            quiet = quiet or _broken(branch, key)
            form = branch.form.step(branch, key)
            there = key in branch.items or isinstance(branch.form, Record) or (new and isinstance(branch.form, Each))
            if form is not None and there and not _broken(branch, key):
                found.append(Target(branch, key, join(here, key), form))
    if not found and not quiet:
        _unknown(branches, step, above, path, place, ctx)
    return found


def _unknown(branches: list[tuple[Branch, str]], step: str, above: str, path: str, place: Place, ctx: Context) -> None:
    if all(isinstance(branch.items.get(step), Leaf) for branch, _ in branches):
        deeper = join(above, step)
        ctx.problems.add(place, path, f"`{deeper}` has nothing below it", "end the path there")
        return
    known = _known(branches)
    inside = f"in `{above}`" if above else "at the start of a path"
    near = suggest(step, known)
    meant = path.replace(join(above, step), join(above, near), 1) if near else ""
    allowed = f"known: {either(known)}" if known else f"`{above}` has nothing below it"
    if above == "calendars" and step in calendars.shipped:
        allowed = "write a calendar of your own under another name, and name it where it is to hold"
        ctx.problems.add(place, path, f"`{step}` is built in, and stays as it is", allowed)
        return
    needs = models_with(place.file, above, step)
    what = f"`*` matches nothing {inside}" if step == "*" else f"there is no `{step}` {inside}"
    ctx.problems.add(place, path, what, needs or allowed, "" if needs else meant)


def attach(branch: Branch) -> None:
    """Make an empty branch that ``walk`` stood in for part of the tree."""
    where = branch.extra.pop("attach", None)
    if where is not None:
        parent, key = where
        attach(parent)
        parent.items[key] = branch
