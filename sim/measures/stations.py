"""What is true of any station of any world: arrivals, waits, numbers present, use; and the daily series."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.measures.areas import Floats
from sim.measures.catalogue import Measure
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
    joined, until, began = view.waits([station])
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
    rows = []
    for _, (kind, stations) in _series(view.setting):
        if kind == "waiting":
            joined, until, _ = view.waits(stations)
            rows.append(view.series(joined, until))
        elif kind == "care":
            joined, until, _ = view.care_waits
            rows.append(view.series(joined, until))
        elif kind == "ready":
            starts, ends, _ = view.held(stations)
            rows.append(view.series(starts, ends))
        elif kind == "serving":
            starts, ends, _ = view.serving(stations)
            rows.append(view.series(starts, ends))
        else:
            rows.append(view.counts(view.spells["started"][view.starts(stations)]))
    return np.array(rows) if rows else np.empty((0, len(view.edges) - 1))


def _series(setting: Setting) -> Iterator[tuple[str, tuple[str, frozenset[str]]]]:
    for group in setting.groups:
        yield f"waiting.{group}", ("waiting", setting.named(counts_as=group))
    if setting.named(counts_as="care_sourcing"):
        yield "waiting_for_care", ("care", frozenset())
    if setting.hospital_stays:
        yield "ready_for_discharge", ("ready", setting.hospital_stays)
    for kind in ("task", "stay", "sourcing", "package"):
        stations = setting.named(kind=kind)
        if stations:
            yield f"in_service.{kind}", ("serving", stations)
    for group in setting.groups:
        yield f"starts.{group}", ("starts", setting.named(counts_as=group))
