"""Everyone who could come into question for a declaration, and why some may not decide it; everything here only reads.

The statements are built once: building one costs more than running it.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, bindparam, literal, select
from sqlalchemy.orm import Session, aliased

from declarations.direct import run
from declarations.models import Company, Counterparty, Declaration, Delegation, Person, RoleGrant
from workflows.case import Org
from workflows.case import Person as PersonFacts
from workflows.facts import Facts
from workflows.words import Kind, Role, State

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

_RUNNING = (
    select(Delegation.person_id, Delegation.substitute_id, Delegation.last_on)
    .where(
        Delegation.person_id.in_(_PEOPLE),
        Delegation.first_on <= _TODAY,
        Delegation.last_on >= _TODAY,
        Delegation.ended_at.is_(None),
    )
    .order_by(Delegation.id)
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

_NAMES = select(Person.id, Person.name, Person.manager_id, Person.active_from, Person.active_to).where(Person.id.in_(_PEOPLE))


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


def running(session: Session, people: Iterable[int], today: date) -> dict[int, tuple[int, date]]:
    """person → (substitute, last day away) for delegations that run today; the latest set one counts."""
    rows = run(session, _RUNNING, {"people": sorted(people), "today": today})
    return {person: (substitute, last) for person, substitute, last in rows}


def interested_in(session: Session, group_id: int | None, people: Iterable[int]) -> frozenset[int]:
    """Which of `people` have a running declared interest or conflict with this counterparty group."""
    if group_id is None:
        return frozenset()
    return frozenset(run(session, _INTERESTED, {"group": group_id, "people": sorted(people)}).scalars())


def org_of(session: Session, companies: list[Company], facts: Facts, now: datetime, holding: Iterable[int | None] = ()) -> Org:
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
    away = running(session, asked, today)
    asked |= {substitute for substitute, _ in away.values()}
    unknown = asked - above.keys() - set(line)
    if unknown:  # substitutes from elsewhere; whoever is above the declarant cannot be below
        above |= chains(session, unknown)
    return Org(
        people={person.id: person for person in _people(session, asked, away, today)},
        line=line,
        officers=tuple((company, officers[company]) for company in ids if officers[company]),
        executives=tuple(dict.fromkeys(p for company in ids for p in executives[company])),
        below=frozenset(person for person, chain in above.items() if facts.declarant_id in chain),
        interested=interested_in(session, facts.counterparty_group_id, asked),
    )


def _people(session: Session, asked: set[int], away: dict[int, tuple[int, date]], today: date) -> list[PersonFacts]:
    return [
        PersonFacts(
            id=row.id,
            name=row.name,
            active=row.active_from <= today and (row.active_to is None or row.active_to >= today),
            manager_id=row.manager_id,
            substitute_id=away[row.id][0] if row.id in away else None,
            away_until=away[row.id][1] if row.id in away else None,
        )
        for row in run(session, _NAMES, {"people": sorted(asked)})
    ]
