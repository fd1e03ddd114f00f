"""What people type to come in: address and password, a new password, a language."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from declarations.sign_in.passwords import LONGEST

_TOO_LONG = _l("This is too long.")
_NOT_THE_SAME = _l("The two are not the same. Please type them again.")
_SAME_AS_NOW = _l("This is the same as the one above. Please choose another.")

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
    """A password typed twice; whether it is a good one is asked of passwords.weakness."""

    password = PasswordField(_l("New password"), [InputRequired(_l("Please type a new password."))])
    again = PasswordField(_l("The same once more"), [EqualTo("password", _NOT_THE_SAME)])


class ChangePasswordForm(NewPasswordForm):
    """Another password for somebody signed in, who types the one they have first."""

    current = PasswordField(
        _l("Your password now"),
        [InputRequired(_l("Please type the password you have now.")), Length(max=LONGEST, message=_TOO_LONG)],
    )

    def validate_password(self, field: PasswordField) -> None:
        """What is typed as the new one is not the old one."""
        if field.data == self.current.data:
            raise ValidationError(str(_SAME_AS_NOW))


class ConfirmForm(Form):
    """Typing the password again before something that matters."""

    password = PasswordField(_l("Password"), [Length(max=LONGEST, message=_TOO_LONG)])
    next = HiddenField()
