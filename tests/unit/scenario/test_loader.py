"""What YAML text means here: the traps of older YAML are not ours, and every value knows its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import ScenarioError
from sim.scenario.loader import DEEPEST, read_file, read_text


def value(text: str) -> object:
    return read_text(f"a: {text}", "it.yaml").mapping["a"].value


@pytest.mark.parametrize(
    "word", ["18_64", "12:30", "2026-12-01", "no", "yes", "on", "off", "0o8", "1_000", "12-01", "="]
)
def test_words_that_older_yaml_would_change_stay_words(word: str) -> None:
    assert value(word) == word


@pytest.mark.parametrize(("written", "number"), [
    ("1e3", 1000.0), ("010", 10), ("-5", -5), ("+.5", 0.5), ("0x1F", 31), ("0o17", 15), ("1.", 1.0),
])  # fmt: skip
def test_numbers_are_those_of_yaml_1_2(written: str, number: float) -> None:
    assert value(written) == number


def test_true_false_and_nothing() -> None:
    assert [value(word) for word in ("true", "False", "~", "null", "")] == [True, False, None, None, None]


def test_what_is_quoted_is_text() -> None:
    assert [value(text) for text in ("'12'", '"true"', "''")] == ["12", "true", ""]


def test_every_key_and_value_knows_its_line_and_column() -> None:
    node = read_text("title: x\nrun:\n  length: 28 days\n", "it.yaml")
    run = node.mapping["run"]
    assert str(run.keys["length"]) == "it.yaml:3:3"
    assert str(run.mapping["length"].place) == "it.yaml:3:11"


def problems(text: str) -> str:
    with pytest.raises(ScenarioError) as raised:
        read_text(text, "it.yaml")
    return str(raised.value)


def test_a_key_given_twice_is_told_with_both_lines() -> None:
    assert problems("a: 1\nb: 2\na: 3\n") == "it.yaml:3:1: `a` is given twice; the first is in line 1: keep one"


def test_every_problem_of_a_file_is_told_at_once() -> None:
    said = problems("a: !!python/object:os.system {}\nb: &x 1\nc: *x\nb: 2\n")
    assert [line.split(": ")[0] for line in said.splitlines()] == [
        "it.yaml:1:4", "it.yaml:2:4", "it.yaml:3:4", "it.yaml:4:1"
    ]  # fmt: skip


def test_nesting_is_bounded() -> None:
    assert "nested too deeply" in problems("a: " + "[" * (DEEPEST + 1))


def test_a_file_that_is_not_utf8_is_told_where(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("title: x\nsummary: caf\xe9\n".encode("latin-1"))
    with pytest.raises(ScenarioError) as raised:
        read_file(path, "latin.yaml")
    assert str(raised.value) == "latin.yaml:2:13: this is not UTF-8 text; save the file as UTF-8"


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbftitle: x\r\nrun: {}\r\n")
    assert list(read_file(path, "windows.yaml").mapping) == ["title", "run"]
