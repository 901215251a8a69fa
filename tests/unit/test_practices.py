"""Every practice of the founding documents ships, says what it is, and runs on the Hull-sized place."""

import json
import re
from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from sim.log.tables import Log
from sim.scenario import ScenarioError, check, load, numbers
from sim.scenario.library import folder, shipped
from sim.scenario.practices import Claim, Practice, practice, practices, taken
from sim.world import compile, simulate

PRACTICES = [entry for entry in shipped() if entry.kind == "practice"]
NAMES = [entry.name for entry in PRACTICES]
NOTES = {"SM44"}
"""Measurement and culture are told of, not dialled (SM46 as well, which is beyond SM45)."""
CALIBRATION = Path(__file__).parents[2] / "calibration"
TARGETS = list(yaml.safe_load((CALIBRATION / "targets" / "hull.yaml").read_text("utf-8"))["targets"].values())
EVIDENCE = yaml.safe_load((CALIBRATION / "evidence.yaml").read_text("utf-8"))["entries"]
BASE = load("baseline")
SHORT = ("run.length=7 days", "run.warm_up=0 days", "run.decision=day 4")
DECISION = 4.0


def written(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((folder() / f"{name}.yaml").read_text("utf-8"))
    return found


def test_every_service_model_is_in_one_practice() -> None:
    ids = Counter(id for entry in PRACTICES for id in entry.represents)
    wanted = {f"SM{n}" for n in range(11, 46)} - NOTES
    assert set(ids) == wanted
    assert set(ids.values()) == {1}


@pytest.mark.parametrize("name", NAMES)
def test_a_practice_says_how_it_works_what_it_needs_and_what_nobody_knows(name: str) -> None:
    said = written(name)
    for key in ("title", "summary", "mechanism", "needs", "unknown", "place", "grade", "when"):
        assert said[key], key
    assert "ramp" in said["when"]
    assert said["grade"] in "ABCDE"


@pytest.mark.parametrize("name", NAMES)
def test_where_there_is_no_magnitude_the_range_includes_no_effect(name: str) -> None:
    """Of what it does; what it takes (posts, hours, staff time, costs) is there for certain."""
    today = {path: number.at(BASE.run.decision) for path, number in numbers(BASE)}
    for path, change in written(name)["changes"].items():
        if taken(path, change) or "new" in change or change.get("evidence", "assumption") != "assumption":
            continue
        none = 1.0 if "multiply" in change else today[path] if "value" in change else 0.0
        low, high = (float(str(end).split()[0]) for end in change["range"])
        assert low <= none <= high, path


@pytest.mark.parametrize("name", NAMES)
def test_posts_rest_on_a_source_that_counts_posts_or_are_an_assumption(name: str) -> None:
    for path, change in written(name)["changes"].items():
        if path.startswith("workforce.") and change.get("evidence", "assumption") != "assumption":
            assert "post" in EVIDENCE[change["evidence"]]["unit"], path


CLAIMS = [(one, claim) for one in practices() for claim in one.claims]


def sources(node: object) -> set[str]:
    """Evidence ids anywhere in what is written."""
    return set(re.findall(r"\b[SP]\d{3}\b", json.dumps(node)))


def ends(change: object) -> list[tuple[float, float]]:
    """Ranges of shares and factors that are written in a change, as they are and as what they leave."""
    found = change.get("range") if isinstance(change, dict) else None
    if not found or not all(isinstance(end, int | float) for end in found):
        return []
    low, high = found
    return [(low, high), (1.0 - high, 1.0 - low)]


def put_in(one: Practice, claim: Claim) -> bool:
    """Whether the practice writes the claim, or the place is calibrated to it."""
    changes = written(one.name)["changes"]
    close = [pytest.approx(pair, abs=0.005) for change in changes.values() for pair in ends(change)]
    level = claim.form == "after" and any(
        target.get("measure") in claim.measures and claim.low <= target["value"] <= claim.high for target in TARGETS
    )
    told = sources([{**change, "note": ""} for change in changes.values()])
    return (
        claim.evidence in told
        or claim.evidence in set().union(*(sources(target["source"]) for target in TARGETS))
        or (claim.form == "ratio" and (claim.low, claim.high) in close)
        or level
    )


@pytest.mark.parametrize(("one", "claim"), CLAIMS, ids=lambda one: getattr(one, "id", getattr(one, "name", "")))
def test_a_claim_that_is_put_in_or_calibrated_to_is_not_called_emergent(one: Practice, claim: Claim) -> None:
    assert claim.kind != "emergent" or not put_in(one, claim)


def test_a_claim_of_a_figure_called_input_is_one_that_is_put_in() -> None:
    assert all(put_in(one, claim) for one, claim in CLAIMS if claim.kind == "input" and claim.form)


def test_the_grade_of_a_claim_is_that_of_what_is_claimed() -> None:
    wakefield = practice("practices/wakefield-connecting-care")
    assert wakefield.grade == "C"
    assert {claim.id: claim.grade for claim in wakefield.claims} == {
        "avoidable_admissions": "B", "attendances": "C", "ambulances": "C"
    }  # fmt: skip


def test_a_family_has_several_members() -> None:
    families = Counter(entry.family for entry in PRACTICES if entry.family)
    assert families
    assert min(families.values()) > 1


def until_the_decision(log: Log) -> tuple[list[tuple[object, ...]], float]:
    """Who had joined what by then, and what staff and places there were that cost money, added up over the days."""
    seen = log.spells["joined"] < DECISION
    stations = np.array(log.names)[log.spells["station"][seen]].tolist()
    times = [log.spells[key][seen] for key in ("person", "joined", "started")]
    known = [np.where(value < DECISION, value, -1.0) if value.dtype == float else value for value in times]
    early = (log.levels["time"] < DECISION) & np.char.endswith(np.array(log.names)[log.levels["thing"]], ("in_post"))
    places = (log.levels["time"] < DECISION) & np.char.endswith(np.array(log.names)[log.levels["thing"]], "capacity")
    there = float(log.levels["value"][early | places].sum())
    return sorted(zip(stations, *(value.tolist() for value in known), strict=True)), there


@cache
def before() -> tuple[list[tuple[object, ...]], float]:
    return until_the_decision(simulate(compile(load("baseline", SHORT)), seed=1, replication=0))


@pytest.mark.parametrize("name", NAMES)
def test_a_practice_runs_and_nothing_of_it_is_there_before_it_starts(name: str) -> None:
    """Not its people, stations or staff, nor anything that it costs."""
    scenario = load("baseline", SHORT, apply={name: 1.0})
    assert scenario.applied[name] == 1.0
    log = simulate(compile(scenario), seed=1, replication=0)
    assert len(log.spells["person"]) > 1000
    assert until_the_decision(log) == before()


@pytest.mark.parametrize("name", [entry.name for entry in shipped() if entry.kind == "scenario"])
def test_every_scenario_that_ships_runs(name: str) -> None:
    log = simulate(compile(load(name, SHORT)), seed=1, replication=0)
    assert len(log.spells["person"]) > 100


@pytest.mark.parametrize("name", [entry.name for entry in shipped() if entry.kind == "boulder"])
def test_every_boulder_is_lifted_in_a_run(name: str) -> None:
    log = simulate(compile(load("baseline", SHORT, apply={name: 0.0})), seed=1, replication=0)
    assert len(log.spells["person"]) > 1000


@pytest.mark.parametrize("name", [entry.name for entry in shipped() if entry.kind == "pressure"])
def test_every_pressure_is_felt_in_a_run_that_reaches_its_dates(name: str, tmp_path: Path) -> None:
    """From the day before its first change to two weeks into its last; forty days where it builds up."""
    said = written(name)
    whens = [said.get("when"), *(change.get("when") for change in said["changes"].values() if isinstance(change, dict))]
    texts = [str(when["from"]) for when in whens if when and "from" in when]
    days = [date(2026 if text >= "04" else 2027, *map(int, text.split("-"))) for text in texts if "day" not in text]
    first, last = (min(days), max(days)) if days else (date(2026, 4, 2), date(2026, 4, 2))
    begins = {"from": first} if any("day" in text for text in texts) else {}
    reached = (last - first).days + (15 if days or begins else 40)
    sets = (f"run.start={first - timedelta(1)}", f"run.length={reached} days", "run.warm_up=0 days")
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump({"title": "mine", "base": ["baseline"], "apply": {name: begins}}))
    with_it, without = (
        simulate(compile(load(one, sets)), seed=1, replication=0).spells["person"] for one in (str(path), "baseline")
    )
    assert len(with_it) > 1000
    assert len(with_it) != len(without) or not np.array_equal(with_it, without)


