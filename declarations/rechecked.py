"""What late entries re-opened, told in a declaration's own story; what the reader may not open is told without its name.

Whom a late entry names is told nothing: its total alone would say that there is one.
"""

from markupsafe import Markup, escape
from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from declarations import figures
from declarations.display import _, full_day
from declarations.labels import label
from declarations.models import Declaration, NamedPerson, Person, Recheck
from declarations.stories import Line
from declarations.viewer import Viewer
from declarations.visibility import visible_to
from workflows.money import Money
from workflows.policy.assessment import Figure


def caused_by_naming(viewer: Viewer) -> ColumnElement[bool]:
    """True for flags whose late entry names the viewer."""
    return exists().where(NamedPerson.declaration_id == Recheck.cause_id, NamedPerson.person_id == viewer.person_id)


def lines(session: Session, viewer: Viewer, declaration_id: int, *, inside: bool) -> list[Line]:
    """Two lines for each late entry that lifted this declaration over a limit: that it did, and how compliance settled it.

    Who settled it and why is for readers of compliance and audit (`inside`).
    """
    theirs = exists().where(Declaration.id == Recheck.cause_id, Declaration.declarant_id == viewer.person_id)
    rows = session.scalars(
        select(Recheck)
        .where(Recheck.declaration_id == declaration_id, or_(~caused_by_naming(viewer), theirs))
        .options(joinedload(Recheck.cause))
        .order_by(Recheck.id)
    ).all()
    if not rows:
        return []
    causes, people = {row.cause_id for row in rows}, {row.settled_by_id for row in rows}
    seen = set(session.scalars(select(Declaration.id).where(Declaration.id.in_(causes), visible_to(viewer))))
    names = {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))}
    told: list[Line] = []
    for row in rows:
        told.append(_opened(row, row.cause if row.cause_id in seen else None))
        if row.settled_at is not None:
            told.append(_settled(row, names.get(row.settled_by_id or 0, ""), inside=inside))
        else:
            told.append(Line("scale", _("Compliance looks at it."), at=row.at, family="info"))
    return told


def _opened(row: Recheck, cause: Declaration | None) -> Line:
    if is_of_tender(row):
        clauses = tuple(one["clause"] for one in row.rules)
        return Line("rotate-ccw", _("A tender was entered later."), str(sum_of(row)), "warn", row.at, clauses=clauses)
    said = ""
    if cause is not None:
        title = cause.title or label("kind", cause.kind)
        said = _("“%(title)s” of %(day)s was declared later.", title=title, day=full_day(cause.occurred_on))
    clauses = tuple(one["clause"] for one in row.rules)
    together = str(sum_of(row).striptags())
    return Line(
        "rotate-ccw",
        _("A late entry lifted its total over a limit."),
        together,
        "warn",
        row.at,
        said=(said,) if said else (),
        clauses=clauses,
    )


def _settled(row: Recheck, name: str, *, inside: bool) -> Line:
    if not inside:
        return Line("check", _("Compliance looked at it."), at=row.settled_at)
    said = (row.reason,) if row.reason else ()
    if row.how == "taken_up":
        return Line("arrow-up-right", _("%(who)s took it up again.", who=name), at=row.settled_at, family="info", said=said)
    return Line("check", _("%(who)s saw it and left it as it was.", who=name), at=row.settled_at, said=said)


def is_of_tender(row: Recheck) -> bool:
    """Whether a tender entered later re-opened it; its days are those of the flag."""
    return row.cause_id == row.declaration_id


def sum_of(row: Recheck) -> Markup:
    """The total and its limit, or the days of the tender, as a sentence in the language in force."""
    if is_of_tender(row):
        return escape(_("A tender runs from %(first)s to %(last)s.", first=full_day(row.first_on), last=full_day(row.last_on)))
    span = (row.first_on, row.last_on)
    if row.total_minor is not None and row.currency is not None:
        total = Figure("total", Money(row.total_minor, row.currency), window=span)
        limit = Figure("limit", Money(row.limit_minor, row.currency)) if row.limit_minor is not None else None
    else:
        total, limit = Figure("count", number=row.counted, window=span), Figure("limit", number=row.counted_limit)
    return figures.compared(total, limit)
