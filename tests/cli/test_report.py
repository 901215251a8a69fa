"""``traintracks report``: the page of a run again, the same bytes, or one plain sentence of what is missing."""

from pathlib import Path

import pytest

from tests.cli.calls import call

SHORT = ("--set", "run.length=3000", "--set", "run.warm_up=300", "-n", "5", "--workers", "1")


def test_the_same_bytes_from_the_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    call(capsys, "run", "examples/one-queue", *SHORT, "--out", "there")
    made = {path.name: path.read_bytes() for path in Path("there").iterdir()}
    (Path("there") / "report.html").unlink()
    Path("there").rename("moved")
    code, out, err = call(capsys, "report", "moved")
    assert (code, out.split(), err) == (0, ["Report", "moved/report.html"], "")
    assert {path.name: path.read_bytes() for path in Path("moved").iterdir()} == made


def test_one_page_for_a_board_paper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    call(capsys, "run", "examples/one-queue", *SHORT, "--out", "there")
    code, out, _ = call(capsys, "report", "there", "--summary", "--quiet")
    assert (code, out) == (0, "there/summary.html\n")
    page = (tmp_path / "there" / "summary.html").read_text("utf-8")
    assert "Model estimate, not a forecast" in page
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (None, "is not a folder; give the folder of a run"),
        ((), "is not a run: there is no manifest.json"),
        (("manifest.json", "summary.json", "inputs.csv", "stations.csv"), "there is no flows.csv, daily.parquet"),
        (("manifest.json", "summary.json", "inputs.csv", "stations.csv", "flows.csv", "daily.parquet"), "is damaged"),
    ],
)
def test_what_is_no_run_is_said_in_a_sentence(
    files: tuple[str, ...] | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "x"
    if files is not None:
        folder.mkdir()
        for name in files:
            (folder / name).write_text("{", "utf-8")
    code, out, err = call(capsys, "report", str(folder))
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.splitlines()) == 1
    assert files is None or {path.name for path in folder.iterdir()} == set(files)
