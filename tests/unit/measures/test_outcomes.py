"""Where people stand at the end, on logs written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.measures.outcomes import OUTCOMES, Outcomes, outcomes, turn
from tests.unit.measures.hand import Hand

IDS = list(OUTCOMES)


def place() -> Hand:
    """Stations of every kind; 100 days."""
    return Hand(
        assessment=("task", "assessment", "assessment"),
        early=("task", "active_recovery", "early_intervention"),
        review=("task", "review", "assessment"),
        crisis=("task", "crisis_response", "crisis"),
        ward=("stay", "acute_stay", "hospital"),
        bed=("stay", "intermediate_care", "early_intervention"),
        search=("sourcing", "care_sourcing", "brokerage"),
        home=("package", "home_care", "formal_care"),
        residential=("package", "care_home", "formal_care"),
        advice=("exit", "advice"),
        withdrew=("exit", "withdrew"),
        died=("exit", "died"),
    )


def read(hand: Hand, since: float = 0.0) -> Outcomes:
    view = hand.view()
    return outcomes(view.log, view.setting, since)


CASES: dict[str, list[tuple[str, str, dict[str, float | str]]]] = {
    "no_ongoing_support": [("assessment", "service", {"joined": 1, "started": 2, "ended": 3}),
                           ("advice", "service", {"joined": 3, "started": 3, "ended": 3})],
    "withdrew": [("assessment", "renege", {"joined": 1, "ended": 9}), ("withdrew", "service", {"joined": 9})],
    "died": [("home", "service", {"joined": 1, "started": 2, "ended": 9}), ("died", "service", {"joined": 9})],
    "waiting": [("advice", "service", {"joined": 0.5}), ("advice", "away", {"joined": 0.5, "ended": 1}),
                ("assessment", "open_wait", {"joined": 1})],
    "in_hand": [("assessment", "open_service", {"joined": 1, "started": 2})],
    "short_term_help": [("bed", "open_held", {"started": 5, "reason": "assessment"}),
                        ("assessment", "open_wait", {"joined": 30})],
    "care_at_home": [("home", "open_held", {"started": 5, "reason": "kept"}), ("review", "open_wait", {"joined": 5})],
    "care_home": [("residential", "open_service", {"joined": 5, "started": 5})],
    "hospital": [("residential", "open_held", {"started": 5, "reason": "kept"}),
                 ("ward", "open_held", {"started": 9, "reason": "search"}),
                 ("search", "open_wait", {"joined": 9})],
}  # fmt: skip


@pytest.mark.parametrize("outcome", CASES)
def test_someone_stands_where_the_log_ends(outcome: str) -> None:
    hand = place().arrives(7, 1.0)
    for station, kind, given in CASES[outcome]:
        times = {key: float(value) for key, value in given.items() if not isinstance(value, str)}
        names = {key: value for key, value in given.items() if isinstance(value, str)}
        hand.spell(7, station, kind, **times, **names)  # type: ignore[arg-type]
    assert IDS[read(hand).outcome[0]] == outcome


def test_every_outcome_has_a_case() -> None:
    assert set(CASES) == set(OUTCOMES)


def test_someone_on_the_way_is_in_hand() -> None:
    hand = place().arrives(7, 1.0)
    hand.spell(7, "assessment", "service", 1.0, 2.0, 3.0).spell(7, "assessment", "transfer", 3.0, 3.0, to="search")
    assert IDS[read(hand).outcome[0]] == "in_hand"


def test_days_waited_delayed_and_harmed_count_from_the_decision() -> None:
    """Waits 10 to 30 and searches 40 to 60 from day 20 on: 10 + 20; in a bed from 15 to 25, so 5; harmed on day 30."""
    hand = place().arrives(7, 1.0).arrives(8, 1.0)
    hand.spell(7, "assessment", "renege", 10.0, ended=30.0, to="crisis", reason="excess")
    hand.spell(7, "search", "service", 40.0, 40.0, 60.0)
    hand.spell(7, "ward", "held", 10.0, 15.0, 25.0, reason="search")
    hand.spell(7, "review", "open_wait", 70.0)
    hand.spell(8, "assessment", "renege", 1.0, ended=19.0, to="crisis", reason="excess")
    found = read(hand, since=20.0)
    assert found.waited.tolist() == [30.0, 0.0]
    assert found.delayed.tolist() == [5.0, 0.0]
    assert found.harmed.tolist() == [True, False]


def test_leaving_and_opening_are_known() -> None:
    hand = place().arrives(9, -10.0, "stock:home", age="85_plus").arrives(3, 5.0, "requests", age="18_to_64")
    hand.spell(9, "home", "open_service", -10.0, -10.0)
    hand.spell(3, "advice", "service", 6.0, 6.0, 6.0)
    found = read(hand)
    assert found.person.tolist() == [3, 9]
    assert found.opening.tolist() == [False, True]
    assert found.left.tolist() == [6.0, np.inf]
    levels, codes = found.bands["age"]
    assert [levels[code] for code in codes] == ["18_to_64", "85_plus"]


def test_a_later_start_touches_someone_but_is_no_other_way() -> None:
    def way(started: float, station: str) -> Outcomes:
        hand = place().arrives(7, 1.0).arrives(8, 1.0)
        hand.spell(7, station, "service", 1.0, started, 9.0).spell(8, "assessment", "service", 1.0, 2.0, 9.0)
        return read(hand)

    base, later, elsewhere = way(2.0, "assessment"), way(3.0, "assessment"), way(2.0, "early")
    assert (base.whole == later.whole).tolist() == [False, True]
    assert (base.stations == later.stations).tolist() == [True, True]
    assert (base.stations == elsewhere.stations).tolist() == [False, True]


def test_better_is_towards_the_head_of_the_list() -> None:
    waiting, home, died = (np.array([IDS.index(name)]) for name in ("waiting", "care_at_home", "died"))
    assert turn(waiting, home) == [1]
    assert turn(home, died) == [-1]
    assert turn(home, home) == [0]
    assert turn(waiting, np.array([IDS.index("in_hand")])) == [0]
