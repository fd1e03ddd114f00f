"""Makes the crowd's copies differ as real declarations do: each has its own texts, amounts and organisation, each approved one a decision.

Whatever remembers what it has read before would otherwise have an easy time with them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import rfc8785
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import aliased

from benchmarks.crowd import BATCH, Bulk, columns_of, table
from benchmarks.sheets import WORDS
from declarations.extensions import db
from declarations.models import Company, Declaration, Event, Filing, Person
from workflows.words import Review, Role, State

_ORIGINAL = '"minor":70000'  # what the declaration was worth that all are copies of
_APPROVED_AFTER = timedelta(days=2)


def vary(app: Flask, *, seed: int = 7) -> None:
    """Give every declaration of a crowd (`crowd.fill`) what is its own."""
    chance = random.Random(seed)
    with app.app_context():
        first, last = _reach()
        like = columns_of(db.session.scalars(select(Event).where(Event.declaration_id == last)).one())
        assessment = rfc8785.dumps(
            db.session.scalars(select(Filing).where(Filing.declaration_id == last)).one().assessment
        ).decode()
        db.session.rollback()
        for begin in range(first, last + 1, BATCH):
            some = _read(begin, min(begin + BATCH, last + 1))
            bulk = Bulk(app)
            titles = [" ".join(chance.choices(WORDS, k=4)) for _ in some]
            _update(bulk, "declaration", "title", "id", ((title, row.id) for title, row in zip(titles, some, strict=True)))
            for column, texts in _filings(some, titles, assessment, chance):
                _update(bulk, "filing", column, "declaration_id", zip(texts, (row.id for row in some), strict=True))
            approved = [row for row in some if row.state == State.APPROVED]
            _update(bulk, "declaration", "version", "id", ((2, row.id) for row in approved))
            bulk.put(table("event"), (_event(like, row, last) for row in approved))
            bulk.put(table("decider"), (_decider(row) for row in approved))
            bulk.put(table("disclosure"), (_reason(row, last, chance) for row in approved))
            bulk.finish()


def _reach() -> tuple[int, int]:
    """The numbers of the crowd's first and last declaration."""
    crowd = select(Declaration.id).where(Declaration.public_id.like("d00000000%"))
    first, last = (db.session.scalars(crowd.order_by(way).limit(1)).one() for way in (Declaration.id, Declaration.id.desc()))
    return first, last


def _read(begin: int, end: int) -> list[Any]:
    boss = aliased(Person)
    query = (
        select(
            Declaration.id, Declaration.public_id, Declaration.state, Declaration.value_minor, Declaration.company_id,
            Declaration.filed_at, Person.id.label("person"), Person.name, Person.number, Person.unit,
            boss.id.label("manager_id"), boss.name.label("manager"), Company.key.label("company"),
        )
        .join(Person, Person.id == Declaration.declarant_id)
        .join(Company, Company.id == Declaration.company_id)
        .outerjoin(boss, boss.id == Person.manager_id)
        .where(Declaration.id >= begin, Declaration.id < end)
    )  # fmt: skip
    rows = list(db.session.execute(query))
    db.session.rollback()
    return rows


def _filings(some: list[Any], titles: list[str], assessment: str, chance: random.Random) -> Iterator[tuple[str, list[str]]]:
    """A column of filings, and its text for each of these declarations."""
    yield "assessment", [assessment.replace(_ORIGINAL, f'"minor":{row.value_minor or 0}') for row in some]
    told = [{"what": title, "occasion": " ".join(chance.choices(WORDS, k=chance.randint(3, 15)))} for title in titles]
    yield "answers", [rfc8785.dumps(one).decode() for one in told]
    names = ("company", "manager", "manager_id", "name", "number", "person", "unit")
    organisations = ({name: getattr(row, name) for name in names} | {"title": "Engineer"} for row in some)
    yield "organisation", [rfc8785.dumps(one).decode() for one in organisations]


def _event(like: dict[str, Any], row: Any, last: int) -> dict[str, Any]:
    return like | {
        "id": row.id + last,
        "stream": f"declaration/{row.public_id}",
        "sequence": 2,
        "declaration_id": row.id,
        "action": "declaration:approved",
        "state_from": "with_manager",
        "state_to": row.state,
        "actor_id": row.manager_id or row.person,
        "role": Role.MANAGER.value,
        "company_id": row.company_id,
        "at": _decided(row),
    }


def _decided(row: Any) -> datetime:
    at: datetime = row.filed_at
    return at + _APPROVED_AFTER


def _decider(row: Any) -> dict[str, Any]:
    return {"id": row.id, "declaration_id": row.id, "person_id": row.manager_id or row.person, "on_behalf_of_id": None,
            "review": Review.MANAGER.value, "action": "approve", "filing": 1, "content": "0" * 64, "at": _decided(row),
            "event_sequence": 2}  # fmt: skip


def _reason(row: Any, last: int, chance: random.Random) -> dict[str, Any]:
    return {"event_id": row.id + last, "name": "reason", "salt": "0" * 32, "value": " ".join(chance.choices(WORDS, k=6))}


def _update(bulk: Bulk, name: str, column: str, key: str, values: Iterator[tuple[Any, ...]]) -> None:
    mark = "?" if bulk.sqlite else "%s"
    bulk.raw.cursor().executemany(f'UPDATE "{name}" SET "{column}" = {mark} WHERE "{key}" = {mark}', values)
