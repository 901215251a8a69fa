"""``new``, ``diff`` and ``explain`` as a person meets them."""

import json
from pathlib import Path

import pytest

from sim.scenario.editor import schema_text
from tests.cli.calls import call


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_new_writes_a_file_that_runs_and_the_schema(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "new", "busy.yaml", "--from", "examples/one-queue")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "Next    traintracks compare examples/one-queue ./busy.yaml"
    assert (here / "traintracks.schema.json").read_text() == schema_text()
    done = call(capsys, "compare", "examples/one-queue", "./busy.yaml", "-n", "1", "--workers", "1", "--out", "there",
                "--set", "run.length=2000", "--set", "run.warm_up=0")  # fmt: skip
    assert done[0] == 0
    assert "teams.desk_staff.workers: 3 -> + 1" in done[1]


def test_new_overwrites_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "mine.yaml").write_text("mine")
    (here / "traintracks.schema.json").write_text("mine too")
    assert call(capsys, "new") == (2, "", "mine.yaml is there already, and is left as it is; give another name\n")
    assert call(capsys, "new", "other.yaml")[0] == 0
    assert (here / "mine.yaml").read_text() == "mine"
    assert (here / "traintracks.schema.json").read_text() == "mine too"


@pytest.mark.parametrize(("typed", "message"), [
    (("mine.txt",), "mine.txt does not end in .yaml, so that nothing would know it for a scenario\n"),
    (("no/mine.yaml",), "no/mine.yaml cannot be written (no such file or directory)\n"),
    (("--from", "places/hull"),
     "places/hull: this is only a part of a scenario (place); start from a scenario that stands on it, such as "
     "`baseline`, or from an overlay\n"),
])  # fmt: skip
def test_new_refuses(here: Path, capsys: pytest.CaptureFixture[str], typed: tuple[str, ...], message: str) -> None:
    assert call(capsys, "new", *typed) == (2, "", message)
    assert list(here.iterdir()) == []


def test_diff_says_what_where_and_on_what_evidence(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "more.yaml").write_text(
        "title: More\nbase: [examples/one-queue]\nchanges:\n  teams.desk_staff.workers: {add: 1, evidence: P097}\n"
    )
    code, out, err = call(capsys, "diff", "examples/one-queue", "./more.yaml")
    assert (code, err) == (0, "")
    assert [" ".join(line.split()) for line in out.splitlines()] == [
        "./more.yaml differs from examples/one-queue in 1 place",
        "",
        "Teams examples/one-queue ./more.yaml evidence from",
        "teams.desk_staff.workers 3 + 1 from day 0 P097 (grade B) more.yaml:4",
        "",
        "Next traintracks explain teams.desk_staff.workers ./more.yaml",
    ]
    rows = json.loads(call(capsys, "diff", "examples/one-queue", "./more.yaml", "--json")[1])
    assert [(row["path"], row["before"], row["after"], row["origin"]) for row in rows] == [
        ("teams.desk_staff.workers", "3", "+ 1 from day 0", "more.yaml:4")
    ]


def test_diff_of_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    out = call(capsys, "diff", "examples/one-queue", "examples/one-queue")[1]
    assert out == "examples/one-queue and examples/one-queue are the same\n"


def test_explain_a_path_and_a_measure(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "explain", "teams.desk_staff.workers", "examples/one-queue")
    assert code == 0
    assert "A fixed number of people" in out
    assert "examples/one-queue.yaml:" in out
    assert "People waiting for an assessment" in call(capsys, "explain", "waiting_assessment", "examples/one-queue")[1]


def test_explain_what_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "explain", "teams.desk_staff.wrokers", "examples/one-queue") == (
        2, "", "there is no `wrokers` in `teams.desk_staff` in examples/one-queue; did you mean "
        "`teams.desk_staff.workers`?\n",
    )  # fmt: skip
    code, out, err = call(capsys, "explain", "desk_stuff", "examples/one-queue")
    assert (code, out) == (2, "")
    assert "did you mean `desk_staff`?" in err
