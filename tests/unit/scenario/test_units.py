"""Units: what is written is what is meant, kept in one unit, and shown so that it reads back as the same number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.loader import read_text
from sim.scenario.number import Num
from sim.scenario.tree import Context
from sim.scenario.units import rate_text, time_text


def read(sort: str, text: str, unit: str = "days") -> tuple[float, str] | str:
    ctx = Context(unit=unit)
    node = read_text(f"x: {text}", "it.yaml").mapping["x"]
    got = Num(sort, -1e300).read(node, "x", ctx)  # type: ignore[arg-type]
    return got if got is not None else str(ctx.problems.found[0])


@pytest.mark.parametrize(("sort", "text", "value"), [
    ("time", "28 days", 28), ("time", "1 day", 1), ("time", "6 weeks", 42), ("time", "36 h", 1.5),
    ("time", "365 min", 365 / 1440), ("time", "12 months", 365), ("time", "1 year", 365), ("time", "0", 0),
    ("rate", "9125/year", 25), ("rate", "0.7/week", 0.1), ("rate", "12 / year", 12 / 365), ("rate", "2/h", 48),
    ("work", "90 min", 0.0625), ("amount", "12 h/week", 12), ("amount", "12 hours/week", 12),
    ("share", "0.18", 0.18), ("count", "1e3", 1000), ("capacity", "820 h/week", 820),
])  # fmt: skip
def test_units_in_a_model_of_days(sort: str, text: str, value: float) -> None:
    got = read(sort, text)
    assert isinstance(got, tuple)
    assert got[0] == pytest.approx(value, rel=1e-15)


def test_units_in_a_model_of_minutes() -> None:
    assert read("time", "2 h", "min") == (120, "minutes")
    assert read("rate", "6/h", "min") == (0.1, "/minute")


@pytest.mark.parametrize(("sort", "text", "said"), [
    ("time", "28", "`x: 28` has no unit; write `28 days`"),
    ("work", "28", "`x: 28` has no unit; write `28 min`"),
    ("rate", "28", "`x: 28` has no unit; write `28/year` or `28/week`"),
    ("amount", "12", "`x: 12` has no unit; write `12 h/week`"),
    ("time", "28 dyas", "`28 dyas` is not a time; write a time such as `20 min`, `3 h`, `28 days` or `6 weeks`; "
     "did you mean `28 days`?"),
    ("share", "18 %", "`18 %` is a percentage; write `0.18`"),
    ("share", "no", "`no` is not a share; write a share between 0 and 1 such as `0.18`"),
    ("rate", "20 days", "`20 days` is not a rate; write a rate such as `9200/year` or `0.01/week`"),
    ("count", ".nan", "`.nan` is not a number; write a number such as `12`"),
])  # fmt: skip
def test_a_unit_that_is_missing_or_wrong_says_what_to_write(sort: str, text: str, said: str) -> None:
    assert read(sort, text) == f"it.yaml:1:4: x: {said}"


@given(st.floats(1e-6, 1e6), st.sampled_from(["days", "min", "h"]))
def test_a_time_or_rate_shown_reads_back_as_the_same_float(value: float, unit: str) -> None:
    assert read("time", time_text(value, unit), unit)[0] == value
    assert read("rate", rate_text(value, unit), unit)[0] == value


@pytest.mark.parametrize("text", ["28 days", "35 min", "2.5 h", "365 days", "90 days"])
def test_a_time_is_shown_as_people_write_it(text: str) -> None:
    assert time_text(read("time", text)[0], "days") == text  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["9200/year", "0.25/day", "0.01/week", "0.7/year", "600/year"])
def test_a_rate_is_shown_as_people_write_it(text: str) -> None:
    assert rate_text(read("rate", text)[0], "days") == text  # type: ignore[arg-type]
