"""Stylesheet, script and fonts come through one allow-listed route, with a version in the address and a year of caching."""

import hashlib
from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, send_file, url_for

from declarations.access import ANYONE, admits

_STATIC = Path(__file__).parent / "static"
_FILES = {
    "aboveboard.css": (_STATIC / "aboveboard.css", "text/css"),
    "aboveboard.js": (_STATIC / "aboveboard.js", "text/javascript"),
    "mark.svg": (_STATIC / "mark.svg", "image/svg+xml"),
    "figtree.ttf": (Path(str(files("fontpkg_figtree"))) / "files" / "Figtree[wght].ttf", "font/ttf"),
    "inter.ttf": (Path(str(files("fontpkg_inter"))) / "files" / "Inter[opsz,wght].ttf", "font/ttf"),
}

blueprint = Blueprint("assets", __name__)


def _version() -> str:
    digest = hashlib.sha256()
    for path, _type in _FILES.values():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@blueprint.get("/assets/<version>/<name>")
@admits(ANYONE)
def asset(version: str, name: str) -> Response:
    """One of our few files; the version is part of the address only so that browsers may keep it for a year."""
    if name not in _FILES:
        abort(404)
    path, media_type = _FILES[name]
    response = send_file(path, mimetype=media_type, conditional=True)
    response.cache_control.public = True
    response.cache_control.max_age = 31_536_000
    response.cache_control.immutable = True
    return response


def install(app: Flask) -> None:
    """Register the route and the template function `asset(name)`."""
    app.register_blueprint(blueprint)
    version = _version()
    app.jinja_env.globals["asset"] = lambda name: url_for("assets.asset", version=version, name=name)
