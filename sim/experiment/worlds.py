"""The worlds of a comparison: loaded, and fit to be compared."""

from __future__ import annotations

from collections.abc import Sequence

from sim.mistakes import Mistake
from sim.scenario import Scenario, ScenarioError, load
from sim.scenario.problems import Problems

__all__ = ["Mismatch", "load_worlds"]


class Mismatch(Mistake):
    """Worlds that cannot be compared; carries one plain message."""


def load_worlds(
    base: str,
    alternatives: Sequence[str],
    sets: Sequence[str],
    *,
    steady: bool = False,
    seed: int | None = None,
    replications: int | None = None,
) -> list[Scenario]:
    """The base and its alternatives. ``sets`` change every world; without an alternative they make one of the base,
    but for those of ``run``, which both worlds have.

    Raises ``ScenarioError`` with what is wrong in any of them, or ``Mismatch`` when they do not cover the same time.
    """
    if not alternatives and not sets:
        raise Mismatch(f"nothing to compare {base} with; name another scenario, or change it with --set PATH=VALUE")
    both = [one for one in sets if one.lstrip().startswith("run.")]
    if not alternatives and len(both) == len(sets):
        raise Mismatch(f"nothing to compare {base} with: what is set of run is of both worlds; set something else too")
    asked = [(name, sets) for name in (base, *alternatives)] if alternatives else [(base, both), (base, sets)]
    worlds, problems = [], Problems()
    for name, changes in asked:
        try:
            worlds.append(load(name, changes, steady=steady, seed=seed, replications=replications, settled=True))
        except ScenarioError as error:
            for problem in error.problems:
                problems.add(*problem)
    problems.stop_if_any()
    first = worlds[0]
    for world in worlds[1:]:
        for what in ("start", "length", "warm_up"):
            if getattr(world.run, what) != getattr(first.run, what) or world.day != first.day:
                raise Mismatch(
                    f"{world.name} and {first.name} do not cover the same time (run.{what} differs); "
                    "worlds compared need the same start, length and warm-up"
                )
    return worlds
