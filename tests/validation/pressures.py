"""Runs every pressure against the baseline and prints what was expected (pressures.yaml) beside what came: hit or miss.

From the repository: ``python tests/validation/pressures.py [-n REPLICATIONS] [--only NAME ..]``.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import yaml

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from sim.experiment import Results, processors, run
from sim.experiment.intervals import t_interval
from sim.scenario import Scenario, load
from sim.scenario.library import shipped

EXPECTED = Path(__file__).with_suffix(".yaml")
Floats = npt.NDArray[np.float64]


class Told(NamedTuple):
    """One line of the table."""

    name: str
    what: str
    wanted: str
    found: str
    hit: bool


def expected() -> dict[str, Any]:
    """What was written down before the runs."""
    found: dict[str, Any] = yaml.safe_load(EXPECTED.read_text("utf-8"))
    return found


def worlds(wanted: dict[str, Any], only: list[str], folder: Path) -> dict[str, Scenario]:
    """The baseline, then each pressure on it, then what the sanity lines need beside."""
    found = {"baseline": load("baseline")}
    there = {entry.name for entry in shipped()}
    for name in wanted["pressures"]:
        if f"pressures/{name}" in there and (not only or name in only):
            found[name] = _mine(folder, name, {"apply": {f"pressures/{name}": {}}})
    for name, line in wanted["sanity"].items():
        if only and name not in only:
            continue
        if "change" in line:
            found[name] = _mine(folder, name, {"changes": line["change"]})
        elif line["scenario"] not in found:
            found[line["scenario"]] = load(line["scenario"])
    return found


def _mine(folder: Path, name: str, more: dict[str, Any]) -> Scenario:
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({"title": name, "base": ["baseline"], **more}, sort_keys=False), "utf-8")
    return load(str(path))


class Judge:
    """Lines against results."""

    def __init__(self, names: list[str], results: Results) -> None:
        self.names = names
        self.results = results
        self.ids = [measure.id for measure in results.measures]

    def values(self, name: str, measure: str) -> Floats:
        """A measure by replication."""
        found: Floats = self.results.worlds[self.names.index(name)].measures[:, self.ids.index(measure)]
        return found

    def series(self, name: str, series: str) -> Floats:
        """A daily series by replication and day."""
        world = self.results.worlds[self.names.index(name)]
        found: Floats = world.daily[:, world.series.index(series)].astype(np.float64)
        return found

    def pressure(self, name: str, line: dict[str, Any]) -> Told:
        """The paired difference has the sign and the size, and its interval leaves out 0; or it lies within."""
        difference = self.values(name, line["measure"]) - self.values("baseline", line["measure"])
        mean, (low, high) = float(difference.mean()), t_interval(difference)
        found = f"{mean:+.4g} ({low:+.4g} to {high:+.4g})"
        if "within" in line:
            return Told(name, line["measure"], f"within {line['within']:g}", found, abs(mean) <= line["within"])
        up = line["sign"] == "up"
        clear = low > 0.0 if up else high < 0.0
        wanted = f"{'+' if up else '-'}{line['least']:g} or more"
        return Told(name, line["measure"], wanted, found, clear and abs(mean) >= line["least"])

    def sanity(self, name: str, line: dict[str, Any]) -> Told:
        """The mean over replications lies between."""
        low, high = line["between"]
        value = self._value(name, line)
        return Told("sanity", line["title"], f"{low:g} to {high:g}", f"{value:.3g}", bool(low <= value <= high))

    def _value(self, name: str, line: dict[str, Any]) -> float:
        world = line["scenario"]
        if "measure" in line:
            values = self.values(world, line["measure"])
            if "over" in line:
                values = values / self.values(world, line["over"])
            return float(values.mean())
        if "series" in line:
            series = self.series(world, line["series"]).mean(axis=0)
            start = self.results.worlds[0].scenario.run.start
            return float(_between(series, line["days"], start) / _between(series, line["against"], start))
        if "lag" in line:
            first, second = (_smooth(self.series(world, one).mean(axis=0)[214:360]) for one in line["lag"])
            return float(_lag(first, second))
        staff, waiting = (
            _half_way((self.series(name, one) - self.series("baseline", one)).mean(axis=0)) for one in line["half_way"]
        )
        return float(waiting - staff)


def _between(series: Floats, days: list[str], start: str | None) -> float:
    first = datetime.date.fromisoformat(start or "2026-04-01")
    at = []
    for day in days:
        month, number = (int(part) for part in str(day).split("-"))
        year = first.year + ((month, number) < (first.month, first.day))
        at.append((datetime.date(year, month, number) - first).days)
    return float(series[at[0] : at[1] + 1].mean())


def _smooth(series: Floats) -> Floats:
    found: Floats = np.convolve(series, np.ones(7) / 7.0, "valid")
    return found


def _lag(first: Floats, second: Floats, most: int = 42) -> int:
    """Days by which the second follows the first best, 0 to ``most``: the highest correlation."""
    return int(np.argmax([np.corrcoef(first[: len(first) - k], second[k:])[0, 1] for k in range(most + 1)]))


def _half_way(change: Floats) -> int:
    """The day from which the change, over four weeks, is beyond half of that of the last four."""
    smooth = np.convolve(change, np.ones(28) / 28.0, "valid")
    beyond = smooth / smooth[-1] >= 0.5
    return int(np.flatnonzero(~beyond)[-1] + 1) if (~beyond).any() else 0


def table(only: list[str], replications: int | None) -> list[Told]:
    """Run and judge."""
    wanted = expected()
    with tempfile.TemporaryDirectory() as folder:
        found = worlds(wanted, only, Path(folder))
        count = replications or wanted["replications"]
        results = run(list(found.values()), replications=count, seed=1, workers=processors())
    judge = Judge(list(found), results)
    told = [judge.pressure(n, line) for n in found if n in wanted["pressures"] for line in wanted["pressures"][n]]
    for name, line in wanted["sanity"].items():
        if not only or name in only:
            told.append(judge.sanity(name, line))
    return told


def main() -> None:
    """Print the table; exit 1 when a line is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=None, help="replications")
    parser.add_argument("--only", nargs="*", default=[], help="names of pressures or sanity lines")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    told = table(given.only, given.n)
    if given.json:
        json.dump([line._asdict() for line in told], sys.stdout, indent=2)
    else:
        print("| pressure | what | expected | found | |\n|---|---|---|---|---|")
        for line in told:
            print(f"| {line.name} | {line.what} | {line.wanted} | {line.found} | {'hit' if line.hit else 'MISS'} |")
        print(f"\n{sum(line.hit for line in told)} of {len(told)} lines hit.")
    sys.exit(not all(line.hit for line in told))


if __name__ == "__main__":
    main()
