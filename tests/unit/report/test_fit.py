"""How a place lies beside its targets: the page of a check, and the section of a run."""

import csv
import json
import re
from pathlib import Path

import pytest

from calibration.fit import FIT_HEADER
from sim.report import rebuild
from sim.report.fit import fit, fit_figures, tally
from sim.report.saved import Saved

ABOUT = {
    "schema": 1, "kind": "check", "scenario": "mine", "title": "Mine", "place": "Here", "illustrative": True,
    "start": "2026-04-01", "days": 365.0, "targets": "What it should do", "summary": "", "tolerance": 0.2,
    "by_interval": True, "most_missed": 0, "landed": False, "seed": 1, "replications": 6,
}  # fmt: skip


def line(title: str, off: float, *, half: float | None = 0.05, say: int = 1, tolerance: float = 0.2) -> dict[str, str]:
    """A line so many parts off a target of 50."""
    low, high = ("", "") if half is None else (50 * (1 + off - half), 50 * (1 + off + half))
    inside = half is not None and abs(off) + half <= tolerance
    verdict = "inside" if inside else "unsure" if half is None or abs(off) - half <= tolerance else "outside"
    cells = ("mine", "What it should do", title, title, "people", 50.0, tolerance, 50 * (1 + off), low, high, say,
             verdict, "C", "P001: a count")  # fmt: skip
    return {name: str(cell) for name, cell in zip(FIT_HEADER, cells, strict=True)}


def made(folder: Path, rows: list[dict[str, str]], **about: object) -> str:
    folder.mkdir(exist_ok=True)
    versions = {"traintracks": "0.1.0", "python": "3.11"}
    (folder / "manifest.json").write_text(json.dumps({"schema": 1, "kind": "check", "versions": versions}))
    (folder / "check.json").write_text(json.dumps({**ABOUT, **about}))
    with (folder / "fit.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIT_HEADER)
        writer.writeheader()
        writer.writerows(rows)
    return rebuild(folder).read_text("utf-8")


@pytest.mark.parametrize(
    ("rows", "landed", "words"),
    [
        ([line("A", 0.0), line("B", 0.1)], True, "It lands on its targets: all 2 are inside."),
        ([line("A", 0.0), line("B", 0.5)], False, "It does not land on its targets: 1 is inside and 1 outside."),
        ([line("A", 0.0), line("B", 0.2)], False, "Not settled whether it lands on its targets: 1 is inside and 1"),
        (
            [line("A", 0.0), line("B", 0.0), line("C", -0.9, say=0)], True,
            "It lands on its targets: of 2 required lines, all 2 are inside; of 1 more line shown without a say, 1 is "
            "outside.",
        ),
        ([line("A", 0.0, half=None)], False, "too few replications (6) to judge any of them."),
    ],
)  # fmt: skip
def test_the_page_of_a_check_says_whether_it_lands(
    rows: list[dict[str, str]], landed: bool, words: str, tmp_path: Path
) -> None:
    few = {"replications": 6} if rows[0]["low"] else {"replications": 3}
    page = made(tmp_path / "check", rows, landed=landed, **few)
    assert words.replace("(6)", "(3)") in page
    assert "Illustrative place." in page
    assert "1 April 2026 to 31 March 2027" in page
    assert page == made(tmp_path / "check", rows, landed=landed, **few)


def test_a_verdict_is_told_by_shape_and_word_and_a_far_one_with_its_distance() -> None:
    (figure,) = fit_figures([line("A", 0.0), line("B", 0.2), line("C", 3.0)], "fit")
    wide = str(figure.drawing).split("</svg>")[0]
    assert [wide.count(shape) for shape in ("<circle", 'fill="#fff"', 'fill="none"')] == [1, 1, 1]
    assert [wide.count(f">{word}<") for word in ("inside", "unsure", "outside +300%")] == [1, 1, 1]
    assert figure.title == "1 of 3 inside tolerance"
    assert [row[6:8] for row in figure.rows] == [("+0%", "inside"), ("+20%", "unsure"), ("+300%", "outside")]


def test_a_shaded_tolerance_holds_the_interval_of_a_line_inside() -> None:
    (figure,) = fit_figures([line("A", 0.1, half=0.05)], "fit")
    wide = str(figure.drawing).split("</svg>")[0]
    x, width = (
        float(n) for n in re.search(r'class="tolerance" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', wide).groups()
    )
    low, high = (float(n) for n in re.search(r'class="whisker" x1="([\d.]+)" x2="([\d.]+)"', wide).groups())
    assert x < low < high < x + width
    assert (low - x) / width == pytest.approx((0.05 + 0.2) / 0.4, abs=0.01)
    assert (high - x) / width == pytest.approx((0.15 + 0.2) / 0.4, abs=0.01)


def test_many_lines_are_told_in_charts_of_half_a_page() -> None:
    figures = fit_figures([line(str(n), 0.0) for n in range(45)] + [line("x", 0.0, say=0)], "fit")
    assert [len(figure.rows) for figure in figures] == [15, 15, 15, 1]
    assert figures[1].title == "All 15 inside tolerance (2 of 3)"
    assert len({figure.id for figure in figures}) == 4


def test_a_run_tells_of_the_world_that_was_run_and_of_no_other(folder: Path) -> None:
    saved = Saved(folder)
    base, other = saved.worlds
    saved.rows = lambda table: [{**line("A", 0.0), "scenario": name} for name in (base.name, other.name)]  # type: ignore[method-assign]
    found = fit(saved)
    assert found is not None
    assert found.sentences[0].startswith("One queue, as it was run here, beside 1 line of")
    assert "Nothing is said here of busy day" in found.sentences[-1]
    saved.rows = lambda table: [{**line("A", 0.0), "scenario": other.name}]  # type: ignore[method-assign]
    found = fit(saved)
    assert found is not None
    assert found.sentences[0].startswith("Busy day, as it was run here")
    saved.rows = lambda table: []  # type: ignore[method-assign]
    assert fit(saved) is None


def test_few_replications_judge_nothing() -> None:
    assert tally([line("A", 0.0, half=None)], 3) == "too few replications (3) to judge any of them."
    (figure,) = fit_figures([line("A", 0.0, half=None)], "fit")
    assert figure.title == "Too few runs to judge the fit"
