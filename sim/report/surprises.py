"""Where a measure moves against the rest: a note of the flows behind it, so that a surprise is explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.measures.words import spans_zero
from sim.report.network import Network, network
from sim.report.parts import inside, joined
from sim.report.phrases import more, nothing
from sim.report.saved import Fact, Saved, World

__all__ = ["surprises"]

_MOST = 5
_TOLD = 3
_LEAST = 0.01
"""Smallest share of the base by which a measure must move to be told of."""


def surprises(saved: Saved) -> list[str]:
    """A note for each clear difference that goes the other way than most clear differences of its comparison.

    Headlines first, then by how far they move. None for a measure that no station is named by: no flow could be called
    its own.
    """
    notes = []
    base = saved.worlds[0]
    for world in saved.worlds[1:]:
        signs = {fact.id: sign for fact in saved.facts if (sign := _turn(saved, world, fact))}
        general = sum(signs.values())
        against = [f for f in saved.facts if signs.get(f.id, 0) * general < 0 and _stops(f, world)]
        against.sort(key=lambda fact: (not fact.headline, -_share(saved, base, world, fact)))
        against = [fact for fact in against if _share(saved, base, world, fact) >= _LEAST][:_MOST]
        if against:
            nets = network(saved, base), network(saved, world)
            notes += [_note(saved, fact, world, nets, "better" if general < 0 else "worse") for fact in against]
    return notes


def _turn(saved: Saved, world: World, fact: Fact) -> int:
    """1 where a clear difference is for the better, -1 for the worse, 0 where it is neither."""
    found = saved.differences[world.name, fact.id]
    if found["mean"] is None or found["low"] is None or fact.direction == "neutral":
        return 0
    if spans_zero(found["low"], found["high"]) or nothing(found["mean"], fact):
        return 0
    return 1 if (found["mean"] > 0) == (fact.direction == "higher is better") else -1


def _share(saved: Saved, base: World, world: World, fact: Fact) -> float:
    before = saved.measures[base.name, fact.id]["mean"]
    return abs(saved.differences[world.name, fact.id]["mean"]) / abs(before) if before else 0.0


def _note(saved: Saved, fact: Fact, world: World, nets: tuple[Network, Network], word: str) -> str:
    base, mean = saved.worlds[0], saved.differences[world.name, fact.id]["mean"]
    said = (
        f"{fact.title}: {more(mean, fact)} with {inside(world.label)} than in {inside(base.label)}, which is {word}, "
        "while most measures go the other way."
    )
    changes = _changes(_own(fact, world), *nets)
    if not changes:
        why = (
            " What lifting each boulder changes stands under What each boulder costs." if saved.rows("boulders") else ""
        )
        return f"{said} The flows do not explain this.{why}"
    told = []
    for (start, end), difference in changes:
        word = "more" if difference > 0 else "fewer"
        told.append(f"{abs(difference):,.0f} {word} from {_end(nets, start)} to {_end(nets, end)}")
    return f"{said} At its stops, people in the period: {joined(told)}."


def _own(fact: Fact, world: World) -> set[str]:
    """Stations whose id, or what they count as, is in a measure's own: only their flows are told of it."""
    id = fact.id.replace(".", "_")
    return {s["id"] for s in world.stations if s["counts_as"] and (s["counts_as"] in id or s["id"] in id)}


def _stops(fact: Fact, world: World) -> set[str]:
    """Stations that a measure is about: its own, else those of its track."""
    id = fact.id.replace(".", "_")
    if own := _own(fact, world):
        return own
    words = set(fact.group.lower().replace(",", " ").split()) | set(id.split("_"))
    return {
        s["id"] for s in world.stations
        if s["track"] and words & {s["track"], *s["track"].split("_")} - {"care", "early", "and"}
    }  # fmt: skip


def _changes(stops: set[str], before: Network, after: Network) -> Sequence[tuple[tuple[str, str], float]]:
    """The largest changes of flows into or out of these stations, between stops that are in both worlds."""
    there = {"", *(before.stops.keys() & after.stops.keys())}
    found: Mapping[tuple[str, str], float] = {
        key: after.flows.get(key, 0.0) - before.flows.get(key, 0.0) for key in {**before.flows, **after.flows}
    }
    told = [
        (key, difference) for key, difference in found.items()
        if set(key) & stops and set(key) <= there and abs(difference) >= max(1.0, 0.01 * before.flows.get(key, 0.0))
    ]  # fmt: skip
    return sorted(told, key=lambda entry: (-abs(entry[1]), entry[0]))[:_TOLD]


def _end(nets: tuple[Network, Network], name: str) -> str:
    """A station by its own name, in whichever world has it."""
    return next((net.stops[name].title for net in reversed(nets) if name in net.stops), "outside")
