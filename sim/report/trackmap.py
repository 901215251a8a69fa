"""The track map: where each stop and line of any operating model lies, and its drawing in the manner of a rail map.

Every track is an upright line with its stops in the order in which they are written; hospital and crisis lie across,
below. Width of a line tells how many people took it, in five steps. Drawn wide, and as a strip for a narrow screen.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sim.report.charts import drawing
from sim.report.network import LAST, Network, Stop, track_title

__all__ = ["STEPS", "Boulder", "TrackMap", "step_of", "steps"]

COLOURS = ("#12436D", "#1d7a72", "#801650", "#b5490f", "#3d4454", "#5b3a8c")
ACROSS = {"hospital": "#4a5262", "crisis": "#801650"}
STEPS = (1.5, 3.0, 5.5, 8.5, 12.0)
"""Widths of lines."""
MOST_LINES = 34
COLUMN, LEFT, TOP = 216.0, 56.0, 58.0
NAME = 163.0
"""Widest line of a stop's name."""
ROW, BAR_ROW = 15.0, 13.0
"""Height of a line of a name, and of a queue."""
BAR = 84.0
"""Longest bar of a queue."""
LANE = 6.0
"""Between lines that run side by side."""


@dataclass(frozen=True)
class Boulder:
    """Something laid on the tracks, by its number on the map."""

    number: int
    title: str
    stations: Sequence[str]
    there: bool
    """Whether it lies there in the world drawn."""


