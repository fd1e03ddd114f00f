"""Notices leave through the mail server one by one, each at least once and always under the same Message-ID.

A notice is written out and kept word for word when it is first taken; taking it puts off its next try. Nothing is locked while
the mail server is spoken to. Should this process die after handing a mail over, another sends it once more under the same
Message-ID, by which mail programs know it. Without a mail server notices are written out and kept, to be read in the app.
"""

import logging
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from config import MailServer
from declarations import clock
from declarations.extensions import writing
from declarations.models import Company, NoticeRow, Person
from declarations.notices.texts import REMINDER, SECRET, TEXTS, write
from declarations.sign_in.links import TEMPLATE as ONE_TIME_LINK
from declarations.sign_in.links import url_for_notice
from workflows.words import N_

log = logging.getLogger(__name__)

AT_ONCE = 50
HELD = timedelta(minutes=5)  # longer than any mail server may take for one mail
TIMEOUT = 20  # seconds a mail server may take for an answer
MOST_TRIES = 10
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
_NEVER_PUT_OFF = timedelta(days=1)  # that far; it was written by a clock that has been put right since
UNREACHABLE = N_("The mail server could not be reached.")
REFUSED = N_("The mail server refused it.")
OUTDATED = N_("It was no longer needed.")
UNKNOWN = N_("There is no text for it.")


# What is wrong with one mail and says nothing about the next.
_ITS_OWN_FAULT = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPNotSupportedError,
    ValueError,
)


@dataclass(frozen=True)
class Outgoing:
    """One mail in hand, its text fixed."""

    notice_id: int
    public_id: str
    address: str
    subject: str
    body: str
    tries: int


def send_due(stopped: Callable[[], bool] = lambda: False) -> int:
    """Send whatever is due, a handful at a time, until nothing is left; returns how many were handed over or kept."""
    done = 0
    while not stopped():
        batch = _take()
        if not batch:
            break
        done += _hand_over(batch) if current_app.config["SETTINGS"].mail_server else _keep(batch)
    return done


def wait_after(tries: int) -> timedelta:
    """How long to wait after that many tries: a minute, then twice as long each time, at most six hours."""
    return min(_FIRST_WAIT * int(2 ** (tries - 1)), _LONGEST_WAIT)


def _take() -> list[Outgoing]:
    """Some notices that are due, each put off so that nobody else takes it meanwhile."""
    with writing() as session:
        now = clock.now()
        rows = session.execute(
            select(NoticeRow, Person.email, Person.language, Company.language)
            .join(Person, Person.id == NoticeRow.person_id)
            .join(Company, Company.id == Person.company_id)
            .where(
                or_(NoticeRow.next_try_at <= now, NoticeRow.next_try_at > now + _NEVER_PUT_OFF), NoticeRow.template != REMINDER
            )
            .order_by(NoticeRow.next_try_at, NoticeRow.id)
            .limit(AT_ONCE)
            .with_for_update(of=NoticeRow, skip_locked=True)
        ).all()
        taken = (_hold(session, row, email, own or company, now) for row, email, own, company in rows)
        return [mail for mail in taken if mail]


def _hold(session: Session, row: NoticeRow, email: str, language: str, now: datetime) -> Outgoing | None:
    secret = url_for_notice(session, row.params["link"]) if row.template == ONE_TIME_LINK else None
    if row.template not in TEXTS or (row.template == ONE_TIME_LINK and secret is None):
        row.next_try_at, row.error = None, UNKNOWN if row.template not in TEXTS else OUTDATED
        return None
    if row.body is None or row.subject is None:
        written = write(row.template, row.params, language)
        row.subject, row.body = written.subject, written.body
    row.tries += 1
    row.next_try_at = now + HELD
    body = row.body.replace(SECRET, secret) if secret else row.body
    return Outgoing(row.id, row.public_id, email, row.subject, body, row.tries)


def _keep(batch: list[Outgoing]) -> int:
    with writing() as session:
        session.execute(update(NoticeRow).where(NoticeRow.id.in_([mail.notice_id for mail in batch])).values(next_try_at=None))
    return len(batch)


def _hand_over(batch: list[Outgoing]) -> int:
    done = 0
    try:
        with _server(current_app.config["SETTINGS"].mail_server) as server:
            for mail in batch:
                done += _send(server, mail)
    except (OSError, smtplib.SMTPException) as problem:
        log.warning("mail server: %s", type(problem).__name__)
        for mail in batch[done:]:
            _put_off(mail, UNREACHABLE)
        return len(batch)
    return done


def _send(server: smtplib.SMTP, mail: Outgoing) -> int:
    """One mail; 1 in any case, since it is either sent or put off. A lost connection is raised for the rest of the batch."""
    try:
        server.send_message(_message(mail))
    except _ITS_OWN_FAULT as problem:
        log.warning("mail refused: %s", type(problem).__name__)
        _put_off(mail, REFUSED)
        with suppress(smtplib.SMTPException):
            server.rset()
        return 1
    with writing() as session:
        sent = {"sent_at": clock.now(), "next_try_at": None, "error": None}
        session.execute(update(NoticeRow).where(NoticeRow.id == mail.notice_id).values(sent))
    return 1


def _put_off(mail: Outgoing, error: str) -> None:
    over = mail.tries >= MOST_TRIES
    with writing() as session:
        later = {"next_try_at": None if over else clock.now() + wait_after(mail.tries), "error": error}
        session.execute(update(NoticeRow).where(NoticeRow.id == mail.notice_id).values(later))


def _message(mail: Outgoing) -> EmailMessage:
    settings = current_app.config["SETTINGS"]
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = mail.address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{mail.public_id}@{urlsplit(settings.base_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"  # so that no absence reply comes back
    message.set_content(mail.body)
    return message


@contextmanager
def _server(where: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection ready to take mail, closed after the block."""
    context = ssl.create_default_context()
    if where.tls:
        server: smtplib.SMTP = smtplib.SMTP_SSL(where.host, where.port, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(where.host, where.port, timeout=TIMEOUT)
    with server:
        if where.starttls:
            server.starttls(context=context)
        if where.user:
            server.login(where.user, where.password)
        yield server
