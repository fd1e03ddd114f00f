"""Who may read registers: compliance officers and internal auditors, of their companies, save what names themselves."""

from collections.abc import Collection, Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.models import CompanyBelow, Person, RegisterRecipient, RoleGrant
from declarations.viewer import Viewer
from workflows.words import Role

READERS = (Role.COMPLIANCE_OFFICER, Role.INTERNAL_AUDITOR)


def entitled(session: Session, company_id: int, roles: Iterable[Role]) -> set[int]:
    """Everyone who holds one of the roles for the company now, and has not left."""
    return entitled_somewhere(session, [company_id], roles)


def entitled_somewhere(session: Session, companies: Collection[int], roles: Iterable[Role]) -> set[int]:
    """The same for any of the companies."""
    above = select(CompanyBelow.ancestor_id).where(CompanyBelow.company_id.in_(sorted(companies)))
    granted = (
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role.in_([role.value for role in roles]),
            RoleGrant.company_id.in_(above),
            RoleGrant.revoked_at.is_(None),
            or_(Person.active_to.is_(None), Person.active_to >= clock.now().date()),
        )
    )
    return set(session.scalars(granted))


def recipients(session: Session, schedule_id: int, company_id: int) -> set[int]:
    """Who gets a schedule's registers now: those chosen who may still read them; all auditors where nobody was, or is left."""
    chosen = set(session.scalars(select(RegisterRecipient.person_id).where(RegisterRecipient.schedule_id == schedule_id)))
    return (chosen & entitled(session, company_id, READERS)) or entitled(session, company_id, (Role.INTERNAL_AUDITOR,))


def reach(viewer: Viewer) -> frozenset[int]:
    """The companies whose registers the viewer may ask for and take."""
    return viewer.reach(Role.COMPLIANCE_OFFICER) | viewer.reach(Role.INTERNAL_AUDITOR)
