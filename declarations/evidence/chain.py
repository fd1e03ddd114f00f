"""One stream of events: each is what its bytes say, follows the one before, and no number is left out."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from declarations.evidence.record import GENESIS, iso


class Layer(StrEnum):
    """Which part of the record notices a difference."""

    EVENT = "event"  # the events themselves, and the rows and files that they tell of
    SIGNATURE = "signature"
    TREE = "tree"
    CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as it was written: `where` names it, `what` says how it differs."""

    where: str
    what: str
    layer: Layer = Layer.EVENT


def surely(where: str, differences: Iterator[Difference]) -> Iterator[Difference]:
    """The same differences; and where something is so broken that it cannot even be read, that is one more, never an end."""
    try:
        yield from differences
    except (ValueError, TypeError, LookupError, AttributeError) as problem:
        yield Difference(where, f"cannot be read well enough to be checked ({type(problem).__name__})")


# Every column of an event repeats a member of its body; `digest` is the body's hash, `id` only a handle for joins.
COLUMNS = {
    "stream": "stream",
    "sequence": "sequence",
    "declaration_id": "declaration",
    "action": "action",
    "state_from": "from",
    "state_to": "to",
    "actor_id": "actor",
    "on_behalf_of_id": "for",
    "role": "role",
    "company_id": "company",
    "policy_digest": "policy",
    "seen_digest": "seen",
    "at": "at",
    "previous": "previous",
}


class Chain:
    """Takes the events of one stream in order; `body` is the last one's, parsed."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.length = 0
        self.body: dict[str, Any] = {}
        self._previous = GENESIS

    def name(self, sequence: int) -> str:
        """How a difference in one event is headed."""
        return f"{self.stream}, event {sequence}"

    def add(self, event: Any) -> Iterator[Difference]:
        """Check the next event row."""
        where = self.name(event.sequence)
        body = bytes(event.body)
        if event.sequence != self.length + 1:
            gap = (
                f"event {self.length + 1}"
                if event.sequence == self.length + 2
                else f"events {self.length + 1} to {event.sequence - 1}"
            )
            yield Difference(
                self.stream, f"{gap} missing" if event.sequence > self.length else f"event {event.sequence} out of order"
            )
        elif event.previous != self._previous:
            yield Difference(where, "does not follow the event before it")
        if hashlib.sha256(body).hexdigest() != event.digest:
            yield Difference(where, "its body does not have its digest")
        self.length, self._previous = event.sequence, event.digest
        yield from self._columns(event, body, where)

    def _columns(self, event: Any, body: bytes, where: str) -> Iterator[Difference]:
        try:
            self.body = json.loads(body)
        except ValueError:
            self.body = {}
            yield Difference(where, "its body cannot be read")
            return
        for column, member in COLUMNS.items():
            value = getattr(event, column)
            if (iso(value) if column == "at" else value) != self.body.get(member):
                yield Difference(where, f"column {column} differs from its body")
        if event.stream != self.stream:
            yield Difference(where, f"stands in stream {event.stream}")
