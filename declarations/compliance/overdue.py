"""Who is later than promised: those who should have decided, and those who owe an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Subquery, and_, select
from sqlalchemy.orm import Session, joinedload

from declarations.compliance.reach import DUE, FILED, Order, Reach, walk
from declarations.models import Company, Declaration, Person
from declarations.visibility import WAITING
from declarations.world import holidays_of
from workflows.deadlines import working_days_between
from workflows.words import State

MOST = 200
_LONGEST_FIRST = Order(FILED.column, descending=False)


@dataclass(frozen=True)
class Late:
    """One person, or compliance's pool where `person` is None, with what they are late with; `days` are working days."""

    person: Person | None
    company: str
    count: int
    days: int
    reminded: int
    oldest: Declaration
    items: tuple[str, ...]  # public ids
    answering: bool


@dataclass(frozen=True)
class Overdue:
    """Who is late to decide and who to answer, latest first; `declarations` counts all of it, `more` says that there are more."""

    deciding: Sequence[Late]
    answering: Sequence[Late]
    declarations: int
    more: bool


def overdue(session: Session, reach: Reach, today: date) -> Overdue:
    """What should have been decided or answered before `today`: the two hundred overdue longest, grouped by whose turn it is."""
    deciding = _rows(session, reach, walk([and_(WAITING, Declaration.due_on < today)], DUE, None, MOST), today)
    answering = _rows(session, reach, walk([Declaration.state == State.SENT_BACK], _LONGEST_FIRST, None, MOST), today)
    return Overdue(
        deciding=_grouped(deciding, today, answering=False),
        answering=_grouped(answering, today, answering=True),
        declarations=len(deciding) + len(answering),
        more=len(deciding) == MOST or len(answering) == MOST,
    )


def _rows(session: Session, reach: Reach, found: Subquery, today: date) -> Sequence[Declaration]:
    return session.scalars(
        select(Declaration)
        .join(Company, Company.id == Declaration.company_id)
        .where(Declaration.id.in_(select(found.c.id)), Declaration.due_on < today, reach.seen())
        .order_by(Declaration.due_on, Declaration.id)
        .options(joinedload(Declaration.assignee), joinedload(Declaration.declarant), joinedload(Declaration.company))
    ).all()


def _grouped(rows: Sequence[Declaration], today: date, *, answering: bool) -> list[Late]:
    groups: dict[tuple[int, int], list[Declaration]] = {}
    for row in rows:
        who = row.declarant_id if answering else row.assignee_id or 0
        groups.setdefault((who, 0 if who else row.company_id), []).append(row)
    return [
        Late(
            person=mine[0].declarant if answering else mine[0].assignee,
            company=mine[0].company.name,
            count=len(mine),
            days=working_days_late(mine[0], today),
            reminded=max(row.reminded for row in mine),
            oldest=mine[0],
            items=tuple(row.public_id for row in mine),
            answering=answering,
        )
        for mine in groups.values()
    ]


def working_days_late(row: Declaration, today: date) -> int:
    """Working days of the company's calendar since the day it was due."""
    if row.due_on is None:
        return 0
    return working_days_between(row.due_on, today, holidays_of(row.company.calendar, today.year))
