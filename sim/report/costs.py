"""What each boulder costs: its share of what all of them add, as dots with intervals, with what they do together."""

from __future__ import annotations

from sim.measures.words import change, change_range, number, range_of, spans_zero
from sim.report.dots import Dot, DotRow, Dots, dots_key
from sim.report.parts import WORDS, Figure, brief, capital, inside, joined, slug
from sim.report.reasons import boulder_titles
from sim.report.saved import Fact, Saved

__all__ = ["boulder_costs"]

_QUANTITIES = {
    "today": "as it stands", "lifted": "with every boulder lifted", "total": "what all add", "shapley": "share of it",
    "term": "lifted alone, or together beyond one by one",
}  # fmt: skip


def boulder_costs(saved: Saved) -> list[Figure]:
    """A plot for each headline, of the last period told apart; none where the run is no comparison of boulders."""
    rows = [row for row in saved.rows("boulders") if row["headline"] == "1"]
    if not rows:
        return _doses(saved)
    period = max((row["period"] for row in rows), key=lambda name: (name != "all", name))
    facts = {fact.id: fact for fact in saved.facts}
    ids = dict.fromkeys(row["id"] for row in rows if row["id"] in facts)
    found = [
        _figure(saved, facts[id], [row for row in rows if row["id"] == id and row["period"] == period], period)
        for id in ids
    ]
    return [figure for figure in found if figure is not None]


def _figure(saved: Saved, fact: Fact, rows: list[dict[str, str]], period: str) -> Figure | None:
    shares = [row for row in rows if row["quantity"] == "shapley" and row["mean"]]
    together = [row for row in rows if row["quantity"] == "term" and "+" in row["of"] and row["mean"]]
    if not shares:
        return None
    scale = 100.0 if fact.unit == "share" else 1.0
    unit = "percentage points" if fact.unit == "share" else fact.unit
    drawn = tuple(
        DotRow(
            boulder_titles(saved, row["of"]) + (": together, beyond one by one" if row in together else ""),
            (_dot(row, scale),),
        )
        for row in [*shares, *together]
    )
    when = "" if period == "all" else f", year {period}"
    clear = [row for row in shares if row["low"] and not spans_zero(float(row["low"]), float(row["high"]))]
    most = _most(saved, fact, clear)
    title = f"{most}: {inside(brief(fact.title, WORDS - len(most.split())))}"
    told = [
        f"{boulder_titles(saved, row['of'])}: {_amount(row, fact)}{_between(row, fact)}" for row in [*shares, *together]
    ]
    ranged = any(row["low"] for row in shares)
    caption = f"{fact.title}{when}: what each boulder adds, {unit}. Dot: mean."
    caption += " Line: 95% interval." if ranged else " Too few replications for an interval."
    description = f"What each boulder adds. {joined(told)}."
    header = ("What", "Of", "Mean", "95% interval", "Per cent of the total")
    table = [
        (
            capital(_QUANTITIES.get(row["quantity"], row["quantity"])),
            boulder_titles(saved, row["of"]) or "all",
            _amount(row, fact),
            _between(row, fact).strip(" ()") or "none",
            number(float(row["percent"]) / 100.0, "share") if row["percent"] else "",
        )
        for row in rows
    ]
    id = f"boulders-{fact.id}".replace(".", "-").replace("_", "-")
    plot = Dots(id, title, description, unit, tuple(drawn), ("what it adds",))
    return Figure(id, title, caption, description, plot.svg(), dots_key(plot.series, ranged), header, table)


def _most(saved: Saved, fact: Fact, clear: list[dict[str, str]]) -> str:
    """Of the boulders whose share is clear the one with the largest: it costs most, or lifting it hurts.

    The largest names the title whichever way it goes, so that no title is silent on a larger harm.
    """
    if not clear:
        return "Too few runs to tell" if saved.few else "No boulder's cost is clear"
    largest = max(clear, key=lambda row: abs(float(row["mean"])))
    name = boulder_titles(saved, largest["of"])
    worse = -1.0 if fact.direction == "higher is better" else 1.0
    return f"{name} costs most" if worse * float(largest["mean"]) > 0 else f"Lifting {inside(name)} hurts"


def _dot(row: dict[str, str], scale: float) -> Dot:
    low, high = (scale * float(row[key]) if row[key] else None for key in ("low", "high"))
    return Dot(scale * float(row["mean"]), low, high)


def _amount(row: dict[str, str], fact: Fact) -> str:
    value = float(row["mean"]) if row["mean"] else None
    plain = row["quantity"] in ("today", "lifted")
    return number(value, fact.unit, fact.decimals) if plain else change(value, fact.unit, fact.decimals)


def _between(row: dict[str, str], fact: Fact) -> str:
    if not row["low"]:
        return ""
    if row["quantity"] in ("today", "lifted"):
        return f" ({range_of(float(row['low']), float(row['high']), fact.unit, fact.decimals)})"
    return f" ({change_range(float(row['low']), float(row['high']), fact.unit, fact.decimals)})"


def _doses(saved: Saved) -> list[Figure]:
    """Of a run that lifts a boulder step by step: how each headline changes with its level."""
    rows = [row for row in saved.rows("doses") if row["headline"] == "1"]
    if not rows:
        return []
    period = max((row["period"] for row in rows), key=lambda name: (name != "all", name))
    facts = {fact.id: fact for fact in saved.facts}
    found = []
    for id in dict.fromkeys(row["id"] for row in rows if row["id"] in facts):
        fact = facts[id]
        scale, unit = (100.0, "percentage points") if fact.unit == "share" else (1.0, fact.unit)
        here = [row for row in rows if row["id"] == id and row["period"] == period and row["change"]]
        changes = [
            {"mean": row["change"], "low": row["change_low"], "high": row["change_high"], "quantity": "term"}
            for row in here
        ]
        table = [
            (f"level {float(row['level']):g}", _amount(one, fact), _between(one, fact).strip(" ()") or "none")
            for row, one in zip(here, changes, strict=True)
        ]
        if not table:
            continue
        said = " ".join(f"At {cells[0]}: {cells[1]} ({cells[2]})." for cells in table)
        dots = tuple(DotRow(cells[0], (_dot(one, scale),)) for cells, one in zip(table, changes, strict=True))
        last = table[-1]
        title = f"{brief(fact.title, 5)}: {last[1]} at {last[0]}"
        when = "" if period == "all" else f", year {period}"
        caption = f"{fact.title}{when}: change from as it stands, {unit}. Dot: mean. Line: 95% interval."
        name = f"doses-{slug(id)}"
        plot = Dots(name, title, said, unit, dots, ("change from as it stands",))
        header = ("Level of the boulder", "Change", "95% interval")
        found.append(Figure(name, title, caption, said, plot.svg(), dots_key(plot.series, True), header, table))
    return found
