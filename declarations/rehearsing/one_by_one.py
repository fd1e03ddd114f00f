"""The engine itself, asked of single declarations as it was asked when they were filed: for whatever has no form in columns."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import snapshot, world
from declarations.models import Counterparty, Declaration, Filing
from declarations.rehearsing.answering import bits
from workflows.case import Company
from workflows.facts import Facts
from workflows.policy.assess import assess, quotes_needed
from workflows.policy.assessment import Assessment
from workflows.policy.in_force import InForce


def filed(session: Session, numbers: Iterable[int]) -> Iterator[tuple[int, int, Facts]]:
    """Id, company and facts of declarations as they stand on file, their counterparty in the group it is in today."""
    wanted = list(numbers)
    for start in range(0, len(wanted), 500):
        query = (
            select(Declaration.id, Declaration.company_id, Filing.facts, Counterparty.group_id)
            .join(Filing, (Filing.declaration_id == Declaration.id) & (Filing.sequence == Declaration.filing))
            .outerjoin(Counterparty, Counterparty.id == Declaration.counterparty_id)
            .where(Declaration.id.in_(wanted[start : start + 500]))
        )
        for row in session.execute(query).all():
            yield row.id, row.company_id, replace(snapshot.facts_from(row.facts), counterparty_group_id=row.group_id)


def assessed(session: Session, number: int, facts: Facts, policy: InForce, company: Company) -> Assessment:
    """What `policy` answers to the declaration with that number in `company`, among all else that stands on file today."""
    items = world.items_around(session, facts, policy=policy, company_id=company.id, besides=number)
    rates = world.rates_for(session, quotes_needed(facts, items, policy, company))
    return assess(facts, items=items, policy=policy, rates=rates, company=company)


def says(assessment: Assessment) -> tuple[int, int, bool]:
    """Outcome, reviews as bits, whether it was not asked beforehand: what a rehearsal compares."""
    missed = any((found.attributes or {}).get("beforehand") == "missed" for found in assessment.findings)
    return int(assessment.outcome), bits(assessment.reviews), missed
