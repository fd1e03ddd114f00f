"""What a bundle says besides events and rows: the workbook's words, and the documents behind each policy that a filing pinned."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from declarations.evidence.moment import Moments
from declarations.models import PolicyDocument
from declarations.registers.bundle_events import Met
from declarations.registers.columns import Cell, Column, names_of
from declarations.registers.safe_cell import sheet_title
from declarations.registers.scope import Scope
from declarations.registers.sheets import IN_LINES, SHEETS
from declarations.registers.words import Words
from workflows.money import exponent
from workflows.policy.document import Document, content

Slugs = dict[str, set[str]]  # column key → every slug that stands in it


class Listened:
    """Passes a register's lines on, and remembers which slugs stand in the columns that the workbook puts into words."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self.slugs: Slugs = {key: set() for key in _worded()}

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            row = json.loads(line)
            for key, slugs in self.slugs.items():
                if key in row:
                    slugs.add(row[key])
            yield line


def _worded() -> dict[str, Column]:
    columns = (column for key in IN_LINES for column in SHEETS[key].columns)
    return {column.key: column for column in columns if column.cell is Cell.WORD and column.told is not None}


def words(scope: Scope, language: str, slugs: Slugs, currencies: Iterable[str]) -> dict[str, Any]:
    """words.json: how the workbook of that language says what the rows say."""
    with force_locale(language):
        said = Words()
        told = _worded()
        labels = {key: {slug: told[key].told(slug, said) for slug in found} for key, found in slugs.items()}  # type: ignore[misc]
        sheets, taken = [], list[str]()
        for key, sheet in SHEETS.items():
            title = sheet_title(said.say(sheet.title), taken)
            taken.append(title)
            names = names_of(sheet.columns, said)
            columns = [_column(column, name) for column, name in zip(sheet.columns, names, strict=True)]
            sheets.append({"columns": columns, "key": key, "title": title})
        totals, integrity = (sheet_title(title, taken) for title in (_("Totals"), _("Integrity")))
    return {
        "integrity": integrity,
        "labels": labels,
        "language": language,
        "places": {currency: exponent(currency) for currency in currencies},
        "sheets": sheets,
        "time_zone": str(scope.zone),
        "totals": totals,
    }


def _column(column: Column, name: str) -> dict[str, Any]:
    composed = column.told is not None and column.cell is not Cell.WORD
    return {"cell": column.cell.value, "composed": composed, "key": column.key, "name": name}


def policies(connection: Connection, met: Met) -> tuple[list[dict[str, Any]], dict[str, Document]]:
    """policies.json, and every document it names by its digest. A policy that nothing explains any more is left out."""
    listed, documents = [], dict[str, Document]()
    with Session(bind=connection, autoflush=False) as session:
        moments = Moments(session)
        for digest, (company_id, on) in sorted(met.policies.items()):
            policy = moments.policy(digest, company_id, on)
            if policy is not None:
                named = [[document.key, document.digest] for document in policy.documents]
                listed.append({"digest": digest, "documents": named, "replaced": sorted(policy.replaced)})
                documents |= {document.digest: document for document in policy.documents}
    return listed, dict(sorted(documents.items()))


def texts(connection: Connection, documents: dict[str, Document]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each document: its canonical content, and as it was written."""
    query = select(PolicyDocument.digest, PolicyDocument.text).where(PolicyDocument.digest.in_(list(documents)))
    written = {row.digest: bytes(row.text) for row in connection.execute(query.order_by(PolicyDocument.id.desc()))}
    for digest, document in documents.items():
        yield f"policies/{digest}.json", content(document).encode()
        yield f"policies/{digest}.toml", written[digest]
