"""What a compiled core has to simulate as plain Python does, on this machine, before it is taken."""

import sys
from hashlib import blake2b
from pathlib import Path

from sim import native, scenario, world

__all__ = ["tried"]

_TRIAL = """
title: A desk whose people may lose patience, and a ward
demand: {people: {rate: 30/day}}
doors: {people: desk}
teams: {desk: {workers: 3, calendar: office_hours}}
pools: {beds: {capacity: 40}}
events: {at_desk: {gives_up: {rate: 0.3/day, to: left}}}
stations:
  desk:
    {kind: task, team: desk, effort: {dist: gamma, mean: 1 h, sd: 40 min}, waiting: at_desk, next: {ward: 0.4, left: rest}}
  ward: {kind: stay, pool: beds, length: {dist: lognormal, mean: 6 days, sd: 5 days}, next: left}
  left: {kind: exit}
run: {start: 2026-04-01, length: 60 days, replications: 1}
"""  # noqa: E501


def tried() -> None:
    """Say what runs, and a digest of what it writes; the scenario lies in this folder meanwhile."""
    path = Path("trial.yaml")
    path.write_text(_TRIAL, encoding="utf-8")
    log = world.simulate(world.compile(scenario.load("./trial.yaml")), 1, 0)
    digest = blake2b(digest_size=16)
    for table in (log.people, log.spells, log.levels):
        for name, column in table.items():
            digest.update(name.encode() + column.tobytes())
    sys.stdout.write(f"{native.core()} {digest.hexdigest()}\n")
