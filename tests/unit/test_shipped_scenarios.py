"""What has to be true of every file that ships: it checks, its evidence exists, its numbers hold together."""

import math
from pathlib import Path

import numpy as np
import pytest

from sim.scenario import load, loads
from sim.scenario.library import shipped
from sim.scenario.schema import By, Distribution, Role, Scenario
from sim.world.compiled import compile as compiled
from sim.world.workforce import rosters

ROOT = Path(__file__).parents[2]
RUNNABLE = ["baseline", "hull-tracks", "winter-pressures", "recruitment-shortfall", "traditional"]
EXAMPLES = ["examples/one-queue", "examples/profiles"]


@pytest.fixture(scope="module")
def baseline() -> Scenario:
    return load("baseline")


@pytest.mark.parametrize("name", RUNNABLE + EXAMPLES)
def test_runnable_scenarios_check(name: str) -> None:
    assert load(name).title


def test_every_file_is_in_the_library_and_says_what_it_is() -> None:
    files = {str(p.relative_to(ROOT / "scenarios").with_suffix("")) for p in (ROOT / "scenarios").rglob("*.yaml")}
    entries = {entry.name: entry for entry in shipped()}
    assert set(entries) == files
    assert all(entry.title for entry in entries.values())


@pytest.mark.parametrize("name", RUNNABLE)
def test_no_queue_without_end_and_nobody_idle(name: str) -> None:
    assert [f"{found.thing}: {found.warning}" for found in loads.offered(load(name)) if found.warning] == []


@pytest.mark.parametrize("name", RUNNABLE)
def test_stock_starts_and_stay_agree(name: str) -> None:
    assert [f"{found.station}: {found.warning}" for found in loads.stocks(load(name)) if found.warning] == []


@pytest.mark.parametrize("name", ["baseline", "traditional"])
def test_whatever_people_wait_for_is_neither_idle_nor_overrun(name: str) -> None:
    assert [f"{found.thing}: {found.load:.2f}" for found in loads.offered(load(name)) if found.outside] == []


def test_the_tight_teams_are_tight(baseline: Scenario) -> None:
    """Assessment, therapy, reablement and hours of home care: the flow balance has them at 0.92 to 0.97.

    Of reablement the load leaves out the places kept while people queue for what is next, a tenth of its hours.
    """
    load_of = {found.thing: found for found in loads.offered(baseline)}
    for thing, least in (("assessment_team", 0.90), ("ot_team", 0.90), ("reablement_hours", 0.80), ("home_care", 0.90)):
        assert load_of[thing].tight
        assert least < load_of[thing].load < 0.98, thing
    assert not load_of["contact_centre"].tight


def test_vacancies_hold_level(baseline: Scenario) -> None:
    def steady(role: Role) -> float:
        empty = role.leavers.value * role.time_to_hire.value
        return empty / (1.0 + empty)

    linked = {role.becomes for role in baseline.workforce.values() if role.becomes}
    for name, role in baseline.workforce.items():
        if name in linked or role.becomes:
            continue
        assert role.vacancy.value == pytest.approx(steady(role), rel=0.05), name
        assert role.hires is not None
        assert role.hires.value > 1.5 * role.posts.value * role.leavers.value, name


def test_vacancies_hold_level_where_newly_qualified_workers_go_on() -> None:
    """In the third year, over replications, as many posts are filled as at the start."""
    scenario = load("baseline", ["run.length=1095 days"])
    plan = compiled(scenario)
    for name in ("social_worker", "newly_qualified_social_worker"):
        found = [rosters(scenario.workforce, plan.paid, key, plan.compiler)[name].in_post[-365:] for key in range(20)]
        role = scenario.workforce[name]
        share = float(np.mean(found)) / role.posts.value
        assert share == pytest.approx(1.0 - role.vacancy.value, abs=0.03), name


