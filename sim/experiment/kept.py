"""What came of each job, kept as it ends, so that a run that was stopped can go on where it was.

Kept beside the place of the run folder, in a hidden folder whose name comes from everything that results follow from:
the scenarios with every value, what was asked of them, the program and its libraries. Nothing is ever taken from a run
that was not the very same, and what is taken is what the job gave, so results are the same bytes either way.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
import re
import shutil
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from sim.scenario.schema import Scenario

__all__ = ["Kept", "Shelf"]

_LIBRARIES = ("simpy", "numpy", "scipy")


class Shelf:
    """What came of the jobs of one kind, by item."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder = folder
        self.kind = kind

    def found(self) -> dict[int, Any]:
        """Everything there, by item."""
        name = re.compile(rf"{self.kind}-(\d+)")
        paths = self.folder.iterdir() if self.folder.is_dir() else ()
        return {int(at[1]): pickle.loads(path.read_bytes()) for path in paths if (at := name.fullmatch(path.name))}

    def put(self, item: int, result: object) -> None:
        """Keep what came of one job: the whole of it or nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{self.kind}-{item}"
        path.with_suffix(".part").write_bytes(pickle.dumps(result, pickle.HIGHEST_PROTOCOL))
        os.replace(path.with_suffix(".part"), path)


class Kept:
    """The folder of one run that may be stopped."""

    def __init__(self, beside: Path, scenarios: Sequence[Scenario], asked: object) -> None:
        """``beside``: the place of the run folder. ``asked``: whatever else decides what the jobs are."""
        made = hashlib.sha256(repr((asked, platform.python_version(), *map(metadata.version, _LIBRARIES))).encode())
        for scenario in scenarios:
            made.update(scenario.model_dump_json().encode())
        for path in sorted(Path(__file__).parents[1].rglob("*.py")):
            made.update(path.read_bytes())
        self.folder = beside.parent / f".unfinished-{made.hexdigest()[:16]}"

    def shelf(self, kind: str) -> Shelf:
        """Where jobs of this kind are kept."""
        return Shelf(self.folder, kind)

    @property
    def there(self) -> bool:
        """Whether anything is kept."""
        return self.folder.is_dir()

    def clear(self) -> None:
        """Take it away: the run is done, or begins anew."""
        shutil.rmtree(self.folder, ignore_errors=True)