@pytest.mark.parametrize("name", NAMES)
def test_at_level_0_nothing_is_there(name: str) -> None:
    same = {"applied", "files", "title", "summary", "origins"}
    assert load("baseline", apply={name: 0.0}).model_dump(exclude=same) == load("baseline").model_dump(exclude=same)


def test_wakefield_goes_by_the_study_and_the_claim_is_the_far_end_of_its_range() -> None:
    line = written("practices/wakefield-connecting-care")["changes"]["events.in_care_home.admitted.rate"]
    assert line["evidence"] == "P093"
    assert line["multiply"] == pytest.approx(1 - 0.27 / 3)
    assert line["range"] == [0.70, 1.0]


def scenario(tmp_path: Path, *lines: str, base: str = "baseline") -> str:
    path = tmp_path / "mine.yaml"
    path.write_text(f"title: mine\nbase: [{base}]\napply:\n" + "".join(f"  {line}\n" for line in lines))
    return str(path)


def said(name: str) -> str:
    problems, _ = check(name)
    return "\n".join(str(problem) for problem in problems)


def test_overlays_of_one_result_are_not_stacked_at_full_effect(tmp_path: Path) -> None:
    both = ("practices/leeds-hold-in-crisis: {level: 0.7}", "practices/leeds-talking-points: {level: 0.7}")
    told = said(scenario(tmp_path, *both))
    assert "mine.yaml:5:3: apply.practices/leeds-talking-points:" in told
    assert "rest on one result (family `leeds`), and together take it 1.4 times; give them levels" in told
    assert said(scenario(tmp_path, *(line.replace("0.7", "0.5") for line in both))) == ""


