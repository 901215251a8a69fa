"""What must hold between the parts of a scenario: references, levels of attributes, ways in and out, staff, pools."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.calendars import shipped as CALENDARS
from sim.scenario.forms import Dist, Either, Listed, Ref, Table
from sim.scenario.nouns import DEFAULT_ROUTES
from sim.scenario.number import Num
from sim.scenario.problems import Place, either, suggest
from sim.scenario.tree import Branch, Context, Item, Leaf, join

__all__ = ["check_tree", "resolve_stock"]

PLACES = {"package": ("held", "none")}


def check_tree(root: Branch, ctx: Context) -> None:
    """Note everything that does not fit together. What could not be read is taken to be as it should."""
    _References(root, ctx).run()
    levels = _Levels(root, ctx)
    levels.run()
    _Ways(root, ctx).run()
    _Staff(root, ctx).run()
    _Requests(root, ctx).run()


class _Checker:
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
        more = set(CALENDARS) if noun == "calendars" else set()
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
        streams = {self.word(stream, "class") or key for key, stream in self.branches("demand").items()}
        return streams | (self.ids("demand") or set()) | self.set_to("class")

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


class _References(_Checker):
    """Every id named is there."""

    def run(self) -> None:
        nouns = ("stations", "teams", "pools", "market", "events", "profiles", "calendars", "demand", "workforce")
        self.known = {noun: ids for noun in nouns if (ids := self.ids(noun)) is not None}
        for path, item in walk_all(self.root, ""):
            if isinstance(item, Branch):
                if isinstance(item.form, Table) and item.form.noun:
                    for option, leaf in item.items.items():
                        self.one(
                            item.form.noun, option, leaf.place, join(path, option) if len(item.items) > 1 else path
                        )
            elif isinstance(item.form, Ref):
                self.one(item.form.noun, item.value, item.place, path)
            elif isinstance(item.form, Listed) and item.form.noun:
                for name in item.value:
                    self.one(item.form.noun, name, item.place, path)
            elif isinstance(item.form, Num) and item.value is not None:
                for name in item.value.profile:
                    self.one("profiles", name, item.place, path)
        for noun, of in (("doors", "demand"), ("staffing", "workforce")):
            branch = self.root.items.get(noun)
            for key in self.entries(noun) if isinstance(branch, Branch) else ():
                assert isinstance(branch, Branch)
                self.one(of, key, self.key_place(branch, key), join(noun, key))
        pull = self.root.items.get("discharge_pull")
        teams = pull.items.get("teams") if isinstance(pull, Branch) else None
        for key in teams.items if isinstance(teams, Branch) else ():
            assert isinstance(teams, Branch)
            self.one("teams", key, self.key_place(teams, key), f"discharge_pull.teams.{key}")
        for path, item in walk_all(self.root.items.get("events"), "events"):
            if path.endswith(".restart") and isinstance(item, Leaf):
                station = self.branches("stations").get(item.value)
                if station is not None and station.extra.get("kind") != "stay":
                    allowed = "`restart` names a station of kind `stay`; write `to:` for any other"
                    self.ctx.problems.add(item.place, path, f"`{item.value}` is not a stay", allowed)

    def one(self, noun: str, name: str, place: Place, path: str) -> None:
        if noun not in self.known or name in self.known[noun] or (noun == "stations" and name == "return"):
            return
        ids = sorted(self.known[noun])
        allowed = f"known: {either(ids)}" if ids else f"there are no `{noun}` here"
        self.ctx.problems.add(place, path, f"there is no `{name}` in `{noun}`", allowed, suggest(name, ids))


class _Levels(_Checker):
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
        self._sets(known)
        self._stock(known)
        self._circle()
        self._routes(known["route"])

    def _attribute(self, name: str, place: Place, path: str, known: dict[str, set[str]]) -> bool:
        if name in known or name in self.people:
            return True
        names = [*self.people, *known]
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
        if not self._attribute(name, item.extra["by_place"], join(path, "by"), known):
            return
        for row in item.items:
            if row != "otherwise":
                self._level(name, row, self.key_place(item, row), join(path, row), known)
        levels = known.get(name) or set(self.levels.get(name) or ())
        missing = [] if "otherwise" in item.items else sorted(levels - set(item.items))
        if missing:
            what = f"there is no row for {either(missing)}"
            self.ctx.problems.add(item.place, path, what, "write one for each, or `otherwise:`")

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
                if not isinstance(table, Branch) or not isinstance(table.form, Table):
                    continue
                if attribute not in self.people:
                    words = [*self.people, "here", "waiting", "waited", "left"]
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


class _Ways(_Checker):
    """Everyone has a door, every station can be reached, and from each there is a way out."""

    def run(self) -> None:
        if self.ids("stations") is None or self.ids("doors") is None or self.ids("demand") is None:
            return
        stations = self.branches("stations")
        doors = self.ids("doors") or set()
        for key, stream in self.branches("demand").items():
            if key not in doors:
                what = f"`{key}` has no door"
                allowed = f"write `doors: {{{key}: ..}}` and the station where they arrive"
                self.ctx.problems.add(stream.place, f"demand.{key}", what, allowed)
            if ("rate" in stream.items) == ("times" in stream.items) and not stream.extra.get("broken"):
                self.ctx.problems.add(stream.place, f"demand.{key}", "it needs either `rate` or `times`", "write one")
        if not stations and not (self.ids("stations") or ()):
            self.ctx.problems.add(Place(self.root.place.file), "stations", "there are no stations", "write `stations:`")
            return
        self._reach(stations)

    def _reach(self, stations: dict[str, Branch]) -> None:
        if self.ctx.problems.found:
            return
        ahead = {key: self._ahead(item) for key, item in stations.items()}
        openings = {key for key, item in stations.items() if "takes_stock" in item.items}
        openings |= set(self.entries("stock")) & set(stations)
        seen: set[str] = set()
        front = {option for _, door in self.branches("doors").items() for option in door.items} | openings
        while front:
            seen |= front
            front = {station for name in front for station in ahead.get(name, ())} - seen
        for key, item in stations.items():
            if key not in seen:
                allowed = "no door, `next`, event or stock leads here"
                self.ctx.problems.add(item.place, f"stations.{key}", f"nobody can get to `{key}`", allowed)
        out = {key for key, item in stations.items() if item.extra.get("kind") == "exit"}
        out |= {key for key, item in stations.items() if "return" in ahead[key]}
        while more := {key for key in stations if key not in out and ahead[key] & out}:
            out |= more
        for key in stations.keys() - out:
            allowed = "let `next` or an event lead to a station of kind `exit`"
            self.ctx.problems.add(stations[key].place, f"stations.{key}", f"nobody can leave from `{key}`", allowed)

    def _ahead(self, station: Branch) -> set[str]:
        """Where a station leads: by ``next`` and by what may happen there."""
        found: set[str] = set()
        for _, item in walk_all(station.items.get("next"), ""):
            if isinstance(item, Branch) and isinstance(item.form, Table):
                found |= set(item.items)
        for key in ("waiting", "while_here"):
            for _, item in walk_all(station.items.get(key), ""):
                if isinstance(item, Leaf) and isinstance(item.form, Ref):
                    events = self.branches("events").get(item.value)
                    for _, event in walk_all(events, ""):
                        if isinstance(event, Leaf) and isinstance(event.form, Ref):
                            found.add(event.value)
        return found


class _Staff(_Checker):
    """Every team has people and hours, and does one kind of task."""

    def run(self) -> None:
        staffed = {team for table in self.branches("staffing").values() for team in table.items}
        used: dict[str, dict[str, str]] = {}
        for key, station in self.branches("stations").items():
            team = self.word(station, "team")
            kind = station.extra.get("kind")
            if team is not None and kind in ("task", "sourcing"):
                sort = "caseload" if "caseload" in station.items else "effort"
                used.setdefault(team, {}).setdefault(sort, key)
            if kind == "task" and not station.extra.get("broken"):
                if team is not None and "effort" not in station.items:
                    allowed = "write `effort: 2 h`, or leave out `team` for a plain delay"
                    self.ctx.problems.add(station.place, f"stations.{key}", "the team has no `effort` here", allowed)
                elif team is None and not {"effort", "elapsed"} & set(station.items):
                    allowed = "write `team` and `effort`, or `elapsed` for a plain delay"
                    self.ctx.problems.add(station.place, f"stations.{key}", "this task takes no time", allowed)
        if self.ids("staffing") is None or self.ids("teams") is None:
            return
        for name, sorts in used.items():
            item = self.branches("teams").get(name)
            if item is None:
                continue
            if len(sorts) > 1:
                what = f"`{sorts['effort']}` goes by effort and `{sorts['caseload']}` by caseload"
                self.ctx.problems.add(item.place, f"teams.{name}", what, "all tasks of a team go by one of the two")
            if "workers" not in item.items and name not in staffed and not item.extra.get("broken"):
                allowed = "give it a share under `staffing`, or `workers`"
                self.ctx.problems.add(item.place, f"teams.{name}", f"nobody works in `{name}`", allowed)
        self._long_efforts()

    def _long_efforts(self) -> None:
        for path, place in self.ctx.long_efforts:
            station = self.branches("stations").get(path.split(".")[1]) if path.startswith("stations.") else None
            team = self.branches("teams").get(self.word(station, "team") or "") if station else None
            if team is not None and self.word(team, "calendar") not in (None, "always"):
                what = f"a working time in days has no meaning for a team on `{self.word(team, 'calendar')}`"
                self.ctx.problems.add(place, path, what, "write the hours of work, such as `6 h`")


class _Requests(_Checker):
    """What a station takes of a pool or market fits it."""

    def run(self) -> None:
        for key, station in self.branches("stations").items():
            for noun in ("pool", "market"):
                held = self.word(station, noun)
                pool = self.branches("pools" if noun == "pool" else "market").get(held or "")
                if pool is not None and station.extra.get("kind") in ("stay", "package"):
                    self._fits(key, station, held or "", pool)

    def _fits(self, key: str, station: Branch, held: str, pool: Branch) -> None:
        size = next((pool.items[name] for name in ("capacity", "hours", "beds") if name in pool.items), None)
        if not isinstance(size, Leaf) or "amount" in station.extra.get("broken", ()):
            return
        unit = size.value.unit if size.value.unit == "hours a week" else "count"
        amount = station.items.get("amount")
        path = f"stations.{key}.amount"
        if amount is None:
            if unit == "hours a week":
                allowed = "write `amount: 12 h/week`"
                self.ctx.problems.add(station.place, f"stations.{key}", f"`{held}` is in hours a week", allowed)
            return
        for here, item in walk_all(amount, path):
            if not isinstance(item, Branch) or not isinstance(item.form, Dist):
                continue
            for name, leaf in item.items.items():
                assert isinstance(leaf, Leaf)
                if name in ("value", "mean", "min", "max", "mode") and leaf.value.unit != unit:
                    allowed = (
                        "write hours a week, such as `12 h/week`" if unit != "count" else "write a number of places"
                    )
                    self.ctx.problems.add(leaf.place, here, f"`{held}` is counted otherwise", allowed)
                elif name in ("value", "min") and leaf.value.value > size.value.value:
                    what = f"one person needs {leaf.value.value:g}, more than `{held}` has ({size.value.value:g})"
                    self.ctx.problems.add(
                        leaf.place, here, what, "nobody could ever start: lower it, or raise the capacity"
                    )


def _order(item: Branch) -> tuple[str, ...]:
    if "order" in item.extra:
        return item.extra["order"]  # type: ignore[no-any-return]
    tables = [child for _, child in walk_all(item, "") if isinstance(child, Branch) and isinstance(child.form, Table)]
    return tuple(dict.fromkeys(level for table in tables for level in table.items))


def resolve_stock(root: Branch, ctx: Context) -> dict[str, str]:
    """station -> the key of ``stock`` that it opens with."""
    stock, stations = root.items.get("stock"), root.items.get("stations")
    if not isinstance(stock, Branch) or not isinstance(stations, Branch):
        return {}
    takers: dict[str, list[str]] = {}
    for name, station in stations.items.items():
        takes = station.items.get("takes_stock") if isinstance(station, Branch) else None
        if isinstance(station, Branch) and isinstance(takes, Leaf) and takes.value:
            for noun in ("pool", "market"):
                held = station.items.get(noun)
                if isinstance(held, Leaf):
                    takers.setdefault(held.value, []).append(name)
    found: dict[str, str] = {}
    unsure = bool(stations.extra.get("broken")) or "stations" in root.extra.get("broken", ())
    for key, entry in stock.items.items():
        names = takers.get(key) or ([key] if key in stations.items else [])
        here = join("stock", key)
        if not names and unsure:
            continue
        if len(names) != 1:
            what = f"{either(names)} all take this stock" if names else f"no station takes the stock of `{key}`"
            allowed = "one station has `takes_stock: true` on that pool or market, or is named here"
            meant = "" if names else suggest(key, [*takers, *stations.items])
            ctx.problems.add(stock.extra.get("keys", {}).get(key, entry.place), here, what, allowed, meant)
        elif names[0] in found:
            what = f"`{names[0]}` already opens with `stock.{found[names[0]]}`"
            ctx.problems.add(entry.place, here, what, "put both in one entry")
        else:
            found[names[0]] = key
    return found
