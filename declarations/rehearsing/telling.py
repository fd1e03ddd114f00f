"""A rehearsal as plain text for whoever sits at a terminal."""

from collections.abc import Iterator

from flask_babel import format_decimal, ngettext

from declarations.display import _, full_day, number
from declarations.labels import label
from declarations.policies.words import route_words
from declarations.rehearsing.result import Move, Rehearsal
from workflows.words import N_, Review

MOST = 200  # lines of a table
TABLES = ((N_("By kind"), "kind"), (N_("By company"), "company_id"), (N_("By class of counterparty"), "counterparty_class"))


def as_plain_text(found: Rehearsal) -> Iterator[str]:
    """What it found, line by line, in the reader's language."""
    days = {"first": full_day(found.first_on), "last": full_day(found.last_on)}
    yield _("%(key)s over what was declared from %(first)s to %(last)s:", key=found.draft.key, **days)
    of_all = ngettext("one declaration", "%(num)s declarations", found.count)
    yield _("%(all)s, %(many)s would end otherwise.", all=of_all, many=number(found.changed))
    for title, by in TABLES:
        moves = found.moves(by)
        if moves:
            yield f"\n{_(title)}"
        for move in moves[:MOST]:
            yield f"  {number(move.count):>8}  {_about(found, move)}: {route_words(move.before)} → {route_words(move.after)}"
    yield "\n" + _("Reviews a week")
    for review in found.reviews:
        yield f"  {label('review', review.slug)}: {_a_week(found, review)}"
    breaches = found.breaches()
    words = {"new": number(breaches["new"]), "gone": number(breaches["gone"])}
    yield "\n" + _("Not allowed, or asked too late: %(new)s more, %(gone)s no longer", **words)


def _a_week(found: Rehearsal, review: Review) -> str:
    """Before and after, and the difference of the two as they are shown."""
    before, after = (round(many / found.weeks, 1) for many in found.reviews[review])
    return f"{_tenths(before)} → {_tenths(after)} ({_tenths(round(after - before, 1), '+0.0;−0.0')})"


def _tenths(many: float, pattern: str = "0.0") -> str:
    return str(format_decimal(many, format=pattern)) if many else "0"


def _about(found: Rehearsal, move: Move) -> str:
    if move.kind is not None:
        return label("kind", move.kind)
    if move.company_id is not None:
        return found.companies[move.company_id]
    return label("class", move.counterparty_class)
