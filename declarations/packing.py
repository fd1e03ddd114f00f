"""What rules read of a declaration, packed into one short text, so that a rehearsal reads a million of them in a moment.

Numbers and days differ from one declaration to the next and stand in the text itself. The rest is shared by many and stands once,
as a profile; of answers that are rarely given and rarely alike a profile only says that there are some: the filing has them.
"""

import hashlib
import struct
from dataclasses import fields
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from declarations import canonical, snapshot
from declarations.direct import run
from declarations.models import Declaration, Profile
from workflows.facts import Facts
from workflows.policy.sound import unsound

# id, declarant, counterparty, company, the event's day, the day of filing, value and share in the company's currency, heads, profile
RECORD = struct.Struct("<qqqiiiqqqi")
NOTHING = -(2**63)  # no value, or none in the company's currency
NOBODY = 0  # no counterparty
EPOCH = date(1970, 1, 1).toordinal()

_BY_ROW = frozenset("declarant_id filed_on occurred_on title counterparty_id counterparty_group_id value heads named".split())
SHARED = frozenset(
    "kind direction counterparty_class country value_basis form disposition officials host_present companion family solicited "
    "close_relation concerns_manager wants_advice political percent_hundredths travel_class exempt separable givers joint "
    "counterparty_country interested_party permissible_giver rank role unit meal profession".split()
)
_USUAL = {each.name: each.default for each in fields(Facts) if each.name not in _BY_ROW}


RARE = frozenset(_USUAL) - SHARED  # of these a profile only says which were stated


def profile_of(facts: Facts, base_currency: str) -> dict[str, Any]:
    """What the declaration has in common with others: its unusual answers, its currencies, whether no policy can answer it."""
    unusual = [name for name, usual in _USUAL.items() if getattr(facts, name) != usual]
    stated = snapshot.facts_json(facts)
    profile: dict[str, Any] = {name: stated[name] for name in unusual if name in SHARED}
    rare = sorted(name for name in unusual if name not in SHARED)
    said = {
        "rare": rare,
        "currency": facts.value.currency if facts.value else None,
        "undated": facts.occurred_on is None,
        "unsound": any(True for _ in unsound(facts)),
    }
    return profile | {"base_currency": base_currency} | {name: what for name, what in said.items() if what}


def day_of(number: int) -> date:
    """The day that is so many days after 1 January 1970."""
    return date.fromordinal(number + EPOCH)


def record_of(declaration: Any, facts: Facts, profile: int) -> bytes:
    """The numbers of a declaration's row and facts as bytes."""
    day = facts.occurred_on or facts.filed_on
    return RECORD.pack(
        declaration.id,
        facts.declarant_id,
        facts.counterparty_id or NOBODY,
        declaration.company_id,
        day.toordinal() - EPOCH,
        facts.filed_on.toordinal() - EPOCH,
        NOTHING if facts.value is None else facts.value.minor,
        NOTHING if declaration.base_minor is None else declaration.base_minor,
        facts.heads,
        profile,
    )


def pack(session: Session, declaration: Declaration, facts: Facts) -> str:
    """The text for a declaration that has its id and its columns."""
    profile = _number_of(session, canonical.dumps(profile_of(facts, declaration.base_currency)))
    return record_of(declaration, facts, profile).hex()


_KNOWN = select(Profile.id).where(Profile.digest == bindparam("digest"))
_ADD: dict[str, Any] = {
    name: insert(cast(Table, Profile.__table__)).on_conflict_do_nothing().returning(Profile.id)
    for name, insert in (("postgresql", insert_postgresql), ("sqlite", insert_sqlite))
}


def _number_of(session: Session, content: bytes) -> int:
    """The number of the profile with this content, a new one if it is the first of its kind."""
    digest = hashlib.sha256(content).hexdigest()
    known = run(session, _KNOWN, {"digest": digest}).scalar_one_or_none()
    if known is not None:
        return known
    added = run(session, _ADD[session.get_bind().dialect.name], {"digest": digest, "content": content.decode()}).scalar()
    if added is not None:
        return int(added)
    return run(session, _KNOWN, {"digest": digest}).scalar_one()  # another was faster
