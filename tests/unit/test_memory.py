"""A replication leaves nothing of its world behind, so that a thousand take no more memory than one."""

import gc

import pytest

from sim.scenario import load
from sim.world import compile
from sim.world.world import World


@pytest.mark.parametrize("name", ["baseline", "traditional", "winter-pressures"])
def test_a_world_that_has_run_is_let_go(name: str) -> None:
    plan = compile(load(name, ("run.length=3 days", "run.warm_up=0 days")))
    before = worlds()
    world = World(plan, 1, 0)
    assert len(world.run().spells["person"]) > 1000
    assert worlds() == before + 1
    del world
    gc.collect()
    assert worlds() == before


def worlds() -> int:
    """How many there are; a compiled one takes no weak reference."""
    return sum(type(thing) is World for thing in gc.get_objects())


def test_nobody_holds_on_to_a_way_that_is_over(tmp_path) -> None:
    """While a replication runs the collector rests: who has gone must go without it."""
    path = tmp_path / "ways.yaml"
    path.write_text("""
title: A way that takes time
demand: {people: {rate: 50/day}}
doors: {people: a}
stations:
  a: {kind: task, elapsed: 1 h, next: home, transfer: {home: {dist: constant, value: 6 h}}}
  home: {kind: exit}
run: {length: 30 days, replications: 1}
""")
    plan = compile(load(str(path)))
    gc.collect()
    gc.disable()
    try:
        World(plan, 1, 0).run()
        left = sum(type(thing).__name__ == "Person" for thing in gc.get_objects())
    finally:
        gc.enable()
        gc.collect()
    assert left < 20  # of some 1,500
