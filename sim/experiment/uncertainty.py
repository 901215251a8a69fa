"""Chance and ignorance: draws of the numbers nobody knows, each run more than once, in every world.

K draws x R replications; the luck of draw k is that of replications (k - 1) R to k R - 1 of another seed, so that no
two runs share any. The spread is split by one-way random effects (Searle, Casella and McCulloch 1992, chapter 3): of
the measure itself for each world, and of the paired difference to the base. ``chance``: standard deviation of one
replication for given numbers; ``ignorance``: that of its mean over what the numbers may be. ``belief``: 5th to 95th
percentile over draws of the mean for given numbers, chance taken out by shrinking each draw's mean; each side widened,
in quadrature, by the 90% simulation error of the mean of all draws.

Apart from the draws stand the central values, with as many replications as the run has, and the same with all harm
done by waiting (each ``excess`` of an event that has a range) at the low and at the high end. A headline whose verdict
is not the same at both ends and in the middle is not settled; nor is a ranking of several alternatives.

``uncertainty.csv``: base, scenario, id, title, unit, headline, central, central_low, central_high, belief_mean,
belief_low, belief_high, chance, ignorance, ignorance_share, same_sign, harm_low, harm_low_low, harm_low_high,
harm_low_verdict, central_verdict, harm_high, harm_high_low, harm_high_high, harm_high_verdict, settled. A row of a
world itself has no base and no verdict; ``harm_low`` is the difference (or value) at the low end with its interval,
``same_sign`` the share of draws whose mean difference has the sign of the central one, ``settled`` yes, no, or empty
where nothing can be told.
``draw_results.csv``: draw, replication, scenario, id, value: headlines and the primary measure, of every draw.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from sim.experiment.draws import Draw, Parameter, draws, end, parameters
from sim.experiment.intervals import Summary, summarise
from sim.experiment.jobs import each
from sim.experiment.judged import Verdict, judge
from sim.experiment.kept import Shelf
from sim.experiment.replication import measures_for, uncollected
from sim.experiment.worlds import Mismatch
from sim.measures.areas import Floats
from sim.measures.measure import Measure
from sim.measures.setting import Setting
from sim.measures.view import MeasureInput
from sim.scenario.schema import Scenario
from sim.world import Exploded, compile, simulate

__all__ = ["PER_DRAW", "Split", "Uncertainty", "drawn_up_front", "split", "uncertainty"]

PER_DRAW = 2
"""Replications of each draw, at least."""
_OTHER_LUCK = 0x5EED
"""What makes the seed of the draws another than that of the run."""
NAN = float("nan")


@dataclass(frozen=True)
class Split:
    """One value of draws x replications, by one-way random effects; nan where a value is not finite."""

    mean: float
    chance: float
    """Standard deviation within draws."""
    ignorance: float
    """Standard deviation between draws, chance taken out."""
    low: float
    high: float
    """5th and 95th percentile of belief about the mean."""
    shrunk: tuple[float, ...]
    """Belief about the mean of each draw."""

    @property
    def share(self) -> float:
        """Share of the variance of one replication of an unknown world that is ignorance."""
        total = self.chance**2 + self.ignorance**2
        return self.ignorance**2 / total if total else NAN


def split(values: Floats) -> Split:
    """Of an array (draw, replication). At least two of each."""
    if values.shape[0] < 2 or values.shape[1] < 2 or not np.isfinite(values).all():
        return Split(NAN, NAN, NAN, NAN, NAN, ())
    replications = values.shape[1]
    means = values.mean(axis=1)
    within = float(values.var(axis=1, ddof=1).mean())
    between = max(0.0, float(means.var(ddof=1)) - within / replications)
    weight = between / (between + within / replications) if between else 0.0
    shrunk = means.mean() + math.sqrt(weight) * (means - means.mean())
    mean = float(means.mean())
    error = _error(means)
    low, high = (math.hypot(float(value) - mean, error) for value in np.quantile(shrunk, (0.05, 0.95)))
    return Split(mean, math.sqrt(within), math.sqrt(between), mean - low, mean + high, tuple(shrunk.tolist()))


def _error(means: Floats) -> float:
    """Half the width of the 90% t interval of the mean of independent draws."""
    from scipy.special import stdtrit

    return float(stdtrit(len(means) - 1, 0.95)) * float(means.std(ddof=1)) / math.sqrt(len(means))


def _whole(values: Floats) -> Summary:
    """Summary of values that are all finite; nothing where one is not, for a mean over some would mislead."""
    return summarise(values if np.isfinite(values).all() else np.full(len(values), NAN))


def _less(values: Floats, base: Floats) -> Floats:
    """Paired differences; nan where both are infinite."""
    with np.errstate(invalid="ignore"):
        found: Floats = values - base
    return found


@dataclass(frozen=True)
class Uncertainty:
    """What became of the draws, and of the ends of the harm done by waiting."""

    parameters: tuple[Parameter, ...]
    draws: tuple[Draw, ...]
    measures: tuple[Measure, ...]
    worlds: tuple[str, ...]
    drawn: Floats
    """(draw, replication, world, measure)."""
    harm_low: Floats | None
    """(replication, world, measure) at the low end; None where no harm has a range."""
    harm_high: Floats | None

    @property
    def lost(self) -> int:
        """Draws in which a queue grew without end; left out."""
        return int(np.isnan(self.drawn).all(axis=(1, 2, 3)).sum())

    @property
    def redrawn(self) -> int:
        """Draws that were not possible, and were drawn again."""
        return sum(draw.attempt for draw in self.draws)

    @cached_property
    def kept(self) -> Floats:
        """The draws that came to an end."""
        found: Floats = self.drawn[~np.isnan(self.drawn).all(axis=(1, 2, 3))]
        return found

    def split(self, world: int, measure: int, paired: bool) -> Split:
        """Of one world's measure, of which none can be below 0; or of its difference to the base."""
        values = self.kept[:, :, world, measure]
        if paired:
            return split(_less(values, self.kept[:, :, 0, measure]))
        found = split(values)
        return replace(found, low=max(0.0, found.low)) if math.isfinite(found.low) else found

    def at(self, high: bool, world: int, measure: int, paired: bool) -> Summary | None:
        """The measure, or its difference, with harm at one end of its range."""
        found = self.harm_high if high else self.harm_low
        if found is None:
            return None
        values = found[:, world, measure]
        return _whole(_less(values, found[:, 0, measure]) if paired else values)

    def verdicts(self, world: int, measure: int, central: Summary) -> tuple[Verdict, Verdict, Verdict]:
        """Of the difference to the base: harm at the low end, central, at the high end; by intervals alone."""
        ends = [self.at(high, world, measure, True) for high in (False, True)]
        low, high = (judge(found, self.measures[measure]) if found else "" for found in ends)
        return low, judge(central, self.measures[measure]), high

    def settled(self, world: int, measure: int, central: Summary) -> bool | None:
        """Whether the verdict is the same over the range of harm; None where it cannot be told."""
        found = self.verdicts(world, measure, central)
        return None if "" in found else len(set(found)) == 1

    def order(self, measure: int, values: Floats | None) -> tuple[str, ...]:
        """The worlds, best first, by the mean of (replication, world, measure)."""
        if values is None:
            return ()
        least = self.measures[measure].direction != "higher is better"
        means = values[:, :, measure].mean(axis=0)
        places = sorted(range(len(self.worlds)), key=lambda at: (means[at] if least else -means[at], at))
        return tuple(self.worlds[at] for at in places)


