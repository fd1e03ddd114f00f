"""What people pick to ask for a register, or to have them come by themselves; the choices are handed in."""

from collections.abc import Iterable, Sequence

from babel.dates import get_month_names
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from declarations.day_field import DayField
from declarations.number_field import NumberField

LANGUAGES = [SelectChoice("en", "English"), SelectChoice("da", "Dansk"), SelectChoice("ja", "日本語")]
DAYS = "days"
PERIODS = [
    SelectChoice("last_month", _l("Last month")),
    SelectChoice("this_month", _l("This month so far")),
    SelectChoice("last_quarter", _l("Last quarter")),
    SelectChoice("this_quarter", _l("This quarter so far")),
    SelectChoice("last_year", _l("Last year")),
    SelectChoice("this_year", _l("This year so far")),
    SelectChoice(DAYS, _l("The days I pick below")),
]
RHYTHMS = [
    SelectChoice("monthly", _l("Every month")),
    SelectChoice("quarterly", _l("Every quarter")),
    SelectChoice("yearly", _l("Every year")),
]


def _month(number: int) -> str:
    return str(get_month_names("wide", "stand-alone", get_locale())[number])


MONTHS = [SelectChoice(str(number), LazyString(_month, number)) for number in range(1, 13)]
_YEARS = _l("A year begins as in the company’s yearly registers.")
_A_DAY = _l("Pick a day.")
_WORKING_DAY = _l("Write a number from 1 to 20.")


def _offered(companies: Sequence[tuple[int, str]]) -> list[SelectChoice]:
    return [SelectChoice(str(number), name) for number, name in companies]


class AskForm(FlaskForm):  # type: ignore[misc]
    """A register now: of which company, for which days, in which language."""

    company = SelectField(_l("Company, and all below it"), choices=())
    period = SelectField(_l("Period"), choices=PERIODS)
    first_on = DayField(_l("First day"), [Optional()])
    last_on = DayField(_l("Last day"), [Optional()])
    language = SelectField(_l("Language"), choices=LANGUAGES)

    def offer(self, companies: Sequence[tuple[int, str]]) -> None:
        """Hand in the companies (id, name) to choose from."""
        self.company.choices = _offered(companies)

    def tell_years(self, first_months: Iterable[int]) -> None:
        """Say what a year is, if one of those with which the companies' years begin is not January."""
        self.period.description = _YEARS if any(month != 1 for month in first_months) else ""

    def validate(self, extra_validators: object = None) -> bool:
        """Days of one's own need both."""
        fine: bool = super().validate()
        if fine and self.period.data == DAYS:
            missing = [field for field in (self.first_on, self.last_on) if field.data is None]
            for field in missing:
                field.errors = (_A_DAY,)
            fine = not missing
        return fine


class ScheduleForm(FlaskForm):  # type: ignore[misc]
    """Registers that come by themselves."""

    company = SelectField(_l("Company, and all below it"), choices=(), id="schedule_company")  # the other form has one too
    rhythm = SelectField(_l("How often"), choices=RHYTHMS)
    first_month = SelectField(_l("A year begins with"), choices=MONTHS, default="1")
    working_day = NumberField(
        _l("On which working day after it"),
        [InputRequired(_WORKING_DAY), NumberRange(1, 20, _WORKING_DAY)],
        default=3,
    )
    language = SelectField(_l("Language"), choices=LANGUAGES, id="schedule_language")
    recipients = SelectMultipleField(
        _l("Who gets them"),
        choices=(),
        description=_l("Nobody chosen: all auditors who may read them. Who loses the role no longer gets them."),
    )

    def offer(self, companies: Sequence[tuple[int, str]], readers: Sequence[tuple[int, str]] = ()) -> None:
        """Hand in the companies and the readers (id, name) to choose from."""
        self.company.choices = _offered(companies)
        self.recipients.choices = _offered(readers)


class FindingsForm(FlaskForm):  # type: ignore[misc]
    """What an auditor found, in a register they sign or have signed."""

    findings = TextAreaField(_l("Findings, if there are any"), [Length(max=4_000)])
