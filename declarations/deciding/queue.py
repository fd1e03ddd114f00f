"""A reviewer's queue, what is for tomorrow first, and beside it what they passed on and what they decided.

Each way in (mine, for somebody, my pools) is asked by its own index and the first page merged, so that a queue opens as fast
among a million declarations as among a thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from declarations.deciding.lines import Line, lines_of, soon
from declarations.deciding.queries import names_of, surely
from declarations.models import Counterparty, Decider, Declaration, Person
from declarations.viewer import Viewer
from declarations.visibility import WAITING, among_waiting, in_queue_of, names
from workflows.words import Role, State

PAGE = 30
MOST = 100
FEW_POOLS = 12
_MOVING = (State.WITH_MANAGER, State.WITH_COMPLIANCE, State.WITH_EXECUTIVE, State.SENT_BACK)
WAITS, DECIDED = "waiting", "decided"


@dataclass(frozen=True)
class Listing:
    """A page of lines and the address part of the next page, empty if this is the last."""

    lines: Sequence[Line]
    after: str = ""


@dataclass(frozen=True)
class Counts:
    """How many wait for the viewer, 100 meaning that or more; how many of them for tomorrow, today or earlier."""

    all: int
    tomorrow: int
    today: int
    overdue: int
    for_each: tuple[tuple[int, str, int], ...]  # (person, name, how many)


@dataclass(frozen=True)
class Place:
    """A place in the queue (1 is first, 0 not in it) of how many, and the public ids of those before and after; after the last
    comes the first."""

    number: int
    of: int
    before: str
    after: str


def counts(session: Session, viewer: Viewer, today: date) -> Counts:
    """What waits for the viewer, in numbers up to a hundred."""
    rows = session.execute(
        select(Declaration.due_on, Declaration.urgent_on, Declaration.assignee_id, Declaration.assigned_for_id)
        .where(in_queue_of(viewer))
        .limit(MOST)
    ).all()
    for_each = dict.fromkeys(sorted(viewer.stands_in_for), 0)
    for row in rows:
        principal = row.assigned_for_id if row.assigned_for_id in for_each else row.assignee_id
        if principal in for_each:
            for_each[principal] += 1
    called = names_of(session, for_each)
    rest = [row.due_on for row in rows if row.urgent_on is None or not today <= row.urgent_on <= soon(today)]
    return Counts(
        all=len(rows),
        tomorrow=len(rows) - len(rest),
        today=rest.count(today),
        overdue=sum(due is not None and due < today for due in rest),
        for_each=tuple((person, called.get(person, ""), number) for person, number in for_each.items()),
    )


def to_decide(
    session: Session, viewer: Viewer, today: date, *, for_id: int | None = None, find: str = "", after: str = ""
) -> Listing:
    """What waits for the viewer, or only what they decide for `for_id`, most urgent first; `find` is part of a name."""
    wanted = _found(find)
    if for_id is not None:
        wanted.append(or_(Declaration.assigned_for_id == for_id, Declaration.assignee_id == for_id))
    cursor = _cursor(after)
    first = [] if cursor else _urgent(session, viewer, today, wanted)
    rest = _rest(session, viewer, today, PAGE + 1, wanted=wanted, after=cursor)
    page = rest[:PAGE]
    lines = lines_of(session, viewer, [*first, *(row_id for _, row_id in page)], today)
    return Listing(lines, f"{page[-1][0].isoformat()}.{page[-1][1]}" if len(rest) > PAGE else "")


def place_of(session: Session, viewer: Viewer, declaration: Declaration, today: date) -> Place:
    """Where the declaration stands in the viewer's queue, as far as a queue of a hundred goes."""
    ids = _urgent(session, viewer, today) + [row_id for _, row_id in _rest(session, viewer, today, MOST)]
    place = ids.index(declaration.id) + 1 if declaration.id in ids else 0
    before = ids[place - 2] if place > 1 else 0
    after = ids[place] if place < len(ids) else ids[0] if place > 1 else 0
    rows = session.execute(select(Declaration.id, Declaration.public_id).where(Declaration.id.in_([before, after])))
    public = {row.id: row.public_id for row in rows}
    return Place(place, min(len(ids), MOST), public.get(before, ""), public.get(after, ""))


def waiting_on_others(session: Session, viewer: Viewer, today: date, *, find: str = "") -> Listing:
    """What the viewer asked about or passed on and somebody else must now move, the one decided last first."""
    moving = Declaration.state.in_(_MOVING)
    return _by_decision(session, viewer, today, and_(moving, ~surely(in_queue_of(viewer))), find, "")


