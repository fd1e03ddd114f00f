"""Counterparties as compliance sees them: names and spellings, what counts together, and who may be the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import Session, aliased

from declarations.compliance.by_value import of_groups
from declarations.compliance.lately import Recent
from declarations.compliance.patterns import alike
from declarations.compliance.reach import Reach
from declarations.compliance.wanted import Wanted
from declarations.counterparties import ALIKE, Suggestion, landed, suggest
from declarations.errors import NotFound
from declarations.models import Counterparty, Declaration, Disclosure, Event, Person, Spelling
from workflows.money import Money
from workflows.words import CounterpartyClass

LIKELY = 6
LINKING = (
    "counterparty:linked",
    "counterparty:unlinked",
    "counterparty:grouped",
    "counterparty:ungrouped",
    "counterparty:corrected",
)


@dataclass(frozen=True)
class Firm:
    """A counterparty with its spellings, those that are the same, and those that only count with it.

    The names are those the reader may know; `moving` (ids of what moves when it is linked: itself and all that are the same) and
    `members` (ids of all that count together) are complete.
    """

    row: Counterparty
    spellings: tuple[str, ...]
    same_as: Counterparty | None
    sames: tuple[Counterparty, ...]
    sisters: tuple[Counterparty, ...]
    likely: tuple[Suggestion, ...]
    moving: tuple[int, ...]
    members: tuple[int, ...]


@dataclass(frozen=True)
class Happening:
    """A change in the record: what, when, by whom, why, and the other counterparty's name."""

    action: str
    at: datetime
    by: str
    reason: str
    other: str


@dataclass(frozen=True)
class Pair:
    """Two counterparties that may be one, with what they would come to together in twelve months."""

    first: Counterparty
    second: Counterparty
    together: Money | None


def allowed(reach: Reach) -> ColumnElement[bool]:
    """Firms are known to everybody who can look them up; a private person only to whoever sees a declaration about them."""
    mine = exists().where(Declaration.counterparty_id == Counterparty.id, reach.seen())
    return or_(Counterparty.class_ != CounterpartyClass.PRIVATE_PERSON, mine)


def counterparty(session: Session, reach: Reach, public_id: str) -> Counterparty:
    """The counterparty. Raises NotFound if there is none, or none the reader may know of."""
    row = session.scalars(select(Counterparty).where(Counterparty.public_id == public_id, allowed(reach))).one_or_none()
    if row is None:
        raise NotFound
    return row


def firm(session: Session, reach: Reach, public_id: str) -> Firm:
    """All about one counterparty. Raises NotFound as `counterparty` does."""
    row = counterparty(session, reach, public_id)
    group = session.scalars(
        select(Counterparty).where(Counterparty.group_id == row.group_id).order_by(Counterparty.name, Counterparty.id)
    ).all()
    same = {row.id}
    while more := {one.id for one in group if one.same_as_id in same} - same:
        same |= more
    members = [one.id for one in group]
    known = set(session.scalars(select(Counterparty.id).where(Counterparty.id.in_(members), allowed(reach))))
    sames = tuple(one for one in group if one.id in same & known and one.id != row.id)
    written = session.scalars(
        select(Spelling.written).where(Spelling.counterparty_id.in_(sorted(same & known))).order_by(Spelling.id).limit(50)
    )
    end = landed(session, row)
    return Firm(
        row=row,
        spellings=tuple(dict.fromkeys([*written, *(one.name for one in sames)])),
        same_as=end if row.same_as_id is not None else None,
        sames=sames,
        sisters=tuple(one for one in group if one.id in known - same and one.same_as_id is None and one.id != end.id),
        likely=tuple(likely(session, reach, row)) if row.same_as_id is None else (),
        moving=tuple(sorted(same)),
        members=tuple(members),
    )


def likely(session: Session, reach: Reach, row: Counterparty) -> list[Suggestion]:
    """Who may be the same and counts apart, likeliest first."""
    found = [one for one in suggest(session, row.name, LIKELY * 3) if one.id != row.id and one.score >= ALIKE]
    others = select(Counterparty.id).where(
        Counterparty.id.in_([one.id for one in found]), Counterparty.group_id != row.group_id, allowed(reach)
    )
    apart = set(session.scalars(others))
    return [one for one in found if one.id in apart][:LIKELY]


