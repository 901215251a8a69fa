"""Replications of one or more worlds, in this process or several: the same results for any number of workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise

import numpy as np

from sim.experiment.intervals import LEAST, Summary, summarise
from sim.experiment.jobs import each, processors
from sim.experiment.judged import LEVEL, Pairing, Verdict, holm, judge, paired_p, pairing, primary_of
from sim.experiment.kept import Kept, Shelf
from sim.experiment.pairing import Tally
from sim.experiment.precision import MOST, Precision, achieved, needed
from sim.experiment.replication import Bench, Outcome, Part, measures_for
from sim.experiment.uncertainty import PER_DRAW, Uncertainty, drawn_up_front, uncertainty
from sim.experiment.worlds import Mismatch
from sim.log.tables import Log
from sim.measures.areas import Floats
from sim.measures.catalogue import Measure
from sim.measures.flows import Flows
from sim.measures.setting import Setting
from sim.measures.stations import series_names
from sim.measures.table import StationTable
from sim.scenario.schema import Scenario

__all__ = ["Progress", "Results", "World", "judged_by", "processors", "run"]

Progress = Callable[[int, int], None]
"""Called with (replications done, replications in all), in the calling process."""
_Judged = tuple[str, Floats, float]


@dataclass(frozen=True)
class World:
    """What every replication of one scenario gave, in replication order."""

    name: str
    """As typed; made unique among the worlds compared."""
    scenario: Scenario
    measures: Floats
    """(replication, measure)."""
    stations: tuple[StationTable, ...]
    """By replication."""
    flows: tuple[Flows, ...]
    """By replication."""
    series: tuple[str, ...]
    daily: Floats
    """(replication, series, period)."""
    edges: Floats
    """Edges of the periods, in days."""
    money: Floats
    """(replication, price, financial year, (gross, contributions, NHS income, net, used)), in pounds."""
    log: Log
    """Of replication 0."""
    parts: Floats
    """(replication, part, measure), for the parts asked for."""
    people: tuple[Tally, ...] = ()
    """Whose outcome differs from the base, by replication; none for the base itself."""


@dataclass(frozen=True)
class Results:
    """Worlds run on the same people, the first of them the base."""

    measures: tuple[Measure, ...]
    """Those with a value in some world."""
    worlds: tuple[World, ...]
    seed: int
    replications: int
    seconds: float
    """Wall time of the replications."""
    workers: int
    primary: str = ""
    """Id of the measure that a comparison is judged by, named before the run; '' for one world."""
    precision: Precision | None = None
    """What a pilot said of the replications needed, where that was asked."""
    uncertainty: Uncertainty | None = None
    """What became of draws of the numbers with a range, where that was asked."""

    @property
    def kind(self) -> str:
        """'run' for one world, 'compare' for several."""
        return "run" if len(self.worlds) == 1 else "compare"

    @cached_property
    def summaries(self) -> dict[tuple[str, str], Summary]:
        """(world, measure id) -> its summary over replications; nothing in the catalogue can be below none."""
        return {
            (world.name, measure.id): summarise(world.measures[:, index], least=0.0)
            for world in self.worlds
            for index, measure in enumerate(self.measures)
        }

    @cached_property
    def differences(self) -> dict[tuple[str, str], Summary]:
        """(world, measure id) -> paired difference to the base, by replication; infinite values give no difference."""
        base = self.worlds[0].measures
        return {
            (world.name, measure.id): summarise(_minus(world.measures[:, index], base[:, index]))
            for world in self.worlds[1:]
            for index, measure in enumerate(self.measures)
        }

    @cached_property
    def pairings(self) -> dict[tuple[str, str], Pairing]:
        """(world, measure id) -> how well it pairs with the base."""
        base = self.worlds[0].measures
        return {
            (world.name, measure.id): pairing(base[:, index], world.measures[:, index])
            for world in self.worlds[1:]
            for index, measure in enumerate(self.measures)
        }

    @cached_property
    def p_values(self) -> dict[tuple[str, str], float]:
        """(world, measure id) -> unadjusted p value of a paired t test against no difference."""
        base = self.worlds[0].measures
        return {
            (world.name, measure.id): paired_p(_minus(world.measures[:, index], base[:, index]))
            for world in self.worlds[1:]
            for index, measure in enumerate(self.measures)
        }

    @cached_property
    def adjusted(self) -> dict[str, float]:
        """World -> p value of the primary measure, by Holm over all the alternatives."""
        names = [world.name for world in self.worlds[1:]]
        return dict(zip(names, holm([self.p_values.get((name, self.primary), np.nan) for name in names]), strict=True))

    @cached_property
    def ranking(self) -> list[tuple[str, bool]]:
        """(world, whether it cannot be told from the one before it), best first by the primary measure.

        Neighbours are told apart by paired t tests, Holm over them all; ties keep the order of their means.
        """
        index = next((at for at, measure in enumerate(self.measures) if measure.id == self.primary), -1)
        if index < 0:
            return []
        least = self.measures[index].direction != "higher is better"
        values = {world.name: world.measures[:, index] for world in self.worlds}
        means = {name: self.summaries[name, self.primary].mean for name in values}
        order = sorted(values, key=lambda name: (means[name] if least else -means[name], list(values).index(name)))
        p = holm([paired_p(_minus(values[after], values[before])) for before, after in pairwise(order)])
        return list(zip(order, [False, *(not value < LEVEL for value in p)], strict=True))

    def verdict(self, world: str, measure: Measure) -> Verdict:
        """What a difference comes to: of the primary measure by its adjusted p value, else by its interval."""
        p = self.adjusted[world] if measure.id == self.primary else None
        return judge(self.differences[world, measure.id], measure, p)


def _minus(values: Floats, base: Floats) -> Floats:
    """Paired differences; all nan unless every pair is finite, for a mean over some pairs would mislead."""
    here = ~(np.isnan(values) & np.isnan(base))
    if not (np.isfinite(values[here]).all() and np.isfinite(base[here]).all()):
        return np.full(len(values), np.nan)
    return values - base


def run(
    scenarios: Sequence[Scenario],
    *,
    replications: int,
    seed: int,
    workers: int = 1,
    progress: Progress | None = None,
    parts: Sequence[Part] = (),
    primary: str | None = None,
    precision: float | None = None,
    draws: tuple[int, int] | None = None,
    kept: Kept | None = None,
) -> Results:
    """Run every scenario on the same people, replication by replication.

    ``parts``: stretches of the reported time that are measured by themselves as well.
    ``primary``: id of the measure that the comparison is judged by; default the first headline of the catalogue.
    ``precision``: after a pilot of ``replications``, as many as give every headline an interval this narrow.
    ``draws``: (K, R), to run K draws of the numbers with a range R times each as well.
    ``kept``: where what came of each job is kept until its owner clears it, and looked for first.
    Raises ``Mismatch`` before anything runs, ``sim.world.Exploded`` when a queue grows without end in any of them.
    """
    began = time.perf_counter()
    measures = measures_for([Setting.of(scenario) for scenario in scenarios])
    chosen = judged_by(scenarios, primary)
    make = partial(Bench, tuple(scenarios), seed, tuple(parts))
    found = None
    if precision is not None and (replications < LEAST or not precision > 0):
        raise Mismatch(f"--precision is a share above 0, such as 0.05, after a pilot of at least {LEAST} replications")
    if draws is not None and (draws[0] < 2 or draws[1] < PER_DRAW):
        raise Mismatch("--uncertainty needs at least two draws, and two replications of each")
    up_front = None if draws is None else drawn_up_front(scenarios, draws[0], seed)
    shelf = kept.shelf("replication") if kept else None
    outcomes = _run(make, range(replications), workers, progress, shelf)
    if precision is not None:
        found = _needed(outcomes, measures, precision)
        more = range(replications, min(found.needed, found.most))
        if more:
            outcomes += _run(make, more, workers, progress, shelf)
        found = replace(found, reached=_reached(outcomes, measures))
    believed = None
    if draws is not None and up_front is not None:
        believed = uncertainty(
            scenarios, _unique(scenarios), up_front, per_draw=draws[1], replications=len(outcomes), seed=seed,
            workers=workers, progress=progress, shelf=kept.shelf("draw") if kept else None,
        )  # fmt: skip
    seconds = time.perf_counter() - began
    workers = max(1, min(workers, len(outcomes)))
    return _gather(scenarios, outcomes, Results((), (), seed, len(outcomes), seconds, workers, chosen, found, believed))


def judged_by(scenarios: Sequence[Scenario], primary: str | None) -> str:
    """The id of the measure that a comparison of these is judged by. Raises ``Mismatch``."""
    return primary_of(measures_for([Setting.of(scenario) for scenario in scenarios]), primary)


def _run(
    make: Callable[[], Bench],
    replications: Sequence[int],
    workers: int,
    progress: Progress | None,
    shelf: Shelf | None,
) -> list[list[Outcome]]:
    """What each replication gave, in their order."""
    report = progress or (lambda done, total: None)
    report(0, len(replications))
    found: dict[int, list[Outcome]] = {}
    for replication, outcome in each(make, replications, workers, shelf):
        found[replication] = outcome
        report(len(found), len(replications))
    return [found[replication] for replication in replications]


def _headline_values(outcomes: Sequence[Sequence[Outcome]], measures: Sequence[Measure]) -> Iterator[_Judged]:
    """(id, values that an interval is wanted of, mean of the base) of each headline and world."""
    tables = [np.array([outcome[w].measures for outcome in outcomes]) for w in range(len(outcomes[0]))]
    for at in [at for at, measure in enumerate(measures) if measure.headline]:
        base = tables[0][:, at]
        scale = float(np.mean(base)) if np.isfinite(base).all() else np.nan
        for table in tables[1:] or tables:
            yield measures[at].id, _minus(table[:, at], base) if table is not tables[0] else base, scale


def _needed(outcomes: Sequence[Sequence[Outcome]], measures: Sequence[Measure], asked: float) -> Precision:
    counts = [(needed(values, scale, asked), id) for id, values, scale in _headline_values(outcomes, measures)]
    most, worst = max(counts, key=lambda one: one[0], default=(0, ""))
    return Precision(asked, len(outcomes), max(most, len(outcomes)), worst, MOST, np.nan)


def _reached(outcomes: Sequence[Sequence[Outcome]], measures: Sequence[Measure]) -> float:
    widths = [achieved(values, scale) for _, values, scale in _headline_values(outcomes, measures)]
    return max((width for width in widths if not np.isnan(width)), default=np.nan)


def _gather(scenarios: Sequence[Scenario], outcomes: Sequence[Sequence[Outcome]], about: Results) -> Results:
    """Results put together in replication order; ``about`` says all but measures and worlds."""
    settings = [Setting.of(scenario) for scenario in scenarios]
    every = measures_for(settings)
    tables = [np.array([outcome[w].measures for outcome in outcomes]) for w in range(len(scenarios))]
    kept = [m for m in range(len(every)) if any(not np.isnan(table[:, m]).all() for table in tables)]
    worlds = []
    for w, (scenario, setting, name) in enumerate(zip(scenarios, settings, _unique(scenarios), strict=True)):
        log = outcomes[0][w].log
        assert log is not None
        worlds.append(
            World(
                name=name,
                scenario=scenario,
                measures=tables[w][:, kept],
                stations=tuple(outcome[w].stations for outcome in outcomes),
                flows=tuple(outcome[w].flows for outcome in outcomes),
                series=series_names(setting),
                daily=np.array([outcome[w].daily for outcome in outcomes]),
                edges=outcomes[0][w].edges,
                money=np.array([outcome[w].money for outcome in outcomes]),
                log=log,
                parts=np.array([outcome[w].parts for outcome in outcomes])[..., kept]
                if outcomes[0][w].parts.size
                else np.empty((len(outcomes), 0, len(kept))),
                people=tuple(tally for outcome in outcomes if (tally := outcome[w].people) is not None),
            )
        )
    measures = tuple(every[m] for m in kept)
    judged = about.primary if len(worlds) > 1 and any(measure.id == about.primary for measure in measures) else ""
    return replace(about, measures=measures, worlds=tuple(worlds), primary=judged)


def _unique(scenarios: Sequence[Scenario]) -> list[str]:
    """A name for each world: its scenario's, and for a second of that name whether it is changed or the same again."""
    names: list[str] = []
    for place, scenario in enumerate(scenarios):
        name, count = scenario.name, 1
        how = "again" if scenario in scenarios[:place] else "changed"
        while name in names:
            name = f"{scenario.name}-{how}" if count == 1 else f"{scenario.name}-{how}-{count}"
            count += 1
        names.append(name)
    return names
