"""Waiting as a whole, and what it does."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.measures.catalogue.common import SIX_MONTHS, Pick, counting_as, of_group, starts
from sim.measures.catalogue.long_term import packages
from sim.measures.measure import NAN, Formula, Measure
from sim.measures.moments import Rows
from sim.measures.setting import STATUTORY, Setting
from sim.measures.view import MeasureInput
from sim.measures.waits import Waits

__all__ = ["HARM", "every_wait", "queues"]

CRISIS = counting_as("crisis_response")


def queues(setting: Setting) -> frozenset[str]:
    """Tasks and stays outside hospital where people wait their turn: neither emergencies nor statutory work."""
    stops = setting.stops.values()
    return frozenset(
        s.name
        for s in stops
        if s.kind in ("task", "stay")
        and s.track != "hospital"
        and s.counts_as not in STATUTORY | {"crisis_response", "review"}
    )


def every_wait(view: MeasureInput) -> Waits | None:
    """Waits for tasks, stays and care outside hospital; None where a scenario has no social care."""
    setting = view.setting
    if not setting.named(counts_as=("assessment", "care_sourcing", "reablement")):
        return None
    one, other = view.waits(queues(setting)), view.care_waits()
    return Waits(*(np.concatenate(pair) for pair in zip(one.columns, other.columns, strict=True)))


def waiting_over(days: float) -> Formula:
    def measure(view: MeasureInput) -> float:
        waits = every_wait(view)
        if waits is None:
            return NAN
        since = waits.joined + days * view.day
        return view.mean(since, np.maximum(waits.until, since))

    return measure


def _harmed(view: MeasureInput, harms: Iterable[str]) -> Rows:
    """Waits left in the window for one of these stations because the excess clock fired."""
    spells = view.spells
    rows = view.rows(view.setting.stops, "renege")
    caused = np.isin(spells["reason"][rows], view.codes(("excess",)))
    found: Rows = rows[caused & np.isin(spells["to"][rows], view.codes(harms)) & view.within(spells["ended"][rows])]
    return found


def _harms(setting: Setting) -> frozenset[str]:
    return CRISIS(setting) | setting.hospital_stays


def caused(pick: Pick) -> Formula:
    def measure(view: MeasureInput) -> float:
        harms = pick(view.setting)
        return view.a_year(len(_harmed(view, harms))) if harms else NAN

    return measure


def _after(view: MeasureInput, stations: frozenset[str], not_from: frozenset[str]) -> Rows:
    """Starts there, in the window, of people who left another wait in the window because the excess clock fired."""
    spells = view.spells
    harmed = _harmed(view, _harms(view.setting))
    harmed = harmed[~np.isin(spells["station"][harmed], view.codes(not_from))]
    rows = view.starts(stations)
    found: Rows = rows[view.moments.preceded(rows, spells["started"][rows], harmed, spells["ended"][harmed])]
    return found


def assessments_after(view: MeasureInput) -> float:
    assessed = view.setting.named(counts_as=("assessment", "assessment_after_support"))
    if not assessed or not _harms(view.setting):
        return NAN
    return view.a_year(len(_after(view, assessed, assessed)))


def packages_after(view: MeasureInput) -> float:
    setting = view.setting
    if not packages(setting) or not _harms(setting):
        return NAN
    return view.a_year(len(_after(view, packages(setting), setting.named(counts_as="care_sourcing"))))


def hours_after(view: MeasureInput) -> float:
    setting = view.setting
    home_care = setting.named(counts_as="home_care")
    if not home_care or not _harms(setting):
        return NAN
    rows = _after(view, home_care, setting.named(counts_as="care_sourcing"))
    return view.a_year(float(view.spells["amount"][rows].sum()))


FOLLOWED = (
    "who had left another wait in the period for crisis response or hospital because the excess clock fired, a year "
    "of 365 days. It followed, no more: one world cannot say what would have been without the wait; compare worlds"
)

HARM = of_group(
    "Waiting as a whole, and what it does",
    (
        Measure(
            id="waiting_all",
            title="People waiting for any help",
            field="People waiting, all stages",
            unit="people",
            direction="lower is better",
            side="council",
            definition=(
                "Mean over time of waits for tasks and stays outside hospital and for care to start; crisis response, "
                "statutory work and reviews left out."
            ),
            function=waiting_over(0.0),
        ),
        Measure(
            id="waiting_all_six_months",
            title="People waiting over six months for any help",
            field="People waiting six months or more, all stages",
            unit="people",
            direction="lower is better",
            side="council",
            definition="The same of waits joined more than 182 days before.",
            function=waiting_over(SIX_MONTHS),
            decimals=1,
            source="ADASS surveys, waiting six months or more",
        ),
        Measure(
            id="caused_by_waiting",
            title="Crises and admissions caused by waiting, in the model",
            field="Escalations while waiting, excess hazard only",
            unit="a year",
            direction="lower is better",
            side="both",
            definition=(
                "Waits left in the period for crisis response or hospital because the excess clock fired, which runs "
                "only while someone waits; the background hazard is not counted. A year of 365 days."
            ),
            function=caused(_harms),
            phrase="{} crises and admissions a year are caused by waiting, in the model",
            headline=True,
        ),
        Measure(
            id="crises_caused_by_waiting",
            title="Crises caused by waiting, in the model",
            field="Crises while waiting, excess hazard only",
            unit="a year",
            direction="lower is better",
            side="council",
            definition="The same of waits left for crisis response.",
            function=caused(CRISIS),
        ),
        Measure(
            id="admissions_caused_by_waiting",
            title="Hospital admissions caused by waiting, in the model",
            field="Admissions while waiting, excess hazard only",
            unit="a year",
            direction="lower is better",
            side="nhs",
            definition="The same of waits left for hospital.",
            function=caused(lambda setting: setting.hospital_stays),
        ),
        Measure(
            id="assessments_after_harm",
            title="Assessments that followed a crisis or admission caused by waiting",
            field="Avoidable assessments, upper bound",
            unit="a year",
            direction="lower is better",
            side="council",
            definition=(
                f"Assessments, those after short-term support among them, begun in the period by people {FOLLOWED}. "
                "Waits for an assessment itself do not count."
            ),
            function=assessments_after,
        ),
        Measure(
            id="packages_after_harm",
            title="Long-term care that followed a crisis or admission caused by waiting",
            field="Avoidable long-term packages, upper bound",
            unit="a year",
            direction="lower is better",
            side="council",
            definition=f"Packages begun in the period by people {FOLLOWED}. Waits for care itself do not count.",
            function=packages_after,
        ),
        Measure(
            id="home_care_hours_after_harm",
            title="Weekly home-care hours that followed a crisis or admission caused by waiting",
            field="Avoidable weekly hours, upper bound",
            unit="hours a week, a year",
            direction="lower is better",
            side="council",
            definition=f"Weekly hours of home-care packages begun in the period by people {FOLLOWED}.",
            function=hours_after,
        ),
        Measure(
            id="crises",
            title="Crisis responses",
            field="Urgent responses begun",
            unit="a year",
            direction="lower is better",
            side="council",
            definition="Crisis responses that began in the period, a year of 365 days.",
            function=starts(CRISIS),
        ),
    ),
)
