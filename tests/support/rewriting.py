"""History rewritten so that it agrees with itself: bodies, digests, chains and columns anew, the tree regrown, signed with what is had."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from declarations.evidence import note
from declarations.evidence.keys import key_id
from declarations.evidence.log import keep_subtrees
from declarations.evidence.merkle import event_leaf
from declarations.evidence.note import Checkpoint
from declarations.evidence.proofs import Proofs
from declarations.evidence.record import GENESIS, commitment, iso, new_salt
from tests.support.hands import Hands, Row

Sign = Callable[[bytes], bytes]
Bodies = list[dict[str, Any]]


def rechained(hands: Hands, events: list[Row], bodies: Bodies, key: str | None = None, sign: Sign | None = None) -> None:
    """Write the events of one stream, the first of it first, with these bodies; those that changed are signed, if they can be."""
    previous = GENESIS
    for event, body in zip(events, bodies, strict=True):
        body["previous"] = previous
        content = rfc8785.dumps(body)
        previous = hashlib.sha256(content).hexdigest()
        if content == bytes(event["body"]):
            continue
        hands.change("event", event, body=content, digest=previous, previous=body["previous"], **_columns(event, body))
        if sign is not None:
            hands.change("event_signature", {"event_id": event["id"]}, signature=sign(content), key_id=key)


def _columns(event: Row, body: dict[str, Any]) -> Row:
    """Columns that repeat the body; the moment only where it was moved."""
    said = {"action": "action", "state_from": "from", "state_to": "to", "actor_id": "actor", "sequence": "sequence"}
    moved = {"at": event["moved_to"]} if "moved_to" in event else {}
    return {column: body[member] for column, member in said.items()} | moved


def changed_history(hands: Hands, key: str | None = None, sign: Sign | None = None) -> str | None:
    """One declaration's past made another, with everything beside it that its events commit to."""
    of = hands.one("declaration")
    assert of is not None
    events = hands.rows("event", order="sequence", declaration_id=of["id"])
    bodies = [json.loads(bytes(event["body"])) for event in events]
    how = hands.chance.choice((_value, _reason, _decider, _moment))
    if not how(hands, of, events, bodies):
        return None
    rechained(hands, events, bodies, key, sign)
    return f"{how.__name__[1:]} of {of['number']}"


def _value(hands: Hands, of: Row, events: list[Row], bodies: Bodies) -> bool:
    filing = hands.rows("filing", order="sequence", declaration_id=of["id"])[-1]
    if not filing["facts"].get("value"):
        return False
    facts, salts = {**filing["facts"]}, {**filing["salts"], "facts": new_salt()}
    minor = max(1, facts["value"]["minor"] + hands.chance.choice((-1, 1, 100, 12345)))
    facts["value"] = {**facts["value"], "minor": minor}
    hands.change("filing", filing, facts=facts, salts=salts)
    for event, body in zip(events, bodies, strict=True):
        if "facts" in body["commitments"] and body["public"]["filing"] == filing["sequence"]:
            body["commitments"]["facts"] = commitment(salts["facts"], facts)
        if body["public"]["filing"] == filing["sequence"]:
            _row(hands, event, body, value_minor=minor)
    hands.change("declaration", of, value_minor=minor)
    return True


def _reason(hands: Hands, of: Row, events: list[Row], bodies: Bodies) -> bool:
    at = {event["id"]: body for event, body in zip(events, bodies, strict=True) if "reason" in body["commitments"]}
    if not at:
        return False
    event_id = hands.chance.choice(list(at))
    _disclose(hands, event_id, at[event_id], "reason", hands.letter("I was told to"))
    return True


def _decider(hands: Hands, of: Row, events: list[Row], bodies: Bodies) -> bool:
    row = hands.one("decider", declaration_id=of["id"])
    if row is None:
        return False
    other = hands.chance.choice([person["id"] for person in hands.rows("person") if person["id"] != row["person_id"]])
    bodies[row["event_sequence"] - 1]["actor"] = other
    hands.change("decider", row, person_id=other)
    return True


def _moment(hands: Hands, of: Row, events: list[Row], bodies: Bodies) -> bool:
    row = hands.one("decider", declaration_id=of["id"])
    if row is None:
        return False
    place, at = row["event_sequence"] - 1, row["at"] - timedelta(minutes=hands.chance.randrange(1, 10))
    bodies[place]["at"], events[place]["moved_to"] = iso(at), at
    _row(hands, events[place], bodies[place], changed_at=iso(at))
    hands.change("decider", row, at=at)
    if place == len(events) - 1:
        hands.change("declaration", of, changed_at=at)
    return True


def _row(hands: Hands, event: Row, body: dict[str, Any], **values: Any) -> None:
    """The row that an event says it left behind, with other values in it."""
    (kept,) = hands.rows("disclosure", event_id=event["id"], name="row")
    _disclose(hands, event["id"], body, "row", {**kept["value"], **values})


def _disclose(hands: Hands, event_id: int, body: dict[str, Any], name: str, value: Any) -> None:
    salt = new_salt()
    hands.change("disclosure", {"event_id": event_id, "name": name}, salt=salt, value=value)
    body["commitments"][name] = commitment(salt, value)


def regrown(hands: Hands) -> None:
    """The tree grown anew over the events that still have a leaf, in their order, without gaps."""
    leaves = [leaf["event_id"] for leaf in hands.rows("log_leaf", order="index")]
    bodies = {event["id"]: bytes(event["body"]) for event in hands.rows("event")}
    signatures = {row["event_id"]: bytes(row["signature"]) for row in hands.rows("event_signature")}
    hands.remove("log_leaf")
    hands.remove("log_subtree")
    there = [one for one in leaves if one in bodies]
    for index, one in enumerate(there):
        hands.add("log_leaf", index=index, event_id=one, hash=event_leaf(signatures.get(one, b""), bodies[one]))
    keep_subtrees(hands.connection, 0, len(there))


def signed_anew(hands: Hands) -> None:
    """Every event and checkpoint signed with keys of one's own, which the record is made to name."""
    own = {row["id"]: Ed25519PrivateKey.generate() for row in hands.rows("signing_key")}
    public = {old: key.public_key().public_bytes_raw() for old, key in own.items()}
    events = hands.rows("event", order="sequence", stream="record")
    bodies = [json.loads(bytes(event["body"])) for event in events]
    for body in bodies:
        old = body["public"].get("key")
        if old in own:
            body["public"] |= {"key": key_id(public[old]), "public": public[old].hex()}
    rechained(hands, events, bodies)
    contents = {event["id"]: bytes(event["body"]) for event in hands.rows("event")}
    for row in hands.rows("event_signature"):
        if row["key_id"] in own:
            signature = own[row["key_id"]].sign(contents[row["event_id"]])
            hands.change("event_signature", row, signature=signature, key_id=key_id(public[row["key_id"]]))
    for row in hands.rows("signing_key"):
        hands.change("signing_key", row, id=key_id(public[row["id"]]), public=public[row["id"]])
    regrown(hands)
    proofs = Proofs(hands.connection)
    for row in hands.rows("log_checkpoint"):
        checkpoint, key = Checkpoint(row["origin"], row["size"], proofs.root(row["size"])), own[row["key_id"]]
        signed = note.sign(checkpoint, public[row["key_id"]], key.sign)
        hands.change("log_checkpoint", row, root=checkpoint.root, note=signed, key_id=key_id(public[row["key_id"]]))
