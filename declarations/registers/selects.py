"""The statements a register is read with: an entry with what its filing pinned, a decision with what it was taken on."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, null, select, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import UserDefinedType

from declarations.models import (
    Alternative,
    Company,
    Condition,
    Counterparty,
    CounterpartyGroup,
    Decider,
    Declaration,
    Disclosure,
    Event,
    Filing,
    Person,
    Recheck,
    RoleGrant,
)
from declarations.registers.pinned import answers_of, assessment_of, organisation_of
from declarations.registers.readers import READERS

Query = Select[*tuple[Any, ...]]

# Whoever may read a register reads no hint in it on their own declarations.
_OVERSEERS = select(RoleGrant.person_id).where(
    RoleGrant.role.in_([role.value for role in READERS]), RoleGrant.revoked_at.is_(None)
)


# What a register has no use for: the numbers of what it points at, where it waits for whom, and what is kept for queries only.
_NOT_SHOWN = frozenset({
    "public_id", "company_id", "declarant_id", "prepared_by_id", "counterparty_id",
    "packed", "marks", "host_present", "review", "returns_to", "escalated", "assignee_id", "assigned_for_id", "pool_company_id",
    "urgent_on", "reminded", "exempt", "whole_base_minor", "decided_at", "form",
})  # fmt: skip


class _Read(UserDefinedType[Any]):
    """Read by `read` out of its JSON."""

    cache_ok = True

    def __init__(self, read: Callable[[Any], Any] | None) -> None:
        self.read = read

    def result_processor(self, dialect: Any, coltype: object) -> Callable[[Any], Any] | None:
        return self.read


class _Unread(ColumnElement[Any]):
    """JSON as its text; where the driver can give it, as bytes that nobody has decoded. `read` is what `columnwise` reads it with."""

    inherit_cache = True
    _traverse_internals: Any = [("column", InternalTraversal.dp_clauseelement)]  # noqa: RUF012 - SQLAlchemy asks for it so

    def __init__(self, column: ColumnElement[Any], read: Callable[[Any], Any] | None) -> None:
        self.column, self.type = column, _Read(read)


@compiles(_Unread)
def _as_text(element: _Unread, compiler: Any, **given: Any) -> str:
    return str(compiler.process(element.column, **given))


@compiles(_Unread, "sqlite")
def _as_bytes(element: _Unread, compiler: Any, **given: Any) -> str:
    return f"CAST({compiler.process(element.column, **given)} AS BLOB)"


def _text(column: Any, name: str, read: Callable[[Any], Any] | None = None) -> Any:
    return _Unread(column, read).label(name)


def entries() -> Query:
    """Declarations, the names of what they point at, the texts of their filing and the digest of their last event."""
    assistant = aliased(Person)
    columns: Mapping[str, Any] = {
        "company": Company.name,
        "declarant": Person.name,
        "declarant_number": Person.number,
        "unit": Person.unit,
        "prepared_by": assistant.name,
        "counterparty": Counterparty.name,
        "registered_number": Counterparty.registered_number,
        "counterparty_group": CounterpartyGroup.name,
        "policy_digest": Filing.policy_digest,
        "event_digest": Event.digest,
    }
    return (
        select(
            *(column for column in Declaration.__table__.columns if column.key not in _NOT_SHOWN),
            *(column.label(name) for name, column in columns.items()),
            _text(Filing.answers, "answers", answers_of),
            _text(Filing.assessment, "assessment", assessment_of),
            _text(Filing.organisation, "organisation", organisation_of),
            Declaration.id.in_(select(Recheck.declaration_id)).label("reopened"),
        )
        .join(Company, Company.id == Declaration.company_id)
        .join(Person, Person.id == Declaration.declarant_id)
        .outerjoin(assistant, assistant.id == Declaration.prepared_by_id)
        .outerjoin(Counterparty, Counterparty.id == Declaration.counterparty_id)
        .outerjoin(CounterpartyGroup, CounterpartyGroup.id == Counterparty.group_id)
        .outerjoin(Filing, and_(Filing.declaration_id == Declaration.id, Filing.sequence == Declaration.filing))
        .outerjoin(Event, and_(Event.declaration_id == Declaration.id, Event.sequence == Declaration.version))
    )


def deciders() -> Query:
    """Who decided, as an entry shows it, the last of an entry last."""
    decider, behalf = aliased(Person), aliased(Person)
    columns: Mapping[str, Any] = {
        "decided_by": decider.name,
        "decided_as": Event.role,
        "decided_for": behalf.name,
        "decided_at": Decider.at,
        "decided_in": Decider.event_sequence,
    }
    return (
        select(Decider.declaration_id, *(column.label(name) for name, column in columns.items()))
        .select_from(Decider)
        .join(decider, decider.id == Decider.person_id)
        .outerjoin(behalf, behalf.id == Decider.on_behalf_of_id)
        .outerjoin(Event, and_(Event.declaration_id == Decider.declaration_id, Event.sequence == Decider.event_sequence))
        .order_by(Decider.declaration_id, Decider.event_sequence)
    )


def decisions() -> Query:
    """Decisions with the assessment of the filing decided on, the reason given and the conditions set."""
    decider, behalf, declarant = aliased(Person), aliased(Person), aliased(Person)
    reason, conditions = aliased(Disclosure), aliased(Disclosure)
    return (
        select(
            Decider.id,
            Decider.review,
            Decider.action,
            Decider.filing,
            Decider.at,
            Decider.event_sequence,
            Declaration.number,
            Declaration.kind,
            Company.name.label("company"),
            declarant.name.label("declarant"),
            decider.name.label("person"),
            decider.number.label("person_number"),
            behalf.name.label("on_behalf_of"),
            Event.role,
            Event.policy_digest,
            Event.seen_digest,
            Event.digest.label("event_digest"),
            _text(Filing.assessment, "assessment", assessment_of),
            _text(reason.value, "reason"),
            _text(conditions.value, "conditions"),
            case((Declaration.declarant_id.in_(_OVERSEERS), null()), else_=type_coerce(Alternative.changes, Text)).label(
                "changes"
            ),
        )
        .select_from(Decider)
        .join(Declaration, Declaration.id == Decider.declaration_id)
        .join(Company, Company.id == Declaration.company_id)
        .join(declarant, declarant.id == Declaration.declarant_id)
        .join(decider, decider.id == Decider.person_id)
        .outerjoin(behalf, behalf.id == Decider.on_behalf_of_id)
        .outerjoin(Event, and_(Event.declaration_id == Decider.declaration_id, Event.sequence == Decider.event_sequence))
        .outerjoin(Filing, and_(Filing.declaration_id == Decider.declaration_id, Filing.sequence == Decider.filing))
        .outerjoin(Alternative, Alternative.decider_id == Decider.id)
        .outerjoin(reason, and_(reason.event_id == Event.id, reason.name == "reason"))
        .outerjoin(conditions, and_(conditions.event_id == Event.id, conditions.name == "conditions"))
    )


def conditions() -> Query:
    """What decisions asked for, and when it was met."""
    columns = (Condition.declaration_id, Condition.due_on, Condition.text, Condition.met_at)
    return select(*columns).order_by(Condition.declaration_id, Condition.id)
