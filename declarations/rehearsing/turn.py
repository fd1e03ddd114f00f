"""A rehearsal asked for is worked out by whoever claims it, shows how far it is, and is kept whole or not at all.

It runs on a thread of its own, while this one notes every second how far it is and keeps the claim. A worker that dies leaves the
claim to run out, and the next one begins anew.
"""

import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from declarations import clock, snapshot
from declarations.evidence.record import Entry, append
from declarations.extensions import db, writing
from declarations.jobs import claims
from declarations.jobs.claims import Claim
from declarations.models import Event, PolicyRehearsal
from declarations.policies.publishing import stream
from workflows.policy.document import Document, load
from workflows.words import N_, Role

log = logging.getLogger(__name__)

JOB = "rehearsal"
LEASE = timedelta(minutes=1)
MOST_TRIES = 3
FOUND = "policy:rehearsal_found"  # the event that says what a rehearsal found
EVERY = 1.0  # seconds between two notes of how far it is

GIVEN_UP = N_("It could not be worked out, even after several tries. Rehearse it anew, or tell your administrator.")


def waiting(session: Session) -> list[str]:
    """Rehearsals asked for and neither done nor given up, the oldest first."""
    query = select(PolicyRehearsal.public_id).where(PolicyRehearsal.done_at.is_(None), PolicyRehearsal.failed.is_(None))
    return list(session.scalars(query.order_by(PolicyRehearsal.id)))


def run(claim: Claim) -> None:
    """Work out the rehearsal the claim names. What fails is raised for the worker to try again, a few times."""
    try:
        work_out(claim)
    except Exception:
        if claim.tries < MOST_TRIES:
            raise
        log.exception("rehearsal %s was given up", claim.period)
        with writing() as session:
            session.execute(update(PolicyRehearsal).where(PolicyRehearsal.public_id == claim.period).values(failed=GIVEN_UP))


def work_out(claim: Claim) -> None:
    """Work it out now, unless it is done."""
    from declarations.rehearsing import keeping, rehearsal  # noqa: PLC0415 nothing else the worker does needs numpy

    begun = _begin(claim.period)
    if begun is None:
        return
    draft, first_on, last_on = begun
    share, engine = 0.0, db.engine

    def heard(done: float) -> None:
        nonlocal share
        share = done

    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(rehearsal.rehearse, engine=engine, draft=draft, first_on=first_on, last_on=last_on, progress=heard)
        while not wait([work], timeout=EVERY).done:
            note(claim, share)
    figures, changes = keeping.packed(work.result())
    with writing() as session:
        its = PolicyRehearsal.public_id == claim.period
        row = session.scalars(select(PolicyRehearsal).where(its).with_for_update(of=PolicyRehearsal)).one()
        if row.done_at is None:
            row.done_at, row.percent, row.figures, row.changes = clock.now(), 100, figures, changes
            _record(session, row, row.done_at, hashlib.sha256(changes).hexdigest())


def _record(session: Session, row: PolicyRehearsal, at: datetime, changes: str) -> None:
    public = {
        "rehearsal": row.public_id,
        "figures": snapshot.digest_of(row.figures),
        "changes": changes,
        "last_event": row.last_event,
    }
    append(
        session, Entry(stream(row.draft.key), FOUND, at, Role.CLOCK.value, None, company_id=row.draft.company_id, public=public)
    )


def _begin(public_id: str) -> tuple[Document, date, date] | None:
    with writing() as session:
        row = session.scalars(select(PolicyRehearsal).where(PolicyRehearsal.public_id == public_id)).one()
        if row.done_at is not None:
            return None
        row.started_at, row.percent = clock.now(), 0
        row.last_event = session.scalar(select(func.max(Event.id))) or 0
        return load(row.text.encode(), row.draft.key), row.first_on, row.last_on


def note(claim: Claim, share: float) -> None:
    """Write down how far it is, from 0 to 1, and hold the claim for longer."""
    with writing() as session:
        if claims.hold(session, claim, LEASE):
            session.execute(
                update(PolicyRehearsal).where(PolicyRehearsal.public_id == claim.period).values(percent=int(share * 100))
            )
