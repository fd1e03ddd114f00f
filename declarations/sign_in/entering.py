"""Coming in: whoever proves who they are gets a session of their own; nothing of the browser's earlier cookie goes on."""

from dataclasses import dataclass, field

from flask import request, session
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_user, logout_user

from declarations.demo.people import personas
from declarations.errors import NotFound
from declarations.extensions import db
from declarations.sign_in import commands, queries, sessions
from declarations.sign_in.forms import DoorForm
from declarations.sign_in.means import Means
from declarations.sign_in.throttle import TooSoon
from declarations.viewer import Viewer


@dataclass(frozen=True)
class Outside:
    """Why somebody did not come in: a sentence (empty where the form's own errors say it), and the response's status and headers."""

    problem: str
    status: int = 422
    headers: dict[str, str] = field(default_factory=dict)


def by_password(form: DoorForm) -> Outside | None:
    """Come in with what was typed at the door; None once inside."""
    if not form.validate():
        return Outside("")
    try:
        person_id = commands.check_password(
            email=form.email.data or "", password=form.password.data or "", network=request.remote_addr
        )
    except TooSoon as wait:
        return Outside(too_soon(wait), 429, {"Retry-After": str(wait.seconds)})
    if person_id is None:
        return Outside(_("Address and password do not belong together. Please check both."))
    let_in(person_id, Means.PASSWORD)
    return None


def again(viewer: Viewer, password: str) -> Outside | None:
    """Does somebody signed in know their password? None if so; guessing here is as slow as at the door."""
    try:
        person_id = commands.check_password(email=viewer.email, password=password, network=request.remote_addr)
    except TooSoon as wait:
        return Outside(too_soon(wait), 429, {"Retry-After": str(wait.seconds)})
    return None if person_id == viewer.person_id else Outside(_("That is not your password. Please try again."))


def as_persona(key: str | None) -> None:
    """In a demonstration only: come in as one of its invented people. Raises NotFound if there is none of that key."""
    chosen = next((persona for persona in personas() if persona.key == key), None)
    person = queries.person_at(db.session(), chosen.email) if chosen else None
    if person is None:
        raise NotFound
    let_in(person.id, Means.DEMO)


def let_in(person_id: int, means: Means) -> None:
    """Begin a session for a person who proved who they are; nothing of the browser's earlier cookie goes on but the language."""
    if current_user.is_authenticated and current_user.session_id is not None:
        commands.close_session(session_id=current_user.session_id)
    token = commands.open_session(person_id=person_id, browser=request.user_agent.string, means=means)
    language = session.get("language")
    logout_user()
    session.clear()
    if language:
        session["language"] = language
    session.permanent = True
    person = sessions.load(token)
    if person is None:
        raise NotFound  # their last day passed this very moment
    login_user(person)


def too_soon(wait: TooSoon) -> str:
    """How long to wait, in a sentence."""
    if wait.seconds < 60:
        sentence = ngettext(
            "That was wrong a few times. Please try again in one second.",
            "That was wrong a few times. Please try again in %(num)d seconds.",
            wait.seconds,
        )
    else:
        sentence = ngettext(
            "That was wrong several times. Please try again in one minute.",
            "That was wrong several times. Please try again in %(num)d minutes.",
            -(-wait.seconds // 60),
        )
    return str(sentence)
