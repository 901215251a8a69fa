"""Whether roles hold together: who becomes what, who supervises whom, and who may do which task."""

from __future__ import annotations

from sim.scenario.checker import Checker
from sim.scenario.problems import either
from sim.scenario.tree import Leaf

__all__ = ["Roles"]

_PAIRS = (("becomes", "after"), ("supervised_by", "supervision"))


class Roles(Checker):
    """Half of a thing is not written, nobody becomes or supervises themselves, and each task is done by who may."""

    def run(self) -> None:
        for key, role in self.branches("workforce").items():
            for one, other in _PAIRS:
                have = [name for name in (one, other) if name in role.items]
                if len(have) == 1 and not {one, other} & set(role.extra.get("broken", ())):
                    missing = other if have[0] == one else one
                    what = f"there is no `{missing}:` beside `{have[0]}`"
                    self.ctx.problems.add(role.items[have[0]].place, f"workforce.{key}", what, f"write `{missing}:`")
                if self.word(role, one) == key:
                    what = f"`{key}` stands for itself here"
                    self.ctx.problems.add(role.items[one].place, f"workforce.{key}.{one}", what, "name another role")
        self._tasks()

    def _tasks(self) -> None:
        """The matrix of roles and tasks: a role works in a team only if it may do all the team does."""
        teams: dict[str, set[str]] = {}
        for role, table in self.branches("staffing").items():
            for team in table.items:
                teams.setdefault(team, set()).add(role)
        for key, station in self.branches("stations").items():
            may = station.items.get("done_by")
            if not isinstance(may, Leaf):
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
