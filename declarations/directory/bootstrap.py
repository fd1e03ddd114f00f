"""An empty installation gets its first company and administrator at the command line; after that, administrators make others."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.directory.commands import add_person, grant
from declarations.directory.companies import add_company
from declarations.directory.entries import CompanyEntry, PersonEntry
from declarations.extensions import db
from declarations.models import Company, OneTimeLink, Person, RoleGrant
from declarations.sign_in.commands import send_links
from declarations.sign_in.queries import has_left
from workflows.case import Forbidden, Invalid
from workflows.words import N_, Role


@dataclass(frozen=True)
class First:
    """What an empty installation needs to know about its first person."""

    name: str
    number: str


def first_administrator(*, email: str, person: First | None, company: CompanyEntry | None) -> str:
    """Make the person with this address the first administrator; returns the token of their one-time link.

    In an empty database `company` and `person` are made first. Raises Forbidden if somebody is administrator already (save the
    first one who has not set a password yet: they get a new link), Invalid if something is missing.
    """
    session = db.session()
    holder = _administrator(session)
    if holder is not None and (holder.email != email.strip().lower() or not _still_waiting(session, holder)):
        raise Forbidden("has_administrator", N_("There is an administrator already; they grant the role in the directory."))
    found = session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if found is None:
        public = _first_person(session, email, person, company)
        found = session.scalar(select(Person).where(Person.public_id == public))
    assert found is not None
    if has_left(found, clock.now()):
        raise Forbidden("has_left", N_("This person has left."))
    person_id = found.id
    top = _top(session, found.company)
    grant(by=None, person=found.public_id, role=Role.ADMINISTRATOR, company=top)
    [(_email, token)] = send_links(people=[person_id], by=None, by_mail=False, first_administrator=True)
    return token


def _administrator(session: Session) -> Person | None:
    return session.scalar(
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.id)
        .limit(1)
    )


def _still_waiting(session: Session, person: Person) -> bool:
    """True if this is the first administrator and their link was never used."""
    first = select(OneTimeLink.id).where(OneTimeLink.person_id == person.id, OneTimeLink.first_administrator.is_(True))
    return person.password_hash is None and session.scalar(first.limit(1)) is not None


def _first_person(session: Session, email: str, person: First | None, company: CompanyEntry | None) -> str:
    """Put the person into an empty directory, company first."""
    if session.scalar(select(Person.id).limit(1)) is not None:
        raise Invalid("unknown", N_("There is nobody with this address. Check the spelling, or bring people in first."))
    top = session.scalar(select(Company).where(Company.parent_id.is_(None)).order_by(Company.id))
    if person is None or (top is None and company is None):
        raise Invalid("empty", N_("The directory is empty. Say the person's name and the company; see --help."))
    key = top.key if top else ""
    if top is None and company is not None:
        add_company(by=None, entry=company)
        key = company.key
    return add_person(
        by=None, entry=PersonEntry(number=person.number, email=email.strip().lower(), name=person.name, company=key)
    )


def _top(session: Session, company: Company) -> str:
    """The key of the topmost company above this one."""
    while company.parent_id is not None:
        company = session.get_one(Company, company.parent_id)
    return company.key
