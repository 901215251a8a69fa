"""Assessment, therapy, reviews and statutory work: who waits, how long, what is done."""

from __future__ import annotations

import numpy as np

from sim.measures.catalogue.common import (
    EVERY,
    SIX_MONTHS,
    at,
    counting_as,
    ended,
    of_group,
    share,
    started_within,
    wait_family,
    waiting,
    waiting_at_end,
)
from sim.measures.measure import NAN, Measure
from sim.measures.setting import STATUTORY, Setting
from sim.measures.view import MeasureInput

__all__ = ["ASSESSMENT"]

ASSESSED = counting_as("assessment")
THERAPY = counting_as("occupational_therapy")
REVIEW = counting_as("review")
EQUIPMENT = counting_as("equipment", "minor_adaptation")
REQUIRED = counting_as(*STATUTORY)


def allocated(setting: Setting) -> frozenset[str]:
    """Tasks by caseload on the track ``assessment``, reviews left out: a start there is an allocation."""
    stops = setting.stops.values()
    return frozenset(s.name for s in stops if s.caseload and s.track == "assessment" and s.counts_as != "review")


def completed_in_28_days(view: MeasureInput) -> float:
    rows = view.rows(ASSESSED(view.setting), "service")
    spells = view.spells
    rows = rows[view.within(spells["ended"][rows]) & (spells["cause"][rows] == 0)]
    return share(spells["ended"][rows] - spells["joined"][rows] <= 28.0 * view.day)


def _requests(view: MeasureInput) -> np.ndarray:
    """When each person first joined anything but a stay in hospital or statutory work."""
    setting = view.setting
    left_out = setting.hospital_stays | REQUIRED(setting)
    stops = [s.name for s in setting.stops.values() if s.kind != "exit" and s.name not in left_out]
    rows = view.rows(stops, *EVERY)
    return view.moments.earliest(rows, view.spells["joined"][rows])


def _services(setting: Setting) -> frozenset[str]:
    return setting.named(kind="package") | setting.named(
        counts_as=("reablement", "intermediate_care", "assessment_bed")
    )


def _official(view: MeasureInput, stations: frozenset[str]) -> float:
    """Median days from the request to the first start at these stations, of first starts in the window."""
    rows = view.rows(stations, "service", "open_service")
    first = view.moments.earliest(rows, view.spells["started"][rows])
    first[view.moments.who[rows[view.opening(rows)]]] = np.inf
    here = view.within(first)
    waits = first[here] - _requests(view)[here]
    return float(np.median(waits)) / view.day if len(waits) else NAN


def to_anything(view: MeasureInput) -> float:
    stations = ASSESSED(view.setting)
    return _official(view, stations | _services(view.setting)) if stations else NAN


def to_service(view: MeasureInput) -> float:
    return _official(view, _services(view.setting)) if ASSESSED(view.setting) else NAN


