"""Engine and world through mypyc and a C compiler into a folder of the environment; or a plain word why not."""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sim.native import HOME, LIBRARY, SOURCE, SWITCH, fingerprint, modules, off

__all__ = ["AGAIN", "PYTHON", "NotBuilt", "compile_here", "ensure", "lacking", "runs"]

_BUILDING = "building-"
"""How the name of a folder begins in which a build is under way."""
_EXACT = ("-ffp-contract=off", "-fwrapv")
"""Arithmetic as Python has it: no product and sum in one rounding (compilers for ARM would), and words of 64 bits that
run over."""
_OWN = ("-fvisibility=hidden",)
"""Nothing outside calls into the library but by the modules' entries: calls inside it are direct."""
_KEPT = 3
"""How many compiled cores an environment keeps: worktrees that share it, or an edit taken back, need no new one."""
_DAY = 86400.0
"""Seconds for which a failure stands, and after which a folder that a build left behind is nobody's any more."""
_SIGN = 30.0
"""Seconds between signs of life."""
_SHOWN = 12
"""How many last lines of the compiler are shown."""
AGAIN = "python -m sim.native --must tries again and shows why"
PYTHON = "Simulations run in plain Python: slower, with the same results."


class NotBuilt(Exception):
    """Why there is no compiled core, in a few words, and what the compiler said."""

    def __init__(self, reason: str, said: str = "") -> None:
        super().__init__(reason)
        self.said = said


def ensure(say: Callable[[str], None], once: bool = False, why: bool = False) -> bool:
    """Whether the compiled core of these sources runs, made now if it can be; ``say`` is told a line or two.

    ``once``: nothing is said or done where it runs or is turned off, and what failed today is not tried again.
    ``why``: the compiler's last lines are told too.
    """
    if off():
        if not once:
            say(f"The compiled core is turned off ({SWITCH}).")
        return False
    place = HOME / fingerprint()
    failed = place.with_suffix(".failed")
    try:
        if place.is_dir() and runs():
            with suppress(OSError):  # another's
                os.utime(place)  # those used last are kept
            if not once:
                say(f"The compiled core is there: {place}")
            return True
        if missing := lacking():
            raise NotBuilt(missing)
        if once and failed.is_file() and time.time() - failed.stat().st_mtime < _DAY:
            raise NotBuilt(failed.read_text(encoding="utf-8"))
        if place.is_dir():
            _remove(place)
        once_more = any(path.is_dir() for path in HOME.glob("?" * len(place.name)))
        why_now = "for its sources have changed" if once_more else "once"
        say(f"Compiling the simulation core, {why_now}: half a minute to a few.")
        begun = time.perf_counter()
        with _telling(say):
            build()
        failed.unlink(missing_ok=True)
        say(f"Compiled in {time.perf_counter() - begun:.0f} s.")
        return True
    except (NotBuilt, OSError) as error:
        said = error.said if isinstance(error, NotBuilt) else ""
        reason = f"{error} ({AGAIN})" if said and not why else str(error)
        if said:
            with suppress(OSError):
                failed.write_text(f"{error} ({AGAIN})", encoding="utf-8")
        say(f"Not compiled: {reason}.")
        if why and said:
            say(said)
        say(PYTHON)
        return False


def runs() -> bool:
    """Whether what is there can be used: asked of a Python of its own, for this one may have looked before."""
    try:
        return _do(SOURCE.parent, "from sim import native, world; print(native.core())", HOME) == "compiled"
    except NotBuilt:
        return False


@contextmanager
def _telling(say: Callable[[str], None]) -> Iterator[None]:
    """A sign of life every now and then."""
    over = threading.Event()

    def tell() -> None:
        seconds = 0.0
        while not over.wait(_SIGN):
            seconds += _SIGN
            say(f"  still compiling, {seconds:.0f} s ({SWITCH}=1 does without)")

    threading.Thread(target=tell, daemon=True).start()
    try:
        yield
    finally:
        over.set()


def lacking() -> str:
    """What a build needs and this machine has not, in words; or nothing."""
    if any(find_spec(name) is None for name in ("mypyc", "librt", "setuptools")):
        return "mypy or setuptools is missing (pip install mypy setuptools)"
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        return "the headers of Python are missing (on Debian and Ubuntu: apt install python3-dev)"
    command = os.environ.get("CC") or sysconfig.get_config_var("CC") or ""
    if os.name == "posix" and not any(map(shutil.which, shlex.split(command)[:1])):
        return f"there is no C compiler ({command or 'cc'})"
    return ""


