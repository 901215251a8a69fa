"""Three sample reports: run, their tables kept in docs/examples, a picture of each in docs/images. ``make examples``.

Kept of a run are the tables that its report is made from; of ``stations.csv`` and ``daily.parquet`` only the rows and
columns that it reads. The pages themselves go to ``outputs/examples``, which git ignores.
Run from the repository: ``python tests/browser/examples.py``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[2]))

from chromium import Browser, find

from sim.report import rebuild
from sim.report.series import CHARTED

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "docs" / "examples"
PICTURES = ROOT / "docs" / "images"
EXAMPLES = {
    "winter": ("compare", "baseline", "winter-pressures", "-n", "20"),
    "operating-models": ("compare", "traditional", "baseline", "-n", "8"),
    "boulders": ("boulders", "baseline", "--set", "run.length=365 days", "-n", "5"),
}
SHOWN = {"winter": "body", "operating-models": "#map-2", "boulders": "#boulders ~ figure"}
"""What the picture of each is of."""
_LEFT_OUT = ("spells.parquet", "people.parquet", "levels.parquet", "worlds.csv", "report.html", "tables.xlsx")
_OF_THE_MACHINE = ("finished", "seconds", "workers")
"""Of the manifest: no clock and no machine is in a sample."""


def keep(run: Path, place: Path) -> None:
    """What the report of a run is made from, as a folder of its own."""
    if place.exists():
        shutil.rmtree(place)
    shutil.copytree(run, place, ignore=shutil.ignore_patterns(*_LEFT_OUT, "*.yaml"))
    lines = (place / "stations.csv").read_text("utf-8").splitlines(keepends=True)
    kept = [
        line for line in lines[1:] if line.split(",")[2] == "" and not line.split(",")[3].lstrip('"').startswith("P(")
    ]
    (place / "stations.csv").write_text("".join([lines[0], *kept]), "utf-8", newline="\n")
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    kept_of = {key: value for key, value in manifest.items() if key not in _OF_THE_MACHINE}
    (place / "manifest.json").write_text(
        json.dumps(kept_of, indent=2, ensure_ascii=False) + "\n", "utf-8", newline="\n"
    )
    daily = pd.read_parquet(place / "daily.parquet")
    columns = [name for name in daily.columns if name in ("scenario", "replication", "day", *CHARTED)]
    daily[columns].to_parquet(place / "daily.parquet", index=False, compression="zstd")


def show(name: str, browser: Browser) -> None:
    """The page of an example, and its picture."""
    place = ROOT / "outputs" / "examples" / name
    if place.exists():
        shutil.rmtree(place)
    shutil.copytree(TABLES / name, place)
    page = rebuild(place)
    browser.open(page.resolve().as_uri(), width=1280, height=1500)
    browser.screenshot(PICTURES / f"report-{name}.png", of=SHOWN[name], tall=1500.0)


def main(names: list[str]) -> None:
    """Run the examples named, or all; ``--again`` makes pages and pictures from the tables there are."""
    again = "--again" in names
    chosen = [name for name in names if name in EXAMPLES] or list(EXAMPLES)
    program = find()
    if program is None:
        sys.exit("no Chromium found: the pictures cannot be taken")
    for name in () if again else chosen:
        with tempfile.TemporaryDirectory() as folder:
            run = Path(folder) / "run"
            command = [sys.executable, "-m", "sim", *EXAMPLES[name], "--out", str(run), "--quiet"]
            subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            keep(run, TABLES / name)
    with Browser(program) as browser:
        for name in chosen:
            show(name, browser)


if __name__ == "__main__":
    main(sys.argv[1:])
