"""The events a bundle holds: of the register's declarations and of all that it takes to replay who was entitled, each with its proof.

A bundle shows what the register shows. Of everything an event committed to, only the values that stand in a row are opened; an
event later than the register is there to be counted, with nothing opened.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Text, select, type_coerce

from declarations import snapshot
from declarations.evidence.proofs import Proofs, SignedCheckpoint, SignedEvent
from declarations.evidence.signing import STREAM
from declarations.models import (
    Company,
    Counterparty,
    Declaration,
    Disclosure,
    Filing,
    Person,
    PolicyDocument,
)
from declarations.registers.reader import DECISION
from declarations.registers.seen import Seen
from workflows.policy.in_force import day_in_force

AT_ONCE = 200
_PINNED = ("answers", "assessment", "organisation")
Body = dict[str, Any]
Values = Mapping[str, tuple[str, str]]  # name → salt (hex) and canonical text


@dataclass
class Met:
    """Whom and what the declarations' events and rows name, by internal id: what else the bundle must hold follows from it."""

    people: set[int] = field(default_factory=set)
    shown: set[int] = field(default_factory=set)  # people whose names stand in the register
    numbered: set[int] = field(default_factory=set)  # and whose numbers do
    counterparties: set[int] = field(default_factory=set)
    policies: dict[str, tuple[int, date]] = field(default_factory=dict)  # digest → a company's id and the day it was asked for

    def hear(self, body: Body) -> None:
        """An event of a declaration."""
        public = body["public"]
        self.people.update(p for p in (body["actor"], body["for"], public.get("assignee"), public.get("assigned_for")) if p)

    def decided(self, body: Body) -> None:
        """A decision that stands in the register."""
        self.numbered.add(body["actor"])
        self.shown.update(p for p in (body["actor"], body["for"]) if p)

    def row(self, row: Mapping[str, Any]) -> None:
        """What a declaration was when the register saw it."""
        self.people.add(row["declarant_id"])
        self.shown.update(p for p in (row["declarant_id"], row["prepared_by_id"]) if p)
        if row["counterparty_id"]:
            self.counterparties.add(row["counterparty_id"])


class Telling:
    """Makes an event a line, proved against `checkpoint`; `connection` is one snapshot."""

    def __init__(self, connection: Connection, checkpoint: SignedCheckpoint, seen: Seen) -> None:
        self.connection, self.checkpoint = connection, checkpoint
        self.proofs = Proofs(connection)
        self._last, self._unseen = seen.last, frozenset(seen.unseen)

    def covered(self, event: SignedEvent) -> bool:
        """True for an event under the checkpoint."""
        return event.index is not None and event.index < self.checkpoint.size

    def later(self, event: SignedEvent) -> bool:
        """True for an event that the register did not see."""
        return event.id > self._last or event.id in self._unseen

    def line(self, event: SignedEvent, values: Values) -> bytes:
        """The event's line in a bundle."""
        assert event.index is not None
        told: dict[str, Any] = {
            "body": event.body.decode(),
            "index": event.index,
            "key": event.key_id,
            "proof": [_text(one) for one in self.proofs.inclusion(event.index, self.checkpoint.size)],
            "signature": _text(event.signature),
            "values": {name: {"salt": salt, "value": value} for name, (salt, value) in values.items()},
        }
        if self.later(event):
            told |= {"later": True, "values": {}}
        # The same bytes as RFC 8785's, since all members' names are plain and all numbers whole, and far quicker.
        return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def declarations(telling: Telling, lines: Iterable[bytes], met: Met) -> Iterator[bytes]:
    """The lines of every declaration that `lines` of a register list, in that order; `met` hears of all that they name."""
    rows = (json.loads(line) for line in lines)
    entries = ((row["number"], row["record_entry"]) for row in rows if row["sheet"] != DECISION)
    while some := dict(islice(entries, AT_ONCE)):
        ids = {
            row.number: row.id
            for row in telling.connection.execute(
                select(Declaration.id, Declaration.number).where(Declaration.number.in_(list(some)))
            )
        }
        events: dict[int, list[tuple[SignedEvent, Body]]] = {}
        for event in filter(telling.covered, telling.proofs.of_declarations(list(ids.values()))):
            body = json.loads(event.body)
            events.setdefault(body["declaration"], []).append((event, body))
        opened = _opened(telling, events, {ids[number]: entry for number, entry in some.items()}, met)
        for number in some:
            for event, _ in events.get(ids[number], ()):
                yield telling.line(event, opened.get(event.id, {}))


