"""Where the directory has holes: nobody above, somebody above who left, circles, roles of people who left, nobody on duty."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from declarations.directory.chart import circles
from declarations.directory.queries import GrantLine, Reach, grants, today_utc, within
from declarations.models import Company, CompanyBelow, Person, RoleGrant
from workflows.words import Role

SHOWN = 100


@dataclass(frozen=True)
class Someone:
    """A person in a report; `about` names the manager who left, or the way around a circle."""

    public_id: str
    name: str
    company: str
    about: str = ""


@dataclass(frozen=True)
class Gaps:
    """Each list holds at most 100; `vacancies` and the others count all."""

    no_manager: tuple[Someone, ...]
    manager_left: tuple[Someone, ...]
    circles: tuple[Someone, ...]
    roles_of_leavers: tuple[GrantLine, ...]
    no_officer: tuple[str, ...]  # names of companies
    count_no_manager: int
    count_manager_left: int

    @property
    def none(self) -> bool:
        """True if there is nothing to mend."""
        return not (self.no_manager or self.manager_left or self.circles or self.roles_of_leavers or self.no_officer)


def gaps(session: Session, reach: Reach, now: datetime) -> Gaps:
    """The holes in the companies reached, on the day of `now`. One person without a manager is the head of all and no gap."""
    today = today_utc(now)
    rows = session.execute(
        select(Person.id, Person.manager_id, Person.company_id).where(or_(Person.active_to.is_(None), Person.active_to >= today))
    ).all()
    above = {row.id: row.manager_id for row in rows}
    companies = {row.id: row.company_id for row in rows}
    heads = [person for person, manager in above.items() if manager is None]
    left = [person for person, manager in above.items() if manager is not None and manager not in above]
    seen = [person for person in (heads if len(heads) > 1 else []) if reach is None or companies[person] in reach]
    lost = [person for person in left if reach is None or companies[person] in reach]
    rounds = _rounds(above, companies, reach)
    people = _people(session, [*seen[:SHOWN], *lost[:SHOWN], *rounds])
    managers = _names(session, [above[person] for person in lost[:SHOWN]] + [m for circle in rounds.values() for m in circle])
    return Gaps(
        no_manager=tuple(_someone(people[person]) for person in seen[:SHOWN]),
        manager_left=tuple(_someone(people[person], managers[above[person] or 0]) for person in lost[:SHOWN]),
        circles=tuple(
            _someone(people[member], " → ".join(managers[m] for m in (*circle, circle[0]))) for member, circle in rounds.items()
        ),
        roles_of_leavers=tuple(line for line in grants(session, reach, now=now) if line.has_left),
        no_officer=_without_officer(session, reach),
        count_no_manager=len(seen),
        count_manager_left=len(lost),
    )


def _rounds(above: dict[int, int | None], companies: dict[int, int], reach: Reach) -> dict[int, tuple[int, ...]]:
    """Members of circles, as far as they are reached, each with the whole circle."""
    known = {person: manager if manager in above else None for person, manager in above.items()}
    found = [(member, circle) for circle in circles(known) for member in circle]
    return dict([pair for pair in found if reach is None or companies[pair[0]] in reach][:SHOWN])


def _people(session: Session, ids: list[int]) -> dict[int, Person]:
    return {row.id: row for row in session.scalars(select(Person).where(Person.id.in_(ids)))}


def _names(session: Session, ids: list[int | None]) -> dict[int, str]:
    wanted = {i for i in ids if i is not None}
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))}


def _someone(person: Person, about: str = "") -> Someone:
    return Someone(person.public_id, person.name, person.company.name, about)


def _without_officer(session: Session, reach: Reach) -> tuple[str, ...]:
    """Companies for which no compliance officer is granted, neither there nor above."""
    covered = (
        select(CompanyBelow.company_id)
        .join(RoleGrant, RoleGrant.company_id == CompanyBelow.ancestor_id)
        .where(RoleGrant.role == Role.COMPLIANCE_OFFICER, RoleGrant.revoked_at.is_(None))
    )
    found = select(Company.name).where(within(reach, Company.id), Company.id.not_in(covered)).order_by(Company.name)
    return tuple(session.scalars(found))
