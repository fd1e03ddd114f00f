"""Reminders never come one by one: each person gets at most one mail a day, in the morning of their zone, and only if something is due."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from declarations import clock
from declarations.extensions import writing
from declarations.jobs.claims import Claim
from declarations.jobs.conditions import open_ones
from declarations.models import Company, Condition, Declaration, NoticeRow, Person, Register, RegisterDownload
from declarations.notices.texts import DIGEST, REMINDER
from workflows.words import WAITING, State


def due(session: Session, now: datetime, from_hour: int) -> Iterator[tuple[int, date]]:
    """People with reminders not yet told, where it is past `from_hour` local time, with that day."""
    kept_back = select(NoticeRow.person_id).where(NoticeRow.template == REMINDER, NoticeRow.next_try_at.is_not(None))
    for person in session.execute(
        select(Person.id, Company.time_zone)
        .join(Company, Company.id == Person.company_id)
        .where(Person.id.in_(kept_back))
        .order_by(Person.id)
    ):
        local = now.astimezone(ZoneInfo(person.time_zone))
        if local.hour >= from_hour:
            yield person.id, local.date()


def run(claim: Claim, *, person_id: int) -> None:
    """Fold the person's reminders into one notice; what has been settled meanwhile is not mentioned."""
    with writing() as session:
        now = clock.now()
        mine = (NoticeRow.person_id == person_id, NoticeRow.template == REMINDER, NoticeRow.next_try_at.is_not(None))
        owed = open_ones().with_only_columns(Condition.declaration_id).where(Condition.owner_id == person_id)
        waiting = session.execute(
            select(Declaration.number, Declaration.public_id)
            .join(NoticeRow, NoticeRow.declaration_id == Declaration.id)
            .where(*mine, or_(Declaration.state.in_(sorted(WAITING | {State.SENT_BACK})), Declaration.id.in_(owed)))
            .order_by(Declaration.due_on, Declaration.id)
            .distinct()
            .add_columns(Declaration.due_on, Declaration.id)
        ).all()
        unread = _unread(session, mine)
        session.execute(update(NoticeRow).where(*mine).values(next_try_at=None))
        items = [{"number": row.number, "declaration": row.public_id} for row in waiting] + unread
        if items:
            session.add(NoticeRow(person_id=person_id, template=DIGEST, params={"items": items}, created_at=now, next_try_at=now))


def _unread(session: Session, mine: tuple[ColumnElement[bool], ...]) -> list[dict[str, str]]:
    """The registers among the reminders that nobody has taken meanwhile."""
    reminders = session.scalars(select(NoticeRow.params).where(*mine, NoticeRow.declaration_id.is_(None)).order_by(NoticeRow.id))
    registers = {params["register"]: params for params in reminders if "register" in params}
    taken = select(Register.public_id).join(RegisterDownload, RegisterDownload.register_id == Register.id)
    read = set(session.scalars(taken.where(Register.public_id.in_(list(registers)))))
    return [dict(params) for key, params in registers.items() if key not in read]
