"""A policy in force as plain text, for the command line."""

from collections.abc import Iterator
from datetime import date

from declarations.display import _, amount, full_day, listed, text
from declarations.labels import label
from declarations.policies.words import route_words
from workflows.policy.document import Document
from workflows.policy.in_force import InForce
from workflows.policy.rules import Rule


def as_plain_text(policy: InForce, company_key: str, on: date) -> str:
    """Every document and rule in force for the company on the day, clause by clause, in the reader's language."""
    words = {"company": company_key, "day": full_day(on)}
    if not policy.documents:
        return _("No policy is in force for %(company)s on %(day)s.", **words)
    lines = [_("Policy in force for %(company)s on %(day)s, digest %(digest)s", digest=policy.digest, **words)]
    for chapter in policy.chapters:
        lines += ["", *_about(chapter.document)]
        for owner, rule in chapter.rules:
            lines += ["", *_paragraph(owner, rule)]
    return "\n".join(lines)


def _about(document: Document) -> Iterator[str]:
    title, day = text(document.title.by_language), full_day(document.effective_from)
    yield _("%(title)s (%(key)s), in force from %(day)s", title=title, key=document.key, day=day)
    yield _("Approved by %(who)s on %(day)s.", who=document.approved_by, day=full_day(document.approved_on))


def _paragraph(owner: Document, rule: Rule) -> Iterator[str]:
    name = f"{owner.key}/{rule.id}"
    if rule.replaces:
        name = _("%(rule)s, in place of %(other)s", rule=name, other=rule.replaces)
    yield f"  {rule.clause}  {text(rule.heading.by_language)}  [{name}]"
    yield f"      {text(rule.sentence.by_language)}"
    yield f"      {_scope(rule)}: {route_words(rule.outcome)}{_limits(rule)}"


def _scope(rule: Rule) -> str:
    kinds = ", ".join(label("kind", kind) for kind in rule.kinds)
    ways = listed([label("direction", way) for way in rule.directions], "or")
    return f"{kinds} ({ways})" if ways else kinds


def _limits(rule: Rule) -> str:
    stated = [", ".join(amount(money) for money in limits.by_currency.values()) for limits in rule.limits]
    return " " + _("(limit %(amounts)s)", amounts="; ".join(stated)) if stated else ""
