"""What is true of any station of any world: arrivals, waits, numbers present, use; and the daily series."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from sim.measures.areas import Floats, level_series
from sim.measures.catalogue.care import unmet
from sim.measures.catalogue.common import SIX_MONTHS
from sim.measures.catalogue.harm import every_wait
from sim.measures.catalogue.hospital import REASONS
from sim.measures.ledger import spend
from sim.measures.measure import Measure
from sim.measures.setting import Setting
from sim.measures.view import MeasureInput

__all__ = ["daily", "series_names", "station_measures"]

_QUANTITIES: tuple[tuple[str, str, str], ...] = (
    ("joined", "people", "People who joined in the period."),
    ("started", "people", "Services begun in the period."),
    ("left", "people", "Waits left in the period without a start."),
    ("lost", "people", "People refused in the period for want of room."),
    ("wait", "time", "Mean wait of those who started in the period."),
    ("waited", "share", "Share of those who started in the period who had to wait at all."),
    ("waiting", "people", "Mean over time of people waiting."),
    ("serving", "people", "Mean over time of people in service or here."),
    ("held", "people", "Mean over time of places or packages kept while the person is elsewhere."),
    ("service", "time", "Mean time from start to end of services ended in the period."),
    ("amount", "amount", "Mean over time of the amount in use, kept amounts among it."),
)
"""(quantity, unit, definition); 'time' is the scenario's own unit."""


def _station(view: MeasureInput, station: str) -> list[float]:
    spells = view.spells
    joined, until, began = view.waits([station]).columns
    lost = view.rows([station], "lost")
    starts, ends, amounts = view.serving([station])
    kept_from, kept_until, kept_amounts = view.held([station])
    in_window = began & view.within(until)
    waits = until[in_window] - joined[in_window]
    ended = view.within(ends)
    return [
        float(view.within(joined).sum()),
        float(in_window.sum()),
        float((~began & view.within(until)).sum()),
        float(view.within(spells["joined"][lost]).sum()),
        float(waits.mean()) if len(waits) else float("nan"),
        float((waits > 0).mean()) if len(waits) else float("nan"),
        view.mean(joined, until),
        view.mean(starts, ends),
        view.mean(kept_from, kept_until),
        float((ends[ended] - starts[ended]).mean()) if ended.any() else float("nan"),
        view.mean(starts, ends, amounts) + view.mean(kept_from, kept_until, kept_amounts),
    ]


def station_measures(setting: Setting) -> tuple[Measure, ...]:
    """Wait, queue and use of each station where people can wait: the measures of a world with nothing of its own."""
    place = {name: index for index, (name, _, _) in enumerate(_QUANTITIES)}
    found: list[Measure] = []
    for stop in setting.stops.values():
        if stop.kind == "exit" or not stop.thing:
            continue
        for quantity, title, unit, decimals in (
            ("wait", "mean wait", setting.time_unit, 2),
            ("waiting", "mean number waiting", "people", 2),
            ("waited", "share of people who waited", "share", 3),
            ("serving", "mean number in service", "people", 2),
        ):
            found.append(
                Measure(
                    id=f"{stop.name}.{quantity}",
                    title=f"{stop.title}: {title}",
                    field=title.capitalize(),
                    unit=unit,
                    direction="neutral" if quantity == "serving" else "lower is better",
                    side="both",
                    definition=_QUANTITIES[place[quantity]][2],
                    function=_Pick(stop.name, place[quantity]),
                    headline=quantity in ("wait", "waiting") and len(found) < 12,
                    decimals=decimals,
                )
            )
    return tuple(found)


@dataclass(frozen=True)
class _Pick:
    station: str
    quantity: int

    def __call__(self, view: MeasureInput) -> float:
        return _station(view, self.station)[self.quantity]


def series_names(setting: Setting) -> tuple[str, ...]:
    """Names of the daily series of a world, in the order of ``daily``."""
    return tuple(name for name, _ in _series(setting))


