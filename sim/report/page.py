"""From a run folder to a page: its sections in order, and the file they make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sim.measures.words import one_such
from sim.report.answer import Answer, answer
from sim.report.changed import Changes, changes
from sim.report.evidence import Evidence, evidence
from sim.report.headlines import columns, headlines, measures
from sim.report.method import facts, question, reproduce
from sim.report.parts import Figure, Group, Table
from sim.report.saved import Saved
from sim.report.series import charts_note, figures
from sim.report.tracks import track_maps

__all__ = ["build"]

_SECTIONS = (
    ("headlines", "Headlines"), ("changed", "What was changed"), ("map", "The tracks"),
    ("charts", "Over time"), ("measures", "All measures"),
    ("evidence", "Assumptions and evidence"), ("trust", "How to read this"), ("reproduce", "How to reproduce this"),
)  # fmt: skip


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
    maps: Sequence[Figure]
    charts_note: str
    figures: Sequence[Figure]
    columns: Sequence[str]
    """Of the table of all measures."""
    measures: Sequence[Group]
    evidence: Evidence
    command: str
    reproduce: Sequence[tuple[str, str]]


def _page(saved: Saved, css: Markup) -> Page:
    manifest, worlds = saved.manifest, saved.worlds
    comparing = len(worlds) > 1
    return Page(
        css=css,
        version=manifest["versions"]["traintracks"],
        question=question(saved),
        about=worlds[-1].summary if len(worlds) <= 2 else "",
        illustrative=any(world.illustrative for world in worlds),
        comparing=comparing,
        such=one_such(worlds[0].days),
        replications=saved.summary["replications"],
        facts=facts(saved),
        answer=answer(saved),
        contents=[entry for entry in _SECTIONS if comparing or entry[0] != "changed"],
        headlines=headlines(saved),
        changes=[changes(saved, world) for world in worlds[1:]],
        maps=track_maps(saved),
        charts_note=charts_note(saved),
        figures=figures(saved),
        columns=columns(worlds),
        measures=measures(saved),
        evidence=evidence(saved),
        command=manifest["command"],
        reproduce=reproduce(saved),
    )
