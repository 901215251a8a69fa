"""People of whom nothing ahead asks in what they differ are one state of the traffic equations: the same sum."""

from pathlib import Path

import pytest

from sim.scenario import load, loads
from sim.scenario.alike import Alike
from sim.scenario.flows import Flows, solve
from sim.scenario.network import Network, State

PLACE = """
title: Alike
people:
  age: {order: [young, old], young: 0.5, old: rest}
  need: {order: [low, middle, high], by: age, young: {low: 0.6, middle: 0.3, high: rest}, old: {low: 0.5, high: rest}}
  colour: {order: [red, green, blue], red: 0.2, green: 0.3, blue: rest}
demand:
  calls: {rate: 900/year}
  letters: {rate: 300/year}
  falls: {rate: 200/year, route: crisis}
doors:
  calls: desk
  letters: desk
  falls: ward
routes: {first: [crisis]}
workforce:
  worker: {posts: 2, productive: 0.5}
staffing:
  worker: {desk: rest}
teams:
  desk: {calendar: office_hours}
pools:
  beds: {capacity: 12}
market:
  care: {hours: 2000 h/week, providers: 4, serves: {colour: {red: 0.5}}, double_handed: 0.5, hand_backs: 0.1/year}
stations:
  desk:
    kind: task
    team: desk
    effort: {by: colour, red: 3 h, otherwise: 1 h}
    waiting: at_desk
    next: {by: class, letters: {advice: 0.5, search: rest}, otherwise: {advice: 0.2, search: 0.6, ward: rest}}
  search:
    kind: sourcing
    market: care
    offers: 0.1/day
    next: care
  ward:
    kind: stay
    pool: beds
    length: {by: age, old: 20 days, otherwise: 8 days}
    need: {change: 1, share: 0.3}
    sets: {route: discharge, colour: green}
    next: {by: age, old: {return: 0.7, search: rest}, young: return}
  visited:
    kind: task
    elapsed: {by: colour, blue: 9 days, otherwise: 2 days}
    next: return
  care:
    kind: package
    market: care
    amount: {by: need, high: 14 h/week, otherwise: 7 h/week}
    double_handed: {by: colour, blue: 0.3, otherwise: 0}
    sets: {route: community}
    while_here: on_care
  advice: {kind: exit, while_here: again, length: {by: colour, green: 90 days, otherwise: 30 days}}
  gone: {kind: exit}
events:
  at_desk:
    fell: {rate: {value: 0.02/day, factors: {age: {old: 2}}}, to: ward, sets: {route: crisis}}
  on_care:
    died: {rate: {value: 0.3/year, factors: {need: {high: 2}}}, to: gone}
    fell: {rate: 0.5/year, to: ward, package: {hold: 14 days}, need: {change: 1, share: 0.5}}
    seen: {after: 180 days, repeats: true, to: visited, package: keep}
  again:
    calls: {rate: {value: 0.5/year, factors: {class: {letters: 3}}}, to: desk, sets: {class: calls}}
run: {length: 365 days}
"""


class Apart(Alike):
    """Nobody is like anyone else."""

    def thin(self, state: State) -> State:
        return state

    def here(self, state: State) -> State:
        return state

    def onward(self, state: State, target: State) -> State:
        return target


def both(name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Flows, Flows]:
    scenario = load(name)
    capacity = loads._capacities(scenario)
    thin = solve(scenario, capacity)
    monkeypatch.setattr("sim.scenario.flows.Alike", Apart)
    return thin, solve(scenario, capacity)


def place(tmp_path: Path, text: str = PLACE) -> str:
    path = tmp_path / "alike.yaml"
    path.write_text(text)
    return str(path)


def test_the_sum_is_the_same_as_with_everyone_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    thin, apart = both(place(tmp_path), monkeypatch)
    for field in ("arrivals", "people", "starts", "demand", "stays", "joins", "queue", "leaves"):
        assert dict(getattr(thin, field)) == pytest.approx(dict(getattr(apart, field)), rel=1e-5, abs=1e-6), field
    assert (thin.listed, thin.patient) == (apart.listed, apart.patient)


def test_what_nothing_ahead_asks_for_is_dropped(tmp_path: Path) -> None:
    """Of three classes one is named from the desk on, and of those who are gone nothing."""
    alike = Alike(Network(load(place(tmp_path))))
    assert alike.ahead["gone"] == {}
    assert alike.asked["visited"] == {"colour": {"blue"}, "route": {"crisis"}}
    assert alike.ahead["desk"]["class"] == {"letters"}
    assert "class" in alike.ahead["advice"]
    assert alike.asked["search"]["colour"] == {"red", "blue"}


def test_what_is_set_on_the_way_is_not_asked_of_those_before(tmp_path: Path) -> None:
    """On the ward everyone becomes green: what they were before counts no more, except with a package to go back to."""
    alike = Alike(Network(load(place(tmp_path))))
    assert "colour" in alike.ahead["search"]
    assert "colour" not in alike.ahead["ward"]
