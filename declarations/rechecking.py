"""In the transaction of a late entry: every declaration it lifts over a limit gets a flag and an event, and stays as it was.

Whose turn it is, the state and the decisions of the re-checked declaration do not change; compliance looks at it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import snapshot, world
from declarations.evidence.record import Entry, append
from declarations.models import Company, Declaration, Filing, Recheck
from workflows.case import Case, World
from workflows.facts import Facts, Item
from workflows.money import Money, half_up
from workflows.policy.assess import quotes_needed
from workflows.policy.in_force import day_in_force
from workflows.policy.recheck import Filed, Lifted, Quieted, dated_after, lifted
from workflows.words import Direction, Disposition, Kind, Role, State

STREAM = "recheck"


def reopen(session: Session, late: Declaration, around: World, *, before: Case | None, actor_id: int | None) -> list[str]:
    """Flag what the filing of `late` that was just written lifts over a limit, and return the flags' public ids.

    `around` is the world it was filed in; `before` the case before it was corrected, None where it is new. Nothing is asked of
    the database unless something of the same people is dated after it. What was taken over from an old register is left alone:
    nobody decided it here, and it may land in any order.
    """
    touched = dated_after(around.items, late.occurred_on)
    if not touched or late.imported_from is not None:
        return []
    session.flush()
    rows = session.execute(
        select(Declaration, Filing, Company)
        .join(Filing, (Filing.declaration_id == Declaration.id) & (Filing.sequence == Declaration.filing))
        .join(Company, Company.id == Declaration.company_id)
        .where(Declaration.id.in_(touched), Declaration.imported_from.is_(None))
        .order_by(Declaration.occurred_on, Declaration.id)
    ).all()
    found = []
    for row, filing, company in rows:
        filed = _filed(session, row, filing, company, late, before, around.now)
        change = lifted(filed, late.id)
        if change is not None and not _is_open(session, row, late, change):
            found.append(_flag(session, row, late, change, around.now, actor_id))
    return found


def _filed(
    session: Session, row: Declaration, filing: Filing, company: Company, late: Declaration, before: Case | None, now: datetime
) -> Filed:
    now_there = filed_as(session, row, filing, company, now)
    within = now_there.within
    without = tuple(item for item in within if item.declaration_id != late.id)
    if before is not None:
        without = (*without, _item_of(late, before))
    rates = world.rates_for(session, quotes_needed(now_there.facts, (*within, *without), now_there.policy, now_there.company))
    return replace(now_there, without=without, rates=rates)


def filed_as(session: Session, row: Declaration, filing: Filing, company: Company, now: datetime) -> Filed:
    """The filing with the policy of its own day, and beside it everything else that counts `now`."""
    facts = snapshot.facts_from(filing.facts)
    line = world.companies_above(session, row.company_id)
    policy = world.policy_of(session, facts.declarant_id, line, day_in_force(facts))
    here = world.company_facts(company, now)
    items = world.items_around(session, facts, policy=policy, company_id=row.company_id, besides=row.id)
    rates = world.rates_for(session, quotes_needed(facts, items, policy, here))
    return Filed(row.id, facts, snapshot.assessment_from(filing.assessment), items, items, policy, rates, here)


def _item_of(late: Declaration, before: Case) -> Item:
    """The late entry as totals saw it before it was corrected; it is converted anew at the rate of its day, as it was then."""
    facts = before.facts
    return Item(
        declaration_id=late.id,
        number=late.number,
        declarant_id=facts.declarant_id,
        kind=Kind(facts.kind),
        direction=Direction(facts.direction) if facts.direction else None,
        occurred_on=facts.occurred_on or facts.filed_on,
        counterparty_group_id=facts.counterparty_group_id,
        counterparty_class=facts.counterparty_class,
        value=_share(facts),
        base=None,
        form=facts.form,
        disposition=Disposition(facts.disposition),
        state=State(before.state),
        exempt=facts.exempt,
        heads=facts.heads,
        host_present=facts.host_present,
        tax=facts.tax,
        delivery=facts.delivery,
        own_share=facts.own_share,
        occasion=facts.occasion,
        outside=facts.outside,
        event=facts.event,
        household=facts.household,
    )


def _share(facts: Facts) -> Money | None:
    if facts.value is None:
        return None
    return Money(half_up(Fraction(facts.value.minor, max(facts.heads, 1))), facts.value.currency)


def _is_open(session: Session, row: Declaration, late: Declaration, change: Lifted) -> bool:
    """Whether the same is waiting for compliance already: another correction of the late entry tells nothing new."""
    waiting = select(Recheck).where(Recheck.declaration_id == row.id, Recheck.cause_id == late.id, Recheck.settled_at.is_(None))
    return any(_rules(one) == _found(change) for one in session.scalars(waiting))


def _rules(row: Recheck) -> set[tuple[str, str]]:
    return {(one["document"], one["rule"]) for one in row.rules}


def _found(change: Lifted) -> set[tuple[str, str]]:
    return {(finding.document, finding.rule) for finding in change.findings}


def _flag(session: Session, row: Declaration, late: Declaration, change: Lifted, now: datetime, actor_id: int | None) -> str:
    total, limit = change.total, change.limit
    assert total.window is not None
    flag = flag_of(row, change, total.window, now)
    flag.cause_id, flag.cause_filing = late.id, late.filing
    if total.money:
        flag.total_minor, flag.currency = total.money.minor, total.money.currency
    flag.limit_minor = limit.money.minor if limit.money else None
    flag.counted, flag.counted_limit = total.number, limit.number
    public = {"declaration": row.number, "late": late.number, "filing": late.filing}
    return keep(session, flag, row, Role.DECLARANT, actor_id, public)


def flag_of(row: Declaration, change: Lifted | Quieted, days: tuple[date, date], now: datetime) -> Recheck:
    """A flag on `row` for what `days` change for it, caused by nothing but itself yet, without sums."""
    return Recheck(
        declaration_id=row.id,
        cause_id=row.id,
        cause_filing=row.filing,
        rules=[
            {"document": each.document, "rule": each.rule, "clause": each.clause, "heading": each.heading}
            for each in change.findings
        ],
        old_outcome=int(change.old.outcome),
        old_reviews=" ".join(review.slug for review in change.old.reviews),
        new_outcome=int(change.new.outcome),
        new_reviews=" ".join(review.slug for review in change.new.reviews),
        first_on=days[0],
        last_on=days[1],
        at=now,
    )


def keep(
    session: Session, flag: Recheck, row: Declaration, role: Role, actor_id: int | None, public: Mapping[str, object]
) -> str:
    """Keep the flag on `row` with its event; the answer is its public id."""
    session.add(flag)
    session.flush()
    entry = Entry(
        stream=f"{STREAM}/{flag.public_id}",
        action="recheck:opened",
        at=flag.at,
        role=role,
        actor_id=actor_id,
        company_id=row.company_id,
        public=public,
        personal={"row": snapshot.row_of(flag)},
    )
    append(session, entry, begins=True)
    return flag.public_id
