"""Whether costs hold together: each is of one thing that is there, paid for once, in prices of one year."""

from __future__ import annotations

from sim.scenario.checker import Checker, walk_all
from sim.scenario.fields import PackageForm
from sim.scenario.forms import Ref
from sim.scenario.problems import Place, either, suggest
from sim.scenario.schema import Number
from sim.scenario.tree import Branch, Leaf

__all__ = ["Priced"]

_WAYS = {
    "care": ("hour", "day", "week", "start"),
    "pool": ("hour", "day", "week"),
    "role": ("year",),
}
"""What a cost of each may be per."""


class Priced(Checker):
    """Nothing is paid for twice, by nobody, or in prices of two years."""

    def run(self) -> None:
        first: tuple[str, str] | None = None
        paid: dict[tuple[str, str], str] = {}
        for key, item in self.branches("costs").items():
            path = f"costs.{key}"
            if item.extra.get("broken"):
                continue
            of = [noun for noun in _WAYS if noun in item.items]
            if len(of) != 1:
                what = "nothing says what it is the cost of" if not of else f"it is the cost of {either(of)} at once"
                self.ctx.problems.add(item.place, path, what, "write one of `care`, `pool` and `role`")
                continue
            self._per(item, path, of[0])
            self._premium(item, path, of[0])
            self._retainer(item, path, of[0])
            self._payers(item, path)
            year = self.word(item, "prices") or ""
            first = first or (year, key)
            if year != first[0]:
                what = f"prices of {year} here, of {first[0]} in `costs.{first[1]}`"
                self.ctx.problems.add(item.items["prices"].place, f"{path}.prices", what, "bring all to one year")
            name = self.word(item, of[0]) or ""
            thing = (of[0], name if self.word(item, "per") != "start" else f"{name} by start")
            if thing in paid:
                what = f"`{name}` is paid for in `costs.{paid[thing]}` already"
                self.ctx.problems.add(item.place, path, what, "leave one out")
            paid.setdefault(thing, key)
        self._twice(paid)

    def _per(self, item: Branch, path: str, of: str) -> None:
        per, name = self.word(item, "per") or "", self.word(item, of) or ""
        place = item.items["per"].place
        if per not in _WAYS[of]:
            self.ctx.problems.add(place, f"{path}.per", f"no {of} costs by the {per}", f"known: {either(_WAYS[of])}")
        elif of == "care":
            self._care(item, path, name, per, place)
        elif of == "pool" and name in self.branches("pools"):
            capacity = self.branches("pools")[name].items.get("capacity")
            hours = isinstance(capacity, Leaf) and capacity.value.unit == "hours a week"
            if hours != (per == "hour"):
                allowed = "write `per: hour`" if hours else "write `per: day` or `per: week`"
                self.ctx.problems.add(place, f"{path}.per", f"`{name}` is counted otherwise", allowed)

    def _premium(self, item: Branch, path: str, of: str) -> None:
        """What costs more is an agency worker, or what a pool buys beyond its capacity."""
        pool = self.branches("pools").get(self.word(item, "pool") or "")
        if "premium" not in item.items or of == "role" or (pool is not None and "spot" in pool.items):
            return
        if of == "pool" and pool is None:
            return
        allowed = "a `premium` is of a `role`, or of a `pool` with `spot`; leave it out"
        self.ctx.problems.add(item.items["premium"].place, f"{path}.premium", "nothing here costs more", allowed)

    def _retainer(self, item: Branch, path: str, of: str) -> None:
        """Only a package of so much a week is ever on hold."""
        stations = self.branches("stations")
        names = {self.word(s, "counts_as") or key for key, s in stations.items() if s.extra.get("kind") == "package"}
        held = of == "care" and self.word(item, "per") != "start" and self.word(item, "care") in names
        if "retainer" in item.items and not held:
            allowed = "a `retainer` is of care that a `package` counts as; leave it out"
            self.ctx.problems.add(item.items["retainer"].place, f"{path}.retainer", "nothing here is on hold", allowed)
        elif "retainer" in item.items and not self._on_hold(self.word(item, "care") or ""):
            allowed = "write an event with `package: {hold: 14 days}` that leads away from it, or leave this out"
            self.ctx.problems.add(item.items["retainer"].place, f"{path}.retainer", "nothing here is on hold", allowed)

    def _on_hold(self, care: str) -> bool:
        """Whether an event may put such a package on hold, as it leads away from it or from a side trip."""
        events, sets = self.branches("events"), set()
        broken = [noun for noun in ("stations", "events") if self.ids(noun) != set(self.branches(noun))]
        if broken or any(one.extra.get("broken") for one in events.values()):
            return True
        for key, station in self.branches("stations").items():
            if station.extra.get("kind") == "package" and (self.word(station, "counts_as") or key) != care:
                continue
            for name in ("waiting", "while_here"):
                for _, leaf in walk_all(station.items.get(name), ""):
                    if isinstance(leaf, Leaf) and isinstance(leaf.form, Ref):
                        sets.add(leaf.value)
        found = (item for name in sets & set(events) for _, item in walk_all(events[name], ""))
        return any(isinstance(item, Branch) and item.form == PackageForm() for item in found)

    def _care(self, item: Branch, path: str, name: str, per: str, place: Place) -> None:
        counted = {
            self.word(station, "counts_as") or key: station
            for key, station in self.branches("stations").items()
            if station.extra.get("kind") != "exit"
        }
        if self.ids("stations") != set(self.branches("stations")):
            return
        if name not in counted:
            what, allowed = f"no station counts as `{name}`", f"known: {either(sorted(counted))}"
            self.ctx.problems.add(item.items["care"].place, f"{path}.care", what, allowed, suggest(name, counted))
            return
        kind = counted[name].extra.get("kind")
        if per != "start" and kind not in ("stay", "package"):
            allowed = f"only stays and packages cost by the {per}; write `per: start`"
            self.ctx.problems.add(place, f"{path}.per", f"`{name}` is a {kind}", allowed)
        elif per == "hour" and "amount" not in counted[name].items:
            self.ctx.problems.add(place, f"{path}.per", f"`{name}` is not in hours", "write `per: day` or `per: week`")

    def _payers(self, item: Branch, path: str) -> None:
        shares = {key: item.items.get(key) for key in ("contributions", "nhs_income")}
        given = {key: leaf.value for key, leaf in shares.items() if isinstance(leaf, Leaf)}
        if self.word(item, "payer") == "nhs" and given:
            what = "the NHS pays, so nothing comes in to the council"
            self.ctx.problems.add(item.place, path, what, "leave out `contributions` and `nhs_income`")
        total = sum(number.value for number in given.values() if isinstance(number, Number))
        if total > 1.0:
            what = f"people and the NHS pay {total:.3g} of the cost"
            self.ctx.problems.add(item.place, path, what, "together they pay at most 1")

    def _twice(self, paid: dict[tuple[str, str], str]) -> None:
        """A stay in a pool that is paid for whole costs nothing more by the day."""
        for key, station in self.branches("stations").items():
            pool = self.word(station, "pool") or ""
            care = self.word(station, "counts_as") or key
            if ("pool", pool) in paid and ("care", care) in paid:
                mine, other = paid["care", care], paid["pool", pool]
                what = f"`{care}` is in the pool `{pool}`, which `costs.{other}` pays for whole"
                self.ctx.problems.add(self.branches("costs")[mine].place, f"costs.{mine}", what, "leave one out")
