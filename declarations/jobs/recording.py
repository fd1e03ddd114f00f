"""The record is sequenced and signed every few seconds; its checkpoint goes to the log each hour and to internal audit each day."""

import logging
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.evidence import sequencer
from declarations.evidence.checkpoints import Refused
from declarations.evidence.keys import KeyProblem
from declarations.evidence.proofs import Proofs
from declarations.extensions import db, writing
from declarations.jobs import claims
from declarations.jobs.claims import Claim
from declarations.models import NoticeRow, Person, RoleGrant
from workflows.words import Role

log = logging.getLogger(__name__)

MAIL, ALARM = "checkpoint", "record_alarm"


def turn(worker: str) -> int:
    """Give what waits its leaves and sign; how many leaves. What cannot be signed is told to people, once a day."""
    try:
        done = sequencer.run(worker)
    except (Refused, KeyProblem) as problem:
        log.error("the record was not signed: %s", problem)
        _alarm(worker)
        return 0
    except sequencer.TakenOver:
        return 0
    if done is not None and done.unsigned:
        _alarm(worker)
    return done.leaves if done else 0


def note_in_log(claim: Claim) -> None:
    """Write the newest checkpoint to the worker's log, where whatever collects logs keeps it."""
    latest = Proofs(db.session.connection()).latest()
    if latest is not None:
        log.info("checkpoint %s", latest.note.replace("\n", " | "))


def mail(claim: Claim) -> None:
    """Send the newest checkpoint to every internal auditor."""
    with writing() as session:
        latest = Proofs(session.connection()).latest()
        if latest is not None:
            _tell(session, (Role.INTERNAL_AUDITOR,), MAIL, {"size": latest.size, "note": latest.note}, clock.now())


def _alarm(worker: str) -> None:
    with writing() as session:
        now = clock.now()
        if claims.once(session, job=ALARM, period=now.date().isoformat(), worker=worker, now=now):
            _tell(session, (Role.INTERNAL_AUDITOR, Role.ADMINISTRATOR), ALARM, {}, now)


def _tell(session: Session, roles: tuple[Role, ...], template: str, params: dict[str, object], now: datetime) -> None:
    people = session.scalars(
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role.in_([role.value for role in roles]),
            RoleGrant.revoked_at.is_(None),
            or_(Person.active_to.is_(None), Person.active_to >= now.date()),
        )
        .distinct()
    )
    session.add_all(
        NoticeRow(person_id=person, template=template, params=params, created_at=now, next_try_at=now)
        for person in sorted(people)
    )
