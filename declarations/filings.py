"""A filing is an immutable snapshot of what was said, judged and so that day; only ledger.py writes one, in its transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, insert, or_, select
from sqlalchemy.orm import Session

from declarations import packing, snapshot
from declarations.direct import run
from declarations.earlier_items import keep_keys
from declarations.evidence.record import commitment, new_salt
from declarations.marks import Mark
from declarations.models import Attachment, Declaration, Draft, Filing, NamedPerson, Person
from declarations.projection import project
from workflows.case import World
from workflows.facts import Facts
from workflows.policy.assessment import Assessment

_ATTACHED = (
    select(*(getattr(Attachment, column) for column in snapshot.ATTACHED.values()))
    .where(or_(Attachment.declaration_id == bindparam("declaration"), Attachment.draft_id == bindparam("draft")))
    .order_by(Attachment.id)
)
_KEEP = insert(cast(Table, Filing.__table__))
_NAME = insert(cast(Table, NamedPerson.__table__))


@dataclass(frozen=True)
class Submission:
    """What is being filed: the facts, the answers as typed, whose they are, and where they come from."""

    facts: Facts
    answers: Mapping[str, str]
    declarant: Person
    draft: Draft | None = None  # what it was typed in
    imported_from: str | None = None  # the old register it stood in


def write_filing(
    session: Session, declaration: Declaration, filed: Submission, assessment: Assessment, around: World, by_id: int
) -> dict[str, str]:
    """Write the snapshot and what the declaration becomes by it; returns the commitments for the event, by name."""
    declaration.filing += 1
    project(declaration, filed.facts, assessment, around)
    declaration.packed = packing.pack(session, declaration, filed.facts)
    parts: dict[str, Any] = {
        "facts": snapshot.facts_json(filed.facts),
        "answers": dict(filed.answers),
        "assessment": snapshot.assessment_json(assessment),
        "organisation": _organisation(filed.declarant, around),
        "attachments": _attachments(session, declaration, filed.draft),
    }
    if parts["attachments"]:
        declaration.marks |= Mark.ATTACHED
    salts = {name: new_salt() for name in parts}
    row = {
        "declaration_id": declaration.id,
        "sequence": declaration.filing,
        "filed_by_id": by_id,
        "filed_at": around.now,
        "policy_digest": assessment.policy_digest,
        "salts": salts,
    }
    run(session, _KEEP, row | parts)
    _name_people(session, declaration, filed.facts)
    keep_keys(session, declaration, filed.facts)
    return {name: commitment(salts[name], value) for name, value in parts.items()}


def _organisation(person: Person, around: World) -> dict[str, Any]:
    """The declarant's place that day; for whoever belonged to two companies what each of the two policies was and saw."""
    sides = [
        {"company": seat.key, "country": seat.country, "currency": seat.currency, "policy": side.digest}
        for side, seat in around.policy.sides
    ]
    return {
        "person": person.id,
        "number": person.number,
        "name": person.name,
        "title": person.title,
        "unit": person.unit,
        "company": person.company.key,
        "manager": person.manager.name if person.manager else None,
        "manager_id": person.manager_id,
        **({"policies": sides} if sides else {}),
    }


def _attachments(session: Session, declaration: Declaration, draft: Draft | None) -> list[dict[str, Any]]:
    if draft is None and declaration.filing == 1:
        return []
    rows = run(session, _ATTACHED, {"declaration": declaration.id, "draft": draft.id if draft else None})
    return [snapshot.attachment_json(row) for row in rows]


def _name_people(session: Session, declaration: Declaration, facts: Facts) -> None:
    if declaration.filing > 1:
        session.execute(delete(NamedPerson).where(NamedPerson.declaration_id == declaration.id))
    if facts.named:
        run(session, _NAME, [{"declaration_id": declaration.id, "person_id": person} for person in sorted(facts.named)])
