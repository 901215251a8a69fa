"""Up to three people of replication 0, each followed through both worlds: ``journeys.csv``.

base, scenario, journey, from, to, turn, share, person, attributes, world, step, day, when, station, title, words,
caused_by_waiting. A row for each step of each world (``world`` is its name). The cells are the commonest better, the
commonest worse and then the commonest other change of outcome for better or worse, of those in both worlds; ``share``
is the cell's share of all whose outcome changed. The person is the one of replication 0 nearest the median of the cell
in days waited and delayed, in both worlds. They are simulated people.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.experiment.pairing import Tally, Window, mean_cells, those
from sim.log.tables import Log
from sim.measures.journey import journey
from sim.measures.outcomes import OUTCOMES, Outcomes, outcomes, turn
from sim.measures.setting import Setting
from sim.scenario.schema import Scenario

__all__ = ["JOURNEYS_HEADER", "journey_rows", "nearest_median"]

JOURNEYS_HEADER = (
    "base", "scenario", "journey", "from", "to", "turn", "share", "person", "attributes", "world", "step", "day",
    "when", "station", "title", "words", "caused_by_waiting",
)  # fmt: skip
_MOST = 3
_IDS = list(OUTCOMES)

World = tuple[str, Scenario, Log]


def journey_rows(base: World, other: World, tallies: Sequence[Tally]) -> list[tuple[object, ...]]:
    """Rows of ``journeys.csv`` for one scenario; the logs are of replication 0."""
    since = Window.of(base[1]).since
    seen = [outcomes(log, Setting.of(scenario), since) for _, scenario, log in (base, other)]
    here, there = those(seen[0], seen[1], Window.of(base[1]))["both"]
    before, after = seen[0].outcome[here], seen[1].outcome[there]
    cells = mean_cells(tallies)
    changed = {
        (_IDS.index(was), _IDS.index(now)): mean
        for (who, band, _, was, now), mean in cells.items()
        if who == "both" and band == "all" and was != now and was in OUTCOMES and now in OUTCOMES
    }
    whole = sum(changed.values())
    rows: list[tuple[object, ...]] = []
    found = 0
    for was, now in _in_turn(changed):
        cell = np.flatnonzero((before == was) & (after == now))
        if not len(cell) or found == _MOST:
            continue
        found += 1
        person = nearest_median(seen[0], seen[1], here[cell], there[cell])
        ways = "better" if _turn((was, now)) > 0 else "worse"
        about = (base[0], other[0], found, _IDS[was], _IDS[now], ways, changed[was, now] / whole, person)
        for name, scenario, log in (base, other):
            way = journey(log, scenario, person)
            who = ", ".join(f"{key} {level}" for key, level in way.attributes.items() if key not in ("route", "class"))
            for number, step in enumerate(way.steps, start=1):
                told = (step.time / log.day, step.when, step.station, step.title, step.words)
                rows.append((*about, who, name, number, *told, "yes" if step.caused_by_waiting else ""))
    return rows


def _turn(cell: tuple[int, int]) -> int:
    return int(turn(np.array([cell[0]]), np.array([cell[1]]))[0])


def _in_turn(changed: dict[tuple[int, int], float]) -> list[tuple[int, int]]:
    """Cells in the order in which they are told: a better, a worse, then the rest, the commonest first."""
    ranked = [cell for cell in sorted(changed, key=lambda cell: (-changed[cell], cell)) if _turn(cell)]
    first = [cell for way in (1, -1) for cell in [cell for cell in ranked if _turn(cell) == way][:1]]
    return first + [cell for cell in ranked if cell not in first]


def nearest_median(base: Outcomes, other: Outcomes, here: np.ndarray, there: np.ndarray) -> int:
    """The person nearest the median of these in days waited and delayed in each world, each by its own spread.

    Ties go to the lower number.
    """
    days = np.column_stack((base.waited[here], other.waited[there], base.delayed[here], other.delayed[there]))
    away = np.abs(days - np.median(days, axis=0))
    spread = away.mean(axis=0)
    distance = (away / np.where(spread > 0.0, spread, 1.0)).sum(axis=1)
    person = base.person[here]
    return int(person[np.lexsort((person, np.round(distance, 9)))[0]])
