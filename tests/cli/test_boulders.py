"""``boulders``, ``size`` and ``practices`` as a person meets them."""

import csv
import html
import json
import math
import re
import shlex
from pathlib import Path

import pytest

from sim.cli.size import _value
from sim.experiment.goal import goal_of
from sim.experiment.intervals import Summary
from sim.experiment.size import Trial
from tests.cli.calls import call

PLACE = """
title: One desk
time_unit: minutes
demand: {callers: {rate: 0.25}}
doors: {callers: desk}
teams: {staff: {workers: 3}}
stations:
  desk: {kind: task, team: staff, effort: {dist: exponential, mean: 10}, next: served}
  served: {kind: exit}
run: {length: 2000, replications: 5}
"""
FEW = "kind: boulder\ntitle: Few staff\nlifted:\n  teams.staff.workers: 4\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a place of one desk, and a boulder on it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "desk.yaml").write_text(PLACE)
    (tmp_path / "few.yaml").write_text(FEW)
    return tmp_path


def test_boulders_tells_both_sides_on_one_line_and_saves_tables(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = ("--set", "run.length=7 days", "--set", "run.warm_up=0 days", "-n", "1", "--workers", "1")
    code, out, _ = call(capsys, "boulders", "baseline", *short, "--out", "there")
    assert code == 0
    heads = next(line for line in out.splitlines() if "council:" in line)
    assert "NHS:" in heads
    for words in ("hospital discharge", "provider market", "workforce", "Shares of it", "Together, beyond one by one"):
        assert words in out
    names = {path.name for path in (here / "there").iterdir()}
    assert {"boulders.csv", "worlds.csv", "report.html", "summary.json"} <= names
    rows = [
        row
        for row in csv.DictReader((here / "there" / "boulders.csv").read_text("utf-8").splitlines())
        if row["id"] == "delayed_bed_days"
    ]
    means = {kind: [float(row["mean"]) for row in rows if row["quantity"] == kind] for kind in ("shapley", "term")}
    total = next(float(row["mean"]) for row in rows if row["quantity"] == "total")
    assert (len(means["shapley"]), len(means["term"])) == (3, 7)
    assert [math.fsum(found) for found in means.values()] == pytest.approx([total, total], abs=1e-9)
    assert json.loads((here / "there" / "manifest.json").read_text("utf-8"))["command"].startswith(
        "traintracks boulders baseline --set"
    )


def test_a_dose_of_ones_own_boulder(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("boulders", "./desk.yaml", "--lift", "./few.yaml", "--level", "0.5", "--level", "0", "--workers", "1")
    code, out, _ = call(capsys, *words, "--set", "run.length=2000", "--json", "--out", "there")
    assert code == 0
    assert [one["level"] for one in json.loads(out)["doses"] if one["id"] == "desk.waiting"] == [0.5, 0.0]
    assert "doses.csv" in {path.name for path in (here / "there").iterdir()}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("baseline", "--lift", "workforse"), "did you mean `boulders/workforce`"),
        (("baseline", "--level", "11"), "--level"),
        (("baseline", "--level", "0", "--level", "1"), "--lift"),
        (("baseline", "--lift", "foo"), "shipped boulders: hospital-discharge, provider-market, workforce"),
        (("baseline", "--lift", "practices/leeds-talking-points"), "is not a boulder"),
        (("traditional",), "discharge_pull.teams.see_and_solve: there is no `see_and_solve`"),
    ],
)
def test_what_cannot_be_lifted_is_told(
    here: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    code, out, err = call(capsys, "boulders", *words)
    assert (code, out) == (2, "")
    assert said in err
    assert not (here / "outputs").exists()


def test_size_tells_the_least_and_its_interval(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("size", "./desk.yaml", "--vary", "teams.staff.workers", "--from", "3", "--to", "8")
    code, out, err = call(capsys, *words, "--until", "desk.waiting <= 0.3", "-n", "5", "--workers", "1", "--out", "it")
    assert code == 0
    assert out.splitlines()[0].startswith("teams.staff.workers: at least ")
    assert "today 3" in out.splitlines()[0]
    assert "teams.staff.workers 3: " in err
    assert f"Report  {Path('it') / 'report.html'}" in out.splitlines()
    page = (here / "it" / "report.html").read_text("utf-8")
    assert "Goal reached" in page
    said = html.unescape(re.findall("<pre><code>(.*?)</code></pre>", page)[0])
    assert call(capsys, *shlex.split(said)[1:], "--out", "again")[0] == 0
    assert (here / "again" / "report.html").read_text("utf-8") == page


@pytest.mark.parametrize("mean", [math.inf, math.nan])
def test_a_value_without_a_figure_is_told_in_words(mean: float) -> None:
    goal = goal_of("wait_assessment_p90 <= 28")
    told = _value(Trial(3.0, "3", Summary(mean, math.nan, math.nan, math.nan, math.nan), goal))
    assert told == "no figure in every replication, goal not reached"


def test_size_exits_1_when_a_bound_is_hit(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("size", "./desk.yaml", "--vary", "teams.staff.workers", "--from", "3", "--to", "4")
    code, out, err = call(capsys, *words, "--until", "desk.waiting <= 0", "-n", "5", "--workers", "1", "--json")
    assert code == 1
    assert not json.loads(out)["within"]
    assert err.startswith("not within range: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--vary", "teams.stuff.workers", "--until", "desk.waiting <= 1"), "did you mean `teams.staff.workers`"),
        (("--vary", "teams.staff.workers", "--until", "desk.wating <= 1"), "did you mean `desk.waiting`"),
        (("--vary", "teams.staff.workers", "--until", "desk.waiting"), "is not a goal"),
        (("--vary", "teams.staff.workers", "--until", "desk.waiting <= 1", "--from", "5", "--to", "4"), "not below"),
        (
            ("--vary", "teams.staff", "--until", "desk.waiting <= 1"),
            "is not one number; there are `teams.staff.workers`",
        ),
        (
            ("--vary", "practices/leeds-talking", "--until", "desk.waiting <= 1"),
            "there is no overlay `practices/leeds-talking`; did you mean `practices/leeds-talking-points`?",
        ),
        (
            ("--vary", "stations.desk.effort.mean", "--until", "desk.waiting <= 1", "--from", "8 h/week"),
            "--from 8 h/week: stations.desk.effort.mean: `8 h/week` is not a working time",
        ),
        (("--vary", "teams.staff.workers", "--until", "desk.waiting <= 1", "--to", "-5"), "--to -5: "),
        (("--vary", "./few.yaml", "--until", "desk.waiting <= 1", "--to", "20"), "--to 20: "),
        (("--vary", "stations.desk.next.gone", "--until", "desk.waiting <= 1"), "--vary: stations.desk.next.gone: "),
    ],
)
def test_a_search_that_cannot_begin_is_told(
    here: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    code, out, err = call(capsys, "size", "./desk.yaml", *words)
    assert (code, out) == (2, "")
    assert said in err
    assert not (here / "outputs").exists()


def test_practices_prints_claims_and_ratios(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = ("--set", "run.length=7 days", "--set", "run.warm_up=0 days", "-n", "2", "--workers", "1")
    code, out, _ = call(capsys, "practices", "high-impact-discharge", *short, "--out", "there")
    assert code == 0
    assert "Home first from hospital" in out
    assert "set, proves nothing" in " ".join(out.split())
    assert "Median ratio over the" in out
    assert f"Report  {Path('there') / 'report.html'}" in out.splitlines()
    names = {path.name for path in (here / "there").iterdir()}
    assert {"practices.json", "practices.csv", "practices.md", "report.html"} <= names


def test_a_practice_that_does_not_ship_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capsys, "practices", "birm")
    assert code == 2
    told = "there is no practice `birm`; there are `birmingham-early-intervention` or `birmingham-in-house-enablement`"
    assert told in err
    assert "did you mean `high-impact-discharge`" in call(capsys, "practices", "hig-impact-discharge")[2]


def test_all_that_practices_lack_in_an_operating_model_is_told_at_once(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("leeds-talking-points", "essex-three-conversations", "birtley-virtual-care-home")
    code, _, err = call(capsys, "practices", *words, "--base", "traditional")
    assert code == 2
    assert "leeds-talking-points.yaml:" in err
    assert "essex-three-conversations.yaml:" in err
    assert "birtley" not in err
    assert not (here / "outputs").exists()


def test_the_list_carries_what_each_practice_represents(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "list", "--json")
    assert code == 0
    told = {one["name"]: one for one in json.loads(out)}
    assert told["practices/essex-three-conversations"]["represents"] == ["SM11", "SM12", "SM13", "SM14"]
    assert told["practices/essex-three-conversations"]["grade"] == "C"
    assert told["boulders/workforce"]["represents"] == ["SM10"]
