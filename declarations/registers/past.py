"""The past is rebuilt from the record: what the events seen by then say is put into a scratch database of the same tables.

Whatever reads a register reads the past in just the same way. The scratch lies in the build's own folder and dies with it.
Declarations come out of what their events committed to; people, companies and counterparties are as they are now, save those of
whom events told later, which are told anew from the events before.
"""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Date, Table, Text, create_engine, func, insert, select, type_coerce
from sqlalchemy.pool import StaticPool

from declarations.directory.chart import closure
from declarations.evidence.told import Told, values_of
from declarations.extensions import WRITES
from declarations.models import (
    Alternative,
    Base,
    Company,
    CompanyBelow,
    Condition,
    Counterparty,
    CounterpartyGroup,
    Decider,
    Declaration,
    Disclosure,
    Event,
    Filing,
    NamedPerson,
    Person,
    PolicyDocument,
    Recheck,
    RoleGrant,
)
from declarations.models.base import UtcDateTime
from declarations.registers import reader
from declarations.registers.seen import Seen

AT_ONCE = 200
_TABLES = (
    Company, CompanyBelow, Person, CounterpartyGroup, Counterparty, PolicyDocument,
    Declaration, Filing, Event, Disclosure, Decider, Condition, NamedPerson,
    Recheck, Alternative, RoleGrant,
)  # fmt: skip
_SUBJECTS: Mapping[str, tuple[Any, str]] = {
    "company": (Company, "key"),
    "person": (Person, "public_id"),
    "counterparty_group": (CounterpartyGroup, "id"),
    "counterparty": (Counterparty, "public_id"),
}
Row = dict[str, Any]


@contextmanager
def as_seen(connection: Connection, seen: Seen, which: ColumnElement[bool], folder: Path) -> Iterator[Connection]:
    """A connection to how things stood for `seen`, with the declarations for which `which` holds now.

    What was erased since is not there any more.
    """
    file = folder / f"past-{secrets.token_hex(4)}.sqlite"
    engine = create_engine(f"sqlite:///{file}", poolclass=StaticPool)
    try:
        with engine.connect() as setting_up:
            setting_up.exec_driver_sql("ROLLBACK")
            for pragma in ("foreign_keys=OFF", "journal_mode=OFF", "synchronous=OFF"):
                setting_up.exec_driver_sql(f"PRAGMA {pragma}")
            setting_up.exec_driver_sql("BEGIN")
        with engine.connect().execution_options(**WRITES) as past:
            Base.metadata.create_all(past, tables=[_table(model) for model in _TABLES])
            _subjects(connection, past, seen)
            _declarations(connection, past, seen, which)
            past.commit()
        with reader.snapshot(engine) as past:
            yield past
    finally:
        engine.dispose()
        file.unlink(missing_ok=True)


def _table(model: Any) -> Table:
    return cast(Table, model.__table__)


def _put(past: Connection, model: Any, rows: Sequence[Row]) -> None:
    if rows:
        past.execute(insert(_table(model)), rows)


def _all(connection: Connection, model: Any, *where: ColumnElement[bool]) -> list[Row]:
    return [dict(row) for row in connection.execute(select(*_table(model).columns).where(*where)).mappings()]


def _subjects(connection: Connection, past: Connection, seen: Seen) -> None:
    """Companies, people and counterparties by the names they had, and the company tree as it was."""
    told = _told(connection, seen)
    for family, (model, key) in _SUBJECTS.items():
        rows = []
        for row in _all(connection, model):
            then = told.get(f"{family}/{row[key]}")
            if then is not None:
                row |= _converted(model, {name: value for name, value in then.items() if name in row and name != "id"})
            if then is None or then:
                rows.append(row)
        if family == "company":
            _tree(past, rows, {key: then for key, then in told.items() if key.startswith("company/")})
        _put(past, model, rows)
    last = connection.execute(select(func.max(Event.at)).where(seen.holds)).scalar_one()
    _put(past, PolicyDocument, _all(connection, PolicyDocument, PolicyDocument.published_at <= last) if last else [])
    _put(past, Recheck, _all(connection, Recheck, Recheck.at <= last) if last else [])
    _put(past, RoleGrant, _all(connection, RoleGrant))


