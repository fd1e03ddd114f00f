"""Tenders, as officers and auditors see them and as rules ask about them; nothing here changes anything."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations.compliance.reach import Reach
from declarations.counterparties import ALIKE, NewCounterparty, Suggestion, find, suggest
from declarations.errors import NotFound
from declarations.models import CompanyBelow, Counterparty, Tender
from workflows.words import CounterpartyClass

NEAR = timedelta(days=366)
_MOST = 200


def quiet_periods(session: Session, *, group_id: int, company_ids: Iterable[int], on: date) -> tuple[tuple[date, date], ...]:
    """First and last day of each tender this counterparty group takes part in, run by one of the companies or one above it, within a
    year of the day `on`; by day, each once."""
    rows = session.execute(
        select(Tender.first_on, Tender.last_on)
        .join(Counterparty, Counterparty.id == Tender.counterparty_id)
        .join(CompanyBelow, CompanyBelow.ancestor_id == Tender.company_id)
        .where(
            Counterparty.group_id == group_id,
            CompanyBelow.company_id.in_(sorted(company_ids)),
            Tender.withdrawn_at.is_(None),
            Tender.last_on >= on - NEAR,
            Tender.first_on <= on + NEAR,
        )
    )
    return tuple(sorted({(first, last) for first, last in rows}))


def tenders_of(group_id: int) -> str:
    """The key that is held while a tender of that group is entered, or something declared of it is asked about its tenders."""
    return f"tenders/{group_id}"


def listed(session: Session, reach: Reach) -> Sequence[Tender]:
    """The tenders of the companies overseen, the latest end first; those taken back are left out."""
    return session.scalars(
        select(Tender)
        .where(Tender.company_id.in_(sorted(reach.companies)), Tender.withdrawn_at.is_(None))
        .order_by(Tender.last_on.desc(), Tender.id.desc())
        .limit(_MOST)
    ).all()


def alike(session: Session, firm: str, officer_id: int) -> list[Suggestion]:
    """Up to three known firms that `firm` may be another spelling of, to be asked about; none where it is certain who is meant."""
    if find(session, NewCounterparty(firm, CounterpartyClass.BIDDER), by_id=officer_id) is not None:
        return []
    return [one for one in suggest(session, firm, 6, viewer_id=officer_id) if one.score >= ALIKE][:3]


def tender_of(session: Session, reach: Reach, public_id: str) -> Tender:
    """A tender of a company overseen that was not taken back. Raises NotFound."""
    row = session.scalars(
        select(Tender).where(
            Tender.public_id == public_id, Tender.withdrawn_at.is_(None), Tender.company_id.in_(sorted(reach.companies))
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row
