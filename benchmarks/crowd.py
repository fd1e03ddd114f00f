"""Fills a migrated database with many declarations: a few filed for real, then copied row by row for as many people as it takes.

The copies have everything a page reads (declaration, filing, first event, disclosures); their digests are copies too, so this
data is for timing pages and registers, never for verifying a record.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from flask import Flask
from sqlalchemy import Table, select

from declarations import packing, snapshot
from declarations.extensions import db, writing
from declarations.models import Declaration, Event, Filing, Person
from declarations.projection import project
from tests.support.story import Story
from workflows.facts import Facts
from workflows.money import Rates
from workflows.words import Kind

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
COMPANIES = 200
EACH = 10  # declarations a person
FIRMS_EACH = 5  # people a firm
BATCH = 20_000
RATES_AGE = timedelta(days=45)
BOSS_OF = 10  # reports a manager

_KEEPERS = ("event_keep_update", "event_keep_delete", "filing_keep_update", "filing_keep_delete", "declaration_begins",
            "declaration_explained", "declaration_kept")  # fmt: skip


@dataclass(frozen=True)
class Sort:
    """A sort of declaration: the columns its facts become, and the number of its profile."""

    columns: dict[str, Any]
    profile: int


def fill(app: Flask, declarations: int, *, seed: int = 7, like: Sequence[Facts] = ()) -> Story:
    """`declarations` in 200 companies under one group, ten a person, each of a sort out of `like` (gifts, entertainment and travel if
    there are none). Returns the story with its people: "employee", "manager", "officer" (group compliance) and "auditor"."""
    story = Story(app, NOW).house()
    originals = _originals(story)
    people = max(declarations // EACH, COMPANIES)
    with app.app_context():
        rows = {t: _row(t, originals) for t in (Declaration, Filing, Event)}
        sorts = _sorts(like or _usual(rows[Filing]), rows[Declaration]["base_currency"])
        first_person = (db.session.scalar(select(Person.id).order_by(Person.id.desc()).limit(1)) or 0) + 1
        first = 1_000_000
        db.session.rollback()  # what reads keeps SQLite's journal from going into the database
        bulk = Bulk(app)
        bulk.put(table("company"), _companies(story))
        bulk.put(table("company_below"), _below(story))
        bulk.put(table("person"), _people(people, first_person))
        firms = max(people // FIRMS_EACH, 10)
        bulk.put(table("counterparty_group"), ({"id": 10_000 + n, "name": f"Firm {n}"} for n in range(firms)))
        bulk.put(table("counterparty"), _firms(firms))
        made = list(_declarations(rows[Declaration], sorts, declarations, people, first_person, firms, first, seed))
        bulk.put(table("declaration"), made)
        bulk.put(table("filing"), ({**rows[Filing], "id": r["id"], "declaration_id": r["id"]} for r in made))
        bulk.put(table("event"), (_event(rows[Event], r) for r in made))
        bulk.finish()
    story.ids |= {"employee": first_person + people - 1, "manager": first_person, "officer": story.ids["Otto"]}
    return story


def _originals(story: Story) -> str:
    story.firm("Kestrel Logistics")
    return story.declare("Amalie", Kind.GIFT, firm="Kestrel Logistics", worth="700", answers={"what": "A wine hamper"})


def _row(model: Any, public_id: str) -> dict[str, Any]:
    """One real row as column values."""
    statement = select(model)
    if model is not Declaration:
        statement = statement.join(Declaration, Declaration.id == model.declaration_id)
    return columns_of(db.session.scalars(statement.where(Declaration.public_id == public_id).limit(1)).one())


def columns_of(row: Any) -> dict[str, Any]:
    """A row of a model as column values."""
    return {column.key: getattr(row, "class_" if column.key == "class" else column.key) for column in row.__table__.columns}


def table(name: str) -> Table:
    """A table by its name."""
    return db.metadata.tables[name]


def _companies(story: Story) -> Iterator[dict[str, Any]]:
    for n in range(COMPANIES):
        yield {"id": 1000 + n, "key": f"C{n:03d}", "name": f"Company {n}", "parent_id": story.ids["company NL"], "country": "DK",
               "time_zone": "Europe/Copenhagen", "currency": "DKK", "language": "en", "calendar": "DK"}  # fmt: skip


def _below(story: Story) -> Iterator[dict[str, Any]]:
    for n in range(COMPANIES):
        yield {"ancestor_id": 1000 + n, "company_id": 1000 + n, "depth": 0}
        yield {"ancestor_id": story.ids["company NL"], "company_id": 1000 + n, "depth": 1}


def _people(count: int, first: int) -> Iterator[dict[str, Any]]:
    for n in range(count):
        boss = first + (n // BOSS_OF) if n else None
        yield {"id": first + n, "public_id": f"person{n:010d}", "number": f"X{n}", "email": f"x{n}@crowd.example",
               "name": f"Person {n}", "search_name": f"person {n}", "title": "Engineer", "unit": f"Unit {n % 97}",
               "company_id": 1000 + n % COMPANIES, "manager_id": boss, "language": None, "active_from": date(2020, 1, 1),
               "active_to": None, "password_hash": None}  # fmt: skip


def _firms(count: int) -> Iterator[dict[str, Any]]:
    for n in range(count):
        yield {"id": 10_000 + n, "public_id": f"firm{n:012d}", "name": f"Firm {n}", "class": "supplier", "country": "DK",
               "registered_number": str(10_000_000 + n), "currency": "DKK", "group_id": 10_000 + n, "same_as_id": None,
               "created_at": NOW, "created_by_id": None}  # fmt: skip


def _usual(filing: dict[str, Any]) -> list[Facts]:
    original = snapshot.facts_from(filing["facts"])
    kinds = (Kind.GIFT,) * 3 + (Kind.ENTERTAINMENT,) * 2 + (Kind.TRAVEL,)
    return [replace(original, kind=kind) for kind in kinds]


def _sorts(like: Sequence[Facts], base_currency: str) -> list[Sort]:
    """What each of these facts becomes; values, days and people are each declaration's own."""
    company: Any = SimpleNamespace(currency=base_currency)
    around: Any = SimpleNamespace(
        company=company, rates=Rates({}), policy=SimpleNamespace(max_age=RATES_AGE), group_currency="EUR"
    )
    assessment: Any = SimpleNamespace(outcome=1, days_late=0)
    own = {"id", "declarant_id", "counterparty_id", "occurred_on", "group_minor", "outcome", "days_late"}
    db.session.rollback()
    sorts = []
    with writing() as session:
        for facts in like:
            row = Declaration(id=0, company_id=0, base_currency=base_currency)
            project(row, facts, assessment, around)
            profile = packing.RECORD.unpack(bytes.fromhex(packing.pack(session, row, facts)))[-1]
            columns = {name: what for name, what in vars(row).items() if not name.startswith("_") and name not in own}
            sorts.append(Sort({**columns, "kind": facts.kind.value}, profile))
    return sorts


