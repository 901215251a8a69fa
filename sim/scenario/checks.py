"""What must hold between the parts of a scenario: references, levels of attributes, ways in and out, staff, pools."""

from __future__ import annotations

from sim.scenario.banded import Banded
from sim.scenario.checker import Checker, walk_all
from sim.scenario.forms import Dist, Listed, Ref, Table
from sim.scenario.lawful import Laws, Transfers
from sim.scenario.levels import Levels
from sim.scenario.library import models_with
from sim.scenario.number import Num
from sim.scenario.priced import Priced
from sim.scenario.problems import Place, either, suggest
from sim.scenario.roles import Roles
from sim.scenario.schema import Number
from sim.scenario.tree import Branch, Context, Item, Leaf, join
from sim.scenario.usable import Unheeded, Unworkable

__all__ = ["check_tree", "resolve_stock"]


def check_tree(root: Branch, ctx: Context) -> None:
    """Note everything that does not fit together. What could not be read is taken to be as it should."""
    _References(root, ctx).run()
    Levels(root, ctx).run()
    _Ways(root, ctx).run()
    _Staff(root, ctx).run()
    _Requests(root, ctx).run()
    Laws(root, ctx).run()
    Transfers(root, ctx).run()
    Unheeded(root, ctx).run()
    Unworkable(root, ctx).run()
    Priced(root, ctx).run()
    Roles(root, ctx).run()
    Banded(root, ctx).run()


class _References(Checker):
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
        needs = models_with(place.file, noun, name)
        allowed = needs or (f"known: {either(ids)}" if ids else f"there are no `{noun}` here")
        meant = "" if needs else suggest(name, ids)
        self.ctx.problems.add(place, path, f"there is no `{name}` in `{noun}`", allowed, meant)


class _Ways(Checker):
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
            if len({"rate", "every", "times"} & set(stream.items)) != 1 and not stream.extra.get("broken"):
                what = "it needs one of `rate`, `every` and `times`"
                self.ctx.problems.add(stream.place, f"demand.{key}", what, "write one")
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


class _Staff(Checker):
    """Every team has people and hours, and does one kind of task."""

    def run(self) -> None:
        staffed = {team for table in self.branches("staffing").values() for team in table.items}
        used: dict[str, dict[str, str]] = {}
        caseloads: dict[str, tuple[str, Number]] = {}
        for key, station in self.branches("stations").items():
            team = self.word(station, "team")
            kind = station.extra.get("kind")
            if team is not None and kind in ("task", "sourcing"):
                sort = "caseload" if "caseload" in station.items else "effort"
                used.setdefault(team, {}).setdefault(sort, key)
                caseload = station.items.get("caseload")
                if isinstance(caseload, Leaf):
                    other, known = caseloads.setdefault(team, (key, caseload.value))
                    if _course(known) != _course(caseload.value):
                        now, there = f"{caseload.value.value:g}", f"{known.value:g}"
                        what = f"`{team}` has a caseload of {now} here and of {there} in `{other}`"
                        if now == there:
                            what = f"the caseload of `{team}` changes otherwise here than in `{other}`"
                        allowed = "all cases of a team are one caseload: write and change it alike in all its tasks"
                        self.ctx.problems.add(caseload.place, f"stations.{key}.caseload", what, allowed)
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


def _course(number: Number) -> tuple[object, ...]:
    """What a number is worth over time."""
    return number.value, number.profile, tuple((c.op, c.amount, c.weight) for c in number.changes)


class _Requests(Checker):
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
            if "values" in item.items and item.extra["unit"] != unit:
                self._otherwise(held, unit, item.place, here)
            for name, leaf in item.items.items():
                if not isinstance(leaf, Leaf) or not isinstance(leaf.value, Number):
                    continue
                if name in ("value", "mean", "median", "min", "max", "mode") and leaf.value.unit not in ("", unit):
                    self._otherwise(held, unit, leaf.place, here)
                elif name in ("value", "min") and leaf.value.value > size.value.value:
                    what = f"one person needs {leaf.value.value:g}, more than `{held}` has ({size.value.value:g})"
                    self.ctx.problems.add(
                        leaf.place, here, what, "nobody could ever start: lower it, or raise the capacity"
                    )

    def _otherwise(self, held: str, unit: str, place: Place, path: str) -> None:
        allowed = "write hours a week, such as `12 h/week`" if unit != "count" else "write a number of places"
        self.ctx.problems.add(place, path, f"`{held}` is counted otherwise", allowed)


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
            _fits_here(names[0], stations.items.get(names[0]), entry, here, ctx)
    return found


def _fits_here(name: str, station: Item | None, entry: Item, path: str, ctx: Context) -> None:
    """Only where people hold something can they be in the midst of it at the start."""
    kind = station.extra.get("kind") if isinstance(station, Branch) else None
    if kind in (None, "stay", "package") or not isinstance(entry, Branch):
        return
    for key in ("here", "waiting"):
        count = entry.items.get(key)
        if not isinstance(count, Leaf) or not count.value:
            continue
        if kind == "exit":
            what = f"`{name}` is an exit, where nobody stays"
            ctx.problems.add(count.place, join(path, key), what, "only a stay or a package has people at the start")
        elif key == "here":
            what = f"nobody can be in the midst of a {kind} at the start"
            allowed = f"only a stay or a package has people `here`; write `waiting: {count.value}` for a queue"
            ctx.problems.add(count.place, join(path, key), what, allowed)
