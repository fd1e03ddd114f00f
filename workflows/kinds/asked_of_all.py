"""What every kind asks alike: who is on the other side, what they are to us, what it was worth, and a last word."""

from dataclasses import replace
from typing import Any

from workflows.kinds.question import Choice, If, Question, Type
from workflows.words import N_, CounterpartyClass

GIVEN = If("direction", ("given",))
RECEIVED = If("direction", ("received",))
NEW = If("counterparty_known", ("no",))

CLASSES = (
    Choice(CounterpartyClass.CUSTOMER, N_("A customer")),
    Choice(CounterpartyClass.SUPPLIER, N_("A supplier")),
    Choice(CounterpartyClass.PARTNER, N_("A partner")),
    Choice(CounterpartyClass.PUBLIC_OFFICIAL, N_("A public body or official")),
    Choice(CounterpartyClass.BIDDER, N_("Someone bidding for our business")),
    Choice(CounterpartyClass.COMPETITOR, N_("A competitor")),
    Choice(CounterpartyClass.CHARITY, N_("A charity, club or school")),
    Choice(CounterpartyClass.POLITICAL, N_("A political party or candidate")),
    Choice(CounterpartyClass.PRIVATE_PERSON, N_("A private person")),
    Choice(CounterpartyClass.ANTISOCIAL, N_("A group the law forbids dealing with")),
    Choice(CounterpartyClass.UNKNOWN, N_("I am not sure")),
)


def other_side(
    label: str, hint: str, label_given: str = "", hint_given: str = "", *, required: bool = True
) -> tuple[Question, ...]:
    """Who it is, and only for somebody we have not met before: what they are to us, their country and number."""
    return (
        Question(
            "counterparty",
            Type.COUNTERPARTY,
            label,
            hint,
            required,
            label_given=label_given,
            hint_given=hint_given,
            missing=N_("Write the firm or person on the other side."),
        ),
        Question(
            "counterparty_class",
            Type.CHOICE,
            N_("What are they to us?"),
            N_("We have not met this name before."),
            True,
            CLASSES,
            asked_if=(NEW,),
            missing=N_("Pick what they are to us. “I am not sure” is fine."),
        ),
        Question(
            "counterparty_country",
            Type.COUNTRY,
            N_("Which country are they in?"),
            asked_if=(NEW,),
            apart=True,
        ),
        Question(
            "registered_number",
            Type.TEXT,
            N_("Their registered number"),
            N_("On the invoice or the website, if you have it at hand."),
            asked_if=(NEW,),
            apart=True,
        ),
    )


def worth(
    label: str, hint: str, label_given: str = "", *, asked_if: tuple[If, ...] = (), required: bool = True
) -> tuple[Question, ...]:
    """The value, or a guess and how it was made, or that nobody here knows."""
    return (
        Question(
            "worth",
            Type.MONEY,
            label,
            hint,
            required,
            asked_if=asked_if,
            feeds="value",
            label_given=label_given,
            missing=N_("Write about what it was worth. A best guess will do."),
        ),
        Question("unsure", Type.YES_NO, N_("I am only guessing"), asked_if=asked_if, beside="worth"),
        Question("no_idea", Type.YES_NO, N_("I have no idea"), asked_if=asked_if, beside="worth"),
        Question(
            "method",
            Type.TEXT,
            N_("How did you arrive at your guess?"),
            N_("The price in a shop, something like it, what the giver said."),
            True,
            asked_if=(*asked_if, If("unsure", ("yes",))),
            missing=N_("Say in a few words how you arrived at your guess."),
        ),
    )


def yes_no(name: str, label: str, hint: str = "", **more: Any) -> Question:
    """A question to be answered with yes or no."""
    return replace(Question(name, Type.YES_NO, label, hint, missing=N_("Answer with yes or no.")), **more)


DAY = Question("occurred_on", Type.DATE, N_("When?"), required=True, feeds="occurred_on", missing=N_("Pick the day."))

NOTE = Question("note", Type.LONG_TEXT, N_("Anything %(manager)s should know?"))

COLLEAGUES = Question(
    "colleagues",
    Type.COLLEAGUES,
    N_("Which colleagues were part of it?"),
    N_("They will not be asked to decide about it."),
    feeds="named",
    apart=True,
)

OWN_SHARE = Question("own_share", Type.MONEY, N_("What you paid of it yourself"), feeds="own_share", apart=True)

WHERE = Question(
    "country", Type.COUNTRY, N_("In which country was it?"), N_("Change it if it is elsewhere."), feeds="country", apart=True
)


def officials(label: str, label_given: str = "", *, asked_if: tuple[If, ...] = ()) -> tuple[Question, ...]:
    """Whether public officials take part, and if so how many and who."""
    yes = (*asked_if, If("official", ("yes",)))
    return (
        yes_no(
            "official",
            label,
            N_("Anyone who works for the state, a town, a public hospital, school or state-owned firm."),
            label_given=label_given,
            required=True,
            asked_if=asked_if,
        ),
        Question(
            "officials",
            Type.COUNT,
            N_("How many public officials?"),
            required=True,
            asked_if=yes,
            feeds="officials",
            default="1",
            missing=N_("Write how many."),
        ),
        Question(
            "officials_who",
            Type.PEOPLE_TEXT,
            N_("Who, and what office do they hold?"),
            N_("One a line."),
            True,
            asked_if=yes,
            missing=N_("Name the officials and their offices."),
        ),
    )
