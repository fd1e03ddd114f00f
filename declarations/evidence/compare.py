"""One declaration held against its record: its row, filings, decisions, conditions, names and files."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from declarations import marks
from declarations.earlier_items import keys_of
from declarations.evidence.chain import Chain, Difference
from declarations.snapshot import ATTACHED, attachment_json, facts_from, row_of
from workflows.machine import EVENTS
from workflows.reviews import rule_content
from workflows.words import Action, Review

__all__ = ["Difference", "Kept", "declaration", "disclosed"]

PARTS = frozenset({"facts", "answers", "assessment", "organisation", "attachments"})
BytesOf = Callable[[str, str], str | None]


@dataclass(frozen=True)
class Kept:
    """Everything the database holds of one declaration, sorted."""

    row: Any
    events: Sequence[Any]
    disclosures: Sequence[Any]
    filings: Sequence[Any]
    deciders: Sequence[Any]
    conditions: Sequence[Any]
    named_persons: Sequence[Any]
    attachments: Sequence[Any]
    total_keys: Sequence[Any]


def declaration(kept: Kept, bytes_of: BytesOf) -> Iterator[Difference]:
    """Every difference of one declaration."""
    chain = Chain(f"declaration/{kept.row.public_id}")
    filings = {filing.sequence: filing for filing in kept.filings}
    decided: set[int] = set()
    committed: set[int] = set()
    last_row: str | None = None
    met: dict[int, Any] = {}
    for event in kept.events:
        yield from _named(kept, chain.add(event))
        mine = [one for one in kept.disclosures if one.event_id == event.id]
        yield from _named(kept, disclosed(chain, event, mine, PARTS))
        last_row = next((one.value for one in mine if one.name == "row"), None)
        if PARTS & set(chain.body.get("commitments", {})):
            number = chain.body["public"].get("filing")
            committed.add(number)
            yield from _named(kept, _filing(chain, event, filings.get(number), number))
        yield from _named(kept, _decision(chain, event, kept.deciders, filings, decided))
        yield from _named(kept, _conditions(chain, event, kept, mine))
        if chain.body.get("public", {}).get("condition") is not None:
            met[chain.body["public"]["condition"]] = event.at
    yield from _named(kept, _row(chain, kept, last_row))
    where = chain.stream
    for number in sorted(set(filings) - committed):
        yield from _named(kept, [Difference(where, f"filing {number} is in no event")])
    for decider in kept.deciders:
        if decider.event_sequence not in decided:
            yield from _named(kept, [Difference(where, f"a decision is kept for event {decider.event_sequence}, which is none")])
    yield from _named(kept, _met(chain, kept, met))
    yield from _named(kept, _names(chain, kept, filings.get(kept.row.filing)))
    yield from _named(kept, _total_keys(chain, kept, filings.get(kept.row.filing)))
    yield from _named(kept, _files(chain, kept, filings.get(kept.row.filing), bytes_of))


def disclosed(chain: Chain, event: Any, disclosures: Sequence[Any], committed_elsewhere: frozenset[str]) -> Iterator[Difference]:
    """The values an event commits to are there, and are the ones it committed to."""
    where = chain.name(event.sequence)
    commitments = chain.body.get("commitments", {})
    for one in disclosures:
        if one.name not in commitments:
            yield Difference(where, f"a value {one.name} is kept that it does not commit to")
        elif _commitment(one.salt, one.value) != commitments[one.name]:
            yield Difference(where, f"the value {one.name} is not the one it committed to")
    there = {one.name for one in disclosures} | committed_elsewhere
    for name in sorted(set(commitments) - there):
        yield Difference(where, f"the value {name} it committed to is gone")


def _commitment(salt: str, text: str) -> str | None:
    """Over the stored text itself, which is canonical or was changed."""
    try:
        return hashlib.sha256(bytes.fromhex(salt) + text.encode()).hexdigest()
    except ValueError:
        return None


def _filing(chain: Chain, event: Any, filing: Any, number: Any) -> Iterator[Difference]:
    where = chain.name(event.sequence)
    if filing is None:
        yield Difference(where, f"filing {number} is gone")
        return
    salts, assessment = _object(filing.salts), _object(filing.assessment)
    if not set(salts) >= PARTS:
        yield Difference(where, f"the salts of filing {number} are gone")
        return
    for part in sorted(PARTS):
        if _commitment(str(salts[part]), getattr(filing, part)) != chain.body["commitments"].get(part):
            yield Difference(where, f"the {part} of filing {number} are not what it committed to")
    columns = {
        "filed_at": filing.filed_at == event.at,
        "filed_by_id": event.actor_id is None or filing.filed_by_id == event.actor_id,
        "policy_digest": filing.policy_digest == assessment.get("policy_digest"),
    }
    for column, fits in columns.items():
        if not fits:
            yield Difference(where, f"column {column} of filing {number} differs from its record")


def _decision(
    chain: Chain, event: Any, deciders: Sequence[Any], filings: dict[int, Any], decided: set[int]
) -> Iterator[Difference]:
    """A reviewer's act has its row in `decider`, and no other event has one."""
    public = chain.body.get("public", {})
    if not public.get("review"):
        return
    where = chain.name(event.sequence)
    row = next((one for one in deciders if one.event_sequence == event.sequence), None)
    if row is None:
        yield Difference(where, "its decision is gone from the list of decisions")
        return
    decided.add(event.sequence)
    filing = filings.get(row.filing)
    fits = {
        "person_id": row.person_id == event.actor_id,
        "on_behalf_of_id": row.on_behalf_of_id == event.on_behalf_of_id,
        "review": row.review in list(Review) and Review(row.review).slug == public["review"],
        "action": row.action in list(Action) and EVENTS[Action(row.action)] == event.action,
        "at": row.at == event.at,
        "filing": filing is not None and row.filing <= public.get("filing", 0),
        "content": filing is not None and row.content == _content(filing),
    }
    for column, fit in fits.items():
        if not fit:
            yield Difference(where, f"column {column} of its decision differs from the record")


