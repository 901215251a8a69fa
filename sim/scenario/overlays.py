"""Changes laid on a tree: new, set, divert, multiply, add, in this order whatever the order written.

A change that holds from the beginning becomes part of the value. A dated one stays beside the value, as
``schema.Timed`` or ``schema.Divert``, and so does one from the beginning where it must come after a dated one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from sim.scenario.bounds import check_bounds
from sim.scenario.changes import Change, Diversion, changes_of, diversion
from sim.scenario.files import Layer, flat
from sim.scenario.forms import Counted, Table
from sim.scenario.library import models_with
from sim.scenario.number import Num
from sim.scenario.paths import Target, attach, walk
from sim.scenario.problems import Place, either, suggest
from sim.scenario.records import Each
from sim.scenario.schema import Divert, Number, Run, Timed
from sim.scenario.shapes import fill, leaves, move, numbers_of, options, pairs_of, shares_of, tables_of
from sim.scenario.show import value_text
from sim.scenario.tree import Branch, Context, Item, Leaf, join
from sim.scenario.units import short

__all__ = ["lay"]

_EXTENTS = {
    ("workforce", "posts"), ("teams", "workers"), ("pools", "capacity"), ("pools", "spot"), ("market", "hours"),
    ("market", "beds"), ("demand", "rate"),
}  # fmt: skip
"""How much there is of a thing, by noun."""
_UNDATED = {("demand", "every"), ("demand", "times")}
"""What brings people from the beginning whatever the date."""
_ORDER = {"set": 0, "multiply": 1, "add": 2}


def lay(root: Branch, layers: list[Layer], run: Run | None, steady: bool, ctx: Context) -> bool:
    """Lay the changes of each scenario on the tree, the base's first; note every one that cannot be.

    Returns whether nothing is laid on the place and its operating model but what describes them.
    """
    laying = _Laying(root, ctx)
    described = True
    for layer in layers:
        changes = changes_of(layer, run, steady, ctx)
        laying.layer(changes)
        own = {id(line) for line in layer.own} if layer.describes else set()
        described = described and all(not c.active or (c.from_start and id(c.line) in own) for c in changes)
    check_bounds(laying.touched.values(), ctx)
    return described


class _Laying:
    def __init__(self, root: Branch, ctx: Context) -> None:
        self.root = root
        self.ctx = ctx
        self.touched: dict[int, tuple[str, Item, list[Change]]] = {}
        """Every number and table that changed, with its path, and by what."""

    def layer(self, changes: list[Change]) -> None:
        """Lay the changes of one scenario."""
        self._news([change for change in changes if change.op == "new"])
        absent = [c.line.path for c in changes if c.op == "new" and not c.active]
        spots: dict[str, list[tuple[Change, Target]]] = {"set": [], "divert": [], "multiply": [], "add": []}
        for change in changes:
            if change.op == "new" or (not change.active and absent and change.source):
                continue
            for target in walk(self.root, change.line.path, change.line.place, self.ctx):
                if target.path.startswith("stock.") and not change.from_start:
                    self._fixed(change, target.path, "who is there at the start")
                    if change.op == "set" and change.active:
                        self._anyway(change, target, target.form.parse(change.node, target.path, self.ctx, None))
                else:
                    spots[change.op].append((change, target))
        diverts = self._diversions(spots["divert"])
        self._conflicts(spots["set"])
        dated = self._dated_tables(spots)
        for change, target in spots["set"]:
            self._set(change, target, dated)
        self._divert(diverts, dated)
        for op in ("multiply", "add"):
            for change, target in spots[op]:
                self._scale(change, target, dated)

    # new

    def _news(self, changes: list[Change]) -> None:
        made: dict[str, Change] = {}
        for change in changes:
            path = change.line.path
            if not change.active:
                continue
            if path in made:
                self._clash(made[path], change, path, "make")
                continue
            made[path] = change
            for target in walk(self.root, path, change.line.place, self.ctx, new=True):
                if target.item is not None:
                    allowed = "to change what is there, name one of its numbers"
                    self.ctx.problems.add(change.line.place, path, f"`{path}` is there already", allowed)
                    continue
                node = change.node.mapping["new"]
                item = target.form.parse(
                    node, target.path, self.ctx, self.ctx.evidence(change.node, None, change.line.path)
                )
                attach(target.parent)
                if item is None:
                    target.parent.extra.setdefault("broken", set()).add(target.key)
                else:
                    target.parent.items[target.key] = item
                    self._risen(change, item, target.path)

    def _risen(self, change: Change, item: Item, path: str) -> None:
        """How much there is of something new goes by the weight, from nothing; what it is like does not."""
        if change.from_start and change.level == 1:
            return
        for here, leaf in leaves(item, path):
            noun, _, key = here.partition(".")
            if (noun, key.rpartition(".")[2]) in _UNDATED:
                self._fixed(change, here)
            elif (noun, key.rpartition(".")[2]) in _EXTENTS and isinstance(leaf.value, Number):
                whole, nothing = leaf.value, leaf.value.model_copy(update={"value": 0.0, "range": None})
                leaf.value = nothing
                if change.from_start:
                    w = change.level
                    ends = _mapped(lambda end, w=w: w * end, whole.range)  # type: ignore[misc]
                    leaf.value = whole.model_copy(update={"value": w * whole.value, "range": ends})
                else:
                    self._append(change, leaf, "set", whole.value, whole.range, whole.evidence)
                self._touch(here, leaf, change)

    # conflicts

    def _conflicts(self, sets: list[tuple[Change, Target]]) -> None:
        live = [(change, target.path) for change, target in sets if change.active]
        for i, (second, path) in enumerate(live):
            for first, other in live[:i]:
                same = path == other or path.startswith(other + ".") or other.startswith(path + ".")
                if not same or first.rank != second.rank:
                    continue
                settled = any(c.rank > second.rank and _covers(p, path) and _covers(p, other) for c, p in live)
                if not settled:
                    self._clash(first, second, path, "set")

    def _clash(self, first: Change, second: Change, path: str, verb: str) -> None:
        allowed = "settle it under `changes:` of the scenario" if first.source else "leave one out"
        what = f"this and {first.line.place.origin} both {verb} `{path}`"
        self.ctx.problems.add(second.line.place, second.line.path, what, allowed)

    # set

    def _set(self, change: Change, target: Target, dated: set[int]) -> None:
        if isinstance(target.form, Each):
            what = f"`{change.line.path}` is not one value"
            allowed = f"write the whole path, as `{flat(change.node, change.line.path)}: ..`"
            self.ctx.problems.add(change.line.place, change.line.path, what, allowed)
            return
        old = target.item
        had = old.value if isinstance(old, Leaf) else None
        self.ctx.today = value_text(had.value, had.unit, self.ctx.unit) if isinstance(had, Number) else ""
        new = target.form.parse(change.node, target.path, self.ctx, self._evidence(change))
        self.ctx.today = ""
        if new is None:
            return
        if old is not None and self._otherwise(change, old, new, target.path):
            return
        if old is None:
            old = target.default(self.ctx)
            if old is None or (change.from_start and change.level == 1):
                if change.from_start and change.level == 1:
                    attach(target.parent)
                    target.parent.items[target.key] = new
                    self._touch(target.path, new, change)
                elif change.active:
                    self._fixed(change, target.path)
                    self._anyway(change, target, new)
                return
            if not change.active:
                return
            attach(target.parent)
            target.parent.items[target.key] = old
        if not change.active:
            self._pairs(old, new, change, target)
            return
        whole = change.from_start and change.level == 1 and not isinstance(target.form, Num)
        if whole and id(old) not in dated:
            if isinstance(old, Branch) and isinstance(new, Branch) and isinstance(old.form, Table):
                new.extra["diverts"] = old.extra["diverts"]
            target.parent.items[target.key] = new
            self._touch(target.path, new, change)
            return
        pairs = self._pairs(old, new, change, target)
        if pairs is None and target.key != target.parent.extra.get("rest"):
            self._anyway(change, target, new)
        for table, leaf, value, path in pairs or ():
            self._set_number(change, leaf, value, table is not None and id(table) in dated)
            self._touch(path, table or leaf, change)
        for table in {id(table): table for table, *_ in pairs or () if table is not None}.values():
            if id(table) not in dated:
                fill(table)

    def _otherwise(self, change: Change, old: Item, new: Item, path: str) -> bool:
        """Whether a pool, or from a date on an amount, is set in another unit than it has: places, or hours a week."""
        had = dict(leaves(old, path))
        wrong = False
        for here, leaf in leaves(new, path):
            was = had.get(here)
            if was is None or not _capacity(was.form) or not _capacity(leaf.form):
                continue
            always = here.startswith("pools.") or (here.endswith(".self_funded") and here == path)
            if (always or not change.from_start) and leaf.value.unit != was.value.unit:
                here = here.removesuffix(".value")
                self._miscounted(here, here.rpartition(".")[2], leaf.value.value, was.value, leaf.place)
                wrong = True
        return wrong

    def _miscounted(self, path: str, key: str, value: float, was: Number, place: Place) -> None:
        held = path.split(".")[1]
        if was.unit == "hours a week":
            what, allowed = f"`{key}: {short(value)}` has no unit", f"write `{short(value)} h/week`"
            if 0 < value < 1:
                allowed = f"this is an amount, not a share; today {value_text(was.value, was.unit, self.ctx.unit)}"
        else:
            what = f"`{key}: {short(value)} h/week` is in hours, and `{held}` is counted in places"
            allowed = f"write a number such as `{short(value)}`"
        self.ctx.problems.add(place, path, what, allowed)

    def _set_number(self, change: Change, leaf: Leaf, new: Number, keep: bool) -> None:
        old: Number = leaf.value
        if (new.profile or new.factors) and not (change.from_start and change.level == 1):
            self._fixed(change, change.line.path, "a profile or a factor")
            return
        if not change.from_start or keep or any(c.op == "set" for c in old.changes):
            self._append(change, leaf, "set", new.value, new.range)
            return

        def at(to: float) -> float:
            return old.value + change.level * (to - old.value) if change.level != 1 else to

        update = {
            "value": at(new.value), "range": _mapped(at, new.range), "evidence": new.evidence,
            "note": new.note or old.note, "origin": change.line.place.origin,
            "profile": new.profile or old.profile, "factors": new.factors or old.factors, "unit": new.unit,
        }  # fmt: skip
        leaf.value = old.model_copy(update=update)

    def _append(
        self,
        change: Change,
        leaf: Leaf,
        op: Literal["set", "multiply", "add"],
        amount: float,
        interval: tuple[float, float] | None,
        evidence: str | None = None,
    ) -> None:
        if isinstance(leaf.form, Num) and leaf.form.fixed:
            self._fixed(change, change.line.path)
            return
        timed = Timed(
            op=op, amount=amount, weight=change.dated, range=interval,
            evidence=evidence or self._evidence(change, file=True), origin=change.line.place.origin,
        )  # fmt: skip
        changes = sorted((*leaf.value.changes, timed), key=lambda c: _ORDER[c.op])
        leaf.value = leaf.value.model_copy(update={"changes": tuple(changes)})

    def _pairs(
        self, old: Item, new: Item, change: Change, target: Target
    ) -> list[tuple[Branch | None, Leaf, Number, str]] | None:
        """(table, number, its new value, path) for each number of two things of the same shape."""
        if isinstance(target.parent.form, Table) and isinstance(old, Leaf) and isinstance(new, Leaf):
            if target.parent.extra["rest"] == target.key:
                allowed = "set, or divert from, the options beside it"
                self.ctx.problems.add(change.line.place, target.path, f"`{target.key}` takes the rest", allowed)
                return None
            return [(target.parent, old, new.value, target.path)]
        found = pairs_of(old, new, target.path, change.active)
        if found is None:
            self._fixed(change, target.path)
        return found

    def _fixed(self, change: Change, path: str, what: str = "") -> None:
        said = what or f"`{path}`"
        if change.from_start or change.said_level not in (0.0, 1.0):
            why = f"{said} is not a number, so it has no level"
            allowed = "leave the level at 1, or write the rule as a share"
        else:
            why = f"{said} cannot change part-way through a run"
            allowed = "put it in a scenario whose base is places and operating models, or use `--steady`"
        self.ctx.problems.add(change.line.place, path, why, allowed)

    def _anyway(self, change: Change, target: Target, new: Item | None) -> None:
        """What was refused for its date only is laid all the same, so that what else is wrong with it is told too."""
        if new is None:
            return
        attach(target.parent)
        target.parent.items[target.key] = new
        self._touch(target.path, new, change)

    def _evidence(self, change: Change, file: bool = False) -> str | None:
        own = self.ctx.evidence(change.node, None, change.line.path)
        return own or (self.ctx.file_evidence.get(change.line.place.file) if file else None)

    # divert

    def _diversions(self, spots: list[tuple[Change, Target]]) -> list[tuple[Change, Diversion, Branch, str]]:
        """Each diversion for each table it finds; a later rank replaces an earlier one from the same source."""
        found: list[tuple[Change, Diversion, Branch, str]] = []
        taken: dict[tuple[int, str], Change] = {}
        for change, target in sorted(spots, key=lambda spot: (-spot[0].rank, spot[0].order)):
            said = diversion(change, self.ctx)
            if said is None:
                continue
            tables = list(tables_of(target.item, target.path))
            for source in said.sources:
                if not any(source in table.items for table, _ in tables):
                    self._nothing_goes(change, target.path, source, [table for table, _ in tables])
            for table, path in tables:
                sources = {source: amount for source, amount in said.sources.items() if source in table.items}
                for source in list(sources):
                    first = taken.setdefault((id(table), source), change) if change.active else change
                    if first is change:
                        continue
                    if first.rank == change.rank:
                        self._clash(first, change, f"{path}.{source}", "divert from")
                    del sources[source]
                if sources and change.active:
                    found.append((change, Diversion(sources, said.to, said.range), table, path))
        return sorted(found, key=lambda one: one[0].order)

    def _nothing_goes(self, change: Change, path: str, source: str, tables: list[Branch]) -> None:
        """Say that there is nothing to divert: and first, of a practice, that the operating model lacks the station."""
        options = list(dict.fromkeys(option for table in tables for option in table.items))
        what = f"nothing goes to `{source}` here" if tables else "there are no shares here"
        allowed = f"known: {either(options)}" if options else "name a table of shares, such as `next`"
        stations, meant = self.root.items.get("stations"), suggest(source, options)
        if isinstance(stations, Branch) and source not in {*stations.items, *stations.extra.get("broken", ())}:
            needs = models_with(change.line.place.file, "stations", source)
            if needs:
                what, allowed, meant = f"there is no `{source}` in `stations`", needs, ""
        self.ctx.problems.add(change.line.place, path, what, allowed, meant)

    def _divert(self, diverts: list[tuple[Change, Diversion, Branch, str]], dated: set[int]) -> None:
        before = {id(table): shares_of(table) for _, _, table, _ in diverts}
        for change, said, table, path in diverts:
            origin = change.line.place.origin
            if said.to not in table.items:
                table.items[said.to] = Leaf(
                    Num("share", 0, 1), Number(value=0.0, unit="share", origin=origin), change.line.place
                )
            if id(table) in dated:
                entry = Divert(
                    sources=said.sources, to=said.to, weight=change.dated, range=said.range,
                    evidence=self._evidence(change, file=True), origin=origin,
                )  # fmt: skip
                table.extra["diverts"].append(entry)
            else:
                for source, amount in said.sources.items():
                    moved = change.level * amount * before[id(table)][source]
                    move(table, source, -moved, origin)
                    move(table, said.to, moved, origin)
            self._touch(path, table, change)

    # multiply, add

    def _scale(self, change: Change, target: Target, dated: set[int]) -> None:
        key = change.op
        factor = Num("factor", -math.inf) if key == "multiply" else _unbounded(target)
        got = factor.read(change.node.mapping[key], target.path, self.ctx)
        given = change.node.mapping.get("range")
        interval = factor.range(given, join(target.path, "range"), self.ctx, got) if given and got else None
        item = target.item
        if item is None:
            item = target.default(self.ctx)
            if item is None:
                if "*" not in change.line.path:
                    allowed = "set it to a value instead"
                    self.ctx.problems.add(change.line.place, target.path, "nothing is written there to change", allowed)
                return
            if change.active and (key == "add" or item.value.value != 0):
                attach(target.parent)
                target.parent.items[target.key] = item
        if isinstance(item, Leaf) and isinstance(item.form, Counted):
            self._scale_count(change, item, target.path, got[0] if got else None)
            return
        numbers = list(numbers_of(item, target.path))
        if not numbers:
            some = next((path for path, leaf in leaves(item, target.path) if isinstance(leaf.form, Num)), "")
            allowed = f"name one, such as `{some}`" if some else "only numbers are multiplied or added to"
            self.ctx.problems.add(change.line.place, target.path, "this is not one number", allowed)
        if got is not None and key == "add":
            place = change.node.mapping[key].place
            wrong = [leaf for _, leaf in numbers if _capacity(leaf.form) and leaf.value.unit != got[1]]
            for leaf in wrong:
                self._miscounted(target.path, key, got[0], leaf.value, place)
            if wrong:
                return
        if got is None or not change.active:
            return
        for path, leaf in numbers:
            table = target.parent if isinstance(target.parent.form, Table) else None
            if table is not None and table.extra["rest"] == target.key:
                allowed = "change the options beside it"
                self.ctx.problems.add(change.line.place, path, f"`{target.key}` takes the rest", allowed)
                continue
            self._scale_number(change, leaf, got[0], interval, table is not None and id(table) in dated)
            if table is not None and id(table) not in dated:
                fill(table)
            self._touch(path, table or leaf, change)

    def _scale_count(self, change: Change, leaf: Leaf, path: str, amount: float | None) -> None:
        """A whole number is the same for the whole run."""
        if amount is None or not change.active:
            return
        if not change.from_start:
            self._fixed(change, path)
            return
        w = change.level
        leaf.value = leaf.value * (1 + w * (amount - 1)) if change.op == "multiply" else leaf.value + w * amount
        leaf.place = change.line.place
        self._touch(path, leaf, change)

    def _scale_number(
        self, change: Change, leaf: Leaf, amount: float, interval: tuple[float, float] | None, keep: bool
    ) -> None:
        old: Number = leaf.value
        after = ("set",) if change.op == "multiply" else ("set", "multiply")
        if not change.from_start or keep or any(c.op in after for c in old.changes):
            self._append(change, leaf, "multiply" if change.op == "multiply" else "add", amount, interval)
            return
        w = change.level

        def new(value: float) -> float:
            return value * (1 + w * (amount - 1)) if change.op == "multiply" else value + w * amount

        def by(much: float) -> float:
            return old.value * (1 + w * (much - 1)) if change.op == "multiply" else old.value + w * much

        ends = _both(new(old.value), _mapped(new, old.range), _mapped(by, interval))
        update = {
            "value": new(old.value), "range": ends, "origin": change.line.place.origin,
            "evidence": self._evidence(change, file=True) or old.evidence,
        }  # fmt: skip
        leaf.value = old.model_copy(update=update)

    # bounds

    def _touch(self, path: str, item: Item, change: Change) -> None:
        if isinstance(item, Branch) and isinstance(item.form, Table) and not path:
            return
        self.touched.setdefault(id(item), (path, item, []))[2].append(change)

    def _dated_tables(self, spots: dict[str, list[tuple[Change, Target]]]) -> set[int]:
        """Tables with anything dated: there, nothing is worked into the shares."""
        found: set[int] = set()
        for changes in spots.values():
            for change, target in changes:
                for table, _ in tables_of(target.item, target.path, target.parent):
                    past = table.extra["diverts"] or any(leaf.value.changes for leaf in options(table))
                    if past or (change.active and not change.from_start):
                        found.add(id(table))
        return found


def _mapped(to: Callable[[float], float], ends: tuple[float, float] | None) -> tuple[float, float] | None:
    """Where a range comes to lie."""
    if ends is None:
        return None
    low, high = sorted(to(end) for end in ends)
    return low, high


def _both(
    value: float, one: tuple[float, float] | None, other: tuple[float, float] | None
) -> tuple[float, float] | None:
    """The range of a value that has one from each of two sources: each side's widths in quadrature."""
    if one is None or other is None:
        return one or other
    low, high = (math.hypot(value - first, value - second) for first, second in zip(one, other, strict=True))
    return value - low, value + high


def _covers(wide: str, path: str) -> bool:
    return path == wide or path.startswith(wide + ".")


def _capacity(form: object) -> bool:
    """Whether a number is places or hours a week, as the pool it is of."""
    return isinstance(form, Num) and form.sort == "capacity"


def _unbounded(target: Target) -> Num:
    item, form = target.item, target.form
    while isinstance(item, Branch) and item.items:
        item = next(iter(item.items.values()))
    if item is not None:
        form = item.form
    return Num(form.sort, -math.inf) if isinstance(form, Num) else Num("count", -math.inf)
