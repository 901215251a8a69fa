"""What plain Python gives: of the compiled core no method can be replaced, so that nothing can listen inside it."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sim import native

__all__ = ["plainly"]

Result = TypeVar("Result")

TESTS = Path(__file__).parent
CALL = f"""
import importlib, pickle, sys, types
tests = sys.modules["tests"] = types.ModuleType("tests")
tests.__path__ = [{str(TESTS)!r}]
module, name, arguments = pickle.load(sys.stdin.buffer)
pickle.dump(getattr(importlib.import_module(module), name)(*arguments), sys.stdout.buffer)
"""
"""``tests`` is made by hand: a library may have installed a package of that name."""


def plainly(function: Callable[..., Result], *arguments: object) -> Result:
    """What a function of a test module gives in a process of its own, with the compiled core turned off."""
    done = subprocess.run(
        [sys.executable, "-c", CALL],
        input=pickle.dumps((function.__module__, function.__name__, arguments)),
        env=os.environ | {native.SWITCH: "1"},
        cwd=TESTS.parent,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: Result = pickle.loads(done.stdout)
    return found
