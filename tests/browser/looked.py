"""What every page is looked at for, whatever its kind."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.browser.chromium import Browser

__all__ = ["OPEN", "axe", "collisions", "figures", "fits", "harmless", "printed", "questions"]

AXE = Path(__file__).parent / "axe" / "axe.min.js"
RULES = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']"
OPEN = "document.querySelectorAll('details').forEach(d => d.open = true)"
FEWER = "document.querySelectorAll('tbody').forEach(b => [...b.rows].slice(4).forEach(r => { if (!r.id) r.remove() }))"
"""A table's rows are all made by one line of a template: the first say what the others would."""
WIDTHS = (1280, 640, 390, 320)
"""640 is a 1280 px screen at 200% zoom."""


def fits(browser: Browser, address: str) -> None:
    """No request, no complaint, and nothing wider than any screen, as it opens and with everything opened."""
    browser.open(address)
    assert browser.requests() == []
    assert browser.complaints() == []
    assert browser.evaluate("performance.getEntriesByType('resource').length") == 0
    for widths, then in ((WIDTHS[::-3], OPEN), (WIDTHS, "")):
        for width in widths:
            browser.resize(width)
            assert browser.evaluate("document.documentElement.scrollWidth") <= width
        browser.evaluate(then)


def axe(browser: Browser, address: str, width: int) -> None:
    """WCAG 2.2 AA and best practice, of a table the first rows; with everything opened on the wide screen."""
    browser.open(address, width=width)
    browser.evaluate(FEWER)
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


def figures(browser: Browser) -> list[tuple[str, int, int, int, int]]:
    """Of each figure: title, letters of the caption, of the shorter words in its place, rows of tables, files."""
    return [
        tuple(found)
        for found in json.loads(
            browser.evaluate(
                "JSON.stringify([...document.querySelectorAll('figure')].map(f => [f.querySelector('figcaption strong')"
                ".innerText, f.querySelector('figcaption span').innerText.length, "
                "Math.min(...[...f.querySelectorAll('svg.chart desc')].map(d => d.textContent.length)), "
                "f.querySelectorAll('tbody tr').length, "
                "f.querySelectorAll('a[download][href^=\"data:text/csv\"]').length]))"
            )
        )
    ]


def harmless(browser: Browser, address: str, width: int) -> None:
    """Whatever is written in it, nothing of it runs, is asked for, or is wider than the screen."""
    browser.open(address, width=width)
    assert browser.requests() == []
    assert browser.complaints() == []
    assert browser.evaluate("window.hurt === undefined && document.scripts.length === 0")
    assert browser.evaluate("document.querySelectorAll('img').length") == 0
    browser.evaluate(OPEN)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width


def printed(browser: Browser, address: str, place: Path) -> int:
    """Nothing is clipped between the margins of A4, and every chart fits on a page; the number of pages."""
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
        browser.print(place)
    finally:
        browser.send("Emulation.setEmulatedMedia", media="")
    assert max(wide) <= 681
    assert max([0.0, *tall]) <= 900
    assert words == []
    return len(re.findall(rb"/Type\s*/Page\b", place.read_bytes()))


COLLIDING = """JSON.stringify([...document.querySelectorAll('tr')].flatMap(row => {
  const cells = [...row.cells].map(cell => {
    const range = document.createRange(); range.selectNodeContents(cell);
    return [cell, [...range.getClientRects()].filter(r => r.width > 1 && r.height > 1)];
  });
  return cells.flatMap(([one, mine], i) => cells.slice(i + 1).filter(([, other]) => mine.some(a => other.some(b =>
    a.left < b.right - .5 && b.left < a.right - .5 && a.top < b.bottom - .5 && b.top < a.bottom - .5)))
    .map(([other]) => one.innerText + ' | ' + other.innerText));
}))"""


def collisions(browser: Browser, address: str, width: int) -> list[str]:
    """Cells of one row of a table whose text lies over another's; a width of 0 is A4 paper between its margins."""
    browser.open(address, width=width or 680, height=994)
    if not width:
        browser.send("Emulation.setEmulatedMedia", media="print")
    try:
        return list(json.loads(browser.evaluate(COLLIDING)))
    finally:
        browser.send("Emulation.setEmulatedMedia", media="")


def questions(browser: Browser) -> list[tuple[str, str]]:
    """(question, where the page answers it, or ``cannot``) of each question a board will ask."""
    found = json.loads(
        browser.evaluate(
            "JSON.stringify([...document.querySelectorAll('.questions li')].map(l => { const a = l.querySelector('a');"
            "return [l.querySelector('strong').innerText, l.innerText, a ? a.hash.slice(1) : '', "
            "a ? !!document.querySelector(a.hash) : true]; }))"
        )
    )
    assert all(there for *_, there in found)
    return [(asked, "cannot" if "This page cannot say: " in said else place) for asked, said, place, _ in found]
