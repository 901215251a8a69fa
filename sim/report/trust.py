"""How far to trust a run: the caveats that matter most, what is not in the model, and how it was made."""

from __future__ import annotations

from collections.abc import Sequence

from sim.experiment.intervals import LEAST
from sim.report.evidence import Evidence
from sim.report.fit import amount, measured_in, off, said_off
from sim.report.parts import count, inside
from sim.report.saved import Saved

__all__ = ["GLOSSARY", "NOT_IN_THE_MODEL", "caveats", "method"]

NOT_IN_THE_MODEL = (
    "the quality of care, and what people themselves wanted",
    "family carers' own health, but as a circumstance of the person cared for",
    "mental health care beyond the Mental Health Act assessment",
    "people who pay for their own care, but as what they take of the market",
    "what holds people up on a ward alone (medicines, transport), but as part of the care transfer hub's time",
    "providers' prices and failures in answer to what a council does",
    "anything that nobody wrote into the scenario: a new policy, an outbreak, an election",
)
GLOSSARY = (
    ("Replication", "One simulated run of the period, with its own luck."),
    ("Compared with", "The world named first, whatever it is called: a scenario called baseline may be either side."),
    ("Paired difference", "The difference between worlds with the same people and the same luck in both."),
    (
        "95% interval",
        "Made so that 95 in 100 such intervals, each from a whole run of its own, hold the model's true mean. It "
        "covers luck alone: not whether the inputs are right.",
    ),
    ("One such year", "The range in which nine of ten simulated years lie."),
    ("Boulder", "Something on the tracks that holds people up, with a dial: 1 as it lies, 0 lifted."),
    ("Ready for discharge", "In a hospital bed without needing to be: no criteria to reside."),
    ("Place kept", "A bed or package held by someone who waits for the next step."),
    ("Caused by waiting", "Crises and admissions from the part of a hazard that runs only during a wait."),
    ("Grade", "How good the source of a number is, A to E; an assumption has none."),
)


def caveats(saved: Saved, evidence: Evidence) -> list[str]:
    """The three that matter most for this run."""
    found = []
    replications = saved.summary["replications"]
    if replications < LEAST:
        found.append(f"Only {count(replications, 'replication')}: too few to tell luck from effect.")
    found += _furthest(saved)
    found.append(
        f"{evidence.assumed:,} of {evidence.numbers:,} numbers rest on assumption alone, and only {evidence.ranged:,} "
        "have a range. What waiting does to people is the assumption that matters most: no study measures it."
    )
    if any(world.illustrative for world in saved.worlds):
        found.append("The place is illustrative: national rates for a place of its size, not a council's own data.")
    if not saved.believed:
        found.append(
            "Every interval here is of chance alone. The ranges of the inputs were not run through the model, so "
            "nothing is said of which assumption drives the answer."
        )
    found.append("Nothing here was compared with what happened: it is a model's estimate, not a forecast.")
    return found[:3]


def _furthest(saved: Saved) -> list[str]:
    """The line that lies furthest from its target, of those that are outside; none where none is."""
    rows = saved.rows("fit")
    first = next((world for world in saved.worlds if any(row["scenario"] == world.name for row in rows)), None)
    missed = [
        row for row in rows if first is not None and row["scenario"] == first.name and row["verdict"] == "outside"
    ]
    if first is None or not missed:
        return []
    row = max(missed, key=lambda one: abs(off(one, "simulated") or 0.0))
    say = "" if row["required"] == "1" else ", and this one has no say"
    between = f" ({amount(row, 'low')} to {amount(row, 'high')})" if row["low"] else ""
    return [
        f"The line furthest from what is published ({len(missed)} {'is' if len(missed) == 1 else 'are'} outside{say}): "
        f"{inside(row['title'])}, {amount(row, 'simulated')}{between} in {inside(first.label)} for "
        f"{amount(row, 'target')}{measured_in(row)}, {said_off(row)} (grade {row['grade']})."
    ]


def method(saved: Saved) -> Sequence[tuple[str, str]]:
    """The headings of STRESS-DES, each in a sentence or two."""
    base = saved.worlds[0]
    times = count(saved.summary["replications"], "replication")
    several = len(saved.worlds) > 1
    people = "the same people with the same luck live through every world" if several else "one world is run"
    stations = sum(entry["kind"] != "exit" for entry in base.stations)
    return (
        (
            "Objectives",
            "To tell what follows for people, waits, beds and money from stated assumptions, how sure that is, and how "
            "worlds differ. The measures are fixed by the catalogue before the run.",
        ),
        (
            "Logic",
            "People arrive one by one, wait, are helped by staff, beds and hours of limited capacity, and go on: "
            f"{count(stations, 'station')} wired as the track map shows. Waits may end in crisis, admission, "
            "withdrawal or death.",
        ),
        (
            "Data",
            "Every number with its range, source, grade and year is in the evidence tables; an assumption says so.",
        ),
        (
            "Experimentation",
            f"{times} of {base.days:,.4g} days after a warm-up of {base.warm_up_days:,.4g} days; {people}. Intervals "
            "are 95% t intervals over replications.",
        ),
        (
            "Implementation",
            "Python and SimPy; each draw of luck is a function of seed, replication, person and decision. The engine "
            "is checked against queueing theory (traintracks verify).",
        ),
        ("Code access", "Traintracks, MIT licence. The command, seed, versions and hashes are below."),
    )
