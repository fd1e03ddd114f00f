"""Mails arrive once, are tried again when the server is busy, and tell nothing but a number, a verb and a link."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from config import MailServer
from declarations.extensions import db
from declarations.models import NoticeRow
from declarations.notices import outbox
from declarations.notices.texts import DIGEST, REMINDER, SECRET, TEXTS, write
from declarations.sign_in.links import TEMPLATE as ONE_TIME_LINK
from tests.support.mail import Mailbox
from tests.support.story import Story
from workflows.words import Action, Kind

PARAMS = {
    "number": "G-2026-0412",
    "declaration": "abc",
    "draft": "def",
    "register": "ghi",
    "company": "Nordlys Group",
    "link": 1,
    "first_on": "2026-11-20",
    "last_on": "2026-11-27",
    "from_on": "2026-12-01",
    "day": "2026-12-01",
    "differing": 2,
    "size": 412,
    "note": "localhost/record",
    "items": [{"number": "G-2026-0412", "declaration": "abc"}],
}


@pytest.fixture
def mailed(app: Flask, smtp_server: Mailbox) -> Story:
    """A house whose mails go to a server on this machine."""
    where = MailServer("127.0.0.1", smtp_server.port)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail_server=where, mail_from="aboveboard@example.com")
    story = Story(app).house()
    story.firm("Osterman")
    return story


def send(story: Story) -> int:
    with story.app.app_context():
        return outbox.send_due()


def said(mail: EmailMessage) -> str:
    """A mail's text, whose lines end as the post wants them on the way."""
    return str(mail.get_content()).replace("\r\n", "\n")


def rows(story: Story) -> list[NoticeRow]:
    with story.app.app_context():
        return list(db.session.scalars(select(NoticeRow).order_by(NoticeRow.id)))


def test_every_template_has_a_subject_and_a_body_in_every_language(app: Flask) -> None:
    with app.app_context():
        for template in TEXTS:
            for language in ("en", "da", "ja"):
                written = write(template, PARAMS, language)
                assert written.subject
                assert "http://localhost/" in written.body or SECRET in written.body
                assert "%(" not in written.subject + written.body


def test_a_notice_holds_a_number_a_verb_and_a_link_and_nothing_personal(mailed: Story, smtp_server: Mailbox) -> None:
    hamper = mailed.declare("Amalie", firm="Osterman", worth="900", title="A wine hamper")
    send(mailed)
    (mail,) = smtp_server.to("ben@nordlys.example") or smtp_server.messages
    body = mail.get_content()
    assert mail["Subject"] == "G-2026-0001 needs your decision"
    assert f"http://localhost/declarations/{hamper}" in body
    for personal in ("Amalie", "Osterman", "hamper", "900", "DKK"):
        assert personal not in body + str(mail["Subject"])


def test_the_text_that_was_sent_is_kept_word_for_word(mailed: Story, smtp_server: Mailbox) -> None:
    mailed.declare("Amalie", firm="Osterman", worth="900")
    send(mailed)
    (row,), (mail,) = rows(mailed), smtp_server.messages
    assert (row.subject, row.body) == (mail["Subject"], said(mail))
    assert (row.sent_at, row.next_try_at, row.tries) == (mailed.now, None, 1)
    assert mail["Message-ID"] == f"<{row.public_id}@localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_mail_is_sent_once(mailed: Story, smtp_server: Mailbox) -> None:
    mailed.declare("Amalie", firm="Osterman", worth="900")
    assert [send(mailed), send(mailed)] == [1, 0]
    mailed.now += timedelta(days=1)
    assert send(mailed) == 0
    assert len(smtp_server.messages) == 1


def test_a_busy_server_is_asked_again_later_and_later(mailed: Story, smtp_server: Mailbox) -> None:
    mailed.declare("Amalie", firm="Osterman", worth="900")
    smtp_server.refuse_next = 2
    send(mailed)
    assert rows(mailed)[0].next_try_at == mailed.now + timedelta(minutes=1)
    assert rows(mailed)[0].error == outbox.REFUSED
    mailed.now += timedelta(seconds=59)
    assert send(mailed) == 0
    mailed.now += timedelta(seconds=1)
    send(mailed)
    assert rows(mailed)[0].next_try_at == mailed.now + timedelta(minutes=2)
    mailed.now += timedelta(minutes=2)
    send(mailed)
    assert (rows(mailed)[0].error, rows(mailed)[0].tries, len(smtp_server.messages)) == (None, 3, 1)


def test_waiting_doubles_up_to_six_hours(app: Flask) -> None:
    minutes = [outbox.wait_after(tries).total_seconds() / 60 for tries in range(1, 11)]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]


def test_after_ten_tries_it_is_given_up_and_says_why(mailed: Story, smtp_server: Mailbox) -> None:
    mailed.declare("Amalie", firm="Osterman", worth="900")
    smtp_server.refuse_next = 99
    for _ in range(12):
        send(mailed)
        mailed.now += timedelta(hours=7)
    (row,) = rows(mailed)
    assert (row.tries, row.next_try_at, row.sent_at, row.error) == (outbox.MOST_TRIES, None, None, outbox.REFUSED)


