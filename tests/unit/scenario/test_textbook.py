"""What other people's tables need of the language: laws, arrivals, weights, classes; each reads back as it is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import ScenarioError, laws, load, resolved_yaml
from sim.scenario.loads import offered
from sim.scenario.schema import Distribution, Scenario, Shares, Stay, Task
from sim.world.values import Compiler

GOOD = """\
title: All laws
time_unit: minutes
people:
  size: {small: 0.4, big: rest}
demand:
  callers: {every: 6}
  calm: {every: {value: 8 min, range: [6, 10], note: counted}, class: quiet}
doors: {callers: a, calm: {weights: {a: 3, b: 1}}}
teams: {t: {workers: 3, priority: [quiet]}}
pools: {p: {capacity: 4, priority: {by: size, order: [big, small]}}}
events:
  nothing: {}
  leave: {off: {after: 20, to: out}}
stations:
  a:
    kind: task
    team: t
    effort:
      dist: mixture
      parts: {short: {weight: 3, dist: exponential, mean: 2}, long: {weight: 1, value: 12, evidence: assumption}}
      max: 12
    waiting: {by: class, callers: leave, quiet: nothing}
    next: b
  b:
    kind: stay
    pool: p
    length: {by: size, small: {dist: discrete, values: [5, 7], weights: [1, 2]}, big: {dist: empirical, values: [3, 9]}}
    next: c
  c: {kind: stay, length: {dist: normal, mean: 6, variance: 16}, next: {weights: {d: 3, e: 2, evidence: assumption}}}
  d: {kind: stay, length: {dist: beta, mean: 6, sd: 1, min: 2, max: 10}, next: e,
    transfer: {e: {dist: erlang, mean: 2, k: 2, holds: from}}}
  e: {kind: stay, length: {dist: poisson, mean: 3}, next: f}
  f: {kind: stay, length: {dist: lognormal, median: 3, sd: 2}, next: g}
  g: {kind: stay, length: {dist: lognormal, mu: 0.2, sigma: 1, unit: h}, next: h}
  h: {kind: stay, length: {dist: weibull, mean: 6, variance: 9}, next: i}
  i: {kind: stay, length: {dist: beta, alpha: 2, beta: 5}, next: j}
  j: {kind: stay, length: {dist: poisson, mean: 0.4, unit: h, min: 1 h}, next: k,
    transfer: {to_k: {value: 3, evidence: assumption}}}
  k: {kind: stay, decide: on_entry, starts: office_hours,
    length: {by: next, out: {dist: normal, mean: 2, sd: 3, min: 1}}, next: out}
  out: {kind: exit}
stock:
  b: {here: 3, waiting: 2, class: quiet, size: {small: 1.0}}
run: {length: 1000, warm_up: 100, replications: 5}
"""


def said(scenario: Scenario) -> object:
    """All that a scenario says, without where it is from."""

    def strip(value: object) -> object:
        if isinstance(value, dict):
            return {
                key: strip(child) for key, child in value.items() if key not in ("origin", "origins", "files", "name")
            }
        return [strip(child) for child in value] if isinstance(value, (list, tuple)) else value

    return strip(scenario.model_dump())


def test_what_is_shown_reads_back_as_the_same_scenario(tmp_path: Path) -> None:
    path, again = tmp_path / "it.yaml", tmp_path / "again.yaml"
    path.write_text(GOOD)
    scenario = load(str(path))
    again.write_text(resolved_yaml(scenario))
    assert said(load(str(again))) == said(scenario)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "it.yaml"
    path.write_text(GOOD)
    return path


@pytest.mark.parametrize("sets", [
    (),
    ("stations.a.effort.parts.short.mean=4", "stations.a.effort.max=11"),
    ("stations.a.effort.parts.long.weight=9",),
])  # fmt: skip
def test_the_mean_of_every_law_is_the_one_drawn_from(good: Path, sets: tuple[str, ...]) -> None:
    scenario = load(str(good), sets)
    compiler = Compiler(scenario)
    seen = set()
    for station in scenario.stations.values():
        law = station.effort if isinstance(station, Task) else getattr(station, "length", None)
        for one in [law] if isinstance(law, Distribution) else law.rows.values() if law is not None else ():
            drawn = compiler.one_law(one)
            assert drawn is not None
            seen.add(one.dist)
            assert laws.mean(one, lambda n: n.value) == pytest.approx(drawn.mean, rel=5e-3), one
            beyond = drawn(0.7)
            assert laws.tail(one, beyond, lambda n: n.value) == pytest.approx(drawn.above(beyond), abs=5e-3), one
    assert seen >= {"mixture", "discrete", "empirical", "normal", "beta", "poisson", "lognormal", "weibull"}


def test_a_time_between_arrivals_is_a_rate(good: Path) -> None:
    scenario = load(str(good), ("demand.callers.every=3 min",))
    rate = scenario.demand["callers"].rate
    assert rate is not None
    assert (rate.value, rate.unit) == (1 / 3, "/minute")
    calm = scenario.demand["calm"].rate
    assert calm is not None
    assert calm.range == pytest.approx((0.1, 1 / 6))
    assert scenario.base_rates == {"callers": 1 / 6, "calm": 1 / 8}


def test_weights_are_shares_with_a_note(good: Path) -> None:
    table = load(str(good)).stations["c"].next  # type: ignore[union-attr]
    assert isinstance(table, Shares)
    assert {option: number.value for option, number in table.options.items()} == {"d": 0.6, "e": 0.4}
    assert [number.note for number in table.options.values()] == ["weight 3 of 5", "weight 2 of 5"]
    assert {number.evidence for number in table.options.values()} == {"assumption"}


def test_the_offered_load_goes_by_what_is_next(tmp_path: Path) -> None:
    path = tmp_path / "next.yaml"
    path.write_text("""\
