"""A small place to lay changes on, and a way to load what a test writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from sim.scenario import Scenario, load

PLACE = """\
kind: place
title: A small place
evidence: assumption
people:
  need: {low: 0.5, high: rest}
demand:
  requests: {rate: {value: 10/day, range: [5/day, 20/day]}}
workforce:
  clerk: {posts: 4, sickness: 0.05}
  nurse: {posts: 3, sickness: 0.10}
pools:
  beds: {capacity: 20}
"""
MODEL = """\
kind: operating model
title: Three steps
evidence: assumption
doors: {requests: desk}
teams:
  desk: {calendar: office_hours}
  ward_team: {calendar: always}
staffing: {clerk: desk, nurse: ward_team}
stations:
  desk:
    kind: task
    team: desk
    effort: {dist: gamma, mean: 1 h, sd: 30 min}
    next: {advice: 0.5, ward: 0.2, visit: rest}
  visit:
    kind: task
    team: ward_team
    effort: 2 h
    next:
      by: need
      low: {advice: 0.8, ward: rest}
      otherwise: {ward: 0.6, advice: rest}
  ward: {kind: stay, pool: beds, length: 10 days, next: home}
  advice: {kind: exit}
  home: {kind: exit}
"""
RUN = "run: {start: 2026-04-01, length: 365 days, warm_up: 90 days}\n"
BASE = f"title: Base\nbase: [places/small, operating-models/three-steps]\n{RUN}"


class Library:
    """A folder of scenario files, looked up as shipped ones are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("places/small", PLACE)
        self.write("operating-models/three-steps", MODEL)
        self.write("base", BASE)

    def write(self, name: str, text: str) -> None:
        path = self.folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def load(self, name: str = "it", sets: Sequence[str] = (), **options: Any) -> Scenario:
        return load(name, sets, library=self.folder, **options)

    def base(self, more: str = "") -> Scenario:
        """The place with lines added to its own scenario file: they hold from the beginning."""
        self.write("it", BASE + more)
        return self.load()

    def what_if(self, more: str, sets: Sequence[str] = (), **options: Any) -> Scenario:
        """A scenario on the base: what it changes starts at the decision."""
        self.write("it", f"title: What if\nbase: [base]\n{more}")
        return self.load("it", sets, **options)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


@pytest.fixture
def base(library: Library) -> Callable[..., Scenario]:
    return library.base


@pytest.fixture
def what_if(library: Library) -> Callable[..., Scenario]:
    return library.what_if
