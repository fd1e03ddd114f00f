"""An amendment is proved for every company it is asked in: in that company’s currency, under all companies above it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations.models import Company, CompanyBelow, PolicyDocument
from workflows.policy.check import others_of
from workflows.policy.document import Document, load
from workflows.policy.proof.prove import Place, Proof, prove


def places(session: Session) -> tuple[Place, ...]:
    """Every company there is, with its currency, its country and the companies above it, nearest first."""
    above: dict[int, list[str]] = {}
    lines = select(CompanyBelow.company_id, Company.key).join(Company, Company.id == CompanyBelow.ancestor_id)
    for company_id, key in session.execute(lines.where(CompanyBelow.depth > 0).order_by(CompanyBelow.depth)):
        above.setdefault(company_id, []).append(key)
    rows = session.execute(select(Company.id, Company.key, Company.currency, Company.country).order_by(Company.id))
    return tuple(Place(row.key, row.currency, tuple(above.get(row.id, ())), row.country) for row in rows)


def proof_of(session: Session, document: Document) -> Proof:
    """The proof of `document` beside all that is published, as `workflows.policy.proof.prove` has it."""
    published = [load(row.text, row.key) for row in session.scalars(select(PolicyDocument).order_by(PolicyDocument.id))]
    return prove([*others_of(document, published), document], places(session), document)
