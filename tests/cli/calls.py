"""A command typed in a test."""

import pytest

from sim.cli import main

__all__ = ["call"]


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """(exit code, stdout, stderr) of a command."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    found = capsys.readouterr()
    return int(end.value.code or 0), found.out, found.err
