"""``python -m sim``: the same as ``traintracks``."""

from sim.cli import main

if __name__ == "__main__":
    main()
