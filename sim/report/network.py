"""A world as a network, from its saved tables: stops on tracks, who went where, who waits and what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.report.parts import capital, worded
from sim.report.saved import Saved, World

__all__ = ["Network", "Stop", "network", "track_title"]

LAST = ("crisis", "hospital")
"""Tracks with a meaning of their own: drawn across, below the others."""


@dataclass(frozen=True)
class Stop:
    """A station on the map, with means over replications."""

    id: str
    title: str
    kind: str
    track: str
    came: float
    """People who joined in the period."""
    waiting: float
    """Mean over time."""
    kept: float
    """Places kept for want of a next step, mean over time."""


@dataclass(frozen=True)
class Network:
    """Stops by id in the order in which they are written, and people between them."""

    stops: Mapping[str, Stop]
    tracks: Mapping[str, Sequence[Stop]]
    """The tracks in order of their first stop, crisis and hospital last; exits on no track are left out."""
    flows: Mapping[tuple[str, str], float]
    """(from, to) -> people in the period; '' is outside."""


def network(saved: Saved, world: World) -> Network:
    """The network of one world."""
    values: dict[tuple[str, str], float] = {}
    for row in saved.station_rows:
        if row["scenario"] == world.name and row["quantity"] in ("joined", "waiting", "blocked") and not row["class"]:
            values[row["station"], row["quantity"]] = float(row["value"])
    stops = {
        one["id"]: Stop(
            one["id"], one["title"], one["kind"], one["track"],
            *(values.get((one["id"], quantity), 0.0) for quantity in ("joined", "waiting", "blocked")),
        )
        for one in world.stations
    }  # fmt: skip
    tracks: dict[str, list[Stop]] = {}
    for stop in stops.values():
        if stop.track or stop.kind != "exit":
            tracks.setdefault(stop.track, []).append(stop)
    order = [track for track in tracks if track not in LAST] + [track for track in LAST if track in tracks]
    flows = {
        (row["from"], row["to"]): float(row["people"]) for row in saved.rows("flows") if row["scenario"] == world.name
    }
    return Network(stops, {track: tracks[track] for track in order}, flows)


def track_title(track: str) -> str:
    """A track in words."""
    return capital(worded(track)) or "Stations"
