"""A rehearsal as plain text for whoever sits at a terminal."""

from collections.abc import Iterator

from declarations.rehearsing.result import Move, Rehearsal
from workflows.policy.tables import Route

MOST = 200  # lines of a table


def as_plain_text(found: Rehearsal) -> Iterator[str]:
    """What it found, line by line, in English."""
    days = f"{found.first_on.isoformat()} to {found.last_on.isoformat()}"
    yield f"{found.draft.key} over what was filed from {days}: {found.count} declarations, {found.changed} would end otherwise."
    for title, by in (("By kind", "kind"), ("By company", "company_id"), ("By class of counterparty", "counterparty_class")):
        moves = found.moves(by)
        if moves:
            yield f"\n{title}"
        for move in moves[:MOST]:
            yield f"  {move.count:>8}  {_about(found, move)}: {in_words(move.before)} → {in_words(move.after)}"
    yield "\nReviews a week"
    for review, more in found.reviews_a_week().items():
        before, after = found.reviews[review]
        yield f"  {review.slug}: {before / found.weeks:.1f} → {after / found.weeks:.1f} ({more:+.1f})"
    breaches = found.breaches()
    yield f"\nWould newly have been breaches: {breaches['new']}; would no longer have been: {breaches['gone']}"


def in_words(route: Route) -> str:
    """An outcome with its reviews: "record", "manager + compliance"."""
    reviews = " + ".join(review.slug for review in route.reviews)
    outcome = route.outcome.slug
    return reviews if reviews.endswith(outcome) else f"{outcome} ({reviews})" if reviews else outcome


def _about(found: Rehearsal, move: Move) -> str:
    if move.kind is not None:
        return move.kind.value
    if move.company_id is not None:
        return found.companies[move.company_id]
    return move.counterparty_class or ""
