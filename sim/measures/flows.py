"""Who went from where to where: people between stations in the reported time of one replication."""

from __future__ import annotations

import numpy as np

from sim.measures.view import MeasureInput

__all__ = ["Flows", "flows"]

Flows = dict[tuple[str, str], int]
"""(station left, station joined) -> people; '' is outside."""
_VISITS = ("service", "open_service", "renege", "open_wait", "lost")


def flows(view: MeasureInput) -> Flows:
    """People who joined each station in the period, by the station they came from.

    A place or package kept for someone is no visit, and neither is the way between two stations.
    """
    spells, stops = view.spells, view.setting.stops
    rows = view.rows(stops, *_VISITS)
    rows = rows[view.within(spells["joined"][rows])]
    found = _pairs(view, spells["origin"][rows], spells["station"][rows])
    silent = [name for name, stop in stops.items() if stop.kind == "exit" and not len(view.rows([name], *_VISITS))]
    rows = view.rows([name for name, stop in stops.items() if stop.kind != "exit"], "service", "renege")
    rows = rows[np.isin(spells["to"][rows], view.codes(silent)) & view.within(spells["ended"][rows])]
    return found | _pairs(view, spells["station"][rows], spells["to"][rows])


def _pairs(view: MeasureInput, here: np.ndarray, there: np.ndarray) -> Flows:
    names = view.log.names
    keys, counts = np.unique(here.astype(np.int64) * len(names) + there, return_counts=True)
    return {
        (names[key // len(names)], names[key % len(names)]): count
        for key, count in zip(keys.tolist(), counts.tolist(), strict=True)
    }
