"""The shipped place as it stands: people, places and hours are conserved. One short replication of the baseline."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

from sim import scenario
from sim.engine.pool import Pool
from sim.engine.rounds import priority
from sim.log.tables import SPELL_TYPES, Log
from sim.scenario.schema import Exit, Scenario
from sim.world import compile
from sim.world.world import World

LATE = priority(9)
"""After all else at an instant."""


@dataclass
class Hull:
    """The baseline for seventy days, but that providers close every month or two, for five days each; and what each
    pool held several times a day."""

    scenario: Scenario
    log: Log
    counted: dict[str, list[tuple[float, int, int]]]
    """pool -> (time, in use, capacity) at each look."""
    overlooked: dict[str, float]
    """pool -> the amount-time that the pool itself has counted."""
    provided: dict[str, list[float]]
    """provider -> hours or beds that it may give, day by day from the beginning."""

    def rows(self, *types: str) -> dict[str, np.ndarray]:
        """Spells of some types, in order of person and time."""
        kinds = [SPELL_TYPES.index(name) for name in types]
        spells = self.log.spells
        kept = np.flatnonzero(np.isin(spells["type"], kinds))
        key = (np.nan_to_num(spells["ended"][kept], nan=math.inf), spells["joined"][kept], spells["person"][kept])
        return {name: column[kept][np.lexsort(key)] for name, column in spells.items()}

    def visits(self) -> dict[str, np.ndarray]:
        """Everything that is a time at a station, or an exit, or away from one."""
        return self.rows("service", "renege", "lost", "open_wait", "open_service", "away")

    @property
    def exits(self) -> list[int]:
        """Codes of the stations that end a journey."""
        return [self.log.code(name) for name, s in self.scenario.stations.items() if isinstance(s, Exit)]


@pytest.fixture(scope="module")
def hull() -> Hull:
    often = ("closures=20/year", "replaced_after=5 days")
    more = [f"market.{name}.{what}" for name in ("home_care", "care_home") for what in often]
    loaded = scenario.load("baseline", ["run.length=40 days", "run.warm_up=30 days", *more])
    world = World(compile(loaded), 1, 0)
    counted: dict[str, list[tuple[float, int, int]]] = {name: [] for name in world.pools}

    def look(pool: Pool, time: float) -> None:
        world.rounds.call(time, LATE, lambda _: counted[pool.name].append((time, pool.used, pool.capacity)))

    for name in world.pools:
        for quarter in range(4 * 70):
            look(world.pools[name], -30 + (quarter + 0.37) / 4)
    step = {name: market.step for name, market in loaded.market.items()}
    provided: dict[str, list[float]] = {
        f"{name} {p.rank + 1}": [] for name in step for p in world.markets[name].providers
    }

    def weigh(_: object) -> None:
        for name in step:
            for provider in world.markets[name].providers:
                provided[f"{name} {provider.rank + 1}"].append(provider.capacity * step[name])

    for day in range(70):
        world.rounds.call(-30 + day + 1e-9, LATE, weigh)
    log = world.run()
    return Hull(loaded, log, counted, {name: pool.used_time() for name, pool in world.pools.items()}, provided)


def test_people_in_are_people_out_or_inside(hull: Hull) -> None:
    people = hull.log.people
    came = people["person"][~np.isnan(people["arrived"])]
    assert len(set(came.tolist())) == len(came) > 5000
    services = hull.rows("service")
    out = services["person"][np.isin(services["station"], hull.exits)]
    inside = hull.rows("open_wait", "open_service")["person"]
    lost = hull.rows("lost")["person"]
    back = hull.rows("away")["person"]
    assert len(back) > 100
    assert sorted([*came.tolist(), *back.tolist()]) == sorted([*out.tolist(), *inside.tolist(), *lost.tolist()])


def test_everyone_is_first_seen_when_they_arrive(hull: Hull) -> None:
    """But for the waiting lists at the start, who joined before."""
    people, visits = hull.log.people, hull.visits()
    arrived = ~np.isnan(people["arrived"])
    when = dict(zip(people["person"][arrived].tolist(), people["arrived"][arrived].tolist(), strict=True))
    _, first = np.unique(visits["person"], return_index=True)
    for person, joined in zip(visits["person"][first].tolist(), visits["joined"][first].tolist(), strict=True):
        assert joined == when[person] or (joined < when[person] == hull.log.begin)


def test_nobody_is_at_two_stations_at_once(hull: Hull) -> None:
    """Each time at a station begins at the moment the one before ended."""
    visits = hull.visits()
    same = visits["person"][1:] == visits["person"][:-1]
    assert (visits["joined"][1:][same] == visits["ended"][:-1][same]).all()
    assert same.sum() > 5000


def test_where_a_spell_leads_is_where_the_next_one_is(hull: Hull) -> None:
    visits = hull.visits()
    same = visits["person"][1:] == visits["person"][:-1]
    on = same & ~np.isin(visits["station"][:-1], hull.exits)
    assert (visits["to"][:-1][on] == visits["station"][1:][on]).all()


def test_where_a_spell_comes_from_is_where_the_one_before_was(hull: Hull) -> None:
    visits = hull.visits()
    same = visits["person"][1:] == visits["person"][:-1]
    assert (visits["origin"][1:][same] == visits["station"][:-1][same]).all()


def test_from_an_exit_one_only_comes_back_by_a_cause(hull: Hull) -> None:
    """After the row of an exit comes nothing, or the time away from it that ends where the person comes back."""
    visits = hull.visits()
    same = visits["person"][1:] == visits["person"][:-1]
    away = visits["type"] == SPELL_TYPES.index("away")
    after = same & np.isin(visits["station"][:-1], hull.exits) & ~away[:-1]
    assert away[1:][after].all()
    assert after.sum() == away.sum() > 100
    assert (visits["cause"][away] > 0).all()
    assert (visits["to"][:-1][away[:-1]] == visits["station"][1:][away[:-1]]).all()


def test_no_time_runs_backwards(hull: Hull) -> None:
    rows = {name: hull.log.spells[name] for name in ("joined", "started", "ended")}
    with np.errstate(invalid="ignore"):
        assert not (rows["started"] < rows["joined"]).any()
        assert not (rows["ended"] < rows["started"]).any()
        assert not (rows["ended"] > hull.log.horizon).any()


def test_no_pool_is_used_beyond_its_capacity(hull: Hull) -> None:
    """Four times a day: what is over at the start, or after a cut, only drains."""
    for name, looks in hull.counted.items():
        before = math.inf
        for time, used, capacity in looks:
            assert 0 <= used <= max(capacity, before), (name, time)
            before = used
        assert looks[-1][1] > 0


def test_what_a_pool_has_lent_is_what_the_spells_say(hull: Hull) -> None:
    """Amount times time over stays and places kept, to the horizon, against the pool's own count."""
    rows = hull.rows("service", "open_service", "held", "open_held")
    time = np.nan_to_num(rows["ended"], nan=hull.log.horizon) - rows["started"]
    for name, pool in hull.scenario.pools.items():
        own = rows["pool"] == hull.log.code(name)
        lent = float((rows["amount"][own] * time[own]).sum()) / pool.step
        assert lent == pytest.approx(hull.overlooked[name], rel=1e-9), name


