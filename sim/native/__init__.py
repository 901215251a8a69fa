"""The compiled core: ``sim.engine`` and ``sim.world`` as machine code, which gives the same bytes sooner.

It is an option. ``python -m sim.native`` makes it, in a folder of the environment named after the sources it was made
from; while that folder is there, the two packages take their modules from it. After any change of a source the name is
another, and plain Python runs until it is made again. ``TRAINTRACKS_PYTHON=1`` turns it off; ``TRAINTRACKS_CORES``
names another folder for compiled cores.
"""

import os
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

__all__ = ["COMPILED", "HOME", "LIBRARY", "SOURCE", "SWITCH", "core", "fingerprint", "folders", "modules", "off"]

SWITCH = "TRAINTRACKS_PYTHON"
"""The environment variable that turns the compiled core off, when it is set to anything but 0."""
SOURCE = Path(__file__).absolute().parents[1]
"""The folder of ``sim`` itself."""
HOME = Path(os.environ.get("TRAINTRACKS_CORES") or Path(sys.prefix, "lib", "traintracks")).absolute()
"""Where compiled cores lie: with the environment, so that it takes them along when it is removed."""
COMPILED = ("engine", "world")
"""Packages of ``sim`` that are compiled."""
LIBRARY = "traintracks__mypyc"
"""The one library in which all compiled modules are; each has a small file of its own by which it is imported."""

_SUFFIX = EXTENSION_SUFFIXES[0]
"""How the names of files end that hold machine code for this Python."""
_READ = (*COMPILED, "log", "native", "scenario")
"""Packages whose sources decide what the machine code is: mypyc takes types and constants from what it imports."""


def modules(source: Path = SOURCE) -> list[str]:
    """Files that are compiled, from the folder of ``sim``."""
    found = (path for package in COMPILED for path in sorted((source / package).glob("*.py")))
    return [path.relative_to(source).as_posix() for path in found if path.name != "__init__.py"]


def fingerprint(source: Path = SOURCE) -> str:
    """What a compiled core of these sources is called: their names and bytes, and what it runs on.

    That is a Python and the library of mypyc's own types, which machine code calls into and which comes with mypy.
    """
    digest = blake2b(_SUFFIX.encode(), digest_size=16)
    try:
        import librt.strings

        digest.update(Path(librt.strings.__file__).read_bytes())
    except Exception:  # without it there is no compiled core
        digest.update(b"none")
    for package in _READ:
        for path in sorted((source / package).rglob("*.py")):
            text = path.read_bytes()
            digest.update(f"{path.relative_to(source).as_posix()} {len(text)} ".encode())
            digest.update(text)
    return digest.hexdigest()


def off() -> bool:
    """Whether the compiled core is turned off."""
    return os.environ.get(SWITCH, "") not in ("", "0")


def core() -> str:
    """What this process simulates with: "compiled" or "Python"."""
    return "compiled" if _loaded() else "Python"


def folders(package: str) -> Iterator[str]:
    """Where a package of ``sim`` looks for its modules before its own folder."""
    if found := _loaded():
        yield str(found.joinpath(*package.split(".")))


@cache
def _loaded() -> Path | None:
    """The folder of the compiled core, its library loaded; None where plain Python runs, whatever the reason."""
    try:
        if off() or not HOME.is_dir():
            return None
        import librt.strings  # noqa: F401  # the machine code needs it

        folder = HOME / fingerprint()
        spec = spec_from_file_location(LIBRARY, folder / f"{LIBRARY}{_SUFFIX}")
        if spec is None or spec.loader is None:
            return None
        if not all((folder / "sim" / name).with_suffix(_SUFFIX).is_file() for name in modules()):
            return None  # half of it is gone
        module = module_from_spec(spec)
        sys.modules[LIBRARY] = module
        spec.loader.exec_module(module)
    except Exception:  # not there, not to be read, or made for another machine
        sys.modules.pop(LIBRARY, None)
        return None
    return folder
