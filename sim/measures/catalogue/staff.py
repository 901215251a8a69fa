"""Staff: posts, people in them, and how full their caseloads are."""

from __future__ import annotations

import numpy as np

from sim.measures.catalogue.common import counting_as, of_group
from sim.measures.measure import NAN, Measure
from sim.measures.view import MeasureInput

__all__ = ["STAFF", "roles"]


def roles(view: MeasureInput) -> list[str]:
    """Levels of people in post."""
    return [thing for thing in view.things if thing.startswith("role:") and thing.endswith(".in_post")]


def in_post(view: MeasureInput) -> float:
    found = roles(view)
    return sum(view.level_mean(role) for role in found) if found else NAN


def filled(view: MeasureInput) -> float:
    return in_post(view) / view.setting.posts if view.setting.posts > 0.0 else NAN


def vacant(view: MeasureInput) -> float:
    return view.setting.posts - in_post(view) if view.setting.posts > 0.0 else NAN


def turnover(view: MeasureInput) -> float:
    """The count of those who left, at the end of the window less before its first day."""
    here, left = in_post(view), 0.0
    for role in roles(view):
        times, values = view.level(role.removesuffix("in_post") + "left")
        if len(times):
            before = int(np.searchsorted(times, 0.0, "left"))
            left += values[-1] - (values[before - 1] if before else 0.0)
    return view.a_year(left) / here if here > 0.0 else NAN


def agency(view: MeasureInput) -> float:
    found = [thing for thing in view.things if thing.startswith("role:") and thing.endswith(".agency")]
    return sum(view.level_mean(thing) for thing in found) if found else NAN


def _use(view: MeasureInput, team: str) -> float:
    """Cases in hand over the cases the team may have in hand, means over time."""
    slots = view.level_mean(f"{team}.slots")
    stations = [stop.name for stop in view.setting.stops.values() if stop.thing == team]
    return view.mean(*view.serving(stations)[:2]) / slots if slots > 0.0 else NAN


def assessment_caseloads(view: MeasureInput) -> float:
    setting = view.setting
    teams = {setting.stops[name].thing for name in counting_as("assessment")(setting) if setting.stops[name].caseload}
    used = [_use(view, team) for team in sorted(teams - {""})]
    return sum(used) / len(used) if used else NAN


def fullest_caseloads(view: MeasureInput) -> float:
    teams = {stop.thing for stop in view.setting.stops.values() if stop.caseload} - {""}
    used = [use for team in sorted(teams) if (use := _use(view, team)) == use]
    return max(used) if used and roles(view) else NAN


STAFF = of_group(
    "Staff",
    (
        Measure(
            id="posts_filled",
            title="Posts filled",
            field="1 - vacancy rate",
            unit="share",
            direction="higher is better",
            side="council",
            definition="Mean over time of people in post, all roles, over mean posts.",
            function=filled,
            decimals=3,
            source="Adult Social Care Workforce Data Set",
        ),
        Measure(
            id="posts_vacant",
            title="Posts vacant",
            field="Vacancies",
            unit="posts",
            direction="lower is better",
            side="council",
            definition="Mean over time of posts less people in post, all roles.",
            function=vacant,
            decimals=1,
            source="Adult Social Care Workforce Data Set",
        ),
        Measure(
            id="staff_in_post",
            title="Staff in post",
            field="Filled posts",
            unit="people",
            direction="neutral",
            side="council",
            definition="Mean over time of people in post, all roles.",
            function=in_post,
            decimals=1,
            source="Adult Social Care Workforce Data Set",
        ),
        Measure(
            id="turnover",
            title="Staff who leave in a year",
            field="Turnover rate",
            unit="share",
            direction="lower is better",
            side="council",
            definition=(
                "People in post who left in the period, all roles, over mean people in post, a year of 365 days; those "
                "who went on to another role are not counted."
            ),
            function=turnover,
            decimals=3,
            source="Adult Social Care Workforce Data Set",
        ),
        Measure(
            id="agency_staff",
            title="Vacant posts covered by agency staff",
            field="Agency staff",
            unit="posts",
            direction="lower is better",
            side="council",
            definition="Mean over time of agency staff in vacant posts, all roles that may have them.",
            function=agency,
            decimals=1,
            source="Adult Social Care Workforce Data Set",
        ),
        Measure(
            id="assessment_caseload_use",
            title="Assessment caseloads in use",
            field="Allocated cases, of the caseload capacity",
            unit="share",
            direction="neutral",
            side="council",
            definition=(
                "Of teams that assess by caseload: mean cases allocated, over people in post times caseload; the mean "
                "of such teams."
            ),
            function=assessment_caseloads,
            decimals=3,
        ),
        Measure(
            id="fullest_caseload_use",
            title="Caseloads in use in the fullest team",
            field="Allocated cases, of the caseload capacity, highest team",
            unit="share",
            direction="neutral",
            side="council",
            definition="The same of every team that works by caseload, and the highest of them.",
            function=fullest_caseloads,
            decimals=3,
        ),
    ),
)
