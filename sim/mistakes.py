"""What a person can mend. It imports nothing, so that the command line knows it before anything else is there."""

__all__ = ["Mistake"]


class Mistake(Exception):
    """Carries one plain message, told in a line in place of a traceback."""
