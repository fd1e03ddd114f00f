"""Aboveboard: the app is put together here, settings → extensions → rooms → commands, and nowhere else."""

from collections.abc import Sequence
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from flask import Flask, request, session
from flask_login import current_user
from werkzeug.middleware.proxy_fix import ProxyFix

from config import LANGUAGES, Settings
from declarations.extensions import babel, csrf, db, login

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("addresses", "access", "errors", "security", "assets", "display")
ROOMS = (
    "sign_in",
    "home",
    "filing",
    "deciding",
    "compliance",
    "tenders",
    "registers",
    "sampling",
    "quality",
    "directory",
    "policies",
    "policy_drafts",
    "notices",
    "evidence",
    "demo",
)


def create_app(settings: Settings, *, rooms: Sequence[str] = ROOMS) -> Flask:
    """The app for `settings`, whole unless a process that shows no pages wants fewer rooms, or none: then it has its database and
    its languages, and loads no more. Nothing is read from the environment after this."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=4 * settings.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        # __Host-: no other site of the same domain can set or take it
        SESSION_COOKIE_NAME="__Host-aboveboard" if settings.secure_cookies else "aboveboard",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session it belongs to
        BABEL_DEFAULT_LOCALE=settings.default_language,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "declarations" / "translations"),
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    db.init_app(app)
    babel.init_app(app, locale_selector=language)
    if rooms:
        _furnish(app, rooms)
    return app


def _furnish(app: Flask, rooms: Sequence[str]) -> None:
    csrf.init_app(app)
    login.init_app(app)
    for part in PARTS:
        import_module(f"declarations.{part}").install(app)
    for room in rooms:
        app.register_blueprint(import_module(f"declarations.{room}.views").blueprint)
    import_module("declarations.cli").install(app)


def language() -> str:
    """The reader's language: chosen by them, else their company's, else their browser's."""
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    if current_user and current_user.is_authenticated and current_user.language in LANGUAGES:
        return str(current_user.language)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
