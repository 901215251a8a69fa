"""The sketches of the language that are whole scenarios also run, and do what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.log.tables import Log
from sim.scenario import load
from sim.world import compile, simulate

SKETCHES = Path(__file__).parents[1] / "unit" / "sketches"


def run(name: str, *sets: str) -> Log:
    return simulate(compile(load(name, sets=sets, library=SKETCHES)), 1, 0)


def starts(log: Log, station: str) -> np.ndarray:
    spells = log.spells
    return spells["started"][(spells["station"] == log.code(station)) & np.isfinite(spells["started"])]


def test_the_queue_serves_what_arrives() -> None:
    log = run("examples/one-queue", "run.length=5000")
    assert 850 < (starts(log, "desk") >= 0).sum() < 1150


def test_rapid_response_begins_when_it_is_said_to() -> None:
    """The practice starts on 1 September, day 153: nobody meets it before, many after."""
    began = starts(run("winter-with-rapid-response", "run.length=260 days"), "rapid_response")
    assert began.min() >= 153
    assert len(began) > 50
