"""Laws of overlays: the order in which they are written never matters, and shares stay shares."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario import ScenarioError, load, resolved_yaml
from sim.scenario.library import folder
from sim.scenario.schema import Scenario, Shares

SKETCHES = Path(__file__).parents[1] / "unit" / "sketches"
OPTIONS = ("a", "b", "c", "d")
PLACE = """\
title: A place
demand: {{people: {{rate: 10/day}}}}
doors: {{people: desk}}
stations:
  desk: {{kind: task, elapsed: 1 h, next: {{{table}}}}}
  a: {{kind: exit}}
  b: {{kind: exit}}
  c: {{kind: exit}}
  d: {{kind: exit}}
workforce:
  clerk: {{posts: 100, sickness: 0.1}}
run: {{start: 2026-04-01, length: 365 days}}
"""


def written(scenario: Scenario) -> str:
    """The resolved file, without its first line, which is the name as typed."""
    return resolved_yaml(scenario).split("\n", 1)[1]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("place")


class World:
    """A folder with a place, overlays and a scenario that applies them."""

    def __init__(self, folder: Path, table: str = "a: 0.4, b: 0.3, c: 0.2, d: rest") -> None:
        self.folder = folder
        self.table = table
        self.names: list[str] = []

    def overlay(self, lines: list[str], head: str = "", kind: str = "pressure", key: str = "changes") -> None:
        name = f"overlay-{len(self.names)}"
        self.names.append(name)
        body = "".join(f"  {line}\n" for line in lines)
        (self.folder / f"{name}.yaml").write_text(f"kind: {kind}\ntitle: x\n{head}{key}:\n{body}")

    def load(self, order: list[int] | None = None, entry: str = "{}", **options: Any) -> Scenario:
        names = [self.names[i] for i in order or range(len(self.names))]
        apply = "".join(f"  {name}: {entry}\n" for name in names)
        (self.folder / "it.yaml").write_text(PLACE.format(table=self.table) + f"apply:\n{apply}")
        return load("it", library=self.folder, **options)


def desk(scenario: Scenario, time: float) -> dict[str, float]:
    table = scenario.stations["desk"].next  # type: ignore[union-attr]
    assert isinstance(table, Shares)
    return table.at(time)


numbers = st.one_of(
    st.floats(0.5, 1.5).map(lambda m: f"{{multiply: {m!r}}}"), st.floats(-5, 5).map(lambda a: f"{{add: {a!r}}}")
)
diverts = st.tuples(st.permutations(OPTIONS), st.floats(0, 0.25)).map(
    lambda said: f"{{divert: {said[1]!r}, from: {said[0][0]}, to: {said[0][1]}}}"
)
whens = st.sampled_from(["", "when: {from: 12-01, until: 02-28, ramp: 14 days}\n", "when: {from: day 30}\n"])
overlays = st.lists(st.tuples(whens, numbers, diverts), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(overlays, st.randoms(), st.booleans())
def test_overlays_permute(place: Path, said: list[tuple[str, str, str]], random: Any, steady: bool) -> None:
    """Any order of overlays gives the same resolved file, byte for byte, or the same refusal."""
    world = World(place)
    for when, number, divert in said:
        world.overlay([f"workforce.clerk.posts: {number}", f"stations.desk.next: {divert}"], when)
    order = list(range(len(said)))

    def result() -> str:
        try:
            return written(world.load(order, steady=steady))
        except ScenarioError as error:
            return str(error)

    first = result()
    random.shuffle(order)
    assert result() == first


def _permutations(names: list[str], folder: Path | None, head: str, tail: str) -> set[str]:
    found = set()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "it.yaml"
        for order in itertools.permutations(names):
            path.write_text(f"{head}apply:\n" + "".join(f"  {name}: {{}}\n" for name in order) + tail)
            found.add(written(load(str(path), library=folder)).replace(str(place), ""))
    return found


def test_overlays_permute_in_the_sketches() -> None:
    names = ["boulders/hospital-discharge", "pressures/winter", "practices/leeds-rapid-response"]
    head = "title: x\nbase: [places/hull, operating-models/hull-tracks]\n"
    assert len(_permutations(names, SKETCHES, head, "run: {start: 2026-04-01, length: 365 days}\n")) == 1


def test_overlays_permute_on_the_shipped_baseline() -> None:
    names = sorted(
        path.relative_to(folder()).with_suffix("").as_posix()
        for kind in ("boulders", "pressures", "practices")
        for path in (folder() / kind).glob("*.yaml")
    )
    assert len(names) >= 3
    assert len(_permutations(names[:4], None, "title: x\nbase: [baseline]\n", "")) == 1


@settings(max_examples=60, deadline=None)
@given(overlays, st.floats(0, 2), st.floats(-10, 400))
def test_divert_keeps_the_sum_at_any_level_and_time(
    place: Path, said: list[tuple[str, str, str]], level: float, time: float
) -> None:
    world = World(place)
    taken = set()
    for when, _, divert in said:
        source = divert.split("from: ")[1][0]
        if source not in taken:
            taken.add(source)
            world.overlay([f"stations.desk.next: {divert}"], when)
    shares = desk(world.load(entry=f"{{level: {level!r}}}"), time)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-12)
    assert all(-1e-12 <= share <= 1 + 1e-12 for share in shares.values())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.5, 1.5), min_size=1, max_size=4), st.lists(st.floats(0, 5), min_size=1, max_size=4))
def test_any_number_of_multiply_and_add_compose(place: Path, factors: list[float], more: list[float]) -> None:
    """Every multiply first, then every add, whether they hold from the beginning or from a day on."""
    world = World(place)
    for m in factors:
        world.overlay([f"workforce.clerk.posts: {{multiply: {m!r}}}"])
    for a in more:
        world.overlay([f"workforce.clerk.posts: {{add: {a!r}}}"])
    expected = 100.0
    for m in factors:
        expected *= m
    expected += sum(more)
    posts = world.load().workforce["clerk"].posts
    assert posts.at(-1) == 100
    assert posts.at(0) == pytest.approx(expected, rel=1e-12)
    steady = world.load(steady=True).workforce["clerk"].posts
    assert (steady.changes, steady.value) == ((), pytest.approx(expected, rel=1e-12))


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 2), st.floats(0, 0.5), st.booleans())
def test_the_level_is_linear(place: Path, level: float, new: float, boulder: bool) -> None:
    world = World(place)
    kind, key = ("boulder", "lifted") if boulder else ("pressure", "changes")
    world.overlay([f"workforce.clerk.sickness: {new!r}"], kind=kind, key=key)
    expected = new + level * (0.1 - new) if boulder else 0.1 + level * (new - 0.1)
    if not 0 <= expected <= 1:
        with pytest.raises(ScenarioError, match="at level"):
            world.load(entry=f"{{level: {level!r}}}")
        return
    sickness = world.load(entry=f"{{level: {level!r}}}").workforce["clerk"].sickness
    assert sickness.at(1) == pytest.approx(expected, abs=1e-12)
    if level == (1 if boulder else 0):
        assert sickness.changes == ()


def test_a_boulder_at_level_one_changes_nothing() -> None:
    base = load("baseline")
    for path in sorted((folder() / "boulders").glob("*.yaml")):
        name = f"boulders/{path.stem}"
        with tempfile.TemporaryDirectory() as place:
            (Path(place) / "it.yaml").write_text(f"title: x\nbase: [baseline]\napply: {{{name}: {{level: 1}}}}\n")
            dialled = load(f"{place}/it.yaml")
        for noun in ("stations", "teams", "routes", "workforce", "market", "pools", "events", "discharge_pull"):
            assert getattr(dialled, noun) == getattr(base, noun)
