"""Ties are called ties; what is not known is not hidden."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sim.cli.say import _compared
from sim.measures.words import NOT_WORTH, spans_zero
from sim.report.answer import compared, unsettled, verdict
from sim.report.changed import plain
from sim.report.charts import nice_ticks
from sim.report.phrased import dated
from sim.report.saved import Fact, Saved, World, _labelled


def fact(direction: str) -> Fact:
    return Fact("m", "People waiting", "", "people", direction, "council", "", True, 0, "{} people wait")


@pytest.mark.parametrize(
    ("mean", "low", "high", "direction", "word"),
    [
        (5.0, 2.0, 8.0, "lower is better", "worse"),
        (-5.0, -8.0, -2.0, "lower is better", "better"),
        (5.0, 2.0, 8.0, "higher is better", "better"),
        (5.0, -2.0, 12.0, "lower is better", "cannot be told from none"),
        (5.0, 2.0, 8.0, "neutral", ""),
        (0.0, 0.0, 0.0, "lower is better", "no difference"),
        (0.3, 0.1, 0.5, "lower is better", "no difference worth telling"),
        (0.6, 0.1, 1.1, "lower is better", "worse"),
        (5.0, None, None, "lower is better", ""),
        (None, None, None, "lower is better", ""),
    ],
)
def test_a_verdict(mean: float | None, low: float | None, high: float | None, direction: str, word: str) -> None:
    assert verdict({"mean": mean, "low": low, "high": high}, fact(direction))[0] == word


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (79.0, [0, 20, 40, 60, 80]),
        (1000.0, [0, 200, 400, 600, 800, 1000]),
        (0.0, [0, 1]),
        (1.2, [0, 0.25, 0.5, 0.75, 1.0, 1.25]),
    ],
)
def test_axes_start_at_zero_and_go_in_round_steps(highest: float, ticks: list[float]) -> None:
    assert nice_ticks(highest, 5) == pytest.approx(ticks)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("demand.contacts.rate", "Contacts: rate"),
        ("workforce.*.sickness", "Workforce: sickness"),
        ("stations.acute_stay.next.otherwise.*.care_transfer_hub", "Acute stay: next, otherwise, care transfer hub"),
        ("discharge_pull", "Discharge pull"),
    ],
)
def test_a_path_reads_as_words(path: str, words: str) -> None:
    assert plain(path) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("33000/year, profile: [office_week, ageing]", "33,000/year (profiles: office week, ageing)"),
        ("x 1.06 from 2026-12-01 until 2027-02-28, over 14 days",
         "\u00d7\u00a01.06 from 1 December 2026 until 28 February 2027, phased over 14 days"),
        ("x 0.9 to x 1", "\u00d7\u00a00.9 to \u00d7\u00a01"),
        ("0.12345 and 12.12345", "0.12345 and 12.12345"),
    ],
)  # fmt: skip
def test_changes_read_as_people_write_them(text: str, words: str) -> None:
    assert dated(text) == words


def world(name: str, title: str) -> World:
    return World(name, title, "", False, None, None, 365.0, 0.0, "days", {}, {}, "")


def test_a_world_goes_by_its_title_where_that_is_short_and_its_own() -> None:
    worlds = [
        world("baseline", "A Hull-sized place as it stands"),
        world("./mine.yaml", "Four more social workers"),
        world("./a_copy.yaml", "Winter"),
        world("winter-pressures", "Winter"),
    ]
    labels = ["Baseline", "Four more social workers", "A copy", "Winter pressures"]
    assert [one.label for one in _labelled(worlds)] == labels


@pytest.mark.parametrize(
    ("mean", "low", "high", "words"),
    [
        (5.0, 2.0, 8.0, "40 people wait, 5 more than in baseline (95% interval 2 to 8 more)"),
        (-5.0, -8.0, -2.0, "40 people wait, 5 fewer than in baseline (95% interval 2 to 8 fewer)"),
        (5.0, -2.0, 12.0,
         "40 people wait: the difference from baseline cannot be told from none (95% interval 2 fewer to 12 more)"),
        (0.0, 0.0, 0.0, "40 people wait, the same as in baseline"),
        (5.0, None, None, "40 people wait, 5 more than in baseline"),
        (0.2, None, None, "40 people wait, much the same as in baseline"),
        (None, None, None, "40 people wait, against 35 in baseline"),
    ],
)  # fmt: skip
def test_the_answer_in_words(mean: float | None, low: float | None, high: float | None, words: str) -> None:
    base, other = (replace(world(name, ""), label=name.capitalize()) for name in ("baseline", "busy"))
    saved = cast(
        Saved,
        SimpleNamespace(
            measures={("baseline", "m"): {"mean": 35.0}, ("busy", "m"): {"mean": 40.0}},
            differences={("busy", "m"): {"mean": mean, "low": low, "high": high}},
        ),
    )
    assert compared(saved, fact("lower is better"), base, other) == words


def test_a_headline_that_turns_on_the_harm_of_waiting_is_not_settled() -> None:
    """Also where the central values make it a tie, and whatever the interval of belief."""
    found = {"mean": 2.0, "low": -1.0, "high": 5.0, "belief_low": 1.0, "belief_high": 3.0, "settled": False}
    assert unsettled(found)
    assert verdict(found, fact("lower is better")) == ("not settled", "none")
    assert verdict(found | {"settled": True}, fact("lower is better")) == ("cannot be told from none", "none")


@pytest.mark.parametrize(
    ("mean", "low", "high", "said"),
    [
        (-0.0003, -0.0006, -0.0001, f"({NOT_WORTH})"), (-0.0103, -0.0106, -0.0101, ""),
        (0.0003, -0.0001, 0.0006, "(tie)"),
    ],
)  # fmt: skip
def test_the_terminal_says_of_a_difference_shown_as_none_what_the_page_says(
    mean: float, low: float, high: float, said: str
) -> None:
    measure = SimpleNamespace(id="m", unit="share", decimals=3)
    run = SimpleNamespace(run=SimpleNamespace(length=365.0), day=1.0)
    results = SimpleNamespace(
        worlds=[SimpleNamespace(name=name, scenario=run) for name in ("base", "busy")],
        summaries={(name, "m"): SimpleNamespace(mean=0.5, p5=0.4, p95=0.6) for name in ("base", "busy")},
        differences={("busy", "m"): SimpleNamespace(mean=mean, low=low, high=high)},
        verdict=lambda world, measure: "tie" if spans_zero(low, high) else "worse",
    )
    shown = _compared(cast(Any, results), cast(Any, measure), "busy")[2]
    assert shown.endswith(f", {said[1:-1]})" if said else "points)")
