"""Schedules of what published tables ask for, checked by hand. Times are in hours from Monday, 1 January 2024."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.log.tables import SPELL_TYPES
from sim.scenario import load
from sim.world import compile
from sim.world.world import World

MODEL = """
title: By hand
time_unit: hours
demand: {{{demand}}}
doors: {doors}
pools: {pools}
{more}
stations:
{stations}
  out: {{kind: exit}}
run: {{length: {length}, replications: 1}}
"""


def model(
    stations: str, demand: str = "all: {times: [0]}", doors: str = "{all: a}", pools: str = "{p: {capacity: 1}}",
    more: str = "", length: int = 200,
) -> str:  # fmt: skip
    return MODEL.format(stations=stations, demand=demand, doors=doors, pools=pools, more=more, length=length)


def rows(run, station: str, *types: str) -> list[tuple[float, float, float]]:
    """(joined, started, ended) of each spell, in order of joining."""
    spells = run.spells(station, *types)
    return sorted(zip(*(spells[name].tolist() for name in ("joined", "started", "ended")), strict=True))


def near(*found: tuple[float, ...]) -> object:
    return [pytest.approx(row, abs=2e-6, nan_ok=True) for row in found]


# transfer

TWO_WARDS = """\
  a: {{kind: stay, pool: p, length: 10{keep}, next: b, transfer: {{b: {way}}}}}
  b: {{kind: stay, pool: q, length: 5, next: out}}"""


def wards(run) -> tuple[list, list, list, list]:
    return rows(run, "a"), rows(run, "a", "transfer"), rows(run, "a", "held"), rows(run, "b")


def two(way: str, keep: str = "", times: str = "0, 1") -> str:
    return model(
        TWO_WARDS.format(way=way, keep=keep), demand=f"all: {{times: [{times}]}}",
        pools="{p: {capacity: 1}, q: {capacity: 1}}",
    )  # fmt: skip


def test_on_a_way_that_holds_neither_the_place_left_is_free_at_once(simulate) -> None:
    (run,) = simulate(two("3"), 1)
    a, way, held, b = wards(run)
    assert a == near((0, 0, 10), (1, 10, 20))
    assert way == near((10, 10, 13), (20, 20, 23))
    assert held == []
    assert b == near((13, 13, 18), (23, 23, 28))


def test_on_a_way_that_holds_from_the_next_waits_for_the_arrival(simulate) -> None:
    (run,) = simulate(two("{dist: constant, value: 3, holds: from}"), 1)
    a, way, held, b = wards(run)
    assert a == near((0, 0, 10), (1, 13, 23))
    assert way == near((10, 10, 13), (23, 23, 26))
    assert held == near((10, 10, 13), (23, 23, 26))
    assert b == near((13, 13, 18), (26, 26, 31))


def test_a_way_that_holds_to_begins_with_a_place_at_the_other_end(simulate) -> None:
    """The second leaves `a` at 20, but `b` is taken from 10 (reserved) to 18: it is free then."""
    (run,) = simulate(two("{dist: constant, value: 3, holds: to}", times="0, 0"), 1)
    a, way, held, b = wards(run)
    assert a == near((0, 0, 10), (0, 10, 20))
    assert way == near((10, 10, 13), (20, 20, 23))
    assert held == []
    assert b == near((10, 10, 18), (20, 20, 28))


LONG_B = """\
  a: {{kind: stay, pool: p, length: 10{keep}, next: b, transfer: {{b: {{value: 3, dist: constant, holds: {holds}}}}}}}
  b: {{kind: stay, pool: q, length: 30, next: out}}"""


@pytest.mark.parametrize(("holds", "keep", "second"), [
    ("to", ", keep_place: true", [(0, 10, 20), (20, 43, 76), (20, 20, 43)]),
    ("both", "", [(0, 10, 20), (20, 43, 76), (20, 20, 46)]),
])  # fmt: skip
def test_who_waits_for_the_place_sets_out_when_it_is_there(simulate, holds: str, keep: str, second: list) -> None:
    """`b` is held from 10 and begins at 13; it ends at 43, when the second, done at 20, sets out and begins at 46."""
    (run,) = simulate(
        model(
            LONG_B.format(holds=holds, keep=keep), demand="all: {times: [0, 0]}",
            pools="{p: {capacity: 1}, q: {capacity: 1}}",
        ), 1,
    )  # fmt: skip
    a, way, held, b = wards(run)
    first_held = [] if holds == "to" else [(10, 10, 13)]
    start = 10 if holds == "to" else 13
    assert a == near((0, 0, 10), (0, start, start + 10))
    done = start + 10
    assert way == near((10, 10, 13), (43, 43, 46))
    assert b == near((10, 10, 43), (done, 43, 76))
    assert held == near(*first_held, (done, done, 43 if holds == "to" else 46))


def test_the_way_out_takes_time_too_and_to_may_stand_before_the_name(simulate) -> None:
    text = (
        "  a: {kind: stay, pool: p, length: 10, next: out, transfer: {to_out: {dist: constant, value: 2, holds: from}}}"
    )
    (run,) = simulate(model(text, demand="all: {times: [0, 1]}"), 1)
    assert rows(run, "a") == near((0, 0, 10), (1, 12, 22))
    assert rows(run, "out") == near((12, 12, 12), (24, 24, 24))


GIVES_UP = """
title: A way that is not taken
demand: {first: {times: [0 days]}, people: {times: [1 days]}}
doors: {first: ward, people: home_visit}
pools: {beds: {capacity: 1}}
events:
  tires: {gives_up: {after: 2 days, to: resting}}
  back: {again: {rate: 100/day, to: ward}}
  none: {}
