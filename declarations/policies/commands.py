"""Publishing a policy version and bringing in exchange rates: what is there already is never changed, only followed by newer."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.evidence.record import Entry, append
from declarations.extensions import writing
from declarations.models import Company, ExchangeRate, Person, PolicyDocument
from declarations.policies import rates
from workflows.policy.check import check
from workflows.policy.document import Document, PolicyError, load
from workflows.words import Role


def publish(*, text: bytes, name: str, by_email: str | None) -> tuple[Document, bool]:
    """Store the policy document written in `text` (TOML; `name` is how errors call it), published by the person of that e-mail
    address, or by nobody named when a fresh installation brings its own.

    The answer is the document, and False if this very version was there already. Raises PolicyError: the text does not read,
    its company or publisher is unknown, or it does not take effect after the newest version there is.
    """
    document = load(text, name)
    with writing() as session:
        beside = [load(row.text, row.key) for row in session.scalars(select(PolicyDocument))]
        if wrong := check(text, name, beside):
            raise PolicyError(" ".join(wrong))
        publisher = _publisher(session, by_email)
        if document.company and not session.scalar(select(Company.id).where(Company.key == document.company)):
            raise PolicyError(f"{name}: there is no company with the key “{document.company}”.")
        newest = session.scalars(
            select(PolicyDocument)
            .where(PolicyDocument.key == document.key)
            .order_by(PolicyDocument.effective_from.desc())
            .limit(1)
        ).first()
        if newest and newest.effective_from == document.effective_from and newest.digest == document.digest:
            return document, False
        if newest and newest.effective_from >= document.effective_from:
            raise PolicyError(
                f"{name}: {document.key} has a version in force from {newest.effective_from.isoformat()}; a new one must take "
                "effect later, since a published version is never edited."
            )
        _store(session, document, text, publisher)
    return document, True


def _newest(session: Session, key: str) -> PolicyDocument | None:
    of_key = select(PolicyDocument).where(PolicyDocument.key == key)
    return session.scalars(of_key.order_by(PolicyDocument.effective_from.desc()).limit(1)).first()


def _publisher(session: Session, by_email: str | None) -> int | None:
    if by_email is None:
        return None
    found = session.scalar(select(Person.id).where(Person.email == by_email.strip().lower()))
    if found is None:
        raise PolicyError(f"There is nobody with the e-mail address {by_email}.")
    return found


def _store(session: Session, document: Document, text: bytes, publisher: int | None) -> None:
    now = clock.now()
    session.add(
        PolicyDocument(
            key=document.key,
            company_key=document.company,
            effective_from=document.effective_from,
            text=text,
            digest=document.digest,
            published_at=now,
            published_by_id=publisher,
        )
    )
    append(
        session,
        Entry(
            stream=f"policy/{document.key}",
            action="policy:published",
            at=now,
            role=Role.ADMINISTRATOR,
            actor_id=publisher,
            policy_digest=document.digest,
            public={
                "key": document.key,
                "effective_from": document.effective_from.isoformat(),
                "company": document.company or "",
            },
        ),
    )


def import_rates(*, path: Path | None = None, since: date | None = None) -> int:
    """Bring in the rates of the bank's file at `path` (None: the one shipped), all or from `since` on; answer how many were new.

    A rate that is there already stays as it is, since filings were reckoned with it. Raises rates.BadRates or OSError.
    """
    path = path or rates.shipped_file()
    with writing() as session:
        counts = session.execute(select(ExchangeRate.day, func.count()).group_by(ExchangeRate.day))
        known = {day: number for day, number in counts}  # noqa: C416 rows are no pairs to the type checker
        fresh = [quote for day, quotes in rates.read(path, since) if len(quotes) > known.get(day, 0) for quote in quotes]
        if fresh:
            _insert(session, fresh)
        added = (session.scalar(select(func.count()).select_from(ExchangeRate)) or 0) - sum(known.values())
        if added:
            latest = max(quote.day for quote in fresh).isoformat()
            public = {"added": added, "latest": latest, "file": path.name}
            append(session, Entry("rates", "rates:imported", clock.now(), Role.CLOCK, None, public=public))
    return added


def _insert(session: Session, quotes: list[rates.Quote]) -> None:
    """A quarter of a century is 220,000 rates: they go in by the driver's own bulk way, those already there left alone."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        rows = [(quote.currency, quote.day.isoformat(), quote.per_euro) for quote in quotes]
        connection.exec_driver_sql("INSERT OR IGNORE INTO exchange_rate (currency, day, per_euro) VALUES (?, ?, ?)", rows)
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE brought (LIKE exchange_rate) ON COMMIT DROP")
        with cursor.copy("COPY brought (currency, day, per_euro) FROM STDIN") as copy:
            for quote in quotes:
                copy.write_row((quote.currency, quote.day, quote.per_euro))
        cursor.execute(
            "INSERT INTO exchange_rate (currency, day, per_euro) "
            "SELECT currency, day, per_euro FROM brought ON CONFLICT DO NOTHING"
        )
