"""From a run folder to a page: its sections in order, and the file they make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sim.measures.words import one_such
from sim.report.answer import Answer, answer, compared, leading
from sim.report.changed import Changes, changes
from sim.report.costs import boulder_costs
from sim.report.drives import Drives, drives
from sim.report.early import Warning_, warnings
from sim.report.evidence import Evidence, evidence
from sim.report.fit import Fit, fit
from sim.report.headlines import UNADJUSTED, columns, headlines, measures
from sim.report.levels import delays, waiting
from sim.report.lives import Lives, lives
from sim.report.method import facts, question, reproduce
from sim.report.money import Money, money, outturn
from sim.report.other import other
from sim.report.parts import Figure, Group, Table, capital, slug
from sim.report.questions import Question, questions
from sim.report.reasons import reasons
from sim.report.saved import Saved
from sim.report.series import charts_note, figures
from sim.report.surprises import surprises
from sim.report.tracks import across, track_maps
from sim.report.trust import GLOSSARY, NOT_IN_THE_MODEL, caveats, method

__all__ = ["bare", "build", "one_page"]

_SECTIONS = (
    ("headlines", "Headlines"), ("changed", "What was changed"), ("map", "The tracks"), ("charts", "Over time"),
    ("boulders", "What each boulder costs"), ("lives", "Whose lives change"), ("money", "Money"),
    ("early", "Early warning, and who can act"), ("drives", "What drives the answer"),
    ("trust", "How far to trust it"), ("questions", "Ten questions a board will ask"), ("measures", "All measures"),
    ("evidence", "Assumptions and evidence"), ("method", "Method, and how to do it again"),
)  # fmt: skip
_FILES = (
    "summary.json", "measures.csv", "differences.csv", "changes.csv", "stations.csv", "flows.csv", "outcomes.csv",
    "affected.csv", "journeys.csv", "over_time.csv", "pairing.csv", "uncertainty.csv", "money.csv", "boulders.csv",
    "doses.csv", "fit.csv",
    "inputs.csv", "daily.parquet",
)  # fmt: skip


def build(saved: Saved) -> str:
    """The report of a run as one self-contained page."""
    return _made("report.html.jinja", saved)


def one_page(saved: Saved) -> str:
    """What a board paper has room for, on one side of A4."""
    return _made("summary.html.jinja", saved)


def bare(folder: Path, kind: str, version: str) -> str:
    """The page of a run that compares no worlds."""
    environment, css = _environment()
    return environment.get_template("other.html.jinja").render(page=other(folder, kind, version, css)).lstrip()


def _made(template: str, saved: Saved) -> str:
    environment, css = _environment()
    return environment.get_template(template).render(page=_page(saved, css))


def _environment() -> tuple[Environment, Markup]:
    """The templates, and the style sheet that goes into every page."""
    loader = PackageLoader("sim.report")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["breakable"] = _breakable
    environment.filters["unbroken"] = _unbroken
    return environment, Markup(loader.get_source(environment, "report.css")[0])


def _breakable(path: str) -> Markup:
    """Words that may break after underscores, and after dots but in a number."""
    return Markup("<wbr>").join(re.split(r"(?<=_)|(?<=\.)(?!\d)", path))


_WHOLE = re.compile(r"\([^()]{1,24}\)|\d{1,2} [A-Z][a-z]+ \d{4}|× [\d.]+")


def _unbroken(cell: str) -> str:
    """A cell in which a date, a factor and what is in brackets stay on one line."""
    return _WHOLE.sub(lambda found: found[0].replace(" ", "\u00a0"), cell)


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
    unadjusted: str
    """That many comparisons are made; below the headlines and above all measures."""
    changes: Sequence[Changes]
    maps: Sequence[Figure]
    across: str
    """What lies across the tracks."""
    charts_note: str
    who_waits: Figure | None
    figures: Sequence[Figure]
    boulders: Sequence[Figure]
    reasons: Sequence[str]
    """Why lifting a boulder makes something worse."""
    lives: Sequence[Lives]
    money: Money | None
    warnings: Sequence[Warning_]
    delays: Figure | None
    drives: Drives
    fit: Fit | None
    surprises: Sequence[str]
    caveats: Sequence[str]
    missing: Sequence[str]
    questions: Sequence[Question]
    method: Sequence[tuple[str, str]]
    glossary: Sequence[tuple[str, str]]
    files: Sequence[str]
    also: Sequence[str]
    """Of each further section its first sentence: for the one page."""
    columns: Sequence[str]
    """Of the table of all measures."""
    measures: Sequence[Group]
    evidence: Evidence
    command: str
    reproduce: Sequence[tuple[str, str]]


def _page(saved: Saved, css: Markup) -> Page:
    manifest, worlds = saved.manifest, saved.worlds
    maps, boulders, followed, spent = track_maps(saved), boulder_costs(saved), lives(saved), money(saved)
    early, delayed, evident = warnings(saved), delays(saved), evidence(saved)
    missing = {
        "changed": len(worlds) == 1, "map": not maps, "boulders": not boulders, "lives": not followed,
        "money": spent is None, "early": not early and delayed is None,
    }  # fmt: skip
    net = " ".join(spent.sentences[:-1]) if spent is not None and len(worlds) == 2 else ""
    contents = [entry for entry in _SECTIONS if not missing.get(entry[0])]
    return Page(
        css=css,
        version=manifest["versions"]["traintracks"],
        question=question(saved),
        about=worlds[-1].summary if len(worlds) <= 2 else "",
        illustrative=any(world.illustrative for world in worlds),
        comparing=len(worlds) > 1,
        such=one_such(worlds[0].days),
        replications=saved.summary["replications"],
        facts=facts(saved),
        answer=answer(saved),
        contents=contents,
        headlines=headlines(saved),
        unadjusted=UNADJUSTED,
        changes=[changes(saved, world) for world in worlds[1:]],
        maps=maps,
        across=across(saved),
        charts_note=charts_note(saved),
        who_waits=waiting(saved),
        figures=figures(saved),
        boulders=boulders,
        reasons=reasons(saved),
        lives=followed,
        money=spent,
        warnings=early,
        delays=delayed,
        drives=drives(saved),
        fit=fit(saved),
        surprises=surprises(saved),
        caveats=caveats(saved, evident),
        missing=NOT_IN_THE_MODEL,
        questions=questions(
            saved,
            [id for id, _ in contents],
            net=net,
            lives=followed[0].sentences[0] if len(followed) == 1 else "",
        ),
        method=method(saved),
        glossary=GLOSSARY,
        also=_also(_leading(saved, boulders), followed, _money(saved, spent, net), early, _lost(saved, delayed)),
        files=[name for name in _FILES if (saved.folder / name).is_file()],
        columns=columns(worlds),
        measures=measures(saved),
        evidence=evident,
        command=manifest["command"],
        reproduce=reproduce(saved),
    )


def _leading(saved: Saved, boulders: Sequence[Figure]) -> list[Figure]:
    """Plots of what boulders cost in the measures that the answer is told by."""
    ids = [f"-{slug(fact.id)}" for fact in leading(saved)]
    return [figure for figure in boulders if figure.id.endswith(tuple(ids))]


def _also(
    boulders: Sequence[Figure], followed: Sequence[Lives], money: str, early: Sequence[Warning_], delayed: str,
) -> list[str]:  # fmt: skip
    said = [f"{'; '.join(figure.title for figure in boulders)}."] if boulders else []
    said += [one.sentences[0] for one in followed[:1]]
    said += [money] if money else []
    said += [sentence for one in early[:1] for sentence in one.sentences[: 1 if boulders else 2]]
    said += [delayed] if delayed else []
    return said or ["Only one world was run: nothing is compared."]


def _money(saved: Saved, spent: Money | None, net: str) -> str:
    """What is said of money where two worlds are compared, as in the third question; of more, the first alone."""
    if spent is None or len(saved.worlds) == 1:
        return ""
    return outturn(saved, net) if net else spent.sentences[0]


def _lost(saved: Saved, delayed: Figure | None) -> str:
    """What all the delay in hospital comes to beside the base, with its interval."""
    fact = next((one for one in saved.facts if one.id == "delayed_bed_days"), None)
    if delayed is None:
        return ""
    if fact is None or len(saved.worlds) != 2:
        return f"{delayed.title}."
    return f"{capital(compared(saved, fact, *saved.worlds))}."
