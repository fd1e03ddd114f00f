"""Linking: only a compliance officer says that two counterparties are one, or count as one, always with a reason, in the record.

What counts together changes for past and future declarations alike, since totals are reckoned by group; no declaration changes.
"""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.compliance import linking
from declarations.compliance.firms import Firm, firm, undoable
from declarations.compliance.reach import reach_of
from declarations.counterparties import alone_with, alone_with_number, create_group, keep_spelling, landed, normalise_number
from declarations.counterparty_events import tell, tell_group
from declarations.evidence.hand import Hand
from declarations.extensions import writing
from declarations.models import Counterparty, CounterpartyGroup, Event
from declarations.viewer import Viewer, roles_of
from workflows.case import Forbidden, Invalid, Stale
from workflows.spelling import LONGEST_NAME, tidy
from workflows.words import N_, Role

_LINKING = "counterparty/linking"  # held before anything is read: what moves along with one could be moving along with another
_CHANGED = N_("Somebody linked or corrected one of the two meanwhile. Please look again.")


def link(*, officer: Viewer, public_id: str, other_public_id: str, how: str, seen: str, reason: str) -> None:
    """Say that one counterparty is the same as another (`how` is "same"), or only counts with it ("group").

    `seen` is what the confirmation showed. Raises NotFound, Forbidden, Stale, or Invalid with a sentence.
    """
    with writing() as session:
        alone_with(session, _LINKING)
        moving = _own(session, officer, public_id)
        other = landed(session, _own(session, officer, other_public_id).row)
        if linking.seen(moving, other) != seen:
            raise Stale("changed", _CHANGED)
        _check_link(moving, other, how)
        before, hand = moving.row.group_id, _hand(officer)
        _to_group(session, moving, other.group_id, hand)
        if how == linking.SAME:
            moving.row.same_as_id = other.id
        session.flush()
        tell(
            session,
            moving.row,
            hand,
            "counterparty:linked" if how == linking.SAME else "counterparty:grouped",
            public={"to": other.id, "group_before": before, "group": other.group_id},
            personal={"reason": _reason(reason), "other": other.name},
        )


def _check_link(moving: Firm, other: Counterparty, how: str) -> None:
    if other.id in moving.moving:
        raise Invalid("linking", N_("These two are the same already."))
    if moving.row.same_as_id is not None:
        raise Invalid("linking", N_("This one is linked already. Undo that first."))
    if how == linking.GROUP and other.group_id == moving.row.group_id:
        raise Invalid("linking", N_("These two count together already."))


def undo(*, officer: Viewer, public_id: str, reason: str) -> None:
    """Take the last linking back: what was linked is a counterparty of its own again, in the group it had before.

    Raises NotFound, Forbidden, or Invalid where nothing is left to undo.
    """
    with writing() as session:
        alone_with(session, _LINKING)
        moving = _own(session, officer, public_id)
        what = undoable(session, moving.row)
        if not what:
            raise Invalid("linking", N_("There is nothing to undo."))
        other = moving.same_as or next(iter(moving.sisters), moving.row)
        hand = _hand(officer)
        group = _group_before(session, moving.row, what, hand)
        left = moving.row.group_id
        moving.row.same_as_id = None
        _to_group(session, moving, group, hand)
        session.flush()
        tell(
            session,
            moving.row,
            hand,
            "counterparty:unlinked" if what == "linked" else "counterparty:ungrouped",
            public={"group_before": left, "group": group},
            personal={"reason": _reason(reason), "other": other.name},
        )


