"""Kinds of tampering with the record: each makes one random change and says what it did; None where it changed nothing.

What can be made to agree with the change is made to agree, so that whatever finds it is a layer that could not be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from declarations.evidence.cli import sha256_of_file
from declarations.evidence.record import new_salt
from declarations.evidence.verify import verify
from tests.support.hands import TABLES, Hands, Row
from tests.support.tampering_files import attachment_byte, workbook_cell
from tests.support.tampering_gone import middle_event, tail_cut, wiped
from tests.support.tampering_history import forged_approval, rewritten_with_event_key, rewritten_without_keys, swapped
from workflows.policy.document import PolicyError, load
from workflows.words import GRANTABLE, State

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
