"""The faults of ``mutants.py`` still fit the engine, and two of them are caught here; the rest run by command."""

from __future__ import annotations

import pytest

from . import mutants


def test_every_fault_still_has_the_text_it_replaces() -> None:
    for mutant in mutants.MUTANTS:
        text = (mutants.ROOT / mutant.file).read_text(encoding="utf-8")
        assert all(old in text for old, _ in mutant.changes), mutant.name
    assert len(mutants.MUTANTS) >= 12
    assert {m.part for m in mutants.MUTANTS} >= {"pool", "work clock", "hazard clock", "draws", "dispatch"}


@pytest.mark.parametrize("name", ["last come, first served", "work goes on when closed"])
def test_a_fault_is_caught(name: str) -> None:
    (mutant,) = [m for m in mutants.MUTANTS if m.name == name]
    assert "test_schedules.py" in (mutants.survives(mutant) or "")
