"""Queues of any world, and the daily series, on hand-made logs."""

import numpy as np
import pytest

from sim.measures.stations import daily, series_names, station_measures
from sim.measures.table import station_table
from tests.unit.measures.hand import Hand


def desk() -> Hand:
    """Three people at one desk: served at once; after 2; turned away. A fourth still waits."""
    hand = Hand(horizon=10.0, desk=("task", "", "", "team:staff"), done=("exit",))
    hand.spell(1, "desk", "service", 0, 0, 4, to="done").spell(2, "desk", "service", 2, 4, 8, to="done")
    hand.spell(3, "desk", "lost", 3).spell(4, "desk", "open_wait", 9)
    hand.spell(1, "done", "service", 4, 4, 4).spell(2, "done", "service", 8, 8, 8)
    return hand.level("team:staff.slots", (0, 1.0))


def test_a_world_without_headlines_of_its_own_gets_those_of_its_queues() -> None:
    view = desk().view()
    measures = station_measures(view.setting)
    assert {m.id: m.function(view) for m in measures if m.headline} == {"desk.wait": 1.0, "desk.waiting": 0.3}


def test_daily_series_are_means_over_each_day() -> None:
    hand = Hand(horizon=30.0, assess=("task", "assessment"), acute=("stay", "hospital", "hospital"))
    hand.spell(1, "assess", "service", -5, 1.5, 3).spell(2, "assess", "open_wait", 28.25)
    hand.spell(3, "acute", "open_held", started=29.5)
    view = hand.view()
    series = dict(zip(series_names(view.setting), daily(view), strict=True))
    assert series["waiting.assessment"][:3].tolist() == [1.0, 0.5, 0.0]
    assert series["waiting.assessment"][28:].tolist() == [0.75, 1.0]
    assert series["in_service.task"][:4].tolist() == [0.0, 0.5, 1.0, 0.0]
    assert series["ready_for_discharge"][-1] == 0.5
    assert series["starts.assessment"].sum() == 1.0


def test_the_mean_of_a_daily_series_is_the_mean_over_time() -> None:
    generator = np.random.default_rng(5)
    hand = Hand(horizon=50.5, assess=("task", "assessment"))
    for person in range(200):
        joined = generator.uniform(-10, 50)
        hand.spell(person, "assess", "renege", joined, ended=min(50.5, joined + generator.exponential(7)))
    view = hand.view()
    joined, until, _ = view.waits(["assess"]).columns
    series = view.series(joined, until)
    assert (series * np.diff(view.edges)).sum() / 50.5 == pytest.approx(view.mean(joined, until))


def test_measuring_a_large_log_is_quick() -> None:
    """150,000 spells: well below the time of simulating them."""
    import time

    generator = np.random.default_rng(1)
    hand = Hand(horizon=365.0, assess=("task", "assessment"), home=("package", "home_care"))
    hand.spell(1, "assess", "service", 0, 1, 2).spell(1, "home", "service", 0, 1, 2)
    view = hand.view()
    pick = generator.integers(0, 2, 150_000)
    spells = {name: column[pick] for name, column in view.spells.items()}
    spells["joined"] = generator.uniform(-90, 360, 150_000)
    spells["started"] = spells["joined"] + generator.exponential(20, 150_000)
    spells["ended"] = spells["started"] + generator.exponential(20, 150_000)
    view.spells.update(spells)
    big = type(view)(view.log, view.setting)
    began = time.process_time()
    station_table(big), daily(big)
    assert time.process_time() - began < 1.0


def test_daily_series_of_care_staff_and_reasons() -> None:
    hand = Hand(horizon=30.0, acute=("stay", "hospital", "hospital"), hub=("task", "transfer_hub", "hospital"),
                search=("sourcing", "care_sourcing"), home=("package", "home_care"))  # fmt: skip
    hand.seeks("search", "home_care").roles = ("broker", "nobody")
    hand.spell(1, "acute", "held", 0, 0, 1.5, reason="hub").spell(1, "acute", "held", 1.5, 1.5, 3, reason="search")
    hand.spell(1, "search", "service", 1.5, 1.5, 3, amount=10).spell(1, "home", "service", 3, 3, 4, amount=10)
    hand.spell(1, "home", "held", 4, 4, 5, amount=10, reason="hold").spell(
        1, "home", "held", 5, 5, 6, 10, reason="kept"
    )
    hand.level("role:broker.in_post", (-10, 4.0), (1.5, 2.0))
    view = hand.view()
    series = {name: row[:7].tolist() for name, row in zip(series_names(view.setting), daily(view), strict=True)}
    assert series["ready.hub"] == [1, 0.5, 0, 0, 0, 0, 0]
    assert series["ready.home"] == [0, 0.5, 1, 0, 0, 0, 0]
    assert series["ready_for_discharge"] == [1, 1, 1, 0, 0, 0, 0]
    assert series["undelivered_home_care_hours"] == [0, 5, 10, 0, 0, 0, 0]
    assert series["packages.home_care"] == series["packages_open"] == [0, 0, 0, 1, 1, 1, 0]
    assert series["home_care_hours"] == [0, 0, 0, 10, 0, 10, 0]
    assert series["staff.broker"] == series["staff_in_post"] == [4, 3, 2, 2, 2, 2, 2]
    assert series["staff.nobody"] == [0] * 7
    assert "waiting.assessment" not in series


def test_six_months_of_waiting_show_from_the_183rd_day() -> None:
    hand = Hand(horizon=200.0, assess=("task", "assessment")).spell(1, "assess", "service", 0, 190, 195)
    view = hand.view()
    series = daily(view)[series_names(view.setting).index("waiting_over_six_months")]
    assert np.flatnonzero(series).tolist() == list(range(182, 190))
