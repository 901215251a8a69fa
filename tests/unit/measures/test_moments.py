"""What a person met before, after and around a moment, against looking one by one."""

from __future__ import annotations

import numpy as np

from sim.measures.moments import Moments


def test_searching_for_all_at_once_is_looking_one_by_one() -> None:
    generator = np.random.default_rng(4)
    size = 400
    spells = {
        "person": generator.integers(-(2**62), 2**62, 30)[generator.integers(0, 30, size)],
        "joined": np.floor(generator.uniform(-50, 100, size) * 4) / 4,
    }
    moments = Moments(spells, -50.0, 100.0)
    rows, other = np.arange(0, 100), np.arange(100, size)
    times, at = spells["joined"][rows], spells["joined"][other]
    ends = at + generator.integers(0, 20, len(other))
    person = spells["person"]
    for i in rows.tolist():
        own = person[other] == person[i]
        after = at[own & (at >= times[i])]
        assert moments.until(rows, times, other, at)[i] == (after.min() - times[i] if len(after) else np.inf)
        assert moments.followed(rows, times, other, at, 5.0)[i] == bool((after <= times[i] + 5.0).any())
        assert moments.preceded(rows, times, other, at)[i] == bool((own & (at < times[i])).any())
        assert moments.inside(rows, times, other, at, ends)[i] == bool(
            (own & (at <= times[i]) & (ends > times[i])).any()
        )
        assert moments.among(rows, times, other, at)[i] == bool((own & (at == times[i])).any())
        place = moments.place(rows, times, other, at)[i]
        assert (place >= 0) == bool((own & (at == times[i])).any())
        assert place < 0 or (own[place] and at[place] == times[i])


def test_an_end_that_has_not_come_is_after_everything() -> None:
    spells = {"person": np.array([1, 1, 2]), "joined": np.array([0.0, 5.0, 0.0])}
    moments = Moments(spells, 0.0, 10.0)
    rows, other = np.array([1, 2]), np.array([0])
    found = moments.inside(rows, np.array([9.0, 9.0]), other, np.array([0.0]), np.array([np.nan]))
    assert found.tolist() == [True, False]


def test_the_earliest_of_each_person() -> None:
    spells = {"person": np.array([7, 3, 7]), "joined": np.array([4.0, 6.0, 2.0])}
    assert Moments(spells, 0.0, 10.0).earliest(np.arange(3), spells["joined"]).tolist() == [6.0, 2.0]
