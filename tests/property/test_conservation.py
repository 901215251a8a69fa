"""What no operating model may break: people, places and time are conserved, and only what is said matters.

Models are drawn at random: streams with ties, tasks with and without hours, beds and amounts that are kept, blocked,
lost, cut by weekday, waits with limits and hazards, ways back, people there from the start.
"""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.log.tables import SPELL_TYPES, Log
from sim.scenario import load
from sim.verify.formulas import working_time
from sim.world import compile
from sim.world.world import World

DAYS = 16
EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
DAYS_OF_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = {"days": list(DAYS_OF_WEEK[:5]), "from": "09:00", "until": "17:00"}
LAWS = st.sampled_from(
    [
        "6 h",
        "12 h",
        "1 day",
        "30 h",
        {"dist": "exponential", "mean": "20 h"},
        {"dist": "gamma", "mean": "2 days", "sd": "1 day"},
        {"dist": "uniform", "min": "0 h", "max": "2 days"},
    ]
)
KINDS = ("team", "shared team", "hours", "caseload", "beds", "shared beds", "amounts", "delay", "care")
HOLDS = ("neither", "from", "to", "both")
Model = dict[str, Any]


def way(length: Any) -> Model:
    """A duration as a mapping."""
    return dict(length) if isinstance(length, dict) else {"dist": "constant", "value": length}


