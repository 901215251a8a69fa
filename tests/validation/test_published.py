"""Other people's numbers, from YAML: queues with published exact results, and the IPACS discharge-to-assess model.

``closed_forms.csv`` holds the first; ``ipacs-d2a`` the inputs of the second (nhs-bnssg-analytics/ipacs-model),
of which ``cases/ipacs-*.yaml`` are made.
"""

from __future__ import annotations

import csv
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim import scenario, world
from sim.verify.family import Spells

HERE = Path(__file__).parent
SERVED = ("service", "open_service")


def replications(name: str, count: int, seed: int = 1):
    plan = world.compile(scenario.load(str(HERE / "cases" / f"{name}.yaml")))
    return [world.simulate(plan, seed, replication) for replication in range(count)]


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(newline="") as rows:
        return list(csv.DictReader(rows))


CLOSED = {row["case"]: row for row in table("closed_forms.csv")}
WHERE = {
    "Ciw README M/M/3": ("ciw-mm3", "desk"),
    "pydesrap_mms default M/M/5 (per min)": ("pydesrap-mm5", "desk"),
    "M/M/1 rho .8": ("mm1-rho-08", "desk"),
    "Cafe cold M/M/1": ("cafe", "cold"),
    "Cafe hot M/M/2": ("cafe", "hot"),
    "Cafe till M/M/2": ("cafe", "till"),
}


def of_station(logs, station: str) -> dict[str, list[float]]:
    """Per replication, the columns of the table."""
    found: dict[str, list[float]] = {name: [] for name in ("rho", "P_wait", "Lq", "Wq", "L", "W")}
    for log in logs:
        spells = Spells(log, station, *SERVED)
        every = Spells(log, station, *SERVED, "open_wait")
        c = spells.columns
        began, done = spells.within("started"), spells.within("ended")
        waits = (c["started"] - c["joined"])[began]
        found["P_wait"].append((waits > 0).mean())
        found["Wq"].append(waits.mean())
        found["W"].append((c["ended"] - c["joined"])[done].mean())
        found["L"].append(every.mean_number("joined"))
        found["rho"].append(spells.mean_number())
        found["Lq"].append(found["L"][-1] - found["rho"][-1])
    return found


@pytest.mark.parametrize("name", sorted({name for name, _ in WHERE.values()}))
def test_published_closed_forms(name: str) -> None:
    """Every figure of every row lies in the 99.9% interval of twelve replications."""
    logs = replications(name, 12)
    for case, (of, station) in WHERE.items():
        if of != name:
            continue
        row = CLOSED[case]
        for quantity, values in of_station(logs, station).items():
            theory = float(row[quantity]) * (int(row["c"]) if quantity == "rho" else 1)
            error = np.std(values, ddof=1) / sqrt(len(values))
            assert abs(np.mean(values) - theory) <= stats.t.ppf(0.9995, len(values) - 1) * error, (case, quantity)
            assert error <= 0.05 * theory, (case, quantity)


def test_every_row_is_run() -> None:
    assert WHERE.keys() == CLOSED.keys()


IPACS = {
    "ipacs-p2-b-blos-barr": (64.4, 14.5),
    "ipacs-p2-ns-blos-barr": (154.6, 12.7),
    "ipacs-p2-ns-blos-s1arr": (103.1, 11.1),
    "ipacs-p2-ns-s1los-barr": (102.0, 9.7),
    "ipacs-p2-ns-s2los-barr": (134.6, 13.8),
}
"""Mean queue over 181 days in an independent model, and the standard deviation of its 40 runs."""


def queues(name: str, count: int = 100) -> np.ndarray:
    """Mean number waiting over 181 days, one a replication."""
    found = []
    for log in replications(name, count):
        every = Spells(log, "beds", *SERVED, "open_wait")
        found.append(every.mean_number("joined") - Spells(log, "beds", *SERVED).mean_number())
    return np.array(found)


@pytest.mark.parametrize("name", IPACS)
def test_ipacs_queue(name: str) -> None:
    """Our mean lies within the difference that 40 runs of theirs and 100 of ours allow at 99%."""
    theirs, sd = IPACS[name]
    found = queues(name)
    allowed = 2.58 * sqrt(sd**2 / 40 + found.var(ddof=1) / len(found))
    assert abs(found.mean() - theirs) <= allowed, f"{found.mean():.1f} against {theirs}"
    assert found.std(ddof=1) == pytest.approx(sd, rel=0.4)


@pytest.mark.parametrize("name", IPACS)
def test_ipacs_inputs_are_those_of_the_tables(name: str) -> None:
    *_, length, arrivals = name.split("-")
    node = "P2_B" if "p2-b" in name else "P2_NS"
    found = scenario.load(str(HERE / "cases" / f"{name}.yaml"))
    law = found.stations["beds"].length.params
    (theirs,) = [r for r in table("ipacs-d2a/los.csv") if r["node"] == node and r["scenario"].lower() == length]
    assert (law["mu"].value, law["sigma"].value) == (float(theirs["mu"]), float(theirs["sigma"]))
    rows = table("ipacs-d2a/arrivals_by_weekday.csv")
    (days,) = [r for r in rows if r["node"] == node and r["scenario"].lower() == arrivals]
    week = found.profiles["week"].weekday
    assert week == {day[:3].lower(): float(days[day]) for day in days if day.endswith("day")}
    assert found.demand["discharges"].rate.value == pytest.approx(sum(week.values()) / 7)
    (capacity,) = [
        r["capacity"] for r in table("ipacs-d2a/capacity.csv") if (r["node"], r["scenario"]) == (node, "BCap")
    ]
    assert found.pools["p2_beds"].capacity.value == int(capacity)
    today = {r["measure"]: int(r["value"]) for r in table("ipacs-d2a/initial_conditions.csv") if r["node"] == node}
    assert (found.stock["beds"].here, found.stock["beds"].waiting) == (today["occ"], today["dtoc"])
