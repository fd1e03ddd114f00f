"""Tampering that tells another story: history rewritten, an approval forged, two declarations swapped."""

from __future__ import annotations

import json
import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from declarations.evidence import checkpoint_file
from declarations.evidence.keys import Purpose, key_file
from declarations.evidence.record import Entry, body_of, commitment, new_salt, row_of_event
from declarations.snapshot import facts_from
from tests.support.hands import Hands, Row
from tests.support.rewriting import changed_history, regrown, signed_anew
from workflows.reviews import rule_content
from workflows.words import Role


def rewritten_without_keys(hands: Hands) -> str | None:
    """A declaration's past made another and chained anew, by whoever has the database alone: old signatures, or keys of their own."""
    told = changed_history(hands)
    if told is None:
        return None
    how = hands.chance.choice(("chain", "tree", "keys of one's own"))
    if how == "tree":
        regrown(hands)
    elif how != "chain":
        signed_anew(hands)
    return f"{told}, {how} made to agree"


def rewritten_with_event_key(hands: Hands) -> str | None:
    """The same by whoever also has the event key: every layer of the database is made to agree, but no auditor's checkpoint."""
    signer = key_file(Purpose.EVENT).signer()
    assert signer is not None
    first = next(leaf["event_id"] for leaf in hands.rows("log_leaf", order="index"))
    told = changed_history(hands, signer.id, signer.sign)
    if told is None:
        return None
    regrown(hands)
    hands.remove("log_checkpoint")
    hands.write(checkpoint_file.path(), b"")
    return f"{told}, all made to agree (from leaf of event {first})"


def forged_approval(hands: Hands) -> str | None:
    """A declaration that waits is approved by an event as the app would write it, but for the signature."""
    waiting = [row for row in hands.rows("declaration") if row["state"] in ("with_manager", "with_compliance", "with_executive")]
    if not waiting:
        return None
    of, person = hands.chance.choice(waiting), hands.one("person")
    assert person is not None
    last = hands.rows("event", order="sequence", declaration_id=of["id"])[-1]
    (kept,) = hands.rows("disclosure", event_id=last["id"], name="row")
    after = {
        "state": "approved",
        "review": None,
        "assignee_id": None,
        "pool_company_id": None,
        "assigned_for_id": None,
        "due_on": None,
    }
    after |= {"version": of["version"] + 1}
    told, salted = {**kept["value"], **after}, new_salt()
    public = json.loads(bytes(last["body"]))["public"]
    slug = {1: "manager", 2: "compliance", 3: "executive"}[of["review"]]
    entry = Entry(
        stream=last["stream"], action="declaration:approved", at=last["at"], role=Role.MANAGER.value, actor_id=person["id"],
        company_id=of["company_id"], declaration_id=of["id"], state_from=of["state"], state_to="approved",
        policy_digest=last["policy_digest"], seen_digest=last["digest"], public={**public, "review": slug},
    )  # fmt: skip
    body = body_of(entry, last["sequence"] + 1, last["digest"], {"row": commitment(salted, told)})
    number = max(event["id"] for event in hands.rows("event")) + 1
    hands.add("event", id=number, **row_of_event(entry, last["sequence"] + 1, last["digest"], body))
    hands.add("disclosure", event_id=number, name="row", salt=salted, value=told)
    hands.change("declaration", of, **after)
    _forged_decision(hands, of, entry, last["sequence"] + 1)
    return f"{of['number']} by {person['name']}, {_forged_signature(hands, number, body)}{_forged_leaf(hands, number)}"


def _forged_decision(hands: Hands, of: Row, entry: Entry, sequence: int) -> None:
    filing = hands.rows("filing", order="sequence", declaration_id=of["id"])[-1]
    new = max((row["id"] for row in hands.rows("decider")), default=0) + 1
    hands.add(
        "decider", id=new, declaration_id=of["id"], person_id=entry.actor_id, review=of["review"], action="approve",
        filing=of["filing"], content=rule_content(facts_from(filing["facts"])), at=entry.at, event_sequence=sequence,
    )  # fmt: skip


def _forged_signature(hands: Hands, event_id: int, body: bytes) -> str:
    how = hands.chance.choice(("unsigned", "with another event's signature", "with a key of one's own", "random bytes"))
    real = hands.one("event_signature")
    assert real is not None
    if how != "unsigned":
        made = {
            "with another event's signature": bytes(real["signature"]),
            "with a key of one's own": Ed25519PrivateKey.generate().sign(body),
            "random bytes": secrets.token_bytes(64),
        }
        hands.add("event_signature", event_id=event_id, key_id=real["key_id"], signature=made[how])
    return how


def _forged_leaf(hands: Hands, event_id: int) -> str:
    if hands.chance.random() < 0.5:
        hands.remove("log_queue", event_id=event_id)
        hands.add("log_queue", event_id=event_id)
        return ", waiting for its leaf"
    hands.remove("log_queue", event_id=event_id)
    hands.add("log_leaf", index=len(hands.rows("log_leaf")), event_id=event_id, hash=b"")
    regrown(hands)
    return ", in the tree"


def swapped(hands: Hands) -> str | None:
    """Two declarations change places: their numbers, what was filed, their owners, or their events."""
    one, other = hands.chance.sample(hands.rows("declaration"), 2)
    how = hands.chance.choice(("number", "declarant_id", "facts", "events"))
    if how in ("number", "declarant_id"):
        if one[how] == other[how]:
            return None
        hands.change("declaration", one, **{how: "x" if how == "number" else other[how]})
        hands.change("declaration", other, **{how: one[how]})
        hands.change("declaration", one, **{how: other[how]})
    elif how == "facts":
        first, second = (hands.rows("filing", order="sequence", declaration_id=row["id"])[-1] for row in (one, other))
        parts = ("facts", "answers", "assessment", "organisation", "attachments", "salts")
        hands.change("filing", first, **{part: second[part] for part in parts})
        hands.change("filing", second, **{part: first[part] for part in parts})
    else:
        events = [hands.rows("event", declaration_id=row["id"]) for row in (one, other)]
        for some, owner in ((events[0], None), (events[1], one["id"]), (events[0], other["id"])):
            for event in some:
                hands.change("event", event, declaration_id=owner)
    return f"{one['number']} and {other['number']}: {how}"
