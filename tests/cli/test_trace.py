"""One person's way through a small place, as it is printed: a line an event, and a wait that became a crisis."""

import json
from pathlib import Path

import pytest

from sim.measures.journey import journey, travellers
from sim.scenario import load
from sim.world import compile, simulate
from tests.cli.calls import call

HERE = Path(__file__).parent
SMALL = "tests/cli/trace/small.yaml"
HARMED, ADMITTED = "3413141809385183367", "2203403342684469853"


@pytest.fixture(autouse=True)
def _root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE.parents[1])


def test_two_people_whose_wait_became_a_crisis(capsys: pytest.CaptureFixture[str]) -> None:
    told = [call(capsys, "trace", SMALL, "--person", person) for person in (HARMED, ADMITTED)]
    assert [(code, err) for code, _, err in told] == [(0, ""), (0, "")]
    printed = "\n".join(line.rstrip() for _, out, _ in told for line in out.splitlines()) + "\n"
    assert printed == (HERE / "trace" / "journeys.txt").read_text("utf-8")


def test_the_beginning_of_a_number_will_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "trace", SMALL, "--person", HARMED[:9]) == call(capsys, "trace", SMALL, "--person", HARMED)


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "trace", SMALL, "--person", HARMED, "--json")
    journey = json.loads(out)
    assert code == 0
    assert (journey["person"], journey["seed"], journey["replication"]) == (int(HARMED), 1, 0)
    harmed = [step for step in journey["steps"] if step["caused_by_waiting"]]
    assert [(step["station"], step["when"]) for step in harmed] == [("assessment", "2026-08-29 00:02")]
    times = [step["time"] for step in journey["steps"]]
    assert times == sorted(times)


def test_whom_to_follow(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "trace", SMALL)
    assert code == 0
    for words in ("A wait became a crisis", "Came to hospital", "Began a package", "Died", "Was still waiting"):
        assert words in out
    assert "traintracks trace tests/cli/trace/small.yaml --person " in out


def test_everyone_suggested_for_harm_was_harmed_and_nobody_else() -> None:
    scenario = load(SMALL)
    log = simulate(compile(scenario), seed=1, replication=0)
    suggested = {one.person for one in travellers(log, scenario, "caused-by-waiting")}
    journeys = [journey(log, scenario, one.person) for one in travellers(log, scenario)]
    told = {one.person for one in journeys if any(step.caused_by_waiting for step in one.steps)}
    crises = {one.person for one in travellers(log, scenario, "crisis")}
    assert told == suggested
    assert 20 < len(told) < len(crises)


def test_a_journey_is_told_in_order_to_its_end() -> None:
    scenario = load(SMALL)
    log = simulate(compile(scenario), seed=1, replication=0)
    for one in travellers(log, scenario)[:80]:
        steps = journey(log, scenario, one.person).steps
        assert [step.time for step in steps] == sorted(step.time for step in steps)
        assert steps[0].words.startswith("arrives (requests)")
        assert steps[-1].words == "the journey ends" or "when the run ends" in steps[-1].words


def test_nothing_is_told_after_the_end_and_a_place_is_kept_for_what_was_under_way() -> None:
    """Who is kept in bed by a search that starts at once does not wait for it: the place is kept through the search."""
    scenario = load(SMALL)
    log = simulate(compile(scenario), seed=1, replication=0)
    kept = []
    for one in travellers(log, scenario, "delayed") + travellers(log, scenario, "died"):
        steps = journey(log, scenario, one.person).steps
        assert "the journey ends" not in [step.words for step in steps[:-1]]
        kept += [step.words for step in steps if step.words.startswith("place given up")]
    assert kept
    assert all(words.endswith("kept through Finding care") for words in kept)


def test_whom_to_follow_first_is_one_whose_wait_became_a_crisis(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Where most waits that do harm end on the ward, and few in a crisis."""
    here = tmp_path / "wards.yaml"
    ward = "    admitted: {excess: 0.2/week, to: ward}\n    withdrew:"
    here.write_text(Path(SMALL).read_text("utf-8").replace("    withdrew:", ward, 1))
    person = call(capsys, "trace", str(here))[1].split("--person ")[1].strip()
    assert "the wait became a crisis" in call(capsys, "trace", str(here), "--person", person)[1]


def test_people_of_a_station(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(call(capsys, "trace", SMALL, "--station", "died", "--json")[1])["died"]
    died = json.loads(call(capsys, "trace", SMALL, "--outcome", "died", "--json")[1])["died"]
    assert found == died != []


def test_another_replication_has_other_luck(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capsys, "trace", SMALL, "--person", HARMED, "--replication", "1")
    assert (code, err) == (2, f"nobody has the number {HARMED} here; without --person people are suggested\n")


@pytest.mark.parametrize(("typed", "words"), [
    (("--person", "1"), "people have a number that begins with 1; type more of it"),
    (("--person", "ann"), "nobody has the number ann here"),
    (("--outcome", "deid"), "did you mean `died`?"),
    (("--station", "wrad"), "did you mean `ward`?"),
])  # fmt: skip
def test_nobody_of_that_kind(capsys: pytest.CaptureFixture[str], typed: tuple[str, ...], words: str) -> None:
    code, out, err = call(capsys, "trace", SMALL, *typed)
    assert (code, out) == (2, "")
    assert words in err
