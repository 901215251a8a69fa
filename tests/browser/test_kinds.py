"""The pages of runs that compare no two worlds, and of ``boulders``, in a real Chromium."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.report.parts import WORDS
from tests.browser.chromium import Browser
from tests.browser.looked import axe, figures, fits, harmless, printed, questions
from tests.kinds import KINDS

Pages = Callable[[str], Path]


@pytest.mark.parametrize("kind", KINDS)
def test_it_asks_for_nothing_and_fits_every_screen(browser: Browser, pages: Callable[[str], str], kind: str) -> None:
    fits(browser, pages(kind))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(browser: Browser, pages: Callable[[str], str], kind: str, width: int) -> None:
    axe(browser, pages(kind), width)


@pytest.mark.parametrize(("kind", "least"), [("boulders", 15), ("size", 1), ("practices", 0), ("check", 3)])
def test_each_figure_has_caption_words_table_and_file(
    browser: Browser, pages: Callable[[str], str], kind: str, least: int
) -> None:
    browser.open(pages(kind))
    found = figures(browser)
    assert len(found) >= least
    assert [title for title, *_ in found if len(title.split()) > WORDS] == []
    assert all(caption > 20 and words > 40 and rows >= 1 and files == 1 for _, caption, words, rows, files in found)
    assert browser.evaluate("[...document.querySelectorAll('table')].every(t => t.caption)")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_clipped_on_paper(browser: Browser, pages: Callable[[str], str], kind: str, tmp_path: Path) -> None:
    assert printed(browser, pages(kind), tmp_path / "report.pdf") >= 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [320, 1280])
def test_hostile_words_do_no_harm(browser: Browser, pages: Callable[[str], str], kind: str, width: int) -> None:
    harmless(browser, pages(f"hostile-{kind}"), width)


def test_the_answer_of_a_search_is_in_its_files_and_in_its_chart(browser: Browser, folders: Pages) -> None:
    """Headline, table, picture and CSV say the same values."""
    browser.open((folders("size") / "report.html").as_uri())
    answer = json.loads((folders("size") / "size.json").read_text("utf-8"))["answer"]["written"]
    assert answer in browser.evaluate("document.querySelector('p.answer').innerText")
    with (folders("size") / "tried.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["mean"] not in ("", "inf", "nan")]
    shown = json.loads(
        browser.evaluate(
            "JSON.stringify([...document.querySelectorAll('#tried tbody tr')].map(r => "
            "[...r.children].map(c => c.textContent)))"
        )
    )
    assert [row[0] for row in shown] == [row["written"] for row in rows]
    assert [float(row[1]) for row in shown] == pytest.approx([float(row["mean"]) for row in rows], abs=0.051)
    marks = json.loads(
        browser.evaluate(
            "JSON.stringify([...document.querySelectorAll('#tried svg.wide circle')]"
            ".map(c => parseFloat(c.getAttribute('cx'))))"
        )
    )
    low, high = min(marks), max(marks)
    means = [float(row["mean"]) for row in rows]
    scaled = [min(means) + (max(means) - min(means)) * (mark - low) / (high - low) for mark in marks]
    assert scaled == pytest.approx(means, abs=0.01 * max(means))


def test_the_tally_of_a_check_is_that_of_its_file(browser: Browser, folders: Pages) -> None:
    with (folders("check") / "fit.csv").open(encoding="utf-8", newline="") as file:
        required = [row["verdict"] for row in csv.DictReader(file) if row["required"] == "1"]
    browser.open((folders("check") / "report.html").as_uri())
    said = browser.evaluate("document.querySelector('p.answer').innerText")
    assert said.startswith("It does not land on its targets: of 35 required lines, ")
    assert f"{required.count('inside')} are inside, {required.count('outside')} outside and" in said
    drawn = browser.evaluate("[...document.querySelectorAll('figure svg.wide circle')].length")
    everything = browser.evaluate(
        "[...document.querySelectorAll('figure tbody tr')].filter(r => r.children[7].textContent === 'inside').length"
    )
    assert drawn == everything


def test_ten_questions_of_a_page_of_boulders(browser: Browser, pages: Callable[[str], str]) -> None:
    browser.open(pages("boulders"))
    assert [place for _, place in questions(browser)] == [
        "cannot", "delays", "money", "boulders", "lives", "cannot", "boulders", "cannot", "measure-waiting-statutory",
        "cannot",
    ]  # fmt: skip
