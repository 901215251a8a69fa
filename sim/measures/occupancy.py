"""How often how many people are somewhere: shares of time by number, alone and of several stations at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.measures.areas import Floats

__all__ = ["MOST", "joint_shares", "time_shares"]

MOST = 60
"""Numbers above this are counted together."""


def time_shares(starts: Floats, ends: Floats, horizon: float) -> Floats:
    """Share of [0, horizon) with 0, 1, ... ``MOST`` in [start, end), and at last the share with more than ``MOST``."""
    times, steps, there = _steps(starts, ends, horizon)
    count = np.minimum(there + np.concatenate(([0], np.cumsum(steps))), MOST + 1)
    lengths = np.diff(times, prepend=0.0, append=horizon)
    found: Floats = np.bincount(count, lengths, MOST + 2) / horizon
    return found


def joint_shares(spans: Sequence[tuple[Floats, Floats]], horizon: float) -> dict[tuple[int, ...], float]:
    """Share of [0, horizon) by the numbers in several sets of [start, end) at once, each up to ``MOST`` + 1."""
    every = [_steps(starts, ends, horizon) for starts, ends in spans]
    times = np.concatenate([times for times, _, _ in every])
    order = np.argsort(times, kind="stable")
    lengths = np.diff(times[order], prepend=0.0, append=horizon)
    code = np.zeros(len(lengths), np.int64)
    begin = 0
    for times_of, steps, there in every:
        change = np.zeros(len(times), np.int64)
        change[begin : begin + len(times_of)] = steps
        begin += len(times_of)
        count = there + np.concatenate(([0], np.cumsum(change[order])))
        code = code * (MOST + 2) + np.minimum(count, MOST + 1)
    states, where = np.unique(code, return_inverse=True)
    shares = np.bincount(where, lengths, len(states)) / horizon
    found = {}
    for state, share in zip(states.tolist(), shares.tolist(), strict=True):
        numbers = []
        for _ in spans:
            state, number = divmod(state, MOST + 2)
            numbers.append(number)
        if share > 0.0:
            found[tuple(reversed(numbers))] = share
    return found


def _steps(starts: Floats, ends: Floats, horizon: float) -> tuple[Floats, np.ndarray, int]:
    """(times of each change inside the window in order, +1 or -1, how many are there at 0)."""
    come = starts[(starts > 0.0) & (starts < horizon)]
    gone = ends[(ends > 0.0) & (ends < horizon)]
    times = np.concatenate((come, gone))
    steps = np.concatenate((np.ones(len(come), np.int64), -np.ones(len(gone), np.int64)))
    order = np.argsort(times, kind="stable")
    return times[order], steps[order], int(((starts <= 0.0) & (ends > 0.0)).sum())
