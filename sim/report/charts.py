"""Charts as inline SVG: no script, no request, sharp in print, words and numbers readable by a screen reader.

A chart is drawn twice, wide and narrow, and the page's style sheet shows the one that fits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

__all__ = ["COLOURS", "DASHES", "Line", "LineChart", "drawing", "key", "keyed", "nice_ticks", "tick_text"]

COLOURS = ("#12436D", "#F46A25", "#801650", "#28A197")
"""Base first. Lines differ by dash as well: never by colour alone."""
DASHES = ("9 5", "", "2 4", "12 4 2 4")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Line:
    """One world's series: the median over replications, and the band of one such year where there is one."""

    name: str
    median: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True)
class LineChart:
    """At most four lines over time, from zero."""

    id: str
    title: str
    unit: str
    description: str
    """The text alternative: what the chart shows, in words."""
    times: tuple[float, ...]
    """Middle of each period, in days."""
    span: float
    """Days shown."""
    start: date | None
    lines: tuple[Line, ...]

    def shaded(self, index: int) -> bool:
        """Whether a line's band is drawn: of more than two, only the base's, for bands on bands cannot be read."""
        return bool(self.lines[index].low) and (index == 0 or len(self.lines) <= 2)

    def svg(self) -> Markup:
        """The chart in both sizes."""
        return Markup("{}{}").format(self._draw(860, 330, "wide"), self._draw(400, 260, "narrow"))

    def _draw(self, width: int, height: int, size: str) -> Markup:
        left, right, top, bottom = 58, width - 10, 30, height - 46
        peak = max((v for line in self.lines for v in (*line.median, *line.high) if math.isfinite(v)), default=1.0)
        ticks = nice_ticks(peak, 5)
        highest = ticks[-1]

        def x(day: float) -> float:
            return left + (right - left) * day / self.span

        def y(value: float) -> float:
            return bottom - (bottom - top) * value / highest

        parts = [
            Markup('<text class="axis" x="{}" y="{}">{}</text>').format(2, 15, self.unit),
        ]
        whole = all(tick == round(tick) for tick in ticks)
        for tick in ticks:
            css = "base" if tick == 0 else "grid"
            parts.append(
                Markup('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(
                    css, left, right, _f(y(tick)), _f(y(tick))
                )
            )
            parts.append(
                Markup('<text class="tick" text-anchor="end" x="{}" y="{}">{}</text>').format(
                    left - 8, _f(y(tick) + 4.5), tick_text(tick, whole)
                )
            )
        for day, label, strong in self._dates(narrow=size == "narrow"):
            parts.append(
                Markup('<line class="base" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>').format(
                    _f(x(day)), bottom, bottom + 5
                )
            )
            if label:
                anchor = "start" if x(day) < left + 12 else "end" if x(day) > right - 12 else "middle"
                for row, text in enumerate(label.split(" ")):
                    parts.append(
                        Markup('<text class="tick{}" text-anchor="{}" x="{}" y="{}">{}</text>').format(
                            " strong" if strong else "", anchor, _f(x(day)), bottom + 21 + 17 * row, text
                        )
                    )
        for index, line in enumerate(self.lines):
            if self.shaded(index):
                up = " ".join(f"{_f(x(t))},{_f(y(v))}" for t, v in zip(self.times, line.high, strict=True))
                down = " ".join(
                    f"{_f(x(t))},{_f(y(v))}" for t, v in reversed(list(zip(self.times, line.low, strict=True)))
                )
                parts.append(
                    Markup('<polygon class="band" fill="{}" points="{} {}"/>').format(COLOURS[index], up, down)
                )
        for index, line in reversed(list(enumerate(self.lines))):
            points = " ".join(f"{_f(x(t))},{_f(y(v))}" for t, v in zip(self.times, line.median, strict=True))
            parts.append(
                Markup('<polyline class="line" stroke="{}"{} points="{}"/>').format(
                    COLOURS[index],
                    Markup(' stroke-dasharray="{}"').format(DASHES[index]) if DASHES[index] else "",
                    points,
                )
            )
        return drawing(size, width, height, self.id, self.title, self.description, parts)

    def _dates(self, narrow: bool) -> list[tuple[float, str, bool]]:
        """(day, label, whether it names a year) of each tick on the axis of time."""
        if self.start is None or self.span < 45:
            ticks = [day for day in nice_ticks(self.span, 6) if day <= self.span]
            return [(day, tick_text(day) if day else "0 days", False) for day in ticks]
        months = []
        moment = self.start if self.start.day == 1 else _next_month(self.start)
        while (moment - self.start).days <= self.span:
            months.append(moment)
            moment = _next_month(moment)
        step = next(s for s in (1, 2, 3, 6, 12, 24, 60, 120) if len(months) / s <= (5 if narrow else 13))
        found = []
        for moment in months:
            shown = (moment.month - 1) % step == (months[0].month - 1) % step if step < 12 else moment.month == 1
            year = moment.month == 1 or moment == months[0]
            label = f"{_MONTHS[moment.month - 1]}{f' {moment.year}' if year else ''}" if shown else ""
            found.append((float((moment - self.start).days), label, year))
        return found


