"""A gift: something given to one of us or by one of us; a small one is declared with six answers."""

from collections.abc import Mapping
from dataclasses import replace

from workflows.kinds.asked_of_all import COLLEAGUES, DAY, GIVEN, NOTE, OWN_SHARE, RECEIVED, officials, other_side, worth
from workflows.kinds.question import Choice, If, Question, Questionnaire, Type
from workflows.words import N_, Direction, Disposition, Kind

FORM = Question(
    "form",
    Type.CHOICE,
    N_("What sort of thing?"),
    beside="what",
    default="thing",
    feeds="form",
    choices=(
        Choice("thing", N_("A thing")),
        Choice("promotional", N_("A give-away with a logo")),
        Choice("voucher", N_("A voucher")),
        Choice("gift_card", N_("A gift card")),
        Choice("cash", N_("Cash")),
        Choice("discount", N_("A discount")),
        Choice("ticket", N_("A ticket")),
        Choice("refreshments", N_("Coffee or snacks")),
        Choice("service", N_("A favour or service")),
        Choice("securities", N_("Shares or crypto")),
    ),
)

BECAME = Question(
    "became",
    Type.CHOICE,
    N_("Where is it now?"),
    required=True,
    asked_if=(RECEIVED,),
    missing=N_("Pick where it is now."),
    choices=(
        Choice("kept", N_("I kept it"), (("disposition", Disposition.KEPT),)),
        Choice("shared", N_("I shared it"), (("disposition", Disposition.SHARED),)),
        Choice("returned", N_("I gave it back"), (("disposition", Disposition.RETURNED),)),
        Choice("declined", N_("I declined it"), (("disposition", Disposition.DECLINED),)),
        Choice("surrendered", N_("I handed it in"), (("disposition", Disposition.SURRENDERED),)),
        Choice("paid", N_("I paid for it"), (("disposition", Disposition.DIFFERENCE_PAID),)),
        Choice("family", N_("My family has it"), (("disposition", Disposition.KEPT), ("family", True))),
        Choice("undecided", N_("Not decided"), (("disposition", Disposition.UNDECIDED),)),
    ),
)

BECAME_GIVEN = Question(
    "became_given",
    Type.CHOICE,
    N_("What became of it?"),
    required=True,
    asked_if=(GIVEN,),
    default="kept",
    missing=N_("Pick what became of it."),
    choices=(
        Choice("kept", N_("They have it"), (("disposition", Disposition.KEPT),)),
        Choice("shared", N_("Several shared it"), (("disposition", Disposition.SHARED),)),
        Choice("planned", N_("Not given yet"), (("disposition", Disposition.UNDECIDED),)),
        Choice("returned", N_("They gave it back"), (("disposition", Disposition.RETURNED),)),
        Choice("declined", N_("They declined it"), (("disposition", Disposition.DECLINED),)),
    ),
)

HEADS = Question(
    "heads",
    Type.COUNT,
    N_("Among how many, with you?"),
    N_("Count those who really had some of it."),
    True,
    asked_if=(If("became", ("shared",)),),
    feeds="heads",
    missing=N_("Write among how many it was shared."),
)

RECEIVERS = Question(
    "receivers",
    Type.COUNT,
    N_("How many people received it?"),
    required=True,
    asked_if=(If("became_given", ("shared",)),),
    feeds="heads",
    missing=N_("Write how many people received it."),
)

PAID = replace(
    OWN_SHARE,
    label=N_("How much did you pay?"),
    required=True,
    apart=False,
    asked_if=(If("became", ("paid",)),),
    missing=N_("Write how much you paid."),
)

FAMILY = Question(
    "family_who",
    Type.TEXT,
    N_("Who in your family?"),
    N_("Such as my wife or our son; no name is needed."),
    True,
    asked_if=(If("became", ("family",)),),
    missing=N_("Say who in your family has it."),
)

OFFICIAL = Question(
    "official_who",
    Type.TEXT,
    N_("Which office or official gave it?"),
    required=True,
    asked_if=(RECEIVED, If("counterparty_class", ("public_official",))),
    missing=N_("Say which office or official it was."),
)

RECEIVED_BY = Question(
    "received_by",
    Type.PEOPLE_TEXT,
    N_("Who received it?"),
    N_("Names and positions, one a line."),
    True,
    asked_if=(GIVEN,),
    feeds="outside",
    missing=N_("Write who received it."),
)

PURPOSE = Question(
    "purpose",
    Type.TEXT,
    N_("What is it for?"),
    N_("The business reason in a few words."),
    True,
    asked_if=(GIVEN,),
    missing=N_("Give the business reason in a few words."),
)

OCCASION = Question(
    "occasion", Type.TEXT, N_("Was there an occasion?"), N_("A birthday, New Year, the end of a project."), apart=True
)

ALSO = Question(
    "also",
    Type.CHOICES,
    N_("Does any of this apply?"),
    asked_if=(RECEIVED,),
    apart=True,
    choices=(
        Choice("asked_for", N_("I asked for it"), (("solicited", True),)),
        Choice(
            "friend", N_("The giver is a friend or relative, and it was private"), (("exempt", frozenset({"personal_relation"})),)
        ),
        Choice("decides", N_("A close relation of mine decides there"), (("close_relation", True),)),
    ),
)


def title(answers: Mapping[str, object]) -> str:
    """The gift itself, as the person called it."""
    return str(answers.get("what", ""))


GIFT = Questionnaire(
    kind=Kind.GIFT,
    name=N_("A gift"),
    about=N_("Something given to me or by me: wine, a voucher, a sample."),
    heading=N_("A gift you were given"),
    heading_given=N_("A gift you gave"),
    lede=N_("A few short questions. Your best guess is good enough."),
    directions=(Direction.RECEIVED, Direction.GIVEN),
    title=title,
    questions=(
        *other_side(
            N_("Who gave it to you?"),
            N_("The firm or person, as on the card."),
            N_("Who did you give it to?"),
            N_("The firm or office they belong to, or the person."),
        ),
        OFFICIAL,
        RECEIVED_BY,
        *officials("", N_("Is any of them a public official?"), asked_if=(GIVEN,)),
        Question("what", Type.TEXT, N_("What was it?"), required=True, feeds="title", missing=N_("Say what it was.")),
        FORM,
        *worth(N_("About what was it worth?"), N_("All of it together, with tax.")),
        DAY,
        BECAME,
        BECAME_GIVEN,
        HEADS,
        RECEIVERS,
        PAID,
        FAMILY,
        PURPOSE,
        NOTE,
        OCCASION,
        ALSO,
        COLLEAGUES,
    ),
)