def _packed(row: dict[str, Any], heads: int, late: int, profile: int) -> str:
    day = row["occurred_on"].toordinal() - packing.EPOCH
    value, base = (packing.NOTHING if row[name] is None else row[name] for name in ("value_minor", "base_minor"))
    ids = (row["id"], row["declarant_id"], row["counterparty_id"], row["company_id"])
    return packing.RECORD.pack(*ids, day, day + late, value, base, heads, profile).hex()


def _declarations(
    like: dict[str, Any],
    sorts: Sequence[Sort],
    count: int,
    people: int,
    first_person: int,
    firms: int,
    first: int,
    seed: int,
) -> Iterator[dict[str, Any]]:
    """One in fifty waits: half with the manager, half with compliance; the rest are recorded or approved. The first manager's people
    each have one waiting with him. What somebody declares is the same however many others there are, so that only these differ."""
    for n in range(count):
        turn, who = divmod(n, people)
        chance = random.Random(f"{seed}/{who}/{turn}")
        day = NOW - timedelta(minutes=((who * EACH + turn) * 7919) % (540 * 24 * 60))
        full_queue = who < BOSS_OF and turn == 0
        waits = chance.random() < 0.02 or full_queue
        with_manager = chance.random() < 0.5 or full_queue
        value = int(2 ** chance.uniform(10, 18))
        sort = sorts[int(chance.random() * len(sorts))]
        heads, late = sort.columns["heads"], 40 if chance.random() < 0.05 else 3
        known, foreign = sort.columns["value_minor"] is not None, sort.columns["currency"] != sort.columns["base_currency"]
        base = (value * 7 if foreign else value) // heads if known else None
        state = ("with_manager" if with_manager else "with_compliance") if waits else chance.choice(("recorded", "approved"))
        row = like | sort.columns | {
            "id": first + n,
            "public_id": f"d{n:015d}",
            "number": f"L-{first + n}",
            "state": state,
            "company_id": 1000 + who % COMPANIES,
            "declarant_id": first_person + who,
            "counterparty_id": 10_000 + chance.randrange(firms),
            "occurred_on": (day - timedelta(days=late)).date(),
            "filed_at": day,
            "changed_at": day,
            "value_minor": value if known else None,
            "share_minor": value // heads if known else None,
            "base_minor": base,
            "whole_base_minor": base * heads if known else None,
            "group_minor": base // 7 if known else None,
            "assignee_id": first_person + who // BOSS_OF if waits and with_manager else None,
            "pool_company_id": (1000 + who % COMPANIES) if waits and not with_manager else None,
            "review": (1 if with_manager else 2) if waits else None,
            "due_on": (day + timedelta(days=5)).date() if waits else None,
        }  # fmt: skip
        yield row | {"packed": _packed(row, heads, late, sort.profile)}


