"""What a path may mean in a tree: the numbers in it, the tables it is or has, two things of one shape side by side."""

from __future__ import annotations

from collections.abc import Iterable

from sim.scenario.forms import Dist, Either, Table, residual
from sim.scenario.number import Num
from sim.scenario.schema import Number
from sim.scenario.tree import Branch, Item, Leaf, join

__all__ = ["fill", "leaves", "move", "numbers_of", "options", "pairs_of", "shares_of", "tables_of"]


def options(table: Branch) -> list[Leaf]:
    """The shares of a table."""
    return [leaf for leaf in table.items.values() if isinstance(leaf, Leaf)]


def shares_of(table: Branch) -> dict[str, float]:
    """Option -> its share, before any dated change."""
    return {option: leaf.value.value for option, leaf in table.items.items() if isinstance(leaf, Leaf)}


def fill(table: Branch) -> None:
    """Give what the others leave to the option that takes the rest."""
    rest = table.extra["rest"]
    if rest is not None:
        leaf = table.items[rest]
        assert isinstance(leaf, Leaf)
        left = residual([value for option, value in shares_of(table).items() if option != rest])
        leaf.value = leaf.value.model_copy(update={"value": left})


def move(table: Branch, option: str, amount: float, origin: str) -> None:
    """Move a share of a table; it has no range any more."""
    leaf = table.items[option]
    assert isinstance(leaf, Leaf)
    leaf.value = leaf.value.model_copy(update={"value": leaf.value.value + amount, "range": None, "origin": origin})


def tables_of(item: Item | None, path: str, parent: Branch | None = None) -> Iterable[tuple[Branch, str]]:
    """The table an item is, is in, or has in its rows."""
    if isinstance(item, Leaf) and parent is not None and isinstance(parent.form, Table):
        yield parent, path
    elif isinstance(item, Branch) and isinstance(item.form, Table):
        yield item, path
    elif isinstance(item, Branch) and isinstance(item.form, Either):
        for row, child in item.items.items():
            yield from tables_of(child, join(path, row))


def numbers_of(item: Item, path: str) -> Iterable[tuple[str, Leaf]]:
    """The numbers that one path may mean: a number, a constant, or one in every row."""
    if isinstance(item, Leaf):
        if isinstance(item.form, Num):
            yield path, item
    elif isinstance(item.form, Dist) and item.extra["dist"] == "constant":
        leaf = item.items["value"]
        assert isinstance(leaf, Leaf)
        yield path, leaf
    elif isinstance(item.form, Either):
        rows = [list(numbers_of(child, join(path, row))) for row, child in item.items.items()]
        if all(rows):
            for row in rows:
                yield from row


def leaves(item: Item, path: str) -> Iterable[tuple[str, Leaf]]:
    """Everything written in an item, with its path."""
    if isinstance(item, Leaf):
        yield path, item
    else:
        for key, child in item.items.items():
            yield from leaves(child, join(path, key))


def pairs_of(old: Item, new: Item, path: str, lay: bool) -> list[tuple[Branch | None, Leaf, Number, str]] | None:
    """Number by number, when both have the same shape. ``lay``: options that only the new table has may be added."""
    if isinstance(old, Leaf) or isinstance(new, Leaf):
        both = isinstance(old, Leaf) and isinstance(new, Leaf) and isinstance(old.form, Num)
        return [(None, old, new.value, path)] if both else None  # type: ignore[list-item, union-attr]
    if isinstance(old.form, Table) and isinstance(new.form, Table):
        return _table_pairs(old, new, path) if lay else []
    same = (
        type(old.form) is type(new.form) and isinstance(old.form, (Dist, Either)) and set(old.items) == set(new.items)
    )
    keys = ("dist", "scale") if isinstance(old.form, Dist) else ("by",)
    if not same or any(old.extra.get(key) != new.extra.get(key) for key in keys):
        return None
    found = []
    for key, child in old.items.items():
        below = pairs_of(child, new.items[key], join(path, key), lay)
        if below is None:
            return None
        found += below
    return found


def _table_pairs(old: Branch, new: Branch, path: str) -> list[tuple[Branch | None, Leaf, Number, str]]:
    """A whole table set to another: each option towards its new share; one that is not there yet starts at 0."""
    nothing = Number(value=0.0, unit="share", origin=new.place.origin)
    for option, leaf in new.items.items():
        old.items.setdefault(option, Leaf(leaf.form, nothing, leaf.place))
    found: list[tuple[Branch | None, Leaf, Number, str]] = []
    for option, leaf in old.items.items():
        wanted = new.items.get(option)
        if isinstance(leaf, Leaf) and option != old.extra["rest"]:
            found.append((old, leaf, wanted.value if isinstance(wanted, Leaf) else nothing, path))
    return found
