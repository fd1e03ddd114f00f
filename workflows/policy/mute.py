"""A rule that can never hold must not be published: what it reads has to be asked in a form of its kinds, or known without asking."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workflows.kinds import If, Question
from workflows.kinds.asked_of_all import GIVEN, RECEIVED
from workflows.kinds.circumstances import ONE_OFF
from workflows.kinds.sheets import sheet_of
from workflows.kinds.travel import THEY_PAY, WE_PAY
from workflows.policy.document import Document
from workflows.policy.in_force import InForce
from workflows.policy.predicates import Flag
from workflows.policy.reads import fields_of
from workflows.policy.rules import Condition, Rule
from workflows.policy.sentences import Fault, Sentence
from workflows.policy.tables import Comparison
from workflows.words import N_, Direction, Disposition, Kind

Way = tuple[Kind, Direction | None]
# What no question answers, but holds for some kinds only.
_OF_KINDS = {
    "company_donation": frozenset({Kind.DONATION}),
    "interest_in": frozenset({Kind.INTEREST}),
    "standing": frozenset({Kind.INTEREST, Kind.CONFLICT}),
}
_OTHER_DOOR: Mapping[Direction | None, set[If]] = {
    Direction.RECEIVED: {GIVEN, WE_PAY},
    Direction.GIVEN: {RECEIVED, THEY_PAY},
}


def mute(document: Document, *, host_absent_is_gift: bool = False) -> list[Fault]:
    """A sentence for each rule of `document` that holds for nothing anybody can declare, with the rule and what it reads in vain.

    With `host_absent_is_gift` (or where the document says so) rules about gifts hold for entertainment without its host too.
    """
    policy = InForce((document,))
    absent = host_absent_is_gift or document.host_absent_is_gift
    return [sentence for rule in document.rules for sentence in _mute(policy, rule, absent)]


def _mute(policy: InForce, rule: Rule, absent: bool) -> Iterator[Fault]:
    document = policy.documents[0].key
    ways = list(_ways(rule, absent))
    if not ways:
        sentence = Sentence(N_("nothing of these kinds is received or given; leave them out"))
        yield Fault(sentence, document=document, rule=rule.id, key="directions")
        return
    vain = [[condition.name for condition in rule.when if not _can_hold(policy, condition, way)] for way in ways]
    if all(vain):
        everywhere = set(vain[0]).intersection(*vain[1:]) or {vain[0][0]}
        word = min(everywhere)
        sentence = Sentence(
            N_(
                "nothing that can be declared of these kinds ever says so, and the rule would never hold; name a kind whose form "
                "asks it"
            )
        )
        yield Fault(sentence, document=document, rule=rule.id, key=f"when.{word}")


def _ways(rule: Rule, absent: bool) -> Iterator[Way]:
    """Each kind the rule is about, and the ways it can go."""
    kinds = rule.kind_set | ({Kind.ENTERTAINMENT} if absent and Kind.GIFT in rule.kind_set else set())
    for kind in sorted(kinds):
        goes: Iterable[Direction | None] = tuple(Direction) if kind in ONE_OFF else (None,)
        if kind is Kind.DONATION:
            goes = (Direction.GIVEN,)
        yield from ((kind, way) for way in goes if not rule.directions or way in rule.directions)


def _can_hold(policy: InForce, condition: Condition, way: Way) -> bool:
    settings: Any = condition.settings
    kind, direction = way
    if isinstance(settings, Flag) and not settings.value:
        return True
    if condition.name in _OF_KINDS:
        return kind in _OF_KINDS[condition.name]
    if condition.name == "heads" and isinstance(settings, Comparison) and settings.operator in ("up_to", "under"):
        return True  # where nobody is asked, it is one
    questions = [each for each in sheet_of(kind, policy).questions if _OTHER_DOOR.get(direction, set()).isdisjoint(each.asked_if)]
    if condition.name == "disposition":
        return not settings.values.isdisjoint(_became(questions))
    return fields_of(condition) - {"occasion_name"} <= set(_stated(questions))


def _stated(questions: Iterable[Question]) -> Iterator[str]:
    """The fields of Facts that these questions can fill."""
    for question in questions:
        if question.feeds:
            yield question.feeds
        yield from (name for choice in question.choices for name, _ in choice.sets)
        if question.name == "colleague_at_home":
            yield "household"


def _became(questions: Iterable[Question]) -> Iterator[object]:
    yield Disposition.KEPT
    yield from (value for each in questions for choice in each.choices for name, value in choice.sets if name == "disposition")
