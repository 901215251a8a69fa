"""From a run folder to a page: what the template is told, and the file it makes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sim.experiment.inputs import Change, grouped
from sim.experiment.intervals import LEAST
from sim.measures.words import change, change_range, number, one_such, range_of
from sim.report.answer import Answer, answer, inside, there, verdict
from sim.report.charts import key
from sim.report.saved import Fact, Saved, World
from sim.report.series import Figure, figures, long_date

__all__ = ["build", "write"]

_SIDES = (("council", "Council side"), ("nhs", "NHS side"), ("both", "Both sides"))
_NOTHING = "not in this model"
_GRADES = {
    "A": "official statistic or peer-reviewed study, read at its publisher",
    "B": "the same in a report of it, or of medium confidence; matched-control study",
    "C": "lower confidence; a place's own figure without a control",
    "D": "asserted without a figure, or recalled with medium confidence",
    "E": "recalled with low confidence, planned or hoped for",
}
_NOUNS = {
    "demand": "Demand: who comes", "people": "People: age, need and circumstances", "doors": "Doors: where they enter",
    "stations": "Stations: effort, length and what comes next", "events": "Events while waiting and in care",
    "workforce": "Workforce: posts, absence and hiring", "staffing": "Staffing: who works where",
    "teams": "Teams", "pools": "Pools: beds and weekly hours", "market": "Provider market",
    "routes": "Priority between routes", "discharge_pull": "Staff pulled to discharge work",
    "profiles": "Profiles: how numbers vary over time", "stock": "People there at the start",
}  # fmt: skip


def write(folder: Path) -> Path:
    """Write ``report.html`` into a run folder, from its saved tables."""
    path = folder / "report.html"
    path.write_text(build(folder), encoding="utf-8", newline="\n")
    return path


def build(folder: Path) -> str:
    """The report of a run folder as one self-contained page."""
    environment = Environment(
        loader=PackageLoader("sim.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["breakable"] = _breakable
    css = environment.loader.get_source(environment, "report.css")[0] if environment.loader else ""
    return environment.get_template("report.html.jinja").render(page=_page(Saved(folder), Markup(css)))


def _breakable(path: str) -> Markup:
    """A path that may break after its dots and underscores."""
    return Markup("<wbr>").join(re.split(r"(?<=[._])", path))


@dataclass(frozen=True)
class Cell:
    text: str
    sub: str = ""
    big: bool = False
    verdict: str = ""
    tone: str = ""
    id: str = ""


@dataclass(frozen=True)
class Row:
    title: str
    cells: Sequence[Cell]
    unit: str = ""
    anchor: str = ""
    side: str = ""
    direction: str = ""
    field: str = ""
    definition: str = ""


@dataclass(frozen=True)
class Group:
    title: str
    rows: Sequence[Any]


@dataclass(frozen=True)
class Table:
    title: str
    note: str
    columns: Sequence[str]
    groups: Sequence[Group]


@dataclass(frozen=True)
class Changes:
    title: str
    note: str
    base: str
    name: str
    rows: Sequence[dict[str, str]]


@dataclass(frozen=True)
class Evidence:
    sentence: str
    grades: Sequence[tuple[str, str, int]]
    groups: Sequence[Group]


@dataclass(frozen=True)
class Drawn:
    chart: Any
    caption: str
    key: Markup
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Page:
    """All that the template says."""

    css: Markup
    version: str
    question: str
    about: str
    illustrative: bool
    comparing: bool
    such: str
    replications: int
    facts: Sequence[tuple[str, str]]
    answer: Answer
    contents: Sequence[tuple[str, str]]
    headlines: Sequence[Table]
    changes: Sequence[Changes]
    charts_note: str
    figures: Sequence[Drawn]
    columns: Sequence[str]
    """Of the table of all measures."""
    measures: Sequence[Group]
    """By where they stand on the tracks."""
    evidence: Evidence
    command: str
    reproduce: Sequence[tuple[str, str]] = field(default=())


def _page(saved: Saved, css: Markup) -> Page:
    manifest, worlds = saved.manifest, saved.worlds
    comparing = len(worlds) > 1
    found = figures(saved)
    drawn = [_drawn(figure) for figure in found]
    sections = [("headlines", "Headlines"), ("changed", "What was changed"), ("charts", "Over time"),
                ("measures", "All measures"), ("evidence", "Assumptions and evidence"), ("trust", "How to read this"),
                ("reproduce", "How to reproduce this")]  # fmt: skip
    return Page(
        css=css,
        version=manifest["versions"]["traintracks"],
        question=_question(saved),
        about=worlds[-1].summary if len(worlds) <= 2 else "",
        illustrative=any(world.illustrative for world in worlds),
        comparing=comparing,
        such=one_such(worlds[0].days),
        replications=saved.summary["replications"],
        facts=_facts(saved),
        answer=answer(saved),
        contents=[entry for entry in sections if comparing or entry[0] != "changed"],
        headlines=_headlines(saved),
        changes=[_changes(saved, world) for world in worlds[1:]],
        charts_note=_charts_note(saved, found[0].period if found else "period"),
        figures=drawn,
        columns=_columns(worlds),
        measures=_measures(saved),
        evidence=_evidence(saved),
        command=manifest["command"],
        reproduce=_reproduce(saved),
    )


def _drawn(figure: Figure) -> Drawn:
    return Drawn(figure.chart, figure.caption, key(figure.chart), figure.header, figure.rows)


def _question(saved: Saved) -> str:
    base, *others = saved.worlds
    if not others:
        return base.title
    if all(world.title == base.title for world in others):
        found = {row["path"] for row in saved.rows("changes")}
        return f"{base.title}, compared with the same with {_count(len(found), 'input')} changed"
    titles = [others[0].title, *(inside(world.title) for world in others[1:])]
    if len(titles) == 1:
        return f"{titles[0]}, compared with {inside(base.title)}"
    return f"{', '.join(titles[:-1])} and {titles[-1]}, each compared with {inside(base.title)}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _facts(saved: Saved) -> list[tuple[str, str]]:
    base = saved.worlds[0]
    facts = []
    if base.place:
        facts.append(("Place", base.place))
    if base.start:
        end = long_date(base.start, base.days - 1)
        facts.append(("Period", f"{long_date(base.start, 0)} to {end}"))
    else:
        facts.append(("Period", f"{base.days:,.4g} days"))
    if base.population.get("adults"):
        facts.append(("Adults", f"{base.population['adults']:,.0f}"))
    facts.append(("Replications", f"{saved.summary['replications']}, seed {saved.summary['seed']}"))
    facts.append(("Model version", f"Traintracks {saved.manifest['versions']['traintracks']}"))
    return facts


def _headlines(saved: Saved) -> list[Table]:
    base = saved.worlds[0]
    such = one_such(base.days)
    years = such.removeprefix("one such ")
    columns: tuple[str, ...]
    if len(saved.worlds) == 1:
        columns = ("Measure", base.label, such.capitalize())
        note = (
            "Mean over replications with its 95% interval (simulation error). "
            f"{such.capitalize()}: 5th to 95th percentile."
        )
        return [Table(base.label, note, columns, _groups(saved, base, None))]
    tables = []
    for world in saved.worlds[1:]:
        note = (
            "Means over replications; differences are between the same people in both worlds, taken before rounding, "
            f"with the 95% interval of their mean (simulation error). {such.capitalize()}: nine of ten simulated "
            f"{years}s with {inside(world.label)} lie there (5th to 95th percentile)."
        )
        if saved.summary["replications"] < LEAST:
            note = "Means over replications, too few for any range; differences are between the same people."
        columns = ("Measure", base.label, world.label, such.capitalize(), "Difference")
        title = f"{world.label} against {inside(base.label)}"
        tables.append(Table(title, note, columns, _groups(saved, base, world)))
    return tables


def _groups(saved: Saved, base: World, world: World | None) -> list[Group]:
    groups = []
    sided = {fact.side for fact in saved.facts if fact.headline} != {"both"}
    for side, title in _SIDES:
        facts = [fact for fact in saved.facts if fact.headline and fact.side == side]
        if facts:
            groups.append(Group(title if sided else "", [_headline(saved, fact, base, world) for fact in facts]))
    return groups


def _headline(saved: Saved, fact: Fact, base: World, world: World | None) -> Row:
    unit = "" if fact.unit in ("share", "people") else fact.unit
    if world is None:
        found = saved.measures[base.name, fact.id]
        cells = [_value(found, fact, big=True, id=f"{base.name}/{fact.id}"), Cell(_year(found, fact))]
    else:
        found = saved.measures[world.name, fact.id]
        cells = [
            _value(saved.measures[base.name, fact.id], fact, big=False, id=f"{base.name}/{fact.id}", interval=False),
            _value(found, fact, big=True, id=f"{world.name}/{fact.id}", interval=False),
            Cell(_year(found, fact)),
            _difference(saved, world, fact, f"{world.name}-{base.name}/{fact.id}"),
        ]
    return Row(fact.title, cells, unit=unit, anchor=f"headline-{fact.id}".replace(".", "-"))


def _value(found: dict[str, Any], fact: Fact, *, big: bool, id: str = "", interval: bool = True) -> Cell:
    text = number(found["mean"], fact.unit, fact.decimals, found.get("over")) if there(found) else _NOTHING
    sub = range_of(found["low"], found["high"], fact.unit, fact.decimals) if interval else ""
    return Cell(text, sub=sub, big=big, id=id)


def _year(found: dict[str, Any], fact: Fact) -> str:
    return range_of(found["p5"], found["p95"], fact.unit, fact.decimals, found.get("over")) or "too few replications"


def _difference(saved: Saved, world: World, fact: Fact, id: str = "") -> Cell:
    found = saved.differences[world.name, fact.id]
    said = verdict(found, fact)
    if not all(there(saved.measures[one.name, fact.id]) for one in (saved.worlds[0], world)):
        return Cell("none", sub="not measured in both", id=id)
    if found["mean"] is None:
        return Cell("not known", sub="not reached in every replication", id=id)
    interval = change_range(found["low"], found["high"], fact.unit, fact.decimals) or "too few for an interval"
    if found["low"] == found["high"] == 0.0:
        interval = "the same in every replication"
    return Cell(
        change(found["mean"], fact.unit, fact.decimals),
        sub=interval,
        big=bool(id),
        verdict=said[0],
        tone=said[1],
        id=id,
    )


def _columns(worlds: Sequence[World]) -> list[str]:
    differences = [f"Difference: {world.label}" if len(worlds) > 2 else "Difference" for world in worlds[1:]]
    return ["Measure", "Side", *(world.label for world in worlds), *differences]


def _measures(saved: Saved) -> list[Group]:
    groups: dict[str, list[Row]] = {}
    for fact in saved.facts:
        groups.setdefault(fact.group or "Stations", []).append(_measure(saved, fact))
    return [Group(title, rows) for title, rows in groups.items()]


def _measure(saved: Saved, fact: Fact) -> Row:
    cells = [_value(saved.measures[world.name, fact.id], fact, big=False) for world in saved.worlds]
    cells += [_difference(saved, world, fact) for world in saved.worlds[1:]]
    side = {"council": "Council", "nhs": "NHS", "both": "Both"}[fact.side]
    return Row(
        fact.title, cells, unit=fact.unit, side=side, direction=fact.direction, field=fact.field,
        definition=fact.definition + (f" Source: {fact.source}." if fact.source else ""),
    )  # fmt: skip


def _changes(saved: Saved, world: World) -> Changes:
    base = saved.worlds[0]
    saved_rows = [row for row in saved.rows("changes") if row["scenario"] == world.name]
    about = {row["evidence"]: _grounds(row) for row in saved_rows}
    found = grouped(
        Change(row["path"], row["from"], row["to"], row["evidence"], range=row["range"]) for row in saved_rows
    )
    rows = [
        {
            "title": _plain(change.path),
            "path": change.path,
            "count": f"{change.values} values" if change.values > 1 else "",
            "from": _worded(change.before),
            "to": _worded(change.after),
            "range": _worded(change.range) or "none given",
            "source": about[change.evidence],
        }
        for change in found
    ]
    laid = ", ".join(
        name if level == 1.0 else f"{name} at level {level:g}"
        for name, level in world.applied.items()
        if base.applied.get(name) != level
    )
    note = f"Laid on top: {laid}. " if laid else ""
    count = f"{_count(len(saved_rows), 'input')} differ{'s' if len(saved_rows) == 1 else ''}"
    return Changes(
        f"{world.label}: {count}", f"{note}Everything else is the same in both worlds, luck included.", base.label,
        world.label, rows,
    )  # fmt: skip


def _plain(path: str) -> str:
    """A path in words, without the noun it stands under: 'Acute stay: length, mean'."""
    noun, *parts = (part.replace("_", " ") for part in path.split("."))
    if not parts or parts[0] == "*":
        parts = [noun, *parts]
    head, *rest = [part for part in parts if part != "*"]
    return f"{head[:1].upper()}{head[1:]}" + (f": {', '.join(rest)}" if rest else "")


def _worded(text: str) -> str:
    """Numbers, dates and changes as people write them, out of the words of the language."""
    text = re.sub(r"(?<![\w.-])\d{4,}(?![\d-])", lambda found: f"{int(found[0]):,}", text)
    text = re.sub(r"\d{4}-\d\d-\d\d", lambda found: long_date(found[0], 0), text)
    text = re.sub(r", profile: \[(.*?)\]", lambda found: f" (profiles: {found[1].replace('_', ' ')})", text)
    text = re.sub(r", over (?=\d)", ", phased over ", text)
    return re.sub(r"(?<!\w)x (?=\d)", "\u00d7\u00a0", text)


def _grounds(row: dict[str, str]) -> str:
    """The source of a change: the register's, else as written."""
    if not row["source"]:
        return "assumption, no grade" if row["evidence"] == "assumption" else row["evidence"]
    year = row["year"] if row["year"] not in ("", "-") else ""
    rest = ", ".join(part for part in (year, f"grade {row['grade']}" if row["grade"] else "") if part)
    return f"{row['evidence']}: {row['source']}" + (f" ({rest})" if rest else "")


