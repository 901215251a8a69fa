"""What a comparison says beside its headlines, and what it refuses."""

import json
from pathlib import Path

import pytest

from sim.experiment.kept import Shelf
from tests.cli.calls import call

QUEUE = """\
title: A queue whose callers nobody has counted
base: [examples/one-queue]
changes:
  demand.callers.rate: {value: 0.2, range: [0.15, 0.23], evidence: assumption}
run: {length: 2000, warm_up: 200, replications: 5}
"""


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "queue.yaml").write_text(QUEUE)
    return tmp_path


@pytest.mark.parametrize(("typed", "said"), [
    (("--draws", "5"), "`--draws 5` is not draws x replications of each, such as 50x2"),
    (("--draws", "5x2"), "--draws goes with --uncertainty"),
    (("--uncertainty", "--draws", "1x2"), "at least two draws, and two replications of each"),
    (("--precision", "0"), "--precision is a share above 0"),
    (("--precision", "0.1", "-n", "4"), "at least 5 replications"),
    (("--primary", "desk.wat"), "there is no measure `desk.wat` here"),
])  # fmt: skip
def test_what_cannot_be_asked_is_said_and_nothing_is_saved(
    queue: Path, capsys: pytest.CaptureFixture[str], typed: tuple[str, ...], said: str
) -> None:
    code, out, err = call(capsys, "compare", "./queue.yaml", "--set", "teams.desk_staff.workers=4", *typed)
    assert code == 2
    assert not out or "--primary" not in typed
    assert said in err
    assert not (queue / "outputs").exists()


@pytest.mark.parametrize("other", ["./queue.yaml", "./copy.yaml"])
def test_that_both_worlds_are_the_same_scenario_is_said(
    queue: Path, capsys: pytest.CaptureFixture[str], other: str
) -> None:
    (queue / "copy.yaml").write_text(QUEUE)
    _, out, _ = call(capsys, "compare", "./queue.yaml", other, "-n", "1", "--workers", "1")
    said = (
        "Nothing differs: both worlds are"
        if other == "./queue.yaml"
        else "Nothing differs: ./copy.yaml and ./queue.yaml are"
    )
    assert out.startswith(f"{said} the same scenario\n")
    _, out, _ = call(
        capsys, "compare", "./queue.yaml", "--set", "run.replications=1", "--set", "teams.desk_staff.workers=4"
    )
    assert "same scenario" not in out


def test_draws_of_a_scenario_without_ranges_are_refused(queue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capsys, "run", "examples/one-queue", "--set", "run.length=500", "-n", "5", "--uncertainty")
    assert code == 2
    assert "no number here has a range" in err
    assert "replications" not in err


def test_belief_and_precision_are_told_and_the_command_repeats_them(
    queue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = ("compare", "./queue.yaml", "--set", "teams.desk_staff.workers=4", "--primary", "desk.waiting",
             "--precision", "0.5", "--uncertainty", "--draws", "3x2", "--workers", "1")  # fmt: skip
    code, out, _ = call(capsys, *typed, "--out", "once")
    assert code == 0
    for beginning in ("Judged by  Desk: mean number waiting: better", "Pairing    median", "Belief     what the",
                      "Precision  50%", "Draws      3, of 1 number with a range; each run 2 times"):  # fmt: skip
        assert f"\n{beginning}" in out
    command = json.loads((queue / "once" / "manifest.json").read_text("utf-8"))["command"]
    assert call(capsys, *command.split()[1:], "--out", "again")[0] == 0
    for name in ("summary.json", "draws.csv", "uncertainty.csv"):
        assert (queue / "once" / name).read_bytes() == (queue / "again" / name).read_bytes()


def test_a_run_that_was_stopped_goes_on_and_comes_to_the_same(
    queue: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = ("compare", "./queue.yaml", "--set", "teams.desk_staff.workers=4", "-n", "5", "--uncertainty",
             "--draws", "3x2", "--workers", "1", "--resume", "--out")  # fmt: skip
    code, _, err = call(capsys, *typed, "whole")
    assert (code, err.splitlines()[0]) == (0, "Nothing is kept of this command in .: it begins anew.")
    kept: list[object] = []
    put = Shelf.put

    def stopped(shelf: Shelf, item: int, result: object) -> None:
        if len(kept) == 7:
            raise KeyboardInterrupt
        kept.append(result)
        put(shelf, item, result)

    monkeypatch.setattr(Shelf, "put", stopped)
    code, out, err = call(capsys, *typed[:-2], "--out", "parts")
    assert (code, out.count("Saved")) == (1, 0)
    assert err.endswith("Stopped. What was done is kept: the same command with --resume goes on from there.\n")
    assert not (queue / "parts").exists()
    kept.append("so that only the one draw that is left may be put")
    monkeypatch.setattr(Shelf, "put", lambda shelf, item, result: kept.append(result))
    assert call(capsys, *typed, "parts")[0] == 0
    assert len(kept) == 8 + 1
    for name in ("summary.json", "draws.csv", "draw_results.csv", "uncertainty.csv", "outcomes.csv", "daily.parquet"):
        assert (queue / "whole" / name).read_bytes() == (queue / "parts" / name).read_bytes(), name
    assert [path.name for path in queue.iterdir() if path.name.startswith(".")] == []


def test_several_alternatives_are_put_in_order(queue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (queue / "more.yaml").write_text(
        "title: Four desks\nbase: [./queue.yaml]\nchanges: {teams.desk_staff.workers: 4}\n"
    )
    (queue / "same.yaml").write_text("title: The same desks\nbase: [./queue.yaml]\n")
    code, out, _ = call(capsys, "compare", "./queue.yaml", "./more.yaml", "./same.yaml", "--workers", "1")
    assert code == 0
    assert "Holm over 2 alternatives" in out
    assert "best first: ./more.yaml, then ./queue.yaml, a tie with ./same.yaml" in out
