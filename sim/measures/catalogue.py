"""Every measure: its name, unit and direction, and its formula over the log.

General for any operating model: stations are found by what they count as, their kind and their track, never by id.
A measure is nan in a world that has nothing to measure. Waits are in days, whatever the scenario's unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sim.measures.formulas import (
    care_wait,
    caused_by_waiting,
    completed,
    delayed_days,
    home_care_hours,
    hospital_use,
    long_term_starts,
    packages_open,
    posts_filled,
    present,
    ready,
    ready_worst_week,
    started_within,
    starts,
    wait,
    waiting,
    waiting_for_care,
)
from sim.measures.view import MeasureInput

__all__ = ["CATALOGUE", "Measure"]

Direction = Literal["lower is better", "higher is better", "neutral"]
Side = Literal["council", "nhs", "both"]


@dataclass(frozen=True)
class Measure:
    """One entry of the catalogue."""

    id: str
    title: str
    """Plain name."""
    field: str
    """What the field calls it."""
    unit: str
    direction: Direction
    side: Side
    definition: str
    """The formula over the log, in words."""
    function: Callable[[MeasureInput], float]
    headline: bool = False
    decimals: int = 0
    phrase: str = ""
    """The measure in a sentence, ``{}`` its value: '{} people wait for an assessment on an average day'."""


CATALOGUE: tuple[Measure, ...] = (
    Measure(
        id="waiting_assessment",
        title="People waiting for an assessment",
        field="Waiting list for assessment",
        unit="people",
        direction="lower is better",
        side="council",
        definition="Mean over time of people who have joined an assessment queue and not started or left.",
        function=waiting("assessment"),
        decimals=1,
        phrase="{} people wait for an assessment on an average day",
        headline=True,
    ),
    Measure(
        id="wait_assessment_p50",
        title="Wait for an assessment, half have started",
        field="Median wait from joining the list to the start of an assessment",
        unit="days",
        direction="lower is better",
        side="council",
        definition=(
            "Of everyone who joined in the period: the wait within which half have started. Death, withdrawal and "
            "crisis are competing ends; people still waiting are censored at the end (Aalen-Johansen)."
        ),
        function=wait("assessment", 0.5),
        decimals=1,
    ),
    Measure(
        id="wait_assessment_p90",
        title="Wait for an assessment, nine in ten have started",
        field="90th percentile wait to the start of an assessment",
        unit="days",
        direction="lower is better",
        side="council",
        definition="As the wait above, for nine in ten of all who joined. Over the period when fewer ever start.",
        function=wait("assessment", 0.9),
        decimals=1,
    ),
    Measure(
        id="assessed_in_28_days",
        title="Assessments started within 28 days of joining the list",
        field="Assessments within 28 days",
        unit="share",
        direction="higher is better",
        side="council",
        definition="Of everyone who joined in the period: the share who started within 28 days (Aalen-Johansen).",
        function=started_within("assessment", 28.0),
        decimals=3,
        phrase="{} of those who join the list start their assessment within 28 days",
        headline=True,
    ),
    Measure(
        id="assessments_completed",
        title="Assessments completed",
        field="Care Act assessments completed in the period",
        unit="a year",
        direction="neutral",
        side="council",
        definition="Assessments that ended in the period, a year of 365 days.",
        function=completed("assessment"),
    ),
    Measure(
        id="wait_first_conversation_p90",
        title="Wait for a first conversation, nine in ten have started",
        field="90th percentile wait to first conversation",
        unit="days",
        direction="lower is better",
        side="council",
        definition="Of all who joined a first-conversation queue in the period: the wait in which nine in ten started.",
        function=wait("first_conversation", 0.9),
        decimals=1,
    ),
    Measure(
        id="waiting_care",
        title="People waiting for care to start",
        field="Assessed and awaiting a package",
        unit="people",
        direction="lower is better",
        side="council",
        definition="Mean over time of people between joining sourcing and their package's start, wherever they wait.",
        function=waiting_for_care,
        phrase="{} people wait for care to start on an average day",
        headline=True,
        decimals=1,
    ),
    Measure(
        id="wait_care_p50",
        title="Wait for care to start, half have started",
        field="Median wait from sourcing to package start",
        unit="days",
        direction="lower is better",
        side="council",
        definition="Of all who joined sourcing in the period: the wait within which half have started their package.",
        function=care_wait(0.5),
        decimals=1,
    ),
    Measure(
        id="reablement_starts",
        title="People starting reablement",
        field="Short-term support to maximise independence, starts",
        unit="a year",
        direction="neutral",
        side="council",
        definition="Reablement stays that began in the period, a year of 365 days.",
        function=starts("reablement"),
    ),
    Measure(
        id="in_reablement",
        title="People in reablement",
        field="Open reablement episodes",
        unit="people",
        direction="neutral",
        side="council",
        definition="Mean over time of people in a reablement stay, those kept there for want of a next step left out.",
        function=present("reablement"),
    ),
    Measure(
        id="long_term_starts",
        title="Long-term care starts",
        field="New long-term packages and placements, moves included",
        unit="a year",
        direction="lower is better",
        side="council",
        definition="Packages that began in the period, returns to a package already held left out, a year of 365 days.",
        function=long_term_starts,
    ),
    Measure(
        id="packages_open",
        title="People with a long-term package",
        field="Long-term packages and placements open",
        unit="people",
        direction="neutral",
        side="council",
        definition="Mean over time of packages open, those kept through a stay in hospital or a review among them.",
        function=packages_open,
    ),
    Measure(
        id="home_care_hours",
        title="Hours of home care",
        field="Planned home-care hours a week",
        unit="hours a week",
        direction="neutral",
        side="council",
        definition="Mean over time of weekly hours of home-care packages in use, those suspended in hospital left out.",
        function=home_care_hours,
    ),
    Measure(
        id="posts_filled",
        title="Posts filled",
        field="1 - vacancy rate",
        unit="share",
        direction="higher is better",
        side="council",
        definition="Mean over time of people in post, all roles, over mean posts.",
        function=posts_filled,
        decimals=3,
    ),
    Measure(
        id="ready_worst_week",
        title="People ready to leave hospital in the worst week",
        field="No criteria to reside, awaiting a next step, highest week",
        unit="people",
        direction="lower is better",
        side="nhs",
        definition="The highest mean over seven days in a row of hospital beds kept after the acute stay ended.",
        function=ready_worst_week,
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
    ),
    Measure(
        id="hospital_bed_use",
        title="Hospital beds in use",
        field="Bed occupancy",
        unit="share",
        direction="lower is better",
        side="nhs",
        definition="Beds of the hospital stays' pools in use, kept beds among them, over capacity, means over time.",
        function=hospital_use,
        decimals=3,
    ),
    Measure(
        id="caused_by_waiting",
        title="Crises and admissions caused by waiting, in the model",
        field="Escalations while waiting, excess hazard only",
        unit="a year",
        direction="lower is better",
        side="both",
        definition=(
            "Waits left in the period for crisis response or hospital because the excess clock fired, which runs only "
            "while someone waits; the background hazard is not counted. A year of 365 days."
        ),
        function=caused_by_waiting,
        phrase="{} crises and admissions a year are caused by waiting, in the model",
        headline=True,
    ),
)
