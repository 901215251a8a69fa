"""One person's way through a world, read from its log: event by event, in plain words."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from sim.log.tables import SPELL_TYPES, Log
from sim.measures.setting import Setting, Stop
from sim.mistakes import Mistake
from sim.scenario.schema import Scenario

__all__ = ["OUTCOMES", "WORST", "Journey", "NobodyFound", "Step", "Traveller", "find_person", "journey", "travellers"]

Rows = npt.NDArray[np.intp]
_TYPE = {name: code for code, name in enumerate(SPELL_TYPES)}
OUTCOMES = {
    "caused-by-waiting": "a wait became a crisis or a hospital stay, and would not have without the wait",
    "crisis": "came to crisis response",
    "hospital": "came to hospital",
    "delayed": "was kept in a bed for want of what comes next",
    "package": "began a package of care",
    "died": "died",
    "still-waiting": "was still waiting at the end of the run",
}
"""What may have become of someone, and what it means."""
WORST = "wait-became-crisis"
"""Those of ``caused-by-waiting`` who came to crisis response: whom to follow first."""


_THE_END = "the journey ends"


class NobodyFound(Mistake):
    """No such person; carries one plain message."""


@dataclass(frozen=True)
class Step:
    """One thing that happened to a person."""

    time: float
    """Model time, in the scenario's unit from ``run.start``."""
    when: str
    """Date and time; the day of the run in a scenario without a start."""
    station: str
    """Id; '' for what happens at no station."""
    title: str
    words: str
    caused_by_waiting: bool = False


@dataclass(frozen=True)
class Traveller:
    """A person of a replication."""

    person: int
    stream: str
    arrived: float
    """Model time."""


@dataclass(frozen=True)
class Journey:
    """Everything that happened to one person in one replication."""

    person: int
    stream: str
    attributes: dict[str, str]
    """On arrival."""
    steps: tuple[Step, ...]


def find_person(log: Log, typed: str) -> int:
    """The person whose number is, or alone begins with, what was typed.

    Raises ``NobodyFound`` when there is none, or more than one.
    """
    people = np.unique(log.people["person"])
    if typed.isdigit():
        if len(typed) < 19 and (exact := people[people == int(typed)]).size:
            return int(exact[0])
        found = [person for person in people.tolist() if str(person).startswith(typed)]
        if len(found) == 1:
            return int(found[0])
        if found:
            raise NobodyFound(f"{len(found)} people have a number that begins with {typed}; type more of it")
    raise NobodyFound(f"nobody has the number {typed} here; without --person people are suggested")


def travellers(log: Log, scenario: Scenario, outcome: str = "", station: str = "") -> list[Traveller]:
    """Those who arrived in the reported time and to whom something happened, or who were somewhere; first come first.

    ``outcome``: one of ``OUTCOMES``, or ``WORST``. ``station``: the id of one. '' for any.
    """
    people = log.people
    arrived = {
        int(person): Traveller(int(person), log.names[stream], float(at))
        for person, stream, at in zip(people["person"], people["stream"], people["arrived"], strict=True)
        if at >= 0.0 and not log.names[stream].startswith("stock:")
    }
    rows = np.ones(len(log.spells["person"]), np.bool_)
    if station:
        rows &= log.spells["station"] == log.code(station)
    if outcome:
        chosen = log.spells["person"][_rows_of(log, Setting.of(scenario), outcome)]
        rows &= np.isin(log.spells["person"], chosen)
    found = [arrived[key] for key in np.unique(log.spells["person"][rows]).tolist() if key in arrived]
    return sorted(found, key=lambda one: (one.arrived, one.person))


def _rows_of(log: Log, setting: Setting, outcome: str) -> Rows:
    """The spells that show an outcome."""
    spells = log.spells
    stops = setting.stops.values()

    def at(chosen: Callable[[Stop], bool]) -> npt.NDArray[np.bool_]:
        return np.isin(spells["station"], [log.code(stop.name) for stop in stops if chosen(stop)])

    def typed(*types: str) -> npt.NDArray[np.bool_]:
        return np.isin(spells["type"], [_TYPE[name] for name in types])

    picked: npt.NDArray[np.bool_]
    if outcome in ("caused-by-waiting", WORST):
        tracks = ("crisis",) if outcome == WORST else ("crisis", "hospital")
        harmed = [log.code(stop.name) for stop in stops if stop.track in tracks]
        picked = typed("renege") & (spells["reason"] == log.code("excess")) & np.isin(spells["to"], harmed)
    elif outcome in ("crisis", "hospital"):
        picked = at(lambda stop: stop.track == outcome) & typed("service", "open_service")
    elif outcome == "delayed":
        picked = at(lambda stop: stop.keeps) & typed("held", "open_held")
    elif outcome == "package":
        picked = at(lambda stop: stop.kind == "package") & typed("service", "open_service")
    elif outcome == "died":
        picked = at(lambda stop: stop.counts_as == "died")
    else:
        picked = typed("open_wait")
    found: Rows = np.flatnonzero(picked)
    return found


