"""A day typed or picked in a form, with the same sentences for what is no day as a declaration's own questions have."""

from typing import Any

from flask_babel import gettext as _
from wtforms import DateField

from workflows.kinds.hearing import NOT_A_DAY, OTHER_YEAR, YEARS


class DayField(DateField):
    """A `date` of a year that people mean, or a sentence beside the field. What was typed stays in it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day. Raises ValueError with the sentence, as WTForms wants it."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_(NOT_A_DAY)) from None
        if self.data is not None and self.data.year not in YEARS:
            self.data = None
            raise ValueError(_(OTHER_YEAR))
