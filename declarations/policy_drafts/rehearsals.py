"""What a draft would have changed, remembered as long as neither it nor the record moves, and the declarations behind a figure."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, joinedload

from declarations.compliance.reach import Reach
from declarations.display import _, number
from declarations.labels import label
from declarations.models import Declaration, Event
from declarations.rehearsing.rehearsal import rehearse
from declarations.rehearsing.result import Cut, Move, Rehearsal
from workflows.policy.document import Document
from workflows.policy.tables import Route
from workflows.policy.windows import months_before
from workflows.words import N_, Kind, Outcome, Review

PERIODS = (3, 6, 12, 24)  # months
KEPT = 2  # rehearsals remembered; one of a million declarations takes some fifty megabytes
MOST = 100  # declarations listed
BY = {"kind": "kind", "company": "company_id", "class": "counterparty_class"}

_remembered: OrderedDict[tuple[object, ...], Rehearsal] = OrderedDict()


def rehearsal(session: Session, engine: Engine, draft: Document, months: int, today: date) -> Rehearsal:
    """The draft's answers to what was filed in the last `months` months, `today` included."""
    last = session.scalar(select(func.max(Event.id)))
    asked = (str(engine.url), draft.digest, months, today, last)
    if asked not in _remembered:
        _remembered[asked] = rehearse(engine=engine, draft=draft, first_on=months_before(today, months), last_on=today)
        while len(_remembered) > KEPT:
            _remembered.popitem(last=False)
    return _remembered[asked]


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


def route_words(route: Route) -> str:
    """An outcome in a few words."""
    if route.reviews and route.outcome is not Outcome.PROHIBITED:
        return " + ".join(label("review", review.slug) for review in route.reviews)
    return label("outcome", route.outcome)


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


def headline(found: Rehearsal) -> str:
    """The first sentence: how many of how many."""
    if not found.changed:
        return _("No declaration would have another answer.")
    return _(
        "%(changed)s of %(all)s declarations would have another answer.", changed=number(found.changed), all=number(found.count)
    )
