"""The two verifiers of bundles, each asked for its exit code and the layer that it is about."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.support.node import run_node

FOLDER = Path(__file__).parents[2] / "verifier"
if str(FOLDER) not in sys.path:
    sys.path.insert(0, str(FOLDER))

from aboveboard_verifier.program import verify  # noqa: E402
from aboveboard_verifier.report import LAYERS  # noqa: E402

Answer = tuple[int, str | None]


def first(path: Path, *previous: Path) -> Answer:
    """What the one in Python says; `previous` are checkpoints that were kept, or earlier bundles."""
    report = verify(str(path), None, [str(one) for one in previous])
    layers = {one[0] for one in report.found}
    return report.code, next((layer for layer in LAYERS if layer in layers), None)


def second(path: Path, *previous: Path) -> Answer:
    """What the one in Node says."""
    code, told = run_node(FOLDER / "verify.mjs", path, *(word for one in previous for word in ("--previous", one)))
    found = re.search(r"^\[(\w+)\]", told, re.MULTILINE)
    return code, found and found[1]
