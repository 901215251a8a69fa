"""Parts of the language written in a way of their own: attributes, amounts, profiles, clocks, dates, events."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from sim.scenario import schema
from sim.scenario.dates import iso_date, moment
from sim.scenario.forms import Counted, Dist, Either, Flag, Listed, Table, Word
from sim.scenario.loader import Node
from sim.scenario.number import Num, Single, known_keys
from sim.scenario.problems import either
from sim.scenario.records import Record
from sim.scenario.tree import Branch, Context, Form, Item, Leaf, join

__all__ = [
    "DAYS", "MONTHS", "AmountForm", "AttributeForm", "CalendarForm", "ClockForm", "DateForm", "EventForm", "KeepForm",
    "MarketForm", "MomentForm", "OpeningForm", "PackageForm", "PoolForm", "PriorityForm", "StepsForm", "StreamForm",
    "TeamForm", "TimesForm", "TransferForm", "WeightsForm", "YearForm", "YearlyForm", "amounts", "lengths",
    "time",
]  # fmt: skip

time = Num("time")
lengths = Either(Dist(time), schema.Distribution)
amounts = Either(Dist(Num("capacity")), schema.Distribution)


@dataclass(frozen=True)
class AttributeForm:
    """Levels and their shares: a table, or ``{order, by, ...}``."""

    shares = Either(Table(), schema.Shares)

    def step(self, item: Any, key: str) -> Form | None:
        return self.shares.step(item, key)

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Item | None:
        inner = node
        order = None
        if "order" in node.mapping:
            order = Listed().parse(node.mapping["order"], join(path, "order"), ctx, None)
            inner = Node({k: v for k, v in node.mapping.items() if k != "order"}, node.place, keys=node.keys)
        item = self.shares.parse(inner, path, ctx, evidence)
        if not isinstance(item, Branch):
            return None
        if order is not None:
            item.extra["order"] = order.value
            for row, table in _tables(item):
                for level in table.items:
                    if level not in order.value:
                        place = table.items[level].place
                        here = join(join(path, row), level) if row else join(path, level)
                        ctx.problems.add(place, here, f"`{level}` is not in `order`", f"known: {either(order.value)}")
        return item

    def build(self, item: Branch) -> schema.Attribute:
        order = item.extra.get("order")
        if order is None:
            order = tuple(dict.fromkeys(level for _, table in _tables(item) for level in table.items))
        return schema.Attribute(order=order, shares=item.form.build(item))


def _tables(item: Branch, row: str = "") -> list[tuple[str, Branch]]:
    if isinstance(item.form, Table):
        return [(row, item)]
    children = [(key, child) for key, child in item.items.items() if isinstance(child, Branch)]
    return [pair for key, child in children for pair in _tables(child, join(row, key))]


@dataclass(frozen=True)
class TimesForm(Single):
    """A list of times."""

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        if not isinstance(node.value, tuple):
            ctx.problems.add(node.place, path, node.as_is, "write a list such as `[0 days, 2 days]`")
            return None
        got = [Num("time", -math.inf).read(child, path, ctx) for child in node.value]
        times = tuple(value[0] for value in got if value)
        if len(times) < len(got):
            return None
        if list(times) != sorted(times):
            ctx.problems.add(node.place, path, "the times are not in order", "write the earliest first")
            return None
        return Leaf(self, times, node.place)


@dataclass(frozen=True)
class PriorityForm(Single):
    """Classes in order, or ``{by: attribute, order: [...]}``."""

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        by, order = "class", node
        if isinstance(node.value, dict):
            if not known_keys(node, ("by", "order"), path, ctx) or "order" not in node.mapping:
                ctx.problems.add(node.place, path, "there is no `order:` here", "write `{by: class, order: [a, b]}`")
                return None
            by, order = node.mapping["by"].text if "by" in node.mapping else "class", node.mapping["order"]
        listed = Listed().parse(order, path, ctx, evidence)
        return listed and Leaf(self, (by, listed.value), node.place)


@dataclass(frozen=True)
class PackageForm:
    """``keep``, ``end`` or ``{hold: 14 days}``."""

    def step(self, item: Any, key: str) -> Form | None:
        return time if key == "hold" and isinstance(item, Branch) and "hold" in item.items else None

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Item | None:
        if node.text in ("keep", "end"):
            return Leaf(self, node.text, node.place)
        if set(node.mapping) - {"evidence", "note"} == {"hold"}:
            leaf = time.parse(node.mapping["hold"], join(path, "hold"), ctx, ctx.evidence(node, evidence, path))
            return leaf and Branch(self, {"hold": leaf}, node.place)
        said = f"`{node.text}` is not known here" if node.text else node.as_is
        ctx.problems.add(node.place, path, said, "write `keep`, `end` or `{hold: 14 days}`")
        return None

    def build(self, item: Item) -> Any:
        return item.value if isinstance(item, Leaf) else item.items["hold"].form.build(item.items["hold"])


@dataclass(frozen=True)
class KeepForm(Single):
    """True, false, or the stations towards which the place is kept."""

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        if isinstance(node.value, bool):
            return Leaf(self, node.value, node.place)
        if node.text.lower() in ("yes", "no", "on", "off"):
            return Flag().parse(node, path, ctx, evidence)
        leaf = Listed("stations").parse(node, path, ctx, evidence)
        return leaf and Leaf(Listed("stations"), leaf.value, node.place)


@dataclass(frozen=True)
class AmountForm:
    """An amount, or ``{start, end}`` for one that changes in weekly steps."""

    record = Record(schema.Amount, {"start": amounts, "end": amounts}, ("start", "end"))

    def step(self, item: Any, key: str) -> Form | None:
        return amounts.step(item, key)

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Item | None:
        form = self.record if {"start", "end"} & set(node.mapping) else amounts
        return form.parse(node, path, ctx, evidence)

    def build(self, item: Item) -> Any:
        return item.form.build(item)


@dataclass(frozen=True)
class OpeningForm:
    """Who is there at the start: a number, or ``{here, waiting, waited, left, class}`` and shares of attributes."""

    fields: ClassVar[dict[str, Form]] = {
        "here": Counted(), "waiting": Counted(), "waited": lengths, "left": lengths, "class": Word(),
    }  # fmt: skip

    def step(self, item: Any, key: str) -> Form | None:
        return self.fields.get(key) or Table()

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Branch | None:
        items: dict[str, Any] = {}
        if not isinstance(node.value, dict):
            leaf = Counted().parse(node, path, ctx, evidence)
            return Branch(self, {"here": leaf}, node.place) if leaf else None
        evidence = ctx.evidence(node, evidence, path)
        for key, child in node.mapping.items():
            if key not in ("evidence", "note"):
                form: Any = self.fields.get(key) or Table()
                if form == Table() and not isinstance(child.value, dict):
                    known_keys(Node({key: child}, node.place, keys=node.keys), tuple(self.fields), path, ctx)
                    items[key] = None
                else:
                    items[key] = form.parse(child, join(path, key), ctx, evidence)
        return None if None in items.values() else Branch(self, items, node.place, {"keys": node.keys})

    def build(self, item: Branch) -> schema.Opening:
        given: dict[str, Any] = {key: child.form.build(child) for key, child in item.items.items()}
        people = {key: given.pop(key) for key in list(given) if key not in self.fields}
        return schema.Opening(**given, people=people, origin=item.place.origin)


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)|24:00")


@dataclass(frozen=True)
class WeightsForm(Single):
    """Weights by weekday, month or hour."""

    keys: tuple[str, ...]
    all_needed: bool = True

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        before = len(ctx.problems.found)
        if not node.mapping:
            ctx.problems.add(node.place, path, node.as_is, f"write `{{{self.keys[0]}: 1.2, ..}}`")
            return None
        known_keys(node, self.keys, path, ctx)
        got = {k: Num("factor").read(v, join(path, k), ctx) for k, v in node.mapping.items() if k in self.keys}
        missing = [key for key in self.keys if key not in node.mapping]
        if self.all_needed and missing and len(ctx.problems.found) == before:
            ctx.problems.add(node.place, path, f"there is no weight for {either(missing)}", "write all of them")
        weights = {key: got[key][0] for key in self.keys if got.get(key)}  # type: ignore[index]
        if weights and not any(weights.values()):
            ctx.problems.add(node.place, path, "every weight is 0", "at least one is more than 0")
        return Leaf(self, weights, node.place) if len(ctx.problems.found) == before else None

    def build(self, item: Leaf) -> Any:
        return item.value if self.all_needed else {int(key): value for key, value in item.value.items()}


@dataclass(frozen=True)
class StepsForm(Single):
    """Factors from dates on."""

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        before = len(ctx.problems.found)
        steps = []
        for key, child in node.mapping.items():
            at = moment(key, ctx)
            got = Num("factor").read(child, join(path, key), ctx)
            if at is None:
                allowed = "write `2027-01-05` or `day 60`"
                ctx.problems.add(node.keys[key], join(path, key), f"`{key}` is not a date", allowed)
            elif got:
                steps.append((at, got[0]))
        if not node.mapping:
            ctx.problems.add(node.place, path, node.as_is, "write `{2027-01-05: 1.25, 2027-02-10: 1.0}`")
        return Leaf(self, tuple(sorted(steps)), node.place) if len(ctx.problems.found) == before else None


@dataclass(frozen=True)
class YearlyForm(Single):
    """A rate a year."""

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        got = Num("rate", -math.inf).read(node, path, ctx)
        return got and Leaf(self, got[0] * float(ctx.minutes("years")), node.place)


@dataclass(frozen=True)
class YearForm(Single):
    """A financial year."""

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        first, _, second = node.text.partition("-")
        if len(first) == 4 and first.isdigit() and second == f"{(int(first) + 1) % 100:02d}":
            return Leaf(self, node.text, node.place)
        ctx.problems.add(node.place, path, f"`{node.text}` is not a financial year", "write one such as `2024-25`")
        return None


@dataclass(frozen=True)
class ClockForm(Single):
    """A time of day, kept in minutes."""

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        if _CLOCK.fullmatch(node.text):
            hour, minute = node.text.split(":")
            return Leaf(self, 60.0 * int(hour) + int(minute), node.place)
        ctx.problems.add(node.place, path, f"`{node.text}` is not a time of day", "write one such as `'09:00'`")
        return None


@dataclass(frozen=True)
class DateForm(Single):
    """One day."""

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        if iso_date(node.text) is None:
            ctx.problems.add(node.place, path, f"`{node.text}` is not a date", "write one such as `2026-04-01`")
            return None
        return Leaf(self, node.text, node.place)


@dataclass(frozen=True)
class MomentForm(Single):
    """A moment of the run: a date or ``day 60``."""

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Leaf | None:
        at = moment(node.text, ctx)
        if at is None:
            ctx.problems.add(node.place, path, f"`{node.text}` is not a date", "write `2026-09-01` or `day 60`")
            return None
        return Leaf(self, at, node.place)


@dataclass(frozen=True)
class CalendarForm(Record):
    """When a team works."""

    def build(self, item: Branch) -> schema.CalendarSpec:
        given = {key: child.form.build(child) for key, child in item.items.items()}
        if "days" in given:
            given["days"] = tuple(sorted(DAYS.index(day) for day in given["days"]))
        for name, key in (("from", "open"), ("until", "close")):
            if name in given:
                given[key] = given.pop(name)
        return schema.CalendarSpec(**given)


@dataclass(frozen=True)
class TransferForm(Dist):
    """The way to a next station: a distribution that may also say which places are held."""

    holds: ClassVar[Word] = Word(("from", "to", "both", "neither"))

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Branch | None:
        inner, held = node, None
        if "holds" in node.mapping:
            held = self.holds.parse(node.mapping["holds"], join(path, "holds"), ctx, evidence)
            rest = {key: child for key, child in node.mapping.items() if key != "holds"}
            inner = Node(rest, node.place, keys=node.keys)
        item = super().parse(inner, path, ctx, evidence)
        if item is not None and held is not None:
            item.items["holds"] = held
        return item if held is not None or "holds" not in node.mapping else None

    def build(self, item: Branch) -> Any:
        held = item.items.get("holds")
        given = {"holds": held.value} if isinstance(held, Leaf) else {}
        return schema.Transfer(time=super().build(item), **given)


@dataclass(frozen=True)
class StreamForm(Record):
    """A stream of people: by a rate, a mean time between them, or a list of times."""

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Branch | None:
        item = super().parse(node, path, ctx, evidence)
        every = item.items.get("every") if item is not None else None
        if isinstance(every, Leaf) and (every.value.profile or every.value.factors):
            allowed = "write it as a `rate:` with a profile"
            ctx.problems.add(every.place, join(path, "every"), "a time between people cannot vary", allowed)
        return item

    def build(self, item: Branch) -> schema.Stream:
        given = {key: child.form.build(child) for key, child in item.items.items()}
        if "every" in given:
            every: schema.Number = given["every"]
            name = every.unit.removesuffix("s")
            ends = tuple(sorted(1.0 / end for end in every.range)) if every.range and every.range[0] > 0 else None
            given["rate"] = every.model_copy(update={"value": 1.0 / every.value, "unit": f"/{name}", "range": ends})
        return schema.Stream(**given)


def _ranked(given: dict[str, Any]) -> dict[str, Any]:
    """``priority`` with the attribute it goes by in a field of its own."""
    if "priority" in given:
        given["priority_by"], given["priority"] = given["priority"]
    return given


@dataclass(frozen=True)
class TeamForm(Record):
    """A team; the attribute that ``priority`` goes by is its own field of the model."""

    def build(self, item: Branch) -> schema.TeamSpec:
        return schema.TeamSpec(**_ranked({key: child.form.build(child) for key, child in item.items.items()}))


@dataclass(frozen=True)
class PoolForm(Record):
    """A pool; its step follows from the unit of its capacity, which is that of its spot capacity too."""

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Branch | None:
        item = super().parse(node, path, ctx, evidence)
        size, spot = (item.items.get(key) if item is not None else None for key in ("capacity", "spot"))
        if isinstance(size, Leaf) and isinstance(spot, Leaf) and size.value.unit != spot.value.unit:
            allowed = "write both in hours a week, or both as a number of places"
            ctx.problems.add(spot.place, f"{path}.spot", "it is counted otherwise than the `capacity`", allowed)
            return None
        return item

    def build(self, item: Branch) -> schema.PoolSpec:
        given = _ranked({key: child.form.build(child) for key, child in item.items.items()})
        return schema.PoolSpec(**given, step=0.25 if given["capacity"].unit == "hours a week" else 1.0)


@dataclass(frozen=True)
class MarketForm(Record):
    """A market, in hours a week or in beds."""

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Branch | None:
        item = super().parse(node, path, ctx, evidence)
        if item is not None and not item.extra.get("broken") and ("hours" in item.items) == ("beds" in item.items):
            ctx.problems.add(node.place, path, "a market has either `hours` or `beds`", "write one of them")
            return None
        if item is not None:
            size = item.items.get("hours") or item.items.get("beds")
            own = item.items.get("self_funded")
            if (
                isinstance(size, Leaf)
                and isinstance(own, Leaf)
                and (size.value.unit == "count") != (own.value.unit == "count")
            ):
                what = f"it is counted otherwise than the `{'hours' if 'hours' in item.items else 'beds'}`"
                ctx.problems.add(own.place, join(path, "self_funded"), what, "write hours a week, or a number of beds")
                return None
        return item

    def build(self, item: Branch) -> schema.Market:
        given = {key: child.form.build(child) for key, child in item.items.items()}
        return schema.Market(**given, step=1.0 if "beds" in given else 0.25)


@dataclass(frozen=True)
class EventForm(Record):
    """An event: by one of rate, (background and) excess, after."""

    def parse(self, node: Node, path: str, ctx: Context, evidence: str | None) -> Branch | None:
        item = super().parse(node, path, ctx, evidence)
        if item is None or item.extra.get("broken"):
            return item
        has = set(item.items)
        clocks = [bool(has & {"rate"}), bool(has & {"background", "excess"}), bool(has & {"after"})]
        if sum(clocks) != 1:
            what = "nothing says when it happens" if not any(clocks) else "it says more than once when it happens"
            ctx.problems.add(node.place, path, what, "one of `rate`, `after`, or `background` and `excess`")
            return None
        if {"to", "restart"} <= has:
            ctx.problems.add(node.place, path, "it has both `to` and `restart`", "write one of them")
            return None
        if not has & {"to", "restart", "need", "package", "sets"}:
            ctx.problems.add(node.place, path, "nothing happens", "write `to`, `restart`, `need`, `package` or `sets`")
            return None
        return item
