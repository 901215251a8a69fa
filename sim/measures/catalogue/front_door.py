"""The front door: first conversations, early help, and what comes of them."""

from __future__ import annotations

import numpy as np

from sim.measures.catalogue.common import (
    EVERY,
    at,
    counting_as,
    ended,
    of_group,
    out_alive,
    share,
    wait_family,
    waiting,
)
from sim.measures.measure import NAN, Measure
from sim.measures.moments import Rows
from sim.measures.view import MeasureInput

__all__ = ["FRONT_DOOR"]

CONVERSATION = counting_as("first_conversation")
EARLY_HELP = counting_as("early_help")
RECOVERY = counting_as("active_recovery")
TWELVE_WEEKS = 84.0


def _talked(view: MeasureInput) -> Rows:
    """First conversations that ended in the window."""
    rows = view.rows(CONVERSATION(view.setting), "service")
    found: Rows = rows[view.within(view.spells["ended"][rows])]
    return found


def resolved(view: MeasureInput) -> float:
    rows = _talked(view)
    return share(np.isin(view.spells["to"][rows], out_alive(view)))


def to_assessment(view: MeasureInput) -> float:
    """Of conversations joined twelve weeks before the end or earlier."""
    assessed = view.rows(view.setting.named(counts_as="assessment"), *EVERY)
    rows = view.rows(CONVERSATION(view.setting), *EVERY)
    joined = view.spells["joined"]
    within = TWELVE_WEEKS * view.day
    rows = rows[(joined[rows] >= 0.0) & (joined[rows] < view.horizon - within)]
    if not view.setting.named(counts_as="assessment"):
        return NAN
    return share(view.moments.followed(rows, joined[rows], assessed, joined[assessed], within))


def back_again(view: MeasureInput) -> float:
    """nan where nobody can come back."""
    nothing_more = view.codes(stop.name for stop in view.setting.stops.values() if stop.followed)
    within = TWELVE_WEEKS * view.day
    rows = view.rows(view.setting.named(counts_as=("first_conversation", "early_help")), "service")
    ended, joined = view.spells["ended"], view.spells["joined"]
    rows = rows[np.isin(view.spells["to"][rows], nothing_more)]
    rows = rows[(ended[rows] >= 0.0) & (ended[rows] < view.horizon - within)]
    doors = view.rows(view.setting.named(counts_as=("first_conversation", "early_help", "crisis_response")), *EVERY)
    return share(view.moments.followed(rows, ended[rows], doors, joined[doors], within))


def came_back(view: MeasureInput) -> float:
    followed = [stop.name for stop in view.setting.stops.values() if stop.followed]
    back = view.rows(followed, "away")
    back = back[~np.isin(view.spells["to"][back], view.codes(view.setting.named(kind="exit")))]
    return view.a_year(int(view.within(view.spells["ended"][back]).sum())) if followed else NAN


FRONT_DOOR = of_group(
    "Front door",
    (
        *wait_family(
            "first_conversation",
            "a first conversation",
            "a first-conversation queue",
            at(CONVERSATION),
            field="to first conversation",
        ),
        Measure(
            id="first_conversations",
            title="First conversations held",
            field="Contacts dealt with",
            unit="a year",
            direction="neutral",
            side="council",
            definition="First conversations that ended in the period, a year of 365 days. Not self-service.",
            function=ended(CONVERSATION),
        ),
        Measure(
            id="resolved_at_first_contact",
            title="First conversations that need no next step",
            field="Contacts resolved at the initial point of contact",
            unit="share",
            direction="neutral",
            side="council",
            definition=(
                "Of first conversations that ended in the period: the share whose next stop is an exit (advice, a "
                "community connection). Neutral: to be read beside repeat contact."
            ),
            function=resolved,
            decimals=3,
            source="Leeds, Better Conversations 1; Six Steps, front door",
        ),
        Measure(
            id="repeat_contact_12_weeks",
            title="People back within 12 weeks of no further action",
            field="Repeat contact in 12 weeks after no further action",
            unit="share",
            direction="lower is better",
            side="council",
            definition=(
                "Of first conversations and early help that ended, 12 weeks before the end or earlier, at an exit from "
                "which people may come back: the share whose person joins a first conversation, early help or crisis "
                "response within 12 weeks. No value where a model lets nobody come back."
            ),
            function=back_again,
            decimals=3,
        ),
        Measure(
            id="came_back",
            title="People back after their journey had ended",
            field="Repeat requests, relapses and readmissions of people not in care",
            unit="a year",
            direction="lower is better",
            side="both",
            definition=(
                "Times that someone came back from an exit in the period, to any station but another exit, a year of "
                "365 days. They are not among the arrivals. No value where a model lets nobody come back."
            ),
            function=came_back,
        ),
        Measure(
            id="share_to_assessment",
            title="First conversations that lead to an assessment",
            field="Enquiries that result in a full assessment",
            unit="share",
            direction="neutral",
            side="council",
            definition=(
                "Of first conversations joined in the period, 12 weeks before its end or earlier: the share whose "
                "person joins an assessment list within 12 weeks, by whatever way."
            ),
            function=to_assessment,
            decimals=3,
            source="Leeds: 25-30% of enquiries before, 18% in the pilot's first year",
        ),
        Measure(
            id="waiting_early_help",
            title="People waiting for early help",
            field="Awaiting a second conversation or short help",
            unit="people",
            direction="lower is better",
            side="council",
            definition="Mean over time of people who have joined a queue for early help and not started or left.",
            function=waiting(at(EARLY_HELP)),
            decimals=1,
        ),
        *wait_family("early_help", "early help", "a queue for early help", at(EARLY_HELP), field="to early help"),
        Measure(
            id="waiting_active_recovery",
            title="People waiting for Active Recovery",
            field="Awaiting goal-based help of a few weeks",
            unit="people",
            direction="lower is better",
            side="council",
            definition="Mean over time of people who have joined its queue and not started or left.",
            function=waiting(at(RECOVERY)),
            decimals=1,
        ),
        *wait_family(
            "active_recovery", "Active Recovery", "its queue", at(RECOVERY), field="to goal-based help of a few weeks"
        ),
        Measure(
            id="early_help_ended",
            title="Early help completed",
            field="Short, goal-based help, completed",
            unit="a year",
            direction="neutral",
            side="council",
            definition="Early help that ended in the period, a year of 365 days.",
            function=ended(EARLY_HELP),
        ),
    ),
)
