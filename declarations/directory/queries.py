"""What the directory shows; `reach` names the companies an administrator runs it for, None (the command line) means all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from declarations.directory.names import search_name
from declarations.models import Company, CompanyBelow, Event, OneTimeLink, Person, RoleGrant

Reach = frozenset[int] | None
PAGE = 50


@dataclass(frozen=True)
class CompanyLine:
    """A company in the tree as far as the reader sees it; `depth` counts from the topmost one seen."""

    id: int
    key: str
    name: str
    depth: int
    country: str
    currency: str
    time_zone: str
    language: str
    calendar: str
    parent: str | None
    people: int


@dataclass(frozen=True)
class PersonLine:
    """A person in a list."""

    public_id: str
    name: str
    number: str
    email: str
    title: str
    unit: str
    company: str
    manager: str | None
    active_from: date
    active_to: date | None


@dataclass(frozen=True)
class Page:
    """One page of a list; `next` is the public id to go on after, None on the last page."""

    lines: tuple[PersonLine, ...]
    next: str | None


@dataclass(frozen=True)
class GrantLine:
    """A role held or once held."""

    grant_id: int
    role: str
    company_id: int
    company_key: str
    company: str
    person: str
    name: str
    email: str
    granted_at: datetime
    granted_by: str | None
    revoked_at: datetime | None
    revoked_by: str | None
    has_left: bool


@dataclass(frozen=True)
class Happening:
    """An event of a person's or a company's stream."""

    action: str
    at: datetime
    by: str | None
    role: str
    public: dict[str, Any]

    @property
    def last_day(self) -> date | None:
        """The last day that was set, if this is about one."""
        told = self.public.get("last_day") if self.action == "person:left" else None
        return date.fromisoformat(told) if told else None


def within(reach: Reach, column: Any) -> ColumnElement[bool]:
    """True for rows of the companies reached."""
    return true() if reach is None else column.in_(sorted(reach))


def today_utc(now: datetime) -> date:
    """The day by which lists tell who works here; at the door each company's own clock counts."""
    return now.astimezone(UTC).date()


def tree(session: Session, reach: Reach) -> list[CompanyLine]:
    """The companies reached, each below the one it belongs to, in order of names."""
    counted = session.execute(select(Person.company_id, func.count().label("people")).group_by(Person.company_id))
    heads = {row.company_id: row.people for row in counted}
    rows = session.scalars(select(Company).where(within(reach, Company.id)).order_by(Company.name, Company.id)).all()
    keys = {row.id: row.key for row in session.execute(select(Company.id, Company.key))}
    below: dict[int | None, list[Company]] = {}
    seen = {row.id for row in rows}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in seen else None, []).append(row)
    lines: list[CompanyLine] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        lines.append(
            CompanyLine(
                row.id,
                row.key,
                row.name,
                depth,
                row.country,
                row.currency,
                row.time_zone,
                row.language,
                row.calendar,
                keys.get(row.parent_id or 0),
                heads.get(row.id, 0),
            )
        )
        waiting += [(child, depth + 1) for child in reversed(below.get(row.id, []))]
    return lines


def company(session: Session, reach: Reach, key: str) -> Company | None:
    """The company with that key, if it is reached."""
    return session.scalar(select(Company).where(Company.key == key, within(reach, Company.id)))


def key_of(session: Session, company_id: int | None) -> str | None:
    """The key of a company, None for none."""
    return session.scalar(select(Company.key).where(Company.id == company_id)) if company_id else None


def people(
    session: Session, reach: Reach, *, term: str = "", company: str = "", left: bool = False, after: str = "", now: datetime
) -> Page:
    """Fifty people by name: those who work here or will, or with `left` those who did; `company` includes all below it.

    `term` is part of a name, an e-mail address or a number; `after` is the public id the page before ended with.
    """
    today = today_utc(now)
    gone = and_(Person.active_to.is_not(None), Person.active_to < today)
    manager = aliased(Person)
    found = (
        select(Person, Company.name, manager.name)
        .join(Company, Company.id == Person.company_id)
        .outerjoin(manager, manager.id == Person.manager_id)
        .where(within(reach, Person.company_id), gone if left else ~gone)
    )
    if company:
        inside = (
            select(CompanyBelow.company_id).join(Company, Company.id == CompanyBelow.ancestor_id).where(Company.key == company)
        )
        found = found.where(Person.company_id.in_(inside))
    if term.strip():
        found = found.where(_matches(term))
    if after:
        last = session.execute(select(Person.search_name, Person.id).where(Person.public_id == after)).first()
        if last:
            beyond = and_(Person.search_name == last.search_name, Person.id > last.id)
            found = found.where(or_(Person.search_name > last.search_name, beyond))
    rows = session.execute(found.order_by(Person.search_name, Person.id).limit(PAGE + 1)).all()
    lines = tuple(_line(person, company_name, manager_name) for person, company_name, manager_name in rows[:PAGE])
    return Page(lines, lines[-1].public_id if len(rows) > PAGE else None)


