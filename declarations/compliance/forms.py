"""What an officer types when linking, undoing or correcting: always a reason, and what the page showed."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp
from wtforms.widgets import HiddenInput

from declarations.number_field import NumberField
from workflows.words import CounterpartyClass

_SHORT = Length(max=300, message=_l("This is too long. Please shorten it."))
_LONG = Length(max=4000, message=_l("This is too long. Please shorten it."))


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why."""

    reason = TextAreaField(_l("Why?"), validators=[InputRequired(_l("Please say why.")), _LONG])


class SettleForm(ReasonForm):
    """How a re-opened declaration is settled, why, and at which version the declaration was shown."""

    how = HiddenField(validators=[Length(max=20)])
    version = NumberField(widget=HiddenInput(), validators=[Optional()])


class LinkForm(ReasonForm):
    """Why, and what the confirmation showed."""

    seen = HiddenField(validators=[Length(max=200)])


class CorrectForm(ReasonForm):
    """What is known of a counterparty."""

    name = StringField(_l("Name"), validators=[InputRequired(_l("Please write the name.")), _SHORT])
    class_ = SelectField(_l("What they are to us"), name="class")
    country = StringField(
        _l("Country"),
        filters=[lambda text: (text or "").strip().upper() or None],
        validators=[Optional(), Regexp(r"^[A-Z]{2}$", message=_l("Write the two letters of the country, such as DK."))],
    )
    registered_number = StringField(_l("Registered number"), validators=[Length(max=60)])

    def offer(self, names: dict[str, str], now: str, named: Iterable[str] = ()) -> None:
        """The classes to choose among: the usual ones, those that rules have `named`, and the one it has `now`."""
        slugs = list(dict.fromkeys([*(cls.value for cls in CounterpartyClass), *named, now]))
        self.class_.choices = [(slug, names.get(slug) or slug.replace("_", " ").capitalize()) for slug in slugs]
