"""Every claim of a practice set against what the model gives, on the same people.

Practices are in force from the beginning of the run, in full: what they lead to is judged, not how they begin. One job
is a replication of the scenario as it stands and with each practice in turn. A practice nobody has measured is
run a second time with what it takes and without what it does: from the two, how large its effect would have to be for
the council to get its money back, if net cost goes in proportion.

``practices.csv``, a row a claim: practice, place, grade, claim, kind, evidence, form (after, ratio, change),
claimed_low, claimed_high, mean, low, high (of the model, 95% t interval), verdict.
"""

from __future__ import annotations

import gc
import math
import shlex
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.experiment.intervals import Summary, summarise, t_interval
from sim.experiment.jobs import each
from sim.experiment.judged import pairing, primary_of
from sim.experiment.pairing import Tally, Window, tally
from sim.experiment.replication import uncollected
from sim.experiment.tables import comma_separated
from sim.experiment.worlds import Mismatch
from sim.measures import CATALOGUE, Measure, MeasureInput, Setting
from sim.measures.outcomes import outcomes
from sim.scenario import Scenario, ScenarioError, load
from sim.scenario.practices import Claim, Practice, costs_only, practices
from sim.scenario.problems import Problems
from sim.world import compile, simulate

__all__ = ["FEW_PEOPLE", "FOLLOWS", "SET", "SHARES", "evaluate", "median_ratio", "probe", "reworded", "table"]

Floats = npt.NDArray[np.float64]
NAN = float("nan")
FEW_PEOPLE = 0.05
"""A practice that touches a smaller share of people at all has outcomes that only pairing can tell from chance."""
FOLLOWS = (
    "repeat_contact_12_weeks", "share_to_assessment", "waiting_assessment", "waiting_therapy", "waiting_reablement",
    "waiting_care", "crises", "hospital_admissions", "delayed_bed_days", "caused_by_waiting",
    "new_long_term_clients_per_100000", "at_home_to_care_home", "home_care_package_size", "home_care_hours",
    "care_homes_open", "net_cost", "nhs_cost",
)  # fmt: skip
"""What is told to follow from a practice: people who come back, waits, harm, hospital, the mix of packages, money."""
SET = "set, proves nothing"
"""The verdict of a claim that the practice puts in, or that the place itself is set to."""
_NET = "net_cost"
SHARES: Mapping[str, str] = {
    "touched": "anything of their own journey is another: a station, or a time by however little",
    "felt": "served at other stations, or waited a week less or more",
    "ended": "another outcome at the end of the run",
}
"""Of people in both worlds who joined after the decision and are followed for 90 days, as ``compare`` counts them."""


@dataclass(frozen=True)
class _Found:
    """One replication: (world, measure), and by world the share of those in both worlds who are touched."""

    values: Floats
    shares: dict[str, Floats]
    """``SHARES`` of people, by world."""


class _Bench:
    """Worlds, compiled one at a time where they are run, for there are many; and the measures wanted of them."""

    def __init__(self, worlds: Sequence[Scenario], seed: int, wanted: Sequence[str]) -> None:
        self.seed = seed
        self.measures = [measure for measure in CATALOGUE if measure.id in wanted]
        self.worlds = worlds
        self.window = Window.of(worlds[0])
        gc.collect()
        gc.freeze()

    def run(self, replication: int) -> _Found:
        """One replication of every world."""
        values: list[list[float]] = []
        shares: list[dict[str, float]] = []
        base = None
        for world in self.worlds:
            with uncollected():
                setting = Setting.of(world)
                log = simulate(compile(world), seed=self.seed, replication=replication)
                view = MeasureInput(log, setting)
                values.append([measure.function(view) for measure in self.measures])
                people = outcomes(log, setting, self.window.since)
                base = base or people
                shares.append(_shares(tally(base, people, self.window)))
                del log, view
        return _Found(np.array(values), {key: np.array([one[key] for one in shares]) for key in SHARES})


