"""Finding care and starting it: who waits for a package, how long, and the hours that are not delivered meanwhile."""

from __future__ import annotations

import numpy as np

from sim.measures.areas import Floats
from sim.measures.catalogue.common import EVERY, at, counting_as, for_care, of_group, wait_family, waiting
from sim.measures.catalogue.long_term import home_care_hours
from sim.measures.measure import NAN, Measure
from sim.measures.view import MeasureInput

__all__ = ["CARE", "unmet"]


PLAN = counting_as("support_planning")


def assessed_waiting(view: MeasureInput) -> float:
    """From joining support planning, where a model has it, to the start of care."""
    found = waiting(for_care())(view)
    planning = view.rows(PLAN(view.setting), *EVERY)
    ended = view.spells["ended"][planning]
    return found + view.mean(view.spells["joined"][planning], np.where(np.isnan(ended), np.inf, ended))


def unmet(view: MeasureInput) -> tuple[Floats, Floats, Floats] | None:
    """(from, until, hours a week) of home care waited for; None where a scenario does not look for any.

    Each search counts at every moment for what was sought then. People who keep an older package in use meanwhile are
    left out.
    """
    sourcing = [stop.name for stop in view.setting.stops.values() if "home_care" in stop.seeks]
    if not sourcing:
        return None
    searches, spells = view.searches, view.spells
    at = searches.rows
    kept = view.rows(view.setting.named(kind="package"), "held", "open_held")
    kept = kept[np.isin(spells["reason"][kept], view.codes(("kept",)))]
    chosen = np.isin(spells["station"][at], view.codes(sourcing))
    chosen &= ~view.moments.inside(at, searches.joined, kept, spells["started"][kept], spells["ended"][kept])
    rows, since, until = at[chosen], searches.joined[chosen].copy(), searches.until[chosen]
    before = view.rows(sourcing, "sought")
    lasting = np.flatnonzero(until > since)
    search = view.moments.place(before, spells["joined"][before], rows[lasting], since[lasting])
    before, search = before[search >= 0], lasting[search[search >= 0]]
    starts, ends = spells["started"][before], spells["ended"][before]
    np.maximum.at(since, search, ends)
    return (
        np.concatenate((since, starts)),
        np.concatenate((until, ends)),
        np.concatenate((spells["amount"][rows], spells["amount"][before])),
    )


def undelivered(view: MeasureInput) -> float:
    found = unmet(view)
    return view.mean(*found) if found is not None else NAN


def undelivered_share(view: MeasureInput) -> float:
    missing, there = undelivered(view), home_care_hours(view)
    return missing / (missing + there) if missing + there > 0.0 else NAN


CARE = of_group(
    "Finding and starting care",
    (
        Measure(
            id="waiting_care",
            title="People waiting for care to start",
            field="Assessed and awaiting a package",
            unit="people",
            direction="lower is better",
            side="council",
            definition=(
                "Mean over time of people between joining sourcing and their package's start, wherever they wait."
            ),
            function=waiting(for_care()),
            phrase="{} people wait for care to start on an average day",
            headline=True,
            decimals=1,
        ),
        Measure(
            id="assessed_waiting_care",
            title="People assessed and waiting for care or a direct payment",
            field="Assessed, awaiting support planning or a package",
            unit="people",
            direction="lower is better",
            side="council",
            definition=(
                "The same, and people whose support is being planned or waits to be: those who join support planning."
            ),
            function=assessed_waiting,
            decimals=1,
        ),
        *wait_family("support_planning", "support planning", "its queue", at(PLAN), field="to support planning"),
        *wait_family("care", "care to start", "sourcing", for_care(), field="from sourcing to package start"),
        *wait_family(
            "care_community",
            "care to start",
            "sourcing",
            for_care(hospital=False),
            field="from sourcing to package start, community",
            way=" from the community",
        ),
        *wait_family(
            "care_hospital",
            "care to start",
            "sourcing",
            for_care(hospital=True),
            field="from sourcing to package start, hospital discharge",
            way=" from hospital",
            side="both",
        ),
        Measure(
            id="undelivered_home_care_hours",
            title="Hours of home care not delivered for want of a provider",
            field="Home-care hours commissioned and not delivered",
            unit="hours a week",
            direction="lower is better",
            side="council",
            definition=(
                "Mean over time of the weekly hours of home care that people between joining sourcing and the start "
                "wait for: at each moment the hours then sought. People who keep an older package in use meanwhile are "
                "left out."
            ),
            function=undelivered,
            source="ADASS surveys, hours that could not be delivered",
        ),
        Measure(
            id="undelivered_home_care_share",
            title="Home care not delivered, of all that was to be",
            field="Share of home-care hours not delivered",
            unit="share",
            direction="lower is better",
            side="council",
            definition="The hours above, over themselves and the hours of home-care packages in use.",
            function=undelivered_share,
            decimals=3,
        ),
    ),
)
