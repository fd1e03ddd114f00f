#!/usr/bin/env python3
"""Starts the verifier from this folder: python verify.py BUNDLE.zip [--keys KEYS.json] [--previous CHECKPOINT.txt]."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from aboveboard_verifier.program import run

if __name__ == "__main__":
    run()
