"""A saved comparison to make reports from."""

from pathlib import Path

import pytest

from sim.experiment import run, save
from sim.report import write
from sim.scenario import load


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One queue against the same with more callers and a title that tries to be markup."""
    mine = tmp_path_factory.mktemp("mine") / "busy-day.yaml"
    mine.write_text(
        "title: 'Busier <script>alert(1)</script> & \"louder\"'\nbase: [examples/one-queue]\n"
        "changes:\n  demand.callers.rate: {value: 0.25, evidence: '<b>the manager</b>'}\n"
    )
    short = ("run.length=3000", "run.warm_up=300")
    worlds = [load("examples/one-queue", short), load(str(mine), short)]
    command = "traintracks compare examples/one-queue ./busy-day.yaml --seed 1 --replications 5"
    results = run(worlds, replications=5, seed=1)
    return save(results, tmp_path_factory.mktemp("runs") / "run", command=command, finish=write)
