"""What administrators type about people, companies and roles; which companies there are to choose from is handed in."""

from collections.abc import Mapping
from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, StringField
from wtforms.validators import Optional

from declarations.day_field import DayField
from declarations.directory.entries import CompanyEntry, PersonEntry

_NOT_A_DAY = _l("This is not a day.")


class PersonForm(Form):
    """A person's entry. `manager` is typed as a number or an e-mail address."""

    number = StringField(_l("Number at HR"))
    name = StringField(_l("Name"))
    email = StringField(_l("E-mail address"))
    title = StringField(_l("Job title"))
    unit = StringField(_l("Unit"))
    company = StringField(_l("Company"))
    manager = StringField(_l("Manager"))
    active_from = DayField(_l("First day"), [Optional()])
    active_to = DayField(_l("Last day"), [Optional()])
    language = StringField(_l("Language"))
    second_company = StringField(_l("Second company"))
    second_from = DayField(_l("Belongs to it from"), [Optional()])
    second_to = DayField(_l("Belongs to it until"), [Optional()])

    def entry(self, *, number: str, email: str, manager: str | None) -> PersonEntry:
        """What was typed; the manager by number, looked up by the caller."""
        return PersonEntry(
            number=number,
            email=email,
            name=_text(self.name),
            company=self.company.data or "",
            title=_text(self.title),
            unit=_text(self.unit),
            manager=manager,
            active_from=_day(self.active_from),
            active_to=_day(self.active_to),
            language=self.language.data or None,
            second_company=self.second_company.data or None,
            second_from=_day(self.second_from),
            second_to=_day(self.second_to),
        )


class CompanyForm(Form):
    """A company's entry; `parent` is the key of the company above."""

    key = StringField(_l("Key"))
    name = StringField(_l("Name"))
    parent = StringField(_l("Belongs to"))
    country = StringField(_l("Country"))
    time_zone = StringField(_l("Time zone"))
    currency = StringField(_l("Currency"))
    language = StringField(_l("Language"))
    calendar = StringField(_l("Public holidays"))

    def entry(self, key: str) -> CompanyEntry:
        """What was typed."""
        return CompanyEntry(
            key=key,
            name=_text(self.name),
            parent=self.parent.data or None,
            country=self.country.data or "",
            time_zone=_text(self.time_zone),
            currency=_text(self.currency).upper(),
            language=self.language.data or "",
            calendar=_text(self.calendar),
        )


class GrantForm(Form):
    """A role and the company it is for."""

    role = StringField(_l("Role"))
    company = StringField(_l("For the company and all below it"))


def show_problems(form: Form, problems: Mapping[str, str]) -> None:
    """Put each sentence beside its field."""
    for name, sentence in problems.items():
        if name in form:
            field: Field = form[name]
            field.errors = [*field.errors, sentence]


def days_are_wrong(form: PersonForm) -> dict[str, str]:
    """Sentences for days that were typed and are none."""
    form.validate()
    days = (form.active_from, form.active_to, form.second_from, form.second_to)
    return {field.name: str(_NOT_A_DAY) for field in days if field.errors}


def _text(field: StringField) -> str:
    return " ".join((field.data or "").split())


def _day(field: DayField) -> date | None:
    found: date | None = field.data
    return found
