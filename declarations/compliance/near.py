"""Which totals come close to a limit, or are over it: of everybody with something in the window, found by an index on its days.

Where more happened in the window than a page can wait for, it looks at those nearest to a limit when everybody was looked at last
night, and at whoever filed since; the sums themselves are always of this moment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, Subquery, and_, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from declarations.compliance.reach import FILED, HAPPENED, Reach, walk
from declarations.compliance.totals import NEAR, Standing, limits_by_company, second_companies, standings
from declarations.models import Company, Declaration, JobClaim, NearLimit, Person

JOB = "near_limits"
MOST = 10_000  # declarations looked at for a page; a person's and a counterparty's own page always counts everything
PEOPLE = 500  # of last night's, looked at for a page
SINCE = 1_000  # declarations filed since then, looked at for a page
FARTHEST = 1_000_000
_PEOPLE = select(Person.id, Person.company_id).where(Person.id > bindparam("last")).order_by(Person.id).limit(5_000)


@dataclass(frozen=True)
class Near:
    """Totals from 70 percent of their limit, nearest to it first.

    `only_latest` is how many declarations were looked at, 0 if everybody's; `more` says that there are further ones, less near.
    """

    standings: Sequence[Standing]
    only_latest: int
    more: bool = False


def near_limits(session: Session, reach: Reach, today: date) -> Near:
    """The totals of everybody the reader oversees. Writes nothing."""
    also = frozenset[int]() if reach.everything else _second_companies(session, reach, today)
    stated = limits_by_company(session, reach.companies | also, today)
    windows = {limit.window for limits in stated.values() for limit in limits}
    if not windows:
        return Near((), 0)
    first, last = min(window.first for window in windows), max(window.last for window in windows)
    inside = [and_(way, Declaration.occurred_on >= first, Declaration.occurred_on <= last) for way in reach.ways()]
    looked = walk(inside, HAPPENED, None, MOST)
    number = session.scalar(select(func.count()).select_from(looked)) or 0
    seen_at = session.scalar(select(func.max(JobClaim.done_at)).where(JobClaim.job == JOB)) if number == MOST else None
    if seen_at is None:
        return Near(standings(session, reach, _people(session, looked), today, least=NEAR), MOST if number == MOST else 0)
    known = {(row.person_id, row.company_id) for row in session.execute(_known(reach))}
    since = walk([and_(way, Declaration.filed_at >= seen_at) for way in reach.ways()], FILED, None, SINCE)
    found = standings(session, reach, known | _people(session, since), today, least=NEAR)
    return Near(found, 0, more=len(known) == PEOPLE)


def _second_companies(session: Session, reach: Reach, today: date) -> frozenset[int]:
    """The second companies of the people overseen. Who oversees everything knows them already: looking would take a fifth of the page."""
    people = Person.company_id.in_(sorted(reach.companies))
    return frozenset(company for company, _ in second_companies(session, people, today).values())


def _people(session: Session, looked: Subquery) -> set[tuple[int, int]]:
    """Whose these declarations are, with their companies."""
    people = session.execute(
        select(Declaration.declarant_id, Person.company_id)
        .select_from(looked)
        .join(Declaration, Declaration.id == looked.c.id)
        .join(Person, Person.id == Declaration.declarant_id)
        .where(Declaration.counterparty_id.is_not(None))
        .distinct()
    )
    return {(row.declarant_id, row.company_id) for row in people}


def _known(reach: Reach) -> Select[*tuple[Any, ...]]:
    """Those of last night in the reader's companies, the nearest to a limit first."""
    if reach.everything:  # cut before it is joined, or a database may join and sort everybody first
        nearest = select(NearLimit).order_by(NearLimit.distance, NearLimit.person_id).limit(PEOPLE).subquery()
        return select(nearest.c.person_id, Person.company_id).join(Person, Person.id == nearest.c.person_id)
    return (
        select(NearLimit.person_id, Person.company_id)
        .join(Person, Person.id == NearLimit.person_id)
        .where(Person.company_id.in_(sorted(reach.companies)))
        .order_by(NearLimit.distance, NearLimit.person_id)
        .limit(PEOPLE)
    )


def look_at_everybody(session: Session, today: date) -> dict[int, int]:
    """Everybody with a total near a limit today: person → how far the nearest is from its limit, in percent. Writes nothing."""
    companies = frozenset(session.scalars(select(Company.id)))
    everything = Reach(companies, everything=True, person_id=0)
    nearest: dict[int, int] = {}
    last = 0
    while people := session.execute(_PEOPLE, {"last": last}).all():
        for one in standings(session, everything, [(row.id, row.company_id) for row in people], today, least=NEAR):
            distance = min(round(abs(one.share - 1) * 100), FARTHEST)
            nearest[one.person_id] = min(distance, nearest.get(one.person_id, FARTHEST))
        last = people[-1].id
    return nearest


def keep(session: Session, nearest: Mapping[int, int]) -> None:
    """Put what was found in the place of what was there. The caller commits."""
    session.execute(delete(NearLimit))
    if nearest:
        session.execute(insert(NearLimit), [{"person_id": person, "distance": far} for person, far in sorted(nearest.items())])
