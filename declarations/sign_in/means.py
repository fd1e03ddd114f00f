"""By which means somebody came in. Single sign-on takes its place here, beside the password.

Whatever the means, coming in ends the same way: it is sure of one active person and calls `views.let_in(person_id, means)`, which
opens a session of ours. So a session can be listed, confirmed and revoked alike, whoever vouched for the person. To add single
sign-on: a value here, a view that speaks the provider's protocol and finds the person by e-mail, and a button on the door.
What a means cannot do (typing a password again) is asked here and nowhere else.
"""

from enum import StrEnum


class Means(StrEnum):
    """Stored with each session; a name that was used once stays."""

    PASSWORD = "password"  # noqa: S105 - the name of a means, not a secret
    DEMO = "demo"


def types_a_password(means: str) -> bool:
    """True if such a session is confirmed by typing the password again; otherwise one click has to do."""
    return means == Means.PASSWORD
