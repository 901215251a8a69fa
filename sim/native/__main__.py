"""``python -m sim.native``: make the compiled core, unless it is there."""

import argparse
import sys

from sim.native.build import ensure

__all__: list[str] = []


def main() -> None:
    """Exit with 0 whatever came of it; with ``--must`` with 1 where plain Python is left to run."""
    options = argparse.ArgumentParser(
        prog="python -m sim.native",
        description="Compile the simulation core (with mypyc), unless that is done. Without it everything runs in "
        "plain Python: the same results, later.",
    )
    options.add_argument("--must", action="store_true", help="exit 1, with the compiler's last lines, if it fails")
    options.add_argument(
        "--once", action="store_true", help="say nothing where it is done, and do not try again what failed"
    )
    args = options.parse_args()
    try:
        made = ensure(lambda line: _say(line), once=args.once, why=args.must)
    except KeyboardInterrupt:
        _say("Stopped; nothing was kept.")
        sys.exit(1)
    sys.exit(args.must and not made)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