stations:
  home_visit: {kind: task, effort: 1 h, next: ward, transfer: {ward: {dist: constant, value: 3 days, holds: to}}}
  ward: {kind: stay, pool: beds, length: 10 days, waiting: {by: class, people: tires, otherwise: none}, next: out}
  resting: {kind: task, effort: 8 days, next: away}
  away: {kind: exit, while_here: back, length: 20 days}
  out: {kind: exit}
run: {length: 40 days, replications: 1}
"""


def test_who_gave_up_the_wait_does_not_take_that_way_later(simulate) -> None:
    """Gave up the wait for a bed three days away; comes back later from elsewhere, with no way to go."""
    (run,) = simulate(GIVES_UP, 1)
    assert run.count("ward", "renege") == 1
    assert run.count("ward", "service") == 2
    assert not (run.log.spells["type"] == SPELL_TYPES.index("transfer")).any()


def test_a_way_from_a_task_holds_no_worker(simulate) -> None:
    text = """\
  a: {kind: task, team: t, effort: 4, next: b, transfer: {b: 5}}
  b: {kind: stay, length: 1, next: out}"""
    more = "teams: {t: {workers: 1}}"
    (run,) = simulate(model(text, demand="all: {times: [0, 0]}", more=more), 1)
    assert rows(run, "a") == near((0, 0, 4), (0, 4, 8))
    assert rows(run, "b") == near((9, 9, 10), (13, 13, 14))


def test_who_is_on_the_way_at_the_horizon_is_there(simulate) -> None:
    (run,) = simulate(two("{dist: constant, value: 500, holds: from}", times="0"), 1)
    nan = float("nan")
    assert rows(run, "a") == near((0, 0, 10))
    assert rows(run, "a", "transfer") == near((10, 10, nan))
    assert rows(run, "a", "open_held") == near((10, 10, nan))
    assert rows(run, "a", "open_service") == []


def test_an_event_while_waiting_for_the_place_leads_away_without_the_way(simulate) -> None:
    text = """\
  a: {kind: stay, pool: p, length: 10, next: b, transfer: {b: {dist: constant, value: 3, holds: both}}}
  b: {kind: stay, pool: q, length: 30, waiting: limit, next: out}
  c: {kind: stay, length: 1, next: out}"""
    (run,) = simulate(
        model(
            text, demand="all: {times: [0, 0]}", pools="{p: {capacity: 2}, q: {capacity: 1}}",
            more="events: {limit: {off: {after: 6, to: c}}}",
        ), 1,
    )  # fmt: skip
    assert rows(run, "b") == near((10, 10, 43))
    assert rows(run, "b", "renege")[0][2] == pytest.approx(16)
    assert rows(run, "c") == near((16, 16, 17))
    assert rows(run, "a", "held") == near((10, 10, 13), (10, 10, 16))


# starts

GATED = "  a: {kind: stay, pool: p, length: 10, starts: day%s, next: out}"
DAY = "calendars: {day: {from: '08:00', until: '17:00'}}"


def test_a_stay_starts_only_inside_its_calendar_and_runs_around_the_clock(simulate) -> None:
    """Come at 6, 9 and 10 to two beds: from 8 to 18; from 9 to 19; a bed is free at 18, but only at 32 is it open."""
    (run,) = simulate(model(GATED % "", demand="all: {times: [6, 9, 10]}", pools="{p: {capacity: 2}}", more=DAY), 1)
    assert rows(run, "a") == near((6, 8, 18), (9, 9, 19), (10, 32, 42))


def test_a_place_given_back_at_closing_starts_nobody(simulate) -> None:
    (run,) = simulate(model(GATED % "", demand="all: {times: [7, 8]}", more=DAY.replace("17:00", "18:00")), 1)
    assert rows(run, "a") == near((7, 8, 18), (8, 32, 42))


def test_those_who_wait_for_the_opening_start_in_order(simulate) -> None:
    (run,) = simulate(
        model(GATED % "", demand="late: {times: [5]}, early: {times: [3]}, urgent: {times: [6]}",
              doors="{late: a, early: a, urgent: a}", pools="{p: {capacity: 1, priority: [urgent]}}", more=DAY), 1
    )  # fmt: skip
    assert rows(run, "a") == near((3, 32, 42), (5, 56, 66), (6, 8, 18))


def test_a_wait_limit_runs_on_while_it_is_closed(simulate) -> None:
    events = "events: {limit: {off: {after: 4, to: out}}}"
    (run,) = simulate(model(GATED % ", waiting: limit", demand="all: {times: [1, 6, 7]}", more=f"{DAY}\n{events}"), 1)
    assert rows(run, "a") == near((6, 8, 18))
    assert [row[2] for row in rows(run, "a", "renege")] == pytest.approx([5, 11])


def test_a_closed_stay_does_not_block_another_of_the_same_pool(simulate) -> None:
    text = GATED % "" + "\n  b: {kind: stay, pool: p, length: 1, next: out}"
    (run,) = simulate(
        model(text, demand="first: {times: [1]}, second: {times: [2, 7]}", doors="{first: a, second: b}", more=DAY), 1
    )
    assert rows(run, "b") == near((2, 2, 3), (7, 7, 8))
    assert rows(run, "a") == near((1, 8, 18))


def test_a_stay_without_places_waits_for_the_opening(simulate) -> None:
    text = "  a: {kind: stay, length: 2, starts: day, next: out}"
    (run,) = simulate(model(text, demand="all: {times: [1, 9, 20]}", more=DAY), 1)
    assert rows(run, "a") == near((1, 8, 10), (9, 9, 11), (20, 32, 34))


# decide


def test_the_length_goes_by_the_next_station_drawn_on_entry(simulate) -> None:
    text = """\
  a:
    kind: stay
    decide: on_entry
    length: {by: next, b: 3, otherwise: {by: class, one: 7, two: 8}}
    next: {b: 0.5, c: 0.25, out: rest}
  b: {kind: stay, length: 1, next: out}
  c: {kind: stay, length: 1, next: out}"""
    (run,) = simulate(model(text, demand="one: {every: 0.1}, two: {every: 0.1}", doors="{one: a, two: a}"), 1)
    spells = run.spells("a")
    log = run.log
    lengths = {}
    for to, class_, start, end in zip(*(spells[key] for key in ("to", "class", "started", "ended")), strict=True):
        lengths.setdefault((log.names[to], log.names[class_]), set()).add(round(float(end - start), 3))
    assert lengths == {
        ("b", "one"): {3.0}, ("b", "two"): {3.0}, ("c", "one"): {7.0}, ("c", "two"): {8.0},
        ("out", "one"): {7.0}, ("out", "two"): {8.0},
    }  # fmt: skip
    share = (spells["to"] == log.code("b")).mean()
    assert share == pytest.approx(0.5, abs=0.04)


def test_an_effort_goes_by_the_next_station(simulate) -> None:
    text = """\
  a: {kind: task, team: t, decide: on_entry, effort: {by: next, b: 3, out: 1}, next: {b: 0.5, out: rest}}
  b: {kind: stay, length: 1, next: out}"""
    (run,) = simulate(model(text, demand="all: {times: [0, 10, 20, 30, 40, 50, 60, 70]}",
                            more="teams: {t: {workers: 1}}"), 1)  # fmt: skip
    spells = run.spells("a")
    for to, start, end in zip(spells["to"], spells["started"], spells["ended"], strict=True):
        assert end - start == pytest.approx(3 if run.log.names[to] == "b" else 1)


def test_stock_of_a_stay_by_next_has_a_length_by_next(simulate) -> None:
    text = """\
  a: {kind: stay, pool: p, decide: on_entry, length: {by: next, b: 30, out: 10}, next: {b: 0.5, out: rest}}
  b: {kind: stay, length: 1, next: out}"""
    (run,) = simulate(
        model(text, pools="{p: {capacity: 60}}", more="stock: {a: {here: 50}}", demand="all: {times: [199]}"), 1
    )
    spells = run.spells("a")
    for to, end in zip(spells["to"], spells["ended"], strict=True):
        assert end <= (30 if run.log.names[to] == "b" else 10) + 1e-6


# what was there before


def test_a_full_ward_without_room_loses_who_comes(simulate) -> None:
    text = "  a: {kind: stay, pool: p, length: 10, room: 1, when_full: lost, next: out}"
    (run,) = simulate(model(text, demand="all: {times: [0, 1, 2, 11]}"), 1)
    assert rows(run, "a") == near((0, 0, 10), (1, 10, 20), (11, 20, 30))
    assert [row[0] for row in rows(run, "a", "lost")] == pytest.approx([2])


def test_a_wait_limit_leads_elsewhere_and_changes_class_and_route(simulate) -> None:
    text = """\
  a: {kind: stay, pool: p, length: 10, waiting: limit, next: out}
  b: {kind: stay, length: {by: class, slow: 4, otherwise: 1}, next: out}"""
    events = "events: {limit: {off: {after: 3, to: b, sets: {class: slow, route: discharge}}}}"
    (run,) = simulate(model(text, demand="all: {times: [0, 1]}", more=events), 1)
    assert rows(run, "a", "renege")[0][2] == pytest.approx(4)
    assert rows(run, "b") == near((4, 4, 8))
    spells = run.spells("b")
    assert run.log.names[spells["class"][0]] == "slow"
    assert run.log.names[spells["route"][0]] == "discharge"


def test_a_pool_serves_its_classes_in_order(simulate) -> None:
    text = "  a: {kind: stay, pool: p, length: 10, next: out}"
    (run,) = simulate(
        model(text, demand="calm: {times: [0, 1, 2]}, keen: {times: [3]}", doors="{calm: a, keen: a}",
              pools="{p: {capacity: 1, priority: [keen]}}"), 1
    )  # fmt: skip
    assert rows(run, "a") == near((0, 0, 10), (1, 20, 30), (2, 30, 40), (3, 10, 20))


def test_a_pool_may_serve_by_another_attribute(simulate) -> None:
    text = "  a: {kind: stay, pool: p, length: 10, sets: {size: small}, next: out}"
    people = "people: {size: {big: 0.5, small: rest}}"
    (run,) = simulate(
        model(text, demand="all: {times: [0, 1, 2, 3, 4, 5, 6, 7]}", more=people,
              pools="{p: {capacity: 1, priority: {by: size, order: [big, small]}}}"), 1
    )  # fmt: skip
    people = run.log.people
    size = dict(zip(people["person"][::-1].tolist(), people["size"][::-1].tolist(), strict=True))
    spells = run.spells("a")
    waited = sorted(zip(spells["started"].tolist(), spells["person"].tolist(), strict=True))[1:]
    order = [run.log.names[size[person]] for _, person in waited]
    assert order == sorted(order)
    assert set(order) == {"big", "small"}


def test_people_of_the_stock_may_have_a_class(simulate) -> None:
    text = "  a: {kind: stay, pool: p, length: {by: class, keen: 4, calm: 2}, next: out}"
    (run,) = simulate(
        model(text, demand="calm: {times: [0]}, keen: {times: [150]}", doors="{calm: a, keen: a}",
              pools="{p: {capacity: 1}}", more="stock: {a: {here: 1, waiting: 1, class: keen, left: 1}}"), 1
    )  # fmt: skip
    spells = run.spells("a", "service")
    classes = [run.log.names[code] for code in spells["class"]]
    assert sorted(zip(spells["started"].tolist(), classes, strict=True))[:2] == [
        (pytest.approx(0), "keen"),
        (5, "calm"),
    ]


# all at once

EVERYTHING = """
title: Ways, gates, rooms, blocking and priorities at once
time_unit: hours
demand: {early: {every: 2}, late: {every: 4}}
doors: {early: ward, late: rehab}
pools: {beds: {capacity: 12, priority: [late]}, rb: {capacity: 10}, hb: {capacity: 6}}
calendars: {day: {days: [mon, tue, wed, thu, fri], from: '08:00', until: '17:00'}}
events:
  limit: {off: {after: 30, to: home, sets: {class: gone}}, worse: {rate: 0.01, to: ward}}
