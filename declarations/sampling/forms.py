"""What an auditor picks to draw a sample; a seed is proposed and can be changed."""

import secrets

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired, Length, NumberRange

from declarations.number_field import NumberField

_SIZE = _l("Write a number from 1 to 1,000.")
_SEED = _l("Write up to 60 letters and digits.")
METHODS = [
    SelectChoice("random", _l("At random")),
    SelectChoice("value", _l("By value")),
    SelectChoice("risk", _l("By risk")),
]


def new_seed() -> str:
    """A seed nobody chose: eight digits."""
    return f"{secrets.randbelow(10**8):08d}"


class SampleForm(FlaskForm):  # type: ignore[misc]
    """How many, how, and from which seed."""

    method = RadioField(_l("How"), choices=METHODS, default="random", validators=[InputRequired(_l("Choose one."))])
    size = NumberField(_l("How many"), [InputRequired(_SIZE), NumberRange(1, 1_000, _SIZE)], default=25)
    seed = StringField(_l("Seed"), [InputRequired(_SEED), Length(max=60, message=_SEED)], default=new_seed)
