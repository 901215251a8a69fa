"""A place kept for someone until care may start: by a provider that assesses, or until the calendar opens."""

from __future__ import annotations

import pytest

from sim import scenario, world
from sim.engine.rounds import Happening, Rounds
from tests.plain import plainly

PLACE = """
title: A place kept until care starts
people: {{need: {{order: [low, high], low: 0, high: 1}}}}
calendars: {{office: {{days: [mon, tue, wed, thu, fri], from: "09:00", until: "17:00"}}}}
demand: {{people: {{times: [{comes}]}}}}
doors: {{people: looking}}
market: {{care: {{hours: 100 h/week, providers: 2, {market}}}}}
events:
  eases: {{falls: {{after: 36 h, need: {{change: -1}}}}}}
  nothing: {{}}
stations:
  looking: {{kind: sourcing, market: care, offers: 1000000/day, waiting: {waiting}, next: home_care}}
  home_care: {{kind: package, market: care, amount: {{by: need, low: 30 h/week, high: 40 h/week}}, length: 9000 days, next: gone}}
  gone: {{kind: exit}}
run: {{start: 2026-04-01, length: 40 days, replications: 1{run}}}
"""  # noqa: E501
ASSESSES = "assessment: 3 days"
OFFICE = "starts: office"
"""The run begins on a Wednesday: who is found a provider on Saturday, day 3, starts on Monday, day 5, at nine."""


def started(simulate, tmp_path, market: str, comes: str, change: str = "", waiting: str = "nothing", run: str = ""):
    """Weekly hours by the moment at which care started."""
    text = PLACE.format(market=market, comes=comes, waiting=waiting, run=run)
    if change:
        (tmp_path / "place.yaml").write_text(text)
        text = f"title: it\nbase: [./place.yaml]\nchanges: {{{change}}}\n"
    (run,) = simulate(text, 1)
    spells = run.spells("home_care", "open_service", "service")
    return dict(zip(spells["started"].tolist(), spells["amount"].tolist(), strict=True))


@pytest.mark.parametrize(("market", "comes", "usual"), [(ASSESSES, "9 days", 12.0), (OFFICE, "3 days", 5 + 9 / 24)])
@pytest.mark.parametrize("what", ["failed", "embargo"])
def test_a_provider_that_has_gone_does_not_start_whom_it_kept_a_place_for(
    simulate, tmp_path, market: str, comes: str, usual: float, what: str
) -> None:
    """All providers go, on the day after they were asked."""
    assert list(started(simulate, tmp_path, market, comes)) == pytest.approx([usual], abs=1e-4)
    day = float(comes.split()[0]) + 1
    change = f"market.care.{what}: {{value: 1, when: {{from: day {day:g}}}}}"
    assert started(simulate, tmp_path, market, comes, change) == {}


@pytest.mark.parametrize("what", ["failed", "embargo"])
def test_who_lost_the_place_kept_looks_on(simulate, tmp_path, what: str) -> None:
    """Both go on day 10 and are back on day 15, when an assessment of three days begins anew."""
    change = f"market.care.{what}: {{value: 1, when: {{from: day 10, until: day 15}}}}"
    found = started(simulate, tmp_path, ASSESSES, "9 days", change)
    assert list(found) == pytest.approx([18.0], abs=1e-4)


def test_a_place_kept_needs_no_room_to_become_smaller(simulate, tmp_path) -> None:
    """Found on Saturday, 10 hours less needed from Sunday noon, when the provider has had more than it may for a day:
    it starts on Monday all the same."""
    change = "market.care.hours: {value: 20 h/week, when: {from: day 4}}"
    found = started(simulate, tmp_path, OFFICE, "3 days", change, waiting="eases")
    assert list(found) == pytest.approx([5 + 9 / 24], abs=1e-4)
    assert list(found.values()) == [30.0]


def calls_late(path: str) -> list[bool]:
    """Of every event that is noted in a run: whether its time has gone by."""
    push, late = Rounds.push, []

    def noted(self: Rounds, time: float, prio: int, event: Happening) -> None:
        late.append(time < self.now)
        push(self, time, prio, event)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rounds, "push", noted)
        world.simulate(world.compile(scenario.load(path)), 1, 0)
    return late


def test_nothing_is_due_before_a_run_that_begins_at_noon(tmp_path) -> None:
    """The calendar has opened at nine that morning."""
    path = tmp_path / "noon.yaml"
    path.write_text(PLACE.format(market=OFFICE, comes="1 day", waiting="nothing", run=", warm_up: 12 h"))
    late = plainly(calls_late, str(path))
    assert len(late) > 40
    assert not any(late)
