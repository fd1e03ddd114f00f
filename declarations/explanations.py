"""A finding's figures become sentences in the reader's language; what the reader may not see shows as one sum.

`of_assessment` makes the cards that findings.html draws. Amounts stay in the currency they were compared in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import ngettext
from markupsafe import Markup, escape
from sqlalchemy import select

from declarations.display import _, amount, day, full_day, number, text
from declarations.extensions import db
from declarations.labels import label
from declarations.models import Declaration
from declarations.viewer import Viewer
from declarations.visibility import visible_to
from workflows.money import Money
from workflows.policy.assessment import Assessment, Figure, Finding
from workflows.words import Outcome, Review


@dataclass(frozen=True)
class Bar:
    """One part of a tally in percent of its width: where it begins, how wide it is, and its family in the stylesheet."""

    family: str
    start: str
    width: str
    words: str


@dataclass(frozen=True)
class Tally:
    """One sum against a limit, drawn as a bar with the limit as a line; `words` say the same."""

    words: str
    bars: tuple[Bar, ...]
    limit_at: str
    limit_words: str


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
        sums = _sums(finding)
        return str(sums[0].striptags()) if sums else text(finding.heading)
    return ""


def sums_of(finding: Finding) -> tuple[Markup, ...]:
    """The sentences that say a finding's figures, numbers in bold."""
    return _sums(finding)


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
        sums=_sums(finding),
        tally=_tally(finding),
        counted=tuple(known.visible[i] for i in ids if i in known.visible),
        hidden=_hidden(ids, known),
        document=titles.get(finding.document, finding.document),
        version=full_day(date.fromisoformat(finding.version)),
        source=finding.source,
    )


# figures → sentences


def _sums(finding: Finding) -> tuple[Markup, ...]:
    """Figures come in order, each number followed by the limit it was compared with."""
    found: list[Markup] = []
    group: list[Figure] = []
    for figure in finding.figures:
        group.append(figure)
        if figure.name == "limit":
            found += [_sum({each.name: each for each in group})]
            group = []
    found += [_lone(figure) for figure in group]
    return tuple(sentence for sentence in found if sentence)


def _sum(figures: Mapping[str, Figure]) -> Markup:
    limit = figures["limit"]
    for name, say in _COMPARED.items():
        if name in figures:
            return say(figures, limit)
    return Markup("")


def _total(figures: Mapping[str, Figure], limit: Figure) -> Markup:
    total, before, now = figures["total"], figures.get("before"), figures.get("now")
    span = _span(total.window)
    if before and now:
        return _strong(
            _("%(before)s %(span)s and %(now)s now make %(total)s; the limit is %(limit)s."),
            before=_money(before),
            now=_bare(now),
            total=_bare(total),
            limit=_bare(limit),
            span=span,
        )
    return _strong(_("%(total)s %(span)s; the limit is %(limit)s."), total=_money(total), limit=_bare(limit), span=span)


def _span(window: tuple[date, date] | None) -> str:
    """The days counted, in words."""
    if window is None:
        return ""
    first, last = window
    if first == last:
        return _("on one day")
    months = (last.year - first.year) * 12 + last.month - first.month
    if first.day == 1 and first.month == 1 and last.year == first.year:
        return _("since January")
    if months in (11, 12):
        return _("in twelve months")
    return str(ngettext("in %(num)s month", "in %(num)s months", max(1, months)))


def _value(figures: Mapping[str, Figure], limit: Figure) -> Markup:
    return _strong(_("It is worth %(value)s; the limit is %(limit)s."), value=_money(figures["value"]), limit=_bare(limit))


def _per_head(figures: Mapping[str, Figure], limit: Figure) -> Markup:
    return _strong(_("%(value)s a head; the limit is %(limit)s."), value=_money(figures["per_head"]), limit=_bare(limit))


def _count(figures: Mapping[str, Figure], limit: Figure) -> Markup:
    counted = figures["count"]
    return _strong(
        _("This is number %(count)s %(span)s; the rule looks from %(limit)s."),
        count=number(counted.number or 0),
        limit=number(limit.number or 0),
        span=_span(counted.window),
    )


def _percent(figures: Mapping[str, Figure], limit: Figure) -> Markup:
    return _strong(
        _("A share of %(percent)s percent; the limit is %(limit)s."),
        percent=_hundredths(figures["percent"].number),
        limit=_hundredths(limit.number),
    )


_COMPARED: Mapping[str, Callable[[Mapping[str, Figure], Figure], Markup]] = {
    "total": _total,
    "count": _count,
    "per_head": _per_head,
    "value": _value,
    "percent": _percent,
}


def _lone(figure: Figure) -> Markup:
    if figure.name == "days_late" and figure.number:
        late = figure.number
        sentence = ngettext("Filed %(num)s day after the last day for it.", "Filed %(num)s days after the last day for it.", late)
        return escape(sentence)
    return Markup("")


def _strong(sentence: str, **figures: str) -> Markup:
    """The sentence with its numbers in bold; the span stays plain."""
    shown = {name: value if name == "span" else Markup("<b>%s</b>") % value for name, value in figures.items()}
    return escape(sentence) % shown


def _money(figure: Figure) -> str:
    return amount(figure.money)


def _bare(figure: Figure) -> str:
    return amount(figure.money, code=False) if figure.money else number(figure.number or 0)


def _hundredths(share: int | None) -> str:
    whole, rest = divmod(share or 0, 100)
    return number(Decimal(share or 0) / 100) if rest else number(whole)


# the drawn sum


def _tally(finding: Finding) -> Tally | None:
    figures = {figure.name: figure for figure in reversed(finding.figures)}
    limit = figures.get("limit")
    shown = next((figures[name] for name in ("total", "per_head", "value") if name in figures), None)
    if shown is None or limit is None or shown.money is None or limit.money is None or limit.money.minor <= 0:
        return None
    before = figures["before"].money.minor if "before" in figures and figures["before"].money else 0
    sentence = next(iter(_sums(finding)), Markup(""))
    return tally(before, shown.money.minor - before, limit.money, str(sentence.striptags()))


def tally(before: int, now: int, limit: Money, words: str) -> Tally:
    """A bar of `before` and `now` (minor units of the limit's currency) against `limit`, with a little room at the right."""
    top = max(before + now, limit.minor) * 1.11
    over = max(0, before + now - limit.minor)
    within = min(now, max(0, limit.minor - before))
    earlier = min(before, limit.minor)
    parts = [
        ("past", earlier, _("before")),
        ("now", within, _("this one") if before else _("within")),
        ("over", over, _("%(sum)s over", sum=amount(Money(over, limit.currency), code=False))),
    ]
    bars, start = [], 0.0
    for family, length, said in parts:
        if length > 0:
            bars.append(Bar(family, _percentage(start / top), _percentage(length / top), said))
            start += length
    return Tally(words, tuple(bars), _percentage(limit.minor / top), _("limit %(sum)s", sum=amount(limit, code=False)))


def _percentage(share: float) -> str:
    return f"{max(0.0, min(1.0, share)) * 100:.1f}%"


# items counted in totals


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
