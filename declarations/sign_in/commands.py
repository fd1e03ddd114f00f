"""What changes when people come and go: tries, sessions, passwords, one-time links. Each function is one transaction."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from declarations import clock
from declarations.directory.events import OPERATOR, append_all, one_at_a_time
from declarations.directory.rows import changes, columns_of
from declarations.errors import NotFound
from declarations.evidence.hand import Hand
from declarations.evidence.record import Entry, append
from declarations.extensions import db, writing
from declarations.models import NoticeRow, OneTimeLink, Person, SignInAttempt, SignInSession
from declarations.sign_in import links, passwords, throttle
from declarations.sign_in.links import hash_of
from declarations.sign_in.queries import is_active, person_at
from declarations.viewer import Viewer
from workflows.words import Role

RENEWED_EVERY = timedelta(minutes=5)
_AT_ONCE = 1000
KEPT_FOR = timedelta(days=90)  # how long an ended session's row stays


def check_password(*, email: str, password: str, network: str | None) -> int | None:
    """The id of the active person whose password this is, else None. Raises TooSoon before looking at the password at all.

    `network` is the IP address it comes from. The try is counted first and taken back if it was right, so that many at once
    get no more tries than one after the other.
    """
    tried = _count_try(email.strip().lower(), network)
    person = person_at(db.session(), email)
    stored = person.password_hash if person and is_active(person, clock.now()) else None
    if not passwords.agrees(password, stored) or person is None or stored is None:
        return None
    person_id = person.id
    with writing() as session:
        session.execute(delete(SignInAttempt).where(SignInAttempt.key == tried[0]))
        session.execute(delete(SignInAttempt).where(SignInAttempt.id == tried[1]))
        if passwords.is_outdated(stored):
            anew = passwords.hashed(password)
            session.execute(update(Person).where(Person.id == person_id).values(password_hash=anew))
    return person_id


def _count_try(email: str, network: str | None) -> tuple[str, int]:
    """Count a try against address and network; returns the address's key and the id of the network's row."""
    secret = current_app.config["SETTINGS"].secret_key
    keys = {
        throttle.ADDRESS: throttle.key(throttle.ADDRESS, email, secret),
        throttle.NETWORK: throttle.key(throttle.NETWORK, throttle.network_of(network), secret),
    }
    now = clock.now()
    with writing() as session:
        _take_turns(session, sorted(keys.values()))
        seconds = max(_wait(session, patience, key, now) for patience, key in keys.items())
        if seconds:
            raise throttle.TooSoon(seconds)
        _forget_old_tries(session, now)
        rows = [SignInAttempt(key=key, at=now) for key in keys.values()]
        session.add_all(rows)
        session.flush()
        return rows[0].key, rows[1].id


def _take_turns(session: Session, keys: Sequence[str]) -> None:
    """Tries for the same key wait for each other; SQLite lets only one write at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        for key in keys:
            session.execute(select(func.pg_advisory_xact_lock(func.hashtext(key))))


def _wait(session: Session, patience: throttle.Patience, key: str, now: datetime) -> int:
    failures, last = session.execute(
        select(func.count(), func.max(SignInAttempt.at)).where(SignInAttempt.key == key, SignInAttempt.at > now - patience.window)
    ).one()
    return throttle.wait(patience, failures, last, now)


def _forget_old_tries(session: Session, now: datetime) -> None:
    """Drop tries that no longer count, a few at a time, oldest first."""
    oldest = select(SignInAttempt.id).order_by(SignInAttempt.id).limit(50).scalar_subquery()
    session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(oldest), SignInAttempt.at <= now - throttle.ADDRESS.window))


def open_session(*, person_id: int, browser: str, means: str) -> str:
    """Sign a person in: the answer is the token for the cookie, which is stored nowhere. `browser` is the User-Agent."""
    token, now = secrets.token_urlsafe(32), clock.now()
    with writing() as session:
        session.execute(
            delete(SignInSession).where(SignInSession.person_id == person_id, SignInSession.expires_at < now - KEPT_FOR)
        )
        session.add(
            SignInSession(
                token_hash=hash_of(token),
                person_id=person_id,
                created_at=now,
                seen_at=now,
                confirmed_at=now,
                expires_at=now + _lifetime(),
                browser=browser[:200],
                means=means,
            )
        )
    return token


def _lifetime() -> timedelta:
    return timedelta(hours=current_app.config["SETTINGS"].session_hours)


def renew(*, session_id: int) -> None:
    """Note that a session is in use; it lasts SESSION_HOURS from now. At most once in five minutes it writes anything."""
    now = clock.now()
    with writing() as session:
        session.execute(
            update(SignInSession)
            .where(
                SignInSession.id == session_id, SignInSession.revoked_at.is_(None), SignInSession.seen_at <= now - RENEWED_EVERY
            )
            .values(seen_at=now, expires_at=now + _lifetime())
        )


def confirm(*, session_id: int) -> None:
    """Note that the password was typed again just now."""
    with writing() as session:
        session.execute(update(SignInSession).where(SignInSession.id == session_id).values(confirmed_at=clock.now()))


def close_session(*, session_id: int) -> None:
    """Sign out the browser of this session; nothing happens if it has ended already."""
    _revoke(SignInSession.id == session_id)


def end_session(*, person_id: int, session_id: int) -> None:
    """Revoke one of the person's own sessions. Raises NotFound if it is not theirs or has ended."""
    if not _revoke(SignInSession.person_id == person_id, SignInSession.id == session_id):
        raise NotFound


