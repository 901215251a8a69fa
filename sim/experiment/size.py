"""How much of one thing reaches a goal: a search over one number on common random numbers, with an interval.

The goal is reached at a value where the mean over replications meets it. The interval of the answer is what the
simulation error of that mean leaves open: from the value at which one end of its 95% interval meets the goal to the
value at which the other end does too. All values are tried on the same people, so they differ by the value alone.

``tried.csv``: value, written (with its unit), id, mean, low, high, reached; in order of value.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from sim.experiment.goal import Goal, SizeError, goal_of
from sim.experiment.intervals import LEAST, Summary, summarise
from sim.experiment.replication import measures_for
from sim.experiment.runs import run
from sim.experiment.tables import comma_separated
from sim.measures import Setting
from sim.scenario import Scenario, ScenarioError, load, number_text, numbers
from sim.scenario.library import shipped
from sim.scenario.practices import costs_only, effects_only
from sim.scenario.problems import Place, either, suggest

__all__ = ["NotWithin", "Size", "Trial", "document", "first_true", "size", "tried"]

Floats = npt.NDArray[np.float64]
_STEPS = 64
"""Values between the bounds that a search tells apart, where they are not whole."""


class NotWithin(Exception):
    """There is no answer within the bounds; carries one plain message. ``found`` is what was tried."""

    def __init__(self, message: str, found: Size | None = None) -> None:
        super().__init__(message)
        self.found = found


@dataclass(frozen=True)
class Trial:
    """One value tried."""

    value: float
    written: str
    found: Summary
    goal: Goal

    @property
    def reached(self) -> bool:
        """Whether the mean meets the goal."""
        return self.goal.meets(self.found.mean)

    @property
    def surely(self) -> bool:
        """Whether the whole interval does."""
        return self.goal.meets(self.found.high if self.goal.most else self.found.low)

    @property
    def perhaps(self) -> bool:
        """Whether any of the interval does."""
        return self.goal.meets(self.found.low if self.goal.most else self.found.high)


@dataclass(frozen=True)
class Size:
    """The answer, its interval, and everything that was tried."""

    scenario: str
    vary: str
    goal: Goal
    least: bool
    """Whether it is the least that reaches the goal; else the most that still does."""
    answer: Trial | None
    low: Trial | None
    """Where the interval begins; None beyond the bound."""
    high: Trial | None
    today: str
    trials: tuple[Trial, ...]
    replications: int
    seed: int


def first_true(holds: Callable[[int], bool], low: int, high: int) -> int | None:
    """The least of low..high from which on a condition holds, by halving; None where it does not hold at ``high``."""
    if not holds(high):
        return None
    if holds(low):
        return low
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


@dataclass
class _Search:
    """Values on a grid, each run once."""

    scenario: str
    vary: str
    goal: Goal
    sets: tuple[str, ...]
    steady: bool
    seed: int | None
    replications: int
    workers: int
    tell: Callable[[Trial], None]
    base: Floats | None = None
    tried: dict[int, Trial] = field(default_factory=dict)
    grid: list[float] = field(default_factory=list)
    today: str = ""
    used_seed: int = 1
    overlay: str = ""
    unit: Any = None
    takes: str = ""
    """Of a practice whose effect is varied by itself: the copy with what it takes, which stays at 1."""

    def load(self, text: str | None) -> Scenario:
        """The scenario with the value written as ``text``; as it stands for None. Raises ``ScenarioError``."""
        common: dict[str, Any] = {"steady": self.steady, "seed": self.seed, "replications": self.replications}
        if text is None:
            return load(self.scenario, self.sets, **common)
        if self.overlay:
            fixed = {self.takes: 1.0} if self.takes else {}
            return load(self.scenario, self.sets, apply={self.overlay: float(text), **fixed}, **common)
        return load(self.scenario, (*self.sets, f"{self.vary}={text}"), **common)

    def typed(self, text: str, where: str) -> Scenario:
        """``load``; what is wrong is told at the option that was typed."""
        try:
            return self.load(text)
        except ScenarioError as error:
            raise ScenarioError([one._replace(place=Place(where)) for one in error.problems]) from None

    def value(self, text: str, option: str) -> float:
        """What a value as written after an option comes to, in the unit of the number."""
        if self.overlay:
            return _number(text)
        scenario = self.typed(text, f"{option} {text}")
        found = dict(numbers(scenario)).get(self.vary)
        if found is None:
            raise SizeError(f"`{self.vary}` is not one number; name one that traintracks show {self.scenario} lists")
        return found.at(scenario.run.decision)

    def written(self, value: float) -> str:
        """A value as it is written in a scenario."""
        if self.overlay:
            return f"{value:.6g}"
        number, time_unit = self.unit
        return number_text(number.model_copy(update={"value": value}), time_unit, work="effort" in self.vary.split("."))

    def measured(self, scenario: Scenario) -> Floats:
        results = run([scenario], replications=scenario.run.replications, seed=scenario.run.seed, workers=self.workers)
        ids = [measure.id for measure in results.measures]
        if self.goal.measure.id not in ids:
            raise SizeError(f"{self.scenario} has nothing that {self.goal.measure.id} measures")
        values: Floats = results.worlds[0].measures[:, ids.index(self.goal.measure.id)]
        return values

    def at(self, index: int) -> Trial:
        """The trial at a place on the grid."""
        if index not in self.tried:
            text = self.written(self.grid[index])
            scenario = self.load(text)
            self.used_seed = scenario.run.seed
            values = self.measured(scenario)
            if self.goal.difference:
                if self.base is None:
                    self.base = self.measured(self.load(None))
                both = np.isfinite(values).all() and np.isfinite(self.base).all()
                values = values - self.base if both else np.full_like(values, np.nan)
            trial = Trial(self.grid[index], text, summarise(values), self.goal)
            self.tried[index] = trial
            self.tell(trial)
        return self.tried[index]


def size(
    scenario: str,
    vary: str,
    until: str,
    *,
    low: str = "",
    high: str = "",
    step: str = "",
    sets: Sequence[str] = (),
    steady: bool = False,
    seed: int | None = None,
    replications: int = 10,
    workers: int = 1,
    tell: Callable[[Trial], None] = lambda trial: None,
) -> Size:
    """The least value of ``vary`` that reaches the goal; where the goal is reached at the low end only, the most.

    ``vary`` is the path of a number; or the name of an overlay, whose level is varied; or of a practice with
    ``.effect`` after it, where what it takes is there in full and what it does is varied: with a goal of
    ``net_cost_difference <= 0`` the break-even. ``low``, ``high`` and ``step`` are written as in a scenario; left out,
    half and twice the value of today (levels: 0 and 1; effects: 0 and 3).
    Raises ``ScenarioError`` or ``SizeError`` before anything runs, ``NotWithin`` when a bound is hit or an effect of 0
    already reaches the goal.
    """
    stands = load(scenario, sets, steady=steady, seed=seed, replications=replications, settled=True)
    goal = goal_of(until, measures_for([Setting.of(stands)]))
    search = _Search(scenario, vary, goal, tuple(sets), steady, seed, replications, workers, tell)
    with tempfile.TemporaryDirectory() as folder:
        _apart(search, Path(folder))
        return _searched(search, low, high, step)


def _apart(search: _Search, folder: Path) -> None:
    """Take what a practice does from what it takes, where ``practices/x.effect`` is varied."""
    if not search.vary.endswith(".effect"):
        return
    name = search.vary.removesuffix(".effect")
    does = effects_only(name, folder)
    if does is None:
        raise SizeError(f"`{name}` does nothing but take staff and money, so it has no effect to vary")
    search.overlay, search.takes = does, costs_only(name, folder) or ""


def _searched(search: _Search, low: str, high: str, step: str) -> Size:
    replications = search.replications
    _grid(search, low, high, step)
    last = len(search.grid) - 1
    found = _found(search, search.scenario)
    first = search.at(0)
    if first.reached and first.value == 0.0 and search.vary.endswith(".effect"):
        raise NotWithin(_already(search, first), found(None, None, None, True))
    end = search.at(last)
    if first.reached == end.reached:
        raise NotWithin(_outside(search, first, end), found(None, None, None, True))
    rising = end.reached

    def place(index: int) -> int:
        return index if rising else last - index

    def least(condition: Callable[[Trial], bool]) -> Trial | None:
        at = first_true(lambda index: condition(search.at(place(index))), 0, last)
        return None if at is None else search.at(place(at))

    answer = least(lambda trial: trial.reached)
    sure = least(lambda trial: trial.surely) if replications >= LEAST else None
    perhaps = least(lambda trial: trial.perhaps) if replications >= LEAST else None
    if perhaps is not None and perhaps is (first if rising else end):
        perhaps = None
    ends = (perhaps, sure) if rising else (sure, perhaps)
    return found(answer, *ends, rising)


def _already(search: _Search, first: Trial) -> str:
    goal = search.goal
    value = f"{goal.measure.id}{' differs by' if goal.difference else ' is'} {first.found.mean:.4g}"
    return (
        f"already reached at {first.written}: with what it takes and no effect {value} ({goal.measure.unit}), so "
        f"`{goal.text}` asks nothing of what it does. Where what a practice needs is in words alone, it costs nothing "
        "here; give a harder goal"
    )


def _found(search: _Search, scenario: str) -> Callable[[Trial | None, Trial | None, Trial | None, bool], Size]:
    def make(answer: Trial | None, low: Trial | None, high: Trial | None, least: bool) -> Size:
        trials = tuple(search.tried[index] for index in sorted(search.tried))
        told = (search.today, trials, search.replications, search.used_seed)
        return Size(scenario, search.vary, search.goal, least, answer, low, high, *told)

    return make


def _outside(search: _Search, first: Trial, end: Trial) -> str:
    unit, goal = search.goal.measure.unit, search.goal
    ends = f"{first.found.mean:.4g} at {first.written} and {end.found.mean:.4g} at {end.written}"
    if not first.reached:
        what = f"{goal.measure.id} is {ends} ({unit}), so `{goal.text}` is reached at neither end"
        return f"not within range: {what}. Give --from and --to further apart, or another goal"
    what = f"{goal.measure.id} is {ends} ({unit}), so `{goal.text}` is reached at both ends"
    return f"not within range: {what}. Give a lower --from, or a harder goal"


def _grid(search: _Search, low: str, high: str, step: str) -> None:
    """Set up the values that may be tried; every mistake in what is asked for is found here."""
    overlays = [entry.name for entry in shipped() if entry.kind in ("boulder", "pressure", "practice")]
    path = search.vary.removeprefix("apply.").removesuffix(".level")
    if search.overlay:
        search.today = "0"
        ends, whole, today = (_number(low or "0"), _number(high or "3")), False, 0.0
    elif path in overlays or path.endswith((".yaml", ".yml")):
        search.overlay = path
        applied = search.load(None).applied
        untouched = 1.0 if path.startswith("boulders/") else 0.0
        today = applied.get(path, untouched)
        search.today = f"{today:g}"
        ends = (_number(low or "0"), _number(high or "1"))
        whole = False
    else:
        scenario = search.load(None)
        number = dict(numbers(scenario)).get(search.vary)
        if number is None:
            _not_a_number(search, scenario, overlays)
        search.unit = (number, scenario.time_unit)
        today = number.at(scenario.run.decision)
        search.today = search.written(today)
        if today == 0.0 and not (low and high):
            raise SizeError(f"`{search.vary}` is 0 today: give --from and --to")
        most = min(2.0 * today, 1.0) if number.unit == "share" else 2.0 * today
        ends = (search.value(low, "--from") if low else 0.5 * today, search.value(high, "--to") if high else most)
        whole = number.unit == "count"
    if not ends[0] < ends[1]:
        raise SizeError(f"--from {low or search.written(ends[0])} is not below --to {high or search.written(ends[1])}")
    if step:
        width = _number(step) if search.overlay else search.value(step, "--step")
    else:
        width = 1.0 if whole else _nice((ends[1] - ends[0]) / _STEPS)
    start = math.ceil(ends[0]) if whole and not step and not low else ends[0]
    count = math.floor((ends[1] - start) / width + 1e-9)
    search.grid = [start + width * index for index in range(count + 1)]
    if search.grid[-1] < ends[1] - 1e-9 * abs(ends[1]):
        search.grid.append(ends[1])
    if len(search.grid) < 2:
        raise SizeError("the step is larger than the range: give a smaller --step")
    for value, option in ((search.grid[0], "--from"), (search.grid[-1], "--to")):
        search.typed(search.written(value), f"{option} {search.written(value)}")


def _not_a_number(search: _Search, scenario: Scenario, overlays: Sequence[str]) -> NoReturn:
    """Say what is meant, or what is known, where a path is not that of one number."""
    path = search.vary
    inside = [name for name, _ in numbers(scenario) if name.startswith(f"{path}.")]
    if inside:
        raise SizeError(f"`{path}` is not one number; there are {either(inside)}")
    if "/" in path.split(".")[0]:
        near = next((one for one in overlays if one.startswith(path)), "") or suggest(path, overlays)
        meant = f"; did you mean `{near}`?" if near else "; traintracks list shows those that ship"
        raise SizeError(f"there is no overlay `{path}`{meant}")
    search.typed("1", "--vary")
    raise SizeError(f"`{path}` is not one number; traintracks show {search.scenario} lists them")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise SizeError(f"`{text}` is not a number; the level of an overlay is one, from 0 on") from None


def _nice(width: float) -> float:
    """The nearest of 1, 2 and 5 with zeros."""
    power = 10.0 ** math.floor(math.log10(width))
    return min((1.0, 2.0, 5.0, 10.0), key=lambda one: abs(math.log(width / power / one))) * power


def tried(found: Size) -> str:
    """``tried.csv``."""
    rows = [
        (one.value, one.written, one.goal.measure.id, one.found.mean, one.found.low, one.found.high, int(one.reached))
        for one in found.trials
    ]
    return comma_separated(("value", "written", "id", "mean", "low", "high", "reached"), rows)


def document(found: Size) -> dict[str, Any]:
    """``--json``, schema 1: the answer with its interval, and what was tried; null where there is none."""
    return {
        "schema": 1,
        "kind": "size",
        "scenario": found.scenario,
        "vary": found.vary,
        "until": found.goal.text,
        "today": found.today,
        "within": found.answer is not None,
        "least": found.least,
        "answer": {
            "value": found.answer.value if found.answer else None,
            "written": found.answer.written if found.answer else None,
            "low": found.low.value if found.low else None,
            "high": found.high.value if found.high else None,
        },
        "seed": found.seed,
        "replications": found.replications,
        "tried": [
            {"value": one.value, "written": one.written, "reached": one.reached, **_finite(one.found)}
            for one in found.trials
        ],
    }


def _finite(found: Summary) -> dict[str, float | None]:
    return {
        key: value if math.isfinite(value) else None
        for key, value in (("mean", found.mean), ("low", found.low), ("high", found.high))
    }
