"""What was changed: each difference of inputs in words, with its range and on whose evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sim.report.parts import Group, count
from sim.report.phrased import by_thing, dated
from sim.report.saved import Saved, World
from sim.scenario.differences import HEADINGS

__all__ = ["Changes", "changes", "plain"]


@dataclass(frozen=True)
class Changes:
    """What one world has otherwise than the base."""

    title: str
    note: str
    base: str
    name: str
    told: Sequence[Group]
    """By thing and in words: title, phrases, source."""
    groups: Sequence[Group]
    """Every value."""
    values: int


def changes(saved: Saved, world: World) -> Changes:
    """The differences of a world, by noun of the language."""
    base = saved.worlds[0]
    rows = [row for row in saved.rows("changes") if row["scenario"] == world.name and row["noun"] != "apply"]
    titles = {one["id"]: one["title"] for of in (base, world) for one in of.stations}
    nouns: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        nouns.setdefault(HEADINGS.get(row["noun"], row["noun"].capitalize()), []).append(row)
    told = [
        Group(noun, [
            {"title": title, "phrases": phrases,
             "source": "; ".join(dict.fromkeys(re.sub(r":\d+$", "", _grounds(found[place])) for place in places))}
            for title, phrases, places in by_thing(found, titles)
        ])
        for noun, found in nouns.items()
    ]  # fmt: skip
    values = sum(int(row["values"]) for row in rows)
    on = [_laid(entry) for entry in world.laid if base.applied.get(entry["name"]) != entry["level"]]
    off = [name for name in base.applied if name not in world.applied]
    note = f"Laid on top: {'; '.join(on)}. " if on else ""
    note += f"Taken off: {'; '.join(off)}. " if off else ""
    return Changes(
        f"{world.label}: {count(values, 'input')} differ{'s' if values == 1 else ''}",
        f"{note}Everything else is the same in both worlds, luck included.",
        base.label,
        world.label,
        told,
        [Group(noun, [_told(row) for row in found]) for noun, found in nouns.items()],
        values,
    )


def _laid(entry: dict[str, object]) -> str:
    title = str(entry.get("title", entry["name"]))
    level = entry["level"]
    return f"{title} ({entry['name']}{'' if level == 1.0 else f', level {level:g}'})"


def _told(row: dict[str, str]) -> dict[str, str]:
    return {
        "title": plain(row["path"]),
        "path": row["path"],
        "count": f"{row['values']} values" if row["values"] != "1" else "",
        "from": dated(row["from"]),
        "to": dated(row["to"]),
        "range": dated(row["range"]) or "none given",
        "source": _grounds(row),
    }


def plain(path: str) -> str:
    """A path in words, without the noun it stands under: 'Acute stay: length, mean'."""
    noun, *parts = (part.replace("_", " ") for part in path.split("."))
    if not parts or parts[0] == "*":
        parts = [noun, *parts]
    head, *rest = [part for part in parts if part != "*"]
    return f"{head[:1].upper()}{head[1:]}" + (f": {', '.join(rest)}" if rest else "")


def _grounds(row: dict[str, str]) -> str:
    """The source of a change: the register's, else as written, else the line where it is."""
    if not row["source"]:
        return "assumption, no grade" if row["evidence"] == "assumption" else row["evidence"] or f"see {row['origin']}"
    year = row["year"] if row["year"] not in ("", "-") else ""
    rest = ", ".join(part for part in (year, f"grade {row['grade']}" if row["grade"] else "") if part)
    return f"{row['evidence']}: {row['source']}" + (f" ({rest})" if rest else "")
