"""Where each person stands when the run ends, and what happened on the way: one row a person, from one log.

An outcome is read at the horizon, the same moment in every world. Someone on a side trip with the package kept is
still on the package; someone in a hospital bed is in hospital, whatever is kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.engine.draws import name_key
from sim.log.tables import SPELL_TYPES, Log
from sim.measures.areas import Floats
from sim.measures.catalogue.harm import queues
from sim.measures.setting import CARE_HOMES, DEAD, Setting, Stop

__all__ = ["BANDS", "OUTCOMES", "Codes", "Outcomes", "outcomes", "turn"]

OUTCOMES: Mapping[str, str] = {
    "no_ongoing_support": "No ongoing support",
    "short_term_help": "In short-term help",
    "care_at_home": "Care at home",
    "in_hand": "Being helped or assessed",
    "waiting": "Waiting",
    "withdrew": "Gave up waiting",
    "hospital": "In hospital",
    "care_home": "In a care home",
    "died": "Died",
}
"""Id and plain name, in the order by which a change counts as better or worse: a convention, not a finding.
Care at home comes before waiting, for it is what people wait for; a care home comes after a hospital bed, for it is
for good. Between being helped and waiting again a change is neither: it may be the step before or the one after."""
_LEVEL = ("in_hand", "waiting")

BANDS = ("age", "need")
"""Attributes by which those affected are told apart."""

Codes = npt.NDArray[np.int64]
_ID = {name: code for code, name in enumerate(OUTCOMES)}
_TYPE = {name: code for code, name in enumerate(SPELL_TYPES)}
_RANKS = np.array([_ID[_LEVEL[0]] if name in _LEVEL else code for name, code in _ID.items()])


@dataclass(frozen=True)
class Outcomes:
    """People of one replication of one world, in order of their number."""

    person: npt.NDArray[np.int64]
    came: Floats
    """Model time of arrival; of those there at the opening, its time."""
    opening: npt.NDArray[np.bool_]
    """Whether they were there at the opening."""
    outcome: Codes
    """Position in ``OUTCOMES``; -1 where the log says nothing of a person."""
    left: Floats
    """When they reached the exit by which they are out at the horizon; infinite where they are not."""
    waited: Floats
    """Days waiting outside hospital from ``since`` on, searches for care among them; not for a review, nor for
    emergencies or work that the law does not let wait."""
    delayed: Floats
    """Days in a hospital bed, ready to leave, from ``since`` on."""
    harmed: npt.NDArray[np.bool_]
    """Whether a wait became a crisis or a hospital stay from ``since`` on, as it would not have without the wait."""
    stations: npt.NDArray[np.uint64]
    """A fingerprint of the stations where they were served, whenever that was."""
    whole: npt.NDArray[np.uint64]
    """A fingerprint of everything that happened to them, with its times."""
    bands: Mapping[str, tuple[tuple[str, ...], Codes]]
    """Of ``BANDS``, those that people have: the names of the levels, and each person's on arrival by position."""


def turn(before: Codes, after: Codes) -> Codes:
    """1 where a change of outcome counts as better, -1 worse, 0 neither."""
    found: Codes = np.sign(_RANKS[before] - _RANKS[after])
    return found


def outcomes(log: Log, setting: Setting, since: float = 0.0) -> Outcomes:
    """Where everyone stands at the horizon. ``since``: from when waits, delays and harm count (model time)."""
    return _Reading(log, setting, since).all()


