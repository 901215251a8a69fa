"""``boulders``: what each boulder costs, alone and together, to the council and to the NHS."""

from __future__ import annotations

import math
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.options import Json, Open, Out, Quiet, Replications, Seed, Sets, Steady, Workers

if TYPE_CHECKING:
    from sim.experiment.boulders import Cost, Doses, Factorial
    from sim.experiment.intervals import Summary
    from sim.measures import Measure

__all__ = ["boulders"]

_STEPS = (0.75, 0.5, 0.25, 0.0)
"""Levels of ``--lift`` where none is given."""


def boulders(
    scenario: Annotated[str, typer.Argument(help="A shipped name or a file.")] = "baseline",
    lift: Annotated[
        list[str] | None,
        typer.Option(metavar="BOULDER", help="Lift only this one, step by step. May be repeated: they lift together."),
    ] = None,
    level: Annotated[
        list[float] | None,
        typer.Option(
            min=0.0,
            max=10.0,
            help="What a lifted boulder is at: 0 gone (the default), 1 as it lies. With --lift it may be repeated.",
        ),
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
) -> None:
    """Run the same people with every combination of boulders lying and lifted, and share out what they cost.

    Two years are run unless --set run.length says otherwise. With --lift: the dose and its response, level by level.
    """
    from calibration.fit import save_fit
    from sim.cli import say
    from sim.experiment import check_out, default_out, processors, save
    from sim.experiment.boulders import boulders_of, cost, document, dosed, doses, lengthened, tables
    from sim.report import write

    if not lift and level and len(level) > 1:
        raise typer.BadParameter("several levels want --lift, to say of which boulder; without it, give one --level")
    chosen = boulders_of(lift or ())
    folder = out or default_out("boulders", [*(lift or ["boulders"]), scenario])
    check_out(folder)
    silent = json or quiet
    common = {"steady": steady, "seed": seed, "replications": replications, "workers": workers or processors()}
    changes = lengthened(sets or ())
    with say.progress(silent) as report:
        found: Factorial | Doses
        if lift:
            found = doses(scenario, chosen, level or _STEPS, sets=changes, progress=report, **common)  # type: ignore[arg-type]
        else:
            one = level[0] if level else 0.0
            found = cost(scenario, chosen, sets=changes, level=one, progress=report, **common)  # type: ignore[arg-type]

    def finish(place: Path) -> None:
        for name, text in tables(found).items():
            (place / name).write_text(text, encoding="utf-8", newline="\n")
        save_fit(dosed(found), place)
        write(place)

    command = _command(scenario, lift or (), level or (), sets or (), found, steady)
    folder = save(dosed(found), folder, command=command, sets=changes, finish=finish, replace=out is not None)
    if json:
        say.summary(document(found))
    elif quiet:
        typer.echo(str(folder))
    else:
        _tell(found, folder)
    if open_:
        typer.launch((folder / "report.html").resolve().as_uri())
    sys.stdout.flush()


def _command(
    scenario: str,
    lift: Sequence[str],
    level: Sequence[float],
    sets: Sequence[str],
    found: Factorial | Doses,
    steady: bool,
) -> str:
    words = ["traintracks", "boulders", scenario]
    for flag, values in (("--lift", lift), ("--level", [f"{one:g}" for one in level]), ("--set", sets)):
        for value in values:
            words += [flag, value]
    words += ["--seed", str(found.results.seed), "--replications", str(found.results.replications)]
    return shlex.join(words + (["--steady"] if steady else []))


def _tell(found: Factorial | Doses, folder: Path) -> None:
    from rich.text import Text

    from sim.cli.say import console
    from sim.experiment.boulders import CLEAR, Factorial
    from sim.experiment.intervals import LEAST
    from sim.report.reasons import reasons
    from sim.report.saved import Saved

    screen = console()
    results = found.results
    world = results.worlds[0].scenario
    screen.print(Text(f"{world.title}: what the boulders cost", style="bold"))
    for period in found.periods[1:] or found.periods:
        screen.print()
        if isinstance(found, Factorial):
            _costs(found, period)
        else:
            _doses(found, period)
    screen.print()
    for reason in reasons(Saved(folder)):
        screen.print(Text(reason))
        screen.print()
    if isinstance(found, Factorial):
        lifted = "lifted" if found.level == 0.0 else f"at level {found.level:g}"
        screen.print(
            f"+ is what boulders add to the figure: what there would be less of with them {lifted}. Shares add up to "
            f"what all add; per cent of it where that is clear of zero ({CLEAR:g} half-widths of its interval).",
            soft_wrap=True,
        )
    if world.illustrative:
        screen.print("Model estimate, not a forecast. Illustrative place: not a council's own data.")
    few = ", too few for an interval" if results.replications < LEAST else ". Brackets: 95% interval of the mean"
    screen.print(f"{results.replications} replications, seed {results.seed}, {results.seconds:.0f} s{few}.")
    screen.print(f"Saved in {folder}")
    screen.print(f"Report  {folder / 'report.html'}", soft_wrap=True)
    screen.print(f"Next    traintracks boulders {results.worlds[0].name} --lift {found.boulders[-1]}", soft_wrap=True)


def _costs(found: Factorial, period: str) -> None:
    here = [cost for cost in found.costs if cost.period == period and cost.measure.headline]
    leading = _leading([cost.measure for cost in here])
    first = [cost for cost in here if cost.measure.id in leading]
    if not first:
        return
    lines: list[tuple[str, list[str]]] = [
        ("As it stands", [_value(cost, cost.today) for cost in first]),
        ("With all lifted", [_value(cost, cost.lifted) for cost in first]),
        ("What all add", [_change(cost, cost.total) for cost in first]),
        ("Shares of it", []),
    ]
    lines += [
        (f"  {name.replace('-', ' ')}", [_share(cost, cost.shapley[name]) for cost in first]) for name in found.boulders
    ]
    lines.append(("Each lifted by itself", []))
    singles = [chosen for chosen in found.sets if len(chosen) == 1]
    together = [chosen for chosen in found.sets if len(chosen) > 1]
    for group, heading in ((singles, ""), (together, "Together, beyond one by one")):
        if heading and group:
            lines.append((heading, []))
        for chosen in group:
            label = " + ".join(one.replace("-", " ") for one in found.boulders if one in chosen)
            lines.append((f"  {label}", [_change(cost, cost.terms[chosen]) for cost in first]))
    _print(_period(period), [cost.measure for cost in first], lines)
    rest = [cost for cost in here if cost.measure.id not in leading]
    if rest:
        more: list[tuple[str, list[str]]] = [("What all add", [_change(cost, cost.total) for cost in rest])]
        more += [
            (f"  {name.replace('-', ' ')}", [_share(cost, cost.shapley[name]) for cost in rest])
            for name in found.boulders
        ]
        _print("", [cost.measure for cost in rest], more)


def _doses(found: Doses, period: str) -> None:
    here = [dose for dose in found.doses if dose.period == period and dose.measure.headline]
    leading = _leading([dose.measure for dose in here])
    measures = list(dict.fromkeys(dose.measure for dose in here if dose.measure.id in leading))
    lines = []
    for level in found.levels:
        doses = [dose for dose in here if dose.level == level and dose.measure in measures]
        lines.append((f"  level {level:g}", [_told(dose.measure, dose.change) for dose in doses]))
    lifted = " and ".join(one.replace("-", " ") for one in found.boulders)
    _print(f"{_period(period)}: {lifted}, change from as it stands", measures, lines)


def _leading(measures: Sequence[Measure]) -> list[str]:
    """The first headline of the council's side, the last of the NHS's (bed days, over all days), the first of both."""
    sides = {side: [m.id for m in measures if m.side == side] for side in ("council", "nhs", "both")}
    return [*sides["council"][:1], *sides["nhs"][-1:], *sides["both"][:1]]


def _period(period: str) -> str:
    return "Whole time" if period == "all" else f"Year {period}"


_SIDES = {"council": "council", "nhs": "NHS", "both": "both"}


def _print(title: str, measures: Sequence[Measure], lines: Sequence[tuple[str, Sequence[str]]]) -> None:
    from rich.table import Table

    from sim.cli.say import console

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column(title, no_wrap=True)
    for measure in measures:
        unit = "" if measure.unit in ("people", "share") else f", {measure.unit}"
        table.add_column(f"{_SIDES[measure.side]}: {measure.title}{unit}", justify="right")
    for label, cells in lines:
        table.add_row(label, *cells)
    console().print(table)


def _value(cost: Cost, value: Summary) -> str:
    from sim.measures.words import number

    return number(value.mean, cost.measure.unit, cost.measure.decimals)


def _change(cost: Cost, value: Summary) -> str:
    return _told(cost.measure, value)


def _share(cost: Cost, value: Summary) -> str:
    from sim.measures.words import number

    percent = cost.percent(value)
    return _told(cost.measure, value) + ("" if math.isnan(percent) else f" {number(percent / 100.0, 'share')}")


def _told(measure: Measure, value: Summary) -> str:
    from sim.measures.words import change, change_range

    said = change(value.mean, measure.unit, measure.decimals)
    between = change_range(value.low, value.high, measure.unit, measure.decimals)
    return f"{said} ({between})" if between else said
