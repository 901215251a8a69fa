"""Providers who serve some people and not others: by where they live, and by how many workers their care takes."""

from __future__ import annotations

import numpy as np
import pytest

from sim import scenario

PLACE = """
title: A market that does not reach everyone
people:
  area: {{order: [urban, rural], by: class, village: {{rural: 1}}, otherwise: {{urban: 1}}}}
demand: {{village: {{times: [{times}]}}, town: {{times: [{times}]}}, too_late: {{times: [9000 days]}}}}
doors: {{town: {door}, village: {door}, too_late: {{by_phone: 0.4, looking: 0.3, home_care: rest}}}}
market: {{care: {{hours: {hours} h/week, providers: {providers}{more}}}}}
stations:
  looking: {{kind: sourcing, market: care, offers: 100/day, next: home_care}}
  by_phone: {{kind: task, effort: 1 min, next: {{looking: 0.5, home_care: rest}}}}
  home_care: {{kind: package, market: care, amount: 3 h/week, length: {length}, next: gone{package}}}
  gone: {{kind: exit}}
run: {{start: 2026-04-01, length: 30 days, replications: 1}}
"""


def place(
    more: str = "",
    package: str = "",
    providers: int = 6,
    hours: int = 100000,
    door: str = "by_phone",
    length: str = "400 days",
) -> str:
    """200 people of the town and 200 of the villages, over two days."""
    times = ", ".join(f"{i * 0.01:.2f} days" for i in range(200))
    return PLACE.format(
        times=times, more=more, package=package, providers=providers, hours=hours, door=door, length=length
    )


def served(run, of: str) -> set[str]:
    """The providers of a class of people at the end."""
    spells = run.spells("home_care", "open_service")
    return {run.log.name(code) for code in spells["pool"][spells["class"] == run.log.code(of)].tolist()}


ALL = {f"care {k}" for k in range(1, 7)}


def test_some_providers_serve_no_village(simulate) -> None:
    """Half of six, by the luck of each: some do, others not, and in the town all."""
    runs = simulate(place(", serves: {area: {rural: 0.5}}"), 20)
    found = [(served(run, "town"), served(run, "village")) for run in runs]
    assert all(town == ALL for town, _ in found)
    assert np.mean([len(village) for _, village in found]) == pytest.approx(3.0, abs=1.0)
    assert len({tuple(sorted(village)) for _, village in found}) > 5


def test_who_serves_a_village_still_does_when_more_do(simulate) -> None:
    few, more = (simulate(place(f", serves: {{area: {{rural: {share}}}}}"), 8) for share in (0.3, 0.6))
    for one, other in zip(few, more, strict=True):
        assert served(one, "village") <= served(other, "village")


def test_one_provider_serves_them_however_small_the_share(simulate) -> None:
    assert {len(served(run, "village")) for run in simulate(place(", serves: {area: {rural: 0.001}}"), 8)} == {1}


def test_nobody_serves_them_at_none(simulate) -> None:
    (run,) = simulate(place(", serves: {area: {rural: 0}}"), 1)
    assert served(run, "village") == set()
    assert run.count("looking", "open_service") + run.count("home_care", "open_wait") == 200
    assert served(run, "town") == ALL


def test_who_waits_hears_of_it_when_a_provider_comes_to_serve_them(simulate, tmp_path) -> None:
    (tmp_path / "place.yaml").write_text(place(", serves: {area: {rural: 0}}", door="looking"))
    change = "{market.care.serves.area.rural: {value: 1, when: {from: day 10}}}"
    (run,) = simulate(f"title: it\nbase: [./place.yaml]\nchanges: {change}\n", 1)
    started = run.spells("home_care", "open_service")
    village = started["started"][started["class"] == run.log.code("village")]
    assert len(village) == 200
    assert village.min() >= 10.0
    assert village.max() < 11.0


def test_who_nobody_reaches_is_passed_by_those_who_come_to_the_door(simulate) -> None:
    """Room for 36 at a time, for a day each: everyone of the town has been served in a week, and no village."""
    few = place(", serves: {area: {rural: 0}}", hours=110, providers=3, door="home_care", length="1 day")
    (run,) = simulate(few, 1)
    spells = run.spells("home_care", "service")
    assert {run.log.name(code) for code in spells["class"]} == {"town"}
    assert len(spells["person"]) == 200
    assert spells["ended"].max() < 8.0


WALK = """
title: Someone waits for much room, others for little
people: {{area: {{order: [urban, rural], by: class, rural_first: {{rural: 1}}, otherwise: {{urban: 1}}}}}}
demand: {{first: {{times: [1 days]}}, {big}: {{times: [2 days]}}, small: {{times: [3 days, 12 days]}}, rural_first: {{times: [9000 days]}}}}
doors: {{first: big_care, {big}: big_care, small: small_care, rural_first: big_care}}
market: {{care: {{hours: 10 h/week, providers: 1{more}}}}}
stations:
  big_care: {{kind: package, market: care, amount: 8 h/week, length: 20 days, next: gone}}
  small_care: {{kind: package, market: care, amount: 2 h/week, length: 5 days, next: gone}}
  gone: {{kind: exit}}
run: {{length: 40 days, replications: 1}}
"""  # noqa: E501


