"""Whatever happens to a register is an event in its stream, with its days, language and checksum."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from declarations.evidence.record import Entry, append
from declarations.models import Register
from declarations.viewer import Viewer
from workflows.words import Role

NOTHING: Mapping[str, Any] = MappingProxyType({})


def role_of(viewer: Viewer | None, company_id: int) -> str:
    """In which role somebody acts on registers of the company; nobody is the clock."""
    if viewer is None:
        return Role.CLOCK.value
    return (Role.INTERNAL_AUDITOR if viewer.holds(Role.INTERNAL_AUDITOR, company_id) else Role.COMPLIANCE_OFFICER).value


def which_one(register: Register) -> dict[str, Any]:
    """What a notice says of it: the company's key and the days, and its page."""
    days = {"first_on": register.first_on.isoformat(), "last_on": register.last_on.isoformat()}
    return {"register": register.public_id, "company": register.company.key, **days}


def note(
    session: Session,
    register: Register,
    action: str,
    viewer: Viewer | None,
    more: Mapping[str, Any] = NOTHING,
    personal: Mapping[str, Any] = NOTHING,
    *,
    at: datetime,
) -> str:
    """Append the event, within the caller's `writing()`, and return its digest. `personal` stands in it as salted hashes only.

    `at` is the moment that the row it tells of carries: the record's verification holds the two against each other.
    """
    written = append(
        session,
        Entry(
            stream=f"register/{register.public_id}",
            action=action,
            at=at,
            role=role_of(viewer, register.company_id),
            actor_id=viewer.person_id if viewer else None,
            company_id=register.company_id,
            public={
                "first_on": register.first_on.isoformat(),
                "last_on": register.last_on.isoformat(),
                "language": register.language,
                "schedule": register.schedule_id,
                "sha256": register.sha256,
                **more,
            },
            personal=personal,
        ),
    )
    return written.digest
