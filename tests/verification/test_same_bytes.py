"""The compiled core and plain Python write the same logs, to the byte."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim import native
from sim.native.build import lacking

ROOT = Path(__file__).parents[2]
SHORT = ("run.length=35 days", "run.warm_up=21 days")
CASES: dict[str, tuple[str, tuple[str, ...], dict[str, float]]] = {
    "one queue": ("examples/one-queue", (), {}),
    "profiles": ("examples/profiles", (), {}),
    "the reference network": (str(ROOT / "benchmarks" / "reference.yaml"), ("run.length=60 days",), {}),
    "baseline": ("baseline", SHORT, {}),
    "traditional": ("traditional", SHORT, {}),
    "a winter": ("winter-pressures", ("run.length=70 days", "run.warm_up=7 days"), {}),
    "two boulders lifted in part": ("baseline", SHORT, {"boulders/workforce": 0.5, "boulders/provider-market": 0.3}),
    "a practice with visits": ("baseline", SHORT, {"practices/kent-outcome-based-care": 1.0}),
    "two practices": ("baseline", SHORT, {"practices/leeds-hold-in-crisis": 1, "practices/coventry-ot-gate": 1}),
}
"""Name of a scenario, changes, and overlays with their levels."""
SIMULATED = f"""
import json, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
import test_same_bytes
from sim import native
print(json.dumps([native.core(), test_same_bytes.logs()]))
"""


def logs() -> dict[str, list[str]]:
    """A digest of every column of two replications of each case."""
    from sim import scenario, world

    found: dict[str, list[str]] = {}
    for what, (name, sets, apply) in CASES.items():
        plan = world.compile(scenario.load(name, sets, apply=apply))
        found[what] = []
        for replication in range(2):
            log = world.simulate(plan, 7, replication)
            digest = hashlib.blake2b(repr((log.names, log.begin, log.horizon, log.attributes)).encode())
            for table in (log.people, log.spells, log.levels):
                for column, values in table.items():
                    digest.update(f"{column} {values.dtype} {values.shape}".encode())
                    digest.update(values.tobytes())
            found[what].append(digest.hexdigest())
    return found


def simulated(switch: str) -> tuple[str, dict[str, list[str]]]:
    """(what ran, the digests), with the switch as given."""
    env = os.environ | {native.SWITCH: switch}
    done = subprocess.run([sys.executable, "-c", SIMULATED], cwd=ROOT, env=env, capture_output=True, check=True)
    core, found = json.loads(done.stdout)
    return core, found


@pytest.mark.skipif(
    native.core() == "Python" and (os.environ.get("CI") != "true" or native.off() or bool(lacking())),
    reason="there is no compiled core: python -m sim.native",
)
def test_the_compiled_core_writes_the_same_bytes() -> None:
    core, compiled = simulated("")
    assert core == "compiled"
    core, plain = simulated("1")
    assert core == "Python"
    assert compiled == plain
    assert len({digest for digests in plain.values() for digest in digests}) == 2 * len(CASES)
