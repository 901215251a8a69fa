"""Speed beside textbook SimPy: CPU seconds of a replication-year, the two run in turn in one process.

A replication-year is CPU seconds (``time.process_time``) / simulated days x 365, warm-up included. Compiling the
scenario is not counted; it is printed. The compiled core (``sim.native``) is made first, where it can be. ``--quick``
times the baseline alone; without it the reference network is timed too, on the bare engine (``bare.py``) and in the
scenario language (``reference.yaml``): as it is, with thousands waiting, against Ciw and asimpy and eight times as
large, with the memory a person takes, and there are more pairs.
Nothing here is a test: times are noisy.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import platform
import pstats
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import yaml

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from sim.native import build, core  # noqa: E402

if __name__ == "__main__":
    build.ensure(print, once=True)

import bare  # noqa: E402
import textbook  # noqa: E402

from sim import scenario, world  # noqa: E402
from sim.log.tables import SPELL_TYPES  # noqa: E402

LIMIT = 0.65
"""The most CPU time a replication-year of the baseline may take, as a share of textbook SimPy on its network."""

REFERENCE, CROWDED = {"bare": 0.30, "yaml": 0.40}, {"bare": 0.10, "yaml": 0.12}
"""The most the reference network may take on the bare engine and in YAML, as a share of textbook SimPy: as it is, and
with thousands waiting."""
GROWTH, LAYERS = 12, 1.5
"""The most that eight times the people may take, as a multiple of the time; and the most that YAML and stations may,
as a multiple of the bare engine, before it is said where the time goes."""

TEXTBOOK, BARE = "textbook SimPy, reference network", "reference network on the bare engine"
YAML = "reference network in YAML"
SHORT = {"patience": False, "hours": False}
"""A, B and C alone, where nobody loses patience."""
QUEUE = {**SHORT, "servers_b": 36}
"""With so few servers at B that some 5,000 people wait there after a year."""


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


def reference(scale: int = 1, servers_b: int = 54, patience: bool = True, hours: bool = True) -> dict[str, Any]:
    """``reference.yaml`` changed as ``textbook.run`` would be."""
    text: dict[str, Any] = yaml.safe_load((HERE / "reference.yaml").read_text())
    text["teams"]["b"]["workers"] = servers_b
    for stream in text["demand"].values():
        stream["rate"] = _times(stream["rate"], scale)
    for team in text["teams"].values():
        team["workers"] *= scale
    for pool in text["pools"].values():
        pool["capacity"] = _times(pool["capacity"], scale)
    text["stock"]["d"] *= scale
    if not patience:
        del text["events"], text["stations"]["b"]["waiting"]
    if not hours:
        del text["stations"]["d"], text["pools"]["d"], text["stock"]
        text["stations"]["c"]["next"] = "out"
    text["run"]["most_waiting"] = 1_000_000
    return text


def _times(amount: int | str, scale: int) -> int | str:
    """An amount, with or without its unit, so many times as large."""
    if isinstance(amount, int):
        return amount * scale
    for mark in "/ ":
        number, found, unit = amount.partition(mark)
        if found and number.isdigit():
            return f"{int(number) * scale}{mark}{unit}"
    raise ValueError(amount)


def compiled(text: Mapping[str, Any]) -> world.Plan:
    """The plan of a scenario given as a mapping."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.yaml"
        path.write_text(yaml.safe_dump(dict(text), sort_keys=False))
        return world.compile(scenario.load(str(path)))


def of_yaml(**changes: Any) -> Callable[[int], float]:
    """CPU seconds of a year of the reference network in YAML, by replication."""
    plan = compiled(reference(**changes))
    return lambda replication: timed(lambda: world.simulate(plan, 1, replication))


def of_textbook(**changes: Any) -> Callable[[int], float]:
    """CPU seconds of a year of the reference network in textbook SimPy, by seed."""
    return lambda seed: timed(lambda: textbook.run(seed, **changes))


def of_bare(**changes: Any) -> Callable[[int], float]:
    """CPU seconds of a year of the reference network on the bare engine, by seed."""
    return lambda seed: timed(lambda: bare.run(seed, **changes))


