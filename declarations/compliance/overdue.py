"""Who is later than promised: those who should have decided, those who owe an answer, and those with a condition to meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from sqlalchemy import Subquery, and_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from declarations.compliance.reach import DUE, FILED, Order, Reach, walk
from declarations.models import Company, Condition, Declaration, Person
from declarations.visibility import WAITING
from declarations.world import holidays_of
from workflows.deadlines import working_days_between
from workflows.words import State

MOST = 200
_LONGEST_FIRST = Order(FILED.column, descending=False)


class Duty(Enum):
    """What somebody is late with."""

    DECIDE = auto()
    ANSWER = auto()
    MEET = auto()  # a condition


@dataclass(frozen=True)
class Late:
    """One person, or compliance's pool where `person` is None, with what they are late with; `days` are working days since the
    oldest was due."""

    duty: Duty
    person: Person | None
    company: str
    count: int
    since: date | None
    days: int
    reminded: int
    oldest: Declaration
    items: tuple[str, ...]  # public ids


@dataclass(frozen=True)
class Overdue:
    """Who is late to decide, to answer and to meet a condition, latest first; `count` counts all of it, `more` says that there are
    more."""

    deciding: Sequence[Late]
    answering: Sequence[Late]
    meeting: Sequence[Late]
    count: int
    more: bool

    @property
    def people(self) -> int:
        """How many lines that makes: a person late with two kinds of thing stands in two."""
        return len(self.deciding) + len(self.answering) + len(self.meeting)


def overdue(session: Session, reach: Reach, today: date) -> Overdue:
    """What should have been decided, answered or met before `today`: the two hundred overdue longest of each, grouped by whose turn
    it is."""
    deciding = _rows(session, reach, walk([and_(WAITING, Declaration.due_on < today)], DUE, None, MOST), today)
    answering = _rows(session, reach, walk([Declaration.state == State.SENT_BACK], _LONGEST_FIRST, None, MOST), today)
    meeting = _conditions(session, reach, today)
    return Overdue(
        deciding=_grouped(Duty.DECIDE, [(row.assignee, row.due_on, row) for row in deciding], today),
        answering=_grouped(Duty.ANSWER, [(row.declarant, row.due_on, row) for row in answering], today),
        meeting=_grouped(Duty.MEET, [(one.owner, one.due_on, one.declaration) for one in meeting], today),
        count=len(deciding) + len(answering) + len(meeting),
        more=MOST in (len(deciding), len(answering), len(meeting)),
    )


def _rows(session: Session, reach: Reach, found: Subquery, today: date) -> Sequence[Declaration]:
    return session.scalars(
        select(Declaration)
        .join(Company, Company.id == Declaration.company_id)
        .where(Declaration.id.in_(select(found.c.id)), Declaration.due_on < today, reach.seen())
        .order_by(Declaration.due_on, Declaration.id)
        .options(joinedload(Declaration.assignee), joinedload(Declaration.declarant), joinedload(Declaration.company))
    ).all()


def _conditions(session: Session, reach: Reach, today: date) -> Sequence[Condition]:
    """Conditions not met before their day was over, of what is approved with them still."""
    return session.scalars(
        select(Condition)
        .join(Condition.declaration)
        .where(
            Condition.met_at.is_(None),
            Condition.due_on < today,
            Declaration.state == State.APPROVED_WITH_CONDITIONS,
            reach.seen(),
        )
        .order_by(Condition.due_on, Condition.id)
        .limit(MOST)
        .options(joinedload(Condition.owner), contains_eager(Condition.declaration).joinedload(Declaration.company))
    ).all()


def _grouped(duty: Duty, owed: Sequence[tuple[Person | None, date | None, Declaration]], today: date) -> list[Late]:
    """One line for each person, or for a company's pool; what was due first comes first."""
    groups: dict[tuple[int, int], list[tuple[Person | None, date | None, Declaration]]] = {}
    for one in owed:
        person, _, row = one
        groups.setdefault((person.id, 0) if person else (0, row.company_id), []).append(one)
    return [_late(duty, mine, today) for mine in groups.values()]


def _late(duty: Duty, mine: Sequence[tuple[Person | None, date | None, Declaration]], today: date) -> Late:
    person, since, oldest = mine[0]
    return Late(
        duty=duty,
        person=person,
        company=oldest.company.name,
        count=len(mine),
        since=since,
        days=working_days_late(oldest.company, since, today),
        reminded=0 if duty is Duty.MEET else max(row.reminded for _, _, row in mine),
        oldest=oldest,
        items=tuple(dict.fromkeys(row.public_id for _, _, row in mine)),
    )


def working_days_late(company: Company, since: date | None, today: date) -> int:
    """Working days of the company's calendar since that day; 0 for none."""
    return working_days_between(since, today, holidays_of(company.calendar, today.year)) if since else 0
