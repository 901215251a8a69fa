"""Whether visit bands hold together: hours to share out, and visits that fall in them, one in each."""

from __future__ import annotations

from sim.scenario.checker import Checker, walk_all
from sim.scenario.problems import either, suggest
from sim.scenario.tree import Branch, Leaf

__all__ = ["Banded"]

_AS = {
    "bands": "bands: {breakfast: 0.3, lunch: 0.15, tea: 0.25, bed: rest}",
    "visits": "visits: [breakfast, bed]",
}


class Banded(Checker):
    """Bands are of hours, and go with visits, of which each is in one of them."""

    def run(self) -> None:
        for key, market in self.branches("market").items():
            have = [name for name in _AS if name in market.items]
            if not have or set(_AS) & set(market.extra.get("broken", ())):
                continue
            path = f"market.{key}"
            if "beds" in market.items:
                for name in have:
                    what = f"`{key}` is in beds, which are there all day"
                    self.ctx.problems.add(self.key_place(market, name), f"{path}.{name}", what, "leave it out")
            elif len(have) == 1:
                missing = next(name for name in _AS if name not in have)
                what = f"there is no `{missing}` beside it"
                allowed = f"write `{_AS[missing]}` too, or leave out `{have[0]}`"
                self.ctx.problems.add(self.key_place(market, have[0]), f"{path}.{have[0]}", what, allowed)
            else:
                self._one_in_each(market, path)

    def _one_in_each(self, market: Branch, path: str) -> None:
        """There are visits, and every one is in one of the bands; a band is not listed twice by its form."""
        bands = market.items["bands"]
        known = list(bands.items) if isinstance(bands, Branch) else []
        for here, leaf in walk_all(market.items["visits"], f"{path}.visits"):
            if not isinstance(leaf, Leaf):
                continue
            if not leaf.value:
                allowed = f"write one or more of {either(known)}"
                self.ctx.problems.add(leaf.place, here, "there is no visit", allowed)
            for band in leaf.value:
                if band not in known:
                    what = f"there is no `{band}` in the `bands`"
                    self.ctx.problems.add(leaf.place, here, what, f"known: {either(known)}", suggest(band, known))