def end_all_sessions(*, person_id: int) -> int:
    """Revoke all of the person's sessions; returns how many."""
    return _revoke(SignInSession.person_id == person_id)


def _revoke(*which: ColumnElement[bool]) -> int:
    with writing() as session:
        return _revoke_in(session, *which)


def _revoke_in(session: Session, *which: ColumnElement[bool]) -> int:
    now = clock.now()
    running = update(SignInSession).where(SignInSession.revoked_at.is_(None), SignInSession.expires_at > now, *which)
    return int(getattr(session.execute(running.values(revoked_at=now)), "rowcount", 0))


def choose_language(*, person_id: int, language: str) -> None:
    """Keep the language (en, da, ja) a person reads in; mails follow it too."""
    with writing() as session:
        one_at_a_time(session)
        person = session.get_one(Person, person_id)
        before = columns_of(person)
        person.language = language
        session.flush()
        for event in changes(before, columns_of(person), Hand(clock.now(), Role.DECLARANT, person_id)):
            append(session, event)


def set_password(*, token: str, password: str) -> int:
    """Use a one-time link: store the password, sign out everywhere, void the person's other links. Returns the person's id.

    Raises NotFound if the link is unknown, used or too old. The password must have passed `passwords.weakness`.
    """
    stored, now = passwords.hashed(password), clock.now()
    with writing() as session:
        one_at_a_time(session)
        used = update(OneTimeLink).where(
            OneTimeLink.token_hash == hash_of(token), OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now
        )
        person_id = session.scalar(used.values(used_at=now).returning(OneTimeLink.person_id))
        if person_id is None:
            raise NotFound
        person = session.get_one(Person, person_id)
        person.password_hash = stored
        _void_links(session, [person_id], now)
        _revoke_in(session, SignInSession.person_id == person_id)
        key = throttle.key(throttle.ADDRESS, person.email, current_app.config["SETTINGS"].secret_key)
        session.execute(delete(SignInAttempt).where(SignInAttempt.key == key))
        append(session, _entry(person, "person:password_set", person_id, Role.DECLARANT, now))
    return int(person_id)


def change_password(*, person_id: int, session_id: int, password: str) -> int | None:
    """Store another password, sign out every other browser, void open links, tell the person by mail. Returns how many browsers; None,
    and nothing is changed, if the session `session_id` ended meanwhile. The password must have passed `passwords.weakness`.
    """
    stored, now = passwords.hashed(password), clock.now()
    mine, this = SignInSession.person_id == person_id, SignInSession.id == session_id
    with writing() as session:
        one_at_a_time(session)
        still_in = select(SignInSession.id).where(mine, this, SignInSession.revoked_at.is_(None), SignInSession.expires_at > now)
        if session.scalar(still_in) is None:
            return None
        person = session.get_one(Person, person_id)
        person.password_hash = stored
        _void_links(session, [person_id], now)
        append(session, _entry(person, "person:password_changed", person_id, Role.DECLARANT, now))
        told = NoticeRow(person_id=person_id, template="password_changed", params={}, created_at=now, next_try_at=now)
        session.add(told)
        return _revoke_in(session, mine, ~this)


def _void_links(session: Session, people: Sequence[int], now: datetime) -> None:
    session.execute(
        update(OneTimeLink).where(OneTimeLink.person_id.in_(people), OneTimeLink.used_at.is_(None)).values(used_at=now)
    )


def _entry(person: Person, action: str, actor_id: int | None, role: str, now: datetime) -> Entry:
    return Entry(
        stream=f"person/{person.public_id}", action=action, at=now, role=role, actor_id=actor_id, company_id=person.company_id
    )


def send_links(
    *, people: Sequence[int], by: Viewer | None, by_mail: bool = True, first_administrator: bool = False
) -> list[tuple[str, str]]:
    """Make each person a new one-time link, which voids earlier ones, and queue the mail that carries it: [(e-mail, token)].

    `by` is the administrator who asks, None for the command line. Only the command line may show a token to anyone.
    """
    made: list[tuple[str, str]] = []
    with writing() as session:
        one_at_a_time(session)
        for start in range(0, len(people), _AT_ONCE):
            some = session.scalars(
                select(Person).where(Person.id.in_(people[start : start + _AT_ONCE])).order_by(Person.id)
            ).all()
            made += _send_links(session, some, by, by_mail, first_administrator)
    return made


def _send_links(
    session: Session, people: Sequence[Person], by: Viewer | None, by_mail: bool, first_administrator: bool
) -> list[tuple[str, str]]:
    now = clock.now()
    _void_links(session, [person.id for person in people], now)
    rows = [
        OneTimeLink(
            token_hash=secrets.token_hex(32),  # until the id is known
            person_id=person.id,
            created_at=now,
            expires_at=now + links.LIFETIME,
            first_administrator=first_administrator,
        )
        for person in people
    ]
    session.add_all(rows)
    session.flush()
    tokens = [links.token_for(row.id, row.person_id, now) for row in rows]
    for row, token in zip(rows, tokens, strict=True):
        row.token_hash = hash_of(token)
        if by_mail:
            notice = NoticeRow(person_id=row.person_id, template=links.TEMPLATE, params={"link": row.id})
            notice.created_at = notice.next_try_at = now
            session.add(notice)
    role = Role.ADMINISTRATOR if by else OPERATOR
    append_all(session, [_entry(person, "person:link_sent", by.person_id if by else None, role, now) for person in people])
    return [(person.email, token) for person, token in zip(people, tokens, strict=True)]
