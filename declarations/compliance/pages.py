"""A person's page and a counterparty's page: what is known, what was declared, and where totals stand against limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import Session, joinedload

from declarations.compliance.firms import Firm, Happening, firm, happenings, undoable
from declarations.compliance.reach import Reach, group_currency
from declarations.compliance.search import search
from declarations.compliance.totals import Standing, standings
from declarations.compliance.wanted import Wanted
from declarations.errors import NotFound
from declarations.models import Declaration, Person
from declarations.twelve_months import Year, twelve_months
from workflows.policy.windows import months_before

SHOWN = 8
_PEOPLE = 300


@dataclass(frozen=True)
class PersonPage:
    """A colleague as compliance sees them."""

    row: Person
    manager: Person | None
    rows: Sequence[Declaration]
    standings: Sequence[Standing]
    year: Year


@dataclass(frozen=True)
class FirmPage:
    """A counterparty as compliance sees it, with everything that counts together with it."""

    firm: Firm
    rows: Sequence[Declaration]
    standings: Sequence[Standing]
    year: Year
    happenings: Sequence[Happening]
    undoable: str


def person_page(session: Session, reach: Reach, public_id: str, today: date) -> PersonPage:
    """Everything about one person. Raises NotFound unless the reader oversees their company or sees something they declared."""
    declared = exists().where(Declaration.declarant_id == Person.id, reach.seen())
    known: ColumnElement[bool] = true() if reach.everything else or_(Person.company_id.in_(sorted(reach.companies)), declared)
    row = session.scalars(
        select(Person).where(Person.public_id == public_id, known).options(joinedload(Person.manager))
    ).one_or_none()
    if row is None:
        raise NotFound
    return PersonPage(
        row=row,
        manager=row.manager,
        rows=search(session, reach, Wanted(person=public_id), today).rows[:SHOWN],
        standings=standings(session, reach, [(row.id, row.company_id)], today)[:30],
        year=twelve_months(
            session,
            reach.seen() & (Declaration.declarant_id == row.id) & (Declaration.base_currency == row.company.currency),
            Declaration.base_minor,
            row.company.currency,
            today,
        ),
    )


def firm_page(session: Session, reach: Reach, public_id: str, today: date) -> FirmPage:
    """Everything about one counterparty. Raises NotFound if the reader may not know of it."""
    one = firm(session, reach, public_id)
    people = session.execute(
        select(Declaration.declarant_id, Person.company_id)
        .join(Person, Person.id == Declaration.declarant_id)
        .where(Declaration.counterparty_id.in_(one.members), Declaration.occurred_on > months_before(today, 24), reach.seen())
        .distinct()
        .limit(_PEOPLE)
    )
    who = [(row.declarant_id, row.company_id) for row in people]
    found = standings(session, reach, who, today, firms=one.members)
    return FirmPage(
        firm=one,
        rows=search(session, reach, Wanted(firm=public_id), today).rows[:SHOWN],
        standings=sorted(found, key=lambda standing: -standing.share)[:30],
        year=twelve_months(
            session,
            reach.seen() & Declaration.counterparty_id.in_(one.members),
            Declaration.group_minor,
            group_currency(session),
            today,
        ),
        happenings=happenings(session, one.row),
        undoable=undoable(session, one.row),
    )