def test_one_refused_mail_does_not_hold_up_the_next(mailed: Story, smtp_server: Mailbox) -> None:
    mailed.declare("Amalie", firm="Osterman", worth="900")
    mailed.declare("Tomasz", firm="Osterman", worth="900")
    smtp_server.refuse_next = 1
    send(mailed)
    assert len(smtp_server.messages) == 1
    assert sorted(row.sent_at is None for row in rows(mailed)) == [False, True]


def test_a_server_out_of_reach_loses_nothing(mailed: Story) -> None:
    settings = mailed.app.config["SETTINGS"]
    mailed.app.config["SETTINGS"] = replace(settings, mail_server=MailServer("127.0.0.1", 1))
    mailed.declare("Amalie", firm="Osterman", worth="900")
    send(mailed)
    (row,) = rows(mailed)
    assert (row.error, row.sent_at, row.next_try_at is None) == (outbox.UNREACHABLE, None, False)


def test_a_crash_after_handing_over_sends_it_again_under_the_same_id(
    mailed: Story, smtp_server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailed.declare("Amalie", firm="Osterman", worth="900")
    real = outbox._send

    def dies(server: Any, mail: outbox.Outgoing) -> int:
        server.send_message(outbox._message(mail))
        raise SystemExit

    monkeypatch.setattr(outbox, "_send", dies)
    with pytest.raises(SystemExit):
        send(mailed)
    monkeypatch.setattr(outbox, "_send", real)
    assert send(mailed) == 0, "held for a while, since nobody knows whether it went out"
    mailed.now += outbox.HELD
    assert send(mailed) == 1
    first, second = smtp_server.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert said(first) == said(second)


def test_without_a_mail_server_notices_are_written_out_and_kept(app: Flask) -> None:
    story = Story(app).house()
    story.firm("Osterman")
    story.declare("Amalie", firm="Osterman", worth="900")
    assert send(story) == 1
    (row,) = rows(story)
    assert (row.subject, row.sent_at, row.next_try_at) == ("G-2026-0001 needs your decision", None, None)


def test_people_are_written_to_in_their_language(mailed: Story, smtp_server: Mailbox) -> None:
    mailed.person("Hanako", company="NL-DK", manager="Gerda", language="ja")
    mailed.person("Kenji", company="NL-DK", manager="Hanako")
    mailed.declare("Kenji", firm="Osterman", worth="900")
    send(mailed)
    (row,) = rows(mailed)
    with mailed.app.app_context():
        japanese = write(row.template, row.params, "ja")
    assert (row.subject, row.body) == (japanese.subject, japanese.body)


def test_a_one_time_link_is_in_the_mail_and_nowhere_else(mailed: Story, smtp_server: Mailbox) -> None:
    from declarations.models import OneTimeLink

    link = OneTimeLink(token_hash="x", person_id=mailed.ids["Ben"], created_at=mailed.now, expires_at=mailed.now + timedelta(3))
    mailed._add("link", link)
    for _ in range(2):
        mailed._add(
            "",
            NoticeRow(
                person_id=mailed.ids["Ben"],
                template=ONE_TIME_LINK,
                params={"link": mailed.ids["link"]},
                created_at=mailed.now,
                next_try_at=mailed.now,
            ),
        )
    send(mailed)
    assert "http://localhost/set-password/" in smtp_server.messages[0].get_content()
    assert "set-password" not in str(rows(mailed)[0].body)
    assert SECRET in str(rows(mailed)[0].body)


def test_a_reminder_never_goes_out_by_itself_and_a_template_without_text_is_given_up(mailed: Story, smtp_server: Mailbox) -> None:
    for template in (REMINDER, "unheard_of"):
        mailed._add(
            "",
            NoticeRow(
                person_id=mailed.ids["Ben"], template=template, params=PARAMS, created_at=mailed.now, next_try_at=mailed.now
            ),
        )
    send(mailed)
    reminder, unknown = rows(mailed)
    assert smtp_server.messages == []
    assert (reminder.next_try_at, reminder.subject) == (mailed.now, None)
    assert (unknown.next_try_at, unknown.error) == (None, outbox.UNKNOWN)


def test_whoever_withdraws_saves_the_reviewer_the_trouble(mailed: Story, smtp_server: Mailbox) -> None:
    match = mailed.declare(
        "Amalie", Kind.ENTERTAINMENT, firm="Osterman", worth="900", form="event", occurred_on=date(2026, 12, 1)
    )
    mailed.act("Amalie", Action.WITHDRAW, match)
    send(mailed)
    assert "E-2026-0001 has been withdrawn" in {mail["Subject"] for mail in smtp_server.messages}
    assert DIGEST not in {row.template for row in rows(mailed)}
