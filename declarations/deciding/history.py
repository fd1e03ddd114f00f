"""What came before: twelve months of a person or of a counterparty, holding only what the reader may open.

What a person declared and the reader may not open shows as one sum; what names the reader is in no sum. A manager's history of a
counterparty holds only what their own reports declared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_skeleton, get_month_names
from flask_babel import get_locale
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from declarations.deciding.queries import month_of, surely
from declarations.display import amount
from declarations.models import Company, Counterparty, Declaration, Person
from declarations.viewer import Viewer
from declarations.visibility import names, visible_to
from workflows.money import Money
from workflows.policy.windows import months_before
from workflows.words import Role, State

_NOT_COUNTED = (State.WITHDRAWN.value, State.DRAFT.value)
_APPROVED = (State.APPROVED.value, State.APPROVED_WITH_CONDITIONS.value)


@dataclass(frozen=True)
class Month:
    """One month's bar: where it stands (0 to 11), its names, and what came together in minor units and in words."""

    place: int
    name: str
    long_name: str
    minor: int
    shown: str
    now: bool


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
    since = _since(today)
    theirs = and_(Declaration.declarant_id == declaration.declarant_id, Declaration.occurred_on >= since)
    counted = and_(theirs, Declaration.state.not_in(_NOT_COUNTED))
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
        Declaration.occurred_on >= _since(today),
        Declaration.state.not_in(_NOT_COUNTED),
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


def _since(today: date) -> date:
    """The first day of the month eleven months ago: twelve months with the present one."""
    return months_before(today.replace(day=1), 11)


def _history(
    session: Session,
    seen: ColumnElement[bool],
    column: InstrumentedAttribute[int | None],
    currency: str,
    today: date,
    hidden: int,
) -> History:
    month = month_of(Declaration.occurred_on)
    rows = session.execute(
        select(
            month.label("month"),
            func.coalesce(func.sum(column), 0).label("minor"),
            func.count().label("number"),
            func.sum(case((Declaration.state.in_(_APPROVED), 1), else_=0)).label("approved"),
            func.sum(case((Declaration.state == State.REFUSED, 1), else_=0)).label("refused"),
        )
        .where(seen)
        .group_by(month)
    ).all()
    people = session.scalar(select(func.count(func.distinct(Declaration.declarant_id))).where(seen)) or 0
    sums = {int(row.month): int(row.minor) for row in rows}
    total = sum(sums.values())
    return History(
        months=tuple(_months(sums, currency, today)),
        currency=currency,
        count=sum(int(row.number) for row in rows),
        total=amount(Money(total, currency)),
        people=int(people),
        approved=sum(int(row.approved) for row in rows),
        refused=sum(int(row.refused) for row in rows),
        hidden=amount(Money(hidden, currency)) if hidden else "",
    )


def _months(sums: Mapping[int, int], currency: str, today: date) -> list[Month]:
    short = get_month_names("abbreviated", "stand-alone", get_locale())
    first = _since(today)
    months = []
    for place in range(12):
        ordinal = first.year * 12 + first.month - 1 + place
        year, month = divmod(ordinal, 12)
        minor = sums.get(ordinal, 0)
        shown = amount(Money(minor, currency)) if minor else ""
        months.append(
            Month(
                place,
                short[month + 1],
                format_skeleton("yMMMM", date(year, month + 1, 1), locale=get_locale()),
                minor,
                shown,
                place == 11,
            )
        )
    return months
