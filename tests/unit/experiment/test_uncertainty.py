"""Draws of what nobody knows, and chance and ignorance told apart."""

from __future__ import annotations

import csv
import hashlib
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.experiment import Mismatch, Results, run, save, summary
from sim.experiment.believed import doubted, settled, unsettled
from sim.experiment.draws import Pert, draws, end, parameters
from sim.experiment.intervals import summarise
from sim.experiment.uncertainty import Uncertainty, split
from sim.measures.catalogue import CATALOGUE
from sim.report.answer import unsettled as not_settled_there
from sim.scenario import Scenario, load

SMALL = ("run.length=2000", "run.warm_up=200", "demand.callers.rate={value: 0.2, range: [0.15, 0.23]}")
LOWER = next(measure for measure in CATALOGUE if measure.direction == "lower is better")


@pytest.mark.parametrize(("low", "mode", "high"), [(7.0, 30.0, 90.0), (0.0, 0.1, 0.3), (1.0, 1.0, 1.2), (2.0, 3.0, 4.0),
                                                   (0.6, 0.8, 0.8)])  # fmt: skip
def test_a_range_is_the_middle_nine_tenths_of_a_pert_law(low: float, mode: float, high: float) -> None:
    law = Pert(low, mode, high)
    assert law.at(0.05) == pytest.approx(low)
    assert law.at(0.95) == pytest.approx(high)
    values = np.array([law.at(float(u)) for u in (np.arange(4000) + 0.5) / 4000])
    assert values.mean() == pytest.approx((law.least + 4 * mode + law.most) / 6, rel=1e-3)
    assert law.least < low
    assert high < law.most


def test_one_way_random_effects_by_hand() -> None:
    """(1, 3), (5, 7), (9, 11): within each 2; means 2, 6, 10 vary by 16, of which 2/2 is chance: 15 is ignorance."""
    found = split(np.array([[1.0, 3.0], [5.0, 7.0], [9.0, 11.0]]))
    assert found.mean == 6.0
    assert found.chance == pytest.approx(math.sqrt(2))
    assert found.ignorance == pytest.approx(math.sqrt(15))
    assert found.share == pytest.approx(15 / 17)
    assert found.shrunk == pytest.approx((6 - 4 * math.sqrt(15 / 16), 6.0, 6 + 4 * math.sqrt(15 / 16)))


def test_draws_that_differ_by_chance_alone_are_no_ignorance() -> None:
    found = split(np.array([[1.0, 5.0], [5.0, 1.0], [2.0, 4.0]]))
    assert found.ignorance == 0.0
    assert set(found.shrunk) == {3.0}
    assert math.isnan(split(np.array([[1.0, math.inf], [1.0, 2.0]])).chance)


def test_chance_and_ignorance_are_found_again() -> None:
    luck = np.random.default_rng(3)
    found = split(luck.normal(10.0, 4.0, (2000, 1)) + luck.normal(0.0, 2.0, (2000, 3)))
    assert found.ignorance == pytest.approx(4.0, rel=0.05)
    assert found.chance == pytest.approx(2.0, rel=0.05)
    assert (found.low, found.high) == pytest.approx((10 - 1.645 * 4, 10 + 1.645 * 4), abs=0.4)


def believed(low: list[float], high: list[float]) -> Uncertainty:
    """Two worlds, one measure: differences at both ends of the harm."""
    ends = [np.array([[[0.0], [value]] for value in values]) for values in (low, high)]
    return Uncertainty((), (), (LOWER,), ("a", "b"), np.zeros((2, 2, 2, 1)), *ends)


@pytest.mark.parametrize(("low", "high", "known"), [(1.0, 9.0, True), (-9.0, 9.0, False), (0.0, 9.0, False)])
def test_a_headline_that_flips_within_the_range_of_harm_is_not_settled(low: float, high: float, known: bool) -> None:
    noise = np.array([-0.2, -0.1, 0.0, 0.1, 0.2])
    found = believed((low + noise).tolist(), (high + noise).tolist())
    central = summarise(5.0 + noise)
    assert found.settled(1, 0, central) is known
    assert found.verdicts(1, 0, central)[1:] == ("worse", "worse")


