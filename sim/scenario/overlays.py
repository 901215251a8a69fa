"""Changes laid on a tree."""

from __future__ import annotations

from sim.scenario.files import Layer
from sim.scenario.schema import Run
from sim.scenario.tree import Branch, Context

__all__ = ["lay"]


def lay(root: Branch, layers: list[Layer], run: Run | None, steady: bool, ctx: Context) -> None:
    """Lay every layer's changes on the tree."""
