"""The report in a real Chromium: no request, no complaint, nothing wider than the screen."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from sim.report import rebuild
from sim.report.parts import WORDS
from sim.report.questions import QUESTIONS
from sim.report.saved import Saved
from tests.browser.chromium import Browser

AXE = Path(__file__).parent / "axe" / "axe.min.js"
RULES = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']"
OPEN = "document.querySelectorAll('details').forEach(d => d.open = true)"


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


@pytest.mark.parametrize("width", [320, 390])
def test_no_cell_is_squeezed_on_a_phone(browser: Browser, address: str, width: int) -> None:
    """Tables that become cards give each cell the whole width, so that no word stands letter below letter."""
    browser.open(address, width=width)
    browser.evaluate(OPEN)
    narrowest = browser.evaluate(
        "Math.min(...[...document.querySelectorAll('.cards tbody th, .cards tbody td')].map(c => c.clientWidth)"
        ".filter(w => w > 0))"
    )
    assert narrowest >= 0.8 * width


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
        assert smallest >= 10.9


def test_headlines_are_the_numbers_of_the_tables(browser: Browser, address: str, folder: Path) -> None:
    browser.open(address)
    cells = json.loads(
        browser.evaluate(
            "JSON.stringify(Object.fromEntries([...document.querySelectorAll('[data-cell]')]"
            ".map(c => [c.dataset.cell, c.innerText])))"
        )
    )
    replications = Saved(folder).summary["replications"]
    with (folder / "measures.csv").open(encoding="utf-8", newline="") as file:
        values: dict[str, float] = {}
        for row in csv.DictReader(file):
            key = f"{row['scenario']}/{row['id']}"
            values[key] = values.get(key, 0.0) + float(row["value"]) / replications
    said = {key: float(text.replace(",", "").rstrip("%")) for key, text in cells.items() if key in values}
    assert len(said) == 12
    for key, number in said.items():
        value = values[key] * (100.0 if cells[key].endswith("%") else 1.0)
        assert number == pytest.approx(value, rel=0.001, abs=0.51)


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(browser: Browser, address: str, width: int) -> None:
    """WCAG 2.2 AA and best practice; with everything opened on the wide screen."""
    browser.open(address, width=width)
    if width == 1280:
        browser.evaluate(OPEN)
    browser.send("Runtime.evaluate", expression=AXE.read_text("utf-8"))
    asked = (
        f"axe.run(document, {{runOnly: {RULES}}}).then(r => JSON.stringify([r.passes.length, "
        "r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')))]))"
    )
    found = browser.send("Runtime.evaluate", expression=asked, awaitPromise=True, returnByValue=True)
    passes, violations = json.loads(found["result"]["value"])
    assert violations == []
    assert passes > 30


def test_each_figure_has_caption_words_table_and_file(browser: Browser, address: str) -> None:
    browser.open(address)
    figures = json.loads(
        browser.evaluate(
            "JSON.stringify([...document.querySelectorAll('figure')].map(f => [f.querySelector('figcaption strong')"
            ".innerText.split(' ').length, f.querySelector('figcaption span').innerText.length, "
            "[...f.querySelectorAll('svg.chart desc')].map(d => d.textContent.length), "
            "f.querySelectorAll('table caption').length, f.querySelectorAll('tbody tr').length, "
            "f.querySelectorAll('a[download][href^=\"data:text/csv\"]').length]))"
        )
    )
    assert len(figures) >= 12
    for words, caption, descriptions, tables, rows, files in figures:
        assert words <= WORDS
        assert caption > 20
        assert len(descriptions) == 2
        assert min(descriptions) > 40
        assert tables >= 1
        assert rows >= 1
        assert files == 1


def test_the_keyboard_goes_through_the_page_in_order(browser: Browser, address: str) -> None:
    """The skip link first, then everything from top to bottom, each with its focus to be seen."""
    browser.open(address)
    seen = []
    for _ in range(45):
        browser.send("Input.dispatchKeyEvent", type="keyDown", key="Tab", code="Tab", windowsVirtualKeyCode=9)
        seen.append(
            json.loads(
                browser.evaluate(
                    "JSON.stringify((e => [e.className, e.tagName, e.getBoundingClientRect().top + scrollY, "
                    "getComputedStyle(e).outlineStyle, e.hash || ''])(document.activeElement))"
                )
            )
        )
    assert seen[0][0] == "skip"
    assert browser.evaluate(f"document.querySelector('{seen[0][4]}').innerText") == "The answer"
    tops = [top for _, _, top, _, link in seen[1:] if not link]
    assert all(top >= max(tops[: place + 1]) - 150.0 for place, top in enumerate(tops))
    assert all(outline != "none" for _, tag, _, outline, _ in seen if tag != "BODY")


def test_ten_questions_are_answered_or_said_not_to_be(browser: Browser, address: str) -> None:
    browser.open(address)
    found = json.loads(
        browser.evaluate(
            "JSON.stringify([...document.querySelectorAll('.questions li')].map(l => { const a = l.querySelector('a');"
            "return [l.querySelector('strong').innerText, l.innerText, a ? a.hash.slice(1) : '', "
            "a ? !!document.querySelector(a.hash) : false]; }))"
        )
    )
    assert [question for question, *_ in found] == list(QUESTIONS)
    places = [
        "cannot" if "This page cannot say: " in words else place if there else "" for _, words, place, there in found
    ]
    assert places == [
        "cannot", "delays", "money", "cannot", "lives", "cannot", "cannot", "cannot", "measure-waiting-statutory",
        "cannot",
    ]  # fmt: skip


def test_a_chart_is_drawn_from_the_numbers_of_its_table(browser: Browser, address: str, folder: Path) -> None:
    """The last median of the line, the last row of the table, and the median of the saved series are one number."""
    browser.open(address)
    cells, points, ticks = json.loads(
        browser.evaluate(
            "JSON.stringify((f => [[...f.querySelectorAll('tbody tr:last-child td')].map(c => c.textContent), "
            "f.querySelector('svg.narrow polyline.line:last-of-type').getAttribute('points').split(' '), "
            "[...f.querySelectorAll('svg.narrow text.tick[text-anchor=end]')].filter(t => t.getAttribute('x') == '50')"
            ".map(t => [parseFloat(t.textContent.replace(',', '')), parseFloat(t.getAttribute('y')) - 4.5])]"
            ")(document.querySelector('#chart-packages-open')))"
        )
    )
    daily = Saved(folder).daily
    base = daily[daily["scenario"] == "baseline"]
    last = 7 * (round(base["day"].nunique() / 7) - 1)
    weeks = base[base["day"] >= last].groupby("replication")["packages_open"].mean()
    said = float(cells[0].replace(",", ""))
    assert said == pytest.approx(float(weeks.median()), abs=0.5)
    (low, at_low), (high, at_high) = ticks[0], ticks[-1]
    drawn = float(points[-1].split(",")[1])
    assert low + (high - low) * (drawn - at_low) / (at_high - at_low) == pytest.approx(said, abs=0.005 * high)


def test_words_and_tables_are_there_without_javascript(browser: Browser, address: str) -> None:
    browser.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(address)
        text = browser.evaluate("document.body.innerText")
    finally:
        browser.send("Emulation.setScriptExecutionDisabled", value=False)
    assert "people wait for an assessment on an average day" in text
    assert "Model estimate, not a forecast" in text


@pytest.mark.parametrize("width", [320, 1280])
def test_hostile_words_do_no_harm(browser: Browser, hostile: str, width: int) -> None:
    browser.open(hostile, width=width)
    assert browser.requests() == []
    assert browser.complaints() == []
    assert browser.evaluate("window.hurt === undefined && document.scripts.length === 0")
    assert browser.evaluate("document.querySelectorAll('img').length") == 0
    browser.evaluate(OPEN)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width


BROKEN_HEADS = """JSON.stringify([...document.querySelectorAll('.head thead th, .changes thead th')].flatMap(th => {
  const text = [...th.childNodes].find(n => n.nodeType === 3);
  return text ? [...text.data.matchAll(/\\S+/g)].filter(word => {
    const range = document.createRange();
    range.setStart(text, word.index); range.setEnd(text, word.index + word[0].length);
    return range.getClientRects().length > 1;
  }).map(word => word[0]) : [];
}))"""


def test_nothing_is_clipped_on_paper(browser: Browser, address: str, tmp_path: Path) -> None:
    """On A4 between its margins every chart and table fits in width, and every chart on a page."""
    browser.open(address, width=680, height=994)
    browser.send("Emulation.setEmulatedMedia", media="print")
    try:
        wide, tall, words = json.loads(
            browser.evaluate(
                "JSON.stringify([[...document.querySelectorAll('svg.chart, table')].map(e => e.getBoundingClientRect())"
                ".filter(r => r.height > 0).map(r => r.right), [...document.querySelectorAll('svg.chart')]"
                ".map(e => e.getBoundingClientRect().height), [...document.querySelectorAll('svg.chart')].filter(s => "
                "s.getBoundingClientRect().height > 0).flatMap(s => [...s.querySelectorAll('text')].filter(t => "
                "t.getBoundingClientRect().right > s.getBoundingClientRect().right + 1).map(t => t.textContent))])"
            )
        )
        browser.print(tmp_path / "report.pdf")
    finally:
        browser.send("Emulation.setEmulatedMedia", media="")
    assert max(wide) <= 681
    assert max(tall) <= 900
    assert words == []
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "report.pdf").stat().st_size > 100_000


def test_no_word_of_a_heading_of_a_column_is_broken_on_paper(browser: Browser, tmp_path: Path) -> None:
    place = tmp_path / "models"
    shutil.copytree(Path(__file__).parents[2] / "docs" / "examples" / "operating-models", place)
    browser.open(rebuild(place).as_uri(), width=680, height=994)
    browser.send("Emulation.setEmulatedMedia", media="print")
    try:
        heads = json.loads(browser.evaluate(BROKEN_HEADS))
    finally:
        browser.send("Emulation.setEmulatedMedia", media="")
    assert heads == []


def test_the_summary_is_one_page(browser: Browser, folder: Path, tmp_path: Path) -> None:
    page = rebuild(folder, summary=True)
    for width in (320, 1280):
        browser.open(page.as_uri(), width=width)
        assert browser.requests() == []
        assert browser.complaints() == []
        assert browser.evaluate("document.documentElement.scrollWidth") <= width
    browser.print(tmp_path / "summary.pdf")
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "summary.pdf").read_bytes())) == 1
