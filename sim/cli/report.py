"""``report``: the page of a run again, from its saved tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import Open, Quiet

__all__ = ["report"]


def report(
    run: Annotated[Path, typer.Argument(help="A run folder, such as outputs/2026-04-01-120000-baseline.")],
    summary: Annotated[bool, typer.Option("--summary", help="One page for a board paper: summary.html.")] = False,
    quiet: Quiet = False,
    open_: Open = False,
) -> None:
    """Make the report of a run again from its saved tables: the same bytes from the same tables."""
    from sim.report import rebuild

    path = rebuild(run, summary=summary)
    typer.echo(str(path) if quiet else f"Report  {path}")
    if open_:
        typer.launch(path.resolve().as_uri())
