"""Settings shared by all tests."""

from pathlib import Path

import pytest
from hypothesis import settings

from sim import native

settings.register_profile("traintracks", deadline=None, derandomize=True)
settings.load_profile("traintracks")

TOGETHER = (
    "browser", "cli/test_docs.py", "cli/test_wheel.py", "property/test_hull_conserves.py", "property/test_overlays.py",
    "property/test_shared_luck.py", "unit/calibration", "unit/experiment", "unit/measures/test_known_then.py",
    "unit/report", "unit/test_shipped_scenarios.py", "verification/test_staff.py",
)  # fmt: skip
"""Folders and files whose tests share what takes long to make: one process does them all, so it is made once."""


def pytest_report_header() -> str:
    return f"engine and world: {native.core()}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        name = item.path.relative_to(Path(__file__).parent).as_posix()
        for group in TOGETHER:
            if name.startswith(group):
                item.add_marker(pytest.mark.xdist_group(group))
