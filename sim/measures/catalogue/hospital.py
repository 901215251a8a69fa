"""Hospital: who is ready to leave, what they wait for, where they go, and who comes back."""

from __future__ import annotations

import numpy as np

from sim.measures.areas import presence
from sim.measures.catalogue.common import EVERY, at, of_group, share, waiting
from sim.measures.discharges import Discharges
from sim.measures.measure import NAN, Formula, Measure
from sim.measures.setting import Setting, Step
from sim.measures.view import MeasureInput

__all__ = ["HOSPITAL", "REASONS"]

REASONS: tuple[Step, ...] = ("hospital", "hub", "council", "home", "bed", "care home")
"""Why a hospital bed is kept: together they are all the reasons there are."""
CAPACITY: tuple[Step, ...] = ("home", "bed", "care home")
THIRTY_DAYS = 30.0


def stays(setting: Setting) -> frozenset[str]:
    return setting.hospital_stays


def ready(view: MeasureInput) -> float:
    found = stays(view.setting)
    return view.mean(*view.held(found)[:2]) if found else NAN


def worst_week(view: MeasureInput) -> float:
    """The highest mean over seven days in a row."""
    found = stays(view.setting)
    days = int(view.horizon // view.day)
    if not found or days < 7:
        return NAN
    starts, ends, _ = view.held(found)
    running = np.cumsum(np.append(0.0, presence(np.arange(days + 1.0) * view.day, starts, ends)))
    return float((running[7:] - running[:-7]).max() / 7.0)


def delayed_days(view: MeasureInput) -> float:
    return 365.0 * ready(view)


def delayed(*steps: Step) -> Formula:
    """Mean over time of beds kept for one of these steps."""

    def measure(view: MeasureInput) -> float:
        setting = view.setting
        reasons = frozenset().union(*(setting.stepped(step) for step in steps)) - stays(setting)
        found = stays(setting)
        return view.mean(*view.held(found, reasons)[:2]) if found and reasons else NAN

    return measure


def delayed_for(step: Step) -> Formula:
    mean = delayed(step)
    return lambda view: 365.0 * mean(view)


def capacity_share(view: MeasureInput) -> float:
    every = ready(view)
    return delayed(*CAPACITY)(view) / every if every > 0.0 else NAN


def delay_each(view: MeasureInput) -> float:
    if not stays(view.setting):
        return NAN
    left = len(view.discharges.rows)
    return ready(view) * view.horizon / view.day / left if left else NAN


def bed_use(view: MeasureInput) -> float:
    found = stays(view.setting)
    pools = sorted({view.setting.stops[stay].thing for stay in found} - {""})
    capacity = sum(view.level_mean(f"{pool}.capacity") for pool in pools)
    if not pools or not capacity > 0.0:
        return NAN
    others = sum(view.level_mean(f"{pool}.others") for pool in pools if f"{pool}.others" in view.things)
    return (view.mean(*view.serving(found)) + view.mean(*view.held(found)) + others) / capacity


def put_off(view: MeasureInput) -> float:
    pools = {view.setting.stops[stay].thing for stay in stays(view.setting)} - {""}
    levels = [f"{pool}.put_off" for pool in sorted(pools) if f"{pool}.put_off" in view.things]
    return 365.0 * sum(view.level_mean(level) for level in levels) if levels else NAN


def admitted(view: MeasureInput) -> float:
    """Stays begun, without those that begin again in the bed kept."""
    found = stays(view.setting)
    if not found:
        return NAN
    rows, kept = view.starts(found), view.rows(found, "held")
    spells = view.spells
    again = view.moments.among(rows, spells["started"][rows], kept, spells["ended"][kept])
    return view.a_year(int((~again).sum()))


def left(view: MeasureInput) -> float:
    return view.a_year(len(view.discharges.rows)) if stays(view.setting) else NAN


def pathway(number: int) -> Formula:
    """Share of those who left alive by pathway 1, 2 or 3; 0: all the others."""

    def measure(view: MeasureInput) -> float:
        return share(on_pathway(view.discharges, number))

    return measure


def on_pathway(found: Discharges, number: int) -> np.ndarray:
    """Which of those who left hospital alive did so by pathway 1, 2 or 3; 0: all the others."""
    if number:
        return found.to(CAPACITY[number - 1])
    return ~(found.to("home") | found.to("bed") | found.to("care home"))


def readmitted(number: int | None = None) -> Formula:
    """Of those the model still knows of; by one pathway only."""

    def measure(view: MeasureInput) -> float:
        found = view.discharges
        within = THIRTY_DAYS * view.day
        chosen = found.followed & (found.times < view.horizon - within)
        if number is not None:
            chosen &= on_pathway(found, number)
        rows = view.rows(stays(view.setting), *EVERY)
        joined = view.spells["joined"][rows]
        return share(view.moments.followed(found.rows[chosen], found.times[chosen], rows, joined, within))

    return measure


def _reason(id: str, what: str, field: str, definition: str, step: Step, side: str = "both") -> Measure:
    return Measure(
        id=f"delayed_days_{id}",
        title=f"Hospital bed days lost: {what}",
        field=field,
        unit="bed days a year",
        direction="lower is better",
        side="nhs" if side == "nhs" else "both",
        definition=f"Of the days in kept hospital beds: those kept for {definition}. A year of 365 days.",
        function=delayed_for(step),
        source="discharge situation report, groups of delay reasons",
    )


def _pathway(number: int, what: str, definition: str) -> Measure:
    return Measure(
        id=f"pathway_{number}",
        title=f"Discharges on pathway {number}, {what}",
        field=f"P{number} share of discharges",
        unit="share",
        direction="neutral",
        side="both",
        definition=f"Of people who left a modelled hospital bed alive in the period: the share who left {definition}.",
        function=pathway(number),
        decimals=3,
        source="discharge situation report, pathways",
    )


HOSPITAL = of_group(
    "Hospital",
    (
        Measure(
            id="ready_worst_week",
            title="People ready to leave hospital in the worst week",
            field="No criteria to reside, awaiting a next step, highest week",
            unit="people",
            direction="lower is better",
            side="nhs",
            definition="The highest mean over seven days in a row of hospital beds kept after the acute stay ended.",
            function=worst_week,
            decimals=1,
            phrase="{} people in hospital are ready to leave in the worst week",
            headline=True,
        ),
        Measure(
            id="ready_for_discharge",
            title="People ready to leave hospital on an average day",
            field="No criteria to reside, awaiting a next step",
            unit="people",
            direction="lower is better",
            side="nhs",
            definition="Mean over time of hospital beds kept after the acute stay ended, until what comes next starts.",
            function=ready,
            decimals=1,
            phrase="{} people in hospital are ready to leave on an average day",
            source="discharge situation report",
        ),
        Measure(
            id="delayed_bed_days",
            title="Hospital bed days lost to delay",
            field="Delayed bed days",
            unit="bed days a year",
            direction="lower is better",
            side="nhs",
            definition="Days in kept hospital beds in the period, a year of 365 days.",
            function=delayed_days,
            phrase="{} hospital bed days are lost to delay in a year",
            headline=True,
            source="Leeds, Better Connections 3",
        ),
        _reason(
            "hospital", "the hospital's own process", "Hospital process",
            "another step on the hospital track, the care transfer hub left out", "hospital", "nhs",
        ),
        _reason("hub", "care transfer hub", "Care-transfer-hub process", "the care transfer hub", "hub"),
        _reason(
            "council", "assessment or another task", "Interface and assessment",
            "an assessment or any other task outside hospital and the hub", "council",
        ),
        _reason(
            "home", "no capacity for help at home", "Capacity, pathway 1",
            "reablement, another stay that is no bed, or a package that is no care home, its sourcing among it", "home",
        ),
        _reason("bed", "no intermediate care bed", "Capacity, pathway 2", "an intermediate care bed", "bed"),
        _reason(
            "care_home", "no care-home place", "Capacity, pathway 3",
            "a bed with assessment, or a care home and its sourcing", "care home",
        ),
        Measure(
            id="delay_from_capacity",
            title="Share of delay for want of care capacity",
            field="Capacity reasons, share of delayed bed days",
            unit="share",
            direction="neutral",
            side="both",
            definition="Days for want of help at home, a bed or a care home, over all days in kept hospital beds.",
            function=capacity_share,
            decimals=3,
        ),
        Measure(
            id="delay_each_discharge",
            title="Days from ready to leaving, for each discharge",
            field="Average days from discharge ready date to discharge",
            unit="days",
            direction="lower is better",
            side="nhs",
            definition="Days in kept hospital beds over people who left hospital alive; most of them leave at once.",
            function=delay_each,
            decimals=2,
            source="Discharge Ready Date statistics",
        ),
        Measure(
            id="hospital_bed_use",
            title="Hospital beds in use",
            field="Bed occupancy",
            unit="share",
            direction="lower is better",
            side="nhs",
            definition=(
                "Beds of the hospital stays' pools in use, kept beds and those that others have among them, over "
                "capacity, means over time."
            ),
            function=bed_use,
            decimals=3,
        ),
        Measure(
            id="planned_care_put_off",
            title="Planned care put off for want of a bed",
            field="Elective bed days lost to emergency pressure",
            unit="bed days a year",
            direction="lower is better",
            side="nhs",
            definition=(
                "Beds that others would have and do not, because people here are in them or wait for one: mean over "
                "time times 365. Only where a pool of beds has `others`."
            ),
            function=put_off,
            decimals=0,
        ),
        Measure(
            id="waiting_hospital_bed",
            title="People waiting for a hospital bed",
            field="Admissions held back",
            unit="people",
            direction="lower is better",
            side="nhs",
            definition="Mean over time of people who have joined a hospital stay and have no bed yet.",
            function=waiting(at(stays)),
            decimals=1,
        ),
        Measure(
            id="hospital_admissions",
            title="Hospital admissions",
            field="Admissions of the people modelled",
            unit="a year",
            direction="neutral",
            side="nhs",
            definition="Hospital stays that began in the period, those begun again in the same bed left out.",
            function=admitted,
        ),
        Measure(
            id="discharges",
            title="Discharges from hospital",
            field="Discharges alive",
            unit="a year",
            direction="neutral",
            side="nhs",
            definition="People who left a hospital bed alive in the period, a year of 365 days.",
            function=left,
        ),
        _pathway(0, "home without new support", "for neither of the others: out of the system, or to a package held"),
        _pathway(1, "home with help", "for reablement, another stay that is no bed, or a new package at home"),
        _pathway(2, "an intermediate care bed", "for an intermediate care bed"),
        _pathway(3, "a care home or bed with assessment", "for a bed with assessment or a new care-home place"),
        Measure(
            id="readmission_30_days",
            title="Back in hospital within 30 days",
            field="Emergency readmissions within 30 days",
            unit="share",
            direction="lower is better",
            side="both",
            definition=(
                "Of people who left hospital alive, 30 days before the end of the period or earlier: the share who "
                "join a hospital stay within 30 days. Who left by an exit from which nobody can come back is left out."
            ),
            function=readmitted(),
            decimals=3,
        ),
        *(
            Measure(
                id=f"readmission_30_days_pathway_{number}",
                title=f"Back in hospital within 30 days of pathway {number}",
                field=f"Emergency readmissions within 30 days, pathway {number}",
                unit="share",
                direction="lower is better",
                side="both",
                definition=f"The same of those who left by pathway {number}.",
                function=readmitted(number),
                decimals=3,
            )
            for number in range(4)
        ),
    ),
)  # fmt: skip
