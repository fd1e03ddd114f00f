"""Which declarations a name, a number, a person, a firm or a limit leads to; the candidates are few and found by index first."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, false, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from declarations.compliance.names import many_people, people_called
from declarations.compliance.near import near_limits
from declarations.compliance.reach import Reach
from declarations.compliance.totals import Standing, counted, limits_of
from declarations.compliance.wanted import Wanted
from declarations.counterparties import ALIKE, suggest
from declarations.models import Counterparty, Declaration, Person

CALLED = 40  # people, and firms, a text may mean


def meant(session: Session, reach: Reach, wanted: Wanted, today: date) -> tuple[ColumnElement[bool] | None, bool]:
    """The condition that leads to what is named, None where nothing is; and whether more are called so than were looked at."""
    if wanted.these:
        return Declaration.public_id.in_(wanted.these), False
    if wanted.near:
        return _near(near_limits(session, reach, today).standings), False
    if wanted.text:
        return _called(session, wanted.text)
    if wanted.person:
        return Declaration.declarant_id == person_of(session, wanted.person), False
    if wanted.firm:
        return Declaration.counterparty_id.in_(members_of(session, wanted.firm)), False
    return None, False


def _near(standings: Sequence[Standing]) -> ColumnElement[bool]:
    """Whatever is between somebody and a counterparty with which their total is near a limit."""
    pairs = sorted({(one.person_id, one.group_id) for one in standings})
    first = min((one.limit.window.first for one in standings), default=date.max)
    between = (
        select(Declaration.id)
        .join(Counterparty, Counterparty.id == Declaration.counterparty_id)
        .where(
            Declaration.declarant_id.in_(sorted({person for person, _group in pairs})),
            tuple_(Declaration.declarant_id, Counterparty.group_id).in_(pairs),
            Declaration.occurred_on >= first,
        )
    )
    return Declaration.id.in_(between.correlate(None))


def _called(session: Session, text: str) -> tuple[ColumnElement[bool], bool]:
    """What a number, a person's name or a firm's name leads to."""
    row_id = session.scalar(select(Declaration.id).where(Declaration.number == text.upper()))
    if row_id is not None:
        return Declaration.id == row_id, False
    firms = [one.id for one in suggest(session, text, CALLED) if one.same or one.score >= ALIKE]
    people = people_called(session, text, CALLED, thoroughly=not firms or not many_people(session))
    linked = session.scalars(select(Counterparty.id).where(Counterparty.same_as_id.in_(firms)))
    declaration = aliased(Declaration)
    theirs = union_all(
        select(declaration.id).where(declaration.declarant_id.in_(people)),
        select(declaration.id).where(declaration.counterparty_id.in_([*firms, *linked])),
    )
    return Declaration.id.in_(theirs), CALLED in (len(people), len(firms))


def limit_of(session: Session, wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    """What counts in the total that `wanted.limit` is about, as it binds the person wanted."""
    row = session.execute(select(Person.id, Person.company_id).where(Person.public_id == wanted.person)).one_or_none()
    for limit in limits_of(session, row.id, row.company_id, today) if row else ():
        if wanted.limit == f"{limit.document}/{limit.rule}":
            window = Declaration.occurred_on.between(limit.window.first, limit.window.last)
            return [*counted(limit), window, Declaration.base_minor.is_not(None)]
    return [false()]


def person_of(session: Session, public_id: str) -> int:
    """A person's id; 0, which nobody has, if there is none."""
    return session.scalar(select(Person.id).where(Person.public_id == public_id)) or 0


def members_of(session: Session, public_id: str) -> list[int]:
    """The ids of all counterparties that count together with this one."""
    one = aliased(Counterparty)
    group = select(one.group_id).where(one.public_id == public_id).scalar_subquery()
    return list(session.scalars(select(Counterparty.id).where(Counterparty.group_id == group)))
