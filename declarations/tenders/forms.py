"""What an officer types about a tender."""

from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from declarations.day_field import DayField

_SHORT = Length(max=300, message=_l("This is too long. Please shorten it."))


class ChangeForm(FlaskForm):  # type: ignore[misc]
    """The days of a tender."""

    first_on = DayField(_l("First day"), validators=[InputRequired(_l("Pick the day."))])
    last_on = DayField(_l("Last day"), validators=[InputRequired(_l("Pick the day."))])

    def days(self) -> tuple[date, date]:
        """First and last day, once the form is valid."""
        assert self.first_on.data is not None
        assert self.last_on.data is not None
        return self.first_on.data, self.last_on.data


class TenderForm(ChangeForm):
    """Who takes part in which tender of ours, from when to when."""

    company = SelectField(_l("Whose tender is it?"))
    firm = StringField(_l("Who takes part?"), validators=[InputRequired(_l("Write the firm that takes part.")), _SHORT])
    title = StringField(_l("What is it for?"), validators=[InputRequired(_l("Say what the tender is for.")), _SHORT])
