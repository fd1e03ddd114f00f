"""A piece of due work is done by whoever claims it first: one row for each job and period, retaken only when its lease runs out.

Two workers that insert the same row meet at its primary key, and two that retake it at its lock: on both databases one of them
finds that there is nothing left to take. What is done stays done, so a period is never worked twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from declarations import clock
from declarations.extensions import writing
from declarations.models import JobClaim

SKEW = timedelta(minutes=5)  # how far apart the clocks of two workers may be


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim held by `worker`; `tries` tells this holding from an earlier one of the same piece."""

    job: str
    period: str
    worker: str
    tries: int


def take(*, job: str, period: str, worker: str, lease: timedelta) -> Claim | None:
    """Claim the piece for `lease`; None if it is done or somebody else holds it.

    What was claimed in the future was claimed by a clock that has been put right since: nobody waits until then.
    """
    with writing() as session:
        now = clock.now()
        fresh = {"worker": worker, "claimed_at": now, "lease_until": now + lease}
        if _insert(session, job=job, period=period, tries=1, **fresh):
            return Claim(job, period, worker, 1)
        retaken = session.execute(
            update(JobClaim)
            .where(
                JobClaim.job == job,
                JobClaim.period == period,
                JobClaim.done_at.is_(None),
                or_(JobClaim.lease_until < now, JobClaim.claimed_at > now + SKEW),
            )
            .values(tries=JobClaim.tries + 1, **fresh)
            .returning(JobClaim.tries)
        ).scalar_one_or_none()
    return None if retaken is None else Claim(job, period, worker, retaken)


def once(session: Session, *, job: str, period: str, worker: str, now: datetime) -> bool:
    """Within the caller's transaction: True for the first ever to come, for work that is written in that very transaction."""
    return _insert(session, job=job, period=period, worker=worker, claimed_at=now, lease_until=now, done_at=now, tries=1)


def renew(claim: Claim, lease: timedelta) -> bool:
    """Hold the piece for another `lease` from now; False if it was taken over meanwhile."""
    return _change(claim, lease_until=clock.now() + lease)


def hold(session: Session, claim: Claim, lease: timedelta) -> bool:
    """The same within the caller's transaction: until that ends, nobody can take the piece over."""
    return _change_in(session, claim, lease_until=clock.now() + lease)


def finish(claim: Claim, note: str | None = None) -> bool:
    """The piece is done, for good; False if it was taken over meanwhile."""
    return _change(claim, done_at=clock.now(), note=note)


def give_back(claim: Claim, *, after: timedelta, note: str) -> bool:
    """It failed: anybody may retake it after a while. `note` says why, without personal data."""
    return _change(claim, lease_until=clock.now() + after, note=note[:300])


def _insert(session: Session, **values: Any) -> bool:
    insert = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    statement = insert(JobClaim).values(**values).on_conflict_do_nothing().returning(JobClaim.job)
    return session.execute(statement).first() is not None


def _change(claim: Claim, **values: Any) -> bool:
    with writing() as session:
        return _change_in(session, claim, **values)


def _change_in(session: Session, claim: Claim, **values: Any) -> bool:
    changed = session.execute(
        update(JobClaim)
        .where(
            JobClaim.job == claim.job,
            JobClaim.period == claim.period,
            JobClaim.worker == claim.worker,
            JobClaim.tries == claim.tries,
            JobClaim.done_at.is_(None),
        )
        .values(**values)
        .returning(JobClaim.job)
    )
    return changed.first() is not None
