"""The other declarations a total counts: by declarant and counterparty always, by wider keys only where a policy asks for them."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, cast

from sqlalchemy import ColumnElement, Integer, Select, Table, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session, aliased

from declarations import snapshot
from declarations.direct import run
from declarations.models import Counterparty, Declaration, Filing, TotalKey
from workflows.facts import Facts, Item
from workflows.money import Money, half_up
from workflows.policy.in_force import InForce
from workflows.words import Direction, Disposition, Kind, State

_TOTALS = 7  # locks about totals, apart from others
_GROUP = aliased(Counterparty)
_COLUMNS = (
    Declaration.id,
    Declaration.number,
    Declaration.declarant_id,
    Declaration.kind,
    Declaration.direction,
    Declaration.occurred_on,
    Declaration.counterparty_class,
    Declaration.share_minor,
    Declaration.currency,
    Declaration.base_minor,
    Declaration.base_currency,
    Declaration.form,
    Declaration.disposition,
    Declaration.state,
    Declaration.exempt,
    Declaration.heads,
    Declaration.host_present,
    Declaration.outcome,
)
_COUNTS: tuple[ColumnElement[bool], ...] = (
    Declaration.occurred_on >= bindparam("first"),
    Declaration.occurred_on <= bindparam("last"),
    Declaration.state != State.WITHDRAWN,
    Declaration.id != bindparam("besides"),
)
_OF_THE_GROUP = (
    select(*_COLUMNS)
    .where(
        Declaration.declarant_id == bindparam("declarant"),
        Declaration.counterparty_id.in_(select(_GROUP.id).where(_GROUP.group_id == bindparam("group"))),
        *_COUNTS,
    )
    .order_by(Declaration.occurred_on, Declaration.id)
)


def _beyond(*which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    joined = select(*_COLUMNS, _GROUP.group_id).outerjoin(_GROUP, _GROUP.id == Declaration.counterparty_id)
    return joined.where(*which, *_COUNTS).order_by(Declaration.occurred_on, Declaration.id)


_KEYED = Declaration.id.in_(
    select(TotalKey.declaration_id).where(TotalKey.sort == bindparam("sort"), TotalKey.value == bindparam("value"))
)
_OF_THE_DECLARANT = _beyond(Declaration.declarant_id == bindparam("declarant"))
_OF_THE_KEY = _beyond(_KEYED)
_OF_THE_KEY_HERE = _beyond(_KEYED, Declaration.company_id == bindparam("company"))
_FILED = (
    select(Filing.declaration_id, Filing.facts)
    .join(Declaration, Declaration.id == Filing.declaration_id)
    .where(Filing.declaration_id.in_(bindparam("ids", expanding=True)), Filing.sequence == Declaration.filing)
)


def items_for(
    session: Session, declarant_id: int, group_id: int | None, first: date, last: date, besides: int | None
) -> tuple[Item, ...]:
    """The declarant's other declarations with this counterparty group whose event lies between the two days."""
    if group_id is None:
        return ()
    wanted = {"declarant": declarant_id, "group": group_id, "first": first, "last": last, "besides": besides or 0}
    return tuple(item_of(row, group_id) for row in run(session, _OF_THE_GROUP, wanted))


def items_under(
    session: Session, policy: InForce, facts: Facts, *, company_id: int, first: date, last: date, besides: int | None
) -> tuple[Item, ...]:
    """All that `policy` may count together with `facts`: of the counterparty group, and by whatever wider keys it keeps totals.

    What is summed over colleagues for one outside person is so within the company; an event and a household know no company.
    """
    items = items_for(session, facts.declarant_id, facts.counterparty_group_id, first, last, besides)
    wider = policy.keys - {"counterparty"}
    if not wider and not policy.looks_into_items:
        return items
    found = {item.declaration_id: item for item in items}
    days = {"first": first, "last": last, "besides": besides or 0}
    for statement, key in _statements(facts, wider, company_id):
        for row in run(session, statement, days | key):
            found.setdefault(row.id, item_of(row, row.group_id))
    return tuple(sorted(_looked_into(session, found), key=lambda item: (item.occurred_on, item.declaration_id)))


