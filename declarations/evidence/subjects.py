"""Rows about people, companies and counterparties are what their events told; rows nobody told of are named too."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, String, cast, exists, literal, select
from sqlalchemy.orm import aliased

from declarations.directory.chart import circles, closure
from declarations.directory.names import search_name
from declarations.evidence.chain import Difference
from declarations.evidence.record import iso
from declarations.evidence.told import COMPANIES, COUNTERPARTIES, GROUPS, PEOPLE, RECHECKS, TENDERS, Told
from declarations.models import (
    Company,
    CompanyBelow,
    Counterparty,
    CounterpartyGroup,
    Delegation,
    Event,
    NameToken,
    Person,
    Recheck,
    RoleGrant,
    Spelling,
    Tender,
)
from workflows.spelling import fold, tokens

Batch = Mapping[str, Told]  # by what follows the family in the stream's name
Found = Iterator[Difference]


def held(connection: Connection, family: str, batch: Batch) -> Found:
    """What differs between the rows of some subjects of one family and what their streams told."""
    return _FAMILIES[family](connection, batch) if family in _FAMILIES else iter(())


def untold(connection: Connection) -> Found:
    """Rows that are in no event."""
    keys: dict[str, Any] = {
        PEOPLE: Person.public_id,
        COMPANIES: Company.key,
        COUNTERPARTIES: Counterparty.public_id,
        GROUPS: CounterpartyGroup.id,
        RECHECKS: Recheck.public_id,
        TENDERS: Tender.public_id,
    }
    for family, key in keys.items():
        stream = literal(f"{family}/") + cast(key, String)
        for (one,) in connection.execute(select(key).where(~exists().where(Event.stream == stream))):
            yield Difference(f"{family}/{one}", "is in no event")


def tree(connection: Connection) -> Found:
    """Which company lies below which follows from the company above each."""
    above: dict[int, int | None] = {row.id: row.parent_id for row in connection.execute(select(Company.id, Company.parent_id))}
    if circles(above):
        yield Difference("company tree", "goes round in a circle")
        return
    rows = connection.execute(select(CompanyBelow.ancestor_id, CompanyBelow.company_id, CompanyBelow.depth))
    if set(closure(above)) != {tuple(row) for row in rows}:
        yield Difference("company tree", "which company lies below which is not what their places in the tree say")


def _people(connection: Connection, batch: Batch) -> Found:
    keys = Person.public_id.in_(list(batch))
    plain = [column for column in Person.__table__.columns if column.key != "password_hash"]
    rows = _rows(connection, select(*plain).where(keys), "public_id")
    columns = [column for column in RoleGrant.__table__.columns if column.key not in ("id", "person_id", "company_id")]
    held_by = select(Person.public_id, Company.key.label("company"), *columns)
    held_by = held_by.join(RoleGrant, RoleGrant.person_id == Person.id).join(Company, Company.id == RoleGrant.company_id)
    grants = _by(connection, held_by.where(keys).order_by(RoleGrant.id))
    away = select(Person.public_id, *Delegation.__table__.columns).join(Delegation, Delegation.person_id == Person.id)
    delegations = _by(connection, away.where(keys))
    for key, told in batch.items():
        where = f"{PEOPLE}/{key}"
        row = rows.get(key)
        if row is not None:
            where = f"{told.row.get('number', row['number'])} ({where})"
            if row["search_name"] != search_name(row["name"]):
                yield Difference(where, "column search_name does not follow from the name")
        yield from _row(where, told.row, row)
        yield from _grants(where, told, grants.get(key, []))
        there = {one["id"]: one for one in delegations.get(key, [])}
        yield from _parts(where, "delegation", told.delegations, there)


def _companies(connection: Connection, batch: Batch) -> Found:
    parent = aliased(Company)
    query = select(*Company.__table__.columns, parent.key.label("parent")).outerjoin(parent, parent.id == Company.parent_id)
    rows = _rows(connection, query.where(Company.key.in_(list(batch))), "key")
    for key, told in batch.items():
        yield from _row(f"{COMPANIES}/{key}", told.row, rows.get(key))


def _counterparties(connection: Connection, batch: Batch) -> Found:
    keys = Counterparty.public_id.in_(list(batch))
    rows = _rows(connection, select(*Counterparty.__table__.columns).where(keys), "public_id")
    named = select(Counterparty.public_id, Spelling.id, Spelling.written, Spelling.folded)
    spellings = _by(connection, named.join(Spelling, Spelling.counterparty_id == Counterparty.id).where(keys))
    ids = [one["id"] for some in spellings.values() for one in some]
    words: dict[int, set[str]] = {}
    for token in connection.execute(select(NameToken.spelling_id, NameToken.token).where(NameToken.spelling_id.in_(ids))):
        words.setdefault(token.spelling_id, set()).add(token.token)
    for key, told in batch.items():
        where = f"{COUNTERPARTIES}/{key}"
        yield from _row(where, told.row, rows.get(key))
        there = {one["id"]: one for one in spellings.get(key, [])}
        yield from _parts(where, "spelling", {number: {"written": text} for number, text in told.spellings.items()}, there)
        for number, one in there.items():
            if one["folded"] != fold(one["written"]) or words.get(number, set()) != set(tokens(one["written"])):
                yield Difference(where, f"what spelling {number} is found by does not follow from how it is written")


def _groups(connection: Connection, batch: Batch) -> Found:
    numbers = [int(key) for key in batch if key.isdecimal()]
    query = select(*CounterpartyGroup.__table__.columns).where(CounterpartyGroup.id.in_(numbers))
    rows = {str(row.id): _plain(row) for row in connection.execute(query)}
    for key, told in batch.items():
        yield from _row(f"{GROUPS}/{key}", told.row, rows.get(key))


def _rechecks(connection: Connection, batch: Batch) -> Found:
    rows = _rows(connection, select(*Recheck.__table__.columns).where(Recheck.public_id.in_(list(batch))), "public_id")
    for key, told in batch.items():
        yield from _row(f"{RECHECKS}/{key}", told.row, rows.get(key))


def _tenders(connection: Connection, batch: Batch) -> Found:
    rows = _rows(connection, select(*Tender.__table__.columns).where(Tender.public_id.in_(list(batch))), "public_id")
    for key, told in batch.items():
        yield from _row(f"{TENDERS}/{key}", told.row, rows.get(key))


_FAMILIES: dict[str, Callable[[Connection, Batch], Found]] = {
    PEOPLE: _people,
    COMPANIES: _companies,
    COUNTERPARTIES: _counterparties,
    GROUPS: _groups,
    RECHECKS: _rechecks,
    TENDERS: _tenders,
}


def _row(where: str, told: Mapping[str, Any], row: Mapping[str, Any] | None) -> Found:
    if row is None:
        yield Difference(where, "is gone")
    elif "id" not in told:
        yield Difference(where, "no event says how it came to be")
    else:
        yield from _columns(where, "", told, row)


def _columns(where: str, of: str, told: Mapping[str, Any], row: Mapping[str, Any]) -> Found:
    for column, value in told.items():
        if row.get(column) != value:
            yield Difference(where, f"column {column}{of} differs from the record")


def _grants(where: str, told: Told, rows: list[dict[str, Any]]) -> Found:
    """Whoever holds a role was granted it by somebody, and nobody lost one without its being taken back."""
    left = list(rows)
    for grant in told.grants:
        name = f"the role {grant['role']} for {grant['company']}"
        same = [row for row in left if (row["role"], row["company"]) == (grant["role"], grant["company"])]
        if not same:
            yield Difference(where, f"was granted {name}, which is gone")
            continue
        left.remove(same[0])
        yield from _columns(where, f" of {name}", grant, same[0])
    for row in left:
        yield Difference(where, f"holds the role {row['role']} for {row['company']}, and nobody granted it")


def _parts(where: str, what: str, told: Mapping[int, Mapping[str, Any]], there: Mapping[int, Mapping[str, Any]]) -> Found:
    for number, columns in told.items():
        if number not in there:
            yield Difference(where, f"{what} {number} is gone")
        else:
            yield from _columns(where, f" of {what} {number}", columns, there[number])
    for number in sorted(there.keys() - told.keys()):
        yield Difference(where, f"{what} {number} is in no event")


def _rows(connection: Connection, query: Any, key: str) -> dict[str, dict[str, Any]]:
    found = (_plain(row) for row in connection.execute(query))
    return {row[key]: row for row in found}


def _by(connection: Connection, query: Any) -> dict[str, list[dict[str, Any]]]:
    """Rows by the public id of what they hang on."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.public_id, []).append(_plain(row))
    return found


def _plain(row: Any) -> dict[str, Any]:
    """A row as the record writes it."""
    return {
        name: iso(value) if isinstance(value, datetime) else value.isoformat() if isinstance(value, date) else value
        for name, value in row._mapping.items()
    }
