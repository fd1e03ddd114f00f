"""Many files at once: as many as one may add are taken in one go, and whoever sends still more gets a page that says so."""

from flask import Flask, render_template, request, request_started, session, url_for
from flask.typing import ResponseReturnValue

from declarations.filing.commands import MOST_FILES
from declarations.filing.room import blueprint

_FORMS = ("filing.start", "filing.submit")
_WORDS = 4 * 1024 * 1024  # what is typed around the files
_CHUNK = 1024 * 1024


def most(settings_most: int) -> int:
    """Bytes one form may have, where one file may have `settings_most`."""
    return MOST_FILES * settings_most + _WORDS


def _take_more(app: Flask, **_: object) -> None:
    """Before anything of the form is read: who is signed in may send as many files as a draft may have."""
    if request.endpoint in _FORMS and request.method == "POST" and "_user_id" in session:
        request.max_content_length = most(app.config["SETTINGS"].max_upload_bytes)


def too_much(limit: int, max_upload_mb: int) -> ResponseReturnValue:
    """The page for more than `limit` bytes. The browser is heard out first: one that is cut off shows an error of its own."""
    left = min(request.content_length or 0, 2 * limit)
    while left > 0 and (chunk := request.environ["wsgi.input"].read(min(left, _CHUNK))):
        left -= len(chunk)
    public_id = (request.view_args or {}).get("public_id")
    page = render_template(
        "filing/too_much.html",
        active="filing.kinds",
        back=url_for("filing.draft", public_id=public_id) if public_id else "",
        most_files=MOST_FILES,
        size=max_upload_mb,
    )
    return page, 413


@blueprint.record
def _listen(state: object) -> None:
    request_started.connect(_take_more, getattr(state, "app", None))
