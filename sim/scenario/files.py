"""From a name to every file it stands on: bases, scenarios as bases, what they apply and what they change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sim.scenario.dates import When, read_when
from sim.scenario.forms import Flag
from sim.scenario.library import KINDS, Found, find, is_path, kind_of
from sim.scenario.loader import Node, read_file, read_value
from sim.scenario.nouns import NOUNS
from sim.scenario.number import Num, known_keys
from sim.scenario.problems import Place, ScenarioError, either, suggest
from sim.scenario.tree import Context
from sim.scenario.units import TIME_UNITS

__all__ = ["Applied", "Assembly", "File", "Gathering", "Layer", "Line"]

_HEAD = ("kind", "title", "summary", "illustrative", "evidence", "time_unit", "population", "note")
_OVERLAY = (
    *_HEAD, "when", "represents", "place", "family", "grade", "mechanism", "needs", "unknown", "claim", "claims",
)  # fmt: skip
KEYS = {
    "place": (*_HEAD, *NOUNS),
    "operating model": (*_HEAD, *NOUNS),
    "part": (*_HEAD, *NOUNS, "base", "apply", "changes", "run"),
    "scenario": (*_HEAD, *NOUNS, "base", "apply", "changes", "run"),
    "boulder": (*_OVERLAY, "lifted"),
    "pressure": (*_OVERLAY, "changes"),
    "practice": (*_OVERLAY, "changes"),
}
"""What may be written at the head of each kind of file."""
_DEEPEST = 10


@dataclass(frozen=True)
class File:
    """One file read."""

    found: Found
    node: Node
    kind: str


@dataclass(frozen=True)
class Line:
    """One line of ``changes``, ``lifted`` or ``--set``."""

    path: str
    node: Node
    place: Place


@dataclass(frozen=True)
class Applied:
    """An overlay laid on a scenario."""

    file: File
    level: float
    when: When
    place: Place


@dataclass
class Layer:
    """What one scenario file lays on its base."""

    applied: dict[str, Applied] = field(default_factory=dict)
    own: list[Line] = field(default_factory=list)
    sets: list[Line] = field(default_factory=list)
    describes: bool = True
    """Whether ``own`` holds from the beginning, because the base is places and operating models."""


@dataclass
class Assembly:
    """Every file of a scenario, in the order in which they count."""

    parts: list[File] = field(default_factory=list)
    """Places, operating models and scenarios with nouns of their own."""
    layers: list[Layer] = field(default_factory=list)
    run: dict[str, Node] = field(default_factory=dict)
    run_keys: dict[str, Place] = field(default_factory=dict)
    head: dict[str, Node] = field(default_factory=dict)
    illustrative: bool = False
    files: list[str] = field(default_factory=list)
    scenario_base: bool = False


class Gathering:
    """Reads files and follows their references, noting what is wrong."""

    def __init__(self, ctx: Context, library: Path | None) -> None:
        self.ctx = ctx
        self.library = library
        self.baseless = False
        """Whether a base could not be used: then nothing more can be said."""

    def open(self, name: str, place: Place, near: Path | None = None) -> File | None:
        """Read the file a name stands for; None, and a problem noted, when it cannot be used."""
        try:
            found = find(name, place, near, self.library)
            node = read_file(found.path, found.shown)
        except ScenarioError as error:
            self.ctx.problems.found.extend(p for p in error.problems if p not in self.ctx.problems.found)
            return None
        kind = kind_of(node)
        if kind not in KEYS:
            allowed = f"known: {either(KINDS)}"
            self.ctx.problems.add(
                node.mapping["kind"].place, "kind", f"`{kind}` is not a kind of file", allowed, suggest(kind, KINDS)
            )
            return None
        self._head(node, kind)
        return File(found, node, kind)

    def _head(self, node: Node, kind: str) -> None:
        ctx = self.ctx
        allowed = KEYS[kind]
        for key in node.mapping:
            if key not in allowed:
                what = f"`{key}` is not known here"
                if key == "dated":
                    what = "a resolved file with dated changes is for reading, not for running"
                elif any(key in keys for keys in KEYS.values()):
                    what = f"`{key}` does not belong in a file of kind `{kind}`"
                words = f"known: {either(allowed, 40)}"
                ctx.problems.add(node.keys[key], key, what, words, suggest(key, allowed))
        evidence = ctx.evidence(node, None)
        if evidence:
            ctx.file_evidence[node.place.file] = evidence
        self._register(node)
        for key in ("title", "summary"):
            if key in node.mapping and isinstance(node.mapping[key].value, (dict, tuple)):
                ctx.problems.add(node.mapping[key].place, key, node.mapping[key].as_is, "write a line of text")
        if "illustrative" in node.mapping:
            Flag().parse(node.mapping["illustrative"], "illustrative", ctx, None)
        if "time_unit" in node.mapping:
            unit = node.mapping["time_unit"]
            if unit.text not in TIME_UNITS:
                words = f"known: {either(TIME_UNITS)}"
                ctx.problems.add(
                    unit.place, "time_unit", f"`{unit.text}` is not a time unit", words, suggest(unit.text, TIME_UNITS)
                )
            elif ctx.bare_times and ctx.unit != TIME_UNITS[unit.text]:
                ctx.problems.add(unit.place, "time_unit", "another file has another time unit", "keep to one")
            else:
                ctx.unit, ctx.bare_times = TIME_UNITS[unit.text], True

    def _register(self, node: Node) -> None:
        """What an overlay represents and claims rests on the register too."""
        claim, represents = node.mapping.get("claim"), node.mapping.get("represents")
        if claim is not None:
            self.ctx.evidence(claim, None, "claim")
        if "claims" in node.mapping:
            for key, one in node.mapping["claims"].mapping.items():
                self.ctx.evidence(one, None, f"claims.{key}")
        if represents is not None:
            names = represents.value if isinstance(represents.value, tuple) else (represents,)
            for name in names:
                said = Node({"evidence": name}, name.place)
                self.ctx.evidence(said, None, "represents")

    def scenario(self, file: File, above: tuple[Path, ...] = ()) -> Assembly:
        """Everything a runnable file stands on."""
        resolved = file.found.path.resolve()
        assembly = Assembly()
        if resolved in above or len(above) > _DEEPEST:
            self.ctx.problems.add(file.node.keys.get("base", file.node.place), "base", "this leads back to itself")
            self.baseless = True
            return assembly
        node = file.node
        near = file.found.path.parent if is_path(file.found.name) else None
        if file.kind != "scenario":
            assembly.parts.append(file)
        else:
            self._bases(node, near, assembly, (*above, resolved))
            if any(noun in node.mapping for noun in (*NOUNS, "population")):
                assembly.parts.append(file)
            elif "base" not in node.mapping:
                allowed = "write `base: [baseline]`, or a place and an operating model"
                self.ctx.problems.add(node.place, "base", "there is no `base:` that this could change", allowed)
                self.baseless = True
        assembly.files.append(file.found.shown)
        assembly.head = {**assembly.head, **{k: node.mapping[k] for k in ("title", "summary") if k in node.mapping}}
        flag = node.mapping.get("illustrative")
        assembly.illustrative = assembly.illustrative or (flag is not None and flag.value is True)
        if "run" in node.mapping:
            run = node.mapping["run"]
            if not isinstance(run.value, dict):
                self.ctx.problems.add(run.place, "run", run.as_is, "write `{length: 365 days}`")
            assembly.run.update(run.mapping)
            assembly.run_keys.update(run.keys)
        if file.kind == "scenario":
            self._layer(node, near, assembly)
        return assembly

    def _bases(self, node: Node, near: Path | None, assembly: Assembly, above: tuple[Path, ...]) -> None:
        base = node.mapping.get("base")
        if base is None:
            return
        names = base.value if isinstance(base.value, tuple) else (base,)
        for name in names:
            if not isinstance(name.value, str):
                self.ctx.problems.add(name.place, "base", name.as_is, "write names, such as `[baseline]`")
                continue
            file = self.open(name.text, name.place, near)
            if file is None:
                self.baseless = True
                continue
            if file.kind not in ("place", "operating model", "scenario", "part"):
                allowed = f"write it under `apply:`, as `{name.text}: {{}}`"
                self.ctx.problems.add(name.place, "base", f"`{name.text}` is a {file.kind}, not a base", allowed)
                self.baseless = True
                continue
            below = self.scenario(file, above)
            if below.scenario_base and assembly.scenario_base:
                self.ctx.problems.add(name.place, "base", "this is a second scenario", "one scenario can be the base")
                self.baseless = True
                continue
            if twice := {part.found.path for part in below.parts} & {part.found.path for part in assembly.parts}:
                shown = next(part.found.shown for part in below.parts if part.found.path in twice)
                self.ctx.problems.add(name.place, "base", f"{shown} is part of the base already", "leave it out here")
                self.baseless = True
                continue
            assembly.scenario_base = assembly.scenario_base or file.kind == "scenario"
            assembly.parts += below.parts
            assembly.layers += below.layers
            assembly.run.update(below.run)
            assembly.run_keys.update(below.run_keys)
            assembly.illustrative = assembly.illustrative or below.illustrative
            assembly.files += [shown for shown in below.files if shown not in assembly.files]

    def _layer(self, node: Node, near: Path | None, assembly: Assembly) -> None:
        layer = Layer(describes=not assembly.scenario_base)
        apply = node.mapping.get("apply")
        if apply is not None:
            if isinstance(apply.value, (tuple, str)):
                self.ctx.problems.add(apply.place, "apply", apply.as_is, "write `{pressures/winter: {}}`")
            for name in sorted(apply.mapping):
                self._apply(name, apply.mapping[name], apply.keys[name], near, layer)
        self._over(assembly, layer)
        layer.own = lines(node.mapping.get("changes"), "changes", self.ctx)
        assembly.layers.append(layer)

    def on_top(self, assembly: Assembly, apply: Mapping[str, float]) -> Layer | None:
        """Overlays and their levels as a file would apply them that has the scenario as its base; None for none."""
        if not apply:
            return None
        layer = Layer(describes=False)
        for name, level in sorted(apply.items()):
            place = Place(name)
            self._apply(name, Node({"level": Node(level, place, f"{level:g}")}, place), place, None, layer)
        self._over(assembly, layer)
        return layer

    def stacked(self, layers: Sequence[Layer]) -> None:
        """Note overlays that rest on one result and together are more than the whole of it."""
        families: dict[str, list[Applied]] = {}
        for applied in (one for layer in layers for _, one in sorted(layer.applied.items())):
            named = applied.file.node.mapping.get("family")
            if named is not None:
                families.setdefault(named.text, []).append(applied)
        for family, members in families.items():
            total = sum(one.level for one in members)
            if len(members) > 1 and total > 1.0 + 1e-9:
                last = max(members, key=lambda one: (one.place.file, one.place.line, one.place.column))
                names = " and ".join(f"`{one.file.found.name}`" for one in members)
                what = f"{names} rest on one result (family `{family}`), and together take it {total:g} times"
                allowed = "give them levels that add up to 1 at most"
                self.ctx.problems.add(last.place, f"apply.{last.file.found.name}", what, allowed)

    def _over(self, assembly: Assembly, layer: Layer) -> None:
        """What a layer applies is no longer applied by those below it."""
        for below in assembly.layers:
            for name in layer.applied:
                below.applied.pop(name, None)
        for name in layer.applied:
            shown = layer.applied[name].file.found.shown
            if shown not in assembly.files:
                assembly.files.append(shown)

    def _apply(self, name: str, node: Node, place: Place, near: Path | None, layer: Layer) -> None:
        file = self.open(name, place, near)
        if file is None:
            return
        if file.kind not in ("boulder", "pressure", "practice"):
            allowed = f"write it under `base:`, as `base: [{name}]`"
            self.ctx.problems.add(place, f"apply.{name}", f"`{name}` is a {file.kind}, not an overlay", allowed)
            return
        entry = node if node.value is not None else Node({}, node.place)
        if not isinstance(entry.value, dict):
            self.ctx.problems.add(node.place, f"apply.{name}", node.as_is, "write `{level: 0.5}` or `{}`")
            return
        known_keys(entry, ("level", "from", "until", "ramp"), f"apply.{name}", self.ctx)
        level = 1.0
        if "level" in entry.mapping:
            got = Num("factor", 0.0, 10.0).read(entry.mapping["level"], f"apply.{name}.level", self.ctx)
            level = got[0] if got else 1.0
        if file.found.name in layer.applied:
            first = layer.applied[file.found.name].place
            self.ctx.problems.add(place, f"apply.{name}", f"this is applied already in {first}", "apply it once")
        layer.applied[file.found.name] = Applied(file, level, self._when(entry, file, f"apply.{name}"), place)

    def _when(self, entry: Node, file: File, path: str) -> When:
        """The dates of an entry of ``apply``, over those of the file."""
        dates = {key: child for key, child in entry.mapping.items() if key in ("from", "until", "ramp")}
        said = read_when(replace(entry, value=dates), path, self.ctx, check_pair=False) if dates else When()
        when = (said or When()).over(own_when(file, self.ctx))
        return when if when.check(self.ctx, path if dates else "when") else When()


def own_when(file: File, ctx: Context) -> When:
    """The dates at the head of an overlay."""
    node = file.node.mapping.get("when")
    return (read_when(node, "when", ctx, check_pair=False) if node is not None else None) or When()


def flat(node: Node, path: str) -> str:
    """The path of the first value inside nested mappings, for those who write changes as a tree."""
    while node.mapping and "value" not in node.mapping:
        key, node = next(iter(node.mapping.items()))
        path = f"{path}.{key}"
    return path


def lines(node: Node | None, path: str, ctx: Context) -> list[Line]:
    """The lines of ``changes`` or ``lifted``."""
    if node is None or node.value is None:
        return []
    if not isinstance(node.value, dict):
        ctx.problems.add(node.place, path, node.as_is, "write `path.to.number: value`, one a line")
        return []
    return [Line(key, child, node.keys[key]) for key, child in node.mapping.items()]


def set_lines(sets: tuple[str, ...], ctx: Context) -> list[Line]:
    """The lines typed as ``--set path=value``."""
    found: list[Line] = []
    for text in sets:
        shown = f"--set {text}"
        path, equals, value = text.partition("=")
        if not equals or not path.strip():
            ctx.problems.add(Place(shown), "", "there is no `path=value` here", "write `--set run.replications=5`")
            continue
        try:
            node = read_value(value.strip(), shown)
        except ScenarioError as error:
            ctx.problems.found.extend(problem._replace(place=Place(shown)) for problem in error.problems)
            continue
        found.append(Line(path.strip(), node, Place(shown)))
    return found
