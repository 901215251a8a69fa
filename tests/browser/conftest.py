"""One browser, and every page made once, for all tests of a process."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from sim.experiment import run, save
from sim.report import write
from sim.scenario import load
from tests.browser.chromium import Browser, find
from tests.kinds import HURT, SAMPLES, kind, sample

Pages = Callable[[str], Path]


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
def folders(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The folder of a sample or a kind by its name, made when it is first asked for; ``hostile-`` before it: hurtful.

    ``hostile-compare`` is a comparison run with scenarios whose words try everything.
    """
    place = tmp_path_factory.mktemp("pages")

    @cache
    def made(name: str) -> Path:
        bare = name.removeprefix("hostile-")
        if name == "hostile-compare":
            return hostile(place)
        if name in SAMPLES:
            return sample(name, place / name)
        return kind(bare, place / name, "" if bare == name else HURT)

    return made


@pytest.fixture(scope="session")
def pages(folders: Pages) -> Callable[[str], str]:
    """The address of a page by its name, as ``folders``."""
    return lambda name: (folders(name) / "report.html").as_uri()


@pytest.fixture(scope="session")
def folder(folders: Pages) -> Path:
    """The sample of a hard winter (``make examples``): every section, chart and table of a real report."""
    return folders("winter")


@pytest.fixture(scope="session")
def address(pages: Callable[[str], str]) -> str:
    return pages("winter")


def hostile(place: Path) -> Path:
    """A comparison of scenarios whose words try everything: markup, quotes, emoji, right to left, 300 letters."""
    mine = place / "mine"
    mine.mkdir()
    titles = {"all.yaml": HURT, "formula.yaml": "=1+1"}
    worlds = [load("examples/one-queue", ("run.length=900", "run.warm_up=300"))]
    for name, title in titles.items():
        (mine / name).write_text(
            f'title: "{title}"\nsummary: "{title}"\nbase: [examples/one-queue]\n'
            f'changes:\n  demand.callers.rate: {{value: 0.25, evidence: "=HYPERLINK() {title}"}}\n',
            encoding="utf-8",
        )
        worlds.append(load(str(mine / name), ("run.length=900", "run.warm_up=300")))
    results = run(worlds, replications=5, seed=1)
    return save(results, place / "hostile-compare", command='"><script>window.hurt=1', finish=write)
