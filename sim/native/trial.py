"""What a compiled core has to simulate as plain Python does, on this machine, before it is taken."""

import sys
from hashlib import blake2b
from pathlib import Path

from sim import native, scenario, world

__all__ = ["tried"]

_TRIAL = """
title: A small place, from a desk to care at home and back
demand: {people: {rate: 3/day}, admissions: {rate: 0.6/day, class: hospital}}
doors: {people: desk, admissions: ward}
people: {need: {order: [low, high], low: 0.6, high: rest}}
teams: {desk: {workers: 2, calendar: office_hours}, visitors: {workers: 3, calendar: office_hours, priority: [hospital]}}
pools: {beds: {capacity: 14}}
market: {care: {hours: 900 h/week, providers: 3, bands: {breakfast: 0.5, bed: 0.5}, visits: {by: need, low: breakfast, high: [breakfast, bed]}}}
events:
  at_desk: {gives_up: {rate: 0.3/day, to: advice}}
  looking: {deconditions: {background: 0.01/day, excess: 0.05/day, need: {change: 1}}}
  at_home: {falls_ill: {rate: {value: 0.005/day, factors: {need: {low: 1, high: 2}}}, to: ward}}
  afterwards: {asks_again: {rate: 0.02/day, to: desk}}
stations:
  desk: {kind: task, team: desk, effort: {dist: gamma, mean: 1 h, sd: 40 min}, waiting: at_desk, next: {visit: 0.5, advice: rest}}
  visit: {kind: task, team: visitors, effort: {dist: exponential, mean: 4 h}, caseload: 6, next: {looking: 0.7, advice: rest}}
  ward: {kind: stay, pool: beds, length: {dist: lognormal, mean: 6 days, sd: 5 days}, keep_place: true, need: {change: 1, share: 0.3}, next: {by: package, held: return, otherwise: visit}}
  looking: {kind: sourcing, market: care, offers: 0.4/day, waiting: looking, next: home_care}
  home_care: {kind: package, market: care, amount: {by: need, low: 5 h/week, high: 10 h/week}, length: {dist: exponential, mean: 40 days}, while_here: at_home, next: advice}
  advice: {kind: exit, while_here: afterwards, length: 60 days}
run: {start: 2026-04-01, length: 150 days, replications: 1}
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
