"""Uncertainty in every table: no simulated number stands alone on any kind of page, in any CSV or in the workbook.

A number is in order where its own cell holds a range ("12 (10 to 14)"), where the column after it does (its 95%
interval, or one such year), or where the column is listed here with the reason why it has none.
"""

import csv
import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sim.experiment.believed import UNCERTAINTY_HEADER
from sim.experiment.boulders import Doses, dose_rows
from sim.experiment.money import MONEY_HEADER
from sim.experiment.tables import FLOWS_HEADER, STATIONS_HEADER, comma_separated
from sim.report import rebuild, write
from sim.report.saved import Saved
from tests.kinds import DOCS, KINDS, SAMPLES, kind

NUMBER = re.compile(r"[+\u2212-]?£?[+\u2212-]?\d[\d,]*(\.\d+)?( ?(%|m|points|million|people|days|hours|a year))*")
RANGE = re.compile(r"\d\S* to [+\u2212-]?\d")
RANGED = ("95% interval", "one such", "5th to 95th percentile", "range (90%)")

ALONE = {
    "Target": "published, not simulated",
    "Claimed": "what others claim, not simulated",
    "Off by": "the simulated figure again, whose interval stands before it",
    "Numbers": "a count of inputs",
    "Value": "an input",
    "Year": "of a source",
    "Step": "the place of a step in one person's way",
    "Line": "a name",
    "Per cent of the total": "told only where the total is clear; the share's own interval stands before it",
    "Per cent": "of the base, of a change whose interval stands before it",
    "Spread that is ignorance": "a share of a variance, which the ranges beside it tell in their own unit",
}
"""Column of a page -> why its numbers stand alone."""
OF_A_MONTH = "Figures that move by three in a hundred"
"""Of this table the two means stand beside their paired difference, which has its interval."""

OF_INPUTS = "^Seed(, versions and hashes| and versions)|: [0-9]+ inputs? differs?, value by value"
"""Tables of what was put in, not of what came out."""

PLAIN = {
    "replication": "counts", "draw": "counts", "attempt": "counts", "number": "counts", "journey": "counts",
    "step": "counts", "headline": "a mark", "required": "a mark", "reached": "a mark", "period": "a name",
    "level": "what is asked", "values": "a count of inputs", "person": "a name",
    "day": "when", "from_day": "when", "until_day": "when", "when": "when", "year": "of a source",
    "financial_year": "when", "prices": "of a year", "from": "an input or a name", "to": "an input or a name",
    "range": "of an input", "written": "an input",
    "text": "an input", "target": "published", "tolerance": "of a target", "claimed_low": "claimed",
    "claimed_high": "claimed", "grade": "a name", "class": "a name", "k": "how well worlds pair",
    "base_mean": "stands beside the paired difference with its interval; its own is in summary.json",
    "scenario_mean": "as base_mean", "total": "the difference times its days", "p": "a test's own", "p_holm": "same",
    "correlation": "how well worlds pair", "sd_base": "a spread itself", "sd_scenario": "a spread itself",
    "variance_ratio": "how well worlds pair", "ceiling": "how well worlds pair",
    "count": "how many a replication, by which small numbers are told as few", "share": "which journeys are told",
    "percent": "of a total that is clear, of a share with its interval", "belief_mean": "has belief_low, belief_high",
    "chance": "a variance", "ignorance": "a variance", "ignorance_share": "a share of variances",
    "same_sign": "a share of draws", "test": "a name",
}  # fmt: skip
"""Column of a CSV -> what it is, if not a mean with its interval."""
ENDS = {"mean", "value", "people", "simulated", "difference"}
"""Means whose interval is in the columns low and high."""


class Tables(HTMLParser):
    """The tables of a page: caption and rows of cells, the first of them the header."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[list[str]]]] = []
        self._into: list[str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.found.append(("", []))
        elif tag == "tr":
            self.found[-1][1].append([])
        elif tag in ("th", "td", "caption"):
            self._into = []
        elif tag in ("span", "li") and self._into is not None:
            self._into.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td", "caption") and self._into is not None:
            text = " ".join("".join(self._into).split())
            if tag == "caption":
                self.found[-1] = (text, self.found[-1][1])
            else:
                self.found[-1][1][-1].append(text)
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into.append(data)


def bare(page: str) -> list[str]:
    """'caption: column' of every column of a page that shows a number alone and has no reason to."""
    found = []
    for caption, (header, *rows) in (table for table in Tables(page).found if len(table[1]) > 1):
        for row in rows:
            for place, cell in enumerate(row[1:], start=1):
                name = header[place] if place < len(header) else ""
                after = header[place + 1].lower() if place + 1 < len(header) else ""
                alone = NUMBER.fullmatch(cell) and not any(word in after for word in RANGED)
                excused = name in ALONE or (caption.startswith(OF_A_MONTH) and place in (2, 3))
                if alone and not excused and not re.search(OF_INPUTS, caption):
                    found.append(f"{caption[:60]}: {name}: {cell}")
    return found


def unranged(header: list[str]) -> list[str]:
    """Columns of a CSV that hold numbers, of which it says no interval and nothing here says why."""
    if {"replication", "draw", "range_low"} & set(header):  # each by itself; the inputs
        return []
    named = {"scenario", "base", "station", "quantity", "unit", "note", "id", "title", "cost", "of", "payer", "worth",
             "practice", "place", "claim", "kind", "evidence", "form", "verdict", "source", "origin", "path", "noun",
             "who", "band", "turn", "series", "targets", "side", "direction", "attributes", "world", "words",
             "caused_by_waiting", "settled", "low", "high"}  # fmt: skip
    return [
        name for name in header
        if name not in named and name not in PLAIN and not name.endswith(("_low", "_high", "_verdict"))
        and not (name in ENDS and {"low", "high"} <= set(header))
        and not {f"{name}_low", f"{name}_high"} <= set(header)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder of each kind; the samples with draws as well."""
    place = tmp_path_factory.mktemp("kinds")
    found = {name: kind(name, place / name) for name in KINDS if name not in SAMPLES}
    for name in SAMPLES:
        found[name] = Path(shutil.copytree(DOCS / "examples" / name, place / name))
        worlds = Saved(found[name]).worlds
        numbers = {key: "worse" if key.endswith("verdict") else "1.5" for key in UNCERTAINTY_HEADER}
        numbers |= {"base": worlds[0].name, "scenario": worlds[1].name, "settled": "yes"}
        drawn = [list((numbers | {"id": id}).values()) for id in ("waiting_assessment", "ready_worst_week")]
        (found[name] / "uncertainty.csv").write_text(comma_separated(UNCERTAINTY_HEADER, drawn), "utf-8")
        write(found[name])
    return found


