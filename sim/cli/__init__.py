"""The command line: ``traintracks`` and ``python -m sim``. Commands parse, call and print; no logic lives here."""

from sim.cli.main import main

__all__ = ["main"]
