"""Ties are called ties; what is not known is not hidden."""

import pytest

from sim.report.answer import verdict
from sim.report.charts import nice_ticks
from sim.report.saved import Fact


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
