"""Runs the family and judges it as one: is the whole what chance alone would give if the engine were right?"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np

from sim.experiment.jobs import deaf_to_ctrl_c
from sim.scenario import load
from sim.verify.family import CASES, Case
from sim.verify.formulas import Floats
from sim.world import Plan, compile, simulate

__all__ = ["Finding", "Verdict", "judge", "run"]

WIDEST = 0.02
"""The widest half-width of a 95% interval, as a share of the expected value."""
RAREST = 0.001
"""The smallest p that any case may have after Holm's adjustment."""
TAIL = 0.001
"""Sum of z^2 outside the central 99.8% of chi-square: too far off, or too good to be chance."""
_CHUNK = 10
_APART = 1_000_000
"""Replication numbers of one case lie this far from the next's, so that no two cases share luck."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Finding:
    """One case as it came out."""

    case: str
    quantity: str
    expected: float
    simulated: float
    half_width: float
    """Of the 95% t interval."""
    z: float
    """The normal score of the t statistic of simulated less expected."""
    p: float
    """Two-sided, after Holm's adjustment for the family."""


@dataclass(frozen=True)
class Verdict:
    """The family and what is wrong with it; nothing when it is credible."""

    findings: tuple[Finding, ...]
    chi_square: float
    """Sum of z^2."""
    bounds: tuple[float, float]
    """What it should lie between."""
    faults: tuple[str, ...]

    @property
    def credible(self) -> bool:
        """Whether chance alone explains what was found."""
        return not self.faults


def run(
    seed: int = 1, workers: int = 1, progress: Progress | None = None, names: Sequence[str] = tuple(CASES)
) -> dict[str, Floats]:
    """The values of each case, one a replication; the same for any number of workers."""
    jobs = [
        (name, seed, first, min(first + _CHUNK, CASES[name].replications))
        for name in names
        for first in range(0, CASES[name].replications, _CHUNK)
    ]
    report = progress or (lambda done, total: None)
    values: dict[str, Floats] = {name: np.full(CASES[name].replications, np.nan) for name in names}
    done, total = 0, sum(map(len, values.values()))
    report(done, total)
    for (name, _, first, last), found in _spread(jobs, workers):
        values[name][first:last] = found
        done += last - first
        report(done, total)
    return values


_Job = tuple[str, int, int, int]


def _spread(jobs: Sequence[_Job], workers: int) -> Iterator[tuple[_Job, list[float]]]:
    if workers == 1:
        for job in jobs:
            yield job, _work(*job)
        return
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"))
    try:
        with deaf_to_ctrl_c():
            futures = {pool.submit(_work, *job): job for job in jobs}
        for future in as_completed(futures):
            yield futures[future], future.result()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    pool.shutdown()


def _work(name: str, seed: int, first: int, last: int) -> list[float]:
    start = _APART * list(CASES).index(name)
    plan = _plan(name)
    return [CASES[name].measure(simulate(plan, seed, start + replication)) for replication in range(first, last)]


@lru_cache(maxsize=2)
def _plan(name: str) -> Plan:
    return compile(load(str(CASES[name].path)))


def judge(values: dict[str, Floats]) -> Verdict:
    """Set every case against its expected value, and the family against chance."""
    from scipy.special import chdtri, ndtr, ndtri, stdtr, stdtrit

    raw: list[tuple[Case, float, float, float]] = []
    for name, found in values.items():
        case, count = CASES[name], len(found)
        error = float(found.std(ddof=1)) / sqrt(count)
        t = (float(found.mean()) - case.expected) / error
        z = -float(np.sign(t)) * float(ndtri(stdtr(count - 1, -abs(t))))
        raw.append((case, float(found.mean()), float(stdtrit(count - 1, 0.975)) * error, z))
    adjusted = _holm([2.0 * float(ndtr(-abs(z))) for *_, z in raw])
    findings = tuple(
        Finding(case.name, case.quantity, case.expected, mean, half, z, p)
        for (case, mean, half, z), p in zip(raw, adjusted, strict=True)
    )
    total = sum(f.z * f.z for f in findings)
    bounds = (float(chdtri(len(findings), 1.0 - TAIL)), float(chdtri(len(findings), TAIL)))
    faults = [
        f"{f.case}: half-width {f.half_width:.3g} is more than {WIDEST:.0%} of {f.expected:.4g}"
        for f in findings
        if not f.half_width <= WIDEST * abs(f.expected)
    ]
    faults += [
        f"{f.case}: {f.quantity} is {f.simulated:.5g}, theory {f.expected:.5g} (adjusted p {f.p:.1g})"
        for f in findings
        if not f.p >= RAREST
    ]
    if not bounds[0] <= total <= bounds[1]:
        what = "closer to theory than chance allows" if total < bounds[0] else "further from theory than chance allows"
        faults.append(f"the sum of z^2 is {total:.3g}, outside {bounds[0]:.3g} to {bounds[1]:.3g}: {what}")
    return Verdict(findings, total, bounds, tuple(faults))


def _holm(ps: Sequence[float]) -> list[float]:
    """Holm's step-down adjustment: the smallest times n, the next times n - 1, never falling, at most 1."""
    adjusted = [1.0] * len(ps)
    highest = 0.0
    for rank, i in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        highest = max(highest, min(1.0, ps[i] * (len(ps) - rank)))
        adjusted[i] = highest
    return adjusted
