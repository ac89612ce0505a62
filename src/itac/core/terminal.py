"""What a process says to the person who started it."""

import sys


def to_terminal(line: str) -> None:
    """Print now: a pipe must not keep the line back."""
    print(line, flush=True, file=sys.stdout)