def of_asimpy() -> Callable[[int], float] | None:
    """CPU seconds of a year of A, B and C in asimpy, by seed, in order of joining (it has no priorities); or None."""
    try:
        import asimpy
    except ImportError:
        return None

    class Journey(asimpy.Process):  # type: ignore[misc]
        def init(self, net: Any) -> None:
            self.net = net

        async def run(self) -> None:
            luck, stops = self.net
            for stop, mean, leave in stops:
                async with stop:
                    await self.timeout(luck.expovariate(1 / mean))
                if luck.random() < leave:
                    return

    class Arrivals(asimpy.Process):  # type: ignore[misc]
        def init(self, net: Any) -> None:
            self.net = net

        async def run(self) -> None:
            while True:
                await self.timeout(self.net[0].expovariate(textbook.ARRIVALS))
                Journey(self._env, self.net)

    def one(seed: int) -> None:
        env = asimpy.Environment()
        sizes = ((12, 0.12, 0.45), (54, 1.2, 0.40), (400, 14.6, 1.0))
        stops = [(asimpy.Resource(env, places), mean, leave) for places, mean, leave in sizes]
        Arrivals(env, (Random(seed), stops))
        env.run(until=365)

    return lambda seed: timed(lambda: one(seed))


def of_ciw() -> Callable[[int], float] | None:
    """CPU seconds of a year of A, B and C in Ciw, by seed, without reading its records; None where it is missing."""
    try:
        import ciw
    except ImportError:
        return None
    each = {"crisis": 8, "hospital": 24, "community": 48}
    law = ciw.dists.Exponential
    network = ciw.create_network(
        arrival_distributions={name: [law(rate), None, None] for name, rate in each.items()},
        service_distributions={name: [law(1 / mean) for mean in (0.12, 1.2, 14.6)] for name in each},
        routing={name: [[0.0, 0.55, 0.0], [0.0, 0.0, 0.6], [0.0, 0.0, 0.0]] for name in each},
        priority_classes={name: rank for rank, name in enumerate(each)},
        number_of_servers=[12, 54, 400],
    )

    def year(seed: int) -> float:
        ciw.seed(seed)
        return timed(lambda: ciw.Simulation(network).simulate_until_max_time(365))

    return year