class _Bench:
    """Runs one job: a draw with its replications, or one replication of one end."""

    def __init__(self, scenarios: Sequence[Scenario], sets: Sequence[Draw], jobs: Sequence[_Job]) -> None:
        self.scenarios = scenarios
        self.sets = sets
        self.jobs = jobs
        self.settings = [Setting.of(scenario) for scenario in scenarios]
        self.measures = measures_for(self.settings)

    def run(self, item: int) -> Floats:
        """(replication, world, measure); nan where a queue grew without end."""
        job = self.jobs[item]
        found = np.full((job.count, len(self.scenarios), len(self.measures)), NAN)
        worlds = self.sets[job.draw].worlds(self.scenarios)
        try:
            for w, (world, setting) in enumerate(zip(worlds, self.settings, strict=True)):
                plan = compile(world)
                for r in range(job.count):
                    with uncollected():
                        view = MeasureInput(simulate(plan, seed=job.seed, replication=job.first + r), setting)
                        found[r, w] = [measure.function(view) for measure in self.measures]
                        del view
        except Exploded:
            found[:] = NAN
        return found


@dataclass(frozen=True)
class _Job:
    draw: int
    """Which set of values."""
    seed: int
    first: int
    count: int


Drawn = tuple[list[Parameter], list[Draw]]


def drawn_up_front(scenarios: Sequence[Scenario], count: int, seed: int) -> Drawn:
    """Every number with a range, and that many draws of them all.

    Raises ``Mismatch`` where no number has a range, or nothing possible is drawn.
    """
    found = parameters(scenarios)
    if all(parameter.number.held for parameter in found):
        raise Mismatch("--uncertainty: no number here has a range that it can move in; write some as {value, range}")
    return found, draws(scenarios, found, count, seed)


def uncertainty(
    scenarios: Sequence[Scenario],
    names: Sequence[str],
    up_front: Drawn,
    *,
    per_draw: int = PER_DRAW,
    replications: int,
    seed: int,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    shelf: Shelf | None = None,
) -> Uncertainty:
    """Run the draws in every world, and the ends of the harm done by waiting. The same for any number of workers.

    ``progress``: called with (replications done, in all). ``shelf``: where what came of each job is kept.
    """
    found, drawn = up_front
    ends = [one for one in (end(scenarios, found, False), end(scenarios, found, True)) if one is not None]
    jobs = [_Job(k, seed ^ _OTHER_LUCK, k * per_draw, per_draw) for k in range(len(drawn))]
    jobs += [_Job(len(drawn) + e, seed, r, 1) for e in range(len(ends)) for r in range(replications)]
    make = partial(_Bench, tuple(scenarios), (*drawn, *ends), tuple(jobs))
    results: dict[int, Floats] = {}
    report = progress or (lambda done, total: None)
    done, total = 0, sum(job.count for job in jobs)
    report(done, total)
    for item, values in each(make, range(len(jobs)), workers, shelf):
        results[item] = values
        done += jobs[item].count
        report(done, total)
    measures = measures_for([Setting.of(scenario) for scenario in scenarios])
    shape = (len(drawn), per_draw, len(scenarios), len(measures))
    runs = np.array([results[k] for k in range(len(drawn))]).reshape(shape)
    low, high = (
        np.concatenate([results[len(drawn) + e * replications + r] for r in range(replications)]) if ends else None
        for e in (0, 1)
    )
    return Uncertainty(tuple(found), tuple(drawn), measures, tuple(names), runs, low, high)
