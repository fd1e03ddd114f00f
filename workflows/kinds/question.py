"""A question is data: its words, the kind of answer it takes, and the earlier answers that call for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows.money import Money
from workflows.words import Direction, Kind


class Type(StrEnum):
    """What an answer looks like; `Answer` says as which Python type it arrives."""

    TEXT = "text"  # str
    LONG_TEXT = "long_text"  # str
    PEOPLE_TEXT = "people_text"  # str, one person a line
    NAME = "name"  # str; what bears the same name belongs together, however it is spaced or capitalised
    MONEY = "money"  # Money
    AMOUNTS = "amounts"  # tuple of Money, one a line, in the currency of the worth
    COUNT = "count"  # int
    PERCENT = "percent"  # int, hundredths of a percent
    CHOICE = "choice"  # str, a slug
    CHOICES = "choices"  # tuple of slugs
    YES_NO = "yes_no"  # bool
    DATE = "date"  # date
    COUNTRY = "country"  # str, ISO 3166-1 alpha-2
    COUNTERPARTY = "counterparty"  # str, the name as typed
    COLLEAGUE = "colleague"  # int, a person's id
    COLLEAGUES = "colleagues"  # tuple of ids


Answer = str | int | date | Money | tuple[str, ...] | tuple[int, ...] | tuple[Money, ...]
Answers = Mapping[str, Answer]

# Not asked but known with the answers; conditions may name them too.
CONTEXT = ("direction", "counterparty_known", "counterparty_class")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to pick; `sets` are the fields of Facts that follow from picking it."""

    slug: str
    label: str
    sets: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class If:
    """Holds when the answer to `name` is one of `any_of` (slugs; yes and no are "yes" and "no")."""

    name: str
    any_of: tuple[str, ...]

    def holds(self, answers: Mapping[str, object]) -> bool:
        """True if the answer given to the question named is among those that count."""
        return any(slug in self.any_of for slug in slugs(answers.get(self.name)))


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `feeds` is the field of Facts its answer becomes; None keeps it among the details only.

    `beside` names the question it stands on one line with; `apart` ones are folded away under "Only if it applies".
    `default` is the slug or text shown before anything is answered.
    """

    name: str
    type: Type
    label: str
    hint: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    asked_if: tuple[If, ...] = ()
    feeds: str | None = None
    label_given: str = ""
    hint_given: str = ""
    beside: str = ""
    apart: bool = False
    default: str = ""
    missing: str = ""  # the sentence shown when a required answer is not there

    def words(self, direction: Direction | None) -> tuple[str, str]:
        """Label and hint as they read for a thing received or given."""
        if direction is Direction.GIVEN:
            return self.label_given or self.label, self.hint_given or self.hint
        return self.label, self.hint

    def choice(self, slug: str) -> Choice | None:
        """The choice with this slug, None if there is none."""
        return next((choice for choice in self.choices if choice.slug == slug), None)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All questions of one kind, in the order they are asked, and how such a thing is called."""

    kind: Kind
    name: str  # "A gift"
    about: str  # the line under the picture
    heading: str
    lede: str
    questions: tuple[Question, ...]
    title: Callable[[Mapping[str, object]], str]
    heading_given: str = ""
    directions: tuple[Direction, ...] = ()  # the doors to choose between; none where there is only one way
    direction: Direction | None = None  # the only way there is

    def question(self, name: str) -> Question:
        """The question of that name. Raises KeyError."""
        for question in self.questions:
            if question.name == name:
                return question
        raise KeyError(name)

    def asked(self, answers: Mapping[str, object]) -> tuple[Question, ...]:
        """The questions these answers (and what is known with them) call for; an answer nobody asked for calls for nothing."""
        heard = {name: answers[name] for name in CONTEXT if name in answers}
        called = []
        for question in self.questions:
            if all(condition.holds(heard) for condition in question.asked_if):
                called.append(question)
                heard[question.name] = answers.get(question.name, question.default)
        return tuple(called)


def slugs(answer: object) -> Sequence[str]:
    """An answer as the slugs conditions compare: yes and no for booleans, each of several choices, nothing for none."""
    if isinstance(answer, bool):
        return ("yes",) if answer else ("no",)
    if isinstance(answer, tuple):
        return tuple(str(one) for one in answer)
    return (str(answer),) if answer not in (None, "") else ()
