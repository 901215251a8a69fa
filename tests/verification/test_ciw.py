"""The same networks in the scenario language and in Ciw, an independent simulator of queueing networks.

Both are cut alike: of those who join a station between the warm-up and a margin before the end, so that every wait,
stay and block is seen whole. Means over replications must lie within four standard errors of their difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pytest

ciw = pytest.importorskip("ciw", reason="Ciw is not installed: pip install '.[test]'")

REPLICATIONS = 24
WARM_UP, WINDOW, MARGIN = 200, 3000, 200
RUN = f"run: {{length: {WINDOW + MARGIN}, warm_up: {WARM_UP}, replications: 1}}"

Figures = dict[str, float]


class Visit(NamedTuple):
    """One person at one station: how it ended, the wait, the service, and the time blocked after it."""

    station: str
    class_: str
    end: str
    wait: float
    service: float
    blocked: float


def figures(visits: Iterable[Visit]) -> Figures:
    """For each station and class: people an hour, shares lost and gone without service, means over the served."""
    groups: dict[str, list[Visit]] = {}
    for visit in visits:
        groups.setdefault(f"{visit.station}, {visit.class_}", []).append(visit)
    found = {}
    for name, group in groups.items():
        served = np.array([(v.wait, v.service, v.blocked) for v in group if v.end == "service"])
        found[f"{name}: people an hour"] = len(group) / WINDOW
        for end in ("lost", "renege"):
            found[f"{name}: share {end}"] = sum(v.end == end for v in group) / len(group)
        for quantity, value in zip(("wait", "service", "blocked"), served.mean(axis=0), strict=True):
            found[f"{name}: mean {quantity}"] = float(value)
    return found


def of_ciw(stations: list[str], replications: int = REPLICATIONS, **network: Any) -> list[Figures]:
    """Figures of each replication of a network in Ciw."""
    built = ciw.create_network(**network)
    ends = {"service": "service", "renege": "renege", "rejection": "lost"}
    found = []
    for seed in range(replications):
        ciw.seed(seed)
        simulation = ciw.Simulation(built)
        simulation.simulate_until_max_time(WARM_UP + WINDOW + MARGIN)
        found.append(
            figures(
                Visit(
                    stations[record.node - 1],
                    record.customer_class,
                    ends[record.record_type],
                    record.waiting_time,
                    record.service_time,
                    record.time_blocked,
                )
                for record in simulation.get_all_records()
                if WARM_UP <= record.arrival_date < WARM_UP + WINDOW
            )
        )
    return found


def of_ours(
    simulate: Any, text: str, stations: list[str], classes: list[str], replications: int = REPLICATIONS
) -> list[Figures]:
    """Figures of each replication of a network in the scenario language."""
    found = []
    for run in simulate(text + RUN, replications):
        visits = []
        for station in stations:
            held = run.spells(station, "held")
            blocked = dict(zip(held["person"].tolist(), (held["ended"] - held["started"]).tolist(), strict=True))
            for end in ("service", "lost", "renege"):
                spells = run.spells(station, end)
                rows = zip(
                    *(spells[c].tolist() for c in ("person", "class", "joined", "started", "ended")), strict=True
                )
                for person, class_, joined, started, ended in rows:
                    if joined < WINDOW:
                        name = next(c for c in classes if run.log.code(c) == class_)
                        visits.append(
                            Visit(station, name, end, started - joined, ended - started, blocked.get(person, 0.0))
                        )
        found.append(figures(visits))
    return found


def agree(ours: list[Figures], theirs: list[Figures], within: float) -> None:
    """Every figure of both agrees within four joint standard errors, which are narrow beside the figure."""
    names = sorted({name for run in ours + theirs for name in run})
    for name in names:
        a, b = (np.array([run[name] for run in runs]) for runs in (ours, theirs))
        error = 4 * np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
        print(f"{name:40} {a.mean():9.4f} {b.mean():9.4f}  +/- {error:.4f}")
        assert error <= within * b.mean(), f"{name}: too few people, {b.mean():.4g} +/- {error:.2g}"
        assert abs(a.mean() - b.mean()) <= error, f"{name}: {a.mean():.4g}, Ciw {b.mean():.4g}, +/- {error:.2g}"


PRIORITIES = """
title: Two stations, two classes, and a way back
time_unit: hours
demand: {urgent: {rate: 0.2}, planned: {rate: 0.25}}
doors: {urgent: desk, planned: desk}
teams:
  clerks: {workers: 2, calendar: always, priority: [urgent, planned]}
  nurse: {workers: 1, calendar: always, priority: [urgent, planned]}
