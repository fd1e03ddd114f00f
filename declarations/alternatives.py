"""What would have changed an outcome, said to reviewers: one sentence towards less and one towards more, never to who declared it.

The change is computed by `workflows.policy.counterfactual.nearest` on what the filing pinned: its facts, and the items it counted.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import ngettext
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from declarations.display import _, amount, country_name, full_day, number
from declarations.labels import label
from declarations.models import PolicyDocument
from workflows.case import Case, World
from workflows.facts import Facts
from workflows.kinds import KINDS
from workflows.money import Money
from workflows.policy.assessment import Assessment
from workflows.policy.counterfactual.nearest import Change, ask, nearest
from workflows.policy.counterfactual.question import Question
from workflows.policy.in_force import day_in_force
from workflows.words import N_, Kind, Outcome, Review


@dataclass(frozen=True, slots=True)
class Alternative:
    """A change as it is told and kept: with `what` at `now` (of a figure: or beyond), `outcome` and `reviews` would follow."""

    what: str
    now: Money | date | int | str | bool
    less: bool | None
    outcome: Outcome
    reviews: tuple[Review, ...]
    heads: int
    kind: Kind


def of_case(session: Session, case: Case, around: World) -> tuple[Alternative, ...]:
    """The nearest changes for a declaration's current filing; none where today's policy or history no longer gives its answer."""
    pinned = case.assessment
    if pinned is None or pinned.policy_digest != around.policy.digest:
        return ()
    counted = {item for figure in _figures(pinned) for item in figure.items}
    question = Question(
        case.facts,
        tuple(item for item in around.items if item.declaration_id in counted),
        around.policy,
        around.rates,
        around.company,
        _until(session, case.facts, around),
    )
    again = ask(question)
    if (again.outcome, again.reviews) != (pinned.outcome, pinned.reviews):
        return ()
    return tuple(_told(change) for change in nearest(question, again))


def _told(change: Change) -> Alternative:
    now, facts = change.now, change.question.facts
    assert isinstance(now, Money | date | int | str)
    return Alternative(change.what, now, change.less, change.answer.outcome, change.answer.reviews, facts.heads, facts.kind)


def kept(alternatives: Iterable[Alternative]) -> list[dict[str, Any]]:
    """Alternatives as plain JSON."""
    return [
        {
            "what": one.what,
            "now": _plain(one.now),
            "less": one.less,
            "outcome": int(one.outcome),
            "reviews": [int(review) for review in one.reviews],
            "heads": one.heads,
            "kind": one.kind.value,
        }
        for one in alternatives
    ]


def read(plain: Iterable[Mapping[str, Any]]) -> tuple[Alternative, ...]:
    """Alternatives out of what `kept` made of them."""
    return tuple(
        Alternative(
            one["what"],
            _now(one["now"]),
            one["less"],
            Outcome(one["outcome"]),
            tuple(Review(number) for number in one["reviews"]),
            one["heads"],
            Kind(one["kind"]),
        )
        for one in plain
    )


def _plain(now: Money | date | int | str | bool) -> Any:
    if isinstance(now, Money):
        return {"minor": now.minor, "currency": now.currency}
    return {"day": now.isoformat()} if isinstance(now, date) else now


def _now(plain: Any) -> Money | date | int | str | bool:
    if not isinstance(plain, dict):
        found: int | str | bool = plain
        return found
    return date.fromisoformat(plain["day"]) if "day" in plain else Money(plain["minor"], plain["currency"])


def _figures(assessment: Assessment) -> list[Any]:
    return [*assessment.totals, *(figure for finding in assessment.findings for figure in finding.figures)]


def _until(session: Session, facts: Facts, around: World) -> date | None:
    """The day before the next version of any document of this policy takes effect; None if there is none."""
    keys = {around.company.key, *around.ancestors, *(each.company for each in around.policy.documents if each.company)}
    following = session.scalar(
        select(func.min(PolicyDocument.effective_from)).where(
            PolicyDocument.effective_from > day_in_force(facts),
            or_(PolicyDocument.company_key.is_(None), PolicyDocument.company_key.in_(sorted(keys))),
        )
    )
    return date.fromordinal(following.toordinal() - 1) if following else date.max


def sentences(changes: Iterable[Alternative]) -> tuple[str, ...]:
    """Each change as a sentence in the language in force: "At DKK 350 or less only the manager would decide." """
    return tuple(_("%(change)s, %(then)s.", change=_change(change), then=_then(change)) for change in changes)


def _then(change: Alternative) -> str:
    """What would follow."""
    outcome, reviews = change.outcome, change.reviews
    if outcome is Outcome.PROHIBITED:
        return _("it would not be allowed")
    if outcome is Outcome.NO_DECLARATION:
        return _("nothing need be declared")
    return {
        (): _("it would be recorded, and nobody would have to decide"),
        (Review.MANAGER,): _("only the manager would decide"),
        (Review.COMPLIANCE,): _("only compliance would decide"),
        (Review.EXECUTIVE,): _("only an executive reviewer would decide"),
        (Review.MANAGER, Review.COMPLIANCE): _("the manager and compliance would decide"),
    }.get(reviews, _("an executive reviewer would decide too"))


def _change(change: Alternative) -> str:
    """What would be different."""
    what, _colon, tag = change.what.partition(":")
    if what == "exempt":
        return _tagged(change, tag)
    if what in _FIGURES:
        return _FIGURES[what](change)
    if what in _YES_OR_NO:
        return _(_YES_OR_NO[what][bool(change.now)])
    return _("If %(what)s were “%(word)s”", what=_(_WORDS[what]), word=_word(what, change))


def _value(change: Alternative) -> str:
    heads = change.heads
    words = {"sum": _sum(change.now), "heads": number(heads)}
    if heads > 1:
        return (
            _("At %(sum)s or less for all %(heads)s", **words)
            if change.less
            else _("At %(sum)s or more for all %(heads)s", **words)
        )
    return _("At %(sum)s or less", **words) if change.less else _("At %(sum)s or more", **words)


def _sum(money: object) -> str:
    assert isinstance(money, Money)
    return amount(money)


def _heads(change: Alternative) -> str:
    heads = change.now
    assert isinstance(heads, int)
    if change.less:
        return str(ngettext("With only %(num)s to share it", "With %(num)s or fewer to share it", heads))
    return _("With %(num)s or more to share it", num=number(heads))


def _before(change: Alternative) -> str:
    return _("With %(sum)s or less before it", sum=_sum(change.now))


def _earlier(change: Alternative) -> str:
    assert isinstance(change.now, int)
    if change.now == 0:
        return _("With none before it")
    return str(ngettext("With %(num)s before it", "With %(num)s or fewer before it", change.now))


def _percent(change: Alternative) -> str:
    hundredths = change.now if isinstance(change.now, int) else 0
    share = number(hundredths // 100) if hundredths % 100 == 0 else number(Money(hundredths, "EUR").amount)
    if change.less:
        return _("With a share of %(share)s percent or less", share=share)
    return _("With a share of %(share)s percent or more", share=share)


def _day(change: Alternative) -> str:
    assert isinstance(change.now, date)
    if change.less:
        return _("On %(day)s or earlier", day=full_day(change.now))
    return _("On %(day)s or later", day=full_day(change.now))


def _filed(change: Alternative) -> str:
    assert isinstance(change.now, date)
    return _("Filed on %(day)s or earlier", day=full_day(change.now))


_FIGURES: Mapping[str, Callable[[Alternative], str]] = {
    "value": _value,
    "heads": _heads,
    "before": _before,
    "earlier": _earlier,
    "percent_hundredths": _percent,
    "occurred_on": _day,
    "filed_on": _filed,
}
# The answer that would be another one: how it reads as no, and as yes.
_YES_OR_NO: Mapping[str, tuple[str, str]] = {
    "officials": (N_("Without a public official"), N_("With a public official")),
    "host_present": (N_("Without the host there"), N_("With the host there")),
    "solicited": (N_("If nobody had asked for it"), N_("If somebody had asked for it")),
    "close_relation": (N_("Without a close relation on the other side"), N_("With a close relation on the other side")),
    "family": (N_("If it were not for the family"), N_("If it were for the family")),
    "companion": (N_("Without a companion"), N_("With a companion")),
    "concerns_manager": (N_("If it did not concern the manager"), N_("If it concerned the manager")),
    "political": (N_("If it were not political"), N_("If it were political")),
    "interested_party": (N_("If they had no matter before us"), N_("If they had a matter before us")),
    "permissible_giver": (N_("If the giver were not permissible"), N_("If the giver were permissible")),
}
_WORDS: Mapping[str, str] = {
    "form": N_("the sort of thing"),
    "meal": N_("the meal"),
    "profession": N_("the profession of the other side"),
    "travel_class": N_("the class of travel"),
    "counterparty_class": N_("the other side"),
    "country": N_("the country"),
}


def _tagged(change: Alternative, tag: str) -> str:
    if tag == "personal_relation":
        return _("If it came from a personal relation") if change.now else _("If it did not come from a personal relation")
    word = tag.replace("_", " ")
    return _("If it were “%(word)s”", word=word) if change.now else _("If it were not “%(word)s”", word=word)


def _word(what: str, change: Alternative) -> str:
    """A word as people picked it, else as the policy writes it."""
    slug = str(change.now)
    if what == "counterparty_class":
        return label("class", slug)
    if what == "country":
        return country_name(slug)
    for question in KINDS[change.kind].questions:
        choice = question.choice(slug) if question.feeds == what else None
        if choice:
            return _(choice.label)
    return slug.replace("_", " ")
