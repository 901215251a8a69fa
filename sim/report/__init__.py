"""From a run folder to a page that a commissioner reads."""

from sim.report.page import build, write

__all__ = ["build", "write"]
