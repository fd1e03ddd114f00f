"""What people type to come in: address and password, a new password, a language."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from declarations.sign_in.passwords import LONGEST

_TOO_LONG = _l("This is too long.")
_NOT_THE_SAME = _l("The two are not the same. Please type them again.")

LANGUAGES = [("en", "English"), ("da", "Dansk"), ("ja", "日本語")]


class DoorForm(Form):
    """Signing in by e-mail and password."""

    email = StringField(
        _l("E-mail address"),
        [InputRequired(_l("Please type your e-mail address.")), Length(max=254, message=_TOO_LONG)],
    )
    password = PasswordField(
        _l("Password"), [InputRequired(_l("Please type your password.")), Length(max=LONGEST, message=_TOO_LONG)]
    )
    next = HiddenField()


class NewPasswordForm(Form):
    """Setting a password through a one-time link; whether it is a good one is asked of passwords.weakness."""

    password = PasswordField(_l("New password"), [InputRequired(_l("Please type a new password."))])
    again = PasswordField(_l("The same once more"), [EqualTo("password", _NOT_THE_SAME)])


class ConfirmForm(Form):
    """Typing the password again before something that matters."""

    password = PasswordField(_l("Password"), [Length(max=LONGEST, message=_TOO_LONG)])
    next = HiddenField()
