"""Colours can be told from white: 4.5 to 1 for words, 3 to 1 for lines and shapes (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

import sim.report
from sim.report import charts, trackmap

CSS = (Path(sim.report.__file__).parent / "templates" / "report.css").read_text("utf-8")
NAMED = dict(re.findall(r"--(\w+): (#[0-9a-fA-F]{6})", CSS))


def contrast(colour: str) -> float:
    """Of a colour on white."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def test_black_and_white() -> None:
    assert contrast("#000000") == pytest.approx(21.0)
    assert contrast("#ffffff") == pytest.approx(1.0)


@pytest.mark.parametrize("colour", [NAMED[name] for name in ("ink", "soft", "blue", "wine")] + ["#1b6e67", "#801650"])
def test_words(colour: str) -> None:
    assert contrast(colour) >= 4.5


@pytest.mark.parametrize("colour", [*trackmap.COLOURS, *trackmap.ACROSS.values()])
def test_names_of_tracks(colour: str) -> None:
    assert contrast(colour) >= 4.5


@pytest.mark.parametrize("colour", charts.COLOURS)
def test_lines(colour: str) -> None:
    assert contrast(colour) >= 3.0
