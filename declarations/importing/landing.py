"""Landing an old register: people found or made, rows handed to casework, nil returns kept, and all of it only once."""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import casework, clock
from declarations.casework import ImportRow
from declarations.directory.names import search_name
from declarations.directory.people_import import import_people
from declarations.extensions import db, writing
from declarations.importing.mapping import Mapping
from declarations.importing.reading import Entry, Nil, Read, Unusable
from declarations.models import Company, CompanyBelow, ImportedRow, Person
from workflows.facts import Facts

CREATE, REPORT = "create", "report"


@dataclass(frozen=True)
class Landed:
    """What an import did, or would do (`dry`). Rows known from an earlier run are counted in `before` and left alone."""

    rows: tuple[Read, ...]
    entries: tuple[Entry, ...]  # those that land, or landed before
    nils: tuple[Nil, ...]
    unusable: tuple[Unusable, ...]
    before: int
    numbers: tuple[str, ...]
    people_made: tuple[str, ...]
    dry: bool
    remarks: tuple[tuple[int, str], ...] = field(default=())


class Unknown(ValueError):
    """There is no such company."""


def land(*, rows: list[Read], mapping: Mapping, company: str, source: str, declarants: str = REPORT, dry: bool) -> Landed:
    """Land every row that can for the company with that key. `declarants`: create people nobody knows (inactive), or report them.

    A row lands once: what was imported before is known by its digest. Raises Unknown.
    """
    session = db.session()
    where = session.scalars(select(Company).where(Company.key == company)).one_or_none()
    if where is None:
        raise Unknown(f"There is no company with the key “{company}”.")
    company_id, today = where.id, clock.now().astimezone(ZoneInfo(where.time_zone)).date()
    entries = [row for row in rows if isinstance(row, Entry)]
    nils = [row for row in rows if isinstance(row, Nil)]
    unusable = [row for row in rows if isinstance(row, Unusable)]
    people = _people(session, company_id)
    unknown = list(dict.fromkeys((e.declarant, e.declarant_number) for e in entries if _known(people, e) is None))
    made: list[str] = []
    if declarants == CREATE:
        made = [name for name, _ in unknown]
        if not dry:
            _make(unknown, company, today)
            people = _people(db.session(), company_id)
    else:
        lost = [entry for entry in entries if _known(people, entry) is None]
        unusable += [Unusable(entry.row, f"Nobody called “{entry.declarant}” works here.") for entry in lost]
        entries = [entry for entry in entries if _known(people, entry) is not None]
    known = set(db.session.scalars(select(ImportedRow.digest).where(ImportedRow.company_id == company_id)))
    landing = [*(entry.row for entry in entries), *(nil.row for nil in nils)]
    numbers = [] if dry else _write(entries, nils, people, mapping, company_id, source, today, known)
    return Landed(
        rows=tuple(rows),
        entries=tuple(entries),
        nils=tuple(nils),
        unusable=tuple(sorted(unusable, key=lambda one: one.row.line)),
        before=sum(row.digest in known for row in landing),
        numbers=tuple(numbers),
        people_made=tuple(made),
        dry=dry,
        remarks=tuple((one.row.line, one.remark) for one in rows if not isinstance(one, Unusable) and one.remark),
    )


def _write(
    entries: list[Entry],
    nils: list[Nil],
    people: dict[str, int],
    mapping: Mapping,
    company_id: int,
    source: str,
    today: date,
    known: set[str],
) -> list[str]:
    rows = [
        ImportRow(
            declarant_id=_certain(people, entry),
            facts=_facts(entry, mapping, _certain(people, entry), today),
            answers=_answers(entry, mapping),
            counterparty=entry.counterparty,
            digest=entry.row.digest,
            source=source[:200],
            line=entry.row.line,
        )
        for entry in entries
        if entry.row.digest not in known
    ]
    numbers = casework.record_import(company_id=company_id, rows=rows, by=None) if rows else []
    _keep_nils([nil for nil in nils if nil.row.digest not in known], company_id, source)
    return numbers


