"""The pages of runs that compare no two worlds, and of ``boulders``, in a real Chromium."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from sim.experiment.folder import save_files
from sim.experiment.practices import table
from sim.experiment.size import document, size, tried
from sim.report import rebuild
from sim.report.parts import WORDS
from tests.browser.chromium import Browser
from tests.browser.test_report import AXE, OPEN, RULES

DOCS = Path(__file__).parents[2] / "docs"
KINDS = ("boulders", "size", "practices", "check")
HURT = (
    "</title><script>window.hurt=1</script><img src=x onerror=window.hurt=1> \u202e\u05e9\u05dc\u05d5\u05dd "
    "\U0001f682 =1+1 " + "W" * 300
)


def check(title: str) -> dict[str, str]:
    """The files of ``calibrate check``: sixty lines, most inside, with this title and one of them called the same."""
    about = {
        "schema": 1, "kind": "check", "scenario": "mine", "title": title, "place": title[:400], "illustrative": True,
        "start": "2026-04-01", "days": 365.0, "targets": "National returns", "summary": "", "tolerance": 0.2,
        "by_interval": True, "most_missed": 0, "landed": False, "seed": 1, "replications": 20,
    }  # fmt: skip
    header = "scenario,targets,id,title,unit,target,tolerance,simulated,low,high,required,verdict,grade,source"
    rows = [header.split(",")]
    for n in range(60):
        name = title if n == 3 else f"A line of a return, number {n}"
        value, verdict = ((52.0, "inside"), (61.0, "unsure"), (250.0, "outside"))[0 if n % 7 else 1 + n % 2]
        row = (
            "mine",
            "National returns",
            n,
            name,
            "a year",
            50.0,
            0.2,
            value,
            value - 2,
            value + 2,
            int(n < 35),
            verdict,
        )
        rows.append([str(cell) for cell in (*row, "C", f"P001: {name}")])
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    return {"check.json": json.dumps(about), "fit.csv": "\n".join(lines) + "\n"}


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A run of each kind with its page."""
    place = tmp_path_factory.mktemp("kinds")
    shutil.copytree(DOCS / "examples" / "boulders", place / "boulders")
    rebuild(place / "boulders")
    short = ("run.length=900", "run.warm_up=300")
    found = size("examples/one-queue", "demand.callers.rate", "desk.waiting <= 1", sets=short, replications=5)
    files = {"size.json": json.dumps(document(found)), "tried.csv": tried(found)}
    save_files(files, place / "size", kind="size", finish=rebuild)
    claims = json.loads((DOCS / "practices.json").read_text("utf-8"))
    files = {"practices.json": json.dumps(claims), "practices.csv": table(claims)}
    save_files(files, place / "practices", kind="practices", finish=rebuild)
    save_files(check("A place as it stands"), place / "check", kind="check", finish=rebuild)
    save_files(check(HURT), place / "hostile", kind="check", finish=rebuild)
    return {name: place / name for name in (*KINDS, "hostile")}


def address(folders: dict[str, Path], kind: str) -> str:
    return (folders[kind] / "report.html").as_uri()


@pytest.mark.parametrize("kind", KINDS)
def test_it_asks_for_nothing_and_fits_every_screen(browser: Browser, folders: dict[str, Path], kind: str) -> None:
    """640 is a 1280 px screen at 200% zoom."""
    for width in (320, 640, 1280):
        browser.open(address(folders, kind), width=width)
        assert browser.requests() == []
        assert browser.complaints() == []
        browser.evaluate(OPEN)
        assert browser.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(browser: Browser, folders: dict[str, Path], kind: str, width: int) -> None:
    browser.open(address(folders, kind), width=width)
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
    assert passes > 20


