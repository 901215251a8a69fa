"""Reablement and intermediate care: who gets it, how soon, and what comes after."""

from __future__ import annotations

import numpy as np

from sim.measures.catalogue.common import (
    EVERY,
    at,
    counting_as,
    of_group,
    present,
    share,
    starts,
    wait_family,
    waiting,
)
from sim.measures.measure import NAN, Measure
from sim.measures.moments import Bools, Rows
from sim.measures.setting import CARE_HOMES, DEAD
from sim.measures.view import MeasureInput

__all__ = ["REABLEMENT"]

REABLED = counting_as("reablement")
SHORT_BEDS = counting_as("intermediate_care", "assessment_bed")
THREE_MONTHS = 91.0


def _left(view: MeasureInput) -> Rows:
    """Reablement that ended in the window."""
    rows = view.rows(REABLED(view.setting), "service")
    found: Rows = rows[view.within(view.spells["ended"][rows])]
    return found


def _sequel(view: MeasureInput, rows: Rows) -> tuple[Bools, Bools, Bools]:
    """What came first of each: out of the system alive, care, or death or hospital; none where it is not known yet."""
    spells, setting = view.spells, view.setting
    ended = spells["ended"][rows]
    packages = setting.named(kind="package")
    out = view.rows(setting.named(kind="exit") - setting.named(counts_as=DEAD), "service")
    care = view.rows(packages, "service", "open_service")
    harm = view.rows(setting.hospital_stays | setting.named(counts_as=DEAD), *EVERY)
    ways = (view.moments.until(rows, ended, other, spells[time][other])
            for other, time in ((out, "joined"), (care, "started"), (harm, "joined")))  # fmt: skip
    waits = np.array(list(ways))
    first = np.where(np.isfinite(waits).any(axis=0), waits.argmin(axis=0), -1)
    return first == 0, first == 1, first == 2


def no_support_after(view: MeasureInput) -> float:
    """As ASCOF 2A: without those who died or went to hospital first, and without people already in long-term care."""
    spells, setting = view.spells, view.setting
    rows = _left(view)
    before = view.rows(setting.named(kind="package"), "service", "held", "open_held", "open_service")
    until = np.where(np.isnan(spells["ended"][before]), np.inf, spells["ended"][before]) + THREE_MONTHS * view.day
    known = view.moments.inside(rows, spells["started"][rows], before, spells["started"][before], until)
    rows = rows[~known & (spells["cause"][rows] == 0)]
    out, care, _ = _sequel(view, rows)
    return share(out[out | care])


def no_support_of_all(view: MeasureInput) -> float:
    out, care, harm = _sequel(view, _left(view))
    return share(out[out | care | harm])


def at_home_after(view: MeasureInput) -> float:
    setting, spells = view.setting, view.spells
    rows = view.rows(REABLED(setting), "service", "open_service")
    older = view.older(rows)
    if older is None or not setting.hospital_stays:
        return NAN
    later = THREE_MONTHS * view.day
    since = spells["started"]
    rows = rows[older & view.by_hospital(rows) & (since[rows] >= 0.0) & (since[rows] < view.horizon - later)]
    away = view.rows(
        setting.hospital_stays | SHORT_BEDS(setting) | setting.named(counts_as=CARE_HOMES),
        "service", "open_service", "held", "open_held",
    )  # fmt: skip
    dead = view.rows(setting.named(counts_as=DEAD), "service")
    then = since[rows] + later
    gone = view.moments.inside(rows, then, away, since[away], spells["ended"][away])
    gone |= view.moments.preceded(rows, then, dead, spells["joined"][dead])
    return share(~gone)


def length(view: MeasureInput) -> float:
    rows = _left(view)
    rows = rows[~view.opening(rows)]
    spells = view.spells
    return float((spells["ended"][rows] - spells["started"][rows]).mean()) / view.day if len(rows) else NAN


def kept_reablement(view: MeasureInput) -> float:
    stations = REABLED(view.setting)
    return view.mean(*view.held(stations)[:2]) if stations else NAN


def kept_beds(view: MeasureInput) -> float:
    stations = SHORT_BEDS(view.setting)
    return view.mean(*view.held(stations)[:2]) if stations else NAN


