"""How a world lies beside published figures: what is simulated against each target and its tolerance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sim.experiment.intervals import LEAST
from sim.report.charts import drawing, keyed, nice_ticks
from sim.report.dots import wrapped
from sim.report.parts import Figure, capital, count, inside, joined
from sim.report.saved import Saved

__all__ = ["Fit", "amount", "fit", "fit_figures", "measured_in", "off", "said_off", "tally"]

MOST_ROWS = 18
"""In one chart: half a page of paper."""
_FURTHEST = 100.0
"""Per cent of the target at which the axis ends; what lies beyond is told in words."""
_COLOURS = {"inside": "#1b6e67", "outside": "#801650", "unsure": "#12436D"}
_SHAPES = {
    "inside": '<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="5.5" fill="{c}" stroke="{c}"/>',
    "outside": '<path class="dot" d="M{l:.1f},{t:.1f} L{r:.1f},{b:.1f} M{l:.1f},{b:.1f} L{r:.1f},{t:.1f}" '
    'fill="none" stroke="{c}"/>',
    "unsure": '<path class="dot" d="M{x:.1f},{t:.1f} L{r:.1f},{y:.1f} L{x:.1f},{b:.1f} L{l:.1f},{y:.1f} Z" '
    'fill="#fff" stroke="{c}"/>',
}
"""Verdict -> how it is drawn: a disc, a cross, an open diamond."""


@dataclass(frozen=True)
class Fit:
    """A world beside the targets of its place."""

    sentences: Sequence[str]
    figures: Sequence[Figure]


def fit(saved: Saved) -> Fit | None:
    """Of the base as it was run here; of the first world that has what the targets are about where the base has not."""
    found = saved.rows("fit")
    world = next((one for one in saved.worlds if any(row["scenario"] == one.name for row in found)), None)
    if world is None:
        return None
    rows = [row for row in found if row["scenario"] == world.name]
    said = (
        f"{world.label}, as it was run here, beside {count(len(rows), 'line')} of \u201c{rows[0]['targets']}\u201d: "
        f"{tally(rows, saved.summary['replications'])}"
    )
    notes = [
        said,
        "The place was set up to land on these figures. That one lies inside says that the starting point is "
        "plausible; it does not say that the model is right about what a change does, nor that it repeats a winter.",
    ]
    others = [one.label for one in saved.worlds if one is not world]
    if others:
        notes.append(f"Nothing is said here of {joined([inside(one) for one in others], 'or')}: what is only imagined "
                     "has no figures to land on.")  # fmt: skip
    return Fit(notes, fit_figures(rows, "fit-chart"))


def tally(rows: Sequence[dict[str, str]], replications: int) -> str:
    """How many lie inside, outside and unsure, of those with a say and of those without."""
    with_say, without = ([row for row in rows if row["required"] == say] for say in ("1", "0"))
    if replications < LEAST and all(row["verdict"] == "unsure" for row in rows):
        return f"too few replications ({replications}) to judge any of them."
    said = f"of {count(len(with_say), 'required line')}, {_verdicts(with_say)}" if without else _verdicts(with_say)
    more = f"; of {count(len(without), 'more line')} shown without a say, {_verdicts(without)}"
    return f"{said}{more if without else ''}."


def _verdicts(rows: Sequence[dict[str, str]]) -> str:
    found = Counter(row["verdict"] for row in rows)
    told = [f"{found[verdict]} {verdict}" for verdict in _SHAPES if found[verdict]]
    be = "is" if told and told[0].startswith("1 ") else "are"
    return (
        f"all {len(rows)} are inside" if found["inside"] == len(rows) > 1 else joined(told).replace(" ", f" {be} ", 1)
    )


def fit_figures(rows: Sequence[dict[str, str]], id: str) -> list[Figure]:
    """Charts of at most ``MOST_ROWS`` lines: those with a say first, then those without."""
    figures: list[Figure] = []
    for say, name in (("1", ""), ("0", "no say")):
        chosen = [row for row in rows if row["required"] == say]
        parts = -(-len(chosen) // MOST_ROWS)
        size = -(-len(chosen) // parts) if parts else 0
        for part in range(parts):
            of = ", ".join(text for text in (name, f"{part + 1} of {parts}" if parts > 1 else "") if text)
            shown = chosen[part * size : (part + 1) * size]
            figures.append(_figure(shown, f"{id}-{len(figures) + 1}" if figures else id, of))
    return figures


def _figure(rows: Sequence[dict[str, str]], id: str, part: str) -> Figure:
    title = _title(rows) + (f" ({part})" if part else "")
    caption = (
        "Simulated, in per cent above or below each target. Shaded: the tolerance. Line: 95% interval of the mean. "
        "Disc: inside; cross: outside; open diamond: unsure."
    )
    told = [
        f"{row['title']}: {amount(row, 'simulated')} for {amount(row, 'target')}{measured_in(row)}, {row['verdict']}."
        for row in sorted(rows, key=lambda row: (row["verdict"] == "inside", -abs(off(row, "simulated") or 0.0)))[:6]
    ]
    rest = f" And {count(len(rows) - 6, 'more line')} in the table." if len(rows) > 6 else ""
    words = f"{_verdicts(rows)}. Furthest first, those not inside before the rest. {' '.join(told)}{rest}"
    header = (
        "Line", "Target", "Unit", "Tolerance", "Simulated", "95% interval", "Off by", "Verdict", "Grade", "Source",
    )  # fmt: skip
    table = [
        (row["title"], amount(row, "target"), row["unit"], f"\u00b1{100 * float(row['tolerance']):.0f}%",
         amount(row, "simulated"), f"{amount(row, 'low')} to {amount(row, 'high')}" if row["low"] else "none",
         said_off(row), row["verdict"], row["grade"], row["source"])
        for row in rows
    ]  # fmt: skip
    key = keyed((_mark(verdict, 22.0, 8.0), verdict) for verdict in _SHAPES)
    words = capital(words)
    return Figure(id, title, caption, words, _draw(id, title, words, rows), key, header, table, worded=True)


def _title(rows: Sequence[dict[str, str]]) -> str:
    inside_ = sum(row["verdict"] == "inside" for row in rows)
    if all(row["verdict"] == "unsure" and not row["low"] for row in rows):
        return "Too few runs to judge the fit"
    if inside_ == len(rows):
        return f"All {len(rows)} inside tolerance" if len(rows) > 1 else "Its line is inside tolerance"
    return f"{inside_} of {len(rows)} inside tolerance"


def off(row: dict[str, str], what: str) -> float | None:
    """Per cent above or below the target."""
    return 100.0 * (float(row[what]) / float(row["target"]) - 1.0) if row[what] else None


def said_off(row: dict[str, str]) -> str:
    """The same in words."""
    found = off(row, "simulated")
    return "not in this model" if found is None else f"{found:+.0f}%".replace("-", "\u2212")


def amount(row: dict[str, str], what: str) -> str:
    """A figure of a line, to three digits; shares in per cent."""
    if not row[what]:
        return "none"
    value = float(row[what]) * (100.0 if row["unit"] == "share" else 1.0)
    return (f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}") + ("%" if row["unit"] == "share" else "")


def measured_in(row: dict[str, str]) -> str:
    """The unit of a line as it follows a figure; nothing after per cent."""
    return "" if row["unit"] == "share" else f" {row['unit']}"


def _mark(verdict: str, x: float, y: float) -> Markup:
    colour = _COLOURS[verdict]
    return Markup(_SHAPES[verdict].format(x=x, y=y, c=colour, l=x - 5.5, r=x + 5.5, t=y - 5.5, b=y + 5.5))


def _draw(id: str, title: str, words: str, rows: Sequence[dict[str, str]]) -> Markup:
    sizes = (("wide", 860, *_sized(rows, 860, 340.0)), ("narrow", 400, *_sized(rows, 400, 12.0)))
    return Markup("").join(
        drawing(size, width, height, id, title, words, parts) for size, width, height, parts in sizes
    )


def _sized(rows: Sequence[dict[str, str]], width: int, left: float) -> tuple[float, list[Markup]]:
    """Height and parts of the drawing in one size."""
    narrow = width < 500
    right, top = width - 118.0, 30.0
    ends = [value for row in rows for what in ("simulated", "low", "high") if (value := off(row, what)) is not None]
    ends += [sign * 100.0 * float(row["tolerance"]) for row in rows for sign in (-1.0, 1.0)]
    furthest = min(_FURTHEST, max(abs(end) for end in ends))
    ticks = nice_ticks(furthest, 2)
    most = ticks[-1]

    def x(value: float) -> float:
        return left + (right - left) * (max(-most, min(most, value)) + most) / (2 * most)

    named = [wrapped(row["title"], 44 if narrow else 38) for row in rows]
    heights = [(20.0 * len(name) + 26.0) if narrow else max(15.0 * len(name) + 8.0, 23.0) for name in named]
    bottom = top + sum(heights)
    parts = [Markup('<text class="axis" x="{:.1f}" y="15">per cent off the target</text>').format(left)]
    for tick in [*(-tick for tick in reversed(ticks[1:])), *ticks]:
        label = f"{tick:+,.0f}%".replace("-", "\u2212") if tick else "target"
        anchor = "start" if tick == -most and narrow else "middle"
        parts.append(Markup('<line class="{}" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>').format(
            "base" if tick == 0 else "grid", x(tick), x(tick), top - 4, bottom))  # fmt: skip
        parts.append(Markup('<text class="tick" text-anchor="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(
            anchor, x(tick), bottom + 17, label))  # fmt: skip
    y = top
    for row, name, height in zip(rows, named, heights, strict=True):
        at = y + 14.0
        for text in name:
            parts.append(Markup('<text class="row" x="2" y="{:.1f}">{}</text>').format(at, text))
            at += 20.0 if narrow else 15.0
        parts += _row(row, x, y + 20.0 * len(name) + 6.0 if narrow else y + height / 2.0 - 1.0, most)
        y += height
    return bottom + 26.0, parts


def _row(row: dict[str, str], x: Callable[[float], float], y: float, most: float) -> list[Markup]:
    """The tolerance, the interval and the mark of a line, and its verdict in words."""
    wide = 100.0 * float(row["tolerance"])
    found: list[Markup] = [Markup('<rect class="tolerance" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="15"/>').format(
        x(-wide), y - 7.5, x(wide) - x(-wide))]  # fmt: skip
    mean, low, high = (off(row, what) for what in ("simulated", "low", "high"))
    verdict = row["verdict"]
    if low is not None and high is not None:
        found.append(Markup(
            '<line class="whisker" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}" stroke="{}"/>'
        ).format(x(low), x(high), y, y, _COLOURS[verdict]))  # fmt: skip
    if mean is not None:
        found.append(_mark(verdict, x(mean), y))
    beyond = "" if mean is None or abs(mean) <= most else f" {mean:+,.0f}%".replace("-", "\u2212")
    said = f"{verdict}{beyond}" if mean is not None else "not here"
    text = Markup('<text class="tick" x="{:.1f}" y="{:.1f}">{}</text>')
    found.append(text.format(x(most) + 14.0, y + 4.5, said))
    return found
