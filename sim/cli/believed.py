"""What is said of ignorance: first what is not settled, then what the ranges of the inputs allow."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.experiment.runs import Results

__all__ = ["allowed", "doubts", "drawn"]


def doubts(results: Results) -> Iterator[str]:
    """What flips within the range of the harm done by waiting, or within all ranges: said before anything else."""
    from sim.experiment.believed import doubted, unsettled
    from sim.measures.words import change_range

    facts = {measure.id: measure for measure in results.measures}
    titles = {measure.id: measure.title for measure in results.measures}
    for world, id, (low, middle, high) in unsettled(results):
        what = _against(results, world, titles[id]) if world else f"the order by {titles[id]}"
        low, middle, high = (f"a {verdict}" if verdict == "tie" else verdict for verdict in (low, middle, high))
        yield (
            f"Not settled: {what}: {middle}; with the least harm done by waiting that is believed {low}, "
            f"with the most {high}"
        )
    for world, id, found in doubted(results):
        between = change_range(found.low, found.high, facts[id].unit, facts[id].decimals)
        yield f"Not settled: {_against(results, world, titles[id])}: {between} within the ranges of the inputs"


def _against(results: Results, world: str, title: str) -> str:
    return f"{title}, {world} against {results.worlds[0].name}"


def allowed(results: Results, world: str) -> Iterator[str]:
    """A line for each headline: what the ranges of the inputs allow, and how much of the spread is ignorance."""
    from sim.experiment.believed import belief
    from sim.measures.words import change_range, range_of

    if results.uncertainty is None:
        return
    paired = world != results.worlds[0].name
    said = change_range if paired else range_of
    rows = []
    for measure in [measure for measure in results.measures if measure.headline][:6]:
        found = belief(results, world, measure.id, paired)
        if found is not None and math.isfinite(found.low):
            told = said(found.low, found.high, measure.unit, measure.decimals)
            rows.append((measure.title, told, f"{100 * found.share:.0f}%" if math.isfinite(found.share) else ""))
    if rows:
        first, second = (max(len(row[at]) for row in rows) for at in (0, 1))
        what = "the difference" if paired else "the mean"
        yield f"Belief     what the ranges of the inputs allow of {what} (90%), and its part in the variance of one run"
        for title, told, share in rows:
            yield f"           {title:{first}}   {told:>{second}}   {share:>4}"


def drawn(results: Results) -> Iterator[str]:
    """How many draws there were."""
    found = results.uncertainty
    if found is None:
        return
    numbers = sum(not parameter.number.held for parameter in found.parameters)
    more = f", {found.redrawn} drawn again" if found.redrawn else ""
    more += f", {found.lost} left out for a queue without end" if found.lost else ""
    count, each = found.drawn.shape[:2]
    plural = "" if numbers == 1 else "s"
    yield f"Draws      {count}, of {numbers} number{plural} with a range; each run {each} times{more}"
