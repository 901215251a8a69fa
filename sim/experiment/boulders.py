"""What each boulder costs: the same people with every combination of boulders lying and lifted, by replication.

``cost`` runs all combinations; ``doses`` lifts some boulders step by step. A run folder gets two or three tables more,
from which a report can draw dots with intervals. All intervals are 95% t intervals of the mean over replications.

``boulders.csv``, a row a measure, period and quantity:
  id, title, unit, side, direction, headline   of the measure (headline: 1 or 0)
  period      ``all``, or the number of a year of the reported time: ``1``, ``2``
  quantity    ``today`` and ``lifted``: the value as it stands, and with every boulder lifted;
              ``total``: today less lifted, which is what all boulders together add;
              ``shapley``: a boulder's share of the total, and the shares add up to it;
              ``term``: what lifting a set of boulders takes away beyond what its smaller sets do: of one, what lifting
              it alone does; of two, how much more both do together. The terms add up to the total as well
  of          the boulder, or the set joined by ``+``; empty for today, lifted and total
  mean, low, high
  percent     of the total; empty unless the total is clear of zero by three half-widths of its interval

``worlds.csv``: replication, period, lifted (boulders joined by ``+``, empty for the world as it stands), id, value.

``doses.csv``, with ``--lift``: id, title, unit, side, direction, headline, period, level, mean, low, high (the value at
this level), change, change_low, change_high (paired, against the scenario as it stands).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

import numpy as np

from sim.experiment.attribution import Causes, Floats, shapley, subsets, terms
from sim.experiment.intervals import Summary, summarise
from sim.experiment.runs import Progress, Results, World, run
from sim.experiment.tables import comma_separated
from sim.measures import Measure
from sim.scenario import Scenario, ScenarioError, load
from sim.scenario.library import shipped
from sim.scenario.problems import Place, Problem, suggest

__all__ = [
    "Cost", "Dose", "Doses", "Factorial", "boulders_of", "cost", "document", "dose_rows", "dosed", "doses",
    "lengthened", "rows", "tables", "world_rows",
]  # fmt: skip

YEARS = 2
"""Years of the reported time that are told apart."""
CLEAR = 3.0
"""Half-widths of its interval by which a total must be away from zero before shares of it are told in per cent."""
ALL = "all"


@dataclass(frozen=True)
class Cost:
    """What all boulders add to one measure in one period, and how that is shared out."""

    measure: Measure
    period: str
    """``all``, or the number of a year."""
    today: Summary
    lifted: Summary
    total: Summary
    shapley: Mapping[str, Summary]
    terms: Mapping[Causes, Summary]

    @property
    def clear(self) -> bool:
        """Whether the total is away from zero by so much that shares of it mean something."""
        half = (self.total.high - self.total.low) / 2.0
        return math.isfinite(half) and abs(self.total.mean) >= CLEAR * half and self.total.mean != 0.0

    def percent(self, found: Summary) -> float:
        """A share or a term in per cent of the total; nan unless the total is clear of zero."""
        return 100.0 * found.mean / self.total.mean if self.clear else math.nan


@dataclass(frozen=True)
class Factorial:
    """Every combination of boulders lying and lifted, run on the same people."""

    results: Results
    """One world for each of ``sets``, in this order; the first is the scenario as it stands."""
    boulders: tuple[str, ...]
    """Short names, as they are told."""
    sets: tuple[Causes, ...]
    """What is lifted in each world."""
    level: float
    """What a lifted boulder is at."""
    periods: tuple[str, ...]
    costs: tuple[Cost, ...]
    """By measure, then by period."""


@dataclass(frozen=True)
class Dose:
    """One measure with the chosen boulders at one level."""

    measure: Measure
    period: str
    level: float
    value: Summary
    change: Summary
    """Against the scenario as it stands, paired by replication."""


@dataclass(frozen=True)
class Doses:
    """Some boulders together, lifted step by step."""

    results: Results
    boulders: tuple[str, ...]
    levels: tuple[float, ...]
    periods: tuple[str, ...]
    doses: tuple[Dose, ...]


def boulders_of(names: Sequence[str] = ()) -> dict[str, str]:
    """Short name -> name of each boulder: those named (``workforce``, ``boulders/workforce``, a file), or all."""
    known = [entry.name for entry in shipped() if entry.kind == "boulder"]
    for name in names:
        if f"boulders/{name}" in known or name in known or name.endswith((".yaml", ".yml")):
            continue
        near = suggest(f"boulders/{name.rpartition('/')[2]}", known)
        what = "is not a boulder" if name in [entry.name for entry in shipped()] else "there is no such boulder"
        allowed = f"shipped boulders: {', '.join(PurePath(one).stem for one in known)}; or a file of your own"
        raise ScenarioError([Problem(Place(name), "", what, allowed, near)])
    full = [f"boulders/{name}" if f"boulders/{name}" in known else name for name in names]
    return {PurePath(name).stem: name for name in full or known}


def lengthened(sets: Sequence[str]) -> tuple[str, ...]:
    """The changes typed, after a reported time of two years: what a boulder costs in the second is often more."""
    return ("run.length=730 days", *sets)


def cost(
    name: str,
    boulders: Mapping[str, str],
    *,
    sets: Sequence[str] = (),
    level: float = 0.0,
    steady: bool = False,
    seed: int | None = None,
    replications: int | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Factorial:
    """Run all combinations of the boulders as they lie and lifted to ``level``; one job is a replication of them all.

    Raises ``ScenarioError`` for a scenario or level that cannot be, before anything runs.
    """
    known = tuple(boulders)
    chosen = tuple(subsets(known))
    load(name, sets, steady=steady, settled=True)
    apply = [{boulders[one]: level for one in known if one in lifted} for lifted in chosen]
    common: dict[str, Any] = {"steady": steady, "seed": seed, "replications": replications}
    worlds = [_named(load(name, sets, apply=lifted, **common), one) for lifted, one in zip(apply, chosen, strict=True)]
    results, periods = _run(worlds, workers, progress)
    costs = []
    for m, measure in enumerate(results.measures):
        for p, period in enumerate(periods):
            values = {one: world.parts[:, p, m] for one, world in zip(chosen, results.worlds, strict=True)}
            if not any(np.isnan(column).all() for column in values.values()):
                costs.append(_cost(measure, period, values, known))
    return Factorial(results, known, chosen, level, periods, tuple(costs))


def _named(scenario: Scenario, lifted: Causes) -> Scenario:
    if not lifted:
        return scenario
    words = " and ".join(one.replace("-", " ") for one in sorted(lifted))
    return scenario.model_copy(update={"title": f"{words} lifted".capitalize()})


def _run(worlds: Sequence[Scenario], workers: int, progress: Progress | None) -> tuple[Results, tuple[str, ...]]:
    first = worlds[0]
    days = first.run.length / first.day
    years = [(365.0 * year, 365.0 * (year + 1)) for year in range(YEARS) if days >= 365.0 * (year + 1)]
    parts = [(0.0, days), *years] if days > 365.0 or not years else [(0.0, days)]
    results = run(
        worlds,
        replications=first.run.replications,
        seed=first.run.seed,
        workers=workers,
        progress=progress,
        parts=parts,
    )
    return results, (ALL, *(str(number) for number in range(1, len(parts))))


def _cost(measure: Measure, period: str, values: Mapping[Causes, Floats], boulders: Sequence[str]) -> Cost:
    finite = all(np.isfinite(column).all() for column in values.values())
    told = values if finite else {one: np.full_like(column, np.nan) for one, column in values.items()}
    found = terms(told, boulders)
    none, every = frozenset[str](), frozenset(boulders)
    return Cost(
        measure=measure,
        period=period,
        today=summarise(values[none], least=0.0),
        lifted=summarise(values[every], least=0.0),
        total=summarise(told[none] - told[every]),
        shapley={one: summarise(share) for one, share in shapley(found, boulders).items()},
        terms={one: summarise(term) for one, term in found.items()},
    )


def doses(
    name: str,
    boulders: Mapping[str, str],
    levels: Sequence[float],
    *,
    sets: Sequence[str] = (),
    steady: bool = False,
    seed: int | None = None,
    replications: int | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Doses:
    """Run the scenario as it stands and with these boulders together at each level."""
    common: dict[str, Any] = {"steady": steady, "seed": seed, "replications": replications}
    base = load(name, sets, settled=True, **common)
    words = " and ".join(one.replace("-", " ") for one in boulders)
    worlds = [base]
    for level in levels:
        world = load(name, sets, apply=dict.fromkeys(boulders.values(), level), **common)
        worlds.append(world.model_copy(update={"title": f"{words} at level {level:g}".capitalize()}))
    results, periods = _run(worlds, workers, progress)
    found = [
        Dose(
            measure,
            period,
            level,
            summarise(world.parts[:, p, m], least=0.0),
            summarise(_minus(world.parts[:, p, m], results.worlds[0].parts[:, p, m])),
        )
        for m, measure in enumerate(results.measures)
        for p, period in enumerate(periods)
        for level, world in zip(levels, results.worlds[1:], strict=True)
    ]
    there = [dose for dose in found if not math.isnan(dose.value.mean)]
    return Doses(results, tuple(boulders), tuple(levels), periods, tuple(there))


def _minus(values: Floats, base: Floats) -> Floats:
    if not (np.isfinite(values).all() and np.isfinite(base).all()):
        return np.full_like(values, np.nan)
    return values - base


def dosed(found: Factorial | Doses) -> Results:
    """The worlds of which a report can be made: as it stands, and with all that is lifted at its least."""
    results = found.results
    base, last = results.worlds[0], results.worlds[-1]
    lifted = "-and-".join(found.boulders) if isinstance(found, Doses) else "all-boulders"
    named: World = replace(last, name=f"{lifted}-lifted")
    return replace(results, worlds=(base, named))


_MEASURE = ("id", "title", "unit", "side", "direction", "headline")
Table = tuple[tuple[str, ...], list[tuple[object, ...]]]


def _about(measure: Measure) -> tuple[object, ...]:
    return (measure.id, measure.title, measure.unit, measure.side, measure.direction, int(measure.headline))


def rows(found: Factorial) -> Table:
    """``boulders.csv``: header and rows."""
    table: list[tuple[object, ...]] = []
    for one in found.costs:
        quantities: list[tuple[str, str, Summary, float]] = [
            ("today", "", one.today, math.nan),
            ("lifted", "", one.lifted, math.nan),
            ("total", "", one.total, math.nan),
        ]
        quantities += [("shapley", name, share, one.percent(share)) for name, share in one.shapley.items()]
        quantities += [("term", _joined(found, chosen), term, one.percent(term)) for chosen, term in one.terms.items()]
        for quantity, of, value, percent in quantities:
            numbers = (value.mean, value.low, value.high, percent)
            table.append((*_about(one.measure), one.period, quantity, of, *numbers))
    return (*_MEASURE, "period", "quantity", "of", "mean", "low", "high", "percent"), table


def world_rows(found: Factorial) -> Table:
    """``worlds.csv``: what every world gave in every replication."""
    table: list[tuple[object, ...]] = []
    for chosen, world in zip(found.sets, found.results.worlds, strict=True):
        for (replication, p, m), value in np.ndenumerate(world.parts):
            told = (replication, found.periods[p], _joined(found, chosen), found.results.measures[m].id)
            table.append((*told, float(value)))
    return ("replication", "period", "lifted", "id", "value"), table


def dose_rows(found: Doses) -> Table:
    """``doses.csv``: header and rows."""
    table: list[tuple[object, ...]] = [
        (
            *_about(one.measure), one.period, one.level, one.value.mean, one.value.low, one.value.high,
            one.change.mean, one.change.low, one.change.high,
        )
        for one in found.doses
    ]  # fmt: skip
    header = (*_MEASURE, "period", "level", "mean", "low", "high", "change", "change_low", "change_high")
    return header, table


def _joined(found: Factorial, chosen: Causes) -> str:
    return "+".join(one for one in found.boulders if one in chosen)


def tables(found: Factorial | Doses) -> dict[str, str]:
    """File name -> text of the tables that a run folder gets more of."""
    if isinstance(found, Doses):
        return {"doses.csv": comma_separated(*dose_rows(found))}
    return {"boulders.csv": comma_separated(*rows(found)), "worlds.csv": comma_separated(*world_rows(found))}


def document(found: Factorial | Doses) -> dict[str, Any]:
    """``--json``, schema 1: each measure over the whole time, with its years inside; null where there is no number."""
    results = found.results
    head = {
        "schema": 1,
        "kind": "boulders",
        "scenario": results.worlds[0].name,
        "seed": results.seed,
        "replications": results.replications,
        "boulders": list(found.boulders),
    }
    if isinstance(found, Doses):
        return {**head, "levels": list(found.levels), "doses": [_dose(one) for one in found.doses]}
    measures: dict[str, dict[str, Any]] = {}
    for one in found.costs:
        entry = {
            "total": _numbers(one.total),
            "shapley": {name: _numbers(share) for name, share in one.shapley.items()},
            "terms": {_joined(found, chosen): _numbers(term) for chosen, term in one.terms.items()},
        }
        if one.period == ALL:
            about = {"id": one.measure.id, "title": one.measure.title, "unit": one.measure.unit}
            measures[one.measure.id] = {**about, "side": one.measure.side, **entry, "years": []}
        elif one.measure.id in measures:
            measures[one.measure.id]["years"].append({"year": int(one.period), **entry})
    return {**head, "level": found.level, "measures": list(measures.values())}


def _dose(one: Dose) -> dict[str, Any]:
    about = {"id": one.measure.id, "title": one.measure.title, "unit": one.measure.unit, "side": one.measure.side}
    return {
        **about, "period": one.period, "level": one.level, "value": _numbers(one.value), "change": _numbers(one.change)
    }  # fmt: skip


def _numbers(found: Summary) -> dict[str, float | None]:
    return {
        key: value if math.isfinite(value) else None
        for key, value in (("mean", found.mean), ("low", found.low), ("high", found.high))
    }
