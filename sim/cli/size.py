"""``size``: how much of one thing reaches a goal."""

from __future__ import annotations

import json as json_
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.options import Json, Open, Out, Quiet, Seed, Sets, Steady, Workers

if TYPE_CHECKING:
    from sim.experiment.size import Size, Trial

__all__ = ["size"]

_MOST = 9
"""Decimals shown at most."""


def size(
    scenario: Annotated[str, typer.Argument(help="A shipped name or a file.")],
    vary: Annotated[
        str,
        typer.Option(
            metavar="PATH",
            help="The number to vary; or an overlay (practices/x), whose level is varied; or practices/x.effect: what "
            "it does, with what it takes as written.",
        ),
    ],
    until: Annotated[
        str,
        typer.Option(
            metavar="GOAL",
            help="As in 'wait_assessment_p90 <= 28'. MEASURE_difference is the difference from the scenario as it is.",
        ),
    ],
    from_: Annotated[
        str, typer.Option("--from", help="The lowest value tried; default half of today's (level: 0).")
    ] = "",
    to: Annotated[str, typer.Option(help="The highest; default twice today's (level: 1).")] = "",
    step: Annotated[
        str, typer.Option(help="How far apart values are; default 1 of what is counted, else a 64th.")
    ] = "",
    sets: Sets = None,
    replications: Annotated[int, typer.Option("-n", "--replications", min=1, help="Of every value tried.")] = 10,
    seed: Seed = None,
    workers: Workers = None,
    out: Out = None,
    json: Json = False,
    quiet: Quiet = False,
    open_: Open = False,
    steady: Steady = False,
) -> None:
    """Search for the least value that reaches a goal, on the same people, with an interval.

    Exit 1 when there is no answer: the goal is reached at both ends of the range, at neither, or at no effect.
    """
    from sim.cli import say
    from sim.experiment import check_out, default_out, processors
    from sim.experiment.folder import save_files
    from sim.experiment.size import NotWithin, document, tried
    from sim.experiment.size import size as search
    from sim.report import rebuild

    folder = out or default_out("size", ["size", scenario])
    check_out(folder)
    screen = say.console(err=True)

    def tell(trial: Trial) -> None:
        if not (json or quiet):
            screen.print(f"{vary} {trial.written}: {_value(trial)}", soft_wrap=True)

    message = ""
    try:
        found: Size | None = search(
            scenario,
            vary,
            until,
            low=from_,
            high=to,
            step=step,
            sets=sets or (),
            steady=steady,
            seed=seed,
            replications=replications,
            workers=workers or processors(),
            tell=tell,
        )
    except NotWithin as error:
        message, found = str(error), error.found
    assert found is not None
    content = document(found)
    files = {"size.json": json_.dumps(content, indent=2, ensure_ascii=False) + "\n", "tried.csv": tried(found)}
    given = {"--vary": vary, "--until": until, "--from": from_ or None, "--to": to or None, "--step": step or None}
    more = {**given, "--steady": "" if steady else None}
    command = say.typed(["size", scenario], sets or (), content["seed"], replications, more)
    folder = save_files(files, folder, kind="size", command=command, finish=rebuild, replace=out is not None)
    if json:
        say.summary(content)
    elif quiet:
        typer.echo(str(folder))
    elif not message:
        _tell(found, folder)
    if open_:
        typer.launch((folder / "report.html").resolve().as_uri())
    if message:
        typer.echo(message, err=True)
        if not (json or quiet):
            typer.echo(f"What was tried is in {folder / 'report.html'}", err=True)
        raise typer.Exit(1)


def _value(trial: Trial) -> str:
    from sim.measures.words import change, change_range, number, range_of

    measure, found = trial.goal.measure, trial.found
    reached = "reached" if trial.reached else "not reached"
    if math.isinf(found.mean) or math.isnan(found.mean):
        return f"no figure in every replication, goal {reached}"
    decimals = _digits(trial)
    if trial.goal.difference:
        value, between = change(found.mean, measure.unit, decimals), change_range(found.low, found.high, measure.unit)
    else:
        value = number(found.mean, measure.unit, decimals)
        between = "" if math.isnan(found.low) else range_of(found.low, found.high, measure.unit, decimals)
    return f"{value}{f' ({between})' if between else ''}, {reached}"


def _digits(trial: Trial) -> int:
    """Decimals that tell whether the goal is reached."""
    least, mean = max(1, trial.goal.measure.decimals), trial.found.mean
    exact = (digits for digits in range(least, _MOST) if trial.goal.meets(round(mean, digits)) == trial.reached)
    return next(exact, _MOST)


def _tell(found: Size, folder: Path) -> None:
    from sim.cli.say import console
    from sim.experiment.intervals import LEAST

    screen = console()
    assert found.answer is not None
    low = found.low.written if found.low else "below the range"
    high = found.high.written if found.high else "beyond the range"
    between = f"({low} to {high})" if found.replications >= LEAST else "(too few replications for an interval)"
    word = "at least" if found.least else "at most"
    screen.print(f"{found.vary}: {word} {found.answer.written} {between}; today {found.today}", soft_wrap=True)
    screen.print(f"so that {found.goal.text}: {_value(found.answer)}", soft_wrap=True)
    screen.print(
        f"{found.replications} replications of each of {len(found.trials)} values, seed {found.seed}. Brackets: what "
        "simulation error leaves open. Model estimate, not a forecast.",
        soft_wrap=True,
    )
    screen.print(f"Saved in {folder}")
    screen.print(f"Report  {folder / 'report.html'}", soft_wrap=True)
    change = f"--set {found.vary}='{found.answer.written}'" if "/" not in found.vary.split(".")[0] else ""
    if change:
        screen.print(f"Next    traintracks compare {found.scenario} {change}", soft_wrap=True)
