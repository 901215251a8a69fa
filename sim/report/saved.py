"""A run folder as the report reads it. Nothing else goes into a report, so the same run gives the same page."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

from sim.experiment.intervals import LEAST

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Fact", "Saved", "World", "bare"]

_SHORT = 28
"""Longest title that serves as a column's heading."""


@dataclass(frozen=True)
class Fact:
    """What a report says of one measure beside its numbers."""

    id: str
    title: str
    field: str
    unit: str
    direction: str
    side: str
    definition: str
    headline: bool
    decimals: int
    phrase: str
    source: str = ""
    group: str = ""


@dataclass(frozen=True)
class World:
    """What a report says of one world."""

    name: str
    title: str
    summary: str
    illustrative: bool
    place: str | None
    start: str | None
    days: float
    warm_up_days: float
    time_unit: str
    applied: dict[str, float]
    population: dict[str, float]
    sha256: str
    stations: Sequence[dict[str, str]] = ()
    """id, title, kind, track, draws_on, counts_as; in the order in which they are written."""
    laid: Sequence[dict[str, Any]] = ()
    """Overlays: name, title, kind, level, and the stations they bear on."""
    label: str = ""
    """A short name for columns and keys."""
    decision_day: float = 0.0
    """When a scenario's own changes start, days after the start."""
    boulders: Sequence[dict[str, Any]] = ()
    """Those that bear on a station, applied or as they lie: name, title, level, stations."""

    @property
    def stem(self) -> str:
        """The file's name in words."""
        stem = PurePosixPath(self.name.replace("\\", "/")).stem.replace("-", " ").replace("_", " ")
        return stem[:1].upper() + stem[1:]


def _labelled(worlds: Sequence[World]) -> list[World]:
    """The same worlds with a label each: the title where that is short and its own, else the file's name."""
    titles = [world.title for world in worlds]
    own = [len(world.title) <= _SHORT and titles.count(world.title) == 1 for world in worlds]
    return [replace(world, label=world.title if mine else world.stem) for world, mine in zip(worlds, own, strict=True)]


def bare(cell: str) -> str:
    """A cell without the ``'`` that keeps a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'")[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


_Made = TypeVar("_Made")


def _made(kind: type[_Made], entry: dict[str, Any]) -> _Made:
    """A record of what this version knows of; what a later one added is left out."""
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{key: value for key, value in entry.items() if key in known})


class Saved:
    """The tables of a run folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.summary: dict[str, Any] = json.loads((folder / "summary.json").read_text("utf-8"))
        self.manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
        self.facts = [_made(Fact, entry) for entry in self.manifest["measures"]]
        self.worlds = _labelled([_made(World, entry) for entry in self.manifest["worlds"]])

    @cached_property
    def measures(self) -> dict[tuple[str, str], dict[str, Any]]:
        """(world, measure) -> mean, low, high, p5, p95, and ``over`` where the mean was never reached.

        All None where the world has nothing that the measure measures.
        """
        none = dict.fromkeys(("mean", "low", "high", "p5", "p95"))
        found: dict[tuple[str, str], dict[str, Any]]
        found = {(world.name, fact.id): none for world in self.worlds for fact in self.facts}
        return found | {(entry["scenario"], entry["id"]): entry for entry in self.summary["measures"]}

    @cached_property
    def differences(self) -> dict[tuple[str, str], dict[str, Any]]:
        """(world, measure) -> mean, low, high of the paired difference to the base."""
        none = dict.fromkeys(("mean", "low", "high"))
        found: dict[tuple[str, str], dict[str, Any]]
        found = {(world.name, fact.id): none for world in self.worlds[1:] for fact in self.facts}
        return found | {(entry["scenario"], entry["id"]): entry for entry in self.summary["differences"]}

    @property
    def few(self) -> bool:
        """Whether too few replications were run to tell luck from effect."""
        return bool(self.summary["replications"] < LEAST)

    @property
    def brackets(self) -> str:
        """What brackets hold beside a mean or a difference."""
        return "Too few replications for an interval." if self.few else "Brackets: 95% interval of the mean."

    @cached_property
    def believed(self) -> bool:
        """Whether the ranges of the inputs were run through the model."""
        return any("belief_low" in entry for entry in self.summary["measures"])

    def rows(self, table: str) -> list[dict[str, str]]:
        """The rows of a comma-separated table; none where the run has no such table."""
        path = self.folder / f"{table}.csv"
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return [{key: bare(cell) for key, cell in row.items()} for row in csv.DictReader(file)]

    @cached_property
    def station_rows(self) -> list[dict[str, str]]:
        """The rows of ``stations.csv`` for everyone at a station, those of a class and of a number left out."""
        return [row for row in self.rows("stations") if not row["class"] and not row["quantity"].startswith("P(")]

    @cached_property
    def daily(self) -> pd.DataFrame:
        """Daily series: scenario, replication, day, then a column a series."""
        import pandas as pd

        return pd.read_parquet(self.folder / "daily.parquet")
