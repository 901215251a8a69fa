"""Every attribute of people, and every level of one, that is named somewhere is one that people have."""

from __future__ import annotations

from sim.scenario.checker import Checker, walk_all
from sim.scenario.forms import Either, Ref, Table
from sim.scenario.number import Num
from sim.scenario.problems import Place, either, suggest
from sim.scenario.tree import Branch, Leaf, join

__all__ = ["Levels"]


class Levels(Checker):
    """Every attribute and level named is one that people have."""

    def run(self) -> None:
        if (people := self.ids("people")) is None:
            return
        self.people = people
        self.levels = {key: _order(item) for key, item in self.branches("people").items()}
        known = {"class": self.classes(), "route": self.routes(), "package": {"held", "none"}}
        known["place"] = (self.ids("pools") or set()) | {"none"}
        for path, item in walk_all(self.root, ""):
            if isinstance(item, Branch) and isinstance(item.form, Either):
                self._by(item, path, known)
            elif isinstance(item, Leaf) and isinstance(item.form, Num) and item.value is not None:
                for attribute, levels in item.value.factors.items():
                    here = join(path, f"factors.{attribute}")
                    if self._attribute(attribute, item.place, here, known):
                        for level in levels:
                            self._level(attribute, level, item.place, join(here, level), known)
        for key, market in self.branches("market").items():
            serves = market.items.get("serves")
            for attribute, table in serves.items.items() if isinstance(serves, Branch) else ():
                assert isinstance(serves, Branch)
                here = f"market.{key}.serves.{attribute}"
                if self._attribute(attribute, self.key_place(serves, attribute), here, {}) and isinstance(
                    table, Branch
                ):
                    for level in table.items:
                        self._level(attribute, level, self.key_place(table, level), join(here, level), {})
        self._own(known)
        self._sets(known)
        self._stock(known)
        self._circle()
        self._routes(known["route"])
        self._priorities(known)

    def _priorities(self, known: dict[str, set[str]]) -> None:
        for noun in ("teams", "pools"):
            for key, item in self.branches(noun).items():
                listed = item.items.get("priority")
                if isinstance(listed, Leaf):
                    path = f"{noun}.{key}.priority"
                    by, order = listed.value
                    if by in ("place", "package"):
                        what = f"nobody is put first by `{by}`"
                        self.ctx.problems.add(listed.place, path, what, "go by `class`, `route` or an attribute")
                    elif self._attribute(by, listed.place, join(path, "by"), known):
                        for level in order:
                            self._level(by, level, listed.place, path, known)
                        self._ahead(f"{noun}.{key}.head_start", item, by, order, known)
                elif isinstance(ahead := item.items.get("head_start"), Branch) and listed is None:
                    what = "no `priority` says of which attribute these are levels"
                    allowed = "write `priority: {by: need, order: [complex]}` beside it"
                    self.ctx.problems.add(ahead.place, f"{noun}.{key}.head_start", what, allowed)

    def _ahead(self, path: str, team: Branch, by: str, order: tuple[str, ...], known: dict[str, set[str]]) -> None:
        """Who counts as having joined earlier is none of those who go first anyway."""
        ahead = team.items.get("head_start")
        for level, item in ahead.items.items() if isinstance(ahead, Branch) else ():
            here = join(path, level)
            self._level(by, level, item.place, here, known)
            if level in order:
                what, allowed = f"`{level}` goes before all others as it is", "leave it out here, or out of `priority`"
                self.ctx.problems.add(item.place, here, what, allowed)

    def _attribute(self, name: str, place: Place, path: str, known: dict[str, set[str]]) -> bool:
        if name in known or name in self.people:
            return True
        names = [*sorted(self.people), *sorted(known)]
        what = f"people have no attribute `{name}`"
        self.ctx.problems.add(place, path, what, f"known: {either(names)}", suggest(name, names))
        return False

    def _level(self, attribute: str, level: str, place: Place, path: str, known: dict[str, set[str]]) -> None:
        levels = known.get(attribute) or self.levels.get(attribute)
        if levels and level not in levels:
            allowed = f"known: {either(sorted(levels) if isinstance(levels, set) else levels)}"
            what = f"`{level}` is not a level of `{attribute}`"
            self.ctx.problems.add(place, path, what, allowed, suggest(level, levels))

    def _by(self, item: Branch, path: str, known: dict[str, set[str]]) -> None:
        name = item.extra["by"]
        if name == "next":
            if not (path.startswith("stations.") and path.split(".")[2] in ("length", "effort", "elapsed", "amount")):
                what = "only a time at a station can go by what is next"
                self.ctx.problems.add(item.extra["by_place"], join(path, "by"), what, "go by an attribute of people")
            return
        if name in ("place", "package") and path.startswith("market.") and path.split(".")[2] == "visits":
            what = f"the `{name}` of a person is another by the time of a review, and so would the visits be"
            self.ctx.problems.add(item.extra["by_place"], join(path, "by"), what, "go by an attribute of people")
            return
        if not self._attribute(name, item.extra["by_place"], join(path, "by"), known):
            return
        for row in item.items:
            if row != "otherwise":
                self._level(name, row, self.key_place(item, row), join(path, row), known)
        if "otherwise" in item.items:
            return
        allowed = "write one for each, or `otherwise:`"
        if any(isinstance(row.form, Ref) for row in item.items.values()):
            allowed += "; where nothing may happen, an empty set such as `events: {nothing: {}}`"
        levels = known.get(name) or set(self.levels.get(name) or ())
        if missing := sorted(levels - set(item.items)):
            self.ctx.problems.add(item.place, path, f"there is no row for {either(missing)}", allowed)
        elif name == "class" and (of_none := self._classless()):
            what = f"there is no row for the people of {either(of_none)}, who have no class of a stream"
            self.ctx.problems.add(item.place, path, what, "write `otherwise:`, or `class:` in their stock")

    def _classless(self) -> list[str]:
        """What of the stock is not given a class."""
        return [f"stock.{key}" for key, entry in self.branches("stock").items() if "class" not in entry.items]

    def _own(self, known: dict[str, set[str]]) -> None:
        """Nobody gives people a thing that they have anyway."""
        said = {
            "class": "everyone has the class of their stream: its name, or the `class:` written there",
            "route": "everyone has the route of their stream: write `route:` there",
            "place": "it is the pool that a person holds a place of; choose another name",
            "package": "it says whether a person holds a package; choose another name",
            "next": "it is the station that a person goes to next; choose another name",
        }
        branch = self.root.items.get("people")
        for key in self.people & set(said):
            place = self.key_place(branch, key) if isinstance(branch, Branch) else Place("")
            self.ctx.problems.add(place, f"people.{key}", f"`{key}` cannot be an attribute of one's own", said[key])

    def _sets(self, known: dict[str, set[str]]) -> None:
        for noun in ("stations", "events"):
            for path, item in walk_all(self.root.items.get(noun), noun):
                if not (path.endswith(".sets") and isinstance(item, Branch)):
                    continue
                for key, leaf in item.items.items():
                    here = join(path, key)
                    settable = {k: v for k, v in known.items() if k in ("class", "route")}
                    if self._attribute(key, self.key_place(item, key), here, settable) and key not in settable:
                        assert isinstance(leaf, Leaf)
                        self._level(key, leaf.value, leaf.place, here, settable)

    def _stock(self, known: dict[str, set[str]]) -> None:
        for key, entry in self.branches("stock").items():
            for attribute, table in entry.items.items():
                path = f"stock.{key}.{attribute}"
                if attribute == "class" and isinstance(table, Leaf):
                    self._level("class", table.value, table.place, path, known)
                if not isinstance(table, Branch) or not isinstance(table.form, Table):
                    continue
                if attribute not in self.people:
                    words = [*self.people, "here", "waiting", "waited", "left", "class"]
                    what = f"`{attribute}` is not known here"
                    place = self.key_place(entry, attribute)
                    self.ctx.problems.add(place, path, what, f"known: {either(words)}", suggest(attribute, words))
                    continue
                for level, leaf in table.items.items():
                    self._level(attribute, level, leaf.place, join(path, level), known)

    def _circle(self) -> None:
        """An attribute may depend on others, not on itself by way of them."""
        of = {
            key: {
                child.extra["by"]
                for _, child in walk_all(item, "")
                if isinstance(child, Branch) and "by" in child.extra
            }
            for key, item in self.branches("people").items()
        }
        for key, item in self.branches("people").items():
            seen, ahead = set[str](), {key}
            while ahead:
                seen |= ahead
                ahead = {other for name in ahead for other in of.get(name, ())} - (seen - {key})
                if key in ahead:
                    self.ctx.problems.add(item.place, f"people.{key}", f"`{key}` depends on itself", "go `by` another")
                    break

    def _routes(self, routes: set[str]) -> None:
        first = self.root.items.get("routes")
        listed = first.items.get("first") if isinstance(first, Branch) else None
        named = [(name, listed.place, "routes.first") for name in listed.value] if isinstance(listed, Leaf) else []
        for noun in ("teams", "pools"):
            for key, item in self.branches(noun).items():
                reserved = item.items.get("reserved")
                if isinstance(reserved, Branch):
                    path = f"{noun}.{key}.reserved"
                    named += [(name, self.key_place(reserved, name), join(path, name)) for name in reserved.items]
        for name, place, path in named:
            if name not in routes and name not in self.classes():
                known = sorted(routes)
                what = f"nobody has the route `{name}`"
                self.ctx.problems.add(place, path, what, f"known: {either(known)}", suggest(name, known))


def _order(item: Branch) -> tuple[str, ...]:
    if "order" in item.extra:
        return item.extra["order"]  # type: ignore[no-any-return]
    tables = [child for _, child in walk_all(item, "") if isinstance(child, Branch) and isinstance(child.form, Table)]
    return tuple(dict.fromkeys(level for table in tables for level in table.items))
