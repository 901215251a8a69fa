"""Coming back after a journey has ended: shares and times of known laws, the same person, nobody lost on the way."""

from __future__ import annotations

import math

import numpy as np
import pytest

BACK = """
title: People who come back
people: {{need: {{order: [low, high], low: 0.5, high: rest}}}}
demand: {{callers: {{rate: 200/day}}}}
doors: {{callers: talk}}
teams: {{desk: {{workers: 100000}}}}
events:
  afterwards:
    again: {{rate: {{value: {again}, factors: {{need: {{high: {high}}}}}}}, to: help, sets: {{route: discharge}}}}
    ill: {{rate: {ill}, to: ward}}
stations:
  talk: {{kind: task, team: desk, effort: 1 h, next: advice}}
  help: {{kind: task, team: desk, effort: 1 h, next: gone}}
  ward: {{kind: stay, length: 1 day, next: gone}}
  advice: {{kind: exit, while_here: afterwards, length: {length}}}
  gone: {{kind: exit}}
run: {{length: 100 days, replications: 1}}
"""


def back(run):
    """Rows of those who came back, of those who left 30 days before the end or earlier; and how many left by then."""
    spells = run.log.spells
    early = run.log.horizon - 30.0
    left = run.spells("advice", "service")
    away = run.spells("advice", "away")
    chosen = away["joined"] < early
    assert len(spells["person"])
    return {name: column[chosen] for name, column in away.items()}, int((left["joined"] < early).sum())


def near(count: int, of: int, share: float) -> bool:
    """Within four standard errors of a binomial."""
    return bool(abs(count / of - share) < 4 * math.sqrt(share * (1 - share) / of))


def test_the_share_and_the_times_are_those_of_the_hazards(simulate) -> None:
    """At 0.02 and 0.01 a day for 30 days 1 - exp(-0.9) come back, two in three by the first cause."""
    (run,) = simulate(BACK.format(again="0.02/day", high=1, ill="0.01/day", length="30 days"), 1)
    rows, left = back(run)
    assert left > 10_000
    assert near(len(rows["person"]), left, 1 - math.exp(-0.9))
    again = rows["cause"] == run.log.code("afterwards.again")
    assert near(int(again.sum()), len(again), 2 / 3)
    times = rows["ended"] - rows["joined"]
    assert times.max() < 30.0
    expected = 1 / 0.03 - 30 / math.expm1(0.9)
    assert times.mean() == pytest.approx(expected, abs=4 * times.std() / math.sqrt(len(times)))
    assert set(rows["to"][again].tolist()) == {run.log.code("help")}
    assert set(rows["to"][~again].tolist()) == {run.log.code("ward")}


def test_factors_and_a_length_that_varies_act(simulate) -> None:
    """Of those with a high need three times the hazard; a time of 0 to 20 days at random."""
    text = BACK.format(again="0.02/day", high=3, ill="0/day", length="{dist: uniform, min: 0 days, max: 20 days}")
    (run,) = simulate(text, 1)
    rows, _ = back(run)
    people = run.log.people
    need = dict(zip(people["person"].tolist(), people["need"].tolist(), strict=True))
    left = run.spells("advice", "service")
    left = left["person"][left["joined"] < 70.0]
    for level, rate in (("low", 0.02), ("high", 0.06)):
        of = [person for person in left.tolist() if need[person] == run.log.code(level)]
        came = np.isin(rows["person"], of).sum()
        assert near(int(came), len(of), 1 - (1 - math.exp(-20 * rate)) / (20 * rate))


def test_they_are_the_same_people_and_their_rows_join_up(simulate) -> None:
    """Where one comes back the next spell begins, from the exit; what the event sets is set."""
    (run,) = simulate(BACK.format(again="0.05/day", high=1, ill="0.05/day", length="30 days"), 1)
    rows, _ = back(run)
    came = run.log.people["person"][~np.isnan(run.log.people["arrived"])]
    assert np.isin(rows["person"], came).all()
    for station, route in (("help", "discharge"), ("ward", "community")):
        there = run.spells(station, "service", "open_service")
        order = np.argsort(there["person"])
        own = np.sort(rows["person"][rows["to"] == run.log.code(station)])
        kept = np.isin(there["person"][order], own)
        joined = dict(zip(there["person"][order][kept].tolist(), there["joined"][order][kept].tolist(), strict=True))
        for person, ended in zip(rows["person"].tolist(), rows["ended"].tolist(), strict=True):
            assert joined.get(person, ended) == ended
        assert set(there["origin"].tolist()) == {run.log.code("advice")}
        assert set(there["route"].tolist()) == {run.log.code(route)}


def test_a_higher_hazard_only_brings_more_back_and_sooner(simulate) -> None:
    few, many = (
        simulate(BACK.format(again=f"{rate}/day", high=1, ill="0/day", length="30 days"), 1)[0] for rate in (0.01, 0.02)
    )
    times = []
    for run in (few, many):
        rows, _ = back(run)
        times.append(dict(zip(rows["person"].tolist(), (rows["ended"] - rows["joined"]).tolist(), strict=True)))
    assert len(times[0]) < len(times[1])
    assert all(times[1][person] < time for person, time in times[0].items())


def test_hazards_that_vary_with_the_year_act(simulate) -> None:
    """Nobody comes back while the hazard is 0, from day 40 on it is 0.05 a day."""
    text = BACK.format(again="{value: 0.05/day, profile: late}", high=1, ill="0/day", length="10 days")
    text = text.replace("{value: {value: 0.05/day, profile: late}, factors: {need: {high: 1}}}",
                        "{value: 0.05/day, profile: late}")  # fmt: skip
    text += "profiles: {late: {steps: {2024-01-01: 0, 2024-02-10: 1}}}\n"
    (run,) = simulate(text, 1)
    away, left = run.spells("advice", "away"), run.spells("advice", "service")
    assert away["ended"].min() >= 40.0
    late = (left["joined"] >= 40.0) & (left["joined"] < 90.0)
    assert near(int(((away["joined"] >= 40.0) & (away["joined"] < 90.0)).sum()), int(late.sum()), 1 - math.exp(-0.5))


def test_who_came_back_may_come_back_again_by_the_same_hazard(simulate) -> None:
    """Back to the desk and out by the same exit: of the second times there as many as of the first."""
    text = BACK.format(again="0/day", high=1, ill="0.05/day", length="10 days").replace("to: ward", "to: talk")
    text = text.replace("callers: talk", "callers: {talk: 0.999, ward: rest}")
    (run,) = simulate(text, 1)
    left, away = run.spells("advice", "service"), run.spells("advice", "away")
    order = np.lexsort((left["joined"], left["person"]))
    person, joined = left["person"][order], left["joined"][order]
    again = np.append(False, person[1:] == person[:-1])
    early = joined < run.log.horizon - 10.0
    gone = set(zip(away["person"].tolist(), away["joined"].tolist(), strict=True))
    back = np.array([pair in gone for pair in zip(person.tolist(), joined.tolist(), strict=True)])
    for times in (~again & early, again & early):
        assert near(int(back[times].sum()), int(times.sum()), 1 - math.exp(-0.5))
