"""Formulas that several stages share, and the family of measures of one wait."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from sim.measures.measure import NAN, Formula, Measure, Side
from sim.measures.setting import DEAD, Setting
from sim.measures.view import MeasureInput
from sim.measures.waits import Waits

__all__ = [
    "EVERY", "SIX_MONTHS", "Pick", "Taken", "at", "counting_as", "ended", "for_care", "of_group", "out_alive",
    "present", "share", "started_within", "starts", "wait_family", "waiting", "waiting_at_end",
]  # fmt: skip

Pick = Callable[[Setting], frozenset[str]]
"""Stations of a scenario; none where it lacks them, and the measure has no value."""
Taken = Callable[[MeasureInput], Waits | None]
"""Waits of a replication; None where the scenario has no such stations."""

EVERY = ("service", "open_service", "renege", "open_wait")
"""Types of spell of those who have joined a station."""
SIX_MONTHS = 182.0
"""Days."""


def counting_as(*names: str) -> Pick:
    """Stations that count as any of these."""
    return lambda setting: setting.named(counts_as=names)


def of_group(group: str, measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """The same measures, told where they stand on the tracks."""
    return tuple(replace(measure, group=group) for measure in measures)


def at(pick: Pick, hospital: bool | None = None) -> Taken:
    """Waits at these stations; only of those who came by way of hospital, or not."""

    def taken(view: MeasureInput) -> Waits | None:
        stations = pick(view.setting)
        return view.waits(stations, hospital) if stations else None

    return taken


def for_care(hospital: bool | None = None) -> Taken:
    """Waits from joining sourcing to the start of the package found."""
    return lambda view: view.care_waits(hospital) if view.setting.named(counts_as="care_sourcing") else None


def quantile(taken: Taken, share: float) -> Formula:
    """The wait by joining cohort within which this share has started, in days."""

    def measure(view: MeasureInput) -> float:
        waits = taken(view)
        return NAN if waits is None else view.cohort(waits).quantile(share) / view.day

    return measure


def completed(taken: Taken) -> Formula:
    """The median wait of those who started in the period, in days."""

    def measure(view: MeasureInput) -> float:
        waits = taken(view)
        lengths = np.empty(0) if waits is None else waits.completed(view.horizon)
        return float(np.median(lengths)) / view.day if len(lengths) else NAN

    return measure


def started_within(taken: Taken, days: float) -> Formula:
    """Share of the joining cohort that started within so many days."""

    def measure(view: MeasureInput) -> float:
        waits = taken(view)
        return NAN if waits is None else view.cohort(waits).share(days * view.day)

    return measure


def waiting(taken: Taken, over: float = 0.0) -> Formula:
    """Mean over time of people who have been waiting, for longer than so many days."""

    def measure(view: MeasureInput) -> float:
        waits = taken(view)
        if waits is None:
            return NAN
        since = waits.joined + over * view.day
        return view.mean(since, np.maximum(waits.until, since))

    return measure


def waiting_at_end(taken: Taken) -> Formula:
    """People waiting when the reported time ends."""

    def measure(view: MeasureInput) -> float:
        waits = taken(view)
        return NAN if waits is None else float((waits.until >= view.horizon).sum())

    return measure


def present(pick: Pick) -> Formula:
    """Mean over time of people in service or staying."""

    def measure(view: MeasureInput) -> float:
        stations = pick(view.setting)
        begun, until, _ = view.serving(stations)
        return view.mean(begun, until) if stations else NAN

    return measure


def starts(pick: Pick) -> Formula:
    """Services begun, a year."""

    def measure(view: MeasureInput) -> float:
        stations = pick(view.setting)
        return view.a_year(len(view.starts(stations))) if stations else NAN

    return measure


def ended(pick: Pick) -> Formula:
    """Services ended, a year."""

    def measure(view: MeasureInput) -> float:
        stations = pick(view.setting)
        times = view.spells["ended"][view.rows(stations, "service")]
        return view.a_year(int(view.within(times).sum())) if stations else NAN

    return measure


def share(chosen: np.ndarray) -> float:
    """Share for which something is true; nan of none."""
    return float(chosen.mean()) if len(chosen) else NAN


def out_alive(view: MeasureInput) -> np.ndarray:
    """Codes of exits, that of those who die left out."""
    exits = (stop for stop in view.setting.stops.values() if stop.kind == "exit" and stop.counts_as != DEAD)
    return view.codes(stop.name for stop in exits)


def wait_family(
    id: str,
    what: str,
    joining: str,
    taken: Taken,
    *,
    field: str,
    way: str = "",
    side: Side = "council",
    quantiles: Sequence[float] = (0.5, 0.9),
) -> list[Measure]:
    """Quantiles of one wait by joining cohort, and beside them the official completed form of its middle.

    ``what`` is waited for ('an assessment'); ``joining`` is where the wait begins ('the list'); ``field`` is what the
    field calls it after 'Median wait'; ``way`` is ' from hospital', ' from the community' or nothing.
    """
    found = []
    for part in quantiles:
        said, nth = _SAID[part]
        found.append(
            Measure(
                id=f"wait_{id}_p{round(100 * part)}",
                title=f"Wait for {what}{way}, {said} have started",
                field=f"{nth} wait {field}",
                unit="days",
                direction="lower is better",
                side=side,
                definition=(
                    f"Of everyone{way} who joined {joining} in the period: the wait within which {said} have started. "
                    "Death, withdrawal, crisis and any other end are competing ends; people still waiting are censored "
                    "at the end (Aalen-Johansen). Over the period when fewer ever start."
                ),
                function=quantile(taken, part),
                decimals=1,
            )
        )
    found.append(
        Measure(
            id=f"wait_{id}_completed_p50",
            title=f"Completed wait for {what}{way}, median",
            field=f"Median wait {field}, completed in the period",
            unit="days",
            direction="lower is better",
            side=side,
            definition=(
                f"Official completed form: the median wait of those{way} who started in the period, whenever they "
                "joined. People still waiting, or who left, are not in it."
            ),
            function=completed(taken),
            decimals=1,
            source="the form of client-level data, which holds completed events only",
        )
    )
    return found


_SAID = {0.5: ("half", "Median"), 0.9: ("nine in ten", "90th percentile")}