def _statements(facts: Facts, wider: Iterable[str], company_id: int) -> Iterator[tuple[Select[*tuple[Any, ...]], dict[str, Any]]]:
    if "declarant" in wider:
        yield _OF_THE_DECLARANT, {"declarant": facts.declarant_id}
    for sort, value in sorted(keys_of(facts)):
        if sort == "person" and sort in wider:
            yield _OF_THE_KEY_HERE, {"sort": sort, "value": value, "company": company_id}
        elif sort in wider:
            yield _OF_THE_KEY, {"sort": sort, "value": value}


def _looked_into(session: Session, found: Mapping[int, Item]) -> Iterator[Item]:
    """The items with what only their filings say."""
    ids: Sequence[int] = sorted(found)
    for start in range(0, len(ids), 500):
        for number, plain in session.execute(_FILED, {"ids": ids[start : start + 500]}):
            yield looked_into(found[number], snapshot.facts_from(plain))


def looked_into(item: Item, facts: Facts) -> Item:
    """The item with what only the facts of its filing say."""
    return replace(
        item,
        tax=_share(facts.tax, facts.heads),
        delivery=_share(facts.delivery, facts.heads),
        own_share=facts.own_share,
        occasion=facts.occasion,
        outside=facts.outside,
        event=facts.event,
        household=facts.household,
    )


def _share(money: Money | None, heads: int) -> Money | None:
    return Money(half_up(Fraction(money.minor, heads)), money.currency) if money else None


def item_of(row: Any, group_id: int | None) -> Item:
    """A declaration's columns as totals see them, in that counterparty group."""
    return Item(
        declaration_id=row.id,
        number=row.number,
        declarant_id=row.declarant_id,
        kind=Kind(row.kind),
        direction=Direction(row.direction) if row.direction else None,
        occurred_on=row.occurred_on,
        counterparty_group_id=group_id,
        counterparty_class=row.counterparty_class,
        value=Money(row.share_minor, row.currency) if row.share_minor is not None else None,
        base=Money(row.base_minor, row.base_currency) if row.base_minor is not None else None,
        form=row.form,
        disposition=Disposition(row.disposition),
        state=State(row.state),
        exempt=frozenset(row.exempt.split()),
        heads=row.heads,
        host_present=row.host_present,
        outcome=row.outcome,
    )


def keys_of(facts: Facts) -> frozenset[tuple[str, str]]:
    """The wider keys a declaration is counted by: sort and digest. Where two filings meet in one, they meet in a total."""
    keys = [("person", name) for name in facts.outside]
    keys += [(sort, key) for sort, key in (("event", facts.event), ("household", facts.household)) if key]
    return frozenset((sort, hashlib.sha256(f"{sort}/{key}".encode()).hexdigest()) for sort, key in keys)


_KEY = insert(cast(Table, TotalKey.__table__))
_HOLD = select(func.pg_advisory_xact_lock(_TOTALS, bindparam("key", type_=Integer)))


def hold_keys(session: Session, facts: Facts) -> None:
    """Two filings that meet in a wider key come one after the other, whoever files them; the lock ends with the transaction.

    On SQLite there is one writer at a time anyhow. The order is the same for everybody, so that nobody waits in a circle.
    """
    if session.get_bind().dialect.name == "postgresql":
        for _, value in sorted(keys_of(facts), key=lambda key: key[1]):
            session.execute(_HOLD, {"key": int(value[:7], 16)})


def keep_keys(session: Session, declaration: Declaration, facts: Facts) -> None:
    """Write the keys of the current filing in the place of those of an earlier one."""
    if declaration.filing > 1:
        session.execute(delete(TotalKey).where(TotalKey.declaration_id == declaration.id))
    rows = [{"declaration_id": declaration.id, "sort": sort, "value": value} for sort, value in sorted(keys_of(facts))]
    if rows:
        run(session, _KEY, rows)
