"""One browser and one report for all tests of a process."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.experiment import run, save
from sim.report import rebuild, write
from sim.scenario import load
from tests.browser.chromium import Browser, find


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = find()
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium found: the report cannot be looked at")
        pytest.skip("no Chromium found (apt install chromium)")
    with Browser(program) as found:
        yield found


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample of a hard winter (``make examples``): every section, chart and table of a real report."""
    place = tmp_path_factory.mktemp("runs") / "winter"
    shutil.copytree(Path(__file__).parents[2] / "docs" / "examples" / "winter", place)
    rebuild(place)
    return place


@pytest.fixture(scope="session")
def address(folder: Path) -> str:
    return (folder / "report.html").as_uri()


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A report of scenarios whose words try everything: markup, quotes, emoji, right to left, 300 letters, formulas."""
    mine = tmp_path_factory.mktemp("mine")
    titles = {
        "markup.yaml": "</title><script>window.hurt=1</script><img src=x onerror=window.hurt=1> & \\\"q\\\" 'q'",
        "long.yaml": "W" * 300,
        "mixed.yaml": "\u202e\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \U0001f682\u200d\U0001f525 =1+1",
    }
    worlds = [load("examples/one-queue", ("run.length=900", "run.warm_up=300"))]
    for name, title in titles.items():
        (mine / name).write_text(
            f'title: "{title}"\nsummary: "{title}"\nbase: [examples/one-queue]\n'
            f'changes:\n  demand.callers.rate: {{value: 0.25, evidence: "=HYPERLINK() {title}"}}\n',
            encoding="utf-8",
        )
        worlds.append(load(str(mine / name), ("run.length=900", "run.warm_up=300")))
    results = run(worlds, replications=5, seed=1)
    found = save(results, tmp_path_factory.mktemp("runs") / "hostile", command='"><script>window.hurt=1', finish=write)
    return (found / "report.html").as_uri()
