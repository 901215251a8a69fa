"""The same people in two worlds: whose outcome is another, from what to what.

Three tables of a run folder are made here (and in ``journeys``), each with a row for every base and scenario compared.

``outcomes.csv``: base, scenario, who, band, level, from, to, turn, unit, mean, low, high, count. One row for each cell
that anyone is in. ``who`` is ``both`` (in both worlds, joined between the decision and the horizon less 90 days),
``base_only`` and ``scenario_only`` (joined then, in one world alone; the other end is empty) or ``stock`` (there at the
decision already, in either world). ``band`` is ``all``, ``age`` or ``need``, ``level`` the level on arrival. ``from``
and ``to`` are ids of ``measures.outcomes.OUTCOMES``, read at the horizon. ``turn``: ``same``, or ``better``, ``worse``
or ``neither`` by the order of that list; empty in one world alone. ``mean`` with its 95% t interval is in ``unit``:
people a year of 365 days, of the stock people. ``count`` is the mean number of people a replication: few where below
five.

``affected.csv``: base, scenario, who (``both``, ``stock``), band, level, quantity, unit, mean, low, high. Quantities:
``QUANTITIES``.

Nobody is kept: each replication is reduced to counts where it is run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.experiment.intervals import t_intervals
from sim.measures.outcomes import BANDS, OUTCOMES, Codes, Outcomes, turn
from sim.scenario.schema import Scenario

__all__ = [
    "AFFECTED_HEADER", "FOLLOW_UP", "OUTCOMES_HEADER", "QUANTITIES", "WHO", "Tally", "Window", "affected_rows",
    "mean_cells", "outcome_rows", "tally", "those",
]  # fmt: skip

FOLLOW_UP = 90.0
"""Days for which everyone who joined is followed at least."""
_WEEK = 7.0
"""Days by which waits must differ to be told as shorter or longer."""

WHO: Mapping[str, str] = {
    "both": "In both worlds",
    "base_only": "In the base alone",
    "scenario_only": "In the scenario alone",
    "stock": "There at the decision",
}
QUANTITIES: Mapping[str, tuple[str, str]] = {
    "people": ("people", "People followed"),
    "better": ("people", "A better outcome"),
    "worse": ("people", "A worse outcome"),
    "net": ("people", "Better less worse"),
    "touched": ("people", "Anything at all is another: a place, or a time"),
    "felt": ("people", "Served at other stations, or waited at least a week less or more, in all"),
    "another_way": ("people", "Served at other stations"),
    "shorter_wait": ("people", "Waited at least a week less, in all"),
    "longer_wait": ("people", "Waited at least a week more, in all"),
    "harmed_base_only": ("people", "Harmed by a wait in the base alone, in the model"),
    "harmed_scenario_only": ("people", "Harmed by a wait in the scenario alone, in the model"),
    "waited": ("days", "Change in days waited, a person"),
    "delayed": ("days", "Change in days delayed in a hospital bed, a person"),
}
"""Quantity -> (people, a year but of the stock; or days a person), and what it is."""

OUTCOMES_HEADER = (
    "base", "scenario", "who", "band", "level", "from", "to", "turn", "unit", "mean", "low", "high", "count",
)  # fmt: skip
AFFECTED_HEADER = ("base", "scenario", "who", "band", "level", "quantity", "unit", "mean", "low", "high")

Cell = tuple[str, str, str, str, str]
"""(who, band, level, from, to)."""
_TURNS = {1: "better", 0: "neither", -1: "worse"}
_IDS = list(OUTCOMES)
_NAMED = (*_IDS, "unknown")
_NOT = len(_IDS)


@dataclass(frozen=True)
class Window:
    """Who is followed: those who joined in [since, until), in model time."""

    since: float
    until: float
    day: float

    @classmethod
    def of(cls, scenario: Scenario) -> Window:
        """From the decision to the horizon less the follow-up; empty in a run too short for it."""
        run = scenario.run
        return cls(run.decision, max(run.decision, run.length - FOLLOW_UP * scenario.day), scenario.day)

    @property
    def days(self) -> float:
        """Its length."""
        return (self.until - self.since) / self.day


@dataclass(frozen=True)
class Tally:
    """One replication of two worlds."""

    cells: Mapping[Cell, int]
    """How many people are in each cell that has any."""
    sums: Mapping[tuple[str, str, str, str], float]
    """(who, band, level, quantity) -> people, or the sum of days over people."""


def those(base: Outcomes, other: Outcomes, window: Window) -> dict[str, tuple[npt.NDArray[np.intp], ...]]:
    """who -> positions of these people in each world they are in, both in the same order."""
    _, here, there = np.intersect1d(base.person, other.person, assume_unique=True, return_indices=True)
    came = base.came[here]
    joined = (came >= window.since) & (came < window.until) & ~base.opening[here]
    there_still = (base.left[here] >= window.since) | (other.left[there] >= window.since)
    before = (base.opening[here] | (came < window.since)) & there_still
    found: dict[str, tuple[npt.NDArray[np.intp], ...]] = {
        "both": (here[joined], there[joined]),
        "stock": (here[before], there[before]),
    }
    for who, world, shared in (("base_only", base, here), ("scenario_only", other, there)):
        alone = (world.came >= window.since) & (world.came < window.until) & ~world.opening
        alone[shared] = False
        found[who] = (np.flatnonzero(alone),)
    return found


def tally(base: Outcomes, other: Outcomes, window: Window) -> Tally:
    """Count people by outcome in both worlds, in all and by band."""
    cells: dict[Cell, int] = {}
    sums: dict[tuple[str, str, str, str], float] = {}
    for who, rows in those(base, other, window).items():
        known = other if who == "scenario_only" else base
        before = base.outcome[rows[0]] if who != "scenario_only" else None
        after = other.outcome[rows[-1]] if who != "base_only" else None
        levels: dict[str, tuple[tuple[str, ...], Codes]] = {"all": (("",), np.zeros(len(rows[0]), np.int64))}
        levels |= {band: (known.bands[band][0], known.bands[band][1][rows[0]]) for band in BANDS if band in known.bands}
        for band, (names, level) in levels.items():
            cells |= {(who, band, *cell): count for cell, count in _counted(names, level, before, after)}
        if len(rows) == 2:
            sums |= {(who, *key): value for key, value in _affected(base, other, rows, levels).items()}
    return Tally(cells, sums)


def _counted(
    names: Sequence[str], level: Codes, before: Codes | None, after: Codes | None
) -> Iterator[tuple[tuple[str, str, str], int]]:
    """((level, from, to), people) for each that occurs; an outcome is '' in a world that does not have them."""
    size = len(_IDS) + 1
    place = level * size * size
    place += (_NOT if before is None else before % size) * size + (_NOT if after is None else after % size)
    counts = np.bincount(place, minlength=1)
    for at in np.flatnonzero(counts):
        one, rest = divmod(int(at), size * size)
        was, now = divmod(rest, size)
        cell = "" if before is None else _NAMED[was], "" if after is None else _NAMED[now]
        yield (names[one], *cell), int(counts[at])


def _affected(
    base: Outcomes,
    other: Outcomes,
    rows: tuple[npt.NDArray[np.intp], ...],
    levels: Mapping[str, tuple[tuple[str, ...], Codes]],
) -> dict[tuple[str, str, str], float]:
    here, there = rows
    change = turn(base.outcome[here], other.outcome[there])
    waited = other.waited[there] - base.waited[here]
    values = {
        "people": np.ones(len(here)),
        "better": change > 0,
        "worse": change < 0,
        "net": change,
        "touched": base.whole[here] != other.whole[there],
        "felt": (base.stations[here] != other.stations[there]) | (np.abs(waited) >= _WEEK),
        "another_way": base.stations[here] != other.stations[there],
        "shorter_wait": waited <= -_WEEK,
        "longer_wait": waited >= _WEEK,
        "harmed_base_only": base.harmed[here] & ~other.harmed[there],
        "harmed_scenario_only": other.harmed[there] & ~base.harmed[here],
        "waited": waited,
        "delayed": other.delayed[there] - base.delayed[here],
    }
    found: dict[tuple[str, str, str], float] = {}
    for band, (names, codes) in levels.items():
        there_are = np.flatnonzero(np.bincount(codes, minlength=len(names)))
        for quantity, value in values.items():
            totals = np.bincount(codes, np.asarray(value, np.float64), len(names))
            found |= {(band, names[at], quantity): float(totals[at]) for at in there_are}
    return found


def mean_cells(tallies: Sequence[Tally]) -> dict[Cell, float]:
    """Mean number of people a replication in each cell."""
    total: dict[Cell, float] = defaultdict(float)
    for one in tallies:
        for cell, count in one.cells.items():
            total[cell] += count
    return {cell: count / len(tallies) for cell, count in total.items()}


def outcome_rows(base: str, name: str, scenario: Scenario, tallies: Sequence[Tally]) -> list[tuple[object, ...]]:
    """Rows of ``outcomes.csv`` for one scenario; ``tallies`` by replication."""
    cells = sorted({cell for one in tallies for cell in one.cells}, key=_order(scenario))
    if not cells:
        return []
    counts = np.array([[one.cells.get(cell, 0) for cell in cells] for one in tallies], np.float64)
    rows: list[tuple[object, ...]] = []
    for at, cell in enumerate(cells):
        who, band, level, was, now = cell
        times, unit = _a_year(who, scenario)
        mean, low, high = (float(value[0]) for value in t_intervals(counts[:, [at]] * times))
        ways = "" if "" in (was, now) else _turned(was, now)
        told = (who, band, level, was, now, ways, unit, mean, _at_least_none(low), high, float(counts[:, at].mean()))
        rows.append((base, name, *told))
    return rows


def affected_rows(base: str, name: str, scenario: Scenario, tallies: Sequence[Tally]) -> list[tuple[object, ...]]:
    """Rows of ``affected.csv`` for one scenario; ``tallies`` by replication."""
    groups = {(who, band, level) for one in tallies for who, band, level, _ in one.sums}
    rows: list[tuple[object, ...]] = []
    for group in sorted(groups, key=lambda group: _order(scenario)((*group, "", ""))):
        people = np.array([one.sums.get((*group, "people"), 0.0) for one in tallies])
        for quantity, (kind, _) in QUANTITIES.items():
            values = np.array([one.sums.get((*group, quantity), 0.0) for one in tallies])
            times, unit = _a_year(group[0], scenario)
            if kind == "days":
                unit = "days a person"
                with np.errstate(invalid="ignore", divide="ignore"):
                    values = values / people
            else:
                values = values * times
            mean, low, high = (float(value[0]) for value in t_intervals(values[:, None]))
            signed = kind == "days" or quantity == "net"
            rows.append((base, name, *group, quantity, unit, mean, low if signed else _at_least_none(low), high))
    return rows


def _at_least_none(low: float) -> float:
    return low if np.isnan(low) else max(0.0, low)


def _a_year(who: str, scenario: Scenario) -> tuple[float, str]:
    """What turns a count into its unit, and the unit."""
    days = Window.of(scenario).days
    return (1.0, "people") if who == "stock" or days <= 0 else (365.0 / days, "people a year")


def _turned(was: str, now: str) -> str:
    if was == now or "unknown" in (was, now):
        return "same"
    return _TURNS[int(turn(np.array([_IDS.index(was)]), np.array([_IDS.index(now)]))[0])]


def _place(outcome: str) -> int:
    return _IDS.index(outcome) if outcome in _IDS else len(_IDS)


class _order:
    """The order of cells: who, band, level as the scenario lists them, from, to."""

    def __init__(self, scenario: Scenario) -> None:
        self.levels = {
            (band, level): place
            for band, attribute in scenario.people.items()
            for place, level in enumerate(attribute.order)
        }

    def __call__(self, cell: Cell) -> tuple[object, ...]:
        who, band, level, was, now = cell
        level_place = self.levels.get((band, level), len(self.levels))
        return (list(WHO).index(who), ("all", *BANDS).index(band), level_place, level, _place(was), _place(now))
