"""A form is derived from its questionnaire; it only collects, and keeps every word as it was typed."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, MultipleFileField, SelectMultipleField, StringField, TextAreaField

from workflows.kinds import Questionnaire, Type
from workflows.kinds.sheets import every
from workflows.words import Direction, Kind

# Those the European Central Bank publishes rates for.
CURRENCIES = tuple(
    "EUR DKK SEK NOK PLN GBP CHF USD JPY AUD BRL CAD CNY CZK HKD HUF IDR ILS INR ISK KRW MXN MYR NZD PHP RON SGD THB TRY"
    " ZAR".split()
)
_LINES = (Type.LONG_TEXT, Type.PEOPLE_TEXT, Type.AMOUNTS)
_SEVERAL = (Type.CHOICES, Type.COLLEAGUES)


class FilingForm(FlaskForm):  # type: ignore[misc]
    """What stands on every declaration's form beside its questions."""

    direction = HiddenField()
    seen_version = HiddenField()
    for_whom = StringField()
    reason = TextAreaField()
    files = MultipleFileField()

    def typed(self) -> dict[str, str]:
        """Field name → what stands in it; several ticks one a line. Empty ones are left out."""
        texts = {name: _text(field.data) for name, field in self._fields.items() if name not in ("csrf_token", "files")}
        return {name: text for name, text in texts.items() if text}


def _text(data: Any) -> str:
    if isinstance(data, list | tuple):
        return "\n".join(str(one).strip() for one in data if str(one).strip())
    return str(data or "").replace("\r\n", "\n").replace("\x00", "")


def _fields(sheet: Questionnaire) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for question in sheet.questions:
        if question.type in _SEVERAL:
            fields[question.name] = SelectMultipleField(validate_choice=False, choices=[])
        elif question.type in _LINES:
            fields[question.name] = TextAreaField()
        else:
            fields[question.name] = StringField()
        if question.type is Type.MONEY:
            fields[f"{question.name}_currency"] = StringField()
    return fields


# All that any policy may ask; the page shows what the one in force does, see workflows/kinds/sheets.py.
_SHEETS = {kind: every(kind) for kind in Kind}
FORMS: dict[Kind, type[FilingForm]] = {
    kind: type(f"{kind.name.title()}Form", (FilingForm,), _fields(sheet)) for kind, sheet in _SHEETS.items()
}


def form_of(kind: Kind, typed: dict[str, str] | None = None) -> FilingForm:
    """The form of a kind as it was posted, or filled with what was typed before."""
    before = dict(typed or {})
    several: dict[str, Any] = {
        question.name: before[question.name].split("\n")
        for question in _SHEETS[kind].questions
        if question.type in _SEVERAL and question.name in before
    }
    return FORMS[kind](data=before | several)


def questions_for(sheet: Questionnaire, direction: Direction | None) -> list[Any]:
    """Every question that could be asked in this direction, asked yet or not."""
    return [
        question
        for question in sheet.questions
        if all(condition.name != "direction" or str(direction) in condition.any_of for condition in question.asked_if)
    ]
