"""What drives the answer: headlines over the range of harm done by waiting, and chance against ignorance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.experiment.judged import not_settled
from sim.measures.words import change, change_range
from sim.report.answer import leading
from sim.report.dots import Dot, DotRow, Dots, dots_key
from sim.report.parts import Extra, Figure, bracketed, brief, inside, slug
from sim.report.saved import Fact, Saved, World

__all__ = ["Drives", "drives"]

_ENDS = (
    ("harm_low", "Least harm believed"), ("central", "As assumed"), ("harm_high", "Most harm believed"),
)  # fmt: skip


@dataclass(frozen=True)
class Drives:
    """What the ranges of the inputs do to differences; nothing where they were not run."""

    sentence: str
    figures: Sequence[Figure]
    tables: Sequence[Extra]


def drives(saved: Saved) -> Drives:
    """From ``uncertainty.csv``: the escalation assumption at both ends, and the share of the spread that is belief."""
    rows = [row for row in saved.rows("uncertainty") if row["base"]]
    if not rows:
        return Drives(
            "Not run here: the ranges of the inputs were not put through the model (compare with --uncertainty does). "
            "No tornado is drawn: which single assumption moves the answer most is not yet asked of the model.",
            [],
            [],
        )
    facts = {fact.id: fact for fact in saved.facts}
    figures, tables = [], []
    for number, world in enumerate(saved.worlds[1:], start=1):
        here = {row["id"]: row for row in rows if row["scenario"] == world.name and row["id"] in facts}
        told = [row for row in here.values() if facts[row["id"]].headline]
        figures += [_figure(fact, world, here[fact.id], number) for fact in leading(saved) if fact.id in here]
        tables.append(_table(saved, world, told, facts))
    unsettled = sum(_flips(row) for row in rows if row["id"] in facts and facts[row["id"]].headline)
    within = "within the ranges of the inputs"
    flips = (
        f"No headline would be judged otherwise {within}." if not unsettled
        else f"One headline is not settled: {within} it could be judged otherwise." if unsettled == 1
        else f"{unsettled} headlines are not settled: {within} they could be judged otherwise."
    )  # fmt: skip
    sentence = (
        f"What waiting does to people is the assumption that no study settles. {flips} No tornado is drawn: which "
        "other single assumption moves the answer most is not yet asked of the model."
    )
    return Drives(sentence, [figure for figure in figures if figure is not None], tables)


def _figure(fact: Fact, world: World, row: dict[str, str], number: int) -> Figure | None:
    scale = 100.0 if fact.unit == "share" else 1.0
    dots = []
    for key, title in _ENDS:
        mean, low, high = (float(row[name]) if row[name] else None for name in (key, f"{key}_low", f"{key}_high"))
        if mean is not None:
            ends = (None if low is None else scale * low), (None if high is None else scale * high)
            dots.append(DotRow(title, (Dot(scale * mean, *ends),), _verdict(row[f"{key}_verdict"])))
    if not dots:
        return None
    said_of = "the same verdict throughout" if row["settled"] == "yes" else "too few runs to tell"
    title = f"{brief(fact.title, 6)}: {'not settled' if _flips(row) else said_of}"
    unit = "percentage points" if fact.unit == "share" else fact.unit
    caption = (
        f"Difference made by {inside(world.label)}, {unit}, over the range of harm done by waiting. Line: 95% interval."
    )
    table = [(title_of, *_told(row, key, fact)) for key, title_of in _ENDS]
    said = " ".join(f"{cells[0]}: {cells[1]} ({cells[2]}), {cells[3]}." for cells in table)
    id = f"drives-{number}-{slug(fact.id)}"
    plot = Dots(id, title, said, unit, tuple(dots), (f"{world.label}, difference",))
    header = ("Harm done by waiting", "Difference", "95% interval", "Verdict")
    return Figure(id, title, caption, said, plot.svg(), dots_key(plot.series, True), header, table)


def _flips(row: dict[str, str]) -> bool:
    low, high, least, most = (
        float(row[key]) if row[key] else None for key in ("central_low", "central_high", "belief_low", "belief_high")
    )
    return not_settled({"yes": True, "no": False}.get(row["settled"]), (low, high), (least, most))


def _verdict(verdict: str) -> str:
    return {"tie": "cannot be told from none", "": "no interval"}.get(verdict, verdict)


def _told(row: dict[str, str], key: str, fact: Fact) -> tuple[str, str, str]:
    mean, low, high = (float(row[name]) if row[name] else None for name in (key, f"{key}_low", f"{key}_high"))
    between = change_range(low, high, fact.unit, fact.decimals) or "none"
    return change(mean, fact.unit, fact.decimals), between, _verdict(row[f"{key}_verdict"])


def _table(saved: Saved, world: World, rows: Sequence[dict[str, str]], facts: dict[str, Fact]) -> Extra:
    """Chance against ignorance, of each headline's difference."""
    told = []
    for row in rows:
        fact = facts[row["id"]]
        belief = change_range(
            float(row["belief_low"]) if row["belief_low"] else None,
            float(row["belief_high"]) if row["belief_high"] else None,
            fact.unit,
            fact.decimals,
        )
        share = f"{float(row['ignorance_share']):.0%}" if row["ignorance_share"] else "not told"
        settled = {"yes": "settled", "no": "not settled"}.get(row["settled"], "not told")
        central, between, _ = _told(row, "central", fact)
        central = bracketed(central, between if between != "none" else "") if row["central"] else "none"
        told.append((fact.title, central, belief or "none", share, settled))
    header = (
        "Difference", "With the inputs as assumed", "Within the inputs' ranges (5th to 95th)",
        "Spread that is ignorance", "Over the harm of waiting",
    )  # fmt: skip
    caption = f"Chance against ignorance: {inside(world.label)} less {inside(saved.worlds[0].label)}. {saved.brackets}"
    return Extra(caption, header, told)
