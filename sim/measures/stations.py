"""What is true of any station of any world: arrivals, waits, numbers present, use; and the daily series."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.measures.areas import Floats
from sim.measures.catalogue import Measure
from sim.measures.setting import Setting
from sim.measures.view import MeasureInput

__all__ = ["QUANTITIES", "StationRow", "daily", "series_names", "station_measures", "station_rows", "station_values"]

QUANTITIES: tuple[tuple[str, str, str], ...] = (
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


@dataclass(frozen=True)
class StationRow:
    """What one row of stations.csv is about."""

    station: str
    quantity: str
    unit: str


def station_rows(setting: Setting) -> tuple[StationRow, ...]:
    """Every (station, quantity) of a world, in the order of ``station_values``."""
    rows = []
    for stop in setting.stops.values():
        chosen = QUANTITIES[:1] if stop.kind == "exit" else QUANTITIES if stop.exact else QUANTITIES[:-1]
        rows += [StationRow(stop.name, name, setting.time_unit if unit == "time" else unit) for name, unit, _ in chosen]
    rows += [StationRow(thing, "use", "share") for thing in _things(setting)]
    return tuple(rows)


def station_values(view: MeasureInput) -> Floats:
    """The value of each row of ``station_rows`` in one replication; nan where nobody came."""
    values: list[float] = []
    for stop in view.setting.stops.values():
        if stop.kind == "exit":
            values.append(_arrived(view, stop.name))
        else:
            found = _station(view, stop.name)
            values += found if stop.exact else found[:-1]
    values += [_use(view, thing) for thing in _things(view.setting)]
    return np.array(values)


def _things(setting: Setting) -> list[str]:
    """What stations draw on, where spells say exactly how much of it is in use."""
    stops = setting.stops.values()
    return sorted({stop.thing for stop in stops} - {stop.thing for stop in stops if not stop.exact} - {""})


def _arrived(view: MeasureInput, station: str) -> float:
    """People who reached an exit in the window: by a spell there, or by the spell that led to it."""
    spells = view.spells
    here = view.rows([station], "service", "open_service")
    if len(here):
        return float(view.within(spells["joined"][here]).sum())
    to = np.isin(spells["to"], view.codes([station]))
    return float((to & view.within(spells["ended"])).sum())


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


def _use(view: MeasureInput, thing: str) -> float:
    stations = [stop.name for stop in view.setting.stops.values() if stop.thing == thing]
    capacity = view.level_mean(f"{thing}.slots" if thing.startswith("team:") else f"{thing}.capacity")
    if not capacity > 0:
        return float("nan")
    starts, ends, amounts = view.serving(stations)
    kept_from, kept_until, kept_amounts = view.held(stations)
    if thing.startswith("team:"):
        return view.mean(starts, ends) / capacity
    return (view.mean(starts, ends, amounts) + view.mean(kept_from, kept_until, kept_amounts)) / capacity


def station_measures(setting: Setting) -> tuple[Measure, ...]:
    """Wait, queue and use of each station where people can wait: the measures of a world with nothing of its own."""
    place = {name: index for index, (name, _, _) in enumerate(QUANTITIES)}
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
                    definition=QUANTITIES[place[quantity]][2],
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
