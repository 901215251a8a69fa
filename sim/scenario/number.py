"""The number: bare, with its unit, or a mapping that also says how sure it is and what it varies with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from sim.scenario.loader import Node
from sim.scenario.problems import Place, either, suggest
from sim.scenario.schema import Number
from sim.scenario.tree import Context, Form, Leaf, join
from sim.scenario.units import Quantity, quantity, short

__all__ = ["EXAMPLES", "Num", "Single", "known_keys", "share"]

Sort = Literal["time", "work", "square", "rate", "share", "factor", "count", "amount", "capacity", "money", "plain"]
EXAMPLES = {
    "time": "a time such as `20 min`, `3 h`, `28 days` or `6 weeks`",
    "work": "a working time such as `20 min` or `3 h`",
    "square": "a time squared such as `81 days^2`",
    "rate": "a rate such as `9200/year` or `0.01/week`",
    "amount": "an amount such as `12 h/week`",
    "capacity": "a number of places such as `60`, or an amount such as `820 h/week`",
    "share": "a share between 0 and 1 such as `0.18`",
    "factor": "a factor such as `1.1`",
    "count": "a number such as `12`",
    "money": "pounds such as `23.56`",
    "plain": "a number such as `0.6`",
}
_UNIT = {
    "time": ("{} days",), "work": ("{} min",), "square": ("{} days^2",), "rate": ("{}/year", "{}/week"),
    "amount": ("{} h/week",),
}  # fmt: skip
_NUMBER_KEYS = ("value", "range", "evidence", "note", "factors", "profile")


class Single:
    """A form with nothing below it."""

    def step(self, item: Any, key: str) -> Form | None:
        return None

    def build(self, item: Leaf) -> Any:
        return item.value


@dataclass(frozen=True)
class Num(Single):
    """One number: bare, with its unit, or ``{value, range, evidence, note, factors, profile}``."""

    sort: Sort
    low: float = 0.0
    high: float = math.inf
    above: bool = False
    """Whether ``low`` itself is out of bounds."""
    fixed: bool = False
    """Whether it is the same for the whole run, so that no dated change can act on it."""

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        if not isinstance(node.value, dict):
            got = self.read(node, path, ctx)
            return got and Leaf(self, self._number(got, node.place, ctx, evidence), node.place)
        evidence = ctx.evidence(node, evidence, path)
        good = known_keys(node, _NUMBER_KEYS, path, ctx)
        if "value" not in node.mapping:
            if good:
                ctx.problems.add(node.place, path, "there is no `value` here", f"write {EXAMPLES[self.sort]}")
            return None
        got = self.read(node.mapping["value"], path, ctx)
        rest = self._rest(node, path, ctx, got)
        if got is None or rest is None:
            return None
        return Leaf(self, self._number(got, node.mapping["value"].place, ctx, evidence, **rest), node.place)

    def _number(self, got: tuple[float, str], place: Place, ctx: Context, evidence: str | None, **rest: Any) -> Number:
        evidence = evidence or ctx.file_evidence.get(place.file)
        return Number(value=got[0], unit=got[1], evidence=evidence, origin=place.origin, **rest)

    def _rest(self, node: Node, path: str, ctx: Context, got: tuple[float, str] | None) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        before = len(ctx.problems.found)
        if "range" in node.mapping:
            found["range"] = self.range(node.mapping["range"], join(path, "range"), ctx, got)
        if "note" in node.mapping:
            found["note"] = node.mapping["note"].text
        if "factors" in node.mapping:
            found["factors"] = _factors(node.mapping["factors"], join(path, "factors"), ctx)
        if "profile" in node.mapping:
            found["profile"] = _profile(node.mapping["profile"], join(path, "profile"), ctx)
        return found if len(ctx.problems.found) == before else None

    def range(self, node: Node, path: str, ctx: Context, got: tuple[float, str] | None) -> tuple[float, float] | None:
        """A 90% interval with the value (as ``read`` gives it) inside it, in the same unit."""
        ends = node.value
        if not isinstance(ends, tuple) or len(ends) != 2:
            ctx.problems.add(node.place, path, node.as_is, "a range is `[low, high]`")
            return None
        read = [self.read(end, path, ctx) for end in ends]
        if read[0] is None or read[1] is None:
            return None
        low, high = read[0][0], read[1][0]
        unlike = [end.text for end, one in zip(ends, read, strict=True) if got and one and one[1] != got[1]]
        if got and unlike:
            unit = " h/week" if got[1] == "hours a week" else ""
            allowed = f"write `[{short(low)}{unit}, {short(high)}{unit}]`"
            ctx.problems.add(node.place, path, f"`{unlike[0]}` is not in the unit of the value", allowed)
        elif low > high:
            ctx.problems.add(
                node.place, path, f"{ends[0].text} is more than {ends[1].text}", "a range is `[low, high]`"
            )
        elif got is not None and not low <= got[0] <= high:
            ctx.problems.add(node.place, path, "the value lies outside its range", "widen the range or move the value")
        return low, high

    def read(self, node: Node, path: str, ctx: Context, bounded: bool = True) -> tuple[float, str] | None:
        """The value in model units and the name of its unit."""
        found: Quantity | None = None
        if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            found = quantity(node.text)
            if found is None and (not isinstance(node.value, float) or math.isfinite(node.value)):
                found = Quantity(Fraction(node.value), "", "", "")
        elif isinstance(node.value, str):
            found = quantity(node.value)
        if found is None:
            ctx.problems.add(node.place, path, node.unlike(_article(self.sort)), f"write {EXAMPLES[self.sort]}")
            return None
        try:
            got = self._canonical(found, node, path, ctx)
        except OverflowError:
            got = (-math.inf if found.number < 0 else math.inf, "")
        if got is not None and bounded:
            wrong = self.outside(got[0])
            if wrong:
                what, allowed = wrong
                ctx.problems.add(node.place, path, f"`{node.text}` {what}", f"allowed: {allowed}")
                return None
        return got

    def outside(self, value: float) -> tuple[str, str] | None:
        """What is wrong with a value that is out of bounds, and what is allowed."""
        if math.isfinite(value) and self.low <= value <= self.high and not (self.above and value == self.low):
            return None
        return ("is too small" if value <= self.low else "is too large"), self.bounds

    @property
    def bounds(self) -> str:
        """The bounds in words."""
        low = f"more than {short(self.low)}" if self.above else f"at least {short(self.low)}"
        if self.high == math.inf:
            return low
        return f"at most {short(self.high)}" if self.low == -math.inf else f"{low} and at most {short(self.high)}"

    def _canonical(self, found: Quantity, node: Node, path: str, ctx: Context) -> tuple[float, str] | None:
        sort = self.sort
        if sort in ("time", "work") and found.sort == "time":
            if sort == "work" and found.unit not in ("min", "h"):
                ctx.long_efforts.append((path, node.place))
            return float(found.number * ctx.minutes(found.unit)), ctx.unit_name
        if sort == "square" and found.word.endswith("^2"):
            side = quantity(f"1 {found.word.removesuffix('^2')}")
            if side is not None and side.sort == "time":
                return float(found.number * ctx.minutes(side.unit) ** 2), f"{ctx.unit_name}^2"
        if sort == "rate" and found.sort == "rate":
            return float(found.number / ctx.minutes(found.unit)), ctx.rate_name
        if sort in ("amount", "capacity") and found.sort == "amount":
            return float(found.number), "hours a week"
        bare = ctx.bare_times or found.number == 0
        if sort in ("time", "work", "rate", "square") and found.sort == "" and bare:
            unit = {"rate": ctx.rate_name, "square": f"{ctx.unit_name}^2"}.get(sort, ctx.unit_name)
            return float(found.number), unit
        if sort in ("share", "factor", "count", "capacity", "money", "plain") and found.sort == "":
            return float(found.number), {"capacity": "count", "money": "pounds", "plain": ""}.get(sort, sort)
        key = path.rsplit(".", 1)[-1]
        if found.sort == "":
            wanted = " or ".join(f"`{unit.format(node.text)}`" for unit in _UNIT[sort])
            ctx.problems.add(node.place, path, f"`{key}: {node.text}` has no unit", f"write {wanted}")
        elif found.word == "%":
            share = short(float(found.number / 100))
            allowed = f"write `{share}/year`" if sort == "rate" else f"write `{share}`"
            if sort not in ("share", "factor", "plain", "rate"):
                kind = "an amount" if sort in ("amount", "capacity", "count") else _article(sort)
                allowed = f"this is {kind}, not a share"
                allowed += f"; today {ctx.today}" if ctx.today else f": write {EXAMPLES[sort]}"
            ctx.problems.add(node.place, path, f"`{node.text}` is a percentage", allowed)
        else:
            meant = _respelt(found, sort) if found.sort is None else ""
            ctx.problems.add(
                node.place, path, f"`{node.text}` is not {_article(sort)}", f"write {EXAMPLES[sort]}", meant
            )
        return None


def _respelt(found: Quantity, sort: str) -> str:
    near = suggest(found.word.strip("/ "), ("min", "hours", "days", "weeks", "months", "years"))
    number = short(float(found.number))
    if not near:
        return ""
    return f"{number}/{near.removesuffix('s')}" if sort == "rate" else f"{number} {near}"


def _profile(node: Node, path: str, ctx: Context) -> tuple[str, ...]:
    names = node.value if isinstance(node.value, tuple) else (node,)
    if not all(isinstance(name.value, str) for name in names):
        ctx.problems.add(node.place, path, node.as_is, "write the ids of profiles, such as `[ageing]`")
        return ()
    return tuple(name.text for name in names)


def _article(sort: str) -> str:
    return {"work": "a working time", "square": "a time squared", "amount": "an amount of care",
            "capacity": "a capacity",
            "money": "an amount of money", "plain": "a number", "count": "a number"}.get(sort, f"a {sort}")  # fmt: skip


def _factors(node: Node, path: str, ctx: Context) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    if not isinstance(node.value, dict):
        ctx.problems.add(node.place, path, node.as_is, "write `{carer: {none: 1.3}}`")
    for attribute, levels in node.mapping.items():
        if not isinstance(levels.value, dict):
            ctx.problems.add(levels.place, join(path, attribute), levels.as_is, "write `{none: 1.3}`")
        found[attribute] = {}
        for level, factor in levels.mapping.items():
            got = Num("factor").read(factor, join(join(path, attribute), level), ctx)
            if got:
                found[attribute][level] = got[0]
    return found


def known_keys(node: Node, allowed: Sequence[str], path: str, ctx: Context) -> bool:
    """Whether a mapping holds only keys that are part of the language here."""
    good = True
    for key in node.mapping:
        if key not in allowed:
            good = False
            what = f"`{key}` is not known here"
            ctx.problems.add(node.keys[key], join(path, key), what, f"known: {either(allowed)}", suggest(key, allowed))
    return good


share = Num("share", 0.0, 1.0)