def test_what_belief_does_not_tell_from_none_is_doubted(found: Results) -> None:
    """Differences of -5 to 5 over draws, -3 in the middle with little chance: the answer may go the other way."""
    assert found.uncertainty is not None
    drawn = np.zeros((6, 2, 2, len(found.uncertainty.measures)))
    drawn[:, :, 1, :] = np.linspace(-5.0, 5.0, 6)[:, None, None]
    middle = [replace(world, measures=np.zeros((5, len(found.measures)))) for world in found.worlds]
    middle[1].measures[:] = -3.0 + np.linspace(-0.1, 0.1, 5)[:, None]
    doubtful = replace(found, worlds=tuple(middle), uncertainty=replace(found.uncertainty, drawn=drawn))
    name, id = found.worlds[1].name, found.primary
    assert (name, id) in [(world, measure) for world, measure, _ in doubted(doubtful)]
    content = summary(doubtful)
    assert {"scenario": name, "id": id} in content["uncertainty"]["not_settled"]
    told = {measure.id for measure in found.measures if measure.headline or measure.id == found.primary}
    on_the_page = {entry["id"] for entry in content["differences"] if entry["id"] in told and not_settled_there(entry)}
    assert on_the_page == {entry["id"] for entry in content["uncertainty"]["not_settled"]}, "page and terminal agree"
    sure = replace(doubtful, uncertainty=replace(found.uncertainty, drawn=drawn - 9.0 * (np.arange(2) == 1)[:, None]))
    assert list(doubted(sure)) == []


def test_belief_about_a_world_does_not_reach_below_none_and_one_about_a_difference_does() -> None:
    drawn = np.zeros((6, 2, 2, 1))
    drawn[0, :, 0, 0] = 20.0
    found = Uncertainty((), (), (LOWER,), ("a", "b"), drawn, None, None)
    assert found.split(0, 0, paired=False).low == 0.0
    assert found.split(1, 0, paired=True).low < 0.0


def test_without_a_range_of_harm_nothing_is_said() -> None:
    found = Uncertainty((), (), (LOWER,), ("a", "b"), np.zeros((2, 2, 2, 1)), None, None)
    assert found.settled(1, 0, summarise(np.arange(5.0) + 1.0)) is None


def test_a_draw_is_the_same_in_both_worlds_and_in_any_number_of_draws() -> None:
    worlds = [load("baseline"), load("winter-pressures")]
    found = parameters(worlds)
    three, two = draws(worlds, found, 3, 1), draws(worlds, found, 2, 1)
    assert three[:2] == two
    base, winter = three[0].values
    shared = base.keys() & winter.keys()
    assert len(shared) > 100
    assert all(base[key] == winter[key] for key in shared)
    assert winter.keys() - base.keys()
    assert three[0].values != three[1].values


def test_at_the_ends_only_harm_moves() -> None:
    worlds = [load("baseline"), load("winter-pressures")]
    low, high = (end(worlds, parameters(worlds), high) for high in (False, True))
    assert low is not None
    assert high is not None
    assert all(key.endswith(".excess") for key in low.values[0])
    assert all(low.values[0][key] < high.values[0][key] for key in low.values[0])


@pytest.fixture(scope="module")
def small() -> list[Scenario]:
    """A queue whose callers nobody has counted, with three desks and with four."""
    return [load("examples/one-queue", SMALL), load("examples/one-queue", (*SMALL, "teams.desk_staff.workers=4"))]


@pytest.fixture(scope="module")
def found(small: list[Scenario]) -> Results:
    return run(small, replications=5, seed=1, draws=(6, 2))


