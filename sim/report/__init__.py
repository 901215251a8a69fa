"""From a run folder to a page that a commissioner reads."""

from sim.report.files import rebuild, write
from sim.report.page import build

__all__ = ["build", "rebuild", "write"]
