"""What late entries re-opened, as an overseer reads it: which declaration, what its total is now, and which entry did it."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from declarations import casework, clock, world
from declarations.compliance.reach import Reach
from declarations.display import text
from declarations.errors import NotFound
from declarations.models import Declaration, Person, Recheck
from declarations.rechecked import caused_by_naming, is_of_tender, sum_of
from declarations.viewer import Viewer
from declarations.visibility import visible_to
from workflows import available
from workflows.independence import why_not
from workflows.words import Action, Outcome, Review, Role

SHOWN = 200


@dataclass(frozen=True)
class Reopened:
    """One flag: `sum` says the total and its limit, `headings` what the policy calls it, `cause` is None where it is hidden."""

    row: Recheck
    declaration: Declaration
    cause: Declaration | None
    sum: Markup
    clauses: tuple[str, ...]
    headings: tuple[str, ...]
    was: tuple[Outcome, tuple[Review, ...]]
    would_be: tuple[Outcome, tuple[Review, ...]]
    settled_by: str = ""

    @property
    def of_tender(self) -> bool:
        """Whether a tender entered later re-opened it, and no declaration did."""
        return is_of_tender(self.row)


def still_open(session: Session, viewer: Viewer, reach: Reach, most: int = SHOWN) -> list[Reopened]:
    """The flags that wait for compliance, the oldest first: of declarations overseen, save the reader's own."""
    rows = session.scalars(_flags(viewer, reach).where(Recheck.settled_at.is_(None)).order_by(Recheck.id).limit(most))
    return _told(session, viewer, rows.unique().all())


def settled(session: Session, viewer: Viewer, reach: Reach, most: int = 30) -> list[Reopened]:
    """Those settled last."""
    done = _flags(viewer, reach).where(Recheck.settled_at.is_not(None)).order_by(Recheck.settled_at.desc(), Recheck.id.desc())
    return _told(session, viewer, session.scalars(done.limit(most)).unique().all())


def reopened(session: Session, viewer: Viewer, reach: Reach, public_id: str) -> Reopened:
    """One flag. Raises NotFound if it does not exist or is not the reader's to see."""
    row = session.scalars(_flags(viewer, reach).where(Recheck.public_id == public_id)).unique().one_or_none()
    if row is None:
        raise NotFound
    return _told(session, viewer, [row])[0]


def may_be_taken_up(session: Session, viewer: Viewer, declaration: Declaration) -> bool:
    """Whether the reader could escalate the declaration as it stands."""
    case = world.case_of(session, declaration)
    around = world.world_around(session, declaration, case.facts, clock.now())
    return Action.ESCALATE in available(case, casework.actor_for(viewer, declaration), around)


def may_settle(session: Session, viewer: Viewer, declaration: Declaration) -> bool:
    """Compliance officers of its company settle a flag, as independent of it as if they decided it; auditors read it."""
    return viewer.holds(Role.COMPLIANCE_OFFICER, declaration.company_id) and kept_from(session, viewer, declaration) is None


def kept_from(session: Session, viewer: Viewer, declaration: Declaration) -> str | None:
    """The slug of what keeps the viewer from deciding the declaration as it stands, None if nothing does."""
    case = world.case_of(session, declaration)
    around = world.world_around(session, declaration, case.facts, clock.now())
    return why_not(viewer.person_id, case, around.org, Review.COMPLIANCE)


def _flags(viewer: Viewer, reach: Reach) -> Select[Recheck]:
    return (
        select(Recheck)
        .join(Recheck.declaration)
        .where(reach.seen(), Declaration.declarant_id != viewer.person_id, ~caused_by_naming(viewer))
        .options(
            contains_eager(Recheck.declaration).joinedload(Declaration.declarant),
            contains_eager(Recheck.declaration).joinedload(Declaration.counterparty),
            joinedload(Recheck.cause),
        )
    )


def _told(session: Session, viewer: Viewer, rows: Sequence[Recheck]) -> list[Reopened]:
    ids = {row.cause_id for row in rows}
    seen = set(session.scalars(select(Declaration.id).where(Declaration.id.in_(ids), visible_to(viewer)))) if ids else set()
    people = {row.settled_by_id for row in rows if row.settled_by_id is not None}
    names = {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))}
    return [
        Reopened(
            row=row,
            declaration=row.declaration,
            cause=row.cause if row.cause_id in seen else None,
            sum=sum_of(row),
            clauses=tuple(one["clause"] for one in row.rules),
            headings=tuple(text(one["heading"]) for one in row.rules),
            was=(Outcome(row.old_outcome), _reviews(row.old_reviews)),
            would_be=(Outcome(row.new_outcome), _reviews(row.new_reviews)),
            settled_by=names.get(row.settled_by_id or 0, ""),
        )
        for row in rows
    ]


def _reviews(slugs: str) -> tuple[Review, ...]:
    return tuple(Review[slug.upper()] for slug in slugs.split())
