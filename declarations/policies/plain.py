"""A policy in force as plain text, for the command line."""

from datetime import date

from workflows.policy.document import InForce
from workflows.policy.rules import Rule
from workflows.words import Direction


def as_plain_text(policy: InForce, company_key: str, on: date) -> str:
    """Every document and rule in force for the company on the day, clause by clause, in English."""
    if not policy.documents:
        return f"No policy is in force for {company_key} on {on.isoformat()}."
    lines = [f"Policy in force for {company_key} on {on.isoformat()}, digest {policy.digest}"]
    for chapter in policy.chapters:
        document = chapter.document
        lines += [
            "",
            f"{document.title.en} ({document.key}), in force from {document.version}",
            f"approved by {document.approved_by} on {document.approved_on.isoformat()}",
        ]
        for owner, rule in chapter.rules:
            instead = f", in place of {rule.replaces}" if rule.replaces else ""
            lines += [
                "",
                f"  {rule.clause}  {rule.heading.en}  [{owner.key}/{rule.id}{instead}]",
                f"      {rule.sentence.en}",
                f"      {_scope(rule)}: {_outcome(rule)}{_limits(rule)}",
            ]
    return "\n".join(lines)


def _scope(rule: Rule) -> str:
    kinds = ", ".join(kind.value for kind in rule.kinds)
    directions = " or ".join(Direction(way).value for way in rule.directions)
    return f"{kinds} {directions}".strip()


def _outcome(rule: Rule) -> str:
    return " + ".join(review.slug for review in rule.outcome.reviews) or rule.outcome.outcome.slug


def _limits(rule: Rule) -> str:
    stated = [", ".join(f"{money.currency} {money.amount}" for money in limits.by_currency.values()) for limits in rule.limits]
    return f" (limit {'; '.join(stated)})" if stated else ""
