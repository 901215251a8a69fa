"""The command line as a person meets it: exit codes, words, what is written and what is not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.scenario import load
from tests.cli.calls import call

SHORT = ("--set", "run.length=3000", "--set", "run.warm_up=300", "-n", "5", "--workers", "1")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_run_prints_headlines_and_where_they_are(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "run", "examples/one-queue", *SHORT)
    assert code == 0
    folders = list((here / "outputs").iterdir())
    assert len(folders) == 1
    assert (folders[0] / "report.html").exists()
    assert "Desk: mean wait" in out
    assert "5 replications, seed 1" in out
    assert str(folders[0].relative_to(here)) in out.replace("\\", "/")
    assert out.rstrip().splitlines()[-1].startswith("Next    traintracks ")
    assert "5 of 5 replications" in err


def test_compare_prints_what_differs_first(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(
        capsys, "compare", "examples/one-queue", "--set", "demand.callers.rate=0.25", "-n", "5", "--workers", "1",
        "--out", "busy",
    )  # fmt: skip
    assert code == 0
    assert out.splitlines()[0] == "examples/one-queue is changed in 1 input"
    assert "demand.callers.rate: " in out.splitlines()[1]
    manifest = json.loads((here / "busy" / "manifest.json").read_text("utf-8"))
    assert manifest["command"] == (
        "traintracks compare examples/one-queue --set demand.callers.rate=0.25 --seed 1 --replications 5"
    )


def test_json_is_the_summary_and_nothing_else(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "run", "examples/one-queue", *SHORT, "--json", "--out", "here")
    assert code == 0
    assert err == ""
    assert json.loads(out) == json.loads((here / "here" / "summary.json").read_text("utf-8"))


def test_quiet_prints_the_folder(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "run", "examples/one-queue", *SHORT, "--quiet", "--out", "here") == (0, "here\n", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "no-such"), "no shipped `no-such`"),
        (("run", "baselin"), "did you mean `baseline`"),
        (("run", "examples/one-queue", "--set", "demand.caller.rate=1"), "demand.caller"),
        (("compare", "examples/one-queue"), "nothing to compare"),
        (("compare", "baseline", "examples/one-queue"), "same time"),
        (("check", "no-such"), "no shipped `no-such`"),
        (("run",), "Missing argument 'scenario'"),
        (("fly",), "fly"),
        (("run", "examples/one-queue", "-n", "0"), "replications"),
        (("show", "examples/one-queue", "nothing"), "no number below nothing"),
    ],
)
def test_bad_input_is_explained_with_exit_2_and_nothing_written(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = call(capsys, *arguments)
    assert code == 2
    assert words in err
    assert out == ""
    assert "Traceback" not in err
    assert list(here.iterdir()) == []


def test_a_folder_that_is_not_a_run_is_refused_before_anything_runs(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "work").mkdir()
    (here / "work" / "notes.txt").write_text("mine")
    code, _, err = call(capsys, "run", "examples/one-queue", "--out", "work")
    assert code == 2
    assert "notes.txt" in err
    assert "replications" not in err


def test_a_queue_without_end_stops_with_its_name(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    endless = ("--set", "demand.callers.rate=3", "--set", "run.most_waiting=500")
    code, _, err = call(capsys, "run", "examples/one-queue", *endless, "-n", "1", "--workers", "1")
    assert code == 1
    assert "desk" in err
    assert "Traceback" not in err
    assert list(here.iterdir()) == []


def test_a_mistake_of_the_program_is_one_plain_line(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr("sim.scenario.load", broken)
    code, _, err = call(capsys, "run", "examples/one-queue")
    assert code == 1
    assert "Something is wrong in Traintracks itself" in err
    assert "Traceback" not in err
    monkeypatch.setenv("TRAINTRACKS_DEBUG", "1")
    assert "Traceback" in call(capsys, "run", "examples/one-queue")[2]


def test_control_c_is_no_traceback(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.experiment.run", stopped)
    code, _, err = call(capsys, "run", "examples/one-queue")
    assert (code, err) == (1, "Stopped. Nothing was saved.\n")


def test_list_as_json_names_what_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "list", "--json")
    entries = {entry["name"]: entry for entry in json.loads(out)}
    assert code == 0
    assert entries["baseline"]["kind"] == "scenario"
    assert entries["places/hull"]["illustrative"] is True


def test_show_gives_every_number_its_origin(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "show", "examples/one-queue")
    assert code == 0
    assert "demand.callers.rate" in out
    assert "examples/one-queue.yaml:" in out


def test_check_says_nothing_is_wrong_and_what_is_asked_of_each_team(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "check", "examples/one-queue", "pressures/winter")
    assert (code, err) == (0, "")
    assert "team desk_staff" in out
    assert "0.67" in out
    assert "pressures/winter: nothing wrong" in out


def test_check_tells_of_every_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.yaml").write_text("title: A\nbase: [baselin]\n")
    (here / "b.yaml").write_text("titel: B\n")
    code, _, err = call(capsys, "check", "./a.yaml", "./b.yaml", "examples/one-queue")
    assert code == 2
    assert "a.yaml:2:" in err
    assert "b.yaml:1:1" in err


@pytest.mark.parametrize(
    "arguments", [("--help",), ("run", "--help"), ("list",), ("check", "baseline"), ("show", "examples/one-queue")]
)
def test_looking_needs_no_tables_statistics_or_charts(arguments: tuple[str, ...]) -> None:
    code = (
        "import sys\nfrom sim.cli import main\n"
        f"try:\n    main({list(arguments)!r})\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = {'pandas', 'scipy', 'plotly', 'pyarrow', 'simpy'} & set(sys.modules)\nassert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ)
    assert done.returncode == 0, done.stderr


def test_it_is_a_module_too() -> None:
    done = subprocess.run([sys.executable, "-m", "sim", "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "traintracks demo" in done.stdout


def test_show_says_what_changes_and_by_how_much(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "mine.yaml").write_text(
        "title: Four more\nbase: [baseline]\n"
        "changes:\n  workforce.social_worker.posts: {add: 4, evidence: assumption}\n"
    )
    out = call(capsys, "show", "./mine.yaml", "workforce.social_worker.posts")[1]
    assert f"{load('baseline').workforce['social_worker'].posts.value:g}" in out
    assert "+ 4 *" in out
    assert "mine.yaml:4" in out
    ranges = call(capsys, "show", "baseline", "workforce.social_worker.leavers")[1]
    assert "0.15/year  0.12/year to 0.17/year" in ranges


def test_the_same_with_a_change_is_told_from_its_base(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    busier = ("--set", "demand.callers.rate=0.25", "-n", "3", "--workers", "1", "--out", "busy")
    out = call(capsys, "compare", "examples/one-queue", *busier)[1]
    assert "examples/one-queue as changed, against examples/one-queue" in out
    assert "one such" not in out
    page = (here / "busy" / "report.html").read_text("utf-8")
    assert "compared with the same with 1 input changed</h1>" in page
    assert "(too few replications to give an interval)" in page


def test_a_scenario_beside_itself_is_not_called_changed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = ("-n", "2", "--workers", "1", "--set", "run.length=300", "--out", "same")
    out = call(capsys, "compare", "examples/one-queue", "examples/one-queue", *few)[1]
    assert "examples/one-queue twice: the same scenario" in out
    assert "examples/one-queue-again" in out
    assert "changed" not in out
    page = (here / "same" / "report.html").read_text("utf-8")
    assert ", compared with itself</h1>" in page
    assert "Nothing was changed: both worlds are the same scenario, so no figure differs." in page


def test_nothing_typed_is_help_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys)
    assert (code, out) == (2, "")
    assert "compare The same people through several worlds" in " ".join(err.split())
    assert "can be typed" not in err


@pytest.mark.parametrize("out", ["notes.txt", "notes.txt/run"])
def test_a_place_that_is_a_file_is_refused_before_anything_runs(
    here: Path, capsys: pytest.CaptureFixture[str], out: str
) -> None:
    (here / "notes.txt").write_text("mine")
    code, printed, err = call(capsys, "run", "examples/one-queue", "--out", out)
    assert (code, printed) == (2, "")
    what = "notes.txt is not a folder; give --out a new name, an empty folder or an earlier run"
    under = f"notes.txt/run cannot be made: {here / 'notes.txt'} cannot be written to; give --out another name"
    assert err == f"{what if out == 'notes.txt' else under}\n"
    assert (here / "notes.txt").read_text() == "mine"


def test_what_holds_only_from_the_beginning_is_checked_as_it_is_compared(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "seven.yaml").write_text(
        "title: Seven\nbase: [baseline]\nchanges:\n  teams.brokerage.calendar: seven_days\n"
    )
    code, _, err = call(capsys, "check", "./seven.yaml")
    assert code == 2
    assert "cannot change part-way through a run" in err
    assert "./seven.yaml: " in call(capsys, "check", "./seven.yaml", "--steady")[1]
    code, out, err = call(capsys, "explain", "teams.brokerage.calendar", "./seven.yaml", "--steady")
    assert (code, err) == (0, "")
    assert "today       seven_days" in out


def test_what_cannot_change_part_way_hides_no_other_mistake(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "seven.yaml").write_text(
        "title: Seven\nbase: [baseline]\nchanges:\n  teams.brokerage.calendar: seven_dayz\n"
        "  stations.assessment.effort: {by: need, low: 3 h, hihg: 4 h}\n  stock.supported_living.here: many\n"
    )
    code, _, err = call(capsys, "check", "./seven.yaml")
    assert code == 2
    assert err.count("cannot change part-way through a run") == 3
    assert "there is no `seven_dayz` in `calendars`" in err
    assert "hihg" in err
    assert "`many`" in err
    real = [line for line in err.splitlines() if "part-way" not in line]
    assert call(capsys, "check", "./seven.yaml", "--steady")[2].splitlines() == real


WARD = """\
title: Ward
demand: {admissions: {rate: 2/day}}
doors: {admissions: ward}
pools: {beds: {capacity: 40}}
stations:
  ward: {kind: stay, pool: beds, length: 10 days, takes_stock: true, next: home}
  home: {kind: exit}
