"""``calibrate``: whether a place lands on its targets, and whether it stays where it is."""

from __future__ import annotations

import json as json_
import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import Json, Open, Out, Quiet, Replications, Seed, Sets, Workers

if TYPE_CHECKING:
    from rich.console import Console

    from calibration.landing import Drift, Landed
    from calibration.targets import Targets
    from sim.experiment import Results

__all__ = ["calibrate"]

_FEW = 6
"""Replications when nothing is said and means decide; where intervals do, as many as the scenario says."""

calibrate = typer.Typer(help="A place against the figures it should land on.", no_args_is_help=True)


@calibrate.command("check", short_help="Targets beside what is simulated.")
def check_(
    scenario: Annotated[str, typer.Argument(help="A shipped name or a file.")],
    targets: Annotated[str, typer.Option(help="A shipped set of targets, or a file of your own.")] = "hull",
    sets: Sets = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    out: Out = None,
    json: Json = False,
    quiet: Quiet = False,
    open_: Open = False,
) -> None:
    """Run a scenario and set what it gives beside targets: a folder with the lines, and a report of them.

    Exit 1 when a required target is outside or unsure, or, of a set that requires none, more are missed than it allows.
    """
    from calibration.fit import check_files
    from calibration.landing import failed, land
    from calibration.targets import read
    from sim.cli.say import typed
    from sim.experiment import check_out, default_out
    from sim.experiment.folder import save_files
    from sim.report import rebuild

    wanted = read(targets)
    few = None if wanted.strict else _FEW
    folder = out or default_out("check", ["check", scenario])
    check_out(folder)
    results = _run(scenario, sets or (), False, replications or few, seed, workers, json or quiet)
    landed = land(results, wanted)
    files = check_files(results, landed, wanted)
    more = {"--targets": targets if targets != "hull" else None}
    command = typed(["calibrate", "check", scenario], sets or (), results.seed, results.replications, more)
    folder = save_files(files, folder, kind="check", command=command, finish=rebuild, replace=out is not None)
    missed = sum(not one.inside for one in landed)
    if json:
        _print([_target_row(one) for one in landed], missed=missed, most_missed=wanted.most_missed)
    elif quiet:
        typer.echo(str(folder))
    else:
        _landed(landed, wanted, results)
        typer.echo(f"Report  {folder / 'report.html'}")
    if open_:
        typer.launch((folder / "report.html").resolve().as_uri())
    if failed(landed, wanted):
        raise typer.Exit(1)


@calibrate.command("steady", short_help="Every queue in the first and in the second year.")
def steady_(
    scenario: Annotated[str, typer.Argument(help="A shipped name or a file.")],
    sets: Sets = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    json: Json = False,
) -> None:
    """Run two years with every change in force from the beginning: exit 1 when a queue drifts."""
    from calibration.landing import drift

    results = _run(scenario, ("run.length=730 days", *(sets or ())), True, replications or _FEW, seed, workers, json)
    queues = drift(results)
    drifting = sum(not queue.steady for queue in queues)
    if json:
        _print([_queue_row(queue) for queue in queues], drifting=drifting)
    else:
        _queues(queues, drifting, results)
    if drifting:
        raise typer.Exit(1)


def _run(
    scenario: str,
    sets: Sequence[str],
    steady: bool,
    replications: int | None,
    seed: int | None,
    workers: int | None,
    silent: bool,
) -> Results:
    from sim.cli.say import progress
    from sim.experiment import processors, run
    from sim.scenario import load

    chosen = load(scenario, sets, steady=steady, seed=seed, replications=replications)
    with progress(silent) as report:
        return run(
            [chosen],
            replications=chosen.run.replications,
            seed=chosen.run.seed,
            workers=workers or processors(),
            progress=report,
        )


def _landed(landed: Sequence[Landed], wanted: Targets, results: Results) -> None:
    screen, table = _table("target", "simulated", "95% interval")
    for one in landed:
        cells = [_short(one.target.value), _short(one.simulated), _between(one.low, one.high)]
        table.add_row(one.target.title, *cells, one.target.unit, _verdict(one, wanted, results.replications))
    screen.print(table)
    if wanted.strict:
        _required(landed, wanted, results, screen)
        return
    missed = [one for one in landed if not one.inside]
    screen.print(
        f"\n{wanted.title}: {len(landed) - len(missed)} of {len(landed)} inside, each within "
        f"{wanted.tolerance:.0%} of its target; {wanted.most_missed} may be missed. {_over(results)}",
        soft_wrap=True,
    )
    for one in missed:
        off = one.simulated / one.target.value - 1.0
        screen.print(f"  missed by {off:+.0%}: {one.target.title} (grade {one.target.grade}: {one.target.source})")


