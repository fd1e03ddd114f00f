"""A policy as people read it: clause by clause, the Code beside what their own company adds, with limits in their currency."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import ngettext
from markupsafe import Markup, escape

from declarations.display import _, amount, text
from declarations.explanations import who_decides
from declarations.labels import label
from declarations.policies.comparing import Difference, differences
from declarations.policies.queries import Version
from workflows.money import Money
from workflows.policy.document import Document
from workflows.policy.explain import Limit, limits
from workflows.policy.in_force import InForce
from workflows.policy.rules import Amend, Paragraph, Rule
from workflows.policy.tables import Amount
from workflows.words import Kind, Outcome, Review


@dataclass(frozen=True)
class Said:
    """One paragraph in the reader's words; `limits` are its sums, `asks` what it leads to."""

    clause: str
    heading: str
    sentence: str
    limits: tuple[Markup, ...]
    asks: str
    family: str
    document: str = ""
    how: str = ""  # "tighter", "replaced" or "added", for what a company says
    source: str | None = None


@dataclass(frozen=True)
class Row:
    """A clause of the Code, if it says one here, and what the reader's companies say beside it."""

    anchor: str
    code: Said | None
    added: tuple[Said, ...]


def rows(policy: InForce, currency: str, kind: Kind | None = None) -> list[Row]:
    """Every paragraph in force by clause, or only those about `kind`; limits in `currency` where they are stated in it."""
    stated = _limits(policy, currency)
    code = [document for document in policy.documents if document.company is None]
    own = [document for document in policy.documents if document.company is not None]
    found: list[tuple[str, Row]] = []
    told: set[str] = set()
    for document in code:
        for paragraph in _paragraphs(document):
            if kind is None:
                found.append((paragraph.clause, Row(_anchor(paragraph.clause), _said(paragraph, document), ())))
        for rule in _about(document.rules, kind):
            beside = [(other, each) for other in own for each in other.rules if each.replaces == rule.id]
            told |= {f"{other.key}/{each.id}" for other, each in beside}
            row = Row(
                _anchor(rule.clause),
                _rule(rule, document, _own(rule, document, currency)),
                tuple(_rule(each, other, stated[other.key, each.id], how=_how(rule)) for other, each in beside),
            )
            found.append((rule.clause, row))
    found.sort(key=lambda pair: pair[0])
    for document in own:
        for rule in _about(document.rules, kind):
            if f"{document.key}/{rule.id}" not in told:
                said = _rule(rule, document, stated[document.key, rule.id], how="added")
                found.append((rule.clause, Row(_anchor(rule.clause), None, (said,))))
    return [row for _clause, row in found]


def _about(rules: Iterable[Rule], kind: Kind | None) -> list[Rule]:
    return [rule for rule in rules if kind is None or kind in rule.kind_set]


def _paragraphs(document: Document) -> list[Paragraph]:
    return [paragraph for paragraph in (document.otherwise, document.not_kept) if paragraph is not None]


def _how(rule: Rule) -> str:
    return "replaced" if rule.amend is Amend.MAY_REPLACE else "tighter"


def _said(paragraph: Paragraph, document: Document) -> Said:
    return Said(
        paragraph.clause,
        text(paragraph.heading.by_language),
        text(paragraph.sentence.by_language),
        (),
        label("outcome", Outcome.RECORD),
        "",
        text(document.title.by_language),
    )


def _rule(rule: Rule, document: Document, stated: Sequence[Limit], *, how: str = "") -> Said:
    outcome = rule.outcome.outcome
    asks = who_decides(rule.outcome.reviews) if Outcome.MANAGER <= outcome <= Outcome.EXECUTIVE else label("outcome", outcome)
    return Said(
        clause=rule.clause,
        heading=text(rule.heading.by_language),
        sentence=text(rule.sentence.by_language),
        limits=tuple(dict.fromkeys(limit_sentence(limit) for limit in stated)),
        asks=asks,
        family="bad" if outcome is Outcome.PROHIBITED else "",
        document=text(document.title.by_language),
        how=how,
        source=rule.source,
    )


