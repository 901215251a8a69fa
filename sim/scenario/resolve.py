"""From a name to one frozen ``Scenario``: gather the files, merge the bases, lay the changes on, check, build."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.scenario import schema
from sim.scenario.alone import check_alone
from sim.scenario.calendars import shipped
from sim.scenario.checker import walk_all
from sim.scenario.checks import check_tree, resolve_stock
from sim.scenario.dates import iso_date, run_text
from sim.scenario.files import Applied, Assembly, File, Gathering, Layer, Line, own_when, set_lines
from sim.scenario.forms import Plain
from sim.scenario.lawful import destination
from sim.scenario.library import is_path
from sim.scenario.loader import Node
from sim.scenario.nouns import DEFAULT_ROUTES, NOUNS, RUN
from sim.scenario.number import Num
from sim.scenario.overlays import lay
from sim.scenario.problems import Place, Problem, ScenarioError, either, suggest
from sim.scenario.records import Each, Record
from sim.scenario.tree import Branch, Context, Leaf
from sim.scenario.units import TIME_UNITS

__all__ = ["check", "load"]

POPULATION = Each(Plain(Num("count")))
ROOT = Record(schema.Scenario, {**NOUNS, "population": POPULATION})
"""Every noun of a scenario as one record, so that a path is walked from here."""
_NAMES = {unit: name for name, unit in TIME_UNITS.items()}


def load(
    name: str,
    sets: Sequence[str] = (),
    *,
    apply: Mapping[str, float] | None = None,
    steady: bool = False,
    seed: int | None = None,
    replications: int | None = None,
    settled: bool = False,
    library: Path | None = None,
) -> schema.Scenario:
    """The scenario of a shipped name (``winter-pressures``) or a file (``./mine.yaml``), resolved and checked.

    ``sets``: more lines of ``changes``, each ``path=value``. ``apply``: overlays laid on it and their levels, as by a
    file that has it as its base. ``steady``: what would start at the decision holds from the beginning. ``settled``:
    refuse a place of one's own whose stock, starts and stay disagree. ``library``: where shipped names are looked up.
    Raises ``ScenarioError`` with everything that is wrong.
    """
    ctx = Context()
    gathering = Gathering(ctx, library)
    file = gathering.open(name, Place(name))
    if file is None:
        raise ScenarioError(ctx.problems.ordered())
    if file.kind in ("boulder", "pressure", "practice"):
        place = file.node.keys.get("kind", file.node.place)
        allowed = f"put it under `apply:` of a scenario, as `{name}: {{}}`"
        ctx.problems.add(place, "", f"a {file.kind} cannot run by itself", allowed)
        ctx.problems.stop_if_any()
    if file.kind in ("place", "operating model", "part") and "run" not in file.node.mapping:
        allowed = "name it under `base:` of a scenario that has a `run:`"
        ctx.problems.add(file.node.place, "", f"this is only a part of a scenario ({file.kind})", allowed)
        ctx.problems.stop_if_any()
    assembly = gathering.scenario(file)
    if gathering.baseless:
        ctx.problems.stop_if_any()
    top = gathering.on_top(assembly, apply or {})
    gathering.stacked([*assembly.layers, *([top] if top else [])])
    given = {"seed": seed, "replications": replications}
    return _finish(name, assembly, ctx, tuple(sets), steady, given, top, settled)


def check(
    name: str, sets: Sequence[str] = (), *, steady: bool = False, settled: bool = False, library: Path | None = None
) -> tuple[list[Problem], schema.Scenario | None]:
    """Everything wrong with a file of any kind, and the scenario when it is one that can run."""
    ctx = Context()
    gathering = Gathering(ctx, library)
    file = gathering.open(name, Place(name))
    if file is None:
        return list(ctx.problems.ordered()), None
    try:
        if file.kind == "scenario":
            assembly = gathering.scenario(file)
            if gathering.baseless:
                ctx.problems.stop_if_any()
            gathering.stacked(assembly.layers)
            return [], _finish(name, assembly, ctx, tuple(sets), steady, {}, settled=settled)
        _check_alone(file, ctx)
    except ScenarioError as error:
        return list(error.problems), None
    return list(ctx.problems.ordered()), None


def _check_alone(file: File, ctx: Context) -> None:
    """The form of a file that cannot run: each part of it, without what it would be laid on."""
    if file.kind in ("place", "operating model", "part"):
        _tree(Assembly(parts=[file]), ctx)
    else:
        check_alone(Applied(file, 1.0, own_when(file, ctx), file.node.place), NOUNS, ctx)


def _finish(
    name: str,
    assembly: Assembly,
    ctx: Context,
    sets: tuple[str, ...],
    steady: bool,
    run: dict[str, int | None],
    top: Layer | None = None,
    settled: bool = False,
) -> schema.Scenario:
    lines = set_lines(sets, ctx)
    if assembly.layers:
        assembly.layers[-1].sets = [line for line in lines if not line.path.startswith("run.")]
    own = [line for layer in assembly.layers for line in (*layer.own, *lines) if line.path.startswith("run.")]
    settings = _run(assembly, own, run, ctx)
    root = _tree(assembly, ctx)
    rates = _rates(root)
    for layer in assembly.layers:
        layer.own = [line for line in layer.own if not line.path.startswith("run.")]
    assembly.layers += [top] if top else []
    described = lay(root, assembly.layers, settings, steady, ctx)
    rates = {**_rates(root), **rates}
    check_tree(root, ctx)
    if settings is not None:
        _joint(settings, root, assembly, ctx)
    stock = resolve_stock(root, ctx)
    ctx.problems.stop_if_any()
    assert settings is not None
    scenario = _build(name, assembly, root, settings, rates, stock, ctx)
    if settled and described and (is_path(name) or any(is_path(part.found.name) for part in assembly.parts)):
        _settled(scenario, root, stock, ctx)
        ctx.problems.stop_if_any()
    return scenario


def _settled(scenario: schema.Scenario, root: Branch, stock: Mapping[str, str], ctx: Context) -> None:
    """Note the stock of a place that starts and stay would never keep there (Little's law)."""
    from sim.scenario.loads import APART, stocks

    for one in stocks(scenario):
        if not one.expected or abs(one.off) <= APART:
            continue
        path = f"stock.{stock[one.station]}.here"
        places = {here: item.place for here, item in walk_all(root.items["stock"], "stock")}
        low, high = math.ceil((1 - APART) * one.expected), math.floor((1 + APART) * one.expected)
        allowed = f"write {low:,} to {high:,}, or change who starts there or how long they stay"
        ctx.problems.add(places[path], path, one.warning, allowed)


def _joint(run: schema.Run, root: Branch, assembly: Assembly, ctx: Context) -> None:
    stations = root.items.get("stations")
    names = {
        key: item.extra.get("kind")
        for key, item in (stations.items.items() if isinstance(stations, Branch) else ())
        if isinstance(item, Branch)
    }
    for name in run.joint:
        if names.get(name, "exit") == "exit":
            known = sorted(key for key, kind in names.items() if kind != "exit")
            place = assembly.run_keys.get("joint", Place("run"))
            what = f"nobody stays at an exit such as `{name}`" if name in names else f"there is no station `{name}`"
            ctx.problems.add(place, "run.joint", what, f"known: {either(known)}", suggest(name, known))


def _rates(root: Branch) -> dict[str, float]:
    """The rate of each stream as it stands."""
    demand = root.items.get("demand")
    found: dict[str, float] = {}
    for stream, item in demand.items.items() if isinstance(demand, Branch) else ():
        rate = item.items.get("rate") if isinstance(item, Branch) else None
        every = item.items.get("every") if isinstance(item, Branch) else None
        if isinstance(rate, Leaf):
            new = max((change.amount for change in rate.value.changes if change.op == "set"), default=0.0)
            found[stream] = rate.value.value or new
        elif isinstance(every, Leaf):
            found[stream] = 1.0 / every.value.value
    return found


def _run(assembly: Assembly, own: list[Line], given: dict[str, int | None], ctx: Context) -> schema.Run | None:
    nodes, keys = dict(assembly.run), dict(assembly.run_keys)
    for line in own:
        key = line.path.removeprefix("run.")
        nodes[key], keys[key] = line.node, line.place
    for key, value in given.items():
        if value is not None:
            place = Place(f"--{key}")
            nodes[key], keys[key] = Node(value, place, str(value)), place
    start = nodes.get("start")
    ctx.start = (iso_date(start.text) if start else None) or datetime.date(2024, 1, 1)
    place = next(iter(keys.values()), Place(assembly.files[-1] if assembly.files else ""))
    if "length" not in nodes:
        ctx.problems.add(
            Place(place.file), "run", "there is no `run:` with a `length:`", "write `run: {length: 365 days}`"
        )
        return None
    before = len(ctx.problems.found)
    item = RUN.parse(Node(nodes, place, keys=keys), "run", ctx, None)
    if item is None or len(ctx.problems.found) > before:
        return None
    run: schema.Run = RUN.build(item)
    horizon = (-run.warm_up, run.length)
    if not horizon[0] <= run.decision < horizon[1]:
        what = f"`decision: {nodes['decision'].text}` lies outside the run"
        ctx.problems.add(nodes["decision"].place, "run.decision", what, run_text(horizon, ctx))
    return run


def _tree(assembly: Assembly, ctx: Context) -> Branch:
    merged = _Merge(ctx)
    for part in assembly.parts:
        for noun in (*NOUNS, "population"):
            if noun in part.node.mapping:
                merged.add(noun, part.node.mapping[noun], part.node.keys[noun])
    merged.settle()
    node = merged.tree(Place(assembly.files[-1] if assembly.files else ""))
    item = ROOT.parse(node, "", ctx, None)
    assert item is not None
    return item


_MANY = 10
"""Values given twice, above which one file is meant in place of another."""


class _Merge:
    """Several files as one tree; two of them may not give the same field of the same thing."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.nouns: dict[str, Node] = {}
        self.keys: dict[str, Place] = {}
        self.twice: list[tuple[Place, str, Place]] = []
        """(where, path, where before) of all that is given twice."""

    def settle(self) -> None:
        """Note what is given twice. Of two files that are much the same, only that: the rest would follow from it."""
        allowed = "two bases may not give the same value: leave one out"
        pairs = Counter((place.file, first.file) for place, _, first in self.twice)
        for (here, there), count in pairs.items():
            if count > _MANY:
                what = f"this gives {count} of the values that {there} gives too"
                self.ctx.problems.add(Place(here), "base", what, allowed)
        if any(count > _MANY for count in pairs.values()):
            self.ctx.problems.stop_if_any()
        for place, path, first in self.twice:
            self.ctx.problems.add(place, path, f"this is given twice, here and in {first}", allowed)

    def add(self, noun: str, node: Node, key: Place) -> None:
        """Lay one file's noun over what other files give of it."""
        if noun in self.nouns:
            depth = 1 if noun in ("routes", "discharge_pull", "population") else 2
            self.nouns[noun] = self._merged(self.nouns[noun], node, key, noun, depth)
        else:
            self.nouns[noun] = node
            self.keys[noun] = key

    def _merged(self, old: Node, new: Node, key: Place, path: str, depth: int) -> Node:
        if depth == 0 or not (isinstance(old.value, dict) and isinstance(new.value, dict)):
            self.twice.append((key, path, old.place))
            return old
        entries, keys = dict(old.value), dict(old.keys)
        for name, child in new.value.items():
            if name in entries and name not in ("evidence", "note"):
                entries[name] = self._merged(entries[name], child, new.keys[name], f"{path}.{name}", depth - 1)
            else:
                entries[name], keys[name] = child, new.keys[name]
        return Node(entries, old.place, keys=keys)

    def tree(self, place: Place) -> Node:
        """All nouns, as though in one file."""
        return Node(self.nouns, place, keys=self.keys)


def _build(
    name: str,
    assembly: Assembly,
    root: Branch,
    run: schema.Run,
    rates: dict[str, float],
    stock: dict[str, str],
    ctx: Context,
) -> schema.Scenario:
    given: dict[str, Any] = {noun: item.form.build(item) for noun, item in root.items.items()}
    given["demand"] = {
        key: stream.model_copy(update={
            "class_": stream.class_ or key,
            "route": stream.route if "route" in stream.model_fields_set else DEFAULT_ROUTES.get(key, "community"),
        })
        for key, stream in given.get("demand", {}).items()
    }  # fmt: skip
    stations = given.get("stations", {})
    given["stations"] = {key: _named(key, station, stations) for key, station in stations.items()}
    given["calendars"] = {**shipped, **given.get("calendars", {})}
    given["stock"] = {station: given["stock"][key] for station, key in stock.items()}
    head = assembly.head
    applied = {known: entry.level for layer in assembly.layers for known, entry in layer.applied.items()}
    return schema.Scenario(
        **given,
        name=name,
        title=(head["title"].text if "title" in head else "") or name,
        summary=head["summary"].text if "summary" in head else "",
        illustrative=assembly.illustrative,
        day=ctx.day,
        time_unit=_NAMES[ctx.unit],
        run=run,
        base_rates=rates,
        files=tuple(assembly.files),
        applied=dict(sorted(applied.items())),
        origins=_origins(assembly, root, stock),
    )


def _origins(assembly: Assembly, root: Branch, stock: dict[str, str]) -> dict[str, str]:
    """path -> file:line of every value that is not a number with an origin of its own."""
    found = {key: node.place.origin for key, node in assembly.head.items()}
    found.update({f"run.{key}": place.origin for key, place in assembly.run_keys.items()})
    opens = {key: station for station, key in stock.items()}
    for path, item in walk_all(root, ""):
        steps = path.split(".")
        if steps[0] == "stock" and len(steps) > 1:
            steps[1] = opens.get(steps[1], steps[1])
        here = ".".join(steps)
        if isinstance(item, Leaf):
            if not isinstance(item.value, schema.Number):
                found[here] = item.place.origin
            continue
        if len(steps) == 2:
            found[here] = item.place.origin
            found[f"{here}.kind" if steps[0] == "stations" else f"{here}.order"] = item.place.origin
        if "by_place" in item.extra:
            found[f"{here}.by"] = item.extra["by_place"].origin
        if "dist" in item.extra:
            found[f"{here}.dist"] = found[f"{here}.unit"] = item.place.origin
    return found


def _named(key: str, station: Any, stations: Mapping[str, Any]) -> Any:
    filled = {"counts_as": station.counts_as or key}
    if not isinstance(station, schema.Exit):
        filled["stream"] = station.stream or key
        filled["transfer"] = {destination(to, stations): way for to, way in station.transfer.items()}
    return station.model_copy(update=filled)
