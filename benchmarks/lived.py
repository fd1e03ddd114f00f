"""What becomes of the crowd's declarations: files beside them, decisions, conditions, reviewers passed over, and some that came late."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from benchmarks.crowd import Bulk, table
from declarations.extensions import db
from declarations.models import Declaration

FIRST = 1_000_000  # the crowd's first declaration
_MARKING = Path(__file__).parents[1] / "migrations/versions/0006_finishing.py"
_LATE = "UPDATE declaration SET days_late = 1 + id % 40 WHERE id >= 1000000 AND id % 20 = 3"
_AFTERWARDS = "UPDATE declaration SET timing = 'approved_after' WHERE id >= 1000000 AND id % 25 = 7"
_GUESSED = "UPDATE declaration SET value_basis = 'estimated' WHERE id >= 1000000 AND id % 10 = 2"


def live(app: Flask) -> None:
    """Of a hundred declarations of a filled database 40 get a file and 50 a decision of the manager, five of those a substitute's, ten a
    decision of compliance too, three conditions, two a reviewer passed over, five are late, four approved afterwards, ten estimated."""
    with app.app_context():
        query = select(Declaration.id, Declaration.declarant_id, Declaration.filed_at).where(Declaration.id >= FIRST)
        rows = [tuple(row) for row in db.session.execute(query)]
        db.session.rollback()
        bulk = Bulk(app)
        cursor = bulk.raw.cursor()
        for statement in (_LATE, _AFTERWARDS, _GUESSED):
            cursor.execute(statement)
        bulk.put(table("attachment"), (_file(row) for row in rows if row[0] % 5 < 2))
        bulk.put(table("decider"), _decisions(rows))
        bulk.put(table("condition"), (_condition(row) for row in rows if row[0] % 100 in (10, 30, 50)))
        bulk.put(table("disclosure"), (_passed_over(row[0]) for row in rows if row[0] % 50 == 9))
        cursor.execute(runpy.run_path(str(_MARKING))["marking"](db.engine.dialect.name))
        bulk.finish()


def _file(row: tuple[Any, ...]) -> dict[str, Any]:
    number, declarant, filed_at = row
    return {"id": number, "public_id": f"a{number:015d}", "declaration_id": number, "filename": "invoice.pdf",
            "media_type": "application/pdf", "size": 52_000, "sha256": f"{number:064x}", "stored_as": f"{number:032x}",
            "added_by_id": declarant, "added_at": filed_at}  # fmt: skip


def _decisions(rows: list[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    first_person = min(row[1] for row in rows)
    for number, declarant, filed_at in rows:
        manager = max(first_person, first_person + (declarant - first_person) // 10)
        decided = {"declaration_id": number, "person_id": manager, "action": "approve", "filing": 1, "content": "0" * 64,
                   "at": filed_at + timedelta(days=2)}  # fmt: skip
        if number % 2 == 0:
            absent = first_person if number % 40 == 0 else None
            yield decided | {"id": 2 * number, "review": 1, "event_sequence": 2, "on_behalf_of_id": absent}
        if number % 10 == 4:
            yield decided | {"id": 2 * number + 1, "review": 2, "event_sequence": 3, "on_behalf_of_id": None}


def _condition(row: tuple[Any, ...]) -> dict[str, Any]:
    number, declarant, filed_at = row
    met = filed_at + timedelta(days=number % 20) if number % 100 != 50 else None
    return {"id": number, "declaration_id": number, "event_sequence": 2, "owner_id": declarant, "text": "Give it to the house.",
            "due_on": (filed_at + timedelta(days=14)).date(), "met_at": met}  # fmt: skip


def _passed_over(number: int) -> dict[str, Any]:
    return {"event_id": number, "name": "passed_over", "salt": "0" * 32, "value": ["conflict"]}
