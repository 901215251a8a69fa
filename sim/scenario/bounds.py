"""Whether changed numbers stay within bounds, at every weight that their changes ever have."""

from __future__ import annotations

import math
from collections.abc import Iterable

from sim.scenario.changes import Change
from sim.scenario.forms import Counted, Table
from sim.scenario.number import Num
from sim.scenario.schema import Divert, Number, Timed
from sim.scenario.show import value_text
from sim.scenario.tree import Branch, Context, Item, Leaf, join

__all__ = ["check_bounds"]


def check_bounds(touched: Iterable[tuple[str, Item, list[Change]]], ctx: Context) -> None:
    """Note every number or table (with its path and what changed it) that a change takes out of bounds."""
    for path, item, changes in touched:
        if isinstance(item, Leaf) and isinstance(item.value, Number):
            _number(path, item, changes, ctx)
        elif isinstance(item, Leaf) and isinstance(item.form, Counted):
            if wrong := item.form.outside(item.value):
                _out(path, f"{item.value:.6g}", wrong, changes, ctx)
        elif isinstance(item, Branch) and isinstance(item.form, Table):
            _table(path, item, changes, ctx)


def _number(path: str, leaf: Leaf, changes: list[Change], ctx: Context) -> None:
    form = leaf.form
    assert isinstance(form, Num)
    for time in _moments(leaf.value.changes):
        value = leaf.value.at(time)
        if wrong := form.outside(value):
            unit = leaf.value.unit
            timed = unit.startswith("/") or unit == ctx.unit_name
            _out(path, value_text(value, unit, ctx.unit) if timed else f"{value:.6g}", wrong, changes, ctx)
            return


def _table(path: str, table: Branch, changes: list[Change], ctx: Context) -> None:
    shares = table.form.build(table)
    timed = [change for number in shares.options.values() for change in number.changes]
    for time in _moments((*timed, *shares.diverts)):
        found = shares.at(time)
        for option, value in found.items():
            if not -1e-9 <= value <= 1 + 1e-9:
                wrong = ("is too small" if value < 0 else "is too large", "a share between 0 and 1")
                here = path if path.endswith(f".{option}") else join(path, option)
                _out(here, f"{value:.6g}", wrong, changes, ctx)
                return
        total = sum(found.values())
        if abs(total - 1) > 1e-9:
            allowed = "make one of them `rest`, or use `divert`, which keeps the sum"
            ctx.problems.add(changes[-1].line.place, path, f"the shares then sum to {total:.6g}", allowed)
            return


def _moments(changes: Iterable[Timed | Divert]) -> list[float]:
    """The times between which nothing bends, and one before them all."""
    found = {-1e15}
    for change in changes:
        for start, until in change.weight.windows:
            ramp = change.weight.ramp
            found |= {start, start + ramp, until, until + ramp}
    return sorted(time for time in found if math.isfinite(time))


def _out(path: str, value: str, wrong: tuple[str, str], changes: list[Change], ctx: Context) -> None:
    change = changes[-1]
    what = f"{change.called} makes this {value}, which {wrong[0]}"
    ctx.problems.add(change.line.place, path, what, f"allowed: {wrong[1]}")
