"""Whether roles hold together: who becomes what, who supervises whom, and who may do which task."""

from __future__ import annotations

import math

from sim.scenario.checker import Checker
from sim.scenario.problems import either
from sim.scenario.schema import Number, Role
from sim.scenario.tree import Item, Leaf
from sim.scenario.units import short

__all__ = ["Roles"]

_PAIRS = (("becomes", "after"), ("supervised_by", "supervision"))
_AS = {
    "becomes": "becomes: social_worker", "after": "after: 1 year",
    "supervised_by": "supervised_by: social_worker", "supervision": "supervision: 2 h/week",
}  # fmt: skip


class Roles(Checker):
    """Half of a thing is not written, nobody becomes or supervises themselves, and each task is done by who may."""

    def run(self) -> None:
        for key, role in self.branches("workforce").items():
            for one, other in _PAIRS:
                have = [name for name in (one, other) if name in role.items]
                if len(have) == 1 and not {one, other} & set(role.extra.get("broken", ())):
                    missing = other if have[0] == one else one
                    what = f"there is no `{missing}:` beside `{have[0]}`"
                    self.ctx.problems.add(
                        role.items[have[0]].place, f"workforce.{key}", what, f"write `{_AS[missing]}`"
                    )
                if self.word(role, one) == key:
                    what = f"`{key}` stands for itself here"
                    self.ctx.problems.add(role.items[one].place, f"workforce.{key}.{one}", what, "name another role")
            self._most(key, "agency", role.items.get("agency"), role.items.get("posts"))
            hours = role.items.get("hours")
            self._most(key, "supervision", role.items.get("supervision"), hours)
        self._tasks()

    def _most(self, key: str, name: str, item: Item | None, most: Item | None) -> None:
        """No more agency staff than posts, and no more supervision than the hours of a week."""
        if not isinstance(item, Leaf):
            return
        limit = _highest(most.value) if isinstance(most, Leaf) else Role.model_fields["hours"].default.value
        if _highest(item.value) > limit:
            unit, of = (" h/week", "hours") if name == "supervision" else ("", "posts")
            what = f"{short(_highest(item.value))}{unit} is more than the {short(limit)}{unit} of its `{of}`"
            self.ctx.problems.add(item.place, f"workforce.{key}.{name}", what, f"allowed: at most {short(limit)}{unit}")

    def _tasks(self) -> None:
        """The matrix of roles and tasks: a role works in a team only if it may do all the team does."""
        teams: dict[str, set[str]] = {}
        for role, table in self.branches("staffing").items():
            for team in table.items:
                teams.setdefault(team, set()).add(role)
        for key, station in self.branches("stations").items():
            may = station.items.get("done_by")
            if not isinstance(may, Leaf) or not set(may.value) <= (self.ids("workforce") or set()):
                continue
            path = f"stations.{key}.done_by"
            works = self.word(station, "team")
            if works is None:
                self.ctx.problems.add(may.place, path, "no team does this", "write `team:`, or leave `done_by` out")
                continue
            others = sorted(teams.get(works, set()) - set(may.value))
            if others:
                what = f"{either(others)} {'works' if len(others) == 1 else 'work'} in `{works}` and may not do this"
                allowed = "give them no share of the team under `staffing`, or name them here"
                self.ctx.problems.add(may.place, path, what, allowed)


def _highest(number: Number) -> float:
    """The most that a number ever is, at the times where its changes bend."""
    weights = [change.weight for change in number.changes]
    times = {0.0, *(t for w in weights for a, b in w.windows for t in (a, a + w.ramp, b) if math.isfinite(t))}
    return max(number.at(time) for time in times)
