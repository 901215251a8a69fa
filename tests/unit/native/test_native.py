"""When the compiled core is taken, and what is said and left behind where it cannot be made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from sim import native
from sim.native import build

ROOT = Path(__file__).parents[3]
IN_USE = "from sim import native; import sim.engine.pool as p; print(native.core(), p.__file__.endswith('.py'))"
compiled = pytest.mark.skipif(native.core() == "Python", reason="there is no compiled core: python -m sim.native")


def python(*words: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key not in (native.SWITCH, "PYTHONPATH")}
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=cwd, env=env | environment, capture_output=True, text=True, check=False)


def in_use(cwd: Path = ROOT, **environment: str) -> str:
    done = python("-c", IN_USE, cwd=cwd, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with a copy of ``sim``."""
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


# taken or not


@compiled
def test_it_is_taken_where_it_is_there() -> None:
    assert in_use() == "compiled False"
    assert in_use(**{native.SWITCH: "0"}) == "compiled False"


def test_a_variable_turns_it_off() -> None:
    assert in_use(**{native.SWITCH: "1"}) == "Python True"


@compiled
def test_an_edited_source_runs_in_python(copy: Path) -> None:
    assert in_use(copy) == "compiled False"
    path = copy / "sim" / "world" / "race.py"
    path.write_bytes(path.read_bytes() + b"# edited\n")
    assert in_use(copy) == "Python True"


@pytest.mark.parametrize("package", ["engine", "world", "scenario", "log", "native"])
def test_the_name_of_a_core_follows_from_every_source(copy: Path, package: str) -> None:
    source = copy / "sim"
    first = native.fingerprint(source)
    assert first == native.fingerprint()
    path = min((source / package).glob("*.py"))
    text = path.read_bytes()
    path.write_bytes(text + b"#")
    assert native.fingerprint(source) != first
    path.write_bytes(text)
    assert native.fingerprint(source) == first
    path.rename(path.with_name("another.py"))
    assert native.fingerprint(source) != first


def test_a_core_that_cannot_be_loaded_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / native.fingerprint()
    folder.mkdir()
    (folder / f"{native.LIBRARY}{EXTENSION_SUFFIXES[0]}").write_bytes(b"made for another machine")
    assert in_use(TRAINTRACKS_CORES=str(tmp_path)) == "Python True"


def test_which_modules_are_compiled() -> None:
    names = build.modules()
    assert {"engine/pool.py", "world/race.py", "world/world.py"} <= set(names)
    assert not any(name.endswith("__init__.py") or name in build.PLAIN for name in names)
    assert all((native.SOURCE / name).is_file() for name in build.PLAIN)


# made or not


@pytest.mark.skipif(os.name != "posix", reason="the compiler of Windows is found by setuptools alone")
@pytest.mark.parametrize("must", [False, True])
def test_without_a_compiler_it_says_so_and_leaves_nothing(tmp_path: Path, must: bool) -> None:
    cores = tmp_path / "cores"
    words = ("-m", "sim.native", *["--must"][:must])
    done = python(*words, CC="no-such-compiler", TRAINTRACKS_CORES=str(cores))
    assert done.returncode == must
    assert done.stdout.splitlines() == [
        "Not compiled: there is no C compiler (no-such-compiler).",
        "Simulations run in plain Python: slower, with the same results.",
    ]
    assert not done.stderr
    assert not cores.exists()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for cores, on a machine that lacks nothing."""
    monkeypatch.setattr(build, "HOME", tmp_path)
    monkeypatch.setattr(build, "lacking", lambda: "")
    monkeypatch.delenv(native.SWITCH, raising=False)
    return tmp_path


def test_what_failed_is_not_tried_again_at_every_turn(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def fails() -> Path:
        tried.append("")
        raise build.NotBuilt("the compiler gave up", "its last line")

    monkeypatch.setattr(build, "build", fails)
    told: list[str] = []
    assert not build.ensure(told.append, why=True)
    assert told[1:] == ["Not compiled: the compiler gave up.", "its last line", build.PYTHON]
    assert not build.ensure(told.append, once=True)
    assert len(tried) == 1
    assert told[4:] == ["Not compiled: the compiler gave up.", build.PYTHON]
    build.ensure(told.append)
    assert len(tried) == 2


def test_a_core_that_is_there_is_not_made_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / native.fingerprint()).mkdir()
    told: list[str] = []
    assert build.ensure(told.append, once=True)
    assert not told
    assert build.ensure(told.append)
    assert len(told) == 1


def test_a_folder_that_cannot_be_written_to_is_no_fault(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "a file").write_text("")
    monkeypatch.setattr(build, "HOME", home / "a file" / "cores")
    told: list[str] = []
    assert not build.ensure(told.append)
    assert told[-1] == build.PYTHON


class Quick:
    """As if a compiler wrote its library at once; what the core then simulates may be told."""

    result = "the same"

    def do(self, work: Path, code: str, switch: str = "") -> str:
        folder = work / "cores" / native.fingerprint(work / "sim")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "library").write_text("")
        return "Python the same" if switch else f"compiled {self.result}"


@pytest.fixture
def quick(home: Path, monkeypatch: pytest.MonkeyPatch) -> Quick:
    made = Quick()
    monkeypatch.setattr(build, "_do", made.do)
    return made


def test_of_two_builds_at_once_both_are_right(quick: Quick, home: Path) -> None:
    place = build.build()
    assert build.build() == place
    assert [path.name for path in home.iterdir()] == [native.fingerprint()]


def test_a_core_with_results_of_its_own_is_not_taken(quick: Quick, home: Path) -> None:
    quick.result = "another"
    told: list[str] = []
    assert not build.ensure(told.append)
    assert "does not give the results of plain Python" in told[1]
    assert [path.name for path in home.iterdir()] == [f"{native.fingerprint()}.failed"]


def test_old_cores_go(quick: Quick, home: Path) -> None:
    for age, name in enumerate(("c", "b", "a", "building-by-another")):
        (home / name).mkdir()
        os.utime(home / name, (1e9 - age, 1e9 - age))
    build.build()
    assert {path.name for path in home.iterdir()} == {native.fingerprint(), "b", "c"}