@st.composite
def models(draw: st.DrawFn) -> Model:
    """An operating model as it would be written."""
    names = [f"s{i}" for i in range(draw(st.integers(1, 5)))]
    pools, teams, stations, stock = {}, {}, {}, {}
    events = {
        "impatient": {
            "gives_up": {"rate": draw(st.sampled_from(["0.2/day", "1/day"])), "to": "gone"},
            "limit": {
                "after": draw(st.sampled_from(["12 h", "3 days"])),
                "to": draw(st.sampled_from(["gone", names[0]])),
            },
        },
        "unsettled": {"falls": {"rate": "0.3/day", "to": draw(st.sampled_from(["gone", names[-1]]))}},
    }
    for i, name in enumerate(names):
        onward = draw(st.sampled_from([*names[i + 1 :], "done"]))
        back = draw(st.sampled_from(["done", names[0]]))
        follows = {onward: 0.75, back: "rest"} if onward != back else onward
        kind = draw(st.sampled_from(KINDS))
        station: Model = {"next": follows}
        if kind in ("team", "shared team", "hours", "caseload"):
            team = "shared_team" if kind == "shared team" else f"{name}_team"
            calendar = "nine_to_five" if kind == "hours" else "always"
            teams[team] = {"workers": draw(st.integers(1, 4)), "calendar": calendar}
            if draw(st.booleans()) and kind != "caseload":
                teams[team]["priority"] = ["second"]
            effort = "1 h" if kind == "hours" else draw(LAWS)
            station |= {"kind": "task", "team": team, "effort": effort}
            if kind == "caseload":
                station["caseload"] = 3
        elif kind == "delay":
            station |= {"kind": "stay", "length": draw(LAWS)}
        elif kind == "care":
            station = {"kind": "sourcing", "market": "care", "offers": "2/day", "next": f"{name}_care"}
            stations[f"{name}_care"] = {
                "kind": "package",
                "market": "care",
                "amount": {
                    "by": "need",
                    "low": {"dist": "uniform", "min": "5 h/week", "max": "12 h/week"},
                    "high": {"dist": "uniform", "min": "7 h/week", "max": "15 h/week"},
                },
                "double_handed": {"by": "need", "low": 0, "high": 0.3},
                "while_here": "on_care",
            }
        else:
            pool = "shared_beds" if kind == "shared beds" else f"{name}_beds"
            capacity: Any = draw(st.integers(2, 8))
            if kind == "beds" and draw(st.booleans()):
                capacity = {"value": capacity, "profile": "weekend"}
            pools.setdefault(pool, {"capacity": capacity})
            if kind == "beds" and isinstance(capacity, int) and draw(st.booleans()):
                pools[pool] |= {"spot": draw(st.sampled_from([1, 0.5])), "others": 1, "planned": 1}
            station |= {"kind": "stay", "pool": pool, "length": draw(LAWS)}
            if kind == "amounts":
                pools[pool] = {"capacity": 9, "fit": draw(st.sampled_from(["strict", "first"]))}
                station["amount"] = {"by": "class", "first": 2, "otherwise": draw(st.integers(1, 4))}
                if pools[pool]["fit"] == "first":
                    pools[pool]["hold_after"] = "1 day"
            if draw(st.booleans()):
                station["keep_place"] = True
            if draw(st.booleans()):
                stock[name] = {"here": draw(st.integers(0, 3)), "waiting": draw(st.integers(0, 3))}
        if station["kind"] != "sourcing":
            if draw(st.integers(0, 3)) == 0:
                station["decide"] = "on_entry"
            if station["kind"] == "stay" and draw(st.integers(0, 3)) == 0:
                station["starts"] = "nine_to_five"
        if "pool" in station or "team" in station:
            if draw(st.integers(0, 3)) == 0 and "starts" not in station:
                station |= {"room": draw(st.integers(0, 3)), "when_full": "lost"}
            if draw(st.booleans()):
                station["waiting"] = "impatient"
        if draw(st.integers(0, 3)) == 0:
            station["while_here"] = "unsettled"
        stations[name] = station
    for name in names:
        onward = (
            stations[name]["next"] if isinstance(stations[name]["next"], str) else next(iter(stations[name]["next"]))
        )
        if onward in names and stations[name]["kind"] != "sourcing" and draw(st.integers(0, 2)) == 0:
            holds = draw(st.sampled_from(HOLDS if "pool" in stations[onward] else HOLDS[:2]))
            stations[name]["transfer"] = {onward: {**way(draw(LAWS)), "holds": holds}}
    if "shared_beds" in pools:
        pools["shared_beds"] = {"capacity": 5}
    if "shared_team" in teams:
        teams["shared_team"] = {"workers": 3, "calendar": "always"}
    comes = sorted(draw(st.lists(st.integers(0, 50), min_size=1, max_size=12)))
    demand: Model = {
        "first": {"rate": f"{draw(st.integers(1, 12))}/day"},
        "second": {"times": [f"{6 * n} h" for n in comes]},
    }
    if draw(st.booleans()):
        demand["second"]["route"] = "crisis"
    demand["third"] = {"rate": "2/day"}
    more: Model = {}
    if any(name.endswith("_care") for name in stations):
        events["on_care"] = {
            "over": {"rate": "0.1/day", "to": "done"},
            "trip": {
                "rate": "0.2/day",
                "to": "trip",
                "package": draw(st.sampled_from(["keep", "end", {"hold": "1 day"}])),
            },
            "needs_more": {"rate": "0.2/day", "need": {"change": 1}},
            "needs_less": {"rate": "0.2/day", "need": {"change": -1}},
            "review_due": {"after": "3 days", "repeats": True, "to": "review", "package": "keep"},
        }
        teams["trip_team"] = {"workers": 1}
        back = {"by": "package", "held": "return", "otherwise": "done"}
        stations["trip"] = {"kind": "task", "team": "trip_team", "effort": draw(LAWS), "next": back}
        adjusts = {"up": draw(st.sampled_from([0, 1])), "down": 0.5}
        stations["review"] = {**stations["trip"], "effort": draw(LAWS), "adjusts": adjusts}
        more["people"] = {
            "need": {"order": ["low", "high"], "low": 0.5, "high": "rest"},
            "area": {"order": ["town", "village"], "town": 0.6, "village": "rest"},
        }
        market: Model = {"hours": "100 h/week", "providers": 3, "fit": 0.7, "double_handed": 0.7}
        market |= draw(
            st.sampled_from([{}, {"assessment": "1 day"}, {"starts": "nine_to_five"}, {"outcome_based": 0.5}])
        )
        if draw(st.booleans()):
            market["serves"] = {"area": {"village": 0.5}}
        if sum(station["kind"] == "sourcing" for station in stations.values()) == 1:
            market |= {"closures": "30/year", "replaced_after": "4 days", "self_funded": "5 h/week"}
            market["notice"] = draw(st.sampled_from(["0 days", "2 days"]))
        if draw(st.booleans()):
            bands = {"early": 0.45, "late": 0.35, "noon": "rest"}
            by_need = {"by": "need", "low": ["early"], "high": ["late", "early"]}
            market |= {"bands": bands, "visits": by_need}
        more["market"] = {"care": market}
    events["afterwards"] = {"again": {"rate": draw(st.sampled_from(["0.05/day", "0.5/day"])), "to": names[0]}}
    gone = (
        {"kind": "exit", "while_here": "afterwards", "length": draw(LAWS)} if draw(st.booleans()) else {"kind": "exit"}
    )
    anywhere = {**dict.fromkeys([*names, "done"], 0.125), "gone": "rest"}
    return {
        "title": "A model drawn at random",
        "demand": demand,
        "doors": {"first": names[0], "second": draw(st.sampled_from(names)), "third": anywhere},
        "routes": {"first": ["crisis"]},
        "profiles": {"weekend": {"weekday": dict(zip(DAYS_OF_WEEK, (1, 1, 1, 1, 1, 0.3, 0.3), strict=True))}},
        "calendars": {"nine_to_five": HOURS},
        "teams": teams,
        "pools": pools,
        "events": events,
        "stations": {**stations, "done": {"kind": "exit"}, "gone": gone},
        "stock": stock,
        "run": {"length": f"{DAYS} days"},
        **more,
    }


