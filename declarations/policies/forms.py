"""The calculator's few questions."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from declarations.number_field import NumberField

# kind:direction:form → what a person would say
HAPPENED = (
    ("gift:received:thing", _l("I was given a gift")),
    ("gift:received:cash", _l("I was given cash")),
    ("gift:received:voucher", _l("I was given a voucher or gift card")),
    ("entertainment:received:meal", _l("I was invited to a meal")),
    ("entertainment:received:event", _l("I was invited to an event, or given a ticket")),
    ("travel:received:", _l("Somebody paid a trip for me")),
    ("gift:given:thing", _l("I gave a gift")),
    ("entertainment:given:meal", _l("I invited somebody to a meal")),
    ("entertainment:given:event", _l("I invited somebody to an event")),
    ("entertainment:given:refreshments", _l("I offered coffee or snacks")),
    ("donation:given:", _l("We donate or sponsor")),
)


class CalculatorForm(FlaskForm):  # type: ignore[misc]
    """What would happen? Nothing is kept. The choices of class and currency are handed in."""

    happened = SelectField(_l("What is it about?"), choices=[SelectChoice(value, words) for value, words in HAPPENED])
    other_side = StringField(_l("With whom? You may leave it empty"), validators=[Length(max=200)])
    class_ = SelectField(_l("What are they to us?"), choices=())
    currency = SelectField(_l("Currency"), choices=())
    worth = StringField(_l("Worth about"), validators=[InputRequired(_l("Write an amount, such as 400.")), Length(max=40)])
    heads = NumberField(
        _l("Shared among how many?"),
        default=1,
        validators=[Optional(), NumberRange(1, 100_000, _l("Write a whole number, such as 4."))],
    )
    official = BooleanField(_l("A public official benefits"))

    def offer(self, *, classes: dict[str, str], currencies: tuple[str, ...]) -> None:
        """Fill in what there is to choose: class slug → label, and currency codes, the usual one first."""
        self.class_.choices = [SelectChoice(slug, words) for slug, words in classes.items()]
        self.currency.choices = [SelectChoice(code, code) for code in currencies]
