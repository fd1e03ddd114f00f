"""An outside interest lasts: a job, seat, holding or office beside the work here, one's own or a close relation's."""

from collections.abc import Mapping
from dataclasses import replace

from workflows.kinds.asked_of_all import DAY, NOTE, other_side, worth, yes_no
from workflows.kinds.question import Choice, If, Question, Questionnaire, Type
from workflows.words import N_, Kind

WORKING = If("form", ("job", "directorship", "public_office", "advisory"))
OWNING = If("form", ("ownership",))
RELATION = If("form", ("relation",))

FORM = Question(
    "form",
    Type.CHOICE,
    N_("What is it?"),
    required=True,
    feeds="form",
    missing=N_("Pick what it is."),
    choices=(
        Choice("job", N_("A second job")),
        Choice("directorship", N_("A board seat")),
        Choice("ownership", N_("Shares or my own firm")),
        Choice("advisory", N_("Advice or consulting")),
        Choice("public_office", N_("A public office")),
        Choice("relation", N_("A close relation’s interest"), (("close_relation", True),)),
        Choice("other", N_("Something else")),
    ),
)


def title(answers: Mapping[str, object]) -> str:
    """What the person does there, else the organisation's name."""
    return str(answers.get("role") or answers.get("relation_what") or answers.get("counterparty", ""))


INTEREST = Questionnaire(
    kind=Kind.INTEREST,
    name=N_("Other work or shares"),
    about=N_("A second job, a board seat, my own firm, a holding."),
    heading=N_("Other work or shares"),
    lede=N_("Tell us once; we ask again only when something changes."),
    title=title,
    questions=(
        FORM,
        *other_side(N_("At which organisation?"), N_("Its full name, as on its website.")),
        Question(
            "role",
            Type.TEXT,
            N_("What do you do there?"),
            N_("Such as member of the board or evening teacher."),
            True,
            asked_if=(WORKING,),
            missing=N_("Say what you do there."),
        ),
        yes_no("paid", N_("Are you paid for it?"), required=True, asked_if=(WORKING,)),
        Question("hours", Type.COUNT, N_("About how many hours a month?"), asked_if=(WORKING,)),
        Question(
            "percent",
            Type.PERCENT,
            N_("What share of it is yours?"),
            N_("In per cent. A small listed holding may be 0.01."),
            True,
            asked_if=(OWNING,),
            feeds="percent_hundredths",
            missing=N_("Write your share in per cent."),
        ),
        *worth(N_("About what is it worth?"), N_("If you know."), asked_if=(OWNING,), required=False),
        Question(
            "relation_who",
            Type.TEXT,
            N_("Who is it, to you?"),
            N_("Such as my wife or my brother; no name is needed."),
            True,
            asked_if=(RELATION,),
            missing=N_("Say who it is to you."),
        ),
        Question(
            "relation_what",
            Type.TEXT,
            N_("What do they have or do there?"),
            required=True,
            asked_if=(RELATION,),
            missing=N_("Say what they have or do there."),
        ),
        Question(
            "colleague",
            Type.COLLEAGUE,
            N_("If they work here too: who?"),
            N_("They will not be asked to decide about it."),
            asked_if=(RELATION,),
            feeds="named",
        ),
        Question(
            "other_what",
            Type.TEXT,
            N_("What is it, in a few words?"),
            required=True,
            asked_if=(If("form", ("other",)),),
            missing=N_("Say in a few words what it is."),
        ),
        replace(DAY, label=N_("Since when?"), hint=N_("Roughly is fine. A day to come is fine too.")),
        Question("ends_on", Type.DATE, N_("Until when?"), N_("Leave it empty if it goes on."), feeds="ends_on"),
        yes_no("touches", N_("Do you decide anything here that concerns them?"), required=True),
        Question(
            "touches_what",
            Type.TEXT,
            N_("What do you decide about them?"),
            required=True,
            asked_if=(If("touches", ("yes",)),),
            missing=N_("Say what you decide about them."),
        ),
        NOTE,
    ),
)
