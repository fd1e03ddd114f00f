"""What the home page shows: what needs the reader, what they declared lately, this year's totals, and what is coming up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, joinedload

from declarations.deciding import queue
from declarations.deciding.queue import MOST, Counts
from declarations.models import Condition, Counterparty, CounterpartyGroup, Declaration, Draft, Person
from declarations.policies.queries import in_force_of
from declarations.registers.queries import unread
from declarations.twelve_months import NOT_COUNTED
from declarations.viewer import Viewer
from declarations.visibility import WAITING, oversight
from workflows.money import Money
from workflows.policy.explain import Limit, limits
from workflows.policy.windows import months_before
from workflows.words import Direction, Disposition, Kind, Role, State

LATELY = 5
_SOON = timedelta(days=30)
_NOT_KEPT = (Disposition.RETURNED.value, Disposition.DECLINED.value)


@dataclass(frozen=True)
class Needs:
    """What waits for the reader, most pressing first: decisions, questions, drafts to sign, conditions to meet."""

    queue: Counts
    questions: Sequence[Declaration]
    drafts: Sequence[tuple[Draft, str]]
    conditions: Sequence[tuple[Condition, Declaration]]

    @property
    def things(self) -> int:
        """How many things wait, decisions included."""
        return self.queue.all + len(self.questions) + len(self.drafts) + len(self.conditions)


@dataclass(frozen=True)
class Year:
    """What came from one counterparty group in the limit's window, against the limit."""

    name: str
    total: Money
    limit: Money
    share: float


def needs_of(session: Session, viewer: Viewer, today: date) -> Needs:
    """Everything that waits for the reader."""
    questions = session.scalars(
        select(Declaration)
        .where(Declaration.declarant_id == viewer.person_id, Declaration.state == State.SENT_BACK)
        .order_by(Declaration.due_on, Declaration.id)
        .limit(20)
    ).all()
    drafts = session.execute(
        select(Draft, Person.name)
        .join(Person, Person.id == Draft.prepared_by_id)
        .where(Draft.owner_id == viewer.person_id, Draft.ready_at.is_not(None))
        .order_by(Draft.ready_at)
        .limit(20)
    )
    return Needs(
        queue=queue.counts(session, viewer, today),
        questions=questions,
        drafts=[(draft, name) for draft, name in drafts],
        conditions=_conditions(session, viewer, today + timedelta(7)),
    )


def _conditions(session: Session, viewer: Viewer, last: date) -> list[tuple[Condition, Declaration]]:
    """Conditions of the reader's declarations not met yet and due up to a day."""
    rows = session.execute(
        select(Condition, Declaration)
        .join(Declaration, Declaration.id == Condition.declaration_id)
        .where(
            Declaration.declarant_id == viewer.person_id,
            Declaration.state == State.APPROVED_WITH_CONDITIONS,
            Condition.met_at.is_(None),
            Condition.due_on <= last,
        )
        .order_by(Condition.due_on, Condition.id)
        .limit(20)
    )
    return [(condition, row) for condition, row in rows]


def lately(session: Session, viewer: Viewer) -> tuple[Sequence[Declaration], int]:
    """The reader's own declarations filed last, and how many there are in all (counted up to a hundred)."""
    own = Declaration.declarant_id == viewer.person_id
    rows = session.scalars(
        select(Declaration)
        .where(own)
        .order_by(Declaration.filed_at.desc(), Declaration.id.desc())
        .limit(LATELY)
        .options(joinedload(Declaration.counterparty), joinedload(Declaration.assignee))
    ).all()
    some = select(Declaration.id).where(own).limit(100).subquery()
    return rows, session.scalar(select(func.count()).select_from(some)) or 0


