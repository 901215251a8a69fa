"""An overlay by itself: what can be said of its lines without the place they would be laid on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sim.scenario.changes import Change, diversion, overlay_changes
from sim.scenario.dates import When
from sim.scenario.files import Applied
from sim.scenario.number import Num
from sim.scenario.problems import either, suggest
from sim.scenario.records import Each, Kinds, Record
from sim.scenario.tree import Context, Form, join

__all__ = ["check_alone"]


def check_alone(applied: Applied, nouns: Mapping[str, Form], ctx: Context) -> None:
    """Note what is wrong with the lines of an overlay in any place: unknown nouns and fields, forms, dates, bounds."""
    if not applied.when.check(ctx):
        applied = replace(applied, when=When())
    made: dict[str, Change] = {}
    for change in overlay_changes(applied, ctx):
        form = _form(change, nouns, ctx)
        path, node = change.line.path, change.node
        if change.op == "new":
            made[path] = change
            if form is not None:
                form.parse(node.mapping["new"], path, ctx, ctx.evidence(node, None, path))
        elif change.op == "divert":
            diversion(change, ctx)
        elif change.op == "multiply":
            got = Num("factor", -float("inf")).read(node.mapping["multiply"], path, ctx)
            if got and "range" in node.mapping:
                Num("factor", -float("inf")).range(node.mapping["range"], join(path, "range"), ctx, got)
        elif change.op == "set" and isinstance(form, Num):
            form.parse(node, path, ctx, None)
        if change.op not in ("new", "set"):
            ctx.evidence(node, None, path)


def _form(change: Change, nouns: Mapping[str, Form], ctx: Context) -> Form | None:
    """How a value at a path is written, as far as the path alone says; a step that no place could have is noted."""
    steps = change.line.path.split(".")
    form: Form | None = Record(object, nouns)
    for i, step in enumerate(steps):
        if isinstance(form, Kinds):
            fields = dict.fromkeys(field for record in form.kinds.values() for field in record.fields)
            known, form = list(fields), next((r.fields[step] for r in form.kinds.values() if step in r.fields), None)
        elif isinstance(form, Record):
            known, form = list(form.fields), form.fields.get(step)
        elif isinstance(form, Each):
            form = form.form
            continue
        else:
            return None
        if form is None and step != "*":
            above = ".".join(steps[:i])
            inside = f"in `{above}`" if above else "at the start of a path"
            near = suggest(step, known)
            meant = ".".join((*steps[:i], near, *steps[i + 1 :])) if near else ""
            what = f"there is no `{step}` {inside}"
            ctx.problems.add(change.line.place, change.line.path, what, f"known: {either(known)}", meant)
            return None
    return form
