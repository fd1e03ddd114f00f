"""What came together between a person and a counterparty group, against every total limit in force for them today.

The sums are the policy's own: same kinds, direction, window, currency and exceptions, worked out by the database.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from declarations.compliance.converted import in_other_money
from declarations.compliance.lately import NOT_KEPT
from declarations.compliance.reach import Reach, group_currency
from declarations.models import Company, CompanyBelow, Counterparty, CounterpartyGroup, Declaration, Person, PolicyDocument
from declarations.twelve_months import NOT_COUNTED
from declarations.world import policy_for
from workflows.money import Money
from workflows.policy.amounts import CalendarTotal, RollingTotal
from workflows.policy.explain import limits
from workflows.policy.in_force import InForce
from workflows.policy.windows import Window
from workflows.words import Direction, Kind

NEAR = 70  # percent of a limit from which a total is worth knowing
_LONG = (RollingTotal, CalendarTotal)


@dataclass(frozen=True)
class Limit:
    """A limit on a total as one company's policy states it; `window` is the one that ends today."""

    document: str
    rule: str
    clause: str
    heading: Mapping[str, str]
    amount: Money
    months: int | None
    period: str | None
    settings: RollingTotal | CalendarTotal
    directions: tuple[Direction, ...]
    host_absent_is_gift: bool
    window: Window

    @property
    def key(self) -> tuple[str, str, str]:
        """The same limit in the same currency, for whichever company."""
        return self.document, self.rule, self.amount.currency


@dataclass(frozen=True)
class Standing:
    """Where one person's total with one counterparty group stands against one limit."""

    person_id: int
    person: str
    person_public_id: str
    group_id: int
    group: str
    firm_public_id: str
    limit: Limit
    direction: str | None  # None where both directions count together
    total: Money
    count: int

    @property
    def share(self) -> float:
        """1 is the limit."""
        return self.total.minor / max(1, self.limit.amount.minor)

    @property
    def left(self) -> Money:
        """What is left up to the limit; below zero what is over it."""
        return Money(self.limit.amount.minor - self.total.minor, self.total.currency)

    @property
    def over(self) -> bool:
        """Whether the limit is passed."""
        return self.left.minor < 0


def policies_of(session: Session, companies: Collection[int], today: date) -> dict[int, tuple[InForce, str]]:
    """The policy in force today for each company and the company's currency; one read for all under the same documents."""
    own = set(session.scalars(select(PolicyDocument.company_key).where(PolicyDocument.company_key.is_not(None)).distinct()))
    line = select(CompanyBelow.company_id, Company.key).join(Company, Company.id == CompanyBelow.ancestor_id)
    lines: dict[int, list[str]] = {}
    for company_id, key in session.execute(
        line.where(CompanyBelow.company_id.in_(sorted(companies))).order_by(CompanyBelow.company_id, CompanyBelow.depth)
    ):
        lines.setdefault(company_id, []).append(key)
    money = select(Company.id, Company.currency).where(Company.id.in_(sorted(companies)))
    currencies = {row.id: row.currency for row in session.execute(money)}
    known: dict[tuple[str, ...], InForce] = {}
    found = {}
    for company_id, keys in lines.items():
        kept = tuple(key for key in keys if key in own) or (keys[-1],)
        if kept not in known:
            known[kept] = policy_for(session, list(kept), today)
        found[company_id] = known[kept], currencies[company_id]
    return found


def limits_by_company(session: Session, companies: Collection[int], today: date) -> dict[int, tuple[Limit, ...]]:
    """Every total limit in force today for each of the companies."""
    known: dict[tuple[str, str], tuple[Limit, ...]] = {}
    found = {}
    for company_id, (policy, currency) in policies_of(session, companies, today).items():
        if (policy.digest, currency) not in known:
            known[policy.digest, currency] = _limits(policy, currency, today)
        found[company_id] = known[policy.digest, currency]
    return found


def _is_of_giver_and_person(total: RollingTotal | CalendarTotal) -> bool:
    """Only a total of bare shares between one person and one group is shown here: the columns say no more of a declaration."""
    return total.per == "counterparty" and total.is_plain and not (total.forms or total.whole or total.stated)


def _limits(policy: InForce, currency: str, today: date) -> tuple[Limit, ...]:
    settings = {
        (document.key, rule.id, condition.name): condition.settings for document, rule in policy.rules for condition in rule.when
    }
    found = []
    for limit in limits(policy, currency):
        total = settings[limit.document, limit.rule, limit.measure]
        if isinstance(total, _LONG) and _is_of_giver_and_person(total):
            found.append(
                Limit(
                    limit.document,
                    limit.rule,
                    limit.clause,
                    limit.heading,
                    limit.amount,
                    limit.months,
                    limit.period,
                    total,
                    limit.directions,
                    policy.host_absent_is_gift,
                    total.window(today),
                )
            )
    return tuple(found)


