"""A person's columns and the events that tell how they changed: the same for a click and for a whole file."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from declarations.directory.names import search_name
from declarations.evidence.hand import Hand
from declarations.evidence.record import Entry
from declarations.models import Person

Columns = Mapping[str, Any]  # of the person table: id, public_id and all below

SECOND = ("second_company_id", "second_from", "second_to")
FACTS = ("email", "name", "title", "unit", "company_id", *SECOND, "language", "active_from")
COLUMNS = ("id", "public_id", "number", *FACTS, "active_to", "manager_id")


def as_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` with the folded name beside the name."""
    return {**values, "search_name": search_name(values["name"])}


def columns_of(person: Person) -> dict[str, Any]:
    """A person's columns as they are now."""
    return {name: getattr(person, name) for name in COLUMNS}


def added(person: Columns, hand: Hand) -> Entry:
    """The event of somebody new: every column, so that with those of their changes it says what the row is now."""
    public = {"id": person["id"], "manager": person["manager_id"], "last_day": _day(person["active_to"])}
    personal = {"person": {name: _plain(person[name]) for name in ("number", *FACTS)}}
    return _entry(person, "person:added", hand, public, personal)


def changes(before: Columns, after: Columns, hand: Hand) -> Iterator[Entry]:
    """The events that tell what became of `before`: other facts, another manager, another last day."""
    facts = {name: _plain(after[name]) for name in FACTS if before[name] != after[name]}
    if facts:
        yield _entry(after, "person:changed", hand, {"fields": sorted(facts)}, {"facts": facts})
    if before["manager_id"] != after["manager_id"]:
        moved = {"from": before["manager_id"], "to": after["manager_id"]}
        yield _entry(after, "person:manager_changed", hand, moved, {})
    if before["active_to"] != after["active_to"]:
        yield _entry(after, "person:left", hand, {"last_day": _day(after["active_to"])}, {})


def _entry(person: Columns, action: str, hand: Hand, public: Columns, personal: Columns) -> Entry:
    return hand.entry(f"person/{person['public_id']}", action, company_id=person["company_id"], public=public, personal=personal)


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
