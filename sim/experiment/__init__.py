"""Replications, intervals, paired comparison, and the folder of a run."""

from sim.experiment.folder import FolderError, check_out, default_out, save
from sim.experiment.runs import Progress, Results, World, processors, run
from sim.experiment.tables import summary
from sim.experiment.worlds import Mismatch, load_worlds

__all__ = [
    "FolderError",
    "Mismatch",
    "Progress",
    "Results",
    "World",
    "check_out",
    "default_out",
    "load_worlds",
    "processors",
    "run",
    "save",
    "summary",
]