def called(session: Session, reach: Reach, text: str, besides: Counterparty | None = None) -> list[Suggestion]:
    """Whom a text may mean, as far as the reader may know of them, likeliest first."""
    found = suggest(session, text, 20)
    known = set(session.scalars(select(Counterparty.id).where(Counterparty.id.in_([one.id for one in found]), allowed(reach))))
    return [one for one in found if one.id in known and (besides is None or one.id != besides.id)]


def pairs_alike(session: Session, reach: Reach, recent: Sequence[Recent], today: date) -> list[Pair]:
    """Firms among the busiest whose names are alike and that count apart, with what they come to together."""
    found = alike(recent, LIKELY)
    ids = {row_id for one in found for row_id in (one.first_id, one.second_id)}
    rows = {row.id: row for row in session.scalars(select(Counterparty).where(Counterparty.id.in_(sorted(ids))))}
    groups = sorted({row.group_id for row in rows.values()})
    sums = {giver.group_id: giver for giver in of_groups(session, reach, groups, today)}
    pairs = []
    for one in found:
        first, second = rows[one.first_id], rows[one.second_id]
        both = [sums[group] for group in (first.group_id, second.group_id) if group in sums]
        together = Money(sum(giver.total.minor for giver in both), both[0].total.currency) if both else None
        pairs.append(Pair(first, second, together))
    return pairs


def happenings(session: Session, row: Counterparty) -> list[Happening]:
    """What was linked, grouped and corrected, by whom and why, the latest first."""
    events = session.execute(
        select(Event, Person.name)
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(Event.stream == f"counterparty/{row.public_id}", Event.action.in_(LINKING))
        .order_by(Event.sequence.desc())
        .limit(20)
    ).all()
    said = {
        (one.event_id, one.name): one.value
        for one in session.scalars(select(Disclosure).where(Disclosure.event_id.in_([event.id for event, _name in events])))
    }
    return [
        Happening(
            event.action,
            event.at,
            name or "",
            str(said.get((event.id, "reason"), "")),
            str(said.get((event.id, "other"), "")),
        )
        for event, name in events
    ]


def undoable(session: Session, row: Counterparty) -> str:
    """What of the linking can be undone: "linked", "grouped" or nothing."""
    if row.same_as_id is not None:
        return "linked"
    other = aliased(Counterparty)
    together = exists().where(other.group_id == row.group_id, other.id != row.id, other.same_as_id.is_(None))
    actions = session.scalars(
        select(Event.action)
        .where(
            Event.stream == f"counterparty/{row.public_id}",
            Event.action.in_(("counterparty:grouped", "counterparty:ungrouped")),
        )
        .order_by(Event.sequence)
    ).all()
    standing = sum(1 if action == "counterparty:grouped" else -1 for action in actions)
    return "grouped" if standing > 0 and session.scalar(select(together)) else ""


def at_the_end(session: Session, reach: Reach, public_id: str) -> Counterparty:
    """The counterparty, or the one it is the same as. Raises NotFound as `counterparty` does."""
    return landed(session, counterparty(session, reach, public_id))


@dataclass(frozen=True)
class About:
    """Names of the person, the counterparty and the assignee a search is about; empty where it is about none."""

    person: str = ""
    firm: str = ""
    turn: str = ""


def about(session: Session, reach: Reach, wanted: Wanted) -> About:
    """The names behind the public ids in a search, of those the reader may know of."""

    def name_of(public_id: str) -> str:
        known = true() if reach.everything else or_(Person.company_id.in_(sorted(reach.companies)), Person.id == reach.person_id)
        return (session.scalar(select(Person.name).where(Person.public_id == public_id, known)) or "") if public_id else ""

    firm_name = select(Counterparty.name).where(Counterparty.public_id == wanted.firm, allowed(reach))
    return About(
        person=name_of(wanted.person),
        firm=(session.scalar(firm_name) or "") if wanted.firm else "",
        turn=name_of(wanted.turn),
    )
