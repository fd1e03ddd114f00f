"""Who decides while one is away: a dated delegation, set by the person themselves, told to the substitute, kept in the record."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.errors import NotFound
from declarations.evidence.record import Entry, append
from declarations.extensions import writing
from declarations.models import Delegation, NoticeRow, Person
from declarations.viewer import Viewer
from workflows.case import Invalid
from workflows.words import N_, Role


def set_substitute(*, person: Viewer, substitute_id: int, first_on: date, last_on: date, today: date) -> None:
    """Let a colleague decide for `person` from the first to the last day, both included (days where they work).

    Raises Invalid with a sentence per field: oneself, somebody who has left, days in the past or the wrong way round, or two
    substitutes for the same day.
    """
    with writing() as session:
        session.scalars(select(Person.id).where(Person.id == person.person_id).with_for_update(key_share=True)).one()
        problems = _problems(session, person, substitute_id, first_on, last_on, today)
        if problems:
            raise Invalid("substitute", next(iter(problems.values())), problems)
        now = clock.now()
        row = Delegation(
            person_id=person.person_id,
            substitute_id=substitute_id,
            first_on=first_on,
            last_on=last_on,
            created_by_id=person.person_id,
            created_at=now,
        )
        session.add(row)
        session.flush()
        _record(session, person, row, "delegation:set", now)
        _tell(session, row, "substitute_set")


def end_substitute(*, person: Viewer, delegation_id: int) -> None:
    """End one of `person`'s own delegations now. One that has ended already is no error; anybody else's is NotFound."""
    with writing() as session:
        row = session.scalars(
            select(Delegation).where(Delegation.id == delegation_id, Delegation.person_id == person.person_id).with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFound
        if row.ended_at is not None:
            return
        row.ended_at = clock.now()
        session.flush()
        _record(session, person, row, "delegation:ended", row.ended_at)
        _tell(session, row, "substitute_ended")


def _problems(session: Session, person: Viewer, substitute_id: int, first_on: date, last_on: date, today: date) -> dict[str, str]:
    substitute = session.get(Person, substitute_id)
    if substitute_id == person.person_id:
        return {"who": N_("You cannot be your own substitute. Name a colleague.")}
    if substitute is None or substitute.active_from > first_on or (substitute.active_to and substitute.active_to < last_on):
        return {"who": N_("This colleague does not work here for all of that time.")}
    if last_on < first_on:
        return {"last_on": N_("The last day lies before the first.")}
    if first_on < today:
        return {"first_on": N_("The first day has passed. Begin today or later.")}
    overlapping = select(Delegation.id).where(
        Delegation.person_id == person.person_id,
        Delegation.ended_at.is_(None),
        Delegation.first_on <= last_on,
        Delegation.last_on >= first_on,
    )
    if session.scalar(overlapping.limit(1)) is not None:
        return {"first_on": N_("You have a substitute for some of these days already. End that first.")}
    return {}


def _record(session: Session, person: Viewer, row: Delegation, action: str, now: datetime) -> None:
    append(
        session,
        Entry(
            stream=f"person/{person.public_id}",
            action=action,
            at=now,
            role=Role.MANAGER,
            actor_id=person.person_id,
            company_id=person.company_id,
            public={
                "delegation": row.id,
                "person": row.person_id,
                "substitute": row.substitute_id,
                "first_on": row.first_on.isoformat(),
                "last_on": row.last_on.isoformat(),
            },
        ),
    )


def _tell(session: Session, row: Delegation, template: str) -> None:
    now = clock.now()
    params = {"first_on": row.first_on.isoformat(), "last_on": row.last_on.isoformat()}
    session.add(NoticeRow(person_id=row.substitute_id, template=template, params=params, created_at=now, next_try_at=now))
