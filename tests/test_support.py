"""The tools that tests lean on do what they promise, and leave nothing behind."""

import smtplib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.support.browser import complaints
from tests.support.databases import PostgresTemplate
from tests.support.mail import Mailbox
from tests.support.postgres import postgres
from tests.support.web import serving


def plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def test_every_copy_of_a_database_is_its_own_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)

    def migrate(url: str) -> None:
        with psycopg.connect(plain(url)) as connection:
            connection.execute("CREATE TABLE gift (worth integer)")

    def grant(url: str, role: str) -> None:
        with psycopg.connect(plain(url)) as connection:
            connection.execute(f'GRANT SELECT, INSERT ON gift TO "{role}"')

    with postgres() as server:
        home = Path(parse_qs(urlsplit(server).query)["host"][0])
        template = PostgresTemplate(server, migrate, grant)
        for _ in range(2):
            with template.copy(tmp_path) as url, psycopg.connect(plain(url)) as connection:
                connection.execute("INSERT INTO gift VALUES (8000)")
                connection.commit()
                assert connection.execute("SELECT count(*) FROM gift").fetchone() == (1,)
        assert home.exists()
    assert not home.exists()


def test_mail_is_kept_and_a_busy_server_can_be_played(smtp_server: Mailbox) -> None:
    smtp_server.refuse_next = 1
    with smtplib.SMTP("127.0.0.1", smtp_server.port) as sender:
        with pytest.raises(smtplib.SMTPDataError):
            sender.sendmail("a@example.com", ["b@example.com"], "To: b@example.com\r\n\r\nfirst")
        sender.sendmail("a@example.com", ["b@example.com"], "To: b@example.com\r\n\r\nsecond")
    assert [message.get_content().strip() for message in smtp_server.to("b@example.com")] == ["second"]


def test_the_browser_tells_of_script_errors_but_not_of_our_own_404(browser: Browser) -> None:
    app = Flask("stand-in")
    app.add_url_rule("/", view_func=lambda: "<link rel=icon href='data:,'><h1>hello</h1>")
    app.add_url_rule("/bad", endpoint="bad", view_func=lambda: "<link rel=icon href='data:,'><script>nothing()</script>")
    with serving(app) as address:
        page = browser.new_page()
        heard = complaints(page)
        page.goto(address)
        assert page.inner_text("h1") == "hello"
        page.goto(f"{address}/missing")
        assert heard == []
        page.goto(f"{address}/bad")
        assert "nothing" in heard[0]
        page.close()
