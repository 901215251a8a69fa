"""The family of cases: an operating model in YAML, one quantity, what theory says of it, and how a log gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.log.tables import SPELL_TYPES, Log
from sim.verify import formulas
from sim.verify.formulas import Floats

__all__ = ["CASES", "Case", "Spells"]

_FOLDER = Path(__file__).parent / "cases"


class Spells:
    """Spells of some types at one station. The window is [0, horizon): the warm-up is left out."""

    def __init__(self, log: Log, station: str, *types: str) -> None:
        kinds = [SPELL_TYPES.index(name) for name in types]
        here = (log.spells["station"] == log.code(station)) & np.isin(log.spells["type"], kinds)
        self.log = log
        self.columns: dict[str, npt.NDArray[Any]] = {name: column[here] for name, column in log.spells.items()}

    def within(self, time: str, class_: str = "") -> npt.NDArray[np.bool_]:
        """Which have a time in the window, and are of a class where one is given."""
        times = self.columns[time]
        found: npt.NDArray[np.bool_] = (times >= 0.0) & (times < self.log.horizon)
        return found & (self.columns["class"] == self.log.code(class_)) if class_ else found

    def count(self, time: str, class_: str = "") -> int:
        """How many have a time in the window."""
        return int(self.within(time, class_).sum())

    def mean_number(self, since: str = "started") -> float:
        """How many are between a time and the end, on average over the window."""
        horizon = self.log.horizon
        until = np.nan_to_num(self.columns["ended"], nan=horizon)
        return float((np.clip(until, 0.0, horizon) - np.clip(self.columns[since], 0.0, horizon)).sum()) / horizon

    def number_at(self, times: Floats) -> Floats:
        """How many have started and not ended at each time."""
        until = np.nan_to_num(self.columns["ended"], nan=np.inf)
        begun = np.searchsorted(np.sort(self.columns["started"]), times, "right")
        gone = np.searchsorted(np.sort(until), times, "right")
        number: Floats = (begun - gone).astype(float)
        return number


@dataclass(frozen=True)
class Case:
    """One comparison. The quantity is fixed before anything is run; there is one a case."""

    name: str
    """Its operating model is ``cases/<name>.yaml``."""
    quantity: str
    expected: float
    measure: Callable[[Log], float]
    replications: int = 60

    @property
    def path(self) -> Path:
        """The operating model."""
        return _FOLDER / f"{self.name}.yaml"


_SERVED = ("service", "open_service")


def _present(station: str) -> Callable[[Log], float]:
    """Mean number waiting and in service."""
    return lambda log: Spells(log, station, *_SERVED, "open_wait").mean_number("joined")


def _serving(station: str) -> Callable[[Log], float]:
    """Mean number in service or in place."""
    return lambda log: Spells(log, station, *_SERVED).mean_number()


def _wait(station: str, class_: str = "") -> Callable[[Log], float]:
    """Mean wait of those who start in the window."""

    def measure(log: Log) -> float:
        spells = Spells(log, station, *_SERVED)
        found = spells.within("started", class_)
        return float((spells.columns["started"] - spells.columns["joined"])[found].mean())

    return measure


def _waited(station: str) -> Callable[[Log], float]:
    """Share of those who start in the window who waited."""

    def measure(log: Log) -> float:
        spells = Spells(log, station, *_SERVED)
        found = spells.within("started")
        return float((spells.columns["started"] > spells.columns["joined"])[found].mean())

    return measure


def _lost(station: str, class_: str = "") -> Callable[[Log], float]:
    """Share of those who come that are refused."""

    def measure(log: Log) -> float:
        came = Spells(log, station, "lost", *_SERVED, "open_wait").count("joined", class_)
        return Spells(log, station, "lost").count("joined", class_) / came

    return measure


def _gave_up(station: str) -> Callable[[Log], float]:
    """Share of those whose wait ends in the window who leave unserved."""

    def measure(log: Log) -> float:
        left = Spells(log, station, "renege").count("ended")
        return left / (left + Spells(log, station, *_SERVED).count("started"))

    return measure


def _at(station: str, times: Floats) -> Callable[[Log], float]:
    """Mean number in place over some moments."""
    return lambda log: float(Spells(log, station, *_SERVED).number_at(times).mean())


def _present_in_working_time(log: Log) -> float:
    """Mean number waiting and in service, nine to five on weekdays."""

    def worked(times: Floats) -> Floats:
        clipped = np.clip(np.nan_to_num(times, nan=log.horizon), 0.0, log.horizon)
        return formulas.working_time(clipped, 9 / 24, 17 / 24, 5)

    spells = Spells(log, "desk", *_SERVED, "open_wait").columns
    here = float((worked(spells["ended"]) - worked(spells["joined"])).sum())
    return here / float(worked(np.array([log.horizon]))[0])


def _rate(station: str) -> Callable[[Log], float]:
    """Services ended in the window, a unit time."""
    return lambda log: Spells(log, station, "service").count("ended") / log.horizon


_DAYS = (1.5, 1.3, 1.2, 1.1, 1.0, 0.5, 0.4)
_HOURS = np.repeat((0.3, 1.8, 0.7), (8, 10, 6))


def _by_weekday_and_hour(times: Floats) -> Floats:
    """Arrivals a day of ``profiles.yaml``, which starts on a Monday."""
    days = np.array(_DAYS) / np.mean(_DAYS)
    hours = _HOURS / _HOURS.mean()
    rate: Floats = 60.0 * days[np.floor(times).astype(int) % 7] * hours[np.floor(times * 24.0).astype(int) % 24]
    return rate


def _cases() -> list[Case]:
    flows = formulas.traffic([1.0, 0.2, 0.0], [[0, 0.6, 0], [0.3, 0, 0.7], [0, 0.25, 0]])
    second = formulas.mmc(flows[1], 1 / 0.4, 1)
    monday = formulas.mginf(_by_weekday_and_hour, formulas.exponential_survival(1.2), 49.75, 0.0)
    filled = formulas.mginf(lambda u: np.full_like(u, 40.0), formulas.lognormal_survival(20.0, 25.0), 15.0, 0.0)
    large = formulas.kaufman_roberts(20, [(6.0, 1), (2.0, 3), (1.0, 5)])[-1]
    others, _ = formulas.floors(10, [(6.0, 0), (2.0, 3)])
    return [
        Case("mm1", "mean number waiting and in service", formulas.mmc(0.05, 0.1, 1).present, _present("desk")),
        Case("mmc", "mean wait (minutes)", formulas.mmc(0.2, 0.1, 3).wait, _wait("desk")),
        Case("mmck", "share lost", formulas.mmck(0.2, 0.1, 2, 5).lost, _lost("desk")),
        Case("erlang-b", "share lost", formulas.erlang_b(5, 5.0), _lost("ward")),
        Case("mg1", "mean wait (minutes)", formulas.mg1_wait(0.05, 10.0, 7.0), _wait("desk")),
        Case(
            "priorities",
            "mean wait of the middle class (minutes)",
            formulas.cobham([0.03, 0.04, 0.05], 0.1, 2)[1],
            _wait("desk", "soon"),
        ),
        Case("erlang-a", "share who give up", formulas.erlang_a(1.0, 0.1, 0.05, 8).gives_up, _gave_up("desk")),
        Case("stock", "mean number present on days 1 to 59", 250.0, _at("home", np.arange(1.0, 60.0))),
        Case("filling", "mean number present on day 15", filled, _at("home", np.array([15.0]))),
        Case("profiles", "mean number present on Mondays at 18:00", monday, _at("ward", np.arange(0.75, 70.0, 7.0))),
        Case("jackson", "mean number at the second station", second.present, _present("second")),
        Case("amounts", "share of the largest amounts lost", large, _lost("ward", "large")),
        Case("floors", "share of the others lost", others, _lost("ward", "planned")),
        Case(
            "calendar",
            "mean number present in working hours",
            formulas.mmc(3.5, 1.75, 3).present,
            _present_in_working_time,
        ),
        Case("tandem", "patients through the line an hour", formulas.tandem_throughput(1.0, 1 / 1.5), _rate("rehab")),
        Case("caseload", "mean number of open cases", formulas.mmc(1.0, 2.0, 1).present, _present("allocation")),
    ]


CASES: Mapping[str, Case] = {case.name: case for case in _cases()}
"""In the order in which they are printed."""