stations:
  desk: {kind: task, team: clerks, effort: {dist: gamma, mean: 2, sd: 1}, next: {clinic: 0.6, out: rest}}
  clinic: {kind: task, team: nurse, effort: {dist: uniform, min: 1, max: 3}, next: {desk: 0.3, out: rest}}
  out: {kind: exit}
"""


def test_two_stations_with_priorities_and_a_way_back(simulate) -> None:
    """Two classes, strict priority without interruption, gamma and uniform service, some sent back to the desk."""
    classes, stations = ["urgent", "planned"], ["desk", "clinic"]
    theirs = of_ciw(
        stations,
        2 * REPLICATIONS,
        arrival_distributions={
            "urgent": [ciw.dists.Exponential(0.2), None],
            "planned": [ciw.dists.Exponential(0.25), None],
        },
        service_distributions={c: [ciw.dists.Gamma(4, 0.5), ciw.dists.Uniform(1, 3)] for c in classes},
        routing={c: [[0.0, 0.6], [0.3, 0.0]] for c in classes},
        priority_classes={"urgent": 0, "planned": 1},
        number_of_servers=[2, 1],
    )
    agree(of_ours(simulate, PRIORITIES, stations, classes, 2 * REPLICATIONS), theirs, 0.25)


BLOCKED = """
title: A ward with a short waiting room, and rehabilitation that blocks it
time_unit: hours
demand: {people: {rate: 0.5}}
doors: {people: ward}
pools: {ward_bed: {capacity: 3}, rehab_bed: {capacity: 2}}
stations:
  ward:
    kind: stay
    pool: ward_bed
    length: {dist: exponential, mean: 5}
    keep_place: true
    room: 2
    when_full: lost
    next: {rehab: 0.5, home: rest}
  rehab: {kind: stay, pool: rehab_bed, length: {dist: exponential, mean: 6}, next: home}
  home: {kind: exit}
"""


def test_limited_room_with_loss_and_blocking(simulate) -> None:
    """People are lost where the waiting room is full; whoever finds no bed in rehabilitation keeps that on the ward.

    Ciw counts the time blocked before the ward is left; here it is also the wait at the next station.
    """
    theirs = of_ciw(
        ["ward", "rehab"],
        arrival_distributions={"people": [ciw.dists.Exponential(0.5), None]},
        service_distributions={"people": [ciw.dists.Exponential(1 / 5), ciw.dists.Exponential(1 / 6)]},
        routing={"people": [[0.0, 0.5], [0.0, 0.0]]},
        number_of_servers=[3, 2],
        queue_capacities=[2, 0],
    )
    ours = of_ours(simulate, BLOCKED, ["ward", "rehab"], ["people"])
    for run in ours:
        run["rehab, people: mean wait"] = 0.0
    agree(ours, theirs, 0.25)


IMPATIENT = """
title: People who give up, and a second station for those who do not
time_unit: hours
demand: {people: {rate: 0.8}}
doors: {people: desk}
teams: {clerks: {workers: 3, calendar: always}, nurses: {workers: 2, calendar: always}}
events:
  on_hold: {gave_up: {rate: 0.1, to: gone}}
stations:
  desk: {kind: task, team: clerks, effort: {dist: uniform, min: 2, max: 6}, waiting: on_hold, next: clinic}
  clinic: {kind: task, team: nurses, effort: {dist: exponential, mean: 2}, next: out}
  out: {kind: exit}
  gone: {kind: exit}
"""


def test_people_who_give_up_before_the_first_of_two_stations(simulate) -> None:
    """More come than the desk can serve; patience is exponential with a mean of ten hours."""
    theirs = of_ciw(
        ["desk", "clinic"],
        arrival_distributions={"people": [ciw.dists.Exponential(0.8), None]},
        service_distributions={"people": [ciw.dists.Uniform(2, 6), ciw.dists.Exponential(0.5)]},
        reneging_time_distributions={"people": [ciw.dists.Exponential(0.1), None]},
        routing={"people": [[0.0, 1.0], [0.0, 0.0]]},
        number_of_servers=[3, 2],
    )
    agree(of_ours(simulate, IMPATIENT, ["desk", "clinic"], ["people"]), theirs, 0.25)
