"""Companies stand in one tree; which lies below which is written anew in the transaction that changes it."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from declarations.directory.chart import circles, closure
from declarations.directory.commands import hand_of, reach_of, within
from declarations.directory.entries import CompanyEntry, wrong_with_company
from declarations.directory.events import one_at_a_time
from declarations.directory.queries import key_of
from declarations.errors import NotFound
from declarations.evidence.hand import Hand
from declarations.evidence.record import Entry, append
from declarations.extensions import writing
from declarations.models import Company, CompanyBelow
from declarations.policies.proof import places
from declarations.policies.publishing import published_documents
from declarations.viewer import Viewer
from workflows.case import Forbidden, Invalid
from workflows.policy.proof.prove import prove
from workflows.words import N_

LOOSER = N_("Its policy would be looser than the Code there. Compliance has to publish a change of it first.")
FACTS = ("name", "country", "time_zone", "currency", "language", "calendar")


def add_company(*, by: Viewer | None, entry: CompanyEntry) -> None:
    """Put a new company into the tree. Only the command line begins a new tree. Raises Invalid with a sentence for each field."""
    with writing() as session:
        one_at_a_time(session)
        wrong = wrong_with_company(entry)
        parent = _parent(session, by, entry, wrong)
        if session.scalar(select(Company.id).where(Company.key == entry.key)):
            wrong["key"] = N_("Another company has this key.")
        refuse(wrong)
        insert_company(session, entry, parent, hand_of(by))
        rewrite_tree(session)
        refuse({} if agrees(session, {entry.key}) else {"parent": LOOSER})


def change_company(*, by: Viewer | None, entry: CompanyEntry) -> None:
    """Change the facts or the place of the company with that key; the key stays, policy documents name it.

    Raises NotFound outside the administrator's companies, Forbidden to move the topmost of them, Invalid for anything wrong.
    """
    with writing() as session:
        one_at_a_time(session)
        company = session.scalar(select(Company).where(Company.key == entry.key))
        reach = reach_of(session, by)
        if company is None or not within(reach, company.id):
            raise NotFound
        wrong = wrong_with_company(entry)
        stays = entry.parent == key_of(session, company.parent_id)
        if not stays and not within(reach, company.parent_id):
            raise Forbidden("topmost", N_("You may change this company, but not where it stands in the tree."))
        parent = company.parent_id if stays else _parent(session, by, entry, wrong)
        refuse(wrong)
        update_company(session, company, entry, parent, hand_of(by))
        rewrite_tree(session)
        if not agrees(session, {entry.key}):
            refuse({"parent" if not stays else "currency": LOOSER})


def _parent(session: Session, by: Viewer | None, entry: CompanyEntry, wrong: dict[str, str]) -> int | None:
    """The id of the company above; whatever is wrong with it goes into `wrong`."""
    if entry.parent is None:
        if by is not None:
            wrong["parent"] = N_("Please choose the company above.")
        return None
    parent = session.scalar(select(Company.id).where(Company.key == entry.parent))
    if parent is None or not within(reach_of(session, by), parent):
        wrong.setdefault("parent", N_("Please choose one of your companies."))
    return parent


def refuse(wrong: dict[str, str]) -> None:
    """Raise Invalid if anything is wrong."""
    if wrong:
        raise Invalid("entry", N_("Something is missing or does not fit."), wrong)


def insert_company(session: Session, entry: CompanyEntry, parent_id: int | None, hand: Hand) -> Company:
    """Add the row and its event; the caller rewrites the tree."""
    company = Company(key=entry.key, parent_id=parent_id, **_facts(entry))
    session.add(company)
    session.flush()
    append(session, _event(company, "company:added", hand, asdict(entry)))
    return company


def update_company(session: Session, company: Company, entry: CompanyEntry, parent_id: int | None, hand: Hand) -> bool:
    """Change the row and write an event for facts and one for its place, as far as they changed; True if anything did."""
    changed = {name: value for name, value in _facts(entry).items() if getattr(company, name) != value}
    moved = company.parent_id != parent_id
    for name, value in changed.items():
        setattr(company, name, value)
    if changed:
        append(session, _event(company, "company:changed", hand, changed))
    if moved:
        before, company.parent_id = key_of(session, company.parent_id), parent_id
        append(session, _event(company, "company:moved", hand, {"from": before, "to": entry.parent}))
    session.flush()
    return bool(changed) or moved


def rewrite_tree(session: Session) -> None:
    """Write which company lies below which. Raises Invalid if companies stand in a circle; then nothing of the command stays."""
    above = {row.id: row.parent_id for row in session.execute(select(Company.id, Company.parent_id))}
    if circles(above):
        refuse({"parent": N_("That would be a circle: the company above lies below this one.")})
    session.execute(delete(CompanyBelow))
    rows = [{"ancestor_id": top, "company_id": below, "depth": depth} for top, below, depth in closure(above)]
    if rows:
        session.execute(insert(CompanyBelow), rows)


def agrees(session: Session, keys: Collection[str]) -> bool:
    """Whether the policy of these companies and all below them, as the tree stands now, is nowhere looser than the Code.

    A company gets the amendments of all above it, in its own currency and country: another place is another policy.
    """
    tree = places(session)
    lines = [{place.key, *place.above} for place in tree]
    around = set().union(*(line for line in lines if not line.isdisjoint(keys)))
    documents = [document for document in published_documents(session) if document.company is None or document.company in around]
    return prove(documents, [place for place in tree if place.key in around]).holds


def _facts(entry: CompanyEntry) -> dict[str, str]:
    return {name: getattr(entry, name) for name in FACTS}


def _event(company: Company, action: str, hand: Hand, public: dict[str, Any]) -> Entry:
    return hand.entry(f"company/{company.key}", action, company_id=company.id, public=public)
