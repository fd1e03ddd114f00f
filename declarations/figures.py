"""Figures become sentences, and a sum against its limit a drawn bar, in the reader's language and format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import ngettext
from markupsafe import Markup, escape

from declarations.display import _, amount, number
from workflows.money import Money
from workflows.policy.assessment import Figure, Finding


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


def sums_of(finding: Finding) -> tuple[Markup, ...]:
    """The sentences that say a finding's figures, numbers in bold. Each number is followed by the limit it was compared with."""
    found: list[Markup] = []
    group: list[Figure] = []
    for figure in finding.figures:
        group.append(figure)
        if figure.name == "limit":
            found += [_sum({each.name: each for each in group})]
            group = []
    found += [_lone(figure) for figure in group]
    return tuple(sentence for sentence in found if sentence)


def compared(figure: Figure, limit: Figure | None) -> Markup:
    """The sentence about one figure beside the limit it was compared with, or by itself where there is none."""
    if limit is not None:
        return _sum({figure.name: figure, "limit": limit})
    return _strong(_("%(total)s %(span)s."), total=_money(figure), span=_span(figure.window))


def _sum(figures: Mapping[str, Figure]) -> Markup:
    limit = figures["limit"]
    for name, say in _COMPARED.items():
        if name in figures:
            return say(figures, limit)
    return Markup("")


def _total(figures: Mapping[str, Figure], limit: Figure) -> Markup:
    total, before, now = figures["total"], figures.get("before"), figures.get("now")
    span = _span(total.window)
    if before and now and _any(now):
        return _strong(
            _("%(before)s %(span)s and %(now)s now make %(total)s; the limit is %(limit)s."),
            before=_money(before),
            now=_bare(now),
            total=_bare(total),
            limit=_bare(limit),
            span=span,
        )
    return _strong(_("%(total)s %(span)s; the limit is %(limit)s."), total=_money(total), limit=_bare(limit), span=span)


def _any(figure: Figure) -> bool:
    """False where it adds nothing, such as a worth that is not yet written."""
    return bool(figure.money.minor if figure.money else figure.number)


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


def _own_share(figures: Mapping[str, Figure], limit: Figure) -> Markup:
    return _strong(
        _("The own share is %(value)s; the limit is %(limit)s."), value=_money(figures["own_share"]), limit=_bare(limit)
    )


def _heads(figures: Mapping[str, Figure], limit: Figure) -> Markup:
    heads = figures["heads"].number or 0
    return _strong(_("Shared by %(heads)s; the limit is %(limit)s."), heads=number(heads), limit=number(limit.number or 0))


_COMPARED: Mapping[str, Callable[[Mapping[str, Figure], Figure], Markup]] = {
    "total": _total,
    "count": _count,
    "per_head": _per_head,
    "value": _value,
    "percent": _percent,
    "own_share": _own_share,
    "heads": _heads,
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


def tally_of(finding: Finding) -> Tally | None:
    """The finding's sum drawn against its limit, None where it has no sum of money."""
    figures = {figure.name: figure for figure in reversed(finding.figures)}
    limit = figures.get("limit")
    shown = next((figures[name] for name in ("total", "per_head", "value") if name in figures), None)
    if shown is None or limit is None or shown.money is None or limit.money is None or limit.money.minor <= 0:
        return None
    before = figures["before"].money.minor if "before" in figures and figures["before"].money else 0
    sentence = next(iter(sums_of(finding)), Markup(""))
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
