"""The living place, compiled from a Scenario: people, arrivals, the five station kinds, events, market, workforce."""

from sim import native

__path__[:0] = native.folders(__name__)

from sim.world.compiled import Plan, compile  # noqa: E402
from sim.world.world import Exploded, simulate  # noqa: E402

__all__ = ["Exploded", "Plan", "compile", "simulate"]