REABLEMENT = of_group(
    "Reablement and intermediate care",
    (
        Measure(
            id="reablement_starts",
            title="People starting reablement",
            field="Short-term support to maximise independence, starts",
            unit="a year",
            direction="neutral",
            side="council",
            definition="Reablement stays that began in the period, a year of 365 days.",
            function=starts(REABLED),
            source="SALT and client-level data, ST-Max; Leeds, Better Connections 2",
        ),
        Measure(
            id="in_reablement",
            title="People in reablement",
            field="Open reablement episodes",
            unit="people",
            direction="neutral",
            side="council",
            definition=(
                "Mean over time of people in a reablement stay, those kept there for want of a next step left out."
            ),
            function=present(REABLED),
        ),
        Measure(
            id="reablement_kept",
            title="Reablement places kept for want of a next step",
            field="Blocked reablement slots",
            unit="people",
            direction="lower is better",
            side="council",
            definition="Mean over time of people whose reablement is over and who keep the place until what is next.",
            function=kept_reablement,
            decimals=1,
        ),
        Measure(
            id="reablement_length",
            title="Length of reablement",
            field="Mean length of ST-Max",
            unit="days",
            direction="neutral",
            side="council",
            definition=(
                "Mean time from start to end of reablement that ended in the period; people there at the opening left "
                "out."
            ),
            function=length,
            decimals=1,
        ),
        Measure(
            id="waiting_reablement",
            title="People waiting for reablement",
            field="Awaiting reablement",
            unit="people",
            direction="lower is better",
            side="council",
            definition=(
                "Mean over time of people who have joined a reablement queue, in hospital or not, and not started or "
                "left."
            ),
            function=waiting(at(REABLED)),
            decimals=1,
        ),
        *wait_family(
            "reablement_community",
            "reablement",
            "a reablement queue",
            at(REABLED, hospital=False),
            field="to reablement, community",
            way=" from the community",
        ),
        *wait_family(
            "reablement_hospital",
            "reablement",
            "a reablement queue",
            at(REABLED, hospital=True),
            field="to reablement, hospital discharge",
            way=" from hospital",
            side="both",
        ),
        Measure(
            id="reablement_no_support_after",
            title="Reablement after which no long-term support is needed",
            field="ASCOF 2A",
            unit="share",
            direction="higher is better",
            side="council",
            definition=(
                "Of reablement that came to its own end in the period and led out of the system alive or to a package, "
                "whichever came first: the share that led out. Left out of both: those who died or went to hospital "
                "before either, who wait for either at the end, or had a package in the 91 days before it began."
            ),
            function=no_support_after,
            decimals=3,
            source="ASCOF 2A, 2024-25 rule",
        ),
        Measure(
            id="reablement_no_support_of_all",
            title="No ongoing support after reablement, of all who left it",
            field="Share of reablement starters with no ongoing support",
            unit="share",
            direction="higher is better",
            side="council",
            definition=(
                "Of all reablement that ended in the period, by death, hospital or its own end: the share whose people "
                "then left the system alive before a package, hospital or death. Who waits for either at the end is "
                "left out."
            ),
            function=no_support_of_all,
            decimals=3,
            source="Coventry: two thirds; Six Steps, reablement",
        ),
        Measure(
            id="at_home_91_days_after",
            title="Older people at home 91 days after hospital and reablement",
            field="ASCOF 2D-like (formerly 2B)",
            unit="share",
            direction="higher is better",
            side="both",
            definition=(
                "Of people aged 65 and over who came from hospital into reablement in the period, 91 days before its "
                "end or earlier: the share who 91 days later are alive and not in hospital, a short-term bed or a care "
                "home. Those who have left the system alive count as at home."
            ),
            function=at_home_after,
            decimals=3,
            source="ASCOF 2D (formerly 2B part 1)",
        ),
        Measure(
            id="in_intermediate_care",
            title="People in intermediate care beds",
            field="Bed-based intermediate care and discharge-to-assess beds in use",
            unit="people",
            direction="neutral",
            side="both",
            definition=(
                "Mean over time of people staying in such a bed, those kept there for want of a next step left out."
            ),
            function=present(SHORT_BEDS),
            decimals=1,
        ),
        Measure(
            id="intermediate_care_kept",
            title="Intermediate care beds kept for want of a next step",
            field="Additional bed days after criteria to remain are no longer met",
            unit="people",
            direction="lower is better",
            side="both",
            definition="Mean over time of people whose stay in such a bed is over and who keep it until what is next.",
            function=kept_beds,
            decimals=1,
            source="Intermediate Care Data Collection",
        ),
        Measure(
            id="waiting_intermediate_care",
            title="People waiting for an intermediate care bed",
            field="Awaiting bed-based intermediate care",
            unit="people",
            direction="lower is better",
            side="both",
            definition="Mean over time of people who have joined a queue for such a bed and not started or left.",
            function=waiting(at(SHORT_BEDS)),
            decimals=1,
        ),
        *wait_family(
            "intermediate_care",
            "an intermediate care bed",
            "a queue for one",
            at(SHORT_BEDS),
            field="to bed-based intermediate care",
            side="both",
        ),
    ),
)
