"""What is typed with an action; each form also carries what its page showed, so that nobody decides blind."""

from collections.abc import Mapping
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from declarations.day_field import DayField
from declarations.number_field import NumberField
from workflows.words import Action

MOST_CONDITIONS = 3
_LONGEST = Length(max=4000, message=_l("This is too long. Please shorten it."))


class ActForm(FlaskForm):  # type: ignore[misc]
    """Nothing but a click; `version` and `seen` are what the page showed."""

    version = NumberField(validators=[InputRequired(), NumberRange(0)])
    seen = HiddenField(validators=[Length(max=64)])


class ReasonForm(ActForm):
    """A sentence: a reason, a question, an answer or advice."""

    reason = TextAreaField(validators=[InputRequired(_l("Please write a sentence here.")), _LONGEST])


class ConditionsForm(ActForm):
    """Up to three conditions, each with its day."""

    text0 = TextAreaField(validators=[_LONGEST])
    due0 = DayField(validators=[Optional()])
    text1 = TextAreaField(validators=[_LONGEST])
    due1 = DayField(validators=[Optional()])
    text2 = TextAreaField(validators=[_LONGEST])
    due2 = DayField(validators=[Optional()])

    def conditions(self) -> tuple[tuple[str, date], ...]:
        """What must happen, by when; a text without its day, or a day without a text, is told beside the field."""
        found = []
        for number in range(MOST_CONDITIONS):
            text, due = self[f"text{number}"], self[f"due{number}"]
            said = (text.data or "").strip()
            if said and due.data:
                found.append((said, due.data))
            elif said and not due.errors:
                due.errors = [*due.errors, _l("Pick the day by which it must be done.")]
            elif due.data:
                text.errors = [*text.errors, _l("Say what must happen.")]
        return tuple(found)

    @property
    def wrong(self) -> bool:
        """True if something is told beside a field."""
        return any(field.errors for field in self)


class RefuseForm(ReasonForm):
    """Why, and what is to be done with the thing."""

    disposition = SelectField(choices=(), validators=[InputRequired(_l("Say what should be done with it."))])

    def offer(self, choices: Mapping[str, str]) -> None:
        """What can be told to do: slug → words."""
        self.disposition.choices = [SelectChoice(slug, words) for slug, words in choices.items()]


class ReassignForm(ReasonForm):
    """To whom, and why."""

    to_person_id = SelectField(choices=(), coerce=int, validators=[InputRequired(_l("Pick who should review it."))])

    def offer(self, choices: Mapping[int, str]) -> None:
        """Who could review it: id → name."""
        self.to_person_id.choices = [SelectChoice(person, name) for person, name in choices.items()]


class FulfilForm(ReasonForm):
    """Which condition is met, and what was done."""

    condition_id = SelectField(choices=(), coerce=int, validators=[InputRequired(_l("Say which condition it is about."))])

    def offer(self, choices: Mapping[int, str]) -> None:
        """The conditions still open: id → what must happen."""
        self.condition_id.choices = [SelectChoice(condition, text) for condition, text in choices.items()]


class EndForm(ActForm):
    """When it ended."""

    ended_on = DayField(validators=[InputRequired(_l("Say on which day it ended."))])


class SubstituteForm(FlaskForm):  # type: ignore[misc]
    """Who decides while one is away, from the first to the last day."""

    who = StringField(_l("Who decides for you?"), validators=[InputRequired(_l("Name a colleague.")), Length(max=254)])
    first_on = DayField(lazy_pgettext("first day", "From"), validators=[InputRequired(_l("Pick the first day."))])
    last_on = DayField(_l("Up to and with"), validators=[InputRequired(_l("Pick the last day."))])


class EndSubstituteForm(FlaskForm):  # type: ignore[misc]
    """Back earlier: a click."""

    delegation = NumberField(validators=[InputRequired()])


FORMS: Mapping[Action, type[ActForm]] = {
    Action.APPROVE: ActForm,
    Action.APPROVE_WITH_CONDITIONS: ConditionsForm,
    Action.REFUSE: RefuseForm,
    Action.SEND_BACK: ReasonForm,
    Action.ANSWER: ReasonForm,
    Action.WITHDRAW: ActForm,
    Action.ESCALATE: ReasonForm,
    Action.REASSIGN: ReassignForm,
    Action.REQUEST_APPROVAL: ActForm,
    Action.ADVISE: ReasonForm,
    Action.FULFIL: FulfilForm,
    Action.END: EndForm,
}
