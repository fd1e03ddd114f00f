"""A conflict of interest: a decision here, somebody one knows, and what one proposes; it asks for advice or approval."""

from collections.abc import Mapping
from dataclasses import replace

from workflows.kinds.asked_of_all import DAY, NOTE, other_side, yes_no
from workflows.kinds.question import Choice, If, Question, Questionnaire, Type
from workflows.words import N_, Kind

CLOSE = (("close_relation", True),)

RELATION = Question(
    "relation",
    Type.CHOICE,
    N_("How do you know them?"),
    required=True,
    missing=N_("Pick how you know them."),
    choices=(
        Choice("family", N_("Family"), CLOSE),
        Choice("partner", N_("Partner"), CLOSE),
        Choice("friend", N_("A friend"), CLOSE),
        Choice("former", N_("An old colleague or employer")),
        Choice("money", N_("I have money in it")),
        Choice("other", N_("Something else")),
    ),
)

WANTS = Question(
    "wants",
    Type.CHOICE,
    N_("What would you like?"),
    required=True,
    default="approval",
    missing=N_("Pick advice or approval."),
    choices=(
        Choice("approval", N_("Approval of what I propose")),
        Choice("advice", N_("Advice first"), (("wants_advice", True),)),
    ),
)


def title(answers: Mapping[str, object]) -> str:
    """The decision it is about."""
    return str(answers.get("decision", ""))


CONFLICT = Questionnaire(
    kind=Kind.CONFLICT,
    name=N_("Someone I know"),
    about=N_("A relative, partner or old colleague is part of something I decide."),
    heading=N_("Someone you know is part of a decision"),
    lede=N_("Having a conflict is no fault. Saying so is what counts."),
    title=title,
    questions=(
        Question(
            "decision",
            Type.TEXT,
            N_("What is being decided?"),
            N_("Such as the choice of a new courier."),
            True,
            feeds="title",
            missing=N_("Say what is being decided."),
        ),
        Question("part", Type.TEXT, N_("What is your part in it?"), required=True, missing=N_("Say what your part in it is.")),
        RELATION,
        Question(
            "relation_who",
            Type.TEXT,
            N_("Who is it?"),
            N_("Such as my brother, who sells there."),
            True,
            missing=N_("Say who it is."),
        ),
        *other_side(N_("Which firm or person outside is involved?"), N_("Leave it empty if there is none."), required=False),
        Question(
            "colleague",
            Type.COLLEAGUE,
            N_("If a colleague is involved: who?"),
            N_("They will not be asked to decide about it."),
            feeds="named",
        ),
        yes_no(
            "concerns_manager",
            N_("Does it concern your manager?"),
            N_("Then it goes to compliance, and your manager does not see it."),
            required=True,
            default="no",
            feeds="concerns_manager",
        ),
        replace(DAY, label=N_("Since when, or from when?")),
        Question("ends_on", Type.DATE, N_("Until when?"), N_("Leave it empty if you do not know."), feeds="ends_on", apart=True),
        WANTS,
        Question(
            "proposal",
            Type.LONG_TEXT,
            N_("What do you propose?"),
            N_("Such as: a colleague decides, and I do not see the offers."),
            True,
            asked_if=(If("wants", ("approval",)),),
            missing=N_("Say what you propose."),
        ),
        replace(NOTE, label=N_("Anything else we should know?")),
    ),
)
