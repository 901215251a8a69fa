"""Keyed draws: pinned values, agreement of arrays and scalars, and the statistics of luck."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.engine.draws import (
    choose,
    exponential,
    name_key,
    ordered,
    person_key,
    person_keys,
    replication_key,
    uniform,
    uniforms,
)

GOLDEN = json.loads((Path(__file__).parent / "golden_draws.json").read_text())
REPLICATION = replication_key(1, 0)
STREAM = name_key("requests")
DECISION = name_key("contact_centre.effort")


def people(n: int) -> np.ndarray:
    index = np.arange(n)
    return person_keys(REPLICATION, STREAM, np.zeros(n, np.int64), index // 25, index % 25)


def test_fifty_keys_and_draws_are_pinned() -> None:
    assert len(GOLDEN) == 50
    for row in GOLDEN:
        key = person_key(
            replication_key(row["seed"], row["replication"]),
            name_key(row["stream"]),
            row["strip"],
            row["date"],
            row["index"],
        )
        decision = name_key(row["decision"])
        options = [(name_key(name), share) for name, share in row["options"].items()]
        assert key == int(row["person"])
        assert uniform(key, decision, row["count"]) == float.fromhex(row["uniform"])
        assert choose(key, decision, row["count"], options) == row["choice"]


def test_a_name_has_a_64_bit_key_that_depends_on_every_letter() -> None:
    names = ["", "a", "b", "ab", "ba", "see_and_solve", "see_and_solve.next", "é"]
    keys = [name_key(name) for name in names]
    assert len(set(keys)) == len(keys)
    assert all(-(1 << 63) <= key < 1 << 63 for key in keys)


def test_seeds_and_replications_give_different_keys() -> None:
    keys = {replication_key(seed, r) for seed in range(-50, 50) for r in range(50)}
    assert len(keys) == 5000


def test_arrays_of_people_agree_with_single_people_to_the_bit() -> None:
    rng = np.random.default_rng(0)
    strip, date, index = rng.integers(0, 5, 500), rng.integers(-400, 4000, 500), rng.integers(0, 300, 500)
    keys = person_keys(REPLICATION, STREAM, strip, date, index)
    assert keys.dtype == np.int64
    single = [person_key(REPLICATION, STREAM, *row) for row in np.stack((strip, date, index), axis=1).tolist()]
    assert keys.tolist() == single
    assert min(single) >= 1


def test_people_never_share_a_key() -> None:
    strip, date, index = np.meshgrid(np.arange(3), np.arange(-100, 400), np.arange(100), indexing="ij")
    keys = np.concatenate([person_keys(REPLICATION, name_key(s), strip, date, index).ravel() for s in ("a", "b")])
    assert len(np.unique(keys)) == len(keys) == 300_000


@pytest.mark.parametrize("count", [0, 1, 7])
def test_arrays_of_draws_agree_with_single_draws_to_the_bit(count: int) -> None:
    keys = people(1000)
    single = [uniform(key, DECISION, count) for key in keys.tolist()]
    assert uniforms(keys, DECISION, count).tolist() == single
    assert uniforms(keys.astype(np.uint64), DECISION, count).tolist() == single


def test_the_smallest_and_largest_draws_are_strictly_inside_0_and_1() -> None:
    step = 2.0**-52
    assert 0 * step + step / 2 > 0.0
    assert (2**52 - 1) * step + step / 2 < 1.0
    u = uniforms(people(100_000), DECISION)
    assert 0.0 < u.min() < 1e-4
    assert 1 - 1e-4 < u.max() < 1.0


@pytest.mark.parametrize("count", [0, 1, 2])
def test_draws_of_many_people_are_uniform(count: int) -> None:
    u = uniforms(people(100_000), DECISION, count)
    assert u.mean() == pytest.approx(0.5, abs=4 * math.sqrt(1 / 12 / 100_000))
    cells = np.bincount((u * 1000).astype(int), minlength=1000)
    assert stats.chisquare(cells).pvalue > 1e-3
    assert stats.kstest(u, "uniform").pvalue > 1e-3


def test_draws_of_one_person_over_counts_are_uniform() -> None:
    chances = []
    for key in people(20).tolist():
        u = np.array([uniform(key, DECISION, count) for count in range(2000)])
        chances.append(stats.chisquare(np.bincount((u * 50).astype(int), minlength=50)).pvalue)
        assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) < 4.5 / math.sqrt(2000)
    assert stats.kstest(chances, "uniform").pvalue > 1e-3


def together(u: np.ndarray, v: np.ndarray) -> float:
    """p-value of independence, from a 16 by 16 table."""
    cells = np.bincount((u * 16).astype(int) * 16 + (v * 16).astype(int), minlength=256)
    return float(stats.chisquare(cells).pvalue)


def test_draws_are_independent_over_counts_decisions_and_people() -> None:
    keys = people(100_001)
    first = uniforms(keys, DECISION)
    assert together(first, uniforms(keys, DECISION, 1)) > 1e-3
    assert together(first, uniforms(keys, DECISION, 2)) > 1e-3
    assert together(first, uniforms(keys, name_key("contact_centre.next"))) > 1e-3
    assert together(first[1:], first[:-1]) > 1e-3


def test_decisions_whose_keys_differ_in_one_bit_are_independent() -> None:
    keys = people(50_000)
    first = uniforms(keys, DECISION)
    worst = min(together(first, uniforms(keys, DECISION ^ (1 << bit))) for bit in range(0, 64, 7))
    assert worst > 1e-4


def test_an_exponential_has_mean_and_standard_deviation_1() -> None:
    x = np.array([exponential(key, DECISION, 0) for key in people(50_000).tolist()])
    assert x.min() > 0
    assert x.mean() == pytest.approx(1, abs=4 / math.sqrt(50_000))
    assert x.std() == pytest.approx(1, abs=0.03)


SHARES = {"advice": 0.42, "connection": 0.13, "assessment": 0.05, "see_and_solve": 0.4}
OPTIONS = [(name_key(name), share) for name, share in SHARES.items()]


def test_options_win_in_proportion_to_their_shares() -> None:
    n = 100_000
    wins = np.bincount([choose(key, DECISION, 0, OPTIONS) for key in people(n).tolist()], minlength=4)
    assert stats.chisquare(wins, n * np.array(list(SHARES.values()))).pvalue > 1e-3


def test_choices_are_independent_of_the_next_choice_and_of_the_uniform_of_the_same_use() -> None:
    keys = people(50_000)
    now = np.array([choose(key, DECISION, 0, OPTIONS) for key in keys.tolist()])
    later = np.array([choose(key, DECISION, 1, OPTIONS) for key in keys.tolist()])
    assert stats.chi2_contingency(np.histogram2d(now, later, bins=4)[0]).pvalue > 1e-3
    u = np.minimum((uniforms(keys, DECISION) * 10).astype(int), 9)
    assert stats.chi2_contingency(np.histogram2d(now, u, bins=(4, 10))[0]).pvalue > 1e-3


def test_many_equal_options_win_equally_and_in_pairs_independently() -> None:
    options = [(name_key(f"option {i}"), 1.0) for i in range(20)]
    wins = np.bincount([choose(key, DECISION, 0, options) for key in people(40_000).tolist()], minlength=20)
    assert stats.chisquare(wins).pvalue > 1e-3
    pairs = [options[0:2], options[2:4], options[0:1] + options[3:4]]
    first = [np.array([choose(key, DECISION, 0, pair) for key in people(20_000).tolist()]) for pair in pairs]
    assert stats.chi2_contingency(np.histogram2d(first[0], first[1], bins=2)[0]).pvalue > 1e-3
    together_with_a_shared_option = np.mean(first[0] == first[2])
    assert together_with_a_shared_option == pytest.approx(2 / 3, abs=0.02)


def test_order_never_matters() -> None:
    names = list(SHARES)
    backwards = list(reversed(OPTIONS))
    for key in people(500).tolist():
        assert names[choose(key, DECISION, 0, OPTIONS)] == names[3 - choose(key, DECISION, 0, backwards)]


def test_a_new_option_only_wins_people_over() -> None:
    wider = [*OPTIONS, (name_key("rapid_response"), 0.25)]
    moved = 0
    for key in people(20_000).tolist():
        before, after = choose(key, DECISION, 0, OPTIONS), choose(key, DECISION, 0, wider)
        assert after in (before, 4)
        moved += after == 4
    assert moved / 20_000 == pytest.approx(0.2, abs=0.012)


def test_a_scaled_table_moves_nobody_and_an_impossible_option_never_wins() -> None:
    scaled = [(key, share * 3.7) for key, share in OPTIONS]
    barred = [OPTIONS[0], (OPTIONS[1][0], 0.0), (OPTIONS[2][0], -0.1), OPTIONS[3]]
    for key in people(2000).tolist():
        assert choose(key, DECISION, 0, OPTIONS) == choose(key, DECISION, 0, scaled)
        assert choose(key, DECISION, 0, barred) in (0, 3)


def test_a_table_without_a_possible_option_is_an_error() -> None:
    with pytest.raises(ValueError, match="no option has a share above 0"):
        choose(1, DECISION, 0, [(5, 0.0)])


def test_an_ordered_scale_follows_its_cumulative_shares() -> None:
    cumulative = [0.15, 0.5, 0.8, 0.95, 1.0]
    assert [ordered(u, cumulative) for u in (0.0, 0.1499, 0.15, 0.6, 0.949, 0.96, 0.9999999)] == [0, 0, 1, 2, 3, 4, 4]
    assert ordered(0.9999999, [0.3, 0.3, 0.999]) == 2