def _charts_note(saved: Saved, period: str) -> str:
    if saved.summary["replications"] >= 5:
        return (
            "Each line is the median over replications; the shading is where nine of ten simulated "
            f"{one_such(saved.worlds[0].days).removeprefix('one such ')}s fall in that {period}. "
            "Where the worlds are alike, their lines and shadings lie on each other. Every chart starts at zero."
        )
    return "Each line is the median over replications; too few were run to show a range. Every chart starts at zero."


def _evidence(saved: Saved) -> Evidence:
    rows = saved.rows("inputs")
    seen: dict[str, dict[str, str]] = {}
    for row in rows:
        seen.setdefault(row["path"], row)
    kinds = Counter(_kind(row) for row in seen.values())
    assumed = kinds["assumption"] + kinds["none"]
    sentence = (
        f"The model reads {len(seen):,} numbers here. {assumed:,} of them rest on assumption alone"
        + (f" and {len(seen) - assumed - kinds['own']:,} on evidence in the register" if len(seen) > assumed else "")
        + (f"; {kinds['own']:,} are the writer's own, quoted as given" if kinds["own"] else "")
        + f". {sum(bool(row['range']) for row in seen.values()):,} have a range, a 90% interval of belief; "
        "the rest have none yet and stand as single values."
    )
    grades = [(grade, meaning, kinds[grade]) for grade, meaning in _GRADES.items() if kinds[grade]]
    grades += [("own", "the scenario writer's own source", kinds["own"])] if kinds["own"] else []
    grades += (
        [("assumption", "no evidence: a working value with, where given, a wide range", assumed)] if assumed else []
    )
    groups: dict[str, list[dict[str, str]]] = {}
    for row in seen.values():
        noun = row["path"].split(".")[0]
        groups.setdefault(_NOUNS.get(noun, noun.replace("_", " ").capitalize()), []).append(_input(row))
    return Evidence(sentence, grades, [Group(title, found) for title, found in groups.items()])


