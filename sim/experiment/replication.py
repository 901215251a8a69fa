"""One job: one replication of every world compared, each run in turn and measured."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from sim.experiment.pairing import Tally, Window, tally
from sim.log.part import part
from sim.log.tables import Log
from sim.measures.areas import Floats
from sim.measures.catalogue import CATALOGUE, Measure
from sim.measures.flows import Flows, flows
from sim.measures.ledger import by_year
from sim.measures.outcomes import Outcomes, outcomes
from sim.measures.setting import Setting
from sim.measures.stations import daily, station_measures
from sim.measures.table import StationTable, station_table
from sim.measures.view import MeasureInput
from sim.scenario.schema import Scenario
from sim.world import Plan, compile, simulate

__all__ = ["Bench", "Outcome", "Part", "measures_for", "uncollected"]

Part = tuple[float, float]
"""Days of the reported time, from and until."""


@dataclass(frozen=True)
class Outcome:
    """What one replication of one world gives."""

    measures: Floats
    stations: StationTable
    flows: Flows
    daily: Floats
    edges: Floats
    """Edges of the daily periods, in days."""
    money: Floats
    """As ``sim.measures.ledger.by_year``."""
    log: Log | None
    """Of replication 0 alone."""
    parts: Floats
    """(part of the reported time, measure); empty where none is asked for."""
    people: Tally | None = None
    """Whose outcome differs from the base, where worlds are compared."""


def measures_for(settings: Sequence[Setting]) -> tuple[Measure, ...]:
    """The catalogue; for worlds with none of its headlines, wait and queue of each station of the first as well."""
    names = {stop.counts_as for setting in settings for stop in setting.stops.values()}
    if "assessment" in names or any(setting.hospital_stays for setting in settings):
        return CATALOGUE
    return (*station_measures(settings[0]), *CATALOGUE)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without garbage collection inside: a replication makes much that lives to its end, and is collected after it."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
        gc.collect()


class Bench:
    """Worlds ready to run: compiled once in each process."""

    def __init__(self, scenarios: Sequence[Scenario], seed: int, parts: Sequence[Part] = ()) -> None:
        self.seed = seed
        self.parts = tuple(parts)
        self.settings = [Setting.of(scenario) for scenario in scenarios]
        self.measures = measures_for(self.settings)
        self._window = Window.of(scenarios[0])
        self._plans: list[Plan] = [compile(scenario) for scenario in scenarios]
        gc.collect()
        gc.freeze()  # what is here now stays: the collector need not look at it after each replication

    def run(self, replication: int) -> list[Outcome]:
        """One replication of every world, without garbage collection inside it."""
        found: list[Outcome] = []
        base: Outcomes | None = None
        for plan, setting in zip(self._plans, self.settings, strict=True):
            with uncollected():
                outcome, log = self._one(plan, setting, replication)
                if len(self._plans) > 1:
                    people = outcomes(log, setting, self._window.since)
                    base = base or people
                    outcome = replace(outcome, people=tally(base, people, self._window)) if found else outcome
                found.append(outcome)
                del log
        return found

    def _one(self, plan: Plan, setting: Setting, replication: int) -> tuple[Outcome, Log]:
        log = simulate(plan, seed=self.seed, replication=replication)
        view = MeasureInput(log, setting)
        outcome = Outcome(
            measures=np.array([measure.function(view) for measure in self.measures]),
            stations=station_table(view),
            flows=flows(view),
            daily=daily(view).astype(np.float32),
            edges=view.edges / view.day,
            money=by_year(view),
            log=log if replication == 0 else None,
            parts=np.array([self._part(log, setting, one) for one in self.parts]),
        )
        return outcome, log

    def _part(self, log: Log, setting: Setting, days: Part) -> list[float]:
        begin, end = (day * log.day for day in days)
        view = MeasureInput(part(log, begin, end), replace(setting, days=days[1] - days[0]))
        return [measure.function(view) for measure in self.measures]
