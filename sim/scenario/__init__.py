"""YAML in, one frozen ``Scenario`` out."""

from sim.scenario.differences import diff
from sim.scenario.problems import Place, Problem, ScenarioError
from sim.scenario.resolve import check, load
from sim.scenario.schema import Number, Scenario
from sim.scenario.show import number_text, numbers, resolved_yaml

__all__ = [
    "Number", "Place", "Problem", "Scenario", "ScenarioError", "check", "diff", "load", "number_text", "numbers",
    "resolved_yaml",
]  # fmt: skip
