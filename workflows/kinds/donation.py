"""A donation or sponsorship is the company's own giving: to whom, for what cause, and what hangs on it."""

from collections.abc import Mapping
from dataclasses import replace

from workflows.kinds.asked_of_all import COLLEAGUES, DAY, NOTE, officials, other_side, worth, yes_no
from workflows.kinds.question import Choice, If, Question, Questionnaire, Type
from workflows.words import N_, Direction, Kind

FORM = Question(
    "form",
    Type.CHOICE,
    N_("Donation or sponsorship?"),
    required=True,
    feeds="form",
    default="donation",
    missing=N_("Pick one."),
    choices=(
        Choice("donation", N_("A donation: we get nothing for it")),
        Choice("sponsorship", N_("A sponsorship: our name is shown")),
    ),
)


def title(answers: Mapping[str, object]) -> str:
    """What is given."""
    return str(answers.get("what", ""))


DONATION = Questionnaire(
    kind=Kind.DONATION,
    name=N_("A donation"),
    about=N_("Money or things for a charity, a club, a school or a cause."),
    heading=N_("A donation or sponsorship by the company"),
    lede=N_("What the company gives, not what you give from your own pocket."),
    direction=Direction.GIVEN,
    title=title,
    questions=(
        *other_side(N_("Who receives it?"), N_("The charity, club or school.")),
        FORM,
        Question(
            "what",
            Type.TEXT,
            N_("What do we give?"),
            N_("Such as 20 used laptops, or money."),
            True,
            feeds="title",
            missing=N_("Say what we give."),
        ),
        *worth(N_("About what is it worth?"), N_("All of it together, with tax.")),
        replace(DAY, label=N_("When is it given?")),
        Question("cause", Type.TEXT, N_("For what cause?"), required=True, missing=N_("Say what it is for.")),
        Question(
            "in_return",
            Type.TEXT,
            N_("What do we get for it?"),
            required=True,
            asked_if=(If("form", ("sponsorship",)),),
            missing=N_("Say what we get for it."),
        ),
        yes_no(
            "political",
            N_("Is it for a party, a candidate or a campaign?"),
            required=True,
            default="no",
            feeds="political",
        ),
        *officials(N_("Did a public official ask for it, or stand behind it?")),
        yes_no(
            "contract",
            N_("Is there a contract, tender or permit with anyone behind it?"),
            required=True,
            default="no",
        ),
        Question(
            "contract_which",
            Type.TEXT,
            N_("Which one?"),
            required=True,
            asked_if=(If("contract", ("yes",)),),
            missing=N_("Say which contract, tender or permit."),
        ),
        Question("asked_by", Type.TEXT, N_("Who asked us for it?"), N_("A person or an office, if anybody did."), apart=True),
        NOTE,
        COLLEAGUES,
    ),
)
