"""Files that stand on others: bases, scenarios as bases, overlays; and files looked at by themselves."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import Scenario, ScenarioError, check, load
from sim.scenario.library import evidence_ids, shipped

Load = Callable[..., Scenario]


def said(load_it: Callable[[], object]) -> str:
    with pytest.raises(ScenarioError) as raised:
        load_it()
    return str(raised.value)


def test_a_scenario_stands_on_a_place_and_an_operating_model(base: Load) -> None:
    scenario = base()
    assert scenario.title == "Base"
    assert scenario.files == ("places/small.yaml", "operating-models/three-steps.yaml", "it.yaml")
    assert set(scenario.workforce) == {"clerk", "nurse"}
    assert set(scenario.stations) == {"desk", "visit", "ward", "advice", "home"}


def test_what_a_file_does_not_say_of_the_run_comes_from_its_base(what_if: Load) -> None:
    run = what_if("run: {replications: 3}\n").run
    assert (run.start, run.length, run.warm_up, run.replications, run.seed) == ("2026-04-01", 365, 90, 3, 1)
    assert what_if("run: {replications: 3}\n", replications=5, seed=9).run.model_dump()["replications"] == 5


def test_what_is_illustrative_stays_so(library: object, base: Load) -> None:
    path = library.folder / "places" / "small.yaml"  # type: ignore[attr-defined]
    path.write_text("illustrative: true\n" + path.read_text())
    assert base().illustrative


def test_changes_of_a_base_come_before_those_of_what_stands_on_it(library: object, what_if: Load) -> None:
    library.write("base", "title: Base\nbase: [places/small, operating-models/three-steps]\n"  # type: ignore[attr-defined]
                  "changes: {demand.requests.rate: {multiply: 1.5}}\nrun: {length: 30 days}\n")  # fmt: skip
    rate = what_if("changes: {demand.requests.rate: 12/day}\n").demand["requests"].rate
    assert rate is not None
    assert [rate.at(time) for time in (-1, 0)] == [15, 12]
    assert what_if("").base_rates == {"requests": 10}


def test_two_bases_may_not_give_the_same_value(library: object) -> None:
    library.write("places/other", "kind: place\nworkforce:\n  clerk:\n    posts: 9\n    leave: 0.1\n")  # type: ignore[attr-defined]
    library.write("it", "title: x\nbase: [places/small, places/other, operating-models/three-steps]\n"  # type: ignore[attr-defined]
                  "run: {length: 1 day}\n")  # fmt: skip
    text = said(library.load)  # type: ignore[attr-defined]
    assert text == (
        "places/other.yaml:4:5: workforce.clerk.posts: this is given twice, here and in places/small.yaml:9:18; "
        "two bases may not give the same value: leave one out"
    )


@pytest.mark.parametrize(("text", "message"), [
    ("base: [it]\n", "it.yaml:2:1: base: this leads back to itself"),
    ("base: [base, base2]\n", "it.yaml:2:14: base: this is a second scenario; one scenario can be the base"),
    ("base: [base, places/small]\n",
     "it.yaml:2:14: base: places/small.yaml is part of the base already; leave it out here"),
    ("base: [bsae]\n", "it.yaml:2:8: there is no shipped `bsae`; shipped: `base`, `base2`, `it`, "
     "`operating-models/three-steps` or `places/small`; did you mean `base`?"),
    ("base: [base]\napply: {places/small: {}}\n", "it.yaml:3:9: apply.places/small: `places/small` is a place, not an "
     "overlay; write it under `base:`, as `base: [places/small]`"),
    ("base: [base]\nchanges: {workforce: {clerk: {posts: 3}}}\n", "it.yaml:3:11: workforce: `workforce` is not one "
     "value; write the whole path, as `workforce.clerk.posts: ..`"),
    ("base: [base]\ncosts: {bed: 400}\n", "it.yaml:3:14: costs.bed: `400` is not a mapping; it has keys: `care`, "),
    ("base: [base]\nlifted: {}\n", "it.yaml:3:1: lifted: `lifted` does not belong in a file of kind `scenario`; "),
])  # fmt: skip
def test_files_that_do_not_stand(library: object, text: str, message: str) -> None:
    library.write("base2", "title: x\nbase: [base]\nrun: {length: 1 day}\n")  # type: ignore[attr-defined]
    library.write("it", "title: x\n" + text)  # type: ignore[attr-defined]
    assert said(library.load).startswith(message)  # type: ignore[attr-defined]


def test_a_what_if_without_a_base_is_told_so_once(library: object) -> None:
    library.write("it", "title: x\nchanges: {workforce.clerk.posts: 3}\n")  # type: ignore[attr-defined]
    assert said(library.load) == (  # type: ignore[attr-defined]
        "it.yaml:1:1: base: there is no `base:` that this could change; write `base: [baseline]`, or a place and an "
        "operating model"
    )


def test_a_file_of_ones_own_shadows_nothing(library: object, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = library.folder  # type: ignore[attr-defined]
    mine = folder / "mine"
    mine.mkdir()
    (mine / "base.yaml").write_text("title: Mine\nbase: [base]\nchanges: {workforce.clerk.posts: 9}\n")
    monkeypatch.chdir(mine)
    assert load("base", library=folder).title == "Base"
    assert load("./base.yaml", library=folder).title == "Mine"
    assert load("base.yaml", library=folder).name == "base.yaml"


def test_a_path_in_a_file_counts_from_that_file(library: object, tmp_path: Path) -> None:
    folder = library.folder  # type: ignore[attr-defined]
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "calm.yaml").write_text("kind: pressure\nchanges: {workforce.clerk.posts: {add: 1}}\n")
    (tmp_path / "deep" / "it.yaml").write_text("title: x\nbase: [base]\napply: {./calm.yaml: {}}\n")
    scenario = load(str(tmp_path / "deep" / "it.yaml"), library=folder)
    assert scenario.workforce["clerk"].posts.at(1) == 5


def test_an_overlay_or_a_place_cannot_run_by_itself(library: object) -> None:
    library.write("calm", "kind: pressure\nchanges: {workforce.clerk.posts: 3}\n")  # type: ignore[attr-defined]
    folder = library.folder  # type: ignore[attr-defined]
    assert said(lambda: load("calm", library=folder)) == (
        "calm.yaml:1:1: a pressure cannot run by itself; put it under `apply:` of a scenario, as `calm: {}`"
    )
    assert "this is only a part of a scenario (place)" in said(lambda: load("places/small", library=folder))


def test_an_overlay_is_checked_by_itself(library: object) -> None:
    library.write("calm", "kind: pressure\nwhen: {from: 12-01}\nchanges:\n"  # type: ignore[attr-defined]
                  "  worforce.clerk.posts: {add: 1}\n  workforce.clerk.sickness: 3\n"
                  "  stations.new_one: {new: {kind: task, tem: z, next: a}}\n")  # fmt: skip
    problems, scenario = check("calm", library=library.folder)  # type: ignore[attr-defined]
    assert scenario is None
    assert [re.split(r"[;:,] ", str(problem))[0] for problem in problems] == [
        "calm.yaml:2:7", "calm.yaml:4:3", "calm.yaml:5:29", "calm.yaml:6:40"
    ]  # fmt: skip


def test_every_shipped_file_checks() -> None:
    entries = shipped()
    assert {"baseline", "winter-pressures", "places/hull", "examples/one-queue"} <= {entry.name for entry in entries}
    assert all(entry.title for entry in entries)
    for entry in entries:
        assert check(entry.name)[0] == []


def test_the_register_is_found() -> None:
    assert {"P097", "P117", "S082"} <= evidence_ids()


def test_reading_a_scenario_needs_no_heavy_library() -> None:
    code = (
        "import sys; from sim.scenario import load; load('baseline');"
        "print([name for name in ('numpy', 'pandas', 'scipy', 'plotly', 'simpy') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
