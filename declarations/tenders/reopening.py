"""A tender entered after things of its days were declared re-opens them: each gets a flag and an event, and stays as it was.

A flag of a tender names the declaration itself as its cause, has the tender's days, and with each rule the tender.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import world
from declarations.counterparties import alone_with
from declarations.models import Company, Counterparty, Declaration, Filing, Recheck, Tender
from declarations.rechecking import filed_as, flag_of, keep
from declarations.tenders.queries import quiet_periods, tenders_of
from workflows.policy.recheck import Quieted, quieted
from workflows.words import Role, State

_NOT_FILED = (State.DRAFT.value, State.WITHDRAWN.value)


def reopen(session: Session, tender: Tender, *, officer_id: int, now: datetime) -> list[str]:
    """Flag what was declared of the tender's counterparty group in its days and now falls under a rule it did not; the public ids.

    What was taken over from an old register is left alone: nobody decided it here.
    """
    group = session.scalars(select(Counterparty.group_id).where(Counterparty.id == tender.counterparty_id)).one()
    alone_with(session, tenders_of(group))  # what is being filed at this moment has been told of the tender, or is found below
    rows = session.execute(
        select(Declaration, Filing, Company)
        .join(Filing, (Filing.declaration_id == Declaration.id) & (Filing.sequence == Declaration.filing))
        .join(Company, Company.id == Declaration.company_id)
        .join(Counterparty, Counterparty.id == Declaration.counterparty_id)
        .where(
            Counterparty.group_id == group,
            Declaration.occurred_on.between(tender.first_on, tender.last_on),
            Declaration.state.not_in(_NOT_FILED),
            Declaration.imported_from.is_(None),
        )
        .order_by(Declaration.occurred_on, Declaration.id)
    ).all()
    found = []
    for row, filing, company in rows:
        change = _change(session, row, filing, company, group, now)
        if change is not None and not _is_open(session, row, tender, change):
            flag = flag_of(row, change, (tender.first_on, tender.last_on), now)
            flag.rules = [{**rule, "tender": tender.public_id} for rule in flag.rules]
            public = {"declaration": row.number, "tender": tender.public_id}
            found.append(keep(session, flag, row, Role.COMPLIANCE_OFFICER, officer_id, public))
    return found


def _change(session: Session, row: Declaration, filing: Filing, company: Company, group: int, now: datetime) -> Quieted | None:
    """What all tenders known now mean for it: in its company, a second one of whoever declared it, and those above."""
    filed = filed_as(session, row, filing, company, now)
    if "quiet_period" not in filed.policy.asks:
        return None
    on = filed.facts.occurred_on or filed.facts.filed_on
    second = world.second_company(session, filed.facts.declarant_id, on)
    bound = {row.company_id} | ({second.id} if second else set())
    return quieted(filed, quiet_periods(session, group_id=group, company_ids=bound, on=on))


def _is_open(session: Session, row: Declaration, tender: Tender, change: Quieted) -> bool:
    """Whether the same is waiting for compliance already."""
    waiting = select(Recheck).where(Recheck.declaration_id == row.id, Recheck.cause_id == row.id, Recheck.settled_at.is_(None))
    asked = {(finding.document, finding.rule, tender.public_id) for finding in change.findings}
    return any(
        {(one["document"], one["rule"], one["tender"]) for one in flag.rules} == asked for flag in session.scalars(waiting)
    )