def test_places_are_never_more_than_there_are(hull: Hull) -> None:
    """At each start in a bed, the beds of stays and those kept, from the spells alone, and those that others have."""
    rows = hull.rows("service", "open_service", "held", "open_held")
    ended = np.nan_to_num(rows["ended"], nan=math.inf)
    for name in ("acute_beds", "intermediate_beds", "assessment_beds"):
        own = rows["pool"] == hull.log.code(name)
        since, until = np.sort(rows["started"][own]), np.sort(ended[own])
        starts = since[since > hull.log.begin]
        used = np.searchsorted(since, starts, "right") - np.searchsorted(until, starts, "right")
        assert len(starts) > 20
        others = np.zeros(len(starts))
        if hull.scenario.pools[name].others is not None:
            of = hull.log.levels["thing"] == hull.log.code(f"pool:{name}.others")
            times, values = (hull.log.levels[column][of] for column in ("time", "value"))
            others = values[np.searchsorted(times, starts, "right") - 1]
            assert others.min() > 100
        pool = hull.scenario.pools[name]
        assert (used + others).max() <= pool.capacity.value + pool.spot.value


def test_no_provider_gives_more_than_it_has(hull: Hull) -> None:
    """At each start of a package, those in use and those kept or held: nothing while it is closed, and what it had too
    much at the start or after a cut drains. Who is back from a side trip, or has less, has started before; for a start
    to come a place is kept for three days at most, whatever is cut meanwhile."""
    rows = hull.rows("service", "open_service", "held", "open_held")
    ended = np.nan_to_num(rows["ended"], nan=math.inf)
    begin = hull.log.begin
    shut = 0
    for name, capacities in hull.provided.items():
        own = rows["pool"] == hull.log.code(name)
        goes_on = set(zip(rows["person"][own].tolist(), ended[own].tolist(), strict=True))
        new = own & (rows["started"] > begin) & (rows["type"] < SPELL_TYPES.index("held"))
        for person, start in zip(rows["person"][new].tolist(), rows["started"][new].tolist(), strict=True):
            if (person, start) in goes_on:
                continue
            here = own & (rows["started"] <= start) & (ended > start)
            day = math.floor(start - begin)
            has = max(capacities[max(0, day - 3) : day + 1]) if capacities[day] else 0.0
            assert rows["amount"][here].sum() <= has + 1e-9, (name, start)
        shut += capacities.count(0.0)
    assert shut > 50


def test_nobody_holds_two_places_or_two_packages(hull: Hull) -> None:
    """What a person holds of the pools does not overlap in time, nor what they hold of the markets."""
    rows = hull.rows("service", "open_service", "held", "open_held")
    ended = np.nan_to_num(rows["ended"], nan=math.inf)
    pools = [hull.log.code(name) for name in hull.scenario.pools]
    providers = [
        hull.log.code(f"{name} {k}") for name, m in hull.scenario.market.items() for k in range(1, m.providers + 1)
    ]
    for things in (pools, providers):
        own = np.isin(rows["pool"], things)
        order = np.lexsort((ended[own], rows["started"][own], rows["person"][own]))
        person, since, until = (column[own][order] for column in (rows["person"], rows["started"], ended))
        same = person[1:] == person[:-1]
        assert (since[1:][same] >= until[:-1][same]).all()
        assert same.sum() > 50
