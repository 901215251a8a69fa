"""``run``, ``compare`` and ``demo``: replications, measures, a folder with the report."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.options import (
    Draws,
    Json,
    Open,
    Out,
    Precision,
    Primary,
    Quiet,
    Replications,
    Resume,
    Seed,
    Sets,
    Steady,
    Uncertainty,
    Workers,
)

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["compare", "demo", "run"]

_DRAWS = "50x2"


def run(
    scenario: Annotated[str, typer.Argument(help="A shipped name (traintracks list) or a file (./mine.yaml).")],
    sets: Sets = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    out: Out = None,
    json: Json = False,
    quiet: Quiet = False,
    open_: Open = False,
    steady: Steady = False,
    precision: Precision = None,
    uncertainty: Uncertainty = False,
    draws: Draws = _DRAWS,
    resume: Resume = False,
) -> None:
    """Run one scenario: headlines with ranges, and a folder with the report."""
    from sim.scenario import load

    replications = _pilot(replications, precision)
    chosen = load(scenario, sets or (), steady=steady, seed=seed, replications=replications, settled=True)
    _go(
        [chosen],
        "run",
        sets or (),
        steady,
        workers,
        out,
        json,
        quiet,
        open_,
        None,
        precision,
        _drawn(uncertainty, draws),
        resume,
    )


def compare(
    base: Annotated[str, typer.Argument(help="The world to compare with.")],
    alternatives: Annotated[
        list[str] | None, typer.Argument(help="Other worlds; none: the base itself with the changes of --set.")
    ] = None,
    sets: Sets = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    out: Out = None,
    json: Json = False,
    quiet: Quiet = False,
    open_: Open = False,
    steady: Steady = False,
    primary: Primary = None,
    precision: Precision = None,
    uncertainty: Uncertainty = False,
    draws: Draws = _DRAWS,
    resume: Resume = False,
) -> None:
    """Run the same people through several worlds: what differs, by how much, and a folder with the report.

    With alternatives, --set changes every world; without, it makes the alternative.
    """
    from sim.experiment.worlds import load_worlds

    replications = _pilot(replications, precision)
    worlds = load_worlds(base, alternatives or (), sets or (), steady=steady, seed=seed, replications=replications)
    _go(
        worlds,
        "compare",
        sets or (),
        steady,
        workers,
        out,
        json,
        quiet,
        open_,
        primary,
        precision,
        _drawn(uncertainty, draws),
        resume,
    )


def demo(
    replications: Annotated[int, typer.Option("-n", "--replications", min=1)] = 6,
    workers: Workers = None,
    out: Out = None,
    json: Json = False,
    quiet: Quiet = False,
    open_: Open = False,
) -> None:
    """What does this winter do to a Hull-sized place? Compares winter-pressures with baseline, in few replications."""
    compare("baseline", ["winter-pressures"], None, replications, None, workers, out, json, quiet, open_)


def _drawn(uncertainty: bool, draws: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"(\d+)x(\d+)", draws)
    if found is None:
        raise typer.BadParameter(f"`--draws {draws}` is not draws x replications of each, such as {_DRAWS}")
    if not uncertainty and draws != _DRAWS:
        raise typer.BadParameter("--draws goes with --uncertainty")
    return (int(found[1]), int(found[2])) if uncertainty else None


def _pilot(replications: int | None, precision: float | None) -> int | None:
    """What is run first: what was asked for, or the pilot of a precision; None: the scenario's own."""
    if replications is not None or precision is None:
        return replications
    from sim.experiment.precision import PILOT

    return PILOT


def _go(
    scenarios: Sequence[Scenario],
    kind: str,
    sets: Sequence[str],
    steady: bool,
    workers: int | None,
    out: Path | None,
    json: bool,
    quiet: bool,
    open_: bool,
    primary: str | None = None,
    precision: float | None = None,
    draws: tuple[int, int] | None = None,
    resume: bool = False,
) -> None:
    from calibration.fit import save_fit
    from sim.cli import say
    from sim.experiment import check_out, default_out, processors, save, summary
    from sim.experiment import run as replicate
    from sim.experiment.kept import Kept
    from sim.experiment.runs import judged_by
    from sim.report import write

    folder = out or default_out(kind, [scenario.name for scenario in scenarios])
    check_out(folder)
    judged_by(scenarios, primary)
    silent = json or quiet
    if not silent:
        say.changes(scenarios)
    first = scenarios[0].run
    kept = Kept(folder, scenarios, (first.seed, first.replications, draws))
    with say.unfinished(kept, resume), say.progress(silent) as report:
        results = replicate(
            scenarios,
            replications=first.replications,
            seed=first.seed,
            workers=workers or processors(),
            progress=report,
            primary=primary,
            precision=precision,
            draws=draws,
            kept=kept,
        )
    more: dict[str, object] = {"--primary": primary, "--precision": precision}
    if draws is not None:
        more |= {"--uncertainty": "", "--draws": "x".join(map(str, draws))}
    command = _command(kind, scenarios, sets, steady, more)

    def finish(place: Path) -> None:
        save_fit(results, place)
        write(place)

    folder = save(results, folder, command=command, sets=sets, finish=finish, replace=out is not None)
    kept.clear()
    if json:
        say.summary(summary(results))
    elif quiet:
        typer.echo(str(folder))
    else:
        say.headlines(results, folder)
        say.next_step(results)
    if open_:
        typer.launch((folder / "report.html").resolve().as_uri())
    sys.stdout.flush()


def _command(
    kind: str, scenarios: Sequence[Scenario], sets: Sequence[str], steady: bool, more: Mapping[str, object]
) -> str:
    """What to type to get the same results."""
    from sim.cli.say import typed

    names = list(dict.fromkeys(scenario.name for scenario in scenarios))
    run = scenarios[0].run
    return typed([kind, *names], sets, run.seed, run.replications, {"--steady": "" if steady else None, **more})
