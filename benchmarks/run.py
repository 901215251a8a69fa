"""Speed beside textbook SimPy: CPU seconds of a replication-year, the two run in turn in one process.

A replication-year is CPU seconds (``time.process_time``) / simulated days x 365, warm-up included. Compiling the
scenario is not counted; it is printed. ``--quick`` times the baseline alone; without it the reference network in the
scenario language (``reference.yaml``) is timed too, and there are more pairs. Nothing here is a test: times are noisy.
"""

from __future__ import annotations

import argparse
import gc
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import textbook  # noqa: E402

from sim import scenario, world  # noqa: E402

LIMIT = 0.65
"""The most CPU time a replication-year of the baseline may take, as a share of textbook SimPy on its network."""


def timed(run: Callable[[], object]) -> float:
    """CPU seconds of one call, garbage collected before it."""
    gc.collect()
    begin = time.process_time()
    run()
    return time.process_time() - begin


def years(name: str) -> tuple[Callable[[int], float], float]:
    """(CPU seconds of a replication-year of a scenario by replication, seconds to load and compile it)."""
    plans: list[object] = []
    found = scenario.load(name)
    setting_up = timed(lambda: plans.append(world.compile(found)))
    days = (found.run.length + found.run.warm_up) / found.day

    def year(replication: int) -> float:
        return timed(lambda: world.simulate(plans[0], 1, replication)) / days * 365

    return year, setting_up


def main() -> None:
    """Run the pairs and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="three pairs of textbook and baseline")
    options.add_argument("--scenario", default="baseline", help="what to time in place of the baseline")
    options.add_argument("--pairs", type=int, help="how many pairs")
    args = options.parse_args()
    pairs = args.pairs or (3 if args.quick else 7)

    subjects: dict[str, Callable[[int], float]] = {
        "textbook SimPy, reference network": lambda seed: timed(lambda: textbook.run(seed)),
    }
    names = {args.scenario: args.scenario}
    if not args.quick:
        names["reference network in YAML"] = str(HERE / "reference.yaml")
    for label, name in names.items():
        subjects[label], setting_up = years(name)
        print(f"{label}: compiled in {setting_up:.2f} s")
    seconds: dict[str, list[float]] = {label: [] for label in subjects}
    for pair in range(-1, pairs):
        for label, year in subjects.items():
            spent = year(max(pair, 0))
            if pair >= 0:
                seconds[label].append(spent)

    width = max(map(len, subjects))
    print(f"Python {platform.python_version()}, {pairs} pairs in turn after one to warm up; the collector is", end=" ")
    print(f"{'on' if gc.isenabled() else 'off'} between runs, and as each leaves it within")
    print(f"{'CPU seconds of a replication-year':{width}}  median   least    most   ratio")
    base = median(seconds["textbook SimPy, reference network"])
    for label, spent in seconds.items():
        row = f"{median(spent):8.3f}{min(spent):8.3f}{max(spent):8.3f}{median(spent) / base:8.2f}"
        print(f"{label:{width}}{row}")
    ratio = median(seconds[args.scenario]) / base
    print(f"{'pass' if ratio <= LIMIT else 'FAIL'}: {args.scenario} takes {ratio:.2f} of textbook SimPy; limit {LIMIT}")


if __name__ == "__main__":
    main()
