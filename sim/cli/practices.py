"""``practices``: every claim set against what the model gives."""

from __future__ import annotations

import json as json_
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from sim.cli.options import Json, Open, Out, Quiet, Replications, Seed, Sets, Workers

__all__ = ["practices"]


def practices(
    names: Annotated[list[str] | None, typer.Argument(help="Only these practices; none: all that ship.")] = None,
    base: Annotated[str, typer.Option(help="The scenario they are laid on.")] = "baseline",
    sets: Sets = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    out: Out = None,
    json: Json = False,
    quiet: Quiet = False,
    open_: Open = False,
) -> None:
    """Run the same people with each practice in full force, and set every quantified claim against what comes out.

    Disagreements come first. Some forty worlds: for a year, about half a minute on two cores for each replication.
    """
    from sim.cli import say
    from sim.experiment import check_out, default_out, processors
    from sim.experiment.folder import save_files
    from sim.experiment.practices import evaluate, table
    from sim.experiment.practices_page import markdown
    from sim.report import rebuild
    from sim.scenario.library import shipped

    known = [entry.name for entry in shipped() if entry.kind == "practice"]
    for name in names or ():
        if name not in known and f"practices/{name}" not in known:
            raise typer.BadParameter(f"there is no practice `{name}`; {_those(name, known)}")
    folder = out or default_out("practices", ["practices", base])
    check_out(folder)
    silent = json or quiet
    with say.progress(silent) as report:
        found = evaluate(
            base,
            names or (),
            sets=sets or (),
            seed=seed,
            replications=replications,
            workers=workers or processors(),
            progress=report,
        )
    files = {"practices.json": json_.dumps(found, indent=2, ensure_ascii=False) + "\n", "practices.csv": table(found)}
    files["practices.md"] = markdown(found)
    folder = save_files(
        files, folder, kind="practices", command=found["command"], finish=rebuild, replace=out is not None
    )
    if json:
        say.summary(found)
    elif quiet:
        typer.echo(str(folder))
    else:
        _tell(found)
        screen = say.console()
        screen.print(f"\nSaved in {folder} (practices.md is the whole of it)", soft_wrap=True)
        screen.print(f"Report  {folder / 'report.html'}", soft_wrap=True)
    if open_:
        typer.launch((folder / "report.html").resolve().as_uri())


def _those(name: str, known: Sequence[str]) -> str:
    """The practices that may be meant."""
    from sim.scenario.problems import either, suggest

    stem = name.removeprefix("practices/")
    alike = [one.removeprefix("practices/") for one in known if stem and stem in one]
    if alike:
        return f"there are {either(alike)}"
    near = suggest(stem, [one.removeprefix("practices/") for one in known])
    return f"did you mean `{near}`?" if near else "traintracks list shows those that ship"


def _tell(found: Mapping[str, Any]) -> None:
    from rich.table import Table

    from sim.cli.say import console
    from sim.experiment.practices_page import claim_cells, medians, ratio_cells, share_heads

    screen = console()
    for heads, rows in (
        (("claim", "kind", "claimed", "the model gives", "so it"), claim_cells(found)),
        (
            ("replications: independent over paired, primary measure", "ratio", *share_heads()),
            ratio_cells(found),
        ),
    ):
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for head in heads:
            table.add_column(head, overflow="fold")
        for row in rows:
            table.add_row(*row)
        screen.print(table)
        screen.print()
    screen.print(
        f"{medians(found)} {found['replications']} replications, seed {found['seed']}, {found['seconds']:.0f} s.",
        soft_wrap=True,
    )
    screen.print("Model estimate, not a forecast. Illustrative place: not a council's own data.")
