"""What administrators and the command line change about people and roles, each with its event."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.directory.entries import PersonEntry, wrong_with_person
from declarations.directory.events import OPERATOR, one_at_a_time
from declarations.directory.rows import added, as_columns, changes, columns_of
from declarations.errors import NotFound
from declarations.evidence.hand import Hand
from declarations.evidence.record import Entry, append
from declarations.extensions import writing
from declarations.models import Company, CompanyBelow, Person, RoleGrant, public_id
from declarations.people_in_question import line_of
from declarations.viewer import Viewer, roles_of
from workflows.case import Forbidden, Invalid
from workflows.words import GRANTABLE, N_, Role

OVERSIGHT = frozenset({Role.COMPLIANCE_OFFICER, Role.INTERNAL_AUDITOR, Role.EXECUTIVE_REVIEWER})


def hand_of(by: Viewer | None) -> Hand:
    """Who acts: an administrator, or nobody by name at the command line."""
    return Hand(clock.now(), Role.ADMINISTRATOR if by else OPERATOR, by.person_id if by else None)


def reach_of(session: Session, by: Viewer | None) -> frozenset[int] | None:
    """The companies `by` runs the directory of, asked inside the transaction; None means all (the command line)."""
    if by is None:
        return None
    return roles_of(session, by.person_id).get(Role.ADMINISTRATOR, frozenset())


def within(reach: frozenset[int] | None, company_id: int | None) -> bool:
    """True if the company is one of those reached."""
    return reach is None or company_id in reach


def add_person(*, by: Viewer | None, entry: PersonEntry) -> str:
    """Put somebody new into the directory; returns their public id. Raises Invalid with a sentence for each field."""
    with writing() as session:
        one_at_a_time(session)
        values = _checked(session, by, entry, None)
        person = Person(public_id=public_id(), **as_columns(values))
        session.add(person)
        session.flush()
        append(session, added(columns_of(person), hand_of(by)))
        return person.public_id


def change_person(*, by: Viewer | None, person: str, entry: PersonEntry) -> None:
    """Change what the directory says about the person with that public id; number and e-mail address stay HR's.

    Raises NotFound outside the administrator's companies, Forbidden for one's own entry, Invalid with a sentence for each field.
    """
    with writing() as session:
        one_at_a_time(session)
        row = _person_within(session, by, person)
        if by is not None and row.id == by.person_id:
            raise Forbidden("own_entry", N_("Your own entry is for another administrator to change."))
        before = columns_of(row)
        for name, value in as_columns(_checked(session, by, entry, row)).items():
            setattr(row, name, value)
        session.flush()
        for event in changes(before, columns_of(row), hand_of(by)):
            append(session, event)


def _person_within(session: Session, by: Viewer | None, person: str) -> Person:
    row = session.scalar(select(Person).where(Person.public_id == person))
    if row is None or not within(reach_of(session, by), row.company_id):
        raise NotFound
    return row


def _checked(session: Session, by: Viewer | None, entry: PersonEntry, now: Person | None) -> dict[str, Any]:
    """The columns for `entry`, all rules kept; `now` is the person it is about, None for somebody new."""
    wrong = wrong_with_person(entry)
    company = session.scalar(select(Company).where(Company.key == entry.company))
    if company is None or not (within(reach_of(session, by), company.id) or (now and now.company_id == company.id)):
        wrong["company"] = N_("Please choose one of your companies.")
    second = session.scalar(select(Company).where(Company.key == entry.second_company)) if entry.second_company else None
    kept = second is not None and now is not None and now.second_company_id == second.id
    if entry.second_company and (second is None or not (kept or within(reach_of(session, by), second.id))):
        wrong["second_company"] = N_("Please choose one of your companies.")
    manager = session.scalar(select(Person.id).where(Person.number == entry.manager)) if entry.manager else None
    if entry.manager and manager is None:
        wrong.setdefault("manager", N_("There is nobody with this number or address."))
    elif now and manager and (manager == now.id or now.id in line_of(session, manager)):
        wrong["manager"] = N_("That would be a circle: this manager reports to the person themselves.")
    wrong |= _taken(session, entry) if now is None else {}
    if wrong:
        raise Invalid("entry", N_("Something is missing or does not fit."), wrong)
    assert company is not None
    return {
        "number": now.number if now else entry.number,
        "email": now.email if now else entry.email.lower(),
        "name": entry.name,
        "title": entry.title,
        "unit": entry.unit,
        "company_id": company.id,
        "second_company_id": second.id if second else None,
        "second_from": entry.second_from if second else None,
        "second_to": entry.second_to if second else None,
        "manager_id": manager,
        "language": entry.language or None,
        "active_from": entry.active_from or (now.active_from if now else clock.now().astimezone(UTC).date()),
        "active_to": entry.active_to,
    }


def _taken(session: Session, entry: PersonEntry) -> dict[str, str]:
    rows = session.execute(
        select(Person.number, Person.email).where(or_(Person.number == entry.number, Person.email == entry.email.lower()))
    ).all()
    wrong = {}
    if any(row.number == entry.number for row in rows):
        wrong["number"] = N_("Somebody has this number already.")
    if any(row.email == entry.email.lower() for row in rows):
        wrong["email"] = N_("Somebody has this address already.")
    return wrong


def grant(*, by: Viewer | None, person: str, role: str, company: str) -> None:
    """Give the person (public id) a role for the company (key) and all below it; nothing happens if they hold it there.

    Raises NotFound or Forbidden: outside the administrator's companies, to themselves, or administrator beside oversight.
    """
    with writing() as session:
        one_at_a_time(session)
        row = _person_within(session, by, person)
        where = session.scalar(select(Company).where(Company.key == company))
        if where is None or not within(reach_of(session, by), where.id) or role not in GRANTABLE:
            raise NotFound
        if by is not None and row.id == by.person_id:
            raise Forbidden("own_role", N_("Nobody grants a role to themselves. Ask another administrator."))
        _keep_apart(session, row, Role(role))
        held = _running(session, RoleGrant.person_id == row.id, RoleGrant.role == role, RoleGrant.company_id == where.id)
        if held is not None:
            return
        hand = hand_of(by)
        session.add(RoleGrant(person_id=row.id, role=role, company_id=where.id, granted_by_id=hand.actor_id, granted_at=hand.at))
        append(session, _role_event(row, "person:role_granted", hand, {"role": str(role), "company": where.key}))


def _keep_apart(session: Session, person: Person, role: Role) -> None:
    """Who runs the directory neither reads nor decides for a company, so the two are never in one hand."""
    held = set(roles_of(session, person.id))
    if (role is Role.ADMINISTRATOR and held & OVERSIGHT) or (role in OVERSIGHT and Role.ADMINISTRATOR in held):
        raise Forbidden(
            "roles_apart",
            N_("An administrator may not read or decide declarations, so nobody is both. Take the other role back first."),
        )


def revoke(*, by: Viewer | None, grant_id: int) -> str:
    """Take a role back; it ends at once. Returns the public id of who held it.

    Raises NotFound outside the administrator's companies, Forbidden for the last administrator.
    """
    with writing() as session:
        one_at_a_time(session)
        row = _running(session, RoleGrant.id == grant_id)
        if row is None or not within(reach_of(session, by), row.company_id):
            raise NotFound
        if by is not None and row.role == Role.ADMINISTRATOR and not _another_administrator(session, row):
            raise Forbidden("last_administrator", N_("This is the last administrator. Grant the role to somebody else first."))
        hand = hand_of(by)
        row.revoked_at, row.revoked_by_id = hand.at, hand.actor_id
        person, company = session.get_one(Person, row.person_id), session.get_one(Company, row.company_id)
        append(session, _role_event(person, "person:role_revoked", hand, {"role": row.role, "company": company.key}))
        return person.public_id


def _running(session: Session, *which: Any) -> RoleGrant | None:
    return session.scalar(select(RoleGrant).where(RoleGrant.revoked_at.is_(None), *which))


def _another_administrator(session: Session, row: RoleGrant) -> bool:
    """True if somebody who has not left holds the role besides, for the same company or one above."""
    today = clock.now().astimezone(UTC).date()
    other = (
        select(RoleGrant.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .join(CompanyBelow, CompanyBelow.ancestor_id == RoleGrant.company_id)
        .where(
            RoleGrant.role == Role.ADMINISTRATOR,
            RoleGrant.revoked_at.is_(None),
            RoleGrant.id != row.id,
            CompanyBelow.company_id == row.company_id,
            or_(Person.active_to.is_(None), Person.active_to >= today),
        )
    )
    return session.scalar(other.limit(1)) is not None


def _role_event(person: Person, action: str, hand: Hand, public: Mapping[str, Any]) -> Entry:
    return hand.entry(f"person/{person.public_id}", action, company_id=person.company_id, public=public)