def decided(session: Session, viewer: Viewer, today: date, *, find: str = "", after: str = "") -> Listing:
    """What the viewer decided, or what was decided for them, and is at rest; the last one first."""
    return _by_decision(session, viewer, today, Declaration.state.not_in(_MOVING), find, after)


def _by_decision(session: Session, viewer: Viewer, today: date, which: ColumnElement[bool], find: str, after: str) -> Listing:
    """Each declaration once, by the last decision on it that was the viewer's or taken for them."""
    later = aliased(Decider)
    theirs = or_(later.person_id == viewer.person_id, later.on_behalf_of_id == viewer.person_id)
    last = ~exists().where(later.declaration_id == Decider.declaration_id, later.id > Decider.id, theirs)
    found: set[tuple[int, int]] = set()
    for way in (Decider.person_id == viewer.person_id, Decider.on_behalf_of_id == viewer.person_id):
        query = (
            select(Decider.id, Decider.declaration_id)
            .join(Declaration, Declaration.id == Decider.declaration_id)
            .where(way, last, which, ~names(viewer.person_id), *_found(find))
            .order_by(Decider.id.desc())
            .limit(PAGE + 1)
        )
        if after.isdigit():
            query = query.where(Decider.id < int(after))
        found |= {(decision, declaration) for decision, declaration in session.execute(query)}
    page = sorted(found, reverse=True)[:PAGE]
    lines = lines_of(session, viewer, [declaration for _, declaration in page], today)
    return Listing(lines, str(page[-1][0]) if len(found) > PAGE else "")


def _urgent(session: Session, viewer: Viewer, today: date, wanted: Sequence[ColumnElement[bool]] = ()) -> list[int]:
    """The queue's declarations about an event that is near, by an index on just those days."""
    near = and_(Declaration.urgent_on >= today, Declaration.urgent_on <= soon(today))
    query = select(Declaration.id).where(WAITING, near, among_waiting(viewer), *wanted)
    return list(session.scalars(query.order_by(Declaration.urgent_on, Declaration.due_on, Declaration.id).limit(MOST)))


def _rest(
    session: Session,
    viewer: Viewer,
    today: date,
    most: int,
    *,
    wanted: Sequence[ColumnElement[bool]] = (),
    after: tuple[date, int] | None = None,
) -> list[tuple[date, int]]:
    """The first `most` (due day, id) of all others in the queue after a cursor: each way in by its own index, then merged."""
    near = surely(and_(Declaration.urgent_on >= today, Declaration.urgent_on <= soon(today)))
    known = (WAITING, ~near, Declaration.declarant_id != viewer.person_id, ~names(viewer.person_id), *wanted)
    found: set[tuple[date, int]] = set()
    for way in _ways(viewer):
        query = select(Declaration.due_on, Declaration.id).where(way, *known)
        if after is not None:
            query = query.where(tuple_(Declaration.due_on, Declaration.id) > tuple_(*after))
        rows = session.execute(query.order_by(Declaration.due_on, Declaration.id).limit(most))
        found |= {(row.due_on, row.id) for row in rows if row.due_on is not None}
    return sorted(found)[:most]


def _ways(viewer: Viewer) -> list[ColumnElement[bool]]:
    """Each way into the viewer's queue (together they are visibility.in_queue_of).

    Few pools are asked one by one. Many are asked at once by due day, the sum keeping the database from sorting them by pool.
    """
    turns = sorted({viewer.person_id, *viewer.stands_in_for})
    ways = [Declaration.assignee_id == person for person in turns] + [Declaration.assigned_for_id == viewer.person_id]
    pools = sorted(viewer.reach(Role.COMPLIANCE_OFFICER))
    nobody = Declaration.assignee_id.is_(None)
    if len(pools) <= FEW_POOLS:
        return ways + [and_(nobody, Declaration.pool_company_id == pool) for pool in pools]
    return [*ways, and_(nobody, (Declaration.pool_company_id + 0).in_(pools))]


def _found(find: str) -> list[ColumnElement[bool]]:
    """The condition that a person's or firm's name holds what was typed."""
    typed = find.strip().lower()
    if not typed:
        return []
    pattern = "%" + typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    person, firm = aliased(Person), aliased(Counterparty)
    by_person = exists().where(person.id == Declaration.declarant_id, func.lower(person.name).like(pattern, escape="\\"))
    by_firm = exists().where(firm.id == Declaration.counterparty_id, func.lower(firm.name).like(pattern, escape="\\"))
    return [or_(by_person, by_firm)]


def _cursor(after: str) -> tuple[date, int] | None:
    day, _dot, row_id = after.rpartition(".")
    try:
        return date.fromisoformat(day), int(row_id)
    except ValueError:
        return None
