"""What the pages show is what is printed; the reference and the schema are as the language is now."""

from pathlib import Path

import pytest

from sim.log.tables import Log
from sim.scenario.editor import SCHEMA_NAME, schema_text
from sim.scenario.reference import markdown
from sim.world import Plan, simulate
from tests.cli.documents import PAGES, ROOT, Block, blocks, matches, printed, retaken, sections

AGAIN = "retake it: python tests/cli/remake_docs.py"
TOLD = [
    pytest.param(page, part, id=f"{page.name}{'#' if heading else ''}{heading}")
    for page in PAGES
    for heading, part in sections(page)
    if any(block.language == "console" for block in part)
]


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A world that is on several pages is run once: the same file, seed and replication give the same log."""
    monkeypatch.setattr("sim.experiment.replication.simulate", remembered)


LOGS: dict[tuple[str, int, int], Log] = {}


def remembered(plan: Plan, seed: int, replication: int) -> Log:
    if plan.scenario.name not in ("./quarter.yaml", "baseline"):
        return simulate(plan, seed, replication)
    key = (plan.scenario.model_dump_json(exclude={"run": {"replications", "seed"}}), seed, replication)
    if key not in LOGS:
        LOGS[key] = simulate(plan, seed, replication)
    return LOGS[key]


@pytest.mark.usefixtures("once")
@pytest.mark.parametrize(("page", "part"), TOLD)
def test_every_console_block_prints_what_the_page_shows(
    page: Path, part: list[Block], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    for block in part:
        if block.file:
            Path(block.file).write_text("\n".join(block.lines) + "\n")
        if block.language != "console":
            continue
        if block.elsewhere:
            assert (ROOT / block.elsewhere).is_file(), f"{page.name}: there is no {block.elsewhere}"
            continue
        for line, command, wanted in block.typed():
            got = printed(command)
            where = f"{page.name}:{block.first + line + 1}: $ {command}"
            assert matches(wanted, got, block.loose), f"{where}\n{AGAIN}\nprinted now:\n" + "\n".join(got)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_printed_is_shown_without_its_command(page: Path) -> None:
    """What a program prints stands in a console block, below the command; other blocks are typed or written."""
    known = {"console", "yaml", "sh", "bat", "python"}
    loose = [f"{page.name}:{block.first}" for block in blocks(page) if block.language not in known]
    silent = [f"{page.name}:{b.first}" for b in blocks(page) if b.language == "console" and not list(b.typed())]
    assert (loose, silent) == ([], [])


def test_the_pages_show_something() -> None:
    assert {"README.md", "cookbook.md", "write-a-scenario.md"} <= {page.name for page in PAGES}
    assert sum(len(list(block.typed())) for page in PAGES for block in blocks(page)) > 22


def test_the_reference_is_as_the_language_is() -> None:
    text = (ROOT / "docs" / "language.md").read_text("utf-8")
    inside = text.split("<!-- reference -->\n")[1].split("<!-- end -->")[0]
    assert inside.strip() == markdown().strip(), AGAIN


def test_the_schema_for_editors_is_as_the_language_is() -> None:
    assert (ROOT / "scenarios" / SCHEMA_NAME).read_text("utf-8") == schema_text(), AGAIN


@pytest.mark.parametrize(("wanted", "got", "loose", "good"), [
    (["a  b"], ["a b"], False, True),
    (["a b"], ["a c"], False, False),
    (["a", "..."], ["a", "b", "c"], False, True),
    (["a", "...", "z"], ["a", "z"], False, True),
    (["a", "...", "z"], ["a", "b", "y"], False, False),
    (["in ... seconds"], ["in 3 seconds"], False, True),
    (["in ... seconds"], ["in 3 minutes"], False, False),
    (["72 posts, 1,200 a year"], ["68 posts, 980.5 a year"], True, True),
    (["72 posts"], ["68 posts"], False, False),
    (["72 posts"], ["68 people"], True, False),
    ([], ["more"], False, False),
    (["less", "more"], ["less"], False, False),
])  # fmt: skip
def test_what_counts_as_the_same(wanted: list[str], got: list[str], loose: bool, good: bool) -> None:
    assert matches(wanted, got, loose) is good


def test_a_block_is_retaken_with_its_elisions() -> None:
    assert retaken(["posts 72", "...", "Next x"], ["posts 70", "a", "b", "Next x"]) == ["posts 70", "...", "Next x"]
    assert retaken(["in ... s", "old"], ["in 4 s", "new", "more"]) == ["in ... s", "new", "more"]
    assert retaken(["a", "..."], ["b", "c", "d"]) == ["b", "..."]