def _content(filing: Any) -> str | None:
    """What the rules read of a filing; None if it cannot be read any more, which its commitment tells already."""
    try:
        return rule_content(facts_from(_object(filing.facts)))
    except ValueError:
        return None


def _object(stored: str) -> dict[str, Any]:
    """Stored JSON as an object; an empty one for what is none."""
    try:
        parsed = json.loads(stored)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _list(stored: str) -> list[Any]:
    try:
        parsed = json.loads(stored)
    except ValueError:
        return []
    return parsed if isinstance(parsed, list) else []


def _conditions(chain: Chain, event: Any, kept: Kept, disclosures: Sequence[Any]) -> Iterator[Difference]:
    rows = [one for one in kept.conditions if one.event_sequence == event.sequence]
    value = next((one.value for one in disclosures if one.name == "conditions"), None)
    told = _list(value) if value else []
    if [{"text": row.text, "due_on": row.due_on.isoformat()} for row in rows] != told:
        yield Difference(chain.name(event.sequence), "its conditions are not the ones that were set")
    if any(row.owner_id != kept.row.declarant_id for row in rows):
        yield Difference(chain.name(event.sequence), "a condition of it was given to somebody else")


def _met(chain: Chain, kept: Kept, met: dict[int, Any]) -> Iterator[Difference]:
    """A condition counts as met from the moment at which somebody said so, and not otherwise."""
    for row in kept.conditions:
        if row.met_at != met.get(row.id):
            yield Difference(chain.stream, f"condition {row.id} was said to be met at another moment, or not at all")


def _row(chain: Chain, kept: Kept, last_row: str | None) -> Iterator[Difference]:
    """The declaration as it stands is the one its last event left behind."""
    if chain.length != kept.row.version:
        yield Difference(chain.stream, f"stands at version {kept.row.version}, its last event is {chain.length}")
    if last_row is None:
        yield Difference(chain.stream, "nothing says what its row should be")
        return
    then, now = _object(last_row), row_of(kept.row)
    for column in sorted({*then, *now}):
        if then.get(column) != now.get(column):
            yield Difference(chain.stream, f"column {column} differs from the record")
    if kept.row.marks != _marks(kept):
        yield Difference(chain.stream, "what quality figures count of it is not what the record says")
    if kept.row.filing != len(kept.filings):
        yield Difference(chain.stream, f"is at filing {kept.row.filing}, there are {len(kept.filings)}")


def _marks(kept: Kept) -> int:
    replaced = any(one.name == "passed_over" for one in kept.disclosures)
    told = {"deciders": kept.deciders, "conditions": kept.conditions}
    return marks.derived(kept.row, attached=bool(kept.attachments), replaced=replaced, **told)


def _names(chain: Chain, kept: Kept, filing: Any) -> Iterator[Difference]:
    if filing is None:
        return
    named = {one.person_id for one in kept.named_persons}
    if named != set(_object(filing.facts).get("named", ())):
        yield Difference(chain.stream, "the colleagues it names are not the ones its filing names")


def _total_keys(chain: Chain, kept: Kept, filing: Any) -> Iterator[Difference]:
    """It counts towards just those wider totals that its filing puts it in."""
    if filing is None:
        return
    stated = _object(filing.facts)
    wider = any(stated.get(name) for name in ("outside", "event", "household"))
    told = keys_of(facts_from(stated)) if wider else frozenset()
    if {(one.sort, one.value) for one in kept.total_keys} != told:
        yield Difference(chain.stream, "the totals it counts towards are not the ones its filing puts it in")


def _files(chain: Chain, kept: Kept, filing: Any, bytes_of: BytesOf) -> Iterator[Difference]:
    """The files of the current filing are there, byte for byte and as it says, and there are no others."""
    if filing is None:
        return
    rows = {row.public_id: row for row in kept.attachments}
    for one in _list(filing.attachments):
        row = rows.pop(one["id"], None)
        if row is None:
            yield Difference(chain.stream, f"attachment {one['id']} is gone")
            continue
        now = attachment_json(row)
        for name, value in one.items():  # an older filing says less, and is held to that
            if now.get(name) != value:
                yield Difference(chain.stream, f"column {ATTACHED[name]} of attachment {one['id']} differs from the record")
        found = bytes_of("attachments", row.stored_as)
        if found != one["sha256"]:
            lost = "are gone" if found is None else "were changed"
            yield Difference(chain.stream, f"the bytes of attachment {one['id']} {lost}")
    for unknown in sorted(rows):
        yield Difference(chain.stream, f"attachment {unknown} is in no filing")


def _named(kept: Kept, differences: Any) -> Iterator[Difference]:
    """People know a declaration by its number."""
    for one in differences:
        yield Difference(f"{kept.row.number} ({one.where})", one.what)
