"""What a comparison says beside its headlines: the primary measure, whose lives change, how well the worlds pair."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.experiment.runs import Results

__all__ = ["beside", "precise", "ranked"]

_SHOWN = 3
"""Changes of outcome told."""


def beside(results: Results, world: str) -> Iterator[str]:
    """Lines below the headlines of one alternative."""
    yield from _primary(results, world)
    yield from _lives(results, world)
    yield from _pairs(results, world)


def _primary(results: Results, world: str) -> Iterator[str]:
    measure = next((measure for measure in results.measures if measure.id == results.primary), None)
    if measure is None:
        return
    verdict, p = results.verdict(world, measure), results.adjusted[world]
    if not verdict:
        return
    others = len(results.worlds) - 1
    over = f", Holm over {others} alternatives" if others > 1 else ""
    said = "a tie" if verdict == "tie" else verdict
    yield f"Judged by  {measure.title}: {said} ({_p(p)}{over}); every other difference is unadjusted"


def _p(p: float) -> str:
    return "p under 0.001" if p < 0.001 else f"p {p:.2g}"


def _lives(results: Results, world: str) -> Iterator[str]:
    from sim.experiment.pairing import affected_rows, outcome_rows
    from sim.measures.outcomes import OUTCOMES

    base = results.worlds[0]
    here = next(one for one in results.worlds if one.name == world)
    found = {
        str(row[5]): tuple(float(value) for value in row[7:])  # type: ignore[arg-type]
        for row in affected_rows(base.name, world, base.scenario, here.people)
        if row[2:4] == ("both", "all")
    }
    if not found or not found["people"][0]:
        return
    better, worse = (_people(*found[turn]) for turn in ("better", "worse"))
    people, touched = found["people"][0], found["touched"][0]
    yield (
        f"Lives      of {people:,.0f} people a year in both worlds {100 * touched / people:.0f}% are touched at all; "
        f"{better} end better off, {worse} worse"
    )
    rows = [
        (float(row[9]), str(row[5]), str(row[6]))  # type: ignore[arg-type]
        for row in outcome_rows(base.name, world, base.scenario, here.people)
        if row[2:4] == ("both", "all") and row[7] != "same"
    ]
    told = [
        f"{OUTCOMES.get(was, was).lower()} -> {OUTCOMES.get(now, now).lower()} {_count(mean)}"
        for mean, was, now in sorted(rows, key=lambda row: (-row[0], row))[:_SHOWN]
    ]
    if told:
        yield f"           commonest: {'; '.join(told)}"


def _people(mean: float, low: float, high: float) -> str:
    return _count(mean) if math.isnan(low) else f"{_count(mean)} ({_count(low)} to {_count(high)})"


def _count(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == 0 else f"{value:.1f}"


def _pairs(results: Results, world: str) -> Iterator[str]:
    chosen = [measure for measure in results.measures if measure.headline][:6]
    found = [(measure, results.pairings[world, measure.id]) for measure in chosen]
    found = [(measure, pair) for measure, pair in found if not math.isnan(pair.correlation)]
    if not found:
        return
    middle = statistics.median(pair.correlation for _, pair in found)
    width = max(len(measure.title) for measure, _ in found)
    yield f"Pairing    {f'median correlation {middle:.2f}':{width}}   correlation   variance ratio   at most"
    for measure, pair in found:
        ratio, most = _ratio(pair.variance_ratio), _ratio(pair.ceiling)
        yield f"           {measure.title:{width}}   {pair.correlation:>11.3f}   {ratio:>14}   {most:>7}"


def _ratio(value: float) -> str:
    if math.isinf(value):
        return "no end"
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}" if value < 1e5 else f"{value:.1e}"


def ranked(results: Results) -> Iterator[str]:
    """Where there are several alternatives: every world in order of the primary measure, ties as ties."""
    if len(results.worlds) < 3 or not results.primary:
        return
    title = next(measure.title for measure in results.measures if measure.id == results.primary)
    told = "".join(
        f"{'' if not place else ', a tie with ' if tie else ', then '}{name}"
        for place, (name, tie) in enumerate(results.ranking)
    )
    yield f"In order of {title}, best first: {told}"


def precise(results: Results) -> Iterator[str]:
    """What became of ``--precision``."""
    found = results.precision
    if found is None:
        return
    cap = f", more than the {found.most} that are run at most" if found.capped else ""
    yield (
        f"Precision  {100 * found.asked:g}% asked for; after a pilot of {found.pilot} the worst headline "
        f"({found.worst or 'none'}) needs {found.needed} replications{cap}; widest now {100 * found.reached:.2g}%"
    )