class Run:
    """One replication with the world it was made in."""

    def __init__(self, model: Model, folder: Any, replication: int = 0) -> None:
        path = folder / "model.yaml"
        path.write_text(json.dumps(model))
        self.scenario = load(str(path))
        self.world = World(compile(self.scenario), 3, replication)
        self.log: Log = self.world.run()

    def rows(self, *types: str) -> dict[str, np.ndarray]:
        """Spells of some types."""
        kept = np.isin(self.log.spells["type"], [SPELL_TYPES.index(name) for name in types])
        return {name: column[kept] for name, column in self.log.spells.items()}

    def on_the_way(self) -> dict[str, np.ndarray]:
        """Ways on which nobody holds a place at the other end: a time of their own."""
        rows = self.rows("transfer")
        alone = [
            self.scenario.stations[self.log.name(a)].transfer[self.log.name(b)].holds in ("neither", "from")
            for a, b in zip(rows["station"].tolist(), rows["to"].tolist(), strict=True)
        ]
        return {name: column[np.array(alone, bool)] for name, column in rows.items()}

    def named(self, people: set[int] | None = None) -> list[tuple[object, ...]]:
        """Every spell with names for codes, in order; of some people only, if given."""
        spells, names = self.log.spells, self.log.names
        coded = ("station", "pool", "origin", "to", "cause", "reason", "route", "class")
        columns = [
            [names[c] for c in column] if name in coded else np.nan_to_num(column, nan=-1.0).tolist()
            for name, column in spells.items()
        ]
        return sorted(row for row in zip(*columns, strict=True) if people is None or row[0] in people)

    def uses(self, thing: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(from, until, amount) of all that is used of a pool or team."""
        rows = self.rows("service", "open_service", "held", "open_held")
        of = rows["pool"] == self.log.code(thing)
        return rows["started"][of], np.nan_to_num(rows["ended"][of], nan=self.log.horizon), rows["amount"][of]

    def capacity(self, level: str, time: float) -> float:
        """A level at a time."""
        levels = self.log.levels
        of = (levels["thing"] == self.log.code(level)) & (levels["time"] <= time)
        return float(levels["value"][of][-1]) if of.any() else 0.0


@EXAMPLES
@given(models())
def test_people_in_are_people_out_or_inside(tmp_path, model: Model) -> None:
    """Everyone who came has left by an exit, was refused, or is in one place at the end: once, and once more each time
    they came back."""
    run = Run(model, tmp_path)
    people = run.log.people
    came = people["person"][~np.isnan(people["arrived"])]
    assert len(set(came.tolist())) == len(came)
    service = run.rows("service")
    exits = [run.log.code(name) for name in ("done", "gone")]
    out = service["person"][np.isin(service["station"], exits)]
    lost = run.rows("lost")["person"]
    inside = run.rows("open_wait", "open_service")["person"]
    moving = run.on_the_way()
    moving = moving["person"][np.isnan(moving["ended"])]
    back = run.rows("away")["person"]
    assert sorted([*came.tolist(), *back.tolist()]) == sorted(
        [*out.tolist(), *lost.tolist(), *inside.tolist(), *moving.tolist()]
    )


@EXAMPLES
@given(models())
def test_nobody_is_in_two_places_and_no_wait_is_negative(tmp_path, model: Model) -> None:
    """Each spell of a person begins where and when the one before ends; a place kept is kept a while."""
    run = Run(model, tmp_path)
    rows, ways = run.rows("service", "renege", "lost", "open_wait", "open_service", "away"), run.on_the_way()
    rows = {name: np.concatenate((rows[name], ways[name])) for name in rows}
    order = np.lexsort((np.nan_to_num(rows["ended"], nan=np.inf), rows["joined"], rows["person"]))
    person, joined, started, ended = (rows[name][order] for name in ("person", "joined", "started", "ended"))
    same = person[1:] == person[:-1]
    assert (joined[1:][same] == ended[:-1][same]).all()
    with np.errstate(invalid="ignore"):
        assert not (started < joined).any()
        assert not (ended < started).any()
        assert not (ended < joined).any()
    held = run.rows("held")
    assert (held["ended"] > held["started"]).all()


@EXAMPLES
@given(models())
def test_capacity_is_never_exceeded_but_after_a_cut(tmp_path, model: Model) -> None:
    """After every start, all that is used fits what there is; more may be in use only while nobody starts."""
    run = Run(model, tmp_path)
    things = [(name, f"pool:{name}.capacity") for name in run.scenario.pools]
    things += [(name, f"team:{name}.slots") for name in run.scenario.teams]
    for thing, level in things:
        since, until, amount = run.uses(thing)
        starts = run.rows("service", "open_service")
        starts = starts["started"][starts["pool"] == run.log.code(thing)]
        for time in set(starts[starts > 0.0].tolist()):
            used = amount[(since <= time) & (until > time)].sum()
            assert used <= run.capacity(level, time) + 1e-9, (thing, time)


@EXAMPLES
@given(models())
def test_packages_never_take_more_than_the_market_has(tmp_path, model: Model) -> None:
    """All hours of packages in use, kept or held, fit the market at every moment; its providers count the same, and
    what they keep for care to come."""
    run = Run(model, tmp_path)
    if "care" not in run.scenario.market:
        return
    care = [run.log.code(name) for name in run.scenario.stations if name.endswith("_care")]
    rows = run.rows("service", "open_service", "held", "open_held")
    of = np.isin(rows["station"], care)
    since, until, amount = rows["started"][of], np.nan_to_num(rows["ended"][of], nan=np.inf), rows["amount"][of]
    for time in set(since.tolist()):
        assert amount[(since <= time) & (until > time)].sum() <= 100.0 + 1e-9
    at_the_end = amount[until > run.log.horizon].sum()
    market = run.world.markets["care"]
    to_come = sum(search.amount for search in market._searches.values() if search.tried is not None)
    assert (sum(p.used for p in market.providers) - to_come) * 0.25 == pytest.approx(at_the_end)
    for provider, bands in ((p, p.by_band) for p in market.providers if p.by_band is not None):
        assert (sum(bands.used), sum(bands.capacity)) == (provider.used, provider.capacity)
        assert min(bands.used) >= 0


@EXAMPLES
@given(models())
def test_a_closed_team_neither_starts_nor_works(tmp_path, model: Model) -> None:
    """Starts lie in opening hours, and a case of one hour has had one working hour when it ends by itself."""
    run = Run(model, tmp_path)
    for name, team in run.scenario.teams.items():
        if team.calendar != "nine_to_five":
            continue
        rows = run.rows("service", "open_service")
        of = rows["pool"] == run.log.code(name)
        started = rows["started"][of]
        assert ((started % 1.0 >= 9 / 24 - 1e-6) & (started % 1.0 < 17 / 24) & (started % 7.0 < 5.0)).all()
        done = of & (rows["cause"] == 0) & ~np.isnan(rows["ended"])
        worked = [working_time(rows[time][done], 9 / 24, 17 / 24, 5) for time in ("started", "ended")]
        assert (worked[1] - worked[0]).tolist() == pytest.approx([1 / 24] * int(done.sum()), abs=4e-6)


@EXAMPLES
@given(models())
def test_order_within_a_priority(tmp_path, model: Model) -> None:
    """Of two of one class and route in one queue, the first to join is never the later to start.

    But where smaller requests may pass, or some may only start inside a calendar, or people who block each other change
    places.
    """
    run = Run(model, tmp_path)
    rows, swaps = run.rows("service", "open_service"), run.rows("swap")
    swapped = set(zip(swaps["person"].tolist(), swaps["ended"].tolist(), strict=True))
    own = [pair not in swapped for pair in zip(rows["person"].tolist(), rows["started"].tolist(), strict=True)]
    rows = {name: column[np.array(own, bool)] for name, column in rows.items()}
    for name, spec in [*run.scenario.pools.items(), *run.scenario.teams.items()]:
        gated = any(getattr(s, "starts", None) and s.pool == name for s in run.scenario.stations.values())
        if gated or getattr(spec, "fit", "strict") == "first":
            continue
        here = rows["pool"] == run.log.code(name)
        for kind in set(zip(rows["class"][here].tolist(), rows["route"][here].tolist(), strict=True)):
            of = here & (rows["class"] == kind[0]) & (rows["route"] == kind[1]) & (rows["started"] > 0.0)
            order = np.lexsort((rows["started"][of], rows["joined"][of]))
            joined, started = rows["joined"][of][order], rows["started"][of][order]
            latest = np.maximum.accumulate(started)
            assert (started[1:][joined[1:] > joined[:-1]] >= latest[:-1][joined[1:] > joined[:-1]]).all(), name


@EXAMPLES
@given(models())
def test_what_a_pool_counts_is_what_the_spells_say(tmp_path, model: Model) -> None:
    """The pool's own running area, against amount times time over its spells."""
    run = Run(model, tmp_path)
    for name, pool in [*run.world.pools.items(), *((name, t.pool) for name, t in run.world.teams.items())]:
        since, until, amount = run.uses(name)
        assert pool.used_time() == pytest.approx(float(((until - since) * amount).sum()), abs=1e-6), name


def shuffled(value: Any, luck: random.Random) -> Any:
    """The same mapping in another order, all the way down; lists stay as they are."""
    if not isinstance(value, dict):
        return value
    keys = list(value)
    luck.shuffle(keys)
    return {key: shuffled(value[key], luck) for key in keys}


@EXAMPLES
@given(models(), st.integers(0, 1000))
def test_the_order_in_which_things_are_written_does_not_matter(tmp_path, model: Model, luck: int) -> None:
    assert Run(shuffled(model, random.Random(luck)), tmp_path).named() == Run(model, tmp_path).named()


TIE: Model = {
    "title": "A bed is given up, and asked for, at one instant",
    "demand": {"a": {"times": ["0 h"]}, "b": {"times": ["6 h"]}, "c": {"times": ["12 h"]}},
    "doors": {"a": "ward", "b": "rehab", "c": "ward"},
    "pools": {"ward": {"capacity": 1}, "rehab": {"capacity": 1}},
    "stations": {
        "ward": {
            "kind": "stay", "pool": "ward", "length": "6 h", "keep_place": True,
            "room": 0, "when_full": "lost", "next": "rehab",
        },
        "rehab": {"kind": "stay", "pool": "rehab", "length": "6 h", "next": "home"},
        "home": {"kind": "exit"},
    },
    "run": {"length": "4 days"},
}  # fmt: skip


def test_the_order_in_which_pools_are_written_does_not_matter(tmp_path) -> None:
    other = {**TIE, "pools": dict(reversed(TIE["pools"].items()))}
    assert Run(other, tmp_path).named() == Run(TIE, tmp_path).named()


@EXAMPLES
@given(models())
def test_what_is_added_beside_them_touches_nobody(tmp_path, model: Model) -> None:
    """Another stream with a station, a team, a pool and events of its own: all others live as before."""
    before = Run(model, tmp_path)
    people = set(before.log.people["person"].tolist())
    more = {
        **model,
        "demand": {"aaa": {"rate": "3/day"}, **model["demand"]},
        "doors": {**model["doors"], "aaa": "a_new"},
        "teams": {"a_new": {"workers": 1}, **model["teams"]},
        "pools": {"a_new": {"capacity": 2}, **model["pools"]},
        "events": {"a_new": {"a": {"rate": "1/day", "to": "done"}}, **model["events"]},
        "stations": {
            "a_new": {"kind": "task", "team": "a_new", "effort": "5 h", "waiting": "a_new", "next": "a_bed"},
            "a_bed": {"kind": "stay", "pool": "a_new", "length": "1 day", "next": "done"},
            **model["stations"],
        },
    }
    after = Run(more, tmp_path)
    assert after.named(people) == before.named()
    assert len(after.log.people["person"]) > len(people)