def _verdict(one: Landed, wanted: Targets, replications: int) -> str:
    from sim.experiment.intervals import LEAST

    if wanted.strict and replications < LEAST:
        return "required" if one.required else ""
    if not wanted.strict:
        return "inside" if one.inside else "OUTSIDE"
    return one.verdict.upper() if one.required and one.verdict != "inside" else one.verdict


def _required(landed: Sequence[Landed], wanted: Targets, results: Results, screen: Console) -> None:
    from sim.experiment.intervals import LEAST

    required = [one for one in landed if one.required]
    if results.replications < LEAST:
        screen.print(
            f"\n{wanted.title}: with so few replications there is no interval, so nothing can be told of any of the "
            f"{len(required)} required targets; {LEAST} or more are needed (-n {LEAST}). {_over(results)}",
            soft_wrap=True,
        )
        return
    found = {
        verdict: [one for one in required if one.verdict == verdict] for verdict in ("inside", "unsure", "outside")
    }
    told = ", ".join(f"{len(ones)} {verdict}" for verdict, ones in found.items())
    screen.print(
        f"\n{wanted.title}: of {len(required)} required targets {told}; {len(landed) - len(required)} more are shown. "
        f"Inside: the 95% interval lies within the tolerance; unsure: across its edge. {_over(results)}",
        soft_wrap=True,
    )
    for one in (*found["outside"], *found["unsure"]):
        off = one.simulated / one.target.value - 1.0
        where = f"{one.verdict} by {off:+.0%}, {one.tolerance:.0%} allowed" if off == off else "not in this scenario"
        screen.print(f"  {where}: {one.target.title} (grade {one.target.grade}: {one.target.source})", soft_wrap=True)


def _queues(queues: Sequence[Drift], drifting: int, results: Results) -> None:
    screen, table = _table("year 1", "year 2", "year 2 / year 1")
    for queue in queues:
        name = f"waiting, {queue.queue.replace('_', ' ')}"
        cells = [_short(queue.first), _short(queue.second), f"{queue.ratio:.2f}"]
        table.add_row(name, *cells, "people", "steady" if queue.steady else "DRIFTS")
    screen.print(table)
    screen.print(
        f"\n{len(queues) - drifting} of {len(queues)} queues are steady: within a tenth, or with a difference that "
        f"may be none (95% interval), or of fewer than one person. {_over(results)}",
        soft_wrap=True,
    )


def _table(*columns: str) -> tuple[Console, Any]:
    from rich.table import Table

    from sim.cli.say import console

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("")
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("")
    table.add_column("")
    return console(), table


def _short(value: float) -> str:
    if math.isnan(value):
        return "none"
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"


def _between(low: float, high: float) -> str:
    return "" if math.isnan(low) else f"{_short(low)} to {_short(high)}"


def _over(results: Results) -> str:
    return f"{results.replications} replications, seed {results.seed}, {results.seconds:.0f} s."


def _target_row(one: Landed) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.target.title,
        "target": one.target.value,
        "unit": one.target.unit,
        "simulated": one.simulated,
        "low": one.low,
        "high": one.high,
        "inside": one.inside,
        "required": one.required,
        "verdict": one.verdict,
    }


def _queue_row(queue: Drift) -> dict[str, Any]:
    return {
        "queue": queue.queue,
        "first_year": queue.first,
        "second_year": queue.second,
        "low": queue.low,
        "high": queue.high,
        "steady": queue.steady,
    }


def _print(rows: Sequence[dict[str, Any]], **totals: int) -> None:
    """JSON has no nan: what is not there is null."""
    clean = [
        {key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in row.items()}
        for row in rows
    ]
    json_.dump({**totals, "rows": clean}, sys.stdout, indent=2)
    sys.stdout.write("\n")