@dataclass(frozen=True)
class TrackMap:
    """One network, with the queues of up to two worlds at each stop: the base's and another's."""

    id: str
    title: str
    description: str
    net: Network
    queues: Sequence[tuple[str, Mapping[str, float]]]
    """(world, station -> people waiting), at most two; the last is the one drawn."""
    boulders: Sequence[Boulder]

    def svg(self) -> Markup:
        """The map in both sizes."""
        return Markup("{}{}").format(self._wide(), self._narrow())

    # where everything lies

    def upright(self) -> list[str]:
        """Tracks drawn as columns."""
        return [track for track in self.net.tracks if track not in LAST]

    def places(self) -> dict[str, tuple[float, float]]:
        """Middle of each stop in the wide drawing: as far apart as names and queues are tall.

        Neighbouring columns are staggered so that lines pass between.
        """
        found: dict[str, tuple[float, float]] = {}
        columns = self.upright()
        top = TOP + 16.0 * (max((len(_wrapped(track_title(one), NAME, 10.6)) for one in columns), default=1) - 1)
        bottom = top
        for place, track in enumerate(columns):
            y = top + 14.0 + 18.0 * (place % 3)
            for stop in self.net.tracks[track]:
                y += self._above(stop)
                found[stop.id] = (LEFT + COLUMN * place, y)
                y += self._below(stop)
            bottom = max(bottom, y)
        lanes = self._lanes(self.lines_between(found.keys() | self._lying()))
        for track in (track for track in LAST if track in self.net.tracks):
            stops = self.net.tracks[track]
            over = max((above for ends, (_, above) in lanes.items() if set(ends) & {s.id for s in stops}), default=-1)
            y = bottom + 34.0 + LANE * (over + 1) + max(self._above(stop) for stop in stops)
            step = COLUMN * max(1.0, (max(len(columns), 3) - 0.6) / (len(stops) + 0.4))
            for row, stop in enumerate(stops):
                found[stop.id] = (LEFT + COLUMN * 0.62 + step * row, y)
            bottom = y + max(self._below(stop) for stop in stops)
        return found

    def _lying(self) -> set[str]:
        """Stops of the tracks that lie across."""
        return {stop.id for track in LAST for stop in self.net.tracks.get(track, ())}

    def _above(self, stop: Stop) -> float:
        """Room above a stop: its name and its boulders."""
        return max(25.0, 7.0 + ROW * len(_wrapped(stop.title, NAME)))

    def _below(self, stop: Stop) -> float:
        """Room below a stop: its queues and the places kept."""
        return max(17.0, 11.0 + BAR_ROW * self._rows(stop))

    def _rows(self, stop: Stop) -> int:
        """Queues told at a stop, and the places kept."""
        return sum(found.get(stop.id, 0.0) >= 0.5 for _, found in self.queues) + (stop.kept >= 0.5)

    def size(self) -> tuple[float, float]:
        """Width and height of the wide drawing."""
        places = self.places().values()
        width = max((x for x, _ in places), default=0.0) + COLUMN - 12.0
        return max(width, LEFT + 2 * COLUMN), max((y for _, y in places), default=TOP) + 68.0

    def lines(self) -> list[tuple[str, str, float]]:
        """(from, to, people) of the busiest lines between stops, thinnest first."""
        return self.lines_between({stop.id for stops in self.net.tracks.values() for stop in stops})

    def lines_between(self, shown: Collection[str]) -> list[tuple[str, str, float]]:
        """The same between these stops."""
        found = [(a, b, n) for (a, b), n in self.net.flows.items() if a in shown and b in shown and a != b and n > 0]
        return sorted(found, key=lambda line: (-line[2], line[0], line[1]))[:MOST_LINES][::-1]

    # the wide drawing

    def _wide(self) -> Markup:
        width, height = self.size()
        places = self.places()
        bounds = steps(max(self.net.flows.values(), default=0.0))
        parts = [self._arrow()]
        lines = self.lines()
        lanes = self._lanes(lines)
        for line in lines:
            path = self._lane(places, line, lanes) if line[:2] in lanes else self._curve(places, line)
            parts.append(self._flow(line, path, bounds))
        for track, stops in self.net.tracks.items():
            parts.append(self._track(track, stops, places))
        longest = self._longest()
        for stops in self.net.tracks.values():
            parts += [self._stop(stop, *places[stop.id], bounds, longest) for stop in stops]
        return self._svg("wide", width, height, parts)

    def _svg(self, size: str, width: float, height: float, parts: Sequence[Markup]) -> Markup:
        style = f"max-width:{width * 1.1:.0f}px"
        return drawing(size, width, height, self.id, self.title, self.description, parts, css="map", style=style)

    def _arrow(self) -> Markup:
        return Markup(
            '<defs><marker id="{}-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" '
            'markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0 L8,4 L0,8 Z" fill="#1d2330"/></marker></defs>'
        ).format(self.id)

    def _colour(self, track: str) -> str:
        if track in ACROSS:
            return ACROSS[track]
        return COLOURS[self.upright().index(track) % len(COLOURS)]

    def _track(self, track: str, stops: Sequence[Stop], places: Mapping[str, tuple[float, float]]) -> Markup:
        (x1, y1), (x2, y2) = places[stops[0].id], places[stops[-1].id]
        colour = self._colour(track)
        if track in LAST:
            x1, x2 = LEFT - 34.0, max(x2 + COLUMN, self.size()[0]) - 60.0
            label = (x1, y1 - 14.0)
        else:
            y2 = max(y2, y1 + 24.0)
            label = (x1 - 12.0, TOP - 36.0)
            y1 = TOP - 36.0 + 16.0 * len(_wrapped(track_title(track), NAME, 10.6))
        dashed = Markup(' stroke-dasharray="14 7"') if track == "crisis" else ""
        rail = Markup('<line class="rail" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}"{}/>')
        return rail.format(x1, y1, x2, y2, colour, dashed) + Markup("").join(
            Markup('<text class="track" x="{:.1f}" y="{:.1f}" fill="{}">{}</text>').format(
                label[0], label[1] + 18.0 * row, colour, text
            )
            for row, text in enumerate(_wrapped(track_title(track), NAME, 10.6))
        )

    def _lanes(self, lines: Sequence[tuple[str, str, float]]) -> dict[tuple[str, str], tuple[int, int]]:
        """Lines between a track that lies across and an upright one: (place beside the upright, place above the other).

        They run along the one and up beside the other, each in a lane of its own.
        """
        found: dict[tuple[str, str], tuple[int, int]] = {}
        beside: dict[str, int] = {}
        above: dict[str, int] = {}
        for start, end, _ in sorted(lines, key=lambda line: -line[2]):
            tracks = [self.net.stops[name].track for name in (start, end)]
            if (tracks[0] in LAST) != (tracks[1] in LAST):
                across, other = (start, end) if tracks[0] in LAST else (end, start)
                column = self.net.stops[other].track
                found[start, end] = (beside.get(column, 0), above.get(across, 0))
                beside[column], above[across] = beside.get(column, 0) + 1, above.get(across, 0) + 1
        return found

    def _lane(
        self, places: Mapping[str, tuple[float, float]], line: tuple[str, str, float],
        lanes: Mapping[tuple[str, str], tuple[int, int]],
    ) -> str:  # fmt: skip
        start, end, _ = line
        beside, above = lanes[start, end]
        rising = self.net.stops[start].track in LAST
        (xa, ya), (xo, yo) = (places[start], places[end]) if rising else (places[end], places[start])
        gutter, lane = xo - 20.0 - LANE * min(beside, 8), ya - 28.0 - LANE * above
        turn = 12.0 if gutter >= xa else -12.0
        from_across = (
            f"{xa:.1f},{ya - 9.0:.1f} V{lane + 12.0:.1f} Q{xa:.1f},{lane:.1f} {xa + turn:.1f},{lane:.1f} "
            f"H{gutter - turn:.1f} Q{gutter:.1f},{lane:.1f} {gutter:.1f},{lane - 12.0:.1f} "
            f"V{yo + 10.0:.1f} Q{gutter:.1f},{yo:.1f} {gutter + 10.0:.1f},{yo:.1f} H{xo - 9.0:.1f}"
        )
        if rising:
            return f"M{from_across}"
        return (
            f"M{xo - 8.0:.1f},{yo:.1f} H{gutter + 10.0:.1f} Q{gutter:.1f},{yo:.1f} {gutter:.1f},{yo + 10.0:.1f} "
            f"V{lane - 12.0:.1f} Q{gutter:.1f},{lane:.1f} {gutter - turn:.1f},{lane:.1f} "
            f"H{xa + turn:.1f} Q{xa:.1f},{lane:.1f} {xa:.1f},{lane + 12.0:.1f} V{ya - 9.0:.1f}"
        )

    def _curve(self, places: Mapping[str, tuple[float, float]], line: tuple[str, str, float]) -> str:
        start, end, _ = line
        (x1, y1), (x2, y2) = places[start], places[end]
        tracks = [self.net.stops[name].track for name in (start, end)]
        if all(track in LAST for track in tracks) or (x1 == x2 and tracks[0] == tracks[1]):
            bow = 22.0 + 0.055 * (abs(y2 - y1) + abs(x2 - x1))
            bend = (x1, y1 + bow, x2, y2 + bow) if y1 == y2 else (x1 - bow, y1, x2 - bow, y2)
            side = (0.0, 8.0) if y1 == y2 else (-8.0, 0.0)
            x1, y1, x2, y2 = x1 + side[0], y1 + side[1], x2 + side[0], y2 + side[1]
        elif x2 > x1:
            reach = max(40.0, 0.5 * (x2 - x1))
            x1, x2 = x1 + 8.0, x2 - 9.0
            bend = (x1 + reach, y1, x2 - reach, y2)
        else:
            reach = max(40.0, 0.4 * (x1 - x2))
            x1, x2 = x1 - 8.0, x2 + 9.0
            bend = (x1 - reach, y1, x2 + reach, y2)
        return f"M{x1:.1f},{y1:.1f} C{','.join(f'{v:.1f}' for v in bend)},{x2:.1f},{y2:.1f}"

    def _flow(self, line: tuple[str, str, float], path: str, bounds: Sequence[float]) -> Markup:
        colour, width = self._colour(self.net.stops[line[0]].track), STEPS[step_of(line[2], bounds)]
        return Markup('<path class="flow" d="{}" stroke="{}" stroke-width="{}" marker-end="url(#{}-arrow)"/>').format(
            path, colour, width, self.id
        )

    def _longest(self) -> float:
        shown = {stop.id for stops in self.net.tracks.values() for stop in stops}
        return max((n for _, found in self.queues for name, n in found.items() if name in shown), default=0.0)

    def _stop(self, stop: Stop, x: float, y: float, bounds: Sequence[float], longest: float) -> Markup:
        door = self.net.flows.get(("", stop.id), 0.0)
        parts = []
        if door > 0:
            reach = 34.0 if stop.track not in LAST else 24.0
            start = (x - reach, y) if stop.track not in LAST else (x - 0.7 * reach, y - reach)
            parts.append(
                Markup('<line class="door" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke-width="{}" '
                       'marker-end="url(#{}-arrow)"/>').format(
                    *start, x - (9.0 if stop.track not in LAST else 6.0), y if stop.track not in LAST else y - 8.0,
                    STEPS[step_of(door, bounds)], self.id
                )
            )  # fmt: skip
        terminus = stop.kind == "exit"
        parts.append(
            Markup('<circle class="stop" cx="{:.1f}" cy="{:.1f}" r="{}" fill="{}"/>').format(
                x, y, 4.5 if terminus else 7.0, "#1d2330" if terminus else "#fff"
            )
        )
        rocks = [boulder for boulder in self.boulders if stop.id in boulder.stations]
        parts += [_rock(x - 17.0 * place, y - 15.5, boulder) for place, boulder in enumerate(rocks)]
        lying = stop.track in LAST
        rows = _wrapped(stop.title, NAME)
        top = y - (10.0 if lying else 3.0) - ROW * (len(rows) - 1)
        for row, text in enumerate(rows):
            parts.append(
                Markup('<text class="name" x="{:.1f}" y="{:.1f}">{}</text>').format(x + 14, top + ROW * row, text)
            )
        parts.append(self._bars(stop, x + 14.0, y + (10.0 if lying else 6.0), longest))
        return Markup("").join(parts)

    def _bars(self, stop: Stop, x: float, y: float, longest: float) -> Markup:
        """The queue of each world at a stop, and what is kept there."""
        parts = []
        for place, (_, found) in enumerate(self.queues):
            people = found.get(stop.id, 0.0)
            if people < 0.5:
                continue
            own = place == len(self.queues) - 1
            length = max(2.0, BAR * people / longest)
            parts.append(
                Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="7"/>').format(
                    "queue" if own else "queue before", x, y, length
                )
            )
            parts.append(
                Markup('<text class="many" x="{:.1f}" y="{:.1f}">{}</text>').format(
                    x + length + 5, y + 8, _people(people)
                )
            )
            y += BAR_ROW
        if stop.kept >= 0.5:
            parts.append(Markup('<text class="kept" x="{:.1f}" y="{:.1f}">{} places kept</text>').format(
                x, y + 9, _people(stop.kept)))  # fmt: skip
        return Markup("").join(parts)

    # the strip

    def _narrow(self) -> Markup:
        parts: list[Markup] = []
        longest = self._longest()
        stacked = max((sum(stop in one.stations for one in self.boulders) for stop in self.net.stops), default=0)
        rail = 24.0 + 20.0 * stacked
        y, width = 10.0, 380.0
        for track, stops in self.net.tracks.items():
            colour = self._colour(track)
            for text in _wrapped(track_title(track), width - 24.0, 10.6):
                y += 18.0
                parts.append(Markup('<text class="track" x="10" y="{:.1f}" fill="{}">{}</text>').format(
                    y, colour, text))  # fmt: skip
            y += 12.0
            first = y + 2.0
            drawn: list[Markup] = []
            last = y
            for stop in stops:
                names = _wrapped(stop.title, width - rail - 28.0)
                last = y + 12.0
                drawn.append(Markup('<circle class="stop" cx="{:.1f}" cy="{:.1f}" r="6" fill="#fff"/>').format(
                    rail, last))  # fmt: skip
                rocks = [boulder for boulder in self.boulders if stop.id in boulder.stations]
                drawn += [_rock(rail - 22.0 - 19.0 * place, last + 1.0, one) for place, one in enumerate(rocks)]
                for text in names:
                    y += 17.0
                    drawn.append(Markup('<text class="name" x="{:.1f}" y="{:.1f}">{}</text>').format(
                        rail + 16.0, y, text))  # fmt: skip
                drawn.append(self._bars(stop, rail + 16.0, y + 7.0, longest))
                y += 17.0 + BAR_ROW * self._rows(stop)
            dashed = Markup(' stroke-dasharray="14 7"') if track == "crisis" else ""
            parts.append(Markup(
                '<line class="rail" x1="{0:.1f}" x2="{0:.1f}" y1="{1:.1f}" y2="{2:.1f}" stroke="{3}"{4}/>'
            ).format(rail, first, max(last, first + 14.0), colour, dashed))  # fmt: skip
            parts += drawn
            y += 18.0
        return self._svg("narrow", width, y, parts)


