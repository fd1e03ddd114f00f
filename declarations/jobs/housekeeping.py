"""Once a day what has had its time is put away: sessions, attempts to sign in, links, old claims, files of builds that died."""

from datetime import timedelta

from sqlalchemy import delete

from declarations import clock
from declarations.extensions import writing
from declarations.jobs.claims import Claim
from declarations.models import JobClaim, OneTimeLink, SignInAttempt, SignInSession
from declarations.registers import building

KEPT = timedelta(days=90)  # how long an ended session and a finished claim can still be looked at
ATTEMPTS_KEPT = timedelta(days=2)


def run(claim: Claim) -> None:
    """Put it all away."""
    with writing() as session:
        now = clock.now()
        session.execute(delete(SignInSession).where(SignInSession.expires_at < now - KEPT))
        session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - ATTEMPTS_KEPT))
        session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < now - KEPT))
        session.execute(
            delete(JobClaim).where(JobClaim.done_at < now - KEPT, JobClaim.job.not_in(("register", "schedule", "unread")))
        )
    building.sweep()
