"""Habits of the house, kept by tests: every route says who may enter, reading never writes, every template and event has its words."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Settings
from declarations.access import ANYONE, DEMO, EMPLOYEE
from tests.conftest import close_database, make_app
from workflows.machine import TABLE
from workflows.words import Role

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = sorted(p for p in (ROOT / "templates").rglob("*") if p.suffix in {".html", ".txt"})
WHO = {ANYONE, DEMO, EMPLOYEE, *Role}
STRANGERS = {
    "assets.asset",
    "filing.go_on",
    "sign_in.door",
    "sign_in.leave",
    "sign_in.link",
    "sign_in.language",
}


@pytest.fixture
def backend() -> str:
    """Habits do not depend on the database."""
    return "sqlite"


def test_every_route_says_who_may_enter(app: Flask) -> None:
    for endpoint, view in app.view_functions.items():
        who = getattr(view, "__admits__", ())
        assert who, f"{endpoint} admits nobody"
        assert set(who) <= WHO, f"{endpoint} admits {who}"


def test_only_the_door_the_language_and_the_assets_are_open_to_strangers(app: Flask) -> None:
    open_to_all = {endpoint for endpoint, view in app.view_functions.items() if ANYONE in getattr(view, "__admits__", ())}
    assert open_to_all <= STRANGERS


def test_what_is_meant_for_a_demo_is_missing_elsewhere(app: Flask, client: FlaskClient) -> None:
    for rule in app.url_map.iter_rules():
        if DEMO in getattr(app.view_functions[rule.endpoint], "__admits__", ()) and not rule.arguments:
            method = client.get if "GET" in (rule.methods or ()) else client.post
            assert method(rule.rule).status_code == 404


def test_every_template_compiles(app: Flask) -> None:
    for path in TEMPLATES:
        app.jinja_env.get_template(str(path.relative_to(ROOT / "templates")))


def test_no_template_holds_inline_style_script_or_unescaped_text() -> None:
    for path in TEMPLATES:
        source = path.read_text()
        for bad in (r"\sstyle=", r"\son[a-z]+=\"", r"<script(?![^>]*src=)", r"\|\s*safe\b", r"<style"):
            assert not re.search(bad, source), f"{path.name} holds {bad}"


def test_every_posting_form_carries_a_token() -> None:
    for path in TEMPLATES:
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(), flags=re.S | re.I):
            assert re.search(r"csrf_token|hidden_tag|token\(|shown\(page", form), f"{path.name}: {form[:120]}"


def test_views_hold_no_sql_and_never_commit() -> None:
    for path in (ROOT / "declarations").rglob("views.py"):
        source = path.read_text()
        for bad in ("commit(", "writing(", "from sqlalchemy", "select("):
            assert bad not in source, f"{path.relative_to(ROOT)} holds {bad}"


def test_queries_and_displays_never_write() -> None:
    for name in ("queries.py", "display.py"):
        for path in (ROOT / "declarations").rglob(name):
            source = path.read_text()
            for bad in ("session.add", ".flush(", ".delete(", "writing(", "commit("):
                assert bad not in source, f"{path.relative_to(ROOT)} holds {bad}"


def test_only_casework_and_its_ledger_write_declarations() -> None:
    allowed = {"casework.py", "ledger.py"}
    for path in (ROOT / "declarations").rglob("*.py"):
        if path.name not in allowed and "models" not in path.parts:
            source = path.read_text()
            for bad in (
                r"\bDeclaration\(\s*\n?\s*\w+=",
                r"update\(Declaration\)",
                r"insert\(Declaration\)",
                r"delete\(Declaration\)",
            ):
                assert not re.search(bad, source), f"{path.relative_to(ROOT)} writes declarations"


def test_every_event_of_the_workflow_is_subject_and_action() -> None:
    for row in TABLE:
        assert re.fullmatch(r"declaration:[a-z_]+", row.event)
        assert row.sentence


@pytest.mark.parametrize("path", ["/", "/queue", "/compliance", "/registers", "/directory", "/policy", "/declarations", "/me"])
def test_a_stranger_is_asked_to_sign_in_and_brought_back(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")


def test_every_response_carries_the_security_headers(client: FlaskClient) -> None:
    for path in ("/sign-in", "/nothing-here", "/queue"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"


def test_where_people_come_by_https_the_cookie_is_this_hosts_alone(settings: Settings) -> None:
    app = make_app(replace(settings, base_url="https://gifts.example.com"))
    headers = app.test_client().get("/sign-in").headers
    close_database(app)
    name, _, rest = headers["Set-Cookie"].partition("=")
    assert name == "__Host-aboveboard"
    assert rest.split("; ")[1:] == ["Secure", "HttpOnly", "Path=/", "SameSite=Lax"]
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_modules_begin_with_a_sentence_that_states_their_rule() -> None:
    for folder in ("workflows", "declarations"):
        for path in (ROOT / folder).rglob("*.py"):
            source = path.read_text().strip()
            assert not source or source.startswith('"""'), f"{path.relative_to(ROOT)} begins without its rule"
