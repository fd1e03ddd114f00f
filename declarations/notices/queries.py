"""Which notices went to whom, word for word; everything here only reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.orm import Session

from declarations.models import Declaration, NoticeRow, Person
from declarations.notices.texts import REMINDER
from declarations.viewer import Viewer
from declarations.visibility import oversight

AT_ONCE = 50


@dataclass(frozen=True)
class Sent:
    """One notice as it was written, and how it fared: sent, kept (no mail server), waiting, or given up."""

    id: int
    to: str
    address: str
    subject: str
    body: str
    number: str | None
    declaration: str | None
    created_at: datetime
    sent_at: datetime | None
    next_try_at: datetime | None
    error: str | None

    @property
    def fate(self) -> str:
        """A slug for the page: sent, waiting, given_up, kept."""
        if self.sent_at:
            return "sent"
        if self.next_try_at:
            return "waiting"
        return "given_up" if self.error else "kept"


def mine(session: Session, viewer: Viewer, before: int | None = None) -> list[Sent]:
    """The viewer's own, the newest first; `before` is the id of the last one seen."""
    return _sent(session, NoticeRow.person_id == viewer.person_id, before)


def overseen(session: Session, viewer: Viewer, before: int | None = None) -> list[Sent]:
    """Those about declarations the viewer oversees, whoever they went to."""
    seen = select(Declaration.id).where(oversight(viewer))
    return _sent(session, NoticeRow.declaration_id.in_(seen), before)


def everyones(session: Session, before: int | None = None) -> list[Sent]:
    """All of them: for the demonstration's mail page only."""
    return _sent(session, true(), before)


def _sent(session: Session, whose: ColumnElement[bool], before: int | None) -> list[Sent]:
    written = and_(NoticeRow.subject.is_not(None), NoticeRow.template != REMINDER)
    rows: Iterable[Any] = session.execute(
        select(
            NoticeRow.id,
            Person.name,
            Person.email,
            NoticeRow.subject,
            NoticeRow.body,
            Declaration.number,
            Declaration.public_id,
            NoticeRow.created_at,
            NoticeRow.sent_at,
            NoticeRow.next_try_at,
            NoticeRow.error,
        )
        .join(Person, Person.id == NoticeRow.person_id)
        .outerjoin(Declaration, Declaration.id == NoticeRow.declaration_id)
        .where(whose, written, *((NoticeRow.id < before,) if before else ()))
        .order_by(NoticeRow.id.desc())
        .limit(AT_ONCE)
    )
    return [Sent(*row) for row in rows]
