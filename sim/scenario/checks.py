"""What must hold between the parts of a scenario."""

from __future__ import annotations

from sim.scenario.forms import Dist, Either, Listed, Num, Ref, Table
from sim.scenario.nouns import CALENDARS
from sim.scenario.problems import either, suggest
from sim.scenario.tree import Branch, Context, Item, Leaf, join

__all__ = ["check_tree", "resolve_stock"]


def _ids(root: Branch, noun: str) -> tuple[set[str], set[str]]:
    """The ids of a noun, and those of entries that could not be read."""
    branch = root.items.get(noun)
    if not isinstance(branch, Branch):
        return set(), set(root.extra.get("broken", ()))
    return set(branch.items), set(branch.extra.get("broken", ()))


def check_tree(root: Branch, ctx: Context) -> None:
    """Note every reference that leads nowhere."""
    known: dict[str, set[str]] = {}
    broken = set(root.extra.get("broken", ()))
    for noun in ("stations", "teams", "pools", "market", "events", "profiles", "calendars"):
        sound, wrong = _ids(root, noun)
        known[noun] = sound | wrong
    known["calendars"] |= set(CALENDARS)
    _References(ctx, {noun: ids for noun, ids in known.items() if noun not in broken}).walk(root, "")


class _References:
    def __init__(self, ctx: Context, known: dict[str, set[str]]) -> None:
        self.ctx = ctx
        self.known = known

    def walk(self, item: Item, path: str) -> None:
        if isinstance(item, Branch):
            if isinstance(item.form, Table):
                for option, leaf in item.items.items():
                    self.one(item.form.noun, option, leaf, join(path, option) if len(item.items) > 1 else path)
            for key, child in item.items.items():
                self.walk(child, join(path, key))
        elif isinstance(item.form, Ref):
            self.one(item.form.noun, item.value, item, path)
        elif isinstance(item.form, Listed):
            for name in item.value:
                self.one(item.form.noun, name, item, path)
        elif isinstance(item.form, Num) and item.value is not None:
            for name in item.value.profile:
                self.one("profiles", name, item, path)

    def one(self, noun: str, name: str, item: Item, path: str) -> None:
        if noun not in self.known or name in self.known[noun]:
            return
        if noun == "stations" and name == "return":
            return
        ids = sorted(self.known[noun])
        allowed = f"known: {either(ids)}" if ids else f"there are no `{noun}` here"
        self.ctx.problems.add(item.place, path, f"there is no `{name}` in `{noun}`", allowed, suggest(name, ids))


def resolve_stock(root: Branch, ctx: Context) -> dict[str, str]:
    """station -> the key of ``stock`` that it opens with."""
    stock, stations = root.items.get("stock"), root.items.get("stations")
    if not isinstance(stock, Branch) or not isinstance(stations, Branch):
        return {}
    takers: dict[str, list[str]] = {}
    for name, station in stations.items.items():
        assert isinstance(station, Branch)
        takes = station.items.get("takes_stock")
        if isinstance(takes, Leaf) and takes.value:
            for noun in ("pool", "market"):
                held = station.items.get(noun)
                if isinstance(held, Leaf):
                    takers.setdefault(held.value, []).append(name)
    found: dict[str, str] = {}
    for key, entry in stock.items.items():
        names = takers.get(key) or ([key] if key in stations.items else [])
        if len(names) != 1:
            what = f"{either(names)} all take this stock" if names else f"no station takes the stock of `{key}`"
            allowed = "one station has `takes_stock: true` on that pool or market, or is named here"
            ctx.problems.add(entry.place, join("stock", key), what, allowed, suggest(key, [*takers, *stations.items]))
        elif names[0] in found:
            what = f"`{names[0]}` already opens with `stock.{found[names[0]]}`"
            ctx.problems.add(entry.place, join("stock", key), what, "put both in one entry")
        else:
            found[names[0]] = key
    return found


_ = (Dist, Either)
