"""What is asked, of which place and when; and how to do it again."""

from __future__ import annotations

from sim.report.parts import count, inside
from sim.report.saved import Saved
from sim.report.series import long_date

__all__ = ["facts", "question", "reproduce"]


def question(saved: Saved) -> str:
    """The title of the page: what is compared with what."""
    base, *others = saved.worlds
    if not others:
        return base.title
    if all(world.title == base.title for world in others):
        found = {row["path"] for row in saved.rows("changes")}
        if not found:
            return f"{base.title}, compared with itself"
        return f"{base.title}, compared with the same with {count(len(found), 'input')} changed"
    titles = [others[0].title, *(inside(world.title) for world in others[1:])]
    if len(titles) == 1:
        return f"{titles[0]}, compared with {inside(base.title)}"
    return f"{', '.join(titles[:-1])} and {titles[-1]}, each compared with {inside(base.title)}"


def facts(saved: Saved) -> list[tuple[str, str]]:
    """Place, dates and size, in a line."""
    base = saved.worlds[0]
    found = []
    if base.place:
        found.append(("Place", base.place))
    if base.start:
        end = long_date(base.start, base.days - 1)
        found.append(("Period", f"{long_date(base.start, 0)} to {end}"))
    else:
        found.append(("Period", f"{base.days:,.4g} days"))
    if base.population.get("adults"):
        found.append(("Adults", f"{base.population['adults']:,.0f}"))
    found.append(("Replications", f"{saved.summary['replications']}, seed {saved.summary['seed']}"))
    found.append(("Model version", f"Traintracks {saved.manifest['versions']['traintracks']}"))
    return found


def reproduce(saved: Saved) -> list[tuple[str, str]]:
    """Seed, versions and hashes."""
    rows = [("Seed", str(saved.summary["seed"])), ("Replications", str(saved.summary["replications"]))]
    for world in saved.worlds:
        if world.warm_up_days:
            rows.append((f"Warm-up, {world.name}", f"{world.warm_up_days:,.4g} days before the period, not counted"))
        rows.append((f"Resolved scenario, {world.name}", f"SHA-256 {world.sha256}"))
    versions = dict(saved.manifest["versions"])
    rows.append(("Traintracks", versions.pop("traintracks")))
    rows.append(("Python and libraries", ", ".join(f"{name} {version}" for name, version in versions.items())))
    return rows
