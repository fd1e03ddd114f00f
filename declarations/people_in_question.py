"""Everyone who could come into question for a declaration, and why some may not decide it; everything here only reads.

The statements are built once: building one costs more than running it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Row, and_, bindparam, literal, select
from sqlalchemy.orm import Session, aliased

from declarations.direct import run
from declarations.models import Company, Counterparty, Declaration, Delegation, Person, RoleGrant
from workflows.case import Org
from workflows.case import Person as PersonFacts
from workflows.facts import Facts
from workflows.words import Kind, Role, State

CompanyRow = Company | Row[*tuple[Any, ...]]  # the object, or a row of all its columns, which is read in half the time

_PEOPLE: BindParameter[Any] = bindparam("people", expanding=True)
_TODAY: BindParameter[Any] = bindparam("today")

_start = (
    select(Person.id.label("origin"), Person.manager_id.label("above"), literal(1).label("depth"))
    .where(Person.id.in_(_PEOPLE), Person.manager_id.is_not(None))
    .cte("chain", recursive=True)
)
_boss = aliased(Person)
_chain = _start.union_all(
    select(_start.c.origin, _boss.manager_id, _start.c.depth + 1)
    .join(_boss, _boss.id == _start.c.above)
    .where(_boss.manager_id.is_not(None), _start.c.depth < 40)
)
_CHAINS = select(_chain).order_by(_chain.c.origin, _chain.c.depth)

_HOLDERS = (
    select(RoleGrant.role, RoleGrant.company_id, RoleGrant.person_id)
    .where(
        RoleGrant.role.in_(bindparam("roles", expanding=True)),
        RoleGrant.company_id.in_(bindparam("companies", expanding=True)),
        RoleGrant.revoked_at.is_(None),
    )
    .order_by(RoleGrant.id)
)

_INTERESTED = (
    select(Declaration.declarant_id)
    .join(Counterparty, Counterparty.id == Declaration.counterparty_id)
    .where(
        Counterparty.group_id == bindparam("group"),
        Declaration.declarant_id.in_(_PEOPLE),
        Declaration.kind.in_((Kind.INTEREST, Kind.CONFLICT)),
        Declaration.state.not_in((State.WITHDRAWN, State.ENDED)),
    )
)

_AWAY = and_(
    Delegation.person_id == Person.id,
    Delegation.first_on <= _TODAY,
    Delegation.last_on >= _TODAY,
    Delegation.ended_at.is_(None),
)
_NAMES = (
    select(
        Person.id,
        Person.name,
        Person.manager_id,
        Person.active_from,
        Person.active_to,
        Delegation.substitute_id,
        Delegation.last_on.label("away_until"),
    )
    .outerjoin(Delegation, _AWAY)
    .where(Person.id.in_(_PEOPLE))
    .order_by(Person.id, Delegation.id)
)


def chains(session: Session, people: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """For each person, the managers above, nearest first; one recursive query for all. A cycle ends the line."""
    found: dict[int, list[int]] = {person: [] for person in sorted(set(people))}
    for origin, above, _depth in run(session, _CHAINS, {"people": list(found)}):
        if above != origin and above not in found[origin]:
            found[origin].append(above)
    return {person: tuple(line) for person, line in found.items()}


def line_of(session: Session, person_id: int) -> tuple[int, ...]:
    """The person's managers, nearest first."""
    return chains(session, [person_id])[person_id]


def granted(session: Session, roles: Iterable[Role], companies: list[int]) -> dict[Role, dict[int, tuple[int, ...]]]:
    """Who was granted each of `roles` at exactly which of `companies`, in order of granting."""
    found: dict[Role, dict[int, tuple[int, ...]]] = {role: dict.fromkeys(companies, ()) for role in roles}
    for role, company, person in run(session, _HOLDERS, {"roles": [r.value for r in found], "companies": companies}):
        found[Role(role)][company] += (person,)
    return found


def holders(session: Session, role: Role, companies: list[int]) -> dict[int, tuple[int, ...]]:
    """Who was granted `role` at exactly which of `companies`."""
    return granted(session, [role], companies)[role]


def interested_in(session: Session, group_id: int | None, people: Iterable[int]) -> frozenset[int]:
    """Which of `people` have a running declared interest or conflict with this counterparty group."""
    if group_id is None:
        return frozenset()
    return frozenset(run(session, _INTERESTED, {"group": group_id, "people": sorted(people)}).scalars())


def org_of(
    session: Session, companies: Sequence[CompanyRow], facts: Facts, now: datetime, holding: Iterable[int | None] = ()
) -> Org:
    """The people in question for `facts`; `companies` is the declarant's own and all above, nearest first. `holding` is whose turn
    it is now, who may have left the line since."""
    today = now.astimezone(ZoneInfo(companies[0].time_zone)).date()
    ids = [company.id for company in companies]
    roles = granted(session, (Role.COMPLIANCE_OFFICER, Role.EXECUTIVE_REVIEWER), ids)
    officers, executives = roles[Role.COMPLIANCE_OFFICER], roles[Role.EXECUTIVE_REVIEWER]
    asked = {facts.declarant_id, *facts.named, *(p for at in roles.values() for people in at.values() for p in people)}
    asked |= {person for person in holding if person is not None}
    above = chains(session, asked)
    line = above[facts.declarant_id]
    asked |= set(line)
    people = _people(session, asked, today)
    substitutes = {person.substitute_id for person in people.values() if person.substitute_id is not None} - asked
    if substitutes:  # from elsewhere; whether they are away too is not asked
        known = _people(session, substitutes, today)
        people |= {number: replace(person, substitute_id=None, away_until=None) for number, person in known.items()}
        asked |= substitutes
    unknown = asked - above.keys() - set(line)
    if unknown:  # substitutes; whoever is above the declarant cannot be below
        above |= chains(session, unknown)
    return Org(
        people=people,
        line=line,
        officers=tuple((company, officers[company]) for company in ids if officers[company]),
        executives=tuple(dict.fromkeys(p for company in ids for p in executives[company])),
        below=frozenset(person for person, chain in above.items() if facts.declarant_id in chain),
        interested=interested_in(session, facts.counterparty_group_id, asked),
    )


def _people(session: Session, asked: set[int], today: date) -> dict[int, PersonFacts]:
    """Who they are, with whoever decides for them today; of several substitutes the latest set one counts."""
    return {
        row.id: PersonFacts(
            id=row.id,
            name=row.name,
            active=row.active_from <= today and (row.active_to is None or row.active_to >= today),
            manager_id=row.manager_id,
            substitute_id=row.substitute_id,
            away_until=row.away_until,
        )
        for row in run(session, _NAMES, {"people": sorted(asked), "today": today})
    }
