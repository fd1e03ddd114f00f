"""Every route says who may enter; what says nothing lets nobody in.

`@admits(ANYONE)`, `@admits(EMPLOYEE)` or `@admits(Role.COMPLIANCE_OFFICER, …)`. A stranger is asked to sign in; somebody
without the role gets the same page as for an address that does not exist.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from declarations.extensions import login
from declarations.viewer import Viewer
from workflows.words import Role

ANYONE = "anyone"
EMPLOYEE = "employee"
DEMO = "demo"  # anyone, but only where the installation is a demo
STRANGER = "__stranger__"  # the view that answers a form sent after the session ended, so that what was typed is handed back

View = TypeVar("View", bound=Callable[..., Any])


def admits(*who: str) -> Callable[[View], View]:
    """Declare who may enter a route: ANYONE, DEMO, EMPLOYEE, or one or more roles, any of which will do."""

    def declare(view: View) -> View:
        view.__admits__ = who  # type: ignore[attr-defined]
        return view

    return declare


def me() -> Viewer:
    """The person signed in. Only for routes that do not admit ANYONE."""
    return cast(Viewer, current_user._get_current_object())


def guard() -> ResponseReturnValue | None:
    """Run before every request: deny by default."""
    if request.endpoint is None:
        return None
    who: tuple[str, ...] = getattr(current_app.view_functions[request.endpoint], "__admits__", ())
    if ANYONE in who or (DEMO in who and current_app.config["SETTINGS"].demo):
        return None
    if DEMO in who or not who:
        abort(404)
    if not current_user.is_authenticated:
        keeps = getattr(current_app.view_functions[request.endpoint], STRANGER, None)
        return cast(ResponseReturnValue, keeps(None) if keeps else login.unauthorized())
    if EMPLOYEE not in who and not any(me().holds(cast(Role, role)) for role in who):
        abort(404)
    return None


def install(app: Flask) -> None:
    """Put the guard in front of every route, Flask's own static route included."""
    app.before_request(guard)
