"""Luck, keyed: a draw is a pure function of the person, the decision and how often that person has used it.

A key passes through two rounds of splitmix64's finaliser (Steele, Lea and Flood 2014; the constants are Stafford's
variant 13). No generator has a state, so a draw never depends on what else was drawn, nor in which order.
Arrays and single draws agree to the bit: all the arithmetic is of 64-bit integers, and the one conversion to a
float is exact. Keys are signed, so that compiled they are machine words; as Python's integers products grow past 64
bits, which changes nothing, since every shift to the right takes only the bits below.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from hashlib import blake2b
from math import inf, log
from typing import Final

import numpy as np
from mypy_extensions import i64
from numpy.typing import NDArray

__all__ = [
    "MASK", "choices", "choose", "clocks", "clocks_of", "exponential", "name_key", "ordered", "person_key",
    "person_keys", "replication_key", "uniform", "uniforms",
]  # fmt: skip

MASK: Final = 2**64 - 1
"""64 bits."""

_GAMMA: Final = 0x9E3779B97F4A7C15
_M1: Final = 0xBF58476D1CE4E5B9
_M2: Final = 0x94D049BB133111EB
_M3: Final = 0xD6E8FEB86659FD93
_SIGNED_GAMMA: Final = i64(_GAMMA - 2**64)
_SIGNED_M1: Final = i64(_M1 - 2**64)
_SIGNED_M2: Final = i64(_M2 - 2**64)
_SIGNED_M3: Final = i64(_M3 - 2**64)
_HALF_STEP: Final = 2.0**-52


def name_key(name: str) -> int:
    """The 64-bit key of a decision, a stream or an option: blake2b of its name in UTF-8."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little", signed=True)


def replication_key(seed: int, replication: int) -> int:
    """The 64-bit key that all luck of one replication of one seed hangs from."""
    key = _mix(_mix(seed + _GAMMA & MASK) + (replication + 1) * _GAMMA & MASK)
    return key - 2**64 if key >> 63 else key


def person_key(replication: int, stream: int, strip: int, date: int, index: int) -> int:
    """The key of a candidate for arrival, in [1, 2**63): the same person in every world.

    ``replication`` is a ``replication_key``, ``stream`` the ``name_key`` of the stream, ``strip`` the layer of the
    stream's rate, ``date`` the day from ``run.start`` (negative in the warm-up), ``index`` the place in that day.
    """
    z = _mix((replication ^ stream) & MASK)
    z = _mix(z + (strip + 1) * _GAMMA & MASK)
    z = _mix(z + (date + 1) * _GAMMA & MASK)
    z = _mix(z + (index + 1) * _GAMMA & MASK)
    return z >> 1 or 1


def person_keys(
    replication: int, stream: int, strip: NDArray[np.int64], date: NDArray[np.int64], index: NDArray[np.int64]
) -> NDArray[np.int64]:
    """``person_key`` of arrays (or numbers) of strip, date and index, broadcast together."""
    z = np.full(np.broadcast(strip, date, index).shape, _mix((replication ^ stream) & MASK), np.uint64)
    for part in (strip, date, index):
        z = _mixed(z + (np.asarray(part, np.int64) + 1).astype(np.uint64) * np.uint64(_GAMMA))
    keys: NDArray[np.int64] = np.maximum(z >> np.uint64(1), np.uint64(1)).astype(np.int64)
    return keys


def uniform(person: i64, decision: i64, count: i64) -> float:
    """The luck of a person's ``count``-th use of a decision: strictly between 0 and 1, a multiple of 2**-53."""
    z = person ^ decision
    z = (z ^ (z >> 30 & 0x3FFFFFFFF)) * _SIGNED_M1
    z = (z ^ (z >> 27 & 0x1FFFFFFFFF)) * _SIGNED_M2
    z = (z ^ (z >> 31 & 0x1FFFFFFFF)) + count * _SIGNED_GAMMA
    z = (z ^ (z >> 30 & 0x3FFFFFFFF)) * _SIGNED_M1
    z = (z ^ (z >> 27 & 0x1FFFFFFFFF)) * _SIGNED_M2
    z = z ^ (z >> 31 & 0x1FFFFFFFF)
    return int(z >> 12 & 0xFFFFFFFFFFFFF) * 2.220446049250313e-16 + 1.1102230246251565e-16


def uniforms(persons: NDArray[np.int64] | NDArray[np.uint64], decision: int, count: int = 0) -> NDArray[np.float64]:
    """``uniform`` of many people at once."""
    z = _mixed(persons.astype(np.uint64) ^ np.uint64(decision & MASK))
    z = _mixed(z + np.uint64(count * _GAMMA & MASK)) >> np.uint64(12)
    return z.astype(np.float64) * _HALF_STEP + _HALF_STEP / 2