def _shares(found: Tally) -> dict[str, float]:
    """``SHARES`` of one world."""
    cells = [(a != b, n) for (who, band, _, a, b), n in found.cells.items() if (who, band) == ("both", "all")]
    everyone = sum(n for _, n in cells)
    counts = {key: found.sums.get(("both", "all", "", key), 0.0) for key in ("touched", "felt")}
    counts["ended"] = sum(n for another, n in cells if another)
    return {key: n / everyone if everyone else NAN for key, n in counts.items()}


def evaluate(
    scenario: str = "baseline",
    names: Sequence[str] = (),
    *,
    sets: Sequence[str] = (),
    seed: int | None = None,
    replications: int | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Run the scenario with each practice (or those named) and judge every claim; the document of ``--json``.

    Raises ``ScenarioError``, or ``Mismatch`` for a claim of a measure there is none of, before anything runs.
    """
    began = time.perf_counter()
    chosen = [one for one in practices() if not names or one.name in names or Path(one.name).name in names]
    for one in chosen:
        for claim in one.claims:
            if unknown := [id for id in claim.measures if id not in _MEASURES]:
                raise Mismatch(f"{one.name}: claims.{claim.id}: there is no measure `{unknown[0]}`; docs/measures.md")
    common: dict[str, Any] = {"steady": True, "seed": seed, "replications": replications}
    base = load(scenario, sets, settled=True, **common)
    worlds, places, problems = [base], {}, Problems()
    with tempfile.TemporaryDirectory() as folder:
        for one in chosen:
            bare = None if one.measured else costs_only(one.name, Path(folder))
            for name, overlay in ((one.name, one.name), (f"{one.name} costs", bare)):
                if overlay is not None and not (problems.found and overlay is bare):
                    places[name] = len(worlds)
                    try:
                        worlds.append(load(scenario, sets, apply={overlay: 1.0}, **common))
                    except ScenarioError as error:
                        for problem in error.problems:
                            problems.add(*problem)
    problems.stop_if_any()
    primary = primary_of(CATALOGUE, None)
    wanted = {id for one in chosen for claim in one.claims for id in claim.measures} | {*FOLLOWS, primary}
    make = partial(_Bench, worlds, base.run.seed, sorted(wanted))
    found: dict[int, _Found] = {}
    report = progress or (lambda done, total: None)
    report(0, base.run.replications)
    for replication, outcome in each(make, range(base.run.replications), workers):
        found[replication] = outcome
        report(len(found), base.run.replications)
    values = np.array([found[r].values for r in range(base.run.replications)])
    shares = {key: np.array([found[r].shares[key] for r in range(base.run.replications)]) for key in SHARES}
    ids = [measure.id for measure in CATALOGUE if measure.id in wanted]
    judged = _Judged(values, shares, ids, places, primary)
    entries = [judged.entry(one) for one in chosen]
    return {
        "schema": 1,
        "kind": "practices",
        "command": _command(scenario, names, sets, base.run.seed, base.run.replications),
        "scenario": base.name,
        "sets": list(sets),
        "seed": base.run.seed,
        "replications": base.run.replications,
        "days": base.run.length / base.day,
        "warm_up_days": base.run.warm_up / base.day,
        "primary": primary,
        "practices": entries,
        "few_people": FEW_PEOPLE,
        "medians": {key: _median(entries, key) for key in SHARES},
        "probe": judged.probe(),
        "seconds": round(time.perf_counter() - began, 1),
    }


def _command(scenario: str, names: Sequence[str], sets: Sequence[str], seed: int, replications: int) -> str:
    """What makes the document again."""
    words = ["traintracks", "practices", *names, *(["--base", scenario] if scenario != "baseline" else [])]
    for one in sets:
        words += ["--set", one]
    return shlex.join([*words, "--replications", str(replications), "--seed", str(seed)])


def _median(entries: Sequence[dict[str, Any]], share: str) -> dict[str, Any]:
    """Median ratio over the practices of which this share of people is small."""
    few = [one for one in entries if one[share] is not None and one[share] < FEW_PEOPLE]
    return {"practices": len(few), "ratio": median_ratio(few)}


def median_ratio(entries: Sequence[dict[str, Any]]) -> float | None:
    """Median ratio of replications needed; one that is infinite (no difference at all) counts as the largest."""
    ratios = [math.inf if one["ratio"] == "inf" else one["ratio"] for one in entries if one["ratio"] is not None]
    found = float(np.median(ratios)) if ratios else NAN
    return found if math.isfinite(found) else None


class _Judged:
    """What every replication gave, by world and measure."""

    def __init__(
        self,
        values: Floats,
        shares: dict[str, Floats],
        ids: Sequence[str],
        places: dict[str, int],
        primary: str,
    ) -> None:
        self.values = values
        self.shares = shares
        self.ids = list(ids)
        self.places = places
        self.primary = primary

    def of(self, world: int, id: str) -> Floats:
        """One value a replication."""
        column: Floats = self.values[:, world, self.ids.index(id)]
        return column

    def probe(self) -> dict[str, float | None]:
        """What replication 0 of the scenario as it stands gave, so that a figure kept can be told from a stale one."""
        return {id: _number(float(self.of(0, id)[0])) for id in self.ids}

    def entry(self, one: Practice) -> dict[str, Any]:
        """Everything about one practice."""
        world = self.places[one.name]
        paired = pairing(self.of(0, self.primary), self.of(world, self.primary)).variance_ratio
        return {
            **_said(one),
            "fingerprint": one.fingerprint,
            **{key: _number(float(np.mean(share[:, world]))) for key, share in self.shares.items()},
            "ratio": "inf" if math.isinf(paired) else None if math.isnan(paired) else paired,
            "claims": [self._claim(claim, world) for claim in one.claims],
            "follows": [told for id in FOLLOWS if (told := self._follows(id, world)) is not None],
            "break_even": None if one.measured else self._break_even(one),
        }

    def _claim(self, claim: Claim, world: int) -> dict[str, Any]:
        before = sum((self.of(0, id) for id in claim.measures), np.zeros(len(self.values)))
        after = sum((self.of(world, id) for id in claim.measures), np.zeros(len(self.values)))
        told = {"after": after, "change": after - before}.get(claim.form, np.full(len(after), NAN))
        if claim.form == "ratio":
            with np.errstate(invalid="ignore", divide="ignore"):
                told = after / before
        found = summarise(told) if claim.form else Summary(NAN, NAN, NAN, NAN, NAN)
        return {
            **_claimed(claim),
            **(_before(before) if claim.form else {"before": None}),
            "model": _numbers(found) if claim.form else None,
            "verdict": _verdict(claim, found),
        }

    def _follows(self, id: str, world: int) -> dict[str, Any] | None:
        """How a measure changes; None where it cannot be told from no change."""
        found = summarise(self.of(world, id) - self.of(0, id))
        tie = not math.isfinite(found.low) or found.low <= 0.0 <= found.high
        if tie:
            return None
        measure = _MEASURES[id]
        about = {"id": id, "title": measure.title, "unit": measure.unit}
        return {**about, **_before(self.of(0, id)), **_numbers(found)}

    def _break_even(self, one: Practice) -> dict[str, Any]:
        """What net cost does at the size assumed, and the size at which it would be nothing."""
        whole = self.of(self.places[one.name], _NET) - self.of(0, _NET)
        bare = self.places.get(f"{one.name} costs")
        entry: dict[str, Any] = {"net_cost": _numbers(summarise(whole)), "takes": None, "times": None}
        if bare is None:
            return entry
        takes = self.of(bare, _NET) - self.of(0, _NET)
        entry["takes"] = _numbers(summarise(takes))
        effect = summarise(whole - takes)
        if math.isfinite(effect.low) and effect.high < 0.0 < takes.mean():
            entry["times"] = _numbers(_ratio(takes, takes - whole))
        return entry


def _said(one: Practice) -> dict[str, Any]:
    """What the file of a practice says of it."""
    keys = ("name", "title", "place", "family", "grade", "mechanism", "needs", "unknown", "ramp")
    return {key: getattr(one, key) for key in keys} | {"represents": list(one.represents)}


def _claimed(claim: Claim) -> dict[str, Any]:
    """What the file says of a claim."""
    keys = ("id", "said", "kind", "evidence", "grade", "form", "note")
    found = {key: getattr(claim, key) for key in keys} | {"measures": list(claim.measures)}
    return found | {"claimed": [claim.low, claim.high] if claim.form else None}


def reworded(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document of an earlier run with words, grades and claims of the files as they are, judged again.

    What was run must be as it is in the files: ``fingerprint``.
    """
    known = {one.name: one for one in practices()}
    entries = []
    for entry in document["practices"]:
        one = known[entry["name"]]
        told = {claim["id"]: claim for claim in entry["claims"]}
        claims = []
        for claim in one.claims:
            model = told[claim.id]["model"] or {"mean": None, "low": None, "high": None}
            mean, low, high = (NAN if value is None else value for value in model.values())
            verdict = _verdict(claim, Summary(mean, low, high, NAN, NAN))
            claims.append({**told[claim.id], **_claimed(claim), "verdict": verdict})
        entries.append({**entry, **_said(one), "claims": claims})
    return {**document, "practices": entries}


def _before(values: Floats) -> dict[str, float | None]:
    """What the place as it stands has of a measure, with its 95% interval."""
    low, high = t_interval(values)
    return {"before": _number(float(np.mean(values))), "before_low": _number(low), "before_high": _number(high)}


_MEASURES: dict[str, Measure] = {measure.id: measure for measure in CATALOGUE}


def _ratio(above: Floats, below: Floats) -> Summary:
    """Ratio of two means with a jackknife t interval."""
    count = len(above)
    whole = float(above.mean() / below.mean())
    without = (above.sum() - above) / (below.sum() - below)
    found = summarise(count * whole - (count - 1) * without)
    return replace(found, mean=whole)


def _verdict(claim: Claim, found: Summary) -> str:
    if claim.kind == "not in the model":
        return "not in the model"
    if claim.kind == "input" or not claim.form:
        return SET
    if not math.isfinite(found.mean):
        return "cannot be told"
    if not math.isfinite(found.low):
        return "too few runs"
    agrees = found.low <= claim.high and claim.low <= found.high
    return "agrees" if agrees else "does not agree"


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _numbers(found: Summary) -> dict[str, float | None]:
    return {key: _number(value) for key, value in (("mean", found.mean), ("low", found.low), ("high", found.high))}


def probe(document: Mapping[str, Any]) -> dict[str, float | None]:
    """``probe`` of a document, run again: the same figures as long as the place and the engine are what they were."""
    base = load(document["scenario"], document["sets"], steady=True, seed=document["seed"])
    bench = _Bench([base], base.run.seed, list(document["probe"]))
    values = bench.run(0).values[0]
    return {measure.id: _number(float(value)) for measure, value in zip(bench.measures, values, strict=True)}


def table(document: dict[str, Any]) -> str:
    """``practices.csv``."""
    header = (
        "practice", "place", "grade", "claim", "kind", "evidence", "form", "claimed_low", "claimed_high", "mean",
        "low", "high", "verdict",
    )  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for one in document["practices"]:
        for claim in one["claims"]:
            ends = claim["claimed"] or (None, None)
            model = claim["model"] or {"mean": None, "low": None, "high": None}
            said = (one["name"], one["place"], claim["grade"], claim["id"], claim["kind"], claim["evidence"])
            rows.append((*said, claim["form"], *ends, *model.values(), claim["verdict"]))
    return comma_separated(header, rows)
