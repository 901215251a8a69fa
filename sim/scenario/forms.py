"""The other forms of the language (shares, by, distribution) and the plain ones: how each is read and built."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sim.scenario.loader import Node
from sim.scenario.number import EXAMPLES, Num, Single, known_keys, share
from sim.scenario.problems import either, suggest
from sim.scenario.schema import By, Distribution, Number, Part, Shares
from sim.scenario.tree import Branch, Context, Form, Item, Leaf, join
from sim.scenario.units import short

__all__ = [
    "FAMILIES", "Counted", "Dist", "Either", "Flag", "Listed", "Numbers", "Plain", "Ref", "Table", "Word", "near_one",
    "residual",
]  # fmt: skip


WEIGHT = Num("plain")
"""A weight: only its proportion to the others matters."""


def residual(values: Sequence[float]) -> float:
    """What shares leave of 1, without the noise of binary fractions."""
    return float(1 - sum((Fraction(repr(value)) for value in values), Fraction(0)))


def near_one(total: float) -> bool:
    """Whether shares sum to one."""
    return abs(total - 1.0) <= 1e-9


@dataclass(frozen=True)
class Table:
    """Options and the share of each; a bare id is everyone."""

    noun: str = ""
    """What the options name; '' for levels of an attribute."""

    def step(self, item: Any, key: str) -> Form | None:
        return share if isinstance(item, Branch) and key in item.items else None

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Branch | None:
        if isinstance(node.value, str) and node.value != "rest":
            number = Number(value=1.0, unit="share", origin=node.place.origin)
            return Branch(
                self, {node.value: Leaf(share, number, node.place)}, node.place, {"rest": None, "diverts": []}
            )
        if not isinstance(node.value, dict):
            ctx.problems.add(
                node.place,
                path,
                node.unlike("a table of shares"),
                "write one id, or shares such as `{a: 0.4, b: rest}`",
            )
            return None
        evidence = ctx.evidence(node, evidence, path)
        if "weights" in node.mapping and isinstance(node.mapping["weights"].value, dict):
            return self._weighed(node, path, ctx, evidence)
        return self._options(node, path, ctx, evidence)

    def _weighed(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Branch | None:
        """``{weights: {a: 30, b: 12}}``: shares in these proportions."""
        before = len(ctx.problems.found)
        known_keys(node, ("weights", "evidence", "note"), path, ctx)
        weights, here = node.mapping["weights"], join(path, "weights")
        evidence = ctx.evidence(weights, evidence, here)
        given = {}
        for option, child in weights.mapping.items():
            if option not in ("evidence", "note") and (got := WEIGHT.read(child, join(here, option), ctx)):
                given[option] = got[0]
        whole = math.fsum(given.values())
        if len(ctx.problems.found) == before and not whole > 0:
            ctx.problems.add(weights.place, here, "no weight is above 0", "write `{a: 30, b: 12}`")
        if len(ctx.problems.found) > before:
            return None
        items: dict[str, Leaf | Branch] = {}
        for option, weight in given.items():
            place = weights.mapping[option].place
            number = Number(
                value=weight / whole,
                unit="share",
                evidence=evidence or ctx.file_evidence.get(place.file),
                note=f"weight {short(weight)} of {short(whole)}",
                origin=place.origin,
            )
            items[option] = Leaf(share, number, weights.keys[option])
        return Branch(self, items, node.place, {"rest": None, "diverts": []})

    def _options(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Branch | None:
        items: dict[str, Leaf | Branch] = {}
        rest: list[str] = []
        before = len(ctx.problems.found)
        for option, child in node.mapping.items():
            here = join(path, option)
            if option in ("evidence", "note"):
                continue
            if option == "rest":
                wanted = child.text if isinstance(child.value, str) else "b"
                allowed = f"write the option and then `rest`, as in `{{a: 0.4, {wanted}: rest}}`"
                ctx.problems.add(node.keys[option], here, "`rest` is a share, not an option", allowed)
            elif child.value == "rest":
                rest.append(option)
                items[option] = Leaf(share, None, node.keys[option])
            elif leaf := share.parse(child, here, ctx, evidence):
                items[option] = Leaf(share, leaf.value, node.keys[option])
        if len(rest) > 1:
            ctx.problems.add(
                node.keys[rest[1]], join(path, rest[1]), "`rest` is written twice", "one option takes the rest"
            )
        if len(ctx.problems.found) > before:
            return None
        given = [leaf.value.value for leaf in items.values() if isinstance(leaf, Leaf) and leaf.value is not None]
        total = math.fsum(given)
        if rest and total <= 1 + 1e-9:
            left = max(0.0, residual(given))
            origin = node.mapping[rest[0]].place.origin
            items[rest[0]] = Leaf(share, Number(value=left, unit="share", origin=origin), node.keys[rest[0]])
        elif rest or not near_one(total):
            said = f"the shares sum to {total:.6g}"
            allowed = "with `rest` they sum to at most 1" if rest else "they sum to 1, or one of them is `rest`"
            ctx.problems.add(node.place, path, said if items else "there are no shares here", allowed)
            return None
        return Branch(self, items, node.place, {"rest": rest[0] if rest else None, "diverts": []})

    def build(self, item: Branch) -> Shares:
        options = {option: leaf.value for option, leaf in item.items.items() if isinstance(leaf, Leaf)}
        return Shares(
            options=options, rest=item.extra["rest"], diverts=tuple(item.extra["diverts"]), origin=item.place.origin
        )


FAMILIES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "constant": (("value",),),
    "exponential": (("mean",),),
    "lognormal": (("mean", "sd"), ("mean", "variance"), ("median", "sd"), ("mu", "sigma", "unit")),
    "gamma": (("mean", "sd"), ("mean", "variance"), ("shape", "scale")),
    "erlang": (("mean", "k"),),
    "weibull": (("shape", "scale"), ("mean", "sd"), ("mean", "variance")),
    "normal": (("mean", "sd"), ("mean", "variance")),
    "beta": (("mean", "sd"), ("mean", "variance"), ("alpha", "beta")),
    "poisson": (("mean", "unit"),),
    "triangular": (("min", "mode", "max"),),
    "uniform": (("min", "max"),),
    "discrete": (("values", "weights"),),
    "empirical": (("values",),),
    "mixture": (("parts",),),
}
"""Which numbers each family takes; ``min`` and ``max`` also cut off the others (but not a constant or a list of values)
and are the ends of a beta."""
_UNCUT = ("constant", "discrete", "empirical")


@dataclass(frozen=True)
class Numbers(Single):
    """A list of numbers of one kind, replaced whole."""

    of: Num

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        got = self.read(node, path, ctx)
        return Leaf(self, tuple(value for value, _ in got), node.place) if got else None

    def read(self, node: Node, path: str, ctx: Context) -> list[tuple[float, str]] | None:
        """Each value in model units with the name of its unit."""
        if not isinstance(node.value, tuple) or not node.value:
            ctx.problems.add(node.place, path, node.unlike("a list"), f"write a list of {EXAMPLES[self.of.sort]}")
            return None
        got = [self.of.read(child, path, ctx) for child in node.value]
        found = [value for value in got if value is not None]
        return found if len(found) == len(got) else None


@dataclass(frozen=True)
class Parts:
    """The parts of a mixture by name: each a distribution with its ``weight``."""

    of: Dist

    def step(self, item: Any, key: str) -> Form | None:
        return item.items[key].form if isinstance(item, Branch) and key in item.items else None

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Branch | None:
        if not isinstance(node.value, dict) or not node.value:
            allowed = "write `{short: {weight: 3, dist: exponential, mean: ..}, long: {weight: 1, ..}}`"
            ctx.problems.add(node.place, path, node.unlike("a mapping"), allowed)
            return None
        evidence = ctx.evidence(node, evidence, path)
        items: dict[str, Leaf | Branch] = {}
        weights: dict[str, Number] = {}
        before = len(ctx.problems.found)
        for name, child in node.mapping.items():
            if name in ("evidence", "note"):
                continue
            here = join(path, name)
            weight = child.mapping.get("weight")
            if weight is None:
                allowed = "write `weight:` and a number; they need not sum to 1"
                ctx.problems.add(child.place, here, "there is no `weight` here", allowed)
                continue
            inner = Node({k: v for k, v in child.mapping.items() if k != "weight"}, child.place, keys=child.keys)
            leaf = WEIGHT.parse(weight, join(here, "weight"), ctx, ctx.evidence(child, evidence, here))
            law = self.of.parse(inner, here, ctx, evidence)
            if leaf and law:
                law.items["weight"] = leaf
                weights[name] = leaf.value
                items[name] = law
        if len(ctx.problems.found) > before:
            return None
        if not any(weight.value > 0 for weight in weights.values()):
            ctx.problems.add(node.place, path, "no part has a weight above 0", "give one of them a weight")
            return None
        return Branch(self, items, node.place)

    def build(self, item: Branch) -> dict[str, Part]:
        return {
            name: Part(weight=weight.value, law=law.form.build(law))
            for name, law in item.items.items()
            if isinstance(law, Branch) and isinstance(weight := law.items["weight"], Leaf)
        }


@dataclass(frozen=True)
class Dist:
    """A distribution: one flat mapping; a bare number is constant."""

    of: Num

    def _param(self, name: str) -> Num:
        if name == "mu":
            return Num("plain", -math.inf)
        if name in ("sigma", "shape", "alpha", "beta"):
            return Num("plain", above=True)
        if name == "k":
            return Num("plain", 1, 1000)
        if name == "variance":
            return Num("square" if self.of.sort in ("time", "work") else "plain")
        return Num(self.of.sort, 0.0, self.of.high, above=name in ("mean", "median", "scale"))

    def step(self, item: Any, key: str) -> Form | None:
        return item.items[key].form if isinstance(item, Branch) and key in item.items else None

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Branch | None:
        if "dist" not in node.mapping:
            if isinstance(node.value, dict) and "value" not in node.mapping and not suggest("dist", node.mapping):
                allowed = f"write `{{dist: gamma, mean: .., sd: ..}}` or {EXAMPLES[self.of.sort]}"
                ctx.problems.add(node.place, path, "there is no `dist` here", allowed)
                return None
            leaf = Num(self.of.sort, 0.0, self.of.high).parse(node, path, ctx, evidence)
            extra = {"dist": "constant", "scale": 1.0}
            return Branch(self, {"value": leaf}, node.place, extra) if leaf else None
        family = node.mapping["dist"].text
        if family not in FAMILIES:
            allowed = f"known: {either(FAMILIES, len(FAMILIES))}"
            ctx.problems.add(
                node.mapping["dist"].place,
                path,
                f"`{family}` is not a known distribution",
                allowed,
                suggest(family, FAMILIES),
            )
            return None
        return self._family(family, node, path, ctx, ctx.evidence(node, evidence, path))

    def _family(self, family: str, node: Node, path: str, ctx: Context, evidence: str | None) -> Branch | None:
        ways = FAMILIES[family]
        cuts = () if family in _UNCUT else ("min", "max")
        if not known_keys(node, list(dict.fromkeys(("dist", *sum(ways, ()), *cuts, "evidence", "note"))), path, ctx):
            return None
        given = [key for key in node.mapping if key not in ("dist", "evidence", "note")]
        implied = () if self._needs_unit(ctx) else ("unit",)
        way = next(
            (way for way in ways if set(way) <= {*given, *implied} and set(given) <= {*way, *cuts}),
            None,
        )
        if way is None:
            forms = " or ".join("{" + ", ".join(f"{name}: .." for name in way) + "}" for way in ways)
            ctx.problems.add(
                node.place, path, f"`{family}` cannot be made of {either(given) or 'nothing'}", f"it needs {forms}"
            )
            return None
        if family == "beta" and "max" not in given and self._needs_unit(ctx):
            ctx.problems.add(node.place, path, "nothing says where this beta ends", "write `max:`, and `min:` if not 0")
            return None
        items: dict[str, Leaf | Branch] = {}
        extra: dict[str, Any] = {"dist": family, "scale": 1.0, "unit": ""}
        for name in given:
            here, child = join(path, name), node.mapping[name]
            item: Item | None = None
            if name == "unit":
                one = Node(f"1 {child.text}", child.place, f"1 {child.text}")
                if got := self.of.read(one, here, ctx, bounded=False):
                    extra["scale"], extra["unit"] = got[0], child.text
            elif name == "values":
                if read := Numbers(self.of).read(child, here, ctx):
                    item = Leaf(Numbers(self.of), tuple(value for value, _ in read), child.place)
                    extra["unit"] = read[0][1]
            elif name == "weights":
                item = Numbers(WEIGHT).parse(child, here, ctx, evidence)
            elif name == "parts":
                item = Parts(self).parse(child, here, ctx, evidence)
            elif "unit" in way and name == "mean":
                item = Num("plain", 0, 1e6).parse(child, here, ctx, evidence)
            else:
                item = self._param(name).parse(child, here, ctx, evidence)
            if item is not None:
                items[name] = item
        if "parts" in way and "parts" not in items:
            return None
        self._rising(items, path, ctx)
        return Branch(self, items, node.place, extra)

    def _needs_unit(self, ctx: Context) -> bool:
        """Whether a number of these must say what it counts."""
        return self.of.sort in ("time", "work", "rate", "amount") and not ctx.bare_times

    def _rising(self, items: dict[str, Leaf | Branch], path: str, ctx: Context) -> None:
        low, high = items.get("min"), items.get("max")
        if isinstance(low, Leaf) and isinstance(high, Leaf) and low.value.value >= high.value.value:
            ctx.problems.add(high.place, join(path, "max"), "`max` is not more than `min`", "leave room between them")

    def build(self, item: Branch) -> Distribution:
        leaves = {name: leaf for name, leaf in item.items.items() if isinstance(leaf, Leaf)}
        lists = {name: leaf.value for name, leaf in leaves.items() if isinstance(leaf.form, Numbers)}
        numbers = {name: leaf.value for name, leaf in leaves.items() if isinstance(leaf.value, Number)}
        params = {name: number for name, number in numbers.items() if name != "weight"}
        parts = item.items.get("parts")
        return Distribution(
            dist=item.extra["dist"],
            params=params,
            scale=item.extra["scale"],
            unit=item.extra.get("unit", ""),
            parts=parts.form.build(parts) if parts is not None else {},
            origin=item.place.origin,
            **lists,
        )


@dataclass(frozen=True)
class Either:
    """A form, or ``by`` an attribute one of several of it; may nest once."""

    inner: Any
    model: type[Any]
    """What the inner form builds, for ``By[...]``."""
    deep: int = 2

    def step(self, item: Any, key: str) -> Form | None:
        if isinstance(item, Branch) and item.form is self:
            if key in item.items:
                return item.items[key].form
            return None
        return item.form.step(item, key) if isinstance(item, Branch) else None

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Item | None:
        if "by" not in node.mapping:
            return self.inner.parse(node, path, ctx, evidence)  # type: ignore[no-any-return]
        if not self.deep:
            ctx.problems.add(node.place, path, "`by` is inside `by` inside `by`", "it may nest once")
            return None
        evidence = ctx.evidence(node, evidence, path)
        below = Either(self.inner, self.model, self.deep - 1)
        items: dict[str, Leaf | Branch] = {}
        good = True
        for row, child in node.mapping.items():
            if row in ("by", "evidence", "note", "order"):
                continue
            item = below.parse(child, join(path, row), ctx, evidence)
            if item is None:
                good = False
            else:
                items[row] = item
        if not items and good:
            ctx.problems.add(node.place, path, "`by` has no rows", "write one for each level, or `otherwise:`")
            return None
        extra = {"by": node.mapping["by"].text, "by_place": node.mapping["by"].place, "keys": node.keys}
        return Branch(self, items, node.place, extra) if good else None

    def build(self, item: Item) -> Any:
        if not isinstance(item, Branch) or not isinstance(item.form, Either):
            return item.form.build(item)
        built = {row: child.form.build(child) for row, child in item.items.items()}
        model: Any = self.model
        if any(isinstance(row, By) for row in built.values()):
            inner = next(row for row in built.values() if isinstance(row, By))
            kind = By[model]
            built = {
                row: value if isinstance(value, By) else kind(by=inner.by, rows={}, otherwise=value)
                for row, value in built.items()
            }
            model = kind
        otherwise = built.pop("otherwise", None)
        return By[model](by=item.extra["by"], rows=built, otherwise=otherwise)


@dataclass(frozen=True)
class Plain(Single):
    """A number kept without its origin: the same for the whole run."""

    of: Num

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        got = self.of.read(node, path, ctx)
        return got and Leaf(self, got[0], node.place)


@dataclass(frozen=True)
class Counted(Single):
    """A whole number; multiplied or added to, it is rounded once, at the end."""

    low: int = 0
    high: int = 10**9

    def build(self, item: Leaf) -> int:
        value: float = item.value
        return math.floor(value + 0.5)

    @property
    def bounds(self) -> str:
        """The bounds in words."""
        return f"{self.low} to {self.high:,}"

    def outside(self, value: float) -> tuple[str, str] | None:
        """What is wrong with a value that is out of bounds, and what is allowed."""
        if self.low <= value <= self.high:
            return None
        return ("is too small" if value < self.low else "is too large"), self.bounds

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        value = node.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            ctx.problems.add(node.place, path, node.unlike("a whole number"), "write one such as `20`")
            return None
        if wrong := self.outside(value):
            ctx.problems.add(node.place, path, f"`{node.text}` {wrong[0]}", f"allowed: {wrong[1]}")
            return None
        return Leaf(self, value, node.place)


@dataclass(frozen=True)
class Flag(Single):
    """True or false."""

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        if isinstance(node.value, bool):
            return Leaf(self, node.value, node.place)
        meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(node.text.lower(), "")
        ctx.problems.add(node.place, path, node.unlike("true or false"), "write `true` or `false`", meant)
        return None


@dataclass(frozen=True)
class Word(Single):
    """Text; one of a few words, when they are given."""

    choices: tuple[str, ...] = ()

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        if isinstance(node.value, (dict, tuple)) or node.value is None:
            ctx.problems.add(node.place, path, node.as_is, "write a word or a line of text")
            return None
        if self.choices and node.text not in self.choices:
            allowed = f"known: {either(self.choices)}"
            ctx.problems.add(
                node.place, path, f"`{node.text}` is not known here", allowed, suggest(node.text, self.choices)
            )
            return None
        return Leaf(self, node.text, node.place)


@dataclass(frozen=True)
class Ref(Single):
    """The bare id of something in another noun."""

    noun: str

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        if not isinstance(node.value, str):
            ctx.problems.add(node.place, path, node.unlike("a name"), f"write the id of one of `{self.noun}`")
            return None
        return Leaf(self, node.value, node.place)


@dataclass(frozen=True)
class Listed(Single):
    """A list of ids or words, replaced whole; one alone may be bare."""

    noun: str = ""
    choices: tuple[str, ...] = ()

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        words = node.value if isinstance(node.value, tuple) else (node,)
        before = len(ctx.problems.found)
        one: Callable[..., Leaf | None] = Word(self.choices).parse
        leaves = [one(word, path, ctx, evidence) for word in words]
        names = [leaf.value for leaf in leaves if leaf]
        for name in sorted({name for name in names if names.count(name) > 1}):
            ctx.problems.add(node.place, path, f"`{name}` is listed twice", "name each once")
        return Leaf(self, tuple(names), node.place) if len(ctx.problems.found) == before else None
