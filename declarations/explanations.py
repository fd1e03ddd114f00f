"""A finding's figures become sentences in the reader's language; what the reader may not see shows as one sum.

`of_assessment` makes the cards that findings.html draws. Amounts stay in the currency they were compared in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from markupsafe import Markup
from sqlalchemy import select

from declarations.display import _, amount, day, full_day, listed, number, text
from declarations.extensions import db
from declarations.figures import Tally, sums_of, tally_of
from declarations.labels import label
from declarations.models import Declaration
from declarations.viewer import Viewer
from declarations.visibility import visible_to
from workflows.facts import Facts
from workflows.money import Money
from workflows.policy.assessment import Assessment, Finding
from workflows.policy.explain import lawful_ways
from workflows.words import N_, Outcome, Review


@dataclass(frozen=True)
class Counted:
    """An earlier declaration that is counted in a total and that the reader may open."""

    public_id: str
    title: str
    occurred_on: date
    money: Money | None


@dataclass(frozen=True)
class Card:
    """A finding as its reader sees it."""

    clause: str
    heading: str
    sentence: str
    asks: str
    family: str
    icon: str
    sums: tuple[Markup, ...]
    tally: Tally | None
    counted: tuple[Counted, ...]
    hidden: str
    document: str
    version: str
    source: str | None


_ASKS: Mapping[Outcome, tuple[str, str]] = {
    Outcome.NO_DECLARATION: ("good", "check"),
    Outcome.RECORD: ("", "archive"),
    Outcome.MANAGER: ("info", "user-check"),
    Outcome.COMPLIANCE: ("warn", "arrow-up-right"),
    Outcome.EXECUTIVE: ("warn", "arrow-up-right"),
    Outcome.PROHIBITED: ("bad", "ban"),
    Outcome.INVALID: ("warn", "circle-question-mark"),
}


_WAYS: Mapping[str, str] = {
    "decline": N_("say no to it"),
    "give_back": N_("give it back"),
    "hand_over": N_("hand it in"),
    "share": N_("share it with the team"),
    "pay_own_share": N_("pay for your own part"),
    "ask_first": N_("wait for the answer before you go on"),
    "do_not_give": N_("leave it"),
    "do_not_begin": N_("wait with it"),
    "step_aside": N_("let a colleague decide"),
    "end_it": N_("end it"),
}


def of_assessment(assessment: Assessment, viewer: Viewer, titles: Mapping[str, str] | None = None) -> list[Card]:
    """The findings as cards, strictest first. `titles` are the documents' by key; earlier items are looked up once for all."""
    known = _items(assessment, viewer)
    return [_card(finding, known, titles or {}) for finding in assessment.findings]


def asks(finding: Finding) -> str:
    """What a finding asks for, in a few words."""
    if finding.outcome in (Outcome.PROHIBITED, Outcome.RECORD, Outcome.NO_DECLARATION):
        return label("outcome", finding.outcome)
    return who_decides(finding.reviews)


def who_decides(reviews: tuple[Review, ...]) -> str:
    """The reviews as a short phrase: "Your manager and compliance" is said by the page, this is neutral."""
    match tuple(reviews):
        case ():
            return _("Recorded")
        case (Review.MANAGER,):
            return _("The manager decides")
        case (Review.COMPLIANCE,):
            return _("Compliance decides")
        case (Review.EXECUTIVE,):
            return _("An executive reviewer decides")
        case (Review.MANAGER, Review.COMPLIANCE):
            return _("Manager and compliance decide")
        case _:
            return _("An executive reviewer decides too")


def short(assessment: Assessment) -> str:
    """Why it is with somebody, in one short line: the strictest finding's own figures, else its heading."""
    for finding in assessment.findings:
        sums = sums_of(finding)
        return str(sums[0].striptags()) if sums else text(finding.heading)
    return ""


def _card(finding: Finding, known: "_Known", titles: Mapping[str, str]) -> Card:
    family, icon = _ASKS[finding.outcome]
    ids = _counted_ids(finding)
    return Card(
        clause=finding.clause,
        heading=text(finding.heading),
        sentence=text(finding.sentence),
        asks=asks(finding),
        family=family,
        icon=icon,
        sums=sums_of(finding),
        tally=tally_of(finding),
        counted=tuple(known.visible[i] for i in ids if i in known.visible),
        hidden=_hidden(ids, known),
        document=titles.get(finding.document, finding.document),
        version=full_day(date.fromisoformat(finding.version)),
        source=finding.source,
    )


@dataclass(frozen=True)
class _Known:
    visible: Mapping[int, Counted]
    sums: Mapping[int, Money | None]


def _counted_ids(finding: Finding) -> tuple[int, ...]:
    return tuple(dict.fromkeys(i for figure in finding.figures for i in figure.items))


def _items(assessment: Assessment, viewer: Viewer) -> _Known:
    """Every declaration counted anywhere in the assessment: what the viewer may open, and the worth of all."""
    ids = sorted({i for finding in assessment.findings for i in _counted_ids(finding)})
    if not ids:
        return _Known({}, {})
    rows = db.session.execute(
        select(
            Declaration.id,
            Declaration.public_id,
            Declaration.title,
            Declaration.occurred_on,
            Declaration.share_minor,
            Declaration.currency,
            Declaration.base_minor,
            Declaration.base_currency,
            visible_to(viewer).label("seen"),
        )
        .where(Declaration.id.in_(ids))
        .order_by(Declaration.occurred_on, Declaration.id)
    ).all()
    visible, sums = {}, {}
    for row in rows:
        sums[row.id] = Money(row.base_minor, row.base_currency) if row.base_minor is not None else None
        if row.seen:
            own = Money(row.share_minor, row.currency) if row.share_minor is not None and row.currency else None
            visible[row.id] = Counted(row.public_id, row.title, row.occurred_on, own)
    return _Known(visible, sums)


def _hidden(ids: tuple[int, ...], known: _Known) -> str:
    """What is counted but not the reader's to see, as one sum."""
    unseen = [i for i in ids if i not in known.visible]
    if not unseen:
        return ""
    money = [known.sums.get(i) for i in unseen]
    known_money = [each for each in money if each is not None]
    if not known_money or len({each.currency for each in known_money}) > 1:
        return _("Others that you cannot open are counted as well.")
    total = Money(sum(each.minor for each in known_money), known_money[0].currency)
    return _("Others that you cannot open come to %(sum)s together.", sum=amount(total))


def conversion(assessment: Assessment) -> str:
    """How a foreign value was reckoned: "DKK 4,774 at 7.4594, the rate of 19 November"; empty if it was not."""
    made = assessment.conversion
    if made is None or made.source.currency == made.result.currency:
        return ""
    rate = number(made.rate.quantize(Decimal("0.0001")))
    return _("%(sum)s at %(rate)s, the rate of %(day)s", sum=amount(made.result), rate=rate, day=day(made.rate_on))


def ways(assessment: Assessment, facts: Facts) -> str:
    """What whoever declares it may lawfully do instead, never how small it would have to be; empty where nothing is asked."""
    found = [_(_WAYS[way]) for way in lawful_ways(assessment, facts)]
    return listed(found, "or")
