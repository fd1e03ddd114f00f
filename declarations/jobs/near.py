"""Each night everybody's totals are held against their limits, so that by day a page knows whom to look at."""

from datetime import timedelta

from declarations import clock
from declarations.compliance.near import keep, look_at_everybody
from declarations.extensions import db, writing
from declarations.jobs.claims import Claim, renew

LEASE = timedelta(minutes=30)


def run(claim: Claim) -> None:
    """Look at everybody, then keep what was found, all at once; days are UTC's, as those of the other nightly work."""
    found = look_at_everybody(db.session(), clock.now().date())
    if renew(claim, LEASE):
        with writing() as session:
            keep(session, found)
