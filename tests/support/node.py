"""Node for tests: the one inside playwright, which every machine that runs the tests has."""

import subprocess
from pathlib import Path

import playwright

from tests.support.browser import find_chromium

PROGRAM = Path(playwright.__file__).parent / "driver" / "node"


def run_node(*words: object) -> tuple[int, str]:
    """Exit code and what was printed."""
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode == 127:  # a bare Debian lacks a library of it, which whoever needs a browser installs
        find_chromium()
        done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
