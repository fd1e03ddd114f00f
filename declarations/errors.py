"""Errors become pages with one clear sentence: 404 for what one may not see, 403 for what one may not do, 409, 413, 422."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, cast

from flask import Flask, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException

from declarations.database.unfit import is_full
from declarations.display import _
from declarations.extensions import db, login
from workflows.case import Forbidden, Invalid, Refused, Stale

log = logging.getLogger(__name__)


class NotFound(Exception):
    """It does not exist, or the viewer may not know that it does; both look the same."""


class Changed(Stale):
    """What the person saw is no longer what there is; `declaration` is its public id."""

    def __init__(self, sentence: str, declaration: str) -> None:
        super().__init__("changed", sentence)
        self.declaration = declaration


def _page(code: int, heading: str, sentence: str, **more: str) -> ResponseReturnValue:
    db.session.rollback()
    return render_template("error.html", code=code, heading=heading, sentence=sentence, **more), code


def install(app: Flask) -> None:
    """Register one page per kind of error; of several kinds that fit, Flask takes the narrowest."""
    for kind, page in PAGES.items():
        app.register_error_handler(kind, page)


def _missing(_error: Exception) -> ResponseReturnValue:
    return _page(404, _("There is nothing here."), _("The address may be mistyped, or what it shows is not meant for you."))


def _forbidden(error: Forbidden) -> ResponseReturnValue:
    return _page(403, _("That is not yours to do."), _(error.sentence))


def _changed(error: Changed) -> ResponseReturnValue:
    return _page(409, _("This has changed meanwhile."), _(error.sentence), declaration=error.declaration)


def _stale(error: Stale) -> ResponseReturnValue:
    return _page(409, _("This has changed meanwhile."), _(error.sentence))


def _invalid(error: Refused) -> ResponseReturnValue:
    return _page(422, _("That does not work yet."), _(error.sentence))


def _expired(_error: CSRFError) -> ResponseReturnValue:
    if request.path == url_for("sign_in.door"):
        flash(_("The page had been open for a long time. Please sign in again."), "info")
        return redirect(url_for("sign_in.door"))
    if request.blueprint != "sign_in" and not current_user.is_authenticated:
        # the cookie ran out with the session: to the door, and back from there
        return cast(ResponseReturnValue, login.unauthorized())
    return _page(400, _("This page had been open for too long."), _("Go back, load the page again and repeat the last step."))


def _beyond(error: Exception) -> ResponseReturnValue:
    # A NUL in a text, a number or a day that no database holds: nothing can be found by it, and nothing is kept of it.
    log.warning("Beyond what can be kept: %s at %s", type(error).__name__, request.endpoint)
    if request.method in ("GET", "HEAD"):
        return _missing(error)
    return _page(400, _("That did not work."), _("Go back and try once more."))


def _too_large(_error: Exception) -> ResponseReturnValue:
    return _page(
        413, _("That is too large."), _("Files may have up to %(size)d MB.", size=current_app.config["SETTINGS"].max_upload_mb)
    )


def _other(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    return _page(code, _("That did not work."), _("Go back and try once more."))


def _broken(error: Exception) -> ResponseReturnValue:
    if is_full(error):
        log.error("There is no room left: %s could not be kept.", request.endpoint)
        return _page(
            507,
            _("Our server has no room left."),
            _("This was not kept. Please try again later, or tell your administrator."),
        )
    if current_app.testing:
        raise error
    log.error("A request failed: %s at %s", type(error).__name__, request.endpoint, exc_info=error)
    return _page(500, _("Something broke on our side."), _("Nothing was changed. Please try again in a minute."))


PAGES: Mapping[type[Exception] | int, Callable[[Any], ResponseReturnValue]] = {
    NotFound: _missing,
    404: _missing,
    Forbidden: _forbidden,
    Changed: _changed,
    Stale: _stale,
    Invalid: _invalid,
    Refused: _invalid,
    CSRFError: _expired,
    DataError: _beyond,
    OverflowError: _beyond,
    413: _too_large,
    HTTPException: _other,
    Exception: _broken,
}
