"""docs/practices.md, made from the document that ``traintracks practices --json`` prints; disagreements first.

``python -m sim.experiment.practices_page`` makes it again from the figures kept, where only words of the files changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.experiment.practices import SHARES, median_ratio, reworded
from sim.measures import CATALOGUE, Measure
from sim.measures.words import change, change_range, number, range_of

__all__ = ["claim_cells", "claim_rows", "follow_rows", "markdown", "medians", "ratio_cells", "rough", "share_heads"]

Entry = Mapping[str, Any]
_MEASURES = {measure.id: measure for measure in CATALOGUE}
_ORDER = ("does not agree", "cannot be told", "too few runs", "agrees", "set, proves nothing", "not in the model")
_SHARES = {"touched": "touched", "felt": "felt", "ended": "ends otherwise"}
_KINDS = {"input": "INPUT", "emergent": "EMERGENT"}


def markdown(document: Entry) -> str:
    """The whole page."""
    lines = [*_head(document), *_claims(document), *_follows(document), *_break_even(document), *_ratios(document)]
    lines += _all(document) + _notes()
    return "\n".join(lines) + "\n"


def _head(document: Entry) -> list[str]:
    return [
        "# Practices: what is claimed, and what the model gives",
        "",
        f"Made by `{document['command']}` on the Hull-sized place "
        f"(`{document['scenario']}`, {document['replications']} replications, seed {document['seed']}), over "
        f"{document['days']:.0f} days with each practice in full force since the warm-up of "
        f"{document['warm_up_days']:.0f} days began: how it starts is left to `compare`. The figures are kept in "
        "`docs/practices.json`, and a test holds this page to them and to the files. The place is illustrative. "
        "A practice lies in `scenarios/practices/` and is laid on with `apply:`; its `level` dials it.",
        "",
        "INPUT: a claim whose source is that of a change in the practice's file, or that the place itself is set to: "
        "it is set, and what the model gives proves nothing. EMERGENT: the model comes to a figure of its own. It "
        "agrees when the 95% interval of the model's figure meets the range of the claim. None of this says that a "
        "practice works: it says what follows if it does what its file assumes.",
        "",
        *([document["kept"], ""] if "kept" in document else []),
    ]


def _claims(document: Entry) -> list[str]:
    lines = [
        "## Every quantified claim, disagreements first",
        "",
        "| practice | what is claimed | grade | input or emergent | claimed | the model gives | so it | why |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [_row(cells) for cells in claim_rows(document)]
    beds = "`public_cost` counts a hospital bed day that is not needed at what it costs: capacity released, never cash."
    return [*lines, "", beds, ""]


def claim_rows(document: Entry) -> list[tuple[str, ...]]:
    """Practice, claim, grade, kind, claimed, what the model gives, verdict, why; disagreements first."""
    return [
        (
            f"{one['title']} ({one['place']})", f"{claim['said']} ({claim['evidence']})", claim["grade"],
            _KINDS.get(claim["kind"], ""), _claimed(claim), _model(claim), claim["verdict"], claim["note"],
        )
        for one, claim in _ordered(document)
    ]  # fmt: skip


def _ordered(document: Entry) -> list[tuple[Entry, Entry]]:
    """Every claim with its practice, disagreements first."""
    rows = [(one, claim) for one in document["practices"] for claim in one["claims"]]
    return sorted(rows, key=lambda row: (_ORDER.index(row[1]["verdict"]), row[0]["name"]))


def claim_cells(document: Entry) -> list[tuple[str, ...]]:
    """For the terminal: claim and place, kind, claimed, what the model gives, verdict; disagreements first."""
    return [
        (
            f"{one['place']}: {claim['said']}", _KINDS.get(claim["kind"], ""), _claimed(claim),
            _model(claim).replace("`", ""), claim["verdict"],
        )
        for one, claim in _ordered(document)
    ]  # fmt: skip


def ratio_cells(document: Entry) -> list[tuple[str, ...]]:
    """Practice, ratio of replications needed, ``SHARES`` of people; smallest ratio first."""
    rows: list[tuple[str, ...]] = []
    for one in sorted(document["practices"], key=_ratio):
        ratio = one["ratio"]
        said = "no difference at all" if ratio == "inf" else "" if ratio is None else rough(ratio)
        shares = ["" if one[key] is None else f"{one[key]:.1%}" for key in SHARES]
        rows.append((f"{one['title']} ({one['place']})", said, *shares))
    return rows


def share_heads() -> tuple[str, ...]:
    """Headings of the shares in ``ratio_cells``."""
    return tuple(_SHARES.values())


def rough(value: float) -> str:
    """Two significant figures: a ratio of variances from a few replications says no more."""
    return f"{float(f'{value:.1e}'):,.{0 if value >= 9.95 else 1}f}"


def _claimed(claim: Entry) -> str:
    if claim["claimed"] is None:
        return ""
    low, high = claim["claimed"]
    if claim["form"] == "ratio":
        return f"x {low:.2f} to {high:.2f}"
    measure = _MEASURES[claim["measures"][0]]
    decimals = max(1, measure.decimals)
    if claim["form"] == "change":
        return f"{change_range(low, high, measure.unit, decimals)} {_unit(measure.unit)}".strip()
    return f"{range_of(low, high, measure.unit, 3)} {_unit(measure.unit)}".strip()


def _model(claim: Entry) -> str:
    model = claim["model"]
    if model is None or model["mean"] is None:
        return ""
    measure = _MEASURES[claim["measures"][0]]
    decimals = max(2, measure.decimals)
    of = " + ".join(f"`{id}`" for id in claim["measures"])
    if claim["form"] == "ratio":
        between = "" if model["low"] is None else f" ({model['low']:.2f} to {model['high']:.2f})"
        return f"x {model['mean']:.2f}{between} of {of}"
    if claim["form"] == "change":
        between = change_range(model["low"], model["high"], measure.unit, decimals)
        said = change(model["mean"], measure.unit, decimals)
        return f"{said} ({between}) {_unit(measure.unit)} of {of}"
    was = _was(claim, measure, 3)
    said = number(model["mean"], measure.unit, 3)
    between = range_of(model["low"], model["high"], measure.unit, 3) if model["low"] is not None else ""
    return f"{said} ({between}), {was} without it; {of}"


def _unit(unit: str) -> str:
    return "" if unit in ("share", "people") else unit


def _follows(document: Entry) -> list[str]:
    lines = [
        "## What follows from each",
        "",
        "Against the place as it stands, in the same period. Only what can be told from no change (95%); not adjusted "
        "for how many were looked at.",
        "",
        "| practice | what changes |",
        "|---|---|",
    ]
    return [*lines, *(_row(cells) for cells in follow_rows(document)), ""]


def follow_rows(document: Entry) -> list[tuple[str, str]]:
    """Practice, and what clearly changes with it."""
    return [
        (f"{one['title']} ({one['place']})",
         "; ".join(_followed(found) for found in one["follows"]) or "nothing that can be told from chance")
        for one in document["practices"]
    ]  # fmt: skip


def _followed(found: Entry) -> str:
    measure = _MEASURES[found["id"]]
    decimals = 2 if measure.unit.startswith("£") else max(1, measure.decimals)
    said = change(found["mean"], measure.unit, decimals)
    between = change_range(found["low"], found["high"], measure.unit, decimals)
    unit = f" {_unit(measure.unit)}".rstrip()
    return f"{measure.title}: {said} ({between}){unit}, from {_was(found, measure, decimals)}"


def _was(found: Entry, measure: Measure, decimals: int) -> str:
    """What the place as it stands has, with its interval where the figures kept have one."""
    between = range_of(found.get("before_low"), found.get("before_high"), measure.unit, decimals)
    return number(found["before"], measure.unit, decimals) + (f" ({between})" if between else "")


def _break_even(document: Entry) -> list[str]:
    lines = [
        "## Break-even, where nobody has measured the effect",
        "",
        f"Their dials are assumptions whose range includes no effect, and {document['days']:.0f} days are short "
        "for what builds up over years. For what the model can cost, how many times the "
        "assumed size the effect would have to be for the council's net cost to be what it was, if net cost goes in "
        "proportion; for the rest, what the practice may cost a year at most at the assumed size. "
        "`traintracks size baseline --vary practices/NAME.effect --until 'net_cost_difference <= 0'` searches for it, "
        "with what the practice takes as it is written.",
        "",
        "| practice | grade | it takes, in the model | net cost to the council | break-even |",
        "|---|---|---|---|---|",
    ]
    for one in document["practices"]:
        found = one["break_even"]
        if found is None:
            continue
        takes = _pounds(found["takes"]) if found["takes"] else "not costed"
        cells = [f"{one['title']} ({one['place']})", one["grade"], takes, _pounds(found["net_cost"]), _even(found)]
        lines.append(_row(cells))
    return [*lines, "", "£ million a year, change from the place as it stands, with 95% intervals.", ""]


def _even(found: Entry) -> str:
    net, times = found["net_cost"], found["times"]
    if times:
        between = "" if times["low"] is None else f" ({max(0.0, times['low']):.1f} to {times['high']:.1f})"
        return f"at {times['mean']:.1f} times the assumed size{between}"
    if found["takes"] and found["takes"]["mean"] <= 0.0:
        return "what it takes costs the council nothing more here"
    if found["takes"]:
        return "cannot be told: the effect on net cost is within chance, or adds to it"
    if net["high"] is not None and net["high"] < 0.0:
        return f"it may cost £{-net['mean']:.2f} million a year at most"
    return "nothing to pay for it with: net cost does not fall beyond chance"


def _pounds(found: Entry) -> str:
    if found["mean"] is None:
        return ""
    between = change_range(found["low"], found["high"], "", 2)
    return f"{change(found['mean'], '', 2)} ({between})" if between else change(found["mean"], "", 2)


def _ratios(document: Entry) -> list[str]:
    primary = _MEASURES[document["primary"]]
    lines = [
        "## How many replications pairing saves",
        "",
        f"For `{primary.id}`: replications that independent worlds would need, over those that paired ones need, for "
        f"an interval as narrow; from {document['replications']} replications, so roughly. {medians(document)}",
        "",
        "Of people in both worlds who joined after the decision and are followed for 90 days. "
        + " ".join(f"*{heading}*: {SHARES[key]}." for key, heading in _SHARES.items())
        + " Most who are touched wait an hour or a day more or less, for somebody ahead of them in a queue goes "
        "another way: in a year, and in a place as full as this, what is done for a few touches many so.",
        "",
        f"| practice | ratio | {' | '.join(_SHARES.values())} |",
        "|---|---|---|---|---|",
    ]
    lines += [_row(cells) for cells in ratio_cells(document)]
    return [*lines, ""]


def medians(document: Entry) -> str:
    """The median ratio over practices that touch few people, by every way of counting, and over all."""
    few = f"under {document['few_people']:.0%} of people"
    told = []
    for key, words in (("touched", "touched"), ("felt", "who feel it"), ("ended", "who end otherwise")):
        found = document["medians"][key]
        ratio = "none" if not found["practices"] else _median(found["ratio"])
        told.append(f"over the {found['practices']} with {few} {words}: {ratio}")
    of_all = _median(median_ratio(document["practices"]))
    return f"Median ratio {'; '.join(told)}; over all {len(document['practices'])}: {of_all}."


def _median(ratio: float | None) -> str:
    return "cannot be told" if ratio is None else rough(ratio)


def _ratio(one: Entry) -> tuple[float, str]:
    ratio = one["ratio"]
    return (float("inf") if ratio in ("inf", None) else float(ratio), one["name"])


def _all(document: Entry) -> list[str]:
    lines = ["## Each practice: how it works here, what it needs, what nobody knows", ""]
    for one in document["practices"]:
        family = f"; family `{one['family']}`, whose levels add up to 1 at most" if one["family"] else ""
        lines += [
            f"**{one['title']}** ({one['place']}; `{one['name']}`; {', '.join(one['represents'])}; "
            f"grade {one['grade']}{family}). {_sentence(one['mechanism'])} Needs: {_sentence(_lower(one['needs']))} "
            f"Applied, it starts at the decision and is in full force after "
            f"{one['ramp']}. Nobody knows: {_sentence(_lower(one['unknown']))}",
            "",
        ]
    return lines


def _notes() -> list[str]:
    return [
        "## Notes, not dials",
        "",
        "Practice frameworks (SM44, Wales) and the Six Steps' measurement of performance (SM46) say how to work and "
        "what to count, without a figure that a model could take. What they count is in [measures.md](measures.md).",
    ]


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _lower(text: str) -> str:
    word = text.split(" ", 1)[0]
    return text if word.isupper() or any(c.isdigit() for c in word) else text[:1].lower() + text[1:]


def _row(cells: Sequence[str] | Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def remake(folder: Path) -> None:
    """Write practices.json and practices.md of a folder again: the figures kept, the words of the files as they are."""
    document = reworded(json.loads((folder / "practices.json").read_text("utf-8")))
    (folder / "practices.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
    (folder / "practices.md").write_text(markdown(document), "utf-8")


if __name__ == "__main__":
    remake(Path(__file__).parents[2] / "docs")
