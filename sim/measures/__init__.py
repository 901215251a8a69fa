"""From a log to measures: the catalogue, and pure functions over one replication of one world."""

from sim.measures.catalogue import CATALOGUE, Measure
from sim.measures.setting import Setting, Stop
from sim.measures.view import MeasureInput

__all__ = ["CATALOGUE", "Measure", "MeasureInput", "Setting", "Stop"]