def test_winter_lies_inside_the_reported_year() -> None:
    winter = load("winter-pressures")
    admissions = winter.demand["admissions"].rate
    assert admissions is not None
    day = [admissions.at(t) / admissions.value for t in range(365)]
    assert max(day) == pytest.approx(1.06)
    assert day[0] == day[200] == day[260] == day[364] == 1.0
    offers = winter.stations["home_care_sourcing"].offers  # type: ignore[union-attr]
    assert offers.at(270) == pytest.approx(0.3 * offers.value)  # 27 December
    assert offers.at(240) == offers.at(300) == offers.value


def test_the_boulder_at_level_one_changes_nothing(tmp_path: Path) -> None:
    bare = tmp_path / "bare.yaml"
    bare.write_text(
        "title: bare\nbase: [places/hull, operating-models/hull-tracks]\n"
        "run: {start: 2026-04-01, length: 365 days, warm_up: 90 days}\n"
    )
    without, today = load(str(bare)), load("baseline")
    assert (
        without.teams == today.teams
        or {name: team.reserved for name, team in without.teams.items()}.keys() == today.teams.keys()
    )
    for name, team in today.teams.items():
        for route, share in team.reserved.items():
            assert share.at(100.0) == without.teams[name].reserved[route].value
    assert today.routes.discharge_first.at(100.0) == without.routes.discharge_first.value
    assert today.discharge_pull is not None
    assert without.discharge_pull is not None
    for team, share in today.discharge_pull.teams.items():
        assert share.at(100.0) == without.discharge_pull.teams[team].value


def test_both_operating_models_share_the_luck_of_what_both_decide(baseline: Scenario) -> None:
    """The same decision has the same key: by the station's name, or by the name of its luck."""
    traditional = load("traditional")

    def luck(scenario: Scenario) -> dict[str, str]:
        return {getattr(s, "stream", "") or name: name for name, s in scenario.stations.items()}

    ours, theirs = luck(baseline), luck(traditional)
    assert (ours["front_door"], theirs["front_door"]) == ("contact_centre", "call_centre")
    for decision in ("assessment", "reablement", "acute_stay", "care_transfer_hub", "home_care_sourcing", "home_care"):
        assert decision in ours, decision
        assert decision in theirs, decision
    assert traditional.demand == baseline.demand
    assert traditional.workforce == baseline.workforce
    assert traditional.market == baseline.market
    here = {name: stock.here for name, stock in baseline.stock.items() if stock.here}
    assert {name: stock.here for name, stock in traditional.stock.items() if stock.here} == here


def test_the_lists_at_the_start_have_tails(baseline: Scenario) -> None:
    """Of the first-assessment list 15 to 25 in a hundred over six months; some therapy and reviews beyond a year."""
    from scipy.stats import beta, gamma, uniform

    def beyond(law: Distribution, days: float) -> float:
        given = {name: number.value for name, number in law.params.items()}
        low, high = given.get("min", 0.0), given.get("max", math.inf)
        if law.dist == "uniform":
            return float(uniform.sf(days, low, high - low))
        mean, sd = given["mean"], given["sd"]
        if law.dist == "gamma":
            return float(gamma.sf(days, (mean / sd) ** 2, scale=sd**2 / mean))
        centre, width = (mean - low) / (high - low), high - low
        both = centre * (1 - centre) * (width / sd) ** 2 - 1
        return float(beta.sf(days, centre * both, (1 - centre) * both, low, width))

    def longer(station: str, days: float) -> float:
        """Share of a list that has waited longer, of all needs."""
        stock = baseline.stock[station]
        law = stock.waited
        if isinstance(law, By):
            needs = {level: number.value for level, number in stock.people["need"].options.items()}
            return sum(share * beyond(law.row(level), days) for level, share in needs.items())
        assert isinstance(law, Distribution)
        return beyond(law, days)

    assert 0.12 < longer("assessment", 182.5) < 0.27
    assert longer("ot_assessment", 365) > 0.03
    assert longer("review", 365) > 0.03
    assert {"support_planning", "home_care_sourcing"} <= {n for n, stock in baseline.stock.items() if stock.waiting}
