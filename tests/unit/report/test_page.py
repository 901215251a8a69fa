"""The page itself, as text: complete, escaped, the same every time."""

import csv
import json
import re
import shutil
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from sim.measures.words import number
from sim.report import build, write
from sim.report.saved import Saved


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return (folder / "report.html").read_text("utf-8")


class Outline(HTMLParser):
    """Tags, ids, links and headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_it_is_made_from_the_saved_tables_alone(folder: Path, page: str, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(folder, moved)
    manifest = json.loads((moved / "manifest.json").read_text("utf-8"))
    manifest |= {"seconds": 999.0, "workers": 64, "finished": "1999-01-01T00:00:00+00:00"}
    (moved / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert build(Saved(moved)) == page
    assert write(moved).read_text("utf-8") == page


def test_no_clock_no_path_no_network(folder: Path, page: str) -> None:
    assert str(folder.parent) not in page
    assert "http" not in page.replace("http-equiv", "")
    assert len(page.encode()) < 3_000_000
    assert "<script" not in page


def test_what_people_write_is_escaped(page: str) -> None:
    assert "Busier &lt;script&gt;alert(1)&lt;/script&gt; &amp;" in page
    assert "&lt;b&gt;the manager&lt;/b&gt;" in page


def test_headings_are_in_order_and_links_lead_somewhere(page: str) -> None:
    outline = Outline(page)
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    ids = [attributes["id"] for _, attributes in outline.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    links = [attributes["href"] or "" for attributes in outline.all("a")]
    assert links[0] == "#answer"
    assert all(link.removeprefix("#") in ids for link in links if not link.startswith("data:"))
    assert outline.all("html")[0]["lang"] == "en-GB"


def test_every_table_has_a_caption_and_every_header_a_scope(page: str) -> None:
    assert page.count("<table") == page.count("<caption")
    assert all("scope" in attributes for attributes in Outline(page).all("th"))


def test_each_figure_has_a_caption_a_text_alternative_and_its_table(page: str) -> None:
    figures = re.findall(r"<figure .*?</figure>", page, re.S)
    assert figures
    for figure in figures:
        assert "<figcaption><strong>" in figure
        assert figure.count('role="img"') == figure.count("<title ") == figure.count("<desc ") == 2
        assert re.search(r"<desc [^>]*>[^<]{40,}</desc>", figure)
        assert figure.count("<table") >= 1
        assert 'download="' in figure
        assert len(re.findall(r'class="line" stroke', figure)) == (4 if 'id="chart-' in figure else 0)


def test_headline_numbers_are_those_of_the_tables(folder: Path, page: str) -> None:
    cells = dict(re.findall(r'data-cell="([^"]+)">([^<]*)<', page))
    values: dict[tuple[str, str], list[float]] = {}
    with (folder / "measures.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            values.setdefault((row["scenario"], row["id"]), []).append(float(row["value"]))
    decimals = {entry["id"]: entry for entry in json.loads((folder / "manifest.json").read_text("utf-8"))["measures"]}
    checked = 0
    for (scenario, measure), found in values.items():
        if not decimals[measure]["headline"]:
            continue
        said = cells[f"{scenario}/{measure}"]
        assert said == number(sum(found) / len(found), decimals[measure]["unit"], decimals[measure]["decimals"])
        checked += 1
    assert checked == 4


def test_the_answer_says_number_range_and_comparison(page: str) -> None:
    answer = re.search(r'<p class="answer">(.*?)</p>', page, re.S)
    assert answer
    assert re.search(
        r"With busy day, desk: mean wait is [\d.]+ minutes, [\d.]+ minutes longer than in one queue "
        r"\(95% interval [\d.]+ to [\d.]+ minutes longer\)\.",
        answer[1],
    )


def test_it_says_how_to_do_it_again(page: str) -> None:
    assert "traintracks compare examples/one-queue ./busy-day.yaml --seed 1 --replications 5" in page
    assert re.search(r"SHA-256 [0-9a-f]{64}", page)


def test_every_number_is_listed_with_its_source(folder: Path, page: str) -> None:
    with (folder / "inputs.csv").open(encoding="utf-8", newline="") as file:
        paths = {row["path"] for row in csv.DictReader(file)}
    assert paths
    text = page.replace("<wbr>", "")
    assert all(f"<code>{path}</code>" in text for path in paths)