def _kind(row: dict[str, str]) -> str:
    if row["grade"] in _GRADES:
        return row["grade"]
    if not row["evidence"]:
        return "none"
    return "assumption" if row["evidence"] == "assumption" else "own"


def _input(row: dict[str, str]) -> dict[str, str]:
    source = row["evidence"] or "assumption"
    if row["source"]:
        source = f"{row['evidence']}: {row['source']}"
    return {
        "path": row["path"],
        "value": _worded(row["text"]),
        "range": _worded(row["range"]) or "none",
        "source": source,
        "grade": row["grade"] or ("own" if _kind(row) == "own" else "assumed"),
        "year": row["year"] if row["year"] != "-" else "",
        "note": row["note"],
    }  # fmt: skip


def _reproduce(saved: Saved) -> list[tuple[str, str]]:
    rows = [("Seed", str(saved.summary["seed"])), ("Replications", str(saved.summary["replications"]))]
    for world in saved.worlds:
        if world.warm_up_days:
            rows.append((f"Warm-up, {world.name}", f"{world.warm_up_days:,.4g} days before the period, not counted"))
        rows.append((f"Resolved scenario, {world.name}", f"SHA-256 {world.sha256}"))
    rows += [(name, version) for name, version in saved.manifest["versions"].items()]
    return rows