def _tree(past: Connection, rows: list[Row], told: Mapping[str, Row]) -> None:
    numbers = {row["key"]: row["id"] for row in rows}
    for row in rows:
        then = told.get(f"company/{row['key']}")
        if then and "parent" in then:
            row["parent_id"] = numbers.get(then["parent"])
    links = closure({row["id"]: row["parent_id"] for row in rows})
    _put(past, CompanyBelow, [dict(zip(("ancestor_id", "company_id", "depth"), link, strict=True)) for link in links])


def _told(connection: Connection, seen: Seen) -> dict[str, Row]:
    """Of each stream that told something later: the row as its events before say; {} if there was none."""
    later = select(Event.stream).where(seen.came_later, Event.declaration_id.is_(None)).distinct()
    streams = [name for name in connection.execute(later).scalars() if name.partition("/")[0] in _SUBJECTS]
    told = {name: Told() for name in streams}
    for some in _chunks(streams):
        values: dict[int, list[Any]] = {}
        disclosed = select(Disclosure.event_id, Disclosure.name, type_coerce(Disclosure.value, Text).label("value"))
        for one in connection.execute(disclosed.join(Event).where(Event.stream.in_(some), seen.holds)):
            values.setdefault(one.event_id, []).append(one)
        events = select(Event.id, Event.stream, Event.body).where(Event.stream.in_(some), seen.holds).order_by(Event.sequence)
        for event in connection.execute(events):
            told[event.stream].hear(json.loads(bytes(event.body)), values_of(values.get(event.id, [])))
    return {name: one.row for name, one in told.items()}


def _declarations(connection: Connection, past: Connection, seen: Seen, which: ColumnElement[bool]) -> None:
    versions = (
        select(Event.declaration_id, func.max(Event.sequence).label("version"))
        .where(seen.holds, Event.declaration_id.in_(select(Declaration.id).where(which)))
        .group_by(Event.declaration_id)
    )
    for some in _chunks([(row.declaration_id, row.version) for row in connection.execute(versions)]):
        _some(connection, past, dict(some))


def _some(connection: Connection, past: Connection, versions: dict[int, int]) -> None:
    """The declarations with these ids as they stood at these versions, and all that belongs to them."""
    ids = list(versions)
    events = [e for e in _all(connection, Event, Event.declaration_id.in_(ids)) if e["sequence"] <= versions[e["declaration_id"]]]
    of_events = {event["id"]: event for event in events}
    disclosed = _all(
        connection, Disclosure, Disclosure.event_id.in_(list(of_events)), Disclosure.name.in_(("row", "reason", "conditions"))
    )
    rows = {}
    for one in disclosed:
        event = of_events[one["event_id"]]
        if one["name"] == "row" and event["sequence"] == versions[event["declaration_id"]]:
            rows[event["declaration_id"]] = _converted(Declaration, one["value"])
    met = {json.loads(bytes(event["body"]))["public"].get("condition") for event in events}
    filings = [
        f
        for f in _all(connection, Filing, Filing.declaration_id.in_(list(rows)))
        if f["sequence"] <= rows[f["declaration_id"]]["filing"]
    ]
    _put(past, Declaration, list(rows.values()))
    _put(past, Event, events)
    _put(past, Disclosure, [one for one in disclosed if one["name"] != "row"])
    _put(past, Filing, filings)
    for model in (Decider, Condition):
        of_model = _all(connection, model, model.declaration_id.in_(ids))
        kept = [row for row in of_model if row["event_sequence"] <= versions[row["declaration_id"]]]
        if model is Condition:
            kept = [row if row["id"] in met else row | {"met_at": None} for row in kept]
        _put(past, model, kept)
        if model is Decider:
            _put(past, Alternative, _all(connection, Alternative, Alternative.decider_id.in_([row["id"] for row in kept])))
    current = [filing for filing in filings if filing["sequence"] == rows[filing["declaration_id"]]["filing"]]
    named = [(filing["declaration_id"], person) for filing in current for person in filing["facts"].get("named", ())]
    _put(past, NamedPerson, [{"declaration_id": number, "person_id": person} for number, person in named])


def _converted(model: Any, values: Mapping[str, Any]) -> Row:
    """Plain JSON as the columns' types."""
    columns = _table(model).columns
    return {name: _typed(columns[name].type, value) for name, value in values.items() if name in columns}


def _typed(kind: Any, value: Any) -> Any:
    if isinstance(value, str) and isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(value, str) and isinstance(kind, Date) else value


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    listed = list(items)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]
