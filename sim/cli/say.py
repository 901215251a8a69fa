"""What is printed: results on stdout, progress on stderr."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from sim.experiment import Results
    from sim.experiment.kept import Kept
    from sim.measures import Measure
    from sim.scenario import Scenario

__all__ = ["changes", "console", "headlines", "next_step", "progress", "summary", "typed", "unfinished"]

_WIDTH = 160
_TOLD = 30
"""Differences told before a comparison."""
_SIDES = {"council": "Council", "nhs": "NHS", "both": "Both"}


def console(*, err: bool = False) -> Console:
    """A console that is plain, and wide enough for a table, when it is not a terminal."""
    found = Console(stderr=err, highlight=False, markup=False, emoji=False, soft_wrap=False)
    return (
        found
        if found.is_terminal
        else Console(stderr=err, highlight=False, markup=False, emoji=False, width=_WIDTH, no_color=True)
    )


def typed(words: Sequence[str], sets: Sequence[str], seed: int, replications: int, more: Mapping[str, object]) -> str:
    """What to type to get the same results; a file by its name alone, for it has moved by then.

    ``more``: option -> value; '' for one that takes none, None for one that is not given.
    """
    found = [
        "traintracks",
        *(f"./{Path(word).name}" if Path(word).expanduser().is_absolute() else word for word in words),
    ]
    for one in sets:
        found += ["--set", one]
    found += ["--seed", str(seed), "--replications", str(replications)]
    for option, value in more.items():
        found += [word for word in (option, str(value)) if word] if value is not None else []
    return shlex.join(found)


def changes(scenarios: Sequence[Scenario]) -> None:
    """The inputs in which each world differs from the first, as ``diff`` tells them; the first of many."""
    from sim.scenario.differences import differences

    screen = console()
    for scenario in scenarios[1:]:
        found = [one for one in differences(scenarios[0], scenario) if one.noun != "apply"]
        values = sum(one.values for one in found)
        count = f"{values} input{'' if values == 1 else 's'}"
        base = scenarios[0].name
        if not differences(scenarios[0], scenario):
            which = "both worlds" if scenario.name == base else f"{scenario.name} and {base}"
            screen.print(f"Nothing differs: {which} are the same scenario", soft_wrap=True)
            continue
        title = f"{scenario.name} differs from {base} in {count}"
        if scenario.name == base:
            title = f"{base} is changed in {count}"
        screen.print(Text(title, style="bold"))
        for one in found[:_TOLD]:
            many = f" ({one.values} values)" if one.values > 1 else ""
            source = one.evidence or one.origin
            screen.print(f"  {one.path}{many}: {one.before} -> {one.after} [{source}]", soft_wrap=True)
        if len(found) > _TOLD:
            screen.print(f"  and {len(found) - _TOLD} more: traintracks diff {base} {scenario.name}", soft_wrap=True)
    if len(scenarios) > 1:
        screen.print()


@contextmanager
def progress(silent: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Something to call with (done, in all): a bar on a terminal, else a line at each quarter."""
    if silent:
        yield None
        return
    screen = console(err=True)
    if screen.is_terminal:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("Replications"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=screen, transient=True) as bar:
            task = bar.add_task("")
            yield lambda done, total: bar.update(task, completed=done, total=total)
        return
    began = [time.monotonic()]
    said = [0]

    def tell(done: int, total: int) -> None:
        if not done:
            began[0], said[0] = time.monotonic(), 0
        quarter = 4 * done // total if total else 0
        if done and quarter > said[0]:
            said[0] = quarter
            left = (time.monotonic() - began[0]) * (total - done) / done
            rest = f", about {left:.0f} s left" if done < total else ""
            screen.print(f"{done} of {total} replication{'s' if total > 1 else ''}{rest}")

    yield tell


@contextmanager
def unfinished(kept: Kept, resume: bool) -> Iterator[None]:
    """Around a run that may be stopped: says how to go on with it; nothing is kept of one that cannot be."""
    if not resume:
        kept.clear()
    elif not kept.there:
        typer.echo(f"Nothing is kept of this command in {kept.folder.parent}: it begins anew.", err=True)
    try:
        yield
    except KeyboardInterrupt:
        if not kept.there:
            raise
        typer.echo("Stopped. What was done is kept: the same command with --resume goes on from there.", err=True)
        raise typer.Exit(1) from None
    except Exception as error:
        if type(error).__name__ in ("Exploded", "Mismatch"):
            kept.clear()
        raise


