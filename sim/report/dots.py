"""Dots with intervals, a row a thing, as inline SVG in two sizes; worlds differ by shape, never by colour alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sim.report.charts import COLOURS, drawing, keyed, nice_ticks, tick_text

__all__ = ["Dot", "DotRow", "Dots", "dots_key", "wrapped"]

_SHAPES = (
    '<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="6" fill="#fff" stroke="{c}"/>',
    '<rect class="dot" x="{l:.1f}" y="{t:.1f}" width="11" height="11" fill="{c}" stroke="{c}"/>',
    '<path class="dot" d="M{x:.1f},{t1:.1f} L{r:.1f},{b:.1f} L{l:.1f},{b:.1f} Z" fill="{c}" stroke="{c}"/>',
    '<path class="dot" d="M{x:.1f},{t1:.1f} L{r1:.1f},{y:.1f} L{x:.1f},{b1:.1f} L{l1:.1f},{y:.1f} Z" fill="#fff" '
    'stroke="{c}"/>',
)


@dataclass(frozen=True)
class Dot:
    """A value and its interval; an end that is None is not drawn."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class DotRow:
    """A thing and its dot in each series; None where a series has none."""

    title: str
    dots: tuple[Dot | None, ...]
    sub: str = ""


@dataclass(frozen=True)
class Dots:
    """At most four series over rows, on one axis that holds zero."""

    id: str
    title: str
    description: str
    unit: str
    rows: tuple[DotRow, ...]
    series: tuple[str, ...]

    def svg(self) -> Markup:
        """The plot in both sizes."""
        return Markup("{}{}").format(self._draw(860, 300.0, "wide"), self._draw(400, 14.0, "narrow"))

    def _draw(self, width: int, left: float, size: str) -> Markup:
        narrow = size == "narrow"
        step = 13.0 * len(self.series)
        named = [wrapped(row.title, 42 if narrow else 32) for row in self.rows]
        heights = [
            (20.0 * len(title) + (17.0 if row.sub else 0.0) + step + 12.0)
            if narrow
            else max(17.0 * len(title) + (16.0 if row.sub else 0.0), step) + 16.0
            for row, title in zip(self.rows, named, strict=True)
        ]
        right, top = width - 32.0, 30.0
        bottom = top + sum(heights)
        ends = [
            v for row in self.rows for dot in row.dots if dot for v in (dot.value, dot.low, dot.high) if v is not None
        ]
        least, most = min(0.0, *ends, 0.0), max(0.0, *ends, 0.0)
        ticks = nice_ticks(max(most, -least), 3 if narrow else 5)
        below = [-tick for tick in reversed(ticks) if tick > 0 and least < 0 and -tick > least - (ticks[1] - ticks[0])]
        ticks = [*below, *(tick for tick in ticks if tick <= 0 or (most > 0 and tick < most + (ticks[1] - ticks[0])))]
        if len(ticks) == 1:
            ticks.append(1.0)
        low, high = ticks[0], ticks[-1]
        whole = all(tick == round(tick) for tick in ticks)

        def label(tick: float) -> str:
            return ("\u2212" if tick < 0 else "") + tick_text(abs(tick), whole)

        def x(value: float) -> float:
            return left + (right - left) * (value - low) / (high - low)

        parts = [Markup('<text class="axis" x="{:.1f}" y="15">{}</text>').format(left, self.unit)]
        for tick in ticks:
            css = "base" if tick == 0 else "grid"
            anchor = "start" if narrow and tick == low else "end" if narrow and tick == high else "middle"
            parts.append(Markup('<line class="{}" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>').format(
                css, x(tick), x(tick), top - 6, bottom))  # fmt: skip
            parts.append(Markup('<text class="tick" text-anchor="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(
                anchor, x(tick), bottom + 18, label(tick)))  # fmt: skip
        y = top
        for row, title, height in zip(self.rows, named, heights, strict=True):
            at = y + 15.0
            for text in title:
                parts.append(Markup('<text class="row" x="{}" y="{:.1f}">{}</text>').format(2, at, text))
                at += 20.0 if narrow else 17.0
            if row.sub:
                parts.append(Markup('<text class="tick" x="2" y="{:.1f}">{}</text>').format(at - 2.0, row.sub))
                at += 17.0
            first = at - 6.0 if narrow else y + max(10.0, (height - 16.0 - step) / 2.0 + 10.0)
            parts += [
                self._dot(place, dot, x, first + 13.0 * place) for place, dot in enumerate(row.dots) if dot is not None
            ]
            y += height
            if row is not self.rows[-1]:
                parts.append(
                    Markup('<line class="grid" x1="0" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(width, y - 4, y - 4)
                )
        return drawing(size, width, bottom + 28.0, self.id, self.title, self.description, parts)

    def _dot(self, place: int, dot: Dot, x: Callable[[float], float], y: float) -> Markup:
        colour = COLOURS[place]
        whisker = Markup("")
        if dot.low is not None and dot.high is not None:
            line = Markup('<line class="whisker" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}" stroke="{}"/>')
            whisker = line.format(x(dot.low), x(dot.high), y, y, colour)
        return whisker + _shape(place, x(dot.value), y)


def _shape(place: int, x: float, y: float) -> Markup:
    return Markup(
        _SHAPES[place].format(
            x=x, y=y, c=COLOURS[place], l=x - 5.5, r=x + 5.5, t=y - 5.5, b=y + 5.0, t1=y - 6.5, b1=y + 6.5, l1=x - 6.5,
            r1=x + 6.5,
        )
    )  # fmt: skip


def dots_key(series: Sequence[str], whiskers: bool) -> Markup:
    """The key above a plot."""
    rows = []
    for place, name in enumerate(series):
        line = f'<line class="whisker" x1="2" x2="42" y1="8" y2="8" stroke="{COLOURS[place]}"/>'
        drawn = Markup(line if whiskers else "") + _shape(place, 22.0, 8.0)
        rows.append((drawn, name))
    return keyed(rows)


def wrapped(text: str, most: int) -> list[str]:
    """Lines of at most so many letters, three of them at most."""
    lines, words = [""], text.split(" ")
    for word in words:
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    lines = [line if len(line) <= most else line[: most - 1] + "…" for line in lines]
    return lines if len(lines) <= 3 else [*lines[:2], lines[2][: most - 1] + "…"]
