"""``verify``: the engine against theory, on this machine."""

from __future__ import annotations

import json as json_
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.options import Workers

if TYPE_CHECKING:
    from sim.verify.judge import Verdict

__all__ = ["verify"]


def verify(
    seed: Annotated[int, typer.Option(help="Which luck; any should do.")] = 1,
    workers: Workers = None,
    json: Annotated[bool, typer.Option("--json", help="Print the cases as JSON and nothing else.")] = False,
) -> None:
    """Hold the engine against queueing theory: simulated beside exact results, judged as one family."""
    from sim.cli.say import progress
    from sim.experiment.runs import processors
    from sim.verify.judge import judge, run

    with progress(json) as report:
        verdict = judge(run(seed, workers or processors(), report))
    if json:
        keys = ("case", "quantity", "expected", "simulated", "half_width", "z")
        cases = [{key: getattr(finding, key) for key in keys} for finding in verdict.findings]
        json_.dump({"cases": cases}, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        _table(verdict, seed)
    if not verdict.credible:
        raise typer.Exit(1)


def _table(verdict: Verdict, seed: int) -> None:
    from sim.cli.say import console
    from sim.verify.family import CASES

    screen = console()
    wide = max(len(f.quantity) for f in verdict.findings)
    screen.print(
        f"{'case':12}{'quantity':{wide}}  {'theory':>9}  {'simulated':>9}  {'+/-':>8}  {'z':>5}", soft_wrap=True
    )
    for f in verdict.findings:
        numbers = f"{f.expected:9.4f}  {f.simulated:9.4f}  {f.half_width:8.4f}  {f.z:5.2f}"
        screen.print(f"{f.case:12}{f.quantity:{wide}}  {numbers}", soft_wrap=True)
    low, high = verdict.bounds
    least = min(f.p for f in verdict.findings)
    fewest = min(case.replications for case in CASES.values())
    screen.print(
        f"\n{len(verdict.findings)} cases, {fewest} or more replications each, seed {seed}; +/- is the 95% interval. "
        f"Smallest adjusted p {least:.2g}; sum of z^2 {verdict.chi_square:.1f}, chance gives {low:.1f} to {high:.1f}."
    )
    for fault in verdict.faults:
        screen.print(f"not credible: {fault}")
    if verdict.credible:
        screen.print("The family is credible: chance alone explains every difference.")
