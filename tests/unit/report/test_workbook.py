"""tables.xlsx: a sheet a table, numbers as numbers, words as words, nothing that a spreadsheet would run."""

import csv
import re
import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sim.report.saved import Saved, bare
from sim.report.workbook import SHEETS, workbook
from tests.kinds import HURT, KINDS, kind

SPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture(scope="module")
def book(folder: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(folder / "tables.xlsx")


def sheets(book: zipfile.ZipFile) -> dict[str, ElementTree.Element]:
    names = [
        e.attrib["name"]
        for e in ElementTree.fromstring(book.read("xl/workbook.xml")).findall("x:sheets/x:sheet", SPACE)
    ]
    return {
        name: ElementTree.fromstring(book.read(f"xl/worksheets/sheet{place}.xml"))
        for place, name in enumerate(names, start=1)
    }


def cells(book: zipfile.ZipFile, sheet: ElementTree.Element) -> dict[str, str | float]:
    strings = ["".join(e.itertext()) for e in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
    found: dict[str, str | float] = {}
    for cell in sheet.iter(f"{{{SPACE['x']}}}c"):
        value = cell.find("x:v", SPACE)
        if value is not None and value.text is not None:
            found[cell.attrib["r"]] = strings[int(value.text)] if cell.attrib.get("t") == "s" else float(value.text)
    return found


def test_a_sheet_for_each_table_and_one_that_says_what_they_are(book: zipfile.ZipFile, folder: Path) -> None:
    there = [title for name, (title, _) in SHEETS.items() if name == "headlines" or Saved(folder).rows(name)]
    assert list(sheets(book)) == ["About", *there]
    about = set(cells(book, sheets(book)["About"]).values())
    assert {"Model estimate, not a forecast.", *(f"Sheet: {title}" for title in there)} <= about


def test_numbers_are_those_of_the_csv(book: zipfile.ZipFile, folder: Path) -> None:
    with (folder / "measures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = cells(book, sheets(book)["Measures"])
    column = next(re.sub(r"\d", "", place) for place, value in found.items() if value == "value")
    values = [found.get(f"{column}{line}") for line in range(5, 5 + len(rows))]
    assert values == [pytest.approx(float(row["value"])) if row["value"] else None for row in rows]


def test_nothing_is_a_formula_or_a_link(book: zipfile.ZipFile) -> None:
    for sheet in sheets(book).values():
        assert not list(sheet.iter(f"{{{SPACE['x']}}}f"))
        assert not list(sheet.iter(f"{{{SPACE['x']}}}hyperlink"))


def test_words_that_begin_as_formulas_stay_words(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "run"
    shutil.copytree(folder, mine)
    text = (mine / "changes.csv").read_text("utf-8").replace("<b>the manager</b>", "'=1+1")
    (mine / "changes.csv").write_text(text, "utf-8")
    (mine / "x.xlsx").write_bytes(workbook(Saved(mine)))
    with zipfile.ZipFile(mine / "x.xlsx") as made:
        changes = sheets(made)["Changes"]
        assert "=1+1" in cells(made, changes).values()
        assert not list(changes.iter(f"{{{SPACE['x']}}}f"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder of each kind in which everybody who may write has written a formula."""
    place = tmp_path_factory.mktemp("hostile")
    return {name: kind(name, place / name, HURT) for name in KINDS}


def test_a_workbook_of_boulders_holds_hostile_words_as_words(hostile: dict[str, Path]) -> None:
    with zipfile.ZipFile(hostile["boulders"] / "tables.xlsx") as made:
        found = sheets(made)
        assert not [name for name, sheet in found.items() if list(sheet.iter(f"{{{SPACE['x']}}}f"))]
        assert HURT in cells(made, found["Boulders"]).values()


@pytest.mark.parametrize("name", KINDS)
def test_no_cell_of_a_csv_of_any_kind_begins_as_a_formula(hostile: dict[str, Path], name: str) -> None:
    """What a spreadsheet would run has a ' before it, and is read back as it was written."""
    written = 0
    for path in hostile[name].glob("*.csv"):
        for row in csv.reader(path.read_text("utf-8").splitlines()):
            written += sum(cell.startswith("'=1+1") for cell in row)
            assert not [cell for cell in row if re.match(r"[=@\t\r]|[+-](?![\d.]+(e[+-]?\d+)?$)", cell)]
    assert written > 0
    assert bare("'=1+1") == "=1+1"


def test_every_csv_is_written_by_the_one_that_knows_formulas() -> None:
    root = Path(__file__).parents[3]
    writers = [
        path for of in ("sim", "calibration") for path in (root / of).rglob("*.py") if "csv.writer" in path.read_text()
    ]
    assert [path.relative_to(root).as_posix() for path in writers] == ["sim/experiment/tables.py"]
