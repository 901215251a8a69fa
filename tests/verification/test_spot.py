"""Beds in a block and beds bought one at a time: who has room, and what it costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import scenario
from sim.measures.ledger import Ledger
from sim.measures.setting import Setting
from sim.measures.view import MeasureInput

SPOT = """
title: Two beds in a block and two more at a price
demand: {people: {times: [0 days, 0 days, 0 days, 0 days, 0 days, 12 days, 12 days, 12 days]}}
doors: {people: bed}
pools: {beds: {capacity: 2, spot: 2}}
stations:
  bed: {kind: stay, pool: beds, length: 10 days, next: home}
  home: {kind: exit}
costs: {beds: {pool: beds, cost: 100, premium: 0.5, per: day, prices: 2024-25}}
run: {start: 2026-04-01, length: 20 days, replications: 1}
"""
ENDS = "title: it\nbase: [./place.yaml]\nchanges: {pools.beds.spot: {value: 0, when: {from: day 10}}}\n"


def started(run) -> list[float]:
    return sorted(run.spells("bed", "service", "open_service")["started"].tolist())


def spent(run, tmp_path: Path) -> float:
    setting = Setting.of(scenario.load(str(tmp_path / "case.yaml")))
    return float(Ledger.of(MeasureInput(run.log, setting)).spent.sum())


def test_spot_beds_take_people_once_the_block_is_full_and_are_paid_for_while_they_do(simulate, tmp_path) -> None:
    """Two beds for 20 days; two spot beds for 10, and from day 12 two again, for 8 days."""
    (run,) = simulate(SPOT, 1)
    assert started(run) == pytest.approx([0, 0, 0, 0, 10, 12, 12, 12])
    assert spent(run, tmp_path) == pytest.approx(2 * 20 * 100 + (2 * 10 + 2 * 8) * 150)


def test_spot_beds_are_bought_until_a_date(simulate, tmp_path) -> None:
    """None from day 10: the block has room for one of the three of day 12, and nothing more is paid."""
    (tmp_path / "place.yaml").write_text(SPOT)
    (run,) = simulate(ENDS, 1)
    assert started(run) == pytest.approx([0, 0, 0, 0, 10, 12])
    assert spent(run, tmp_path) == pytest.approx(2 * 20 * 100 + 2 * 10 * 150)


@pytest.mark.parametrize(("capacity", "spot", "beds"), [(2.5, 1.5, 2), (2.0, 0.5, 2), (2.75, 0.5, 2)])
def test_the_block_is_whole_beds_whatever_the_spot_beds_come_to(
    simulate, tmp_path, capacity: float, spot: float, beds: int
) -> None:
    """One person for half the time; two beds are paid for throughout."""
    text = SPOT.replace("{capacity: 2, spot: 2}", f"{{capacity: {capacity}, spot: {spot}}}")
    (run,) = simulate(text.replace("0 days, 0 days, 0 days, 0 days, 0 days, 12 days, 12 days, 12 days", "0 days"), 1)
    assert spent(run, tmp_path) == pytest.approx(beds * 20 * 100)
