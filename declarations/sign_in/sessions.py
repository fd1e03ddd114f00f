"""A signed-in browser is a row: the cookie's token finds it by hash, and what is revoked, ran out or left signs out at once."""

from datetime import datetime, timedelta

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Unauthorized

from declarations import clock
from declarations.extensions import db, login
from declarations.models import SignInSession
from declarations.sign_in import commands, next_page
from declarations.sign_in.queries import running
from declarations.viewer import Viewer, viewer

CONFIRMED_FOR = timedelta(minutes=15)


@login.user_loader  # type: ignore[untyped-decorator]
def load(token: str) -> Viewer | None:
    """Who the cookie's token belongs to, with today's roles; None signs out."""
    now = clock.now()
    found = running(db.session(), token, now)
    if found is None:
        return None
    row, person = found
    return viewer(db.session(), person, now, session_id=row.id, token=token, confirmed_at=row.confirmed_at)


def renew() -> None:
    """Before each request of somebody signed in: the session lasts on. Writes at most once in five minutes."""
    if request.endpoint == "assets.asset" or "_user_id" not in session or not current_user.is_authenticated:
        return
    row = db.session.get(SignInSession, current_user.session_id)
    if row and row.seen_at <= clock.now() - commands.RENEWED_EVERY:
        commands.renew(session_id=row.id)


@login.unauthorized_handler  # type: ignore[untyped-decorator]
def ask_to_sign_in() -> ResponseReturnValue:
    """To the door, and from there to where they wanted to go; a script gets a plain 401."""
    if request.headers.get("Sec-Fetch-Dest") == "empty" or request.accept_mimetypes.best == "application/json":
        raise Unauthorized
    wanted: str | None
    if request.method in ("GET", "HEAD"):
        wanted = request.full_path.rstrip("?")
    else:
        wanted = next_page.referring()
        flash(_lost(), "warn")
    return redirect(url_for("sign_in.door", next=next_page.safe(wanted)))


def _lost() -> str:
    """What to say when a form came in after the session had ended."""
    if request.blueprint == "filing":
        return str(_("You had been signed out meanwhile. Your draft is saved as it was a moment ago; sign in and go on."))
    return str(_("You had been signed out meanwhile, so nothing was changed. Please sign in and do it once more."))


def confirmed_recently(viewer: Viewer, now: datetime) -> bool:
    """True if the viewer typed their password within the last 15 minutes; else send them to sign_in.confirm with `next`."""
    return viewer.confirmed_at is not None and now - viewer.confirmed_at <= CONFIRMED_FOR