def _matches(term: str) -> ColumnElement[bool]:
    folded = search_name(term)
    return or_(
        and_(true(), *(Person.search_name.contains(word, autoescape=True) for word in folded.split())),
        Person.email.contains(term.strip().lower(), autoescape=True),
        func.lower(Person.number).startswith(term.strip().lower(), autoescape=True),
    )


def _line(person: Person, company_name: str, manager_name: str | None) -> PersonLine:
    return PersonLine(
        person.public_id,
        person.name,
        person.number,
        person.email,
        person.title,
        person.unit,
        company_name,
        manager_name,
        person.active_from,
        person.active_to,
    )


def person(session: Session, reach: Reach, public_id: str) -> Person | None:
    """The person, if they belong to a company reached."""
    return session.scalar(select(Person).where(Person.public_id == public_id, within(reach, Person.company_id)))


def reports(session: Session, person_id: int, now: datetime) -> list[PersonLine]:
    """Who reports to the person today, by name."""
    today = today_utc(now)
    rows = session.execute(
        select(Person, Company.name)
        .join(Company, Company.id == Person.company_id)
        .where(Person.manager_id == person_id, or_(Person.active_to.is_(None), Person.active_to >= today))
        .order_by(Person.search_name, Person.id)
        .limit(PAGE)
    )
    return [_line(row, company_name, None) for row, company_name in rows]


def number_of(session: Session, handle: str) -> str | None:
    """The number of the person meant by a number or an e-mail address."""
    typed = handle.strip()
    return session.scalar(select(Person.number).where(or_(Person.number == typed, Person.email == typed.lower())))


def grants(session: Session, reach: Reach, *, person_id: int | None = None, now: datetime | None = None) -> list[GrantLine]:
    """Running grants in the companies reached, by company and role; with `person_id` all that person ever had, newest first."""
    giver, taker = aliased(Person), aliased(Person)
    found = (
        select(RoleGrant, Company, Person, giver.name, taker.name)
        .join(Company, Company.id == RoleGrant.company_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .outerjoin(giver, giver.id == RoleGrant.granted_by_id)
        .outerjoin(taker, taker.id == RoleGrant.revoked_by_id)
        .where(within(reach, RoleGrant.company_id))
    )
    if person_id is None:
        found = found.where(RoleGrant.revoked_at.is_(None)).order_by(
            Company.name, RoleGrant.role, Person.search_name, RoleGrant.id
        )
    else:
        newest = (RoleGrant.revoked_at.is_not(None), RoleGrant.granted_at.desc(), RoleGrant.id.desc())
        found = found.where(RoleGrant.person_id == person_id).order_by(*newest)
    today = today_utc(now) if now else date.min
    return [
        GrantLine(
            row.id,
            row.role,
            where.id,
            where.key,
            where.name,
            who.public_id,
            who.name,
            who.email,
            row.granted_at,
            by,
            row.revoked_at,
            revoked_by,
            who.active_to is not None and who.active_to < today,
        )
        for row, where, who, by, revoked_by in session.execute(found)
    ]


def history(session: Session, stream: str) -> list[Happening]:
    """What happened to a person or company ("person/<public id>", "company/<key>"), newest first."""
    rows = session.execute(
        select(Event.action, Event.at, Event.role, Event.body, Person.name)
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(Event.stream == stream)
        .order_by(Event.sequence.desc())
        .limit(100)
    )
    return [Happening(row.action, row.at, row.name, row.role, json.loads(row.body)["public"]) for row in rows]


def link_until(session: Session, person_id: int, now: datetime) -> datetime | None:
    """Until when the person's one-time link can be used, None if there is none."""
    return session.scalar(
        select(func.max(OneTimeLink.expires_at)).where(
            OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now
        )
    )


def invitees(session: Session, emails: Sequence[str], *, everyone: bool, now: datetime) -> tuple[list[int], list[str]]:
    """The ids of those to invite, and the addresses nobody here has; `everyone`: all with neither password nor running link."""
    today = today_utc(now)
    here = or_(Person.active_to.is_(None), Person.active_to >= today)
    wanted = [email.strip().lower() for email in emails]
    named = {row.email: row.id for row in session.execute(select(Person.id, Person.email).where(here, Person.email.in_(wanted)))}
    ids = list(named.values())
    if everyone:
        running = select(OneTimeLink.person_id).where(OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now)
        ids += session.scalars(
            select(Person.id).where(here, Person.password_hash.is_(None), Person.id.not_in(running)).order_by(Person.id)
        )
    return list(dict.fromkeys(ids)), [email for email in wanted if email not in named]
