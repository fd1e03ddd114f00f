"""What an officer types about a draft beside its text: why, and what the board resolved."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from declarations.day_field import DayField

_LONG = Length(max=4000, message=_l("This is too long. Please shorten it."))


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why."""

    reason = TextAreaField(_l("Why?"), validators=[DataRequired(_l("Please say why.")), _LONG])


class ResolutionForm(FlaskForm):  # type: ignore[misc]
    """What the board resolved, when, where it is written, and from when on it holds."""

    number = StringField(
        _l("Number of the resolution"),
        validators=[
            DataRequired(_l("Please write the number or name of the resolution.")),
            Length(max=120, message=_l("This is too long. Please shorten it.")),
        ],
    )
    resolved_on = DayField(_l("Day of the resolution"), validators=[InputRequired(_l("Please choose the day."))])
    effective_from = DayField(_l("Takes effect on"), validators=[InputRequired(_l("Please choose the day."))])
    document = FileField(_l("The resolution"), validators=[FileRequired(_l("Please add the document in which it is written."))])
