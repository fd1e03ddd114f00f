"""A sample asked for out of a large register is drawn by whoever claims it, shows how far it is, and is kept whole or not at all.

A worker that dies leaves the claim to run out, and the next one begins anew.
"""

import logging
import time
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from declarations.errors import NotFound
from declarations.extensions import db, writing
from declarations.jobs import claims
from declarations.jobs.claims import Claim
from declarations.models import SampleRequest
from declarations.sampling.commands import By, draw_now
from declarations.sampling.drawing import How, Method
from workflows.case import Refused
from workflows.words import N_

log = logging.getLogger(__name__)

JOB = "sample"
LEASE = timedelta(minutes=1)
MOST_TRIES = 3
_EVERY = 1.0  # seconds between two notes of how far it is
GIVEN_UP = N_("It could not be drawn, even after several tries. Draw it anew, or tell your administrator.")


def waiting(session: Session) -> list[str]:
    """Samples asked for and neither drawn nor given up, the oldest first."""
    query = select(SampleRequest.public_id).where(SampleRequest.failed.is_(None)).order_by(SampleRequest.id)
    return list(session.scalars(query))


def run(claim: Claim) -> None:
    """Draw the sample the claim names. What fails is raised for the worker to try again, a few times."""
    try:
        _draw(claim)
    except Refused as refusal:  # another try would find the same lines
        _give_up(claim, refusal.sentence)
    except Exception:
        if claim.tries < MOST_TRIES:
            raise
        log.exception("sample %s was given up", claim.period)
        _give_up(claim, GIVEN_UP)


def _draw(claim: Claim) -> None:
    session = db.session()
    row = session.scalars(select(SampleRequest).where(SampleRequest.public_id == claim.period)).one_or_none()
    if row is None:
        return
    how, by = How(Method(row.method), row.size, row.seed), By(row.asked_by_id, row.asked_as)
    register_id, told = row.register.public_id, time.monotonic()

    def heard(share: float) -> None:
        nonlocal told
        if time.monotonic() - told < _EVERY:
            return
        told = time.monotonic()
        note(claim, share)

    try:
        draw_now(register_id, how, by, claim.period, heard)
    except NotFound:
        _give_up(claim, GIVEN_UP)


def note(claim: Claim, share: float) -> None:
    """Write down how far it is, from 0 to 1, and hold the claim for longer."""
    with writing() as session:
        if claims.hold(session, claim, LEASE):
            far = {"percent": min(int(share * 100), 99)}
            session.execute(update(SampleRequest).where(SampleRequest.public_id == claim.period).values(far))


def _give_up(claim: Claim, sentence: str) -> None:
    with writing() as session:
        session.execute(update(SampleRequest).where(SampleRequest.public_id == claim.period).values(failed=sentence))
