"""The table of stations: what a queueing book asks of any station, by class, from the log of one replication.

People count where they joined, started or ended in the reported time; means over time are over all of it. Kept cheap:
each station's spells are read once, and each class's waits sorted once (a baseline year takes some 0.1 s).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sim.measures.areas import Floats
from sim.measures.occupancy import joint_shares, time_shares
from sim.measures.setting import Stop
from sim.measures.view import MeasureInput, Rows

__all__ = ["OCCUPANCY", "QUANTITIES", "Quantity", "StationTable", "station_table"]

Codes = npt.NDArray[np.intp]
NAN = float("nan")


@dataclass(frozen=True)
class Quantity:
    """What one row of the table is."""

    unit: str
    """people, share, time (the scenario's own unit), rate (people a unit of time) or amount."""
    note: str
    counts: bool = True
    """Whether a replication in which nobody of a class came has 0 of it; else it has none."""


def _spread(name: str, of: str) -> dict[str, Quantity]:
    words = {"mean": "Mean", "sd": "Standard deviation", "q1": "Lower quartile", "median": "Median",
             "q3": "Upper quartile", "p95": "95th percentile"}  # fmt: skip
    return {f"{name}_{key}": Quantity("time", f"{word} over people of {of}.", False) for key, word in words.items()}


QUANTITIES: Mapping[str, Quantity] = {
    "joined": Quantity("people", "People who joined in the period, those lost left out."),
    "started": Quantity("people", "Services or stays begun in the period."),
    "finished": Quantity("people", "Services or stays ended in the period."),
    "left": Quantity("people", "Waits left in the period without a start."),
    "lost": Quantity("people", "People refused in the period for want of room."),
    "throughput": Quantity("rate", "Services or stays ended, per unit of time."),
    "loss_share": Quantity("share", "Lost, as a share of those who came.", False),
    "waited_share": Quantity("share", "Share of those who started that had to wait at all.", False),
    "blocked_share": Quantity("share", "Share of those who ended that then kept the place for a while.", False),
    "waiting": Quantity("people", "Mean over time of people waiting."),
    "in_service": Quantity("people", "Mean over time of people in service or staying."),
    "blocked": Quantity("people", "Mean over time of people elsewhere or waiting who keep a place here."),
    "kept": Quantity("people", "Mean over time of packages kept while the person is elsewhere."),
    "in_transfer": Quantity("people", "Mean over time of people on the way from here to the next station."),
    "present": Quantity("people", "Mean over time of people waiting, in service or blocked here."),
    "amount": Quantity("amount", "Mean over time of the amount in use, kept amounts among it."),
    "use": Quantity("share", "Amount in use, as a share of what there is, over time.", False),
    **_spread("wait", "the time from joining to starting, by those who started in the period"),
    **_spread("service", "the time from starting to ending, by those who ended in the period"),
    **_spread("blocked", "the time a place was kept after the end, 0 for most, by those who left in the period"),
    **_spread("transfer", "the time on the way to the next station, by those who arrived in the period"),
    **_spread("length", "the time from joining to leaving, blocking among it, by those who left in the period"),
}
"""Every quantity in the order of the table. Of service and length, people there at the opening are left out."""

OCCUPANCY: Mapping[str, str] = {
    "N": "people waiting, in service or blocked here",
    "busy": "people in service or blocked here (places in use, where each takes one)",
}
"""What shares of time are by number of."""


@dataclass
class StationTable:
    """One replication's table."""

    values: dict[tuple[str, str, str], float] = field(default_factory=dict)
    """(station, class or '' for all, quantity) -> value."""
    shares: dict[tuple[str, str], Floats] = field(default_factory=dict)
    """(station, one of ``OCCUPANCY``) -> share of time with 0, 1, ... people; the last is of all above."""
    joint: dict[tuple[int, ...], float] = field(default_factory=dict)
    """Numbers present at the stations of ``run.joint`` -> share of time."""


def station_table(view: MeasureInput) -> StationTable:
    """The table of one replication."""
    table = StationTable()
    spans: dict[str, tuple[Floats, Floats]] = {}
    for stop in view.setting.stops.values():
        if stop.kind == "exit":
            table.values[stop.name, "", "joined"] = _arrived(view, stop.name)
        else:
            spans[stop.name] = _Station(view, stop, table).fill()
    for thing in _things(view):
        table.values[thing, "", "use"] = _use(view, thing)
    if view.setting.joint:
        table.joint = joint_shares([spans[name] for name in view.setting.joint], view.horizon)
    return table


class _Station:
    """Fills in the rows of one station."""

    def __init__(self, view: MeasureInput, stop: Stop, table: StationTable) -> None:
        self.view = view
        self.stop = stop
        self.table = table
        self.spells = view.spells
        self.sums: dict[str, Floats] = {}
        """quantity -> total by class code."""

    def fill(self) -> tuple[Floats, Floats]:
        """Write the rows; (from, until) of everyone's presence."""
        view, spells, horizon = self.view, self.spells, self.view.horizon
        begun, left = view.begun([self.stop.name]), view.left([self.stop.name])
        still, lost = self.rows("open_wait"), self.rows("lost")
        ended = np.where(np.isnan(spells["ended"][begun]), np.inf, spells["ended"][begun])
        joined, started = spells["joined"][begun], spells["started"][begun]
        kept, blocked = self.kept()
        kept_ends = np.where(np.isnan(spells["ended"][blocked]), np.inf, spells["ended"][blocked])
        everyone = np.concatenate((begun, left, still))
        until = np.concatenate((started, spells["ended"][left], np.full(len(still), np.inf)))
        since = spells["joined"][everyone]

        self.count("joined", everyone, view.within(since))
        self.count("started", begun, view.within(started))
        self.count("finished", begun, view.within(ended))
        self.count("left", left, view.within(spells["ended"][left]))
        self.count("lost", lost, view.within(spells["joined"][lost]))
        self.over_time("waiting", everyone, since, until)
        self.over_time("in_service", begun, started, ended)
        if len(blocked) or self.stop.keeps:
            self.over_time("blocked", blocked, spells["started"][blocked], kept_ends)
        if len(kept):
            kept_until = np.where(np.isnan(spells["ended"][kept]), np.inf, spells["ended"][kept])
            self.over_time("kept", kept, spells["started"][kept], kept_until)
        moving = self.rows("transfer")
        if len(moving) or self.stop.moves:
            there = np.where(np.isnan(spells["ended"][moving]), np.inf, spells["ended"][moving])
            self.over_time("in_transfer", moving, spells["started"][moving], there)
        self.derived(begun, started > joined)

        now = view.within(started)
        self.spread("wait", begun[now], (started - joined)[now])
        new = ~view.opening(begun)
        now = view.within(ended) & new
        self.spread("service", begun[now], (ended - started)[now])
        gone = ended
        if len(blocked) or self.stop.keeps:
            longer = self.blocked_times(begun, blocked, kept_ends)
            gone = ended + longer
            now = view.within(gone)
            self.spread("blocked", begun[now], longer[now])
            self.share("blocked_share", begun[now], longer[now] > 0)
        if len(moving):
            now = view.within(spells["ended"][moving])
            self.spread("transfer", moving[now], (spells["ended"] - spells["started"])[moving[now]])
        now = view.within(gone) & new
        self.spread("length", begun[now], (gone - joined)[now])

        come = np.concatenate((joined, spells["joined"][left], spells["joined"][still], spells["started"][blocked]))
        go = np.concatenate((ended, spells["ended"][left], np.full(len(still), np.inf), kept_ends))
        self.table.shares[self.stop.name, "N"] = time_shares(come, go, horizon)
        busy = np.concatenate((started, spells["started"][blocked]))
        self.table.shares[self.stop.name, "busy"] = time_shares(busy, np.concatenate((ended, kept_ends)), horizon)
        return come, go

    def rows(self, *types: str) -> Rows:
        return self.view.rows([self.stop.name], *types)

    def kept(self) -> tuple[Rows, Rows]:
        """Held spells here: packages kept or held for a side trip, and places kept after the end."""
        held = self.rows("held", "open_held")
        package = np.isin(self.spells["reason"][held], self.view.codes(("kept", "hold")))
        return held[package], held[~package]

    def count(self, quantity: str, rows: Rows, those: npt.NDArray[np.bool_]) -> None:
        self.sums[quantity] = self.total(rows[those])

    def over_time(self, quantity: str, rows: Rows, starts: Floats, ends: Floats) -> None:
        horizon = self.view.horizon
        lengths = np.clip(ends, 0.0, horizon) - np.clip(starts, 0.0, horizon)
        self.sums[quantity] = self.total(rows, lengths / horizon)

    def total(self, rows: Rows, weights: Floats | None = None) -> Floats:
        found: Floats = np.bincount(self.spells["class"][rows], weights, len(self.view.log.names)).astype(float)
        return found

    def derived(self, begun: Rows, waited: npt.NDArray[np.bool_]) -> None:
        """Write the totals, and what follows from them."""
        sums = self.sums
        sums["throughput"] = sums["finished"] / self.view.horizon
        sums["present"] = sums["waiting"] + sums["in_service"] + sums.get("blocked", 0.0)
        came = sums["joined"] + sums["lost"]
        in_period = self.view.within(self.spells["started"][begun])
        had_to = self.total(begun[in_period & waited])
        seen = sum(np.abs(total) for total in sums.values())
        classes = np.flatnonzero(seen) if self.view.several_classes else np.empty(0, np.intp)
        for name, of in self.names(classes):
            for quantity, total in sums.items():
                self.put(name, quantity, of(total))
            self.put(name, "loss_share", of(sums["lost"]) / of(came) if of(came) else NAN)
            self.put(name, "waited_share", of(had_to) / of(sums["started"]) if of(sums["started"]) else NAN)
        if self.stop.exact:
            amounts = np.concatenate((begun, self.rows("held", "open_held")))
            ends = np.where(np.isnan(self.spells["ended"][amounts]), np.inf, self.spells["ended"][amounts])
            use = self.view.mean(self.spells["started"][amounts], ends, self.spells["amount"][amounts])
            self.put("", "amount", use)

    def names(self, classes: Codes) -> list[tuple[str, _Of]]:
        """Everyone, then each class, with what takes its part of a total by class."""
        return [("", _Of(None)), *((self.view.log.names[code], _Of(int(code))) for code in classes)]

    def groups(self, rows: Rows) -> list[tuple[str, npt.NDArray[np.bool_] | None]]:
        found: list[tuple[str, npt.NDArray[np.bool_] | None]] = [("", None)]
        if self.view.several_classes:
            codes = self.spells["class"][rows]
            there = np.flatnonzero(np.bincount(codes)).tolist()
            found += [(self.view.log.names[code], codes == code) for code in there]
        return found

    def spread(self, quantity: str, rows: Rows, values: Floats) -> None:
        """Mean, sd, quartiles and 95th percentile, linear between values."""
        for name, those in self.groups(rows):
            chosen = np.sort(values if those is None else values[those])
            size = len(chosen)
            if not size:
                continue
            self.put(name, f"{quantity}_mean", float(chosen.mean()))
            self.put(name, f"{quantity}_sd", float(chosen.std(ddof=1)) if size > 1 else NAN)
            for key, share in (("q1", 0.25), ("median", 0.5), ("q3", 0.75), ("p95", 0.95)):
                place = (size - 1) * share
                low = int(place)
                high = min(low + 1, size - 1)
                value = chosen[low] + (place - low) * (chosen[high] - chosen[low])
                self.put(name, f"{quantity}_{key}", float(value))

    def share(self, quantity: str, rows: Rows, those: npt.NDArray[np.bool_]) -> None:
        for name, group in self.groups(rows):
            chosen = those if group is None else those[group]
            if len(chosen):
                self.put(name, quantity, float(chosen.mean()))

    def blocked_times(self, begun: Rows, blocked: Rows, until: Floats) -> Floats:
        """How long each visit's place was kept after its end; infinite where it still is."""
        longer = np.zeros(len(begun))
        if not len(blocked):
            return longer
        _, who = np.unique(self.spells["person"][np.concatenate((begun, blocked))], return_inverse=True)
        visits = who[: len(begun)] + 1j * self.spells["started"][begun]
        order = np.argsort(visits, kind="stable")
        after = who[len(begun) :] + 1j * self.spells["started"][blocked]
        visit = np.searchsorted(visits[order], after, side="right") - 1
        good = (visit >= 0) & (visits[order[visit]].real == after.real)
        np.add.at(longer, order[visit[good]], (until - self.spells["started"][blocked])[good])
        return longer

    def put(self, class_: str, quantity: str, value: float) -> None:
        self.table.values[self.stop.name, class_, quantity] = value


@dataclass(frozen=True)
class _Of:
    """One class's part of a total by class; everyone's, without a code."""

    code: int | None

    def __call__(self, total: Floats) -> float:
        return float(total.sum() if self.code is None else total[self.code])


def _things(view: MeasureInput) -> list[str]:
    """What stations draw on, where spells say exactly how much of it is in use."""
    stops = view.setting.stops.values()
    return sorted({stop.thing for stop in stops} - {stop.thing for stop in stops if not stop.exact} - {""})


def _use(view: MeasureInput, thing: str) -> float:
    stations = [stop.name for stop in view.setting.stops.values() if stop.thing == thing]
    capacity = view.level_mean(f"{thing}.slots" if thing.startswith("team:") else f"{thing}.capacity")
    if not capacity > 0:
        return NAN
    starts, ends, amounts = view.serving(stations)
    kept_from, kept_until, kept_amounts = view.held(stations)
    if thing.startswith("team:"):
        return (view.mean(starts, ends) + view.mean(kept_from, kept_until)) / capacity
    others = view.level_mean(f"{thing}.others") if f"{thing}.others" in view.things else 0.0
    return (view.mean(starts, ends, amounts) + view.mean(kept_from, kept_until, kept_amounts) + others) / capacity


def _arrived(view: MeasureInput, station: str) -> float:
    """People who reached an exit in the window: by a spell there, or by the spell that led to it."""
    spells = view.spells
    here = view.rows([station], "service", "open_service")
    if len(here):
        return float(view.within(spells["joined"][here]).sum())
    to = np.isin(spells["to"], view.codes([station]))
    return float((to & view.within(spells["ended"])).sum())