def test_the_central_values_stand_apart(small: list[Scenario], found: Results) -> None:
    alone = run(small, replications=5, seed=1)
    for one, other in zip(found.worlds, alone.worlds, strict=True):
        assert np.array_equal(one.measures, other.measures, equal_nan=True)


def test_what_is_not_known_widens_the_answer(found: Results) -> None:
    """More or fewer callers make the wait at three desks longer or shorter by more than chance does."""
    assert found.uncertainty is not None
    parts = found.uncertainty.split(0, 0, paired=False)
    assert parts.ignorance > 0
    assert parts.low < parts.mean < parts.high
    assert found.uncertainty.drawn.shape[:3] == (6, 2, 2)
    assert settled(found, found.worlds[1].name, found.measures[0].id) is None
    assert list(unsettled(found)) == []


def test_no_two_runs_of_the_draws_share_their_luck() -> None:
    """With a range next to nothing draws differ as replications do: by chance alone."""
    narrow = (*SMALL[:2], "demand.callers.rate={value: 0.2, range: [0.1999999, 0.2000001]}")
    found = run([load("examples/one-queue", narrow)], replications=5, seed=1, draws=(4, 2)).uncertainty
    assert found is not None
    waits = np.sort(found.drawn[:, :, 0, 0].ravel())
    assert np.diff(waits).min() > 1e-4 * waits.mean()


def test_any_number_of_workers_writes_the_same_bytes(small: list[Scenario], found: Results, tmp_path: Path) -> None:
    again = run(small, replications=5, seed=1, draws=(6, 2), workers=2)
    kept = []
    for name, results in (("one", found), ("two", again)):
        folder = save(results, tmp_path / name, command="")
        kept.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()})
        del kept[-1]["manifest.json"]
    assert kept[0] == kept[1]
    assert {"ranges.csv", "draws.csv", "draw_results.csv", "uncertainty.csv"} <= set(kept[0])


def test_the_tables_can_be_audited(found: Results, tmp_path: Path) -> None:
    folder = save(found, tmp_path / "run", command="")

    def table(name: str) -> list[dict[str, str]]:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    (number,) = table("ranges")
    assert (number["number"], number["central"], number["drawn"]) == ("demand.callers.rate", "0.2", "yes")
    values = [float(row["value"]) for row in table("draws")]
    assert values[0] == 0.2
    assert len(set(values)) == 7
    assert all(float(number["least"]) <= value <= float(number["most"]) for value in values)
    told = next(row for row in table("uncertainty") if row["base"] and row["id"] == found.measures[0].id)
    results = [row for row in table("draw_results") if row["id"] == told["id"]]
    by_world = {(row["draw"], row["replication"], row["scenario"]): float(row["value"]) for row in results}
    base, other = (world.name for world in found.worlds)
    differences = [value - by_world[key[0], key[1], base] for key, value in by_world.items() if key[2] == other]
    assert float(told["belief_mean"]) == pytest.approx(np.mean(differences))


def test_one_draw_or_one_replication_tells_nothing(small: list[Scenario]) -> None:
    with pytest.raises(Mismatch, match="two draws"):
        run(small, replications=5, seed=1, draws=(1, 2))


def test_without_a_range_there_is_nothing_to_draw(queue: Scenario) -> None:
    with pytest.raises(Mismatch, match="no number here has a range"):
        run([queue], replications=5, seed=1, draws=(2, 2))


def test_ranges_that_nothing_possible_comes_of_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.experiment.draws.possible", lambda scenario: False)
    world = load("examples/one-queue", SMALL)
    with pytest.raises(Mismatch, match="narrow"):
        draws([world], parameters([world]), 1, 1)


def test_one_world_alone_has_a_belief(small: list[Scenario]) -> None:
    found = run(small[:1], replications=5, seed=1, draws=(4, 2))
    content = summary(found)
    assert content["measures"][0]["belief_low"] < content["measures"][0]["belief_high"]
    assert content["uncertainty"]["not_settled"] == []
