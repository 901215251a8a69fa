"""Jobs in this process or several, in whatever order they end: the one seam behind which processes stand."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from sim.experiment.kept import Shelf

__all__ = ["Worker", "deaf_to_ctrl_c", "each", "processors"]

Result = TypeVar("Result", covariant=True)


class Worker(Protocol[Result]):
    """Does one job after another; made once in each process."""

    def run(self, item: int, /) -> Result:
        """Do one job."""


def processors() -> int:
    """Processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def each(
    make: Callable[[], Worker[Result]], items: Sequence[int], workers: int, shelf: Shelf | None = None
) -> Iterator[tuple[int, Result]]:
    """(item, what came of it) for each job, in any order; ``make`` and results are pickled when workers are several.

    ``shelf``: where what came of a job is kept; a job that it has is not done again.
    """
    kept = shelf.found() if shelf else {}
    yield from ((item, kept[item]) for item in items if item in kept)
    left = [item for item in items if item not in kept]
    for item, result in _done(make, left, min(workers, len(left))):
        if shelf:
            shelf.put(item, result)
        yield item, result


def _done(make: Callable[[], Worker[Result]], items: Sequence[int], workers: int) -> Iterator[tuple[int, Result]]:
    if workers > 1:
        yield from _spread(make, items, workers)
    elif items:
        worker = make()
        for item in items:
            yield item, worker.run(item)


_made: list[Callable[[], Worker[Any]]] = []
_worker: list[Worker[Any]] = []


def _receive(make: Callable[[], Worker[Any]]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _made[:] = [make]


def _work(item: int) -> Any:
    if not _worker:
        _worker.append(_made[0]())
    return _worker[0].run(item)


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Processes started inside never hear Ctrl-C: the one that started them does, once they are all there.

    The mask is what they inherit; the handler waits, for a signal may reach another thread than this one.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    heard: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
    if heard:
        raise KeyboardInterrupt


def _spread(make: Callable[[], Worker[Result]], items: Sequence[int], workers: int) -> Iterator[tuple[int, Result]]:
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_receive, initargs=(make,))
    try:
        with deaf_to_ctrl_c():
            jobs = {pool.submit(_work, item): item for item in items}
        for job in as_completed(jobs):
            yield jobs[job], job.result()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    pool.shutdown()
