"""Formulas over one replication's log; each is nan in a world that has nothing to measure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.measures.areas import presence
from sim.measures.view import MeasureInput
from sim.measures.waits import Cohort

NAN = float("nan")
Formula = Callable[[MeasureInput], float]


def wait(group: str, share: float) -> Formula:
    def measure(view: MeasureInput) -> float:
        stations = view.setting.named(counts_as=group)
        return view.cohort(stations).quantile(share) / view.day if stations else NAN

    return measure


def started_within(group: str, days: float) -> Formula:
    def measure(view: MeasureInput) -> float:
        stations = view.setting.named(counts_as=group)
        return view.cohort(stations).share(days * view.day) if stations else NAN

    return measure


def waiting(group: str) -> Formula:
    def measure(view: MeasureInput) -> float:
        stations = view.setting.named(counts_as=group)
        joined, until, _ = view.waits(stations)
        return view.mean(joined, until) if stations else NAN

    return measure


def present(group: str) -> Formula:
    def measure(view: MeasureInput) -> float:
        stations = view.setting.named(counts_as=group)
        starts, ends, _ = view.serving(stations)
        return view.mean(starts, ends) if stations else NAN

    return measure


def starts(group: str) -> Formula:
    def measure(view: MeasureInput) -> float:
        stations = view.setting.named(counts_as=group)
        return view.a_year(len(view.starts(stations))) if stations else NAN

    return measure


def completed(group: str) -> Formula:
    def measure(view: MeasureInput) -> float:
        stations = view.setting.named(counts_as=group)
        ended = view.spells["ended"][view.rows(stations, "service")]
        return view.a_year(int(view.within(ended).sum())) if stations else NAN

    return measure


def care_wait(share: float) -> Formula:
    def measure(view: MeasureInput) -> float:
        if not view.setting.named(counts_as="care_sourcing"):
            return NAN
        return Cohort.of(*view.care_waits, view.horizon).quantile(share) / view.day

    return measure


def waiting_for_care(view: MeasureInput) -> float:
    if not view.setting.named(counts_as="care_sourcing"):
        return NAN
    joined, until, _ = view.care_waits
    return view.mean(joined, until)


def ready(view: MeasureInput) -> float:
    stays = view.setting.hospital_stays
    starts, ends, _ = view.held(stays)
    return view.mean(starts, ends) if stays else NAN


def ready_worst_week(view: MeasureInput) -> float:
    """The highest mean over seven days in a row."""
    stays = view.setting.hospital_stays
    days = int(view.horizon // view.day)
    if not stays or days < 7:
        return NAN
    starts, ends, _ = view.held(stays)
    running = np.cumsum(np.append(0.0, presence(np.arange(days + 1.0) * view.day, starts, ends)))
    return float((running[7:] - running[:-7]).max() / 7.0)


def delayed_days(view: MeasureInput) -> float:
    return 365.0 * ready(view)


def hospital_use(view: MeasureInput) -> float:
    stays = view.setting.hospital_stays
    pools = sorted({view.setting.stops[stay].thing for stay in stays} - {""})
    capacity = sum(view.level_mean(f"{pool}.capacity") for pool in pools)
    if not pools or not capacity > 0:
        return NAN
    return (view.mean(*view.serving(stays)) + view.mean(*view.held(stays))) / capacity


def caused_by_waiting(view: MeasureInput) -> float:
    setting = view.setting
    harms = setting.named(counts_as="crisis_response") | setting.hospital_stays
    if not harms:
        return NAN
    rows = view.rows(setting.stops, "renege")
    spells = view.spells
    caused = np.isin(spells["reason"][rows], view.codes(("excess",))) & np.isin(spells["to"][rows], view.codes(harms))
    return view.a_year(int((caused & view.within(spells["ended"][rows])).sum()))


def long_term_starts(view: MeasureInput) -> float:
    packages = view.setting.named(kind="package")
    return view.a_year(len(view.starts(packages))) if packages else NAN


def packages_open(view: MeasureInput) -> float:
    packages = view.setting.named(kind="package")
    if not packages:
        return NAN
    starts, ends, _ = view.serving(packages)
    kept_from, kept_until, _ = view.held(packages)
    return view.mean(starts, ends) + view.mean(kept_from, kept_until)


def home_care_hours(view: MeasureInput) -> float:
    stations = view.setting.named(counts_as="home_care")
    if not stations:
        return NAN
    return view.mean(*view.serving(stations)) + view.mean(*view.held(stations, ("kept",)))


def posts_filled(view: MeasureInput) -> float:
    roles = [thing for thing in view.things if thing.startswith("role:") and thing.endswith(".in_post")]
    if not roles or not view.setting.posts > 0:
        return NAN
    return sum(view.level_mean(role) for role in roles) / view.setting.posts