title: Two ways out
demand: {all: {every: 2 days}}
doors: {all: ward}
pools: {beds: {capacity: 10}}
stations:
  ward:
    kind: stay
    pool: beds
    decide: on_entry
    length: {by: next, rehab: 8 days, out: 4 days}
    next: {rehab: 0.25, out: rest}
  rehab: {kind: stay, length: 1 day, next: out}
  out: {kind: exit}
run: {length: 100 days}
""")
    (beds,) = offered(load(str(path)))
    assert beds.load == pytest.approx(5 / 2 / 10)


def test_a_variance_has_the_square_of_a_unit(tmp_path: Path) -> None:
    path = tmp_path / "days.yaml"
    path.write_text("""\
title: In days
demand: {all: {every: 2 days}}
doors: {all: ward}
stations:
  ward: {kind: stay, length: {dist: gamma, mean: 36 h, variance: 144 h^2}, next: out}
  out: {kind: exit}
run: {length: 10 days}
""")
    ward = load(str(path)).stations["ward"]
    assert isinstance(ward, Stay)
    assert isinstance(ward.length, Distribution)
    assert ward.length.params["variance"].value == 0.25
    assert "variance: 0.25 days^2" in resolved_yaml(load(str(path)))


@pytest.mark.parametrize(("old", "new", "message"), [
    # arrivals
    ("{every: 6}", "{every: 6, rate: 2}",
     "6:12: demand.callers: it needs one of `rate`, `every` and `times`; write one"),
    ("{every: 6}", "{}", "6:12: demand.callers: it needs one of `rate`, `every` and `times`; write one"),
    ("{every: 6}", "{every: 0}", "6:20: demand.callers.every: `0` is too small; allowed: more than 0"),
    ("{every: 6}", "{every: {value: 6, profile: [w]}}",
     "6:20: demand.callers.every: a time between people cannot vary; write it as a `rate:` with a profile"),
    # people
    ("  size: {small", "  class: {a: 1}\n  size: {small",
     "4:3: people.class: `class` cannot be an attribute of one's own; everyone has the class of their stream: its "
     "name, or the `class:` written there"),
    ("{by: class, callers: leave, quiet: nothing}", "{by: class, callers: leave}",
     "22:14: stations.a.waiting: there is no row for `quiet`; write one for each, or `otherwise:`; where nothing may "
     "happen, an empty set such as `events: {nothing: {}}`"),
    ("waiting: 2, class: quiet,", "waiting: 2,",
     "22:14: stations.a.waiting: there is no row for the people of `stock.b`, who have no class of a stream; "
     "write `otherwise:`, or `class:` in their stock"),
    ("class: quiet, size", "class: quite, size",
     "43:35: stock.b.class: `quite` is not a level of `class`; known: `callers` or `quiet`; did you mean `quiet`?"),
    ("priority: [quiet]", "priority: [quite]",
     "9:35: teams.t.priority: `quite` is not a level of `class`; known: `callers` or `quiet`; did you mean `quiet`?"),
    ("{by: size, order: [big, small]}", "{by: siez, order: [big, small]}",
     "10:36: pools.p.priority.by: people have no attribute `siez`; known: `size`, `class`, `package`, `place` or "
     "`route`; did you mean `size`?"),
    # weights
    ("{weights: {a: 3, b: 1}}", "{weights: {a: 0, b: 0}}",
     "8:37: doors.calm.weights: no weight is above 0; write `{a: 30, b: 12}`"),
    ("{weights: {a: 3, b: 1}}", "{weights: {a: 3, b: -1}}",
     "8:47: doors.calm.weights.b: `-1` is too small; allowed: at least 0"),
    ("{weights: {a: 3, b: 1}}", "{weights: {a: 3}, b: 1}",
     "8:45: doors.calm.b: `b` is not known here; known: `weights`, `evidence` or `note`"),
    # ways, starts, decisions on entry
    ("transfer: {e: {dist: erlang", "transfer: {f: {dist: erlang",
     "stations.d.transfer.f: `f` is not next after `d`; known: `e`"),
    ("k: 2, holds: from", "k: 2, holds: form",
     "stations.d.transfer.e.holds: `form` is not known here; known: `from`, `to`, `both` or `neither`; did you mean "
     "`from`?"),
    ("k: 2, holds: from", "k: 2, holds: to",
     "stations.d.transfer.e.holds: `e` has no places to hold; `to` and `both` hold a place of a stay with a `pool`; "
     "write `from` or `neither`"),
    ("starts: office_hours", "starts: ofice_hours",
     "stations.k.starts: there is no `ofice_hours` in `calendars`; known: `always`, `extended_week`, `office_hours` or "
     "`seven_days`; did you mean `office_hours`?"),
    ("decide: on_entry, ", "",
     "stations.k.length.by: the next station is not known yet; write `decide: on_entry`, for an effort, an elapsed "
     "time or a length"),
    ("by: next, out", "by: next, j", "stations.k.length.j: `j` is not next after `k`; known: `out`"),
    ("waiting: {by: class", "waiting: {by: next",
     "stations.a.waiting.by: only a time at a station can go by what is next; go by an attribute of people"),
    # joint occupancy
    ("replications: 5", "replications: 5, joint: [b, dd]",
     "44:52: run.joint: there is no station `dd`; known: `a`, `b`, `c`, `d`, `e`, `f`, `g`, `h`, `i`, `j` or `k`; did "
     "you mean `d`?"),
    ("replications: 5", "replications: 5, joint: [b, out]",
     "44:52: run.joint: nobody stays at an exit such as `out`; known: `a`, `b`, `c`, `d`, `e`, `f`, `g`, `h`, `i`, `j` "
     "or `k`"),
    # laws
    ("min: 2, max: 10", "min: 2, max: 5",
     "30:46: stations.d.length.mean: `mean` is not between the ends; a beta lies from `min` to `max`, or from 0 to 1 "
     "without them"),
    ("sd: 1, min: 2", "sd: 4, min: 2",
     "30:53: stations.d.length.sd: no beta between these ends has this `sd`; an sd above 0 and below 4"),
    ("weights: [1, 2]", "weights: [1]",
     "27:73: stations.b.length.small.weights: there are 2 values and 1 weights; write one weight for each value"),
    ("weights: [1, 2]", "weights: [0, 0]",
     "27:73: stations.b.length.small.weights: no weight is above 0; they need not sum to 1, but not all be 0"),
    ("values: [3, 9]", "values: 3",
     "27:113: stations.b.length.big.values: `3` is not a list; write a list of a time such as `20 min`, `3 h`, "
     "`28 days` or `6 weeks`"),
    ("short: {weight: 3, dist", "short: {dist",
     "20:22: stations.a.effort.parts.short: there is no `weight` here; write `weight:` and a number; they need not "
     "sum to 1"),
    ("weight: 3, dist: exponential, mean: 2", "weight: 3, dist: exponential",
     "20:22: stations.a.effort.parts.short: `exponential` cannot be made of nothing; it needs {mean: ..}"),
    ("variance: 16", "variance: 16 h",
     "29:61: stations.c.length.variance: `16 h` is not a time squared; write a time squared such as `81 days^2`"),
    ("{dist: weibull, mean: 6, variance: 9}", "{dist: triangular, min: 5, mode: 3, max: 9}",
     "35:60: stations.h.length.mode: `mode` is not between `min` and `max`; `min`, `mode` and `max` "
     "rise in this order"),
])  # fmt: skip
def test_one_mistake(old: str, new: str, message: str, good: Path) -> None:
    assert old in GOOD
    good.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(ScenarioError) as raised:
        load(str(good))
    found = [line.removeprefix(f"{good}:") for line in str(raised.value).splitlines()]
    if not message[0].isdigit():
        found = [line.split(": ", 1)[1] for line in found]
    assert message in found


def test_in_a_file_with_units_a_count_says_what_it_counts(tmp_path: Path) -> None:
    path = tmp_path / "days.yaml"
    text = """\
title: In days
demand: {all: {rate: 2/day}}
doors: {all: ward}
stations:
  ward: {kind: stay, length: LAW, next: out}
  out: {kind: exit}
run: {length: 10 days}
"""
    for law, message in (
        ("{dist: poisson, mean: 3}", "`poisson` cannot be made of `mean`; it needs {mean: .., unit: ..}"),
        ("{dist: beta, mean: 3 h, sd: 1 h}", "nothing says where this beta ends; write `max:`, and `min:` if not 0"),
        ("{dist: discrete, values: [3], weights: [1]}", "`values: 3` has no unit; write `3 days`"),
        ("{dist: gamma, mean: 3 h, variance: 4}", "`variance: 4` has no unit; write `4 days^2`"),
    ):
        path.write_text(text.replace("LAW", law))
        with pytest.raises(ScenarioError) as raised:
            load(str(path))
        assert message in str(raised.value)
    path.write_text(text.replace("LAW", "{dist: poisson, mean: 3, unit: weeks}"))
    ward = load(str(path)).stations["ward"]
    assert isinstance(ward, Stay)
    drawn = Compiler(load(str(path))).one_law(ward.length)
    assert drawn is not None
    assert (drawn(0.5), drawn.mean) == (21.0, pytest.approx(21))