def standings(
    session: Session,
    reach: Reach,
    people: Iterable[tuple[int, int]],
    today: date,
    *,
    least: int = 0,
    firms: Collection[int] | None = None,
) -> list[Standing]:
    """The totals of these people (person, company) of at least `least` percent of a limit, nearest to the limit first.

    Whoever belongs to a second company today is held against its limits too; those it states in other money than their own
    company's are taken in the group's, in which everything is summed, and what is stated in neither is converted. With `firms` only
    what is between them and these counterparties counts. What names the reader is in no sum.
    """
    by_company: dict[int, set[int]] = {}
    for person_id, company_id in people:
        by_company.setdefault(company_id, set()).add(person_id)
    group_money = group_currency(session)
    asked: dict[tuple[str, str, str], tuple[Limit, set[int]]] = {}
    for company_id, stated in limits_by_company(session, by_company, today).items():
        for limit in stated:
            asked.setdefault(limit.key, (limit, set()))[1].update(by_company[company_id])
    other: dict[tuple[str, str, str], tuple[Limit, set[int]]] = {}
    for limit, person_id, own_money in _of_second_companies(session, set[int]().union(*by_company.values()), today, group_money):
        kept = asked if limit.amount.currency in (own_money, group_money) else other
        kept.setdefault(limit.key, (limit, set()))[1].add(person_id)
    sums = [(limit, row) for limit, who in asked.values() for row in _sums(session, reach, limit, who, group_money, least, firms)]
    sums += [(limit, row) for limit, who in other.values() for row in _converted(session, reach, limit, who, least, firms)]
    found = _named(session, sums)
    return sorted(found, key=lambda one: (abs(one.share - 1), one.person, one.group))


def second_companies(session: Session, people: ColumnElement[bool], today: date) -> dict[int, tuple[int, str]]:
    """Of the people for whom `people` holds, who belongs to a second company today: that company, and their own's currency."""
    rows = session.execute(
        select(Person.id, Person.second_company_id, Company.currency)
        .join(Company, Company.id == Person.company_id)
        .where(
            people,
            Person.second_company_id.is_not(None),
            Person.second_from <= today,
            or_(Person.second_to.is_(None), Person.second_to >= today),
        )
    )
    return {row.id: (row.second_company_id, row.currency) for row in rows}


def limits_of(session: Session, person_id: int, company_id: int, today: date) -> list[Limit]:
    """Every total limit in force today for one person of that company: its own, and those of a second one."""
    own = limits_by_company(session, [company_id], today).get(company_id, ())
    second = _of_second_companies(session, [person_id], today, group_currency(session))
    return [*own, *(limit for limit, _, _ in second)]


def _of_second_companies(
    session: Session, people: Collection[int], today: date, group_money: str
) -> Iterator[tuple[Limit, int, str]]:
    """Each limit of a second company with whom it binds, and the currency of that person's own company."""
    seconds = second_companies(session, Person.id.in_(sorted(people)), today)
    policies = policies_of(session, {company for company, _ in seconds.values()}, today) if seconds else {}
    known: dict[tuple[str, str], tuple[Limit, ...]] = {}
    for person_id, (company_id, own_money) in seconds.items():
        policy, money = policies[company_id]
        stated_in = money if money == own_money else group_money
        if (policy.digest, stated_in) not in known:
            known[policy.digest, stated_in] = _limits(policy, stated_in, today)
        yield from ((limit, person_id, own_money) for limit in known[policy.digest, stated_in])


def _sums(
    session: Session,
    reach: Reach,
    limit: Limit,
    people: Collection[int],
    group_money: str,
    least: int,
    firms: Collection[int] | None,
) -> Sequence[tuple[int, int, str | None, int, int]]:
    """(person, group, direction, minor units, how many) for one limit."""
    currency = limit.amount.currency
    column = Declaration.group_minor if currency == group_money else Declaration.base_minor
    conditions = [*_between(reach, limit, people, firms), column.is_not(None)]
    if currency != group_money:
        conditions.append(Declaration.base_currency == currency)
    if limit.settings.trifles is not None:
        conditions.append(column >= _smallest(limit))
    # Summed by counterparty first and joined to groups after, else a database may begin with every counterparty there is.
    both = limit.settings.both_directions
    way = literal("") if both else func.coalesce(Declaration.direction, "")
    parts = (
        select(
            Declaration.declarant_id.label("person"),
            Declaration.counterparty_id.label("firm"),
            way.label("way"),
            func.sum(column).label("minor"),
            func.count().label("many"),
        )
        .where(*conditions)
        .group_by(Declaration.declarant_id, Declaration.counterparty_id, *([] if both else [Declaration.direction]))
        .subquery()
    )
    minor = func.sum(parts.c.minor)
    rows = session.execute(
        select(parts.c.person, Counterparty.group_id, parts.c.way, minor, func.sum(parts.c.many))
        .join(Counterparty, Counterparty.id == parts.c.firm)
        .group_by(parts.c.person, Counterparty.group_id, parts.c.way)
        .having(minor >= _from(limit, least))
    )
    return [(who, group, way or None, int(total or 0), int(many)) for who, group, way, total, many in rows]


