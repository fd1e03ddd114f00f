"""Who sees which declaration, as one SQL condition that every query of a reader goes through.

The declarant; whoever's turn it is and those who decided it; compliance and internal audit within their companies; nobody else,
and never a colleague the declaration names, whatever their role.
"""

from sqlalchemy import ColumnElement, and_, exists, false, literal_column, or_

from declarations.models import Decider, Declaration, NamedPerson
from declarations.viewer import Viewer
from workflows.words import Role

# Spelt out as the partial indexes spell it: with bound values, or written as "… = 1", SQLite could not use them.
WAITING: ColumnElement[bool] = Declaration.state.in_(
    [literal_column("'with_manager'"), literal_column("'with_compliance'"), literal_column("'with_executive'")]
)


def names(person_id: int) -> ColumnElement[bool]:
    """True for declarations that name this colleague as subject, relation or reason."""
    return exists().where(NamedPerson.declaration_id == Declaration.id, NamedPerson.person_id == person_id)


def within(companies: frozenset[int]) -> ColumnElement[bool]:
    """True for declarations of these companies."""
    return Declaration.company_id.in_(sorted(companies)) if companies else false()


def in_queue_of(viewer: Viewer) -> ColumnElement[bool]:
    """True for what waits for the viewer: theirs, of those they stand in for, and their pools as compliance officers.

    Each way says for itself that it waits: only so does SQLite use the partial index of each, instead of reading all that wait.
    """
    ways = [and_(WAITING, way) for way in _turns(viewer)]
    return and_(or_(*ways), Declaration.declarant_id != viewer.person_id, ~names(viewer.person_id))


def among_waiting(viewer: Viewer) -> ColumnElement[bool]:
    """The same for a query that already reads only a few that wait, and should not look for another way to them."""
    return and_(or_(*_turns(viewer)), Declaration.declarant_id != viewer.person_id, ~names(viewer.person_id))


def _turns(viewer: Viewer) -> list[ColumnElement[bool]]:
    turns = {viewer.person_id, *viewer.stands_in_for}
    ways = [Declaration.assignee_id.in_(sorted(turns)), Declaration.assigned_for_id == viewer.person_id]
    officer = viewer.reach(Role.COMPLIANCE_OFFICER)
    if officer:
        ways.append(and_(Declaration.assignee_id.is_(None), Declaration.pool_company_id.in_(sorted(officer))))
    return ways


def oversight(viewer: Viewer) -> ColumnElement[bool]:
    """True for what the viewer oversees as compliance officer or internal auditor: all their companies', save what names them
    and their own."""
    companies = viewer.reach(Role.COMPLIANCE_OFFICER) | viewer.reach(Role.INTERNAL_AUDITOR)
    return and_(within(companies), ~names(viewer.person_id))


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """True for every declaration the viewer may open. Of the viewer it asks only who they are, for whom they stand in and their roles:
    casework.py keeps the statement by these.
    """
    decided = exists().where(
        Decider.declaration_id == Declaration.id,
        or_(Decider.person_id == viewer.person_id, Decider.on_behalf_of_id == viewer.person_id),
    )
    return or_(
        Declaration.declarant_id == viewer.person_id,
        and_(or_(in_queue_of(viewer), decided, oversight(viewer)), ~names(viewer.person_id)),
    )
