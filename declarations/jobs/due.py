"""What is due is computed from the database each time anybody asks, so that an outage delays work and never loses it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from declarations.compliance.near import JOB as NEAR_LIMITS
from declarations.jobs import (
    alternatives,
    clockwork,
    conditions,
    digests,
    housekeeping,
    near,
    recording,
    replays,
    schedules,
    unread,
)
from declarations.jobs.claims import Claim
from declarations.models import JobClaim, Register
from declarations.registers import building
from declarations.rehearsing import turn
from declarations.sampling import asked

MORNING = 6  # local hour from which reminders, digests and registers may be made


@dataclass(frozen=True)
class Piece:
    """One piece of work: `do` is called with the claim once it is held, for `lease` at first."""

    job: str
    period: str
    do: Callable[[Claim], None]
    lease: timedelta = timedelta(minutes=10)


def pieces(session: Session, now: datetime) -> Iterator[Piece]:
    """Everything due at `now` (UTC) that is not done yet, the quick and urgent first."""
    recently = select(JobClaim.job, JobClaim.period).where(JobClaim.done_at > now - timedelta(days=8))  # longer than any period
    done = {(row.job, row.period) for row in session.execute(recently)}
    for piece in _all(session, now):
        if (piece.job, piece.period) not in done:
            yield piece


def looked_at(session: Session) -> Iterator[Piece]:
    """What somebody waits for with its page open, and is done before long."""
    for public_id in turn.waiting(session):
        yield Piece(turn.JOB, public_id, turn.run, turn.LEASE)
    for public_id in asked.waiting(session):
        yield Piece(asked.JOB, public_id, asked.run, asked.LEASE)


def _all(session: Session, now: datetime) -> Iterator[Piece]:
    yield from looked_at(session)
    for company_id, day in clockwork.due(session, now, MORNING):
        yield Piece("clock", f"{company_id}/{day}", partial(clockwork.run, company_id=company_id))
    for register_id, step in unread.due(session, now, MORNING):
        yield Piece("unread", f"{register_id}/{step}", partial(unread.run, register_id=register_id, step=step))
    for condition_id, week in conditions.due(session, now, MORNING):
        yield Piece("condition", f"{condition_id}/{week}", partial(conditions.run, condition_id=condition_id))
    for person_id, day in digests.due(session, now, MORNING):
        yield Piece("digest", f"{person_id}/{day}", partial(digests.run, person_id=person_id))
    for schedule_id, period in schedules.due(session, now, MORNING):
        do = partial(schedules.run, schedule_id=schedule_id, period=period)
        yield Piece("schedule", f"{schedule_id}/{period.first_on}", do)
    yield Piece("checkpoint_noted", f"{now:%Y-%m-%dT%H}", recording.note_in_log)
    if now.hour >= MORNING:
        yield Piece("checkpoint_mailed", now.date().isoformat(), recording.mail)
    if alternatives.are_due(session):
        yield Piece("alternatives", now.date().isoformat(), alternatives.run, alternatives.LEASE)
    yield Piece("housekeeping", now.date().isoformat(), housekeeping.run)
    yield Piece(NEAR_LIMITS, now.date().isoformat(), near.run, near.LEASE)
    yield Piece("replay", now.date().isoformat(), replays.run, replays.LEASE)
    for public_id in _unbuilt(session):
        yield Piece("register", public_id, building.run, building.LEASE)


def _unbuilt(session: Session) -> list[str]:
    """Registers asked for and not built, the oldest first; one whose claim is done was given up."""
    given_up = exists().where(JobClaim.job == "register", JobClaim.period == Register.public_id, JobClaim.done_at.is_not(None))
    return list(session.scalars(select(Register.public_id).where(Register.built_at.is_(None), ~given_up).order_by(Register.id)))
