"""What the deciding room reads: one declaration and all that hangs on it, and delegations. Nothing here changes anything."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Boolean, ColumnElement, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from declarations.errors import NotFound
from declarations.models import Attachment, Condition, Declaration, Delegation, Filing, Person
from declarations.viewer import Viewer
from declarations.visibility import visible_to

# What a line in a list names, read with the declarations.
NAMED = (
    joinedload(Declaration.declarant),
    joinedload(Declaration.counterparty),
    joinedload(Declaration.company),
    joinedload(Declaration.assignee),
)


def declaration_for(session: Session, viewer: Viewer, public_id: str) -> Declaration:
    """The declaration, if the viewer may open it. Raises NotFound, whether it is hidden or missing."""
    row = session.scalars(
        select(Declaration)
        .where(Declaration.public_id == public_id, visible_to(viewer))
        .options(
            joinedload(Declaration.declarant),
            joinedload(Declaration.assignee),
            joinedload(Declaration.counterparty),
            joinedload(Declaration.company),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def filings_of(session: Session, declaration_id: int) -> Sequence[Filing]:
    """Every filing of a declaration, the first one first."""
    return session.scalars(select(Filing).where(Filing.declaration_id == declaration_id).order_by(Filing.sequence)).all()


def conditions_of(session: Session, declaration_id: int) -> Sequence[Condition]:
    """The obligations out of its decisions, the one due first first."""
    return session.scalars(
        select(Condition).where(Condition.declaration_id == declaration_id).order_by(Condition.due_on, Condition.id)
    ).all()


def files_of(session: Session, declaration_id: int) -> Sequence[tuple[Attachment, str]]:
    """Its files and who added each."""
    rows = session.execute(
        select(Attachment, Person.name)
        .join(Person, Person.id == Attachment.added_by_id)
        .where(Attachment.declaration_id == declaration_id)
        .order_by(Attachment.id)
    )
    return [(file, name) for file, name in rows]


def names_of(session: Session, people: Iterable[int | None]) -> dict[int, str]:
    """Names by id."""
    known = sorted({person for person in people if person is not None})
    if not known:
        return {}
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(known)))}


def own_delegations(session: Session, viewer: Viewer, today: date) -> Sequence[tuple[Delegation, str]]:
    """The viewer's own delegations that run or are still to come, with the substitute's name."""
    return _delegations(session, Delegation.person_id == viewer.person_id, Delegation.substitute_id, today)


def standing_in(session: Session, viewer: Viewer, today: date) -> Sequence[tuple[Delegation, str]]:
    """For whom the viewer decides today or will, with the name of who is away."""
    return _delegations(session, Delegation.substitute_id == viewer.person_id, Delegation.person_id, today)


def _delegations(
    session: Session, whose: ColumnElement[bool], other: InstrumentedAttribute[int], today: date
) -> Sequence[tuple[Delegation, str]]:
    rows = session.execute(
        select(Delegation, Person.name)
        .join(Person, Person.id == other)
        .where(whose, Delegation.last_on >= today, Delegation.ended_at.is_(None))
        .order_by(Delegation.first_on)
    )
    return [(row, name) for row, name in rows]


def colleague(session: Session, typed: str, today: date) -> Person | None:
    """The active colleague whose e-mail address or full name was typed, if exactly one is meant."""
    text = typed.strip()
    email = text.rpartition("(")[2].removesuffix(")").strip() if text.endswith(")") else text
    rows = session.scalars(
        select(Person)
        .where(
            or_(Person.email == email.lower(), Person.name == text),
            Person.active_from <= today,
            or_(Person.active_to.is_(None), Person.active_to >= today),
        )
        .limit(2)
    ).all()
    return rows[0] if len(rows) == 1 else None


def surely(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """`condition` with what SQL cannot tell (a comparison with nothing) taken for no, so that it can be turned round."""
    return func.coalesce(condition, false(), type_=Boolean)
