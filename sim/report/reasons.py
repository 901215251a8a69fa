"""Where lifting a boulder makes a headline worse: what it changes, and who gains what others lose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from sim.measures.words import spans_zero
from sim.report.answer import interval
from sim.report.parts import capital, inside, joined, worded
from sim.report.phrased import by_thing
from sim.report.phrases import more, nothing
from sim.report.saved import Fact, Saved
from sim.scenario.differences import HEADINGS

__all__ = ["boulder_titles", "reasons"]

_SHARED_OUT = ("routes", "discharge_pull", "staffing")
"""Nouns that say who is served and by whom, of the staff and hours that there are."""
_SIDES = (("council", "for the council"), ("nhs", "for the NHS"), ("both", "for both"))
_MOST = 4
"""Things told of one noun."""
Effect = tuple[float, float, float]


def reasons(saved: Saved) -> list[str]:
    """A sentence or three for each boulder that clearly makes a headline worse when it is lifted; of the last period.

    From ``boulders.csv`` or ``doses.csv``, and the changes that its file makes.
    """
    facts = {fact.id: fact for fact in saved.facts}
    found = []
    for names, effects in _effects(saved).items():
        clear = [
            (facts[id], effect) for id, effect in effects.items()
            if id in facts and facts[id].direction != "neutral"
            and not spans_zero(*effect[1:]) and not nothing(effect[0], facts[id])
        ]  # fmt: skip
        worse = [one for one in clear if _worse(*one)]
        if worse:
            found.append(_said(saved, names, worse, [one for one in clear if not _worse(*one)]))
    return found


def boulder_titles(saved: Saved, of: str) -> str:
    """The titles of boulders by their short names, joined by ``+``."""
    titles = {entry["name"].rsplit("/", 1)[-1]: entry.get("title") for world in saved.worlds for entry in world.laid}
    parts = [titles.get(part) or capital(part.replace("-", " ")) for part in of.split("+") if part]
    return joined([parts[0], *(inside(part) for part in parts[1:])]) if parts else ""


def _effects(saved: Saved) -> dict[str, dict[str, Effect]]:
    """Boulders -> headline -> what lifting them changes it by, with its interval: less their share of what all add."""
    shares = [row for row in saved.rows("boulders") if row["headline"] == "1" and row["quantity"] == "shapley"]
    doses = [row for row in saved.rows("doses") if row["headline"] == "1"]
    found: dict[str, dict[str, Effect]] = {}
    for row in _last(shares):
        if row["low"]:
            mean, low, high = (float(row[key]) for key in ("mean", "low", "high"))
            found.setdefault(row["of"], {})[row["id"]] = (-mean, -high, -low)
    least = min((float(row["level"]) for row in doses), default=0.0)
    lifted = "+".join(
        entry["name"].rsplit("/", 1)[-1] for entry in saved.worlds[-1].laid if entry["level"] == least
    )  # fmt: skip
    for row in _last(doses):
        if row["change_low"] and float(row["level"]) == least:
            mean, low, high = (float(row[key]) for key in ("change", "change_low", "change_high"))
            found.setdefault(lifted, {})[row["id"]] = (mean, low, high)
    return found


def _last(rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Those of the last period told apart."""
    period = max((row["period"] for row in rows), key=lambda name: (name != "all", name), default="")
    return [row for row in rows if row["period"] == period]


def _worse(fact: Fact, effect: Effect) -> bool:
    return (effect[0] > 0) == (fact.direction == "lower is better")


def _said(saved: Saved, names: str, worse: Sequence[tuple[Fact, Effect]], better: Sequence[tuple[Fact, Effect]]) -> str:
    rows = [
        row for row in saved.rows("changes")
        if row["noun"] != "apply" and PurePosixPath(row["origin"].partition(".yaml")[0]).name in names.split("+")
    ]  # fmt: skip
    said = f"Lifting {inside(boulder_titles(saved, names))} makes worse, {_moved(worse)}."
    shared = all(row["noun"] in _SHARED_OUT or ".reserved." in row["path"] for row in rows)
    if rows and shared:
        said += f" All that it changes is how the same staff and hours are shared out: {_changed(saved, rows)}."
    elif rows:
        said += f" It changes {_changed(saved, rows)}."
    if not better:
        return f"{said} No headline is clearly better for it."
    gain = "Some lose by that and others gain. Better" if rows and shared else "Better"
    return f"{said} {gain}, {_moved(better)}."


def _moved(found: Sequence[tuple[Fact, Effect]]) -> str:
    """By whose side they are of: 'for the council people waiting, 6 fewer (95% interval 5 to 7 fewer)'."""
    told = []
    for side, words in _SIDES:
        here = [
            f"{inside(fact.title)}, {more(mean, fact)} ({interval(*((low, high) if mean > 0 else (high, low)), fact)})"
            for fact, (mean, low, high) in found
            if fact.side == side
        ]
        told += [f"{words}: {'; '.join(here)}"] if here else []
    return "; ".join(told)


def _changed(saved: Saved, rows: Sequence[Mapping[str, str]]) -> str:
    """What changes, by noun of the language: 'who goes first (discharge first)'."""
    titles = {one["id"]: one["title"] for world in saved.worlds for one in world.stations}
    told = []
    for noun in dict.fromkeys(row["noun"] for row in rows):
        here = [row for row in rows if row["noun"] == noun]
        things = [_thing(*found[:2]) for found in by_thing(here, titles)]
        if noun == "discharge_pull":
            things = [worded(row["path"].rpartition(".")[2]) for row in here]
        more_ = [f"{len(things) - _MOST} more"] if len(things) > _MOST else []
        told.append(f"{inside(HEADINGS.get(noun, noun))} ({joined([*things[:_MOST], *more_])})")
    return joined(told)


def _thing(thing: str, phrases: Sequence[str]) -> str:
    """A thing, and what of it where that is one value."""
    label, colon, _ = phrases[0].partition(":")
    return f"{inside(thing)} {label}" if len(phrases) == 1 and colon else inside(thing)
