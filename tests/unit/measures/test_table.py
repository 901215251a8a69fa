"""The table of stations, on hand-made logs that add up on paper."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.measures.occupancy import MOST, joint_shares, time_shares
from sim.measures.table import QUANTITIES, StationTable, station_table
from tests.unit.measures.hand import Hand


def desk() -> Hand:
    """Three people at one desk: served at once; after 2; turned away. A fourth still waits. Ten days."""
    hand = Hand(horizon=10.0, desk=("task", "", "", "team:staff"), done=("exit",))
    hand.spell(1, "desk", "service", 0, 0, 4, to="done", **{"class": "calm"})
    hand.spell(2, "desk", "service", 2, 4, 8, to="done", **{"class": "keen"})
    hand.spell(3, "desk", "lost", 3, **{"class": "keen"}).spell(4, "desk", "open_wait", 9, **{"class": "keen"})
    hand.spell(1, "done", "service", 4, 4, 4).spell(2, "done", "service", 8, 8, 8)
    return hand.level("team:staff.slots", (0, 1.0))


def told(hand: Hand) -> StationTable:
    return station_table(hand.view())


def test_a_queue_by_hand() -> None:
    found = {key[2]: value for key, value in told(desk()).values.items() if key[:2] == ("desk", "")}
    assert found["joined"] == 3
    assert found["started"] == found["finished"] == 2
    assert found["lost"] == 1
    assert found["left"] == 0
    assert found["throughput"] == pytest.approx(0.2)
    assert found["loss_share"] == pytest.approx(0.25)
    assert found["waited_share"] == pytest.approx(0.5)
    assert found["waiting"] == pytest.approx((2 + 1) / 10)
    assert found["in_service"] == pytest.approx(0.8)
    assert found["present"] == pytest.approx(1.1)
    assert [found[f"wait_{key}"] for key in ("mean", "sd", "q1", "median", "q3", "p95")] == pytest.approx(
        [1, math.sqrt(2), 0.5, 1, 1.5, 1.9]
    )
    assert found["service_mean"] == 4.0
    assert found["length_mean"] == 5.0
    assert "blocked" not in found


def test_classes_add_up_to_everyone() -> None:
    values = told(desk()).values
    assert values["desk", "keen", "joined"] == 2
    assert values["desk", "keen", "loss_share"] == pytest.approx(1 / 3)
    assert values["desk", "keen", "wait_mean"] == 2.0
    assert values["desk", "calm", "wait_mean"] == 0.0
    for quantity in ("joined", "started", "lost", "waiting", "in_service", "present", "throughput"):
        parts = sum(values["desk", name, quantity] for name in ("calm", "keen"))
        assert parts == pytest.approx(values["desk", "", quantity])


def test_what_stations_draw_on_and_exits_have_a_row() -> None:
    values = told(desk()).values
    assert values["team:staff", "", "use"] == pytest.approx(0.8)
    assert values["done", "", "joined"] == 2


def test_shares_of_time_by_number() -> None:
    shares = told(desk()).shares
    assert shares["desk", "N"][:4] == pytest.approx([0.1, 0.7, 0.2, 0.0])
    assert shares["desk", "busy"][:3] == pytest.approx([0.2, 0.8, 0.0])
    assert shares["desk", "N"].sum() == pytest.approx(1)


def test_a_place_kept_blocks_and_lengthens_the_stay() -> None:
    hand = Hand(horizon=20.0, ward=("stay",), home=("stay",))
    hand.spell(1, "ward", "service", 0, 1, 5, to="home").spell(1, "ward", "held", 5, 5, 8, reason="home")
    hand.spell(1, "home", "service", 5, 8, 9).spell(1, "ward", "service", 9, 9, 11).spell(2, "ward", "service", 2, 2, 4)
    hand.spell(3, "ward", "service", 3, 3, 6, to="home").spell(3, "ward", "open_held", 6, 6, reason="home")
    found = {key[2]: value for key, value in told(hand).values.items() if key[:2] == ("ward", "")}
    assert found["finished"] == 4
    assert found["blocked_mean"] == pytest.approx((3 + 0 + 0) / 3)
    assert found["blocked_share"] == pytest.approx(1 / 3)
    assert found["length_mean"] == pytest.approx((8 + 2 + 2) / 3)
    assert found["blocked"] == pytest.approx((3 + 14) / 20)
    assert told(hand).shares["ward", "busy"][1] == pytest.approx((1 + 1 + 9) / 20)


def test_a_package_kept_is_not_a_place_blocked() -> None:
    hand = Hand(home=("package",))
    hand.spell(1, "home", "service", 0, 0, 10).spell(1, "home", "held", 10, 10, 20, reason="hold")
    found = told(hand).values
    assert found["home", "", "kept"] == pytest.approx(0.1)
    assert ("home", "", "blocked") not in found


def test_people_there_at_the_opening_have_no_length() -> None:
    hand = Hand(ward=("stay",))
    hand.spell(1, "ward", "service", -10, -10, 3, **{"class": "stock:ward"}).spell(2, "ward", "service", -10, -10, 9)
    assert told(hand).values["ward", "", "service_mean"] == 19.0


def test_the_way_to_the_next_station_by_hand() -> None:
    hand = Hand(horizon=10.0, ward=("stay",))
    hand.spell(1, "ward", "transfer", 1, 1, 3).spell(2, "ward", "transfer", 8, 8)
    found = told(hand).values
    assert found["ward", "", "in_transfer"] == pytest.approx(0.4)
    assert found["ward", "", "transfer_mean"] == 2.0


def test_numbers_at_several_stations_at_once() -> None:
    hand = Hand(horizon=10.0, a=("task",), b=("task",))
    hand.joint = ("a", "b")
    hand.spell(1, "a", "service", 0, 0, 4).spell(1, "b", "service", 4, 4, 9).spell(2, "a", "service", 3, 4, 6)
    assert told(hand).joint == pytest.approx({(1, 0): 0.3, (2, 0): 0.1, (1, 1): 0.2, (0, 1): 0.3, (0, 0): 0.1})


def test_shares_of_time_agree_with_counting_at_moments() -> None:
    generator = np.random.default_rng(3)
    starts = generator.uniform(-20, 60, 400)
    ends = starts + generator.exponential(5, 400)
    at = (np.arange(200_000) + 0.5) / 200_000 * 50
    count = np.searchsorted(np.sort(starts), at, "right") - np.searchsorted(np.sort(ends), at, "right")
    shares = time_shares(starts, ends, 50.0)
    assert shares == pytest.approx(np.bincount(np.minimum(count, MOST + 1), minlength=MOST + 2) / len(at), abs=1e-3)
    alone = joint_shares([(starts, ends)], 50.0)
    assert [alone.get((n,), 0.0) for n in range(MOST + 2)] == pytest.approx(shares.tolist())


def test_many_are_counted_together() -> None:
    shares = time_shares(np.zeros(200), np.full(200, np.inf), 10.0)
    assert shares[-1] == 1.0


def test_every_quantity_says_what_it_is() -> None:
    for name, quantity in QUANTITIES.items():
        assert quantity.note.endswith("."), name
        assert quantity.unit in ("people", "share", "time", "rate", "amount"), name