def _converted(
    session: Session, reach: Reach, limit: Limit, people: Collection[int], least: int, firms: Collection[int] | None
) -> Iterator[tuple[int, int, str | None, int, int]]:
    """The same for a limit in money in which nothing is kept."""
    rows = in_other_money(
        session,
        _between(reach, limit, people, firms),
        limit.amount.currency,
        smallest=_smallest(limit),
        both_directions=limit.settings.both_directions,
    )
    return (row for row in rows if row[3] >= _from(limit, least))


def _between(reach: Reach, limit: Limit, people: Collection[int], firms: Collection[int] | None) -> list[ColumnElement[bool]]:
    """What counts in a limit's total for these people, of these counterparties if any are named."""
    found = [
        Declaration.declarant_id.in_(sorted(people)),
        Declaration.occurred_on >= limit.window.first,
        Declaration.occurred_on <= limit.window.last,
        *counted(limit),
        reach.seen(),
    ]
    return found if firms is None else [*found, Declaration.counterparty_id.in_(sorted(firms))]


def _smallest(limit: Limit) -> int:
    """The least that is no trifle, in minor units; anything at all where the trifle is stated in other money."""
    if limit.settings.trifles is None:
        return 0
    operator, stated = limit.settings.trifles
    trifle = stated.for_company(limit.amount.currency)
    return trifle.minor + (operator == "up_to") if trifle.currency == limit.amount.currency else 1


def _from(limit: Limit, least: int) -> int:
    """From how many minor units on a total is worth knowing."""
    return max(1, math.ceil(limit.amount.minor * least / 100))


def counted(limit: Limit) -> list[ColumnElement[bool]]:
    """What counts in a limit's total, but for the person, the counterparty and the days."""
    kinds = limit.settings.kinds
    kind: ColumnElement[bool] = Declaration.kind.in_(sorted(kinds))
    if limit.host_absent_is_gift and kinds & {Kind.GIFT, Kind.ENTERTAINMENT}:
        kind = or_(kind, and_(Declaration.kind == Kind.ENTERTAINMENT, Declaration.host_present.is_(False)))
    found = [kind, Declaration.state.not_in(NOT_COUNTED), Declaration.disposition.not_in(NOT_KEPT)]
    if limit.directions and not limit.settings.both_directions:
        found.append(Declaration.direction.in_(sorted(limit.directions)))
    padded = literal(" ") + Declaration.exempt + literal(" ")
    left_out = sorted(limit.settings.leave_out)
    found += [~padded.contains(f" {tag} ", autoescape=True) for tag in left_out]
    found += [func.coalesce(column, "").not_in(left_out) for column in (Declaration.form, Declaration.disposition) if left_out]
    return found


def _named(session: Session, sums: Sequence[tuple[Limit, tuple[int, int, str | None, int, int]]]) -> list[Standing]:
    """The same with the people's and the groups' names."""
    people = sorted({row[0] for _limit, row in sums})
    groups = sorted({row[1] for _limit, row in sums})
    who = {row.id: row for row in session.execute(select(Person.id, Person.name, Person.public_id).where(Person.id.in_(people)))}
    firms = heads_of(session, groups)
    return [
        Standing(
            person,
            who[person].name,
            who[person].public_id,
            group,
            firms[group][0],
            firms[group][1],
            limit,
            direction,
            Money(minor, limit.amount.currency),
            count,
        )
        for limit, (person, group, direction, minor, count) in sums
    ]


def heads_of(session: Session, groups: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Each counterparty group's name, and the public id of the counterparty that stands for it: its oldest not linked away."""
    rows = session.execute(
        select(Counterparty.group_id, CounterpartyGroup.name, Counterparty.public_id)
        .join(CounterpartyGroup, CounterpartyGroup.id == Counterparty.group_id)
        .where(Counterparty.group_id.in_(groups))
        .order_by(Counterparty.group_id, Counterparty.same_as_id.is_not(None), Counterparty.id)
    )
    found: dict[int, tuple[str, str]] = {}
    for group, name, public_id in rows:
        found.setdefault(group, (name, public_id))
    return found
