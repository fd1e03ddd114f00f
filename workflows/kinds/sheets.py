"""A form asks what its kind always asks, and of the circumstances only what a rule reads about that kind and direction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from workflows.kinds import KINDS
from workflows.kinds.asked_of_all import CLASSES, GIVEN, RECEIVED
from workflows.kinds.circumstances import CIRCUMSTANCES, NONE, ONE_OFF, TICKS, Circumstance, word
from workflows.kinds.question import Choice, If, Question, Questionnaire, Type
from workflows.kinds.travel import THEY_PAY, WE_PAY
from workflows.policy.in_force import InForce
from workflows.policy.reads import Reads
from workflows.words import N_, Direction, Kind

ABSENT = If("host_present", ("no",))
_TICKED = ("solicited", "close_relation", "family")
_WORTH = {  # whether delivery and tax are asked for by themselves
    (False, True): N_("All of it together, without tax."),
    (True, False): N_("All of it together, with tax, without delivery."),
    (True, True): N_("All of it together, without tax and delivery."),
}


_NOTHING = Reads()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is read of one kind: of a thing received and of one given, and besides of either where the host was absent.

    `elsewhere` are forms of item that rules name, and that the forms of things given and received offer already.
    """

    received: Reads = _NOTHING
    given: Reads = _NOTHING
    received_absent: Reads = _NOTHING
    given_absent: Reads = _NOTHING
    elsewhere: frozenset[str] = frozenset()

    @property
    def all(self) -> Reads:
        """What is read in any case."""
        return self.received | self.given | self.received_absent | self.given_absent


def wanted_by(policy: InForce, kind: Kind) -> Wanted:
    """What the rules of `policy` read of a thing of `kind`; entertainment without its host may be asked about as a gift too."""
    gift = [policy.reads(Kind.GIFT, direction) for direction in (Direction.RECEIVED, Direction.GIVEN)]
    received, given = (policy.reads(kind, direction) for direction in (Direction.RECEIVED, Direction.GIVEN))
    if kind in (Kind.GIFT, Kind.TRAVEL):
        return Wanted(received, given)
    if kind is Kind.ENTERTAINMENT:
        return Wanted(received, given, *(gift if policy.host_absent_is_gift else ()))
    only = given if kind is Kind.DONATION else policy.reads(kind, None)
    fun = policy.reads(Kind.ENTERTAINMENT, Direction.RECEIVED) | policy.reads(Kind.ENTERTAINMENT, Direction.GIVEN)
    return Wanted(only, only, elsewhere=(gift[0] | gift[1] | fun).of("form"))


def sheet_of(kind: Kind, policy: InForce) -> Questionnaire:
    """The questions of `kind` where `policy` is in force."""
    return sheet_for(kind, wanted_by(policy, kind))


@lru_cache(maxsize=512)
def sheet_for(kind: Kind, wanted: Wanted) -> Questionnaire:
    """The questions of `kind` where rules read what is `wanted`: the usual ones first, those that seldom apply last."""
    usual = KINDS[kind]
    asked = tuple(_circumstances(kind, wanted))
    replaced = {question.name for question in asked}
    kept = [_adapted(question, kind, wanted) for question in usual.questions if question.name not in replaced]
    place = max(number for number, question in enumerate(kept) if not question.apart)  # the note's, which comes last
    return replace(usual, questions=(*kept[:place], *asked, *kept[place:], *_ticks_apart(kind, wanted)))


def _circumstances(kind: Kind, wanted: Wanted) -> Iterator[Question]:
    for one in CIRCUMSTANCES:
        if kind not in one.kinds:
            continue
        received, given = _wants(one.fact, kind, wanted)
        absent = one.fact in wanted.received_absent.facts, one.fact in wanted.given_absent.facts
        if received or given:
            yield from _asked(one, kind, wanted, _door(kind, received, given))
        elif any(absent) and one.fact not in ("tax", "delivery"):  # they stay in its worth, as that is asked for
            yield from _asked(one, kind, wanted, (*_door(kind, *absent), ABSENT))


def _wants(fact: str, kind: Kind, wanted: Wanted) -> tuple[bool, bool]:
    """Whether it is asked of what is received and of what is given."""
    received, given = fact in wanted.received.facts, fact in wanted.given.facts
    if fact in ("tax", "delivery"):  # the worth is asked without it, so it is never left out
        both = kind is Kind.TRAVEL and (received or given)
        return received or both, given or both
    if fact == "occasion_name" and kind is Kind.GIFT:
        return received or given, received or given  # it is asked of every gift, only less prominently
    # Who received it is asked of every gift that is given.
    return received, given and not (fact == "outside" and kind is Kind.GIFT)


def _door(kind: Kind, received: bool, given: bool) -> tuple[If, ...]:
    """What calls for a question that is wanted only one way."""
    if (received and given) or kind is Kind.DONATION:
        return ()
    if kind is Kind.TRAVEL:
        return (THEY_PAY,) if received else (WE_PAY,)
    return (RECEIVED,) if received else (GIVEN,)


