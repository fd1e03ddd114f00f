"""Entertainment: a meal, an event or tickets, reckoned per head; without a host it counts as a gift."""

from collections.abc import Mapping

from workflows.kinds.asked_of_all import COLLEAGUES, DAY, NOTE, OWN_SHARE, RECEIVED, WHERE, officials, other_side, worth, yes_no
from workflows.kinds.question import Choice, If, Question, Questionnaire, Type
from workflows.words import N_, Direction, Disposition, Kind

FORM = Question(
    "form",
    Type.CHOICE,
    N_("What sort of thing?"),
    beside="what",
    default="meal",
    feeds="form",
    choices=(
        Choice("meal", N_("A meal")),
        Choice("refreshments", N_("Coffee or snacks")),
        Choice("event", N_("An event")),
        Choice("ticket", N_("Tickets")),
    ),
)

WORTH_OF = Question(
    "worth_of",
    Type.CHOICE,
    N_("Is that a head or for everyone?"),
    beside="worth",
    default="head",
    choices=(Choice("head", N_("a head")), Choice("all", N_("for everyone"))),
)

HEADS = Question(
    "heads",
    Type.COUNT,
    N_("How many took part?"),
    N_("Everyone who came, you among them."),
    True,
    feeds="heads",
    missing=N_("Write how many people took part."),
)

PRESENT = Question(
    "present",
    Type.PEOPLE_TEXT,
    N_("Who was there?"),
    N_("Names and firms, one a line. A group may be one line."),
    True,
    label_given=N_("Who came?"),
    missing=N_("Write who was there."),
)

WENT = Question(
    "went",
    Type.CHOICE,
    N_("Did you go?"),
    required=True,
    asked_if=(RECEIVED,),
    default="yes",
    missing=N_("Pick one."),
    choices=(
        Choice("yes", N_("Yes, or I plan to"), (("disposition", Disposition.KEPT),)),
        Choice("declined", N_("I said no"), (("disposition", Disposition.DECLINED),)),
        Choice("undecided", N_("I have not answered"), (("disposition", Disposition.UNDECIDED),)),
    ),
)

COMPANION_WHO = Question(
    "companion_who",
    Type.TEXT,
    N_("Who came along?"),
    N_("Such as my wife or a friend; no name is needed."),
    True,
    asked_if=(If("companion", ("yes",)),),
    missing=N_("Say who came along."),
)

ABSENT = Question(
    "absent_why",
    Type.TEXT,
    N_("Why was no host there?"),
    N_("Without a host it counts as a gift."),
    asked_if=(If("host_present", ("no",)),),
)

ALSO = Question(
    "also",
    Type.CHOICES,
    N_("Does any of this apply?"),
    apart=True,
    asked_if=(RECEIVED,),
    choices=(
        Choice("asked_for", N_("I asked for it"), (("solicited", True),)),
        Choice("decides", N_("A close relation of mine decides there"), (("close_relation", True),)),
    ),
)


def title(answers: Mapping[str, object]) -> str:
    """The meal or event, as the person called it."""
    return str(answers.get("what", ""))


ENTERTAINMENT = Questionnaire(
    kind=Kind.ENTERTAINMENT,
    name=N_("A meal, match or show"),
    about=N_("A dinner, tickets, a round of golf, an evening out."),
    heading=N_("A meal, match or show you were invited to"),
    heading_given=N_("A meal, match or show you invited to"),
    lede=N_("It is fine if it has not happened yet: then you ask before you go."),
    directions=(Direction.RECEIVED, Direction.GIVEN),
    title=title,
    questions=(
        *other_side(
            N_("Who invited you?"),
            N_("The firm or person that pays."),
            N_("Who did you invite?"),
            N_("The firm or office your guests belong to."),
        ),
        Question(
            "what",
            Type.TEXT,
            N_("What was it?"),
            N_("Such as dinner by the harbour or the cup final."),
            True,
            feeds="title",
            missing=N_("Say what it was."),
        ),
        FORM,
        DAY,
        *worth(N_("About what was it worth?"), N_("With drinks, tickets and tax.")),
        WORTH_OF,
        HEADS,
        PRESENT,
        *officials(N_("Was any of them a public official?"), N_("Was any guest a public official?")),
        yes_no(
            "host_present",
            N_("Was the host there too?"),
            label_given=N_("Was one of us there as host?"),
            required=True,
            default="yes",
            feeds="host_present",
        ),
        ABSENT,
        yes_no(
            "companion",
            N_("Did anyone come with you privately?"),
            label_given=N_("Did guests bring anyone privately?"),
            default="no",
            feeds="companion",
        ),
        COMPANION_WHO,
        WENT,
        Question(
            "purpose",
            Type.TEXT,
            N_("What was the business reason?"),
            required=True,
            missing=N_("Give the business reason in a few words."),
        ),
        NOTE,
        COLLEAGUES,
        OWN_SHARE,
        WHERE,
        ALSO,
    ),
)
