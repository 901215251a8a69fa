"""``new``, ``diff`` and ``explain``: for those who write scenarios of their own."""

from __future__ import annotations

import json as json_
import sys
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import Steady

__all__ = ["diff", "explain", "new"]

_WIDE = 120
"""Columns that two scenarios side by side need; narrower screens get a line a difference."""


def new(
    file: Annotated[Path, typer.Argument(help="The file to write; one that is there is left alone.")] = Path(
        "mine.yaml"
    ),
    source: Annotated[
        str,
        typer.Option("--from", metavar="SCENARIO", help="What to start from: a scenario or an overlay."),
    ] = "baseline",
) -> None:
    """A first file of your own: a what-if that runs as it is, with what people most often change below it."""
    from sim.cli.say import console
    from sim.scenario.starter import write_starter

    made = write_starter(file, source)
    screen = console()
    screen.print(f"Wrote {file}, and {made.schema} for editors that complete and check as you type.", soft_wrap=True)
    screen.print(f"Change a line, then look at it:  traintracks check {made.name}", soft_wrap=True)
    screen.print(f"Next    traintracks compare {made.base} {made.name}", soft_wrap=True)


def diff(
    a: Annotated[str, typer.Argument(help="A shipped name or a file.")],
    b: Annotated[str, typer.Argument(help="Another.")],
    steady: Steady = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Two resolved scenarios side by side: what the second has otherwise, from which file, on what evidence."""
    from sim.scenario import load
    from sim.scenario.differences import HEADINGS, differences, evidence_text

    found = differences(load(a, steady=steady), load(b, steady=steady))
    if json:
        json_.dump([one._asdict() for one in found], sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    from rich.table import Table
    from rich.text import Text

    from sim.cli.say import console

    screen = console()
    if not found:
        screen.print(f"{a} and {b} are the same")
        return
    values = sum(one.values for one in found)
    screen.print(Text(f"{b} differs from {a} in {values} place{'' if values == 1 else 's'}", style="bold"))
    for noun, group in groupby(found, key=lambda one: one.noun):
        table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
        table.add_column(HEADINGS[noun], header_style="bold", no_wrap=True)
        for column in (a, b, "evidence", "from"):
            table.add_column(column, overflow="fold")
        screen.print()
        if screen.width < _WIDE:
            screen.print(Text(HEADINGS[noun], style="bold"))
        for one in group:
            path = f"  {one.path}" + (f" ({one.values} values)" if one.values > 1 else "")
            if screen.width < _WIDE:
                source = ", ".join(filter(None, (evidence_text(one.evidence), one.origin)))
                screen.print(f"{path}: {one.before} -> {one.after} [{source}]", soft_wrap=True)
            else:
                table.add_row(path, one.before, one.after, evidence_text(one.evidence), one.origin)
        if table.row_count:
            screen.print(table)
    asked = [one.path for one in found if one.noun not in ("apply", "run")]
    if asked:
        screen.print(f"\nNext    traintracks explain {asked[-1]} {b}", soft_wrap=True)


def explain(
    thing: Annotated[str, typer.Argument(metavar="PATH_OR_ID", help="Such as workforce.broker.posts or home_care.")],
    scenario: Annotated[str, typer.Argument(help="Whose values to show: a shipped name or a file.")] = "baseline",
    steady: Steady = False,
) -> None:
    """What a path, station, role, team, measure or evidence id is: meaning, unit, today's value, who uses it."""
    from rich.table import Table
    from rich.text import Text

    from sim.cli.say import console
    from sim.measures.about import about
    from sim.scenario import load
    from sim.scenario.explain import explain as told

    found = told(thing, load(scenario, steady=steady), about())
    screen = console()
    for one in found:
        if one is not found[0]:
            screen.print()
        screen.print(Text(one.title, style="bold"))
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True, style="dim")
        table.add_column(overflow="fold")
        for label, lines in groupby(one.lines, key=lambda line: line[0]):
            for i, (_, text) in enumerate(lines):
                table.add_row(f"  {label}" if i == 0 else "", text)
        screen.print(table)
