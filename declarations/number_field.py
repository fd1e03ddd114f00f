"""A whole number typed in a form, or hidden in one, never greater than a database can look for."""

from typing import Any

from wtforms import IntegerField

FARTHEST = 10**18  # no row and no count comes near it, and it fits into every database's numbers


class NumberField(IntegerField):
    """A number; one beyond the farthest is read as that, which no range admits and nothing is found by. What was typed stays in it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number. Raises ValueError with the sentence, as WTForms wants it."""
        super().process_formdata(valuelist)
        if self.data is not None:
            self.data = max(-FARTHEST, min(self.data, FARTHEST))