def correct(
    *,
    officer: Viewer,
    public_id: str,
    name: str,
    class_: str,
    country: str | None,
    registered_number: str | None,
    reason: str,
) -> None:
    """Correct what is known of a counterparty (`country` is ISO 3166-1 alpha-2). The old name stays one of its spellings, and
    declarations keep the class they were filed with.

    Raises NotFound, Forbidden, or Invalid with a sentence per field.
    """
    with writing() as session:
        row = _own(session, officer, public_id).row
        session.scalars(select(Counterparty.id).where(Counterparty.id == row.id).with_for_update(key_share=True)).one()
        session.refresh(row)
        name, number = tidy(name)[:LONGEST_NAME], normalise_number(registered_number, country)
        if number:
            alone_with_number(session, number)
        _check_correction(session, row, name, country, number)
        changed = {
            field: value
            for field, value in (("name", name), ("class_", class_), ("country", country), ("registered_number", number))
            if value != getattr(row, field)
        }
        if not changed:
            raise Invalid("correction", N_("Nothing is different yet."))
        hand, group = _hand(officer), session.get_one(CounterpartyGroup, row.group_id)
        if "name" in changed and group.name == row.name:
            group.name = name
            tell_group(session, group.id, group.name, hand)
        keep_spelling(session, row, row.name, hand)
        for field, value in changed.items():
            setattr(row, field, value)
        keep_spelling(session, row, name, hand)
        session.flush()
        tell(
            session,
            row,
            hand,
            "counterparty:corrected",
            public={"fields": sorted(field.rstrip("_") for field in changed), "class": row.class_, "country": row.country},
            personal={"reason": _reason(reason), "name": row.name, "registered_number": row.registered_number or ""},
        )


def _check_correction(session: Session, row: Counterparty, name: str, country: str | None, number: str | None) -> None:
    if not name:
        raise Invalid("correction", N_("Please write the name."), {"name": N_("Please write the name.")})
    if number is None or country is None:
        return
    holder = session.scalars(
        select(Counterparty).where(
            Counterparty.country == country, Counterparty.registered_number == number, Counterparty.id != row.id
        )
    ).first()
    if holder is not None and landed(session, holder).id != landed(session, row).id:
        sentence = N_("Another counterparty has this number. Link the two instead.")
        raise Invalid("correction", sentence, {"registered_number": sentence})


def _own(session: Session, officer: Viewer, public_id: str) -> Firm:
    """The counterparty as the officer sees it now. Raises Forbidden unless they hold the role at this moment."""
    if Role.COMPLIANCE_OFFICER not in roles_of(session, officer.person_id):
        raise Forbidden("role", N_("Only compliance officers link and correct counterparties."))
    return firm(session, reach_of(session, officer), public_id)


def _to_group(session: Session, moving: Firm, group_id: int, hand: Hand) -> None:
    """What moves goes to the group; who only moves along hears of it in their own stream."""
    for row in session.scalars(select(Counterparty).where(Counterparty.id.in_(moving.moving)).order_by(Counterparty.id)):
        if row.id != moving.row.id:
            moved = {"with": moving.row.id, "group_before": row.group_id, "group": group_id}
            tell(session, row, hand, "counterparty:moved_along", moved)
        row.group_id = group_id


def _group_before(session: Session, row: Counterparty, what: str, hand: Hand) -> int:
    """The group it had before the linking that still holds; linkings and their undoings are read like brackets."""
    done, undone = ("linked", "unlinked") if what == "linked" else ("grouped", "ungrouped")
    events = session.scalars(
        select(Event)
        .where(
            Event.stream == f"counterparty/{row.public_id}",
            Event.action.in_((f"counterparty:{done}", f"counterparty:{undone}")),
        )
        .order_by(Event.sequence)
    )
    standing: list[int] = []
    for event in events:
        if event.action == f"counterparty:{undone}":
            standing.pop()
        else:
            standing.append(json.loads(event.body)["public"]["group_before"])
    if standing:
        return standing[-1]
    return create_group(session, row.name, hand)


def _hand(officer: Viewer) -> Hand:
    return Hand(clock.now(), Role.COMPLIANCE_OFFICER, officer.person_id, officer.company_id)


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise Invalid("linking", N_("Please say why."), {"reason": N_("Please say why.")})
    return reason
