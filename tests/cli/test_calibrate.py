"""``traintracks calibrate`` and the exit code of ``check`` as a person meets them."""

import json
from pathlib import Path

import pytest

from sim.cli import main
from sim.scenario.loads import Load

DESK = """\
title: A desk
demand: {people: {rate: 10/day}}
doors: {people: desk}
teams: {clerks: {workers: WORKERS, calendar: always}}
events: {waiting: {worse: {background: 0.1/week, excess: 0.1/week, to: done}}}
stations:
  desk: {kind: task, team: clerks, effort: 6 h, waiting: waiting, next: done}
  done: {kind: exit}
run: {start: 2026-04-01, length: 60 days, replications: 5}
"""
TARGETS = """\
title: What a desk does
tolerance: 0.2
most_missed: MISSED
targets:
  served: {title: People served, value: 3650, unit: a year, source: 10 a day, grade: A, sum: [desk.started]}
  waiting: {title: People waiting, value: 50, unit: people, source: a guess, grade: E, sum: [desk.waiting]}
"""


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    found = capsys.readouterr()
    return int(end.value.code or 0), found.out, found.err


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("desk.yaml").write_text(DESK.replace("WORKERS", "3"))
    Path("targets.yaml").write_text(TARGETS.replace("MISSED", "1"))
    return tmp_path


def test_check_prints_targets_beside_what_is_simulated(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "calibrate", "check", "./desk.yaml", "--targets", "targets.yaml", "--workers", "1")
    assert code == 0
    served, waiting = (line for line in out.splitlines() if line.startswith("People"))
    assert served.split()[-1] == "inside"
    assert waiting.split()[-1] == "OUTSIDE"
    assert "1 of 2 inside, each within 20% of its target; 1 may be missed." in out
    assert "People waiting (grade E: a guess)" in out


def test_check_exits_1_when_too_many_are_missed(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("targets.yaml").write_text(TARGETS.replace("MISSED", "0"))
    code, out, err = call(
        capsys, "calibrate", "check", "./desk.yaml", "--targets", "targets.yaml", "-n", "2", "--workers", "1", "--json"
    )
    assert (code, err) == (1, "")
    found = json.loads(out)
    assert found["missed"] == 1
    assert found["rows"][0]["inside"]
    assert found["rows"][0]["low"] is None


def test_check_says_once_that_so_few_replications_tell_nothing(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("targets.yaml").write_text(
        TARGETS.replace("MISSED", "1").replace("sum: [desk.started]", "required: true, sum: [desk.started]")
    )
    code, out, _ = call(
        capsys, "calibrate", "check", "./desk.yaml", "--targets", "targets.yaml", "-n", "2", "--workers", "1"
    )
    assert code == 1
    assert "unsure" not in out.lower()
    assert out.count("5 or more are needed (-n 5)") == 1


def test_check_keeps_its_lines_and_a_page_that_report_makes_again(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ("--targets", "targets.yaml", "-n", "5", "--workers", "1")
    code, out, _ = call(capsys, "calibrate", "check", "./desk.yaml", *few, "--out", "there", "--quiet")
    assert (code, out) == (0, "there\n")
    made = {path.name: path.read_bytes() for path in Path("there").iterdir()}
    assert set(made) == {"check.json", "fit.csv", "manifest.json", "report.html"}
    Path("there/report.html").unlink()
    assert call(capsys, "report", "there")[0] == 0
    assert Path("there/report.html").read_bytes() == made["report.html"]
    assert b"It lands on its targets: 1 is inside and 1 outside." in made["report.html"]
    again = b"traintracks calibrate check ./desk.yaml --seed 1 --replications 5 --targets targets.yaml"
    assert again in made["report.html"]
    assert call(capsys, "calibrate", "check", "./desk.yaml", *few, "--out", "there", "--quiet")[0] == 0


def test_targets_that_are_not_there_are_said_with_exit_2(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "calibrate", "check", "./desk.yaml", "--targets", "mine")
    assert (code, out) == (2, "")
    assert "no targets `mine`; shipped: flow-balance" in err


def test_steady_sets_two_years_side_by_side(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Four clerks have room: the queue of the second year is that of the first."""
    Path("desk.yaml").write_text(DESK.replace("WORKERS", "4"))
    code, out, _ = call(capsys, "calibrate", "steady", "./desk.yaml", "-n", "5", "--workers", "1")
    assert code == 0
    assert "waiting, desk" in out
    assert "1 of 1 queues are steady" in out
    more = DESK.replace("WORKERS", "4").replace("rate: 10/day", "rate: {value: 10/day, profile: [more]}")
    Path("desk.yaml").write_text(more + "profiles: {more: {growth: 0.4/year}}\n")
    code, out, _ = call(capsys, "calibrate", "steady", "./desk.yaml", "-n", "5", "--workers", "1")
    assert code == 1
    assert "DRIFTS" in out


@pytest.mark.parametrize(("load", "outside"), [(0.5951, False), (0.5949, True), (0.9849, False), (0.9851, True)])
def test_a_load_is_outside_as_it_is_printed(load: float, outside: bool) -> None:
    one = Load("desk", "team", 1.0, load, 1.0, "hours of work", load, tight=True)
    assert one.outside is outside


def test_check_exits_1_where_people_come_to_harm_and_the_load_is_outside(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """2.5 clerks' work for 3, 2 and 5 of them; without harm in the wait nobody minds."""
    for workers, code, words in (("3", 0, "0.83"), ("2", 1, "team clerks"), ("5", 1, "is at 0.50")):
        Path("desk.yaml").write_text(DESK.replace("WORKERS", workers))
        found, out, _ = call(capsys, "check", "./desk.yaml")
        assert found == code, workers
        assert words in out
        assert ("outside 0.60 to 0.98" in out) is (code == 1)
        assert ("Exit code 1: the files are right and can be run." in out) is (code == 1)
    Path("desk.yaml").write_text(DESK.replace("WORKERS", "5").replace(" waiting: waiting,", ""))
    assert call(capsys, "check", "./desk.yaml")[0] == 0