class _Reading:
    def __init__(self, log: Log, setting: Setting, since: float) -> None:
        self.log = log
        self.setting = setting
        self.since = since
        self.spells = log.spells
        people = log.people
        first = np.flatnonzero(~np.isnan(people["arrived"]))
        first = first[np.argsort(people["person"][first], kind="stable")]
        self.first = first
        self.person = people["person"][first]
        self.who = np.searchsorted(self.person, self.spells["person"])
        """Each spell's person, by position."""

    def all(self) -> Outcomes:
        spells, log, horizon = self.spells, self.log, self.log.horizon
        day, count = log.day, len(self.person)
        stops = self.setting.stops.values()
        sought = queues(self.setting) | {stop.name for stop in stops if stop.kind in ("sourcing", "package")}
        waits = self.at(sought) & self.typed("service", "open_service", "renege", "open_wait")
        until = np.where(np.isnan(spells["started"]), spells["ended"], spells["started"])
        waited = self.total(waits, spells["joined"], until)
        searching = self.at(stop.name for stop in stops if stop.kind == "sourcing")
        searching &= self.typed("service", "open_service", "renege") & ~np.isnan(spells["started"])
        waited += self.total(searching, spells["started"], spells["ended"])
        beds = self.at(self.setting.hospital_stays) & self.typed("held", "open_held")
        harms = [log.code(stop.name) for stop in stops if stop.track in ("crisis", "hospital")]
        harmed = self.typed("renege") & (spells["reason"] == log.code("excess")) & np.isin(spells["to"], harms)
        harmed &= spells["ended"] >= self.since
        streams = [code for code, name in enumerate(log.names) if name.startswith("stock:")]
        left = np.full(count, np.inf)
        left[self.who[self.out]] = spells["joined"][self.out]
        return Outcomes(
            person=self.person,
            came=log.people["arrived"][self.first],
            opening=np.isin(log.people["stream"][self.first], streams),
            outcome=self.stands(),
            left=left,
            waited=waited / day,
            delayed=self.total(beds, spells["started"], np.minimum(spells["ended"], horizon)) / day,
            harmed=np.bincount(self.who[harmed], minlength=count) > 0,
            stations=self.fingerprint(self.typed("service", "open_service"), ()),
            whole=self.fingerprint(np.ones(len(self.who), np.bool_), ("joined", "started", "ended", "amount")),
            bands={band: self.band(log.people[band][self.first]) for band in BANDS if band in log.attributes},
        )

    def band(self, codes: npt.NDArray[np.int32]) -> tuple[tuple[str, ...], Codes]:
        levels, at = np.unique(codes, return_inverse=True)
        return tuple(self.log.names[code] for code in levels), at.astype(np.int64)

    def fingerprint(self, rows: npt.NDArray[np.bool_], columns: Iterable[str]) -> npt.NDArray[np.uint64]:
        """A number by person, another when any of these spells is: a sum of 64-bit mixes of names and times."""
        keys = np.array([name_key(name) for name in self.log.names], np.int64).view(np.uint64)
        found = keys[self.spells["station"][rows]]
        for column in columns:
            value = self.spells[column][rows].astype(np.float64)
            found = _mixed(found ^ np.where(np.isnan(value), -1.0, value).view(np.uint64))
        if columns:
            found = _mixed(found + keys[self.spells["to"][rows]] + self.spells["type"][rows].astype(np.uint64))
        total = np.zeros(len(self.person), np.uint64)
        np.add.at(total, self.who[rows], _mixed(found))
        return total

    def total(self, rows: npt.NDArray[np.bool_], starts: Floats, ends: Floats) -> Floats:
        """Time by person between starts and ends (the horizon, where there is none yet), from ``since`` on."""
        end = np.where(np.isnan(ends[rows]), self.log.horizon, ends[rows])
        lengths = np.maximum(0.0, end - np.maximum(starts[rows], self.since))
        found: Floats = np.bincount(self.who[rows], lengths, len(self.person)).astype(np.float64)
        return found

    def at(self, stations: Iterable[str]) -> npt.NDArray[np.bool_]:
        here: npt.NDArray[np.bool_] = np.isin(self.spells["station"], [self.log.code(name) for name in stations])
        return here

    def typed(self, *types: str) -> npt.NDArray[np.bool_]:
        found: npt.NDArray[np.bool_] = np.isin(self.spells["type"], [_TYPE[name] for name in types])
        return found

    @cached_property
    def out(self) -> npt.NDArray[np.intp]:
        """The exit rows of those who are out at the horizon: who came back is not, until they leave again."""
        exits = self.at(stop.name for stop in self.setting.stops.values() if stop.kind == "exit")
        left = np.flatnonzero(exits & self.typed("service"))
        last = np.full(len(self.person), -1, np.int64)
        last[self.who[left]] = left
        count = len(self.person)
        times = np.bincount(self.who[left], minlength=count)
        gone = times > np.bincount(self.who[self.typed("away")], minlength=count)
        found: npt.NDArray[np.intp] = last[gone]
        return found

    def stands(self) -> Codes:
        """The outcome of each person: of all that is open at the horizon, what comes last here."""
        spells = self.spells
        found = np.full(len(self.person), -1, np.int64)
        serving, waiting = self.typed("open_service"), self.typed("open_wait")
        held = self.typed("open_held")
        reasons = [self.log.code(reason) for reason in ("kept", "hold")]
        package = held & np.isin(spells["reason"], reasons)
        exits = {"withdrew": "withdrew", DEAD: "died"}
        last = np.full(len(self.person), -1, np.int64)
        last[self.who] = np.arange(len(self.who))
        moving = np.zeros(len(self.who), np.bool_)
        moving[last[last >= 0]] = True
        moving &= self.typed("transfer", "service", "held", "renege", "swap", "lost")
        found[self.who[moving]] = _ID["in_hand"]
        groups: dict[str, list[Stop]] = {}
        for stop in self.setting.stops.values():
            groups.setdefault(_kind(stop), []).append(stop)
        for rows, outcome, kinds in (
            (waiting, "waiting", tuple(groups)),
            (serving, "in_hand", ("step",)),
            (serving | held, "short_term_help", ("short",)),
            (serving | package, "care_at_home", ("home",)),
            (serving | package, "care_home", ("care home",)),
            (serving | (held & ~package), "hospital", ("hospital",)),
        ):
            here = rows & self.at(stop.name for kind in kinds for stop in groups.get(kind, ()))
            found[self.who[here]] = _ID[outcome]
        out = self.out
        for stop in groups.get("exit", ()):
            here = out[spells["station"][out] == self.log.code(stop.name)]
            found[self.who[here]] = _ID[exits.get(stop.counts_as, "no_ongoing_support")]
        return found


def _mixed(z: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finaliser of splitmix64 (Steele, Lea and Flood 2014)."""
    z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return z ^ z >> np.uint64(31)


def _kind(stop: Stop) -> str:
    if stop.kind == "exit":
        return "exit"
    if stop.kind == "package":
        return "care home" if stop.counts_as in CARE_HOMES else "home"
    if stop.track == "hospital" and stop.kind == "stay":
        return "hospital"
    return "short" if stop.kind == "stay" or stop.track == "early_intervention" else "step"