def year_of(session: Session, viewer: Viewer, today: date) -> list[Year]:
    """What the reader received from each counterparty group in the window of the policy's total limit, most of it first."""
    limit = _total_limit(session, viewer, today)
    if limit is None:
        return []
    rows = session.execute(
        select(CounterpartyGroup.name, func.sum(Declaration.base_minor).label("minor"))
        .join(Counterparty, Counterparty.id == Declaration.counterparty_id)
        .join(CounterpartyGroup, CounterpartyGroup.id == Counterparty.group_id)
        .where(
            Declaration.declarant_id == viewer.person_id,
            Declaration.direction == Direction.RECEIVED,
            Declaration.kind.in_([kind.value for kind in limit.counts]),
            Declaration.occurred_on > _begin(limit, today),
            Declaration.occurred_on <= today,
            Declaration.base_currency == limit.amount.currency,
            Declaration.state.not_in(NOT_COUNTED),
            Declaration.disposition.not_in(_NOT_KEPT),
        )
        .group_by(CounterpartyGroup.id, CounterpartyGroup.name)
        .order_by(func.sum(Declaration.base_minor).desc())
        .limit(4)
    )
    found = [(name, Money(int(minor or 0), limit.amount.currency)) for name, minor in rows]
    return [Year(name, total, limit.amount, total.minor / max(1, limit.amount.minor)) for name, total in found if total.minor]


def _total_limit(session: Session, viewer: Viewer, today: date) -> Limit | None:
    """The lowest limit on what one giver gave over time that the reader's policy states."""
    stated = limits(in_force_of(session, viewer.person_id, viewer.company_id, today), viewer.currency)
    totals = [
        limit
        for limit in stated
        if limit.measure in ("rolling_total", "calendar_total")
        and Kind.GIFT in limit.kinds
        and Direction.GIVEN not in limit.directions
        and limit.amount.currency == viewer.currency
    ]
    return min(totals, key=lambda limit: limit.amount.minor, default=None)


def _begin(limit: Limit, today: date) -> date:
    """The day before the first one counted."""
    if limit.measure == "rolling_total":
        return months_before(today, limit.months or 12)
    return date(today.year, 1, 1) - timedelta(1)


@dataclass(frozen=True)
class Overseen:
    """What an overseer should know at a glance, counted up to a hundred."""

    overdue: int
    with_compliance: int
    registers: int = 0  # those new to an auditor, whose work it is to read them


def overseen_by(session: Session, viewer: Viewer, today: date) -> Overseen | None:
    """Numbers for compliance officers and auditors; None for anybody else."""
    if not viewer.holds(Role.COMPLIANCE_OFFICER) and not viewer.holds(Role.INTERNAL_AUDITOR):
        return None
    return Overseen(
        overdue=_counted(session, viewer, and_(WAITING, Declaration.due_on < today)),
        with_compliance=_counted(session, viewer, Declaration.state == State.WITH_COMPLIANCE),
        registers=len(unread(session, viewer)) if viewer.holds(Role.INTERNAL_AUDITOR) else 0,
    )


def _counted(session: Session, viewer: Viewer, which: ColumnElement[bool]) -> int:
    some = select(Declaration.id).where(oversight(viewer), which).limit(MOST).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


@dataclass(frozen=True)
class Ahead:
    """Something coming up: an event asked about or a condition due, with its day."""

    icon: str
    title: str
    public_id: str
    on: date
    family: str


def coming_up(session: Session, viewer: Viewer, today: date) -> list[Ahead]:
    """The reader's own events, conditions and ends of standing interests of the next thirty days."""
    last = today + _SOON
    rows = session.scalars(
        select(Declaration)
        .where(
            Declaration.declarant_id == viewer.person_id,
            Declaration.occurred_on > today,
            Declaration.occurred_on <= last,
            Declaration.state.not_in((State.WITHDRAWN, State.REFUSED)),
        )
        .order_by(Declaration.occurred_on)
        .limit(5)
    )
    found = [Ahead("calendar", row.title, row.public_id, row.occurred_on, "event") for row in rows]
    found += [
        Ahead("list-checks", condition.text, row.public_id, condition.due_on, "condition")
        for condition, row in _conditions(session, viewer, last)
    ]
    ending = session.scalars(
        select(Declaration)
        .where(
            Declaration.declarant_id == viewer.person_id,
            Declaration.ends_on >= today,
            Declaration.ends_on <= last,
            Declaration.kind.in_((Kind.INTEREST, Kind.CONFLICT)),
            Declaration.state.not_in((State.WITHDRAWN, State.REFUSED, State.ENDED)),
        )
        .limit(5)
    )
    found += [Ahead("flag", row.title, row.public_id, row.ends_on or last, "end") for row in ending]
    return sorted(found, key=lambda ahead: ahead.on)[:6]
