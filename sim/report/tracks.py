"""The section of the track map: a map for each alternative beside the base, in words and as tables too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from sim.measures.words import change, change_range, number, range_of
from sim.report.charts import keyed
from sim.report.network import LAST, Network, network, track_title
from sim.report.parts import WORDS, Extra, Figure, bracketed, brief, capital, count, inside, joined
from sim.report.saved import Saved, World
from sim.report.trackmap import STEPS, Boulder, TrackMap, steps

__all__ = ["across", "track_maps"]

_TOLD = 3
_MOST_ROWS = 60


def track_maps(saved: Saved) -> list[Figure]:
    """One map of a run; of a comparison one for each alternative, with the base's queues beside its own.

    A base with other stations than the alternative has a map to itself.
    """
    nets = {world.name: network(saved, world) for world in saved.worlds}
    base, *others = saved.worlds
    if not nets[base.name].tracks:
        return []
    if not others:
        return [_figure(saved, 1, base, nets, None)]
    found = []
    alike = all(nets[world.name].stops.keys() == nets[base.name].stops.keys() for world in others)
    if not alike:
        found.append(_figure(saved, 1, base, nets, None))
    for place, world in enumerate(others, start=2):
        same = nets[world.name].stops.keys() == nets[base.name].stops.keys()
        found.append(_figure(saved, place, world, nets, base if same else None))
    return found


def across(saved: Saved) -> str:
    """Of the tracks that lie across those that any world has: '; two lines lie across, hospital and crisis'."""
    found = {station["track"] for world in saved.worlds for station in world.stations}
    lying = [track for track in reversed(LAST) if track in found]
    if not lying:
        return ""
    return f"; {'two lines lie' if len(lying) > 1 else 'one line lies'} across, {joined(lying)}"


def _figure(saved: Saved, place: int, world: World, nets: dict[str, Network], base: World | None) -> Figure:
    net = nets[world.name]
    shown = [one for one in (base, world) if one is not None]
    queues = [(one.label, {name: stop.waiting for name, stop in nets[one.name].stops.items()}) for one in shown]
    boulders = _boulders(world, base)
    title = _title(world, net)
    drawn = TrackMap(f"map-{place}", title, _words(world, base, nets, boulders), net, queues, boulders)
    here = f" in {inside(world.label)}" if base else ""
    caption = f"Track map of {inside(world.label)}. Bars: people waiting, on average. "
    if many := len(drawn.lines()):
        caption += f"Lines: people in the period{here}, {f'the {many} busiest' if many > 1 else 'the only one'}. "
    if base and any(stop.kept >= 0.5 for stops in net.tracks.values() for stop in stops):
        caption += f"Places kept: those{here}. "
    caption += f"In the table: {inside(saved.brackets)}"
    header, rows = _stops(saved, shown, nets)
    told = [
        f"{boulder.number} {boulder.title}" + ("" if boulder.there else f" (lifted in {inside(world.label)}: hollow)")
        for boulder in boulders
    ]
    notes = (f"Boulders: {joined(told)}.",) if told else ()
    return Figure(
        drawn.id, title, caption, drawn.description, drawn.svg(), _key(drawn, shown), header, rows, notes,
        (_lines(saved, shown, nets),),
    )  # fmt: skip


def _title(world: World, net: Network) -> str:
    longest = max((stop for stops in net.tracks.values() for stop in stops), key=lambda stop: stop.waiting)
    if longest.waiting < 0.5:
        return f"{brief(world.label, WORDS - 5)}: no stop has a queue"
    label = brief(world.label, 5)
    return f"{label}: longest queue at {brief(longest.title, WORDS - 3 - len(label.split()))}"


def _boulders(world: World, base: World | None) -> list[Boulder]:
    """Boulders of the world, and those that only the base has."""
    found: dict[str, Boulder] = {}
    for one in (world, base):
        entries = (one.boulders or [e for e in one.laid if e.get("kind") == "boulder"]) if one is not None else ()
        for entry in entries:
            if entry["name"] not in found:
                there = one is world and entry["level"] > 0
                level = f" (level {entry['level']:g})" if there and entry["level"] != 1.0 else ""
                title = f"{entry.get('title', entry['name'])}{level}"
                found[entry["name"]] = Boulder(len(found) + 1, title, entry["stations"], there)
    return list(found.values())


def _words(world: World, base: World | None, nets: dict[str, Network], boulders: list[Boulder]) -> str:
    net = nets[world.name]
    tracks = joined([f"{track_title(track)} with {count(len(stops), 'stop')}" for track, stops in net.tracks.items()])
    said = [f"Map of {inside(world.label)}. The tracks: {tracks}."]
    stops = sorted((s for found in net.tracks.values() for s in found), key=lambda stop: -stop.waiting)
    queues = []
    for stop in stops[:_TOLD]:
        if stop.waiting >= 0.5:
            was = f", {nets[base.name].stops[stop.id].waiting:,.1f} in {inside(base.label)}" if base else ""
            queues.append(f"{stop.title} ({stop.waiting:,.1f} people{was})")
    said.append(f"The longest queues: {joined(queues)}." if queues else "No stop has a queue.")
    between = {key: n for key, n in net.flows.items() if key[0] in net.stops and key[1] in net.stops}
    busiest = sorted(between, key=lambda key: (-between[key], key))[:_TOLD]
    titles = {name: stop.title for name, stop in net.stops.items()}
    told = [f"{titles[a]} to {titles[b]} ({between[a, b]:,.0f} people)" for a, b in busiest]
    if told:
        said.append(f"The busiest lines: {joined(told)}.")
    for boulder in boulders:
        names = [net.stops[name].title for name in boulder.stations if name in net.stops]
        where = joined(names) if names else "no stop of its own"
        said.append(f"Boulder {boulder.title} {'lies at' if boulder.there else 'is lifted from'} {where}.")
    return " ".join(said)


_OF_A_STOP = (
    ("joined", "came in the period", 0), ("waiting", "waiting on average", 1), ("blocked", "places kept", 1),
)  # fmt: skip
"""(quantity of ``stations.csv``, words, decimals)."""


def _stops(saved: Saved, shown: list[World], nets: dict[str, Network]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """What came, waits and is kept at each stop, each mean and each difference with its interval."""
    found = {(row["scenario"], row["station"], row["quantity"]): row for row in saved.station_rows if not row["class"]}
    header = ["Stop", "Track"]
    for _, words, _ in _OF_A_STOP:
        header += [f"{world.label}: {words}" if len(shown) > 1 else capital(words) for world in shown]
        header += [f"Difference: {words}"] if len(shown) > 1 else []
    rows = []
    for track, stops in nets[shown[-1].name].tracks.items():
        for stop in stops:
            cells = [stop.title, track_title(track)]
            for quantity, _, decimals in _OF_A_STOP:
                told = [found.get((world.name, stop.id, quantity), {}) for world in shown]
                cells += [_mean(row, "value", decimals) for row in told]
                cells += [_changed(told, decimals)] if len(shown) > 1 else []
            rows.append(tuple(cells))
    return tuple(header), rows


def _lines(saved: Saved, shown: list[World], nets: dict[str, Network]) -> Extra:
    net = nets[shown[-1].name]
    found = {(row["scenario"], row["from"], row["to"]): row for row in saved.rows("flows")}
    keys = sorted(net.flows, key=lambda key: (-net.flows[key], key))
    rows = []
    for start, end in keys[:_MOST_ROWS]:
        ends = [net.stops[name].title if name in net.stops else "outside" for name in (start, end)]
        told = [found.get((world.name, start, end), {}) for world in shown]
        changed = [_changed(told, 0)] if len(shown) > 1 else []
        rows.append((*ends, *(_mean(row, "people", 0) for row in told), *changed))
    more = len(keys) - len(rows)
    note = f"; {more:,} smaller ones are in flows.csv" if more > 0 else ""
    caption = f"People between stops in the period, largest first{note}. {saved.brackets}"
    heads = [world.label for world in shown] + (["Difference"] if len(shown) > 1 else [])
    return Extra(caption, ("From", "To", *heads), rows)


def _mean(row: Mapping[str, str], key: str, decimals: int) -> str:
    """A mean with its interval, of what cannot be below none; 'none' where there is no such thing."""
    if not row:
        return "none"
    value, low, high = (float(row[name] or "nan") for name in (key, "low", "high"))
    return bracketed(number(value, "people", decimals), range_of(max(low, 0.0), high, "people", decimals))


def _changed(rows: Sequence[Mapping[str, str]], decimals: int) -> str:
    """A paired difference to the base with its interval; 'none' where either world has no such thing."""
    if not all(rows):
        return "none"
    value, low, high = (float(rows[-1].get(name) or "nan") for name in ("change", "change_low", "change_high"))
    return bracketed(change(value, "people", decimals), change_range(low, high, "people", decimals))


def _key(drawn: TrackMap, shown: list[World]) -> Markup:
    bounds = steps(max(drawn.net.flows.values(), default=0.0))
    items = []
    for place, world in enumerate(shown):
        css = "queue" if place == len(shown) - 1 else "queue before"
        bar = Markup('<rect class="{}" x="1" y="4" width="40" height="8"/>').format(css)
        items.append((bar, f"waiting, {inside(world.label)}"))
    names = [f"under {bounds[0]:,.10g}", *(f"from {bound:,.10g}" for bound in bounds)]
    line = Markup('<line class="flow" x1="0" x2="44" y1="8" y2="8" stroke="#12436D" stroke-width="{}"/>')
    items += [(line.format(width), f"{name} people") for width, name in zip(STEPS, names, strict=True)]
    rock = Markup('<polygon class="rock{}" points="13,15 14,6 18,1 26,1 30,6 31,15"/>')
    if any(one.there for one in drawn.boulders):
        items.append((rock.format(""), "boulder, by number"))
    if not all(one.there for one in drawn.boulders):
        items.append((rock.format(" gone"), "boulder lifted, by number"))
    return keyed(items)
