"""Where shipped files are, and what a name means. Nothing else knows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sim.scenario.loader import Node, read_file
from sim.scenario.problems import Place, Problem, ScenarioError, either, suggest

__all__ = [
    "Entry", "Found", "evidence_ids", "find", "folder", "is_path", "kind_of", "register",
    "models_with", "shipped",
]  # fmt: skip

KINDS = ("place", "operating model", "boulder", "pressure", "practice", "scenario")
_PACKAGE = Path(__file__).resolve().parents[1]


class Entry(NamedTuple):
    """One shipped file."""

    name: str
    kind: str
    """place, operating model, boulder, pressure, practice, scenario, part."""
    title: str
    summary: str
    illustrative: bool
    represents: tuple[str, ...] = ()
    """Ids of the register that it stands for."""
    place: str = ""
    """Where a practice comes from."""
    family: str = ""
    """Name of the one result that several overlays rest on."""
    grade: str = ""
    """How good its evidence is, A to E."""


class Found(NamedTuple):
    """A file that a name stands for."""

    name: str
    """As overlays are known by: ``pressures/winter``, or the path typed."""
    path: Path
    shown: str
    """As messages and origins name it."""


def folder() -> Path:
    """The folder of shipped scenarios: in the source tree, or inside the installed package."""
    source = _PACKAGE.parent / "scenarios"
    return source if source.is_dir() else _PACKAGE / "_data" / "scenarios"


class Model(NamedTuple):
    """A shipped operating model, by the stations and teams it has."""

    name: str
    stations: frozenset[str]
    teams: frozenset[str]


@lru_cache(maxsize=1)
def operating_models() -> tuple[Model, ...]:
    """Those that ship."""
    found = []
    for path in sorted((folder() / "operating-models").glob("*.yaml")):
        nodes = read_file(path, path.name).mapping
        has = (frozenset(nodes[noun].mapping if noun in nodes else ()) for noun in ("stations", "teams"))
        found.append(Model(f"operating-models/{path.stem}", *has))
    return tuple(found)


def models_with(file: str, noun: str, name: str) -> str:
    """What to say of a station or team that a practice changes and this operating model lacks; '' of anything else."""
    if noun not in ("stations", "teams") or not file.startswith("practices/"):
        return ""
    having = [model.name for model in operating_models() if name in getattr(model, noun)]
    return f"this practice needs an operating model that has it: {either(having)}" if having else ""


def _register() -> Path:
    source = _PACKAGE.parent / "calibration" / "evidence.yaml"
    return source if source.is_file() else _PACKAGE / "_data" / "calibration" / "evidence.yaml"


@lru_cache(maxsize=1)
def register() -> dict[str, dict[str, str]]:
    """The evidence register: id -> its fields as text; empty when there is no register."""
    path = _register()
    entries = read_file(path, "calibration/evidence.yaml").mapping.get("entries") if path.is_file() else None
    return {
        id: {key: node.text for key, node in entry.mapping.items()}
        for id, entry in (entries.mapping if entries else {}).items()
    }


@lru_cache(maxsize=1)
def evidence_ids() -> frozenset[str]:
    """The ids of the evidence register."""
    return frozenset(register())


def is_path(name: str) -> bool:
    """Whether a name is a file of the user's own rather than a shipped one."""
    return name.endswith((".yaml", ".yml")) or name.startswith((".", "/", "~")) or "\\" in name or name[1:2] == ":"


def find(name: str, place: Place, near: Path | None = None, library: Path | None = None) -> Found:
    """The file a name stands for. ``near``: the folder from which a path written in a file counts."""
    if is_path(name):
        path = Path(os.path.expanduser(name))
        path = path if near is None or path.is_absolute() else near / path
        if near is not None and not path.exists():
            raise ScenarioError(
                [Problem(place, "", f"there is no file `{name}`", "a path counts from this file's folder")]
            )
        return Found(path.as_posix(), path, path.as_posix())
    root = library or folder()
    path = root / f"{name}.yaml"
    if ".." in Path(name).parts or not _is_file(path):
        names = sorted(p.relative_to(root).with_suffix("").as_posix() for p in root.rglob("*.yaml"))
        allowed = f"shipped: {either(names)}" if names else "nothing is shipped"
        if _is_file(Path(name)):
            allowed = f"for the file of that name write `./{name}`"
        raise ScenarioError([Problem(place, "", f"there is no shipped `{name}`", allowed, _near(name, names))])
    return Found(name, path, f"{name}.yaml")


def _near(name: str, names: Sequence[str]) -> str:
    """The shipped name that was probably meant: as written, or by its last part."""
    last = {known.rpartition("/")[2]: known for known in reversed(names)}
    return suggest(name, names) or last.get(suggest(name, last), "")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def kind_of(node: Node) -> str:
    """What a file is: its ``kind:``, else a scenario; a ``part`` when it has only nouns."""
    if "kind" in node.mapping:
        return node.mapping["kind"].text
    return "scenario" if {"base", "apply", "changes", "run"} & set(node.mapping) else "part"


def shipped(library: Path | None = None) -> list[Entry]:
    """Every shipped file that can be read, scenarios first, by name."""
    return list(_entries(library or folder()))


@lru_cache(maxsize=4)
def _entries(root: Path) -> tuple[Entry, ...]:
    found = []
    for path in sorted(root.rglob("*.yaml")):
        name = path.relative_to(root).with_suffix("").as_posix()
        try:
            node = read_file(path, f"{name}.yaml")
        except ScenarioError:
            continue
        head = {key: node.mapping[key].text for key in ("title", "summary") if key in node.mapping}
        illustrative = "illustrative" in node.mapping and node.mapping["illustrative"].value is True
        said = node.mapping.get("represents")
        ids = () if said is None else said.value if isinstance(said.value, tuple) else (said,)
        place, family, grade = (
            node.mapping[key].text if key in node.mapping else "" for key in ("place", "family", "grade")
        )
        told = (name, kind_of(node), head.get("title", name), head.get("summary", ""), illustrative)
        found.append(Entry(*told, tuple(one.text for one in ids), place, family, grade))
    return tuple(sorted(found, key=lambda entry: ("/" in entry.name, entry.name)))
