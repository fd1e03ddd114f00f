"""Whatever the rules or a room can send has its words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from declarations.notices.texts import TEXTS

ROOT = Path(__file__).parents[3]


def test_every_template_that_is_sent_anywhere_has_a_text() -> None:
    sent: set[str] = set()
    engine = ast.parse((ROOT / "workflows" / "engine.py").read_text())
    for node in ast.walk(engine):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("Notice", "to_declarant"):
            sent |= {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    for path in (ROOT / "declarations").rglob("*.py"):
        sent |= set(re.findall(r'template="([a-z_]+)"', path.read_text()))
    assert {"decided", "sent_back", "reminder", "register_built"} <= sent
    assert sent - set(TEXTS) == set()
