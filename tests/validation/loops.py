"""Knocks the loops of the baseline out one by one and prints what changes, with 95% intervals.

From the repository: ``python tests/validation/loops.py [-n REPLICATIONS]``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import yaml

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from sim.experiment import processors, run
from sim.scenario import Scenario, load

LOOPS = Path(__file__).with_suffix(".yaml")


def worlds(folder: Path) -> dict[str, Scenario]:
    """The baseline, then with each loop otherwise from the beginning of the run."""
    found = {"baseline": load("baseline", steady=True)}
    for number, (name, changes) in enumerate(yaml.safe_load(LOOPS.read_text("utf-8"))["loops"].items()):
        path = folder / f"loop-{number}.yaml"
        text = yaml.safe_dump({"title": name, "base": ["baseline"], "changes": changes}, sort_keys=False)
        path.write_text(text, "utf-8")
        found[name] = load(str(path), steady=True)
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=None, help="replications")
    wanted = yaml.safe_load(LOOPS.read_text("utf-8"))
    count = parser.parse_args().n or wanted["replications"]
    with tempfile.TemporaryDirectory() as folder:
        found = worlds(Path(folder))
        results = run(list(found.values()), replications=count, seed=1, workers=processors())
    print(f"| loop | {' | '.join(wanted['measures'])} |\n|---{'|---' * len(wanted['measures'])}|")
    base = results.worlds[0].name
    cells = [f"{results.summaries[base, name].mean:.4g}" for name in wanted["measures"]]
    print(f"| baseline | {' | '.join(cells)} |")
    for name, world in zip(list(found)[1:], results.worlds[1:], strict=True):
        differences = [results.differences[world.name, measure] for measure in wanted["measures"]]
        cells = [f"{d.mean:+.3g} ({d.low:+.3g} to {d.high:+.3g})" for d in differences]
        print(f"| {name} | {' | '.join(cells)} |")
    print(f"\n{count} replications.")


if __name__ == "__main__":
    main()