def _facts(entry: Entry, mapping: Mapping, declarant_id: int, today: date) -> Facts:
    """What the rules read. Where the register does not say when it was declared, nobody is called late for it."""
    return Facts(
        kind=entry.kind,
        declarant_id=declarant_id,
        filed_on=min(entry.filed_on or entry.occurred_on, today),
        occurred_on=entry.occurred_on,
        ends_on=entry.ends_on,
        direction=entry.direction,
        title=entry.title,
        counterparty_class=entry.counterparty.class_ if entry.counterparty else "unknown",
        country=mapping.always.country,
        value=entry.value,
        value_basis=entry.value_basis,
        form=entry.form,
        disposition=entry.disposition,
        companion=entry.companion,
    )


def _answers(entry: Entry, mapping: Mapping) -> dict[str, str]:
    """The row as it was written: what the form would ask under its name, all other columns in the note."""
    columns, cells = mapping.columns, entry.row.cells
    told = {
        columns.title: "what",
        columns.counterparty: "counterparty",
        columns.value: "worth",
        columns.occurred_on: "occurred_on",
    }
    answers = {name: " ".join(cells[column].split()) for column, name in told.items() if column and cells[column].strip()}
    if entry.value:
        answers |= {"worth": str(entry.value.amount), "worth_currency": entry.value.currency}
    rest = [f"{column}: {cells[column].strip()}" for column in cells if column not in told and cells[column].strip()]
    if entry.value is None and entry.value_text:
        rest.append(f"{columns.value}: {entry.value_text}")
    return answers | {"occurred_on": entry.occurred_on.isoformat(), "note": "\n".join(rest)}


def _keep_nils(nils: Iterable[Nil], company_id: int, source: str) -> None:
    with writing() as session:
        now = clock.now()
        session.add_all(
            ImportedRow(
                company_id=company_id,
                digest=nil.row.digest,
                source=source[:200],
                line=nil.row.line,
                result="nil_return",
                imported_at=now,
            )
            for nil in nils
        )


def _people(session: Session, company_id: int) -> dict[str, int]:
    """Number, and folded name where only one person has it, → id, of everyone in the company and those below."""
    rows = session.execute(
        select(Person.id, Person.number, Person.search_name)
        .join(CompanyBelow, CompanyBelow.company_id == Person.company_id)
        .where(CompanyBelow.ancestor_id == company_id)
    ).all()
    often = Counter(row.search_name for row in rows)
    numbers = {f"number {row.number}": row.id for row in rows}
    return numbers | {row.search_name: row.id for row in rows if often[row.search_name] == 1}


def _known(people: dict[str, int], entry: Entry) -> int | None:
    """Who filed it: by number if the register has one, else by name."""
    for key in (f"number {entry.declarant_number}", f"number {_number(entry.declarant, entry.declarant_number)}"):
        if key in people:
            return people[key]
    return None if entry.declarant_number else people.get(search_name(entry.declarant))


def _certain(people: dict[str, int], entry: Entry) -> int:
    found = _known(people, entry)
    assert found is not None
    return found


def _number(name: str, number: str) -> str:
    """The number of somebody who comes in with a register only."""
    return f"IMPORT-{number or sha256(search_name(name).encode()).hexdigest()[:10].upper()}"[:40]


def _make(people: list[tuple[str, str]], company: str, today: date) -> None:
    """Put those nobody knows into the directory as former colleagues: they can neither sign in nor decide."""
    text = io.StringIO()
    fields = ("number", "email", "name", "company", "active_from", "active_to")
    writer = csv.DictWriter(text, fields)
    writer.writeheader()
    for name, given in people:
        number = _number(name, given)
        writer.writerow(
            {
                "number": number,
                "email": f"{number.lower()}@import.invalid",
                "name": name[:200],
                "company": company,
                "active_from": (today - timedelta(days=1)).isoformat(),
                "active_to": (today - timedelta(days=1)).isoformat(),
            }
        )
    report = import_people(data=text.getvalue().encode())
    if report.errors:
        raise Unknown("; ".join(map(str, report.errors)))
