"""Who writes, signs and reads a draft: officers of its company; the second officer had no hand in it and reports to nobody who had."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from declarations.models import Company, CompanyBelow, Person, PolicyDraft, RoleGrant
from declarations.people_in_question import chains
from declarations.viewer import Viewer, roles_of
from workflows.words import N_, Role

OVERSEERS = (Role.COMPLIANCE_OFFICER, Role.INTERNAL_AUDITOR)
READERS = frozenset(OVERSEERS)

# why an officer cannot be the second one
REASONS: Mapping[str, str] = {
    "wrote": N_("had a hand in it"),
    "subordinate": N_("reports to somebody who had a hand in it"),
}
NOT_YOU = {
    "wrote": N_("You had a hand in this draft, so somebody else must sign it."),
    "subordinate": N_("You report to somebody who had a hand in this draft, so somebody independent must sign it."),
}


@dataclass(frozen=True)
class Signer:
    """An officer of the draft's company; `why_not` is a slug out of REASONS, None for one who may sign."""

    person_id: int
    name: str
    why_not: str | None


def signers(session: Session, company_id: int, hands: Sequence[int], today: date) -> list[Signer]:
    """Every officer of the company, or of one above it, with whether they could be the second one after `hands`."""
    people = session.execute(
        select(Person.id, Person.name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(CompanyBelow, CompanyBelow.ancestor_id == RoleGrant.company_id)
        .where(
            CompanyBelow.company_id == company_id,
            RoleGrant.role == Role.COMPLIANCE_OFFICER,
            RoleGrant.revoked_at.is_(None),
            Person.active_from <= today,
            or_(Person.active_to.is_(None), Person.active_to >= today),
        )
        .distinct()
        .order_by(Person.name, Person.id)
    ).all()
    above = chains(session, [person.id for person in people])
    return [Signer(person.id, person.name, _why_not(person.id, above[person.id], hands)) for person in people]


def _why_not(person_id: int, line: Sequence[int], hands: Sequence[int]) -> str | None:
    if person_id in hands:
        return "wrote"
    return "subordinate" if set(line) & set(hands) else None


def is_officer(session: Session, person_id: int, company_id: int) -> bool:
    """Whether the person is a compliance officer for the company now."""
    return company_id in roles_of(session, person_id).get(Role.COMPLIANCE_OFFICER, frozenset())


def writes(viewer: Viewer, company_id: int) -> bool:
    """Whether the viewer may write drafts for the company."""
    return viewer.holds(Role.COMPLIANCE_OFFICER, company_id)


def reads(viewer: Viewer, company_id: int) -> bool:
    """Whether the viewer may read drafts for the company."""
    return any(viewer.holds(role, company_id) for role in OVERSEERS)


def group_of(session: Session) -> Company:
    """The company above all others, whose the Code is."""
    return session.scalars(select(Company).where(Company.parent_id.is_(None)).order_by(Company.id).limit(1)).one()


def company_of(session: Session, company_key: str | None) -> Company | None:
    """Whose a document is: the company with that key, or for the Code the one above all others."""
    if company_key is None:
        return group_of(session)
    return session.scalars(select(Company).where(Company.key == company_key)).one_or_none()


def is_open(draft: PolicyDraft) -> bool:
    """Whether it can still become a version."""
    return draft.closed_at is None
