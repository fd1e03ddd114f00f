"""Rows become the Case and the World that the rules read; everything here only reads."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import cast
from zoneinfo import ZoneInfo

import holidays
from sqlalchemy import Date, Row, Table, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from declarations import people_in_question, snapshot
from declarations.direct import run
from declarations.earlier_items import items_under
from declarations.models import (
    Company,
    CompanyBelow,
    Decider,
    Declaration,
    ExchangeRate,
    Filing,
    Person,
    PolicyDocument,
)
from declarations.people_in_question import CompanyRow
from workflows.case import Case, Decision, World
from workflows.case import Company as CompanyFacts
from workflows.facts import Facts, Item
from workflows.money import Rate, Rates
from workflows.policy.assess import quotes_needed
from workflows.policy.document import Document, load
from workflows.policy.in_force import InForce, Seat, day_in_force, in_force
from workflows.words import Action, Review, State


@lru_cache(maxsize=4096)
def holidays_of(calendar: str, year: int) -> frozenset[date]:
    """Public holidays of a calendar key such as "DK" or "DE-BY", for the year and its neighbours; none for an unknown key."""
    country, _, subdivision = calendar.partition("-")
    try:
        days = holidays.country_holidays(country, subdiv=subdivision or None, years=range(year - 1, year + 2))
    except NotImplementedError:  # how the package says that it has no such calendar
        return frozenset()
    return frozenset(days)


def company_facts(company: CompanyRow, now: datetime) -> CompanyFacts:
    """A company row as the rules need it, with the holidays around `now`."""
    return CompanyFacts(
        id=company.id,
        key=company.key,
        name=company.name,
        country=company.country,
        currency=company.currency,
        zone=ZoneInfo(company.time_zone),
        holidays=holidays_of(company.calendar, now.year),
    )


_ABOVE = (
    select(*cast(Table, Company.__table__).c)
    .join(CompanyBelow, CompanyBelow.ancestor_id == Company.id)
    .where(CompanyBelow.company_id == bindparam("company"))
    .order_by(CompanyBelow.depth)
)


def companies_above(session: Session, company_id: int) -> list[CompanyRow]:
    """The company and all above it, nearest first; the last is the group."""
    return list(run(session, _ABOVE, {"company": company_id}))


_documents: dict[str, Document] = {}  # by digest; a published version never changes

_VERSIONS = select(
    PolicyDocument.id, PolicyDocument.key, PolicyDocument.effective_from, PolicyDocument.digest, PolicyDocument.company_key
).where(PolicyDocument.effective_from <= bindparam("day"))


def policy_for(session: Session, keys: list[str], on: date) -> InForce:
    """The policy in force on `on` for a company (the first of `keys`) under the companies above it."""
    newest: dict[str, Row[int, str, date, str, str | None]] = {}
    for row in run(session, _VERSIONS, {"day": on}):
        if row.company_key is None or row.company_key in keys:
            known = newest.get(row.key)
            if known is None or row.effective_from > known.effective_from:
                newest[row.key] = row
    for row in newest.values():
        if row.digest not in _documents:
            text = session.scalars(select(PolicyDocument.text).where(PolicyDocument.id == row.id)).one()
            _documents[row.digest] = load(text, row.key)
    return _in_force(tuple(sorted(row.digest for row in newest.values())), tuple(keys), on)


@lru_cache(maxsize=4096)
def _in_force(digests: tuple[str, ...], keys: tuple[str, ...], on: date) -> InForce:
    return in_force([_documents[digest] for digest in digests], keys[0], keys[1:], on)


_SECOND = select(Person.second_company_id, Person.second_from, Person.second_to).where(Person.id == bindparam("person"))


def second_company(session: Session, person_id: int, on: date) -> Company | None:
    """The second company that the person belongs to on the day, if there is one."""
    person = run(session, _SECOND, {"person": person_id}).one()
    if person.second_company_id is None or person.second_from is None:
        return None
    last = person.second_to or date.max
    return session.get_one(Company, person.second_company_id) if person.second_from <= on <= last else None


def seat_of(company: CompanyRow) -> Seat:
    """What rules ask about a company."""
    return Seat(company.key, company.country, company.currency)


def policy_of(session: Session, person_id: int, line: Sequence[CompanyRow], on: date) -> InForce:
    """The policy in force on `on` for what the person files in the first company of `line`, under the companies above it.

    For whoever belongs to a second company that day it is the one of both (docs/decisions): the strictest answer holds.
    """
    own = policy_for(session, [company.key for company in line], on)
    second = second_company(session, person_id, on)
    if second is None:
        return own
    other = policy_for(session, [company.key for company in companies_above(session, second.id)], on)
    return _both(_Two(own, seat_of(line[0]), other, seat_of(second)))


@dataclass(frozen=True)
class _Two:
    """Two policies to be joined, told apart by their digests."""

    own: InForce = field(compare=False)
    here: Seat
    other: InForce = field(compare=False)
    there: Seat
    digests: tuple[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digests", (self.own.digest, self.other.digest))


@lru_cache(maxsize=1024)
def _both(two: _Two) -> InForce:
    return two.own.join(two.here, two.other, two.there)


FARTHEST = timedelta(days=31 * 25)  # how far back totals look
LONGEST_SILENCE = timedelta(days=366)  # no document may accept an older rate
_OLD = aliased(ExchangeRate)
_LAST_BEFORE = (
    select(func.max(_OLD.day))
    .where(_OLD.currency == bindparam("currency"), _OLD.day >= bindparam("first"), _OLD.day <= bindparam("earliest"))
    .scalar_subquery()
)
_RATES = (
    select(ExchangeRate.per_euro, ExchangeRate.day)
    .where(
        ExchangeRate.currency == bindparam("currency"),
        ExchangeRate.day >= func.coalesce(_LAST_BEFORE, bindparam("earliest", type_=Date)),
        ExchangeRate.day <= bindparam("last"),
    )
    .order_by(ExchangeRate.day)
)


def rates_for(session: Session, wanted: Iterable[tuple[str, date]]) -> Rates:
    """The last published rate on or before the day for each (currency, day) wanted, in one query a currency."""
    days: dict[str, set[date]] = {}
    for currency, day in wanted:
        if currency != "EUR":
            days.setdefault(currency, set()).add(day)
    quotes: dict[tuple[str, date], Rate] = {}
    for currency, asked in days.items():
        earliest = min(asked)
        between = {"currency": currency, "earliest": earliest, "first": earliest - LONGEST_SILENCE, "last": max(asked)}
        published = run(session, _RATES, between).all()
        for day in asked:
            place = bisect_right(published, day, key=lambda row: row.day)
            if place:
                last = published[place - 1]
                quotes[currency, day] = Rate(Decimal(last.per_euro), last.day)
    return Rates(quotes)


def items_around(session: Session, facts: Facts, *, policy: InForce, company_id: int, besides: int | None) -> tuple[Item, ...]:
    """The others that may count together with `facts`, those dated after it too: their totals may be touched by it."""
    day = facts.occurred_on or facts.filed_on
    first, last = day - FARTHEST, day + FARTHEST
    return items_under(session, policy, facts, company_id=company_id, first=first, last=last, besides=besides)


def world_of(
    session: Session,
    *,
    company_id: int,
    facts: Facts,
    now: datetime,
    besides: int | None = None,
    holding: Iterable[int | None] = (),
) -> World:
    """Everything the rules may need for these facts, as of `now` (UTC), leaving out of totals the declaration `besides`; `holding` is
    whose turn it is with."""
    line = companies_above(session, company_id)
    own, group = line[0], line[-1]
    policy = policy_of(session, facts.declarant_id, line, day_in_force(facts))
    items = items_around(session, facts, policy=policy, company_id=company_id, besides=besides)
    here = company_facts(own, now)
    wanted = set(quotes_needed(facts, items, policy, here))
    wanted |= {(currency, facts.rated_on) for currency in (own.currency, group.currency)}
    wanted |= {(money.currency, facts.rated_on) for money in (facts.value, facts.own_share) if money}
    return World(
        now=now,
        company=here,
        policy=policy,
        rates=rates_for(session, wanted),
        org=people_in_question.org_of(session, line, facts, now, holding),
        items=items,
        ancestors=tuple(company.key for company in line[1:]),
        group_currency=group.currency,
    )


def world_around(session: Session, declaration: Declaration, facts: Facts, now: datetime) -> World:
    """The world of a declaration there already is, seen with `facts`."""
    return world_of(
        session,
        company_id=declaration.company_id,
        facts=facts,
        now=now,
        besides=declaration.id,
        holding=(declaration.assignee_id, declaration.assigned_for_id),
    )


_FILING = select(Filing).where(Filing.declaration_id == bindparam("declaration"), Filing.sequence == bindparam("sequence"))
_FILED = _FILING.with_only_columns(Filing.facts, Filing.assessment)
_DECIDERS = (
    select(
        Decider.review,
        Decider.action,
        Decider.person_id,
        Decider.on_behalf_of_id,
        Decider.at,
        Decider.filing,
        Decider.content,
    )
    .where(Decider.declaration_id == bindparam("declaration"))
    .order_by(Decider.event_sequence)
)


def filing_of(session: Session, declaration: Declaration) -> Filing:
    """The current filing of a declaration."""
    return session.scalars(_FILING, {"declaration": declaration.id, "sequence": declaration.filing}).one()


def case_of(session: Session, declaration: Declaration) -> Case:
    """A declaration and its current filing as a Case."""
    filing = run(session, _FILED, {"declaration": declaration.id, "sequence": declaration.filing}).one()
    deciders = run(session, _DECIDERS, {"declaration": declaration.id})
    return Case(
        state=State(declaration.state),
        facts=snapshot.facts_from(filing.facts),
        assessment=snapshot.assessment_from(filing.assessment),
        filing=declaration.filing,
        filed_at=declaration.filed_at,
        decided_at=declaration.decided_at,
        decisions=tuple(
            Decision(Review(d.review), Action(d.action), d.person_id, d.on_behalf_of_id, d.at, d.filing, d.content)
            for d in deciders
        ),
        review=Review(declaration.review) if declaration.review else None,
        assignee_id=declaration.assignee_id,
        assigned_for_id=declaration.assigned_for_id,
        pool_company_id=declaration.pool_company_id,
        due_on=declaration.due_on,
        reminded=declaration.reminded,
        returns_to=Review(declaration.returns_to) if declaration.returns_to else None,
        prohibited=declaration.prohibited,
        prepared_by_id=declaration.prepared_by_id,
        imported=declaration.imported_from is not None,
        escalated=frozenset(Review[slug.upper()] for slug in declaration.escalated.split()),
    )
