"""Facts and assessments as canonical JSON and back, so that a filing read years later gives the very same objects."""

import hashlib
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from declarations import canonical
from declarations.evidence.record import iso
from declarations.models import Declaration, Recheck, Tender
from workflows.facts import Facts
from workflows.policy.assessment import Assessment

_FACTS: TypeAdapter[Facts] = TypeAdapter(Facts)
_ASSESSMENT: TypeAdapter[Assessment] = TypeAdapter(Assessment)
# What a filing says of each of its files, and the column it is said of. Filings from before files had the last three lack them.
ATTACHED = {
    "id": "public_id",
    "name": "filename",
    "size": "size",
    "sha256": "sha256",
    "media_type": "media_type",
    "added_by": "added_by_id",
    "added_at": "added_at",
}
# Worked out of a declaration's other columns and what is kept beside it; `record verify` works it out again.
DERIVED = frozenset({"marks"})
_SETS = frozenset({"exempt", "named", "outside"})


def facts_json(facts: Facts) -> dict[str, Any]:
    """Plain JSON of what the facts state; sets are sorted so that the bytes are the same each time."""
    plain: dict[str, Any] = _FACTS.dump_python(facts, mode="json")
    return {name: sorted(plain[name]) if name in _SETS else plain[name] for name in facts.stated()}


def facts_from(plain: Any) -> Facts:
    """Facts out of a filing."""
    return _FACTS.validate_python(plain)


def assessment_json(assessment: Assessment) -> Any:
    """Plain JSON of an assessment."""
    return _ASSESSMENT.dump_python(assessment, mode="json")


def assessment_from(plain: Any) -> Assessment:
    """An assessment out of a filing."""
    return _ASSESSMENT.validate_python(plain)


def attachment_json(row: Row[Any]) -> dict[str, Any]:
    """Plain JSON of a file that belongs to a filing: which it is, who added it and when; its bytes by their SHA-256."""
    return {name: _plain(getattr(row, column)) for name, column in ATTACHED.items()}


def digest_of(content: Any) -> str:
    """SHA-256 of canonical JSON."""
    return hashlib.sha256(canonical.dumps(content)).hexdigest()


def row_of(row: Declaration | Recheck | Tender | Row[Any]) -> dict[str, Any]:
    """Every column of a row as plain JSON, for the commitment that lets `record verify` notice any change; not what is derived."""
    columns = row._fields if isinstance(row, Row) else row.__table__.columns.keys()
    return {column: _plain(getattr(row, column)) for column in columns if column not in DERIVED}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    return value.isoformat() if isinstance(value, date) else value