ASSESSMENT = of_group(
    "Assessment, therapy and reviews",
    (
        Measure(
            id="waiting_assessment",
            title="People waiting for an assessment",
            field="Waiting list for assessment",
            unit="people",
            direction="lower is better",
            side="council",
            definition="Mean over time of people who have joined an assessment queue and not started or left.",
            function=waiting(at(ASSESSED)),
            decimals=1,
            phrase="{} people wait for an assessment on an average day",
            headline=True,
        ),
        Measure(
            id="waiting_assessment_end",
            title="People waiting for an assessment at the end",
            field="Waiting list for assessment, last day",
            unit="people",
            direction="lower is better",
            side="council",
            definition="People in an assessment queue when the reported time ends.",
            function=waiting_at_end(at(ASSESSED)),
        ),
        Measure(
            id="waiting_assessment_six_months",
            title="People waiting over six months for an assessment",
            field="Awaiting assessment for six months or more",
            unit="people",
            direction="lower is better",
            side="council",
            definition="Mean over time of people in an assessment queue who joined it more than 182 days before.",
            function=waiting(at(ASSESSED), SIX_MONTHS),
            decimals=1,
        ),
        *wait_family("assessment", "an assessment", "the list", at(ASSESSED), field="to the start of an assessment"),
        Measure(
            id="assessed_in_28_days",
            title="Assessments started within 28 days of joining the list",
            field="Assessments within 28 days",
            unit="share",
            direction="higher is better",
            side="council",
            definition="Of everyone who joined in the period: the share who started within 28 days (Aalen-Johansen).",
            function=started_within(at(ASSESSED), 28.0),
            decimals=3,
            phrase="{} of those who join the list start their assessment within 28 days",
            headline=True,
        ),
        Measure(
            id="assessments_completed_in_28_days",
            title="Completed assessments that took 28 days from joining the list",
            field="Assessments completed in the period within 28 days",
            unit="share",
            direction="higher is better",
            side="council",
            definition=(
                "Official completed form: of assessments that ended in the period, the share that ended within 28 days "
                "of joining the list. People still waiting are not in it."
            ),
            function=completed_in_28_days,
            decimals=3,
            source="Leeds, Better Conversations 2",
        ),
        Measure(
            id="assessments_completed",
            title="Assessments completed",
            field="Care Act assessments completed in the period",
            unit="a year",
            direction="neutral",
            side="council",
            definition="Assessments that ended in the period, a year of 365 days.",
            function=ended(ASSESSED),
        ),
        *wait_family(
            "allocation",
            "allocation to a worker",
            "a list on the assessment track",
            at(allocated),
            field="to allocation, assessment, complex work and therapy together",
        ),
        Measure(
            id="wait_request_to_support_completed_p50",
            title="Completed wait from request to first assessment or service, median",
            field="Waiting times, part 1",
            unit="days",
            direction="lower is better",
            side="council",
            definition=(
                "Official completed form: of people whose first assessment, short-term service or package started in "
                "the period, the median time since they first joined anything but a hospital stay or statutory work. "
                "People in one of them at the opening are left out."
            ),
            function=to_anything,
            decimals=1,
            source="DHSC client-level data, waiting times part 1, without its limit to people aged 25 and over",
        ),
        Measure(
            id="wait_request_to_service_completed_p50",
            title="Completed wait from request to first service, median",
            field="Waiting times, part 2",
            unit="days",
            direction="lower is better",
            side="council",
            definition=(
                "As part 1, to the first short-term service or package. People whose assessment led to none are left "
                "out, as everyone without a start is."
            ),
            function=to_service,
            decimals=1,
            source="DHSC client-level data, waiting times part 2",
        ),
        Measure(
            id="waiting_therapy",
            title="People waiting for occupational therapy",
            field="Waiting list for occupational therapy",
            unit="people",
            direction="lower is better",
            side="council",
            definition=(
                "Mean over time of people who have joined an occupational therapy queue and not started or left."
            ),
            function=waiting(at(THERAPY)),
            decimals=1,
        ),
        Measure(
            id="waiting_therapy_six_months",
            title="People waiting over six months for occupational therapy",
            field="Awaiting occupational therapy for six months or more",
            unit="people",
            direction="lower is better",
            side="council",
            definition="Mean over time of people in such a queue who joined it more than 182 days before.",
            function=waiting(at(THERAPY), SIX_MONTHS),
            decimals=1,
        ),
        *wait_family("therapy", "occupational therapy", "the list", at(THERAPY), field="to occupational therapy"),
        Measure(
            id="waiting_equipment",
            title="People waiting for equipment or a minor adaptation",
            field="Awaiting equipment and adaptations",
            unit="people",
            direction="lower is better",
            side="council",
            definition="Mean over time of people who have joined a queue for either and not started or left.",
            function=waiting(at(EQUIPMENT)),
            decimals=1,
        ),
        *wait_family(
            "equipment", "equipment or a minor adaptation", "a queue for either", at(EQUIPMENT), field="to equipment"
        ),
        Measure(
            id="reviews_overdue",
            title="People whose review is overdue",
            field="Reviews due and not started",
            unit="people",
            direction="lower is better",
            side="council",
            definition="Mean over time of people whose review has fallen due (joined a review queue) and not started.",
            function=waiting(at(REVIEW)),
            decimals=1,
        ),
        Measure(
            id="reviews_overdue_six_months",
            title="People whose review is over six months overdue",
            field="Reviews due for six months or more",
            unit="people",
            direction="lower is better",
            side="council",
            definition="Mean over time of people in a review queue who joined it more than 182 days before.",
            function=waiting(at(REVIEW), SIX_MONTHS),
            decimals=1,
        ),
        *wait_family("review", "a review that is due", "a review queue", at(REVIEW), field="to review"),
        Measure(
            id="reviews_completed",
            title="Reviews completed",
            field="Reviews completed in the period",
            unit="a year",
            direction="neutral",
            side="council",
            definition="Reviews that ended in the period, a year of 365 days.",
            function=ended(REVIEW),
        ),
        Measure(
            id="waiting_statutory",
            title="Work the law does not let wait, not yet started",
            field="Safeguarding, DoLS and Mental Health Act work waiting",
            unit="people",
            direction="lower is better",
            side="council",
            definition="Mean over time of safeguarding, DoLS, Mental Health Act and duty work, joined and not started.",
            function=waiting(at(REQUIRED)),
            decimals=1,
        ),
        *wait_family("statutory", "statutory work", "its queue", at(REQUIRED), field="to statutory work"),
    ),
)