def _event(like: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    return like | {
        "id": row["id"],
        "stream": f"declaration/{row['public_id']}",
        "declaration_id": row["id"],
        "actor_id": row["declarant_id"],
        "company_id": row["company_id"],
        "state_to": row["state"],
        "at": row["filed_at"],
    }


class Bulk:
    """The fastest plain way in for each database, with the guards of the record taken off and put back."""

    def __init__(self, app: Flask) -> None:
        self.raw = db.engine.raw_connection()
        self.sqlite = isinstance(self.raw.driver_connection, sqlite3.Connection)
        cursor = self.raw.cursor()
        if self.sqlite:
            cursor.execute("PRAGMA query_only=OFF")
            cursor.execute("PRAGMA foreign_keys=OFF")
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-6000000")  # else every index's pages go to the disk and back, over and over
            marks = ",".join("?" * len(_KEEPERS))
            self.guards = [
                sql
                for (sql,) in cursor.execute(
                    f"SELECT sql FROM sqlite_master WHERE type='trigger' AND name IN ({marks})", _KEEPERS
                )
            ]
            cursor.execute("BEGIN IMMEDIATE")
            for name in _KEEPERS:
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET synchronous_commit = off")

    def put(self, table: Table, rows: Iterable[dict[str, Any]]) -> None:
        columns = list(table.columns)
        dialect = db.engine.dialect
        binders = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
        keys = [column.key for column in columns]
        once: dict[int, Any] = {}  # JSON all copies share is written once

        def bound(bind: Any, value: Any) -> Any:
            if bind is None or value is None:
                return value
            if not isinstance(value, dict | list):
                return bind(value)
            if id(value) not in once:
                once[id(value)] = bind(value)
            return once[id(value)]

        def values() -> Iterator[Sequence[Any]]:
            for row in rows:
                yield [
                    bound(bind, row.get(key)) for key, bind in zip(keys, binders, strict=True)
                ]  # what a row leaves out is NULL

        names = ", ".join(f'"{column.name}"' for column in columns)
        if self.sqlite:
            marks = ",".join("?" * len(columns))
            self.raw.driver_connection.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', values())  # type: ignore[union-attr]
            self._into_the_database()
            return
        with self.raw.cursor().copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:  # type: ignore[attr-defined]
            for row in values():
                copy.write_row(row)

    def _into_the_database(self) -> None:
        """Empty the journal, lest it grow larger than the database."""
        cursor = self.raw.cursor()
        cursor.execute("COMMIT")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("BEGIN IMMEDIATE")

    def finish(self) -> None:
        """Put the guards back and let the database look at what there is, as its own housekeeping would by and by."""
        cursor = self.raw.cursor()
        if self.sqlite:
            for sql in self.guards:
                cursor.execute(sql)
            cursor.execute("COMMIT")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.execute("PRAGMA synchronous=FULL")
        else:
            self.raw.commit()
            self.raw.driver_connection.autocommit = True  # type: ignore[union-attr]
            cursor.execute("VACUUM (ANALYZE)")
        self.raw.invalidate()
        self.raw.close()
