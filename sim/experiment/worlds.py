"""The worlds of a comparison: loaded, and fit to be compared."""

from __future__ import annotations

from collections.abc import Sequence

from sim.scenario import Scenario, load

__all__ = ["Mismatch", "load_worlds"]


class Mismatch(Exception):
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
    """The base and its alternatives. ``sets`` change every world; without an alternative they make one of the base.

    Raises ``ScenarioError``, or ``Mismatch`` when the worlds do not cover the same time.
    """
    if not alternatives and not sets:
        raise Mismatch(f"nothing to compare {base} with; name another scenario, or change it with --set PATH=VALUE")
    common = {"steady": steady, "seed": seed, "replications": replications}
    if alternatives:
        worlds = [load(name, sets, **common) for name in (base, *alternatives)]  # type: ignore[arg-type]
    else:
        worlds = [load(base, (), **common), load(base, sets, **common)]  # type: ignore[arg-type]
    first = worlds[0]
    for world in worlds[1:]:
        for what in ("start", "length", "warm_up"):
            if getattr(world.run, what) != getattr(first.run, what) or world.day != first.day:
                raise Mismatch(
                    f"{world.name} and {first.name} do not cover the same time (run.{what} differs); "
                    "worlds compared need the same start, length and warm-up"
                )
    return worlds
