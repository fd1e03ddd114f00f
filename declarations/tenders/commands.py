"""Compliance says who takes part in which tender, and when; what was declared before in its days is re-opened, never decided anew."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import clock, snapshot
from declarations.compliance.reach import reach_of
from declarations.counterparties import NewCounterparty, find_or_create
from declarations.errors import NotFound
from declarations.evidence.hand import Hand
from declarations.evidence.record import append
from declarations.extensions import writing
from declarations.models import Tender
from declarations.tenders.queries import tender_of
from declarations.tenders.reopening import reopen
from declarations.viewer import Viewer, roles_of
from workflows.case import Forbidden, Invalid
from workflows.spelling import tidy
from workflows.words import N_, CounterpartyClass, Role


def enter(*, officer: Viewer, company_id: int, firm: str, title: str, first_on: date, last_on: date) -> str:
    """Keep that `firm` takes part in a tender of that company (and all below it), both days included; returns its public id.

    A firm nobody knows becomes a counterparty, a bidder. Raises Forbidden, or Invalid with a sentence per field.
    """
    with writing() as session:
        _may(session, officer, company_id)
        _in_order(first_on, last_on)
        now = clock.now()
        bidder = NewCounterparty(tidy(firm), CounterpartyClass.BIDDER)
        row = Tender(
            company_id=company_id,
            counterparty_id=find_or_create(session, new=bidder, by_id=officer.person_id, now=now).id,
            title=tidy(title)[:300],
            first_on=first_on,
            last_on=last_on,
            entered_by_id=officer.person_id,
            entered_at=now,
        )
        session.add(row)
        session.flush()
        _tell(session, row, officer, "tender:entered", begins=True)
        reopen(session, row, officer_id=officer.person_id, now=now)
        return row.public_id


def change(*, officer: Viewer, public_id: str, first_on: date, last_on: date) -> None:
    """Give it other days; what was declared before in those days is re-opened for compliance. Raises NotFound, Forbidden or Invalid."""
    with writing() as session:
        row = _own(session, officer, public_id)
        _in_order(first_on, last_on)
        if (row.first_on, row.last_on) == (first_on, last_on):
            return
        row.first_on, row.last_on = first_on, last_on
        session.flush()
        _tell(session, row, officer, "tender:changed")
        reopen(session, row, officer_id=officer.person_id, now=clock.now())


def withdraw(*, officer: Viewer, public_id: str) -> None:
    """Take back what was entered by mistake. Raises NotFound or Forbidden."""
    with writing() as session:
        row = _own(session, officer, public_id)
        row.withdrawn_at = clock.now()
        session.flush()
        _tell(session, row, officer, "tender:withdrawn")


def _own(session: Session, officer: Viewer, public_id: str) -> Tender:
    found = tender_of(session, reach_of(session, officer), public_id)
    row = session.scalars(select(Tender).where(Tender.id == found.id).with_for_update(of=Tender, key_share=True)).one()
    session.refresh(row)
    if row.withdrawn_at is not None:
        raise NotFound
    _may(session, officer, row.company_id)
    return row


def _may(session: Session, officer: Viewer, company_id: int) -> None:
    """Whether the officer holds the role for that company at this moment."""
    if company_id not in roles_of(session, officer.person_id).get(Role.COMPLIANCE_OFFICER, frozenset()):
        raise Forbidden("role", N_("Only compliance officers of that company keep its tenders."))


def _in_order(first_on: date, last_on: date) -> None:
    if last_on < first_on:
        sentence = N_("The last day lies before the first.")
        raise Invalid("tender", sentence, {"last_on": sentence})


def _tell(session: Session, row: Tender, officer: Viewer, action: str, *, begins: bool = False) -> None:
    hand = Hand(clock.now(), Role.COMPLIANCE_OFFICER, officer.person_id, row.company_id)
    entry = hand.entry(f"tender/{row.public_id}", action, personal={"row": snapshot.row_of(row)})
    append(session, entry, begins=begins)
