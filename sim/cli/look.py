"""``list``, ``show`` and ``check``: what scenarios there are, what is in one, and what is wrong with it."""

from __future__ import annotations

import json as json_
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.options import Sets, Steady

if TYPE_CHECKING:
    from rich.console import Console

    from sim.scenario import Number, Scenario

__all__ = ["check", "list_", "show"]


def list_(
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """The scenarios, places, operating models and overlays that come with Traintracks."""
    from sim.scenario.library import shipped

    entries = shipped()
    if json:
        json_.dump([entry._asdict() for entry in entries], sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    from rich.table import Table
    from rich.text import Text

    from sim.cli.say import console

    screen = console()
    for kind in dict.fromkeys(entry.kind for entry in entries):
        screen.print(Text(_HEADINGS.get(kind, kind.capitalize()), style="bold"))
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 3, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column()
        for entry in entries:
            if entry.kind == kind:
                note = " (illustrative)" if entry.illustrative else ""
                table.add_row(f"  {entry.name}", f"{entry.summary or entry.title}{note}")
        screen.print(table)
    screen.print("\nNext    traintracks run baseline    or    traintracks compare baseline winter-pressures")


_HEADINGS = {
    "scenario": "Scenarios (run, compare)",
    "place": "Places",
    "operating model": "Operating models",
    "boulder": "Boulders (under `apply:`)",
    "pressure": "Pressures (under `apply:`)",
    "practice": "Practices (under `apply:`)",
    "part": "Parts",
}


def show(
    scenario: Annotated[str, typer.Argument(help="A shipped name or a file.")],
    path: Annotated[str, typer.Argument(help="Only what is below this path, such as workforce.")] = "",
    sets: Sets = None,
    steady: Steady = False,
    yaml: Annotated[bool, typer.Option("--yaml", help="The whole resolved scenario as YAML.")] = False,
) -> None:
    """A resolved scenario: every number with its unit, range, source and the line it comes from."""
    from sim.scenario import load, number_text, numbers, resolved_yaml
    from sim.scenario.units import short

    chosen = load(scenario, sets or (), steady=steady)
    if yaml:
        sys.stdout.write(resolved_yaml(chosen))
        return
    from rich.table import Table
    from rich.text import Text

    from sim.cli.say import console

    rows = [(name, n) for name, n in numbers(chosen) if not path or name == path or name.startswith(f"{path}.")]
    if not rows:
        nouns = ", ".join(dict.fromkeys(name.split(".")[0] for name, _ in numbers(chosen)))
        raise typer.BadParameter(f"{scenario} has no number below {path}; there are numbers below {nouns}")
    screen = console()
    screen.print(Text(chosen.title, style="bold"))
    if chosen.summary:
        screen.print(chosen.summary)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("path", "value", "range", "evidence", "from"):
        table.add_column(column, overflow="fold", no_wrap=column == "path")
    for name, number in rows:

        def said(value: float, name: str = name, number: Number = number) -> str:
            one = number.model_copy(update={"value": value})
            return number_text(one, chosen.time_unit, work="effort" in name.split("."))

        between = "" if number.range is None else " to ".join(said(end) for end in number.range)
        table.add_row(name, said(number.value), between, number.evidence or "", number.origin)
        for change in number.changes:
            sign = {"multiply": "x ", "add": "+ " if change.amount >= 0 else "", "set": "-> "}[change.op]
            factor = change.op == "multiply"
            ends = change.range or ()
            table.add_row(
                "",
                f"{sign}{short(change.amount) if factor else said(change.amount)} *",
                " to ".join(f"x {short(end)}" if factor else said(end) for end in ends),
                change.evidence or "",
                change.origin,
            )
    screen.print(table)
    if any(number.changes for _, number in rows):
        screen.print("* from a date, or between dates: --yaml shows which")
    screen.print(f"\nNext    traintracks compare {scenario} --set {rows[0][0]}=VALUE", soft_wrap=True)


def check(
    scenarios: Annotated[list[str], typer.Argument(help="Shipped names or files, of any kind.")],
    sets: Sets = None,
    steady: Steady = False,
) -> None:
    """Everything that is wrong with files, and what each team and pool is asked for against what it has.

    Exit 2 when a file is wrong. Exit 1 when the files are right and something that people come to harm waiting for is
    asked for less than 0.60 or more than 0.98 of it: they can be run all the same.
    """
    from sim.cli.say import console
    from sim.scenario import check as examine

    wrong = outside = 0
    screen = console()
    for name in scenarios:
        problems, scenario = examine(name, sets or (), steady=steady, settled=True)
        for problem in problems:
            typer.echo(str(problem), err=True)
        wrong += len(problems)
        if problems:
            continue
        if scenario is None:
            screen.print(f"{name}: nothing wrong in the file (it cannot run by itself)")
            continue
        screen.print(f"{name}: nothing wrong in the files")
        outside += _loads(screen, scenario)
    if outside and not wrong:
        screen.print(_OUTSIDE, soft_wrap=True)
    if wrong or outside:
        raise typer.Exit(2 if wrong else 1)


_OUTSIDE = (
    "\nExit code 1: the files are right and can be run. Above 0.98 a wait in which people come to harm grows, below"
    "\n0.60 nobody waits: give what is outside more or less to do it with, or leave it so if that is the question."
)


def _loads(screen: Console, scenario: Scenario) -> int:
    """Offered load of every team, pool and market, then what is wrong with any of them; how many are outside."""
    from rich.table import Table

    from sim.scenario.loads import TIGHT, offered, stocks

    loads = offered(scenario)
    if not loads:
        return 0
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("offered load")
    for column in ("load", "asked for", "there is"):
        table.add_column(column, justify="right", no_wrap=True)
    for column in ("a year of", ""):
        table.add_column(column)
    for load in loads:
        asked, there = f"{load.demand_a_year:,.0f}", f"{load.capacity_a_year:,.0f}"
        table.add_row(f"  {load.kind} {load.thing}", f"{load.load:.2f}", asked, there, load.unit, load.note)
    screen.print(table)
    warnings = [(f"{load.kind} {load.thing}", load.warning) for load in loads if load.warning]
    for stock in stocks(scenario):
        if stock.warning:
            origin = scenario.origins.get(f"stock.{stock.station}.here", "")
            warnings.append((f"stock {stock.station}", f"{stock.warning} ({origin})"))
    for thing, warning in warnings:
        screen.print(f"  warning: {thing}: {warning}")
    outside = [load for load in loads if load.outside]
    for load in outside:
        said = f"{load.kind} {load.thing}, for which people wait at a risk, is at {load.load:.2f}"
        screen.print(f"  outside {TIGHT[0]:.2f} to {TIGHT[1]:.2f}: {said}")
    return len(outside)
