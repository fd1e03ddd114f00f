"""What a form asks only where a rule reads it: each such circumstance is said once, with its words and the fact it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.kinds.asked_of_all import GIVEN, RECEIVED, yes_no
from workflows.kinds.question import Choice, If, Question, Type
from workflows.words import N_, Kind

ONE_OFF = frozenset({Kind.GIFT, Kind.ENTERTAINMENT, Kind.TRAVEL, Kind.DONATION})
BENEFITS = ONE_OFF - {Kind.DONATION}
SHARED = frozenset({Kind.GIFT, Kind.ENTERTAINMENT})
NONE = "none_of_these"


@dataclass(frozen=True, slots=True)
class Circumstance:
    """The questions asked where a rule about one of `kinds` reads the field `fact`; the words to pick are those the rules name."""

    fact: str
    kinds: frozenset[Kind]
    questions: tuple[Question, ...]


def _pick(name: str, feeds: str, label: str, hint: str = "", label_given: str = "") -> Question:
    """One of the words the rules name, or none of them."""
    missing = N_("Pick one. “None of these” is fine.")
    return Question(name, Type.CHOICE, label, hint, True, feeds=feeds, label_given=label_given, missing=missing)


CIRCUMSTANCES: tuple[Circumstance, ...] = (
    Circumstance(
        "meal", frozenset({Kind.ENTERTAINMENT}), (_pick("meal", "meal", N_("Which meal was it?"), N_("Limits differ by meal.")),)
    ),
    Circumstance(
        "profession",
        ONE_OFF,
        (
            _pick(
                "profession",
                "profession",
                N_("What is the profession of the person on the other side?"),
                N_("Of several, pick the one the others came with."),
                N_("What is the profession of the guest or receiver?"),
            ),
        ),
    ),
    Circumstance("occasion", ONE_OFF, (_pick("occasion_sort", "occasion", N_("What was the occasion?")),)),
    Circumstance(
        "occasion_name",
        ONE_OFF,
        (
            Question(
                "occasion",
                Type.NAME,
                N_("Was there an occasion?"),
                N_("Such as a birthday. What came on one day for different occasions is counted apart; leave it empty for none."),
                feeds="occasion",
            ),
        ),
    ),
    Circumstance(
        "tax",
        ONE_OFF,
        (
            Question(
                "tax",
                Type.MONEY,
                N_("How much tax came on top?"),
                N_("For all of it together; 0 if there was none."),
                True,
                feeds="tax",
                missing=N_("Write the tax, 0 if there was none."),
            ),
        ),
    ),
    Circumstance(
        "delivery",
        ONE_OFF,
        (
            Question(
                "delivery",
                Type.MONEY,
                N_("How much was paid for delivery?"),
                N_("For all of it together; 0 if there was none."),
                True,
                feeds="delivery",
                missing=N_("Write what delivery cost, 0 if it cost nothing."),
            ),
        ),
    ),
    Circumstance(
        "givers",
        BENEFITS,
        (
            Question(
                "givers",
                Type.COUNT,
                N_("How many gave it together?"),
                N_("Those who really paid for it."),
                True,
                feeds="givers",
                default="1",
                label_given=N_("How many of us gave it together?"),
                missing=N_("Write how many gave it, 1 if it was only one."),
            ),
        ),
    ),
    Circumstance(
        "joint",
        SHARED,
        (
            yes_no(
                "joint",
                N_("Was it meant for all of you together?"),
                N_("Such as a basket for the whole department."),
                label_given=N_("Was it meant for all of them together?"),
                required=True,
                feeds="joint",
            ),
        ),
    ),
    Circumstance(
        "parts",
        BENEFITS,
        (
            yes_no("several_things", N_("Were these several things?"), N_("Each with a price of its own."), required=True),
            Question(
                "things",
                Type.AMOUNTS,
                N_("What was each of them worth?"),
                N_("One amount a line; together they make what it was worth."),
                True,
                asked_if=(If("several_things", ("yes",)),),
                feeds="parts",
                missing=N_("Write what each was worth, one a line."),
            ),
            yes_no(
                "separable",
                N_("Could one of them be declined and the rest be kept?"),
                required=True,
                asked_if=(If("several_things", ("yes",)),),
                feeds="separable",
            ),
        ),
    ),
    Circumstance(
        "interested_party",
        ONE_OFF,
        (
            yes_no(
                "interested_party",
                N_("Do they have a matter before you?"),
                N_("A permit, contract, inspection or complaint that you decide or prepare."),
                required=True,
                feeds="interested_party",
            ),
        ),
    ),
    Circumstance(
        "permissible_giver",
        ONE_OFF,
        (
            yes_no(
                "permissible_giver",
                N_("Does your policy let you accept from this giver?"),
                N_("If you are not sure, answer no: then somebody looks at it."),
                label_given=N_("Does your policy let you give to them?"),
                required=True,
                feeds="permissible_giver",
            ),
        ),
    ),
    Circumstance(
        "outside",
        ONE_OFF,
        (
            Question(
                "outside_people",
                Type.PEOPLE_TEXT,
                N_("Which persons on the other side gave it?"),
                N_("Names, one a line. What all of us exchange with one person is counted together."),
                True,
                feeds="outside",
                label_given=N_("Which persons on the other side had some of it?"),
                missing=N_("Name the persons on the other side."),
            ),
        ),
    ),
    Circumstance(
        "event",
        ONE_OFF,
        (
            yes_no(
                "at_an_event",
                N_("Was it part of an event?"),
                N_("All that belongs to one event on one day is counted together, whoever declares it."),
                required=True,
            ),
            Question(
                "event",
                Type.NAME,
                N_("What is the event called?"),
                N_("As on the invitation."),
                True,
                asked_if=(If("at_an_event", ("yes",)),),
                feeds="event",
                missing=N_("Write what the event is called."),
            ),
        ),
    ),
    Circumstance(
        "household",
        BENEFITS,
        (
            yes_no(
                "colleague_at_home",
                N_("Does a colleague live in your household?"),
                N_("What one household gets from the same side is counted together."),
                required=True,
                asked_if=(RECEIVED,),
            ),
            Question(
                "colleagues_at_home",
                Type.COLLEAGUES,
                N_("Which colleagues live in your household?"),
                N_("They will not be asked to decide about it."),
                True,
                asked_if=(RECEIVED, If("colleague_at_home", ("yes",))),
                feeds="named",
                missing=N_("Name the colleagues you live with."),
            ),
            Question(
                "household",
                Type.NAME,
                N_("Whose household does it benefit?"),
                N_("The family’s name and town, such as Holm, Odense."),
                True,
                asked_if=(GIVEN,),
                feeds="household",
                missing=N_("Write whose household it benefits."),
            ),
        ),
    ),
)

NAMES = frozenset(question.name for one in CIRCUMSTANCES for question in one.questions)

# How the words are called that rules often name; any other word is shown as the policy writes it, spaced.
LABELS: Mapping[str, Mapping[str, str]] = {
    "meal": {
        "breakfast": N_("Breakfast"),
        "lunch": N_("Lunch"),
        "dinner": N_("Dinner"),
        "full_day": N_("Meals for a full day"),
        "business": N_("A business meal"),
        "reception": N_("A reception"),
    },
    "profession": {
        "doctor": N_("Doctor"),
        "nurse": N_("Nurse"),
        "pharmacist": N_("Pharmacist"),
        "health_professional": N_("Works in health care"),
        "journalist": N_("Journalist"),
        "teacher": N_("Teacher or researcher"),
    },
    "occasion": {
        "other": N_("Another occasion than a birthday or other personal day"),
        "birthday": N_("A birthday"),
        "anniversary": N_("An anniversary"),
        "wedding": N_("A wedding"),
        "farewell": N_("A farewell"),
        "new_year": N_("New Year"),
    },
    "form": {
        "store_gift_card": N_("A gift card for one shop"),
        "bank_gift_card": N_("A gift card that works like money"),
        "professional": N_("A thing for the profession"),
        "wine": N_("Wine or spirits"),
        "crypto": N_("Crypto"),
        "course": N_("A course"),
    },
    "travel_class": {"private": N_("A private plane")},
    "exempt": {
        "personal_relation": N_("They are a friend or relative, and it was private"),
        "promotional": N_("It is a give-away with a logo"),
        "de_minimis": N_("It is a trifle, such as a pen"),
        "open_buffet": N_("A buffet or reception open to many"),
    },
}

_DECIDES = N_("A close relation of mine decides there")
# Ticks that stand under "Does any of this apply?" where the form of that kind and door has no other place for them.
TICKS: Mapping[str, tuple[Choice, Choice]] = {  # received, given
    "solicited": (
        Choice("asked_for", N_("I asked for it"), (("solicited", True),)),
        Choice("asked_for", N_("They asked for it"), (("solicited", True),)),
    ),
    "close_relation": (
        Choice("decides", _DECIDES, (("close_relation", True),)),
        Choice("decides", _DECIDES, (("close_relation", True),)),
    ),
    "family": (
        Choice("family", N_("My family had some of it"), (("family", True),)),
        Choice("family", N_("Their family had some of it"), (("family", True),)),
    ),
}


def word(about: str, slug: str) -> Choice:
    """The choice of the word `slug` of a rule for the field `about`; of a tag the exempt one that follows from ticking it."""
    label = LABELS.get(about, {}).get(slug) or slug.replace("_", " ").capitalize()
    return Choice(slug, label, (("exempt", frozenset({slug})),) if about == "exempt" else ())