@pytest.mark.parametrize("name", dict.fromkeys((*SAMPLES, *KINDS)))
def test_no_number_on_a_page_stands_alone(folders: dict[str, Path], name: str) -> None:
    page = (folders[name] / "report.html").read_text("utf-8")
    assert len(Tables(page).found) >= 1
    assert bare(page) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_no_number_on_the_one_page_stands_alone(folders: dict[str, Path], name: str) -> None:
    assert bare(rebuild(folders[name], summary=True).read_text("utf-8")) == []


def test_the_one_page_of_a_winter_carries_what_makes_its_money_honest(folders: dict[str, Path]) -> None:
    """All that the third question says, and no difference in bed days without its interval."""
    page = " ".join(re.sub("<[^>]+>", " ", rebuild(folders["winter"], summary=True).read_text("utf-8")).split())
    for words in (
        "unmet need",
        "What moves it most, net:",
        "For the NHS: £",
        "Both together: £",
        "cashable, whoever pays: £",
    ):
        assert words in page
    assert re.search(r"bed days are lost to delay in a year, [\d,]+ more than in baseline \(95% interval", page)


def test_no_number_on_the_page_of_one_world_stands_alone(folder: Path) -> None:
    assert bare((folder / "report.html").read_text("utf-8")) == []


def tables(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Name and header of each CSV of a folder."""
    for path in sorted(folder.glob("*.csv")):
        yield path.name, next(csv.reader(io.StringIO(path.read_text("utf-8").split("\n", 1)[0])))


def test_no_table_of_a_run_holds_means_without_intervals(folders: dict[str, Path], folder: Path) -> None:
    told = {name: header for one in (*folders.values(), folder) for name, header in tables(one)}
    told |= {"stations.csv": list(STATIONS_HEADER), "flows.csv": list(FLOWS_HEADER), "money.csv": list(MONEY_HEADER)}
    told["doses.csv"] = list(dose_rows(Doses(None, (), (), (), ()))[0])  # type: ignore[arg-type]
    assert {"tried.csv", "practices.csv", "fit.csv", "boulders.csv", "over_time.csv", "affected.csv"} < set(told)
    assert {name: left for name, header in told.items() if (left := unranged(header))} == {}


def test_no_sheet_of_the_workbook_holds_means_without_intervals(folders: dict[str, Path]) -> None:
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(folders["winter"] / "tables.xlsx") as book:
        strings = ["".join(e.itertext()) for e in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        names = [e.attrib["name"] for e in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{space}sheet")]
        left = {}
        for place, name in enumerate(names[1:], start=2):
            sheet = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{place}.xml"))
            head = next(row for row in sheet.iter(f"{space}row") if row.attrib["r"] == "4")
            header = [strings[int(cell.text or 0)] for cell in head.iter(f"{space}v")]
            left[name] = [one for one in unranged(header) if one not in ("p5", "p95")]
    assert {"Headlines", "Money by year", "Money by cost"} < set(left)
    assert {name: columns for name, columns in left.items() if columns} == {}


@pytest.mark.parametrize(("cell", "after", "alone"), [
    ("12.5", "Next", True), ("\u2212£0.11m", "Next", True), ("+1.0 points", "Next", True), ("1,234", "Unit", True),
    ("12.5", "95% interval", False), ("12.5 (11 to 14)", "Next", False), ("few", "Next", False),
])  # fmt: skip
def test_a_number_alone_would_be_seen(cell: str, after: str, alone: bool) -> None:
    page = (
        f"<table><caption>C</caption><tr><th>A</th><th>B</th><th>{after}</th></tr>"
        f"<tr><th>x</th><td>{cell}</td><td>words</td></tr></table>"
    )
    assert bool(bare(page)) is alone
    assert unranged(["scenario", "gross", "net"]) == ["gross", "net"]
