"""What came before: twelve months of a person or of a counterparty, holding only what the reader may open.

What a person declared and the reader may not open shows as one sum; what names the reader is in no sum. A manager's history of a
counterparty holds only what their own reports declared.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from declarations.deciding.queries import surely
from declarations.display import amount
from declarations.models import Company, Counterparty, Declaration, Person
from declarations.twelve_months import NOT_COUNTED, Month, since, twelve_months
from declarations.viewer import Viewer
from declarations.visibility import names, visible_to
from workflows.money import Money
from workflows.words import Role


@dataclass(frozen=True)
class History:
    """Twelve months up to now: bars, how many and how much, how they ended, and what the reader may not open as one sum."""

    months: tuple[Month, ...]
    currency: str
    count: int
    total: str
    people: int
    approved: int
    refused: int
    hidden: str


def of_person(session: Session, viewer: Viewer, declaration: Declaration, today: date) -> History:
    """What the declarant declared in the last twelve months, this one included, in their company's currency."""
    theirs = and_(Declaration.declarant_id == declaration.declarant_id, Declaration.occurred_on >= since(today))
    counted = and_(theirs, Declaration.state.not_in(NOT_COUNTED))
    mine = viewer.person_id == declaration.declarant_id
    seen: ColumnElement[bool] = counted if mine else and_(counted, visible_to(viewer))
    hidden = 0
    if not mine:
        hidden = (
            session.scalar(
                select(func.coalesce(func.sum(Declaration.base_minor), 0)).where(
                    counted,
                    ~surely(visible_to(viewer)),
                    ~names(viewer.person_id),
                    Declaration.base_currency == declaration.base_currency,
                )
            )
            or 0
        )
    return _history(session, seen, Declaration.base_minor, declaration.base_currency, today, int(hidden))


def of_counterparty(session: Session, viewer: Viewer, declaration: Declaration, today: date) -> History | None:
    """What went between this counterparty's group and the colleagues whose declarations the reader may open, in the group's
    currency; None where no counterparty is named."""
    if declaration.counterparty is None:
        return None
    group = select(Counterparty.id).where(Counterparty.group_id == declaration.counterparty.group_id)
    seen = and_(
        Declaration.counterparty_id.in_(group),
        Declaration.occurred_on >= since(today),
        Declaration.state.not_in(NOT_COUNTED),
        visible_to(viewer),
    )
    if not _oversees(viewer, declaration):
        seen = and_(seen, Declaration.declarant_id.in_(_reports(viewer)))
    currency = session.scalars(select(Company.currency).where(Company.parent_id.is_(None)).order_by(Company.id).limit(1)).one()
    return _history(session, seen, Declaration.group_minor, currency, today, 0)


def _oversees(viewer: Viewer, declaration: Declaration) -> bool:
    return any(viewer.holds(role, declaration.company_id) for role in (Role.COMPLIANCE_OFFICER, Role.INTERNAL_AUDITOR))


def _reports(viewer: Viewer) -> Select[int]:
    """Who reports to the viewer, or to somebody they stand in for; and the viewer, whose own items are theirs to see."""
    managers = [viewer.person_id, *sorted(viewer.stands_in_for)]
    return select(Person.id).where(or_(Person.manager_id.in_(managers), Person.id == viewer.person_id))


def _history(
    session: Session,
    seen: ColumnElement[bool],
    column: InstrumentedAttribute[int | None],
    currency: str,
    today: date,
    hidden: int,
) -> History:
    people = session.scalar(select(func.count(func.distinct(Declaration.declarant_id))).where(seen)) or 0
    year = twelve_months(session, seen, column, currency, today)
    return History(
        months=year.months,
        currency=currency,
        count=year.count,
        total=amount(year.total),
        people=int(people),
        approved=year.approved,
        refused=year.refused,
        hidden=amount(Money(hidden, currency)) if hidden else "",
    )
