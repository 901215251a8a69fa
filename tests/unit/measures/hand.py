"""Logs written by hand: a few people, a few spells, times that can be added up on paper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.log.tables import SPELL_COLUMNS, SPELL_TYPES, Log, Names
from sim.measures.catalogue import CATALOGUE
from sim.measures.setting import Setting, Stop
from sim.measures.view import MeasureInput

NAN = float("nan")
CODED = ("station", "pool", "origin", "to", "cause", "reason", "route", "class")


class Hand:
    """A log of 100 days (or another horizon) for stations given as (kind, counts_as, track, thing)."""

    def __init__(
        self, horizon: float = 100.0, day: float = 1.0, posts: float = 0.0, **stations: tuple[str, ...]
    ) -> None:
        self.horizon, self.day, self.posts = horizon, day, posts
        self.begin = min(0.0, -10.0 * day)
        self.joint: tuple[str, ...] = ()
        self.roles: tuple[str, ...] = ()
        self.population: dict[str, float] = {}
        self.ages: dict[int, str] = {}
        self.arrived: list[tuple[int, float, str, dict[str, str]]] = []
        self.stops = {}
        for name, given in stations.items():
            kind, counts_as, track, thing = (*given, "", "", "")[:4]
            self.stops[name] = Stop(name, kind, track, counts_as or name, name.capitalize(), thing)
        self.names = Names()
        self.rows: list[dict[str, object]] = []
        self.levels: list[tuple[float, int, float]] = []

    def spell(self, person: int, station: str, type: str, joined: float = NAN, started: float = NAN,
              ended: float = NAN, amount: float = 1.0, **names: str) -> Hand:  # fmt: skip
        """One row of the spell table."""
        row: dict[str, object] = {
            "person": person, "type": SPELL_TYPES.index(type), "joined": joined, "started": started, "ended": ended,
            "amount": amount,
        }  # fmt: skip
        for column in CODED:
            row[column] = self.names.code(station if column == "station" else names.get(column, ""))
        self.rows.append(row)
        return self

    def caseload(self, *stations: str) -> Hand:
        """These tasks are by caseload."""
        self.stops |= {name: replace(self.stops[name], caseload=True) for name in stations}
        return self

    def followed(self, *stations: str) -> Hand:
        """People may come back from these exits."""
        self.stops |= {name: replace(self.stops[name], followed=True) for name in stations}
        return self

    def seeks(self, station: str, *groups: str) -> Hand:
        """What the packages that a sourcing station searches for count as."""
        self.stops[station] = replace(self.stops[station], seeks=frozenset(groups))
        return self

    def aged(self, **ages: str) -> Hand:
        """People of an age level each, p1="85_plus"."""
        self.ages |= {int(person[1:]): level for person, level in ages.items()}
        return self

    def arrives(self, person: int, time: float, stream: str = "requests", **levels: str) -> Hand:
        """One who arrives, with the attributes given; all or none of a log's people are given so."""
        self.arrived.append((person, time, stream, levels))
        return self

    def level(self, thing: str, *changes: tuple[float, float]) -> Hand:
        """A level: (time, value) at each change."""
        self.levels += [(time, self.names.code(thing), value) for time, value in changes]
        return self

    def log(self) -> Log:
        """The log as the world would hand it over."""
        spells = {name: np.array([row[name] for row in self.rows], dtype) for name, dtype in SPELL_COLUMNS}
        times, things, values = zip(*self.levels, strict=True) if self.levels else ((), (), ())
        levels = {
            "time": np.array(times, np.float64),
            "thing": np.array(things, np.int32),
            "value": np.array(values, np.float64),
        }
        people = {"person": np.array(list(self.ages), np.int64), "time": np.zeros(len(self.ages))}
        if self.ages:
            people["age"] = np.array([self.names.code(age) for age in self.ages.values()], np.int32)
        attributes = tuple(self.arrived[0][3]) if self.arrived else ()
        if self.arrived:
            times = np.array([time for _, time, _, _ in self.arrived])
            people = {"person": np.array([one[0] for one in self.arrived], np.int64), "time": times, "arrived": times}
            people["stream"] = np.array([self.names.code(one[2]) for one in self.arrived], np.int32)
            for name in attributes:
                people[name] = np.array([self.names.code(one[3][name]) for one in self.arrived], np.int32)
        return Log(tuple(self.names.codes), self.begin, self.horizon, self.day, people, spells, levels, attributes)

    def view(self) -> MeasureInput:
        """The log as measures read it."""
        setting = Setting(
            self.stops, self.horizon / self.day, "days", self.posts, self.joint, self.roles, self.population
        )
        return MeasureInput(self.log(), setting)


MEASURES = {measure.id: measure for measure in CATALOGUE}


def value(hand: Hand, measure: str) -> float:
    """One measure of a log."""
    return MEASURES[measure].function(hand.view())
