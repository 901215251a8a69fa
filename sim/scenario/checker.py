"""What every check of a whole scenario needs to know of its tree."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.calendars import shipped
from sim.scenario.nouns import DEFAULT_ROUTES
from sim.scenario.problems import Place
from sim.scenario.tree import Branch, Context, Item, Leaf, join

__all__ = ["Checker", "walk_all"]


class Checker:
    """What the checks have in common."""

    def __init__(self, root: Branch, ctx: Context) -> None:
        self.root = root
        self.ctx = ctx

    def entries(self, noun: str) -> dict[str, Item]:
        """The entries of a noun, by id."""
        branch = self.root.items.get(noun)
        return branch.items if isinstance(branch, Branch) else {}

    def branches(self, noun: str) -> dict[str, Branch]:
        """The entries of a noun that are mappings, by id."""
        return {key: item for key, item in self.entries(noun).items() if isinstance(item, Branch)}

    def ids(self, noun: str) -> set[str] | None:
        """The ids of a noun, also of what could not be read; None when the whole of it could not be."""
        if noun in self.root.extra.get("broken", ()):
            return None
        branch = self.root.items.get(noun)
        more = set(shipped) if noun == "calendars" else set()
        return more | (set(branch.items) | set(branch.extra.get("broken", ())) if isinstance(branch, Branch) else set())

    def word(self, item: Branch, key: str) -> str | None:
        """A plain word of an entry."""
        leaf = item.items.get(key)
        return leaf.value if isinstance(leaf, Leaf) and isinstance(leaf.value, str) else None

    def key_place(self, item: Branch, key: str) -> Place:
        """Where the key of an entry is written."""
        keys = item.extra.get("keys", {})
        return keys.get(key, item.place)  # type: ignore[no-any-return]

    def routes(self) -> set[str]:
        """Every route that anyone may have."""
        found = {"community", "discharge", *DEFAULT_ROUTES.values()}
        found |= {self.word(stream, "route") or "" for stream in self.branches("demand").values()}
        return (found | self.set_to("route")) - {""}

    def classes(self) -> set[str]:
        """Every class that anyone may have."""
        streams = self.branches("demand")
        found = {self.word(stream, "class") or key for key, stream in streams.items()}
        return found | ((self.ids("demand") or set()) - set(streams)) | self.set_to("class")

    def set_to(self, key: str) -> set[str]:
        """Every value that ``sets:`` gives to a key."""
        found = set()
        for noun in ("stations", "events"):
            for path, item in walk_all(self.root.items.get(noun), noun):
                if path.endswith(f".sets.{key}") and isinstance(item, Leaf):
                    found.add(item.value)
        return found


def walk_all(item: Item | None, path: str) -> Iterator[tuple[str, Item]]:
    """Everything below an item, with its path."""
    if item is None:
        return
    yield path, item
    if isinstance(item, Branch):
        for key, child in item.items.items():
            yield from walk_all(child, join(path, key))