def _opened(
    telling: Telling, events: Mapping[int, Sequence[tuple[SignedEvent, Body]]], entries: Mapping[int, int], met: Met
) -> dict[int, dict[str, tuple[str, str]]]:
    """By event, the values that stand in the register's rows."""
    wanted: dict[int, set[str]] = {}
    for number, chain in events.items():
        for event, body in chain:
            met.hear(body)
            if body["sequence"] > entries[number]:
                continue
            if body["public"].get("review"):
                wanted.setdefault(event.id, set()).update(("reason", "conditions"))
                met.decided(body)
            if body["sequence"] == entries[number]:
                wanted.setdefault(event.id, set()).add("row")
    opened = _disclosed(telling.connection, wanted)
    filings = _filings(telling.connection, list(events))
    for number, chain in events.items():
        _open_filings([one for one in chain if one[1]["sequence"] <= entries[number]], filings.get(number, {}), opened, met)
    return opened


def _open_filings(
    chain: Sequence[tuple[SignedEvent, Body]],
    filings: Mapping[int, Any],
    opened: dict[int, dict[str, tuple[str, str]]],
    met: Met,
) -> None:
    """What the filing the row stands on pinned, and the assessments that decisions were taken on."""
    parts: dict[int, set[str]] = {}
    for _, body in chain:
        if body["public"].get("review"):
            parts.setdefault(body["public"]["filing"], set()).add("assessment")
            _heard_of(met, body["policy"], body, filings.get(body["public"]["filing"]))
    for event, _ in chain[-1:]:
        if "row" in opened.get(event.id, {}):
            row = json.loads(opened[event.id]["row"][1])
            met.row(row)
            parts.setdefault(row["filing"], set()).update(_PINNED)
    for event, body in chain:
        number = body["public"]["filing"]
        filing = filings.get(number) if "facts" in body["commitments"] else None
        if filing is not None and number in parts:
            _heard_of(met, filing.policy_digest, body, filing)
            salts = json.loads(filing.salts)
            values = {name: (salts[name], getattr(filing, name)) for name in parts[number] if name in salts}
            opened.setdefault(event.id, {}).update(values)


def _heard_of(met: Met, digest: str | None, body: Body, filing: Any) -> None:
    if digest and filing is not None and digest not in met.policies:
        facts = snapshot.facts_from(json.loads(filing.facts))
        met.policies[digest] = (body["company"], day_in_force(facts))


def _disclosed(connection: Connection, wanted: Mapping[int, set[str]]) -> dict[int, dict[str, tuple[str, str]]]:
    """The values with these names that these events committed to, as far as they are there."""
    found: dict[int, dict[str, tuple[str, str]]] = {}
    ids = sorted(wanted)
    for start in range(0, len(ids), AT_ONCE):
        query = select(Disclosure.event_id, Disclosure.name, Disclosure.salt, type_coerce(Disclosure.value, Text).label("value"))
        for one in connection.execute(query.where(Disclosure.event_id.in_(ids[start : start + AT_ONCE]))):
            if one.name in wanted[one.event_id]:
                found.setdefault(one.event_id, {})[one.name] = (one.salt, one.value)
    return found


