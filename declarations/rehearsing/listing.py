"""Which declarations a rehearsal would have ended otherwise, by number."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations.models import Declaration
from declarations.rehearsing.result import Rehearsal
from workflows.policy.tables import Route

AT_ONCE = 500  # numbers asked for


def in_words(route: Route) -> str:
    """An outcome with its reviews, in the words of a policy document, whoever reads the file: "record", "manager + compliance"."""
    reviews = " + ".join(review.slug for review in route.reviews)
    outcome = route.outcome.slug
    return reviews if reviews.endswith(outcome) else f"{outcome} ({reviews})" if reviews else outcome


def changed(session: Session, found: Rehearsal) -> Iterator[tuple[str, str, str]]:
    """Heads of columns, then number, outcome before and outcome after of each, most frequent change first."""
    yield "number", "before", "after"
    for move in found.moves():
        ids = found.ids_of(move.cut)
        for start in range(0, len(ids), AT_ONCE):
            numbers = (
                select(Declaration.number).where(Declaration.id.in_(ids[start : start + AT_ONCE])).order_by(Declaration.id.desc())
            )
            for number in session.scalars(numbers):
                yield number, in_words(move.before), in_words(move.after)
