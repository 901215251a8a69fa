"""``trace``: one person's way through a world, event by event."""

from __future__ import annotations

import json as json_
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.options import Seed, Sets, Steady

if TYPE_CHECKING:
    from rich.console import Console

    from sim.log.tables import Log
    from sim.measures.journey import Journey
    from sim.scenario import Scenario

__all__ = ["trace"]

_SUGGESTED = 3
_LISTED = 10


def trace(
    scenario: Annotated[str, typer.Argument(help="A shipped name or a file.")],
    person: Annotated[str, typer.Option(help="A person's number, or the beginning of it.")] = "",
    outcome: Annotated[
        str,
        typer.Option(help="People to whom this happened: caused-by-waiting, crisis, hospital, delayed, package, died, "
                          "still-waiting."),
    ] = "",
    station: Annotated[str, typer.Option(help="People who came to this station.")] = "",
    replication: Annotated[int, typer.Option(min=0, help="Which replication, from 0.")] = 0,
    sets: Sets = None,
    seed: Seed = None,
    steady: Steady = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:  # fmt: skip
    """One person's journey, a line an event: date and time, station, what happened. Without --person: whom to follow.

    People are the same in every scenario on the same place: follow one through two worlds by the same number.
    """
    from sim.measures.journey import find_person, journey
    from sim.scenario import load
    from sim.world import compile, simulate

    chosen = load(scenario, sets or (), steady=steady, seed=seed, settled=True)
    _known(chosen, outcome, station)
    log = simulate(compile(chosen), seed=chosen.run.seed, replication=replication)
    command = f"traintracks trace {scenario}" + (f" --replication {replication}" if replication else "")
    if not person:
        _suggest(log, chosen, outcome, station, command, json)
        return
    found = journey(log, chosen, find_person(log, person))
    if json:
        about = {"scenario": chosen.name, "seed": chosen.run.seed, "replication": replication}
        _dump({**about, **asdict(found)})
    else:
        _tell(found, chosen, replication)


def _known(scenario: Scenario, outcome: str, station: str) -> None:
    from sim.measures.journey import OUTCOMES
    from sim.scenario.problems import either, suggest

    for said, known in ((outcome, list(OUTCOMES)), (station, list(scenario.stations))):
        if said and said not in known:
            near = suggest(said, known)
            meant = f"did you mean `{near}`?" if near else f"known: {either(known, 60)}"
            raise typer.BadParameter(f"`{said}` is not known here; {meant}")


def _dump(content: object) -> None:
    json_.dump(content, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def _tell(found: Journey, scenario: Scenario, replication: int) -> None:
    from rich.table import Table
    from rich.text import Text

    from sim.cli.say import console

    screen = console()
    screen.print(
        Text(f"Person {found.person}, {scenario.name}, seed {scenario.run.seed}, replication {replication}", "bold")
    )
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 3, 0, 0))
    for wrap in (True, True, False):
        table.add_column(no_wrap=wrap, overflow="fold")
    for step in found.steps:
        table.add_row(step.when, step.title, Text(step.words, "bold" if step.caused_by_waiting else ""))
    screen.print(table)


def _suggest(log: Log, scenario: Scenario, outcome: str, station: str, command: str, json: bool) -> None:
    """People worth following: of what was asked for, or a few of each kind."""
    from sim.measures.journey import OUTCOMES, WORST, journey, travellers

    most = _LISTED if outcome or station else _SUGGESTED
    kinds = [outcome] if outcome or station else list(OUTCOMES)
    found = {kind: travellers(log, scenario, kind, station) for kind in kinds}
    if json:
        _dump({kind or station: [one.person for one in people] for kind, people in found.items()})
        return
    from sim.cli.say import console

    screen = console()
    worst = travellers(log, scenario, WORST, station) if "caused-by-waiting" in found else []
    first = worst[0].person if worst else None
    for kind, people in found.items():
        where = f" at {station}" if station else ""
        screen.print(
            f"{OUTCOMES[kind].capitalize() if kind else 'Came'}{where}: {len(people):,} people", soft_wrap=True
        )
        for one in people[:most]:
            steps = journey(log, scenario, one.person).steps
            way = dict.fromkeys(step.title for step in steps if step.title)
            screen.print(f"  {one.person:<19}  {steps[0].when[:10]}  {', '.join(way)}", soft_wrap=True)
        first = first or (people[0].person if people else None)
    if first is None:
        _nobody(screen)
    else:
        screen.print(f"\nNext    {command} --person {first}", soft_wrap=True)


def _nobody(screen: Console) -> None:
    screen.print("\nNobody. Another --replication, --seed or a longer run may have some.")
