"""Who counts as having joined earlier, by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import ScenarioError, load

DESK = """
title: One worker and three needs
people:
  need: {{order: [low, moderate, high, complex], by: class, first: {{low: 1}}, a: {{{a}: 1}}, b: {{{b}: 1}}}}
demand:
  first: {{times: [0 h]}}
  a: {{times: [1 h]}}
  b: {{times: [4 h]}}
doors: {{first: desk, a: desk, b: desk}}
teams: {{one: {{workers: 1, calendar: always{more}}}}}
stations:
  desk: {{kind: task, team: one, effort: 10 h, next: done}}
  done: {{kind: exit}}
run: {{start: 2026-04-01, length: 3 days, replications: 1}}
"""
ORDER = ", priority: {by: need, order: [complex]}"


def starts(simulate, a: str, b: str, more: str) -> list[float]:
    """Hours at which those who join at 1 and at 4 hours start."""
    (run,) = simulate(DESK.format(a=a, b=b, more=more), 1)
    spells = run.spells("desk")
    at = dict(zip((spells["joined"] * 24).round(3).tolist(), (spells["started"] * 24).round(3).tolist(), strict=True))
    return [at[1], at[4]]


@pytest.mark.parametrize(("more", "found"), [
    (ORDER, [10, 20]),
    (ORDER + ", head_start: {high: 4 h}", [20, 10]),
    (ORDER + ", head_start: {high: 2 h}", [10, 20]),
    (ORDER + ", head_start: {high: 4 h, low: 2 h}", [10, 20]),
    (", priority: {by: need, order: []}, head_start: {high: 4 h}", [20, 10]),
    (", priority: {by: need, order: []}, head_start: {high: 2 h}", [10, 20]),
])  # fmt: skip
def test_three_hours_are_made_up_by_a_head_start_of_more(simulate, more: str, found: list[float]) -> None:
    assert starts(simulate, "low", "high", more) == found


@pytest.mark.parametrize(("head_start", "found"), [("4 h", [20, 10]), ("2 h", [10, 20])])
def test_brokers_give_a_head_start_as_others_do(simulate, head_start: str, found: list[float]) -> None:
    """The same desk, where the worker looks for care."""
    text = DESK.format(a="low", b="high", more=f"{ORDER}, head_start: {{high: {head_start}}}")
    text = text.replace("kind: task, team: one,", "kind: sourcing, team: one, market: care, offers: 1/day,")
    text = text.replace("stations:\n", "market: {care: {hours: 100 h/week}}\nstations:\n")
    (run,) = simulate(text, 1)
    spells = run.spells("desk")
    at = dict(zip((spells["joined"] * 24).round(3).tolist(), (spells["started"] * 24).round(3).tolist(), strict=True))
    assert [at[1], at[4]] == found


def test_those_put_first_stay_first(simulate) -> None:
    assert starts(simulate, "high", "complex", ORDER + ", head_start: {high: 30 days}") == [20, 10]


def test_joining_is_logged_as_it_was(simulate) -> None:
    """The wait is from joining: 1 and 4 hours, whoever counts as earlier."""
    (run,) = simulate(DESK.format(a="low", b="high", more=ORDER + ", head_start: {high: 9 days}"), 1)
    assert sorted((run.spells("desk")["joined"] * 24).round(3).tolist()) == [0, 1, 4]


@pytest.mark.parametrize(("more", "message"), [
    (", head_start: {high: 4 h}", "no `priority` says of which attribute these are levels"),
    (ORDER + ", head_start: {hihg: 4 h}", "`hihg` is not a level of `need`"),
    (ORDER + ", head_start: {complex: 4 h}", "`complex` goes before all others as it is"),
    (ORDER + ", head_start: {high: 4}", "has no unit"),
])  # fmt: skip
def test_mistakes(more: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("it.yaml").write_text(DESK.format(a="low", b="high", more=more))
    with pytest.raises(ScenarioError) as raised:
        load("./it.yaml")
    assert message in str(raised.value)