def said(rule: Rule, document: Document, currency: str | None) -> Said:
    """One rule as its document states it, its limits in `currency` where they are stated in it; in every currency for None."""
    if currency is not None:
        return _rule(rule, document, _own(rule, document, currency))
    stated = _own(rule, document, document.base_currency)
    money = [condition.settings.limits for condition in rule.when if isinstance(condition.settings, Amount)]
    everywhere = {one.by_currency[one.base]: tuple(one.by_currency.values()) for one in money}
    found = _rule(rule, document, ())
    return replace(found, limits=tuple(limit_sentence(one, everywhere.get(one.amount)) for one in stated))


def said_paragraph(paragraph: Paragraph, document: Document) -> Said:
    """A paragraph that is no rule."""
    return replace(_said(paragraph, document), asks="")


def _limits(policy: InForce, currency: str) -> "_ByRule":
    found = _ByRule()
    for limit in limits(policy, currency):
        found.setdefault((limit.document, limit.rule), []).append(limit)
    return found


class _ByRule(dict[tuple[str, str], list[Limit]]):
    """Limits by document and rule; none for a rule that states none."""

    def __missing__(self, _key: tuple[str, str]) -> list[Limit]:
        return []


def _own(rule: Rule, document: Document, currency: str) -> list[Limit]:
    """The limits of a rule of the Code as the Code states them, even where a company has put its own in their place."""
    return [limit for limit in limits(InForce((document,)), currency) if limit.rule == rule.id]


def limit_sentence(limit: Limit, everywhere: Sequence[Money] | None = None) -> Markup:
    """A limit in a few words, its sum (or the same in every currency) in bold: "above DKK 500 on one day"."""
    words = {
        "over": _("above %(sum)s"),
        "at_least": _("from %(sum)s on"),
        "up_to": _("up to %(sum)s"),
        "under": _("below %(sum)s"),
    }[limit.operator]
    sums = " · ".join(amount(one) for one in everywhere or (limit.amount,))
    shown = escape(words) % {"sum": Markup("<b>%s</b>") % sums}
    return Markup("%s %s") % (shown, _measure(limit)) if _measure(limit) else shown


def _measure(limit: Limit) -> str:
    match limit.measure:
        case "per_head":
            return _("a head")
        case "occasion_total" | "trifle":
            return _("on one day")
        case "rolling_total":
            return str(ngettext("within %(num)s month", "within %(num)s months", limit.months or 12))
        case "calendar_total":
            return _("in a quarter") if limit.period == "quarter" else _("in a year")
        case _:
            return ""


def _anchor(clause: str) -> str:
    return "c-" + clause.replace(" ", "-").replace(".", "-")


def your_deciders(reviews: Sequence[Review]) -> str:
    """Who decides, said to the person who would declare it."""
    match tuple(reviews):
        case ():
            return _("Nobody has to decide")
        case (Review.MANAGER,):
            return _("Only your manager decides")
        case (Review.COMPLIANCE,):
            return _("Compliance decides")
        case (Review.MANAGER, Review.COMPLIANCE):
            return _("Your manager and compliance decide")
        case _:
            return _("An executive reviewer decides too")


@dataclass(frozen=True)
class History:
    """A document's versions, newest first, and what the newest one in force changed."""

    title: str
    in_force: Document | None
    since: Document | None  # the version before it
    changes: tuple[Difference, ...]
    versions: tuple[Document, ...]


def histories(versions: Iterable[Version], currency: str, on: date) -> list[History]:
    """For each document, the group's first: its versions and what changed with the one in force on the day."""
    by_key: dict[str, list[Document]] = {}
    for version in versions:
        by_key.setdefault(version.document.key, []).append(version.document)
    found = []
    for documents in by_key.values():
        held = [document for document in documents if document.effective_from <= on]
        newest, before = (held[0] if held else None), (held[1] if len(held) > 1 else None)
        changed = tuple(differences(newest, before, currency)) if newest and before else ()
        found.append(History(text(documents[0].title.by_language), newest, before, changed, tuple(documents)))
    return sorted(found, key=lambda history: bool(history.versions[0].company))
