"""What signing in reads: the person behind an address, the session behind a token, one's own sessions."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations.models import OneTimeLink, Person, SignInSession
from declarations.sign_in.links import hash_of

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class SessionLine:
    """One signed-in browser as its owner sees it; moments in UTC."""

    id: int
    browser: str
    since: datetime
    seen_at: datetime
    is_this: bool


def is_active(person: Person, now: datetime) -> bool:
    """True if the person works here on the day it is now in their company."""
    return person.active_from <= _today_of(person, now) and not has_left(person, now)


def has_left(person: Person, now: datetime) -> bool:
    """True from the day after their last one."""
    return person.active_to is not None and person.active_to < _today_of(person, now)


def _today_of(person: Person, now: datetime) -> date:
    return now.astimezone(ZoneInfo(person.company.time_zone)).date()


def person_at(session: Session, email: str) -> Person | None:
    """The colleague with this e-mail address, in whatever case it was typed."""
    return session.scalar(select(Person).where(Person.email == email.strip().lower()))


def running(session: Session, token: str, now: datetime) -> tuple[SignInSession, Person] | None:
    """The session a token belongs to and its person; None if it was revoked, ran out, or the person no longer works here."""
    found = session.execute(
        select(SignInSession, Person)
        .join(Person, Person.id == SignInSession.person_id)
        .where(SignInSession.token_hash == hash_of(token), SignInSession.revoked_at.is_(None), SignInSession.expires_at > now)
    ).first()
    return (found[0], found[1]) if found and is_active(found[1], now) else None


def my_sessions(session: Session, person_id: int, this: int | None, now: datetime) -> list[SessionLine]:
    """Where the person is signed in now, this browser first, then the latest used."""
    rows = session.scalars(
        select(SignInSession)
        .where(SignInSession.person_id == person_id, SignInSession.revoked_at.is_(None), SignInSession.expires_at > now)
        .order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())
    )
    lines = [SessionLine(row.id, browser_of(row.browser), row.created_at, row.seen_at, row.id == this) for row in rows]
    return sorted(lines, key=lambda line: not line.is_this)


def means_of(session: Session, session_id: int | None) -> str:
    """By which means a session was opened."""
    return session.scalar(select(SignInSession.means).where(SignInSession.id == session_id)) or ""


def has_password(session: Session, person_id: int) -> bool:
    """True if the person once set a password."""
    return session.scalar(select(Person.password_hash.is_not(None)).where(Person.id == person_id)) or False


def open_link(session: Session, token: str, now: datetime) -> Person | None:
    """Whose password the link sets, while it is unused and in time and the person has not left."""
    person = session.scalar(
        select(Person)
        .join(OneTimeLink, OneTimeLink.person_id == Person.id)
        .where(OneTimeLink.token_hash == hash_of(token), OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now)
    )
    return None if person is None or has_left(person, now) else person


def browser_of(user_agent: str) -> str:
    """A browser's long name as people say it: "Firefox, Windows"; empty if it says nothing we know."""
    names = [next((word for mark, word in table if re.search(mark, user_agent)), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, names))