def peak() -> int:
    """The most memory this process has held so far, in bytes."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def print_memory() -> None:
    """Bytes a person by which the peak grows in one year eight times as large, and how many people there were."""
    plan = compiled(reference(8))
    world.simulate(compiled({**reference(), "run": {"length": "5 days", "warm_up": "0 days"}}), 1, 0)
    before = peak()
    log = world.simulate(plan, 1, 0)
    people = len(log.people["person"])
    print(
        f"{(peak() - before) / people:.0f} bytes a person (growth of the peak over {people:,} people, their log kept)"
    )


def waiting_at_b() -> tuple[int, int]:
    """How many wait at B at the end of the crowded year: in textbook SimPy, in YAML."""
    log = world.simulate(compiled(reference(**QUEUE)), 1, 0)
    here = (log.spells["station"] == log.code("b")) & (log.spells["type"] == SPELL_TYPES.index("open_wait"))
    return len(textbook.run(1, **QUEUE).b.queue), int(here.sum())


def costliest(run: Callable[[], object]) -> None:
    """Print the five functions in which a run spends most time of its own."""
    profile = cProfile.Profile()
    profile.runcall(run)
    found: dict[Any, Any] = vars(pstats.Stats(profile))["stats"]
    total = sum(row[2] for row in found.values())
    for (file, line, name), row in sorted(found.items(), key=lambda item: -item[1][2])[:5]:
        where = f"{'/'.join(Path(file).parts[-2:])}:{line} " if line else ""
        print(f"    {row[2] / total:4.0%} {row[1]:10,} calls  {where}{name}")


def alternate(subjects: Mapping[str, Callable[[int], float]], pairs: int) -> dict[str, list[float]]:
    """CPU seconds of each subject, run in turn after one round to warm up."""
    seconds: dict[str, list[float]] = {label: [] for label in subjects}
    for pair in range(-1, pairs):
        for label, year in subjects.items():
            spent = year(max(pair, 0))
            if pair >= 0:
                seconds[label].append(spent)
    return seconds


def table(seconds: Mapping[str, list[float]], base: str, width: int) -> None:
    """Print a row for each subject, its ratio that of the medians."""
    for label, spent in seconds.items():
        row = f"{median(spent):8.3f}{min(spent):8.3f}{max(spent):8.3f}{median(spent) / median(seconds[base]):8.2f}"
        print(f"{label:{width}}{row}")


def judged(what: str, value: float, limit: float, profiled: Callable[[], object] | None = None) -> None:
    """Print a value beside its limit and, where it is above, what costs most."""
    print(f"{'ok' if value <= limit else 'FAIL'}: {what} {value:.2f}; limit {limit:g}")
    if value > limit and profiled is not None:
        costliest(profiled)


def reference_tables(seconds: Mapping[str, list[float]], pairs: int, width: int) -> None:
    """Print what the reference network takes beside others, crowded and 8 times as large."""
    kinds = ("textbook", "bare", "YAML")
    labels = {
        "few": tuple(f"A-B-C without patience, {kind}" for kind in (*kinds, "Ciw", "asimpy")),
        "many": tuple(f"thousands waiting, {kind}" for kind in kinds),
        "large": (YAML, "8 times the people, YAML"),
    }
    few = dict(zip(labels["few"], (of_textbook(**SHORT), of_bare(**SHORT), of_yaml(**SHORT)), strict=False))
    others = {name: year for name, year in zip(labels["few"][3:], (of_ciw(), of_asimpy()), strict=True) if year}
    few |= others
    many = dict(zip(labels["many"], (of_textbook(**QUEUE), of_bare(**QUEUE), of_yaml(**QUEUE)), strict=True))
    large = {labels["large"][0]: of_yaml(), labels["large"][1]: of_yaml(scale=8)}
    found = {}
    for name, subjects in (("few", few), ("many", many), ("large", large)):
        found[name] = alternate(subjects, pairs)
        print(f"{f'ratio to: {labels[name][0]}':-<{width + 32}}")
        table(found[name], labels[name][0], width)

    def ratio(name: str, of: int, to: int = 0) -> float:
        return median(found[name][labels[name][of]]) / median(found[name][labels[name][to]])

    textbook_waits, yaml_waits = waiting_at_b()
    usual = median(seconds[TEXTBOOK])
    judged("the bare engine takes, of textbook SimPy,", median(seconds[BARE]) / usual, REFERENCE["bare"])
    judged("the reference network in YAML takes", median(seconds[YAML]) / usual, REFERENCE["yaml"])
    many_wait = f"with {textbook_waits:,} (textbook) and {yaml_waits:,} (YAML) waiting at the end"
    judged(f"{many_wait} the bare engine takes", ratio("many", 1), CROWDED["bare"])
    judged(f"{many_wait} YAML takes", ratio("many", 2), CROWDED["yaml"])
    layers = median(seconds[YAML]) / median(seconds[BARE])
    judged(
        "YAML and stations take, of the bare engine,",
        layers,
        LAYERS,
        partial(world.simulate, compiled(reference()), 1, 0),
    )
    judged("8 times the people take so many times as long:", ratio("large", 1), GROWTH)
    for at, name in enumerate(("Ciw", "asimpy"), start=3):
        if labels["few"][at] in others:
            judged(f"A-B-C in YAML takes, of {name},", ratio("few", 2, at), 1)
        else:
            print(f"{name} is not installed")


def main() -> None:
    """Run the pairs and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="three pairs of textbook and baseline")
    options.add_argument("--scenario", default="baseline", help="what to time in place of the baseline")
    options.add_argument("--pairs", type=int, help="how many pairs")
    options.add_argument("--memory", action="store_true", help="print the memory a person takes, and nothing else")
    args = options.parse_args()
    if args.memory:
        print_memory()
        return
    pairs = args.pairs or (3 if args.quick else 7)
    memory = "" if args.quick else _memory()

    subjects: dict[str, Callable[[int], float]] = {TEXTBOOK: of_textbook()}
    names = {args.scenario: args.scenario}
    if not args.quick:
        names[YAML] = str(HERE / "reference.yaml")
        subjects[BARE] = of_bare()
    for label, name in names.items():
        subjects[label], setting_up = years(name)
        print(f"{label}: compiled in {setting_up:.2f} s")
    seconds = alternate(subjects, pairs)

    width = max(map(len, subjects))
    runs = "compiled core" if core() == "compiled" else "plain Python"
    print(f"{runs}, Python {platform.python_version()}, {pairs} pairs in turn after one to warm up;", end=" ")
    print(f"the collector is {'on' if gc.isenabled() else 'off'} between runs, and as each leaves it within")
    print(f"{'CPU seconds of a replication-year':{width}}  median   least    most   ratio")
    table(seconds, TEXTBOOK, width)
    if core() != "compiled":
        print("The limits are for the compiled core (python -m sim.native).")
    ratio = median(seconds[args.scenario]) / median(seconds[TEXTBOOK])
    print(f"{'pass' if ratio <= LIMIT else 'FAIL'}: {args.scenario} takes {ratio:.2f} of textbook SimPy; limit {LIMIT}")
    if not args.quick:
        reference_tables(seconds, pairs, width)
        print(f"memory: {memory}")


def _memory() -> str:
    """What ``--memory`` prints in a process of its own, begun while this one is still small."""
    done = subprocess.run([sys.executable, __file__, "--memory"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or f"not measured: {(done.stderr.strip().splitlines() or ['no output'])[-1]}"


if __name__ == "__main__":
    main()