stock: {beds: STOCK}
run: {length: 100 days, decision: day 20}
"""


def test_stock_starts_and_stay_that_disagree_are_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """2 a day for 10 days keep 20."""
    ward = here / "ward.yaml"
    ward.write_text(WARD.replace("STOCK", "25"))
    code, out, _ = call(capsys, "check", "./ward.yaml")
    assert code == 0
    warned = "  warning: stock ward: 25 people are here at the start, but 730 starts a year of 10 days would keep 20 "
    assert f"{warned}(ward.yaml:8)" in out.splitlines()
    ward.write_text(WARD.replace("STOCK", "21"))
    assert "warning" not in call(capsys, "check", "./ward.yaml")[1]


@pytest.mark.parametrize(("stock", "column"), [("35", 15), ("5", 15), ("{here: 35}", 22)])
def test_a_place_whose_stock_could_never_stay_so_is_refused(
    here: Path, capsys: pytest.CaptureFixture[str], stock: str, column: int
) -> None:
    (here / "ward.yaml").write_text(WARD.replace("STOCK", stock))
    here_ = stock.strip("{}").removeprefix("here: ")
    said = (
        f"ward.yaml:8:{column}: stock.beds.here: {here_} people are here at the start, but 730 starts a year of 10 "
        "days would keep 20; write 10 to 30, or change who starts there or how long they stay\n"
    )
    (here / "few.yaml").write_text("kind: boulder\ntitle: Few beds\nlifted:\n  pools.beds.capacity: 50\n")
    (here / "more.yaml").write_text("title: More beds\nbase: [./ward.yaml]\nchanges: {pools.beds.capacity: 50}\n")
    for words in (
        ("check", "./ward.yaml"),
        ("run", "./ward.yaml"),
        ("compare", "./ward.yaml", "./more.yaml"),
        ("trace", "./ward.yaml"),
        ("size", "./ward.yaml", "--vary", "pools.beds.capacity", "--until", "ward.waiting <= 1"),
        ("boulders", "./ward.yaml", "--lift", "./few.yaml"),
        ("boulders", "./ward.yaml"),
        ("practices", "--base", "./ward.yaml"),
    ):
        assert call(capsys, *words) == (2, "", said), words
    assert {path.suffix for path in here.iterdir()} == {".yaml"}


def test_a_change_may_leave_the_stock_of_a_place_behind(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "ward.yaml").write_text(WARD.replace("STOCK", "20"))
    (here / "half.yaml").write_text("title: Half\nbase: [./ward.yaml]\nchanges:\n  demand.admissions.rate: 0.8/day\n")
    assert call(capsys, "check", "./half.yaml")[0] == 0
    code, out, _ = call(capsys, "check", "./half.yaml", "--steady")
    assert code == 0
    assert "would keep 8 (ward.yaml:8)" in out


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="anyone else may not write there")
def test_a_place_that_cannot_be_written_to_is_refused_before_anything_runs(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "locked").mkdir(mode=0o500)
    code, _, err = call(capsys, "run", "examples/one-queue", "--out", "locked/run")
    assert code == 2
    assert "cannot be written to" in err
    assert "replications" not in err
