"""One question to a policy as it is varied: the same facts but for one thing, and what each condition in force says to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from workflows.case import Company
from workflows.facts import Facts, Item
from workflows.money import NoRate, Rates
from workflows.policy.assess import look_at
from workflows.policy.in_force import InForce
from workflows.policy.look import Answer, Look
from workflows.policy.rules import Condition, Rule
from workflows.policy.sound import unsound
from workflows.words import Kind

NOTHING = Answer(False)


@dataclass(frozen=True)
class Question:
    """What is put to a policy. `until` is the last day on which this very policy holds, None where that is not known."""

    facts: Facts
    items: tuple[Item, ...]
    policy: InForce
    rates: Rates
    company: Company
    until: date | None = None

    @cached_property
    def look(self) -> Look | None:
        """What conditions are asked about; None where the facts are such that no policy can answer."""
        if next(unsound(self.facts), None):
            return None
        return look_at(self.facts, items=self.items, policy=self.policy, rates=self.rates, company=self.company)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that may have something to say about this kind of thing, whichever answer is changed."""
        kinds = {self.facts.kind}
        if self.facts.kind is Kind.ENTERTAINMENT and self.policy.host_absent_is_gift:
            kinds.add(Kind.GIFT)
        return tuple(rule for _, rule in self.policy.rules if not rule.kind_set.isdisjoint(kinds))

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition of those rules."""
        return tuple(condition for rule in self.rules for condition, _wanted in rule.conditions)

    def says(self, condition: Condition) -> Answer:
        """What one condition says; nothing holds where no policy can answer."""
        if self.look is None:
            return NOTHING
        try:
            return condition.ask(self.look)
        except NoRate:
            return NOTHING

    def truths(self, conditions: Sequence[Condition] | None = None) -> tuple[object, ...]:
        """What each of the conditions answers (all of them where none are named), and as which kinds the thing counts."""
        asked = self.conditions if conditions is None else conditions
        return (self.look and self.look.kinds, *(self.says(condition).holds for condition in asked))

    def but(self, facts: Facts | None = None, items: tuple[Item, ...] | None = None) -> "Question":
        """The same question about other facts or other earlier items."""
        items = self.items if items is None else items
        return Question(facts or self.facts, items, self.policy, self.rates, self.company, self.until)
