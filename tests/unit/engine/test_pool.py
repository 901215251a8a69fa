"""Pools by schedules that can be checked by hand, and against a plain list searched from the front."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

import pytest

from sim.engine.pool import LOST, START, Pool, Room, Ticket, Waiter
from sim.engine.rounds import ARRIVAL, CAPACITY, CLOCK, END, Rounds, priority


@dataclass
class Someone(Waiter):
    """Who asks for an amount, and for how long once started."""

    ward: Ward
    name: str
    amount: int
    kind: str
    stay: float
    key: int
    ticket: Ticket | None = None

    def resume(self, message: object) -> None:
        assert message in (START, LOST)
        self.ward.log.append((self.ward.now, self.name) if message == START else (self.ward.now, self.name, message))
        if message == START and self.stay < inf:
            self.ward.at(self.ward.now + self.stay, self.release, END)

    def release(self) -> None:
        self.ward.pool.release(self.amount, self.kind)


@dataclass
class Ward:
    """One pool and what happens to it; ``log`` says who starts when."""

    capacity: int
    floors: dict[str, int] = field(default_factory=dict)
    fit_first: bool = False
    hold_after: float = inf
    limit: int | None = None

    def __post_init__(self) -> None:
        self.rounds = Rounds(0.0)
        self.pool = Pool(
            self.rounds,
            "ward",
            1,
            self.capacity,
            floors=dict(self.floors),
            fit_first=self.fit_first,
            hold_after=self.hold_after,
        )
        self.room = Room(self.limit) if self.limit is not None else None
        self.log: list[tuple[float, str] | tuple[float, str, str]] = []
        self.people = 0

    @property
    def now(self) -> float:
        return self.rounds.env.now

    def at(self, time: float, action: Callable[[], object], phase: int = ARRIVAL, order: int = 0) -> None:
        def call(_: object) -> None:
            action()
            self.rounds.settle()

        self.rounds.call(time, priority(phase, 1, order), call)

    def ask(
        self,
        time: float,
        name: str,
        amount: int = 1,
        stay: float = inf,
        kind: str = "",
        rank: int = 0,
        since: float = 0.0,
    ) -> Someone:
        self.people += 1
        who = Someone(self, name, amount, kind, stay, self.people)

        def join() -> None:
            if self.pool.take(amount, kind):
                who.resume(START)
            else:
                who.ticket = self.pool.join(who, amount, kind, rank, time - since, self.room)

        self.at(time, join, order=who.key)
        return who

    def gives_up(self, time: float, who: Someone) -> None:
        self.at(time, lambda: who.ticket and self.pool.leave(who.ticket), CLOCK, who.key)

    def resize(self, time: float, capacity: int, floors: dict[str, int] | None = None) -> None:
        self.at(time, lambda: self.pool.set_capacity(capacity, floors), CAPACITY)

    def run(self, until: float = 1000.0) -> list[tuple[float, str] | tuple[float, str, str]]:
        self.rounds.env.run(until)
        return self.log


def test_whoever_comes_first_starts_first() -> None:
    ward = Ward(2)
    for time, name, stay in ((0, "a", 5), (1, "b", 9), (2, "c", 1), (3, "d", 1)):
        ward.ask(time, name, stay=stay)
    assert ward.run() == [(0, "a"), (1, "b"), (5, "c"), (6, "d")]


def test_a_lower_rank_starts_first_and_inside_a_rank_the_longest_wait() -> None:
    ward = Ward(1)
    ward.ask(0, "in", stay=10)
    ward.ask(1, "planned 1", stay=1, rank=1)
    ward.ask(2, "planned 2", stay=1, rank=1)
    ward.ask(3, "crisis", stay=1, rank=0)
    assert ward.run() == [(0, "in"), (10, "crisis"), (11, "planned 1"), (12, "planned 2")]


def test_a_head_start_counts_as_having_joined_earlier() -> None:
    ward = Ward(1)
    ward.ask(0, "in", stay=50)
    ward.ask(10, "community", stay=1)
    ward.ask(35, "hospital", stay=1, since=30)
    ward.ask(45, "too late", stay=1, since=30)
    assert ward.run() == [(0, "in"), (50, "hospital"), (51, "community"), (52, "too late")]


def test_at_one_instant_a_place_given_back_goes_to_the_longest_waiting_not_to_who_arrives() -> None:
    ward = Ward(1)
    ward.ask(0, "a", stay=5)
    ward.ask(5, "arrives", stay=1)
    ward.ask(2, "waits", stay=1)
    assert ward.run() == [(0, "a"), (5, "waits"), (6, "arrives")]


def test_at_one_instant_a_lower_rank_wins_though_it_arrives_last() -> None:
    ward = Ward(1)
    ward.ask(3, "planned", stay=1, rank=1)
    ward.ask(3, "crisis", stay=1, rank=0)
    assert ward.run() == [(3, "crisis"), (4, "planned")]


@pytest.mark.parametrize("shuffle", range(4))
def test_the_order_in_which_events_are_inserted_never_matters(shuffle: int) -> None:
    ward = Ward(3)
    whos = [ward.ask(time, f"{time}.{i}", 1 + i % 2, stay=2.0 + i) for time in range(6) for i in range(3)]
    heap = list(ward.rounds.queue)
    random.Random(shuffle).shuffle(heap)
    ward.rounds.queue.clear()
    for time, prio, _, wake in heap:
        ward.rounds.arm(wake, time, prio)
    other = Ward(3)
    for time in range(6):
        for i in range(3):
            other.ask(time, f"{time}.{i}", 1 + i % 2, stay=2.0 + i)
    assert ward.run() == other.run()
    assert len(ward.log) == len(whos)


def test_the_head_of_the_line_holds_up_those_behind_who_would_fit() -> None:
    ward = Ward(10)
    ward.ask(0, "six", 6, stay=5)
    ward.ask(1, "eight", 8, stay=5)
    ward.ask(2, "two", 2, stay=5)
    assert ward.run() == [(0, "six"), (5, "eight"), (5, "two")]


def test_with_fit_first_those_who_fit_pass_the_head() -> None:
    ward = Ward(10, fit_first=True)
    ward.ask(0, "six", 6, stay=5)
    ward.ask(1, "eight", 8, stay=5)
    ward.ask(2, "two", 2, stay=9)
    ward.ask(3, "three", 3, stay=1)
    ward.ask(4, "one", 1, stay=5)
    assert ward.run() == [(0, "six"), (2, "two"), (4, "one"), (5, "three"), (9, "eight")]


def test_nobody_passes_a_head_that_has_waited_long_enough() -> None:
    ward = Ward(10, fit_first=True, hold_after=3)
    ward.ask(0, "six", 6, stay=9)
    ward.ask(1, "eight", 8, stay=5)
    ward.ask(3, "passes", 1, stay=1)
    ward.ask(4, "held", 1, stay=1)
    assert ward.run() == [(0, "six"), (3, "passes"), (9, "eight"), (9, "held")]


def test_a_floor_keeps_places_for_its_class() -> None:
    ward = Ward(4, floors={"community": 2})
    for i in range(4):
        ward.ask(0, f"hospital {i}", stay=10, kind="discharge")
    ward.ask(1, "home 0", stay=20, kind="community")
    ward.ask(2, "home 1", stay=20, kind="community")
    ward.ask(3, "home 2", stay=1, kind="community")
    assert ward.run() == [
        (0, "hospital 0"), (0, "hospital 1"), (1, "home 0"), (2, "home 1"), (10, "hospital 2"), (10, "hospital 3"),
        (20, "home 2"),
    ]  # fmt: skip


def test_a_class_may_use_more_than_its_floor() -> None:
    ward = Ward(3, floors={"community": 1})
    for i in range(3):
        ward.ask(0, f"home {i}", stay=5, kind="community")
    ward.ask(1, "hospital", stay=1, kind="discharge")
    assert ward.run() == [(0, "home 0"), (0, "home 1"), (0, "home 2"), (5, "hospital")]


def test_a_class_starts_inside_its_floor_past_a_blocked_head_and_not_beyond_it() -> None:
    ward = Ward(10, floors={"community": 4})
    ward.ask(0, "in", 5, stay=10, kind="discharge")
    ward.ask(1, "large", 6, stay=5, kind="discharge")
    ward.ask(2, "home 0", 3, stay=3, kind="community")
    ward.ask(3, "home 1", 2, stay=3, kind="community")
    assert ward.run() == [(0, "in"), (2, "home 0"), (5, "home 1"), (10, "large")]


def test_a_new_floor_drains_towards_its_class() -> None:
    ward = Ward(2, floors={"community": 0})
    for i in range(4):
        ward.ask(0, f"hospital {i}", stay=4 + i, kind="discharge")
    ward.ask(1, "home", stay=1, kind="community")
    ward.resize(2, 2, {"community": 1})
    assert ward.run() == [(0, "hospital 0"), (0, "hospital 1"), (4, "home"), (5, "hospital 2"), (11, "hospital 3")]


def test_capacity_cut_below_use_drains_before_anyone_starts() -> None:
    ward = Ward(3)
    for name, stay in (("a", 4), ("b", 5), ("c", 6)):
        ward.ask(0, name, stay=stay)
    ward.resize(1, 1)
    ward.ask(2, "d", stay=1)
    assert ward.run(3.5) == [(0, "a"), (0, "b"), (0, "c")]
    assert (ward.pool.used, ward.pool.capacity) == (3, 1)
    assert ward.run()[3:] == [(6, "d")]


def test_capacity_0_raised_starts_everyone_who_fits() -> None:
    ward = Ward(0)
    for i in range(5):
        ward.ask(i, f"{i}", stay=100)
    ward.resize(10, 3)
    ward.resize(12, 4)
    assert ward.run(50) == [(10, "0"), (10, "1"), (10, "2"), (12, "3")]
    assert (ward.pool.used, ward.pool.waiting) == (4, 1)


def test_when_the_head_gives_up_those_behind_start_at_once() -> None:
    ward = Ward(10)
    ward.ask(0, "six", 6, stay=50)
    head = ward.ask(1, "eight", 8)
    ward.ask(2, "two", 2)
    ward.gives_up(7, head)
    assert ward.run(40) == [(0, "six"), (7, "two")]
    assert ward.pool.waiting == 0


def test_giving_up_in_the_middle_changes_nothing_for_the_head() -> None:
    ward = Ward(1)
    ward.ask(0, "a", stay=5)
    ward.ask(1, "b", stay=5)
    middle = ward.ask(2, "c", stay=5)
    ward.ask(3, "d", stay=5)
    ward.gives_up(4, middle)
    assert ward.run() == [(0, "a"), (5, "b"), (10, "d")]


def test_at_one_instant_a_release_comes_before_giving_up_and_the_start_after_both() -> None:
    ward = Ward(1)
    ward.ask(0, "a", stay=5)
    ward.gives_up(5, ward.ask(1, "b", stay=5))
    ward.ask(2, "c", stay=5)
    assert ward.run() == [(0, "a"), (5, "c")]


def test_a_ticket_that_has_started_cannot_leave() -> None:
    ward = Ward(1)
    ward.ask(0, "a", stay=2)
    late = ward.ask(1, "b", stay=5)
    ward.gives_up(4, late)
    ward.ask(5, "c")
    assert ward.run() == [(0, "a"), (2, "b"), (7, "c")]


def test_those_beyond_the_room_are_lost() -> None:
    ward = Ward(1, limit=1)
    ward.ask(0, "a", stay=5)
    ward.ask(1, "b", stay=5)
    ward.ask(2, "c", stay=5)
    ward.ask(6, "d", stay=5)
    assert ward.run() == [(0, "a"), (2, "c", LOST), (5, "b"), (10, "d")]


def test_without_room_only_those_who_start_at_once_come_in() -> None:
    ward = Ward(2, limit=0)
    for time, name in ((0, "a"), (1, "b"), (2, "c"), (4, "d")):
        ward.ask(time, name, stay=4)
    assert ward.run() == [(0, "a"), (1, "b"), (2, "c", LOST), (4, "d")]


def test_use_over_time_is_exact() -> None:
    ward = Ward(10)
    ward.ask(0, "a", 3, stay=0.125)
    ward.ask(0, "b", 4, stay=7.5)
    ward.ask(2, "c", 8, stay=2.25)
    ward.run(20)
    assert ward.pool.used_time() == 3 * 0.125 + 4 * 7.5 + 8 * 2.25
    assert ward.pool.used == 0


def test_use_beyond_capacity_counts_as_use() -> None:
    ward = Ward(1)
    ward.at(0, lambda: ward.pool.use(3, ""))
    ward.ask(1, "a")
    ward.at(4, lambda: ward.pool.release(2, ""), END)
    ward.at(6, lambda: ward.pool.release(1, ""), END)
    assert ward.run(10) == [(6, "a")]
    assert ward.pool.used_time() == 3 * 4 + 1 * 2 + 1 * 4


def test_floors_do_not_appear_while_it_runs() -> None:
    with pytest.raises(ValueError, match="ward: floors appear or vanish while it runs"):
        Ward(2).pool.set_capacity(2, {"community": 1})


@dataclass
class Request:
    """What the plain list knows of someone."""

    name: str
    time: int
    amount: int
    stay: int
    kind: str
    rank: int
    patience: int
    key: int


def by_hand(requests: list[Request], sizes: dict[int, int], ward: Ward) -> list[tuple[float, str]]:
    """The same rules on a list: at each instant capacity, ends, limits of patience, arrivals, then starts."""
    waiting: list[Request] = []
    here: list[tuple[int, Request]] = []
    capacity = ward.capacity
    log: list[tuple[float, str]] = []
    for now in range(400):
        capacity = sizes.get(now, capacity)
        here = [(end, r) for end, r in here if end > now]
        waiting = [r for r in waiting if r.time + r.patience > now]
        waiting += [r for r in requests if r.time == now]
        waiting.sort(key=lambda r: (r.rank, r.time, r.key))
        while True:
            starter = first_to_start(waiting, [r for _, r in here], capacity, now, ward)
            if starter is None:
                break
            waiting.remove(starter)
            here.append((now + starter.stay, starter))
            log.append((now, starter.name))
    return log


def first_to_start(waiting: list[Request], here: list[Request], capacity: int, now: int, ward: Ward) -> Request | None:
    free = capacity - sum(r.amount for r in here)
    held = {kind: sum(r.amount for r in here if r.kind == kind) for kind in ("x", "y", "z")}
    head_seen: set[str] = set()
    blocked: Request | None = None
    for r in waiting:
        kind = r.kind if ward.floors else ""
        if kind in head_seen and not ward.fit_first:
            continue
        head_seen.add(kind)
        if r.amount > free:
            blocked = blocked or r
            continue
        kept = sum(max(0, floor - held[other]) for other, floor in ward.floors.items() if other != r.kind)
        if r.amount > free - kept:
            continue
        in_floor = held[r.kind] + r.amount <= ward.floors.get(r.kind, 0)
        if blocked and not in_floor and not (ward.fit_first and now - blocked.time < ward.hold_after):
            continue
        return r
    return None


@pytest.mark.parametrize("floors", [{}, {"x": 4, "y": 2}], ids=["", "floors"])
@pytest.mark.parametrize(("fit_first", "hold_after"), [(False, inf), (True, inf), (True, 5.0)])
@pytest.mark.parametrize("seed", range(6))
def test_the_pool_does_what_a_plain_list_does(
    seed: int, fit_first: bool, hold_after: float, floors: dict[str, int]
) -> None:
    luck = random.Random(seed)
    ward = Ward(12, floors=floors, fit_first=fit_first, hold_after=hold_after)
    requests = []
    for i in range(120):
        request = Request(
            f"{i}", luck.randrange(100), luck.choice((1, 1, 2, 3, 5, 8)), luck.randint(1, 9), luck.choice("xyz"),
            luck.randrange(2), luck.choice((4, 20, 1000)), i + 1,
        )  # fmt: skip
        requests.append(request)
        who = ward.ask(request.time, request.name, request.amount, request.stay, request.kind, request.rank)
        ward.gives_up(request.time + request.patience, who)
    sizes = {luck.randrange(1, 100): luck.choice((0, 3, 8, 12, 20)) for _ in range(8)} | {120: 20}
    for time, capacity in sizes.items():
        ward.resize(time, capacity)
    assert ward.run(400) == by_hand(requests, sizes, ward)
    assert ward.pool.used == 0
    assert ward.pool.waiting == 0
