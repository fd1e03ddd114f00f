"""A trip: flights, nights or a conference that one side pays for the other."""

from collections.abc import Mapping
from dataclasses import replace

from workflows.kinds.asked_of_all import COLLEAGUES, DAY, NOTE, OWN_SHARE, officials, other_side, worth, yes_no
from workflows.kinds.entertainment import COMPANION_WHO, WENT
from workflows.kinds.question import Choice, If, Question, Questionnaire, Type
from workflows.words import N_, Direction, Kind

WE_PAY = If("payer", ("us",))
THEY_PAY = If("payer", ("them", "both"))

PAYER = Question(
    "payer",
    Type.CHOICE,
    N_("Who pays?"),
    required=True,
    default="them",
    missing=N_("Pick who pays."),
    choices=(
        Choice("them", N_("They pay for me"), (("direction", Direction.RECEIVED),)),
        Choice("both", N_("They pay a part"), (("direction", Direction.RECEIVED),)),
        Choice("us", N_("We pay for a guest"), (("direction", Direction.GIVEN),)),
    ),
)

TRAVEL_CLASS = Question(
    "travel_class",
    Type.CHOICE,
    N_("How do you travel?"),
    required=True,
    feeds="travel_class",
    default="economy",
    missing=N_("Pick one."),
    choices=(
        Choice("economy", N_("Economy")),
        Choice("premium", N_("Premium economy")),
        Choice("business", N_("Business")),
        Choice("first", N_("First")),
        Choice("ground", N_("Train or car")),
        Choice("none", N_("No journey, only the stay")),
    ),
)

GOING = replace(WENT, name="going", label=N_("Do you go?"), asked_if=(THEY_PAY,))


def title(answers: Mapping[str, object]) -> str:
    """Where the trip goes."""
    return str(answers.get("destination", ""))


TRAVEL = Questionnaire(
    kind=Kind.TRAVEL,
    name=N_("A trip"),
    about=N_("Flights, nights or a conference that someone else pays for."),
    heading=N_("A trip"),
    lede=N_("Ask before you go if you can. Your best guess of the cost is good enough."),
    title=title,
    questions=(
        *other_side(N_("Who is on the other side?"), N_("The firm or office that invites you, or that your guest belongs to.")),
        PAYER,
        Question(
            "destination",
            Type.TEXT,
            N_("Where to, and what is it?"),
            N_("Such as Berlin, user conference."),
            True,
            feeds="title",
            missing=N_("Say where the trip goes."),
        ),
        Question("country", Type.COUNTRY, N_("In which country?"), N_("Change it if it is elsewhere."), feeds="country"),
        replace(DAY, label=N_("First day")),
        Question(
            "nights",
            Type.COUNT,
            N_("How many nights are paid for?"),
            N_("0 if there is none."),
            True,
            feeds="nights",
            missing=N_("Write how many nights, 0 if there is none."),
        ),
        TRAVEL_CLASS,
        *worth(N_("About what is paid in all?"), N_("Journey, nights, meals and fees together, with tax.")),
        replace(
            OWN_SHARE,
            label=N_("How much of it do you or your company pay?"),
            required=True,
            apart=False,
            asked_if=(If("payer", ("both",)),),
            missing=N_("Write how much your side pays."),
        ),
        Question(
            "traveller",
            Type.PEOPLE_TEXT,
            N_("Who travels?"),
            N_("Names and positions, one a line."),
            True,
            asked_if=(WE_PAY,),
            missing=N_("Write who travels."),
        ),
        *officials(N_("Is any of them a public official?"), asked_if=(WE_PAY,)),
        yes_no("companion", N_("Is a private companion paid for too?"), default="no", feeds="companion"),
        COMPANION_WHO,
        GOING,
        Question(
            "purpose",
            Type.TEXT,
            N_("What is the business reason?"),
            required=True,
            missing=N_("Give the business reason in a few words."),
        ),
        NOTE,
        COLLEAGUES,
        Question(
            "also",
            Type.CHOICES,
            N_("Does any of this apply?"),
            apart=True,
            asked_if=(THEY_PAY,),
            choices=(
                Choice("asked_for", N_("I asked for it"), (("solicited", True),)),
                Choice("decides", N_("A close relation of mine decides there"), (("close_relation", True),)),
            ),
        ),
    ),
)