def journey(log: Log, scenario: Scenario, person: int) -> Journey:
    """What happened to a person, in order of time."""
    people = np.flatnonzero(log.people["person"] == person)
    first = people[0]
    stream = log.names[log.people["stream"][first]]
    attributes = {name: log.names[log.people[name][first]] for name in log.attributes}
    telling = _Telling(log, scenario)
    steps = [telling.arrives(first, stream, attributes)]
    steps += telling.changes(people)
    for row in np.flatnonzero(log.spells["person"] == person).tolist():
        steps += telling.spell(row)
    order = sorted(range(len(steps)), key=lambda i: (steps[i].time, steps[i].words == _THE_END, i))
    return Journey(person, stream, attributes, tuple(steps[i] for i in order))


class _Telling:
    def __init__(self, log: Log, scenario: Scenario) -> None:
        self.log = log
        self.stops = Setting.of(scenario).stops
        self.dated = scenario.run.start is not None
        self.start = datetime.datetime.fromisoformat(scenario.run.start or "2024-01-01")

    def when(self, time: float) -> str:
        """A moment as people write it."""
        days = time / self.log.day
        at = self.start + datetime.timedelta(minutes=round(days * 1440.0))
        return at.strftime("%Y-%m-%d %H:%M") if self.dated else f"day {math.floor(days)} {at:%H:%M}"

    def lasting(self, time: float) -> str:
        """A length of time in the unit that reads best."""
        minutes = time / self.log.day * 1440.0
        for size, unit in ((1440.0, "day"), (60.0, "hour"), (1.0, "minute")):
            if minutes >= (1.95 if unit != "minute" else 0.0) * size:
                count = f"{minutes / size:.0f}"
                return f"{count} {unit}{'' if count == '1' else 's'}"
        return "no time"

    def title(self, station: str) -> str:
        """A station's own name."""
        stop = self.stops.get(station)
        return stop.title if stop is not None else station.replace("_", " ").capitalize()

    def step(self, time: float, station: str, words: str, harmed: bool = False) -> Step:
        """A step at a station."""
        return Step(float(time), self.when(time), station, self.title(station) if station else "", words, harmed)

    def arrives(self, row: int, stream: str, attributes: dict[str, str]) -> Step:
        """How the journey begins."""
        who = ", ".join(
            f"{name} {level.replace('_', ' ')}" for name, level in attributes.items() if name not in ("route", "class")
        )
        there = stream.startswith("stock:")
        words = "there when the run began" if there else f"arrives ({stream.replace('_', ' ')})"
        time = self.log.people["time"][row]
        return self.step(time, "", f"{words}{': ' if who else ''}{who}")

    def changes(self, rows: Rows) -> Iterator[Step]:
        """Attributes that changed, other than by the way the person took."""
        people, names = self.log.people, self.log.names
        for before, after in pairwise(rows):
            for name in self.log.attributes:
                old, new = names[people[name][before]], names[people[name][after]]
                if old != new and name not in ("route", "class"):
                    said = f"{name} changes from {old.replace('_', ' ')} to {new.replace('_', ' ')}"
                    yield self.step(people["time"][after], "", said)

    def spell(self, row: int) -> Iterator[Step]:
        """What one row of the log tells."""
        spells, names = self.log.spells, self.log.names
        kind = SPELL_TYPES[spells["type"][row]]
        station, to = names[spells["station"][row]], names[spells["to"][row]]
        joined, started, ended = (float(spells[key][row]) for key in ("joined", "started", "ended"))
        cause, reason = names[spells["cause"][row]], names[spells["reason"][row]]
        stop = self.stops.get(station)
        if kind == "away":
            away = self.lasting(ended - joined)
            there = self.stops.get(to)
            back = f"back after {away} ({_event(cause)}); on to {self.title(to)}"
            out = there is not None and there.kind == "exit"
            yield self.step(ended, station, f"{_event(cause)}, {away} later" if out else back)
        elif stop is not None and stop.kind == "exit":
            yield self.step(joined, station, _THE_END)
        elif kind == "service":
            yield from self._served(station, to, joined, started, ended, cause)
        elif kind == "renege":
            yield self._left(station, to, joined, ended, cause, reason)
        elif kind in ("held", "open_held"):
            yield self._held(int(spells["person"][row]), station, started, ended, reason)
        elif kind == "transfer":
            yield self.step(joined, station, f"on the way to {self.title(to)}")
        elif kind == "lost":
            yield self.step(joined, station, "turned away: there was no room to wait")
        elif kind == "sought":
            yield self.step(ended, station, "another amount of care is sought from here on")
        elif kind == "swap":
            yield self.step(joined, station, "changes places with others who block each other")
        elif kind == "open_wait":
            since = self.lasting(self.log.horizon - joined)
            yield self.step(self.log.horizon, station, f"still waiting when the run ends, after {since}")
        else:
            yield self.step(started, station, self._starts(joined, started))
            since = self.lasting(self.log.horizon - started)
            yield self.step(self.log.horizon, station, f"still there when the run ends, after {since}")

    def _starts(self, joined: float, started: float) -> str:
        return f"starts, after a wait of {self.lasting(started - joined)}" if started > joined else "starts at once"

    def _served(self, station: str, to: str, joined: float, started: float, ended: float, cause: str) -> Iterator[Step]:
        onward = f"; on to {self.title(to)}" if to and to != station else ""
        event = _event(cause)
        why = f" ({event})" if event else ""
        if ended - started < self.log.day:
            waited = f", after a wait of {self.lasting(started - joined)}" if started > joined else ""
            yield self.step(ended, station, f"done in {self.lasting(ended - started)}{waited}{why}{onward}")
            return
        yield self.step(started, station, self._starts(joined, started))
        yield self.step(ended, station, f"ends after {self.lasting(ended - started)}{why}{onward}")

    def _left(self, station: str, to: str, joined: float, ended: float, cause: str, reason: str) -> Step:
        waited = f"waited {self.lasting(ended - joined)} for {self.title(station)}"
        towards = self.stops.get(to)
        track = towards.track if towards is not None else ""
        harmed = reason == "excess" and track in ("crisis", "hospital")
        if harmed:
            what = "the wait became a crisis" if track == "crisis" else "the wait became a hospital stay"
        elif track == "crisis":
            what = f"{_event(cause)}, as might have happened without the wait"
        else:
            what = _event(cause)
        onward = f"; on to {self.title(to)}" if towards is not None and towards.kind != "exit" else ""
        return self.step(ended, station, f"{waited}; {what}{onward}", harmed)

    def _held(self, person: int, station: str, since: float, until: float, reason: str) -> Step:
        still = math.isnan(until)
        until = self.log.horizon if still else until
        end = "still kept when the run ends" if still else "given up"
        lasting = self.lasting(until - since)
        if reason in ("kept", "hold"):
            return self.step(
                until,
                station,
                f"package kept for {lasting} while away{', and still when the run ends' if still else ''}",
            )
        during = "while waiting for" if self._mostly_waited(person, reason, since, until) else "through"
        return self.step(until, station, f"place {end}, after {lasting} kept {during} {self.title(reason)}")

    def _mostly_waited(self, person: int, station: str, since: float, until: float) -> bool:
        """Whether someone spent more of a time waiting for a station than being served there."""
        spells = self.log.spells
        there = (spells["person"] == person) & (spells["station"] == self.log.code(station))
        joined, started, ended = (spells[key][there] for key in ("joined", "started", "ended"))
        began = np.fmin(np.where(np.isnan(started), ended, started), until)
        waited = np.clip(began - np.fmax(joined, since), 0.0, None).sum()
        served = np.clip(np.fmin(ended, until) - np.fmax(started, since), 0.0, None)
        return bool(waited >= np.nansum(served))


def _event(cause: str) -> str:
    """The event behind a cause, in words: ``community_wait.need_rises.excess`` is 'need rises'."""
    steps = [step for step in cause.split(".")[1:] if step not in ("excess", "background")]
    return steps[-1].replace("_", " ") if steps else cause.replace("_", " ")
