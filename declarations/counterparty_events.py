"""What becomes of a counterparty is told in a stream of its own, whole enough that its rows can be held against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from declarations.evidence.record import Entry, append
from declarations.models import Counterparty, CounterpartyGroup, Spelling


@dataclass(frozen=True)
class Teller:
    """Who acts, when (UTC), in which role; an import has no name."""

    at: datetime
    role: str
    actor_id: int | None
    company_id: int | None = None


def tell(
    session: Session,
    row: Counterparty,
    teller: Teller,
    action: str,
    public: Mapping[str, Any],
    personal: Mapping[str, Any] | None = None,
) -> None:
    """Append an event to the counterparty's stream."""
    _append(session, f"counterparty/{row.public_id}", teller, action, public, personal or {})


def tell_created(session: Session, row: Counterparty, teller: Teller) -> None:
    """A counterparty that is new: all its columns."""
    public = {"id": row.id, "class": row.class_, "country": row.country, "currency": row.currency, "group": row.group_id}
    tell(
        session, row, teller, "counterparty:created", public, {"name": row.name, "registered_number": row.registered_number or ""}
    )


def tell_number(session: Session, row: Counterparty, teller: Teller) -> None:
    """A registered number, and with it a country, that were not known before."""
    personal = {"registered_number": row.registered_number or ""}
    tell(session, row, teller, "counterparty:number_learned", {"country": row.country}, personal)


def tell_spelling(session: Session, spelling: Spelling, row: Counterparty, teller: Teller) -> None:
    """A way its name was written."""
    tell(session, row, teller, "counterparty:spelled", {"spelling": spelling.id}, {"written": spelling.written})


def tell_group(session: Session, group: CounterpartyGroup, teller: Teller) -> None:
    """A group is made, or gets another name."""
    _append(session, f"counterparty_group/{group.id}", teller, "counterparty_group:named", {"id": group.id}, {"name": group.name})


def _append(
    session: Session, stream: str, teller: Teller, action: str, public: Mapping[str, Any], personal: Mapping[str, Any]
) -> None:
    append(
        session,
        Entry(
            stream=stream,
            action=action,
            at=teller.at,
            role=teller.role,
            actor_id=teller.actor_id,
            company_id=teller.company_id,
            public=public,
            personal=personal,
        ),
    )