def build() -> Path:
    """Compile what stands here now and give its folder: made beside its place, tried, and renamed into it."""
    HOME.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=_BUILDING, dir=HOME, ignore_cleanup_errors=True) as name:
        work, cores = Path(name), Path(name, "cores")
        shutil.copytree(SOURCE, work / "sim", ignore=shutil.ignore_patterns("__pycache__"))
        called = fingerprint(work / "sim")
        _do(work, f"from sim.native.build import compile_here; compile_here('cores/{called}')", cores)
        compiled, plain = (_do(work, "from sim.native.trial import tried; tried()", cores, off) for off in ("", "1"))
        if compiled.split() != ["compiled", *plain.split()[1:]]:
            raise NotBuilt("what was compiled does not give the results of plain Python", f"{compiled}\n{plain}")
        place = HOME / called
        try:
            (cores / called).rename(place)
        except OSError:
            if not place.is_dir():  # else another build was first
                raise
    with suppress(OSError):  # another build does the same
        _forget(place)
    return place


def _do(work: Path, code: str, cores: Path, switch: str = "") -> str:
    """What a Python of its own prints, in a folder of sources and with compiled cores from another."""
    env = {key: value for key, value in os.environ.items() if key != "MYPYPATH"}
    env |= {"PYTHONPATH": os.pathsep.join(filter(None, (str(work), env.get("PYTHONPATH"))))}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=work,
        env=env | {"TRAINTRACKS_CORES": str(cores), SWITCH: switch, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        lines = f"{done.stdout}\n{done.stderr}".strip().splitlines()[-_SHOWN:]
        raise NotBuilt("the build failed", "\n".join(lines) or "?")
    return done.stdout.strip()


def _forget(place: Path) -> None:
    """Remove all but the cores used last, and what builds that were ended, and failures, left behind."""
    aged = sorted((time.time() - path.stat().st_mtime, path) for path in HOME.iterdir() if path != place)
    cores = [path for _, path in aged if path.is_dir() and not path.name.startswith(_BUILDING)]
    for path in [*cores[_KEPT - 1 :], *(path for age, path in aged if path not in cores and age > _DAY)]:
        _remove(path)


def _remove(path: Path) -> None:
    """Take away at once what then is removed file by file: nobody is to find half a core."""
    gone = path.rename(path.with_name(f"{_BUILDING}{os.getpid()}-{path.name}"))
    if gone.is_dir():
        shutil.rmtree(gone, ignore_errors=True)
    else:
        gone.unlink()


def compile_here(out: str) -> None:
    """Compile ``sim`` of this folder into another, with as many compilers at a time as there are processors."""
    from mypyc.build import mypycify
    from setuptools import setup
    from setuptools.command.build_ext import build_ext

    try:
        at_once = len(os.sched_getaffinity(0))
    except AttributeError:
        at_once = os.cpu_count() or 1
    room = threading.BoundedSemaphore(at_once)

    class Together(build_ext):  # type: ignore[misc]
        """Files of one library at a time too, not libraries alone."""

        def build_extensions(self) -> None:
            compiler: Any = self.compiler
            compile_, spawn = compiler.compile, compiler.spawn

            def spawned(*args: Any, **kwargs: Any) -> None:
                with room:
                    spawn(*args, **kwargs)

            def spread(sources: list[str], *args: Any, **kwargs: Any) -> list[str]:
                largest = sorted(sources, key=lambda source: -Path(source).stat().st_size)
                with ThreadPoolExecutor(at_once) as pool:
                    found = list(pool.map(lambda source: compile_([source], *args, **kwargs), largest))
                return [made for one in found for made in one]

            compiler.compile, compiler.spawn = spread, spawned
            super().build_extensions()

    settings = Path("mypy.ini")
    settings.write_text("[mypy]\nignore_missing_imports = True\nfollow_imports = silent\n", encoding="utf-8")
    extensions = mypycify(
        ["--config-file", str(settings), *(f"sim/{name}" for name in modules(Path("sim")))],
        opt_level="3",
        debug_level="0",
        multi_file=True,
        group_name=LIBRARY.removesuffix("__mypyc"),
        target_dir="made",
    )
    for extension in extensions:
        # A warning of a compiler that mypyc does not know yet is no reason to stop.
        flags = [flag for flag in extension.extra_compile_args if flag != "-Werror"]
        extension.extra_compile_args = flags + ([] if os.name == "nt" else [*_EXACT, *_OWN])
    setup(
        name="traintracks-core",
        packages=[],
        ext_modules=extensions,
        cmdclass={"build_ext": Together},
        script_args=["--quiet", "build_ext", f"--parallel={at_once}", f"--build-lib={out}", "--build-temp=made"],
    )
    sys.stdout.flush()
    os._exit(0)  # freeing what mypy holds would take seconds
