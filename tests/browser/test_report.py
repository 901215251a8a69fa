"""The report in a real Chromium: no request, no complaint, nothing wider than the screen."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.report import rebuild
from sim.report.parts import WORDS
from sim.report.questions import QUESTIONS
from sim.report.saved import Saved
from tests.browser.chromium import Browser
from tests.browser.looked import OPEN, axe, collisions, figures, fits, harmless, printed, questions
from tests.kinds import SAMPLES


def test_it_asks_for_nothing_and_fits_every_screen(browser: Browser, address: str) -> None:
    fits(browser, address)


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
    browser.open(address)
    for width in (320, 1280):
        browser.resize(width)
        shown = browser.evaluate(
            "[...document.querySelectorAll('figure')].map(f => [...f.querySelectorAll('svg.chart')]"
            ".filter(s => s.getBoundingClientRect().height > 0).map(s => s.classList[1]).join(' ')).join(',')"
        )
        assert set(shown.split(",")) == ({"narrow"} if width == 320 else {"narrow", "wide"})


def test_text_in_charts_is_large_enough_to_read(browser: Browser, address: str) -> None:
    browser.open(address)
    for width in (320, 1280):
        browser.resize(width)
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
    axe(browser, address, width)


def test_each_figure_has_caption_words_table_and_file(browser: Browser, address: str) -> None:
    browser.open(address)
    found = figures(browser)
    assert len(found) >= 12
    assert [title for title, *_ in found if len(title.split()) > WORDS] == []
    assert all(caption > 20 and words > 40 and rows >= 1 and files == 1 for _, caption, words, rows, files in found)
    assert browser.evaluate("[...document.querySelectorAll('figure')].every(f => f.querySelector('table caption'))")


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
    found = questions(browser)
    assert [question for question, _ in found] == list(QUESTIONS)
    assert [place for _, place in found] == [
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
def test_hostile_words_do_no_harm(browser: Browser, pages: Callable[[str], str], width: int) -> None:
    harmless(browser, pages("hostile-compare"), width)


BROKEN_HEADS = """JSON.stringify([...document.querySelectorAll('.head thead th, .changes thead th')].flatMap(th => {
  const text = [...th.childNodes].find(n => n.nodeType === 3);
  return text ? [...text.data.matchAll(/\\S+/g)].filter(word => {
    const range = document.createRange();
    range.setStart(text, word.index); range.setEnd(text, word.index + word[0].length);
    return range.getClientRects().length > 1;
  }).map(word => word[0]) : [];
}))"""


def test_nothing_is_clipped_on_paper(browser: Browser, address: str, tmp_path: Path) -> None:
    assert printed(browser, address, tmp_path / "report.pdf") > 3


def test_no_word_of_a_heading_of_a_column_is_broken_on_paper(browser: Browser, pages: Callable[[str], str]) -> None:
    browser.open(pages("operating-models"), width=680, height=994)
    browser.send("Emulation.setEmulatedMedia", media="print")
    try:
        heads = json.loads(browser.evaluate(BROKEN_HEADS))
    finally:
        browser.send("Emulation.setEmulatedMedia", media="")
    assert heads == []


@pytest.mark.parametrize("width", [0, 320, 1280])
@pytest.mark.parametrize("name", SAMPLES)
def test_no_cell_of_a_table_lies_over_its_neighbour(
    browser: Browser, folders: Callable[[str], Path], name: str, width: int
) -> None:
    """Of the page and of the one page for a board; ``0`` is paper."""
    for page in (folders(name) / "report.html", rebuild(folders(name), summary=True)):
        assert collisions(browser, page.as_uri(), width) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_the_summary_is_one_page(browser: Browser, folders: Callable[[str], Path], name: str, tmp_path: Path) -> None:
    page = rebuild(folders(name), summary=True)
    fits(browser, page.as_uri())
    browser.print(tmp_path / "summary.pdf")
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "summary.pdf").read_bytes())) == 1
