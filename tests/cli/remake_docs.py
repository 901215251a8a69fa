"""Retake what is made from the program: console blocks, the reference in docs/language.md, the schema for editors.

Run from the repository: ``python tests/cli/remake_docs.py``, or with the names of pages (``README.md``) for those
alone. Elisions are kept (``tests/cli/documents.py``).
"""

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from documents import PAGES, ROOT, printed, retaken, sections

from sim.scenario.editor import SCHEMA_NAME, schema_text
from sim.scenario.reference import markdown


def remake(page: Path) -> None:
    """Run a page's blocks and put in what they print now."""
    lines = page.read_text("utf-8").splitlines()
    edits: list[tuple[int, int, list[str]]] = []
    for _, part in sections(page):
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            for block in part:
                if block.file:
                    Path(block.file).write_text("\n".join(block.lines) + "\n")
                if block.language == "console" and not block.elsewhere:
                    for at, command, wanted in block.typed():
                        start = block.first + at + 1
                        edits.append((start, start + len(wanted), retaken(wanted, printed(command), block.loose)))
            os.chdir(ROOT)
    for start, end, new in reversed(edits):
        lines[start:end] = new
    page.write_text("\n".join(lines) + "\n", "utf-8")


def main() -> None:
    """Everything, or the pages named."""
    wanted = sys.argv[1:]
    os.environ["COLUMNS"] = "160"
    (ROOT / "scenarios" / SCHEMA_NAME).write_text(schema_text(), "utf-8")
    language = ROOT / "docs" / "language.md"
    text = language.read_text("utf-8")
    before, rest = text.split("<!-- reference -->\n")
    after = rest.split("<!-- end -->")[1]
    language.write_text(f"{before}<!-- reference -->\n{markdown().strip()}\n\n<!-- end -->{after}", "utf-8")
    for page in PAGES:
        if not wanted or page.name in wanted:
            remake(page)


if __name__ == "__main__":
    main()