def exponential(person: i64, decision: i64, count: i64) -> float:
    """A unit exponential."""
    return -log(uniform(person, decision, count))


def clocks(person: i64, decision: i64, keys: list[int]) -> list[float]:
    """Unit exponentials of several causes at once, each from its own key: another cause never moves them."""
    z = person ^ decision
    z = (z ^ (z >> 30 & 0x3FFFFFFFF)) * _SIGNED_M1
    z = (z ^ (z >> 27 & 0x1FFFFFFFFF)) * _SIGNED_M2
    z ^= z >> 31 & 0x1FFFFFFFF
    out = []
    for k in keys:
        key: i64 = k
        w = (z ^ key) * _SIGNED_M2
        w = (w ^ (w >> 32 & 0xFFFFFFFF)) * _SIGNED_M3
        out.append(-log(int(w >> 12 & 0xFFFFFFFFFFFFF) * 2.220446049250313e-16 + 1.1102230246251565e-16))
    return out


def clocks_of(persons: NDArray[np.int64], decision: int, keys: Sequence[int]) -> list[list[float]]:
    """``clocks`` of many people at once, by cause."""
    z = _mixed(persons.astype(np.uint64) ^ np.uint64(decision & MASK))
    out = []
    for key in keys:
        w = (z ^ np.uint64(key & MASK)) * np.uint64(_M2)
        w = (w ^ w >> np.uint64(32)) * np.uint64(_M3)
        luck = (w >> np.uint64(12)).astype(np.float64) * _HALF_STEP + _HALF_STEP / 2
        out.append([-log(u) for u in luck.tolist()])
    return out


def choose(person: i64, decision: i64, count: i64, options: list[tuple[int, float]]) -> int:
    """Index of the option that wins an exponential race, each at the rate of its share; shares need not sum to 1.

    ``options`` are (key of the option's name, share). Each option's time comes from its own key, so neither order nor
    the other options touch it: a new option, or a larger share, only wins people over. A share of 0 or less never
    wins. Raises ValueError when no share is above 0.
    """
    z = person ^ decision
    z = (z ^ (z >> 30 & 0x3FFFFFFFF)) * _SIGNED_M1
    z = (z ^ (z >> 27 & 0x1FFFFFFFFF)) * _SIGNED_M2
    z = (z ^ (z >> 31 & 0x1FFFFFFFF)) + count * _SIGNED_GAMMA
    z = (z ^ (z >> 30 & 0x3FFFFFFFF)) * _SIGNED_M1
    z ^= z >> 29 & 0x7FFFFFFFF
    winner = -1
    best = -inf
    i = -1
    for k, share in options:
        i += 1
        if share > 0.0:
            key: i64 = k
            w = (z ^ key) * _SIGNED_M2
            w = (w ^ (w >> 32 & 0xFFFFFFFF)) * _SIGNED_M3
            t = log(int(w >> 12 & 0xFFFFFFFFFFFFF) * 2.220446049250313e-16 + 1.1102230246251565e-16) / share
            if t > best:
                best = t
                winner = i
    if winner < 0:
        raise ValueError("no option has a share above 0")
    return winner


def choices(
    persons: NDArray[np.int64], decision: int, count: int, options: Sequence[tuple[int, float]]
) -> NDArray[np.int64]:
    """``choose`` of many people at once, all from the same table."""
    z = _mixed(persons.astype(np.uint64) ^ np.uint64(decision & MASK)) + np.uint64(count * _GAMMA & MASK)
    z = (z ^ z >> np.uint64(30)) * np.uint64(_M1)
    z ^= z >> np.uint64(29)
    winner = np.full(len(persons), -1, np.int64)
    best = np.full(len(persons), -np.inf)
    for i, (key, share) in enumerate(options):
        if share > 0.0:
            w = (z ^ np.uint64(key & MASK)) * np.uint64(_M2)
            w = (w ^ w >> np.uint64(32)) * np.uint64(_M3)
            t = np.log((w >> np.uint64(12)).astype(np.float64) * _HALF_STEP + _HALF_STEP / 2) / share
            ahead = t > best
            best[ahead] = t[ahead]
            winner[ahead] = i
    if len(winner) and winner.min() < 0:
        raise ValueError("no option has a share above 0")
    return winner


def ordered(u: float, cumulative: Sequence[float]) -> int:
    """Level of an ordered scale: the number of ``cumulative`` shares at or below u, never past the last level."""
    return min(bisect_right(cumulative, u), len(cumulative) - 1)


def _mix(z: int) -> int:
    z = (z ^ z >> 30) * _M1 & MASK
    z = (z ^ z >> 27) * _M2 & MASK
    return z ^ z >> 31


def _mixed(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    z = (z ^ z >> np.uint64(30)) * np.uint64(_M1)
    z = (z ^ z >> np.uint64(27)) * np.uint64(_M2)
    return z ^ z >> np.uint64(31)
