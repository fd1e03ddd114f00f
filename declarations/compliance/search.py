"""Every declaration the reader oversees, filtered: each search walks one index from where the page before ended, and stops.

What no index answers is looked for among the next thousands of the walk; the page then says how far it looked and offers to look
further. Nothing is ever counted beyond a thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, func, select, true
from sqlalchemy.orm import Session

from declarations.compliance.meant import limit_of, meant, members_of, person_of
from declarations.compliance.reach import DUE, FILED, HAPPENED, Order, Reach, below, walk
from declarations.compliance.wanted import WAITING as ANY_WAITING
from declarations.compliance.wanted import Wanted
from declarations.deciding.queries import NAMED
from declarations.models import Declaration
from declarations.visibility import WAITING
from workflows.words import WAITING as WAITING_STATES
from workflows.words import Outcome

PAGE = 30
COUNTED = 1_000
_STEPS = (300, 2_000, 10_000, 40_000)
_LOOKED = 3_000  # how far the count looks where no index answers
Place = tuple[date | datetime, int]


@dataclass(frozen=True)
class Found:
    """A page of declarations. `after` is the next page's place, empty on the last; `looked` is how many were looked through
    without filling the page, None where the page is full or the end was reached. `count` is only told on a first page."""

    rows: Sequence[Declaration]
    after: str = ""
    looked: int | None = None
    count: int | None = None
    more: bool = False  # than `count`
    too_many_names: bool = False


@dataclass(frozen=True)
class _Walk:
    """Which index leads and in what order, and what must hold."""

    ways: Sequence[ColumnElement[bool]]
    order: Order
    filters: Sequence[ColumnElement[bool]]
    too_many_names: bool = False


def search(session: Session, reach: Reach, wanted: Wanted, today: date) -> Found:
    """One page of what is wanted, the latest filed first; by day of the event if a period is asked for, what is due longest
    first if it is about whose turn it is."""
    chosen = _walk(session, reach, wanted, today)
    place = _place(wanted.after, chosen.order)
    ids, after, looked = _page(session, chosen, place)
    rows = {row.id: row for row in session.scalars(select(Declaration).where(Declaration.id.in_(ids)).options(*NAMED))}
    count, more = None, False
    if place is None:
        count, more = _count(session, chosen) if after else (len(ids), False)
    return Found([rows[row_id] for row_id in ids], after, looked, count, more, chosen.too_many_names)


def _page(session: Session, chosen: _Walk, place: Place | None) -> tuple[list[int], str, int | None]:
    """(ids, the next page's place, how many were looked through if that did not fill the page)."""
    order, looked = chosen.order, 0
    ids: list[int] = []
    last = place
    for size in _STEPS:
        step = walk(chosen.ways, order, place, size)
        rows = session.execute(
            select(step.c.key, step.c.id)
            .join(Declaration, Declaration.id == step.c.id)
            .where(*chosen.filters)
            .order_by(*order.by(step.c.key, step.c.id))
            .limit(PAGE + 1 - len(ids))
        ).all()
        for row in rows:
            if len(ids) == PAGE and last is not None:
                return ids, _cursor(last), None
            ids.append(row.id)
            last = (row.key, row.id)
        end = session.execute(
            select(step.c.key, step.c.id).order_by(*order.by(step.c.key, step.c.id)).offset(size - 1).limit(1)
        ).first()
        if end is None:
            return ids, "", None
        place, looked = (end.key, end.id), looked + size
    return ids, _cursor(place) if place else "", looked


def _count(session: Session, chosen: _Walk) -> tuple[int, bool]:
    """How many there are, up to a thousand, and whether there are or may be more."""
    step = walk(chosen.ways, chosen.order, None, _LOOKED)
    some = select(step.c.id).join(Declaration, Declaration.id == step.c.id).where(*chosen.filters).limit(COUNTED + 1).subquery()
    count = session.scalar(select(func.count()).select_from(some)) or 0
    if count > COUNTED:
        return COUNTED, True
    passed = session.scalar(select(func.count()).select_from(step)) or 0
    return count, passed == _LOOKED


def _walk(session: Session, reach: Reach, wanted: Wanted, today: date) -> _Walk:
    companies = below(session, reach, wanted.company) if wanted.company else None
    filters = [reach.seen(), *_filters(session, wanted, companies, today)]
    named, too_many = meant(session, reach, wanted, today)
    if named is not None:
        return _Walk([named], FILED, filters, too_many)
    if wanted.overdue or wanted.turn:
        turn = Declaration.assignee_id == person_of(session, wanted.turn) if wanted.turn else true()
        late = Declaration.due_on < today if wanted.overdue else true()
        return _Walk([and_(WAITING, turn, late)], DUE, filters)
    ways = reach.ways(companies) or [false()]
    if wanted.first_on or wanted.last_on:
        return _Walk([and_(way, _period(wanted)) for way in ways], HAPPENED, filters)
    if wanted.state and reach.everything and companies is None:
        states = sorted(WAITING_STATES) if wanted.state == ANY_WAITING else [wanted.state]
        ways = [Declaration.state == state for state in states]
    return _Walk(ways, FILED, filters)


def _period(wanted: Wanted) -> ColumnElement[bool]:
    first = Declaration.occurred_on >= wanted.first_on if wanted.first_on else true()
    last = Declaration.occurred_on <= wanted.last_on if wanted.last_on else true()
    return and_(first, last)


def _filters(session: Session, wanted: Wanted, companies: frozenset[int] | None, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_period(wanted)]
    if companies is not None:
        found.append((Declaration.company_id + 0).in_(sorted(companies)))
    if wanted.kind:
        found.append(Declaration.kind == wanted.kind)
    if wanted.direction:
        found.append(Declaration.direction == wanted.direction)
    if wanted.state:
        found.append(WAITING if wanted.state == ANY_WAITING else Declaration.state == wanted.state)
    if wanted.cls:
        found.append(Declaration.counterparty_class == wanted.cls)
    if wanted.outcome:
        found.append(Declaration.outcome == Outcome[wanted.outcome.upper()].value)
    if wanted.late:
        found.append(Declaration.days_late > 0)
    if wanted.overdue:
        found.append(and_(WAITING, Declaration.due_on < today))
    if wanted.prohibited:
        found.append(Declaration.prohibited.is_(True))
    if wanted.turn:
        found.append(and_(WAITING, Declaration.assignee_id == person_of(session, wanted.turn)))
    if wanted.firm:
        found.append(Declaration.counterparty_id.in_(members_of(session, wanted.firm)))
    if wanted.person:
        found.append(Declaration.declarant_id == person_of(session, wanted.person))
    if wanted.limit:
        found += limit_of(session, wanted, today)
    return found


def _cursor(place: Place) -> str:
    return f"{place[0].isoformat()}.{place[1]}"


def _place(after: str, order: Order) -> Place | None:
    """Where a cursor points; the beginning if it is none of this order's."""
    when, _dot, row_id = after.rpartition(".")
    try:
        if order is not FILED:
            return date.fromisoformat(when), int(row_id)
        moment = datetime.fromisoformat(when)
        return (moment, int(row_id)) if moment.tzinfo else None
    except ValueError:
        return None
