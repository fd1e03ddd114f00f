"""Kinds of tampering with the record: each makes one random change and says what it did; None where it changed nothing.

What can be made to agree with the change is made to agree, so that whatever finds it is a layer that could not be.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import secrets
import zipfile
from collections import Counter
from collections.abc import Callable, Container
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError

from declarations.evidence import checkpoint_file
from declarations.evidence.cli import sha256_of_file
from declarations.evidence.keys import Purpose, key_file
from declarations.evidence.record import Entry, body_of, commitment, new_salt, row_of_event
from declarations.evidence.verify import verify
from declarations.registers import storage
from tests.support.hands import TABLES, Hands, Row
from tests.support.rewriting import changed_history, rechained, regrown, signed_anew
from workflows.policy.document import PolicyError, load
from workflows.words import GRANTABLE, Role, State

Kind = Callable[[Hands], str | None]

# Of these nothing is proved, and why.
NOT_KEPT = {
    "draft": "not declared yet",
    "sign_in_session": "who is signed in now",
    "sign_in_attempt": "for the door only",
    "one_time_link": "for the door only",
    "job_claim": "who works on what now",
    "notice": "mails to send; what they tell of is in the record",
    "log_queue": "what waits for its leaf",
    "imported_row": "so that an import run twice changes nothing",
    "alternative": "worked out of filings, for reviewers to read",
    "profile": "worked out of filings, for rehearsals",
    "policy_rehearsal": "worked out of filings, for who drafts a policy",
    "near_limit": "worked out of filings, for compliance to look at",
}
NOT_KEPT_COLUMNS = {
    "attachment": {"id", "draft_id", "media_type", "added_by_id", "added_at"},  # name, size and bytes are kept
    "condition": {"id"},  # a number for joins, as those below
    "decider": {"id"},
    "log_checkpoint": {"id", "at"},  # a note says no time; whoever was sent it knows
    "person": {"password_hash"},
    "policy_document": {"id"},
    "register": {"started_at", "rows_done", "failed"},  # how far its building was
    "register_download": {"id"},
    "register_sample": {"id", "public_id", "without_value", "currency", "drawn"},  # the digests of the lines drawn are kept
    "register_sign_off": {"id"},
    "role_grant": {"id"},
}


def layers(hands: Hands, held: str) -> Counter[str]:
    """How many differences each layer of `flask record verify` finds now; `held` are checkpoints kept elsewhere."""
    return Counter(str(one.layer) for one in verify(hands.connection, sha256_of_file, lambda *_: None, held))


def noticed(hands: Hands, held: str) -> bool:
    """True if there is any difference at all."""
    return any(True for _ in verify(hands.connection, sha256_of_file, lambda *_: None, held))


# --- one value ---------------------------------------------------------------------------------------------------------


def one_column(hands: Hands) -> str | None:
    """Any column of any row of any table that is under the record."""
    table = hands.chance.choice([name for name in sorted(TABLES) if name not in NOT_KEPT])
    row = hands.one(table)
    if row is None:
        return None
    column = hands.chance.choice(sorted(set(row) - NOT_KEPT_COLUMNS.get(table, set())))
    return changed_column(hands, table, row, column)


def changed_column(hands: Hands, table: str, row: Row, column: str) -> str | None:
    """That column of that row; None if the database takes no other value there."""
    value = hands.other(row[column], [one[column] for one in hands.rows(table)], TABLES[table].columns[column])
    if value == row[column]:
        return None
    try:
        hands.change(table, row, **{column: value})
    except DBAPIError:  # a value too many, or none that fits
        return None
    return f"{table}.{column}: {row[column]!r:.40} → {value!r:.40}"


def state(hands: Hands) -> str | None:
    """A declaration stands elsewhere, and half of the time its last event says so too."""
    of = hands.one("declaration")
    assert of is not None
    other = hands.chance.choice([one.value for one in State if one.value != of["state"]])
    hands.change("declaration", of, state=other)
    also = hands.chance.random() < 0.5
    if also:
        hands.change("event", hands.rows("event", order="sequence", declaration_id=of["id"])[-1], state_to=other)
    return f"{of['number']}: {of['state']} → {other}{', its event too' if also else ''}"


def salt(hands: Hands) -> str | None:
    """A salt of a value disclosed or of a part of a filing."""
    if hands.chance.random() < 0.5:
        return changed_column(hands, "disclosure", hands.one("disclosure") or {}, "salt")
    filing = hands.one("filing")
    assert filing is not None
    part = hands.chance.choice(sorted(filing["salts"]))
    hands.change("filing", filing, salts={**filing["salts"], part: new_salt()})
    return f"filing {filing['id']}, {part}"


def policy_text(hands: Hands) -> str | None:
    """A byte of a policy; the digest made to agree wherever the text still reads."""
    row = hands.one("policy_document")
    assert row is not None
    text = hands.byte(bytes(row["text"]))
    try:
        digest = load(text, row["key"]).digest
    except PolicyError:
        digest = row["digest"]
    hands.change("policy_document", row, text=text, digest=digest)
    return f"{row['key']}{', digest too' if digest != row['digest'] else ''}"


def role_grant(hands: Hands) -> str | None:
    """A role given, taken away, or given to another, for another company, at another time."""
    how = hands.chance.choice(("given", "taken", "changed"))
    grant = hands.one("role_grant")
    assert grant is not None
    if how == "taken":
        hands.remove("role_grant", id=grant["id"])
    elif how == "changed":
        return changed_column(hands, "role_grant", grant, hands.chance.choice(sorted(set(grant) - {"id"})))
    else:
        person, company = hands.one("person"), hands.one("company")
        assert person is not None
        assert company is not None
        grants = hands.rows("role_grant")
        new = {"role": hands.chance.choice(GRANTABLE).value, "person_id": person["id"], "company_id": company["id"]}
        if any(new.items() <= row.items() for row in grants):  # the database takes no second one
            return None
        hands.add("role_grant", **{**grant, **new, "id": max(row["id"] for row in grants) + 1})
    return f"role {grant['id']} {how}"


# --- events and declarations gone ------------------------------------------------------------------------------------------


def middle_event(hands: Hands) -> str | None:
    """An event with others before and after it is gone, with all that hangs on it; the numbers may be closed up."""
    counted = Counter(event["stream"] for event in hands.rows("event"))
    stream = hands.chance.choice(sorted(name for name, number in counted.items() if number > 2))
    events = hands.rows("event", order="sequence", stream=stream)
    place = hands.chance.randrange(1, len(events) - 1)
    _gone(hands, events[place])
    closed_up = hands.chance.random() < 0.5
    if closed_up:
        left = events[:place] + events[place + 1 :]
        bodies = [json.loads(bytes(event["body"])) for event in left]
        for number, (event, body) in enumerate(zip(left, bodies, strict=True), 1):
            body["sequence"] = number
            hands.change("event", event, sequence=number)
        rechained(hands, left, bodies)
    return f"{stream}, event {place + 1}{', chained anew' if closed_up else ''}"


def tail_cut(hands: Hands) -> str | None:
    """The last events of a declaration are gone, and it stands again as the one before them left it."""
    counted = Counter(event["declaration_id"] for event in hands.rows("event") if event["declaration_id"])
    of = hands.one("declaration", id=hands.chance.choice(sorted(one for one, number in counted.items() if number > 1)))
    assert of is not None
    events = hands.rows("event", order="sequence", declaration_id=of["id"])
    left = hands.chance.randrange(1, len(events))
    for event in events[left:]:
        _gone(hands, event)
        hands.remove("decider", declaration_id=of["id"], event_sequence=event["sequence"])
        hands.remove("condition", declaration_id=of["id"], event_sequence=event["sequence"])
    (then,) = hands.rows("disclosure", event_id=events[left - 1]["id"], name="row")
    for filing in hands.rows("filing", declaration_id=of["id"]):
        if filing["sequence"] > then["value"]["filing"]:
            hands.remove("filing", id=filing["id"])
    hands.change("declaration", of, **_typed(TABLES["declaration"], then["value"]))
    return f"{of['number']}: {left} of {len(events)} left{_tree_too(hands)}"


def wiped(hands: Hands) -> str | None:
    """A declaration is gone with everything that hangs on it, and the numbers given are one fewer where it was the last."""
    of = hands.one("declaration")
    assert of is not None
    for event in hands.rows("event", declaration_id=of["id"]):
        _gone(hands, event)
    deciders = [row["id"] for row in hands.rows("decider", declaration_id=of["id"])]
    for one in deciders:
        hands.remove("alternative", decider_id=one)
    for recheck in hands.rows("recheck"):
        if of["id"] in (recheck["declaration_id"], recheck["cause_id"]):
            for event in hands.rows("event", stream=f"recheck/{recheck['public_id']}"):
                _gone(hands, event)
            hands.remove("recheck", id=recheck["id"])
    for name, table in TABLES.items():
        if "declaration_id" in table.columns:
            hands.remove(name, declaration_id=of["id"])
    hands.remove("declaration", id=of["id"])
    name, _, number = of["number"].rpartition("-")
    (series,) = hands.rows("number_series", series=name)
    if series["last"] == int(number):
        hands.change("number_series", series, last=series["last"] - 1)
    return f"{of['number']}{_tree_too(hands)}"


def _gone(hands: Hands, event: Row) -> None:
    for table in ("disclosure", "event_signature", "log_leaf", "log_queue"):
        hands.remove(table, event_id=event["id"])
    hands.remove("event", id=event["id"])


def _tree_too(hands: Hands) -> str:
    if hands.chance.random() < 0.5:
        return ""
    regrown(hands)
    return ", tree grown anew"


def _typed(table: Table, plain: Row) -> Row:
    """A row as the record writes it, as values of its columns."""
    made = {}
    for column, value in plain.items():
        sort = table.columns[column].type.python_type if not hasattr(table.columns[column].type, "impl") else None
        if value is not None and column.endswith("_at"):
            value = _moment(value)
        elif value is not None and sort is not None and sort.__name__ == "date":
            value = sort.fromisoformat(value)
        made[column] = value
    return made


def _moment(value: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(value)


# --- history made another -----------------------------------------------------------------------------------------------


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
    from declarations.snapshot import facts_from
    from workflows.reviews import rule_content

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


# --- files ----------------------------------------------------------------------------------------------------------------


def attachment_byte(hands: Hands) -> str | None:
    """A byte of a file that was attached, and half of the time its digest in the row."""
    row = hands.one("attachment")
    assert row is not None
    path = hands.folder / "attachments" / row["stored_as"]
    content = hands.byte(path.read_bytes())
    hands.write(path, content)
    also = hands.chance.random() < 0.5
    if also:
        hands.change("attachment", row, sha256=hashlib.sha256(content).hexdigest())
    return f"{row['filename']}{', its digest too' if also else ''}"


def workbook_cell(hands: Hands) -> str | None:
    """A letter or digit of a cell in a kept register, and half of the time its size and digest in the row."""
    row = hands.chance.choice([row for row in hands.rows("register") if row["stored_as"]])
    path = storage.path_of(row["stored_as"])
    told = changed_cell(hands.chance, path.read_bytes())
    if told is None:
        return None
    content, what = told
    hands.write(path, content)
    also = hands.chance.random() < 0.5
    if also:
        hands.change("register", row, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    return f"{what}{', its digest too' if also else ''}"


def changed_cell(chance: Random, workbook: bytes, sheets: Container[str] | None = None) -> tuple[bytes, str] | None:
    """The workbook with another digit in a random cell (of these sheets), and what was changed; None if there is no such cell."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        parts = [(info, archive.read(info)) for info in archive.infolist()]
    wanted = [n for n, (info, _) in enumerate(parts) if _is_sheet(info.filename) and (sheets is None or info.filename in sheets)]
    number = chance.choice(wanted)
    info, xml = parts[number]
    places = [found.start(1) for found in re.finditer(rb"<v>(.)", xml)]
    if not places:
        return None
    place = chance.choice(places)
    new = chance.choice([digit for digit in b"0123456789" if digit != xml[place]])
    parts[number] = (info, xml[:place] + bytes([new]) + xml[place + 1 :])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for each, content in parts:
            archive.writestr(each.filename, content)
    return out.getvalue(), f"{info.filename} at {place}"


def _is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/sheet")


KINDS: dict[str, Kind] = {
    "one column": one_column,
    "state": state,
    "middle event deleted": middle_event,
    "tail cut, head repaired": tail_cut,
    "declaration wiped": wiped,
    "history rewritten, database alone": rewritten_without_keys,
    "history rewritten, event key too": rewritten_with_event_key,
    "forged approval": forged_approval,
    "two declarations swapped": swapped,
    "attachment byte": attachment_byte,
    "salt": salt,
    "policy text": policy_text,
    "role grant": role_grant,
    "workbook cell": workbook_cell,
}