@pytest.mark.parametrize(("kind", "least"), [("boulders", 15), ("size", 1), ("practices", 0), ("check", 3)])
def test_each_figure_has_caption_words_table_and_file(
    browser: Browser, folders: dict[str, Path], kind: str, least: int
) -> None:
    browser.open(address(folders, kind))
    figures = json.loads(
        browser.evaluate(
            "JSON.stringify([...document.querySelectorAll('figure')].map(f => [f.querySelector('figcaption strong')"
            ".innerText, f.querySelector('figcaption span').innerText.length, "
            "Math.min(...[...f.querySelectorAll('svg.chart desc')].map(d => d.textContent.length)), "
            "f.querySelectorAll('tbody tr').length, "
            "f.querySelectorAll('a[download][href^=\"data:text/csv\"]').length]))"
        )
    )
    assert len(figures) >= least
    assert [title for title, *_ in figures if len(title.split()) > WORDS] == []
    assert all(caption > 20 and words > 40 and rows >= 1 and files == 1 for _, caption, words, rows, files in figures)
    assert browser.evaluate("[...document.querySelectorAll('table')].every(t => t.caption)")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_clipped_on_paper(browser: Browser, folders: dict[str, Path], kind: str, tmp_path: Path) -> None:
    browser.open(address(folders, kind), width=680, height=994)
    browser.send("Emulation.setEmulatedMedia", media="print")
    try:
        wide, tall, words = json.loads(
            browser.evaluate(
                "JSON.stringify([[...document.querySelectorAll('svg.chart, table')].map(e => e.getBoundingClientRect())"
                ".filter(r => r.height > 0).map(r => r.right), [...document.querySelectorAll('figure')]"
                ".map(e => e.getBoundingClientRect().height), [...document.querySelectorAll('svg.chart')].filter(s => "
                "s.getBoundingClientRect().height > 0).flatMap(s => [...s.querySelectorAll('text')].filter(t => "
                "t.getBoundingClientRect().right > s.getBoundingClientRect().right + 1).map(t => t.textContent))])"
            )
        )
        browser.print(tmp_path / "report.pdf")
    finally:
        browser.send("Emulation.setEmulatedMedia", media="")
    assert max(wide) <= 681
    assert max([0.0, *tall]) <= 960
    assert words == []
    assert re.search(rb"/Type\s*/Page\b", (tmp_path / "report.pdf").read_bytes())


@pytest.mark.parametrize("width", [320, 1280])
def test_hostile_words_do_no_harm(browser: Browser, folders: dict[str, Path], width: int) -> None:
    browser.open(address(folders, "hostile"), width=width)
    assert browser.requests() == []
    assert browser.complaints() == []
    assert browser.evaluate("window.hurt === undefined && document.scripts.length === 0")
    assert browser.evaluate("document.querySelectorAll('img').length") == 0
    browser.evaluate(OPEN)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width


def test_the_answer_of_a_search_is_in_its_files_and_in_its_chart(browser: Browser, folders: dict[str, Path]) -> None:
    """Headline, table, picture and CSV say the same values."""
    browser.open(address(folders, "size"))
    answer = json.loads((folders["size"] / "size.json").read_text("utf-8"))["answer"]["written"]
    assert answer in browser.evaluate("document.querySelector('p.answer').innerText")
    with (folders["size"] / "tried.csv").open(encoding="utf-8", newline="") as file:
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


def test_the_tally_of_a_check_is_that_of_its_file(browser: Browser, folders: dict[str, Path]) -> None:
    with (folders["check"] / "fit.csv").open(encoding="utf-8", newline="") as file:
        required = [row["verdict"] for row in csv.DictReader(file) if row["required"] == "1"]
    browser.open(address(folders, "check"))
    said = browser.evaluate("document.querySelector('p.answer').innerText")
    assert said.startswith("It does not land on its targets: of 35 required lines, ")
    assert f"{required.count('inside')} are inside, {required.count('outside')} outside and" in said
    drawn = browser.evaluate("[...document.querySelectorAll('figure svg.wide circle')].length")
    everything = browser.evaluate(
        "[...document.querySelectorAll('figure tbody tr')].filter(r => r.children[7].textContent === 'inside').length"
    )
    assert drawn == everything


def test_ten_questions_of_a_page_of_boulders(browser: Browser, folders: dict[str, Path]) -> None:
    browser.open(address(folders, "boulders"))
    found = json.loads(
        browser.evaluate(
            "JSON.stringify([...document.querySelectorAll('.questions li')].map(l => { const a = l.querySelector('a');"
            "return [l.innerText, a ? a.hash.slice(1) : '', a ? !!document.querySelector(a.hash) : true]; }))"
        )
    )
    assert all(there for *_, there in found)
    places = ["cannot" if "This page cannot say: " in words else place for words, place, _ in found]
    assert places == [
        "cannot", "delays", "money", "boulders", "lives", "cannot", "boulders", "cannot", "measure-waiting-statutory",
        "cannot",
    ]  # fmt: skip
