"""Whether the numbers of each distribution make one, and the ways between stations lead from one to another."""

from __future__ import annotations

import math
from collections.abc import Container

from sim.scenario.checker import Checker, walk_all
from sim.scenario.forms import Dist, Table
from sim.scenario.problems import either, suggest
from sim.scenario.schema import Number
from sim.scenario.tree import Branch, Leaf, join

__all__ = ["Laws", "Transfers", "destination"]


def destination(to: str, stations: Container[str]) -> str:
    """The station that a key of ``transfer`` names: its id, or ``to_`` and its id."""
    return to if to in stations else to.removeprefix("to_")


class Laws(Checker):
    """The numbers of each distribution make one."""

    def run(self) -> None:
        for path, item in walk_all(self.root, ""):
            if isinstance(item, Branch) and isinstance(item.form, Dist):
                numbers = {
                    name: leaf.value.value
                    for name, leaf in item.items.items()
                    if isinstance(leaf, Leaf) and isinstance(leaf.value, Number)
                }
                name, what, allowed = _unsound(item.extra["dist"], numbers)
                values, weights = (item.items.get(key) for key in ("values", "weights"))
                if isinstance(values, Leaf) and isinstance(weights, Leaf):
                    name, what, allowed = _unmatched(values.value, weights.value)
                if name:
                    self.ctx.problems.add(item.items[name].place, join(path, name), what, allowed)


class Transfers(Checker):
    """Every way leads to a next station; a place held there is one of a pool; what goes by the next is known then."""

    def run(self) -> None:
        stations = self.branches("stations")
        known = self.ids("stations") or set()
        for key, station in stations.items():
            ways = station.items.get("transfer")
            ahead = self._ahead(station)
            for to, way in ways.items.items() if isinstance(ways, Branch) else ():
                path = f"stations.{key}.transfer.{to}"
                name = destination(to, known)
                if name not in ahead:
                    allowed = f"known: {either(sorted(ahead))}"
                    what = f"`{name}` is not next after `{key}`"
                    assert isinstance(ways, Branch)
                    self.ctx.problems.add(self.key_place(ways, to), path, what, allowed, suggest(name, ahead))
                held = way.items.get("holds") if isinstance(way, Branch) else None
                target = stations.get(name)
                without = target is not None and (target.extra.get("kind") != "stay" or "pool" not in target.items)
                if isinstance(held, Leaf) and held.value in ("to", "both") and without:
                    allowed = "`to` and `both` hold a place of a stay with a `pool`; write `from` or `neither`"
                    what = f"`{name}` has no places to hold"
                    self.ctx.problems.add(held.place, join(path, "holds"), what, allowed)
            if "starts" in station.items and "room" in station.items:
                allowed = "leave out `starts` or `room`"
                place = self.key_place(station, "room")
                self.ctx.problems.add(place, f"stations.{key}.room", "a stay with `starts` has no limit", allowed)
            self._by_next(key, station, ahead)

    def _by_next(self, key: str, station: Branch, ahead: set[str]) -> None:
        decided = self.word(station, "decide") == "on_entry"
        if decided and station.extra.get("kind") not in ("task", "stay"):
            allowed = "only a task or a stay can decide on entry"
            self.ctx.problems.add(station.place, f"stations.{key}.decide", "it is decided elsewhere", allowed)
        if decided and "return" in ahead:
            allowed = "leave out `decide`, or name the station"
            what = "whether there is a package to return to is not known yet"
            self.ctx.problems.add(self.key_place(station, "decide"), f"stations.{key}.decide", what, allowed)
        for field in ("length", "effort", "elapsed", "amount"):
            for path, item in walk_all(station.items.get(field), f"stations.{key}.{field}"):
                if not isinstance(item, Branch) or item.extra.get("by") != "next":
                    continue
                if not decided or field == "amount":
                    what = "the next station is not known yet"
                    allowed = "write `decide: on_entry`, for an effort, an elapsed time or a length"
                    self.ctx.problems.add(item.extra["by_place"], join(path, "by"), what, allowed)
                    continue
                for row in set(item.items) - {"otherwise"} - ahead:
                    what = f"`{row}` is not next after `{key}`"
                    here = join(path, row)
                    place = self.key_place(item, row)
                    self.ctx.problems.add(place, here, what, f"known: {either(sorted(ahead))}", suggest(row, ahead))
                if "otherwise" not in item.items and (missing := sorted(ahead - set(item.items))):
                    what = f"there is no row for {either(missing)}"
                    self.ctx.problems.add(item.place, path, what, "write one for each, or `otherwise:`")

    def _ahead(self, station: Branch) -> set[str]:
        found: set[str] = set()
        for _, item in walk_all(station.items.get("next"), ""):
            if isinstance(item, Branch) and isinstance(item.form, Table):
                found |= set(item.items)
        return found


Finding = tuple[str, str, str]
"""(the field, what is wrong with it, what is allowed)."""
_FINE: Finding = ("", "", "")


def _unmatched(values: tuple[float, ...], weights: tuple[float, ...]) -> Finding:
    if len(values) != len(weights):
        return (
            "weights",
            f"there are {len(values)} values and {len(weights)} weights",
            "write one weight for each value",
        )
    if not sum(weights) > 0:
        return "weights", "no weight is above 0", "they need not sum to 1, but not all be 0"
    return _FINE


def _unsound(family: str, p: dict[str, float]) -> Finding:
    if family == "triangular" and {"min", "mode", "max"} <= set(p) and not p["min"] <= p["mode"] <= p["max"]:
        return "mode", "`mode` is not between `min` and `max`", "`min`, `mode` and `max` rise in this order"
    if family != "beta" or "mean" not in p:
        return _FINE
    low, high = p.get("min", 0.0), p.get("max", 1.0)
    if low >= high:
        return _FINE
    centre = (p["mean"] - low) / (high - low)
    if not 0.0 < centre < 1.0:
        return "mean", "`mean` is not between the ends", "a beta lies from `min` to `max`, or from 0 to 1 without them"
    key = "sd" if "sd" in p else "variance"
    most = (high - low) * math.sqrt(centre * (1.0 - centre))
    sd = p["sd"] if "sd" in p else math.sqrt(p["variance"])
    if not 0.0 < sd < most:
        return key, f"no beta between these ends has this `{key}`", f"an sd above 0 and below {most:.4g}"
    return _FINE
