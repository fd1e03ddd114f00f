"""The columns of the sheet of decisions: who decided, in which role and for whom, on what clause and figures, and where it is recorded."""

from typing import Any

import msgspec

from declarations import alternatives
from declarations.registers.columns import FIGURES, OUTCOMES, RULES, Cell, Column, Of, told_clauses, told_figures, told_rules
from declarations.registers.pinned import Assessment
from declarations.registers.words import Words
from workflows.words import N_, Review

_READ = msgspec.json.decode
_REVIEWS = {review.value: review.slug for review in Review}
T, L, W, N = Cell.TEXT, Cell.LONG, Cell.WORD, Cell.WHOLE


def _action(slug: str, words: Words) -> str:
    return str(words.decisions.get(slug, slug))


def _kept(name: str) -> Of:
    """What is kept as JSON; None where there is none."""
    return Of(lambda text: _READ(text) if text else None, (name,))


def _outcome(found: Assessment) -> str | None:
    """What the policy had asked for."""
    return OUTCOMES[found.outcome] if found.outcome is not None else None


def _set(conditions: list[dict[str, Any]], words: Words) -> str:
    return "\n".join(f"{one['due_on']}: {one['text']}" for one in conditions)


def _told(changes: list[dict[str, Any]], words: Words) -> str | None:
    return "\n".join(alternatives.sentences(alternatives.read(changes))) or None


DECISION_COLUMNS: tuple[Column, ...] = (
    Column("number", N_("Number"), T, 13, "number"),
    Column("company", N_("Company"), W, 24, "company"),
    Column("kind", N_("Kind"), W, 18, "kind", lambda slug, words: words.label("kind", slug)),
    Column("declarant", N_("Declarant"), T, 22, "declarant"),
    Column(
        "review", N_("Review"), W, 18, Of(_REVIEWS.__getitem__, ("review",)), lambda slug, words: words.label("review", slug)
    ),
    Column("decision", N_("Decision"), W, 22, "action", _action),
    Column("decided_by", N_("Decided by"), T, 22, "person"),
    Column("decider_number", N_("Decider number"), T, 12, "person_number"),
    Column("decided_as", N_("In the role of"), W, 18, "role", lambda slug, words: words.label("role", slug)),
    Column("decided_for", N_("On behalf of"), T, 22, "on_behalf_of"),
    Column("decided_at", N_("Decided at"), Cell.MOMENT, 17, "at"),
    Column("filing", N_("On filing"), N, 8, "filing"),
    Column(
        "outcome", N_("Outcome by policy"), W, 22, Of(_outcome, ("assessment",)),
        lambda slug, words: words.label("outcome", slug),
    ),
    Column("clauses", N_("Clauses"), T, 26, RULES, told_clauses, again=True),
    Column("findings", N_("Findings"), L, 44, RULES, told_rules, again=True),
    Column("figures", N_("Figures"), L, 34, FIGURES, told_figures),
    Column("would_change", N_("What would have changed it"), L, 34, _kept("changes"), _told),
    Column("reason", N_("Reason"), L, 34, _kept("reason")),
    Column("conditions", N_("Conditions"), L, 34, _kept("conditions"), _set),
    Column("policy", N_("Policy version"), T, 18, "policy_digest", again=True),
    Column("seen", N_("What was seen"), T, 18, "seen_digest"),
    Column("record_entry", N_("Record entry"), N, 9, "event_sequence"),
    Column("record_digest", N_("Record digest"), T, 18, "event_digest"),
)  # fmt: skip
