"""What becomes of a counterparty is told in a stream of its own, whole enough that its rows can be held against it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from declarations.evidence.hand import Hand
from declarations.evidence.record import append
from declarations.models import Counterparty

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def tell(
    session: Session,
    row: Counterparty,
    hand: Hand,
    action: str,
    public: Mapping[str, Any],
    personal: Mapping[str, Any] = _NOTHING,
    *,
    begins: bool = False,
) -> None:
    """Append an event to the counterparty's stream; `begins` says that the counterparty is made in this transaction."""
    entry = hand.entry(f"counterparty/{row.public_id}", action, public=public, personal=personal)
    append(session, entry, begins=begins)


def tell_created(session: Session, row: Counterparty, hand: Hand) -> None:
    """A counterparty that is new: all its columns."""
    public = {"id": row.id, "class": row.class_, "country": row.country, "currency": row.currency, "group": row.group_id}
    personal = {"name": row.name, "registered_number": row.registered_number or ""}
    tell(session, row, hand, "counterparty:created", public, personal, begins=True)


def tell_number(session: Session, row: Counterparty, hand: Hand) -> None:
    """A registered number, and with it a country, that were not known before."""
    personal = {"registered_number": row.registered_number or ""}
    tell(session, row, hand, "counterparty:number_learned", {"country": row.country}, personal)


def tell_spelling(session: Session, spelling_id: int, written: str, row: Counterparty, hand: Hand) -> None:
    """A way its name was written."""
    tell(session, row, hand, "counterparty:spelled", {"spelling": spelling_id}, {"written": written})


def tell_group(session: Session, group_id: int, name: str, hand: Hand, *, begins: bool = False) -> None:
    """A group is made (`begins`), or gets another name."""
    stream = f"counterparty_group/{group_id}"
    entry = hand.entry(stream, "counterparty_group:named", public={"id": group_id}, personal={"name": name})
    append(session, entry, begins=begins)
