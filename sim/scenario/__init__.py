"""YAML in, one frozen ``Scenario`` out."""

from sim.scenario.problems import Place, Problem, ScenarioError
from sim.scenario.resolve import check, load
from sim.scenario.schema import Number, Scenario

__all__ = ["Number", "Place", "Problem", "Scenario", "ScenarioError", "check", "load"]