def _filings(connection: Connection, ids: Sequence[int]) -> dict[int, dict[int, Any]]:
    texts = [type_coerce(getattr(Filing, name), Text).label(name) for name in (*_PINNED, "facts", "salts")]
    query = select(Filing.declaration_id, Filing.sequence, Filing.policy_digest, *texts).where(Filing.declaration_id.in_(ids))
    found: dict[int, dict[int, Any]] = {}
    for row in connection.execute(query):
        found.setdefault(row.declaration_id, {})[row.sequence] = row
    return found


def record(telling: Telling, met: Met, register: str) -> Iterator[bytes]:
    """The lines of every other stream that the register's rows or its replay need, by the streams' names."""
    names = _streams(telling, met, register)
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        chains: dict[str, list[SignedEvent]] = {}
        for event in filter(telling.covered, telling.proofs.of_streams(some)):
            chains.setdefault(json.loads(event.body)["stream"], []).append(event)
        wanted = {number: keys for stream in some for number, keys in _shown(telling, chains.get(stream, ()), met).items()}
        opened = _disclosed(telling.connection, wanted)
        for stream in some:
            for event in chains.get(stream, ()):
                yield telling.line(event, opened.get(event.id, {}))


def _streams(telling: Telling, met: Met, register: str) -> list[str]:
    """The names of the streams, sorted."""
    connection = telling.connection
    names = {STREAM, f"register/{register}"}
    names.update(f"company/{key}" for key in connection.execute(select(Company.key)).scalars())
    names.update(f"policy/{key}" for key in connection.execute(select(PolicyDocument.key).distinct()).scalars())
    names.update(f"person/{key}" for key in _people(telling, met))
    for some in _chunks(met.counterparties):
        rows = connection.execute(select(Counterparty.public_id, Counterparty.group_id).where(Counterparty.id.in_(some))).all()
        names.update(f"counterparty/{row.public_id}" for row in rows)
        names.update(f"counterparty_group/{row.group_id}" for row in rows)
    return sorted(names)


def _people(telling: Telling, met: Met) -> Iterator[str]:
    """The public ids of everyone named, of all who ever stood above them in the line, and of their substitutes."""
    ahead, known = set(met.people | met.shown), set[int]()
    while ahead:
        known |= ahead
        found: set[int] = set()
        for some in _chunks(ahead):
            keys = telling.connection.execute(select(Person.public_id).where(Person.id.in_(some))).scalars().all()
            yield from keys
            for event in telling.proofs.of_streams([f"person/{key}" for key in keys]):
                public = json.loads(event.body)["public"]
                found.update(public[name] for name in ("manager", "to") if isinstance(public.get(name), int))
        ahead = found - known


def _shown(telling: Telling, chain: Sequence[SignedEvent], met: Met) -> dict[int, set[str]]:
    """By event of one stream, the names of the values to open: the last that tell a name or a number the register shows."""
    told: dict[str, tuple[int, str]] = {}  # what the register shows → the event and the value that tell it
    subject = None
    for event in chain:
        body = json.loads(event.body)
        if telling.later(event):
            break
        public, action = body["public"], body["action"]
        subject = public.get("id", subject)
        match action:
            case "person:added" if subject in met.shown:
                told["name"] = (event.id, "person")
                if subject in met.numbered:
                    told["number"] = (event.id, "person")
            case "person:changed" if subject in met.shown and "name" in public.get("fields", ()):
                told["name"] = (event.id, "facts")
            case "counterparty:created" | "counterparty:corrected":
                told |= {name: (event.id, name) for name in ("name", "registered_number")}
            case "counterparty:number_learned":
                told["registered_number"] = (event.id, "registered_number")
            case "counterparty_group:named":
                told["name"] = (event.id, "name")
    wanted: dict[int, set[str]] = {}
    for number, name in told.values():
        wanted.setdefault(number, set()).add(name)
    return wanted


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    numbers = sorted(ids)
    for start in range(0, len(numbers), AT_ONCE):
        yield numbers[start : start + AT_ONCE]


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
