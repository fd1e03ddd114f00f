"""Who may read registers: compliance officers and internal auditors, of their companies, save what names themselves."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations.models import CompanyBelow, RoleGrant
from declarations.viewer import Viewer
from workflows.words import Role

READERS = (Role.COMPLIANCE_OFFICER, Role.INTERNAL_AUDITOR)


def entitled(session: Session, company_id: int, roles: Iterable[Role]) -> set[int]:
    """Everyone who holds one of the roles for the company now."""
    above = select(CompanyBelow.ancestor_id).where(CompanyBelow.company_id == company_id)
    granted = select(RoleGrant.person_id).where(
        RoleGrant.role.in_([role.value for role in roles]), RoleGrant.company_id.in_(above), RoleGrant.revoked_at.is_(None)
    )
    return set(session.scalars(granted))


def reach(viewer: Viewer) -> frozenset[int]:
    """The companies whose registers the viewer may ask for and take."""
    return viewer.reach(Role.COMPLIANCE_OFFICER) | viewer.reach(Role.INTERNAL_AUDITOR)
