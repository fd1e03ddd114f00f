"""Which policy holds for whom on which day, and which versions there are; everything here only reads."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from declarations.extensions import db
from declarations.models import Company, Person, PolicyDocument
from declarations.world import companies_above, policy_for, policy_of
from workflows.policy.document import Document, load
from workflows.policy.in_force import InForce


@dataclass(frozen=True)
class Version:
    """A published version of a document; `publisher` is None for what came with the installation."""

    document: Document
    published_at: datetime
    publisher: str | None


def in_force_for_key(company_key: str, on: date) -> InForce | None:
    """The policy for the company with that key on a day; None if there is no such company."""
    company_id = db.session.scalar(select(Company.id).where(Company.key == company_key))
    return None if company_id is None else in_force_for(db.session(), company_id, on)


def in_force_for(session: Session, company_id: int, on: date) -> InForce:
    """The policy for a company under all above it on a day."""
    return policy_for(session, [company.key for company in companies_above(session, company_id)], on)


def in_force_of(session: Session, person_id: int, company_id: int, on: date) -> InForce:
    """The policy for what the person files in the company on a day: that of both for whoever belongs to a second one."""
    return policy_of(session, person_id, companies_above(session, company_id), on)


def versions_for(session: Session, *company_ids: int) -> list[Version]:
    """Every version of every document that concerns any of the companies, newest first, those still to come included."""
    keys = {company.key for company_id in company_ids for company in companies_above(session, company_id)}
    rows = session.execute(
        select(PolicyDocument, Person.name)
        .outerjoin(Person, Person.id == PolicyDocument.published_by_id)
        .where(or_(PolicyDocument.company_key.is_(None), PolicyDocument.company_key.in_(sorted(keys))))
        .order_by(PolicyDocument.effective_from.desc(), PolicyDocument.key)
    )
    return [Version(load(row.text, row.key), row.published_at, name) for row, name in rows]


def all_documents() -> list[Document]:
    """Every version of every document ever published."""
    return [load(row.text, row.key) for row in db.session.scalars(select(PolicyDocument).order_by(PolicyDocument.id))]


def text_of(key: str, on: date) -> bytes | None:
    """The text of the version of the document `key` that is in force on a day, to the byte; None if there is none."""
    of_key = select(PolicyDocument.text).where(PolicyDocument.key == key, PolicyDocument.effective_from <= on)
    return db.session.scalar(of_key.order_by(PolicyDocument.effective_from.desc()).limit(1))


def newest(key: str, besides: Document) -> Document | None:
    """The version of the document `key` that takes effect last, other than `besides` itself."""
    versions = [one for one in all_documents() if one.key == key and one.digest != besides.digest]
    return max(versions, key=lambda one: one.effective_from, default=None)
