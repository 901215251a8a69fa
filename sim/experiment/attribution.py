"""What each of several causes adds to a total, alone and together: algebra on one value for each set of causes.

``values[S]`` is what is found where the causes in S are taken away and the others are left, one value a replication;
the empty set is the world as it stands. The cost of all causes N is ``values[{}] - values[N]``.

A term of a set S is what taking away S does beyond what its smaller sets do (Harsanyi's dividend): of one cause, what
taking it away alone does; of two, how much more (or less) both do together than one by one. The terms of all sets add
up to the total, and the Shapley value of a cause is its even share of every term that it is in: the mean, over the
orders in which causes could be taken away, of what it does when its turn comes. Shapley values add up to the total too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

__all__ = ["Causes", "shapley", "subsets", "terms"]

Floats = npt.NDArray[np.float64]
Causes = frozenset[str]


def subsets(causes: Sequence[str]) -> list[Causes]:
    """Every set of causes, the empty one first, smaller before larger, in the order of the causes."""
    return [frozenset(chosen) for size in range(len(causes) + 1) for chosen in combinations(causes, size)]


def terms(values: Mapping[Causes, Floats], causes: Sequence[str]) -> dict[Causes, Floats]:
    """The term of every set but the empty one, as a cost: above 0 where taking the set away lowers the value."""
    found: dict[Causes, Floats] = {}
    for chosen in subsets(causes)[1:]:
        term = values[frozenset()] - values[chosen]
        for other in subsets(causes)[1:]:
            if other < chosen:
                term = term - found[other]
        found[chosen] = term
    return found


def shapley(found: Mapping[Causes, Floats], causes: Sequence[str]) -> dict[str, Floats]:
    """The Shapley value of each cause, from the terms."""
    return {
        cause: np.sum([term / len(chosen) for chosen, term in found.items() if cause in chosen], axis=0)
        for cause in causes
    }
