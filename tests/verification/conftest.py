"""Runs a scenario written in a test, and sets a closed form against the interval of its replications."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim import scenario, world
from sim.log.tables import SPELL_TYPES, Log

Runs = list["Seen"]
Simulate = Callable[..., Runs]


@dataclass
class Seen:
    """One replication, and what a queueing textbook asks of it; the warm-up is left out."""

    log: Log

    def spells(self, station: str, *types: str) -> dict[str, np.ndarray]:
        """Columns of the spells of some types at a station, joined from time 0."""
        spells = self.log.spells
        kinds = [SPELL_TYPES.index(name) for name in types or ("service",)]
        kept = (spells["station"] == self.log.code(station)) & np.isin(spells["type"], kinds) & (spells["joined"] >= 0)
        return {name: column[kept] for name, column in spells.items()}

    def waits(self, station: str, class_: str | None = None) -> np.ndarray:
        """Time from joining to the start, of all who started (those in service at the horizon among them)."""
        spells = self.spells(station, "service", "open_service")
        kept = np.ones(len(spells["joined"]), bool) if class_ is None else spells["class"] == self.log.code(class_)
        return (spells["started"] - spells["joined"])[kept]

    def count(self, station: str, *types: str) -> int:
        """How many spells of some types."""
        return len(self.spells(station, *types)["joined"])

    def lost(self, station: str) -> float:
        """Share of those who came that were refused for want of room."""
        return self.count(station, "lost") / self.count(station, "lost", "service", "open_service")

    def present(self, station: str, *, waiting: bool = False, each: float = 0.0) -> np.ndarray:
        """People in service (or waiting too) at a station: the time average, or the number at each step from 0."""
        spells, horizon = self.log.spells, self.log.horizon
        names = ["service", "open_service"] + (["renege", "open_wait"] if waiting else [])
        kinds = [SPELL_TYPES.index(name) for name in names]
        kept = (spells["station"] == self.log.code(station)) & np.isin(spells["type"], kinds)
        since = spells["joined" if waiting else "started"][kept]
        until = np.nan_to_num(spells["ended"][kept], nan=horizon)
        if not each:
            return np.array((np.clip(until, 0, horizon) - np.clip(since, 0, horizon)).sum() / horizon)
        times = np.arange(0.0, horizon, each)
        return np.searchsorted(np.sort(since), times, "right") - np.searchsorted(np.sort(until), times, "right")


@pytest.fixture
def simulate(tmp_path: Path) -> Simulate:
    """Run a scenario given as YAML for some replications."""

    def run(text: str, replications: int = 16, seed: int = 1) -> Runs:
        path = tmp_path / "case.yaml"
        path.write_text(text)
        plan = world.compile(scenario.load(str(path)))
        return [Seen(world.simulate(plan, seed, replication)) for replication in range(replications)]

    return run


@pytest.fixture
def agrees() -> Callable[..., None]:
    """Checks that theory lies in the 99.9% interval of the replications, and that the interval is narrow enough."""

    def check(values: list[float], theory: float, within: float = 0.05) -> None:
        half = stats.t.ppf(0.9995, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values))
        mean = np.mean(values)
        assert half <= within * abs(theory), f"too few people: {mean:.5g} +/- {half:.3g} for {theory:.5g}"
        assert abs(mean - theory) <= half, f"{mean:.5g} +/- {half:.3g}, theory {theory:.5g}"

    return check
