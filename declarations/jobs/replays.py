"""Each night some filings, never the same, are replayed; what comes out differently is an event in the record and told to compliance."""

import logging
import random
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.evidence.record import Entry, append
from declarations.evidence.replay import replay_some
from declarations.extensions import db, writing
from declarations.jobs.claims import Claim
from declarations.models import Company, Filing, NoticeRow
from declarations.people_in_question import holders
from workflows.words import Role

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=30)
SAMPLE = 200  # filings a night
NAMED = 50  # numbers of differing ones that the event names
NOTICE = "replay_differs"


def run(claim: Claim) -> None:
    """Replay the night's sample and keep what came of it in the record."""
    session: Session = db.session()
    replayed = list(replay_some(session, sample(session, claim.period)))
    session.rollback()
    differing = [each for each in replayed if each.differs]
    for each in differing:
        log.error("%s", each)
    if replayed:
        _report(len(replayed), sorted({each.number for each in differing}))


def sample(session: Session, period: str) -> list[int]:
    """Ids of filings for that night: chance decides, and the same night draws the same."""
    first, last = (session.scalar(select(end(Filing.id))) for end in (func.min, func.max))
    if first is None or last is None:
        return []
    chance = random.Random(period)  # noqa: S311 no secret, only fair
    drawn = chance.sample(range(first, last + 1), min(SAMPLE, last - first + 1))
    return sorted(set(session.scalars(select(Filing.id).where(Filing.id.in_(drawn)))))


def _report(replayed: int, numbers: list[str]) -> None:
    with writing() as session:
        now = clock.now()
        public = {"replayed": replayed, "differing": len(numbers), "numbers": numbers[:NAMED]}
        append(session, Entry("replays", "record:replayed", now, Role.CLOCK, None, public=public))
        if not numbers:
            return
        group = session.scalars(select(Company.id).where(Company.parent_id.is_(None))).all()
        told = {person for people in holders(session, Role.COMPLIANCE_OFFICER, list(group)).values() for person in people}
        params = {"differing": len(numbers), "number": numbers[0]}
        session.add_all(
            NoticeRow(person_id=person, template=NOTICE, params=params, created_at=now, next_try_at=now)
            for person in sorted(told)
        )
