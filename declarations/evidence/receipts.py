"""A receipt lets whoever declared show later that it stood in the record: leaf, proof and a signed checkpoint, no content."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations.errors import NotFound
from declarations.evidence.proofs import Proofs, SignedCheckpoint, SignedEvent
from declarations.models import Declaration
from declarations.viewer import Viewer


@dataclass(frozen=True)
class Summary:
    """The newest entry of one declaration as its page shows it; `place` counts from 1 and is None until the tree holds it."""

    leaf: str  # hexadecimal
    place: int | None
    size: int  # leaves under the newest checkpoint


@dataclass(frozen=True)
class Receipt:
    """A file to be kept."""

    filename: str
    content: bytes


def summary(session: Session, declaration_id: int) -> Summary | None:
    """What the page says; None where the declaration has no signed event."""
    proofs = Proofs(session.connection())
    events, latest = proofs.of_declaration(declaration_id), proofs.latest()
    if not events:
        return None
    last, size = events[-1], latest.size if latest else 0
    return Summary(last.leaf.hex(), last.index + 1 if last.index is not None and last.index < size else None, size)


def receipt(session: Session, viewer: Viewer, public_id: str) -> Receipt:
    """The receipt for a declaration of the viewer's own. Raises NotFound for any other."""
    row = session.execute(
        select(Declaration.id, Declaration.number).where(
            Declaration.public_id == public_id, Declaration.declarant_id == viewer.person_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    proofs = Proofs(session.connection())
    latest = proofs.latest()
    content = {
        "format": "aboveboard receipt 1",
        "declaration": row.number,
        "events": [_entry(one, proofs, latest) for one in proofs.of_declaration(row.id)],
        "checkpoint": latest.note if latest else None,
        "keys": [{"purpose": key.purpose, "id": key.id, "public": key.public.hex()} for key in proofs.public_keys()],
    }
    return Receipt(f"receipt-{row.number}.json", rfc8785.dumps(content) + b"\n")


def _entry(event: SignedEvent, proofs: Proofs, latest: SignedCheckpoint | None) -> dict[str, Any]:
    under = latest is not None and event.index is not None and event.index < latest.size
    path = proofs.inclusion(event.index, latest.size) if latest and event.index is not None and under else None
    return {
        "event_sha256": hashlib.sha256(event.body).hexdigest(),
        "key": event.key_id,
        "signature": _text(event.signature),
        "leaf_hash": event.leaf.hex(),
        "leaf_index": event.index if under else None,
        "inclusion_proof": None if path is None else [_text(one) for one in path],
    }


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
