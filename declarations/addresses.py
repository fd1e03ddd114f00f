"""An address that names what no database can hold leads nowhere, by whatever method, like any other that names nothing."""

from flask import Flask
from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError

MOST_DIGITS = 18  # as many as fit into any row's number


class _Number(IntegerConverter):
    def to_python(self, value: str) -> int:
        if len(value) > MOST_DIGITS:
            raise ValidationError
        return int(super().to_python(value))


class _Text(UnicodeConverter):
    def to_python(self, value: str) -> str:
        if "\0" in value:
            raise ValidationError
        return str(super().to_python(value))


def install(app: Flask) -> None:
    """Before the first route."""
    app.url_map.converters |= {"int": _Number, "string": _Text, "default": _Text}