stations:
  ward:
    kind: stay
    pool: beds
    decide: on_entry
    length: {by: next, rehab: {dist: gamma, mean: 12, sd: 8}, otherwise: {dist: exponential, mean: 9}}
    next: {rehab: 0.3, home: 0.3, out: rest}
    transfer:
      rehab: {dist: exponential, mean: 2, holds: both}
      home: {dist: exponential, mean: 2, holds: to}
      out: {dist: constant, value: 1, holds: from}
  rehab:
    kind: stay
    pool: rb
    starts: day
    length: {dist: gamma, mean: 20, sd: 8}
    waiting: limit
    keep_place: true
    next: {home: 0.5, out: rest}
    transfer: {home: {dist: exponential, mean: 3, holds: from}}
  home: {kind: stay, pool: hb, length: {dist: exponential, mean: 10}, room: 4, when_full: lost, next: out}
  out: {kind: exit}
stock: {ward: {here: 5, waiting: 3}}
run: {length: 1500, warm_up: 100, replications: 1}
"""


@pytest.mark.parametrize("replication", range(3))
def test_nobody_is_lost_sight_of_and_no_place_is_held_twice(tmp_path: Path, replication: int) -> None:
    path = tmp_path / "it.yaml"
    path.write_text(EVERYTHING)
    run = World(compile(load(str(path))), 1, replication)
    log = run.run()
    spells = log.spells
    kinds = np.array(SPELL_TYPES, object)[spells["type"]]
    ended = np.where(np.isnan(spells["ended"]), np.inf, spells["ended"])
    for name, pool in run.pools.items():
        held = (spells["pool"] == log.code(name)) & np.isin(kinds, ("service", "open_service", "held", "open_held"))
        start, end = spells["started"][held], ended[held]
        times = np.concatenate((start, end[np.isfinite(end)]))
        steps = np.concatenate((np.ones(len(start)), -np.ones(np.isfinite(end).sum())))
        there = np.cumsum(steps[np.lexsort((steps, times))])
        assert there.max() == pool.capacity
        assert np.isinf(end).sum() == pool.used
        assert (np.minimum(end, log.horizon) - start).sum() == pool.used_time()
    everyone = set(log.people["person"].tolist())
    gone = set(spells["person"][(spells["station"] == log.code("out")) | (kinds == "lost")].tolist())
    here = np.isin(kinds, ("open_wait", "open_service")) | ((kinds == "transfer") & np.isinf(ended))
    inside = spells["person"][here]
    assert gone | set(inside.tolist()) == everyone
    assert not gone & set(inside.tolist())
    waits = spells["started"] >= spells["joined"]
    assert waits[np.isin(kinds, ("service", "open_service"))].all()
    starts = spells["started"][(spells["station"] == log.code("rehab")) & (kinds == "service")]
    hour, day = starts % 24, (starts // 24) % 7
    assert ((hour >= 8) & (hour < 17) & (day < 5)).all()
