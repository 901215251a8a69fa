"""The living place, compiled from a Scenario: people, arrivals, the five station kinds, events, market, workforce."""

from sim.world.compiled import Plan, compile
from sim.world.world import Exploded, simulate

__all__ = ["Exploded", "Plan", "compile", "simulate"]