def test_stacking_is_told_of_an_overlay_laid_on_top_as_well(tmp_path: Path) -> None:
    mine = scenario(tmp_path, "practices/leeds-talking-points: {}")
    with pytest.raises(ScenarioError, match="family `leeds`"):
        load(mine, apply={"practices/leeds-hold-in-crisis": 1.0})


def test_two_that_set_one_thing_are_told_of(tmp_path: Path) -> None:
    told = said(scenario(tmp_path, "practices/kent-outcome-based-care: {}", "boulders/provider-market: {level: 0}"))
    assert "both set `market.home_care.outcome_based`; settle it under `changes:`" in told


def test_a_practice_that_needs_what_the_operating_model_lacks_is_told(tmp_path: Path) -> None:
    told = said(scenario(tmp_path, "practices/leeds-talking-points: {}", base="traditional"))
    assert "leeds-talking-points.yaml:14:3: stations.see_and_solve.effort.mean: there is no `see_and_solve`" in told
    assert "this practice needs an operating model that has it: `operating-models/hull-tracks`" in told


@pytest.mark.parametrize(
    ("practice", "lacks"),
    [
        (
            "city-of-london-weekend-bridge",
            "stations.care_transfer_hub.next: there is no `home_from_hospital` in `stations`",
        ),
        (
            "leeds-hold-in-crisis",
            "stations.crisis_response.next.active_recovery: there is no `active_recovery` in `stations`",
        ),
        (
            "coventry-ot-gate",
            "staffing.occupational_therapist.active_recovery: there is no `active_recovery` in `teams`",
        ),
    ],
)
def test_so_is_one_that_leads_to_what_it_lacks_or_staffs_it(tmp_path: Path, practice: str, lacks: str) -> None:
    """The cause, and no list of stations."""
    told = said(scenario(tmp_path, f"practices/{practice}: {{}}", base="traditional"))
    assert f"{lacks}; this practice needs an operating model that has it: `operating-models/hull-tracks`" in told
    assert "known:" not in told


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        ("{level: 12}", "`12` is too large; allowed: at least 0 and at most 10"),
        ("{from: 2026-09-01, until: 2026-08-01}", "`until: 2026-08-01` comes before `from: 2026-09-01`"),
        ("{from: 2028-01-01}", "lies outside the run"),
    ],
)
def test_a_level_out_of_bounds_and_a_start_after_the_end_are_told(tmp_path: Path, entry: str, wanted: str) -> None:
    assert wanted in said(scenario(tmp_path, f"practices/leeds-talking-points: {entry}"))
