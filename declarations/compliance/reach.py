"""What an overseer sees, written so that every list walks one index and stops, however many declarations there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, select, true, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from declarations.models import Company, CompanyBelow, Declaration
from declarations.viewer import Viewer
from declarations.visibility import names
from workflows.words import Role

FEW = 8  # companies up to which each one's own index is walked and the walks are merged


@dataclass(frozen=True)
class Reach:
    """The companies a reader oversees; `everything` if that is all there are."""

    companies: frozenset[int]
    everything: bool
    person_id: int

    def seen(self) -> ColumnElement[bool]:
        """The same declarations as `visibility.oversight`: all of these companies, save what names the reader.

        The + 0 keeps the database from walking whole companies; some other condition leads the way.
        """
        inside = true() if self.everything else (Declaration.company_id + 0).in_(sorted(self.companies))
        return and_(inside, ~names(self.person_id))

    def ways(self, companies: frozenset[int] | None = None) -> list[ColumnElement[bool]]:
        """One condition for each company where they are few, so that its index leads; else none."""
        chosen = self.companies if companies is None else companies & self.companies
        if (self.everything and companies is None) or len(chosen) > FEW:
            return [true()]
        return [Declaration.company_id == company for company in sorted(chosen)]


def reach_of(session: Session, viewer: Viewer) -> Reach:
    """What the viewer oversees as compliance officer or internal auditor."""
    companies = viewer.reach(Role.COMPLIANCE_OFFICER) | viewer.reach(Role.INTERNAL_AUDITOR)
    all_there_are = session.scalar(select(func.count()).select_from(Company)) or 0
    return Reach(companies, len(companies) == all_there_are, viewer.person_id)


def companies_of(session: Session, reach: Reach) -> Sequence[Company]:
    """The companies overseen, by name."""
    return session.scalars(
        select(Company).where(Company.id.in_(sorted(reach.companies))).order_by(Company.name, Company.id)
    ).all()


def below(session: Session, reach: Reach, key: str) -> frozenset[int]:
    """The ids of the company with that key and all below it, as far as the reader oversees them."""
    rows = session.scalars(
        select(CompanyBelow.company_id).join(Company, Company.id == CompanyBelow.ancestor_id).where(Company.key == key)
    )
    return frozenset(rows) & reach.companies


def group_currency(session: Session) -> str:
    """The currency of the company above all others."""
    return session.scalars(select(Company.currency).where(Company.parent_id.is_(None)).order_by(Company.id).limit(1)).one()


@dataclass(frozen=True)
class Order:
    """How a list runs: by a column that an index leads with, then by id; `descending` the latest first."""

    column: InstrumentedAttribute[Any]
    descending: bool = True

    def beyond(self, after: tuple[date | datetime, int] | None) -> ColumnElement[bool]:
        """True for what comes after that place."""
        if after is None:
            return true()
        here, there = tuple_(self.column, Declaration.id), tuple_(*after)
        return here < there if self.descending else here > there

    def by(self, key: Any, row_id: Any) -> tuple[Any, Any]:
        """The same order over a selected key and id."""
        return (key.desc(), row_id.desc()) if self.descending else (key, row_id)


FILED = Order(Declaration.filed_at)
HAPPENED = Order(Declaration.occurred_on)
DUE = Order(Declaration.due_on, descending=False)


def walk(ways: Sequence[ColumnElement[bool]], order: Order, after: tuple[date | datetime, int] | None, most: int) -> Subquery:
    """The first `most` (key, id) after a place, each way walked along its own index and the walks merged."""
    walks = []
    for way in ways:
        one = (
            select(order.column.label("key"), Declaration.id.label("id"))
            .where(way, order.beyond(after))
            .order_by(*order.by(order.column, Declaration.id))
            .limit(most)
            .subquery()
        )
        walks.append(select(one.c.key, one.c.id))
    merged = union_all(*walks).subquery() if len(walks) > 1 else walks[0].subquery()
    return select(merged.c.key, merged.c.id).order_by(*order.by(merged.c.key, merged.c.id)).limit(most).subquery()
