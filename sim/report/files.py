"""The files of a report, written into a run folder from its saved tables."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from sim.experiment.folder import FolderError
from sim.report.other import KINDS
from sim.report.page import bare, build, one_page
from sim.report.saved import Saved
from sim.report.workbook import workbook

__all__ = ["rebuild", "write"]

_NEEDED = ("manifest.json", "summary.json", "inputs.csv", "stations.csv", "flows.csv", "daily.parquet")


def write(folder: Path) -> Path:
    """Write ``report.html`` and ``tables.xlsx`` into a run folder, and return the path of the page."""
    saved = Saved(folder)
    _put(folder / "tables.xlsx", workbook(saved))
    return _put(folder / "report.html", build(saved).encode())


def rebuild(folder: Path, *, summary: bool = False) -> Path:
    """The report of a saved run again: the same bytes from the same tables. ``summary``: one page, ``summary.html``.

    Raises ``FolderError`` when the folder is not a run, or lacks a table that the report is made from.
    """
    if not folder.is_dir():
        raise FolderError(f"{folder} is not a folder; give the folder of a run, such as outputs/2026-04-01-baseline")
    manifest = _manifest(folder)
    kind = manifest.get("kind", "")
    if kind in KINDS and not summary and all((folder / name).is_file() for name in KINDS[kind]):
        return _put(folder / "report.html", bare(folder, kind, manifest["versions"]["traintracks"]).encode())
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if missing:
        what = "is not a run" if "manifest.json" in missing else "is an incomplete run, or of an earlier version"
        raise FolderError(f"{folder} {what}: there is no {', '.join(missing)}; traintracks run makes a folder of them")
    try:
        if summary:
            return _put(folder / "summary.html", one_page(Saved(folder)).encode())
        return write(folder)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise FolderError(f"{folder} cannot be read: a table is damaged ({error})") from None


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest; empty where there is none to read."""
    try:
        found = json.loads((folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _put(path: Path, content: bytes) -> Path:
    """Write a file beside its place and rename it into it."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path
