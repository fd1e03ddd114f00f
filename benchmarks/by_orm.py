"""The register a developer would write first: entities by ORM, a thousand at a time with what belongs to them, appended row by row.

It holds the rows and columns that ours holds, on the sheets of each kind, of decisions and of breaches, and in register.jsonl. What
is left out flatters it: formats, texts that look like formulas, a snapshot, the changes since the last extract, totals, the seal;
and so does that it reads the filings' JSON as we do, not with Python's json as an ORM's columns would.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from sqlalchemy import Text, and_, select, type_coerce
from sqlalchemy.orm import Session, aliased, joinedload, load_only

from declarations.models import Condition, Decider, Declaration, Disclosure, Event, Filing, Person
from declarations.registers.canonical import iso_second
from declarations.registers.columns import Cell, Column, Of
from declarations.registers.pinned import answers_of, assessment_of, organisation_of
from declarations.registers.reader import BREACH, DECISION
from declarations.registers.scope import Scope, belongs
from declarations.registers.sheets import SHEETS
from declarations.registers.words import Words
from workflows.money import Money

AT_ONCE = 1_000
_WHY = next(column for column in SHEETS[BREACH].columns if column.key == "why")


def write(session: Session, scope: Scope, path: Path, *, most: int) -> int:
    """Write the first `most` entries to `path` and their lines beside it, in the language in force. Returns how many there were."""
    book, words, count = Workbook(write_only=True), Words(), 0
    sheets = {key: book.create_sheet(key) for key in SHEETS}
    for key, sheet in sheets.items():
        sheet.append([column.name for column in SHEETS[key].columns])
    with gzip.open(path.with_suffix(".jsonl.gz"), "wt", compresslevel=1) as lines:
        for entry, decided in islice(_entries(session, scope), most):
            kind = entry.kind
            sheets[kind].append([cell(column, entry, words, scope.zone) for column in SHEETS[kind].columns])
            lines.write(_line(kind, entry, words))
            if _value(_WHY, entry):
                sheets[BREACH].append([cell(column, entry, words, scope.zone) for column in SHEETS[BREACH].columns])
            for one in decided:
                sheets[DECISION].append([cell(column, one, words, scope.zone) for column in SHEETS[DECISION].columns])
                lines.write(_line(DECISION, one, words))
            count += 1
    book.save(path)
    return count


def _entries(session: Session, scope: Scope) -> Iterator[tuple[_Row, list[Any]]]:
    """Each entry with its decisions, in the order in which they were filed."""
    pinned = [type_coerce(column, Text) for column in (Filing.answers, Filing.assessment, Filing.organisation)]
    query = (
        select(Declaration, Filing, Event, *pinned)
        .join(Filing, and_(Filing.declaration_id == Declaration.id, Filing.sequence == Declaration.filing))
        .join(Event, and_(Event.declaration_id == Declaration.id, Event.sequence == Declaration.version))
        .options(joinedload(Declaration.company), joinedload(Declaration.declarant).lazyload(Person.company))
        .options(joinedload(Declaration.counterparty), load_only(Filing.policy_digest), load_only(Event.digest))
        .where(belongs(scope))
        .order_by(Declaration.filed_at, Declaration.id)
    )
    for some in session.execute(query.execution_options(yield_per=AT_ONCE)).partitions():
        ids = [declaration.id for declaration, *_ in some]
        decisions, conditions = _decisions(session, ids), _conditions(session, ids)
        for declaration, filing, event, *texts in some:
            made = decisions.get(declaration.id, [])
            asked = conditions.get(declaration.id, [])
            row = _Row(declaration, filing, event)
            read = (reading(text) for reading, text in zip((answers_of, assessment_of, organisation_of), texts, strict=True))
            row.answers, row.assessment, row.organisation = read
            row.conditions, row.last_on = [(one.due_on, one.text, one.met_at) for one in asked], scope.last_on
            if made:
                last = made[-1]
                row.decided_by, row.decided_as, row.decided_for, row.decided_at = (
                    last.person,
                    last.role,
                    last.on_behalf_of,
                    last.at,
                )
            for one in made:
                one.number, one.kind, one.company, one.declarant = row.number, row.kind, row.company, row.declarant
            yield row, made


class _Row:
    """A declaration's attributes by the names of our reader's fields."""

    group_currency, prepared_by, imported_from, reopened = "EUR", None, None, False
    decided_by = decided_as = decided_for = decided_at = None

    def __init__(self, declaration: Declaration, filing: Filing, event: Event) -> None:
        self._declaration = declaration
        self.company, self.declarant = declaration.company.name, declaration.declarant.name
        self.declarant_number, self.unit = declaration.declarant.number, declaration.declarant.unit
        firm = declaration.counterparty
        self.counterparty, self.registered_number = (firm.name, firm.registered_number) if firm else (None, None)
        self.counterparty_group, self.policy_digest, self.event_digest = None, filing.policy_digest, event.digest

    def __getattr__(self, name: str) -> Any:
        return getattr(self._declaration, name)


def _decisions(session: Session, ids: list[int]) -> dict[int, list[Any]]:
    person, behalf, reason = aliased(Person), aliased(Person), aliased(Disclosure)
    query = (
        select(Decider, person, behalf, Event, type_coerce(Filing.assessment, Text), reason)
        .join(person, person.id == Decider.person_id)
        .outerjoin(behalf, behalf.id == Decider.on_behalf_of_id)
        .join(Event, and_(Event.declaration_id == Decider.declaration_id, Event.sequence == Decider.event_sequence))
        .join(Filing, and_(Filing.declaration_id == Decider.declaration_id, Filing.sequence == Decider.filing))
        .outerjoin(reason, and_(reason.event_id == Event.id, reason.name == "reason"))
        .options(load_only(Event.role, Event.policy_digest, Event.seen_digest, Event.digest))
        .where(Decider.declaration_id.in_(ids))
        .order_by(Decider.declaration_id, Decider.event_sequence)
    )
    found: dict[int, list[Any]] = {}
    for made, by, instead_of, event, assessment, why in session.execute(query):
        row = SimpleNamespace(
            person=by.name, person_number=by.number, on_behalf_of=instead_of.name if instead_of else None,
            role=event.role, policy_digest=event.policy_digest, seen_digest=event.seen_digest, event_digest=event.digest,
            review=made.review, action=made.action, filing=made.filing, at=made.at, event_sequence=made.event_sequence,
            reason=json.dumps(why.value) if why else None, conditions=None, changes=None, assessment=assessment_of(assessment),
        )  # fmt: skip
        found.setdefault(made.declaration_id, []).append(row)
    return found


def _conditions(session: Session, ids: list[int]) -> dict[int, list[Condition]]:
    found: dict[int, list[Condition]] = {}
    for one in session.scalars(select(Condition).where(Condition.declaration_id.in_(ids)).order_by(Condition.id)):
        found.setdefault(one.declaration_id, []).append(one)
    return found


def _value(column: Column, row: Any) -> Any:
    value = column.value
    if isinstance(value, tuple):
        minor, currency = (getattr(row, name) for name in value)
        return None if minor is None else (minor, currency)
    if isinstance(value, Of):
        fields = value.fields
        return value.read(getattr(row, fields[0])) if len(fields) == 1 else value.read(*[getattr(row, name) for name in fields])
    assert isinstance(value, str)
    return getattr(row, value)


def cell(column: Column, entry: Any, words: Words, zone: ZoneInfo) -> Any:
    """What stands in a column, as openpyxl wants it."""
    value = _value(column, entry)
    if value is None:
        return None
    if column.told is not None:
        return column.told(value, words)
    match column.cell:
        case Cell.MONEY:
            return Money(*value).amount
        case Cell.MOMENT:
            return value.astimezone(zone).replace(tzinfo=None)
    return value


def _line(sheet: str, entry: Any, words: Words) -> str:
    row = {"sheet": sheet}
    for column in SHEETS[sheet].columns:
        value = _value(column, entry)
        if value is not None:
            row[column.key] = _plain(column, value, words)
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def _plain(column: Column, value: Any, words: Words) -> Any:
    match column.cell:
        case Cell.DAY:
            return value.isoformat()
        case Cell.MOMENT:
            return iso_second(value)
        case Cell.RATE:
            return f"{value:f}"
        case Cell.MONEY:
            return f"{value[1]} {value[0]}"
        case Cell.TEXT | Cell.LONG if column.told is not None and not isinstance(value, str):
            return column.told(value, words)
    return value
