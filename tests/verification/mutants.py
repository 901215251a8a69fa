"""Small faults, one at a time, in a copy of the engine: each must be caught by the tests named here.

``python tests/verification/mutants.py [WORD ...]`` runs those whose name holds a word, or all; it prints the first
check that fails for each and exits 1 when a fault survives, or when the text it replaces is no longer there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = (
    "tests/verification/test_schedules.py",
    "tests/verification/test_twin.py",
    "tests/unit/engine/test_pool.py",
    "tests/unit/engine/test_draws.py",
    "tests/verification/test_small_worlds.py",
)
"""In the order in which they are run, up to the first failure."""


@dataclass(frozen=True)
class Mutant:
    """One fault."""

    part: str
    name: str
    file: str
    changes: tuple[tuple[str, str], ...]
    """(text, what stands in its place), everywhere in the file; each text must be there."""


def _mutant(part: str, name: str, file: str, *changes: tuple[str, str]) -> Mutant:
    return Mutant(part, name, f"sim/{file}.py", changes)


MUTANTS = (
    _mutant("pool", "one place extra", "engine/pool", ("> self.capacity", "> self.capacity + 1")),
    _mutant(
        "pool", "last come, first served", "engine/pool", ("(rank, since, waiter.key", "(rank, -since, waiter.key")
    ),
    _mutant("pool", "nobody has priority", "engine/pool", ("(rank, since, waiter.key", "(0, since, waiter.key")),
    _mutant("pool", "gives back one unit of many", "engine/pool", ("self.used -= amount", "self.used -= 1")),
    _mutant(
        "pool",
        "who left the queue still starts",
        "engine/pool",
        ("        ticket.live = False\n        self.waiting -= 1\n        if", "        self.waiting -= 1\n        if"),
    ),
    _mutant("pool", "floors keep nothing", "engine/pool", ("kept += short", "kept += 0")),
    _mutant("pool", "room for one fewer", "engine/pool", ("> ticket.room.limit", ">= ticket.room.limit")),
    _mutant("pool", "small requests always pass", "engine/pool", ("< self.hold_after", "< 1e9")),
    _mutant(
        "work clock",
        "work 2% long",
        "engine/workclock",
        ("effort / self.speed", "1.02 * effort / self.speed"),
        ("self.work + effort", "self.work + 1.02 * effort"),
    ),
    _mutant(
        "work clock",
        "work goes on when closed",
        "engine/workclock",
        ("        self.speed = speed\n", "        self.speed = speed or self.speed\n"),
    ),
    _mutant(
        "work clock",
        "cases do not share the worker",
        "engine/workclock",
        ("rate *= self.workers / self.active", "rate *= 1.0"),
    ),
    _mutant(
        "work clock",
        "a case dropped still slows the rest",
        "engine/workclock",
        ("            self._advance()\n            self.active -= 1\n", "            self._advance()\n"),
    ),
    _mutant(
        "hazard clock",
        "patience begins afresh",
        "world/race",
        ("clock.spent += now - since", "pass"),
        (".spent += self.world.rounds.now - person.joined", ".spent += 0.0"),
    ),
    _mutant(
        "hazard clock",
        "fires twice as soon",
        "world/events",
        ("time = left / rate\n", "time = left / rate / 2\n"),
        ("np.divide(left, table", "np.divide(left / 2, table"),
    ),
    _mutant(
        "hazard clock",
        "a stale timer",
        "world/race",
        ("        self.armed = _OFF\n        self.live = False\n", ""),
        ("        if person.race is self:", "        if person.race is not None or person.place is not None:"),
        ("            self._arm(time, _CLOCKS)\n\n", "            pass\n        self._arm(time, _CLOCKS)\n\n"),
    ),
    _mutant(
        "hazard clock",
        "one who fired never fires again",
        "world/events",
        ("[clock.which] = exponential(", "[clock.which] = 1e9 + exponential("),
    ),
    _mutant("draws", "a reused draw", "engine/draws", ("+ count * _SIGNED_GAMMA", "+ 0 * _SIGNED_GAMMA")),
    _mutant(
        "draws", "everyone has the same luck", "engine/draws", ("    z = person ^ decision\n", "    z = decision\n")
    ),
    _mutant(
        "draws", "ways by equal shares", "engine/draws", ("1.1102230246251565e-16) / share", "1.1102230246251565e-16)")
    ),
    _mutant(
        "draws", "lengths cut to the grid, not rounded", "world/foresight", ("* TICKS + 0.5) * TICK", "* TICKS) * TICK")
    ),
    _mutant(
        "dispatch",
        "starts do not wait for the instant to end",
        "engine/rounds",
        ("            if self.more():\n", "            if False:\n"),
    ),
    _mutant("dispatch", "starts before lost patience", "engine/rounds", ("CLOCK: Final = 3", "CLOCK: Final = 6")),
    _mutant(
        "dispatch",
        "one start when several could",
        "engine/pool",
        (
            "            ticket.waiter.resume(START)\n        if",
            "            ticket.waiter.resume(START)\n            break\n        if",
        ),
    ),
    _mutant(
        "world",
        "capacity that jitters",
        "world/teams",
        ("            self.slots = self._workers\n", "            self.slots = self._workers + day % 2\n"),
    ),
    _mutant(
        "world",
        "a kept bed is given up",
        "world/stay",
        ("self.keep = keep is True", "self.keep = False"),
    ),
    _mutant(
        "world",
        "those here at the start stay a whole stay",
        "world/opening",
        ("law(person).remaining(u, v)", "law(person)(u)"),
    ),
    _mutant(
        "world",
        "arrivals without their weekday",
        "world/arrivals",
        ("limit = rate[date - days.first] / base", "limit = rate[date - days.first] / base * 0 + 1"),
    ),
)


def survives(mutant: Mutant) -> str | None:
    """What the tests say of a fault: '' when it survives them all, else the first check that fails.

    None when the engine no longer has the text that the fault replaces.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("sim", "tests", "benchmarks", "scenarios", "calibration"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        path = copy / mutant.file
        text = path.read_text(encoding="utf-8")
        for old, new in mutant.changes:
            if old not in text:
                return None
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-q",
            "--no-header",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
        ]
        env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(copy)}
        try:
            done = subprocess.run(
                [*command, *TESTS], cwd=copy, env=env, capture_output=True, text=True, timeout=120, check=False
            )
        except subprocess.TimeoutExpired:
            return "it never ends"
        if done.returncode == 0:
            return ""
        found = re.search(
            r"^(?:FAILED|ERROR) tests/(?:verification|unit/engine)/([^\s\[]+(?:\[[^\]]*\])?)", done.stdout, re.M
        )
        return found[1] if found else (done.stdout + done.stderr).strip().splitlines()[-1]


def main() -> None:
    """Run the faults, two at a time."""
    words = sys.argv[1:]
    chosen = [m for m in MUTANTS if not words or any(word in f"{m.part} {m.name}" for word in words)]
    failed = 0
    with ThreadPoolExecutor(2) as pool:
        for mutant, found in zip(chosen, pool.map(survives, chosen), strict=True):
            said = "the engine has changed: look again" if found is None else found or "SURVIVES"
            failed += not found
            print(f"{mutant.part:13}{mutant.name:44}{said}", flush=True)
    print(f"{len(chosen) - failed} of {len(chosen)} caught")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
