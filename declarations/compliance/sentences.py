"""What the overview says in its first sentences, and how a late person, a limit and a pattern are put into words."""

from flask import url_for
from flask_babel import ngettext

from declarations.compliance.firms import Happening
from declarations.compliance.overdue import Duty, Late
from declarations.compliance.overview import Overview
from declarations.compliance.patterns import JustUnder
from declarations.compliance.reopened import Reopened
from declarations.compliance.settling import TAKEN_UP
from declarations.compliance.totals import Limit, Standing
from declarations.compliance.wanted import MOST_NAMED
from declarations.deciding.sentences import decisions, in_words
from declarations.display import _, amount, full_day, text
from declarations.explanations import who_decides
from declarations.labels import label
from declarations.viewer import Viewer
from workflows.money import Money, exponent
from workflows.words import N_, Outcome, Review


def heading(page: Overview, viewer: Viewer) -> str:
    """What needs the reader, or that nothing does."""
    if page.escalated:
        many = in_words(page.escalated)
        return str(
            ngettext(
                "One escalation waits for you, %(name)s.",
                "%(many)s escalations wait for you, %(name)s.",
                page.escalated,
                many=many,
                name=viewer.first_name,
            )
        )
    if page.waiting:
        return decisions(page.waiting)
    return _("Nothing waits for you, %(name)s.", name=viewer.first_name)


def besides(page: Overview) -> str:
    """What else is worth knowing, in up to three short sentences."""
    parts = []
    if page.more_near:
        parts.append(_("Many totals come close to a limit."))
    elif page.close:
        many = in_words(page.close)
        parts.append(
            ngettext("One total comes close to a limit.", "%(many)s totals come close to a limit.", page.close, many=many)
        )
    if page.over and not page.more_near:
        many = in_words(page.over)
        parts.append(ngettext("One total is over its limit.", "%(many)s totals are over their limit.", page.over, many=many))
    people = page.overdue.people
    if people:
        parts.append(ngettext("One person is late.", "%(many)s people are late.", people, many=in_words(people)))
    return " ".join(str(part) for part in parts) or _("No total comes close to a limit, and nobody is late.")


def whole(value: Money, *, code: bool = True) -> str:
    """Money in whole units, as sums over many currencies are shown."""
    unit = 10 ** exponent(value.currency)
    return amount(Money((2 * value.minor + unit) // (2 * unit) * unit, value.currency), code=code)


def days(one: Late) -> str:
    """How late, in working days."""
    return str(ngettext("One day", "%(num)s days", one.days)) if one.days else _("Overdue")


def late(one: Late) -> str:
    """Who is late to decide, and with how much."""
    words = {"name": one.person.name if one.person else _("Compliance"), "many": in_words(one.count).lower()}
    return str(ngettext("%(name)s has one to decide", "%(name)s has %(many)s to decide", one.count, **words))


def about_late(one: Late) -> str:
    """Since when, and whether they were reminded."""
    since = _("Since %(day)s.", day=full_day(one.since, year=False)) if one.since else ""
    where = "" if one.person else one.company + "."
    told = str(ngettext("Reminded once.", "Reminded %(num)s times.", one.reminded)) if one.reminded else ""
    return " ".join(part for part in (where, since, told) if part)


def owes(one: Late) -> str:
    """Who owes an answer, and about what."""
    return str(
        ngettext(
            "%(name)s owes an answer",
            "%(name)s owes %(many)s answers",
            one.count,
            name=one.person.name if one.person else "",
            many=in_words(one.count).lower(),
        )
    )


def has_to_meet(one: Late) -> str:
    """Who has conditions to meet."""
    words = {"name": one.person.name if one.person else "", "many": in_words(one.count).lower()}
    return str(ngettext("%(name)s has a condition to meet", "%(name)s has %(many)s conditions to meet", one.count, **words))


def limit(one: Limit) -> str:
    """A limit in words: "DKK 2,240 in 12 months"."""
    if one.months:
        return str(ngettext("%(amount)s in a month", "%(amount)s in %(num)s months", one.months, amount=amount(one.amount)))
    if one.period == "quarter":
        return _("%(amount)s a quarter", amount=amount(one.amount))
    return _("%(amount)s a year", amount=amount(one.amount))


def standing(one: Standing) -> str:
    """The meter's words for who cannot see it."""
    return _(
        "%(person)s and %(firm)s: %(total)s of %(limit)s, § %(clause)s",
        person=one.person,
        firm=one.group,
        total=amount(one.total),
        limit=limit(one.limit),
        clause=one.limit.clause,
    )


def left(one: Standing) -> str:
    """What is left up to the limit, or how much it is over it."""
    if one.over:
        return _("%(amount)s over", amount=amount(Money(-one.left.minor, one.left.currency), code=False))
    return _("%(amount)s left", amount=amount(one.left, code=False))


def why(one: Standing) -> str:
    """The limit's own heading, and the way the benefits went."""
    way = label("direction", one.direction) if one.direction else ""
    return " · ".join(part for part in (text(one.limit.heading), way) if part)


def list_of(one: Late) -> str:
    """The address of the list behind a late person: the declaration itself if it is one."""
    if len(one.items) == 1:
        return url_for("deciding.declaration", public_id=one.oldest.public_id)
    if one.person is not None and one.duty is Duty.DECIDE:
        return url_for("compliance.search", turn=one.person.public_id, overdue=1)
    return url_for("compliance.search", these=",".join(one.items[:MOST_NAMED]))


def just_under(one: JustUnder) -> str:
    """How many items stay under which limit."""
    words = {"many": in_words(len(one.items)), "limit": amount(one.limit)}
    return str(ngettext("%(many)s item just under %(limit)s", "%(many)s items just under %(limit)s", len(one.items), **words))


_HAPPENED = {
    "counterparty:linked": (N_("%(by)s linked it as the same as %(other)s."), "link"),
    "counterparty:unlinked": (N_("%(by)s undid the linking with %(other)s."), "unlink"),
    "counterparty:grouped": (N_("%(by)s let it count with %(other)s."), "boxes"),
    "counterparty:ungrouped": (N_("%(by)s let it count apart from %(other)s again."), "unlink"),
    "counterparty:corrected": (N_("%(by)s corrected what is known of it."), "pencil"),
}


def happened(one: Happening) -> str:
    """An event of a counterparty's record as a sentence."""
    return _(_HAPPENED[one.action][0], by=one.by or _("An import"), other=one.other)


def icon_of(one: Happening) -> str:
    """Its picture."""
    return _HAPPENED[one.action][1]


def asks(answer: tuple[Outcome, tuple[Review, ...]]) -> str:
    """What the policy asked for, in a few words."""
    outcome, reviews = answer
    return who_decides(reviews) if Outcome.MANAGER <= outcome <= Outcome.EXECUTIVE else label("outcome", outcome)


def settled(one: Reopened) -> str:
    """How it was settled, and by whom."""
    words = {"who": one.settled_by, "day": full_day(one.row.settled_at.date()) if one.row.settled_at else ""}
    if one.row.how == TAKEN_UP:
        return _("%(who)s took it up again on %(day)s.", **words)
    return _("%(who)s saw it on %(day)s and left it as it was.", **words)