@pytest.mark.parametrize("more", ["", ", serves: {area: {rural: 0}}"])
def test_who_waits_at_the_door_is_not_passed_by_who_comes_later(simulate, more: str) -> None:
    """8 of 10 hours until day 21: the second waits for 8, and those after wait for 2 until the second has started."""
    (run,) = simulate(WALK.format(big="big", more=more), 1)
    assert run.spells("small_care", "service", "open_service")["started"] == pytest.approx([21, 26], abs=1e-4)


def test_who_nobody_reaches_is_passed_at_the_door(simulate) -> None:
    """The second lives where nobody goes."""
    text = WALK.format(big="rural", more=", serves: {area: {rural: 0}}").replace(
        "rural_first: {rural: 1}", "rural: {rural: 1}"
    )
    (run,) = simulate(text.replace(", rural_first: {times: [9000 days]}", "").replace(", rural_first: big_care", ""), 1)
    assert run.spells("small_care", "service", "open_service")["started"] == pytest.approx([3, 12], abs=1e-4)


TWO = ", double_handed: {value: 0.4}"


def test_care_by_two_workers_takes_twice_the_hours(simulate) -> None:
    (run,) = simulate(place(package=TWO), 1)
    amounts = run.spells("home_care", "open_service")["amount"]
    assert set(amounts.tolist()) == {3.0, 6.0}
    assert (amounts == 6.0).sum() == pytest.approx(160, abs=4 * np.sqrt(400 * 0.24))


def test_only_the_larger_providers_can_send_two(simulate) -> None:
    (run,) = simulate(place(", double_handed: 0.5", package=TWO), 1)
    spells = run.spells("home_care", "open_service")
    by = {hours: {run.log.name(code) for code in spells["pool"][spells["amount"] == hours]} for hours in (3.0, 6.0)}
    assert by == {3.0: ALL, 6.0: {"care 1", "care 2", "care 3"}}


def test_who_takes_two_at_one_share_does_at_a_higher(simulate) -> None:
    runs = [simulate(place(package=f", double_handed: {share}"), 1)[0] for share in (0.2, 0.5)]
    spells = [run.spells("home_care", "open_service") for run in runs]
    few, more = (set(s["person"][s["amount"] == 6.0].tolist()) for s in spells)
    assert few < more


@pytest.mark.parametrize(("more", "said"), [
    (", serves: {town: {rural: 0.5}}", "market.care.serves.town: people have no attribute `town`"),
    (", serves: {area: {country: 0.5}}", "market.care.serves.area.country: `country` is not a level of `area`"),
    (", serves: {area: {rural: 1.5}}", "market.care.serves.area.rural: "),
    (", self_funded: 3", "market.care.self_funded: it is counted otherwise than the `hours`"),
    (", double_handed: 2", "market.care.double_handed: "),
    (", starts: weekdays", "market.care.starts: there is no `weekdays` in `calendars`"),
])  # fmt: skip
def test_what_is_written_wrongly_is_told_where(tmp_path, more: str, said: str) -> None:
    (tmp_path / "case.yaml").write_text(place(more))
    with pytest.raises(scenario.ScenarioError) as told:
        scenario.load(str(tmp_path / "case.yaml"))
    assert said in str(told.value)
    assert "case.yaml:7:" in str(told.value)


GROWS = """
title: Someone needs more before care starts
people: {need: {order: [low, high], low: 1, high: 0}}
calendars: {office: {days: [mon, tue, wed, thu, fri], from: '09:00', until: '17:00'}}
demand: {growing: {times: [2.8 days]}, steady: {times: [2.9 days]}}
doors: {growing: looking, steady: looking}
market: {care: {hours: 20 h/week, providers: 1, starts: office}}
events:
  grows: {rises: {after: 12 h, need: {change: 1}}}
  nothing: {}
stations:
  looking:
    kind: sourcing
    market: care
    offers: 1000/day
    waiting: {by: class, growing: grows, steady: nothing}
    next: home_care
  home_care: {kind: package, market: care, length: 400 days, amount: {by: need, low: 8 h/week, high: HIGH}, next: gone}
  gone: {kind: exit}
run: {start: 2026-04-01, length: 30 days, replications: 1}
"""


@pytest.mark.parametrize(("hours", "served"), [(12, {"growing": 12.0, "steady": 8.0}), (14, {"steady": 8.0})])
def test_a_place_kept_grows_with_the_need_or_is_given_up(simulate, hours: int, served: dict[str, float]) -> None:
    """Both found on Friday night for Monday, 16 of 20 hours; on Saturday one needs 4 more, which there are, or 6."""
    (run,) = simulate(GROWS.replace("HIGH", f"{hours} h/week"), 1)
    spells = run.spells("home_care", "open_service")
    found = zip(spells["class"], spells["amount"], spells["started"], strict=True)
    assert {run.log.name(code): amount for code, amount, _ in found} == served
    assert spells["started"] == pytest.approx([5 + 9 / 24] * len(served), abs=0.01)