def _rock(x: float, y: float, boulder: Boulder) -> Markup:
    """A boulder on the line: solid where it lies, hollow where this world has it lifted."""
    points = ((-9, 6), (-8, -3), (-4, -8), (4, -8), (8, -3), (9, 6))
    shape = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in points)
    return Markup(
        '<polygon class="rock{}" points="{}"/><text class="rock-number{}" x="{:.1f}" y="{:.1f}">{}</text>'
    ).format("" if boulder.there else " gone", shape, "" if boulder.there else " gone", x, y + 4.5, boulder.number)


def steps(most: float) -> tuple[float, ...]:
    """Four bounds between the five widths: 1, 3, 10 and 30 times a round number, so that few lines are the widest."""
    if most <= 0:
        return (1.0, 3.0, 10.0, 30.0)
    unit = 10.0 ** math.floor(math.log10(most / 30.0))
    return (unit, 3.0 * unit, 10.0 * unit, 30.0 * unit)


def step_of(people: float, bounds: Sequence[float]) -> int:
    """Which of the five widths a line of so many people has."""
    return sum(people >= bound for bound in bounds)


def _people(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:,.1f}"


_LETTER = 10.2
"""Of a stop's name, on average."""


def _long(text: str, letter: float) -> float:
    """About how wide a text is, in letters of this width; a generous guess, for no font is known here."""
    wide, narrow = sum(c in "MWmw@%" or ord(c) > 0x2E7F for c in text), sum(c in "iljtfrI.,:;'()[] 1" for c in text)
    return letter * (len(text) + 0.6 * wide - 0.45 * narrow + 0.2 * sum(c.isupper() for c in text))


def _short(text: str, most: float, letter: float) -> str:
    if _long(text, letter) <= most:
        return text
    while text and _long(f"{text}…", letter) > most:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _wrapped(text: str, most: float, letter: float = _LETTER) -> list[str]:
    """A name in at most two lines, none wider than this."""
    if _long(text, letter) <= most:
        return [text]
    words, first = text.split(" "), ""
    while words and _long(f"{first} {words[0]}".strip(), letter) <= most:
        first = f"{first} {words.pop(0)}".strip()
    if not first:
        return [_short(text, most, letter)]
    return [first, _short(" ".join(words), most, letter)]
