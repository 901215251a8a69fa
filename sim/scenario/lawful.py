"""Whether the numbers of each distribution make one."""

from __future__ import annotations

import math

from sim.scenario.checker import Checker, walk_all
from sim.scenario.forms import Dist
from sim.scenario.schema import Number
from sim.scenario.tree import Branch, Leaf, join

__all__ = ["Laws"]


class Laws(Checker):
    """The numbers of each distribution make one."""

    def run(self) -> None:
        for path, item in walk_all(self.root, ""):
            if isinstance(item, Branch) and isinstance(item.form, Dist):
                numbers = {
                    name: leaf.value.value
                    for name, leaf in item.items.items()
                    if isinstance(leaf, Leaf) and isinstance(leaf.value, Number)
                }
                name, what, allowed = _unsound(item.extra["dist"], numbers)
                values, weights = (item.items.get(key) for key in ("values", "weights"))
                if isinstance(values, Leaf) and isinstance(weights, Leaf):
                    name, what, allowed = _unmatched(values.value, weights.value)
                if name:
                    self.ctx.problems.add(item.items[name].place, join(path, name), what, allowed)


Finding = tuple[str, str, str]
"""(the field, what is wrong with it, what is allowed)."""
_FINE: Finding = ("", "", "")


def _unmatched(values: tuple[float, ...], weights: tuple[float, ...]) -> Finding:
    if len(values) != len(weights):
        return (
            "weights",
            f"there are {len(values)} values and {len(weights)} weights",
            "write one weight for each value",
        )
    if not sum(weights) > 0:
        return "weights", "no weight is above 0", "they need not sum to 1, but not all be 0"
    return _FINE


def _unsound(family: str, p: dict[str, float]) -> Finding:
    if family == "triangular" and {"min", "mode", "max"} <= set(p) and not p["min"] <= p["mode"] <= p["max"]:
        return "mode", "`mode` is not between `min` and `max`", "`min`, `mode` and `max` rise in this order"
    if family != "beta" or "mean" not in p:
        return _FINE
    low, high = p.get("min", 0.0), p.get("max", 1.0)
    if low >= high:
        return _FINE
    centre = (p["mean"] - low) / (high - low)
    if not 0.0 < centre < 1.0:
        return "mean", "`mean` is not between the ends", "a beta lies from `min` to `max`, or from 0 to 1 without them"
    key = "sd" if "sd" in p else "variance"
    most = (high - low) * math.sqrt(centre * (1.0 - centre))
    sd = p["sd"] if "sd" in p else math.sqrt(p["variance"])
    if not 0.0 < sd < most:
        return key, f"no beta between these ends has this `{key}`", f"an sd above 0 and below {most:.4g}"
    return _FINE
