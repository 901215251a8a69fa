"""The report in a real Chromium: no request, no complaint, nothing wider than the screen."""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.experiment import run, save
from sim.report import write
from sim.scenario import load
from tests.browser.chromium import Browser, find


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = find()
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium found: the report cannot be looked at")
        pytest.skip("no Chromium found (apt install chromium)")
    with Browser(program) as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month of winter in the shipped place: every section, chart and table of a real report."""
    short = ("run.length=120 days", "run.warm_up=0 days", "run.start=2026-11-01")
    worlds = [load(name, short) for name in ("baseline", "winter-pressures")]
    results = run(worlds, replications=1, seed=1)
    return save(results, tmp_path_factory.mktemp("runs") / "run", command="traintracks compare", finish=write)


@pytest.fixture(scope="module")
def address(folder: Path) -> str:
    return (folder / "report.html").as_uri()


def test_it_asks_for_nothing_and_complains_of_nothing(browser: Browser, address: str) -> None:
    browser.open(address)
    assert browser.requests() == []
    assert browser.complaints() == []
    assert browser.evaluate("performance.getEntriesByType('resource').length") == 0


@pytest.mark.parametrize("width", [320, 390, 640, 1280])
def test_nothing_is_wider_than_the_screen(browser: Browser, address: str, width: int) -> None:
    """640 is a 1280 px screen at 200% zoom."""
    browser.open(address, width=width)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert browser.evaluate("document.documentElement.scrollWidth") <= width


def test_one_drawing_of_each_chart_is_shown(browser: Browser, address: str) -> None:
    for width in (320, 1280):
        browser.open(address, width=width)
        shown = browser.evaluate(
            "[...document.querySelectorAll('figure')].map(f => [...f.querySelectorAll('svg.chart')]"
            ".filter(s => s.getBoundingClientRect().height > 0).map(s => s.classList[1]).join(' ')).join(',')"
        )
        assert set(shown.split(",")) == ({"narrow"} if width == 320 else {"narrow", "wide"})


def test_text_in_charts_is_large_enough_to_read(browser: Browser, address: str) -> None:
    for width in (320, 1280):
        browser.open(address, width=width)
        smallest = browser.evaluate(
            "Math.min(...[...document.querySelectorAll('svg.chart text')].map(t => t.getBoundingClientRect().height)"
            ".filter(h => h > 0))"
        )
        assert smallest >= 11


def test_headlines_are_the_numbers_of_the_tables(browser: Browser, address: str, folder: Path) -> None:
    browser.open(address)
    cells = json.loads(
        browser.evaluate(
            "JSON.stringify(Object.fromEntries([...document.querySelectorAll('[data-cell]')]"
            ".map(c => [c.dataset.cell, c.innerText])))"
        )
    )
    with (folder / "measures.csv").open(encoding="utf-8", newline="") as file:
        values = {f"{row['scenario']}/{row['id']}": float(row["value"]) for row in csv.DictReader(file)}
    said = {key: float(text.replace(",", "").rstrip("%")) for key, text in cells.items() if key in values}
    assert len(said) == 12
    for key, number in said.items():
        value = values[key] * (100.0 if cells[key].endswith("%") else 1.0)
        assert number == pytest.approx(value, rel=0.001, abs=0.51)


def test_the_skip_link_comes_first_and_leads_to_the_answer(browser: Browser, address: str) -> None:
    browser.open(address)
    browser.send("Input.dispatchKeyEvent", type="keyDown", key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert browser.evaluate("document.activeElement.className") == "skip"
    assert browser.evaluate("document.querySelector(document.activeElement.hash).innerText") == "The answer"


def test_it_prints_with_its_evidence(browser: Browser, address: str, tmp_path: Path) -> None:
    browser.open(address)
    browser.print(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "report.pdf").stat().st_size > 100_000
