"""The schema for editors: it takes every file there is, and marks what is misspelt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sim.scenario.editor import editor_schema
from sim.scenario.loader import Node, read_file, read_text
from sim.scenario.reference import sections
from sim.scenario.starter import starter

ROOT = Path(__file__).parents[3]
FOLDERS = ("scenarios", "tests/unit/sketches", "tests/validation/cases", "sim/verify/cases")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.yaml"))


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    found = editor_schema()
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


def plain(node: Node) -> Any:
    """A file as an editor's YAML 1.2 reads it."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    return [plain(child) for child in node.value] if isinstance(node.value, tuple) else node.value


def wrong(schema: Draft202012Validator, text: str) -> list[str]:
    return [error.message for error in schema.iter_errors(plain(read_text(text, "it.yaml")))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_is_of_the_form(schema: Draft202012Validator, path: Path) -> None:
    assert [error.message for error in schema.iter_errors(plain(read_file(path, path.name)))] == []


@pytest.mark.parametrize("source", ["baseline", "pressures/winter", "examples/one-queue"])
def test_a_starter_is_of_the_form(schema: Draft202012Validator, source: str) -> None:
    assert wrong(schema, starter(source).text) == []


ONE = (ROOT / "scenarios" / "examples" / "one-queue.yaml").read_text()


@pytest.mark.parametrize(("old", "new"), [
    ("title:", "titel:"),
    ("workers: 3", "wrokers: 3"),
    ("kind: task", "kind: tusk"),
    ("effort: {dist", "efort: {dist"),
    ("dist: exponential", "dist: exponental"),
    ("mean: 10", "maen: 10"),
    ("warm_up: 5000", "warmup: 5000"),
    ("rate: 0.2", "rate: 0.2 per minute"),
    ("workers: 3", "workers: three"),
    ("workers: 3", "workers: {valeu: 3}"),
    ("replications: 20", "replications: 2.5"),
    ("teams:", "teems:"),
])  # fmt: skip
def test_what_is_misspelt_is_marked(schema: Draft202012Validator, old: str, new: str) -> None:
    assert old in ONE
    assert wrong(schema, ONE) == []
    assert wrong(schema, ONE.replace(old, new, 1)) != []


@pytest.mark.parametrize(("line", "good"), [
    ("workforce.broker.posts: 3", True),
    ("workforce.broker.posts: {add: 3, evidence: assumption}", True),
    ("stations.a.next: {divert: 0.5, from: b, to: c}", True),
    ("stations.a: {new: {kind: exit}}", True),
    ("workforse.broker.posts: 3", False),
    ("workforce.broker.posts: {add: 3, evidense: assumption}", False),
    ("stations.a.next: {divert: 0.5, form: b, to: c}", False),
])  # fmt: skip
def test_changes(schema: Draft202012Validator, line: str, good: bool) -> None:
    assert (wrong(schema, f"title: x\nbase: [baseline]\nchanges:\n  {line}\n") == []) is good


def test_every_field_says_what_it_means() -> None:
    silent = [f"{section.path}.{field.name}" for section in sections() for field in section.fields if not field.meaning]
    assert silent == []
    assert [section.title for section in sections() if not section.meaning] == []
