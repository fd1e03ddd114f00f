"""Rows become the Case and the World that the rules read; everything here only reads."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from declarations import people_in_question, snapshot
from declarations.models import (
    Company,
    CompanyBelow,
    Counterparty,
    Decider,
    Declaration,
    ExchangeRate,
    Filing,
    PolicyDocument,
)
from workflows.case import Case, Decision, World
from workflows.case import Company as CompanyFacts
from workflows.facts import Facts, Item
from workflows.money import Money, Rate, Rates
from workflows.policy.document import Document, InForce, in_force, load
from workflows.words import Action, Direction, Disposition, Kind, Review, State

_UNCOUNTED = (State.WITHDRAWN,)


@lru_cache(maxsize=4096)
def holidays_of(calendar: str, year: int) -> frozenset[date]:
    """Public holidays of a calendar key such as "DK" or "DE-BY", for the year and its neighbours; none for an unknown key."""
    country, _, subdivision = calendar.partition("-")
    try:
        days = holidays.country_holidays(country, subdiv=subdivision or None, years=range(year - 1, year + 2))
    except NotImplementedError:
        return frozenset()
    return frozenset(days)


def company_facts(company: Company, now: datetime) -> CompanyFacts:
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


def companies_above(session: Session, company_id: int) -> list[Company]:
    """The company and all above it, nearest first; the last is the group."""
    return list(
        session.scalars(
            select(Company)
            .join(CompanyBelow, CompanyBelow.ancestor_id == Company.id)
            .where(CompanyBelow.company_id == company_id)
            .order_by(CompanyBelow.depth)
        )
    )


@lru_cache(maxsize=1024)
def _parsed(digest: str, text: bytes, name: str) -> Document:
    return load(text, name)


def policy_for(session: Session, keys: list[str], on: date) -> InForce:
    """The policy in force on `on` for a company (the first of `keys`) under the companies above it."""
    rows = session.scalars(
        select(PolicyDocument).where(
            or_(PolicyDocument.company_key.is_(None), PolicyDocument.company_key.in_(keys)),
            PolicyDocument.effective_from <= on,
        )
    )
    newest: dict[str, PolicyDocument] = {}
    for row in rows:
        if row.key not in newest or row.effective_from > newest[row.key].effective_from:
            newest[row.key] = row
    documents = [_parsed(row.digest, row.text, row.key) for row in newest.values()]
    return in_force(documents, keys[0], tuple(keys[1:]), on)


def rates_for(session: Session, wanted: Iterable[tuple[str, date]]) -> Rates:
    """The last published rate on or before the day for each (currency, day) wanted."""
    quotes: dict[tuple[str, date], Rate] = {}
    for currency, on in set(wanted):
        if currency == "EUR":
            continue
        row = session.execute(
            select(ExchangeRate.per_euro, ExchangeRate.day)
            .where(ExchangeRate.currency == currency, ExchangeRate.day <= on)
            .order_by(ExchangeRate.day.desc())
            .limit(1)
        ).first()
        if row:
            quotes[currency, on] = Rate(Decimal(row.per_euro), row.day)
    return Rates(quotes)


def items_for(
    session: Session, declarant_id: int, group_id: int | None, first: date, last: date, besides: int | None
) -> tuple[Item, ...]:
    """The declarant's other declarations with this counterparty group whose event lies between the two days."""
    if group_id is None:
        return ()
    linked = aliased(Counterparty)
    of_group: ColumnElement[bool] = Declaration.counterparty_id.in_(select(linked.id).where(linked.group_id == group_id))
    rows = session.execute(
        select(Declaration, Filing.facts)
        .join(Filing, and_(Filing.declaration_id == Declaration.id, Filing.sequence == Declaration.filing))
        .where(
            Declaration.declarant_id == declarant_id,
            of_group,
            Declaration.occurred_on >= first,
            Declaration.occurred_on <= last,
            Declaration.state.not_in(_UNCOUNTED),
            Declaration.id != (besides or 0),
        )
        .order_by(Declaration.occurred_on, Declaration.id)
    )
    return tuple(_item(row, frozenset(facts.get("exempt", ())), group_id) for row, facts in rows)


def _item(row: Declaration, exempt: frozenset[str], group_id: int) -> Item:
    return Item(
        declaration_id=row.id,
        number=row.number,
        declarant_id=row.declarant_id,
        kind=Kind(row.kind),
        direction=Direction(row.direction) if row.direction else None,
        occurred_on=row.occurred_on,
        counterparty_group_id=group_id,
        counterparty_class=row.counterparty_class,
        value=Money(row.share_minor, row.currency) if row.share_minor is not None and row.currency else None,
        base=Money(row.base_minor, row.base_currency) if row.base_minor is not None else None,
        form=row.form,
        disposition=Disposition(row.disposition),
        state=State(row.state),
        exempt=exempt,
        heads=row.heads,
        host_present=row.host_present,
        outcome=row.outcome,
    )


def policy_day(facts: Facts) -> date:
    """The event's day chooses the policy for one-off kinds, the day of filing for standing ones."""
    return facts.filed_on if facts.standing or facts.occurred_on is None else facts.occurred_on


def world_of(session: Session, *, company_id: int, facts: Facts, now: datetime, besides: int | None = None) -> World:
    """Everything the rules may need for these facts, as of `now` (UTC), leaving out of totals the declaration `besides`."""
    line = companies_above(session, company_id)
    own, group = line[0], line[-1]
    day = facts.occurred_on or facts.filed_on
    policy = policy_for(session, [company.key for company in line], policy_day(facts))
    items = items_for(
        session,
        facts.declarant_id,
        facts.counterparty_group_id,
        day - timedelta(days=31 * 25),
        date(day.year + 1, 12, 31),
        besides,
    )
    wanted = {(own.currency, day), (group.currency, day)}
    wanted |= {(money.currency, day) for money in (facts.value, facts.own_share) if money}
    for item in items:
        if item.value and (item.base is None or item.base.currency != own.currency):
            wanted |= {(item.value.currency, item.occurred_on), (own.currency, item.occurred_on)}
    return World(
        now=now,
        company=company_facts(own, now),
        policy=policy,
        rates=rates_for(session, wanted),
        org=people_in_question.org_of(session, line, facts, now),
        items=items,
        ancestors=tuple(company.key for company in line[1:]),
    )


def filing_of(session: Session, declaration: Declaration) -> Filing:
    """The current filing of a declaration."""
    return session.scalars(
        select(Filing).where(Filing.declaration_id == declaration.id, Filing.sequence == declaration.filing)
    ).one()


def case_of(session: Session, declaration: Declaration) -> Case:
    """A declaration and its current filing as a Case."""
    filing = filing_of(session, declaration)
    deciders = session.scalars(select(Decider).where(Decider.declaration_id == declaration.id).order_by(Decider.event_sequence))
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
        escalated=frozenset(Review[slug.upper()] for slug in declaration.escalated.split()),
    )
