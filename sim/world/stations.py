"""The five station kinds, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.world.afterwards import FollowedExit
from sim.world.care import PackageStation, SourcingStation
from sim.world.cases import CaseStation
from sim.world.reviews import ReviewStation
from sim.world.station import Exit, Station
from sim.world.stay import StayStation
from sim.world.task import TaskStation

if TYPE_CHECKING:
    from sim.world.world import World

__all__ = ["build"]

_KINDS: dict[str, type[Station]] = {
    "task": TaskStation,
    "stay": StayStation,
    "sourcing": SourcingStation,
    "package": PackageStation,
    "exit": Exit,
}


def build(world: World, name: str, spec: Any) -> Station:
    """The station of a kind."""
    if spec.kind == "exit" and spec.while_here is not None:
        return FollowedExit(world, name, spec)
    if spec.kind == "task" and spec.adjusts is not None:
        return ReviewStation(world, name, spec)
    if spec.kind == "task" and spec.keep_case is not None:
        return CaseStation(world, name, spec)
    return _KINDS[spec.kind](world, name, spec)