def key(chart: LineChart) -> Markup:
    """The key above a chart: how each line is drawn."""
    items = []
    for index, line in enumerate(chart.lines):
        dash = Markup(' stroke-dasharray="{}"').format(DASHES[index]) if DASHES[index] else ""
        shade = Markup("")
        if chart.shaded(index):
            shade = Markup('<rect class="band" width="44" height="16" fill="{}"/>').format(COLOURS[index])
        drawn = Markup('{}<line class="line" x1="0" x2="44" y1="8" y2="8" stroke="{}"{}/>')
        items.append((drawn.format(shade, COLOURS[index], dash), line.name))
    return keyed(items)


def keyed(items: Iterable[tuple[Markup, str]]) -> Markup:
    """The key above a picture: each mark, 44 by 16, and what it stands for."""
    row = Markup(
        '<li><svg width="44" height="16" viewBox="0 0 44 16" aria-hidden="true" focusable="false">{}</svg>{}</li>'
    )
    return Markup('<ul class="key">{}</ul>').format(Markup("").join(row.format(*item) for item in items))


def drawing(
    size: str, width: float, height: float, id: str, title: str, description: str, parts: Iterable[Markup],
    *, css: str = "", style: str = "",
) -> Markup:  # fmt: skip
    """A picture in one size, ``wide`` or ``narrow``, with its title and its words for who cannot see it."""
    return Markup(
        '<svg class="chart {size}{css}" viewBox="0 0 {w:.0f} {h:.0f}"{style} role="img" '
        'aria-labelledby="{id}-{size}-t {id}-{size}-d"><title id="{id}-{size}-t">{title}</title>'
        '<desc id="{id}-{size}-d">{desc}</desc>{parts}</svg>'
    ).format(
        size=size, css=f" {css}" if css else "", w=width, h=height, id=id, title=title, desc=description,
        style=Markup(' style="{}"').format(style) if style else "", parts=Markup("").join(parts),
    )  # fmt: skip


def nice_ticks(highest: float, about: int) -> list[float]:
    """Round numbers from 0 to at least ``highest``, about so many of them."""
    if not highest > 0:
        return [0.0, 1.0]
    raw = highest / about
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(m * size for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * size >= raw * 0.999)
    return [step * i for i in range(math.ceil(highest / step - 1e-9) + 1)]


def _next_month(moment: date) -> date:
    return (moment.replace(day=1) + timedelta(days=32)).replace(day=1)


def tick_text(value: float, whole: bool = True) -> str:
    """A number on an axis."""
    return f"{value:,.0f}" if whole or value == 0 else f"{value:,.2g}" if value < 1 else f"{value:,.1f}"


def _f(value: float) -> str:
    return f"{value:.1f}"