def daily(view: MeasureInput) -> Floats:
    """Every daily series of one replication: an array (series, period)."""
    rows = [series(view) for _, series in _series(view.setting)]
    return np.array(rows) if rows else np.empty((0, len(view.edges) - 1))


Series = Callable[[MeasureInput], Floats]


def _series(setting: Setting) -> Iterator[tuple[str, Series]]:
    stops = setting.stops.values()
    for group in setting.groups:
        yield f"waiting.{group}", _waiting(setting.named(counts_as=group))
    if setting.named(counts_as="care_sourcing"):
        yield "waiting_for_care", lambda view: view.series(*view.care_waits().columns[:2])
    if setting.named(counts_as=("assessment", "care_sourcing", "reablement")):
        yield "waiting_over_six_months", _long_waits
    if setting.hospital_stays:
        yield "ready_for_discharge", _held(setting.hospital_stays)
        for step in REASONS:
            reasons = setting.stepped(step) - setting.hospital_stays
            if reasons:
                yield f"ready.{step.replace(' ', '_')}", _held(setting.hospital_stays, reasons)
    for kind in ("task", "stay", "sourcing", "package"):
        stations = setting.named(kind=kind)
        if stations:
            yield f"in_service.{kind}", _serving(stations)
    for group in dict.fromkeys(stop.counts_as for stop in stops if stop.kind == "stay"):
        yield f"in.{group}", _serving(setting.named(counts_as=group, kind="stay"))
    for group in dict.fromkeys(stop.counts_as for stop in stops if stop.kind == "package"):
        yield f"packages.{group}", _open(setting.named(counts_as=group, kind="package"))
    if setting.named(kind="package"):
        yield "packages_open", _open(setting.named(kind="package"))
    if setting.named(counts_as="home_care"):
        yield "home_care_hours", _hours(setting.named(counts_as="home_care"))
    if any("home_care" in stop.seeks for stop in stops):
        yield "undelivered_home_care_hours", lambda view: view.series(*(unmet(view) or ()))
    for role in setting.roles:
        yield f"staff.{role}", _staff((role,))
    if setting.roles:
        yield "staff_in_post", _staff(setting.roles)
    if setting.prices:
        yield "spend.council", _spend("council")
    if any(price.payer == "nhs" or any(price.nhs_income) for price in setting.prices):
        yield "spend.nhs", _spend("nhs")
    for group in setting.groups:
        yield f"starts.{group}", _starts(setting.named(counts_as=group))


def _waiting(stations: frozenset[str]) -> Series:
    return lambda view: view.series(*view.waits(stations).columns[:2])


def _long_waits(view: MeasureInput) -> Floats:
    waits = every_wait(view)
    assert waits is not None
    since = waits.joined + SIX_MONTHS * view.day
    return view.series(since, np.maximum(waits.until, since))


def _held(stations: frozenset[str], reasons: frozenset[str] | None = None) -> Series:
    return lambda view: view.series(*view.held(stations, reasons)[:2])


def _serving(stations: frozenset[str]) -> Series:
    return lambda view: view.series(*view.serving(stations)[:2])


def _open(stations: frozenset[str]) -> Series:
    return lambda view: _serving(stations)(view) + _held(stations)(view)


def _hours(stations: frozenset[str]) -> Series:
    return lambda view: view.series(*view.serving(stations)) + view.series(*view.held(stations, ("kept",)))


def _spend(payer: str) -> Series:
    return lambda view: spend(view, payer)


def _staff(roles: tuple[str, ...]) -> Series:
    def series(view: MeasureInput) -> Floats:
        found = [level_series(view.edges, *view.level(f"role:{role}.in_post")) for role in roles]
        total: Floats = np.sum(found, axis=0)
        return total

    return series


def _starts(stations: frozenset[str]) -> Series:
    return lambda view: view.counts(view.spells["started"][view.starts(stations)])
