"""What a bundle says besides events and rows: the workbook's words, and the documents behind each policy that a filing pinned."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from babel.numbers import list_currencies
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from declarations.evidence.moment import Moments
from declarations.models import PolicyDocument
from declarations.registers.bundle_events import Met
from declarations.registers.change_columns import BECAME, CHANGE_COLUMNS
from declarations.registers.columns import Cell, Column, names_of
from declarations.registers.safe_cell import sheet_title
from declarations.registers.scope import Scope
from declarations.registers.sheets import IN_LINES, SHEETS
from declarations.registers.words import Words
from workflows.money import exponent
from workflows.policy.document import Document, content

Slugs = dict[str, dict[str, set[str]]]  # sheet → column key → every slug that stands in it


class Listened:
    """Passes a register's lines on, and remembers which slugs stand in the columns that the workbook puts into words."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self.slugs: Slugs = {key: {column.key: set() for column in SHEETS[key].columns if _worded(column)} for key in IN_LINES}

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            row = json.loads(line)
            for key, slugs in self.slugs[row["sheet"]].items():
                if key in row:
                    slugs.add(row[key])
            yield line


def _worded(column: Column) -> bool:
    """True for a column whose rows hold slugs, or what was picked from a list."""
    return column.told is not None and (column.cell is Cell.WORD or column.key.startswith("asked_"))


def words(scope: Scope, language: str, slugs: Slugs) -> dict[str, Any]:
    """words.json: how the workbook of that language says what the rows say."""
    everywhere: dict[str, set[str]] = {}
    for found in slugs.values():
        for key, some in found.items():
            everywhere.setdefault(key, set()).update(some)
    with force_locale("en"):
        figures = {slug: str(name) for slug, name in Words().figures.items()}
    with force_locale(language):
        said = Words()
        sheets, taken = [], list[str]()
        for key, sheet in SHEETS.items():
            title = sheet_title(said.say(sheet.title), taken)
            taken.append(title)
            names = names_of(sheet.columns, said)
            found = slugs.get(key, everywhere)  # the sheet of breaches shows entries of every kind
            columns = [_column(column, name, found, said) for column, name in zip(sheet.columns, names, strict=True)]
            sheets.append({"columns": columns, "key": key, "title": title})
        labels = {key: {slug: said.label(key, slug) for slug in everywhere[key]} for key in ("kind", "state")}
        changed = sheet_title(_("Changes since the last extract"), taken)
        taken.append(changed)
        headings = zip(CHANGE_COLUMNS, names_of(CHANGE_COLUMNS, said), strict=True)
        changes = {
            "became": {slug.value: said.say(word) for slug, word in BECAME.items()},
            "columns": [{"key": column.key, "name": name} for column, name in headings],
            "title": changed,
        }
        totals, integrity = (sheet_title(title, taken) for title in (_("Totals"), _("Integrity")))
    return {
        "changes": changes,
        "figures": figures,
        "integrity": integrity,
        "labels": labels,
        "language": language,
        "places": {currency: places for currency in sorted(list_currencies()) if (places := exponent(currency)) != 2},
        "sheets": sheets,
        "time_zone": str(scope.zone),
        "totals": totals,
    }


def _column(column: Column, name: str, slugs: dict[str, set[str]], said: Words) -> dict[str, Any]:
    worded = _worded(column)
    told: dict[str, Any] = {"cell": column.cell.value, "key": column.key, "name": name}
    told["composed"] = column.told is not None and not worded
    if worded and column.told is not None:
        told["labels"] = {slug: column.told(slug, said) for slug in sorted(slugs.get(column.key, ()))}
    return told


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
