"""What rules read of a declaration: a form asks for a circumstance only where a rule that may be asked about it looks at it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.policy.amounts import Count, Total
from workflows.policy.predicates import ClassWords, FormWords
from workflows.policy.rules import Condition, Rule
from workflows.policy.tables import Measured
from workflows.words import Disposition

# The field of Facts each predicate looks at, where somebody has to say it. See KNOWN for the others.
LOOKS_AT: Mapping[str, str] = {
    "value": "value",
    "per_head": "value",
    "country_limit": "value",
    "occasion_total": "value",
    "rolling_total": "value",
    "calendar_total": "value",
    "trifle": "value",
    "own_share": "own_share",
    "own_cost": "own_share",
    "heads": "heads",
    "percent": "percent_hundredths",
    "form": "form",
    "travel_class": "travel_class",
    "disposition": "disposition",
    "host_absent": "host_present",
    "close_relation": "close_relation",
    "solicited": "solicited",
    "family": "family",
    "companion": "companion",
    "concerns_manager": "concerns_manager",
    "wants_advice": "wants_advice",
    "exempt": "exempt",
    "meal": "meal",
    "profession": "profession",
    "occasion": "occasion",
    "interested_party": "interested_party",
    "impermissible_giver": "permissible_giver",
    "joint": "joint",
    "joint_givers": "givers",
    "separable": "parts",
}
# What nobody has to be asked: the form's kind, door and days tell it, or the app looks it up (HR, the counterparty's page, tenders).
KNOWN = frozenset(
    "kind direction country season in_future standing filed_late value_unknown count company company_country company_donation "
    "interest_in counterparty_class official political antisocial rank role unit counterparty_group counterparty_country "
    "quiet_period".split()
)
_CLASS_FLAGS = ("official", "political", "antisocial")
_KEYS = {"person": "outside", "event": "event", "household": "household"}


@dataclass(frozen=True, slots=True)
class Reads:
    """Fields of Facts that some rule looks at, and for fields that hold a word the words rules name."""

    facts: frozenset[str] = frozenset()
    words: frozenset[tuple[str, str]] = frozenset()

    def of(self, name: str) -> frozenset[str]:
        """The words named for that field."""
        return frozenset(word for about, word in self.words if about == name)

    def __or__(self, other: "Reads") -> "Reads":
        return Reads(self.facts | other.facts, self.words | other.words)


@dataclass
class _Gathered:
    facts: set[str] = field(default_factory=set)
    words: set[tuple[str, str]] = field(default_factory=set)


def reads_of(rules: Iterable[Rule], words: Callable[[frozenset[str]], frozenset[str]]) -> Reads:
    """All that `rules` look at; `words` replaces the names of classes by their members."""
    found = _Gathered()
    for rule in rules:
        for condition, _ in rule.conditions:
            _condition(found, condition, words)
        if rule.attributes.part_may_be_kept:
            found.facts.add("parts")
    return Reads(frozenset(found.facts), frozenset(found.words))


def fields_of(condition: Condition) -> frozenset[str]:
    """The fields of Facts that somebody must have stated for `condition` to hold, as far as it is a `when` and no `unless`."""
    found = _Gathered()
    _condition(found, condition, lambda words: words)
    return frozenset(found.facts)


def _condition(found: _Gathered, condition: Condition, words: Callable[[frozenset[str]], frozenset[str]]) -> None:
    settings: Any = condition.settings
    if condition.name in LOOKS_AT:
        found.facts.add(LOOKS_AT[condition.name])
    if isinstance(settings, Measured):
        stated = {"tax": settings.with_tax, "delivery": settings.with_delivery, "givers": settings.per_giver}
        found.facts.update(name for name, wanted in stated.items() if wanted)
    if isinstance(settings, Total | Count):
        found.facts.update([_KEYS[settings.per]] if settings.per in _KEYS else [])
        found.facts.update(["occasion_name"] if settings.stated else [])
        found.words.update(("form", word) for word in words(settings.forms))
        found.words.update(("left_out", word) for word in settings.leave_out - set(Disposition))
    elif isinstance(settings, ClassWords):
        found.words.update(("counterparty_class", word) for word in words(settings.values))
    elif isinstance(settings, FormWords):
        found.words.update(("form", word) for word in words(settings.values))
    elif condition.name in LOOKS_AT and hasattr(settings, "values"):
        found.words.update((LOOKS_AT[condition.name], str(word)) for word in settings.values)
    elif condition.name in _CLASS_FLAGS:
        found.words.update(("counterparty_class", word) for word in words(frozenset({condition.name})))