def headlines(results: Results, folder: Path) -> None:
    """The headlines with their ranges, seed, replications, seconds, and where everything is."""
    from sim.cli.believed import allowed, doubts, drawn
    from sim.cli.compared import beside, precise, ranked
    from sim.experiment.intervals import LEAST
    from sim.measures.words import one_such
    from sim.scenario.differences import differences

    screen = console()
    worlds = results.worlds
    chosen = [measure for measure in results.measures if measure.headline][:6]
    if len(worlds) > 1:
        asked = [measure for measure in results.measures if measure.id == results.primary and measure not in chosen]
        chosen = sorted([*asked, *chosen], key=lambda measure: list(_SIDES).index(measure.side))
    base = worlds[0]
    such = one_such(_over(results))
    for line in doubts(results):
        screen.print(Text(line, style="bold"), soft_wrap=True)
    for world in worlds[1:] or worlds:
        paired = world is not base
        same = paired and world.scenario.title == base.scenario.title
        title = f"{base.name} as changed" if same else world.scenario.title
        title = f"{title}, against {base.name}" if paired else title
        if paired and not differences(base.scenario, world.scenario):
            title = (
                f"{base.name} twice: the same scenario" if same else f"{world.scenario.title}: the same as {base.name}"
            )
        screen.print(Text(title, style="bold"))
        heads: Sequence[str] = (base.name, world.name, "difference", such) if paired else ("mean", "", such)
        rows: list[tuple[Measure, Sequence[str]]] = [
            (measure, _compared(results, measure, world.name) if paired else _alone(results, measure))
            for measure in chosen
        ]
        if results.replications < LEAST:
            heads, rows = heads[:-1], [(measure, cells[:-1]) for measure, cells in rows]
        lines = _table(heads, rows)
        if max(map(len, lines)) > screen.width:
            lines = _lines(heads, rows)
        for line in lines:
            screen.print(line, soft_wrap=True)
        for line in (*(beside(results, world.name) if paired else ()), *allowed(results, world.name)):
            screen.print(line, soft_wrap=True)
        screen.print()
    for line in ranked(results):
        screen.print(line, soft_wrap=True)
    if any(world.scenario.illustrative for world in worlds):
        screen.print("Model estimate, not a forecast. Illustrative place: not a council's own data.")
    few = ", too few for a range" if results.replications < LEAST else ""
    run = f"{results.replications} replication{'s' if results.replications > 1 else ''}{few}"
    screen.print(
        f"{run}, seed {results.seed}, {results.seconds:.0f} s. "
        f"{such.capitalize()}: 5th to 95th percentile; brackets: 95% interval of the mean."
        if not few
        else f"{run}, seed {results.seed}, {results.seconds:.0f} s."
    )
    for line in (*precise(results), *drawn(results)):
        screen.print(line, soft_wrap=True)
    screen.print(f"Saved in {folder}")
    screen.print(f"Report  {folder / 'report.html'}", soft_wrap=True)


def _table(heads: Sequence[str], rows: Sequence[tuple[Measure, Sequence[str]]]) -> list[str]:
    """Aligned columns, a line a measure."""
    first = max(len(_title(measure)) for measure, _ in rows) + 2
    widths = [max(len(head), *(len(cells[i]) for _, cells in rows)) for i, head in enumerate(heads)]
    lines = [" " * first + _joined(heads, widths)]
    sided = len({measure.side for measure, _ in rows}) > 1
    for side, group in groupby(rows, key=lambda row: row[0].side):
        lines += [_SIDES[side]] if sided else []
        lines += [f"  {_title(measure)}".ljust(first) + _joined(cells, widths) for measure, cells in group]
    return lines


def _joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(f"   {cell:>{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def _lines(heads: Sequence[str], rows: Sequence[tuple[Measure, Sequence[str]]]) -> list[str]:
    """The same for a narrow terminal: a line for each measure, its numbers below."""
    lines = []
    for side, group in groupby(rows, key=lambda row: row[0].side):
        lines.append(_SIDES[side])
        for measure, cells in group:
            said = (f"{head} {cell}".strip() for head, cell in zip(heads, cells, strict=True) if cell)
            lines += [f"  {_title(measure)}", f"    {', '.join(said)}"]
    return lines


def _alone(results: Results, measure: Measure) -> tuple[str, ...]:
    from sim.measures.words import number, range_of

    found = results.summaries[results.worlds[0].name, measure.id]
    over = _over(results)
    between = range_of(found.low, found.high, measure.unit, measure.decimals)
    return (
        number(found.mean, measure.unit, measure.decimals, over),
        f"({between})" if between else "",
        range_of(found.p5, found.p95, measure.unit, measure.decimals, over),
    )


def _compared(results: Results, measure: Measure, world: str) -> tuple[str, ...]:
    from sim.measures.words import NOT_WORTH, change, change_range, number, range_of, rounds_to_none

    over = _over(results)
    found = results.summaries[world, measure.id]
    before = results.summaries[results.worlds[0].name, measure.id]
    difference = results.differences[world, measure.id]
    between = change_range(difference.low, difference.high, measure.unit, measure.decimals)
    said = change(difference.mean, measure.unit, measure.decimals)
    if between:
        none = rounds_to_none(difference.mean, measure.unit, measure.decimals) and difference.low != difference.high
        word = "tie" if results.verdict(world, measure) == "tie" else NOT_WORTH if none else ""
        said += f" ({between}{', ' if word else ''}{word})"
    return (
        number(before.mean, measure.unit, measure.decimals, over),
        number(found.mean, measure.unit, measure.decimals, over),
        said,
        range_of(found.p5, found.p95, measure.unit, measure.decimals, over),
    )


def _title(measure: Measure) -> str:
    return measure.title if measure.unit in ("share", "people") else f"{measure.title}, {measure.unit}"


def _over(results: Results) -> float:
    run = results.worlds[0].scenario
    return run.run.length / run.day


def next_step(results: Results) -> None:
    """What to type next."""
    base = results.worlds[0].name
    if len(results.worlds) == 1:
        other = "winter-pressures" if base == "baseline" else None
        hint = f"traintracks compare {base} {other}" if other else f"traintracks compare {base} --set PATH=VALUE"
    else:
        hint = f"traintracks show {results.worlds[-1].scenario.name} workforce    (then change one: --set PATH=VALUE)"
    console().print(f"Next    {hint}", soft_wrap=True)


def summary(content: dict[str, Any]) -> None:
    """The summary as JSON and nothing else."""
    json.dump(content, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")