def _asked(one: Circumstance, kind: Kind, wanted: Wanted, door: tuple[If, ...]) -> Iterator[Question]:
    named = {name for name, _ in wanted.all.words}
    for question in one.questions:
        own = tuple(_turned(condition, kind) for condition in question.asked_if)
        asked_if = (*(condition for condition in door if condition not in own), *own)
        if question.name == "occasion" and "occasion" in named:
            asked_if = (*asked_if, If("occasion_sort", (NONE,)))
        choices = question.choices
        if question.type is Type.CHOICE:
            assert question.feeds is not None
            choices = (*_words(wanted, question.feeds), Choice(NONE, N_("None of these"), ((question.feeds, None),)))
        yield replace(question, asked_if=asked_if, choices=choices)


def _turned(condition: If, kind: Kind) -> If:
    """Of a trip the one who pays says which way it goes."""
    if kind is Kind.TRAVEL and condition.name == "direction":
        return THEY_PAY if condition is RECEIVED else WE_PAY
    return condition


def _words(wanted: Wanted, about: str) -> tuple[Choice, ...]:
    return tuple(word(about, slug) for slug in sorted(wanted.all.of(about)))


def _adapted(question: Question, kind: Kind, wanted: Wanted) -> Question:
    """A usual question with the words rules add to its choices, and with what is asked for by itself left out of the worth."""
    if question.name == "worth" and kind in ONE_OFF:
        received, given = zip(*(_wants(fact, kind, wanted) for fact in ("delivery", "tax")), strict=True)
        return replace(question, hint=_WORTH.get(received, question.hint), hint_given=_WORTH.get(given, question.hint_given))
    if question.name == "also":
        return replace(question, choices=(*question.choices, *_extra(kind, Direction.RECEIVED, wanted)))
    about = "counterparty_class" if question.name == "counterparty_class" else question.feeds
    if question.type is Type.CHOICE and about in ("form", "travel_class", "counterparty_class"):
        return replace(question, choices=(*question.choices, *_new_words(str(about), wanted)))
    return question


def _new_words(about: str, wanted: Wanted) -> Iterator[Choice]:
    """Words that rules name and no usual form has."""
    known = {choice.slug for choice in CLASSES} if about == "counterparty_class" else _offered(about)
    for choice in _words(wanted, about):
        if choice.slug not in known and not (about == "form" and choice.slug in wanted.elsewhere):
            yield choice


@lru_cache(maxsize=8)
def _offered(about: str) -> frozenset[str]:
    """Every word some usual form has for a field."""
    questions = (question for sheet in KINDS.values() for question in sheet.questions if question.feeds == about)
    return frozenset(choice.slug for question in questions for choice in question.choices)


def _extra(kind: Kind, direction: Direction, wanted: Wanted) -> Iterator[Choice]:
    """The ticks a rule reads that the usual form of this kind and door has no place for."""
    reads = wanted.given | wanted.given_absent
    if direction is Direction.RECEIVED:
        reads = wanted.received | wanted.received_absent
    told = frozenset(_told(kind, direction))
    for fact in _TICKED:
        if fact in reads.facts and (fact, True) not in told:
            yield TICKS[fact][direction is Direction.GIVEN]
    forms = _offered("form") | reads.of("form")
    tags = reads.of("exempt") | (reads.of("left_out") - forms)
    for tag in sorted(tags):
        if ("exempt", frozenset({tag})) not in told:
            yield word("exempt", tag)


def _told(kind: Kind, direction: Direction) -> Iterator[tuple[str, object]]:
    """What picking an answer of the usual form sets, in this direction."""
    other_door = {GIVEN, WE_PAY} if direction is Direction.RECEIVED else {RECEIVED, THEY_PAY}
    for question in KINDS[kind].questions:
        if other_door.isdisjoint(question.asked_if):
            for choice in question.choices:
                yield from choice.sets


def _ticks_apart(kind: Kind, wanted: Wanted) -> Iterator[Question]:
    """Ticks for what goes out, of which the usual form asks none."""
    extra = tuple(_extra(kind, Direction.GIVEN, wanted)) if kind in ONE_OFF else ()
    if extra:
        door = _door(kind, received=False, given=True)
        yield Question("applies", Type.CHOICES, N_("Does any of this apply?"), apart=True, asked_if=door, choices=extra)


_EVERYTHING = frozenset({one.fact for one in CIRCUMSTANCES} | set(_TICKED))


def every(kind: Kind, words: Mapping[str, frozenset[str]] | None = None) -> Questionnaire:
    """All questions that any policy could have asked of `kind`, with `words` (field → words) among the choices.

    This is how a filing is read that was made under another policy than today's.
    """
    pairs = frozenset((about, slug) for about, slugs in (words or {}).items() for slug in slugs)
    reads = Reads(_EVERYTHING if kind in ONE_OFF else frozenset(), pairs)
    return sheet_for(kind, Wanted(reads, reads))


def as_answered(kind: Kind, typed: Mapping[str, str]) -> Questionnaire:
    """All questions that any policy could have asked, with the words among the choices that were picked then."""
    picked = {about: frozenset(typed.get(name, "").split("\n")) - {"", NONE} for name, about in _PICKED.items()}
    ticked = frozenset(f"{typed.get('also', '')}\n{typed.get('applies', '')}".split("\n"))
    known = {choice.slug for pair in TICKS.values() for choice in pair}
    return every(kind, picked | {"exempt": ticked - known - {""}})


_PICKED = {
    "meal": "meal",
    "profession": "profession",
    "occasion_sort": "occasion",
    "form": "form",
    "travel_class": "travel_class",
}
