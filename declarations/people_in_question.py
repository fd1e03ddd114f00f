"""Everyone who could come into question for a declaration, and why some may not decide it; everything here only reads."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import literal, select
from sqlalchemy.orm import Session, aliased

from declarations.models import Company, Counterparty, Declaration, Delegation, Person, RoleGrant
from workflows.case import Org
from workflows.case import Person as PersonFacts
from workflows.facts import Facts
from workflows.words import Kind, Role, State


def line_of(session: Session, person_id: int) -> tuple[int, ...]:
    """The person's managers, nearest first; a cycle ends the line."""
    return chains(session, [person_id])[person_id]


def chains(session: Session, people: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """For each person, the managers above, nearest first; one recursive query for all."""
    wanted = sorted(set(people))
    start = (
        select(Person.id.label("origin"), Person.manager_id.label("above"), literal(1).label("depth"))
        .where(Person.id.in_(wanted), Person.manager_id.is_not(None))
        .cte("chain", recursive=True)
    )
    boss = aliased(Person)
    chain = start.union_all(
        select(start.c.origin, boss.manager_id, start.c.depth + 1)
        .join(boss, boss.id == start.c.above)
        .where(boss.manager_id.is_not(None), start.c.depth < 40)
    )
    found: dict[int, list[int]] = {person: [] for person in wanted}
    for origin, above, _depth in session.execute(select(chain).order_by(chain.c.origin, chain.c.depth)):
        if above != origin and above not in found[origin]:
            found[origin].append(above)
    return {person: tuple(line) for person, line in found.items()}


def holders(session: Session, role: Role, companies: list[int]) -> dict[int, tuple[int, ...]]:
    """Who was granted `role` at exactly which of `companies`, in order of granting."""
    rows = session.execute(
        select(RoleGrant.company_id, RoleGrant.person_id)
        .where(RoleGrant.role == role, RoleGrant.company_id.in_(companies), RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.id)
    )
    found: dict[int, list[int]] = {company: [] for company in companies}
    for company, person in rows:
        found[company].append(person)
    return {company: tuple(people) for company, people in found.items()}


def running(session: Session, people: Iterable[int], today: date) -> dict[int, tuple[int, date]]:
    """person → (substitute, last day away) for delegations that run today; the latest set one counts."""
    rows = session.execute(
        select(Delegation.person_id, Delegation.substitute_id, Delegation.last_on)
        .where(
            Delegation.person_id.in_(sorted(people)),
            Delegation.first_on <= today,
            Delegation.last_on >= today,
            Delegation.ended_at.is_(None),
        )
        .order_by(Delegation.id)
    )
    return {person: (substitute, last) for person, substitute, last in rows}


def interested_in(session: Session, group_id: int | None, people: Iterable[int]) -> frozenset[int]:
    """Which of `people` have a running declared interest or conflict with this counterparty group."""
    if group_id is None:
        return frozenset()
    return frozenset(
        session.scalars(
            select(Declaration.declarant_id)
            .join(Counterparty, Counterparty.id == Declaration.counterparty_id)
            .where(
                Counterparty.group_id == group_id,
                Declaration.declarant_id.in_(sorted(people)),
                Declaration.kind.in_((Kind.INTEREST, Kind.CONFLICT)),
                Declaration.state.not_in((State.WITHDRAWN, State.ENDED)),
            )
        )
    )


def org_of(session: Session, companies: list[Company], facts: Facts, now: datetime) -> Org:
    """The people in question for `facts`; `companies` is the declarant's own and all above, nearest first."""
    zone_today = facts.filed_on if not companies else _today(companies[0], now)
    ids = [company.id for company in companies]
    line = line_of(session, facts.declarant_id)
    officers = holders(session, Role.COMPLIANCE_OFFICER, ids)
    executives = holders(session, Role.EXECUTIVE_REVIEWER, ids)
    asked = {facts.declarant_id, *line, *facts.named}
    asked |= {p for people in (*officers.values(), *executives.values()) for p in people}
    away = running(session, asked, zone_today)
    asked |= {substitute for substitute, _ in away.values()}
    above = chains(session, asked - {facts.declarant_id})
    rows = session.execute(
        select(Person.id, Person.name, Person.manager_id, Person.active_from, Person.active_to).where(
            Person.id.in_(sorted(asked))
        )
    )
    people = {
        row.id: PersonFacts(
            id=row.id,
            name=row.name,
            active=row.active_from <= zone_today and (row.active_to is None or row.active_to >= zone_today),
            manager_id=row.manager_id,
            substitute_id=away[row.id][0] if row.id in away else None,
            away_until=away[row.id][1] if row.id in away else None,
        )
        for row in rows
    }
    return Org(
        people=people,
        line=line,
        officers=tuple((company, officers[company]) for company in ids if officers[company]),
        executives=tuple(dict.fromkeys(p for company in ids for p in executives[company])),
        below=frozenset(p for p, chain in above.items() if facts.declarant_id in chain),
        interested=interested_in(session, facts.counterparty_group_id, asked),
    )


def _today(company: Company, now: datetime) -> date:
    return now.astimezone(ZoneInfo(company.time_zone)).date()
