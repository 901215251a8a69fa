"""The wheel, installed by itself: everything that runs read comes with it, and nothing of the repository is needed."""

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Call = Callable[..., subprocess.CompletedProcess[str]]


def done(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    words = [str(word) for word in command]
    found = subprocess.run(words, cwd=cwd, env=kept | environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, f"{' '.join(words)}\n{found.stdout}\n{found.stderr}"
    return found


@pytest.fixture(scope="module")
def traintracks(tmp_path_factory: pytest.TempPathFactory) -> Call:
    """The command of a fresh environment with the wheel in it; what the wheel needs is lent by this one."""
    folder = tmp_path_factory.mktemp("wheel")
    done(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=False)
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = (sys.executable, "-m", "pip", "--python", scripts / "python", "install", "--quiet", "--no-deps", "--no-index")
    done(*pip, wheel, cwd=folder)
    (site,) = (folder / "venv").rglob("site-packages")
    (site / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    empty = folder / "empty"
    empty.mkdir()
    return lambda *words: done(scripts / "traintracks", *words, cwd=empty)


def test_it_is_the_wheel_that_runs(traintracks: Call) -> None:
    python = Path(traintracks("--version").args[0]).with_name("python")
    where = done(python, "-c", "import sim; print(sim.__file__)", cwd=python.parent).stdout
    assert str(ROOT) not in where


def test_list_shows_what_comes_with_it(traintracks: Call) -> None:
    assert "baseline" in traintracks("list").stdout


def test_check_finds_nothing_wrong(traintracks: Call) -> None:
    assert "baseline: nothing wrong" in traintracks("check", "baseline").stdout


def test_explain_reads_the_register(traintracks: Call) -> None:
    assert "grade" in traintracks("explain", "P097").stdout


def test_a_first_file_and_its_schema(traintracks: Call) -> None:
    assert "traintracks compare baseline ./mine.yaml" in traintracks("new").stdout
    assert "./mine.yaml: nothing wrong" in traintracks("check", "./mine.yaml").stdout


def test_run_baseline_once(traintracks: Call) -> None:
    out = traintracks("run", "baseline", "-n", "1", "--workers", "1", "--out", "there").stdout
    assert "1 replication" in out
    assert "report.html" in out
