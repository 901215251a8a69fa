"""Whether what is written can act: nothing that a run would pass over in silence, or could never get out of."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario import laws
from sim.scenario.checker import Checker, walk_all
from sim.scenario.fields import AmountForm
from sim.scenario.forms import Ref, Table
from sim.scenario.number import Num
from sim.scenario.problems import Place
from sim.scenario.schema import Amount, By, Distribution, Number
from sim.scenario.tree import Branch, Leaf, join

__all__ = ["Unheeded", "Unworkable"]

_HAZARDS = ("rate", "background", "excess")
_MOST = 10_000
"""Combinations of levels looked at."""


class Unheeded(Checker):
    """Nothing is written where it would change nothing."""

    def run(self) -> None:
        self._varied()
        self._needs()
        self._returns()
        self._rooms()
        self._lent()
        self._handed_back()
        self._others()
        self._afterwards()
        self._reviewed()

    def _others(self) -> None:
        """Others have places, no more than there are, and a share of them needs them."""
        for key, pool in self.branches("pools").items():
            others, planned, size = (pool.items.get(name) for name in ("others", "planned", "capacity"))
            if isinstance(planned, Leaf) and others is None and "others" not in pool.extra.get("broken", ()):
                what = "there are no `others` of whom this is a share"
                self.ctx.problems.add(planned.place, f"pools.{key}.planned", what, "write `others:` beside it")
            if not (isinstance(others, Leaf) and isinstance(size, Leaf)):
                continue
            path = f"pools.{key}.others"
            if size.value.unit == "hours a week":
                what = f"`{key}` is in hours a week, of which others have none"
                self.ctx.problems.add(others.place, path, what, "leave it out, and write the hours that are there")
            elif others.value.value > size.value.value:
                what = f"`{key}` has {size.value.value:g} places, and others have {others.value.value:g} of them"
                self.ctx.problems.add(others.place, path, what, f"allowed: at most {size.value.value:g}")

    def _varied(self) -> None:
        """Factors act on the hazards of events, hours of the day on streams."""
        hourly = {key for key, item in self.branches("profiles").items() if "hour" in item.items}
        shares = set()
        for path, item in walk_all(self.root, ""):
            if isinstance(item, Branch) and isinstance(item.form, Table):
                shares |= {id(child) for child in item.items.values()}
            if not (isinstance(item, Leaf) and isinstance(item.form, Num) and isinstance(item.value, Number)):
                continue
            path = path.removesuffix(".value")
            noun, key = path.split(".")[0], path.rsplit(".", 1)[-1]
            if item.value.factors and not (noun == "events" and key in _HAZARDS):
                what = "`factors` act on the hazards of events alone"
                allowed = "write them on a `rate`, `background` or `excess`; for anything else write one value for each"
                allowed += f" `{{by: {next(iter(item.value.factors))}, ..}}` where that may be, or leave them out"
                self.ctx.problems.add(item.place, path, what, allowed)
            if item.value.profile and (id(item) in shares or self._steady(item.form, path, key)):
                what = "no profile acts on this number"
                self.ctx.problems.add(item.place, path, what, "leave out `profile`; a dated change may act on shares")
                continue
            for name in item.value.profile:
                if name in hourly and not (noun == "demand" and key == "rate"):
                    what = f"`{name}` goes by the hour, and this number holds for whole days"
                    allowed = "an `hour` profile acts on the `rate` of a stream; go by `weekday` or `month` here"
                    self.ctx.problems.add(item.place, path, what, allowed)

    def _steady(self, form: Num, path: str, key: str) -> bool:
        """Whether a number is the same for the whole run but for its dated changes; ``every`` is told elsewhere."""
        if path.endswith(".need.share") or (path.startswith("market.") and key == "growth"):
            return True
        return form.fixed and key != "every"

    def _needs(self) -> None:
        """A change of need is of people who have one."""
        people = self.ids("people")
        if people is None or "need" in people:
            return
        for noun in ("stations", "events"):
            for path, item in walk_all(self.root.items.get(noun), noun):
                if path.endswith(".need") and isinstance(item, Branch) and "change" in item.items:
                    what = "people have no attribute `need` that could change"
                    allowed = "write `people: {need: {order: [low, high], low: 0.6, high: rest}}`, or leave this out"
                    self.ctx.problems.add(item.place, path, what, allowed)

    def _returns(self) -> None:
        """``return`` goes back to a package."""
        stations = self.branches("stations")
        if self.ids("stations") != set(stations):
            return
        held = any(item.extra.get("kind") == "package" for item in stations.values())
        for path, place in self._leads("return"):
            at_door = path.startswith("doors.")
            if at_door or not held:
                what = "nobody who comes in has a package yet" if at_door else "there is no package to return to"
                allowed = "`return` leads back to a station of kind `package`: name another station"
                self.ctx.problems.add(place, path, what, allowed)

    def _leads(self, to: str) -> Iterator[tuple[str, Place]]:
        """Where a table or an event leads to a station of this name."""
        for noun in ("doors", "stations", "events"):
            for path, item in walk_all(self.root.items.get(noun), noun):
                if isinstance(item, Branch) and isinstance(item.form, Table) and item.form.noun == "stations":
                    if to in item.items:
                        yield (join(path, to) if len(item.items) > 1 else path), item.items[to].place
                elif isinstance(item, Leaf) and isinstance(item.form, Ref) and item.value == to:
                    yield path, item.place

    def _rooms(self) -> None:
        """A limit on those who wait says what becomes of the others, where people wait."""
        for key, station in self.branches("stations").items():
            room, path = station.items.get("room"), f"stations.{key}.room"
            lost = self.word(station, "when_full") == "lost"
            queue = {"task": "team", "sourcing": "team", "stay": "pool"}.get(station.extra.get("kind", ""))
            if room is not None and not lost:
                allowed = "write `when_full: lost` beside it, or leave out `room`: without it all may wait"
                self.ctx.problems.add(room.place, path, "nothing says what becomes of those beyond the room", allowed)
            elif lost and room is None and "room" not in station.extra.get("broken", ()):
                here = station.items["when_full"].place
                allowed = "write `room:` and how many may wait, such as `room: 0`"
                self.ctx.problems.add(here, f"stations.{key}.when_full", "nothing says when it is full", allowed)
            elif room is not None and queue not in {*station.items, *station.extra.get("broken", ())}:
                allowed = "`room` limits those who wait for a team or for a place of a pool"
                self.ctx.problems.add(room.place, path, "nobody waits here for either", allowed)

    def _reviewed(self) -> None:
        """Hours are adjusted of a package that has them, by a task that leads back to it; only a case is kept open."""
        stations = self.branches("stations")
        if self.ids("stations") != set(stations):
            return
        sized = any(item.extra.get("kind") == "package" and "amount" in item.items for item in stations.values())
        back = {path.split(".")[1] for path, _ in self._leads("return") if path.startswith("stations.")}
        for key, station in stations.items():
            if "keep_case" in station.items and ("caseload" not in station.items or "adjusts" in station.items):
                place, path = self.key_place(station, "keep_case"), f"stations.{key}.keep_case"
                if "caseload" not in {*station.items, *station.extra.get("broken", ())}:
                    what, allowed = "there is no case that could stay open", "write `caseload:` beside it"
                    self.ctx.problems.add(place, path, what, allowed)
                elif "adjusts" in station.items:
                    what = "a review that `adjusts` hours keeps no case open"
                    self.ctx.problems.add(place, path, what, "leave out one of the two")
            if "adjusts" not in station.items:
                continue
            place, path = self.key_place(station, "adjusts"), f"stations.{key}.adjusts"
            if not sized:
                allowed = "write `amount:` on a station of kind `package`, or leave this out"
                self.ctx.problems.add(place, path, "no package has an amount that could change", allowed)
            elif key not in back:
                what = "nobody goes back to a package from here"
                self.ctx.problems.add(place, path, what, "let `next` lead to `return`, or leave this out")

    def _afterwards(self) -> None:
        """Who comes back to an exit does so within a time, by hazards that lead somewhere."""
        said: set[str] = set()
        for key, station in self.branches("stations").items():
            if station.extra.get("kind") != "exit":
                continue
            given = {"while_here", "length"} & {*station.items, *station.extra.get("broken", ())}
            if given == {"length"}:
                allowed = "write `while_here:` and a set of events that lead back, or leave out `length`"
                here = station.items["length"].place if "length" in station.items else station.place
                self.ctx.problems.add(here, f"stations.{key}.length", "nobody comes back from here", allowed)
            elif given == {"while_here"}:
                allowed = "write `length:` beside it, such as `length: 12 weeks`"
                here = station.items["while_here"].place if "while_here" in station.items else station.place
                self.ctx.problems.add(here, f"stations.{key}", "nothing says how long people may come back", allowed)
            lengths = station.items.get("length") if "while_here" in given else None
            for path, item in walk_all(lengths, f"stations.{key}.length"):
                if isinstance(item, Branch) and item.extra.get("dist") == "constant":
                    number = item.items["value"]
                    if isinstance(number, Leaf) and not number.value.value and not number.value.changes:
                        allowed = "write a time above 0, such as `12 weeks`"
                        self.ctx.problems.add(number.place, path, "nobody can come back in no time", allowed)
            for _, leaf in walk_all(station.items.get("while_here"), ""):
                if isinstance(leaf, Leaf) and isinstance(leaf.form, Ref) and leaf.value not in said:
                    said.add(leaf.value)
                    self._leads_back(leaf.value, key)

    def _leads_back(self, name: str, station: str) -> None:
        events = self.branches("events").get(name)
        for event, item in events.items.items() if events is not None else ():
            if not isinstance(item, Branch) or item.extra.get("broken"):
                continue
            path = f"events.{name}.{event}"
            wrong = sorted({"background", "excess", "after", "restart", "package"} & set(item.items))
            if wrong:
                what = f"`{wrong[0]}` has no meaning after the exit `{station}`"
                allowed = "people come back by a `rate` and a `to`; they wait for nothing and hold nothing"
                self.ctx.problems.add(self.key_place(item, wrong[0]), join(path, wrong[0]), what, allowed)
            elif "to" not in item.items:
                allowed = f"write `to:` and a station: people come back from `{station}` by it"
                self.ctx.problems.add(item.place, path, "this leads nowhere", allowed)
            elif self.word(item, "to") == "return":
                allowed = "name a station: nobody holds a package after an exit"
                self.ctx.problems.add(item.items["to"].place, join(path, "to"), "there is no package to return to",
                                      allowed)  # fmt: skip

    def _lent(self) -> None:
        """Staff move between teams that are staffed from the workforce."""
        pull = self.root.items.get("discharge_pull")
        if not isinstance(pull, Branch):
            return
        teams, to = pull.items.get("teams"), self.word(pull, "to")
        named = [(to, pull.items["to"].place, "discharge_pull.to")] if to else []
        if isinstance(teams, Branch):
            named += [(name, self.key_place(teams, name), f"discharge_pull.teams.{name}") for name in teams.items]
        for name, place, path in named:
            team = self.branches("teams").get(name)
            if team is not None and "workers" in team.items:
                what = f"`{name}` has a fixed number of `workers`, so that nobody can move"
                allowed = "staff it from the `workforce` by `staffing`, or leave it out"
                self.ctx.problems.add(place, path, what, allowed)

    def _handed_back(self) -> None:
        """Packages that are handed back are searched for again."""
        stations = self.branches("stations")
        if self.ids("stations") != set(stations):
            return
        of = {
            kind: {self.word(item, "market") for item in stations.values() if item.extra.get("kind") == kind}
            for kind in ("sourcing", "package")
        }
        for key, market in self.branches("market").items():
            for name in ("hand_backs", "failed", "closures"):
                rate = market.items.get(name)
                if not isinstance(rate, Leaf) or key not in of["package"] - of["sourcing"]:
                    continue
                if rate.value.value > 0 or rate.value.changes:
                    what = "nobody searches this market again for a package that is handed back"
                    allowed = f"write a station of kind `sourcing` with `market: {key}`, or leave out `{name}`"
                    self.ctx.problems.add(rate.place, f"market.{key}.{name}", what, allowed)


class Unworkable(Checker):
    """No amount is beyond what can be had, and every team has hours. For a scenario with nothing else wrong in it."""

    def run(self) -> None:
        self._calendars()
        if self.ctx.problems.found:
            return
        for key, station in self.branches("stations").items():
            amount = station.items.get("amount")
            path = f"stations.{key}.amount"
            if isinstance(amount, Branch) and amount.form == AmountForm.record:
                self._tapers(amount, path)
            market = self.branches("market").get(self.word(station, "market") or "")
            if market is not None and station.extra.get("kind") == "package":
                self._offered(station, path, market)

    def _calendars(self) -> None:
        for key, item in self.branches("calendars").items():
            days, opens, closes = (item.items.get(name) for name in ("days", "from", "until"))
            if isinstance(days, Leaf) and not days.value:
                what = "no day is listed, so that it never opens"
                allowed = "write the days, such as `[mon, tue]`, or leave out `days` for every day"
                self.ctx.problems.add(days.place, f"calendars.{key}.days", what, allowed)
            start = opens.value if isinstance(opens, Leaf) else 0.0
            end = closes if isinstance(closes, Leaf) else opens
            close = closes.value if isinstance(closes, Leaf) else 1440.0
            if close <= start and isinstance(end, Leaf):
                what = f"it would close at {_clock(close)}, not after it opens at {_clock(start)}"
                allowed = "hours lie within one day, up to `until: '24:00'`; "
                allowed += "for a night, give the evening and the morning to a team each"
                self.ctx.problems.add(end.place, f"calendars.{key}.until" if closes else f"calendars.{key}.from", what,
                                      allowed)  # fmt: skip

    def _tapers(self, item: Branch, path: str) -> None:
        """An amount that changes along a stay does not rise: there may be no more to be had."""
        amount: Amount = item.form.build(item)
        for person in _persons(amount.start, amount.end):
            first, last = (_mean(_row(value, person)) for value in (amount.start, amount.end))
            if last > first * (1.0 + 1e-9):
                who = ", ".join(f"{attribute} {level}" for attribute, level in person.items() if level)
                what = f"it rises from {first:g} at the `start` to {last:g} at the `end`" + (f" ({who})" if who else "")
                allowed = "an amount falls along a stay, or stays the same: let `end` be at most `start`"
                self.ctx.problems.add(item.items["end"].place, join(path, "end"), what, allowed)
                return

    def _offered(self, station: Branch, path: str, market: Branch) -> None:
        """Some provider can be large enough."""
        name = self.word(station, "market")
        size = market.items.get("hours") or market.items.get("beds")
        providers = market.items.get("providers")
        assert isinstance(size, Leaf)
        step = 0.25 if "hours" in market.items else 1.0
        count = providers.value if isinstance(providers, Leaf) else 25
        windows = [change.weight for change in size.value.changes]
        moments = {0.0, *(t for w in windows for a, b in w.windows for t in (a, a + w.ramp, b)), -1e15}
        total = max(size.value.at(time) for time in moments if math.isfinite(time))
        largest = math.floor(math.floor(total / step + 1e-9) / sum(1.0 / k for k in range(1, count + 1))) * step
        amount = station.items.get("amount")
        law = amount.form.build(amount) if isinstance(amount, Branch) else None
        for person in _persons(law):
            mean = step if law is None else _mean(_row(law, person))
            if (max(1, math.floor(mean / step + 0.5)) * step if math.isfinite(mean) else mean) > largest:
                what = f"one person needs {mean:g}, and the largest of {count} providers of `{name}` has {largest:g}"
                allowed = f"nobody could ever start: lower the amount, raise the `{'beds' if step == 1.0 else 'hours'}`"
                allowed += " or write fewer `providers`"
                self.ctx.problems.add((amount or station).place, path, what, allowed)
                return


def _clock(minutes: float) -> str:
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"


def _mean(law: Distribution) -> float:
    """Mean of a law as written; infinite when it is beyond all numbers, NaN when it cannot be known."""
    try:
        return laws.mean(law, lambda number: number.value)
    except OverflowError:
        return math.inf
    except (ValueError, ZeroDivisionError):
        return math.nan


def _persons(*values: Any) -> Iterator[dict[str, str]]:
    """Every person that values tell apart: a level of each attribute they go by, or '' for any other level."""
    levels: dict[str, dict[str, None]] = {}

    def look(value: Any) -> None:
        if isinstance(value, By):
            levels.setdefault(value.by, {}).update(dict.fromkeys(value.rows))
            for row in (*value.rows.values(), value.otherwise):
                look(row)
            if value.otherwise is not None:
                levels[value.by][""] = None

    for value in values:
        look(value)
    for combination in itertools.islice(itertools.product(*levels.values()), _MOST):
        person = dict(zip(levels, combination, strict=True))
        if all(_row(value, person) is not None for value in values if value is not None):
            yield person


def _row(value: Any, person: Mapping[str, str]) -> Any:
    while isinstance(value, By):
        value = value.row(person[value.by])
    return value
