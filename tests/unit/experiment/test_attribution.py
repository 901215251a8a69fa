"""Shapley values and terms, by hand and by what must hold of any numbers."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment.attribution import Causes, shapley, subsets, terms

ABC = ("a", "b", "c")
whole = st.integers(-1000, 1000)


def game(costs: dict[str, float], start: float = 100.0) -> dict[Causes, np.ndarray]:
    """Values from the costs of sets, each written as its letters: where a set is away its cost is."""
    return {chosen: np.array([start - costs.get("".join(sorted(chosen)), 0.0)]) for chosen in subsets(ABC)}


def test_three_causes_by_hand() -> None:
    """Alone 6, 3 and 0; a and b together 15, six more than one by one; c does nothing but with both: 21 in all."""
    values = game({"a": 6, "b": 3, "c": 0, "ab": 15, "ac": 6, "bc": 3, "abc": 21})
    found = {"".join(sorted(chosen)): float(term[0]) for chosen, term in terms(values, ABC).items()}
    assert found == {"a": 6, "b": 3, "c": 0, "ab": 6, "ac": 0, "bc": 0, "abc": 6}
    shares = {cause: float(value[0]) for cause, value in shapley(terms(values, ABC), ABC).items()}
    assert shares == {"a": 6 + 3 + 2, "b": 3 + 3 + 2, "c": 2}


def test_a_cause_that_helps_has_a_share_below_nothing() -> None:
    values = game({"a": -5, "b": 10, "c": 0, "ab": 5, "ac": -5, "bc": 10, "abc": 5})
    shares = shapley(terms(values, ABC), ABC)
    assert (shares["a"][0], shares["b"][0], shares["c"][0]) == (-5, 10, 0)


@given(st.fixed_dictionaries({chosen: st.lists(whole, min_size=3, max_size=3) for chosen in subsets(ABC)}))
def test_terms_and_shares_add_up_to_the_total_in_every_replication(values: dict[Causes, list[int]]) -> None:
    games = {chosen: np.array(row, float) for chosen, row in values.items()}
    found = terms(games, ABC)
    total = games[frozenset()] - games[frozenset(ABC)]
    assert len(found) == 7
    assert sum(found.values()) == pytest.approx(total, abs=1e-9)
    assert sum(shapley(found, ABC).values()) == pytest.approx(total, abs=1e-9)


@given(st.fixed_dictionaries(dict.fromkeys(subsets(ABC), whole)))
def test_a_share_is_the_mean_over_orders_of_what_a_cause_does_at_its_turn(values: dict[Causes, int]) -> None:
    shares = shapley(terms({chosen: np.array([float(v)]) for chosen, v in values.items()}, ABC), ABC)
    for cause in ABC:
        gains = []
        for order in permutations(ABC):
            before = frozenset(order[: order.index(cause)])
            gains.append(values[before] - values[before | {cause}])
        assert shares[cause][0] == pytest.approx(sum(gains) / 6, abs=1e-9)


def test_one_cause_has_it_all() -> None:
    values = {frozenset(): np.array([7.0]), frozenset("a"): np.array([3.0])}
    assert shapley(terms(values, "a"), "a")["a"][0] == 4.0
