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
    for name in native.modules():
        path = (folder / "sim" / name).with_suffix(EXTENSION_SUFFIXES[0])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    (folder / f"{native.LIBRARY}{EXTENSION_SUFFIXES[0]}").write_bytes(b"made for another machine")
    assert in_use(TRAINTRACKS_CORES=str(tmp_path)) == "Python True"


@pytest.fixture
def core(tmp_path: Path) -> Path:
    """A copy of the core that is in use, in a folder of its own."""
    place = tmp_path / "cores" / native.fingerprint()
    shutil.copytree(native.HOME / place.name, place)
    assert in_use(TRAINTRACKS_CORES=str(place.parent)) == "compiled False"
    return place


@compiled
def test_half_a_core_is_none(core: Path) -> None:
    (core / "sim" / "world" / f"race{EXTENSION_SUFFIXES[0]}").unlink()
    assert in_use(TRAINTRACKS_CORES=str(core.parent)) == "Python True"


@compiled
@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="whoever may read everything, may")
def test_a_core_that_may_not_be_read_is_none(core: Path) -> None:
    for folder in (core, core.parent):
        folder.chmod(0)
        try:
            assert in_use(TRAINTRACKS_CORES=str(core.parent)) == "Python True"
        finally:
            folder.chmod(0o755)


@compiled
@pytest.mark.parametrize("text", [None, "raise ImportError", "raise ValueError('ABI version conflict')"])
def test_without_what_mypy_brings_plain_python_runs(core: Path, tmp_path: Path, text: str | None) -> None:
    """Gone, out of order, or another than the core was made with."""
    (tmp_path / "librt").mkdir()
    (tmp_path / "librt" / "__init__.py").write_text("")
    if text:
        (tmp_path / "librt" / "strings.py").write_text(text)
    words = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import sim.world; {IN_USE}"
    done = python("-c", words, TRAINTRACKS_CORES=str(core.parent))
    assert done.stdout.split() == ["Python", "True"], done.stderr


def test_which_modules_are_compiled() -> None:
    names = native.modules()
    assert {"engine/pool.py", "world/race.py", "world/world.py"} <= set(names)
    assert not any(name.endswith("__init__.py") for name in names)


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
    again = [f"Not compiled: the compiler gave up ({build.AGAIN}).", build.PYTHON]
    assert told[4:] == again
    build.ensure(told.append)
    assert len(tried) == 2
    assert told[7:] == again
    os.utime(home / f"{native.fingerprint()}.failed", (1e9, 1e9))
    build.ensure(told.append, once=True)
    assert len(tried) == 3


def test_a_failure_that_cannot_be_noted_is_told_all_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> Path:
        (home / f"{native.fingerprint()}.failed").mkdir()
        raise build.NotBuilt("the compiler gave up", "its last line")

    monkeypatch.setattr(build, "build", fails)
    told: list[str] = []
    assert not build.ensure(told.append, why=True)
    assert told[1:] == ["Not compiled: the compiler gave up.", "its last line", build.PYTHON]


def test_a_core_that_runs_is_not_made_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = home / native.fingerprint()
    place.mkdir()
    os.utime(place, (1e9, 1e9))
    monkeypatch.setattr(build, "runs", lambda: True)
    monkeypatch.delattr(build, "build")
    told: list[str] = []
    assert build.ensure(told.append, once=True)
    assert not told
    assert build.ensure(told.append)
    assert told == [f"The compiled core is there: {place}"]
    assert place.stat().st_mtime > 1e9  # used last, kept longest


@compiled
def test_a_core_that_runs_is_known_by_running(core: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "HOME", core.parent)
    assert build.runs()
    (core / f"{native.LIBRARY}{EXTENSION_SUFFIXES[0]}").write_bytes(b"")
    assert not build.runs()


def test_turned_off_there_is_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(native.SWITCH, "1")
    told: list[str] = []
    assert not build.ensure(told.append, once=True)
    assert not told
    assert not build.ensure(told.append)
    assert told == [f"The compiled core is turned off ({native.SWITCH})."]


def test_a_folder_that_cannot_be_written_to_is_no_fault(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "a file").write_text("")
    monkeypatch.setattr(build, "HOME", home / "a file" / "cores")
    told: list[str] = []
    assert not build.ensure(told.append)
    assert told[-1] == build.PYTHON


class Quick:
    """As if a compiler wrote its library at once; what the core then simulates may be told."""

    result = "the same"
    runs = True

    def do(self, work: Path, code: str, cores: Path, switch: str = "") -> str:
        if work == native.SOURCE.parent:
            return "compiled" if self.runs else "Python"
        folder = cores / native.fingerprint(work / "sim")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "library").write_text("")
        return "Python the same" if switch else f"compiled {self.result}"


@pytest.fixture
def quick(home: Path, monkeypatch: pytest.MonkeyPatch) -> Quick:
    made = Quick()
    monkeypatch.setattr(build, "_do", made.do)
    return made


def test_a_build_that_another_overtook_takes_what_the_other_made(quick: Quick, home: Path) -> None:
    place = build.build()
    assert build.build() == place
    assert [path.name for path in home.iterdir()] == [native.fingerprint()]


def test_what_is_there_but_does_not_run_is_made_again(quick: Quick, home: Path) -> None:
    place = home / native.fingerprint()
    place.mkdir()
    (place / "half of it").write_text("")
    quick.runs = False
    assert build.ensure(lambda line: None)
    assert [path.name for path in home.iterdir()] == [place.name]
    assert [path.name for path in place.iterdir()] == ["library"]


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
    (home / "a.failed").write_text("")
    os.utime(home / "a.failed", (1e9, 1e9))
    build.build()
    assert {path.name for path in home.iterdir()} == {native.fingerprint(), "b", "c"}


def test_warnings_are_no_result(tmp_path: Path) -> None:
    words = "import sys; print('compiled'); sys.stderr.write('a warning')"
    assert build._do(tmp_path, words, tmp_path) == "compiled"
    with pytest.raises(build.NotBuilt) as failed:
        build._do(tmp_path, words + "; sys.exit(1)", tmp_path)
    assert failed.value.said.splitlines() == ["compiled", "", "a warning"]
