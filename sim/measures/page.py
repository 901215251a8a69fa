"""docs/measures.md, made from the catalogue: ``python -m sim.measures.page`` writes it."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from sim.measures.catalogue import CATALOGUE, Measure
from sim.measures.setting import CARE_HOMES, STATUTORY

__all__ = ["PAGE", "text"]

PAGE = Path(__file__).parents[2] / "docs" / "measures.md"

_OPENING = """# Measures

Made from the catalogue by `python -m sim.measures.page`; change `sim/measures/catalogue`, not this page.

{count} measures, worked out from the log of each replication. A run saves them in `summary.json` (its form: \
`sim/experiment/summary.schema.json`), by replication in `measures.csv`, and many of them day by day in \
`daily.parquet`. Waits are in days; *a year* is 365 days, whatever the length of the run. A measure of which a \
scenario has nothing (no such station, no workforce, no ages) has no value, and is left out of what that run saves.

**Waits are told in two ways.** By *joining cohort*: of everyone who joined in the period, the wait within which half, \
or nine in ten, have started. Whoever died, withdrew, had a crisis or went another way never starts, and counts; who \
still waits at the end counts for as long as is known (Aalen-Johansen). Where too few ever start, the wait is *over* \
the length of the run. Beside it stands the *official completed form*, the median of those who started in the period: \
it cannot see those still waiting, so it is shorter while a list grows, and longer while an old list is worked off.

**From hospital** means by the route `discharge`: since an admission, until a package begins. All other routes are \
*from the community*.

**What measures look for** in an operating model is what its stations count as, whatever their ids:

| `counts_as` | what it is |
|---|---|
{groups}

Hospital is the stays on the track `hospital`; other stations on that track are the hospital's own process. A task \
with a `caseload` on the track `assessment` starts with its allocation to a worker. A package is any station of that \
kind; what its sourcing looks for follows from the market they share. Stations that count as anything else count as \
themselves in the daily series, in the number waiting for any help and, as a task, under *assessment or another task* \
where a hospital bed is kept for them.

**Not here, for the log cannot give it:** carers' direct payments and services' ratings \
(Leeds, Better Conversations 3 and Better Living 1); outcomes of safeguarding enquiries, and a safeguarding concern \
after no further action (a concern arrives as work of its own, of nobody who came before); admissions by cause; deaths \
caused by waiting, which the model does not claim. What waiting caused in assessments, packages and hours is an upper \
bound in one world; the difference between two worlds with and without the wait is the answer.
"""
_GROUPS = (
    ("first_conversation", "the first conversation at a front door"),
    ("early_help", "a second conversation, See and Solve, a link worker: short help"),
    ("active_recovery", "goal-based help of a few weeks, before an assessment"),
    ("assessment", "a Care Act assessment"),
    ("occupational_therapy", "an occupational therapy assessment"),
    ("equipment`, `minor_adaptation", "what therapy leads to"),
    ("review", "a review of care, joined when it falls due"),
    (
        "`, `".join(sorted(STATUTORY)),
        "work that the law does not let wait; no request for support",
    ),
    ("crisis_response", "urgent response in a crisis"),
    ("reablement", "reablement: a stay that holds weekly hours"),
    ("intermediate_care", "a bed for a while, pathway 2"),
    (
        "assessment_bed",
        "a bed where long-term need is assessed, pathway 3; so is any stay in the pool `assessment_beds`",
    ),
    ("transfer_hub", "the care transfer hub"),
    ("support_planning", "planning support after an assessment"),
    ("care_sourcing", "finding care, or setting up a direct payment: the wait for care begins here"),
    ("home_care", "a package of home care, in hours a week"),
    ("`, `".join(sorted(CARE_HOMES)), "a package in a care home"),
    ("died", "the exit of those who die"),
)


def text() -> str:
    """The whole page."""
    groups = "\n".join(f"| `{name}` | {what} |" for name, what in _GROUPS)
    parts = [_OPENING.format(count=len(CATALOGUE), groups=groups)]
    for group, measures in groupby(CATALOGUE, key=lambda measure: measure.group):
        parts.append(f"\n## {group}\n")
        parts += [_entry(measure) for measure in measures]
    return "".join(parts)


def _entry(measure: Measure) -> str:
    side = {"council": "council", "nhs": "NHS", "both": "council and NHS"}[measure.side]
    about = [measure.unit, measure.direction, side, *(["headline"] if measure.headline else [])]
    source = f" Source: {measure.source}." if measure.source else ""
    return (
        f"\n### {measure.title}\n\n`{measure.id}` ({'; '.join(about)}). In the field: {measure.field}.\n\n"
        f"{measure.definition}{source}\n"
    )


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8", newline="\n")
