"""Numbers as they are read."""

import math

import pytest

from sim.measures.words import change, change_range, number, range_of, spans_zero, with_unit


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        (1234.4, "people", 0, "1,234"),
        (12_346.0, "hours a week", 0, "12,350"),
        (0.904, "share", 3, "90.4%"),
        (-0.2, "people", 0, "0"),
        (-3.26, "days", 1, "\u22123.3"),
        (math.nan, "people", 0, "none"),
    ],
)
def test_a_number_is_rounded_to_what_it_means(value: float, unit: str, decimals: int, text: str) -> None:
    assert number(value, unit, decimals) == text


def test_a_wait_never_reached_says_what_it_exceeds() -> None:
    assert with_unit(math.inf, "days", 0, over=365) == "over 365 days"
    assert number(None, "days", 0, over=365) == "over 365"
    assert range_of(12.0, math.inf, "days", 0, over=365) == "12 to over 365"


def test_differences_carry_their_sign() -> None:
    assert change(4.0, "people") == "+4"
    assert change(-0.031, "share", 3) == "\u22123.1 points"
    assert change_range(-2.0, 5.0, "people") == "\u22122 to +5"
    assert change(math.nan, "people") == "not known"
    assert change_range(math.nan, math.nan, "people") == ""


def test_an_interval_with_zero_in_it_is_a_tie() -> None:
    assert spans_zero(-1.0, 2.0)
    assert not spans_zero(0.5, 2.0)
    assert not spans_zero(None, None)
