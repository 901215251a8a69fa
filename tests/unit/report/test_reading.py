"""docs/report-reading.md quotes the page of the winter sample: every figure in its answers stands on that page."""

import html
import re
import shutil
from pathlib import Path

from sim.report import rebuild
from tests.kinds import DOCS

FIGURE = re.compile(r"£?\d[\d,]*(?:\.\d+)?%?m?")
OWN = {"96"}
"""Sums of the reader's own, said to be."""


def missing(text: str, page: str) -> list[str]:
    """'line: figure' of every figure in the table of answers that the page does not have."""
    shown = {found.rstrip("m,") for found in FIGURE.findall(page)}
    return [
        f"{number}: {figure}"
        for number, line in enumerate(text.splitlines(), start=1)
        if line.startswith("| ")
        for figure in FIGURE.findall(line)
        if (bare := figure.rstrip("m,")) not in OWN and bare not in shown
    ]


def test_every_figure_quoted_stands_on_the_page_of_the_winter_sample(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(DOCS / "examples" / "winter", tmp_path / "winter"))
    page = html.unescape(re.sub(r"(?s)<style>.*?</style>|<[^>]+>", " ", rebuild(folder).read_text("utf-8")))
    assert missing((DOCS / "report-reading.md").read_text("utf-8"), page) == []


def test_a_figure_that_is_not_there_is_named_with_its_line() -> None:
    assert missing("a\n| asked | 37.0 people, £1.68m more, 12% |", "37.0 and £1.68 million") == ["2: 12%"]
