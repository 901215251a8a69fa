"""People who block each other: the ring is found when it closes, and all in it move at once, logged ``swap``."""

from __future__ import annotations

import numpy as np

from tests.verification.test_schedules import ends, near

TWO = """
title: Two wards that send people to each other
demand: {{first: {{times: [0 days]}}, second: {{times: [{second}]}}, third: {{times: [1 day]}}}}
doors: {{first: a, second: b, third: a}}
pools: {{a_beds: {{capacity: 1}}, b_beds: {{capacity: 1}}}}
stations:
  a: {{kind: stay, pool: a_beds, length: 2 days, keep_place: true, next: {{by: class, first: b, otherwise: home}}}}
  b: {{kind: stay, pool: b_beds, length: 2 days, keep_place: true, next: {{by: class, second: a, otherwise: home}}}}
  home: {{kind: exit}}
run: {{length: 30 days, replications: 1}}
"""


def test_two_who_block_each_other_change_places(simulate) -> None:
    """Ready on days 2 and 3, each for the other's bed: on day 3 both move; the third has waited since day 1."""
    (run,) = simulate(TWO.format(second="1 day"), 1)
    assert ends(run, "a") == near((0, 0, 2), (1, 5, 7), (3, 3, 5))
    assert ends(run, "b") == near((1, 1, 3), (2, 3, 5))
    swaps = run.log.spells["type"] == 8
    assert run.log.spells["joined"][swaps].tolist() == [3, 3]


def test_one_who_waits_for_the_bed_he_keeps_stays_in_it(simulate) -> None:
    """A full ward whose only patient is to be admitted again at once."""
    (run,) = simulate(
        """
title: Round and round
demand: {patients: {times: [0 days]}}
doors: {patients: ward}
pools: {beds: {capacity: 1}}
stations:
  ward: {kind: stay, pool: beds, length: 2 days, keep_place: true, next: again}
  again: {kind: stay, pool: beds, length: 3 days, next: home}
  home: {kind: exit}
run: {length: 30 days, replications: 1}
""",
        1,
    )
    assert ends(run, "again") == near((2, 2, 5))


def test_a_ring_of_three_closes_with_the_last(simulate) -> None:
    (run,) = simulate(
        """
title: Three beds in a ring
demand: {p: {times: [0 days]}, q: {times: [1 day]}, r: {times: [2 days]}}
doors: {p: a, q: b, r: c}
pools: {a_beds: {capacity: 1}, b_beds: {capacity: 1}, c_beds: {capacity: 1}}
stations:
  a: {kind: stay, pool: a_beds, length: 3 days, keep_place: true, next: {by: class, p: b, otherwise: home}}
  b: {kind: stay, pool: b_beds, length: 3 days, keep_place: true, next: {by: class, q: c, otherwise: home}}
  c: {kind: stay, pool: c_beds, length: 3 days, keep_place: true, next: {by: class, r: a, otherwise: home}}
  home: {kind: exit}
run: {length: 30 days, replications: 1}
""",
        1,
    )
    assert ends(run, "a") == near((0, 0, 3), (5, 5, 8))
    assert ends(run, "b") == near((1, 1, 4), (3, 5, 8))
    assert ends(run, "c") == near((2, 2, 5), (4, 5, 8))
    assert int((run.log.spells["type"] == 8).sum()) == 3


def test_nobody_swaps_where_a_place_is_free(simulate) -> None:
    (run,) = simulate(TWO.format(second="9 days"), 1)
    assert not np.any(run.log.spells["type"] == 8)
