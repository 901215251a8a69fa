"""Places of a pool that others have, by hand: how many, who is put off for whom, and what is in use."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.scenario import ScenarioError, load, loads
from tests.verification.test_staff import level

WARD = """
title: One ward
demand: {{cases: {{times: [{times}]}}}}
doors: {{cases: ward}}
profiles: {{more: {{steps: {{2026-04-04: 1.5}}}}}}
pools: {{beds: {{capacity: {capacity}{more}}}}}
stations:
  ward: {{kind: stay, track: hospital, counts_as: hospital, pool: beds, length: {length}, next: home}}
  home: {{kind: exit}}
run: {{start: 2026-04-01, length: 10 days, replications: 1}}
"""


def ward(more: str, *, people: int = 6, capacity: int = 6, length: str = "30 days") -> str:
    times = ", ".join(f"{12 + k} h" for k in range(people))
    return WARD.format(times=times, more=more, capacity=capacity, length=length)


def started(run) -> list[float]:
    return sorted((run.spells("ward", "service", "open_service")["started"] * 24).round(3).tolist())


def test_what_others_have_is_not_there_for_the_people_of_the_scenario(simulate) -> None:
    (run,) = simulate(ward(", others: 4"), 1)
    assert started(run) == [12, 13]
    assert set(level(run, "pool:beds.capacity")) == {6}
    assert set(level(run, "pool:beds.others")) == {4}
    assert set(level(run, "pool:beds.put_off")) == {0}


def test_planned_care_is_put_off_at_midnight_while_people_wait(simulate) -> None:
    """Two of six start, four wait: half of the four others give way at midnight, the rest stay."""
    (run,) = simulate(ward(", others: 4, planned: 0.5"), 1)
    assert started(run) == [12, 13, 24, 24]
    assert level(run, "pool:beds.others").tolist() == [4] + [2] * 9
    assert level(run, "pool:beds.put_off").tolist() == [0] + [2] * 9


def test_no_more_is_put_off_than_people_wait_and_it_comes_back(simulate) -> None:
    """One waits: one is put off at midnight, and has a place again the midnight after the stays of a day are over."""
    (run,) = simulate(ward(", others: 4, planned: 1", people=3, length="1 day"), 1)
    assert started(run) == [12, 13, 24]
    assert level(run, "pool:beds.put_off").tolist() == [0, 1] + [0] * 8


def test_how_many_follows_a_profile(simulate) -> None:
    """Four until 4 April, then six: nobody starts from then on. They have two places less
    while the last two stays go on."""
    (run,) = simulate(ward(", others: {value: 4, profile: more}", length="2 days"), 1)
    assert level(run, "pool:beds.others").tolist() == [4] * 5 + [6] * 5
    assert started(run) == [12, 13, 60, 61]


def test_no_more_are_there_than_there_are_places(simulate) -> None:
    """Six want a bed from 4 April and four people stay for a month: two have one."""
    (run,) = simulate(
        ward(", others: {value: 2, profile: more}", people=4).replace("2026-04-04: 1.5", "2026-04-04: 3"), 1
    )
    assert started(run) == [12, 13, 14, 15]
    assert level(run, "pool:beds.others").tolist() == [2] * 10
    assert set(level(run, "pool:beds.put_off")) == {0}


def test_the_load_of_a_pool_leaves_out_what_others_have(tmp_path: Path) -> None:
    path = tmp_path / "it.yaml"

    def there(more: str) -> float:
        path.write_text(ward(more, people=0).replace("times: []", "rate: 0.05/day"))
        return next(one.capacity_a_year for one in loads.offered(load(str(path))) if one.thing == "beds")

    assert there(", others: 4") == pytest.approx(there("") / 3)


@pytest.mark.parametrize(("more", "message"), [
    (", others: 4 h/week", "`4 h/week` is not a number"),
    (", others: 7", "`beds` has 6 places, and others have 7 of them"),
    (", planned: 0.5", "there are no `others` of whom this is a share"),
])  # fmt: skip
def test_mistakes(more: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("it.yaml").write_text(ward(more))
    with pytest.raises(ScenarioError) as raised:
        load("./it.yaml")
    assert message in str(raised.value)


def test_hours_have_no_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (
        ward(", others: 2", capacity=600)
        .replace("600", "600 h/week")
        .replace("pool: beds", "pool: beds, amount: 7 h/week")
    )
    Path("it.yaml").write_text(text)
    with pytest.raises(ScenarioError, match="`beds` is in hours a week"):
        load("./it.yaml")


def test_a_run_is_the_same_again(simulate) -> None:
    runs = [simulate(ward(", others: 4, planned: 0.5"), 1)[0] for _ in range(2)]
    assert np.array_equal(*(run.log.levels["value"] for run in runs))
