"""What a draft would have changed, as it was worked out, and the declarations behind a figure; what has moved on since is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, undefer

from declarations.compliance.reach import Reach
from declarations.display import _, number
from declarations.errors import NotFound
from declarations.labels import label
from declarations.models import Declaration, Event, Person, PolicyDocument, PolicyRehearsal
from declarations.policies.words import route_words
from declarations.policy_drafts import rights, steps
from declarations.rehearsing.keeping import unpacked
from declarations.rehearsing.result import Cut, Move, Rehearsal
from declarations.viewer import Viewer
from workflows.policy.document import PolicyError, load
from workflows.policy.tables import Route
from workflows.words import N_, Kind, Outcome, Review, Role

PERIODS = (3, 6, 12, 24)  # months
MOST = 100  # declarations listed
LISTED = 50  # rehearsals of a draft
BY = {"kind": "kind", "company": "company_id", "class": "counterparty_class"}


def of_draft(session: Session, draft_id: int) -> Sequence[PolicyRehearsal]:
    """The draft's rehearsals, the newest first."""
    query = select(PolicyRehearsal).where(PolicyRehearsal.draft_id == draft_id).order_by(PolicyRehearsal.id.desc())
    return session.scalars(query.limit(LISTED)).all()


def asked_for(session: Session, viewer: Viewer, public_id: str) -> PolicyRehearsal:
    """The rehearsal with its result, if the viewer may read its draft. Raises NotFound."""
    row = session.scalars(
        select(PolicyRehearsal)
        .where(PolicyRehearsal.public_id == public_id)
        .options(joinedload(PolicyRehearsal.draft), undefer(PolicyRehearsal.changes))
    ).one_or_none()
    if row is None or not rights.reads(viewer, row.draft.company_id):
        raise NotFound
    return row


def found(row: PolicyRehearsal) -> Rehearsal | None:
    """What it found, None as long as it is not done. Lists are of the text and the days it was asked for, whatever came since."""
    if row.figures is None or row.changes is None:
        return None
    draft = load(row.text.encode(), row.draft.key)
    return unpacked(row.figures, row.changes, draft=draft, first_on=row.first_on, last_on=row.last_on)


def is_stale(row: PolicyRehearsal) -> bool:
    """Whether the draft says something else now; days and names of who approves it make no difference."""
    if row.text == row.draft.text:
        return False
    try:
        return not steps.says_the_same(load(row.draft.text.encode(), row.draft.key), row.text.encode())
    except PolicyError:
        return True


@dataclass(frozen=True)
class Since:
    """What happened since it was worked out: how many declarations something was done with, and whether a policy was published."""

    declarations: int
    policies: bool


def since(session: Session, row: PolicyRehearsal) -> Since:
    """What the rehearsal did not see, as far as it could change the result."""
    moved = select(func.count(Event.declaration_id.distinct())).where(
        Event.id > (row.last_event or 0), Event.declaration_id.is_not(None), Event.role != Role.CLOCK
    )
    published = select(func.count()).select_from(PolicyDocument).where(PolicyDocument.published_at > row.started_at)
    return Since(session.scalar(moved) or 0, bool(session.scalar(published)))


def asker(session: Session, row: PolicyRehearsal) -> str:
    """The name of whoever asked for it."""
    return session.get_one(Person, row.asked_by_id).name


@dataclass(frozen=True)
class Line:
    """One change from an outcome to another: whose, from what, to what, how many, and the address of their list."""

    about: str
    before: str
    after: str
    count: int
    asked: Mapping[str, str]


def lines(found: Rehearsal, by: str) -> list[Line]:
    """Every change told apart by one of BY, most first."""
    return [
        Line(_about(found, move, by), route_words(move.before), route_words(move.after), move.count, asked_of(move.cut))
        for move in found.moves(BY[by])
    ]


def _about(found: Rehearsal, move: Move, by: str) -> str:
    if by == "kind":
        return label("kind", move.kind)
    if by == "company":
        return found.companies.get(move.company_id or 0, "")
    return label("class", move.counterparty_class)


def asked_of(cut: Cut) -> dict[str, str]:
    """A cut as names and values of an address."""
    asked = {
        "kind": cut.kind.value if cut.kind else "",
        "company": str(cut.company_id or ""),
        "class": cut.counterparty_class or "",
        "before": _code(cut.before),
        "after": _code(cut.after),
        "breach": cut.breach or "",
    }
    return {name: value for name, value in asked.items() if value}


def _code(route: Route | None) -> str:
    return "" if route is None else ".".join([route.outcome.slug, *(review.slug for review in route.reviews)])


def cut_of(asked: Mapping[str, str]) -> Cut:
    """The cut an address asks for; what it does not understand it leaves out."""
    kind, company, breach = asked.get("kind", ""), asked.get("company", ""), asked.get("breach", "")
    return Cut(
        kind=Kind(kind) if kind in list(Kind) else None,
        company_id=int(company) if company.isdecimal() and len(company) < 18 else None,
        counterparty_class=asked.get("class") or None,
        before=_route(asked.get("before", "")),
        after=_route(asked.get("after", "")),
        breach=breach if breach in ("new", "gone") else None,
    )


def _route(code: str) -> Route | None:
    outcome, *reviews = code.split(".")
    outcomes = {one.slug: one for one in Outcome}
    known = {one.slug: one for one in Review}
    if outcome not in outcomes or not set(reviews) <= set(known):
        return None
    return Route(outcomes[outcome], tuple(known[one] for one in reviews))


def declarations(session: Session, reach: Reach, ids: Sequence[int]) -> list[Declaration]:
    """The newest of these declarations that the reader may see, MOST at most."""
    rows = session.scalars(
        select(Declaration)
        .options(joinedload(Declaration.declarant), joinedload(Declaration.counterparty))
        .where(Declaration.id.in_(ids[: 2 * MOST]), reach.seen())
        .order_by(Declaration.id.desc())
        .limit(MOST)
    )
    return list(rows.unique())


def sentences(found: Rehearsal) -> list[str]:
    """What it would mean for those who decide, in sentences."""
    said = []
    for review, more in found.reviews_a_week().items():
        if more:
            much = abs(Decimal(str(more)))
            many = number(max(round(much, 1 if much >= 1 else 2), Decimal("0.01")))
            told = {"review": label("review", review.slug), "many": many}
            more_or_fewer = (
                N_("%(review)s: %(many)s more reviews a week") if more > 0 else N_("%(review)s: %(many)s fewer reviews a week")
            )
            said.append(_(more_or_fewer, **told))
    return said


def headline(row: PolicyRehearsal) -> str:
    """The first sentence: how many of how many, or where it is."""
    if row.failed is not None:
        return _("It could not be rehearsed.")
    if row.figures is None:
        return _("It is being rehearsed.") if row.started_at else _("It will be rehearsed in a moment.")
    if not row.figures["changed"]:
        return _("No declaration would have another answer.")
    return _(
        "%(changed)s of %(all)s declarations would have another answer.",
        changed=number(row.figures["changed"]),
        all=number(row.figures["count"]),
    )
