"""What was found of chance and ignorance as plain rows, and for the summary."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from sim.experiment.intervals import Summary
from sim.experiment.judged import not_settled
from sim.experiment.runs import Results
from sim.experiment.uncertainty import Split, Uncertainty

__all__ = ["DRAW_RESULTS_HEADER", "UNCERTAINTY_HEADER", "about_belief", "belief", "doubted", "draw_result_rows",
           "settled", "uncertainty_rows", "unsettled"]  # fmt: skip

UNCERTAINTY_HEADER = (
    "base", "scenario", "id", "title", "unit", "headline", "central", "central_low", "central_high", "belief_mean",
    "belief_low", "belief_high", "chance", "ignorance", "ignorance_share", "same_sign", "harm_low", "harm_low_low",
    "harm_low_high", "harm_low_verdict", "central_verdict", "harm_high", "harm_high_low", "harm_high_high",
    "harm_high_verdict", "settled",
)  # fmt: skip
DRAW_RESULTS_HEADER = ("draw", "replication", "scenario", "id", "value")
_NONE = Summary(*[math.nan] * 5)


def belief(results: Results, world: str, measure: str, paired: bool) -> Split | None:
    """What the ranges of the inputs allow of a measure, or of its difference; None where nothing was drawn."""
    found = results.uncertainty
    if found is None or not len(found.kept):
        return None
    return found.split(_world(found, world), _measure(found, measure), paired)


def _world(found: Uncertainty, world: str) -> int:
    return found.worlds.index(world)


def _measure(found: Uncertainty, measure: str) -> int:
    return next(at for at, one in enumerate(found.measures) if one.id == measure)


def settled(results: Results, world: str, measure: str) -> bool | None:
    """Whether the verdict on a difference is the same over the range of harm done by waiting."""
    found = results.uncertainty
    if found is None:
        return None
    return found.settled(_world(found, world), _measure(found, measure), results.differences[world, measure])


def unsettled(results: Results) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(world, measure id, verdicts at the low end, in the middle, at the high end) of headlines that flip.

    A ranking that flips comes with no world, the primary measure, and its three orders.
    """
    found = results.uncertainty
    if found is None or len(results.worlds) < 2:
        return
    for world in results.worlds[1:]:
        for measure in results.measures:
            if (measure.headline or measure.id == results.primary) and settled(
                results, world.name, measure.id
            ) is False:
                key = _world(found, world.name), _measure(found, measure.id)
                yield world.name, measure.id, found.verdicts(*key, results.differences[world.name, measure.id])
    orders = _orders(results, found)
    if len(set(orders)) > 1:
        yield "", results.primary, tuple(" < ".join(order) for order in orders)


def doubted(results: Results) -> Iterator[tuple[str, str, Split]]:
    """(world, measure id, belief) of headlines that chance tells from none, and that may go the other way in belief.

    Those that ``unsettled`` tells are left out.
    """
    if results.uncertainty is None:
        return
    for world in results.worlds[1:]:
        for measure in [one for one in results.measures if one.headline or one.id == results.primary]:
            found = belief(results, world.name, measure.id, paired=True)
            told = results.differences[world.name, measure.id]
            known = settled(results, world.name, measure.id)
            if found is None or known is False:
                continue
            if not_settled(known, (told.low, told.high), (found.low, found.high)):
                yield world.name, measure.id, found


def _orders(results: Results, found: Uncertainty) -> list[tuple[str, ...]]:
    if len(results.worlds) < 3 or not results.primary or found.harm_low is None:
        return []
    measure = _measure(found, results.primary)
    low, high = (found.order(measure, values) for values in (found.harm_low, found.harm_high))
    return [low, tuple(name for name, _ in results.ranking), high]


def uncertainty_rows(results: Results) -> list[tuple[object, ...]]:
    """Rows of ``UNCERTAINTY_HEADER``: each world by itself, then each difference."""
    found = results.uncertainty
    assert found is not None
    rows: list[tuple[object, ...]] = []
    for paired in (False, True):
        for world in results.worlds[1:] if paired else results.worlds:
            for measure in results.measures:
                key = _world(found, world.name), _measure(found, measure.id)
                told = (results.differences if paired else results.summaries)[world.name, measure.id]
                parts = found.split(*key, paired)
                ends = [found.at(high, *key, paired) or _NONE for high in (False, True)]
                verdicts = found.verdicts(*key, told) if paired else ("", "", "")
                same = [math.copysign(1, value) == math.copysign(1, told.mean) for value in parts.shrunk]
                sign = sum(same) / len(same) if paired and same and told.mean else math.nan
                known = settled(results, world.name, measure.id) if paired else None
                rows.append((
                    results.worlds[0].name if paired else "", world.name, measure.id, measure.title, measure.unit,
                    "yes" if measure.headline else "", told.mean, told.low, told.high, parts.mean, parts.low,
                    parts.high, parts.chance, parts.ignorance, parts.share, sign, ends[0].mean, ends[0].low,
                    ends[0].high, verdicts[0], verdicts[1], ends[1].mean, ends[1].low, ends[1].high, verdicts[2],
                    {True: "yes", False: "no", None: ""}[known],
                ))  # fmt: skip
    return rows


def draw_result_rows(results: Results) -> list[tuple[object, ...]]:
    """Rows of ``DRAW_RESULTS_HEADER``."""
    found = results.uncertainty
    assert found is not None
    chosen = [at for at, one in enumerate(found.measures) if one.headline or one.id == results.primary]
    return [
        (k + 1, r, world, found.measures[m].id, float(found.drawn[k, r, w, m]))
        for k in range(found.drawn.shape[0])
        for r in range(found.drawn.shape[1])
        for w, world in enumerate(found.worlds)
        for m in chosen
    ]


def about_belief(results: Results) -> dict[str, Any]:
    """``uncertainty`` of summary.json."""
    found = results.uncertainty
    assert found is not None
    flips = [(world, id) for world, id, _ in unsettled(results)]
    doubts = [(world, id) for world, id, _ in doubted(results)]
    return {
        "draws": len(found.draws),
        "per_draw": int(found.drawn.shape[1]),
        "numbers": sum(not parameter.number.held for parameter in found.parameters),
        "redrawn": found.redrawn,
        "lost": found.lost,
        "not_settled": [{"scenario": world, "id": id} for world, id in flips + doubts if world],
        "ranking_settled": all(world for world, _ in flips),
    }
