"""A company's year begins as its yearly registers say: its own, else those of the nearest company above it, else in January."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations.models import CompanyBelow, RegisterSchedule
from declarations.registers.periods import YEARLY

JANUARY = 1


def first_months(session: Session, companies: Collection[int]) -> Mapping[int, int]:
    """The month, 1 to 12, with which the year of each of these companies begins."""
    said = session.execute(
        select(CompanyBelow.company_id, RegisterSchedule.first_month)
        .join(RegisterSchedule, RegisterSchedule.company_id == CompanyBelow.ancestor_id)
        .where(
            CompanyBelow.company_id.in_(sorted(companies)),
            RegisterSchedule.rhythm == YEARLY,
            RegisterSchedule.stopped_at.is_(None),
        )
        .order_by(CompanyBelow.depth.desc())
    )
    nearest_last = {row.company_id: row.first_month for row in said}
    return dict.fromkeys(companies, JANUARY) | nearest_last


def first_month(session: Session, companies: Collection[int]) -> int:
    """The month with which a year of these companies side by side begins: as for those with none of the others above them, and in
    January where these differ."""
    ids = sorted(companies)
    beneath = select(CompanyBelow.company_id).where(
        CompanyBelow.company_id.in_(ids), CompanyBelow.ancestor_id.in_(ids), CompanyBelow.depth > 0
    )
    months = set(first_months(session, set(ids) - set(session.scalars(beneath))).values())
    return months.pop() if len(months) == 1 else JANUARY
